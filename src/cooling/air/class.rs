//! ASHRAE classes of IT equipment by the inlet air they take.
//!
//! Source: ASHRAE TC 9.9, *Thermal Guidelines for Data Processing Environments*, 4th and 5th editions; A1 to A4 confirmed
//! second-hand, H1 from memory (unconfirmed).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A class: `"A1"`, `"A2"`, `"A3"`, `"A4"` or `"H1"` (high density).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum Class {
    /// Allowable 15 to 32 °C.
    A1,
    /// Allowable 10 to 35 °C.
    A2,
    /// Allowable 5 to 40 °C.
    A3,
    /// Allowable 5 to 45 °C.
    A4,
    /// Allowable 15 to 25 °C.
    H1,
}

impl Class {
    /// Inlet air that is allowed, °C.
    pub fn supply_range_c(self) -> (f64, f64) {
        match self {
            Self::A1 => (15.0, 32.0),
            Self::A2 => (10.0, 35.0),
            Self::A3 => (5.0, 40.0),
            Self::A4 => (5.0, 45.0),
            Self::H1 => (15.0, 25.0),
        }
    }
}
