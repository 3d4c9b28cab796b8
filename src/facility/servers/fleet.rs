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

mod changes;
mod felt;
mod held;
mod inspect;
mod meter;
mod moves;
mod operating_point;
mod served;
mod settling;
#[cfg(test)]
mod tests;
mod thermal_shutdown;

use std::ops::Range;

use rustc_hash::FxHashMap as HashMap;

use super::interpolate::RackLines;

use super::operating_table::LoadTables;
use super::rack_spans::RackSpans;
use super::slots::Slots;
use crate::electrical::psu::Psu;
use crate::it::Server;
use crate::it::server::spread::SHARES;
use crate::kept::Kept;
use crate::scheduler::{Change, Load};
use felt::Felt;
use held::Held;
use meter::Meter;
use moves::Moves;
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
    /// Chips' worth of work of services and imposed loads at the speed of their servers, after the cap, where heat holds none back.
    pub(in crate::facility) served_gpus: f64,
    /// At the inlets, what belongs to the accelerators that jobs hold, W.
    pub(in crate::facility) jobs_w: f64,
}

impl Totals {
    /// Adds sums over another time, `times` over; the hottest chip is left as it is.
    pub(in crate::facility) fn plus(&mut self, other: &Self, times: f64) {
        self.compute_w += other.compute_w * times;
        self.fans_w += other.fans_w * times;
        self.psu_w += other.psu_w * times;
        self.air_m3_s += other.air_m3_s * times;
        self.liquid_w += other.liquid_w * times;
        self.other_w += other.other_w * times;
        self.worked_gpus += other.worked_gpus * times;
        self.served_gpus += other.served_gpus * times;
        self.jobs_w += other.jobs_w * times;
    }

    pub(in crate::facility) fn it_w(&self) -> f64 {
        self.racks_w() + self.other_w
    }

    pub(in crate::facility) fn racks_w(&self) -> f64 {
        self.compute_w + self.fans_w + self.psu_w
    }
}

/// What the tables of a load that varies follow from: the server, its power supplies, and whether the load is imposed.
type TablesOf = (Server, Psu, bool);
/// Tables of halls that are gone, for the next of the same servers: a megabyte or two each where a load went up and down for a year.
static TABLES: Kept<TablesOf, LoadTables> = Kept::new(32);

/// The servers of one hall.
pub(in crate::facility) struct Fleet {
    server: Server,
    psu: Psu,
    servers_per_rack: usize,
    server_point: Vec<u32>,
    points: Slots<OperatingPoint>,
    /// The points of all mixes: those that a step looks at.
    used: Vec<u32>,
    point_of: HashMap<PointKey, u32>,
    /// What was looked for in it last, and found: the servers of a job do the same.
    last_point: Option<(u32, Load, u32)>,
    rack_mix: Vec<u32>,
    mixes: Slots<RackMix>,
    /// Those that vary, in order.
    varying: Vec<u32>,
    mix_of: HashMap<Box<[u32]>, u32>,
    spans: RackSpans,
    /// By index of the mix: the lines of its racks.
    lines: Vec<RackLines>,
    coolant_c: Vec<f64>,
    touched: Vec<u32>,
    /// The points of a rack, while they are put in order.
    key: Vec<u32>,
    /// Of the step, 0..1: when those racks change.
    moment: f64,
    moves: Moves,
    shutdown: ThermalShutdown,
    /// Some server ran below its clock in the last step because it was hot.
    slow: bool,
    /// Coolant as the chips feel it.
    felt: Felt,
    held: Held,
    meter: Meter,
    /// Some service ran slower in it because of a cap on its chips' power.
    capped: bool,
    /// The only service is a load imposed on all servers, which follows their clock.
    imposed: bool,
    /// The point of the load that all servers have in common.
    common: Option<u32>,
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
            held: Held::default(),
            meter: Meter::default(),
            server,
            psu,
            servers_per_rack,
            server_point: vec![0; racks * servers_per_rack],
            points: Slots::default(),
            used: Vec::new(),
            point_of: HashMap::default(),
            last_point: None,
            rack_mix: vec![0; racks],
            mixes: Slots::default(),
            varying: Vec::new(),
            mix_of: HashMap::default(),
            spans: RackSpans::new(racks, 0),
            lines: Vec::new(),
            coolant_c: Vec::new(),
            touched: Vec::with_capacity(racks),
            key: Vec::with_capacity(servers_per_rack),
            moment: 0.0,
            moves: Moves::default(),
            shutdown: ThermalShutdown::new(shutdown),
            slow: false,
            capped: false,
            imposed: false,
            common: None,
            range_c: (0.0, 0.0),
            looked_at_c: (0.0, 0.0),
            rounds: 0,
            cap: 1.0,
        };
        let idle = fleet.point(0, Load::Idle);
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
            let load = Load::Service(0);
            self.change(
                0.0,
                Change {
                    server,
                    busy_gpus,
                    load,
                },
            );
        }
        self.settle_changes();
        self.end_step();
        let common = self.point(busy_gpus, Load::Service(0));
        self.common = Some(common);
        let made = TABLES
            .take(|(server, psu, of)| *of == imposed && *server == self.server && *psu == self.psu);
        if let Some((_, tables)) = made {
            self.points.get_mut(common).levels = tables;
        }
    }

    /// Accelerators that have work, mean of the step.
    pub(in crate::facility) fn busy_gpus(&self) -> f64 {
        let busy = |point: &OperatingPoint, servers: f64| f64::from(point.busy) * servers;
        self.by_mix()
            .map(|(point, servers)| busy(point, servers))
            .sum()
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

    /// Speed of a server over the coolant that it feels, relative to that at which programs were measured.
    #[cfg(test)]
    fn speed(&self, server: u32) -> f64 {
        let (point, at_c) = self.found(server);
        point.speed_at(at_c, self.range_c)
    }

    /// Speed of the slowest of some servers, which may just have begun something else.
    pub(in crate::facility) fn slowest(&mut self, servers: Range<u32>) -> f64 {
        let (mut slowest, mut from) = (f64::INFINITY, servers.start as usize);
        let end = servers.end as usize;
        while from < end {
            // Neighbours that do the same, as the servers of a job do.
            let index = self.server_point[from];
            let alike = self.server_point[from..end]
                .iter()
                .position(|point| *point != index);
            let to = alike.map_or(end, |alike| from + alike);
            self.settle_point(index);
            let point = self.points.get(index);
            let (first, last) = (self.rack_of(from as u32), self.rack_of(to as u32 - 1));
            let racks_c = &self.felt.rack_c[first as usize..=last as usize];
            let speed = |at_c: f64| point.speed_at(at_c, self.range_c);
            slowest = slowest.min(if point.slows_with_heat() {
                speed(racks_c.iter().copied().fold(f64::NEG_INFINITY, f64::max))
            } else {
                racks_c
                    .iter()
                    .copied()
                    .map(speed)
                    .fold(f64::INFINITY, f64::min)
            });
            from = to;
        }
        slowest
    }

    /// The point that a server is on, and the coolant it feels.
    fn found(&self, server: u32) -> (&OperatingPoint, f64) {
        let point = self.points.get(self.server_point[server as usize]);
        let at_c = self.felt.rack_c[self.rack_of(server) as usize];
        (point, at_c)
    }

    /// The points of each rack, with how many of its servers are on them in the mean of the step, and the coolant they feel.
    fn in_racks(&self) -> impl Iterator<Item = (&OperatingPoint, f64, f64)> {
        let each = self.rack_mix.iter().zip(self.felt.rack_c.iter());
        let at_end = each.map(|(&mix, &at_c)| (mix, 1.0, at_c));
        let moved = self.moves.terms().map(|(rack, mix, share)| {
            let at_c = self.felt.rack_c[rack as usize];
            (mix, share, at_c)
        });
        at_end.chain(moved).flat_map(move |(mix, share, at_c)| {
            let counts = self.mixes.get(mix).counts.iter();
            counts.map(move |&(point, servers)| (self.points.get(point), servers * share, at_c))
        })
    }

    /// The points of each mix, with how many servers are on them in the mean of the step.
    fn by_mix(&self) -> impl Iterator<Item = (&OperatingPoint, f64)> {
        let mixes = self.mixes.iter();
        let at_end = mixes.map(|(_, mix)| (mix, f64::from(mix.racks)));
        let moved = self
            .moves
            .terms()
            .map(|(_, mix, share)| (self.mixes.get(mix), share));
        at_end.chain(moved).flat_map(move |(mix, racks)| {
            let counts = mix.counts.iter();
            counts.map(move |&(point, servers)| (self.points.get(point), servers * racks))
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
}

impl Drop for Fleet {
    /// Leaves the tables of a common load to the next run.
    fn drop(&mut self) {
        if let Some(common) = self.common {
            let tables = std::mem::take(&mut self.points.get_mut(common).levels);
            let of = (self.server.clone(), self.psu.clone(), self.imposed);
            TABLES.keep(of, tables, true);
        }
    }
}
