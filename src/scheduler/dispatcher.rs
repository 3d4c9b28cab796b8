//! The dispatcher: work and machines, event by event.
//!
//! ```text
//! at a moment:  ends and phases ─▶ deferred jobs ─▶ arrivals ─▶ scheduler ─▶ servers change ─▶ speeds of what began
//! ```
//!
//! Each moment at which something happens is worked once, in order of time; how far one call of `advance` goes changes nothing. What
//! a moment leads to at the same moment (a job without work, room that a save of no length makes) is worked in turn.

#[cfg(test)]
use super::Change;
use super::rules::PolicyOptions;
use super::rules::defer::Deferral;
use super::rules::order::Ranks;
use super::rules::power_cap::ServerPower;
use super::state::ClusterState;
use super::{
    Cluster, FinishedJob, Holding, JobEnergy, Queue, Scheduler, SchedulerError, Servers,
    SwingWeight,
};
use crate::series::Signal;
use crate::workload::{Arrivals, Job, Service};

/// The site as rules see it.
#[derive(Debug, Clone, Copy)]
pub struct Site<'a> {
    /// Power of the servers of each hall, for a cap.
    pub servers: &'a [ServerPower],
    /// Carbon or price, for jobs that can be put off.
    pub deferring: &'a Signal,
}

/// Lets jobs in, lets the scheduler start them, releases ended jobs, and tells the servers what they do.
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
        self.state.set_interval(options.interval_s.unwrap_or(0.0));
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

    /// Everything that happens from `from_s` on and before `to_s`, each at its own moment: releases jobs that end, admits
    /// arrivals, lets the scheduler start jobs, and has `servers` change, each once per moment. What happens at `to_s` belongs to
    /// the next call. The first call names the servers of services too.
    pub fn advance(&mut self, from_s: f64, to_s: f64, servers: &mut dyn Servers) {
        loop {
            let reading_s = self.state.next_reading_s();
            if reading_s < to_s && reading_s <= self.next_event_s {
                self.state.read_next(servers);
                self.find_next();
                continue;
            }
            let now_s = self.next_event_s.max(from_s);
            if now_s >= to_s {
                break;
            }
            self.at(now_s, servers);
        }
        self.state.pass_to(to_s);
    }

    /// Everything up to `now_s` and at it, on servers at speed 1: adds the changes, of each server the last.
    #[cfg(test)]
    pub(super) fn to(&mut self, now_s: f64, changes: &mut Vec<Change>) {
        let (from_s, mut all) = (self.state.now_s(), Vec::new());
        self.advance(from_s, now_s, &mut all);
        while self.next_event_s <= now_s {
            self.at(now_s, &mut all);
        }
        for (_, change) in all {
            changes.retain(|earlier| earlier.server != change.server);
            changes.push(change);
        }
    }

    /// Works a moment.
    fn at(&mut self, now_s: f64, servers: &mut dyn Servers) {
        self.state.set_now(now_s);
        self.state.release_ended();
        self.state.call_deferred();
        let before = self.state.submitted();
        while let Some(job) = &self.next_job
            && job.submit_s <= now_s
        {
            self.state.admit(job);
            self.next_job = self.arrivals.next_job();
        }
        self.state.call_unannounced(self.state.submitted() > before);
        self.state
            .let_schedule(|state| self.scheduler.schedule(state));
        self.state.report(servers);
        self.find_next();
    }

    fn find_next(&mut self) {
        let next_job = self.next_job.as_ref();
        let submit_s = next_job.map_or(f64::INFINITY, |job| job.submit_s);
        self.next_event_s = self.state.next_event_s().min(submit_s);
    }

    fn find_next_unless_disturbed(&mut self) {
        if self.next_event_s > f64::NEG_INFINITY {
            self.find_next();
        }
    }

    /// A step begins: the means of `queue` are counted from here on.
    pub fn begin_step(&mut self, from_s: f64) {
        self.state.begin_step(from_s);
    }

    /// Moves the ends of running jobs by the speeds of servers in the step from `from_s` to where `advance` came: call it after that. A
    /// job goes as fast as its slowest server, so it loses `dt·(1 − speed)`, or gains where that is negative; the same speed
    /// is counted on until it is read again.
    pub fn follow_speeds(&mut self, from_s: f64, servers: &mut dyn Servers) {
        self.state.follow_speeds(from_s, servers);
        self.find_next_unless_disturbed();
    }

    /// The same in a step in which speeds change slowly: they are read when a job begins and once an hour; here of all jobs where
    /// `moved`, and where servers begin or cease to be `slow`.
    pub fn look_ahead(&mut self, from_s: f64, slow: bool, moved: bool, servers: &mut dyn Servers) {
        if self.state.look_ahead(from_s, (slow, moved), servers) {
            self.find_next_unless_disturbed();
        }
    }

    /// The state, to stop jobs or to take servers out of service at `at_s`, where `advance` came or later. The next `advance`,
    /// from there on, looks at everything again.
    pub fn disturb(&mut self, at_s: f64) -> &mut ClusterState {
        self.next_event_s = f64::NEG_INFINITY;
        self.state.set_now(at_s);
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

    /// Counts the energy of jobs from now on; call it before the first step.
    pub fn count_energy(&mut self) {
        self.state.count_energy();
    }

    /// Gives the jobs that left in the step their energy: `read` says what some GPUs drew from the start of the run up to a moment.
    pub fn settle_energy(&mut self, read: impl FnMut(&Holding) -> JobEnergy) {
        self.state.settle_energy(read);
    }

    /// The services, in the order of `Load::Service`.
    pub fn services(&self) -> &[Service] {
        &self.services
    }

    /// Before this moment nothing starts or ends (it may be that nothing does at it).
    pub fn next_event_s(&self) -> f64 {
        self.next_event_s.min(self.state.next_reading_s())
    }

    /// The queue, the running jobs and the servers.
    pub fn state(&self) -> &ClusterState {
        &self.state
    }
}
