//! Classes of facility water (ASHRAE TC 9.9): the number is the highest supply in °C.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The warmest facility water that equipment is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum WaterClass {
    /// Up to 17 °C.
    W17,
    /// Up to 27 °C.
    W27,
    /// Up to 32 °C.
    W32,
    /// Up to 40 °C.
    W40,
    /// Up to 45 °C.
    W45,
    /// Above 45 °C.
    #[serde(rename = "W+")]
    WPlus,
}

impl WaterClass {
    /// Its limit, °C.
    pub(super) fn limit_c(self) -> f64 {
        match self {
            Self::W17 => 17.0,
            Self::W27 => 27.0,
            Self::W32 => 32.0,
            Self::W40 => 40.0,
            Self::W45 => 45.0,
            Self::WPlus => f64::INFINITY,
        }
    }
}
