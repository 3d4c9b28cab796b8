//! The design point of a tower cell.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::physics::fluids::WATER_CP_J_KGK;
use crate::units;

/// The design point of a cell.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TowerDesign {
    /// Water flow, kg/s.
    #[serde(deserialize_with = "units::positive")]
    pub water_kg_s: f64,
    /// Air flow, m³/s.
    #[serde(deserialize_with = "units::positive")]
    pub air_m3_s: f64,
    /// Fan power at design air flow, W.
    #[serde(deserialize_with = "units::non_negative")]
    pub fan_w: f64,
    /// Entering wet bulb, °C.
    #[serde(deserialize_with = "units::temperature_c")]
    pub wet_bulb_c: f64,
    /// Leaving water above wet bulb, K.
    #[serde(deserialize_with = "units::positive")]
    pub approach_k: f64,
    /// Entering minus leaving water, K.
    #[serde(deserialize_with = "units::positive")]
    pub range_k: f64,
    /// Least air flow of a running fan, relative to design.
    #[serde(deserialize_with = "units::positive_fraction")]
    pub min_air_ratio: f64,
    /// Share of the full-fan range that remains with the fan off.
    #[serde(deserialize_with = "units::fraction")]
    pub free_convection: f64,
    /// Droplets lost relative to design water flow, at full air flow.
    #[serde(deserialize_with = "units::fraction")]
    pub drift: f64,
    /// Minerals in the basin relative to makeup; above 1.
    #[serde(deserialize_with = "units::positive")]
    pub cycles_of_concentration: f64,
}

impl TowerDesign {
    /// A cell for `heat_w` at a wet bulb: 4 K approach, 6 K range, 0.65 m³ of air per kg of water, 13 W of fan per kW
    /// of heat, least air flow 20 %, free convection 12.5 %, drift 0.005 %, 4 cycles: the reference plant's figures.
    pub fn for_heat(heat_w: f64, wet_bulb_c: f64) -> Self {
        let water_kg_s = heat_w / (6.0 * WATER_CP_J_KGK);
        Self {
            water_kg_s,
            air_m3_s: 0.65 * water_kg_s,
            fan_w: 0.013 * heat_w,
            wet_bulb_c,
            approach_k: 4.0,
            range_k: 6.0,
            min_air_ratio: 0.2,
            free_convection: 0.125,
            drift: 5e-5,
            cycles_of_concentration: 4.0,
        }
    }
}
