//! Operational carbon.
//!
//! ```text
//! m_grid = Σ i·P_import·dt                   i: intensity of the grid in the step
//! m_fuel = 3.16·fuel                         generators on the site
//! CUE    = (m_grid + m_fuel) / IT kWh
//! ```
//!
//! Source: ISO/IEC 30134-8, which counts all energy that the datacenter uses, fuel burnt on the site too. What is fed in
//! earns no credit. Carbon of making the equipment and the building is not in it.

use crate::electrical::generator::DIESEL_KG_KG;
use crate::metrics::figures::{Heading, figures, known};
use crate::metrics::sum::Sum;
use crate::metrics::{Context, Metric, Summary};
use crate::snapshot::Snapshot;
use crate::units::J_PER_KWH;

figures! {
    /// Carbon dioxide equivalent.
    CarbonT {
        /// Energy from the grid × its intensity in each step; equipment and buildings are not in it, and what is fed in
        /// earns no credit.
        operational: Option<f64> = TCo2e.row(Heading::Resources, "carbon", 0).headline();
        /// Of the fuel burnt on the site (diesel, 3.16 kg/kg); not in `operational`, but in `cue_kg_per_kwh`.
        generators: Option<f64> = TCo2.row(Heading::Resources, "carbon of fuel burnt", 1);
    }
}

/// The metric. Absent altogether where a single step has no intensity: a sum with holes would look better
/// than the truth.
#[derive(Debug, Clone, Default)]
pub(crate) struct Carbon {
    grid_kg: Sum,
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
            self.grid_kg
                .add(s.carbon_kg_j * s.on_site.import_w() * s.dt_s);
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
        let fuel_kg = DIESEL_KG_KG * self.fuel_kg.value();
        if self.burns {
            summary.carbon_t.generators = known(fuel_kg / 1e3);
        }
        if self.seen && !self.missing {
            let grid_kg = self.grid_kg.value();
            summary.carbon_t.operational = known(grid_kg / 1e3);
            let it_kwh = self.it_j.value() / J_PER_KWH;
            summary.ratios.cue_kg_per_kwh = known((grid_kg + fuel_kg) / it_kwh);
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

    /// By hand: an hour on the grid, 1 `MWh` at 300 g, and an hour without it on 220 kg of diesel: 0.3 t, 0.6952 t apart, and
    /// both over 1.6 `MWh` of IT.
    #[test]
    fn fuel_burnt_on_the_site_counts_in_cue() {
        let mut steps = [hour(1.0, 1e6), hour(2.0, 1e6)];
        for (step, fuel_kg) in steps.iter_mut().zip([0.0, 220.0]) {
            step.carbon_kg_j = 0.3 / J_PER_KWH;
            step.on_site.fuel_kg_s = fuel_kg / 3600.0;
        }
        steps[1].on_site.grid_w = 0.0;
        let summary = report(Carbon::new(&context()), &steps);
        assert!((summary.carbon_t.operational.unwrap() - 0.3).abs() < 1e-12);
        assert!((summary.carbon_t.generators.unwrap() - 0.6952).abs() < 1e-12);
        let cue = summary.ratios.cue_kg_per_kwh.unwrap();
        assert!((cue - 0.9952 / 1.6).abs() < 1e-12, "{cue}");
    }
}
