//! `[heat_rejection.water_cooled_chiller]`: its table, and the plant that follows from the heat and the site's weather.
//!
//! Source: figures of the reference plants of `EnergyPlus` where none are stated; the plant itself: `plant.rs`.

pub mod plant;
pub mod setpoint;

use super::economizer::Economizing;
use super::selection::Named;
use super::staging::{STAGE_DOWN_LOAD, STAGE_UP_LOAD};
use super::{ChillerCurves, Chillers, Condenser, Stages, Staging};
use crate::describe::{Fault, doubt, power};
use crate::heat_rejection::config::{Outdoor, PlantTable, Standing, plant_table};
use crate::heat_rejection::design::PlantDesign;
use crate::heat_rejection::recirculation::{self, Intake};
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
use setpoint::Setpoint;

plant_table! {
    /// `[heat_rejection.water_cooled_chiller]`: chillers and cooling towers, and an economizer where the code asks for one.
    WaterCooledChiller {
        /// Facility-water supply, °C. Above the limit of the curves (12.78 °C for most) the chillers go on by the lift.
        setpoint_c = 16.0;
        rise_k = 8.0;
        /// Chillers that carry the design heat; as many as machines of 4,200 kW at most take, two at least, otherwise.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schemars(range(min = 1, max = 1000))]
        chillers: Option<std::num::NonZeroU32> = None,
        /// Further chillers of the same size on standby: 1 for N+1.
        #[schemars(range(min = 0, max = 1000))]
        spare: u32 = 0,
        /// How many run: the fewest that suffice, as many as draw the least, or one after the other.
        staging: Staging = Staging::default(),
        /// With `staging = "fewest-units"` a further chiller starts above this load of those that run.
        #[serde(deserialize_with = "units::positive_fraction")]
        #[schemars(range(min = 0.1, max = 1.0), extend("doubt" = doubt(0.8, 1.0, "by the operator's margin for a load that rises")))]
        stage_up_load: f64 = STAGE_UP_LOAD,
        /// With `staging = "fewest-units"` one stops where the others would be below this load; not above `stage_up_load`; 0.95
        /// otherwise, or `stage_up_load` where that is lower. Lower, machines start less often, and what runs depends on what ran
        /// before.
        #[serde(
            skip_serializing_if = "Option::is_none",
            deserialize_with = "units::given_fraction"
        )]
        #[schemars(range(min = 0.0, max = 1.0), extend("doubt" = doubt(0.5, 0.95, "by how often machines may start"), "otherwise" = STAGE_DOWN_LOAD))]
        stage_down_load: Option<f64> = None,
        /// Capacity of one chiller at the reference point of its curves, kW; sized for the site's design air otherwise.
        #[serde(
            skip_serializing_if = "Option::is_none",
            deserialize_with = "units::given_positive"
        )]
        #[schemars(range(min = 1.0, max = 1e6))]
        capacity_kw: Option<f64> = None,
        /// Performance curves; `coldaisle catalogue chillers` lists them. A machine at the minimum of ASHRAE 90.1 for the size
        /// of one otherwise: scroll, screw or centrifugal.
        #[serde(skip_serializing_if = "Option::is_none")]
        curves: Option<String> = None,
        /// Condenser water entering the chillers above the wet bulb, while the towers can, K.
        #[serde(deserialize_with = "units::positive")]
        #[schemars(range(min = 0.5, max = 30.0), extend("doubt" = doubt(2.8, 6.0, "design guides ask for 2.8 to 3.9 K; fans save above")))]
        condenser_approach_k: f64 = 4.0,
        /// The coldest condenser water, °C; what the machine takes otherwise. Not with `condenser_setpoint_c`.
        #[serde(
            skip_serializing_if = "Option::is_none",
            deserialize_with = "units::given_temperature_c"
        )]
        #[schemars(range(min = 5.0, max = 50.0))]
        condenser_min_c: Option<f64> = None,
        /// Condenser water held at this temperature while the towers can, whatever the wet bulb, °C.
        #[serde(
            skip_serializing_if = "Option::is_none",
            deserialize_with = "units::given_temperature_c"
        )]
        #[schemars(range(min = 5.0, max = 50.0))]
        condenser_setpoint_c: Option<f64> = None,
        /// Tower water above wet bulb at design, K.
        #[serde(deserialize_with = "units::positive")]
        #[schemars(range(min = 0.5, max = 30.0))]
        #[schemars(extend("doubt" = doubt(3.0, 6.0, "fill and air, large towers to small")))]
        tower_approach_k: f64 = 4.0,
        /// How much higher the wet bulb that the towers take in is than outdoors at full load, K: a part of their own discharge
        /// comes back.
        #[serde(deserialize_with = "units::non_negative")]
        #[schemars(range(min = 0.0, max = 5.0), extend("doubt" = recirculation::towers()))]
        recirculation_k: f64 = recirculation::TOWERS_K,
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
        /// chillers: `"by-code"`, where ASHRAE 90.1 asks for one in the climate of the site; `"none"`; or a table.
        economizer: Economizing = Economizing::default(),
        /// Sizes of one tower cell as built; what is not stated is sized. Each chiller has one, so that `cells` and
        /// `least_cell_flow` are refused.
        #[serde(skip_serializing_if = "CellSize::is_free")]
        tower: CellSize = CellSize::default(),
    }
}

impl PlantTable for WaterCooledChiller {
    fn machines(&self, heat_w: f64) -> Machines {
        let chillers = self.named().all(heat_w);
        Machines {
            chillers,
            pumps: chillers,
            fans: true,
            water: true,
        }
    }

    fn chillers(&self, design: &PlantDesign<'_>) -> Option<(Condenser, f64)> {
        Some(self.named().installed(design.heat_w))
    }

    fn intake(&self) -> Intake {
        Intake::Towers(self.recirculation_k)
    }

    fn cells(&self) -> Option<&CellSize> {
        Some(&self.tower)
    }

    fn plant(&self, design: &PlantDesign<'_>) -> Result<Box<dyn Rejection>, Fault> {
        let plant = self.build(design)?;
        let all_kg_s = f64::from(plant.chillers.units) * plant.tower.design().water_kg_s;
        Ok(Basin::around(
            Box::new(plant),
            &self.tower,
            design.heat_w,
            all_kg_s,
        ))
    }

    fn sizes(&self, design: &PlantDesign<'_>) -> Result<Option<String>, Fault> {
        let plant = self.build(design)?;
        let units = plant.chillers.units;
        Ok(Some(format!(
            "{}; condenser-water pumps {}",
            plant.tower.line(Some(units)),
            power(f64::from(units) * plant.pump.design_w)
        )))
    }

    fn line(&self, design: &PlantDesign<'_>) -> String {
        let Ok((_, curves)) = self.named().machine(design) else {
            return String::new(); // sizing itself says why
        };
        format!(
            "{}; towers {} K above {:.1} °C wet bulb, {}; {}",
            self.named().line(design, "water-cooled"),
            self.tower_approach_k,
            design.wet_bulb_c,
            self.setpoint(&curves).line(),
            self.economizer.line(design)
        )
    }

    fn warning(&self, design: &PlantDesign<'_>) -> Option<String> {
        self.named().warning(design)
    }

    fn outdoors(&self, heat_w: f64) -> Vec<Standing> {
        let chillers = self.machines(heat_w).chillers;
        vec![
            Standing::counted(Outdoor::Chiller, chillers),
            Standing::counted(Outdoor::TowerCell, chillers),
        ]
    }
}

impl WaterCooledChiller {
    /// The plant without a basin.
    fn build(&self, design: &PlantDesign<'_>) -> Result<WaterCooledChillerPlant, Fault> {
        self.check()?;
        let (_, curves) = self.named().machine(design)?;
        let count = self.named().count(design.heat_w);
        let (cell, correlation) = self.tower.resolve(design)?;
        let sized = WaterCooledChillerDesign {
            units: count,
            spare: self.spare,
            capacity_w: self.capacity_kw.map(|kw| kw * 1e3),
            supply_c: self.setpoint_c,
            setpoint: self.setpoint(&curves),
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
        plant.stages = Stages::new(self.staging, self.stage_up_load, self.stage_down_load)?;
        self.tower.apply_model(&mut plant.tower)?;
        if let Some(economizer) = self.economizer.built(design) {
            plant.add_economizer(&economizer, design.heat_w / f64::from(count), self.rise_k);
        }
        Ok(plant)
    }

    /// # Errors
    /// Where a key could not act.
    fn check(&self) -> Result<(), Fault> {
        let of_cells = [
            ("cells", self.tower.cells.is_some()),
            ("least_cell_flow", self.tower.least_cell_flow.is_some()),
        ];
        if let Some((key, _)) = of_cells.iter().find(|(_, stated)| *stated) {
            let what = format!(
                "{key} does nothing here: each chiller has one cell, which runs with its pump"
            );
            let cure = format!("leave out tower.{key}; chillers sets the number of cells");
            return Err(Fault::new(what, cure).at(*key).within("tower"));
        }
        if self.condenser_setpoint_c.is_some() && self.condenser_min_c.is_some() {
            let what = "condenser_setpoint_c holds one temperature, and condenser_min_c is the coldest of one that follows the wet bulb";
            return Err(Fault::new(what, "leave one of them out").at("condenser_min_c"));
        }
        Ok(())
    }

    fn named(&self) -> Named<'_> {
        Named {
            condenser: Condenser::Water,
            chillers: self.chillers,
            spare: self.spare,
            capacity_kw: self.capacity_kw,
            curves: self.curves.as_deref(),
        }
    }

    /// Condenser water wanted for this machine.
    fn setpoint(&self, curves: &ChillerCurves) -> Setpoint {
        let reset = Setpoint::Reset {
            approach_k: self.condenser_approach_k,
            least_c: self
                .condenser_min_c
                .unwrap_or_else(|| curves.least_condenser_c(self.setpoint_c)),
        };
        self.condenser_setpoint_c.map_or(reset, Setpoint::Constant)
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
    /// Condenser water entering the chillers while the tower can.
    pub setpoint: Setpoint,
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
            setpoint: Setpoint::Constant(21.0),
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
        let hottest_c = self
            .setpoint
            .at(wet_bulb_c)
            .max(wet_bulb_c + self.approach_k);
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
            setpoint: self.setpoint,
            stages: Stages::default(),
            free: None,
            available: Available::default(),
        }
    }
}
