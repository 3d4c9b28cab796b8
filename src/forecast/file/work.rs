//! The work that is asked for.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ByYear, constant, in_doubt};

/// `[[work]]`: a kind of work.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Work {
    /// Its name.
    pub name: String,
    /// The use whose machines do it.
    #[serde(rename = "use")]
    pub of: String,
    /// Arithmetic that is used over the peak of the chips at 16 bits, while they are busy.
    #[serde(default = "mfu")]
    #[schemars(extend("doubt" = in_doubt(0.05, 0.55, "training 0.3 to 0.55; decoding of tokens far less: it waits for memory")))]
    pub mfu: ByYear,
    /// Share of the work not done in a year that is still wanted later; the rest is lost.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub waits: f64,
    /// Tokens that are read and written. One of `tokens`, `training` and `tuning`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<Tokens>,
    /// Training of new models.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training: Option<Training>,
    /// Fine-tuning of models that exist.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tuning: Option<Tuning>,
}

fn mfu() -> ByYear {
    constant(0.35)
}

/// Tokens of a class of models.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tokens {
    /// Tokens a year.
    #[schemars(extend("unit" = "tokens a year"))]
    pub per_year: ByYear,
    /// Parameters that a token passes through, 1e9: two FLOP each.
    #[schemars(extend("unit" = "1e9"))]
    pub active_parameters_b: ByYear,
    /// FLOP of a token over those of a first year: better models, compression, caches. Below 1 where they improve.
    #[serde(default = "unchanged")]
    pub effort: ByYear,
    /// Share of the tokens computed on the users' own devices.
    #[serde(default = "none")]
    pub on_device: ByYear,
}

/// Training of new models.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Training {
    /// FLOP a year of all runs, failed ones and experiments included.
    #[schemars(extend("unit" = "FLOP a year"))]
    pub flop: ByYear,
    /// FLOP for the same result over those of a first year: better data and methods.
    #[serde(default = "unchanged")]
    pub effort: ByYear,
}

/// Fine-tuning of models that exist.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tuning {
    /// Jobs a year.
    #[schemars(extend("unit" = "jobs a year"))]
    pub jobs: ByYear,
    /// FLOP of a job that trains all parameters.
    #[schemars(extend("unit" = "FLOP"))]
    pub flop: ByYear,
    /// Share of the jobs that train adapters only.
    #[serde(default = "none")]
    pub adapters: ByYear,
    /// What an adapter takes over what all parameters take.
    #[serde(default = "third")]
    #[schemars(range(min = 0.0, max = 1.0))]
    #[schemars(extend("doubt" = in_doubt(0.2, 0.7, "about a third in one test of an 8 B model; the forward and half of the backward pass stay")))]
    pub adapter_effort: f64,
}

fn unchanged() -> ByYear {
    constant(1.0)
}

fn none() -> ByYear {
    constant(0.0)
}

fn third() -> f64 {
    0.35
}
