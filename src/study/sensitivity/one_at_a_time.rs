//! One input at a time, from the middle of all others: a tornado chart.
//!
//! ```text
//! y(½, …, ½);    y(½, …, low_i, …, ½) and y(½, …, high_i, …, ½) for each axis i
//! swing_i = y at high_i − y at low_i
//! ```
//!
//! In quantiles: an axis whose range is all that is known goes to its ends, one with tails to the quantiles of the settings.
//! Valid where effects add up. Where they depend on each other, only what happens around the middle is seen.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Analysis, Axis, Row, left_out, ordered};
use crate::describe::Fault;

/// Settings of one at a time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Lower quantile of inputs with tails; plain ranges go to their ends.
    #[schemars(range(min = 0.001, max = 0.499))]
    pub low: f64,
    /// Upper quantile of inputs with tails.
    #[schemars(range(min = 0.501, max = 0.999))]
    pub high: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            low: 0.1,
            high: 0.9,
        }
    }
}

impl Settings {
    pub(super) fn check(self) -> Result<(), Fault> {
        for (key, value, range) in [
            ("low", self.low, 0.001..=0.499),
            ("high", self.high, 0.501..=0.999),
        ] {
            if !range.contains(&value) {
                let what = format!("{value} is no {key} quantile");
                let cure = format!("give a number from {} to {}", range.start(), range.end());
                return Err(Fault::new(what, cure).at(key));
            }
        }
        Ok(())
    }
}

/// The runs of one at a time: the middle, then each axis low and high.
#[derive(Debug, Clone)]
pub(crate) struct OneAtATime {
    names: Vec<String>,
    /// Low and high quantile of each axis.
    ends: Vec<[f64; 2]>,
}

impl OneAtATime {
    /// The runs for these axes.
    pub(crate) fn new(settings: Settings, axes: &[Axis]) -> Self {
        let ends = |axis: &Axis| {
            if axis.range {
                [0.0, 1.0]
            } else {
                [settings.low, settings.high]
            }
        };
        Self {
            names: axes.iter().map(|axis| axis.name.clone()).collect(),
            ends: axes.iter().map(ends).collect(),
        }
    }

    /// Number of runs.
    pub(crate) fn points(&self) -> u64 {
        2 * self.ends.len() as u64 + 1
    }

    /// Puts a point into `into`.
    pub(crate) fn point(&self, index: u64, into: &mut [f64]) {
        into.fill(0.5);
        if let Some(moved) = (index as usize).checked_sub(1) {
            into[moved / 2] = self.ends[moved / 2][moved % 2];
        }
    }

    /// Outputs and swings, the largest first.
    pub(crate) fn analyse(&self, outputs: &[Option<f64>]) -> Analysis {
        let row = |(axis, name): (usize, &String)| {
            let (low, high) = (outputs[1 + 2 * axis], outputs[2 + 2 * axis]);
            let swing = low.zip(high).map(|(low, high)| high - low);
            Row {
                axis: name.clone(),
                values: vec![outputs[0], low, high, swing],
            }
        };
        let rows = self.names.iter().enumerate().map(row).collect();
        let failed = outputs.iter().filter(|output| output.is_none()).count();
        Analysis {
            columns: &["middle", "low", "high", "swing"],
            rows: ordered(rows, |row| row.values[3].map(f64::abs)),
            note: left_out(failed as u64, self.points(), "values"),
        }
    }
}
