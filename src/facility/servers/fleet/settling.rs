//! A step of a hall's servers: points, mixes of them, racks.

use super::super::interpolate::AllSpans;
use super::super::operating_table::{Values, last_quarter, outward};
use super::operating_point::{host_of, work_of};
use super::{Fleet, Totals};
use crate::it::server::spread::SHARES;
use crate::scheduler::Load;
use crate::snapshot::Racks;
use crate::vector;

impl Fleet {
    /// Settles all servers over the coolant that they feel and writes power and chip temperature of each rack.
    /// `services` holds the utilisation of each service now.
    pub(in crate::facility) fn step(&mut self, racks: &mut Racks, services: &[f64]) -> Totals {
        self.settle(services);
        for (index, _) in self.mixes.iter() {
            self.coolant_c[index] = 0.0;
        }
        let max_chip_c = vector::widest(AllSpans {
            spans: self.spans.as_slice(),
            lines: &self.lines,
            sums_c: &mut self.coolant_c,
            felt_c: &self.felt.rack_c,
            racks,
        });
        Totals {
            max_chip_c,
            ..self.totals(services)
        }
    }

    /// Sums over all servers at another load within a step that was made: racks keep what they show, and the hottest chip is
    /// not looked for.
    pub(in crate::facility) fn try_load(&mut self, services: &[f64]) -> Totals {
        self.settle(services);
        self.totals(services)
    }

    fn settle(&mut self, services: &[f64]) {
        self.slow = self.settle_points(outward(self.felt_range_c), services);
        self.settle_mixes();
    }

    fn totals(&self, services: &[f64]) -> Totals {
        let mut totals = Totals {
            worked_gpus: self.worked_gpus(services),
            ..Totals::default()
        };
        self.add_up(&mut totals);
        totals
    }

    /// Settles the points whose load or range changed; returns whether some server spans below its clock at the
    /// upper end.
    fn settle_points(&mut self, range_c: (f64, f64), services: &[f64]) -> bool {
        self.range_c = range_c;
        self.rounds += 1;
        let (server, psu, cap) = (&self.server, &self.psu, self.cap);
        let imposed = self.imposed;
        let (mut slow, mut capped) = (false, false);
        for &index in &self.used {
            let point = self.points.get_mut(index);
            let utilisation = point.utilisation(services) * cap;
            let key = [utilisation, range_c.0, range_c.1];
            if point.settled_for != key {
                point.settled_for = key;
                point.settled_in = self.rounds;
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
                    _ if cap < 1.0 => settle(utilisation, at_c),
                    Load::Service(_) => point.levels.at(utilisation, at_c, settle),
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
            let works = !point.off && point.busy > 0;
            slow |= works && point.high.clock < 1.0;
            capped |= works && point.high.pace < 1.0 && matches!(point.load, Load::Service(_));
        }
        self.capped = capped;
        slow
    }

    /// Of the way from the lower to the upper end of the range, per kelvin; it is never empty.
    fn per_k(&self) -> f64 {
        1.0 / (self.range_c.1 - self.range_c.0)
    }

    /// Adds up the mixes whose points changed.
    fn settle_mixes(&mut self) {
        let (low_c, per_k) = (self.range_c.0, self.per_k());
        for (index, mix) in self.mixes.iter_mut() {
            if mix.out_of_date(&self.points) {
                mix.settled_in = self.rounds;
                self.lines[index] = mix.settle(&self.points, low_c, per_k);
            }
        }
    }

    fn worked_gpus(&self, services: &[f64]) -> f64 {
        let used = self.used.iter().map(|index| self.points.get(*index));
        used.filter(|point| point.busy > 0)
            .map(|point| {
                let busy = f64::from(point.busy) * f64::from(point.servers);
                busy * (point.utilisation(services) * self.cap)
            })
            .sum()
    }

    /// Sums over the racks, from the coolant that those of each mix had together.
    fn add_up(&self, totals: &mut Totals) {
        let (low_c, per_k) = (self.range_c.0, self.per_k());
        for (index, mix) in self.mixes.iter() {
            // Sum over its racks of how far their coolant lies from the lower to the upper end, 0..1 each.
            let count = f64::from(mix.racks);
            let shares = (self.coolant_c[index] - count * low_c) * per_k;
            let total = |from: f64, to: f64| from * count + (to - from) * shares;
            let (low, high) = (&mix.low, &mix.high);
            totals.compute_w += total(low.compute_w, high.compute_w);
            totals.fans_w += total(low.fans_w, high.fans_w);
            totals.psu_w += total(low.psu_w, high.psu_w);
            totals.air_m3_s += total(low.air_m3_s, high.air_m3_s);
            totals.liquid_w += total(low.liquid_w, high.liquid_w);
        }
    }
}
