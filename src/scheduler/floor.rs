//! The floor: the queue, the running jobs and the servers, as a scheduler sees them.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeSet, BinaryHeap};

use super::cluster::{Allocation, Cluster, Placement};
use super::{Change, FinishedJob, Load, Queue};
use crate::workload::Job;

/// No slot.
const NONE: u32 = u32::MAX;
/// No service.
const NO_SERVICE: u32 = u32::MAX;
/// Loads are summed as whole multiples of 2⁻⁵³, so that adding and taking away again leaves no rest.
/// 1024 GPUs at full load stay below 2⁶⁴.
const LOAD_UNITS: f64 = 9_007_199_254_740_992.0;

/// A moment, ordered.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Moment(pub(super) f64);

impl Eq for Moment {}
impl Ord for Moment {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}
impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A waiting job, valid until it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket(u32);

/// A waiting or running job. Slots are used again, so memory follows the jobs present, not the jobs seen.
#[derive(Debug, Clone)]
struct Slot {
    job: Job,
    start_s: f64,
    end_s: f64,
    allocation: Allocation,
}

/// What a walk along the queue reads, kept apart from the slots so that it stays in the cache.
#[derive(Debug, Clone, Copy)]
struct Link {
    previous: u32,
    next: u32,
    gpus: u32,
    estimate_s: f64,
}

/// The queue, the running jobs and the servers.
#[derive(Debug)]
pub struct Floor {
    pub(super) now_s: f64,
    pub(super) cluster: Cluster,
    slots: Vec<Slot>,
    links: Vec<Link>,
    unused: Vec<u32>,
    head: u32,
    tail: u32,
    first_new: u32,
    new_jobs: u64,
    released: bool,
    ends: BinaryHeap<Reverse<(Moment, u64, u32)>>,
    by_estimate: BTreeSet<(Moment, u32)>,
    pub(super) counts: Queue,
    pub(super) rejected: u64,
    pub(super) finished: Vec<FinishedJob>,
    /// Per server: sum of load × GPUs, in load units.
    loads: Vec<u64>,
    /// Per server: the same of the processors; empty until a job comes whose processors have a load of their own.
    hosts: Vec<u64>,
    services: Vec<u32>,
    touched: Vec<u32>,
    is_touched: Vec<bool>,
}

impl Floor {
    pub(super) fn new(cluster: Cluster) -> Self {
        let servers = cluster.servers();
        Self {
            now_s: 0.0,
            cluster,
            slots: Vec::new(),
            links: Vec::new(),
            unused: Vec::new(),
            head: NONE,
            tail: NONE,
            first_new: NONE,
            new_jobs: 0,
            released: false,
            ends: BinaryHeap::new(),
            by_estimate: BTreeSet::new(),
            counts: Queue::default(),
            rejected: 0,
            finished: Vec::new(),
            loads: vec![0; servers],
            hosts: Vec::new(),
            services: vec![NO_SERVICE; servers],
            touched: Vec::new(),
            is_touched: vec![false; servers],
        }
    }

    /// Start of the step, s since the start of the run.
    pub fn now_s(&self) -> f64 {
        self.now_s
    }

    /// The servers.
    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// The first job in the queue.
    pub fn head(&self) -> Option<Ticket> {
        (self.head != NONE).then_some(Ticket(self.head))
    }

    /// The job behind.
    pub fn next(&self, ticket: Ticket) -> Option<Ticket> {
        let next = self.links.get(ticket.0 as usize)?.next;
        (next != NONE).then_some(Ticket(next))
    }

    /// The first job that arrived since the scheduler was last called.
    pub fn first_new(&self) -> Option<Ticket> {
        (self.first_new != NONE).then_some(Ticket(self.first_new))
    }

    /// Jobs in the queue before `first_new`, as long as none of the new ones has started.
    pub fn old_jobs(&self) -> u64 {
        self.counts.waiting_jobs.saturating_sub(self.new_jobs)
    }

    /// Whether a job ended since the scheduler was last called.
    pub fn released(&self) -> bool {
        self.released
    }

    /// GPUs a waiting job asks for.
    pub fn gpus(&self, ticket: Ticket) -> u32 {
        self.links.get(ticket.0 as usize).map_or(0, |l| l.gpus)
    }

    /// Run time a waiting job was announced with, s.
    pub fn estimate_s(&self, ticket: Ticket) -> f64 {
        let link = self.links.get(ticket.0 as usize);
        link.map_or(0.0, |l| l.estimate_s)
    }

    /// Number of a waiting job.
    pub fn id(&self, ticket: Ticket) -> u64 {
        self.slots.get(ticket.0 as usize).map_or(0, |s| s.job.id)
    }

    /// Running jobs by their estimated ends (start + estimate; nobody tells the scheduler of delays).
    pub(super) fn by_estimate(&self) -> impl Iterator<Item = (f64, &Allocation)> {
        let slot =
            |&(Moment(end_s), slot)| Some((end_s, &self.slots.get(slot as usize)?.allocation));
        self.by_estimate.iter().filter_map(slot)
    }

    /// Starts a waiting job where `place` found room; returns the server of its remainder.
    pub fn start(&mut self, ticket: Ticket, placement: Placement) -> Option<u32> {
        let index = ticket.0;
        self.unlink(index);
        let slot = self.slots.get_mut(index as usize)?;
        self.cluster.take(placement, &mut slot.allocation);
        slot.start_s = self.now_s;
        slot.end_s = self.now_s + slot.job.work_s;
        let job = &slot.job;
        self.ends.push(Reverse((Moment(slot.end_s), job.id, index)));
        self.by_estimate
            .insert((Moment(self.now_s + job.estimate_s), index));
        self.counts.running_jobs += 1;
        self.counts.busy_gpus += u64::from(job.gpus);
        self.counts.started += 1;
        let partial = slot.allocation.partial.map(|(server, _)| server);
        self.add_loads(index, true);
        partial
    }

    #[cfg(test)]
    pub(super) fn slots(&self) -> usize {
        self.slots.len()
    }

    /// When the next job may end; earlier than it does where it was delayed.
    pub(super) fn next_end_s(&self) -> f64 {
        let end = self.ends.peek();
        end.map_or(f64::INFINITY, |Reverse((Moment(end_s), ..))| *end_s)
    }

    /// Releases the jobs that ended at or before now.
    pub(super) fn release_ended(&mut self) {
        while let Some(&Reverse((Moment(due_s), id, index))) = self.ends.peek() {
            if due_s > self.now_s {
                break;
            }
            self.ends.pop();
            let Some(slot) = self.slots.get(index as usize) else {
                continue;
            };
            if slot.end_s > due_s {
                // Delayed since it was filed.
                self.ends.push(Reverse((Moment(slot.end_s), id, index)));
                continue;
            }
            let estimated = Moment(slot.start_s + slot.job.estimate_s);
            self.by_estimate.remove(&(estimated, index));
            self.cluster.release(&slot.allocation);
            self.finished
                .push(leaving(&slot.job, slot.start_s, slot.end_s, true));
            self.counts.running_jobs -= 1;
            self.counts.busy_gpus -= u64::from(slot.job.gpus);
            self.released = true;
            self.add_loads(index, false);
            self.unused.push(index);
        }
    }

    /// Puts a job at the end of the queue, or rejects it when no hall could ever hold it.
    pub(super) fn admit(&mut self, job: Job) {
        self.counts.submitted += 1;
        let sound = job.work_s >= 0.0 && job.work_s.is_finite() && job.estimate_s >= 0.0;
        if !sound || !self.cluster.can_ever_hold(job.gpus) {
            self.rejected += 1;
            self.finished
                .push(leaving(&job, job.submit_s, job.submit_s, false));
            return;
        }
        let link = Link {
            previous: self.tail,
            next: NONE,
            gpus: job.gpus,
            estimate_s: job.estimate_s,
        };
        let index = self.unused.pop().unwrap_or(self.slots.len() as u32);
        if let (Some(slot), Some(old)) = (
            self.slots.get_mut(index as usize),
            self.links.get_mut(index as usize),
        ) {
            slot.job = job; // its list of runs is used again
            *old = link;
        } else {
            self.links.push(link);
            self.slots.push(Slot {
                job,
                start_s: 0.0,
                end_s: 0.0,
                allocation: Allocation::default(),
            });
        }
        match self.links.get_mut(self.tail as usize) {
            Some(last) => last.next = index,
            None => self.head = index,
        }
        self.tail = index;
        if self.first_new == NONE {
            self.first_new = index;
        }
        self.new_jobs += 1;
        self.counts.waiting_jobs += 1;
        self.counts.waiting_gpus += u64::from(job.gpus);
    }

    /// Whether the scheduler has anything new to look at.
    pub(super) fn changed(&self) -> bool {
        self.released || self.first_new != NONE
    }

    /// The scheduler has seen everything.
    pub(super) fn seen(&mut self) {
        self.released = false;
        self.first_new = NONE;
        self.new_jobs = 0;
    }

    /// Delays every running job by what its slowest server lost between now and `now + dt_s`.
    pub(super) fn slow_down(&mut self, dt_s: f64, clock: &dyn Fn(u32) -> f64) {
        for &(_, index) in &self.by_estimate {
            let Some(slot) = self.slots.get_mut(index as usize) else {
                continue;
            };
            let clocks = slot.allocation.servers().map(clock);
            let slowest = clocks.fold(1.0, f64::min).max(0.0);
            let left_s = slot.end_s - self.now_s;
            if left_s <= slowest * dt_s {
                slot.end_s = self.now_s + left_s / slowest.max(f64::MIN_POSITIVE);
            } else {
                slot.end_s += dt_s * (1.0 - slowest);
            }
        }
    }

    /// Marks the servers of service number `service`.
    pub(super) fn serve(&mut self, service: u32, gpus: u32, servers: &[u32]) {
        for &server in servers {
            if let Some(entry) = self.services.get_mut(server as usize) {
                *entry = service;
            }
            self.touch(server);
        }
        self.counts.busy_gpus += u64::from(gpus);
    }

    /// Writes what changed since the last call, once per server.
    pub(super) fn tell(&mut self, changes: &mut Vec<Change>) {
        for server in self.touched.drain(..) {
            let index = server as usize;
            let (Some(touched), Some(&sum), Some(&service)) = (
                self.is_touched.get_mut(index),
                self.loads.get(index),
                self.services.get(index),
            ) else {
                continue;
            };
            *touched = false;
            let busy_gpus = self.cluster.busy_gpus(server);
            let load = if service != NO_SERVICE {
                Load::Service(service)
            } else if busy_gpus == 0 {
                Load::Idle
            } else {
                let mean = |sum: u64| (sum as f64 / LOAD_UNITS / f64::from(busy_gpus)).min(1.0);
                match self.hosts.get(index) {
                    Some(&host) if host != sum => Load::Hosted {
                        gpus: mean(sum),
                        host: mean(host),
                    },
                    _ => Load::Fixed(mean(sum)),
                }
            };
            changes.push(Change {
                server,
                busy_gpus,
                load,
            });
        }
    }

    fn add_loads(&mut self, index: u32, starts: bool) {
        let Some(slot) = self.slots.get_mut(index as usize) else {
            return;
        };
        let units = |load: f64| (load.clamp(0.0, 1.0) * LOAD_UNITS).round() as u64;
        let per_gpu = units(slot.job.utilisation);
        let host = slot.job.host_utilisation;
        if host.is_some() && self.hosts.is_empty() {
            self.hosts.clone_from(&self.loads);
        }
        let host = host.map_or(per_gpu, units);
        // Taken out for the loop, so that the list of runs is neither copied nor borrowed.
        let allocation = std::mem::take(&mut slot.allocation);
        for server in allocation.servers() {
            let gpus = match allocation.partial {
                Some((shared, gpus)) if shared == server => gpus,
                _ => self.cluster.gpus_per_server(server),
            };
            if let Some(sum) = self.loads.get_mut(server as usize) {
                let part = per_gpu * u64::from(gpus);
                *sum = if starts { *sum + part } else { *sum - part };
            }
            if let Some(sum) = self.hosts.get_mut(server as usize) {
                let part = host * u64::from(gpus);
                *sum = if starts { *sum + part } else { *sum - part };
            }
            self.touch(server);
        }
        if let Some(slot) = self.slots.get_mut(index as usize) {
            slot.allocation = allocation;
        }
    }

    fn touch(&mut self, server: u32) {
        if let Some(touched) = self.is_touched.get_mut(server as usize)
            && !*touched
        {
            *touched = true;
            self.touched.push(server);
        }
    }

    fn unlink(&mut self, index: u32) {
        let Some(&Link {
            previous,
            next,
            gpus,
            ..
        }) = self.links.get(index as usize)
        else {
            return;
        };
        match self.links.get_mut(previous as usize) {
            Some(link) => link.next = next,
            None => self.head = next,
        }
        match self.links.get_mut(next as usize) {
            Some(link) => link.previous = previous,
            None => self.tail = previous,
        }
        if self.first_new == index {
            self.first_new = next;
        }
        self.counts.waiting_jobs -= 1;
        self.counts.waiting_gpus -= u64::from(gpus);
    }
}

fn leaving(job: &Job, start_s: f64, end_s: f64, completed: bool) -> FinishedJob {
    FinishedJob {
        id: job.id,
        class: job.class.name(),
        gpus: job.gpus,
        submit_s: job.submit_s,
        start_s,
        end_s,
        tokens: if completed { job.tokens } else { 0.0 },
        completed,
        user: job.user,
        work_s: job.work_s,
        deadline_s: job.deadline_s,
        interruptions: 0,
        lost_s: 0.0,
    }
}
