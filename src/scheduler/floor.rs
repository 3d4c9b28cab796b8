//! The floor: the queue, the running jobs and the servers, as a scheduler sees them.

mod interrupt;
mod loads;
mod progress;
mod queue;
mod rules;
#[cfg(test)]
mod tests;

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeSet, BinaryHeap};

pub use interrupt::Running;
pub use queue::Ticket;
pub(super) use rules::{Ending, Rulebook};

use super::cluster::{Allocation, Cluster, Placement};
use super::{FinishedJob, Queue};
use loads::Loads;
use progress::{Slot, State};
use queue::{Ends, Link};

/// No slot.
const NONE: u32 = u32::MAX;
/// No service.
const NO_SERVICE: u32 = u32::MAX;

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

/// The queue, the running jobs and the servers.
#[derive(Debug)]
pub struct Floor {
    pub(super) now_s: f64,
    pub(super) cluster: Cluster,
    slots: Vec<Slot>,
    links: Vec<Link>,
    unused: Vec<u32>,
    list: Ends,
    released: bool,
    /// When the scheduler wants to look again, whatever happens.
    wake_s: f64,
    /// When running jobs may end: moment, number, slot, and its serial at the start. What was stopped or put off since
    /// is found out when its moment comes.
    ends: BinaryHeap<Reverse<(Moment, u64, u32, u32)>>,
    by_estimate: BTreeSet<(Moment, u32)>,
    pub(super) counts: Queue,
    pub(super) rejected: u64,
    pub(super) finished: Vec<FinishedJob>,
    loads: Loads,
    pub(super) rules: Rulebook,
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
            list: Ends::default(),
            released: false,
            wake_s: f64::INFINITY,
            ends: BinaryHeap::new(),
            by_estimate: BTreeSet::new(),
            counts: Queue::default(),
            rejected: 0,
            finished: Vec::new(),
            loads: Loads::new(servers),
            rules: Rulebook::default(),
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

    /// Whether the whole queue is to be looked at again: since the scheduler was last called GPUs became free (a job
    /// ended or was stopped), a server left or came back, or a job joined the queue elsewhere than at its end.
    pub fn released(&self) -> bool {
        self.released
    }

    /// Whether the scheduler has anything new to look at.
    pub(super) fn changed(&mut self) -> bool {
        if self.now_s >= self.wake_s {
            self.released = true;
        }
        if self.released {
            self.wake_s = f64::INFINITY;
        }
        self.released || self.first_new().is_some()
    }

    /// Has the scheduler called at `at_s` at the latest, to look at everything again.
    pub(super) fn wake_at(&mut self, at_s: f64) {
        self.wake_s = self.wake_s.min(at_s);
    }

    /// Running jobs by their estimated ends (start + estimate; nobody tells the scheduler of delays).
    pub(super) fn by_estimate(&self) -> impl Iterator<Item = Ending<'_>> {
        let ending = |&(_, slot)| self.ending_of(self.slots.get(slot as usize)?);
        self.by_estimate.iter().filter_map(ending)
    }

    /// Starts a waiting job where `place` found room; returns the server of its remainder.
    pub fn start(&mut self, ticket: Ticket, placement: Placement) -> Option<u32> {
        self.start_by(ticket, |cluster, allocation| {
            cluster.take(placement, allocation);
        })
    }

    /// Starts a waiting job on these servers: whole ones, and GPUs of one more. They must be free.
    pub(super) fn start_on(
        &mut self,
        ticket: Ticket,
        hall: usize,
        whole: &[u32],
        rest: Option<(u32, u32)>,
    ) {
        self.start_by(ticket, |cluster, allocation| {
            cluster.take_exactly(hall, whole, rest, allocation);
        });
    }

    fn start_by(
        &mut self,
        ticket: Ticket,
        take: impl FnOnce(&mut Cluster, &mut Allocation),
    ) -> Option<u32> {
        let index = ticket.0;
        if !self.slots.get(index as usize)?.state.waits() {
            return None;
        }
        self.unlink(index);
        let slot = self.slots.get_mut(index as usize)?;
        take(&mut self.cluster, &mut slot.allocation);
        slot.begin(self.now_s);
        let job = &slot.job;
        self.ends
            .push(Reverse((Moment(slot.end_s), job.id, index, slot.serial)));
        self.by_estimate.insert((Moment(slot.estimated_s), index));
        self.counts.waiting_jobs -= 1;
        self.counts.waiting_gpus -= u64::from(job.gpus);
        self.counts.running_jobs += 1;
        self.counts.busy_gpus += u64::from(job.gpus);
        self.counts.started += u64::from(slot.interruptions == 0);
        let partial = slot.allocation.partial.map(|(server, _)| server);
        self.add_loads(index, true);
        self.hold(index, true);
        partial
    }

    #[cfg(test)]
    pub(super) fn slots(&self) -> usize {
        self.slots.len()
    }

    /// When the next job may end (earlier than it does where it was delayed), or the scheduler wants to look again.
    pub(super) fn next_end_s(&self) -> f64 {
        let end = self.ends.peek();
        let end_s = end.map_or(f64::INFINITY, |Reverse((Moment(end_s), ..))| *end_s);
        end_s.min(self.wake_s)
    }

    /// Releases the jobs that ended at or before now; those that saved in order to stop go back to the queue.
    pub(super) fn release_ended(&mut self) {
        while let Some(&Reverse((Moment(due_s), id, index, serial))) = self.ends.peek() {
            if due_s > self.now_s {
                break;
            }
            self.ends.pop();
            let Some(slot) = self.slots.get(index as usize) else {
                continue;
            };
            if slot.serial != serial || slot.end_s < due_s {
                continue; // stopped since it was filed, or filed again for an earlier end
            }
            if slot.end_s > due_s {
                // Delayed since it was filed.
                let end = Moment(slot.end_s);
                self.ends.push(Reverse((end, id, index, serial)));
                continue;
            }
            let saved = slot.state == State::Saving;
            self.vacate(index);
            if saved {
                self.stop(index, Slot::saved);
                continue;
            }
            let Some(slot) = self.slots.get_mut(index as usize) else {
                continue;
            };
            let lost_s = slot.lost_s;
            slot.finish();
            self.counts.lost_gpu_s += (slot.lost_s - lost_s) * f64::from(slot.job.gpus);
            let left = leaving(slot, slot.first_start_s, slot.end_s, true);
            self.finished.push(left);
            self.unused.push(index);
        }
    }

    /// Delays every running job by what its slowest server lost between now and `now + dt_s`.
    pub(super) fn slow_down(&mut self, dt_s: f64, clock: &dyn Fn(u32) -> f64) {
        for &(_, index) in &self.by_estimate {
            let Some(slot) = self.slots.get_mut(index as usize) else {
                continue;
            };
            let clocks = slot.allocation.servers().map(clock);
            let slowest = clocks.fold(1.0, f64::min).max(0.0);
            slot.slow_down(self.now_s, dt_s, slowest);
        }
    }
}

fn leaving(slot: &Slot, start_s: f64, end_s: f64, completed: bool) -> FinishedJob {
    let job = &slot.job;
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
        interruptions: slot.interruptions,
        lost_s: slot.lost_s,
    }
}
