//! Water-cooled chiller plant: chillers, each with its condenser-water pump and tower cell.
//!
//! ```text
//! y      = max(setpoint, coldest(H, outside))             °C, tower leaving = condenser entering
//! H      = Q + P(Q, x, y) + shaft heat of the pump        W per unit; coldest: the tower at full fan
//! ```
//!
//! The tower holds the condenser setpoint while it can; above that the temperature floats until tower and condenser
//! agree. The loop has gain well below one (about 0.01 … 0.2), so a secant on its fixed point settles in a few
//! evaluations. Units are staged together with their pump (constant flow) and cell.
//!
//! Source: `chiller.rs`, `tower.rs`, `pump.rs`; arrangement as in `EnergyPlus` with one chiller per condenser pump.
//! Valid where those are; at condenser temperatures below the curves' limit the curves hold.

use super::chiller::{ChillerCurves, Chillers};
use super::pump::Pump;
use super::tower::{CellSize, Tower, TowerDesign};
use super::tower_correlation::Correlation;
use super::{Rejected, Rejection};
use crate::physics::fluids::{WATER_CP_J_KGK, WATER_DENSITY_KG_M3};
use crate::physics::psychrometrics::MoistAir;

/// A water-cooled chiller plant ready to run.
#[derive(Debug, Clone, PartialEq)]
pub struct WaterCooledChillerPlant {
    /// The machines.
    pub chillers: Chillers,
    /// The cell of one chiller.
    pub tower: Tower,
    /// The condenser-water pump of one chiller, at constant flow while it runs.
    pub pump: Pump,
    /// Condenser-water capacity rate of one chiller, W/K.
    pub condenser_w_k: f64,
    /// Tower leaving temperature wanted, °C.
    pub condenser_setpoint_c: f64,
}

/// What a planner knows of a water-cooled chiller plant.
#[derive(Debug, Clone, PartialEq)]
pub struct WaterCooledChillerDesign {
    /// Heat at design conditions, W.
    pub design_heat_w: f64,
    /// Chillers that carry the design heat.
    pub units: u32,
    /// Further ones that stand ready.
    pub spare: u32,
    /// Capacity of one at the reference point, W; None: sized.
    pub capacity_w: Option<f64>,
    /// Supply at design conditions, °C.
    pub supply_c: f64,
    /// Condenser water entering the chillers while the tower can, °C.
    pub condenser_setpoint_c: f64,
    /// Design wet bulb, °C.
    pub wet_bulb_c: f64,
    /// Tower water above wet bulb, K.
    pub approach_k: f64,
    /// Range of condenser water, K.
    pub range_k: f64,
    /// Fan power per heat rejected.
    pub fan_w_per_w: f64,
    /// Head of the condenser-water circuit, Pa.
    pub condenser_head_pa: f64,
    /// Minerals in the basin relative to makeup.
    pub cycles_of_concentration: f64,
    /// Power of one condenser-water pump, W; None: sized.
    pub condenser_pump_w: Option<f64>,
    /// What is stated of a tower cell.
    pub cell: CellSize,
}

impl WaterCooledChillerDesign {
    /// Four chillers, 10 °C supply, 21 °C condenser water, 25.6 °C wet bulb, 4 K approach, 6 K range, 13 W/kW of fan,
    /// 180 kPa, 4 cycles: the reference plant's figures.
    pub fn for_heat(design_heat_w: f64) -> Self {
        Self {
            design_heat_w,
            units: 4,
            spare: 0,
            capacity_w: None,
            supply_c: 10.0,
            condenser_setpoint_c: 21.0,
            wet_bulb_c: 25.6,
            approach_k: 4.0,
            range_k: 6.0,
            fan_w_per_w: 0.013,
            condenser_head_pa: Pump::TYPICAL_HEAD_PA,
            cycles_of_concentration: 4.0,
            condenser_pump_w: None,
            cell: CellSize::default(),
        }
    }

    /// The plant of that size.
    pub fn size(&self, curves: ChillerCurves, correlation: Correlation) -> WaterCooledChillerPlant {
        let wet_bulb_c = self.cell.wet_bulb_c.unwrap_or(self.wet_bulb_c);
        let hottest_c = self.condenser_setpoint_c.max(wet_bulb_c + self.approach_k);
        let chillers = Chillers::sized(
            curves,
            self.design_heat_w,
            (self.units, self.spare),
            self.capacity_w,
            self.supply_c,
            hottest_c,
        );
        let unit_w = self.design_heat_w / f64::from(self.units.max(1));
        let condenser_w = unit_w * (1.0 + chillers.full_load_input(self.supply_c, hottest_c));
        let range_k = self.cell.range_k.unwrap_or(self.range_k);
        let design = self.cell.over(TowerDesign {
            water_kg_s: condenser_w / range_k / WATER_CP_J_KGK,
            fan_w: self.fan_w_per_w * condenser_w,
            approach_k: self.approach_k,
            range_k,
            cycles_of_concentration: self.cycles_of_concentration,
            ..TowerDesign::for_heat(condenser_w, wet_bulb_c)
        });
        let sized = Pump::sized(
            self.condenser_head_pa,
            design.water_kg_s,
            WATER_DENSITY_KG_M3,
        );
        WaterCooledChillerPlant {
            chillers,
            condenser_w_k: design.water_kg_s * WATER_CP_J_KGK,
            tower: Tower::new(correlation, design),
            pump: Pump {
                design_w: self.condenser_pump_w.unwrap_or(sized.design_w),
                ..sized
            },
            condenser_setpoint_c: self.condenser_setpoint_c,
        }
    }
}

/// Solves y = f(y) for a function of small slope, by the secant on f(y) − y.
fn settle(start_c: f64, f: impl Fn(f64) -> f64) -> f64 {
    let mut last_c = start_c;
    let mut last_gap_k = f(last_c) - last_c;
    let mut at_c = last_c + last_gap_k;
    for _ in 0..12 {
        let gap_k = f(at_c) - at_c;
        if gap_k.abs() < 1e-9 {
            break;
        }
        let slope = (gap_k - last_gap_k) / (at_c - last_c);
        let step_k = if slope < -0.2 { -gap_k / slope } else { gap_k };
        (last_c, last_gap_k) = (at_c, gap_k);
        at_c += step_k;
    }
    at_c
}

impl WaterCooledChillerPlant {
    fn shaft_w(&self) -> f64 {
        self.pump.run(self.pump.design_kg_s).heat_to_water_w
    }

    /// Condenser water entering the chillers when each gives `condenser_w` to it.
    fn entering_c(&self, condenser_w: f64, outside: &MoistAir) -> f64 {
        let coldest_c = self
            .tower
            .coldest_c(condenser_w, self.condenser_w_k, outside);
        coldest_c.max(self.condenser_setpoint_c)
    }
}

impl Rejection for WaterCooledChillerPlant {
    fn capacity_w(&self, supply_c: f64, flow_w_k: f64, outside: &MoistAir) -> f64 {
        if flow_w_k <= 0.0 {
            return 0.0;
        }
        let shaft_w = self.shaft_w();
        let entering_c = settle(self.condenser_setpoint_c, |y| {
            let unit_w = self.chillers.unit_capacity_w(supply_c, y);
            let input = self.chillers.full_load_input(supply_c, y);
            self.entering_c(unit_w * (1.0 + input) + shaft_w, outside)
        });
        f64::from(self.chillers.units) * self.chillers.unit_capacity_w(supply_c, entering_c)
    }

    fn reject(&self, heat_w: f64, supply_c: f64, _: f64, outside: &MoistAir) -> Rejected {
        if heat_w <= 0.0 {
            return Rejected {
                condenser_c: self.condenser_setpoint_c,
                ..Rejected::default()
            };
        }
        let shaft_w = self.shaft_w();
        let mut running = self
            .chillers
            .units_for(heat_w, supply_c, self.condenser_setpoint_c);
        let (count, unit_heat_w, entering_c) = loop {
            let count = f64::from(running);
            let unit_heat_w = heat_w / count;
            let entering_c = settle(self.condenser_setpoint_c, |y| {
                let chilled = self.chillers.run(unit_heat_w, 1, supply_c, y);
                self.entering_c(unit_heat_w + chilled.electric_w + shaft_w, outside)
            });
            // Warmer condenser water than assumed can ask for one more unit.
            let wanted = self.chillers.units_for(heat_w, supply_c, entering_c);
            if wanted <= running {
                break (count, unit_heat_w, entering_c);
            }
            running = wanted;
        };
        let chilled = self.chillers.run(unit_heat_w, 1, supply_c, entering_c);
        let tower_w = unit_heat_w + chilled.electric_w + shaft_w;
        let run = self
            .tower
            .run(tower_w, entering_c, self.condenser_w_k, outside);
        let chillers_w = count * chilled.electric_w;
        let fans_w = count * run.fan_w;
        let pumps_w = count * self.pump.run(self.pump.design_kg_s).electric_w;
        Rejected {
            chillers_w,
            fans_w,
            pumps_w,
            heat_to_ambient_w: heat_w + chillers_w + fans_w + pumps_w,
            water: run.water.times(count),
            condenser_c: entering_c,
            chiller_load: chilled.part_load,
            fan_speed: run.fan_speed,
        }
    }
}
