//! Servers and their GPUs: who holds what, hall by hall.
//!
//! A job of `g` GPUs stays inside one hall. With `k` GPUs per server it takes `g / k` whole servers and puts the
//! remainder on one server: the one with the fewest free GPUs that still suffice, else an empty one. The lowest
//! index goes first, so racks fill in order.

#[cfg(test)]
mod tests;

use rustc_hash::FxHashSet;

use super::SchedulerError;
use super::bits::Bits;

/// Servers of a hall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HallShape {
    /// Number of servers.
    pub servers: u32,
    /// GPUs in each.
    pub gpus_per_server: u32,
}

/// Where a job would go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placement {
    pub(super) hall: usize,
    /// Whole servers.
    pub(super) whole: u32,
    /// GPUs on one more server.
    pub(super) rest: u32,
    /// The server of the rest where others already work; None: an empty one.
    pub(super) shared: Option<u32>,
}

/// What a job holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Allocation {
    pub(super) hall: usize,
    /// Runs of whole servers: first index, number.
    pub(super) runs: Vec<(u32, u32)>,
    /// Server and GPUs of the remainder.
    pub(super) partial: Option<(u32, u32)>,
}

impl Allocation {
    pub(super) fn whole(&self) -> u32 {
        self.runs.iter().map(|(_, count)| count).sum()
    }

    pub(super) fn servers(&self) -> impl Iterator<Item = u32> + '_ {
        let whole = self.runs.iter().flat_map(|&(first, n)| first..first + n);
        whole.chain(self.partial.map(|(server, _)| server))
    }

    fn has_whole(&self, server: u32) -> bool {
        let mut runs = self.runs.iter();
        runs.any(|&(first, n)| server.wrapping_sub(first) < n)
    }

    fn push_whole(&mut self, server: u32) {
        match self.runs.last_mut() {
            Some((first, count)) if *first + *count == server => *count += 1,
            _ => self.runs.push((server, 1)),
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Hall {
    first: u32,
    pub(super) gpus_per_server: u32,
    /// Servers that jobs can have.
    usable: u32,
    /// Servers by their number of free GPUs, 0 left out: index `f − 1`.
    by_free: Vec<Bits>,
}

impl Hall {
    /// Servers with `free` free GPUs.
    pub(super) fn with_free(&self, free: u32) -> u32 {
        self.bits(free).map_or(0, Bits::len)
    }

    fn bits(&self, free: u32) -> Option<&Bits> {
        self.by_free.get((free as usize).wrapping_sub(1))
    }

    fn shift(&mut self, server: u32, free_before: u32, free_after: u32) {
        let at = server - self.first;
        let index = |free: u32| (free as usize).wrapping_sub(1);
        if let Some(bits) = self.by_free.get_mut(index(free_before)) {
            bits.remove(at);
        }
        if let Some(bits) = self.by_free.get_mut(index(free_after)) {
            bits.insert(at);
        }
    }
}

/// All servers, numbered through the halls.
#[derive(Debug, Clone)]
pub struct Cluster {
    halls: Vec<Hall>,
    /// Busy GPUs of each server.
    busy: Vec<u32>,
    /// Free GPUs of servers in service.
    free_gpus: u64,
    /// Servers out of service.
    down: FxHashSet<u32>,
    /// Servers that services hold.
    held: Vec<u32>,
}

impl Cluster {
    /// Idle halls.
    pub fn new(shapes: &[HallShape]) -> Result<Self, SchedulerError> {
        let servers: u64 = shapes.iter().map(|s| u64::from(s.servers)).sum();
        if servers > 1 << 31 {
            return Err(SchedulerError::TooMany { servers });
        }
        let mut halls = Vec::new();
        let (mut first, mut free_gpus) = (0, 0);
        for (hall, shape) in shapes.iter().enumerate() {
            let HallShape {
                servers,
                gpus_per_server,
            } = *shape;
            // 1024 keeps the sums of loads in a u64, see `Floor`.
            if servers == 0 || !(1..=1024).contains(&gpus_per_server) {
                return Err(SchedulerError::Hall {
                    hall,
                    servers,
                    gpus_per_server,
                });
            }
            let mut by_free = vec![Bits::empty(servers); gpus_per_server as usize - 1];
            by_free.push(Bits::full(servers));
            halls.push(Hall {
                first,
                gpus_per_server,
                usable: servers,
                by_free,
            });
            first += servers;
            free_gpus += u64::from(servers) * u64::from(gpus_per_server);
        }
        Ok(Self {
            halls,
            busy: vec![0; first as usize],
            free_gpus,
            down: FxHashSet::default(),
            held: Vec::new(),
        })
    }

    /// Servers in all halls.
    pub fn servers(&self) -> usize {
        self.busy.len()
    }

    /// GPUs that nobody holds, on servers in service.
    pub fn free_gpus(&self) -> u64 {
        self.free_gpus
    }

    /// Busy GPUs of a server.
    pub fn busy_gpus(&self, server: u32) -> u32 {
        self.busy.get(server as usize).copied().unwrap_or(0)
    }

    pub(super) fn halls(&self) -> &[Hall] {
        &self.halls
    }

    pub(super) fn gpus_per_server(&self, server: u32) -> u32 {
        let hall = self.halls.partition_point(|h| h.first <= server);
        let hall = self.halls.get(hall.wrapping_sub(1));
        hall.map_or(0, |h| h.gpus_per_server)
    }

    /// Whether some hall could ever hold the job.
    pub fn can_ever_hold(&self, gpus: u32) -> bool {
        let fits = |h: &Hall| gpus.div_ceil(h.gpus_per_server) <= h.usable;
        gpus > 0 && self.halls.iter().any(fits)
    }

    /// The first hall with room now, and where.
    pub fn place(&self, gpus: u32) -> Option<Placement> {
        (0..self.halls.len()).find_map(|hall| self.place_in(hall, gpus))
    }

    /// Where in `hall` the job would go now.
    pub fn place_in(&self, hall: usize, gpus: u32) -> Option<Placement> {
        let k = self.halls.get(hall)?.gpus_per_server;
        let (whole, rest) = (gpus / k, gpus % k);
        let empty = self.halls.get(hall)?.with_free(k);
        let shared = || {
            let h = self.halls.get(hall)?;
            (rest..k).find_map(|free| h.bits(free)?.first().map(|at| h.first + at))
        };
        let shared = if rest == 0 || empty < whole {
            None
        } else {
            shared()
        };
        let needed = whole + u32::from(rest > 0 && shared.is_none());
        (empty >= needed).then_some(Placement {
            hall,
            whole,
            rest,
            shared,
        })
    }

    /// Takes what `place` found; `allocation` is written anew.
    pub(super) fn take(&mut self, placement: Placement, allocation: &mut Allocation) {
        allocation.hall = placement.hall;
        allocation.runs.clear();
        allocation.partial = None;
        for _ in 0..placement.whole {
            if let Some(server) = self.take_empty(placement.hall) {
                allocation.push_whole(server);
            }
        }
        if placement.rest > 0 {
            let empty = self.first_empty(placement.hall);
            if let Some(server) = placement.shared.or(empty) {
                self.change(placement.hall, server, |busy| busy + placement.rest);
                allocation.partial = Some((server, placement.rest));
            }
        }
    }

    /// Gives back what a job held.
    pub(super) fn release(&mut self, allocation: &Allocation) {
        for &(first, count) in &allocation.runs {
            for server in first..first + count {
                self.change(allocation.hall, server, |_| 0);
            }
        }
        if let Some((server, gpus)) = allocation.partial {
            self.change(allocation.hall, server, |busy| busy - gpus);
        }
    }

    /// Takes whole servers for ever, from the first hall on; the busy GPUs are `gpus`, the last server's rest
    /// stays idle. Returns the servers.
    pub(super) fn hold(&mut self, gpus: u32) -> Option<Vec<u32>> {
        let (mut left, mut held) = (gpus, Vec::new());
        for hall in 0..self.halls.len() {
            while left > 0
                && let Some(server) = self.take_empty(hall)
            {
                let h = self.halls.get_mut(hall)?;
                h.usable -= 1;
                let used = left.min(h.gpus_per_server);
                let busy = self.busy.get_mut(server as usize)?;
                *busy = used;
                left -= used;
                held.push(server);
            }
        }
        self.held.extend_from_slice(&held);
        (left == 0).then_some(held)
    }

    /// Closes a server to new jobs, or opens it again. Those on it keep what they hold.
    pub(super) fn set_down(&mut self, server: u32, down: bool) {
        let hall = self.halls.partition_point(|h| h.first <= server);
        let (Some(h), Some(&busy)) = (
            self.halls.get_mut(hall.wrapping_sub(1)),
            self.busy.get(server as usize),
        ) else {
            return;
        };
        let changed = if down {
            self.down.insert(server)
        } else {
            self.down.remove(&server)
        };
        // What a service leaves of its last server is no job's either.
        if !changed || self.held.contains(&server) {
            return;
        }
        let free = h.gpus_per_server - busy;
        if down {
            h.shift(server, free, 0);
            self.free_gpus -= u64::from(free);
        } else {
            h.shift(server, 0, free);
            self.free_gpus += u64::from(free);
        }
    }

    /// Whether a server is closed to new jobs.
    pub fn is_down(&self, server: u32) -> bool {
        !self.down.is_empty() && self.down.contains(&server)
    }

    /// Servers closed to new jobs.
    pub fn servers_down(&self) -> usize {
        self.down.len()
    }

    /// Whole servers of an allocation that others can have after it.
    pub(super) fn whole_in_service(&self, allocation: &Allocation) -> u32 {
        if self.down.is_empty() {
            return allocation.whole();
        }
        let runs = allocation.runs.iter();
        let servers = runs.flat_map(|&(first, n)| first..first + n);
        servers.filter(|server| !self.is_down(*server)).count() as u32
    }

    /// GPUs of a server that an allocation holds.
    pub(super) fn held_on(&self, allocation: &Allocation, server: u32) -> u32 {
        match allocation.partial {
            Some((shared, gpus)) if shared == server => gpus,
            _ if allocation.has_whole(server) => self.gpus_per_server(server),
            _ => 0,
        }
    }

    fn first_empty(&self, hall: usize) -> Option<u32> {
        let h = self.halls.get(hall)?;
        Some(h.first + h.bits(h.gpus_per_server)?.first()?)
    }

    fn take_empty(&mut self, hall: usize) -> Option<u32> {
        let server = self.first_empty(hall)?;
        let k = self.halls.get(hall)?.gpus_per_server;
        self.change(hall, server, |_| k);
        Some(server)
    }

    fn change(&mut self, hall: usize, server: u32, busy_after: impl FnOnce(u32) -> u32) {
        let down = self.is_down(server);
        let (Some(h), Some(busy)) = (self.halls.get_mut(hall), self.busy.get_mut(server as usize))
        else {
            return;
        };
        let before = *busy;
        *busy = busy_after(before);
        if down {
            return;
        }
        h.shift(
            server,
            h.gpus_per_server - before,
            h.gpus_per_server - *busy,
        );
        self.free_gpus = self.free_gpus + u64::from(before) - u64::from(*busy);
    }
}
