//! The reservation of a blocked job: when it could start by everyone's estimates, and what it leaves to others.
//!
//! The releases of running jobs are replayed in the order of their estimated ends on a copy of the hall counts,
//! down to single servers, until the job fits. Halls count servers by free GPUs, which is all that fitting asks.

use super::Floor;
use super::cluster::Placement;

/// The cluster as it will be at the shadow time.
#[derive(Debug, Clone, Default)]
pub(super) struct Shadow {
    /// When the blocked job could start, s.
    pub(super) time_s: f64,
    /// Where it would start.
    hall: usize,
    gpus: u32,
    gpus_per_server: u32,
    /// Per hall: servers by free GPUs; index 0 counts the full ones.
    by_free: Vec<Vec<u32>>,
    /// Busy GPUs of servers that differ from the cluster; valid where `pass` is the current one.
    busy: Vec<(u64, u32)>,
    pass: u64,
}

impl Shadow {
    /// Finds the reservation of a job of `gpus` GPUs that does not fit now.
    pub(super) fn reserve(&mut self, floor: &Floor, gpus: u32) {
        self.pass += 1;
        self.gpus = gpus;
        self.busy.resize(floor.cluster().servers(), (0, 0));
        let halls = floor.cluster().halls();
        self.by_free.resize(halls.len(), Vec::new());
        for (counts, hall) in self.by_free.iter_mut().zip(halls) {
            counts.clear();
            counts.extend((0..=hall.gpus_per_server).map(|free| hall.with_free(free)));
        }
        self.time_s = f64::INFINITY;
        for (end_s, allocation) in floor.by_estimate() {
            let (hall, whole) = (
                allocation.hall,
                floor.cluster().whole_in_service(allocation),
            );
            let Some(k) = halls.get(hall).map(|h| h.gpus_per_server) else {
                continue;
            };
            if let Some(empty) = self.by_free.get_mut(hall).and_then(|c| c.last_mut()) {
                *empty += whole;
            }
            if let Some((server, gpus)) = allocation.partial
                && !floor.cluster().is_down(server)
            {
                let before = self.busy_gpus(floor, server);
                self.set_busy(server, before - gpus);
                self.shift(hall, k - before, k - before + gpus);
            }
            if self.fits(hall, k) {
                // Jobs past their estimate may end any moment.
                self.time_s = end_s.max(floor.now_s());
                self.hall = hall;
                self.gpus_per_server = k;
                return;
            }
        }
    }

    /// Whether a job placed there, still running at the shadow time, leaves room for the reserved one. Keeps it in
    /// mind if so.
    pub(super) fn allows(&mut self, floor: &Floor, placement: Placement) -> bool {
        if placement.hall != self.hall {
            return true;
        }
        let k = self.gpus_per_server;
        let on_rest = placement.shared.map_or(0, |s| self.busy_gpus(floor, s));
        let Some(empty) = self.by_free.get_mut(self.hall).and_then(|c| c.last_mut()) else {
            return false;
        };
        let Some(left) = empty.checked_sub(placement.whole) else {
            return false;
        };
        *empty = left;
        let (before, after) = (k - on_rest, k - on_rest - placement.rest);
        // `place` found a server for the rest beside the whole ones, so there is one to shift.
        self.shift(self.hall, before, after);
        if self.fits(self.hall, k) {
            return true;
        }
        self.shift(self.hall, after, before);
        if let Some(empty) = self.by_free.get_mut(self.hall).and_then(|c| c.last_mut()) {
            *empty += placement.whole;
        }
        false
    }

    /// Notes that a job starts now on `server` beside `busy_before` GPUs. One that is gone at the shadow time
    /// must not show there; one that stays adds `stays` GPUs.
    pub(super) fn note_start(&mut self, server: u32, busy_before: u32, stays: u32) {
        let at_shadow = match self.busy.get(server as usize) {
            Some(&(pass, busy)) if pass == self.pass => busy,
            _ => busy_before,
        };
        self.set_busy(server, at_shadow + stays);
    }

    /// Whether the reserved job fits in a hall at the shadow time.
    fn fits(&self, hall: usize, k: u32) -> bool {
        let Some(counts) = self.by_free.get(hall) else {
            return false;
        };
        let (whole, rest) = (self.gpus / k, self.gpus % k);
        let empty = counts.last().copied().unwrap_or(0);
        let beside = || {
            let range = counts.get(rest as usize..k as usize);
            range.is_some_and(|r| r.iter().any(|n| *n > 0))
        };
        empty > whole || (empty == whole && (rest == 0 || beside()))
    }

    fn busy_gpus(&self, floor: &Floor, server: u32) -> u32 {
        match self.busy.get(server as usize) {
            Some(&(pass, busy)) if pass == self.pass => busy,
            _ => floor.cluster().busy_gpus(server),
        }
    }

    fn set_busy(&mut self, server: u32, gpus: u32) {
        if let Some(entry) = self.busy.get_mut(server as usize) {
            *entry = (self.pass, gpus);
        }
    }

    fn shift(&mut self, hall: usize, free_before: u32, free_after: u32) {
        if let Some(counts) = self.by_free.get_mut(hall) {
            // Full servers are not counted by the hall: index 0 is a sink that nobody reads.
            if let Some(n) = counts.get_mut(free_before as usize) {
                *n = n.wrapping_sub(1);
            }
            if let Some(n) = counts.get_mut(free_after as usize) {
                *n = n.wrapping_add(1);
            }
        }
    }
}
