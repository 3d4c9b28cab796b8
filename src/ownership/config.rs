//! `[cost]` of a scenario.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::takeoff::{Class, Life};
use super::{CostsEntry, Terms};
use crate::describe::doubt;
use crate::units::{fraction, given_non_negative, non_negative, positive, positive_fraction};

/// `[cost]`: cost of ownership and embodied carbon. Without this table neither is shown. Prices of energy and water are those of
/// `[site]`; all others, and embodied carbon, come from entries of the catalogue, whose figures are assumptions with ranges.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CostConfig {
    /// Prices: an entry of the catalogue; `coldaisle catalogue costs` lists them.
    pub prices: String,
    /// Embodied carbon: an entry of the catalogue; `coldaisle catalogue embodied` lists them.
    pub embodied: String,
    /// Discount rate a year, real: prices are those of the first year throughout.
    #[serde(deserialize_with = "non_negative")]
    #[schemars(range(min = 0.0, max = 0.5))]
    #[schemars(extend("doubt" = doubt(0.05, 0.12, "weighted cost of capital of utilities to that of companies that rent out GPUs, less inflation")))]
    pub discount_rate: f64,
    /// Years that are looked at: what wears out earlier is replaced, what lasts longer has a residual value.
    #[serde(deserialize_with = "positive")]
    #[schemars(range(min = 1.0, max = 60.0), extend("unit" = "years"))]
    pub years: f64,
    /// Years until things are replaced.
    pub life: Lives,
    /// Share of the price that servers fetch when they are replaced.
    #[serde(deserialize_with = "fraction")]
    #[schemars(range(min = 0.0, max = 1.0))]
    #[schemars(extend("doubt" = doubt(0.0, 0.25, "scrap to what used nodes of one generation before are offered for")))]
    pub server_resale: f64,
    /// Share of the GPU-hours of the run that is sold over the years: repairs, updates and idle weeks take the rest. What events and
    /// failures of the run take is missing there already.
    #[serde(deserialize_with = "positive_fraction")]
    #[schemars(range(min = 0.01, max = 1.0))]
    #[schemars(extend("doubt" = doubt(0.9, 1.0, "large clusters report 5 to 10 % of their nodes in repair in bad months, 1 to 2 % in good ones")))]
    pub availability: f64,
    /// Upkeep of servers and other IT a year, of their price: spare parts, support.
    #[serde(deserialize_with = "fraction")]
    #[schemars(range(min = 0.0, max = 1.0))]
    #[schemars(extend("doubt" = doubt(0.005, 0.06, "own spare parts to a maker's support contract")))]
    pub it_maintenance: f64,
    /// Upkeep of cooling, power and building a year, of their price.
    #[serde(deserialize_with = "fraction")]
    #[schemars(range(min = 0.0, max = 1.0))]
    #[schemars(extend("doubt" = doubt(0.015, 0.05, "contracts for mechanical and electrical plant, with chemicals for towers")))]
    pub plant_maintenance: f64,
    /// Staff of the site a year, for each kW of IT by the servers' nameplates.
    #[serde(deserialize_with = "non_negative")]
    #[schemars(range(min = 0.0, max = 1e5))]
    #[schemars(extend("doubt" = doubt(40.0, 300.0, "0.4 persons for a megawatt on a campus to 2 on a small site, at 100,000 to 150,000 USD a year")))]
    pub staff_usd_kw_year: f64,
    /// Insurance and property tax a year, of the price of everything.
    #[serde(deserialize_with = "fraction")]
    #[schemars(range(min = 0.0, max = 1.0))]
    #[schemars(extend("doubt" = doubt(0.0, 0.025, "states that exempt data centers and their servers to those that do not")))]
    pub insurance_and_tax: f64,
    /// What else is bought at the start: the connection to the grid, roads, permits.
    #[serde(deserialize_with = "non_negative")]
    #[schemars(range(min = 0.0, max = 1e12))]
    pub other_usd: f64,
    /// What else is paid every year: rent, network, software.
    #[serde(deserialize_with = "non_negative")]
    #[schemars(range(min = 0.0, max = 1e12))]
    pub other_usd_year: f64,
    /// Price of heat that a network takes (`reuse`), USD for a MWh.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given_non_negative"
    )]
    #[schemars(range(min = 0.0, max = 1e4))]
    pub heat_usd_mwh: Option<f64>,
    /// Price of the carbon that the site's electricity and fuel emit, USD a tonne.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given_non_negative"
    )]
    #[schemars(range(min = 0.0, max = 1e5))]
    pub carbon_usd_t: Option<f64>,
    /// What an hour of a GPU at work is sold for; without it `ownership.npv` holds outlays only and is negative.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given_non_negative"
    )]
    #[schemars(range(min = 0.0, max = 1e4))]
    pub sells_usd_gpu_hour: Option<f64>,
}

impl Default for CostConfig {
    fn default() -> Self {
        Self {
            prices: "usual".into(),
            embodied: "usual".into(),
            discount_rate: 0.08,
            years: 15.0,
            life: Lives::default(),
            server_resale: 0.1,
            availability: 0.97,
            it_maintenance: 0.02,
            plant_maintenance: 0.03,
            staff_usd_kw_year: 120.0,
            insurance_and_tax: 0.01,
            other_usd: 0.0,
            other_usd_year: 0.0,
            heat_usd_mwh: None,
            carbon_usd_t: None,
            sells_usd_gpu_hour: None,
        }
    }
}

impl CostConfig {
    /// Rate and period.
    pub fn terms(&self) -> Terms {
        Terms {
            rate: self.discount_rate,
            years: self.years,
        }
    }

    /// Upkeep a year, of the price.
    pub fn maintenance(&self, class: Class) -> f64 {
        match class {
            Class::Servers | Class::OtherIt => self.it_maintenance,
            Class::Land | Class::Other => 0.0,
            _ => self.plant_maintenance,
        }
    }

    /// Design, permits, commissioning and contingency on a price of construction.
    pub fn soft(&self, class: Class, prices: &CostsEntry) -> f64 {
        match class {
            Class::Servers | Class::OtherIt | Class::Land | Class::Other => 0.0,
            _ => prices.soft_share,
        }
    }
}

/// `[cost.life]`: years until things are replaced by new ones at the same price.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Lives {
    /// Servers.
    #[serde(deserialize_with = "positive")]
    #[schemars(range(min = 1.0, max = 100.0), extend("unit" = "years"))]
    #[schemars(extend("doubt" = doubt(3.0, 7.0, "what buyers of GPUs write off over, 4 to 6 years; chips of one generation are outrun in three")))]
    pub servers: f64,
    /// Network, storage and other IT.
    #[serde(deserialize_with = "positive")]
    #[schemars(range(min = 1.0, max = 100.0), extend("unit" = "years"))]
    #[schemars(extend("doubt" = doubt(4.0, 8.0, "switches and storage are kept for one to two generations of servers")))]
    pub other_it: f64,
    /// Cooling in halls with its fluid, heat rejection, power.
    #[serde(deserialize_with = "positive")]
    #[schemars(range(min = 1.0, max = 100.0), extend("unit" = "years"))]
    #[schemars(extend("doubt" = doubt(12.0, 25.0, "ASHRAE's service lives: 15 years for packaged machines to 23 for centrifugal chillers; UPS 10 to 15")))]
    pub plant: f64,
    /// Batteries and panels' inverters.
    #[serde(deserialize_with = "positive")]
    #[schemars(range(min = 1.0, max = 100.0), extend("unit" = "years"))]
    #[schemars(extend("doubt" = doubt(8.0, 15.0, "lead-acid or cycled lithium to lithium that floats")))]
    pub batteries: f64,
    /// The building.
    #[serde(deserialize_with = "positive")]
    #[schemars(range(min = 1.0, max = 100.0), extend("unit" = "years"))]
    #[schemars(extend("doubt" = doubt(20.0, 50.0, "what buildings of one use are written off over, to what they last")))]
    pub shell: f64,
}

impl Default for Lives {
    fn default() -> Self {
        Self {
            servers: 5.0,
            other_it: 6.0,
            plant: 20.0,
            batteries: 12.0,
            shell: 30.0,
        }
    }
}

impl Lives {
    /// Years until something is replaced.
    pub fn years(&self, life: Life) -> f64 {
        match life {
            Life::Servers => self.servers,
            Life::OtherIt => self.other_it,
            Life::Plant => self.plant,
            Life::Batteries => self.batteries,
            Life::Shell => self.shell,
            Life::Land => f64::INFINITY,
        }
    }
}
