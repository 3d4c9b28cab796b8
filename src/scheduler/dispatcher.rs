//! The dispatcher: work and machines, step by step.

use super::defer::Deferral;
use super::floor::Floor;
use super::order::Ranks;
use super::power_cap::ServerPower;
use super::rules::Rules;
use super::{Change, Cluster, FinishedJob, Queue, Scheduler, SchedulerError, Weigh};
use crate::series::Signal;
use crate::workload::{Arrivals, Job, Service};

/// What rules know of the site.
#[derive(Debug, Clone, Copy)]
pub struct Site<'a> {
    /// What the servers of each hall draw, for a cap on power.
    pub servers: &'a [ServerPower],
    /// Carbon or price, for jobs that can be put off.
    pub deferring: &'a Signal,
    /// Steps begin at its multiples, s; 0: at any moment.
    pub step_s: f64,
}

/// Lets jobs in, lets the scheduler start them, releases what ended, and tells what changed on the servers.
pub struct Dispatcher {
    floor: Floor,
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
        let mut floor = Floor::new(cluster);
        for (index, service) in services.iter().enumerate() {
            let left = floor.cluster.free_gpus();
            let servers = floor.cluster.hold(service.gpus);
            let servers = servers.ok_or(SchedulerError::ServiceTooLarge {
                service: service.class.name(),
                gpus: service.gpus,
                left,
            })?;
            floor.serve(index as u32, service.gpus, &servers);
        }
        Ok(Self {
            floor,
            services,
            next_job: arrivals.next_job(),
            arrivals,
            scheduler,
            next_event_s: f64::NEG_INFINITY,
        })
    }

    /// Lets `rules` hold, over a site of which `site` tells what they need to know. Call it before the first step.
    #[must_use]
    pub fn under(mut self, rules: &Rules, site: Site<'_>) -> Self {
        self.floor.cluster.set_placing(rules.placement);
        self.floor.step_s = site.step_s;
        let book = &mut self.floor.rules;
        book.ranks = Ranks::new(rules.order.as_ref());
        book.deferral = rules
            .defer
            .map(|rule| Deferral::new(rule, site.deferring.clone()));
        if let Some(cap) = rules.power_cap {
            let cluster = &self.floor.cluster;
            book.cap = Some(cluster.cap(cap, site.servers, &self.services));
        }
        self
    }

    /// Whether it matters how warm racks are.
    pub fn wants_temperatures(&self) -> bool {
        self.floor.cluster.wants_temperatures()
    }

    /// Says how warm the racks of a hall were in the step before, °C.
    pub fn set_temperatures(&mut self, hall: usize, racks_c: &[f64]) {
        self.floor.cluster.set_temperatures(hall, racks_c);
    }

    /// Start of the step from `now_s` on: releases jobs that ended at or before now, admits arrivals up to now,
    /// lets the scheduler start jobs, and appends what changed, once per server. The first call names the servers
    /// of services too.
    pub fn begin_step(&mut self, now_s: f64, changes: &mut Vec<Change>) {
        self.floor.now_s = now_s;
        if now_s < self.next_event_s {
            return;
        }
        self.floor.release_ended();
        self.floor.call_deferred();
        let submitted = self.floor.counts.submitted;
        while let Some(job) = self.next_job
            && job.submit_s <= now_s
        {
            self.floor.admit(job);
            self.next_job = self.arrivals.next_job();
        }
        self.floor
            .call_unannounced(self.floor.counts.submitted > submitted);
        if self.floor.changed() {
            self.floor.sort();
            self.scheduler.schedule(&mut self.floor);
            self.floor.seen();
        }
        self.floor.pace();
        self.floor.tell(changes);
        let submit_s = self.next_job.map_or(f64::INFINITY, |job| job.submit_s);
        let next_end_s = self.floor.next_end_s().min(self.floor.next_deferred_s());
        self.next_event_s = next_end_s.min(submit_s);
    }

    /// Delays running jobs in a step of `dt_s` in which some server runs below full clock: call it after
    /// `begin_step`. A job goes as fast as its slowest server, so it loses `dt·(1 − clock)`; one that ends within
    /// the step loses its share only. `clock` gives 0..1 for a server.
    pub fn slow_down(&mut self, dt_s: f64, clock: &dyn Fn(u32) -> f64) {
        self.floor.slow_down(dt_s, clock);
    }

    /// The floor, to stop jobs or to take servers out of service between two steps: before the `begin_step` at or
    /// after whose moment it counts. That step then looks at everything again.
    pub fn disturb(&mut self) -> &mut Floor {
        self.next_event_s = f64::NEG_INFINITY;
        &mut self.floor
    }

    /// The queue now. `service_tokens` is left at zero: it depends on the step, see `Service::tokens_per_s`.
    pub fn queue(&self) -> Queue {
        Queue {
            spent: self.floor.spent(),
            ..self.floor.counts
        }
    }

    /// Weighs every job by two measures, before the first step.
    pub fn set_weigh(&mut self, weigh: Weigh) {
        self.floor.set_weigh(weigh);
    }

    /// Sums of squares of both measures over the running jobs of a hall.
    pub fn squares(&self, hall: usize) -> [f64; 2] {
        self.floor.squares(hall)
    }

    /// Servers of services, and the number of the service of each.
    pub fn serving(&self) -> Vec<(u32, u32)> {
        self.floor.serving().collect()
    }

    /// Jobs refused because no hall could ever hold them.
    pub fn rejected(&self) -> u64 {
        self.floor.rejected
    }

    /// Moves the jobs that left since the last call into `into`, in order of their end. Call it in every step:
    /// they are kept until then.
    pub fn finished(&mut self, into: &mut Vec<FinishedJob>) {
        let finished = &mut self.floor.finished;
        if !finished.is_sorted_by(|a, b| a.end_s <= b.end_s) {
            finished.sort_by(|a, b| a.end_s.total_cmp(&b.end_s)); // rejected and abandoned ones stand between
        }
        into.append(&mut self.floor.finished);
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
    pub fn floor(&self) -> &Floor {
        &self.floor
    }
}
