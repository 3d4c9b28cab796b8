//! The floor: the queue, the running jobs and the servers, as a scheduler sees them.

mod interrupt;
#[cfg(test)]
mod laws;
mod loads;
mod pace;
#[cfg(test)]
mod pace_tests;
mod present;
mod progress;
mod queue;
mod rules;
#[cfg(test)]
mod tests;
mod weights;

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeSet, BinaryHeap};

pub use interrupt::Running;
pub use present::Present;
pub use queue::Ticket;
pub(super) use rules::{Ending, Rulebook};
pub use weights::Weigh;

use super::cluster::{Allocation, Cluster, Placement};
use super::{FinishedJob, Queue, Spent};
use crate::workload::Outcome;
use loads::Loads;
use progress::{Slot, State};
use queue::{Ends, Link};
use weights::Weights;

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
    /// Steps begin at its multiples, s; 0: at any moment.
    pub(super) step_s: f64,
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
    weights: Weights,
    /// GPUs of running jobs, and the sum of when each would have begun at full clock, GPU-seconds.
    running_gpus: f64,
    begun_gpu_s: f64,
    /// Some job pays for saves or restarts.
    has_costs: bool,
    /// The begin of the step in which such a job next begins or ends a save or a restart.
    phase_s: f64,
    pub(super) rules: Rulebook,
}

impl Floor {
    pub(super) fn new(cluster: Cluster) -> Self {
        let servers = cluster.servers();
        Self {
            now_s: 0.0,
            step_s: 0.0,
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
            weights: Weights::default(),
            running_gpus: 0.0,
            begun_gpu_s: 0.0,
            has_costs: false,
            phase_s: f64::INFINITY,
            rules: Rulebook::default(),
        }
    }

    /// Start of the step, s since the start of the run.
    pub fn now_s(&self) -> f64 {
        self.now_s
    }

    /// The first begin of a step at or after a moment, s: nothing starts and no GPU becomes free between.
    pub(super) fn step_at(&self, at_s: f64) -> f64 {
        if self.step_s > 0.0 {
            // A begin of a step is itself, whatever its own rounding.
            (at_s / self.step_s - 1e-9).ceil() * self.step_s
        } else {
            at_s
        }
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

    /// Starts a waiting job on these servers, which must be free.
    pub(super) fn start_on(&mut self, ticket: Ticket, seat: &Allocation) {
        self.start_by(ticket, |cluster, allocation| {
            cluster.take_exactly(seat, allocation);
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
        self.count_waiting(index, false);
        let slot = self.slots.get_mut(index as usize)?;
        take(&mut self.cluster, &mut slot.allocation);
        slot.begin(self.now_s);
        let job = &slot.job;
        self.running_gpus += f64::from(job.gpus);
        self.begun_gpu_s += slot.as_if_begun_s() * f64::from(job.gpus);
        self.ends
            .push(Reverse((Moment(slot.end_s), job.id, index, slot.serial)));
        self.by_estimate.insert((Moment(slot.estimated_s), index));
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

    /// When the next job may end or change its load (earlier than it does where it was delayed), or the scheduler wants to
    /// look again.
    pub(super) fn next_end_s(&self) -> f64 {
        let end = self.ends.peek();
        let end_s = end.map_or(f64::INFINITY, |Reverse((Moment(end_s), ..))| *end_s);
        end_s.min(self.wake_s).min(self.phase_s)
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
            let (lost_s, before) = (slot.lost_s, slot.spent);
            slot.finish();
            self.counts.lost_gpu_s += (slot.lost_s - lost_s) * f64::from(slot.job.gpus);
            self.counts.spent.since(&before, &slot.spent, slot.job.gpus);
            let left = leaving(slot, slot.first_start_s, slot.end_s, true);
            self.finished.push(left);
            self.unused.push(index);
        }
    }

    /// Where the time of held GPUs went up to now, GPU-seconds, of those that run too.
    pub(super) fn spent(&self) -> Spent {
        let mut spent = self.counts.spent;
        let mut useful = self.running_gpus * self.now_s - self.begun_gpu_s;
        if self.has_costs {
            for &(_, index) in &self.by_estimate {
                let Some(slot) = self.slots.get(index as usize) else {
                    continue;
                };
                let gpus = f64::from(slot.job.gpus);
                let (restarting, saving) = slot.costs_s(self.now_s);
                spent.restarting += restarting * gpus;
                spent.saving += saving * gpus;
                useful -= (restarting + saving) * gpus;
            }
        }
        spent.useful += useful.max(0.0);
        spent
    }

    /// Delays every running job by what its slowest server lost between now and `now + dt_s`.
    pub(super) fn slow_down(&mut self, dt_s: f64, clock: &dyn Fn(u32) -> f64) {
        for &(_, index) in &self.by_estimate {
            let Some(slot) = self.slots.get_mut(index as usize) else {
                continue;
            };
            let clocks = slot.allocation.servers().map(clock);
            let slowest = clocks.fold(1.0, f64::min).max(0.0);
            let gpus = f64::from(slot.job.gpus);
            let lost_gpu_s = slot.slow_down(self.now_s, dt_s, slowest) * gpus;
            self.begun_gpu_s += lost_gpu_s;
            self.counts.spent.slowed += lost_gpu_s;
        }
    }
}

/// `done`: it ran to its own end, which need not be success.
fn leaving(slot: &Slot, start_s: f64, end_s: f64, done: bool) -> FinishedJob {
    let job = &slot.job;
    let outcome = if done { job.outcome } else { Outcome::Failed };
    let completed = outcome == Outcome::Completed;
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
        outcome,
        deferrable_s: job.deferrable_s,
        label: job.label,
        refused: false,
        spent: slot.spent,
    }
}
