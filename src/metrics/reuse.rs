//! Heat used elsewhere.
//!
//! ```text
//! ERF = E_reused/E_facility
//! ```
//!
//! Source: ISO/IEC 30134-6. The heat is counted where it is handed over, with the electricity of a heat pump inside the
//! datacenter. Absent where nothing was reused.

use super::sum::Sum;
use super::summary::known;
use super::{Context, Metric, Summary};
use crate::snapshot::Snapshot;

/// The metric.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reuse {
    reused_j: Sum,
    facility_j: Sum,
}

impl Reuse {
    pub(crate) fn new(_: &Context) -> Self {
        Self::default()
    }
}

impl Metric for Reuse {
    fn observe(&mut self, s: &Snapshot) {
        let others_w: f64 = s.circuits.iter().map(|plant| plant.reused_w).sum();
        self.reused_j.add((s.plant.reused_w + others_w) * s.dt_s);
        self.facility_j.add(s.power.facility_w * s.dt_s);
    }

    fn report(&self, summary: &mut Summary) {
        if self.reused_j.value() > 0.0 {
            summary.ratios.erf = known(self.reused_j.value() / self.facility_j.value());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::tests::{context, hour, report};

    /// 250 kW of 1 MW in one hour of two: 0.125.
    #[test]
    fn erf_by_hand() {
        let mut first = hour(1.0, 1e6);
        first.plant.reused_w = 250e3;
        let summary = report(Reuse::new(&context()), &[first, hour(2.0, 1e6)]);
        assert_eq!(summary.ratios.erf, Some(0.125));
        assert_eq!(
            report(Reuse::new(&context()), &[hour(1.0, 1e6)]).ratios.erf,
            None
        );
    }
}
