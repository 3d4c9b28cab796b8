//! Heat used elsewhere, and heat that left without compressors where there are some.
//!
//! ```text
//! ERF = E_reused/E_facility        free cooling = Q_free/Q_plants
//! ```
//!
//! Source: ISO/IEC 30134-6. The heat is counted where it is handed over, with the electricity of a heat pump inside the
//! datacenter. Free cooling is what economizers and dry coils carried before or in place of another plant. Each is absent
//! where there was none.

use crate::metrics::figures::known;
use crate::metrics::sum::Sum;
use crate::metrics::{Context, Metric, Summary};
use crate::snapshot::Snapshot;

/// The metric.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reuse {
    reused_j: Sum,
    facility_j: Sum,
    free_j: Sum,
    plants_j: Sum,
}

impl Reuse {
    pub(crate) fn new(_: &Context) -> Self {
        Self::default()
    }
}

impl Metric for Reuse {
    fn observe(&mut self, s: &Snapshot) {
        for plant in std::iter::once(&s.plant).chain(&s.circuits) {
            self.reused_j.add(plant.reused_w * s.dt_s);
            self.free_j.add(plant.free_w * s.dt_s);
            self.plants_j.add(plant.heat_w * s.dt_s);
        }
        self.facility_j.add(s.power.facility_w * s.dt_s);
    }

    fn report(&self, summary: &mut Summary) {
        if self.reused_j.value() > 0.0 {
            summary.ratios.erf = known(self.reused_j.value() / self.facility_j.value());
        }
        if self.free_j.value() > 0.0 {
            summary.ratios.free_cooling = known(self.free_j.value() / self.plants_j.value());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::tests::{context, hour, report};

    /// 250 kW of 1 MW in one hour of two: 0.125; free for 300 kW of 800 kW in one, none of 400 kW in the other: 0.25.
    #[test]
    fn erf_and_free_cooling_by_hand() {
        let mut first = hour(1.0, 1e6);
        first.plant.reused_w = 250e3;
        (first.plant.free_w, first.plant.heat_w) = (300e3, 800e3);
        let mut second = hour(2.0, 1e6);
        second.plant.heat_w = 400e3;
        let summary = report(Reuse::new(&context()), &[first, second]);
        assert_eq!(summary.ratios.erf, Some(0.125));
        assert_eq!(summary.ratios.free_cooling, Some(0.25));
        assert_eq!(
            report(Reuse::new(&context()), &[hour(1.0, 1e6)]).ratios.erf,
            None
        );
    }
}
