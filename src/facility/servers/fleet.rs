//! The servers of one hall, grouped by what they do.
//!
//! Servers with the same load share an *operating point*; racks whose servers are on the same points share a *mix*; and
//! neighbouring racks of one mix form a *span*. A point is settled at the hall's coolest and warmest coolant, to the
//! next quarter kelvin outward, and read in between by a straight line: the cost of a step is a few operations per
//! rack, and a settled server only for points whose load or quarter kelvin changed. Two things bend at a quarter kelvin of their
//! own, or one hot rack would slow down its whole hall: the clock, where the hottest chips begin to slow down, and from where on each
//! class of chips counts as throttled.
//!
//! The straight line is an approximation: leakage bends by e^(ΔT/50 K), so 10 K between the coolest and the
//! warmest rack mis-states leakage by at most 0.5 %, a thousandth of the power. Speed at a power cap follows leakage, with a
//! quarter of its slope: it is read within 2e-4 over 10 K. Its bend where a boosted clock ends is not kept: 10 K astride of it
//! mis-state speed by 0.3 % at most (a quarter of 10 K times 0.12 %/K), nor where TDP begins to bind on chips that cannot boost: 0.9 % of
//! the power of those at full load (0.35 %/K), nor the power where a class of chips begins to throttle.

mod felt;
mod inspect;
mod operating_point;
mod served;
mod settling;
#[cfg(test)]
mod tests;
mod thermal_shutdown;

use std::ops::Range;

use rustc_hash::FxHashMap as HashMap;

use super::interpolate::RackLines;
use super::operating_table::{LoadTables, OperatingTable, Values};
use super::rack_spans::RackSpans;
use super::slots::Slots;
use crate::electrical::psu::Psu;
use crate::it::Server;
use crate::it::server::spread::SHARES;
use crate::scheduler::{Change, Load};
use felt::Felt;
use operating_point::{OperatingPoint, PointKey, RackMix};
use thermal_shutdown::ThermalShutdown;
pub use thermal_shutdown::ThermalShutdownConfig;

/// Sums over a hall, means over the step.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(in crate::facility) struct Totals {
    pub(in crate::facility) compute_w: f64,
    pub(in crate::facility) fans_w: f64,
    pub(in crate::facility) psu_w: f64,
    /// Air through servers and what stands beside them in the hall, m³/s.
    pub(in crate::facility) air_m3_s: f64,
    /// Heat that cold plates catch, W.
    pub(in crate::facility) liquid_w: f64,
    /// IT beside the racks in the hall's air, W.
    pub(in crate::facility) other_w: f64,
    pub(in crate::facility) max_chip_c: f64,
    pub(in crate::facility) worked_gpus: f64,
}

impl Totals {
    pub(in crate::facility) fn it_w(&self) -> f64 {
        self.racks_w() + self.other_w
    }

    pub(in crate::facility) fn racks_w(&self) -> f64 {
        self.compute_w + self.fans_w + self.psu_w
    }
}

/// More points than this, and those without servers are forgotten.
const MAX_POINTS: usize = 512;

/// The servers of one hall.
pub(in crate::facility) struct Fleet {
    server: Server,
    psu: Psu,
    servers_per_rack: usize,
    server_point: Vec<u32>,
    points: Slots<OperatingPoint>,
    /// The points that some server is on: those that a step looks at.
    used: Vec<u32>,
    point_of: HashMap<PointKey, u32>,
    rack_mix: Vec<u32>,
    mixes: Slots<RackMix>,
    mix_of: HashMap<Box<[u32]>, u32>,
    spans: RackSpans,
    /// By index of the mix: the lines of its racks.
    lines: Vec<RackLines>,
    coolant_c: Vec<f64>,
    touched: Vec<u32>,
    shutdown: ThermalShutdown,
    /// Some server ran below its clock in the last step because it was hot.
    slow: bool,
    /// Coolant as the chips feel it, and its lowest and highest.
    felt: Felt,
    felt_range_c: (f64, f64),
    /// Some service ran slower in it because of a cap on its chips' power.
    capped: bool,
    /// The only service is a load imposed on all servers, which follows their clock.
    imposed: bool,
    /// Coolant between which points are read.
    range_c: (f64, f64),
    /// The same when it was last asked whether it moved.
    looked_at_c: (f64, f64),
    /// How often points were solved: shows which mixes are out of date.
    rounds: u64,
    /// Share of the chips' dynamic power that they are left, 0..1.
    pub(in crate::facility) cap: f64,
}

impl Fleet {
    /// All servers idle.
    pub(in crate::facility) fn new(
        server: Server,
        psu: Psu,
        racks: usize,
        servers_per_rack: usize,
        shutdown: ThermalShutdownConfig,
    ) -> Self {
        let mut fleet = Self {
            felt: Felt::new(server.lag_s()),
            felt_range_c: (0.0, 0.0),
            server,
            psu,
            servers_per_rack,
            server_point: vec![0; racks * servers_per_rack],
            points: Slots::default(),
            used: Vec::new(),
            point_of: HashMap::default(),
            rack_mix: vec![0; racks],
            mixes: Slots::default(),
            mix_of: HashMap::default(),
            spans: RackSpans::new(racks, 0),
            lines: Vec::new(),
            coolant_c: Vec::new(),
            touched: Vec::with_capacity(racks),
            shutdown: ThermalShutdown::new(shutdown),
            slow: false,
            capped: false,
            imposed: false,
            range_c: (0.0, 0.0),
            looked_at_c: (0.0, 0.0),
            rounds: 0,
            cap: 1.0,
        };
        let idle = fleet.point(0, Load::Idle);
        fleet.points.get_mut(idle).servers = (racks * servers_per_rack) as u32;
        fleet.used.push(idle);
        let mix = fleet.mix(vec![idle; servers_per_rack].into_boxed_slice());
        fleet.mixes.get_mut(mix).racks = racks as u32;
        fleet
    }

    pub(in crate::facility) fn servers(&self) -> usize {
        self.server_point.len()
    }

    pub(in crate::facility) fn gpus(&self) -> f64 {
        self.server_point.len() as f64 * f64::from(self.server.entry.accelerators)
    }

    /// From the least that one of its chips draws while its work waits to all that it may draw, W.
    pub(in crate::facility) fn swing_w(&self) -> f64 {
        let (server, chip) = (&self.server, &self.server.chip);
        let least_w = chip.held_w().max(server.floor_w);
        (server.limit_w.unwrap_or(chip.tdp_w) - least_w).max(0.0)
    }

    /// Puts every server on one load that varies with time (service 0). `imposed`: it follows the clock of its chips.
    pub(in crate::facility) fn all_on_service(&mut self, imposed: bool) {
        let busy_gpus = self.server.entry.accelerators;
        self.imposed = imposed;
        for server in 0..self.server_point.len() as u32 {
            let change = Change {
                server,
                busy_gpus,
                load: Load::Service(0),
            };
            self.change(0.0, change);
        }
        self.settle_changes();
    }

    /// Notes what a server does from `at_s` on; `settle_changes` must follow before the next step.
    pub(in crate::facility) fn change(&mut self, _at_s: f64, change: Change) {
        let rack = self.rack_of(change.server);
        if self.shutdown.count() > 0 && self.shutdown.is_off(rack) {
            let Change {
                server,
                busy_gpus,
                load,
            } = change;
            return self.shutdown.keep(server, busy_gpus, load);
        }
        let point = self.point(change.busy_gpus, change.load);
        self.put(change.server as usize, point);
    }

    /// Puts a server on a point.
    fn put(&mut self, server: usize, new: u32) {
        let old = self.server_point[server];
        if new == old {
            return;
        }
        let point = self.points.get_mut(new);
        point.servers += 1;
        if point.servers == 1 {
            self.used.push(new);
        }
        self.server_point[server] = new;
        let point = self.points.get_mut(old);
        point.servers -= 1;
        if point.servers == 0 {
            self.used.retain(|used| *used != old);
        }
        let rack = (server / self.servers_per_rack) as u32;
        if self.touched.last() != Some(&rack) {
            self.touched.push(rack);
        }
    }

    /// Brings mixes and segments in line with the changes.
    pub(in crate::facility) fn settle_changes(&mut self) {
        if self.touched.is_empty() {
            return;
        }
        let touched = std::mem::take(&mut self.touched);
        let mut key = Vec::with_capacity(self.servers_per_rack);
        for &rack in &touched {
            let rack = rack as usize;
            let first = rack * self.servers_per_rack;
            key.clear();
            key.extend_from_slice(&self.server_point[first..first + self.servers_per_rack]);
            key.sort_unstable();
            let new = match self.mix_of.get(key.as_slice()) {
                Some(&mix) => mix,
                None => self.mix(key.clone().into_boxed_slice()),
            };
            let old = self.rack_mix[rack];
            if new != old {
                self.mixes.get_mut(new).racks += 1;
                self.rack_mix[rack] = new;
                self.spans.set(rack as u32, new);
                let left = self.mixes.get_mut(old);
                left.racks -= 1;
                if left.racks == 0 {
                    let points = std::mem::take(&mut left.points);
                    self.mix_of.remove(&points);
                    self.mixes.remove(old);
                }
            }
        }
        self.touched = touched;
        self.touched.clear();
        if self.points.len() > MAX_POINTS {
            self.forget_unused();
        }
    }

    /// Drops points that no server is on. They are kept for a while because their load often comes back.
    fn forget_unused(&mut self) {
        let (points, point_of) = (&mut self.points, &mut self.point_of);
        point_of.retain(|_, point| {
            let used = points.get(*point).servers > 0;
            if !used {
                points.remove(*point);
            }
            used
        });
    }

    /// Accelerators that have work.
    pub(in crate::facility) fn busy_gpus(&self) -> f64 {
        let busy = |point: &OperatingPoint| f64::from(point.busy) * f64::from(point.servers);
        let used = self.used.iter();
        used.map(|index| busy(self.points.get(*index))).sum()
    }

    /// Whether some server spans below the requested clock because it is hot.
    pub(in crate::facility) fn throttles(&self) -> bool {
        self.shutdown.count() > 0 || self.slow
    }

    /// Whether heat or a cap holds servers back: speeds change fast with the coolant, and services lose by them.
    pub(in crate::facility) fn slows(&self) -> bool {
        self.capped || self.throttles()
    }

    /// Whether the coolant has moved by a quarter kelvin, at its lower or upper end, since the last call.
    pub(in crate::facility) fn moved(&mut self) -> bool {
        std::mem::replace(&mut self.looked_at_c, self.range_c) != self.range_c
    }

    /// Clock of a server in the step just made, 0..1, as heat leaves it.
    fn clock(&self, server: u32) -> f64 {
        let (point, at_c) = self.found(server);
        point.clock_at(at_c, self.range_c)
    }

    /// Speed of a server over its coolant of the step just made, relative to that at which programs were measured; NaN
    /// where none was in its state yet.
    pub(in crate::facility) fn speed(&self, server: u32) -> f64 {
        if self.rounds == 0 {
            return f64::NAN; // no coolant is felt yet
        }
        let (point, at_c) = self.found(server);
        if point.settled_in == 0 {
            return f64::NAN;
        }
        point.speed_at(at_c, self.range_c)
    }

    /// Speed of the slowest of some servers; infinite where none is known.
    pub(in crate::facility) fn slowest(&self, servers: Range<u32>) -> f64 {
        let (mut slowest, mut seen) = (f64::INFINITY, (u32::MAX, u32::MAX));
        for server in servers {
            let state = (self.server_point[server as usize], self.rack_of(server));
            if state != seen {
                seen = state;
                slowest = slowest.min(self.speed(server));
            }
        }
        slowest
    }

    /// The point that a server is on, and the coolant it feels.
    fn found(&self, server: u32) -> (&OperatingPoint, f64) {
        let point = self.points.get(self.server_point[server as usize]);
        let at_c = self.felt.rack_c[self.rack_of(server) as usize];
        (point, at_c)
    }

    /// The points of each rack, with how many of its servers are on them, and the coolant they feel.
    fn in_racks(&self) -> impl Iterator<Item = (&OperatingPoint, f64, f64)> {
        let each = self.rack_mix.iter().zip(self.felt.rack_c.iter());
        each.flat_map(move |(&mix, &at_c)| {
            let counts = self.mixes.get(mix).counts.iter();
            counts.map(move |&(point, servers)| (self.points.get(point), servers, at_c))
        })
    }

    /// Accelerators that run below the requested clock because they are hot.
    pub(in crate::facility) fn throttled_gpus(&self) -> f64 {
        if !self.throttles() {
            return 0.0;
        }
        self.in_racks()
            .map(|(point, servers, at_c)| {
                let classes = point.hot_from_c.iter().zip(SHARES);
                let hot = classes.filter(|(from_c, _)| at_c > **from_c);
                servers * f64::from(point.busy) * hot.map(|(_, share)| share).sum::<f64>()
            })
            .sum()
    }

    fn point(&mut self, busy: u32, load: Load) -> u32 {
        self.point_at(PointKey::of(busy, load), busy, load, false)
    }

    fn point_at(&mut self, key: PointKey, busy: u32, load: Load, off: bool) -> u32 {
        let points = &mut self.points;
        *self.point_of.entry(key).or_insert_with(|| {
            points.insert(OperatingPoint {
                busy,
                load,
                off,
                servers: 0,
                settled_for: [f64::NAN; 3],
                settled_in: 0,
                low: Values::default(),
                high: Values::default(),
                full: (0.0, 1.0),
                hot_from_c: [f64::INFINITY; 4],
                settled: OperatingTable::default(),
                levels: LoadTables::default(),
            })
        })
    }

    fn mix(&mut self, points: Box<[u32]>) -> u32 {
        let counts = points
            .chunk_by(|a, b| a == b)
            .map(|run| (run[0], run.len() as f64))
            .collect();
        let mix = self.mixes.insert(RackMix {
            points: points.clone(),
            counts,
            racks: 0,
            settled_in: 0,
            low: Values::default(),
            high: Values::default(),
        });
        if mix as usize >= self.lines.len() {
            self.lines.resize(mix as usize + 1, RackLines::default());
            self.coolant_c.resize(mix as usize + 1, 0.0);
        }
        self.mix_of.insert(points, mix);
        mix
    }
}
