//! The waiting jobs: a list in the order in which they go, into which what was stopped goes back at its old place.

use std::collections::BTreeSet;

use super::progress::{Slot, State};
use super::{Floor, Moment, NONE, leaving};
use crate::scheduler::FinishedJob;
use crate::workload::{Job, Within};

/// A waiting job, valid until it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket(pub(super) u32);

/// What a walk along the queue reads, kept apart from the slots so that it stays in the cache.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Link {
    pub(super) previous: u32,
    pub(super) next: u32,
    gpus: u32,
    within: Within,
    pub(super) estimate_s: f64,
}

impl Link {
    /// Of a job that stands nowhere yet.
    pub(super) fn of(slot: &Slot) -> Self {
        Self {
            previous: NONE,
            next: NONE,
            gpus: slot.job.gpus,
            within: slot.job.within,
            estimate_s: slot.estimate_s(),
        }
    }
}

/// Ends of the list, and how much of it is new.
#[derive(Debug)]
pub(super) struct Ends {
    pub(super) head: u32,
    pub(super) tail: u32,
    first_new: u32,
    new_jobs: u64,
    jobs: u64,
    /// Rank, number and slot of all, where the order is neither that of submission nor changes.
    by_rank: BTreeSet<(Moment, u64, u32)>,
}

impl Default for Ends {
    fn default() -> Self {
        Self {
            head: NONE,
            tail: NONE,
            first_new: NONE,
            new_jobs: 0,
            jobs: 0,
            by_rank: BTreeSet::new(),
        }
    }
}

impl Floor {
    /// The first job in the queue.
    pub fn head(&self) -> Option<Ticket> {
        (self.list.head != NONE).then_some(Ticket(self.list.head))
    }

    /// The job behind.
    pub fn next(&self, ticket: Ticket) -> Option<Ticket> {
        let next = self.links.get(ticket.0 as usize)?.next;
        (next != NONE).then_some(Ticket(next))
    }

    /// The first job that arrived since the scheduler was last called.
    pub fn first_new(&self) -> Option<Ticket> {
        (self.list.first_new != NONE).then_some(Ticket(self.list.first_new))
    }

    /// Jobs in the queue before `first_new`, as long as none of the new ones has started.
    pub fn old_jobs(&self) -> u64 {
        self.list.jobs.saturating_sub(self.list.new_jobs)
    }

    /// GPUs a waiting job asks for.
    pub fn gpus(&self, ticket: Ticket) -> u32 {
        self.links.get(ticket.0 as usize).map_or(0, |l| l.gpus)
    }

    /// Where a waiting job must lie.
    pub fn within(&self, ticket: Ticket) -> Within {
        let link = self.links.get(ticket.0 as usize);
        link.map_or(Within::Hall, |l| l.within)
    }

    /// Run time a waiting job was announced with, s; what is left of it after an interruption, with saves and restart.
    pub fn estimate_s(&self, ticket: Ticket) -> f64 {
        let link = self.links.get(ticket.0 as usize);
        link.map_or(0.0, |l| l.estimate_s)
    }

    /// Number of a waiting job.
    pub fn id(&self, ticket: Ticket) -> u64 {
        self.slots.get(ticket.0 as usize).map_or(0, |s| s.job.id)
    }

    /// All there is to know of a waiting job.
    pub fn job(&self, ticket: Ticket) -> Option<&Job> {
        self.slots.get(ticket.0 as usize).map(|s| &s.job)
    }

    /// Puts a job at the end of the queue, one of `Job::FIRST` behind others of that kind; or rejects it when no hall
    /// could ever hold it.
    pub(in super::super) fn admit(&mut self, job: Job) {
        self.counts.submitted += 1;
        let cap = self.rules.cap.as_ref();
        if !is_sound(&job)
            || !self.cluster.can_ever_hold(job.gpus, job.within)
            || !cap.is_none_or(|cap| cap.can_ever_hold(&job))
        {
            self.rejected += 1;
            self.finished.push(refused(&Slot::new(job)));
            return;
        }
        let index = self.unused.pop().unwrap_or(self.slots.len() as u32);
        match self.slots.get_mut(index as usize) {
            Some(slot) => slot.fill(job),
            None => self.slots.push(Slot::new(job)),
        }
        let slot = self.slots.get(index as usize);
        self.has_costs |= slot.is_some_and(Slot::has_costs);
        if self.links.len() < self.slots.len() {
            self.links.push(Link::default());
        }
        self.count_waiting(index, true);
        if self.put_off(index) {
            return;
        }
        if job.priority == Job::FIRST || !self.rules.ranks.is_submission() {
            self.requeue(index);
            self.released = true; // it does not stand at the end, where schedulers look for new ones
            return;
        }
        self.link(index, self.list.tail);
        if self.list.first_new == NONE {
            self.list.first_new = index;
        }
        self.list.new_jobs += 1;
    }

    /// Puts a job where the order has it. Where that is the order of submission: before all that were submitted later, and
    /// behind those that go first.
    pub(super) fn requeue(&mut self, index: u32) {
        let Some(slot) = self.slots.get_mut(index as usize) else {
            return;
        };
        if self.rules.ranks.changes() {
            return self.link(index, self.list.tail); // sorted before anybody looks
        }
        if !self.rules.ranks.is_submission() {
            let ranks = &self.rules.ranks;
            slot.rank = ranks.rank(&slot.job, slot.estimate_s(), self.now_s);
            let entry = (Moment(slot.rank), slot.job.id, index);
            let before = self.list.by_rank.range(..entry).next_back();
            let before = before.map_or(NONE, |&(.., before)| before);
            self.list.by_rank.insert(entry);
            return self.link(index, before);
        }
        let place = |slot: &Slot| (slot.job.priority < Job::FIRST, slot.job.id);
        let own = place(slot);
        let (mut before, mut at) = (NONE, self.list.head);
        while at != NONE && self.slots.get(at as usize).is_some_and(|s| place(s) < own) {
            before = at;
            at = self.links.get(at as usize).map_or(NONE, |l| l.next);
        }
        self.link(index, before);
    }

    /// The scheduler has seen everything.
    pub(in super::super) fn seen(&mut self) {
        self.released = false;
        self.list.first_new = NONE;
        self.list.new_jobs = 0;
    }

    /// Links a waiting job in behind another, at the head where that is none.
    fn link(&mut self, index: u32, previous: u32) {
        let next = match self.links.get(previous as usize) {
            Some(link) => link.next,
            None => self.list.head,
        };
        let Some(slot) = self.slots.get(index as usize) else {
            return;
        };
        let link = Link {
            previous,
            next,
            ..Link::of(slot)
        };
        if let Some(old) = self.links.get_mut(index as usize) {
            *old = link;
        }
        match self.links.get_mut(previous as usize) {
            Some(link) => link.next = index,
            None => self.list.head = index,
        }
        match self.links.get_mut(next as usize) {
            Some(link) => link.previous = index,
            None => self.list.tail = index,
        }
        self.list.jobs += 1;
    }

    pub(super) fn unlink(&mut self, index: u32) {
        let Some(&Link { previous, next, .. }) = self.links.get(index as usize) else {
            return;
        };
        if !self.list.by_rank.is_empty()
            && let Some(slot) = self.slots.get(index as usize)
        {
            let entry = (Moment(slot.rank), slot.job.id, index);
            self.list.by_rank.remove(&entry);
        }
        match self.links.get_mut(previous as usize) {
            Some(link) => link.next = next,
            None => self.list.head = next,
        }
        match self.links.get_mut(next as usize) {
            Some(link) => link.previous = previous,
            None => self.list.tail = previous,
        }
        if self.list.first_new == index {
            self.list.first_new = next;
        }
        self.list.jobs -= 1;
    }

    /// Counts a job among the waiting, or no longer.
    pub(super) fn count_waiting(&mut self, index: u32, joins: bool) {
        let Some(slot) = self.slots.get(index as usize) else {
            return;
        };
        let (gpus, counts) = (slot.job.gpus, &mut self.counts);
        let gpu_s = f64::from(gpus) * slot.left_s;
        if joins {
            counts.waiting_jobs += 1;
            counts.waiting_gpus += u64::from(gpus);
            counts.waiting_gpu_s += gpu_s;
        } else {
            counts.waiting_jobs -= 1;
            counts.waiting_gpus -= u64::from(gpus);
            counts.waiting_gpu_s -= gpu_s;
            if counts.waiting_jobs == 0 {
                counts.waiting_gpu_s = 0.0; // no rest of rounding
            }
        }
    }
}

/// What never started has no end of its own.
fn refused(slot: &Slot) -> FinishedJob {
    let submit_s = slot.job.submit_s;
    FinishedJob {
        refused: true,
        ..leaving(slot, submit_s, submit_s, false)
    }
}

fn is_sound(job: &Job) -> bool {
    let is_time = |time_s: f64| time_s >= 0.0 && time_s.is_finite();
    is_time(job.work_s)
        && job.estimate_s >= 0.0
        && job.checkpoint_s > 0.0
        && is_time(job.save_s)
        && is_time(job.restart_s)
}

impl State {
    /// Whether the job is in the list.
    pub(super) fn waits(self) -> bool {
        self == Self::Waiting
    }
}
