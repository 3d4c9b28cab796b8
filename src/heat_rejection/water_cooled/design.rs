//! What a planner knows of a water-cooled chiller plant, and the plant that follows.

use super::WaterCooledChillerPlant;
use crate::heat_rejection::Available;
use crate::heat_rejection::chiller::{ChillerCurves, Chillers, Staging};
use crate::heat_rejection::pump::Pump;
use crate::heat_rejection::tower::{CellSize, Tower, TowerDesign};
use crate::heat_rejection::tower_correlation::Correlation;
use crate::physics::fluids::{WATER_CP_J_KGK, WATER_DENSITY_KG_M3};
use crate::physics::site_air::SEA_LEVEL_PA;

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
    /// Design dry bulb, °C; that of saturated air where it is not stated.
    pub dry_bulb_c: Option<f64>,
    /// Barometric pressure, Pa.
    pub pressure_pa: f64,
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
            dry_bulb_c: None,
            pressure_pa: SEA_LEVEL_PA,
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
        let design = self.cell.over(&TowerDesign {
            water_kg_s: condenser_w / range_k / WATER_CP_J_KGK,
            fan_w: self.fan_w_per_w * condenser_w,
            approach_k: self.approach_k,
            range_k,
            cycles_of_concentration: self.cycles_of_concentration,
            ..TowerDesign::for_heat(condenser_w, wet_bulb_c).at(self.dry_bulb_c, self.pressure_pa)
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
            staging: Staging::default(),
            free: None,
            available: Available::default(),
        }
    }
}
