//! Operational carbon.
//!
//! ```text
//! m = Σ i·P_import·dt          CUE = m / IT kWh        i: intensity of the grid in the step
//! m_fuel = 3.16·fuel         apart: generators on the site
//! ```
//!
//! Source: ISO/IEC 30134-8. What is fed in earns no credit. Carbon of making the equipment and the building is not in it.

use super::sum::Sum;
use super::summary::known;
use super::{Context, Metric, Summary};
use crate::electrical::generator::DIESEL_KG_KG;
use crate::snapshot::Snapshot;
use crate::units::J_PER_KWH;

/// The metric. Absent altogether where a single step has no intensity: a sum with holes would look better
/// than the truth.
#[derive(Debug, Clone, Default)]
pub(crate) struct Carbon {
    emitted_kg: Sum,
    it_j: Sum,
    fuel_kg: Sum,
    burns: bool,
    seen: bool,
    missing: bool,
}

impl Carbon {
    pub(crate) fn new(_: &Context) -> Self {
        Self::default()
    }
}

impl Metric for Carbon {
    fn observe(&mut self, s: &Snapshot) {
        self.seen = true;
        if s.carbon_kg_j.is_finite() {
            self.emitted_kg
                .add(s.carbon_kg_j * s.on_site.grid_w.max(0.0) * s.dt_s);
        } else {
            self.missing = true;
        }
        self.it_j.add(s.power.it_w * s.dt_s);
        if s.on_site.fuel_kg_s.is_finite() {
            self.burns = true;
            self.fuel_kg.add(s.on_site.fuel_kg_s * s.dt_s);
        }
    }

    fn report(&self, summary: &mut Summary) {
        if self.burns {
            summary.carbon_t.generators = known(DIESEL_KG_KG * self.fuel_kg.value() / 1e3);
        }
        if self.seen && !self.missing {
            let kg = self.emitted_kg.value();
            summary.carbon_t.operational = known(kg / 1e3);
            summary.ratios.cue_kg_per_kwh = known(kg / (self.it_j.value() / J_PER_KWH));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::tests::{context, hour, report};

    /// By hand: 1 `MWh` at 300 g and 2 `MWh` at 600 g are 1.5 t; IT takes 2.4 `MWh`: 0.625 kg/kWh.
    #[test]
    fn carbon_follows_the_grid() {
        let step = |at, facility_w, g_kwh: f64| {
            let mut s = hour(at, facility_w);
            s.carbon_kg_j = g_kwh / 1e3 / J_PER_KWH;
            s
        };
        let steps = [step(1.0, 1e6, 300.0), step(2.0, 2e6, 600.0)];
        let summary = report(Carbon::new(&context()), &steps);
        assert!((summary.carbon_t.operational.unwrap() - 1.5).abs() < 1e-12);
        assert!((summary.ratios.cue_kg_per_kwh.unwrap() - 0.625).abs() < 1e-12);

        let holed = report(Carbon::new(&context()), &[steps[0].clone(), hour(2.0, 1e6)]);
        assert_eq!(holed.carbon_t.operational, None);
    }
}
