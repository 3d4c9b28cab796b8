//! What the view holds: one side or two, the play head, and what somebody looks at.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;

use bevy::math::{Vec3, vec3};
use bevy::prelude::Resource;

use super::colour::ColourBy;
use super::jobs::JobColours;
use super::layout::{Layout, Picked};
use super::live::{Ask, Live, Tell};
use super::moment::{Between, Moment, Site};
use super::overview::{Overview, Scout};
use super::plan::Plan;
use super::replay::Replay;
use crate::scenario::session::{Act, CommandConfig};

/// Moments kept for the history of a rack, bytes.
const TAPE_BYTES: usize = 48 << 20;
/// The second side stands far enough away to be out of sight.
const APART_M: f32 = 20_000.0;

/// Where moments come from.
pub(super) enum Source {
    /// A simulation in the background.
    Live {
        live: Live,
        scout: Scout,
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
    pub(super) tape: VecDeque<Arc<Moment>>,
    pub(super) log: Vec<CommandConfig>,
    pub(super) trouble: Option<String>,
    /// The hues of the jobs that were shown.
    pub(super) jobs: JobColours,
    epoch: u64,
    asked_s: f64,
    /// The scene must be built anew.
    pub(super) stale: bool,
    /// Where its scene stands.
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
                scout: Scout::start(plan.clone()),
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
                // Between moments that are far apart the picture would be invented.
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
                    live.ask(Ask::Until {
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
                        .any(|moment| (moment.time_s() - end_s).abs() < 1e-6)
                };
                if !rows.iter().all(known) {
                    self.tape.clear();
                    for row in rows {
                        self.tape
                            .push_back(Arc::new(replay.moment(row, &self.site)));
                    }
                }
            }
        }
    }

    /// Takes what has come; never waits.
    pub(super) fn poll(&mut self) {
        loop {
            let Source::Live { live, scout, .. } = &self.source else {
                return;
            };
            scout.poll(&mut self.overview);
            let Some(tell) = live.hear() else { return };
            self.take(tell);
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
                Some(tell) => self.take(tell),
                None => return,
            }
        }
        if let Source::Live { scout, .. } = &self.source {
            scout.finish(&mut self.overview);
        }
    }

    fn take(&mut self, tell: Tell) {
        match tell {
            Tell::Moment(moment) if moment.epoch == self.epoch => {
                let later = self.latest_s() < moment.time_s() - 1e-9;
                let most = (TAPE_BYTES / moment.bytes()).clamp(8, 2000);
                if later {
                    self.tape.push_back(moment);
                }
                while self.tape.len() > most {
                    self.tape.pop_front();
                }
            }
            Tell::Moment(_) => {}
            Tell::Done(Ok(command)) => {
                self.log.push(command.clone());
                if let Source::Live { scout, plan, .. } = &mut self.source {
                    plan.commands.push(command);
                    // What lies ahead is another now.
                    *scout = Scout::start(plan.clone());
                    self.overview = Overview::default();
                }
            }
            Tell::Done(Err(error)) | Tell::Trouble(error) => self.trouble = Some(error),
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

    /// The picture at a time: the moments around it.
    pub(super) fn at(&self, time_s: f64) -> Option<Between> {
        let next = self.tape.partition_point(|moment| moment.time_s() < time_s);
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
            Source::Live { live, .. } => live.ask(Ask::Act(Box::new(act))),
            Source::Replay(_) => {
                self.trouble = Some(
                    "this is a recorded result: open its scenario.toml to change what happens"
                        .into(),
                );
            }
        }
    }

    /// Starts over with other keys, and goes on at the same time.
    pub(super) fn change(&mut self, set: String) {
        let Source::Live { live, scout, plan } = &mut self.source else {
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
                live.ask(Ask::Plan(Box::new(plan.clone())));
                *scout = Scout::start(plan.clone());
                self.overview = Overview::default();
                self.tape.clear();
                self.epoch += 1;
                live.ask(Ask::Until {
                    time_s: self.asked_s,
                    epoch: self.epoch,
                });
                self.trouble = None;
                self.stale = true;
            }
            Err(error) => self.trouble = Some(error),
        }
    }

    /// What was changed and done so far, where it can be done again.
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

/// The clock of all sides.
#[derive(Resource, Debug, Clone, Copy, PartialEq)]
pub(super) struct Play {
    pub(super) time_s: f64,
    pub(super) playing: bool,
    /// Simulated seconds in a second.
    pub(super) speed: f64,
}

/// The speeds, with their names.
pub(super) const SPEEDS: [(f64, &str); 8] = [
    (1.0, "1×"),
    (60.0, "1 min/s"),
    (600.0, "10 min/s"),
    (3600.0, "1 h/s"),
    (21_600.0, "6 h/s"),
    (86_400.0, "1 day/s"),
    (604_800.0, "1 week/s"),
    (2_592_000.0, "1 month/s"),
];

impl Default for Play {
    fn default() -> Self {
        Self {
            time_s: 0.0,
            playing: false,
            speed: 600.0,
        }
    }
}

/// What somebody looks at.
#[derive(Resource, Debug, Default)]
pub(super) struct Look {
    pub(super) colour: ColourBy,
    pub(super) selected: Option<(usize, Picked)>,
    pub(super) hovered: Option<(usize, Picked)>,
    pub(super) help: bool,
    pub(super) open: Option<String>,
    /// A word about what was just done, and how many frames it stays.
    pub(super) note: Option<(String, u32)>,
    /// What the sliders say, for each of `Aim`.
    pub(super) what_if: [WhatIf; 3],
    /// Whom commands are for.
    pub(super) aim: Aim,
    /// The hall that is to be built otherwise.
    pub(super) hall: usize,
    /// Jump to the picture that this names.
    pub(super) camera: Option<super::camera::Named>,
    /// The scene stands there without names.
    pub(super) bare: bool,
    /// The trouble that somebody has read.
    pub(super) read: Option<String>,
    /// What shall be exported after this frame.
    pub(super) export: bool,
    /// Charts of the last frame that are seen as a whole, in logical pixels.
    pub(super) charts: Vec<(&'static str, bevy::math::Rect)>,
    /// Whether the panel at the left and that at the right are folded away.
    pub(super) hidden: [bool; 2],
}

/// Whom commands are for, where two are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Aim {
    /// Both sides.
    #[default]
    Both,
    /// The first.
    Left,
    /// The second.
    Right,
}

impl Aim {
    pub(super) const ALL: [(Self, &str); 3] = [
        (Self::Both, "both"),
        (Self::Left, "left"),
        (Self::Right, "right"),
    ];

    /// Whether a side is meant.
    pub(super) fn is_at(self, side: usize) -> bool {
        match self {
            Self::Both => true,
            Self::Left => side == 0,
            Self::Right => side == 1,
        }
    }
}

impl Sides {
    /// Those who are meant and can still do something.
    pub(super) fn aimed(&mut self, aim: Aim) -> impl Iterator<Item = &mut Side> {
        let all = self.0.iter_mut().enumerate();
        let aimed = all.filter(move |(index, side)| aim.is_at(*index) && !side.site.replayed);
        aimed.map(|(_, side)| side)
    }
}

/// What the sliders say; sent when they are let go.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct WhatIf {
    pub(super) demand: f64,
    pub(super) warmer_k: f64,
    pub(super) coolant_c: Option<f64>,
    pub(super) water_c: Option<f64>,
    pub(super) grid_mw: Option<f64>,
}

impl Default for WhatIf {
    fn default() -> Self {
        Self {
            demand: 1.0,
            warmer_k: 0.0,
            coolant_c: None,
            water_c: None,
            grid_mw: None,
        }
    }
}

impl Look {
    pub(super) fn say(&mut self, what: impl Into<String>) {
        self.note = Some((what.into(), 240));
    }
}
