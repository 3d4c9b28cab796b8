//! A scenario ready to run, and what is known of it before the run.

use std::collections::BTreeSet;
use std::path::PathBuf;

use jiff::civil::Date;

use super::equipment::Equipment;
use crate::engine::Simulation;
use crate::metrics::Context;
use crate::metrics::mining::MiningRates;
use crate::metrics::ride_through::Span;
use crate::output::marked;
use crate::ownership::Ownership;
use crate::scenario::Scenario;
use crate::surface::Surface;
use crate::tariff::Tariff;
use crate::workload::service::Answered;

/// A file that a run read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// As the scenario names it.
    pub name: String,
    /// Where it was found.
    pub path: PathBuf,
}

/// A scenario ready to run.
pub struct Resolved {
    /// The scenario, defaults filled in.
    pub scenario: Scenario,
    /// The simulation at its start.
    pub simulation: Simulation,
    /// First day.
    pub start: Date,
    /// Length, s.
    pub total_s: f64,
    /// Accelerators of all halls.
    pub gpus: f64,
    /// What the site pays for.
    pub tariff: Tariff,
    /// Water behind a kilowatt-hour of the grid, litres.
    pub grid_water_l_kwh: Option<f64>,
    /// The events: what is out, and when.
    pub events: Vec<Span>,
    /// The machines that events and commands can name.
    pub equipment: Equipment,
    /// IT power with every chip at work, W.
    pub design_it_w: f64,
    /// A rack with every chip at work, W, by hall.
    pub rack_w: Vec<f64>,
    /// Heat that the plant of each circuit of facility water is sized for, W.
    pub circuit_w: Vec<f64>,
    /// What was sized, a line each, for `validate`.
    pub description: Vec<(String, String)>,
    /// What will not hold at full load in the extremes of the weather, where that was looked at.
    pub will_not_hold: Vec<String>,
    /// What the user should know of the scenario as read; [`Resolved::warnings`] adds the design day.
    pub warnings: Vec<String>,
    /// Files read besides the scenario.
    pub inputs: Vec<Input>,
    /// Entries of the catalogue that sizing considered, also where the scenario names none.
    pub considered: BTreeSet<String>,
    /// Random jobs that should end within the run; None where there are none, or others too.
    pub jobs: Option<f64>,
    /// What hashing yields, where the halls hash.
    pub mining: Option<MiningRates>,
    /// What becomes of the requests of a trace, where a model answers them.
    pub answered: Option<Answered>,
    /// What the site is made of, costs and emits, where the scenario asks for it.
    pub ownership: Option<Ownership>,
    /// What the servers cost a year over their lives, USD, where their price is known.
    pub servers_usd_year: Option<f64>,
    /// The plant as a surface, where the run asks for it: [`crate::study::simulate`] then takes everything but IT from there.
    pub surface: Option<Surface>,
}

impl Resolved {
    /// What the user should know before the run: of the scenario as read, and of its design day.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = self.warnings.clone();
        if let Some((first, rest)) = self.will_not_hold.split_first() {
            let more = if rest.is_empty() {
                ""
            } else {
                "; `coldaisle validate` says more"
            };
            warnings.push(marked(&format!(
                "by design this will not hold: {first}{more}"
            )));
        }
        warnings
    }

    /// Whether anything has a price: energy, demand, water or fuel.
    pub fn is_billed(&self) -> bool {
        let tariff = &self.tariff;
        let (usd_j, _) = self.simulation.facility.rates(0.0, 1.0);
        usd_j.is_finite()
            || !tariff.demand.is_empty()
            || tariff.water_usd_m3.is_some()
            || tariff.fuel_usd_kg.is_some()
    }

    /// What metrics are to know of the run: `Metrics::new(&resolved.context())`.
    pub fn context(&self) -> Context {
        Context {
            gpus: self.gpus,
            grid_water_l_kwh: self.grid_water_l_kwh,
            tariff: self.tariff.clone(),
            start: self.start,
            events: self.events.clone(),
            mining: self.mining.clone(),
            answered: self.answered,
            ownership: self.ownership.clone(),
        }
    }
}
