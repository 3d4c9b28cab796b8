//! How far a measured load was met.
//!
//! ```text
//! unserved = Σ (P_asked − P)₊·dt        excess = Σ (P − P_asked)₊·dt
//! ```
//!
//! P at the IT inlets, or of the whole site where the load is measured at the meter (`facility/power/meter.rs`). Absent without
//! a measured load.

use crate::metrics::figures::known;
use crate::metrics::sum::Sum;
use crate::metrics::{Context, Metric, Summary};
use crate::snapshot::Snapshot;
use crate::units::J_PER_MWH;

/// The metric.
#[derive(Debug, Clone, Default)]
pub(crate) struct Measured {
    seen: bool,
    unserved_j: Sum,
    excess_j: Sum,
}

impl Measured {
    pub(crate) fn new(_: &Context) -> Self {
        Self::default()
    }
}

impl Metric for Measured {
    fn observe(&mut self, s: &Snapshot) {
        let Some(measured) = &s.measured else { return };
        self.seen = true;
        self.unserved_j.add(measured.unserved_w * s.dt_s);
        self.excess_j.add(measured.excess_w * s.dt_s);
    }

    fn report(&self, summary: &mut Summary) {
        if !self.seen {
            return;
        }
        summary.energy_mwh.unserved = known(self.unserved_j.value() / J_PER_MWH);
        summary.energy_mwh.excess = known(self.excess_j.value() / J_PER_MWH);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::tests::{context, hour, report};
    use crate::snapshot;

    /// By hand: an hour in which 200 of 1,000 kW are not drawn, one in which 50 kW are too many.
    #[test]
    fn what_is_missed_adds_up() {
        let step = |at, unserved_w, excess_w| Snapshot {
            measured: Some(snapshot::Measured {
                asked_w: 1e6,
                unserved_w,
                excess_w,
            }),
            ..hour(at, 1e6)
        };
        let steps = [step(1.0, 0.2e6, 0.0), step(2.0, 0.0, 0.05e6)];
        let energy = report(Measured::new(&context()), &steps).energy_mwh;
        assert_eq!((energy.unserved, energy.excess), (Some(0.2), Some(0.05)));
        let without = report(Measured::new(&context()), &[hour(1.0, 1e6)]);
        assert_eq!(without, Summary::default());
    }
}
