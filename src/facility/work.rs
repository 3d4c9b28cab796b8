//! What the servers are asked to do: jobs and services from a queue, or a load imposed on all of them.

use crate::scheduler::{Change, Dispatcher, FinishedJob, Queue};
use crate::workload::profile::Profile;
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
    tokens: f64,
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
            tokens: 0.0,
            changes: Vec::new(),
        }))
    }

    pub(super) fn is_level(&self) -> bool {
        matches!(self, Self::Level { .. })
    }

    /// Moves on to the step [time, time + dt): calls `apply` for every server whose load changes. Services and levels do
    /// `demand` times what they say, as far as their chips can.
    pub(super) fn begin_step(
        &mut self,
        time_s: f64,
        dt_s: f64,
        demand: f64,
        mut apply: impl FnMut(Change),
    ) {
        match self {
            Self::Level { level, now, it_w } => match level {
                Level::Constant(utilisation) => now[0] = (*utilisation * demand).min(1.0),
                Level::Utilisation(profile) => {
                    now[0] = (profile.mean(time_s, time_s + dt_s) * demand).min(1.0);
                }
                Level::ItPower(profile) => {
                    *it_w = Some(profile.mean(time_s, time_s + dt_s) * demand);
                }
            },
            Self::Jobs(jobs) => {
                jobs.changes.clear();
                jobs.dispatcher.begin_step(time_s, &mut jobs.changes);
                for &change in &jobs.changes {
                    apply(change);
                }
                jobs.tokens = 0.0;
                for (now, service) in jobs.utilisations.iter_mut().zip(&jobs.services) {
                    let (utilisation, tokens_per_s) = service.now(jobs.calendar, time_s, dt_s);
                    *now = (utilisation * demand).min(1.0);
                    let done = if utilisation > 0.0 {
                        *now / utilisation
                    } else {
                        demand
                    };
                    jobs.tokens += tokens_per_s * dt_s * done;
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
            jobs.tokens *= 1.0 - share;
        }
    }

    /// The queue; none where there are no jobs.
    pub(super) fn queue(&self) -> Option<Queue> {
        match self {
            Self::Level { .. } => None,
            Self::Jobs(jobs) => Some(Queue {
                service_tokens: jobs.tokens,
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
