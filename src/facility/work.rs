//! What the servers are asked to do: jobs and services from a queue, or a load imposed on all of them.

use super::down::{Down, Why};
use super::failures::Failures;
use crate::scheduler::{ActiveJob, Change, Dispatcher, FinishedJob, Occupant, Queue};
use crate::snapshot::Answers;
use crate::workload::profile::Profile;
use crate::workload::service::Answer;
use crate::workload::{Calendar, Service};

/// A load that all servers share.
#[derive(Debug, Clone)]
pub enum Level {
    /// The same utilisation all the time, 0..1.
    Constant(f64),
    /// A utilisation that follows a file, 0..1.
    Utilisation(Profile),
    /// Measured or planned power at the IT inlets, W.
    ItPower(Profile),
    /// Measured or planned power of all uses, W.
    SitePower(Profile),
}

/// Power that a profile asks for in a step, W.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Asked {
    /// At the IT inlets.
    It(f64),
    /// Of all uses.
    Site(f64),
}

/// The work of a run.
pub enum Work {
    /// Jobs and services through a scheduler.
    Jobs(Box<Jobs>),
    /// No jobs: one load for all servers.
    Level {
        /// The load.
        level: Level,
        /// Utilisation in this step, as the single service that the fleets follow.
        now: [f64; 1],
        /// Power in this step, where it is imposed.
        asked: Option<Asked>,
    },
}

/// Jobs and services in operation.
pub struct Jobs {
    dispatcher: Dispatcher,
    services: Vec<Service>,
    calendar: Calendar,
    utilisations: Vec<f64>,
    /// What each service is asked and gives in this step.
    answers: Vec<Answers>,
    /// Servers of services, and which.
    serving: Vec<(u32, u32)>,
    changes: Vec<Change>,
    failures: Option<Failures>,
    failed: u64,
    down: Down,
    dark: bool,
}

impl Work {
    /// One load for all servers.
    pub fn level(level: Level) -> Self {
        Self::Level {
            level,
            now: [0.0],
            asked: None,
        }
    }

    /// The greatest load that is imposed, all the time; None where jobs and services make it.
    pub fn greatest(&self) -> Option<Level> {
        let Self::Level { level, .. } = self else {
            return None;
        };
        Some(match level {
            Level::Constant(utilisation) => Level::Constant(*utilisation),
            Level::Utilisation(profile) => Level::Constant(profile.max()),
            Level::ItPower(profile) => Level::ItPower(profile.held_at_max()),
            Level::SitePower(profile) => Level::SitePower(profile.held_at_max()),
        })
    }

    /// Jobs and services; `services` in the order in which the dispatcher knows them.
    pub fn jobs(
        dispatcher: Dispatcher,
        services: Vec<Service>,
        calendar: Calendar,
        failures: Option<Failures>,
    ) -> Self {
        Self::Jobs(Box::new(Jobs {
            utilisations: vec![0.0; services.len()],
            answers: vec![Answers::default(); services.len()],
            serving: dispatcher.serving(),
            dispatcher,
            services,
            calendar,
            changes: Vec::new(),
            failures,
            failed: 0,
            down: Down::default(),
            dark: false,
        }))
    }

    /// Whether a change of demand changes anything: jobs of the queue stay as they are.
    pub fn follows_demand(&self) -> bool {
        match self {
            Self::Level { .. } => true,
            Self::Jobs(jobs) => !jobs.services.is_empty(),
        }
    }

    pub(super) fn is_level(&self) -> bool {
        matches!(self, Self::Level { .. })
    }

    /// Moves on to the step [time, time + dt), given as (time, dt): calls `apply` for every server whose load changes.
    /// Services and levels do `demand` times what they say, as far as their chips can. `racks_c` holds the coolant of each
    /// hall's racks in the step before.
    pub(super) fn begin_step<'a>(
        &mut self,
        (time_s, dt_s): (f64, f64),
        demand: f64,
        racks_c: impl Iterator<Item = &'a [f64]>,
        mut apply: impl FnMut(Change),
    ) {
        match self {
            Self::Level { level, now, asked } => match level {
                Level::Constant(utilisation) => now[0] = (*utilisation * demand).min(1.0),
                Level::Utilisation(profile) => {
                    now[0] = (profile.mean(time_s, time_s + dt_s) * demand).min(1.0);
                }
                Level::ItPower(profile) => {
                    *asked = Some(Asked::It(profile.mean(time_s, time_s + dt_s) * demand));
                }
                Level::SitePower(profile) => {
                    *asked = Some(Asked::Site(profile.mean(time_s, time_s + dt_s) * demand));
                }
            },
            Self::Jobs(jobs) => {
                jobs.fail(time_s);
                jobs.changes.clear();
                if jobs.dispatcher.wants_temperatures() && time_s >= jobs.dispatcher.next_event_s()
                {
                    for (hall, racks_c) in racks_c.enumerate() {
                        jobs.dispatcher.set_temperatures(hall, racks_c);
                    }
                }
                jobs.dispatcher.begin_step(time_s, &mut jobs.changes);
                for &change in &jobs.changes {
                    apply(change);
                }
                let now = jobs.utilisations.iter_mut().zip(&mut jobs.answers);
                for ((now, answers), service) in now.zip(&jobs.services) {
                    let answer = service.answer(jobs.calendar, time_s, dt_s);
                    *now = (answer.utilisation * demand).min(1.0);
                    let done = if answer.utilisation > 0.0 {
                        *now / answer.utilisation
                    } else {
                        demand
                    };
                    *answers = Answers::over(&answer, dt_s, demand, done);
                }
                if jobs.down.any() {
                    jobs.lose_of_down();
                }
            }
        }
    }

    /// Utilisation of each service in this step.
    pub(super) fn utilisations(&self) -> &[f64] {
        match self {
            Self::Level { now, .. } => now,
            Self::Jobs(jobs) => &jobs.utilisations,
        }
    }

    /// Power that a profile asks for in this step.
    pub(super) fn asked(&self) -> Option<Asked> {
        match self {
            Self::Level { asked, .. } => *asked,
            Self::Jobs(_) => None,
        }
    }

    /// Delays what runs on servers below full clock, services too.
    pub(super) fn slow_down(&mut self, dt_s: f64, clock: &dyn Fn(u32) -> f64) {
        if let Self::Jobs(jobs) = self {
            jobs.dispatcher.slow_down(dt_s, clock);
            jobs.lose_of_slow(clock);
        }
    }

    /// Servers whose rack is off because of heat from `at_s` on, or back.
    pub(super) fn heat(&mut self, servers: std::ops::Range<u32>, off: bool, at_s: f64) {
        if let Self::Jobs(jobs) = self {
            for server in servers {
                if off {
                    jobs.down.take(&mut jobs.dispatcher, server, Why::Hot, at_s);
                } else {
                    jobs.down.give_back(&mut jobs.dispatcher, server, Why::Hot);
                }
            }
        }
    }

    /// Whether something carries IT from `at_s` on, for all `servers`.
    pub(super) fn power(&mut self, servers: u32, dark: bool, at_s: f64) {
        let Self::Jobs(jobs) = self else { return };
        if std::mem::replace(&mut jobs.dark, dark) == dark {
            return;
        }
        if dark {
            let state = jobs.dispatcher.disturb();
            let all: Vec<_> = state.running().collect();
            for running in all {
                state.interrupt(running, at_s);
            }
        }
        for server in 0..servers {
            if dark {
                jobs.down
                    .take(&mut jobs.dispatcher, server, Why::Dark, at_s);
            } else {
                jobs.down.give_back(&mut jobs.dispatcher, server, Why::Dark);
            }
        }
    }

    /// The queue; none where there are no jobs.
    pub(super) fn queue(&self) -> Option<Queue> {
        match self {
            Self::Level { .. } => None,
            Self::Jobs(jobs) => Some(Queue {
                service_tokens: jobs.answers.iter().map(|a| a.tokens).sum(),
                failures: jobs.failed,
                ..jobs.dispatcher.queue()
            }),
        }
    }

    /// What services were asked and gave in this step; none where there are no services.
    pub(super) fn answers(&self) -> Option<Answers> {
        match self {
            Self::Jobs(jobs) if !jobs.services.is_empty() => {
                Some(jobs.answers.iter().fold(Answers::default(), Answers::and))
            }
            _ => None,
        }
    }

    /// The jobs that wait or run now.
    pub(super) fn present(&self) -> Vec<ActiveJob> {
        match self {
            Self::Level { .. } => Vec::new(),
            Self::Jobs(jobs) => jobs.dispatcher.state().active_jobs().collect(),
        }
    }

    /// Who holds GPUs, and on which servers: see `Dispatcher::occupants`; nobody where there are no jobs.
    pub(super) fn occupants(&self, hold: impl FnMut(u32, u32, u32)) -> Vec<Occupant> {
        match self {
            Self::Level { .. } => Vec::new(),
            Self::Jobs(jobs) => jobs.dispatcher.occupants(hold),
        }
    }

    /// Sums of squares of what the running jobs of a hall weigh; none where there are no jobs.
    pub(super) fn squares(&self, hall: usize) -> Option<[f64; 2]> {
        match self {
            Self::Level { .. } => None,
            Self::Jobs(jobs) => Some(jobs.dispatcher.squares(hall)),
        }
    }

    /// Jobs that ended since the last call.
    pub(super) fn finished(&mut self, into: &mut Vec<FinishedJob>) {
        if let Self::Jobs(jobs) = self {
            jobs.dispatcher.finished(into);
        }
    }
}

impl Jobs {
    /// Servers that failed or came back by now.
    fn fail(&mut self, now_s: f64) {
        let Some(failures) = &mut self.failures else {
            return;
        };
        while let Some(happening) = failures.next(now_s) {
            let (server, at_s) = (happening.server, happening.at_s);
            if happening.fails {
                self.failed += 1;
                self.down
                    .take(&mut self.dispatcher, server, Why::Failed, at_s);
            } else {
                self.down
                    .give_back(&mut self.dispatcher, server, Why::Failed);
            }
        }
    }

    /// Takes from the services what servers out of service leave undone.
    fn lose_of_down(&mut self) {
        let down = &self.down;
        let share = |server| Some(if down.is_down(server) { 0.0 } else { 1.0 });
        lose_tokens(&mut self.answers, &self.serving, &share);
    }

    /// Takes from what is left to the services what servers below full clock leave undone.
    fn lose_of_slow(&mut self, clock: &dyn Fn(u32) -> f64) {
        let down = &self.down;
        let share = |server| (!down.is_down(server)).then(|| clock(server));
        lose_tokens(&mut self.answers, &self.serving, &share);
    }
}

/// Leaves each service the mean share of those of its servers that have one.
fn lose_tokens(
    answers: &mut [Answers],
    serving: &[(u32, u32)],
    share: &dyn Fn(u32) -> Option<f64>,
) {
    for (number, answers) in (0..).zip(answers) {
        let mine = serving.iter().filter(|(_, service)| *service == number);
        let (mut servers, mut shares) = (0.0, 0.0);
        for share in mine.filter_map(|&(server, _)| share(server)) {
            servers += 1.0;
            shares += share;
        }
        if servers > 0.0 {
            answers.keep(shares / servers);
        }
    }
}

impl Answers {
    /// One service over a step in which `demand` times as much is asked for and `done` times as much is done.
    fn over(answer: &Answer, dt_s: f64, demand: f64, done: f64) -> Self {
        let asked = |given: f64, refused: f64| (given + refused) * dt_s * demand;
        let tokens = answer.tokens_per_s * dt_s * done;
        let images = answer.pictures_per_s * dt_s * done;
        Self {
            tokens,
            refused_tokens: (asked(answer.tokens_per_s, answer.refused_per_s) - tokens).max(0.0),
            offloaded_tokens: answer.offloaded_per_s * dt_s * demand,
            offloaded_j: answer.offloaded_w * dt_s * demand,
            images,
            refused_images: (asked(answer.pictures_per_s, answer.refused_pictures_per_s) - images)
                .max(0.0),
        }
    }

    /// Only a share of what the hall would deliver is; the rest is refused.
    fn keep(&mut self, share: f64) {
        self.refused_tokens += self.tokens * (1.0 - share);
        self.tokens *= share;
        self.refused_images += self.images * (1.0 - share);
        self.images *= share;
    }

    /// Both together.
    fn and(self, other: &Self) -> Self {
        Self {
            tokens: self.tokens + other.tokens,
            refused_tokens: self.refused_tokens + other.refused_tokens,
            offloaded_tokens: self.offloaded_tokens + other.offloaded_tokens,
            offloaded_j: self.offloaded_j + other.offloaded_j,
            images: self.images + other.images,
            refused_images: self.refused_images + other.refused_images,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of four servers of a service one is down and the others run at half clock: 3/4 · 1/2 is left, taken in two steps;
    /// another service with one server keeps all.
    #[test]
    fn what_is_down_is_taken_once() {
        let serving = [(0, 0), (1, 0), (2, 0), (3, 0), (4, 1)];
        let one = Answers {
            tokens: 8.0,
            ..Answers::default()
        };
        let mut answers = [one, one];
        lose_tokens(&mut answers, &serving, &|server| {
            Some(if server == 1 { 0.0 } else { 1.0 })
        });
        lose_tokens(&mut answers, &serving, &|server| match server {
            1 => None,
            4 => Some(1.0),
            _ => Some(0.5),
        });
        assert_eq!((answers[0].tokens, answers[0].refused_tokens), (3.0, 5.0));
        assert_eq!(answers[1].tokens, 8.0);
    }
}
