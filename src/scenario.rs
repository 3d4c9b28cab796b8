//! The scenario file: one question, strictly read.
//!
//! Keys use the units planners read. `resolve` turns a scenario into a facility; `catalogue` holds what its names
//! stand for; `text` applies `--set` and finds places; errors are faults of `describe`, with their place in the text.
//!
//! A scenario, read and sized:
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use std::path::Path;
//!
//! use coldaisle::scenario;
//!
//! let sets = ["hall.0.racks=4".to_owned()]; // as --set on the command line
//! let loaded = scenario::load(Path::new("examples/hall.toml"), &sets)?;
//! let resolved = scenario::resolve(&loaded)?; // catalogue, weather, prices, sizes
//! println!(
//!     "{} GPUs, {:.2} MW",
//!     resolved.gpus,
//!     resolved.design_it_w / 1e6
//! );
//! for warning in resolved.warnings() {
//!     println!("{warning}"); // among them what will not hold on the design day
//! }
//! # Ok(())
//! # }
//! ```

use std::io::ErrorKind;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

mod base;
pub mod catalogue;
pub mod event;
pub mod it;
pub mod ranges;
pub mod resolve;
pub mod session;
pub mod text;
mod wording;

pub use base::{Base, Change, written};
pub use resolve::{Resolved, SurfaceSite, inspect, resolve, surface, surface_site};
pub(crate) use resolve::{build, queue};

use crate::bounded;
use crate::cooling::Cooling;
use crate::describe::{Fault, FilePath};
use crate::electrical::ElectricalConfig;
use crate::electrical::battery::BatteryConfig;
use crate::electrical::generator::GeneratorConfig;
use crate::electrical::solar::SolarConfig;
use crate::facility::{FailuresConfig, ThermalShutdownConfig};
use crate::heat_rejection::HeatRejection;
use crate::ownership::CostConfig;
use crate::scheduler::Policy;
use crate::series::Rate;
use crate::tariff::TariffConfig;
use crate::units;
use crate::workload::Workload;
use crate::workload::checkpoint::Checkpoints;

/// Longest run, days: the calendar and the wear of a plant are beyond the models after ten years.
pub(crate) const LONGEST_DAYS: f64 = 3700.0;

/// What [`is_name`] asks.
pub(crate) const NAME_RULE: &str =
    "use up to 80 letters, digits, '-', '_' and '.', not starting with '.' or '-'";

/// Whether a name can be that of a folder and of columns.
pub(crate) fn is_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    !name.is_empty() && name.len() <= 80 && !name.starts_with(['.', '-']) && name.chars().all(plain)
}

/// A scenario file.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Short name: letters, digits, '-', '_' and '.'; also the name of the result folder.
    pub name: String,
    /// Time: start, length, step, seed.
    #[serde(default)]
    pub run: Run,
    /// Place: weather, grid, prices.
    pub site: Site,
    /// The user's own entries over the built-in catalogue: `[catalogue.servers.ours]`, or the name of a file with
    /// such tables.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catalogue: Option<catalogue::Own>,
    /// Halls of servers; those without a plant of their own share the site's.
    pub hall: Vec<Hall>,
    /// IT beside the servers: network, storage, CPU nodes, management. Without this key each hall of two or more GPU servers on a
    /// network of 50 Gbit/s or more has a default: a rail-optimised network of the chips' speed, one for requests and storage, 10 TB of flash
    /// a GPU, a CPU node for 64 GPUs and a management switch a rack, about a tenth of the servers' power. `it = []`, above the first table, is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub it: Option<Vec<it::ItConfig>>,
    /// The site's plant: what carries the heat of facility water outdoors. May be absent where every hall has its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heat_rejection: Option<HeatRejection>,
    /// Cost of ownership and embodied carbon; neither is shown without this table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<CostConfig>,
    /// Transformers, UPS, distribution.
    #[serde(default)]
    pub electrical: ElectricalConfig,
    /// Machines that go out for a while, on purpose.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub event: Vec<event::EventConfig>,
    /// Work of the servers.
    pub workload: Workload,
    /// Who runs first.
    #[serde(default)]
    pub scheduler: Policy,
    /// How often servers fail; none do where this is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failures: Option<FailuresConfig>,
    /// How jobs save their state; they do where this or `failures` is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checkpoint: Option<Checkpoints>,
}

/// `[run]`: when the run starts, how long it lasts, and how finely it is computed and recorded.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Run {
    /// First day, YYYY-MM-DD in quotes, from 1900 to 2200; the run starts at midnight of local standard time.
    /// Weekdays are those of this calendar, weather that of the same day and month of the weather file.
    pub start: String,
    /// Length of the run.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 1e-5, max = LONGEST_DAYS))]
    pub days: f64,
    /// Step of the meter, of services and of the weather. Jobs start and end at their own moments within it, and steps are cut where events
    /// and commands begin and end, and are short for a while after them; so results do not turn on it.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 1.0, max = 3600.0))]
    pub step_s: f64,
    /// One row of results covers this: a multiple of `step_s` that divides a day.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 1.0, max = 86400.0))]
    pub record_s: f64,
    /// By which share the IT power of a hall may move before temperatures and plant are solved again (and weather by 50 K times it, coolant by
    /// 20 K); at the latest they are after 15 minutes, and in every step while something is out, throttled or limited. 0: in every step.
    #[serde(deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 0.1))]
    pub tolerance: f64,
    /// Start of all random numbers: the same seed gives the same jobs under any cooling.
    #[schemars(range(min = 0, max = i64::MAX))]
    pub seed: u64,
    /// How halls and plants are worked out: `exact`, or from a `surface` of load and the hours of the climate that the engine makes
    /// before the run, with its error stated. For `[workload.constant]` and `[workload.profile]` without power at the meter, events,
    /// storage, panels or limits; racks, chips and plants one by one stay out of the results.
    pub plant: PlantModel,
}

/// How halls and plants are worked out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PlantModel {
    /// Step by step.
    #[default]
    Exact,
    /// From a surface over load and the hours of the climate.
    Surface,
}

impl Default for Run {
    fn default() -> Self {
        Self {
            start: "2026-01-01".into(),
            days: 365.0,
            step_s: 60.0,
            record_s: 900.0,
            tolerance: 0.01,
            seed: 42,
            plant: PlantModel::Exact,
        }
    }
}

/// `[site]`: place, grid and prices. Either `climate` or `weather`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// A built-in climate; `coldaisle catalogue climates` lists them: nine US airports as measured (NREL TMY3), and
    /// fifteen cities made from monthly normals (synthetic: right in monthly means, not in extremes).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub climate: Option<String>,
    /// A weather file of one year, EPW or TMY3. `--set` of one of `climate` and `weather` replaces the other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weather: Option<FilePath>,
    /// A warmer climate: so many kelvin on every hour of the weather, and on the extremes that plants are designed for, at the same
    /// relative humidity. Stated design temperatures stay.
    #[serde(
        default,
        skip_serializing_if = "units::is_zero",
        deserialize_with = "units::finite"
    )]
    #[schemars(range(min = -10.0, max = 15.0), extend("default" = 0.0))]
    pub warming_k: f64,
    /// Dry bulb that plants are designed for, °C; reached once in 20 years otherwise, by the weather file or the climate, or
    /// else the year's highest and a margin. `validate` says which.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_temperature_c"
    )]
    #[schemars(range(min = -20.0, max = 60.0))]
    pub design_dry_bulb_c: Option<f64>,
    /// Wet bulb that plants are designed for, °C; as the dry bulb otherwise.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_temperature_c"
    )]
    #[schemars(range(min = -20.0, max = 40.0))]
    pub design_wet_bulb_c: Option<f64>,
    /// Climate zone of ASHRAE 169 with its letter, as `"4A"`, by which ASHRAE 90.1 asks for an economizer; that of a built-in
    /// station or by the degree days of the weather otherwise, then without a letter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ashrae_zone: Option<String>,
    /// A grid of the catalogue, for its carbon intensity: countries, and each state of the US (`us-oh`); a built-in
    /// climate brings its own. `validate` lists the figures it gives, and which of them are unconfirmed. Sources:
    /// eGRID2023, codecarbon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grid: Option<String>,
    /// Carbon intensity of electricity, g CO₂e per kWh: a number or a CSV file; replaces the yearly mean of the grid.
    /// Without grid and climate no carbon is reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carbon_g_kwh: Option<Rate>,
    /// Price of energy, USD per MWh: a number or a CSV file. Without it no cost of energy is reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_usd_mwh: Option<Rate>,
    /// Charge on the maximum demand (mean of a quarter hour by the clock) of each calendar month; a month that lies
    /// partly outside the run is billed by its days in the run.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_non_negative"
    )]
    #[schemars(range(min = 0.0, max = 1e6))]
    pub demand_usd_kw_month: Option<f64>,
    /// Times of use, demand charges and what is paid for feeding in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tariff: Option<TariffConfig>,
    /// Water that power plants consume for a kilowatt-hour of the grid, for the WUE at the source; replaces the
    /// grid's. Countries have their means in the catalogue, US states that of the US.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_non_negative"
    )]
    #[schemars(range(min = 0.0, max = 1e4))]
    pub grid_water_l_kwh: Option<f64>,
    /// Price of make-up water.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_non_negative"
    )]
    #[schemars(range(min = 0.0, max = 1e6))]
    pub water_usd_m3: Option<f64>,
    /// Limit of the grid connection. Where the site would draw more, all chips are slowed down together until it
    /// fits.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_non_negative"
    )]
    #[schemars(range(min = 0.0, max = 1e5))]
    pub grid_limit_mw: Option<f64>,
    /// Lights, offices and controls, all the time.
    #[serde(default, deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 1e6))]
    pub other_kw: f64,
    /// Panels on the site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub solar: Option<SolarConfig>,
    /// A battery beside the meter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub battery: Option<BatteryConfig>,
    /// Generators that carry the site when the grid fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generator: Option<GeneratorConfig>,
}

/// `[[hall]]`: racks of one kind of server under one kind of cooling.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hall {
    /// Name and prefix of columns in results, unique: letters, digits, '-', '_'.
    pub name: String,
    /// A server built for the hall's cooling; `coldaisle catalogue servers` lists them.
    pub server: String,
    /// Number of racks, or of tanks; at most 1,000,000 in all halls.
    #[schemars(range(min = 1, max = 1000000))]
    pub racks: u32,
    /// Servers in each rack or tank; at most 10,000,000 in all halls.
    #[schemars(range(min = 1, max = 256))]
    pub servers_per_rack: u32,
    /// Racks in each pod, the racks under one set of switches; jobs can be required to stay within one. Without it the hall is
    /// one pod.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1000000))]
    pub racks_per_pod: Option<NonZeroU32>,
    /// Efficiency class of the servers' power supplies, instead of that of the server's entry; `coldaisle catalogue psus` lists
    /// them. Number and rating remain those of the entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub psu: Option<String>,
    /// Power limit of each chip, share of its TDP, set on the boards. Bursts above it run at a lower clock,
    /// waits do not, so jobs stretch by less than power falls (`src/it/dvfs.rs`: a law fitted to a V100 and judged on
    /// two other GPUs, see docs/validation.md). Cooling and power are sized for it. At the least what the chip draws
    /// at its lowest clock, about 0.2.
    #[serde(
        default = "whole",
        deserialize_with = "units::positive_fraction",
        skip_serializing_if = "is_whole"
    )]
    #[schemars(range(min = 0.01, max = 1.0))]
    #[schemars(extend("default" = 1.0))]
    pub power_limit: f64,
    /// Minimum power of each busy chip, share of its TDP, also while its work waits: fills the waits with work for
    /// nothing, so that power swings less (`swing_mw`) and costs more. At most `power_limit`. As chips with power
    /// smoothing do (GB300; Choukse et al. 2025).
    #[serde(
        default,
        deserialize_with = "units::fraction",
        skip_serializing_if = "is_zero"
    )]
    #[schemars(range(min = 0.0, max = 1.0))]
    #[schemars(extend("default" = 0.0))]
    pub power_floor: f64,
    /// When a rack that gets too hot switches itself off, and when it comes back.
    #[serde(default, skip_serializing_if = "ThermalShutdownConfig::is_default")]
    pub thermal_shutdown: ThermalShutdownConfig,
    /// How they are cooled: one table, for example `[hall.cooling.air]`.
    pub cooling: Cooling,
    /// A plant of the hall's own, instead of the site's: `[hall.heat_rejection.tower]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heat_rejection: Option<HeatRejection>,
    /// A plant for the hall's room air alone, where the hall's water is too warm for it:
    /// `[hall.room_rejection.air_cooled_chiller]`. Only with `cold_plate` and `two_phase_cold_plate`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room_rejection: Option<HeatRejection>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde requires it")]
fn is_zero(share: &f64) -> bool {
    *share == 0.0
}

fn whole() -> f64 {
    1.0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde requires it")]
fn is_whole(share: &f64) -> bool {
    *share == 1.0
}

/// A scenario with its text, for errors that point into it.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// Value of the text.
    pub scenario: Scenario,
    /// The text, with `--set` applied.
    pub text: String,
    /// The file.
    pub path: PathBuf,
}

/// Files larger than this are no scenario.
const LONGEST_BYTES: u64 = 4 << 20;

/// The text of a scenario file, or of a file of catalogue entries.
fn text_of(path: &Path) -> Result<String, Fault> {
    let unreadable = |error: std::io::Error| {
        Fault::new(
            error.to_string(),
            "give the path of a scenario file; `coldaisle new NAME` writes one to start from",
        )
        .in_file(path, None)
    };
    let unfit = |what: &str| {
        Fault::new(what, "give the path of a scenario file (TOML)").in_file(path, None)
    };
    if path.is_dir() {
        return Err(unfit("it is a folder"));
    }
    let bytes = bounded::read(path, LONGEST_BYTES).map_err(|error| match error.kind() {
        ErrorKind::FileTooLarge => unfit(&error.to_string()),
        _ => unreadable(error),
    })?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text.trim_start_matches('\u{feff}').to_owned()),
        Err(error) => {
            let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = valid.split(|&byte| byte == b'\n').count();
            Err(Fault::new(
                format!("line {line} is not UTF-8 text"),
                "save the scenario as UTF-8 (TOML allows nothing else)",
            )
            .in_file(path, None))
        }
    }
}

/// Reads a scenario file and applies `--set` assignments in order.
pub fn load(path: &Path, sets: &[String]) -> Result<Loaded, Fault> {
    Base::read(path)?.load_slowly(sets)
}

/// A scenario that is already in memory, with `--set` assignments applied in order: one that is built in, or one that came
/// to a browser. Errors call it `scenario.toml`; files that it names are looked for in the current folder.
///
/// # Errors
/// As [`load`], but for those of reading the file.
pub fn load_text(text: &str, sets: &[String]) -> Result<Loaded, Fault> {
    Base::of_text(text).load_slowly(sets)
}
