//! What the servers are asked to do: jobs and services from a queue, or a load imposed on all of them.

use crate::scheduler::{Change, Dispatcher, FinishedJob, Queue};
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
        /// IT power in this step, W, where it is imposed.
        it_w: Option<f64>,
    },
}

/// Jobs and services in operation.
pub struct Jobs {
    dispatcher: Dispatcher,
    services: Vec<Service>,
    calendar: Calendar,
    utilisations: Vec<f64>,
    answers: Answers,
    changes: Vec<Change>,
}

impl Work {
    /// One load for all servers.
    pub fn level(level: Level) -> Self {
        Self::Level {
            level,
            now: [0.0],
            it_w: None,
        }
    }

    /// Jobs and services; `services` in the order in which the dispatcher knows them.
    pub fn jobs(dispatcher: Dispatcher, services: Vec<Service>, calendar: Calendar) -> Self {
        Self::Jobs(Box::new(Jobs {
            utilisations: vec![0.0; services.len()],
            dispatcher,
            services,
            calendar,
            answers: Answers::default(),
            changes: Vec::new(),
        }))
    }

    pub(super) fn is_level(&self) -> bool {
        matches!(self, Self::Level { .. })
    }

    /// Moves on to the step [time, time + dt): calls `apply` for every server whose load changes.
    pub(super) fn begin_step(&mut self, time_s: f64, dt_s: f64, mut apply: impl FnMut(Change)) {
        match self {
            Self::Level { level, now, it_w } => match level {
                Level::Constant(utilisation) => now[0] = *utilisation,
                Level::Utilisation(profile) => now[0] = profile.mean(time_s, time_s + dt_s),
                Level::ItPower(profile) => *it_w = Some(profile.mean(time_s, time_s + dt_s)),
            },
            Self::Jobs(jobs) => {
                jobs.changes.clear();
                jobs.dispatcher.begin_step(time_s, &mut jobs.changes);
                for &change in &jobs.changes {
                    apply(change);
                }
                jobs.answers = Answers::default();
                for (now, service) in jobs.utilisations.iter_mut().zip(&jobs.services) {
                    let answer = service.answer(jobs.calendar, time_s, dt_s);
                    *now = answer.utilisation;
                    jobs.answers.add(&answer, dt_s);
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

    /// IT power to impose in this step, W.
    pub(super) fn imposed_it_w(&self) -> Option<f64> {
        match self {
            Self::Level { it_w, .. } => *it_w,
            Self::Jobs(_) => None,
        }
    }

    /// Delays what runs on servers below full clock.
    pub(super) fn slow_down(&mut self, dt_s: f64, clock: &dyn Fn(u32) -> f64) {
        if let Self::Jobs(jobs) = self {
            jobs.dispatcher.slow_down(dt_s, clock);
        }
    }

    /// Takes a share from the tokens that services make in this step.
    pub(super) fn lose_tokens(&mut self, share: f64) {
        if let Self::Jobs(jobs) = self {
            jobs.answers.lose(share);
        }
    }

    /// What services were asked and gave in this step; none where there are no services.
    pub(super) fn answers(&self) -> Option<Answers> {
        match self {
            Self::Jobs(jobs) if !jobs.services.is_empty() => Some(jobs.answers),
            _ => None,
        }
    }

    /// The queue; none where there are no jobs.
    pub(super) fn queue(&self) -> Option<Queue> {
        match self {
            Self::Level { .. } => None,
            Self::Jobs(jobs) => Some(Queue {
                service_tokens: jobs.answers.tokens,
                ..jobs.dispatcher.queue()
            }),
        }
    }

    /// Jobs that ended since the last call.
    pub(super) fn finished(&mut self, into: &mut Vec<FinishedJob>) {
        if let Self::Jobs(jobs) = self {
            jobs.dispatcher.finished(into);
        }
    }
}

impl Answers {
    /// One service over a step.
    fn add(&mut self, answer: &Answer, dt_s: f64) {
        self.tokens += answer.tokens_per_s * dt_s;
        self.refused_tokens += answer.refused_per_s * dt_s;
        self.offloaded_tokens += answer.offloaded_per_s * dt_s;
        self.offloaded_j += answer.offloaded_w * dt_s;
        self.pictures += answer.pictures_per_s * dt_s;
        self.refused_pictures += answer.refused_pictures_per_s * dt_s;
    }

    /// A share of what the hall would deliver is refused instead.
    fn lose(&mut self, share: f64) {
        self.refused_tokens += self.tokens * share;
        self.tokens *= 1.0 - share;
        self.refused_pictures += self.pictures * share;
        self.pictures *= 1.0 - share;
    }
}
