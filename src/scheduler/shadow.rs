//! The reservation of a blocked job: when it could start by everyone's estimates, and what it leaves to others.
//!
//! The releases of running jobs are replayed in the order of their estimated ends on a copy of the hall counts,
//! down to single servers, until the job fits, at the moment of an end or at the first look of the scheduler from then on: with
//! its GPUs where they must lie, and below the cap on power. Halls count servers by free GPUs, which is all that fitting
//! needs; of a job that must lie in one rack or pod, that rack or pod is reserved as it is.

use super::cluster::hall::{Domain, WHOLE};
use super::cluster::{Allocation, Placement};
use super::{ClusterState, JobHandle, RunningJob};
use crate::workload::Locality;

/// The cluster as it will be at the shadow time.
#[derive(Debug, Clone, Default)]
pub(super) struct Shadow {
    /// When the blocked job could start, s.
    pub(super) time_s: f64,
    /// Where it would start, and in which rack or pod where it must lie in one.
    pub(super) hall: usize,
    pub(super) domain: Option<Domain>,
    gpus: u32,
    within: Locality,
    gpus_per_server: u32,
    /// Per hall: servers by free GPUs; index 0 counts the full ones.
    by_free: Vec<Vec<u32>>,
    /// Per hall: empty servers by rack or pod, of a job that must lie in one.
    empties: Vec<Vec<u32>>,
    /// Busy GPUs of servers that differ from the cluster; valid where `pass` is the current one.
    busy: Vec<(u64, u32)>,
    pass: u64,
    /// Power at the shadow time without the job, what it adds in each hall, and the most there may be; milliwatts.
    power_milliw: u64,
    own_milliw: Vec<u64>,
    most_milliw: u64,
}

impl Shadow {
    /// Finds the reservation of a job that cannot start now.
    pub(super) fn reserve(&mut self, state: &ClusterState, head: JobHandle) {
        self.reset(state, head);
        self.time_s = f64::INFINITY;
        for ending in state.by_estimate() {
            if self.time_s < f64::INFINITY {
                // By the next look of the scheduler more may have ended; of those past their estimate nobody knows.
                if ending.end_s > self.time_s || self.time_s <= state.now_s() {
                    return;
                }
                self.release(state, ending.allocation, ending.power_milliw);
                continue;
            }
            let hall = ending.allocation.hall;
            self.release(state, ending.allocation, ending.power_milliw);
            // Power is given back everywhere, room only there.
            let fits = if self.most_milliw < u64::MAX {
                (0..self.by_free.len()).find_map(|hall| Some((hall, self.fits(state, hall, None)?)))
            } else {
                self.fits(state, hall, Some(ending.allocation))
                    .map(|domain| (hall, domain))
            };
            if let Some((hall, domain)) = fits {
                // Jobs past their estimate may end any moment.
                self.time_s = state.look_at(ending.end_s.max(state.now_s()));
                self.settle(state, hall, domain);
            }
        }
    }

    /// Whether a waiting job would fit now, were these gone.
    pub(super) fn fits_without(
        &mut self,
        state: &ClusterState,
        head: JobHandle,
        gone: &[RunningJob],
    ) -> bool {
        self.reset(state, head);
        for &running in gone {
            if let Some(ending) = state.ending(running) {
                self.release(state, ending.allocation, ending.power_milliw);
            }
        }
        (0..self.by_free.len()).any(|hall| self.fits(state, hall, None).is_some())
    }

    fn settle(&mut self, state: &ClusterState, hall: usize, domain: Domain) {
        self.hall = hall;
        self.domain = (domain != WHOLE).then_some(domain);
        self.gpus_per_server = state.cluster().halls()[hall].gpus_per_server;
    }

    /// The cluster as it is now.
    fn reset(&mut self, state: &ClusterState, head: JobHandle) {
        self.pass += 1;
        self.gpus = state.gpus(head);
        self.within = state.within(head);
        self.domain = None;
        self.busy.resize(state.cluster().servers(), (0, 0));
        let halls = state.cluster().halls();
        self.by_free.resize(halls.len(), Vec::new());
        self.empties.resize(halls.len(), Vec::new());
        for (counts, hall) in self.by_free.iter_mut().zip(halls) {
            counts.clear();
            counts.extend((0..=hall.gpus_per_server).map(|free| hall.with_free(free)));
        }
        for (empties, hall) in self.empties.iter_mut().zip(halls) {
            empties.clear();
            empties.extend_from_slice(hall.empties(self.within));
        }
        (self.power_milliw, self.most_milliw) = state.power_milliw();
        self.own_milliw.clear();
        let own = (0..halls.len()).map(|hall| state.adds_milliw(hall, head));
        self.own_milliw.extend(own);
    }

    /// Gives back what a job holds.
    fn release(&mut self, state: &ClusterState, allocation: &Allocation, power_milliw: u64) {
        self.power_milliw = self.power_milliw.saturating_sub(power_milliw);
        let hall = allocation.hall;
        let h = &state.cluster().halls()[hall];
        let whole = state.cluster().whole_in_service(allocation);
        self.by_free[hall][h.gpus_per_server as usize] += whole;
        let level = self.within;
        let empties = &mut self.empties[hall];
        if !empties.is_empty() {
            for server in allocation.whole_servers() {
                if state.cluster().is_down(server) {
                    continue;
                }
                let domain = h.domain_of(server, level).index;
                empties[domain as usize] += 1;
                self.busy[server as usize] = (self.pass, 0);
            }
        }
        if let Some((server, gpus)) = allocation.partial
            && !state.cluster().is_down(server)
        {
            let k = h.gpus_per_server;
            let before = self.busy_gpus(state, server);
            self.set_busy(server, before - gpus);
            self.shift(hall, k - before, k - before + gpus);
            let empties = &mut self.empties[hall];
            if before == gpus && !empties.is_empty() {
                empties[h.domain_of(server, level).index as usize] += 1;
            }
        }
    }

    /// Whether a job placed there, still running at the shadow time, leaves room for the reserved one. Keeps it in
    /// mind if so. Where a rack or pod is reserved, the placement keeps out of it.
    pub(super) fn allows(
        &mut self,
        state: &ClusterState,
        placement: Placement,
        adds_milliw: u64,
    ) -> bool {
        let own = self.own_milliw[self.hall];
        if self.power_milliw + adds_milliw + own > self.most_milliw {
            return false;
        }
        if placement.hall == self.hall
            && self.domain.is_none()
            && !self.leaves_room(state, placement)
        {
            return false;
        }
        self.power_milliw += adds_milliw;
        true
    }

    fn leaves_room(&mut self, state: &ClusterState, placement: Placement) -> bool {
        let k = self.gpus_per_server;
        let on_rest = placement.shared.map_or(0, |s| self.busy_gpus(state, s));
        let empty = &mut self.by_free[self.hall][k as usize];
        let Some(left) = empty.checked_sub(placement.whole) else {
            return false;
        };
        *empty = left;
        let (before, after) = (k - on_rest, k - on_rest - placement.rest);
        // `place` found a server for the rest beside the whole ones, so there is one to shift.
        self.shift(self.hall, before, after);
        if self.has_room(self.hall, k) {
            return true;
        }
        self.shift(self.hall, after, before);
        self.by_free[self.hall][k as usize] += placement.whole;
        false
    }

    /// Notes that a job starts now on `server` beside `busy_before` GPUs. One that is gone at the shadow time
    /// must not show there; one that stays adds `stays` GPUs.
    pub(super) fn note_start(&mut self, server: u32, busy_before: u32, stays: u32) {
        let at_shadow = match self.busy[server as usize] {
            (pass, busy) if pass == self.pass => busy,
            _ => busy_before,
        };
        self.set_busy(server, at_shadow + stays);
    }

    /// In which part of a hall the job fits at the shadow time; `changed` is what was released
    /// last, where only that can have changed it.
    fn fits(
        &self,
        state: &ClusterState,
        hall: usize,
        changed: Option<&Allocation>,
    ) -> Option<Domain> {
        let h = &state.cluster().halls()[hall];
        let k = h.gpus_per_server;
        let own = self.own_milliw[hall];
        if self.power_milliw + own > self.most_milliw || !self.has_room(hall, k) {
            return None;
        }
        match self.within {
            Locality::Hall => Some(WHOLE),
            Locality::Server => (self.gpus <= k).then_some(WHOLE),
            Locality::Rack | Locality::Pod => {
                let fits = |domain: &Domain| self.has_room_in(state, hall, *domain);
                let level = self.within;
                if let Some(changed) = changed {
                    let mut domains = changed.servers().map(|s| h.domain_of(s, level));
                    return domains.find(fits);
                }
                let count = self.empties[hall].len() as u32;
                let mut domains = (0..count).map(|index| Domain { level, index });
                domains.find(fits)
            }
        }
    }

    /// Whether there is room in a rack or pod.
    fn has_room_in(&self, state: &ClusterState, hall: usize, domain: Domain) -> bool {
        let h = &state.cluster().halls()[hall];
        let k = h.gpus_per_server;
        let (whole, rest) = (self.gpus / k, self.gpus % k);
        let empty = self.empties[hall][domain.index as usize];
        let beside = || {
            let mut servers = h.servers_of(domain);
            servers.any(|server| {
                let usable = state.cluster().is_usable(server);
                let free = k - self.busy_gpus(state, server);
                usable && free < k && free >= rest
            })
        };
        empty > whole || (empty == whole && (rest == 0 || beside()))
    }

    /// Whether there is room in a hall.
    fn has_room(&self, hall: usize, k: u32) -> bool {
        let counts = &self.by_free[hall];
        let (whole, rest) = (self.gpus / k, self.gpus % k);
        let empty = counts[k as usize];
        let beside = || counts[rest as usize..k as usize].iter().any(|n| *n > 0);
        empty > whole || (empty == whole && (rest == 0 || beside()))
    }

    fn busy_gpus(&self, state: &ClusterState, server: u32) -> u32 {
        match self.busy[server as usize] {
            (pass, busy) if pass == self.pass => busy,
            _ => state.cluster().busy_gpus(server),
        }
    }

    fn set_busy(&mut self, server: u32, gpus: u32) {
        self.busy[server as usize] = (self.pass, gpus);
    }

    fn shift(&mut self, hall: usize, free_before: u32, free_after: u32) {
        // Full servers are not counted by the hall: index 0 is a sink that is never read.
        let counts = &mut self.by_free[hall];
        let before = &mut counts[free_before as usize];
        *before = before.wrapping_sub(1);
        let after = &mut counts[free_after as usize];
        *after = after.wrapping_add(1);
    }
}
