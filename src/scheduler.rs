//! Which job runs where, and when.
//!
//! ```text
//! arrivals ─▶ queue ─ Scheduler ─▶ cluster (servers, GPUs) ─▶ changes: server, busy GPUs, load
//!                                    ▲ ends release GPUs        (reported once, never scanned)
//! ```
//!
//! Time is exact: jobs are submitted, start, save and end at their own moments, in whatever steps `Dispatcher::advance` is called. A
//! scheduler looks whenever something happens, or at multiples of `interval_s`, as those do that look every so many seconds;
//! GPUs are released at their moment all the same. How fast a job runs is known step by step (`running/speeds.rs`).
//!
//! Jobs can be stopped (`ClusterState::interrupt`, `suspend`, `abandon`) and servers taken out of service
//! (`ClusterState::set_down`): by a scheduler while it runs, by others through `Dispatcher::disturb`.
//!
//! A scheduler of your own on four servers of eight GPUs; two jobs, of which the smaller goes first:
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use coldaisle::scheduler::{Cluster, ClusterState, Dispatcher, HallShape, Scheduler};
//! use coldaisle::workload::{Job, Listed};
//!
//! struct SmallestFirst;
//!
//! impl Scheduler for SmallestFirst {
//!     fn schedule(&mut self, state: &mut ClusterState) {
//!         let smallest = |state: &ClusterState| {
//!             let waiting = std::iter::successors(state.head(), |&job| state.next(job));
//!             waiting.min_by_key(|&job| state.gpus(job))
//!         };
//!         // `place` looks for room, `start` takes it.
//!         while let Some(job) = smallest(state)
//!             && let Some(room) = state.place(job)
//!         {
//!             state.start(job, room);
//!         }
//!     }
//! }
//!
//! let hall = HallShape {
//!     servers: 4,
//!     gpus_per_server: 8,
//! };
//! let job = |id, gpus| Job {
//!     id,
//!     gpus,
//!     work_s: 600.0,
//!     ..Job::default()
//! };
//! let jobs = Box::new(Listed([job(1, 32), job(2, 8)].into_iter()));
//! let cluster = Cluster::new(&[hall])?;
//! let mut dispatcher = Dispatcher::new(cluster, Vec::new(), jobs, Box::new(SmallestFirst))?;
//! let mut finished = Vec::new();
//! for minute in 0..30 {
//!     let from_s = 60.0 * f64::from(minute);
//!     dispatcher.advance(from_s, from_s + 60.0, &mut Vec::new());
//!     dispatcher.finished(&mut finished);
//! }
//! assert_eq!(
//!     finished.iter().map(|job| job.id).collect::<Vec<_>>(),
//!     [2, 1]
//! );
//! # Ok(())
//! # }
//! ```

pub mod cluster;
pub mod dispatcher;
mod energy;
mod jobs;
mod loads;
mod meter;
mod occupants;
pub mod policy;
mod queue;
mod rules;
mod running;
mod shadow;
mod sort_key;
pub mod state;
mod swing;
#[cfg(test)]
mod tests;
mod time_breakdown;

use std::ops::Range;

use crate::describe::Fault;
use crate::workload::{Label, Outcome};

pub use cluster::{Cluster, HallShape, Placement, Racks};
pub use dispatcher::{Dispatcher, Site};
pub use energy::{Holding, JobEnergy};
pub use occupants::Occupant;
pub use policy::{Backfill, Conservative, Fifo, FirstFit, Policy};
pub use rules::placing::Placing;
pub use rules::power_cap::ServerPower;
pub use rules::{PolicyOptions, defer, order, power_cap, preemption};
pub use state::{ActiveJob, ClusterState, JobHandle, RunningJob};
pub use swing::SwingWeight;
pub use time_breakdown::TimeBreakdown;

/// Decides which waiting jobs start. Called at each moment at which a job arrives or ends, or at the next multiple of its interval.
pub trait Scheduler: Send {
    /// Starts jobs on `state`.
    fn schedule(&mut self, state: &mut ClusterState);
}

/// Load of a server's GPUs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Load {
    /// Nothing.
    Idle,
    /// Jobs: the mean load of the busy GPUs, 0..1.
    Fixed(f64),
    /// Jobs whose processors do not follow their GPUs.
    Hosted {
        /// Mean load of the busy GPUs, 0..1.
        gpus: f64,
        /// Load of the processors for each busy GPU over that of all GPUs, 0..1.
        host: f64,
    },
    /// A service, by its index; its load varies with time.
    Service(u32),
}

/// What a service or an imposed load does to its chips now.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ServiceLoad {
    /// Mean load of its chips, 0..1.
    pub utilisation: f64,
    /// Share of them that holds nothing, 0..1: they rest without a context.
    pub unloaded: f64,
}

impl ServiceLoad {
    /// A load of chips that all hold their work.
    pub fn of(utilisation: f64) -> Self {
        Self {
            utilisation,
            unloaded: 0.0,
        }
    }

    /// With `demand` times as much requested: more copies where it is above 1, all that there are at most.
    #[must_use]
    pub fn times(self, demand: f64) -> Self {
        Self {
            utilisation: (self.utilisation * demand).min(1.0),
            unloaded: (1.0 - (1.0 - self.unloaded) * demand.max(1.0)).max(0.0),
        }
    }
}

/// A server whose work changed. Servers never named are idle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// Index over all halls, in the order of the halls.
    pub server: u32,
    /// GPUs at work.
    pub busy_gpus: u32,
    /// Their load.
    pub load: Load,
}

/// The servers as the dispatcher uses them.
pub trait Servers {
    /// A server does something else from `at_s` on, within the step under way and never before the change made last.
    fn change(&mut self, at_s: f64, change: Change);

    /// Speed of a server as it is after the changes made so far, relative to that at which programs were measured. Not
    /// finite where it is not known before the step is solved: it is then read once more after it.
    fn speed(&mut self, server: u32) -> f64;

    /// Speed of the slowest of some servers, all of which do the same.
    fn slowest(&mut self, servers: Range<u32>) -> f64 {
        servers.fold(f64::INFINITY, |slowest, server| {
            slowest.min(self.speed(server))
        })
    }
}

/// A list of the changes and their moments, for servers that all run at speed 1.
impl Servers for Vec<(f64, Change)> {
    fn change(&mut self, at_s: f64, change: Change) {
        self.push((at_s, change));
    }

    fn speed(&mut self, _: u32) -> f64 {
        1.0
    }

    fn slowest(&mut self, _: Range<u32>) -> f64 {
        1.0
    }
}

/// The queue and the machines it feeds, at the end of the step where a name says nothing else.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Queue {
    /// Jobs waiting.
    pub waiting_jobs: u64,
    /// GPUs those jobs request.
    pub waiting_gpus: u64,
    /// GPU-seconds of work in the queue.
    pub waiting_gpu_s: f64,
    /// Jobs running.
    pub running_jobs: u64,
    /// GPUs allocated (to jobs and services).
    pub busy_gpus: u64,
    /// The same, mean over the step.
    pub mean_busy_gpus: f64,
    /// GPU-seconds allocated since the start.
    pub busy_gpu_s: f64,
    /// `waiting_gpu_s`, mean over the step.
    pub mean_backlog_gpu_s: f64,
    /// Its integral over time since the start, GPU·s².
    pub backlog_gpu_s2: f64,
    /// Its maximum since the start.
    pub most_backlog_gpu_s: f64,
    /// Jobs submitted since the start.
    pub submitted: u64,
    /// Jobs started since the start; one that was stopped and started again counts once.
    pub started: u64,
    /// How often a running job was stopped since the start, by failures and by the scheduler.
    pub interruptions: u64,
    /// GPU-seconds held without getting on since the start (saving, starting again, work done twice), of what ended or
    /// was stopped.
    pub lost_gpu_s: f64,
    /// Where the time of the GPUs that jobs held went since the start, GPU-seconds.
    pub spent: TimeBreakdown,
    /// GPUs in servers that are out of service.
    pub down_gpus: u64,
    /// GPU-seconds of servers out of service since the start.
    pub down_gpu_s: f64,
    /// Failures of servers since the start.
    pub failures: u64,
    /// Tokens that services delivered in this step.
    pub service_tokens: f64,
}

/// A job that left the system in this step.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct FinishedJob {
    /// Number in order of submission, from 1.
    pub id: u64,
    /// Kind of work (`pretraining`, `fine_tuning`, …).
    pub class: &'static str,
    /// GPUs held.
    pub gpus: u32,
    /// Seconds since the start of the run.
    pub submit_s: f64,
    /// When it started for the first time, seconds since the start of the run.
    pub start_s: f64,
    /// Seconds since the start of the run.
    pub end_s: f64,
    /// Tokens processed.
    pub tokens: f64,
    /// False where the job ended in failure.
    pub completed: bool,
    /// Its user; 0 where unknown.
    pub user: u32,
    /// Run time at full clock, s, without checkpoints and failures.
    pub work_s: f64,
    /// When it should have ended, s since the start of the run.
    pub deadline_s: f64,
    /// How often it was stopped and started again.
    pub interruptions: u32,
    /// Time for which it held its GPUs without getting on: saving, starting again, work done twice; s at full clock.
    pub lost_s: f64,
    /// How it ended.
    pub outcome: Outcome,
    /// No hall could ever hold it: it never started.
    pub refused: bool,
    /// How long its start could be put off, s since its submission.
    pub deferrable_s: f64,
    /// Its name in the trace it came from.
    pub label: Label,
    /// Where the time for which it held its GPUs went, s.
    pub spent: TimeBreakdown,
    /// What they drew; None where it is not counted, see `Facility::meter_jobs`.
    pub energy: Option<JobEnergy>,
}

/// The work and the machines do not go together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchedulerError {
    /// A hall without servers, or servers without GPUs.
    #[error("hall {hall} has {servers} servers with {gpus_per_server} GPUs each")]
    Hall {
        /// Index of the hall.
        hall: usize,
        /// Servers in it.
        servers: u32,
        /// GPUs in each.
        gpus_per_server: u32,
    },
    /// More GPUs than a queue can count.
    #[error("{servers} servers are too many")]
    TooMany {
        /// Servers in all halls.
        servers: u64,
    },
    /// Services that request more than there is.
    #[error("{service} requests {gpus} GPUs in whole servers, but only {left} GPUs are left")]
    ServiceTooLarge {
        /// Class of the service.
        service: &'static str,
        /// GPUs it requests.
        gpus: u32,
        /// GPUs in servers not yet taken.
        left: u64,
    },
}

impl SchedulerError {
    /// As something that the user can mend.
    pub fn fault(&self) -> Fault {
        let cure = match self {
            Self::Hall { .. } => "give 1 to 2^31 servers of 1 to 1024 GPUs",
            Self::TooMany { .. } => "give at most 2^31 in all halls together",
            Self::ServiceTooLarge { .. } => {
                "give fewer GPUs (or ask for fewer requests), or more servers"
            }
        };
        Fault::new(self.to_string(), cure)
    }
}
