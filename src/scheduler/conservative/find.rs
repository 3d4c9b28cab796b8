//! The earliest seat for a job in the plan.
//!
//! A start fails where at some moment there is too little: then the next one worth a look is behind that moment. First
//! that is counted, then looked at server by server, from the end of the job backwards; where it lies is then left to
//! the rules of the cluster, among the servers that stay free all along.

use super::plan::{Part, Plan, Seat, Slice, for_words, free_on};
use crate::scheduler::cluster::{Allocation, Cluster};
use crate::scheduler::{Floor, Ticket};
use crate::workload::Within;

/// What a waiting job wants.
pub(super) struct Want {
    gpus: u32,
    within: Within,
    pub(super) length_s: f64,
    /// What it adds to the power of each hall; empty where nobody asks.
    adds_milliw: Vec<u64>,
}

impl Want {
    pub(super) fn of(floor: &Floor, ticket: Ticket) -> Self {
        let capped = floor.power_milliw().1 < u64::MAX;
        let halls = if capped {
            floor.cluster().halls().len()
        } else {
            0
        };
        Self {
            gpus: floor.gpus(ticket),
            within: floor.within(ticket),
            length_s: floor.estimate_s(ticket),
            adds_milliw: (0..halls).map(|h| floor.adds_milliw(h, ticket)).collect(),
        }
    }

    fn in_hall(&self, part: Part, hall: usize) -> Need {
        let k = part.gpus_per_server;
        Need {
            whole: self.gpus / k,
            rest: self.gpus % k,
            milliw: self.adds_milliw.get(hall).copied().unwrap_or(0),
        }
    }
}

/// The same in one hall.
#[derive(Clone, Copy)]
struct Need {
    whole: u32,
    rest: u32,
    milliw: u64,
}

impl Need {
    /// Whether there is too little, of servers that are empty and of those with room for the rest.
    fn lacks(self, empty: u32, beside: impl FnOnce() -> u32) -> bool {
        empty < self.whole || (self.rest > 0 && beside() <= self.whole)
    }
}

/// Which starts are looked at.
#[derive(Clone, Copy)]
pub(super) struct Search<'a> {
    /// None before, s.
    pub(super) from_s: f64,
    /// Only those before, s.
    pub(super) before_s: f64,
    /// The job's own seat, which it would give up.
    pub(super) own: Option<&'a Seat>,
    /// Only where room was given back.
    pub(super) only_freed: bool,
}

/// Room to work in.
#[derive(Debug, Default)]
pub(super) struct Room {
    /// Servers that stay empty, and that keep room for the rest, all along; as bits.
    empty: Vec<u64>,
    beside: Vec<u64>,
    scratch: Option<Cluster>,
}

impl Plan {
    /// Whether a job could get an earlier start than its seat has; may say so in vain.
    pub(super) fn may_move(&self, seat: &Seat, want: &Want) -> bool {
        // Right before its seat the job is not there itself.
        let before = self.slices.partition_point(|s| s.from_s < seat.start_s);
        let before = self.slices.get(before.wrapping_sub(1));
        let mut halls = self.parts.iter().enumerate();
        halls.any(|(hall, &part)| {
            let need = want.in_hall(part, hall);
            let k = part.gpus_per_server;
            let (empty, milliw) = self.freed(part, k);
            let freed = milliw.saturating_add(need.milliw) <= self.most_milliw
                && !need.lacks(empty, || self.freed(part, need.rest).0);
            let right_before = hall == seat.on.hall
                && before.is_some_and(|slice| !self.lacks_by_number(slice, part, need, None));
            freed || right_before
        })
    }

    fn find_in(
        &self,
        floor: &Floor,
        hall: usize,
        want: &Want,
        search: Search<'_>,
        room: &mut Room,
    ) -> Option<Seat> {
        let part = *self.parts.get(hall)?;
        if want.within == Within::Server && want.gpus > part.gpus_per_server {
            return None;
        }
        let need = want.in_hall(part, hall);
        let own = search.own.filter(|seat| seat.on.hall == hall);
        let behind = self
            .slices
            .partition_point(|slice| slice.from_s <= search.from_s);
        let (mut start, mut counted) = (behind.saturating_sub(1), 0);
        while let Some(first) = self.slices.get(start)
            && first.from_s < search.before_s
        {
            let start_s = first.from_s.max(search.from_s);
            let end_s = Self::end_s(floor, start_s, want.length_s);
            let end = self.slices.partition_point(|slice| slice.from_s < end_s);
            let window = self.slices.get(start..end)?;
            // First by numbers, where that is not done.
            let fresh = self.slices.get(counted.max(start)..end).unwrap_or_default();
            let short = |slice: &Slice| self.lacks_by_number(slice, part, need, own);
            if let Some(index) = fresh.iter().rposition(short) {
                start = counted.max(start) + index + 1;
                counted = start;
                continue;
            }
            counted = counted.max(end);
            if search.only_freed && !window.iter().any(Slice::is_freed) {
                start += 1;
                continue;
            }
            // Then by servers.
            if let Some(index) = room.free_all_along(window, part, need, own) {
                start += index + 1;
                continue;
            }
            if let Some(on) = room.place(floor.cluster(), hall, want, need.rest) {
                return Some(Seat {
                    start_s,
                    end_s,
                    on,
                    power_milliw: need.milliw,
                });
            }
            start += 1;
        }
        None
    }

    /// Whether a slice has too little, even with what the job holds there itself.
    fn lacks_by_number(&self, slice: &Slice, part: Part, need: Need, own: Option<&Seat>) -> bool {
        let own = own.filter(|seat| is_in(slice, seat));
        let (whole, milliw) = own.map_or((0, 0), |seat| {
            let servers = seat.on.whole() + u32::from(seat.on.partial.is_some());
            (servers, seat.power_milliw)
        });
        (slice.power_milliw - milliw).saturating_add(need.milliw) > self.most_milliw
            || need.lacks(slice.count(part, part.gpus_per_server) + whole, || {
                slice.count(part, need.rest) + whole
            })
    }
}

/// Whether a seat is taken in a slice.
fn is_in(slice: &Slice, seat: &Seat) -> bool {
    seat.start_s <= slice.from_s && slice.from_s < seat.end_s
}

impl Room {
    /// The earliest seat.
    pub(super) fn find(
        &mut self,
        plan: &Plan,
        floor: &Floor,
        want: &Want,
        search: Search<'_>,
    ) -> Option<Seat> {
        let mut best: Option<Seat> = None;
        for hall in 0..plan.parts.len() {
            let before_s = best.as_ref().map_or(search.before_s, |seat| seat.start_s);
            let search = Search { before_s, ..search };
            if let Some(seat) = plan.find_in(floor, hall, want, search, self) {
                best = Some(seat);
            }
        }
        best
    }

    /// Finds the servers that are free in all slices; or the last slice from which on there are too few.
    fn free_all_along(
        &mut self,
        window: &[Slice],
        part: Part,
        need: Need,
        own: Option<&Seat>,
    ) -> Option<usize> {
        let k = part.gpus_per_server;
        let mut with_own = vec![0; if own.is_some() { part.words } else { 0 }];
        for (set, free) in [(&mut self.empty, k), (&mut self.beside, need.rest)] {
            set.clear();
            set.resize(part.words, if free > 0 { u64::MAX } else { 0 });
        }
        for (index, slice) in window.iter().enumerate().rev() {
            let mut left = [0, 0];
            let sets = [(&mut self.empty, k), (&mut self.beside, need.rest)];
            for ((set, free), left) in sets.into_iter().zip(&mut left) {
                if free == 0 {
                    continue;
                }
                let mut there = slice.set(part, free);
                if let Some(seat) = own.filter(|seat| is_in(slice, seat)) {
                    with_own.copy_from_slice(there);
                    give(&mut with_own, slice, part, seat, free);
                    there = &with_own;
                }
                for (word, there) in set.iter_mut().zip(there) {
                    *word &= there;
                    *left += word.count_ones();
                }
            }
            if need.lacks(left[0], || left[1]) {
                return Some(index);
            }
        }
        None
    }

    /// Where a job goes among the servers that are free all along.
    fn place(&mut self, now: &Cluster, hall: usize, want: &Want, rest: u32) -> Option<Allocation> {
        if self.scratch.is_none() {
            self.scratch = now.emptied();
        }
        let scratch = self.scratch.as_mut()?;
        scratch.set_free(hall, &self.empty, (rest, &self.beside), now);
        let placement = scratch.place_in(hall, want.gpus, want.within, None)?;
        let mut on = Allocation::default();
        scratch.take(placement, &mut on);
        Some(on)
    }
}

/// Adds the servers on which a seat, given back, leaves at least `free` GPUs.
fn give(set: &mut [u64], slice: &Slice, part: Part, seat: &Seat, free: u32) {
    for &(first, servers) in &seat.on.runs {
        for_words(first - part.first, servers, |at, mask| {
            if let Some(word) = set.get_mut(at) {
                *word |= mask;
            }
        });
    }
    if let Some((server, gpus)) = seat.on.partial
        && free_on(slice, part, server) + gpus >= free
    {
        for_words(server - part.first, 1, |at, mask| {
            if let Some(word) = set.get_mut(at) {
                *word |= mask;
            }
        });
    }
}
