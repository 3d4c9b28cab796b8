//! How air is counted in towers and coolers.
//!
//! ```text
//! strict       fan P = P_d·a³·ρ/ρ_d     UA = UA_d·(a·ρ/ρ_d)^n     evaporation by balance (`exit_air.rs`)
//! EnergyPlus   fan P = P_d·a³           UA = UA_d·a^n             its evaporation
//! ```
//!
//! a: volume flow over design, which follows the speed; ρ density of the air entering, `ρ_d` of the design air: the site's
//! pressure on its design day. A fan's figure, stated or of the catalogue, is that of full speed in its design air.
//! Source: fan laws (ISO 5801); the `EnergyPlus` Engineering Reference, "Cooling Towers" and "Fluid Coolers", for the other,
//! which is for comparisons with that program only.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::physics::psychrometrics::MoistAir;

/// Density that figures without a place of their own are stated for, kg/m³: standard air of fan makers (ISO 5801).
pub(super) const STANDARD_AIR_KG_M3: f64 = 1.2;

/// How air is counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Convention {
    /// Density and evaporation as the balances have them.
    #[default]
    Strict,
    /// As `EnergyPlus` counts: for comparisons with it.
    EnergyPlus,
}

impl Convention {
    /// Density of outdoor air over that of the design air, as far as it counts.
    pub(super) fn density_ratio(self, outside: &MoistAir, design_kg_m3: f64) -> f64 {
        match self {
            Self::Strict => outside.density_kg_m3() / design_kg_m3,
            Self::EnergyPlus => 1.0,
        }
    }
}
