//! Servers and their GPUs: who holds what, hall by hall.
//!
//! A job of `g` GPUs stays inside one hall, or inside one server, rack or pod of it where it must. With `k` GPUs per
//! server it takes `g / k` whole servers and puts the remainder on one server: the one with the fewest free GPUs that
//! still suffice, else an empty one. The lowest index goes first, so racks fill in order; or the placement goes by racks:
//! as few as possible, or the coolest first.

mod bits;
pub(super) mod hall;
mod place;
mod scratch;
#[cfg(test)]
mod tests;

use rustc_hash::FxHashSet;

use super::SchedulerError;
use super::rules::placing::Placing;
use super::rules::power_cap::{Cap, PowerCap, ServerPower, highest};
use crate::workload::{Locality, Service};
use hall::Hall;
pub use place::Placement;

/// Servers of a hall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HallShape {
    /// Number of servers.
    pub servers: u32,
    /// GPUs in each.
    pub gpus_per_server: u32,
}

/// How a hall is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Racks {
    /// Servers in each rack.
    pub servers_per_rack: u32,
    /// Racks in each pod.
    pub racks_per_pod: u32,
}

/// Allocation of a job.
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

    pub(super) fn whole_servers(&self) -> impl Iterator<Item = u32> + '_ {
        self.runs.iter().flat_map(|&(first, n)| first..first + n)
    }

    pub(super) fn servers(&self) -> impl Iterator<Item = u32> + '_ {
        self.whole_servers()
            .chain(self.partial.map(|(server, _)| server))
    }

    fn has_whole(&self, server: u32) -> bool {
        let mut runs = self.runs.iter();
        runs.any(|&(first, n)| server.wrapping_sub(first) < n)
    }

    pub(super) fn push_whole(&mut self, server: u32) {
        self.push_run(server, 1);
    }

    fn push_run(&mut self, server: u32, servers: u32) {
        match self.runs.last_mut() {
            Some((first, count)) if *first + *count == server => *count += servers,
            _ => self.runs.push((server, servers)),
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
    /// Servers out of service, and how often one left or came back.
    down: FxHashSet<u32>,
    turns: u64,
    /// Whether a service holds it: its idle GPUs are not free for jobs.
    held: Vec<bool>,
    placing: Placing,
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
            // 1024 keeps the sums of loads in a u64, see `loads`.
            if servers == 0 || !(1..=1024).contains(&gpus_per_server) {
                return Err(SchedulerError::Hall {
                    hall,
                    servers,
                    gpus_per_server,
                });
            }
            halls.push(Hall::new(first, *shape));
            first += servers;
            free_gpus += u64::from(servers) * u64::from(gpus_per_server);
        }
        Ok(Self {
            halls,
            busy: vec![0; first as usize],
            free_gpus,
            down: FxHashSet::default(),
            turns: 0,
            held: vec![false; first as usize],
            placing: Placing::First,
        })
    }

    /// Divides the empty halls, in their order, into racks of so many servers and pods of so many racks. Without it each
    /// is one rack.
    #[must_use]
    pub fn in_racks(mut self, racks: &[Racks]) -> Self {
        for (hall, racks) in self.halls.iter_mut().zip(racks) {
            hall.racks(racks.servers_per_rack, racks.racks_per_pod);
        }
        self
    }

    /// Says which of the free servers jobs get.
    pub(super) fn set_placing(&mut self, placing: Placing) {
        self.placing = placing;
    }

    /// Whether it matters how warm racks are.
    pub(super) fn wants_temperatures(&self) -> bool {
        self.placing == Placing::Coolest
    }

    /// Says how warm the racks of a hall are.
    pub(super) fn set_temperatures(&mut self, hall: usize, racks_c: &[f64]) {
        let warmth = |rack: &u32| racks_c[*rack as usize];
        let coolest = &mut self.halls[hall].coolest;
        coolest.sort_by(|a, b| warmth(a).total_cmp(&warmth(b)).then(a.cmp(b)));
    }

    /// Servers in all halls.
    pub fn servers(&self) -> usize {
        self.busy.len()
    }

    /// Free GPUs, on servers in service.
    pub fn free_gpus(&self) -> u64 {
        self.free_gpus
    }

    /// Busy GPUs of a server.
    pub fn busy_gpus(&self, server: u32) -> u32 {
        self.busy[server as usize]
    }

    pub(super) fn halls(&self) -> &[Hall] {
        &self.halls
    }

    pub(super) fn gpus_per_server(&self, server: u32) -> u32 {
        self.halls[self.hall_of(server)].gpus_per_server
    }

    /// The hall of a server.
    fn hall_of(&self, server: u32) -> usize {
        assert!(
            (server as usize) < self.busy.len(),
            "a server that no hall has"
        );
        self.halls.partition_point(|h| h.first <= server) - 1
    }

    /// Whether some hall could ever hold the job.
    pub fn can_ever_hold(&self, gpus: u32, within: Locality) -> bool {
        let fits = |h: &Hall| {
            let servers = if within == Locality::Server && gpus > h.gpus_per_server {
                u32::MAX
            } else {
                gpus.div_ceil(h.gpus_per_server)
            };
            servers <= h.most_usable(within)
        };
        gpus > 0 && self.halls.iter().any(fits)
    }

    /// Gives back what a job held.
    pub(super) fn release(&mut self, allocation: &Allocation) {
        for &(first, count) in &allocation.runs {
            if self.down.is_empty() {
                self.shift_run(allocation.hall, first, count, false);
                continue;
            }
            for server in first..first + count {
                self.change(allocation.hall, server, |_| 0);
            }
        }
        if let Some((server, gpus)) = allocation.partial {
            self.change(allocation.hall, server, |busy| busy - gpus);
        }
    }

    /// GPUs of servers that nobody holds for good, in a hall or in all.
    pub(super) fn free_gpus_in(&self, hall: Option<usize>) -> u64 {
        let Some(h) = hall.and_then(|hall| self.halls.get(hall)) else {
            return self.free_gpus();
        };
        let servers = h.first as usize..(h.first + h.servers) as usize;
        let taken = self.held[servers].iter().filter(|held| **held).count() as u64;
        (u64::from(h.servers) - taken) * u64::from(h.gpus_per_server)
    }

    /// Takes whole servers for good, in one hall or from the first on; the busy GPUs are `gpus`, the last server's rest
    /// stays idle. Returns the servers.
    pub(super) fn hold(&mut self, gpus: u32, hall: Option<usize>) -> Option<Vec<u32>> {
        let (mut left, mut held) = (gpus, Vec::new());
        let halls = hall.map_or(0..self.halls.len(), |hall| hall..hall + 1);
        for hall in halls {
            while left > 0
                && let Some(server) = self.take_empty(hall)
            {
                let h = &mut self.halls[hall];
                h.withdraw(server - h.first);
                let used = left.min(h.gpus_per_server);
                self.busy[server as usize] = used;
                left -= used;
                held.push(server);
            }
        }
        for &server in &held {
            self.held[server as usize] = true;
        }
        (left == 0).then_some(held)
    }

    /// Closes a server to new jobs, or opens it again. Those on it keep what they hold.
    pub(super) fn set_down(&mut self, server: u32, down: bool) {
        let hall = self.hall_of(server);
        let changed = if down {
            self.down.insert(server)
        } else {
            self.down.remove(&server)
        };
        self.turns += u64::from(changed);
        if !changed || self.held[server as usize] {
            return;
        }
        let h = &mut self.halls[hall];
        let free = h.gpus_per_server - self.busy[server as usize];
        if down {
            h.shift(server, free, 0);
            self.free_gpus -= u64::from(free);
        } else {
            h.shift(server, 0, free);
            self.free_gpus += u64::from(free);
        }
    }

    /// Whether jobs can have a server.
    pub(super) fn is_usable(&self, server: u32) -> bool {
        !self.is_down(server) && !self.held[server as usize]
    }

    /// A cap at work. Services hold their servers already, and count with their busiest hour.
    pub(super) fn cap(&self, cap: PowerCap, power: &[ServerPower], services: &[Service]) -> Cap {
        let halls: Vec<_> = self
            .halls
            .iter()
            .zip(power)
            .map(|(h, power)| (h.servers, h.gpus_per_server, *power))
            .collect();
        let highest = services.iter().map(highest).fold(0.0, f64::max);
        let held = self.held.iter().zip(0..).filter(|(held, _)| **held);
        let busy = held.map(|(_, server)| {
            let gpus = f64::from(self.busy_gpus(server));
            (self.hall_of(server), gpus, highest)
        });
        Cap::new(cap, &halls, busy)
    }

    /// Whether a server is closed to new jobs.
    pub fn is_down(&self, server: u32) -> bool {
        !self.down.is_empty() && self.down.contains(&server)
    }

    /// Servers closed to new jobs.
    pub fn servers_down(&self) -> usize {
        self.down.len()
    }

    /// How often a server left service or came back.
    pub(super) fn turns(&self) -> u64 {
        self.turns
    }

    /// Whole servers of an allocation that others can have after it.
    pub(super) fn whole_in_service(&self, allocation: &Allocation) -> u32 {
        if self.down.is_empty() {
            return allocation.whole();
        }
        let servers = allocation.whole_servers();
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
        let h = &self.halls[hall];
        Some(h.first + h.bits(h.gpus_per_server)?.first()?)
    }

    fn take_empty(&mut self, hall: usize) -> Option<u32> {
        let server = self.first_empty(hall)?;
        let k = self.halls[hall].gpus_per_server;
        self.change(hall, server, |_| k);
        Some(server)
    }

    /// Whole servers in service that follow each other are taken, all of them empty, or given back.
    fn shift_run(&mut self, hall: usize, first: u32, count: u32, taken: bool) {
        let h = &mut self.halls[hall];
        let k = h.gpus_per_server;
        let busy = if taken { k } else { 0 };
        self.busy[first as usize..(first + count) as usize].fill(busy);
        h.shift_run(first, count, taken);
        let gpus = u64::from(count) * u64::from(k);
        self.free_gpus = if taken {
            self.free_gpus - gpus
        } else {
            self.free_gpus + gpus
        };
    }

    fn change(&mut self, hall: usize, server: u32, busy_after: impl FnOnce(u32) -> u32) {
        let down = self.is_down(server);
        let (h, busy) = (&mut self.halls[hall], &mut self.busy[server as usize]);
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
