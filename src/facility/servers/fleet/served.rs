//! Work that services and imposed loads get done.
//!
//! ```text
//! served = Σ busy chips × load × speed          speed: as heat, the chips' power cap and the grid limit leave it
//! ```
//!
//! Chips' worth at full clock. The speed of servers is read from the same lines as everything else of a step; where heat
//! bends it, rack by rack.

use super::operating_point::{OperatingPoint, RackMix};
use super::{Fleet, Totals};
use crate::it::clock_at;
use crate::scheduler::Load;
use crate::snapshot::ServicePower;

impl Fleet {
    /// Chips' worth of work of services and imposed loads in the step just made, at full clock; `totals` are its sums.
    pub(in crate::facility) fn served_gpus(&self, totals: &Totals) -> f64 {
        let cap = self.cap;
        if cap <= 0.0 {
            return 0.0;
        }
        let gpus: f64 = if self.throttles() {
            let load = |point: &OperatingPoint| match point.load {
                // What was settled: also where the load is imposed, and after the cap.
                Load::Service(_) if !point.off && point.settled_for[0] > 0.0 => {
                    f64::from(point.busy) * point.settled_for[0]
                }
                _ => 0.0,
            };
            let racks = self.in_racks();
            racks
                .map(|(point, servers, at_c)| {
                    servers * load(point) * point.speed_at(at_c, self.range_c)
                })
                .sum()
        } else {
            totals.served_gpus
        };
        gpus / cap * clock_at(cap)
    }

    /// Adds the mean power of the servers of each service in the step just made, whole servers; those out of service are no service's.
    pub(in crate::facility) fn add_services(&self, into: &mut [ServicePower]) {
        let (low_c, high_c) = self.range_c;
        let mut add = |mix: &RackMix, racks: f64, sum_c: f64| {
            let shares = (sum_c - racks * low_c) / (high_c - low_c);
            for &(point, count) in &mix.counts {
                let point = self.points.get(point);
                if let Load::Service(service) = point.load
                    && !point.off
                    && let Some(power) = into.get_mut(service as usize)
                {
                    let (low, high) = (&point.low, &point.high);
                    let total = |from: f64, to: f64| count * (from * racks + (to - from) * shares);
                    *power = power.plus(ServicePower {
                        chips_w: total(low.chips_w, high.chips_w),
                        it_w: total(low.it_w(), high.it_w()),
                    });
                }
            }
        };
        for &index in &self.varying {
            let mix = self.mixes.get(index);
            add(mix, f64::from(mix.racks), self.coolant_c[index as usize]);
        }
        for (rack, mix, share) in self.moves.terms() {
            let mix = self.mixes.get(mix);
            if mix.varies {
                add(mix, share, share * self.felt.rack_c[rack as usize]);
            }
        }
    }
}
