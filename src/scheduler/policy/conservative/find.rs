//! The earliest reservation for a job in the plan.
//!
//! A start fails where at some moment there is too little: then the next one worth a look is behind that moment. First
//! that is counted, then looked at server by server, from the end of the job backwards; where it lies is then left to
//! the rules of the cluster, among the servers that stay free all along.

use super::plan::{Part, Plan, Reservation, Slice, for_words, free_on};
use crate::scheduler::cluster::{Allocation, Cluster};
use crate::scheduler::{ClusterState, JobHandle};
use crate::workload::Locality;

/// Requirements of a waiting job.
pub(super) struct Want {
    gpus: u32,
    within: Locality,
    pub(super) length_s: f64,
    /// Power it adds in each hall; empty without a cap.
    adds_milliw: Vec<u64>,
}

impl Want {
    pub(super) fn of(state: &ClusterState, handle: JobHandle) -> Self {
        let capped = state.power_milliw().1 < u64::MAX;
        let halls = if capped {
            state.cluster().halls().len()
        } else {
            0
        };
        Self {
            gpus: state.gpus(handle),
            within: state.within(handle),
            length_s: state.estimate_s(handle),
            adds_milliw: (0..halls).map(|h| state.adds_milliw(h, handle)).collect(),
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
    /// The job's own reservation, which it would give up.
    pub(super) own: Option<&'a Reservation>,
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
    /// Whether a job could get an earlier start than its reservation has; may be a false positive.
    pub(super) fn may_move(&self, reservation: &Reservation, want: &Want) -> bool {
        // Right before its reservation the job is not there itself.
        let before = self
            .slices
            .partition_point(|s| s.from_s < reservation.start_s);
        let before = self.slices.get(before.wrapping_sub(1));
        let mut halls = self.parts.iter().enumerate();
        halls.any(|(hall, &part)| {
            let need = want.in_hall(part, hall);
            let k = part.gpus_per_server;
            let (empty, milliw) = self.freed(part, k);
            let freed = milliw.saturating_add(need.milliw) <= self.most_milliw
                && !need.lacks(empty, || self.freed(part, need.rest).0);
            let right_before = hall == reservation.on.hall
                && before.is_some_and(|slice| !self.lacks_by_number(slice, part, need, None));
            freed || right_before
        })
    }

    fn find_in(
        &self,
        state: &ClusterState,
        hall: usize,
        want: &Want,
        search: Search<'_>,
        room: &mut Room,
    ) -> Option<Reservation> {
        let part = self.parts[hall];
        if want.within == Locality::Server && want.gpus > part.gpus_per_server {
            return None;
        }
        let need = want.in_hall(part, hall);
        let own = search.own.filter(|reservation| reservation.on.hall == hall);
        let behind = self
            .slices
            .partition_point(|slice| slice.from_s <= search.from_s);
        let (mut start, mut counted) = (behind.saturating_sub(1), 0);
        while let Some(first) = self.slices.get(start)
            && first.from_s < search.before_s
        {
            let start_s = first.from_s.max(search.from_s);
            let end_s = Self::end_s(state, start_s, want.length_s);
            let end = self.slices.partition_point(|slice| slice.from_s < end_s);
            let window = &self.slices[start..end];
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
            if let Some(on) = room.place(state.cluster(), hall, want, need.rest) {
                return Some(Reservation {
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
    fn lacks_by_number(
        &self,
        slice: &Slice,
        part: Part,
        need: Need,
        own: Option<&Reservation>,
    ) -> bool {
        let own = own.filter(|reservation| is_in(slice, reservation));
        let (whole, milliw) = own.map_or((0, 0), |reservation| {
            let servers = reservation.on.whole() + u32::from(reservation.on.partial.is_some());
            (servers, reservation.power_milliw)
        });
        (slice.power_milliw - milliw).saturating_add(need.milliw) > self.most_milliw
            || need.lacks(slice.count(part, part.gpus_per_server) + whole, || {
                slice.count(part, need.rest) + whole
            })
    }
}

/// Whether a reservation is taken in a slice.
fn is_in(slice: &Slice, reservation: &Reservation) -> bool {
    reservation.start_s <= slice.from_s && slice.from_s < reservation.end_s
}

impl Room {
    /// The earliest reservation.
    pub(super) fn find(
        &mut self,
        plan: &Plan,
        state: &ClusterState,
        want: &Want,
        search: Search<'_>,
    ) -> Option<Reservation> {
        let mut best: Option<Reservation> = None;
        for hall in 0..plan.parts.len() {
            let before_s = best
                .as_ref()
                .map_or(search.before_s, |reservation| reservation.start_s);
            let search = Search { before_s, ..search };
            if let Some(reservation) = plan.find_in(state, hall, want, search, self) {
                best = Some(reservation);
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
        own: Option<&Reservation>,
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
                if let Some(reservation) = own.filter(|reservation| is_in(slice, reservation)) {
                    with_own.copy_from_slice(there);
                    give(&mut with_own, slice, part, reservation, free);
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

/// Adds the servers on which a reservation, given back, leaves at least `free` GPUs.
fn give(set: &mut [u64], slice: &Slice, part: Part, reservation: &Reservation, free: u32) {
    for &(first, servers) in &reservation.on.runs {
        for_words(first - part.first, servers, |at, mask| {
            set[at] |= mask;
        });
    }
    if let Some((server, gpus)) = reservation.on.partial
        && free_on(slice, part, server) + gpus >= free
    {
        for_words(server - part.first, 1, |at, mask| {
            set[at] |= mask;
        });
    }
}
