//! Work of the servers: jobs and services from a queue, or a load imposed on all of them.

mod failures;
mod level;
mod losses;
mod out_of_service;
mod service_output;

pub use failures::{Failures, FailuresConfig};
pub use level::{Level, PowerTarget};

use crate::scheduler::{
    ActiveJob, Dispatcher, FinishedJob, Holding, JobEnergy, Occupant, Queue, Servers, ServiceLoad,
};
use crate::snapshot::ServiceOutput;
use crate::workload::{Calendar, Service};
use out_of_service::{OutOfService, Reason};
use service_output::Reserve;

/// The work of a run.
pub enum Work {
    /// Jobs and services through a scheduler.
    Jobs(Box<Jobs>),
    /// No jobs: one load for all servers.
    Level {
        /// The load.
        level: Level,
        /// What it is in this step, as the single service that the fleets follow.
        now: [ServiceLoad; 1],
        /// Power in this step, where it is imposed.
        target: Option<PowerTarget>,
        /// Programs at a clock of their own, which cooler chips do not raise.
        steady: bool,
    },
}

/// Jobs and services in operation.
pub struct Jobs {
    dispatcher: Dispatcher,
    services: Vec<Service>,
    calendar: Calendar,
    loads: Vec<ServiceLoad>,
    /// Demand and output of each service in this step.
    service_output: Vec<ServiceOutput>,
    /// Servers of services, and which.
    serving: Vec<(u32, u32)>,
    /// The service that reads for each, where another one does.
    fed_by: Vec<Option<u32>>,
    /// What each bears before it loses tokens.
    reserves: Vec<Reserve>,
    failures: Option<Failures>,
    failed: u64,
    down: OutOfService,
    dark: bool,
}

impl Work {
    /// One load for all servers.
    pub fn level(level: Level) -> Self {
        Self::Level {
            level,
            now: [ServiceLoad::default()],
            target: None,
            steady: false,
        }
    }

    /// The same by programs that run at a clock of their own, such as hashing.
    pub fn steady_level(level: Level) -> Self {
        Self::Level {
            level,
            now: [ServiceLoad::default()],
            target: None,
            steady: true,
        }
    }

    /// A load that follows the clock of its chips is imposed on all servers.
    pub(super) fn is_imposed(&self) -> bool {
        matches!(self, Self::Level { steady: false, .. })
    }

    /// The maximum imposed load, held constant; None where jobs and services make the load.
    pub fn peak(&self) -> Option<Level> {
        match self {
            Self::Level { level, .. } => Some(level.peak()),
            Self::Jobs(_) => None,
        }
    }

    /// The queue and its machines without their facility; None with a level.
    pub(crate) fn into_dispatcher(self) -> Option<Dispatcher> {
        match self {
            Self::Level { .. } => None,
            Self::Jobs(jobs) => Some(jobs.dispatcher),
        }
    }

    /// Jobs and services; `services` in the order in which the dispatcher knows them.
    pub fn jobs(
        dispatcher: Dispatcher,
        services: Vec<Service>,
        calendar: Calendar,
        failures: Option<Failures>,
    ) -> Self {
        let serving = dispatcher.serving();
        Self::Jobs(Box::new(Jobs {
            loads: vec![ServiceLoad::default(); services.len()],
            service_output: vec![ServiceOutput::default(); services.len()],
            reserves: Reserve::all(&services, &serving),
            serving,
            fed_by: (0..)
                .zip(&services)
                .map(|(own, s)| s.fed_by.map(|on| own + on))
                .collect(),
            dispatcher,
            services,
            calendar,
            failures,
            failed: 0,
            down: OutOfService::default(),
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

    /// Goes through the step [time, time + dt), given as (time, dt): `servers` change as jobs start, save and end.
    /// Services and levels do `demand` times their values, as far as their chips can. `racks_c` holds the coolant of each
    /// hall's racks in the step before.
    pub(super) fn begin_step<'a>(
        &mut self,
        (time_s, dt_s): (f64, f64),
        demand: f64,
        racks_c: impl Iterator<Item = &'a [f64]>,
        servers: &mut dyn Servers,
    ) {
        match self {
            Self::Level {
                level, now, target, ..
            } => match level {
                Level::Constant(utilisation) => {
                    now[0] = ServiceLoad::of(*utilisation).times(demand);
                }
                Level::Utilisation(profile) => {
                    let utilisation = profile.mean(time_s, time_s + dt_s);
                    now[0] = ServiceLoad::of(utilisation).times(demand);
                }
                Level::ItPower(profile) => {
                    *target = Some(PowerTarget::It(
                        profile.mean(time_s, time_s + dt_s) * demand,
                    ));
                }
                Level::SitePower(profile) => {
                    *target = Some(PowerTarget::Site(
                        profile.mean(time_s, time_s + dt_s) * demand,
                    ));
                }
            },
            Self::Jobs(jobs) => {
                let to_s = time_s + dt_s;
                if jobs.dispatcher.wants_temperatures() && jobs.dispatcher.next_event_s() < to_s {
                    for (hall, racks_c) in racks_c.enumerate() {
                        jobs.dispatcher.set_temperatures(hall, racks_c);
                    }
                }
                jobs.advance(time_s, to_s, servers);
                let now = jobs.loads.iter_mut().zip(&mut jobs.service_output);
                let now = now.zip(&mut jobs.reserves);
                for (((now, service_output), reserve), service) in now.zip(&jobs.services) {
                    let rate = service.output_rate(jobs.calendar, time_s, dt_s);
                    let load = ServiceLoad {
                        utilisation: rate.utilisation,
                        unloaded: rate.unloaded,
                    };
                    *now = load.times(demand);
                    let done = if rate.utilisation > 0.0 {
                        now.utilisation / rate.utilisation
                    } else {
                        demand
                    };
                    reserve.begin(&rate, done);
                    *service_output = ServiceOutput {
                        unloaded_gpu_s: f64::from(service.gpus) * now.unloaded * dt_s,
                        ..ServiceOutput::over(&rate, dt_s, demand, done)
                    };
                }
                if jobs.down.any() {
                    jobs.lose_of_down(to_s);
                }
            }
        }
    }

    /// What each service does to its chips in this step.
    pub(super) fn service_loads(&self) -> &[ServiceLoad] {
        match self {
            Self::Level { now, .. } => now,
            Self::Jobs(jobs) => &jobs.loads,
        }
    }

    /// Power that a profile sets for this step.
    pub(super) fn power_target(&self) -> Option<PowerTarget> {
        match self {
            Self::Level { target, .. } => *target,
            Self::Jobs(_) => None,
        }
    }

    /// Lets what ran in the step from `from_s` on get on at the speed of its servers, services too.
    pub(super) fn follow_speeds(&mut self, from_s: f64, servers: &mut dyn Servers) {
        if let Self::Jobs(jobs) = self {
            jobs.dispatcher.follow_speeds(from_s, servers);
            jobs.lose_of_slow(servers);
        }
    }

    /// The same without a cap that changes from step to step. `slow`: some server is held back; `moved`: and so it is by another
    /// coolant than in the step before.
    pub(super) fn look_ahead(
        &mut self,
        from_s: f64,
        slow: bool,
        moved: bool,
        servers: &mut dyn Servers,
    ) {
        if let Self::Jobs(jobs) = self {
            jobs.dispatcher.look_ahead(from_s, slow, moved, servers);
            if slow {
                jobs.lose_of_slow(servers);
            }
        }
    }

    /// Servers whose rack is off because of heat from `at_s` on, or back.
    pub(super) fn heat(&mut self, servers: std::ops::Range<u32>, off: bool, at_s: f64) {
        if let Self::Jobs(jobs) = self {
            for server in servers {
                if off {
                    jobs.down
                        .take(&mut jobs.dispatcher, server, Reason::Hot, at_s);
                } else {
                    jobs.down
                        .give_back(&mut jobs.dispatcher, server, Reason::Hot, at_s);
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
            let state = jobs.dispatcher.disturb(at_s);
            let all: Vec<_> = state.running().collect();
            for running in all {
                state.interrupt(running);
            }
        }
        for server in 0..servers {
            if dark {
                jobs.down
                    .take(&mut jobs.dispatcher, server, Reason::Dark, at_s);
            } else {
                jobs.down
                    .give_back(&mut jobs.dispatcher, server, Reason::Dark, at_s);
            }
        }
    }

    /// The queue; none where there are no jobs.
    pub(super) fn queue(&self) -> Option<Queue> {
        match self {
            Self::Level { .. } => None,
            Self::Jobs(jobs) => Some(Queue {
                service_tokens: jobs.service_output.iter().map(|a| a.tokens).sum(),
                failures: jobs.failed,
                ..jobs.dispatcher.queue()
            }),
        }
    }

    /// Demand and output of services in this step; none where there are no services.
    pub(super) fn service_output(&self) -> Option<ServiceOutput> {
        match self {
            Self::Jobs(jobs) if !jobs.services.is_empty() => Some(
                jobs.service_output
                    .iter()
                    .fold(ServiceOutput::default(), ServiceOutput::and),
            ),
            _ => None,
        }
    }

    /// The jobs that wait or run now; `read` says what some GPUs drew since the start.
    pub(super) fn present(&self, read: impl FnMut(&Holding) -> JobEnergy) -> Vec<ActiveJob> {
        match self {
            Self::Level { .. } => Vec::new(),
            Self::Jobs(jobs) => jobs.dispatcher.state().metered_jobs(read).collect(),
        }
    }

    /// Services, in the order of `Load::Service`; none where the work is a level.
    pub(super) fn services(&self) -> Option<&[Service]> {
        match self {
            Self::Level { .. } => None,
            Self::Jobs(jobs) => Some(&jobs.services),
        }
    }

    /// Counts the energy of jobs from now on; false where there are none.
    pub(super) fn count_energy(&mut self) -> bool {
        if let Self::Jobs(jobs) = self {
            jobs.dispatcher.count_energy();
        }
        !self.is_level()
    }

    /// Gives the jobs that left in the step their energy; `read` as above, up to a moment of the step.
    pub(super) fn settle_energy(&mut self, read: impl FnMut(&Holding) -> JobEnergy) {
        if let Self::Jobs(jobs) = self {
            jobs.dispatcher.settle_energy(read);
        }
    }

    /// Who holds GPUs, and on which servers: see `Dispatcher::occupants`; empty without jobs.
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
