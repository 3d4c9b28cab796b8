//! The forecast file: scope, machines, work, connection, sites, and what is not known of them.
//!
//! ```toml
//! name = "campus"
//! draws = 2000
//! years = { first = 2026, last = 2030 }
//! [scope]
//! region = "one campus"
//! ai = "all accelerators"
//!
//! [[generation]]
//! name = "b200"
//! server = "hgx-b200"
//! shipments = { 2025 = 20000, growth = 0.2 }
//!
//! [[use]]
//! name = "serving"
//! share = 1.0
//! busy = 0.4
//!
//! [[site]]
//! name = "phoenix"
//! scenario = "../phoenix-cold-plate.toml"
//! share = 1.0
//!
//! [[vary]]
//! key = "use.serving.busy"
//! drawn.triangular = { low = 0.2, mode = 0.4, high = 0.6 }
//! ```

pub(super) mod by_year;
pub(super) mod checks;
mod connection;
pub(super) mod layers;
mod machines;
mod sites;
mod work;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use connection::{Cap, Connection};
pub use machines::{Conventional, Crypto, Generation, Survival, Use};
pub use sites::{Facility, Grid, Site};
pub use work::{Tokens, Training, Tuning, Work};

use crate::describe::{FilePath, doubt as in_doubt};
use crate::forecast::file::by_year::ByYear;
use crate::forecast::score::Series;
use crate::study::design::{Distribution, Pair};

/// A forecast file.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ForecastFile {
    /// A forecast file that this one goes on from, relative to it: what is given here takes the place of what is given there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<FilePath>,
    /// Short name: letters, digits, '-', '_' and '.'; also the name of the result folder.
    pub name: String,
    /// Start of all random numbers.
    #[serde(default = "one")]
    #[schemars(range(min = 0, max = i64::MAX))]
    pub seed: u64,
    /// Number of draws, a Latin hypercube over all that varies; 1 where nothing does.
    #[serde(default = "draws")]
    #[schemars(range(min = 1, max = 10_000_000))]
    pub draws: u64,
    /// Points of the variance shares of the last year's energy and peak; each takes as many evaluations as inputs, and two.
    #[serde(default = "points")]
    #[schemars(range(min = 2, max = 1_000_000))]
    pub sensitivity_points: u64,
    /// Hourly profiles of single draws that are left for the last year, at even ranks of its energy.
    #[serde(default = "profiles")]
    #[schemars(range(min = 0, max = 1000))]
    pub profiles: u32,
    /// The years that are asked for.
    pub years: Years,
    /// What is counted.
    pub scope: Scope,
    /// Which of the two closures the figures are of; both are made where the file has work.
    #[serde(default)]
    pub closure: Closure,
    /// Share of all shipments (and of what limits them) that comes to this region.
    #[serde(default = "whole")]
    pub shipped_share: ByYear,
    /// How long AI machines stay in service, where their generation does not say.
    #[serde(default)]
    pub survival: Survival,
    /// Generations of AI hardware.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub generation: Vec<Generation>,
    /// What the AI machines do: shares of them, and how busy they are.
    #[serde(default, rename = "use", skip_serializing_if = "Vec::is_empty")]
    pub uses: Vec<Use>,
    /// The work that is asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub work: Vec<Work>,
    /// What limits how many chips are made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cap: Vec<Cap>,
    /// What limits how many megawatts are connected.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub connection: Vec<Connection>,
    /// IT that is no AI: servers, storage, networks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conventional: Option<Conventional>,
    /// A metered history that the forecast goes on from; `[conventional]` then says how the load behaves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metered: Option<Series>,
    /// Mining of crypto-currency, where the scope counts it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crypto: Option<Crypto>,
    /// Where the machines stand: cooling and climate, and their shares.
    pub site: Vec<Site>,
    /// What is true of all sites.
    #[serde(default)]
    pub facility: Facility,
    /// The electricity system around them.
    #[serde(default)]
    pub grid: Grid,
    /// What is not known: keys of this file, each with a distribution.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vary: Vec<Vary>,
    /// What is drawn together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub correlation: Vec<Pair>,
}

fn one() -> u64 {
    1
}

fn whole() -> ByYear {
    constant(1.0)
}

fn draws() -> u64 {
    10_000
}

fn points() -> u64 {
    256
}

fn profiles() -> u32 {
    20
}

/// First and last year.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Years {
    /// The first year of the tables.
    #[schemars(range(min = 1990, max = 2100))]
    pub first: i32,
    /// The last.
    #[schemars(range(min = 1990, max = 2100))]
    pub last: i32,
}

impl Years {
    /// The year of an index from the first.
    pub fn nth(self, index: usize) -> i32 {
        i32::try_from(index).map_or(self.last, |index| self.first.saturating_add(index))
    }
}

/// What is counted: two forecasts of one region differ by half for this alone.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// World, region, country or campus.
    pub region: String,
    /// What counts as AI.
    pub ai: String,
    /// What else is in and out, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Whether mining of crypto-currency is counted.
    #[serde(default)]
    pub crypto: bool,
    /// Offset of the region's standard time, in which all hours are given.
    #[serde(default)]
    #[schemars(range(min = -12.0, max = 14.0))]
    pub utc_offset_h: f64,
}

/// From which end the use of the machines is found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Closure {
    /// All that is shipped and has power is as busy as its use says.
    #[default]
    Supply,
    /// Machines are as busy as the work makes them, up to their limit.
    Work,
}

/// `[[vary]]`: what is not known.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Vary {
    /// Its name in tables; the key, or the first of the keys, where this is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A key of this file, dotted; entries of lists by their name: `generation.b200.shipments.growth`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Keys that move together: all take the same value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
    /// What it may be.
    pub drawn: Distribution,
}

impl Vary {
    /// All of its keys.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.key.iter().chain(&self.keys).map(String::as_str)
    }

    /// Its name in tables.
    pub fn title(&self) -> &str {
        let named = self.name.as_deref();
        named.or_else(|| self.all().next()).unwrap_or_default()
    }
}

/// A share that is constant unless the file says otherwise.
pub(super) fn constant(value: f64) -> ByYear {
    value.into()
}
