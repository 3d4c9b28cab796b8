//! The basin of the towers: what they live on when make-up water is cut off.
//!
//! ```text
//! supply flows   make-up + from basin = evaporation + drift + blowdown       kg/s;  the basin fills up within an hour
//! cut off        from basin = evaporation + drift                            blowdown is shut
//! ```
//!
//! Towers run on until the basin no longer holds what they lost in the last step; then they are dry until the supply
//! comes back. Source: mass balance; filling within an hour is an estimate,
//! unconfirmed: half an hour to two hours by the float valve. Valid while the basin's minerals,
//! which are not followed, do no harm: a few hours at usual cycles of concentration.

use super::size::CellSize;
use crate::heat_rejection::rejection::{
    Available, Rejection, RejectionOutput, StepRequest, StepResult,
};
use crate::physics::fluids::WATER_DENSITY_KG_M3;
use crate::physics::psychrometrics::MoistAir;
use crate::physics::water::Water;

/// How long an empty basin takes to fill, s.
const FILLING_S: f64 = 3600.0;

/// Towers with a basin.
pub struct Basin {
    plant: Box<dyn Rejection>,
    full_kg: f64,
    left_kg: f64,
    available: Available,
    /// Too little is left for another step.
    empty: bool,
    dt_s: f64,
}

impl Basin {
    /// A full basin.
    pub fn new(full_kg: f64, plant: Box<dyn Rejection>) -> Self {
        Self {
            plant,
            full_kg,
            left_kg: full_kg,
            available: Available::default(),
            empty: false,
            dt_s: 0.0,
        }
    }

    /// The basin of cells of this size around a plant for `heat_w`; the plant alone where none is stated.
    pub(in crate::heat_rejection) fn around(
        plant: Box<dyn Rejection>,
        cell: &CellSize,
        heat_w: f64,
    ) -> Box<dyn Rejection> {
        match cell.basin_litres_per_kw {
            Some(litres_per_kw) => {
                let full_kg = litres_per_kw * 1e-6 * WATER_DENSITY_KG_M3 * heat_w;
                Box::new(Self::new(full_kg, plant))
            }
            None => plant,
        }
    }

    fn set_water(&mut self) {
        self.plant.set_available(&Available {
            water: !self.empty,
            ..self.available
        });
    }
}

impl Rejection for Basin {
    fn decide(&mut self, request: &StepRequest<'_>) {
        self.dt_s = request.dt_s;
        self.plant.decide(request);
    }

    fn set_available(&mut self, available: &Available) {
        self.available = *available;
        self.empty &= !available.water;
        self.set_water();
    }

    fn capacity_w(&self, supply_c: f64, flow_w_k: f64, outside: &MoistAir) -> f64 {
        self.plant.capacity_w(supply_c, flow_w_k, outside)
    }

    fn carries(&self, heat_w: f64, supply_c: f64, flow_w_k: f64, outside: &MoistAir) -> bool {
        self.plant.carries(heat_w, supply_c, flow_w_k, outside)
    }

    fn reject(
        &self,
        heat_w: f64,
        supply_c: f64,
        flow_w_k: f64,
        outside: &MoistAir,
    ) -> RejectionOutput {
        let run = self.plant.reject(heat_w, supply_c, flow_w_k, outside);
        let lost_kg_s = run.water.evaporation_kg_s + run.water.drift_kg_s;
        let water = if self.available.water {
            let missing_kg = self.full_kg - self.left_kg;
            let filled_kg_s = if missing_kg > 0.0 && self.dt_s > 0.0 {
                (missing_kg / self.dt_s).min(self.full_kg / FILLING_S)
            } else {
                0.0
            };
            Water {
                makeup_kg_s: run.water.makeup_kg_s + filled_kg_s,
                from_basin_kg_s: -filled_kg_s,
                ..run.water
            }
        } else {
            Water {
                blowdown_kg_s: 0.0,
                makeup_kg_s: 0.0,
                from_basin_kg_s: lost_kg_s,
                ..run.water
            }
        };
        RejectionOutput { water, ..run }
    }

    fn commit(&mut self, done: &StepResult<'_>) {
        let lost_kg = done.rejected.water.from_basin_kg_s * done.dt_s;
        // A load that jumps in the last step can take a little more than there is; filling makes up for it.
        self.left_kg = (self.left_kg - lost_kg).min(self.full_kg);
        if !self.available.water && !self.empty && self.left_kg < lost_kg {
            self.empty = true;
            self.set_water();
        }
        self.plant.commit(done);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::TowerPlantDesign;
    use super::super::cell::TowerEntry;
    use super::*;
    use crate::heat_rejection::rejection::Outdoors;

    /// 1 MW of tower loses about 0.4 kg/s: 720 kg last half an hour, six steps of five minutes. Then nothing is
    /// carried; with the supply back it fills within an hour.
    #[test]
    fn towers_run_on_until_their_basin_is_empty() {
        let mut all: BTreeMap<String, TowerEntry> =
            toml::from_str(include_str!("../../../assets/catalogue/towers.toml")).unwrap();
        let correlation = all.remove("york-calc").unwrap().correlation;
        let plant = TowerPlantDesign::for_heat(1e6).size(correlation);
        let outside = MoistAir::from_relative_humidity(30.0, 0.3, 101_325.0);
        let mut basin = Basin::new(720.0, Box::new(plant));
        let (flow_w_k, dt_s) = (1e6 / 6.0, 300.0);
        let step = |basin: &mut Basin| {
            basin.decide(&StepRequest {
                heat_w: 1e6,
                supply_c: 30.0,
                flow_w_k,
                outdoors: &Outdoors {
                    air: outside,
                    hour_of_year: 4000.0,
                },
                dt_s,
            });
            let carries = basin.capacity_w(30.0, flow_w_k, &outside) >= 0.9e6;
            let heat_w = if carries { 0.9e6 } else { 0.0 };
            let rejected = basin.reject(heat_w, 30.0, flow_w_k, &outside);
            let w = rejected.water;
            let used = w.evaporation_kg_s + w.drift_kg_s + w.blowdown_kg_s;
            assert!((w.makeup_kg_s + w.from_basin_kg_s - used).abs() < 1e-12);
            basin.commit(&StepResult {
                heat_w,
                supply_c: 30.0,
                flow_w_k,
                rejected: &rejected,
                dt_s,
            });
            (carries, w)
        };
        let (_, before) = step(&mut basin);
        assert_eq!(before.from_basin_kg_s, 0.0);
        let lost_kg_s = before.evaporation_kg_s + before.drift_kg_s;
        basin.set_available(&Available {
            water: false,
            ..Available::default()
        });
        let lasts = (720.0 / (lost_kg_s * dt_s)).floor();
        let mut steps = 0.0;
        while step(&mut basin).0 {
            steps += 1.0;
            assert!(steps < 100.0);
        }
        assert!(steps == lasts && lasts >= 4.0, "{steps} {lasts}");
        assert!(!step(&mut basin).0);
        basin.set_available(&Available::default());
        for _ in 0..14 {
            assert!(step(&mut basin).0);
        }
        assert_eq!(basin.left_kg, 720.0);
    }
}
