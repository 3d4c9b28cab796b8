//! `[heat_rejection.water_cooled_chiller.economizer]`: tower water cools facility water without compressors.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::units;

/// A plate heat exchanger between tower water and the return of facility water.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Economizer {
    /// In series before the chillers, which carry the rest; otherwise in their place, when it carries all.
    pub integrated: bool,
    /// Facility water leaving the plate above tower water entering it, at full load, K.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.2, max = 20.0))]
    #[schemars(extend("doubt" = crate::describe::doubt(1.5, 3.0, "plates large to small")))]
    pub approach_k: f64,
    /// How much colder than where it stops tower water must be for it to start, K.
    #[serde(deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 20.0))]
    #[schemars(extend("doubt" = crate::describe::doubt(0.5, 2.0, "by how often valves may turn")))]
    pub dead_band_k: f64,
    /// Tower water is kept from freezing at this temperature, °C.
    #[serde(deserialize_with = "units::temperature_c")]
    #[schemars(range(min = 0.5, max = 40.0))]
    #[schemars(extend("doubt" = crate::describe::doubt(4.0, 7.0, "by how near to freezing an operator lets a basin come")))]
    pub least_tower_c: f64,
}

impl Default for Economizer {
    /// 2 K (1.5 to 3 is usual), 1 K and 5 °C: engineering estimates, unconfirmed; 0.5 to 2 K by how often valves may turn,
    /// 4 to 7 °C by how near to freezing an operator lets a basin come.
    fn default() -> Self {
        Self {
            integrated: true,
            approach_k: 2.0,
            dead_band_k: 1.0,
            least_tower_c: 5.0,
        }
    }
}
