//! Server step: the work's changes, the load of every server, and what slows it down.

mod fleet;
mod impose;
mod interpolate;
mod operating_table;
mod rack_spans;
mod slots;

pub use fleet::ThermalShutdownConfig;
pub(super) use fleet::{Fleet, Totals};
pub(super) use impose::Imposed;

use std::ops::Range;

use super::beside::Heat;
use super::{Facility, Hall};
use crate::it::{OtherIt, clock_at};
use crate::scheduler::{Change, Servers, ServiceLoad};
use crate::snapshot::Racks;

/// The servers of all halls, as work uses them.
struct AllServers<'a> {
    halls: &'a mut [Hall],
    /// What the grid limit leaves of their speed: in the step before, while work is under way.
    clock: f64,
}

impl Servers for AllServers<'_> {
    fn change(&mut self, at_s: f64, change: Change) {
        let (hall, server) = locate(self.halls, change.server);
        self.halls[hall]
            .fleet
            .change(at_s, Change { server, ..change });
    }

    fn speed(&mut self, server: u32) -> f64 {
        let (hall, server) = locate(self.halls, server);
        self.clock * self.halls[hall].fleet.slowest(server..server + 1)
    }

    fn slowest(&mut self, servers: Range<u32>) -> f64 {
        let (hall, first) = locate(self.halls, servers.start);
        let servers = first..first + servers.len() as u32;
        self.clock * self.halls[hall].fleet.slowest(servers)
    }
}

impl Hall {
    /// Settles its servers over their coolant, and the IT beside them; returns the power of both, W.
    fn load(&mut self, racks: &mut Racks, services: &[ServiceLoad], mains: bool) -> f64 {
        let totals = self.fleet.step(racks, services);
        self.take(totals, mains)
    }

    /// Takes what its servers draw, and settles the IT beside them; returns the power of both, W.
    pub(super) fn take(&mut self, totals: Totals, mains: bool) -> f64 {
        self.totals = totals;
        let utilisation = self.totals.worked_gpus / self.fleet.gpus();
        let on = 1.0 - self.fleet.gpus_off() / self.fleet.gpus();
        self.beside.load(utilisation, on, mains);
        let other_w = self.beside.sum_w(|part| part.heat == Heat::Hall);
        self.totals.other_w = other_w;
        self.totals.air_m3_s += OtherIt::air_m3_s(other_w, self.heat_j_m3k);
        self.totals.it_w() + self.beside.elsewhere_w()
    }
}

impl Facility {
    /// Lets the work change what servers do, and reads the coolant that the racks meet.
    pub(super) fn begin_work(&mut self, time_s: f64, dt_s: f64) {
        for hall in &mut self.halls {
            hall.fleet.begin_step(time_s, dt_s);
        }
        let shown = self.snapshot.halls.iter();
        let racks_c = shown.map(|hall| &hall.racks.coolant_c[..]);
        let mut servers = AllServers {
            halls: &mut self.halls,
            clock: clock_at(self.on_site.cap),
        };
        self.work
            .begin_step((time_s, dt_s), self.demand, racks_c, &mut servers);
        for hall in &mut self.halls {
            hall.fleet.settle_changes();
        }
    }

    /// Settles every server over its coolant; chips are left the share `cap` of their dynamic power.
    pub(super) fn load_servers(&mut self, cap: f64) {
        let mains = self.has_mains();
        if let Some(imposed_w) = self.imposed_w {
            for hall in &mut self.halls {
                hall.fleet.cap = 1.0;
            }
            // Racks that are off leave their share undone.
            let mut target_w = imposed_w * self.share_on();
            if cap < 1.0 {
                let idle_w = self.it_at(0.0).min(target_w);
                target_w = idle_w + cap * (target_w - idle_w);
            }
            return self.impose(target_w);
        }
        for (hall, shown) in self.halls.iter_mut().zip(&mut self.snapshot.halls) {
            hall.fleet.cap = cap;
            hall.load(&mut shown.racks, self.work.service_loads(), mains);
        }
    }

    /// Lets work get on at the speed of its servers: hot, capped, under a power limit, or cooler than where programs were measured.
    pub(super) fn follow_speeds(&mut self, dt_s: f64) {
        let clock = clock_at(self.on_site.cap);
        let mut slow = false;
        let mut moved = false;
        for hall in &mut self.halls {
            slow |= hall.fleet.slows();
            moved |= hall.fleet.slows() && hall.fleet.moved();
        }
        let from_s = self.snapshot.time_s - dt_s;
        let mut servers = AllServers {
            halls: &mut self.halls,
            clock,
        };
        if clock < 1.0 {
            self.work.follow_speeds(from_s, &mut servers);
        } else {
            self.work.look_ahead(from_s, slow, moved, &mut servers);
        }
    }

    /// No power at all: the servers' own fans are off too.
    pub(super) fn darken(&mut self) {
        self.scale(0.0);
        for hall in &mut self.halls {
            hall.totals.air_m3_s = 0.0;
        }
    }

    /// Share of the accelerators whose racks are on.
    pub(super) fn share_on(&self) -> f64 {
        let gpus: f64 = self.halls.iter().map(|hall| hall.fleet.gpus()).sum();
        let off: f64 = self.halls.iter().map(|hall| hall.fleet.gpus_off()).sum();
        1.0 - off / gpus
    }

    fn scale(&mut self, scale: f64) {
        for (hall, shown) in self.halls.iter_mut().zip(&mut self.snapshot.halls) {
            hall.totals.compute_w *= scale;
            hall.totals.fans_w *= scale;
            hall.totals.psu_w *= scale;
            hall.totals.other_w *= scale;
            hall.beside.scale(scale);
            hall.totals.liquid_w *= scale;
            for power_w in shown.racks.power_w.iter_mut() {
                *power_w *= scale;
            }
        }
    }

    /// IT power with every server that is on at one load, W.
    pub(super) fn it_at(&mut self, utilisation: f64) -> f64 {
        let mut it_w = 0.0;
        let mains = self.has_mains();
        for (hall, shown) in self.halls.iter_mut().zip(&mut self.snapshot.halls) {
            let services = [ServiceLoad::of(utilisation)];
            it_w += hall.load(&mut shown.racks, &services, mains);
        }
        it_w
    }
}

/// Hall and server within it of a flat server index.
pub(super) fn locate(halls: &[Hall], server: u32) -> (usize, u32) {
    let mut server = server;
    for (index, hall) in halls.iter().enumerate() {
        let servers = hall.fleet.servers() as u32;
        if server < servers {
            return (index, server);
        }
        server -= servers;
    }
    unreachable!("the cluster was built from these halls")
}
