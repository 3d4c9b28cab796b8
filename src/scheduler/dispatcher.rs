//! The dispatcher: work and machines, step by step.

use super::rules::PolicyOptions;
use super::rules::defer::Deferral;
use super::rules::order::Ranks;
use super::rules::power_cap::ServerPower;
use super::state::ClusterState;
use super::{Change, Cluster, FinishedJob, Queue, Scheduler, SchedulerError, SwingWeight};
use crate::series::Signal;
use crate::workload::{Arrivals, Job, Service};

/// The site as rules see it.
#[derive(Debug, Clone, Copy)]
pub struct Site<'a> {
    /// Power of the servers of each hall, for a cap.
    pub servers: &'a [ServerPower],
    /// Carbon or price, for jobs that can be put off.
    pub deferring: &'a Signal,
    /// Steps begin at its multiples, s; 0: at any moment.
    pub step_s: f64,
}

/// Lets jobs in, lets the scheduler start them, releases ended jobs, and reports changes on the servers.
pub struct Dispatcher {
    state: ClusterState,
    services: Vec<Service>,
    arrivals: Box<dyn Arrivals>,
    next_job: Option<Job>,
    scheduler: Box<dyn Scheduler>,
    /// Before this moment nothing starts or ends.
    next_event_s: f64,
}

impl Dispatcher {
    /// Gives `services` their servers, from the first hall on, and opens the queue.
    pub fn new(
        cluster: Cluster,
        services: Vec<Service>,
        mut arrivals: Box<dyn Arrivals>,
        scheduler: Box<dyn Scheduler>,
    ) -> Result<Self, SchedulerError> {
        let mut state = ClusterState::new(cluster);
        for (number, service) in (0..).zip(&services) {
            state.serve(number, service)?;
        }
        Ok(Self {
            state,
            services,
            next_job: arrivals.next_job(),
            arrivals,
            scheduler,
            next_event_s: f64::NEG_INFINITY,
        })
    }

    /// Applies `options`, over the site described by `site`. Call it before the first step.
    #[must_use]
    pub fn under(mut self, options: &PolicyOptions, site: Site<'_>) -> Self {
        let order = Ranks::new(options.order.as_ref());
        let deferral = options.defer;
        let deferral = deferral.map(|rule| Deferral::new(rule, site.deferring.clone()));
        self.state.set_step(site.step_s);
        self.state.set_rules(options.placement, order, deferral);
        if let Some(cap) = options.power_cap {
            self.state.set_cap(cap, site.servers, &self.services);
        }
        self
    }

    /// Whether it matters how warm racks are.
    pub fn wants_temperatures(&self) -> bool {
        self.state.cluster().wants_temperatures()
    }

    /// Says how warm the racks of a hall were in the step before, °C.
    pub fn set_temperatures(&mut self, hall: usize, racks_c: &[f64]) {
        self.state.set_temperatures(hall, racks_c);
    }

    /// Start of the step from `now_s` on: releases jobs that ended at or before now, admits arrivals up to now,
    /// lets the scheduler start jobs, and appends what changed, once per server. The first call names the servers
    /// of services too.
    pub fn begin_step(&mut self, now_s: f64, changes: &mut Vec<Change>) {
        self.state.set_now(now_s);
        if now_s < self.next_event_s {
            return;
        }
        self.state.release_ended();
        self.state.call_deferred();
        let before = self.state.submitted();
        while let Some(job) = self.next_job
            && job.submit_s <= now_s
        {
            self.state.admit(job);
            self.next_job = self.arrivals.next_job();
        }
        self.state.call_unannounced(self.state.submitted() > before);
        self.state
            .let_schedule(|state| self.scheduler.schedule(state));
        self.state.report(changes);
        let submit_s = self.next_job.map_or(f64::INFINITY, |job| job.submit_s);
        self.next_event_s = self.state.next_event_s().min(submit_s);
    }

    /// Moves the ends of running jobs in a step of `dt_s` by the speeds of servers: call it after `begin_step`. A job goes as
    /// fast as its slowest server, so it loses `dt·(1 − speed)`, or gains where that is negative; one that ends within the step
    /// does so for its share only. `speed` gives that of a server, 1 as programs were measured.
    pub fn follow_speeds(&mut self, dt_s: f64, speed: &dyn Fn(u32) -> f64) {
        self.state.follow_speeds(dt_s, speed);
        self.next_event_s = self.next_event_s.min(self.state.next_event_s());
    }

    /// The same in a step in which speeds change slowly: they are read once an hour; of all jobs at once where `moved`, and where
    /// servers begin or cease to be `slow`.
    pub fn look_ahead(&mut self, slow: bool, moved: bool, speed: &dyn Fn(u32) -> f64) {
        if self.state.look_ahead(slow, moved, speed) {
            self.next_event_s = self.next_event_s.min(self.state.next_event_s());
        }
    }

    /// The state, to stop jobs or to take servers out of service between two steps: before the `begin_step` at or
    /// after whose moment it counts. That step then looks at everything again.
    pub fn disturb(&mut self) -> &mut ClusterState {
        self.next_event_s = f64::NEG_INFINITY;
        &mut self.state
    }

    /// The queue now. `service_tokens` is left at zero: it depends on the step, see `Service::tokens_per_s`.
    pub fn queue(&self) -> Queue {
        self.state.totals()
    }

    /// Weighs every job by two measures, before the first step.
    pub fn set_swing_weight(&mut self, weight: SwingWeight) {
        self.state.set_swing_weight(weight);
    }

    /// Sums of squares of both measures over the running jobs of a hall.
    pub fn squares(&self, hall: usize) -> [f64; 2] {
        self.state.squares(hall)
    }

    /// Servers of services, and the number of the service of each.
    pub fn serving(&self) -> Vec<(u32, u32)> {
        self.state.serving().collect()
    }

    /// Jobs refused because no hall could ever hold them.
    pub fn rejected(&self) -> u64 {
        self.state.rejected()
    }

    /// Moves the jobs that left since the last call into `into`, in order of their end. Call it in every step:
    /// they are kept until then.
    pub fn finished(&mut self, into: &mut Vec<FinishedJob>) {
        let finished = self.state.finished();
        if !finished.is_sorted_by(|a, b| a.end_s <= b.end_s) {
            finished.sort_by(|a, b| a.end_s.total_cmp(&b.end_s)); // rejected and abandoned ones are in between
        }
        into.append(finished);
    }

    /// The services, in the order of `Load::Service`.
    pub fn services(&self) -> &[Service] {
        &self.services
    }

    /// Before this moment `begin_step` changes nothing (it may still change nothing at it).
    pub fn next_event_s(&self) -> f64 {
        self.next_event_s
    }

    /// The queue, the running jobs and the servers.
    pub fn state(&self) -> &ClusterState {
        &self.state
    }
}
