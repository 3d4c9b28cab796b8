//! What limits the stock: chips that can be made, megawatts that are connected.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ByYear, constant, in_doubt};

/// `[[cap]]`: what limits how many chips are made: packaging, film for substrates, memory.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cap {
    /// Its name.
    pub name: String,
    /// How much of it there is a year, in the unit of `per_chip`, or GB of memory with `per_gb = 1`.
    pub per_year: ByYear,
    /// What a chip of each generation takes of it; generations that are not named take none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub per_chip: BTreeMap<String, f64>,
    /// What each GB of a chip's memory takes of it, of all generations.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1e6))]
    pub per_gb: f64,
    /// Share of the orders not filled that are still wanted in the year after.
    #[serde(default = "wanted")]
    #[schemars(range(min = 0.0, max = 1.0))]
    #[schemars(extend("doubt" = in_doubt(0.5, 1.0, "orders placed twice vanish; buyers of the shortage of 2023 waited")))]
    pub still_wanted: f64,
}

fn wanted() -> f64 {
    1.0
}

/// `[[connection]]`: what limits how many megawatts are connected: the grid, transformers, generation on site.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Connection {
    /// Its name.
    pub name: String,
    /// Connected at the end of the year before the first of `requests`, MW.
    #[schemars(range(min = 0.0, max = 1e7), extend("unit" = "MW"))]
    pub connected_mw: f64,
    /// MW whose connection is asked for in a year, as the queue lists them.
    #[schemars(extend("unit" = "MW a year"))]
    pub requests: ByYear,
    /// Share of the requests that ask for the same load elsewhere too.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub duplicates: f64,
    /// Share of the projects that are built.
    #[serde(default = "all")]
    pub built: ByYear,
    /// Size as built over the size asked for.
    #[serde(default = "all")]
    pub realised: ByYear,
    /// Years from the date asked for to the one on which power flows.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 15.0), extend("unit" = "years"))]
    pub slip_years: f64,
}

fn all() -> ByYear {
    constant(1.0)
}
