//! Work that services and imposed loads get done.
//!
//! ```text
//! served = Σ busy chips × load × speed          speed: as heat, the chips' power cap and the grid limit leave it
//! ```
//!
//! Chips' worth at full clock. The speed of servers is read from the same lines as everything else of a step; where heat
//! bends it, rack by rack.

use super::operating_point::OperatingPoint;
use super::{Fleet, Totals};
use crate::it::clock_at;
use crate::scheduler::Load;

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
}
