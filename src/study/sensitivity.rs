//! Which inputs matter: one at a time, elementary effects, variance shares.
//!
//! ```text
//! method ─ plan(seed, axes) ─▶ points of the unit cube by index ─ runs ─▶ outputs ─ analyse ─▶ a table, one row per axis
//! one at a time   2k + 1 runs       what each input changes alone, from the middle of all others
//! Morris          r (k + 1) runs    the same from many places: screens out what matters nowhere
//! Sobol           n (k + 2) runs    shares of the output's variance: alone, and with all interactions
//! ```
//!
//! k axes, independent of each other: none of these methods says what correlated inputs do. An output is missing where its run
//! failed; what needs it is left out, and the note says how much.

pub mod morris;
pub mod one_at_a_time;
pub mod variance;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::describe::Fault;
use morris::Morris;
use one_at_a_time::OneAtATime;
use variance::Variance;

/// How sensitivity is measured.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Each input at two values, all others in their middle: 2k + 1 runs for k inputs.
    OneAtATime(one_at_a_time::Settings),
    /// Elementary effects along random paths: (k + 1) runs a path.
    Morris(morris::Settings),
    /// First-order and total shares of the variance: (k + 2) runs a point.
    Sobol(variance::Settings),
}

/// An input of which sensitivity is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Axis {
    /// Its name.
    pub(crate) name: String,
    /// Whether its two ends are what is known of it, as of a uniform distribution or a list; else they are tails, and quantiles
    /// within are taken for its ends.
    pub(crate) range: bool,
}

/// The runs of a method, and what it makes of their outputs.
#[derive(Debug, Clone)]
pub(crate) enum Plan {
    /// One at a time.
    OneAtATime(OneAtATime),
    /// Elementary effects.
    Morris(Morris),
    /// Variance shares.
    Sobol(Variance),
}

/// What one output owes to each input.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Analysis {
    /// Names of the columns behind that of the axis.
    pub(crate) columns: &'static [&'static str],
    /// One row per axis, those that matter most first.
    pub(crate) rows: Vec<Row>,
    /// What was left out because runs failed.
    pub(crate) note: Option<String>,
}

/// What one output owes to one input.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    /// Name of the axis.
    pub(crate) axis: String,
    /// One value for each column; None where too few runs ended.
    pub(crate) values: Vec<Option<f64>>,
}

impl Default for Method {
    fn default() -> Self {
        Self::OneAtATime(one_at_a_time::Settings::default())
    }
}

impl Method {
    /// The method of a name, with its usual settings.
    pub fn named(name: &str) -> Option<Self> {
        let all = [
            Self::default(),
            Self::Morris(morris::Settings::default()),
            Self::Sobol(variance::Settings::default()),
        ];
        all.into_iter().find(|method| method.name() == name)
    }

    /// The key of this method in a study: `morris`.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::OneAtATime(_) => "one_at_a_time",
            Self::Morris(_) => "morris",
            Self::Sobol(_) => "sobol",
        }
    }

    /// The runs of this method for these axes. The place of a fault is the key below the study: `sensitivity.morris.levels`.
    pub(crate) fn plan(&self, seed: u64, axes: &[Axis]) -> Result<Plan, Fault> {
        let within = |fault: Fault| fault.within(self.name()).within("sensitivity");
        if axes.is_empty() {
            let cure = "give a [[vary]] with a range or a distribution";
            return Err(within(Fault::new("no input varies", cure)));
        }
        let plan = match self {
            Self::OneAtATime(settings) => settings
                .check()
                .map(|()| Plan::OneAtATime(OneAtATime::new(*settings, axes))),
            Self::Morris(settings) => settings
                .check()
                .map(|()| Plan::Morris(Morris::new(*settings, seed, axes))),
            Self::Sobol(settings) => Variance::new(*settings, seed, axes).map(Plan::Sobol),
        };
        plan.map_err(within)
    }
}

impl Plan {
    /// Number of runs.
    pub(crate) fn points(&self) -> u64 {
        match self {
            Self::OneAtATime(it) => it.points(),
            Self::Morris(it) => it.points(),
            Self::Sobol(it) => it.points(),
        }
    }

    /// Puts a point, `0..points`, into `into`: a value in [0, 1] for each axis, both ends included.
    pub(crate) fn point(&self, index: u64, into: &mut [f64]) {
        match self {
            Self::OneAtATime(it) => it.point(index, into),
            Self::Morris(it) => it.point(index, into),
            Self::Sobol(it) => it.point(index, into),
        }
    }

    /// What the axes do to one output, of which there is one value per point; None where the run failed.
    pub(crate) fn analyse(&self, outputs: &[Option<f64>]) -> Analysis {
        match self {
            Self::OneAtATime(it) => it.analyse(outputs),
            Self::Morris(it) => it.analyse(outputs),
            Self::Sobol(it) => it.analyse(outputs),
        }
    }
}

/// Rows in descending order of what `by` finds in them, those without a value last; of equal ones in the order of the axes.
fn ordered(mut rows: Vec<Row>, by: impl Fn(&Row) -> Option<f64>) -> Vec<Row> {
    let rank = |row: &Row| by(row).unwrap_or(f64::NEG_INFINITY);
    rows.sort_by(|a, b| rank(b).total_cmp(&rank(a)));
    rows
}

/// `12 of 256 points left out because a run failed`, or the like for "points".
fn left_out(missing: u64, of: u64, what: &str) -> Option<String> {
    (missing > 0).then(|| format!("{missing} of {of} {what} left out because a run failed"))
}

#[cfg(test)]
mod functions;
#[cfg(test)]
mod tests;
