//! Cost of ownership and embodied carbon: what a site is made of, what that costs and emits, and over which years.
//!
//! ```text
//! what was sized ─ takeoff: servers, kW, kWh, kg ─▶ × prices (USD) ─▶ finance: present value, levelised  ─▶ USD a year
//!                                                └▶ × figures of embodied carbon (kg CO₂e) / life       ─▶ t a year
//! ```
//!
//! Prices and carbon are entries of the catalogue (`CostsEntry`, `EmbodiedEntry`): none is built into the program, every one has a
//! source and a range. `[cost]` of a scenario (`CostConfig`) says how they are counted; without it nothing of this is shown.
//!
//! Not counted: the connection to the grid, taxes on profit, what the site earned before, decommissioning. `other_usd` and
//! `other_usd_year` hold what a planner wants to add.

mod config;
mod finance;
mod rates;
mod takeoff;

pub use config::{CostConfig, Lives};
pub use finance::Terms;
pub use rates::{Amount, CostsEntry, EmbodiedEntry, Named, Rates};
pub use takeoff::{Basis, Class, Item, Life, Takeoff};

/// One thing that a site is made of, with its price and its carbon.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Asset {
    /// The line of the split that it belongs to.
    pub class: Class,
    /// Years until it is replaced; infinite for land.
    pub life_years: f64,
    /// Share of its price that it still fetches when it is replaced.
    pub resale: f64,
    /// What it costs, USD.
    pub usd: f64,
    /// What was emitted to make it, kg CO₂e.
    pub embodied_kg: f64,
    /// Whether its carbon is that of a fluid.
    pub fluid: bool,
}

/// Vapour of a hall that leaves: what a kilogram costs and warms.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Vapour {
    /// Price of a kilogram, USD.
    pub usd_kg: f64,
    /// Emitted to make a kilogram, and its warming over 100 years once it has left, kg CO₂e.
    pub co2e_kg_kg: f64,
}

/// All that the figures of ownership need of a site.
#[derive(Debug, Clone, PartialEq)]
pub struct Ownership {
    /// Rate and period.
    pub terms: Terms,
    /// What is bought.
    pub assets: Vec<Asset>,
    /// Accelerators.
    pub gpus: f64,
    /// Share of the GPU-hours of the run that counts over the years.
    pub availability: f64,
    /// Upkeep, USD a year.
    pub maintenance_usd: f64,
    /// Staff, USD a year.
    pub staff_usd: f64,
    /// Insurance, property tax and what the scenario adds, USD a year.
    pub other_usd: f64,
    /// Price of heat handed to a network, USD/J.
    pub heat_usd_j: Option<f64>,
    /// Price of carbon emitted, USD/t.
    pub carbon_usd_t: Option<f64>,
    /// What a GPU-hour is sold for, USD.
    pub sells_usd_gpu_hour: Option<f64>,
    /// Refrigerant that leaks and is lost at the end, kg CO₂e a year.
    pub leaks_kg: f64,
    /// By hall.
    pub vapour: Vec<Vapour>,
}
