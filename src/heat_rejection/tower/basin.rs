//! The basins of the towers: what they live on when make-up water is cut off, the flushing of their filter, and their heaters.
//!
//! ```text
//! supply flows   make-up + from basin = evaporation + drift + blowdown       kg/s;  the basin fills up within an hour
//! cut off        from basin = evaporation + drift                            blowdown is shut
//! filter         drained = max(blowdown, f·make-up)                          f: flush of the filter, of the make-up
//! heaters        P = U·A·(T_hold − T_air)     A = ṁ/(3 kg/(s·m²))            ṁ: design flow of the cells that stand
//! ```
//!
//! What flushes the filter carries the basin's minerals with it, and the blowdown that conductivity controls is so much
//! less; only where cycles are high does the flush exceed it. A side stream of 7 % through sand that is flushed once a day for four
//! minutes takes 5 m³ of the 460 m³ a day of 10 MW: 1 %. Basins of wet cells are kept from freezing by the load; those of
//! cells that stand are heated while the air is below what they hold. U holds for still water under fill and louvres:
//! convection, evaporation and radiation of the surface and the walls; water loading of 2 to 4 kg/(s·m²) is usual. What
//! the heaters warm ends in the air.
//!
//! Towers run on until the basin no longer holds what they lost in the last step; then they are dry until the supply
//! comes back. Source: mass balance; filling within an hour is an estimate,
//! unconfirmed: half an hour to two hours by the float valve. Valid while the basin's minerals,
//! which are not followed, do no harm: a few hours at usual cycles of concentration.

use super::size::CellSize;
use crate::heat_rejection::convention::Convention;
use crate::heat_rejection::rejection::{
    Available, Rejection, RejectionOutput, StepRequest, StepResult,
};
use crate::physics::fluids::WATER_DENSITY_KG_M3;
use crate::physics::psychrometrics::MoistAir;
use crate::physics::water::Water;

/// Loss of a basin, W per m² of its cell and kelvin.
pub(super) const LOSS_W_M2K: f64 = 30.0;
/// Water over the fill of a cell at design, kg/(s·m²).
const LOADING_KG_S_M2: f64 = 3.0;
/// Flushing of the filter, of the make-up.
pub(super) const FLUSH: f64 = 0.01;

/// How long an empty basin takes to fill, s.
const FILLING_S: f64 = 3600.0;

/// Towers with a basin.
pub struct Basin {
    plant: Box<dyn Rejection>,
    full_kg: f64,
    left_kg: f64,
    heater: Heater,
    /// Water that flushes the filter, of the make-up.
    flush: f64,
    available: Available,
    /// Too little is left for another step.
    empty: bool,
    dt_s: f64,
}

/// Heaters in the basins.
#[derive(Debug, Clone, Copy, Default)]
struct Heater {
    held_c: f64,
    /// Loss of all basins, W/K, and the design flow of all cells, kg/s.
    loss_w_k: f64,
    all_kg_s: f64,
}

impl Heater {
    /// Power for the cells that stand, W.
    fn power_w(&self, wet_kg_s: f64, air_c: f64) -> f64 {
        if self.loss_w_k <= 0.0 || air_c >= self.held_c {
            return 0.0;
        }
        let standing = (1.0 - wet_kg_s / self.all_kg_s).clamp(0.0, 1.0);
        // What rounding leaves of cells that all run is none.
        if standing < 1e-9 {
            return 0.0;
        }
        standing * self.loss_w_k * (self.held_c - air_c)
    }
}

impl Basin {
    /// A full basin without a heater or a filter.
    pub fn new(full_kg: f64, plant: Box<dyn Rejection>) -> Self {
        Self {
            plant,
            full_kg,
            left_kg: full_kg,
            heater: Heater::default(),
            flush: 0.0,
            available: Available::default(),
            empty: false,
            dt_s: 0.0,
        }
    }

    /// The basins of cells of this size around a plant for `heat_w` with `all_kg_s` of tower water at design.
    pub(in crate::heat_rejection) fn around(
        plant: Box<dyn Rejection>,
        cell: &CellSize,
        heat_w: f64,
        all_kg_s: f64,
    ) -> Box<dyn Rejection> {
        // Litres per kW and watts: kg.
        let kg = |litres_per_kw: f64| litres_per_kw * 1e-6 * WATER_DENSITY_KG_M3 * heat_w;
        let basin = Self::new(kg(cell.basin_litres_per_kw.unwrap_or(0.0)), plant);
        if cell.convention == Some(Convention::EnergyPlus) {
            return Box::new(basin);
        }
        let loss_w_m2k = cell.basin_loss_w_m2k.unwrap_or(LOSS_W_M2K);
        Box::new(Self {
            heater: Heater {
                held_c: cell.held_basin_c().unwrap_or(f64::NEG_INFINITY),
                loss_w_k: loss_w_m2k * all_kg_s / LOADING_KG_S_M2,
                all_kg_s,
            },
            flush: cell.filter_flush.unwrap_or(FLUSH),
            ..basin
        })
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
        // Where no basin is stated towers are dry as soon as the supply is cut off.
        self.empty = !available.water && (self.empty || self.full_kg <= 0.0);
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
        let mut run = self.plant.reject(heat_w, supply_c, flow_w_k, outside);
        run.heaters_w = self.heater.power_w(run.cells_kg_s, outside.dry_bulb_c);
        run.heat_to_ambient_w += run.heaters_w;
        let lost_kg_s = run.water.evaporation_kg_s + run.water.drift_kg_s;
        let flush_kg_s = self.flush * lost_kg_s / (1.0 - self.flush).max(0.1);
        let more_kg_s = (flush_kg_s - run.water.blowdown_kg_s).max(0.0);
        run.water.blowdown_kg_s += more_kg_s;
        run.water.makeup_kg_s += more_kg_s;
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

    fn correlation() -> super::super::correlation::Correlation {
        let mut all: BTreeMap<String, TowerEntry> =
            toml::from_str(include_str!("../../../assets/catalogue/towers.toml")).unwrap();
        all.remove("york-calc").unwrap().correlation
    }

    /// 10 MW at 6 K: 398.6 kg/s over cells of 132.9 m². Cells at a third of their water: two of four stand, 66.4 m² at 30
    /// W/(m²·K) in −10.5 °C: 15 K and 29.9 kW. All of them at rest twice that; none at full water, and none at 5 °C.
    #[test]
    fn heaters_by_hand() {
        let keys: CellSize = toml::from_str("cells = 4").unwrap();
        let mut plant = TowerPlantDesign {
            plate_approach_k: None,
            ..TowerPlantDesign::for_heat(10e6)
        }
        .size(correlation());
        keys.apply_model(&mut plant.tower).unwrap();
        let all_kg_s = plant.tower.design().water_kg_s;
        assert!((all_kg_s - 398.6).abs() < 0.1, "{all_kg_s}");
        let basin = Basin::around(Box::new(plant), &keys, 10e6, all_kg_s);
        let heaters_w = |heat_w: f64, share: f64, air_c: f64| {
            let air = MoistAir::from_relative_humidity(air_c, 0.8, 101_325.0);
            let run = basin.reject(heat_w, 25.0, share * 10e6 / 6.0, &air);
            assert!((run.heat_to_ambient_w - heat_w - run.electric_w()).abs() < 1e-6);
            run.heaters_w
        };
        assert!((heaters_w(3e6, 1.0 / 3.0, -10.5) - 29.9e3).abs() < 50.0);
        assert!((heaters_w(0.0, 0.5, -10.5) - 59.8e3).abs() < 100.0);
        assert_eq!(heaters_w(3e6, 1.0, -10.5), 0.0);
        assert_eq!(heaters_w(0.0, 1.0, 5.0), 0.0);
    }

    /// A flush of 4 % of the make-up: at 4 cycles a quarter is drained anyway; at 50 cycles a fiftieth would do, and the flush is
    /// what is drained: 0.04/0.96 of what evaporates and drifts.
    #[test]
    fn flushing_counts_as_blowdown() {
        for (cycles, flushed) in [(4.0, false), (50.0, true)] {
            let plant = TowerPlantDesign {
                cycles_of_concentration: cycles,
                ..TowerPlantDesign::for_heat(10e6)
            }
            .size(correlation());
            let alone = plant.clone();
            let keys: CellSize = toml::from_str("filter_flush = 0.04").unwrap();
            let basin = Basin::around(Box::new(plant), &keys, 10e6, 398.6);
            let outside = MoistAir::from_relative_humidity(25.0, 0.5, 101_325.0);
            let water = |plant: &dyn Rejection| plant.reject(3e6, 30.0, 0.5e6, &outside).water;
            let (with, without) = (water(basin.as_ref()), water(&alone));
            let expected_kg_s = if flushed {
                0.04 / 0.96 * (without.evaporation_kg_s + without.drift_kg_s)
            } else {
                without.blowdown_kg_s
            };
            assert!(
                (with.blowdown_kg_s - expected_kg_s).abs() < 1e-9,
                "{with:?} {without:?}"
            );
            let used = with.evaporation_kg_s + with.drift_kg_s + with.blowdown_kg_s;
            assert!((with.makeup_kg_s - used).abs() < 1e-12);
            assert_eq!(flushed, with.makeup_kg_s > without.makeup_kg_s);
            let share = with.blowdown_kg_s / with.makeup_kg_s;
            assert!(!flushed || (share - 0.04).abs() < 1e-12, "{share}");
        }
    }

    /// 1 MW of tower loses about 0.4 kg/s: 720 kg last half an hour, six steps of five minutes. Then nothing is
    /// carried; with the supply back it fills within an hour.
    #[test]
    fn towers_run_on_until_their_basin_is_empty() {
        let plant = TowerPlantDesign::for_heat(1e6).size(correlation());
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
