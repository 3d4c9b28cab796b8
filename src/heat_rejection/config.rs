//! Plants as a scenario describes them, and their sizing from the heat of the halls and the site's weather.
//!
//! A plant is one table of `[heat_rejection.…]`; adding one is a struct with `size` and a line in the registry.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Rejection;
use super::chiller::{AirCooledChillerDesign, ChillerCurves, Condenser};
use super::dry_cooler::DryCoolerDesign;
use super::pump::Pump;
use super::tower_correlation::Correlation;
use super::tower_plant::TowerPlantDesign;
use super::water_cooled::WaterCooledChillerDesign;
use super::water_loop::WaterLoop;
use crate::physics::fluids::{WATER_CP_J_KGK, WATER_DENSITY_KG_M3};
use crate::units;

/// What a plant is sized for.
pub struct PlantDesign<'a> {
    /// Heat of all halls at full load, W.
    pub heat_w: f64,
    /// The site's highest wet bulb, °C.
    pub wet_bulb_c: f64,
    /// The site's highest dry bulb, °C.
    pub dry_bulb_c: f64,
    /// Chiller curves of the catalogue, by name.
    pub chillers: &'a dyn Fn(&str) -> Result<ChillerCurves, String>,
    /// The tower correlation of the catalogue.
    pub tower: &'a Correlation,
}

/// A key of the plant's table and what is wrong with it.
pub type SizeError = (&'static str, String);

/// Water in pipes and coils, litres per kW of design heat (unconfirmed; see `water_loop`).
const LITRES_PER_KW: f64 = 12.0;
/// Least flow of the facility pumps, of design.
const LEAST_FLOW: f64 = 0.2;

macro_rules! plants {
    ($($(#[$doc:meta])* $name:ident($config:ty),)*) => {
        /// What carries the heat of facility water outdoors; in TOML the table's own name:
        /// `[heat_rejection.dry_cooler]`.
        #[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum HeatRejection { $($(#[$doc])* $name($config),)* }

        impl HeatRejection {
            /// Facility-water supply temperature the plant holds while it can, °C.
            pub fn setpoint_c(&self) -> f64 {
                match self { $(Self::$name(config) => config.setpoint_c,)* }
            }

            /// Rise of facility water through the halls at full load, K.
            pub fn rise_k(&self) -> f64 {
                match self { $(Self::$name(config) => config.rise_k,)* }
            }

            /// The registry name, as TOML spells it.
            pub fn name(&self) -> &'static str {
                match self { $(Self::$name(_) => <$config>::NAME,)* }
            }

            fn plant(&self, design: &PlantDesign<'_>) -> Result<Box<dyn Rejection>, SizeError> {
                match self { $(Self::$name(config) => config.plant(design),)* }
            }
        }
    };
}

plants! {
    /// Water-cooled chillers and cooling towers.
    WaterCooledChiller(WaterCooledChiller),
    /// Air-cooled chillers.
    AirCooledChiller(AirCooledChiller),
    /// Cooling towers alone: warm water without chillers.
    Tower(TowerOnly),
    /// Dry coolers: warm water without chillers and without water use.
    DryCooler(DryCooler),
}

impl HeatRejection {
    /// The water loop and the plant of this size.
    pub fn size(
        &self,
        design: &PlantDesign<'_>,
    ) -> Result<(WaterLoop, Box<dyn Rejection>), SizeError> {
        let kg_s = design.heat_w / (self.rise_k() * WATER_CP_J_KGK);
        let pump = Pump {
            minimum_flow: LEAST_FLOW,
            ..Pump::sized(Pump::TYPICAL_HEAD_PA, kg_s, WATER_DENSITY_KG_M3)
        };
        let water = WaterLoop {
            setpoint_c: self.setpoint_c(),
            rise_k: self.rise_k(),
            mass_j_k: WaterLoop::mass_j_k(LITRES_PER_KW, design.heat_w),
            pump,
        };
        Ok((water, self.plant(design)?))
    }
}

/// `[heat_rejection.water_cooled_chiller]`: chillers and cooling towers; the chillers run all year.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WaterCooledChiller {
    /// Facility-water supply, °C. Above the curves' limit (12.78 °C) their efficiency there is kept: the true one
    /// is better.
    #[serde(deserialize_with = "units::temperature_c")]
    pub setpoint_c: f64,
    /// Rise of facility water through the halls at full load, K.
    #[serde(deserialize_with = "units::positive")]
    pub rise_k: f64,
    /// Chillers that share the load; the fewest that suffice run.
    pub chillers: std::num::NonZeroU32,
    /// Performance curves; `coldaisle catalogue chillers` lists them.
    pub curves: String,
    /// Condenser water entering the chillers while the towers can, °C.
    #[serde(deserialize_with = "units::temperature_c")]
    pub condenser_setpoint_c: f64,
    /// Tower water above wet bulb at design, K.
    #[serde(deserialize_with = "units::positive")]
    pub tower_approach_k: f64,
    /// Minerals in the basin over those in the supply; sets the blowdown.
    #[serde(deserialize_with = "cycles")]
    pub cycles_of_concentration: f64,
}

impl Default for WaterCooledChiller {
    fn default() -> Self {
        Self {
            setpoint_c: 16.0,
            rise_k: 8.0,
            chillers: std::num::NonZeroU32::MIN.saturating_add(3),
            curves: "carrier-19xr-1586kw-vsd".into(),
            condenser_setpoint_c: 21.0,
            tower_approach_k: 4.0,
            cycles_of_concentration: 4.0,
        }
    }
}

impl WaterCooledChiller {
    const NAME: &'static str = "water_cooled_chiller";

    fn plant(&self, design: &PlantDesign<'_>) -> Result<Box<dyn Rejection>, SizeError> {
        let curves = curves(design, &self.curves, Condenser::Water)?;
        let sized = WaterCooledChillerDesign {
            units: self.chillers.get(),
            supply_c: self.setpoint_c,
            condenser_setpoint_c: self.condenser_setpoint_c,
            wet_bulb_c: design.wet_bulb_c,
            approach_k: self.tower_approach_k,
            cycles_of_concentration: self.cycles_of_concentration,
            ..WaterCooledChillerDesign::for_heat(design.heat_w)
        };
        Ok(Box::new(sized.size(curves, design.tower.clone())))
    }
}

/// `[heat_rejection.air_cooled_chiller]`: no towers and no water use; the chillers run all year.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AirCooledChiller {
    /// Facility-water supply, °C. Above the curves' limit (10 °C) their efficiency there is kept: the true one is
    /// better.
    #[serde(deserialize_with = "units::temperature_c")]
    pub setpoint_c: f64,
    /// Rise of facility water through the halls at full load, K.
    #[serde(deserialize_with = "units::positive")]
    pub rise_k: f64,
    /// Chillers that share the load; the fewest that suffice run.
    pub chillers: std::num::NonZeroU32,
    /// Performance curves; `coldaisle catalogue chillers` lists them.
    pub curves: String,
}

impl Default for AirCooledChiller {
    fn default() -> Self {
        Self {
            setpoint_c: 16.0,
            rise_k: 8.0,
            chillers: std::num::NonZeroU32::MIN.saturating_add(3),
            curves: "york-ycal0033-101kw-scroll".into(),
        }
    }
}

impl AirCooledChiller {
    const NAME: &'static str = "air_cooled_chiller";

    fn plant(&self, design: &PlantDesign<'_>) -> Result<Box<dyn Rejection>, SizeError> {
        let curves = curves(design, &self.curves, Condenser::Air)?;
        let sized = AirCooledChillerDesign {
            units: self.chillers.get(),
            supply_c: self.setpoint_c,
            dry_bulb_c: design.dry_bulb_c,
            ..AirCooledChillerDesign::for_heat(design.heat_w)
        };
        Ok(Box::new(sized.size(curves)))
    }
}

/// `[heat_rejection.tower]`: cooling towers alone.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TowerOnly {
    /// Facility-water supply while the weather allows it, °C; warmer otherwise.
    #[serde(deserialize_with = "units::temperature_c")]
    pub setpoint_c: f64,
    /// Rise of facility water through the halls at full load, K.
    #[serde(deserialize_with = "units::positive")]
    pub rise_k: f64,
    /// Tower water above wet bulb at design, K.
    #[serde(deserialize_with = "units::positive")]
    pub tower_approach_k: f64,
    /// Facility water above tower water across the plate exchanger, K; 0 for none.
    #[serde(deserialize_with = "units::non_negative")]
    pub plate_approach_k: f64,
    /// Minerals in the basin over those in the supply; sets the blowdown.
    #[serde(deserialize_with = "cycles")]
    pub cycles_of_concentration: f64,
}

impl Default for TowerOnly {
    fn default() -> Self {
        Self {
            setpoint_c: 30.0,
            rise_k: 8.0,
            tower_approach_k: 4.0,
            plate_approach_k: 2.0,
            cycles_of_concentration: 4.0,
        }
    }
}

impl TowerOnly {
    const NAME: &'static str = "tower";

    #[expect(
        clippy::unnecessary_wraps,
        reason = "the registry asks every plant alike"
    )]
    fn plant(&self, design: &PlantDesign<'_>) -> Result<Box<dyn Rejection>, SizeError> {
        let sized = TowerPlantDesign {
            wet_bulb_c: design.wet_bulb_c,
            approach_k: self.tower_approach_k,
            range_k: self.rise_k,
            plate_approach_k: (self.plate_approach_k > 0.0).then_some(self.plate_approach_k),
            cycles_of_concentration: self.cycles_of_concentration,
            ..TowerPlantDesign::for_heat(design.heat_w)
        };
        Ok(Box::new(sized.size(design.tower.clone())))
    }
}

/// `[heat_rejection.dry_cooler]`: no chillers and no water use.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DryCooler {
    /// Facility-water supply while the weather allows it, °C; warmer otherwise.
    #[serde(deserialize_with = "units::temperature_c")]
    pub setpoint_c: f64,
    /// Rise of facility water through the halls at full load, K.
    #[serde(deserialize_with = "units::positive")]
    pub rise_k: f64,
    /// Leaving water above dry bulb at full load and full fans, K.
    #[serde(deserialize_with = "units::positive")]
    pub approach_k: f64,
}

impl Default for DryCooler {
    fn default() -> Self {
        Self {
            setpoint_c: 32.0,
            rise_k: 8.0,
            approach_k: 6.0,
        }
    }
}

impl DryCooler {
    const NAME: &'static str = "dry_cooler";

    fn plant(&self, design: &PlantDesign<'_>) -> Result<Box<dyn Rejection>, SizeError> {
        let sized = DryCoolerDesign {
            dry_bulb_c: design.dry_bulb_c,
            approach_k: self.approach_k,
            range_k: self.rise_k,
            ..DryCoolerDesign::for_heat(design.heat_w)
        };
        let plant = sized.size();
        if plant.cooler.ua_w_k.is_finite() {
            Ok(Box::new(plant))
        } else {
            let what = format!(
                "no dry cooler comes within {:.1} K of the air with water cooled by {:.1} K; use a larger \
                 approach_k (5 to 10 is usual)",
                self.approach_k, self.rise_k
            );
            Err(("approach_k", what))
        }
    }
}

/// Curves of the wanted kind of condenser.
fn curves(
    design: &PlantDesign<'_>,
    name: &str,
    condenser: Condenser,
) -> Result<ChillerCurves, SizeError> {
    let curves = (design.chillers)(name).map_err(|what| ("curves", what))?;
    if curves.condenser == condenser {
        Ok(curves)
    } else {
        let what = format!(
            "'{name}' is a chiller with the other kind of condenser; see `coldaisle catalogue chillers`"
        );
        Err(("curves", what))
    }
}

/// Cycles of concentration: above 1, and no tower reaches 50.
fn cycles<'de, D: serde::Deserializer<'de>>(de: D) -> Result<f64, D::Error> {
    let value = units::positive(de)?;
    if value > 1.0 && value <= 50.0 {
        Ok(value)
    } else {
        Err(serde::de::Error::custom(format!(
            "{value} must be above 1 and at most 50; 3 to 6 is usual"
        )))
    }
}
