//! Where the machines stand, and the electricity system around them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ByYear, in_doubt};
use crate::describe::FilePath;

/// `[[site]]`: cooling and climate, as a scenario describes them, and the share of the load that stands there.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Its name.
    pub name: String,
    /// The scenario whose hall, plant, electrical chain and climate it has, relative to this file. Its size does not matter.
    pub scenario: FilePath,
    /// Keys of that scenario that are other here.
    #[serde(default, skip_serializing_if = "toml::Table::is_empty")]
    #[schemars(with = "BTreeMap<String, serde_json::Value>")]
    pub set: toml::Table,
    /// Share of the AI load; the last site without one takes the rest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<ByYear>,
    /// Share of the conventional load; as `share` where this is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conventional_share: Option<ByYear>,
    /// Carbon of its electricity; that of `[grid]` where this is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "gCO2/kWh"))]
    pub carbon_gco2_kwh: Option<ByYear>,
}

/// `[facility]`: what is true of all sites.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Facility {
    /// IT beside the AI servers (network, storage, management) over their rated power.
    #[schemars(range(min = 0.0, max = 1.0))]
    #[schemars(extend("doubt" = in_doubt(0.05, 0.3, "Epoch AI takes 1,453 W of IT for the 1,275 W of a server's chip, 1,275 to 1,721")))]
    pub beside_share: f64,
    /// Contract power over what the sites would draw in their hottest hour with all machines at their rated power.
    #[schemars(range(min = 0.5, max = 5.0))]
    #[schemars(extend("doubt" = in_doubt(0.8, 1.3, "contracts leave room for growth; operators that know their load contract less than ratings")))]
    pub contract_margin: f64,
    /// Ratio of facility to IT energy that takes the place of the sites' own physics: for repeating forecasts that had one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1.0, max = 3.0))]
    pub pue: Option<f64>,
    /// Hours a year for which flexible load is put off.
    #[schemars(range(min = 0.0, max = 8760.0), extend("unit" = "h"))]
    pub curtailed_h: f64,
}

impl Default for Facility {
    fn default() -> Self {
        Self {
            beside_share: 0.14,
            contract_margin: 1.0,
            pue: None,
            curtailed_h: 87.6,
        }
    }
}

/// `[grid]`: the electricity system around the sites.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Grid {
    /// All electricity used in the region, `TWh` a year: what the halls are a share of.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "TWh"))]
    pub twh: Option<ByYear>,
    /// Carbon of the electricity.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "gCO2/kWh"))]
    pub carbon_gco2_kwh: Option<ByYear>,
    /// What a household uses, kWh a year.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 100.0, max = 1e5), extend("unit" = "kWh"))]
    pub household_kwh: Option<f64>,
}
