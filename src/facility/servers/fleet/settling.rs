//! A step of a hall's servers: points, mixes of them, racks.
//!
//! ```text
//! V(u, e) = V(u) − e·(V(0) − V_idle)          servers of a service that has unloaded the copies of a share e of its chips
//! ```
//!
//! V: power, air, heat and temperatures over some coolant, as of servers that all carry the mean load u; V(0) with contexts on all
//! chips, `V_idle` with none. So work costs the same whatever rests beside it. A power floor holds for all chips of a service, unloaded
//! ones too, while it works.

use super::super::interpolate::AllSpans;
use super::super::operating_table::{Values, last_quarter};
use super::operating_point::{OperatingPoint, RackMix, host_of, work_of};
use super::{Fleet, Totals};
use crate::electrical::psu::Psu;
use crate::it::Server;
use crate::it::Work;
use crate::it::server::spread::SHARES;
use crate::scheduler::{Load, ServiceLoad};
use crate::snapshot::Racks;
use crate::vector;

impl Fleet {
    /// Settles all servers over the coolant that they feel and writes power and chip temperature of each rack, means of the step and
    /// its hottest. `services` holds the load of each service now.
    pub(in crate::facility) fn step(
        &mut self,
        racks: &mut Racks,
        services: &[ServiceLoad],
    ) -> Totals {
        self.settle(services);
        self.forget_sums();
        let mut max_chip_c = self.read_racks(racks);
        for (rack, mix, share) in self.moves.terms() {
            let at_c = self.felt.rack_c[rack as usize];
            let lines = &self.lines[mix as usize];
            racks.power_w[rack as usize] += share * lines.power.at(at_c);
            let chip_c = lines.chip.at(at_c);
            let hottest_c = &mut racks.chip_c[rack as usize];
            *hottest_c = hottest_c.max(chip_c);
            max_chip_c = max_chip_c.max(chip_c);
        }
        Totals {
            max_chip_c,
            ..self.sums()
        }
    }

    /// Sums over all servers at another load within a step that was made: racks keep what they show, and the hottest chip is
    /// not looked for.
    pub(in crate::facility) fn try_load(&mut self, services: &[ServiceLoad]) -> Totals {
        self.settle(services);
        self.sums()
    }

    /// Sums over all servers, means of the step.
    fn sums(&self) -> Totals {
        let mut totals = Totals::default();
        self.add_up(&mut totals);
        self.add_moves(&mut totals);
        totals
    }

    /// Reads all racks as they are at the end of the step, and adds up their coolant by mix; returns the hottest chip, °C.
    pub(super) fn read_racks(&mut self, racks: &mut Racks) -> f64 {
        self.coolant_c.fill(0.0);
        vector::widest(AllSpans {
            spans: self.spans.as_slice(),
            lines: &self.lines,
            sums_c: &mut self.coolant_c,
            felt_c: &self.felt.rack_c,
            racks,
        })
    }

    /// Settles the points and mixes whose load or range changed.
    pub(super) fn settle(&mut self, services: &[ServiceLoad]) {
        self.rounds += 1;
        (self.slow, self.capped) = (false, false);
        for at in 0..self.used.len() {
            let index = self.used[at];
            let load = self.points.get(index).load_now(services);
            self.settle_at(index, load);
        }
        for (index, mix) in self.mixes.iter_mut() {
            if mix.out_of_date(&self.points) {
                mix.settled_in = self.rounds;
                self.held.turn(index, self.lines[index].power);
                self.lines[index] = mix.settle(&self.points, self.range_c);
            }
        }
    }

    /// Settles a mix that may be new, at loads that do not vary.
    pub(super) fn settle_mix(&mut self, index: u32) {
        let counts = self.mixes.get(index).counts.len();
        for at in 0..counts {
            let (point, _) = self.mixes.get(index).counts[at];
            self.settle_point(point);
        }
        let mix = self.mixes.get_mut(index);
        if mix.out_of_date(&self.points) || mix.settled_in == 0 {
            mix.settled_in = self.rounds;
            self.lines[index as usize] = mix.settle(&self.points, self.range_c);
        }
    }

    /// Settles a point that may be new, or not yet settled for this coolant, where its load does not vary.
    pub(super) fn settle_point(&mut self, index: u32) {
        let point = self.points.get(index);
        if matches!(point.load, Load::Service(_)) && point.settled_in > 0 {
            return;
        }
        let load = point.load_now(&self.held.services);
        if point.settled_for == settled_for(load, self.cap, self.range_c) {
            self.slow |= point.slows();
            self.capped |= point.is_capped();
            return;
        }
        self.rounds += 1;
        self.settle_at(index, load);
    }

    /// Settles a point at a load, in the round begun.
    pub(super) fn settle_at(&mut self, index: u32, load: ServiceLoad) {
        let settler = Settler {
            server: &self.server,
            psu: &self.psu,
            cap: self.cap,
            imposed: self.imposed,
            range_c: self.range_c,
            round: self.rounds,
        };
        let point = self.points.get_mut(index);
        settler.settle(point, load);
        self.slow |= point.slows();
        self.capped |= point.is_capped();
    }

    /// Adds what racks were before they moved in the step, for its mean.
    pub(super) fn add_moves(&self, totals: &mut Totals) {
        for (rack, mix, share) in self.moves.terms() {
            let at_c = self.felt.rack_c[rack as usize];
            totals.add(self.mixes.get(mix), share, share * at_c, self.range_c);
        }
    }

    /// Sums over the racks at the end of the step, from the coolant that those of each mix had together.
    pub(super) fn add_up(&self, totals: &mut Totals) {
        for (index, mix) in self.mixes.iter() {
            totals.add(
                mix,
                f64::from(mix.racks),
                self.coolant_c[index],
                self.range_c,
            );
        }
    }
}

impl Totals {
    /// Adds `racks` of a mix (of a part of the step, or less than none) whose coolant sums up to `sum_c`.
    pub(super) fn add(
        &mut self,
        mix: &RackMix,
        racks: f64,
        sum_c: f64,
        (low_c, high_c): (f64, f64),
    ) {
        // Sum of how far their coolant lies from the lower to the upper end, 0..1 each.
        let shares = (sum_c - racks * low_c) / (high_c - low_c);
        let total = |from: f64, to: f64| from * racks + (to - from) * shares;
        let (low, high) = (&mix.low, &mix.high);
        self.compute_w += total(low.compute_w, high.compute_w);
        self.fans_w += total(low.fans_w, high.fans_w);
        self.psu_w += total(low.psu_w, high.psu_w);
        self.air_m3_s += total(low.air_m3_s, high.air_m3_s);
        self.liquid_w += total(low.liquid_w, high.liquid_w);
        self.worked_gpus += mix.worked_gpus * racks;
        self.served_gpus += total(mix.served_gpus[0], mix.served_gpus[1]);
        self.jobs_w += total(low.held_w, high.held_w);
    }
}

/// For what a point is settled: the load that a cap leaves, the coolant, and the share of its chips that is unloaded.
fn settled_for(load: ServiceLoad, cap: f64, (low_c, high_c): (f64, f64)) -> [f64; 4] {
    [load.utilisation * cap, low_c, high_c, load.unloaded]
}

/// What settles points: the servers, and the coolant and cap of the step.
struct Settler<'a> {
    server: &'a Server,
    psu: &'a Psu,
    cap: f64,
    imposed: bool,
    range_c: (f64, f64),
    round: u64,
}

impl Settler<'_> {
    /// Settles a point at a load of its busy accelerators before the cap, where it or the coolant changed.
    fn settle(&self, point: &mut OperatingPoint, load: ServiceLoad) {
        let Self {
            server,
            psu,
            cap,
            imposed,
            range_c,
            round,
        } = *self;
        let key = settled_for(load, cap, range_c);
        let [utilisation, .., unloaded] = key;
        if point.settled_for == key {
            return;
        }
        point.settled_for = key;
        point.settled_in = round;
        let (busy, host) = (point.busy, host_of(point.load));
        let work = work_of(point.load, imposed);
        let settle = |utilisation, at_c| {
            Values::of(psu, &server.at_work(busy, (work, utilisation), host, at_c))
        };
        let mut at = |at_c| match point.load {
            _ if point.off => Values {
                chip_c: at_c,
                coolest_c: at_c,
                memory_c: at_c,
                ..Values::default()
            },
            // A cap seldom comes back to the same value: nothing to keep.
            _ if cap < 1.0 && unloaded <= 0.0 => settle(utilisation, at_c),
            Load::Service(_) => {
                let mut values = if cap < 1.0 {
                    settle(utilisation, at_c)
                } else {
                    point.levels.at(utilisation, at_c, settle)
                };
                if unloaded > 0.0 {
                    let held = point.levels.at(0.0, at_c, settle);
                    let free = point.settled.at(at_c, |at_c| {
                        Values::of(psu, &server.at_work(0, (Work::Nothing, 0.0), None, at_c))
                    });
                    values.rest(&held, &free, unloaded);
                }
                values
            }
            _ => point.settled.at(at_c, |at_c| settle(utilisation, at_c)),
        };
        point.low = at(range_c.0);
        point.high = at(range_c.1);
        point.full = (range_c.0, point.low.clock);
        if point.high.clock < point.low.clock && point.low.clock >= 1.0 {
            let kept = |at_c| at(at_c).clock >= 1.0;
            point.full = (last_quarter(range_c, kept), 1.0);
        }
        point.hot_from_c = [f64::INFINITY; 4];
        if point.high.throttled > 0.0 {
            let mut reached = 0.0;
            for (from_c, share) in point.hot_from_c.iter_mut().zip(SHARES) {
                reached += share;
                let hot = |values: &Values| values.throttled > reached - 1e-9;
                if hot(&point.low) {
                    *from_c = f64::NEG_INFINITY;
                } else if hot(&point.high) {
                    *from_c = last_quarter(range_c, |at_c| !hot(&at(at_c)));
                }
            }
        }
    }
}
