//! The design point of a tower cell.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::physics::fluids::WATER_CP_J_KGK;
use crate::physics::psychrometrics::{MoistAir, humidity_ratio_from_wet_bulb};
use crate::physics::site_air::SEA_LEVEL_PA;
use crate::units;

/// Figures without a place of their own are stated for sea level.
fn sea_level() -> f64 {
    SEA_LEVEL_PA
}

/// The design point of a cell.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TowerDesign {
    /// Water flow, kg/s.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.001, max = 1000000.0))]
    pub water_kg_s: f64,
    /// Air flow, m³/s.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.001, max = 1000000.0))]
    pub air_m3_s: f64,
    /// Fan power at design air flow, W.
    #[serde(deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 100000000.0))]
    pub fan_w: f64,
    /// Entering wet bulb, °C.
    #[serde(deserialize_with = "units::temperature_c")]
    #[schemars(range(min = -40.0, max = 40.0))]
    pub wet_bulb_c: f64,
    /// Entering dry bulb, °C; that of saturated air where it is not stated.
    #[serde(default, deserialize_with = "units::given_temperature_c")]
    #[schemars(range(min = -40.0, max = 60.0))]
    pub dry_bulb_c: Option<f64>,
    /// Barometric pressure, Pa.
    #[serde(default = "sea_level", deserialize_with = "units::positive")]
    #[schemars(range(min = 3e4, max = 1.2e5))]
    pub pressure_pa: f64,
    /// Leaving water above wet bulb, K.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.2, max = 50.0))]
    pub approach_k: f64,
    /// Entering minus leaving water, K.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.5, max = 50.0))]
    pub range_k: f64,
    /// Least air flow of a running fan, relative to design.
    #[serde(deserialize_with = "units::positive_fraction")]
    #[schemars(range(min = 0.01, max = 1.0))]
    pub min_air_ratio: f64,
    /// Share of the full-fan range that remains with the fan off.
    #[serde(deserialize_with = "units::fraction")]
    #[schemars(range(min = 0.0, max = 0.5))]
    pub free_convection: f64,
    /// Droplets lost relative to design water flow, at full air flow.
    #[serde(deserialize_with = "units::fraction")]
    #[schemars(range(min = 0.0, max = 0.01))]
    pub drift: f64,
    /// Minerals in the basin relative to makeup; above 1.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 1.0, max = 50.0))]
    pub cycles_of_concentration: f64,
}

impl TowerDesign {
    /// Cooling of the water at design, K: that of the reference plant.
    pub const TYPICAL_RANGE_K: f64 = 6.0;
    /// Fan power at design over the heat, W/W: that of the reference plant.
    pub const TYPICAL_FAN_W_PER_W: f64 = 0.013;

    /// A cell for `heat_w` at a wet bulb: 4 K approach, 6 K range, 0.65 m³ of air per kg of water, 13 W of fan per kW
    /// of heat, least air flow 20 %, free convection 12.5 %, drift 0.005 %, 4 cycles: the reference plant's figures.
    pub fn for_heat(heat_w: f64, wet_bulb_c: f64) -> Self {
        let water_kg_s = heat_w / (Self::TYPICAL_RANGE_K * WATER_CP_J_KGK);
        Self {
            water_kg_s,
            air_m3_s: 0.65 * water_kg_s,
            fan_w: Self::TYPICAL_FAN_W_PER_W * heat_w,
            wet_bulb_c,
            dry_bulb_c: None,
            pressure_pa: SEA_LEVEL_PA,
            approach_k: 4.0,
            range_k: Self::TYPICAL_RANGE_K,
            min_air_ratio: 0.2,
            free_convection: 0.125,
            drift: 5e-5,
            cycles_of_concentration: 4.0,
        }
    }

    /// The same cell at another pressure: the air it needs is a mass, so that thinner air takes a larger cell. At the
    /// same face velocity its pressure drop falls as its flow grows, and the fan power stays.
    #[must_use]
    pub fn at(self, dry_bulb_c: Option<f64>, pressure_pa: f64) -> Self {
        Self {
            air_m3_s: self.air_m3_s * self.pressure_pa / pressure_pa,
            dry_bulb_c,
            pressure_pa,
            ..self
        }
    }

    /// The air that the design is for.
    pub fn air(&self) -> MoistAir {
        let (wet_bulb_c, pressure_pa) = (self.wet_bulb_c, self.pressure_pa);
        let dry_bulb_c = self.dry_bulb_c.unwrap_or(wet_bulb_c).max(wet_bulb_c);
        MoistAir {
            dry_bulb_c,
            wet_bulb_c,
            humidity_ratio: humidity_ratio_from_wet_bulb(dry_bulb_c, wet_bulb_c, pressure_pa),
            pressure_pa,
        }
    }
}
