//! The sides: where their frames come from, and those that are kept.

mod ahead;
pub(super) mod live;
pub(super) mod plan;

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;

use bevy::math::{Vec3, vec3};
use bevy::prelude::Resource;

use self::ahead::Prefetcher;
use self::live::{Live, Request, Update};
use self::plan::Plan;
use crate::scenario::session::{Act, CommandConfig};
use crate::view::hall::frame::{Between, Frame, Site};
use crate::view::hall::jobs::JobColours;
use crate::view::hall::layout::Layout;
use crate::view::hall::overview::Overview;
use crate::view::hall::replay::Replay;
use crate::view::screen::state::CommandTarget;

/// Frames kept for the history of a rack, bytes.
const TAPE_BYTES: usize = 48 << 20;
/// The second side is far enough away to be out of sight.
const APART_M: f32 = 20_000.0;

/// Where frames come from.
pub(super) enum Source {
    /// A simulation in the background.
    Live {
        live: Live,
        prefetcher: Prefetcher,
        plan: Plan,
    },
    /// A result folder.
    Replay(Box<Replay>),
}

/// One scenario or result, and its scene.
pub(super) struct Side {
    pub(super) site: Arc<Site>,
    pub(super) layout: Arc<Layout>,
    pub(super) source: Source,
    pub(super) overview: Overview,
    /// In the order of time, of one epoch.
    pub(super) tape: VecDeque<Arc<Frame>>,
    pub(super) log: Vec<CommandConfig>,
    pub(super) trouble: Option<String>,
    /// The hues of the jobs that were shown.
    pub(super) jobs: JobColours,
    epoch: u64,
    asked_s: f64,
    /// The scene must be rebuilt.
    pub(super) stale: bool,
    /// Place of its scene.
    pub(super) offset: Vec3,
}

impl Side {
    /// Opens a scenario file or a result folder.
    pub(super) fn open(path: &Path, sets: &[String], number: usize) -> Result<Self, String> {
        let (site, source, overview) = if path.is_dir() {
            let (site, replay, overview) = Replay::open(path)?;
            (site, Source::Replay(Box::new(replay)), overview)
        } else {
            let plan = Plan {
                path: path.to_owned(),
                sets: sets.to_vec(),
                commands: Vec::new(),
            };
            let resolved = plan.resolve()?;
            let site = Site::of(&resolved);
            let source = Source::Live {
                live: Live::start(plan.clone()),
                prefetcher: Prefetcher::start(plan.clone()),
                plan,
            };
            (site, source, Overview::default())
        };
        let layout = Layout::of(&site.scenario, site.sizes());
        Ok(Self {
            layout: Arc::new(layout),
            site: Arc::new(site),
            source,
            overview,
            tape: VecDeque::new(),
            log: Vec::new(),
            trouble: None,
            jobs: JobColours::default(),
            epoch: 0,
            asked_s: f64::NEG_INFINITY,
            stale: true,
            offset: vec3(APART_M * number as f32, 0.0, 0.0),
        })
    }

    /// Asks for the picture at `time_s`, and a little more to go on with.
    pub(super) fn ask(&mut self, time_s: f64, ahead_s: f64) {
        let begins = self
            .tape
            .front()
            .map_or(f64::INFINITY, |first| first.time_s());
        let goal_s = (time_s + ahead_s)
            .min(self.site.total_s)
            .max(self.site.step_s);
        match &self.source {
            Source::Live { live, .. } => {
                // Between frames that are far apart the picture would be invented.
                let apart = self.at(time_s).is_some_and(|here| {
                    here.b.time_s() - here.a.time_s() > 1.5 * self.site.step_s
                        && time_s < here.b.time_s() - 1e-6
                });
                let earlier = time_s + self.site.step_s < begins || (apart && ahead_s == 0.0);
                let back = earlier && goal_s < self.asked_s;
                if back {
                    self.epoch += 1;
                    self.tape.clear();
                }
                if back || goal_s > self.asked_s {
                    self.asked_s = goal_s;
                    live.request(Request::Until {
                        time_s: goal_s,
                        epoch: self.epoch,
                    });
                }
            }
            Source::Replay(replay) => {
                let rows = replay.around(time_s);
                let known = |row: &usize| {
                    let end_s = replay.end_s(*row);
                    self.tape
                        .iter()
                        .any(|frame| (frame.time_s() - end_s).abs() < 1e-6)
                };
                if !rows.iter().all(known) {
                    self.tape.clear();
                    for row in rows {
                        self.tape.push_back(Arc::new(replay.frame(row, &self.site)));
                    }
                }
            }
        }
    }

    /// Takes what has come; never waits.
    pub(super) fn poll(&mut self) {
        loop {
            let Source::Live {
                live, prefetcher, ..
            } = &self.source
            else {
                return;
            };
            prefetcher.poll(&mut self.overview);
            let Some(update) = live.poll() else { return };
            self.take(update);
        }
    }

    /// Waits until the picture at `time_s` is there, and the overview where there is one.
    pub(super) fn wait_for(&mut self, time_s: f64) {
        self.ask(time_s, 0.0);
        while self.trouble.is_none() && self.latest_s() + 1e-6 < time_s.min(self.site.total_s) {
            let Source::Live { live, .. } = &self.source else {
                return;
            };
            match live.wait() {
                Some(update) => self.take(update),
                None => return,
            }
        }
        if let Source::Live { prefetcher, .. } = &self.source {
            prefetcher.finish(&mut self.overview);
        }
    }

    fn take(&mut self, update: Update) {
        match update {
            Update::Frame(frame) if frame.epoch == self.epoch => {
                let later = self.latest_s() < frame.time_s() - 1e-9;
                let most = (TAPE_BYTES / frame.bytes()).clamp(8, 2000);
                if later {
                    self.tape.push_back(frame);
                }
                while self.tape.len() > most {
                    self.tape.pop_front();
                }
            }
            Update::Frame(_) => {}
            Update::Done(Ok(command)) => {
                self.log.push(command.clone());
                if let Source::Live {
                    prefetcher, plan, ..
                } = &mut self.source
                {
                    plan.commands.push(command);
                    // What lies ahead is another now.
                    *prefetcher = Prefetcher::start(plan.clone());
                    self.overview = Overview::default();
                }
            }
            Update::Done(Err(error)) | Update::Trouble(error) => self.trouble = Some(error),
        }
    }

    /// The end of the last step that is known.
    pub(super) fn latest_s(&self) -> f64 {
        self.tape
            .back()
            .map_or(f64::NEG_INFINITY, |last| last.time_s())
    }

    /// Until when there are pictures.
    pub(super) fn known_s(&self) -> f64 {
        match &self.source {
            Source::Live { .. } => self.latest_s().max(0.0),
            Source::Replay(_) => self.site.total_s,
        }
    }

    /// The picture at a time: the frames around it.
    pub(super) fn at(&self, time_s: f64) -> Option<Between> {
        let next = self.tape.partition_point(|frame| frame.time_s() < time_s);
        let b = self.tape.get(next).or_else(|| self.tape.back())?;
        let a = if next > 0 {
            self.tape.get(next - 1).unwrap_or(b)
        } else {
            b
        };
        let span_s = b.time_s() - a.time_s();
        let share = if span_s > 0.0 {
            ((time_s - a.time_s()) / span_s).clamp(0.0, 1.0)
        } else {
            1.0
        };
        Some(Between {
            a: a.clone(),
            b: b.clone(),
            share: share as f32,
        })
    }

    /// Does something before the next step.
    pub(super) fn act(&mut self, act: Act) {
        match &self.source {
            Source::Live { live, .. } => live.request(Request::Act(Box::new(act))),
            Source::Replay(_) => {
                self.trouble = Some(
                    "this is a recorded result: open its scenario.toml to change what happens"
                        .into(),
                );
            }
        }
    }

    /// Starts over with other keys, and continues at the same time.
    pub(super) fn change(&mut self, set: String) {
        let Source::Live {
            live,
            prefetcher,
            plan,
        } = &mut self.source
        else {
            self.trouble = Some("this is a recorded result: open its scenario.toml instead".into());
            return;
        };
        let mut changed = plan.clone();
        changed.sets.push(set);
        match changed.resolve() {
            Ok(resolved) => {
                self.site = Arc::new(Site::of(&resolved));
                self.layout = Arc::new(Layout::of(&self.site.scenario, self.site.sizes()));
                *plan = changed;
                live.request(Request::Plan(Box::new(plan.clone())));
                *prefetcher = Prefetcher::start(plan.clone());
                self.overview = Overview::default();
                self.tape.clear();
                self.epoch += 1;
                live.request(Request::Until {
                    time_s: self.asked_s,
                    epoch: self.epoch,
                });
                self.trouble = None;
                self.stale = true;
            }
            Err(error) => self.trouble = Some(error),
        }
    }

    /// Changes and commands so far, where they can be repeated.
    pub(super) fn session(&self) -> Option<String> {
        match &self.source {
            Source::Live { plan, .. } => plan.session().to_toml().ok(),
            Source::Replay(_) => None,
        }
    }
}

/// The sides: the second is compared with the first.
#[derive(Resource, Default)]
pub(super) struct Sides(pub(super) Vec<Side>);

impl Sides {
    /// Opens a path as the first side or as the second; returns a message.
    pub(super) fn load(&mut self, path: &str, beside: bool) -> String {
        let number = usize::from(beside && !self.0.is_empty());
        match Side::open(std::path::Path::new(path), &[], number) {
            Ok(side) => {
                self.0.truncate(number);
                let name = side.site.name.clone();
                self.0.push(side);
                name
            }
            Err(error) => {
                let word = format!("{path} was not opened");
                if let Some(first) = self.0.first_mut() {
                    first.trouble = Some(error);
                    return format!("{word}: see the alarms");
                }
                format!("{word}: {error}")
            }
        }
    }

    /// Those who are meant and can still do something.
    pub(super) fn aimed(&mut self, aim: CommandTarget) -> impl Iterator<Item = &mut Side> {
        let all = self.0.iter_mut().enumerate();
        let aimed = all.filter(move |(index, side)| aim.is_at(*index) && !side.site.replayed);
        aimed.map(|(_, side)| side)
    }
}
