//! The sides: where their frames come from, and those that are kept.

mod ahead;
mod history;
pub(super) mod live;
pub(super) mod plan;

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bevy::math::{Vec3, vec3};
use bevy::prelude::Resource;

use self::ahead::Prefetcher;
use self::history::Before;
use self::live::{Live, Request, Update};
use self::plan::{Origin, Plan};
use crate::scenario::session::CommandConfig;
use crate::view::hall::examples::Example;
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
    /// Commands so far, in the order of their time.
    pub(super) log: Vec<CommandConfig>,
    pub(super) trouble: Option<String>,
    /// The hues of the jobs that were shown.
    pub(super) jobs: JobColours,
    /// Tells it from all others that were opened before.
    pub(super) opened: u64,
    /// What it was before each thing that was done, the last at the end.
    before: Vec<Before>,
    /// Commands on their way to the simulation, by the count of what users did.
    given: VecDeque<u64>,
    epoch: u64,
    asked_s: f64,
    /// Where the play head was last, s.
    shown_s: f64,
    /// The scene must be rebuilt.
    pub(super) stale: bool,
    /// Place of its scene.
    pub(super) offset: Vec3,
}

/// How many sides were opened.
static OPENED: AtomicU64 = AtomicU64::new(0);

impl Side {
    /// Opens a scenario file or a result folder.
    pub(super) fn open(path: &Path, sets: &[String], number: usize) -> Result<Self, String> {
        if path.is_dir() {
            let (site, replay, overview) = Replay::open(path)?;
            let source = Source::Replay(Box::new(replay));
            return Ok(Self::new(site, source, overview, number));
        }
        Self::live(Origin::File(path.to_owned()), sets, number)
    }

    /// Opens a scenario that is part of the program.
    pub(super) fn example(
        example: Example,
        sets: &[String],
        number: usize,
    ) -> Result<Self, String> {
        Self::live(Origin::BuiltIn(example), sets, number)
    }

    fn live(origin: Origin, sets: &[String], number: usize) -> Result<Self, String> {
        let plan = Plan {
            origin,
            sets: sets.to_vec(),
            commands: Vec::new(),
        };
        let site = Site::of(&plan.resolve()?);
        let source = Source::Live {
            live: Live::start(plan.clone()),
            prefetcher: Prefetcher::start(plan.clone()),
            plan,
        };
        Ok(Self::new(site, source, Overview::default(), number))
    }

    fn new(site: Site, source: Source, overview: Overview, number: usize) -> Self {
        let layout = Layout::of(&site.scenario, site.sizes());
        Self {
            layout: Arc::new(layout),
            site: Arc::new(site),
            source,
            overview,
            tape: VecDeque::new(),
            log: Vec::new(),
            trouble: None,
            jobs: JobColours::default(),
            opened: OPENED.fetch_add(1, Ordering::Relaxed),
            before: Vec::new(),
            given: VecDeque::new(),
            epoch: 0,
            asked_s: f64::NEG_INFINITY,
            shown_s: 0.0,
            stale: true,
            offset: vec3(APART_M * number as f32, 0.0, 0.0),
        }
    }

    /// Asks for the picture at `time_s`, and a little more to go on with.
    pub(super) fn ask(&mut self, time_s: f64, ahead_s: f64) {
        self.shown_s = time_s;
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
                let action = self.given.pop_front().unwrap_or_default();
                self.remember(action, command.act.words());
                if let Source::Live {
                    prefetcher, plan, ..
                } = &mut self.source
                {
                    plan.add(command);
                    self.log.clone_from(&plan.commands);
                    // What lies ahead is another now.
                    *prefetcher = Prefetcher::start(plan.clone());
                    self.overview = Overview::default();
                }
            }
            Update::Done(Err(error)) => {
                self.given.pop_front();
                self.trouble = Some(error);
            }
            Update::Trouble(error) => self.trouble = Some(error),
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

    /// Whether the picture at a time is still to be computed: what is shown meanwhile is of an earlier one.
    pub(super) fn is_behind(&self, time_s: f64) -> bool {
        let shown = self.at(time_s);
        shown.is_none_or(|shown| time_s - shown.b.time_s() > 0.5 * self.site.step_s)
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

    /// Runs another plan from its start up to the moment that is shown; nothing changes where it does not fit.
    fn restart(&mut self, changed: Plan, other_site: bool) -> Result<(), String> {
        let Source::Live {
            live,
            prefetcher,
            plan,
        } = &mut self.source
        else {
            return Ok(());
        };
        // Frames before the first command that is another are what they were.
        let mut same_until_s = f64::NEG_INFINITY;
        if other_site {
            let resolved = changed.resolve()?;
            self.site = Arc::new(Site::of(&resolved));
            self.layout = Arc::new(Layout::of(&self.site.scenario, self.site.sizes()));
            self.stale = true;
        } else {
            let (old, new) = (&plan.commands, &changed.commands);
            let alike = old.iter().zip(new).take_while(|(a, b)| a == b).count();
            let others = old.get(alike).into_iter().chain(new.get(alike));
            same_until_s = others.map(|other| other.at_s).fold(f64::INFINITY, f64::min);
        }
        *plan = changed;
        live.request(Request::Plan(Box::new(plan.clone())));
        *prefetcher = Prefetcher::start(plan.clone());
        self.log.clone_from(&plan.commands);
        self.overview = Overview::default();
        while self
            .tape
            .back()
            .is_some_and(|last| last.time_s() > same_until_s + 1e-3)
        {
            self.tape.pop_back();
        }
        self.epoch += 1;
        self.asked_s = self.shown_s.max(self.site.step_s);
        live.request(Request::Until {
            time_s: self.asked_s,
            epoch: self.epoch,
        });
        self.trouble = None;
        Ok(())
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
        let open = |number| Side::open(Path::new(path), &[], number);
        self.put(path, beside, open)
    }

    /// The same with a scenario that is part of the program.
    pub(super) fn load_example(&mut self, example: Example, beside: bool) -> String {
        let open = |number| Side::example(example, &[], number);
        self.put(example.name, beside, open)
    }

    fn put(
        &mut self,
        name: &str,
        beside: bool,
        open: impl FnOnce(usize) -> Result<Side, String>,
    ) -> String {
        let number = usize::from(beside && !self.0.is_empty());
        match open(number) {
            Ok(side) => {
                self.0.truncate(number);
                let name = side.site.name.clone();
                self.0.push(side);
                name
            }
            Err(error) => {
                let word = format!("{name} was not opened");
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
