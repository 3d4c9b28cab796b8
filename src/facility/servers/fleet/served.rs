//! Work that services and imposed loads get done.
//!
//! ```text
//! served = Σ busy chips × load × speed          speed: as heat, the chips' power cap and the grid limit leave it
//! ```
//!
//! Chips' worth at full clock. The speed of servers is read from the same lines as everything else of a step; where heat
//! bends it, rack by rack.

use super::Fleet;
use super::operating_point::OperatingPoint;
use crate::it::clock_at;
use crate::scheduler::Load;

impl Fleet {
    /// Chips' worth of work of services and imposed loads in the step just made, at full clock.
    pub(in crate::facility) fn served_gpus(&self) -> f64 {
        let cap = self.cap;
        let load = |point: &OperatingPoint| match point.load {
            // What was settled: also where the load is imposed, and after the cap.
            Load::Service(_) if !point.off && cap > 0.0 && point.settled_for[0] > 0.0 => {
                f64::from(point.busy) * point.settled_for[0] / cap
            }
            _ => 0.0,
        };
        let serves = |index: &u32| load(self.points.get(*index)) > 0.0;
        if !self.used.iter().any(serves) {
            return 0.0;
        }
        let gpus: f64 = if self.throttles() {
            self.in_racks()
                .map(|(point, servers, at_c)| {
                    servers * load(point) * point.speed_at(at_c, self.range_c)
                })
                .sum()
        } else {
            let (low_c, high_c) = self.range_c;
            let at_end = self.mixes.iter().map(|(index, mix)| {
                let racks = f64::from(mix.racks);
                (mix, racks, self.coolant_c[index])
            });
            let moved = self.moves.terms().map(|(rack, mix, share)| {
                let at_c = self.felt.rack_c[rack as usize];
                (self.mixes.get(mix), share, share * at_c)
            });
            let mixes = at_end.chain(moved).map(|(mix, racks, sum_c)| {
                let share = (sum_c - racks * low_c) / (high_c - low_c);
                let paced = mix.counts.iter().map(|&(point, servers)| {
                    let point = self.points.get(point);
                    let (low, high) = (point.low.pace, point.high.pace);
                    servers * load(point) * (low * racks + (high - low) * share)
                });
                paced.sum::<f64>()
            });
            mixes.sum()
        };
        gpus * clock_at(cap)
    }
}
