//! What holds beside the scheduler: the order of the queue, the cap on power, what is put off for better hours.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::progress::{Slot, State};
use super::queue::{Link, Ticket};
use super::{Floor, Moment, NONE, Running};
use crate::scheduler::Placement;
use crate::scheduler::cluster::Allocation;
use crate::scheduler::cluster::hall::Domain;
use crate::scheduler::defer::Deferral;
use crate::scheduler::order::Ranks;
use crate::scheduler::power_cap::Cap;
use crate::workload::Within;

/// A running job, as a reservation sees it.
pub(in crate::scheduler) struct Ending<'a> {
    pub(in crate::scheduler) id: u64,
    /// By its user's estimate.
    pub(in crate::scheduler) end_s: f64,
    pub(in crate::scheduler) allocation: &'a Allocation,
    pub(in crate::scheduler) power_milliw: u64,
}

/// The rules at work.
#[derive(Debug, Default)]
pub(in crate::scheduler) struct Rulebook {
    pub(in crate::scheduler) ranks: Ranks,
    pub(in crate::scheduler) cap: Option<Cap>,
    pub(in crate::scheduler) deferral: Option<Deferral>,
    /// Jobs put off: until when, number, slot.
    pub(super) deferred: BinaryHeap<Reverse<(Moment, u64, u32)>>,
    /// The same, where the scheduler does not look when it comes.
    pub(super) unannounced: BinaryHeap<Reverse<(Moment, u64, u32)>>,
    /// Room to sort the queue in.
    sorting: Vec<(Moment, u64, u32)>,
}

impl Floor {
    /// Where a waiting job could start now: the first hall with room and power for it.
    pub fn place(&self, ticket: Ticket) -> Option<Placement> {
        (0..self.cluster.halls().len()).find_map(|hall| self.place_in(hall, ticket, None))
    }

    /// Where in a hall a waiting job could start now, outside a rack or pod.
    pub(in crate::scheduler) fn place_in(
        &self,
        hall: usize,
        ticket: Ticket,
        avoid: Option<Domain>,
    ) -> Option<Placement> {
        if let Some(cap) = &self.rules.cap
            && !cap.fits(self.adds_milliw(hall, ticket))
        {
            return None;
        }
        self.cluster
            .place_in(hall, self.gpus(ticket), self.within(ticket), avoid)
    }

    /// Whether only the number of its GPUs decides where a job fits.
    pub(in crate::scheduler) fn only_counts(&self, ticket: Ticket) -> bool {
        self.rules.cap.is_none() && self.within(ticket) == Within::Hall
    }

    /// What a waiting job would add to the power of a hall, by estimate.
    pub(in crate::scheduler) fn adds_milliw(&self, hall: usize, ticket: Ticket) -> u64 {
        let (Some(cap), Some(job)) = (&self.rules.cap, self.job(ticket)) else {
            return 0;
        };
        cap.job_milliw(hall, job)
    }

    /// Estimated power now, and the most there may be.
    pub(in crate::scheduler) fn power_milliw(&self) -> (u64, u64) {
        let cap = self.rules.cap.as_ref();
        cap.map_or((0, u64::MAX), |cap| (cap.now_milliw(), cap.most_milliw()))
    }

    /// A running job, as a reservation sees it.
    pub(in crate::scheduler) fn ending(&self, running: Running) -> Option<Ending<'_>> {
        self.ending_of(self.slots.get(running.slot as usize)?)
    }

    pub(super) fn ending_of<'a>(&self, slot: &'a Slot) -> Option<Ending<'a>> {
        slot.runs().then(|| Ending {
            id: slot.job.id,
            end_s: slot.estimated_s,
            allocation: &slot.allocation,
            power_milliw: self.power_of(slot),
        })
    }

    fn power_of(&self, slot: &Slot) -> u64 {
        let cap = self.rules.cap.as_ref();
        cap.map_or(0, |cap| cap.job_milliw(slot.allocation.hall, &slot.job))
    }

    /// Whether a running job, back in the queue, would stand behind a waiting one.
    pub(in crate::scheduler) fn ranks_behind(&self, running: Running, waiting: Ticket) -> bool {
        let (Some(runs), Some(waits)) = (
            self.slots.get(running.slot as usize),
            self.slots.get(waiting.0 as usize),
        ) else {
            return false;
        };
        let place = |slot: &Slot, estimate_s: f64| {
            let rank = self.rules.ranks.rank(&slot.job, estimate_s, self.now_s);
            (Moment(rank), slot.job.id)
        };
        let left_s = (runs.estimated_s - self.now_s).max(0.0);
        place(runs, left_s) > place(waits, waits.estimate_s())
    }

    /// A job begins to hold what its slot says, or gives it back.
    pub(super) fn hold(&mut self, index: u32, starts: bool) {
        let Some(slot) = self.slots.get(index as usize) else {
            return;
        };
        let power_milliw = self.power_of(slot);
        self.rules.ranks.hold(&slot.job, self.now_s, starts);
        if let Some(cap) = &mut self.rules.cap {
            cap.shift(power_milliw, starts);
        }
    }

    /// Puts a new job off for a better hour, where it can wait for one.
    pub(super) fn put_off(&mut self, index: u32) -> bool {
        let Some(slot) = self.slots.get_mut(index as usize) else {
            return false;
        };
        let not_before_s = slot.job.not_before_s;
        let deferral = self.rules.deferral.as_mut();
        let deferred_s = deferral.map_or(not_before_s, |rule| rule.release_s(&slot.job));
        let release_s = deferred_s.max(not_before_s);
        if release_s <= self.now_s {
            return false;
        }
        slot.state = State::PutOff;
        let link = Link::of(slot);
        if let Some(old) = self.links.get_mut(index as usize) {
            *old = link;
        }
        let entry = Reverse((Moment(release_s), slot.job.id, index));
        if slot.job.unannounced {
            self.rules.unannounced.push(entry);
        } else {
            self.rules.deferred.push(entry);
        }
        true
    }

    /// Whether any job was put off and is still.
    pub(in crate::scheduler) fn puts_off(&self) -> bool {
        !self.rules.deferred.is_empty()
    }

    /// The jobs that were put off, and when each joins the queue; by number.
    pub(in crate::scheduler) fn deferred(&self) -> Vec<(f64, Ticket)> {
        let all = self.rules.deferred.iter();
        let mut all: Vec<_> = all
            .map(|Reverse((at, id, index))| (*id, at.0, *index))
            .collect();
        all.sort_unstable_by_key(|(id, ..)| *id);
        let tickets = all
            .into_iter()
            .map(|(_, at_s, index)| (at_s, Ticket(index)));
        tickets.collect()
    }

    /// When the next job that was put off joins the queue.
    pub(in crate::scheduler) fn next_deferred_s(&self) -> f64 {
        let next = self.rules.deferred.peek();
        next.map_or(f64::INFINITY, |Reverse((Moment(at_s), ..))| *at_s)
    }

    /// Lets those into the queue whose hour has come, each at its old place.
    pub(in crate::scheduler) fn call_deferred(&mut self) {
        while self.next_deferred_s() <= self.now_s {
            let Some(Reverse((_, _, index))) = self.rules.deferred.pop() else {
                return;
            };
            self.call(index);
        }
    }

    /// The same for those whose hour nobody announces: where a job was submitted or GPUs became free in this step.
    pub(in crate::scheduler) fn call_unannounced(&mut self, submitted: bool) {
        if !submitted && !self.released {
            return;
        }
        while let Some(&Reverse((Moment(at_s), _, index))) = self.rules.unannounced.peek()
            && at_s <= self.now_s
        {
            self.rules.unannounced.pop();
            self.call(index);
        }
    }

    fn call(&mut self, index: u32) {
        if let Some(slot) = self.slots.get_mut(index as usize) {
            slot.state = State::Waiting;
        }
        self.requeue(index);
        self.released = true; // all is to be looked at: it does not stand at the end
    }

    /// Brings the queue in order where ranks change while jobs wait.
    pub(in crate::scheduler) fn sort(&mut self) {
        if !self.rules.ranks.changes() {
            return;
        }
        let mut sorting = std::mem::take(&mut self.rules.sorting);
        sorting.clear();
        let mut at = self.list.head;
        while let (Some(link), Some(slot)) =
            (self.links.get(at as usize), self.slots.get(at as usize))
        {
            let rank = self
                .rules
                .ranks
                .rank(&slot.job, link.estimate_s, self.now_s);
            sorting.push((Moment(rank), slot.job.id, at));
            at = link.next;
        }
        if !sorting.is_sorted() {
            sorting.sort_unstable();
            let mut previous = NONE;
            for &(.., index) in &sorting {
                match self.links.get_mut(previous as usize) {
                    Some(link) => link.next = index,
                    None => self.list.head = index,
                }
                if let Some(link) = self.links.get_mut(index as usize) {
                    link.previous = previous;
                    link.next = NONE;
                }
                previous = index;
            }
            self.list.tail = previous;
        }
        self.rules.sorting = sorting;
    }
}
