//! `[heat_rejection.water_cooled_chiller]`: its table, and the plant that follows from the heat and the site's weather.
//!
//! Source: figures of the reference plants of `EnergyPlus` where none are stated; the plant itself: `plant.rs`.

pub mod plant;

use super::bank::machines_line;
use super::economizer::Economizer;
use super::{ChillerCurves, Chillers, Condenser, Staging};
use crate::describe::Fault;
use crate::heat_rejection::config::{Outdoor, PlantTable, Standing, plant_table};
use crate::heat_rejection::design::PlantDesign;
use crate::heat_rejection::rejection::{Available, Machines, Rejection};
use crate::heat_rejection::tower::basin::Basin;
use crate::heat_rejection::tower::cell::Tower;
use crate::heat_rejection::tower::correlation::Correlation;
use crate::heat_rejection::tower::design::TowerDesign;
use crate::heat_rejection::tower::size::CellSize;
use crate::heat_rejection::water_loop::pump::Pump;
use crate::physics::fluids::WATER_CP_J_KGK;
use crate::physics::site_air::SEA_LEVEL_PA;
use crate::units;
use plant::WaterCooledChillerPlant;

plant_table! {
    /// `[heat_rejection.water_cooled_chiller]`: chillers and cooling towers; the chillers run all year.
    WaterCooledChiller {
        /// Facility-water supply, °C. Above the curves' limit (12.78 °C) the chillers go on by the lift.
        setpoint_c = 16.0;
        rise_k = 8.0;
        /// Chillers that carry the design heat.
        #[schemars(range(min = 1, max = 1000))]
        chillers: std::num::NonZeroU32 = std::num::NonZeroU32::MIN.saturating_add(3),
        /// Further chillers of the same size on standby: 1 for N+1.
        #[schemars(range(min = 0, max = 1000))]
        spare: u32 = 0,
        /// How many run: the fewest that suffice, or as many as draw the least.
        staging: Staging = Staging::default(),
        /// Capacity of one chiller at the reference point of its curves, kW; sized for the hottest day otherwise.
        #[serde(
            skip_serializing_if = "Option::is_none",
            deserialize_with = "units::given_positive"
        )]
        #[schemars(range(min = 1.0, max = 1e6))]
        capacity_kw: Option<f64> = None,
        /// Performance curves; `coldaisle catalogue chillers` lists them.
        curves: String = "carrier-19xr-1586kw-vsd".into(),
        /// Condenser water entering the chillers while the towers can, °C.
        #[serde(deserialize_with = "units::temperature_c")]
        #[schemars(range(min = 5.0, max = 50.0))]
        condenser_setpoint_c: f64 = 21.0,
        /// Tower water above wet bulb at design, K.
        #[serde(deserialize_with = "units::positive")]
        #[schemars(range(min = 0.5, max = 30.0))]
        #[schemars(extend("doubt" = crate::describe::doubt(3.0, 6.0, "fill and air, large towers to small")))]
        tower_approach_k: f64 = 4.0,
        /// Minerals in the basin over those in the supply; sets the blowdown.
        #[serde(deserialize_with = "units::cycles")]
        #[schemars(range(min = 1.01, max = 50.0))]
        cycles_of_concentration: f64 = 4.0,
        /// Power of the condenser-water pump of one chiller, kW; sized for 180 kPa otherwise.
        #[serde(
            skip_serializing_if = "Option::is_none",
            deserialize_with = "units::given_positive"
        )]
        #[schemars(range(min = 1e-3, max = 1e6))]
        condenser_pump_kw: Option<f64> = None,
        /// A plate heat exchanger that cools the return of facility water with tower water, before or instead of the
        /// chillers.
        #[serde(skip_serializing_if = "Option::is_none")]
        economizer: Option<Economizer> = None,
        /// Sizes of one tower cell as built; what is not stated is sized.
        #[serde(skip_serializing_if = "CellSize::is_free")]
        tower: CellSize = CellSize::default(),
    }
}

impl PlantTable for WaterCooledChiller {
    fn machines(&self) -> Machines {
        let chillers = self.chillers.get().saturating_add(self.spare);
        Machines {
            chillers,
            pumps: chillers,
            fans: true,
            water: true,
        }
    }

    fn cells(&self) -> Option<&CellSize> {
        Some(&self.tower)
    }

    fn plant(&self, design: &PlantDesign<'_>) -> Result<Box<dyn Rejection>, Fault> {
        let curves = Condenser::Water.curves(design, &self.curves)?;
        let (cell, correlation) = self.tower.resolve(design)?;
        let sized = WaterCooledChillerDesign {
            units: self.chillers.get(),
            spare: self.spare,
            capacity_w: self.capacity_kw.map(|kw| kw * 1e3),
            supply_c: self.setpoint_c,
            condenser_setpoint_c: self.condenser_setpoint_c,
            wet_bulb_c: design.wet_bulb_c,
            dry_bulb_c: Some(design.dry_bulb_c),
            pressure_pa: design.pressure_pa,
            approach_k: self.tower_approach_k,
            cycles_of_concentration: self.cycles_of_concentration,
            condenser_pump_w: self.condenser_pump_kw.map(|kw| kw * 1e3),
            cell,
            ..WaterCooledChillerDesign::for_heat(design.heat_w)
        };
        let mut plant = sized.size(curves, correlation);
        plant.staging = self.staging;
        self.tower.apply_model(&mut plant.tower)?;
        if let Some(economizer) = &self.economizer {
            plant.add_economizer(
                economizer,
                design.heat_w / f64::from(self.chillers.get()),
                self.rise_k,
            );
        }
        let all_kg_s = f64::from(plant.chillers.units) * plant.tower.design().water_kg_s;
        Ok(Basin::around(
            Box::new(plant),
            &self.tower,
            design.heat_w,
            all_kg_s,
        ))
    }
    fn line(&self, design: &PlantDesign<'_>) -> String {
        let units = machines_line(
            (self.chillers.get(), self.spare, "water-cooled"),
            self.capacity_kw,
            design.heat_w,
        );
        let economizer = match &self.economizer {
            Some(plate) if plate.integrated => "; integrated economizer",
            Some(_) => "; economizer in place of the chillers",
            None => "",
        };
        format!(
            "{units} ({}); towers {} K above {:.1} °C wet bulb{economizer}",
            self.curves, self.tower_approach_k, design.wet_bulb_c
        )
    }

    fn outdoors(&self, _: f64) -> Vec<Standing> {
        let chillers = self.machines().chillers;
        vec![
            Standing::counted(Outdoor::Chiller, chillers),
            Standing::counted(Outdoor::TowerCell, chillers),
        ]
    }
}

/// Planning data of a water-cooled chiller plant.
#[derive(Debug, Clone, PartialEq)]
pub struct WaterCooledChillerDesign {
    /// Heat at design conditions, W.
    pub design_heat_w: f64,
    /// Chillers that carry the design heat.
    pub units: u32,
    /// Further ones on standby.
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
    /// Given figures of a tower cell.
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
            range_k: TowerDesign::TYPICAL_RANGE_K,
            fan_w_per_w: TowerDesign::TYPICAL_FAN_W_PER_W,
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
        let pump = Pump::of_tower(
            self.condenser_head_pa,
            design.water_kg_s,
            self.condenser_pump_w,
        );
        WaterCooledChillerPlant {
            chillers,
            condenser_w_k: design.water_kg_s * WATER_CP_J_KGK,
            tower: Tower::new(correlation, design),
            pump,
            condenser_setpoint_c: self.condenser_setpoint_c,
            staging: Staging::default(),
            free: None,
            available: Available::default(),
        }
    }
}
