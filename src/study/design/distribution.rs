//! What a figure that is not known may be: distributions by their quantile functions.
//!
//! ```text
//! uniform       Q(u) = low + u (high − low)
//! log-uniform   Q(u) = low (high/low)^u
//! triangular    Q(u) = low + √(u (high − low)(mode − low))                 u ≤ (mode − low)/(high − low)
//!                      high − √((1 − u)(high − low)(high − mode))          else
//! normal        Q(u) = mean + sd Φ⁻¹(Φ(a) + u (Φ(b) − Φ(a)))               a, b: the ends, in sd from the mean
//! log-normal    Q(u) = median exp(sigma Φ⁻¹(…))                            the same for the natural logarithm
//! discrete      the first value whose share with all below it exceeds u
//! empirical     the same with equal shares
//! ```
//!
//! Source: Johnson, Kotz & Balakrishnan, *Continuous Univariate Distributions*, 2nd ed. (1994, 1995). With an end given, a normal
//! or log-normal is the distribution conditional on lying within, not one with a heap of values at its end. `u` in [0, 1]: at 0
//! and 1 are the ends; where there is none, the quantile stops at 8.2 standard deviations.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{choice, normal};
use crate::describe::{Fault, FilePath};

/// A truncated normal keeps at least this share of the whole one: less is a mistake in its ends.
const LEAST_SHARE: f64 = 1e-6;

/// What an uncertain figure may be, and how likely.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Distribution {
    /// Equally likely anywhere between two ends.
    Uniform(Uniform),
    /// Its logarithm is equally likely anywhere: for figures known to within a factor.
    LogUniform(LogUniform),
    /// Two ends and the most likely value.
    Triangular(Triangular),
    /// Normal, cut off where ends are given.
    Normal(Normal),
    /// Its natural logarithm is normal; cut off where ends are given.
    LogNormal(LogNormal),
    /// A few values, with shares.
    Discrete(Discrete),
    /// Values as they were observed, equally likely.
    Empirical(Empirical),
}

/// Equally likely anywhere between two ends.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Uniform {
    /// Least value.
    pub low: f64,
    /// Largest value.
    pub high: f64,
}

/// Equally likely at any order of magnitude between two ends.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LogUniform {
    /// Least value, above 0.
    pub low: f64,
    /// Largest value.
    pub high: f64,
}

/// Two ends and the most likely value; the density is straight between.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Triangular {
    /// Least value.
    pub low: f64,
    /// Most likely value; may be one of the ends.
    pub mode: f64,
    /// Largest value.
    pub high: f64,
}

/// A normal distribution.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Normal {
    /// Mean, before any end cuts it off.
    pub mean: f64,
    /// Standard deviation, above 0; before any end cuts it off.
    pub sd: f64,
    /// Least value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// Largest value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
}

/// A log-normal distribution.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LogNormal {
    /// Median, above 0; before any end cuts it off.
    pub median: f64,
    /// Standard deviation of the natural logarithm, above 0: 0.1 is about 10 %.
    pub sigma: f64,
    /// Least value, above 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// Largest value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
}

/// A few values, with shares.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Discrete {
    /// The values, ascending.
    pub values: Vec<f64>,
    /// How likely each is, in any unit: they are divided by their sum.
    pub weights: Vec<f64>,
}

/// Values as they were observed, equally likely.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Empirical {
    /// The values, in any order.
    #[serde(
        default,
        deserialize_with = "sorted",
        skip_serializing_if = "Vec::is_empty"
    )]
    values: Vec<f64>,
    /// Or a CSV file that holds them, relative to the study.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<FilePath>,
    /// The column of that file, where it has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
}

fn sorted<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<f64>, D::Error> {
    Vec::deserialize(from).map(|values| Empirical::new(values).values)
}

impl Empirical {
    /// Observed values, in any order.
    pub fn new(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        Self {
            values,
            file: None,
            column: None,
        }
    }
}

impl Distribution {
    /// Refuses what is no distribution. The place of the fault is the key below this one: `normal.sd`.
    pub(crate) fn check(&self) -> Result<(), Fault> {
        let (name, found) = match self {
            Self::Uniform(it) => ("uniform", it.check()),
            Self::LogUniform(it) => ("log_uniform", it.check()),
            Self::Triangular(it) => ("triangular", it.check()),
            Self::Normal(it) => ("normal", it.check()),
            Self::LogNormal(it) => ("log_normal", it.check()),
            Self::Discrete(it) => ("discrete", it.check()),
            Self::Empirical(it) => ("empirical", it.check()),
        };
        found.map_err(|fault| fault.within(name))
    }

    /// The quantile Q(u), `u` in [0, 1]: it never falls as `u` rises.
    pub(crate) fn at(&self, u: f64) -> f64 {
        match self {
            Self::Uniform(Uniform { low, high }) => between(*low, *high, u),
            Self::LogUniform(LogUniform { low, high }) => {
                between(low.ln(), high.ln(), u).exp().clamp(*low, *high)
            }
            Self::Triangular(it) => it.at(u),
            Self::Normal(it) => it.at(u),
            Self::LogNormal(it) => {
                let value = it.of_logarithm().at(u).exp();
                let (low, high) = (it.low.unwrap_or(0.0), it.high.unwrap_or(f64::MAX));
                value.clamp(low, high)
            }
            Self::Discrete(it) => it.at(u),
            Self::Empirical(Empirical { values, .. }) => values[choice(u, values.len())],
        }
    }

    /// Whether the two ends are what is known, rather than a shape between tails.
    pub(crate) fn is_range(&self) -> bool {
        matches!(self, Self::Uniform(_) | Self::LogUniform(_))
    }
}

fn between(low: f64, high: f64, u: f64) -> f64 {
    if u < 0.5 {
        low + u * (high - low)
    } else {
        high - (1.0 - u) * (high - low)
    }
}

/// A figure that can be calculated with.
fn finite(key: &str, value: f64) -> Result<(), Fault> {
    // Differences and products of two such figures stay finite.
    if value.abs() < 1e150 {
        return Ok(());
    }
    Err(Fault::new(format!("{value} is no figure"), "give a finite number").at(key))
}

fn positive(key: &str, value: f64) -> Result<(), Fault> {
    finite(key, value)?;
    if value > 0.0 {
        return Ok(());
    }
    Err(Fault::new(format!("{value} is not above 0"), "give a number above 0").at(key))
}

/// Two ends with room between.
fn ends(low: f64, high: f64) -> Result<(), Fault> {
    finite("low", low)?;
    finite("high", high)?;
    if low < high {
        return Ok(());
    }
    let (what, cure) = if low == high {
        (
            format!("the range is empty: both of its ends are {low}"),
            "give a larger high, or set the figure with values = [...] if it is known".to_owned(),
        )
    } else {
        (
            format!("the range is empty: its low, {low}, is above its high, {high}"),
            format!("low = {high}, high = {low}"),
        )
    };
    Err(Fault::new(what, cure).at("high"))
}

impl Uniform {
    fn check(self) -> Result<(), Fault> {
        ends(self.low, self.high)
    }
}

impl LogUniform {
    fn check(self) -> Result<(), Fault> {
        positive("low", self.low)?;
        ends(self.low, self.high)
    }
}

impl Triangular {
    fn check(self) -> Result<(), Fault> {
        ends(self.low, self.high)?;
        finite("mode", self.mode)?;
        let Self { low, mode, high } = self;
        if (low..=high).contains(&mode) {
            return Ok(());
        }
        let what = format!("the most likely value, {mode}, lies outside {low} to {high}");
        Err(Fault::new(what, format!("give a mode from {low} to {high}")).at("mode"))
    }

    fn at(self, u: f64) -> f64 {
        let Self { low, mode, high } = self;
        let width = high - low;
        if u * width <= mode - low {
            (low + (u * width * (mode - low)).sqrt()).min(mode)
        } else {
            (high - ((1.0 - u) * width * (high - mode)).sqrt()).max(mode)
        }
    }
}

impl Normal {
    fn check(self) -> Result<(), Fault> {
        finite("mean", self.mean)?;
        positive("sd", self.sd)?;
        let (low, high) = (self.low.unwrap_or(-1e149), self.high.unwrap_or(1e149));
        ends(low, high)?;
        let share = self.shares().map_or(1.0, |(from, to)| to - from);
        if share >= LEAST_SHARE {
            return Ok(());
        }
        let key = if self.low.is_some_and(|low| low > self.mean) {
            "low"
        } else {
            "high"
        };
        Err(Fault::new(
            format!("less than a millionth of the distribution lies within its ends ({share:.1e})"),
            "move the ends towards the mean (or the median), widen the distribution, or use uniform = { low, high }",
        )
        .at(key))
    }

    /// Shares below the two ends. They are counted from the nearer tail, as 1 − Φ has no digits there.
    fn shares(self) -> Option<(f64, f64)> {
        let Self {
            mean,
            sd,
            low,
            high,
        } = self;
        if low.is_none() && high.is_none() {
            return None;
        }
        let from = low.map_or(0.0, |low| normal::below((low - mean) / sd));
        let to = high.map_or(1.0, |high| normal::below((high - mean) / sd));
        Some((from, to))
    }

    fn at(self, u: f64) -> f64 {
        let Self {
            mean,
            sd,
            low,
            high,
        } = self;
        if low.is_some_and(|low| low > mean) {
            // Upside down, the ends lie in the lower tail.
            let upside_down = Self {
                mean: -mean,
                sd,
                low: high.map(|high| -high),
                high: low.map(|low| -low),
            };
            return -upside_down.at(1.0 - u);
        }
        let u = self.shares().map_or(u, |(from, to)| from + u * (to - from));
        let value = mean + sd * normal::quantile(u);
        let (least, most) = (low.unwrap_or(f64::MIN), high.unwrap_or(f64::MAX));
        value.clamp(least, most)
    }
}

impl LogNormal {
    fn check(self) -> Result<(), Fault> {
        positive("median", self.median)?;
        positive("sigma", self.sigma)?;
        if self.sigma > 10.0 {
            let what = format!("a sigma of {} is a factor of e^{0} either way", self.sigma);
            let cure = "give the standard deviation of the natural logarithm: 0.1 for about 10 %";
            return Err(Fault::new(what, cure).at("sigma"));
        }
        for (key, end) in [("low", self.low), ("high", self.high)] {
            end.map_or(Ok(()), |end| positive(key, end))?;
        }
        if let (Some(low), Some(high)) = (self.low, self.high) {
            ends(low, high)?;
        }
        self.of_logarithm().check()
    }

    fn of_logarithm(self) -> Normal {
        Normal {
            mean: self.median.ln(),
            sd: self.sigma,
            low: self.low.map(f64::ln),
            high: self.high.map(f64::ln),
        }
    }
}

fn not_empty(values: &[f64]) -> Result<(), Fault> {
    if values.is_empty() {
        return Err(Fault::new("there are no values", "give at least one").at("values"));
    }
    values.iter().try_for_each(|value| finite("values", *value))
}

impl Discrete {
    fn check(&self) -> Result<(), Fault> {
        not_empty(&self.values)?;
        let falls = |pair: &&[f64]| pair[0] >= pair[1];
        if let Some([before, after]) = self.values.windows(2).find(falls) {
            let what = format!("{before} stands before {after}");
            let cure =
                "give the values in ascending order, each once, and the weights in the same order";
            return Err(Fault::new(what, cure).at("values"));
        }
        if self.weights.len() != self.values.len() {
            let what = format!(
                "{} weights for {} values",
                self.weights.len(),
                self.values.len()
            );
            return Err(Fault::new(what, "give a weight for each value").at("weights"));
        }
        self.weights
            .iter()
            .try_for_each(|weight| positive("weights", *weight))
    }

    fn at(&self, u: f64) -> f64 {
        let sum: f64 = self.weights.iter().sum();
        let mut left = u * sum;
        for (value, weight) in self.values.iter().zip(&self.weights) {
            if left < *weight {
                return *value;
            }
            left -= weight;
        }
        *self.values.last().expect("checked: not empty")
    }
}

impl Empirical {
    fn check(&self) -> Result<(), Fault> {
        not_empty(&self.values)
    }
}

#[cfg(test)]
mod tests;
