//! Machines: generations of AI hardware, what they do, and the IT beside them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ByYear, constant, in_doubt};

/// `[[generation]]`: a generation of AI hardware.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Generation {
    /// Its name here.
    pub name: String,
    /// A server of the catalogue that gives what is not given here: chips, rated power, FLOP/s, memory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// Chips shipped a year. The first year given is the first one shipped.
    #[schemars(extend("unit" = "chips a year"))]
    pub shipments: ByYear,
    /// Rated power of the server for each of its chips, kW.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.01, max = 100.0), extend("unit" = "kW"))]
    pub rated_kw: Option<f64>,
    /// Peak dense arithmetic of a chip at 16 bits, TFLOP/s.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.1, max = 1e7), extend("unit" = "TFLOP/s"))]
    pub tflops: Option<f64>,
    /// The same at 8 bits; where a chip has none, that at 16 bits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.1, max = 1e7), extend("unit" = "TFLOP/s"))]
    pub tflops_8bit: Option<f64>,
    /// Memory of a chip, GB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1.0, max = 1e5), extend("unit" = "GB"))]
    pub memory_gb: Option<f64>,
    /// Power of an idle server over its rated power.
    #[serde(default = "idle")]
    #[schemars(range(min = 0.0, max = 1.0))]
    #[schemars(extend("doubt" = in_doubt(0.15, 0.3, "LBNL takes 0.2, and 0.3 in its case of high inference; weights held in memory draw more than an empty chip")))]
    pub idle_share: f64,
    /// Power of a busy server over its rated power.
    #[serde(default = "peak")]
    #[schemars(range(min = 0.05, max = 1.2))]
    #[schemars(extend("doubt" = in_doubt(0.65, 0.85, "8 × H100 under heavy training peaks at 76 % of its rating")))]
    pub peak_share: f64,
    /// Years from the sale to service.
    #[serde(default = "to_service")]
    #[schemars(range(min = 0.0, max = 3.0), extend("unit" = "years"))]
    #[schemars(extend("doubt" = in_doubt(0.0, 0.75, "a quarter from sale to racks that work is usual; halls that are not ready take longer")))]
    pub to_service_years: f64,
    /// How long machines stay in service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub survival: Option<Survival>,
}

fn idle() -> f64 {
    0.2
}

fn peak() -> f64 {
    0.76
}

fn to_service() -> f64 {
    0.25
}

/// The share of machines still in service at an age.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Survival {
    /// exp(−(age/scale)^shape), by its mean life.
    Weibull(Weibull),
    /// All of them until this age.
    Fixed(Fixed),
    /// Shares at the ages of 0, 1, 2 … years; straight lines between, nothing after the last.
    Table(SurvivalTable),
}

/// A Weibull distribution of lives.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Weibull {
    /// Mean life.
    #[schemars(range(min = 0.5, max = 50.0), extend("unit" = "years"))]
    pub mean_years: f64,
    /// How sharply lives end at their mean; 1 is a constant rate.
    #[serde(default = "shape")]
    #[schemars(range(min = 0.5, max = 50.0))]
    pub shape: f64,
}

fn shape() -> f64 {
    5.0
}

/// One life for all.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fixed {
    /// Life.
    #[schemars(range(min = 0.5, max = 50.0), extend("unit" = "years"))]
    pub years: f64,
}

/// Shares by age.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SurvivalTable {
    /// At 0, 1, 2 … years; never rising.
    #[schemars(inner(range(min = 0.0, max = 1.0)))]
    pub share: Vec<f64>,
}

impl Default for Survival {
    fn default() -> Self {
        Self::Weibull(Weibull {
            mean_years: 5.0,
            shape: shape(),
        })
    }
}

/// `[[use]]`: what a share of the AI machines does.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Use {
    /// Its name.
    pub name: String,
    /// Share of the machines in service; the last use without one takes the rest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<ByYear>,
    /// Share of the time that a machine works, the rest being idle: of the supply closure.
    pub busy: ByYear,
    /// Highest share of the time that a machine can work: what is asked beyond waits. Of the work closure.
    #[serde(default = "most_busy")]
    #[schemars(range(min = 0.01, max = 1.0))]
    #[schemars(extend("doubt" = in_doubt(0.5, 0.95, "queues grow without end near 1; services keep a reserve for their peak hour")))]
    pub most_busy: f64,
    /// Whether its jobs queue for their machines: what `job_wait_min` is of.
    #[serde(default)]
    pub queues: bool,
    /// How far the busy share swings over the day, as a share of its mean; less where it would go beyond all of the time.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub swing: f64,
    /// Hour of the region's day at which it is busiest.
    #[serde(default = "evening")]
    #[schemars(range(min = 0.0, max = 24.0), extend("unit" = "h"))]
    pub peak_hour: f64,
    /// Busy share of Saturdays and Sundays over that of the week's mean.
    #[serde(default = "level")]
    #[schemars(range(min = 0.0, max = 1.5))]
    pub weekend: f64,
    /// Share of its busy power that may be put off when the grid asks.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub flexible: f64,
}

fn most_busy() -> f64 {
    0.85
}

fn evening() -> f64 {
    20.0
}

fn level() -> f64 {
    1.0
}

/// `[conventional]`: IT that is no AI. One of `it_twh` and `it_gw`.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Conventional {
    /// Energy of servers, storage and networks at their inlets, `TWh` a year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "TWh"))]
    pub it_twh: Option<ByYear>,
    /// Metered energy of whole facilities, `TWh` a year, of which the sites' own overhead is taken off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("unit" = "TWh"))]
    pub facility_twh: Option<ByYear>,
    /// Mean power over the power that halls were built for.
    #[serde(default = "of_design")]
    #[schemars(extend("doubt" = in_doubt(0.35, 0.7, "LBNL and IEA use 48 to 50 % of connection capacity; billing demand is used to 90 %")))]
    pub of_design: ByYear,
    /// How far it swings over the day.
    #[serde(default = "mild")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub swing: f64,
    /// Hour of the region's day at which it is highest.
    #[serde(default = "afternoon")]
    #[schemars(range(min = 0.0, max = 24.0), extend("unit" = "h"))]
    pub peak_hour: f64,
    /// Mean of Saturdays and Sundays over that of the week.
    #[serde(default = "level")]
    #[schemars(range(min = 0.0, max = 1.5))]
    pub weekend: f64,
}

fn of_design() -> ByYear {
    constant(0.5)
}

fn mild() -> f64 {
    0.05
}

fn afternoon() -> f64 {
    15.0
}

/// `[crypto]`: mining, at the meter of its sites.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Crypto {
    /// Mean power at the meter, GW.
    #[schemars(extend("unit" = "GW"))]
    pub gw: ByYear,
    /// Share of it that stops when the grid asks.
    #[serde(default = "level")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub flexible: f64,
}
