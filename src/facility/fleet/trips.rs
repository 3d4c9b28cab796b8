//! Racks that switch themselves off because they got too hot, and come back when it is cool again.
//!
//! ```text
//! off     when a rack's hottest chip ≥ T_slow-down + 5 K, or its coolant ≥ limit + 12 K
//! back    after 30 min below the coolant's limit
//! ```
//!
//! A rack that is off draws nothing, moves no air and gives no heat. Its servers are out of service: jobs on them are
//! stopped and start again elsewhere or later from their last save (`facility/down.rs`), services make fewer tokens. A
//! load imposed on all servers goes on where it stood.
//!
//! Source: chips switch off a few kelvin above their slow-down temperature; servers of ASHRAE class A2 (35 °C
//! allowable) at an inlet of about 47 °C. Engineering estimates without a source: chips
//! 3 to 10 K above their slow-down temperature (drivers report 3 to 8 K), servers 8 to 15 K above their limit, and a crew back
//! with a rack after 10 min to 4 h.

use rustc_hash::FxHashMap as HashMap;

use super::Fleet;
use super::point::OFF;
use crate::scheduler::Load;
use crate::snapshot::Racks;

/// A chip switches off this far above its slow-down temperature, K.
const CHIP_ABOVE_SLOWDOWN_K: f64 = 5.0;
/// A server switches off this far above the limit of its coolant, K.
const COOLANT_ABOVE_LIMIT_K: f64 = 12.0;
/// A rack comes back after its coolant has been below its limit for so long, s.
const BACK_AFTER_S: f64 = 1800.0;

/// The racks of a hall that are off.
#[derive(Debug, Default)]
pub(super) struct Trips {
    /// By rack that is off: how long its coolant has been below its limit, s.
    cool_s: HashMap<u32, f64>,
    /// Racks that went off (true) or came back since it was last asked.
    changed: Vec<(u32, bool)>,
    /// What the servers of those racks are asked to do meanwhile: busy GPUs and load.
    asked: HashMap<u32, (u32, Load)>,
}

impl Trips {
    pub(super) fn count(&self) -> usize {
        self.cool_s.len()
    }

    pub(super) fn is_off(&self, rack: u32) -> bool {
        self.cool_s.contains_key(&rack)
    }

    /// Notes that a rack is off from now on.
    pub(super) fn switch_off(&mut self, rack: u32) {
        self.cool_s.insert(rack, 0.0);
        self.changed.push((rack, true));
    }

    /// Keeps what a server of a rack that is off should do.
    pub(super) fn keep(&mut self, server: u32, busy: u32, load: Load) {
        self.asked.insert(server, (busy, load));
    }

    /// What a server does when its rack comes back.
    pub(super) fn asked(&mut self, server: u32) -> Option<(u32, Load)> {
        self.asked.remove(&server)
    }

    /// Lets time pass; returns the racks that come back, in order.
    pub(super) fn cool(&mut self, coolant_c: &[f64], limit_c: f64, dt_s: f64) -> Vec<u32> {
        for (&rack, cool_s) in &mut self.cool_s {
            *cool_s = if coolant_c[rack as usize] < limit_c {
                *cool_s + dt_s
            } else {
                0.0
            };
        }
        let mut back: Vec<u32> = self
            .cool_s
            .iter()
            .filter(|(_, cool_s)| **cool_s >= BACK_AFTER_S)
            .map(|(rack, _)| *rack)
            .collect();
        back.sort_unstable();
        for rack in &back {
            self.cool_s.remove(rack);
            self.changed.push((*rack, false));
        }
        back
    }
}

impl Fleet {
    /// Switches off racks that got too hot in the step just made, and brings back those that cooled: at the next
    /// step. `limit_c` is the limit of their coolant.
    pub(in crate::facility) fn trip(
        &mut self,
        racks: &Racks,
        max_chip_c: f64,
        limit_c: f64,
        dt_s: f64,
    ) {
        let chip_c = self.server.chip.slowdown_c + CHIP_ABOVE_SLOWDOWN_K;
        let coolant_c = limit_c + COOLANT_ABOVE_LIMIT_K;
        if self.trips.count() > 0 {
            for rack in self.trips.cool(&racks.coolant_c, limit_c, dt_s) {
                for server in self.servers_of(rack) {
                    let (busy, load) = self.trips.asked(server as u32).unwrap_or((0, Load::Idle));
                    let point = self.point(busy, load);
                    self.put(server, point);
                }
            }
        }
        if max_chip_c < chip_c && self.range_c.1 < coolant_c {
            return;
        }
        for rack in 0..racks.chip_c.len() {
            let hot = racks.chip_c[rack] >= chip_c || racks.coolant_c[rack] >= coolant_c;
            if !hot || self.trips.is_off(rack as u32) {
                continue;
            }
            self.trips.switch_off(rack as u32);
            let off = self.off_point();
            for server in self.servers_of(rack as u32) {
                let point = self.points.get(self.server_point[server]);
                self.trips.keep(server as u32, point.busy, point.load);
                self.put(server, off);
            }
        }
    }

    /// Tells, once, which servers went off (true) or came back.
    pub(in crate::facility) fn switched(
        &mut self,
        mut tell: impl FnMut(std::ops::Range<u32>, bool),
    ) {
        for (rack, off) in std::mem::take(&mut self.trips.changed) {
            let servers = self.servers_of(rack);
            tell(servers.start as u32..servers.end as u32, off);
        }
    }

    fn servers_of(&self, rack: u32) -> std::ops::Range<usize> {
        let first = rack as usize * self.servers_per_rack;
        first..first + self.servers_per_rack
    }

    /// Accelerators in racks that are off.
    pub(in crate::facility) fn gpus_off(&self) -> f64 {
        (self.trips.count() * self.servers_per_rack) as f64
            * f64::from(self.server.entry.accelerators)
    }

    /// Where servers are that are off.
    fn off_point(&mut self) -> u32 {
        self.point_at((0, OFF, 0, 0), 0, Load::Idle, true)
    }
}
