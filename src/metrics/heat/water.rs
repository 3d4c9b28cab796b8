//! Water of the site.
//!
//! ```text
//! V = Σ ṁ·dt/ρ        WUE = make-up litres / IT kWh
//! WUE_source = WUE + w·E_import/E_IT          w: litres that power plants consume per kWh of the grid
//! ```
//!
//! Source: ISO/IEC 30134-9. Make-up of the site alone is WUE. At the source it adds the water of what is imported at the
//! meter: sun and generators on the site drink none, and what is fed in earns no credit. Without generation and storage
//! this is WUE + PUE·w. w is a yearly mean of a country and absent where the grid has none.

use crate::metrics::figures::{Heading, figures, known};
use crate::metrics::sum::Sum;
use crate::metrics::{Context, Metric, Summary};
use crate::snapshot::Snapshot;
use crate::units::{J_PER_KWH, WATER_KG_M3};

figures! {
    /// Water over the run.
    WaterM3 {
        /// Evaporated.
        evaporation: Option<f64> = M3;
        /// Lost as droplets.
        drift: Option<f64> = M3;
        /// Drained.
        blowdown: Option<f64> = M3;
        /// Taken from the supply: the sum of the three others.
        makeup: Option<f64> = M3.row(Heading::Resources, "water", 0).headline();
        /// Withdrawn from a lake, a river or the sea and given back warmer, no part of make-up or WUE; absent where nothing is.
        once_through: Option<f64> = M3.row(Heading::Resources, "water once through", 0);
    }
}

/// The metric.
#[derive(Debug, Clone)]
pub(crate) struct Water {
    /// Evaporation, drift, blowdown, make-up, kg.
    mass_kg: [Sum; 4],
    once_through_kg: Sum,
    it_j: Sum,
    import_j: Sum,
    grid_l_kwh: Option<f64>,
    seen: bool,
}

impl Water {
    pub(crate) fn new(context: &Context) -> Self {
        Self {
            mass_kg: [Sum::default(); 4],
            once_through_kg: Sum::default(),
            it_j: Sum::default(),
            import_j: Sum::default(),
            grid_l_kwh: context.grid_water_l_kwh,
            seen: false,
        }
    }
}

impl Metric for Water {
    fn observe(&mut self, s: &Snapshot) {
        let water = &s.water;
        let flows_kg_s = [
            water.evaporation_kg_s,
            water.drift_kg_s,
            water.blowdown_kg_s,
            water.makeup_kg_s,
        ];
        for (sum, flow_kg_s) in self.mass_kg.iter_mut().zip(flows_kg_s) {
            sum.add(flow_kg_s * s.dt_s);
        }
        self.once_through_kg.add(water.once_through_kg_s * s.dt_s);
        self.it_j.add(s.power.it_w * s.dt_s);
        self.import_j.add(s.on_site.import_w() * s.dt_s);
        self.seen = true;
    }

    fn report(&self, summary: &mut Summary) {
        if !self.seen {
            return;
        }
        let m3 = self.mass_kg.map(|sum| sum.value() / WATER_KG_M3);
        let group = &mut summary.water_m3;
        [group.evaporation, group.drift, group.blowdown, group.makeup] = m3.map(known);
        let once_through_m3 = self.once_through_kg.value() / WATER_KG_M3;
        group.once_through = (once_through_m3 > 0.0).then_some(once_through_m3);
        let [.., makeup_m3] = m3;
        let it_kwh = self.it_j.value() / J_PER_KWH;
        summary.ratios.wue_l_per_kwh = known(1e3 * makeup_m3 / it_kwh);
        if let Some(grid_l_kwh) = self.grid_l_kwh {
            let grid_l = grid_l_kwh * self.import_j.value() / J_PER_KWH;
            summary.ratios.wue_source_l_per_kwh = known((1e3 * makeup_m3 + grid_l) / it_kwh);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heat_rejection::Water as Flows;
    use crate::metrics::tests::{context, hour, report};

    /// By hand: 0.5 kg/s over 2 h is 3600 kg or 3.60649 m³; IT draws 800 kW, 1600 kWh: 2.25406 L/kWh.
    #[test]
    fn volumes_and_wue() {
        let step = |at| {
            let mut s = hour(at, 1e6);
            s.water = Flows {
                from_basin_kg_s: 0.0,
                evaporation_kg_s: 0.35,
                drift_kg_s: 0.05,
                blowdown_kg_s: 0.1,
                makeup_kg_s: 0.5,
                once_through_kg_s: 0.25,
            };
            s
        };
        let site = Context {
            grid_water_l_kwh: Some(3.0),
            ..context()
        };
        let summary = report(Water::new(&site), &[step(1.0), step(2.0)]);
        // 2000 kWh at the meter, 6000 L more: 3.75 L/kWh of IT.
        let source = summary.ratios.wue_source_l_per_kwh.unwrap();
        assert!((source - 2.25406 - 3.75).abs() < 1e-5);
        let water = summary.water_m3;
        assert!((water.makeup.unwrap() - 3.60649).abs() < 1e-5);
        assert!((water.evaporation.unwrap() - 0.7 * 3.60649).abs() < 1e-5);
        assert!((water.drift.unwrap() - 0.1 * 3.60649).abs() < 1e-5);
        assert!((water.once_through.unwrap() - 0.5 * 3.60649).abs() < 1e-5);
        assert!((water.blowdown.unwrap() - 0.2 * 3.60649).abs() < 1e-5);
        assert!((summary.ratios.wue_l_per_kwh.unwrap() - 2.25406).abs() < 1e-5);
    }
}
