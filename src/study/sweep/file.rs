//! The study file: which scenarios, what varies, how it is sampled.
//!
//! ```toml
//! name = "setpoints"
//! scenario = "../phoenix-air.toml"
//! outputs = ["energy_mwh.facility", "ratios.pue"]
//!
//! [set]                                    # for every run
//! run.days = 30
//!
//! [[vary]]
//! key = "hall.0.cooling.air.supply_c"
//! over.values = [18, 21, 24, 27]
//!
//! [[vary]]
//! key = "heat_rejection.water_cooled_chiller.setpoint_c"
//! drawn.uniform = { low = 12, high = 20 }
//!
//! [sample.latin_hypercube]
//! points = 200
//! ```

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::describe::FilePath;
use crate::study::design::{Distribution, Pair};
use crate::study::optimise::Optimise;
use crate::study::sensitivity::Method;

/// A study file.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StudyFile {
    /// Short name: letters, digits, '-', '_' and '.'; also the name of the result folder.
    pub name: String,
    /// The scenario that is varied, relative to this file. May be absent where the settings of an axis name theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenario: Option<FilePath>,
    /// Keys set in every run, before those of the axes.
    #[serde(default, skip_serializing_if = "toml::Table::is_empty")]
    #[schemars(with = "BTreeMap<String, serde_json::Value>")]
    pub set: toml::Table,
    /// Start of all random numbers of the sample; the seeds of the runs are those of their scenarios.
    #[serde(default = "one")]
    #[schemars(range(min = 0, max = i64::MAX))]
    pub seed: u64,
    /// Figures of the summary that become columns, `group.key`; all of them where this is absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<String>,
    /// The axes: what varies.
    #[serde(default)]
    pub vary: Vec<Vary>,
    /// Which points are run: every combination where this is absent.
    #[serde(default)]
    pub sample: Sample,
    /// How `--sensitivity` measures which axes matter; one at a time where this is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sensitivity: Option<Method>,
    /// Axes that are drawn together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub correlation: Vec<Pair>,
    /// What `coldaisle optimise` seeks, by choosing the value of each axis.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub optimise: Option<Optimise>,
}

fn one() -> u64 {
    1
}

/// `[[vary]]`: an axis. Exactly one of `over` and `drawn`.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Vary {
    /// Its column; the key, or the first of the keys, where this is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The key of the scenario, dotted, as after `--set`; figures of the catalogue too (`catalogue.servers.hgx-h100.host_idle_w`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Keys that move together: all take the same value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
    /// Values one by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<Over>,
    /// A distribution that figures are drawn from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drawn: Option<Distribution>,
    /// Whether drawn figures are rounded to whole numbers.
    #[serde(default)]
    pub whole: bool,
}

/// What an axis runs over, one by one; in samples each is as likely.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Over {
    /// Values of the key or keys.
    Values(#[schemars(with = "Vec<serde_json::Value>")] Vec<toml::Value>),
    /// Values that are not as likely.
    Weighted(Vec<Weighted>),
    /// Named groups of keys that are set together, or whole scenarios.
    Settings(Vec<Setting>),
    /// Seeds 1 to this.
    Seeds(#[schemars(range(min = 1, max = 100_000))] u32),
    /// The weather files (EPW, TMY3) of a folder, in the order of their names.
    Weather(FilePath),
}

/// A value and how likely it is.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Weighted {
    /// The value.
    #[schemars(with = "serde_json::Value")]
    pub value: toml::Value,
    /// Its share is this over the sum of all.
    #[schemars(range(min = 0.0, max = 1e12))]
    pub weight: f64,
}

/// One of several ways to set several keys.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// In the table.
    pub name: String,
    /// A scenario in place of the study's, relative to this file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenario: Option<FilePath>,
    /// Keys and values.
    #[serde(default, skip_serializing_if = "toml::Table::is_empty")]
    #[schemars(with = "BTreeMap<String, serde_json::Value>")]
    pub set: toml::Table,
}

/// Which points are run.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Sample {
    /// Every combination of the values; the last axis moves first.
    Grid {},
    /// The rows of a CSV file: a header of axes or keys, an empty cell leaves the scenario as it is.
    List {
        /// The file, relative to this one.
        file: FilePath,
    },
    /// As many points, one in each of as many equal strata of every axis.
    LatinHypercube {
        /// Number of points.
        #[schemars(range(min = 1, max = 100_000_000))]
        points: u64,
    },
    /// The first points of a scrambled Sobol sequence: evenly spread; best as a power of two.
    Sobol {
        /// Number of points.
        #[schemars(range(min = 1, max = 100_000_000))]
        points: u64,
    },
    /// Points drawn at random; more of them leave the first ones as they were.
    MonteCarlo {
        /// Number of points.
        #[schemars(range(min = 1, max = 100_000_000))]
        points: u64,
    },
}

impl Default for Sample {
    fn default() -> Self {
        Self::Grid {}
    }
}
