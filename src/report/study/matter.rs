//! Which input matters: what `sensitivity.csv` says, else how the ranks of inputs and outputs go together.

use std::path::Path;

use super::folder::{Cells, Input, Output};
use crate::describe::Fault;
use crate::results::{self, DAMAGED, Table};
use crate::study::bands::statistics::{by_chance, rank_correlation, ranks};

/// Methods of `--sensitivity`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    OneAtATime,
    Morris,
    Sobol,
}

/// What an output owes to the inputs.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Owed {
    /// Place among the outputs.
    pub(super) output: usize,
    /// Name of each input, and its values in the order of [`Sensitivity::columns`].
    pub(super) rows: Vec<(String, Vec<f64>)>,
}

/// `sensitivity.csv`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sensitivity {
    pub(super) method: Method,
    /// Names of the values.
    pub(super) columns: Vec<String>,
    /// In the order of the outputs.
    pub(super) of: Vec<Owed>,
}

impl Sensitivity {
    /// A value by the name of its column; NaN where there is none.
    pub(super) fn value(&self, values: &[f64], name: &str) -> f64 {
        let at = self.columns.iter().position(|column| column == name);
        at.and_then(|at| values.get(at).copied())
            .unwrap_or(f64::NAN)
    }

    /// How much an input matters, in the measure of the method.
    pub(super) fn size(&self, values: &[f64]) -> f64 {
        match self.method {
            Method::Morris => self.value(values, "mu_star"),
            Method::Sobol => self.value(values, "total"),
            Method::OneAtATime => {
                let ends = ["middle", "low", "high"].map(|name| self.value(values, name));
                let known = || ends.iter().copied().filter(|end| end.is_finite());
                let low = known().fold(f64::INFINITY, f64::min);
                known().fold(f64::NEG_INFINITY, f64::max) - low
            }
        }
    }
}

/// Reads the file, if there is one that holds anything.
pub(super) fn read(folder: &Path, outputs: &[Output]) -> Result<Option<Sensitivity>, Fault> {
    let Some(table) = results::table(folder, "sensitivity", |_| true)? else {
        return Ok(None);
    };
    let fault = |what: &str| Fault::new(what, DAMAGED).in_file(&table.path, None);
    let has = |name: &str| table.column(name).is_some();
    let method = match () {
        () if has("swing") => Method::OneAtATime,
        () if has("mu_star") => Method::Morris,
        () if has("total") => Method::Sobol,
        () if table.rows == 0 => return Ok(None),
        () => return Err(fault("it has the columns of no method")),
    };
    let (Some(of_output), Some(of_axis)) = (texts(&table, "output"), texts(&table, "axis")) else {
        return Err(fault("the columns output and axis are missing"));
    };
    let columns: Vec<String> = table
        .names
        .iter()
        .filter(|name| !matches!(name.as_str(), "output" | "axis"))
        .cloned()
        .collect();
    let values = |row: usize| -> Vec<f64> {
        let of = |name: &String| table.numbers(name).map_or(f64::NAN, |cells| cells[row]);
        columns.iter().map(of).collect()
    };
    let mut sensitivity = Sensitivity {
        method,
        columns: columns.clone(),
        of: Vec::new(),
    };
    for (place, output) in outputs.iter().enumerate() {
        let name = output.figure.name();
        let rows = (0..table.rows).filter(|row| of_output[*row] == name);
        let mut rows: Vec<(String, Vec<f64>)> = rows
            .map(|row| (of_axis[row].clone(), values(row)))
            .collect();
        let size = |values: &[f64]| match sensitivity.size(values) {
            size if size.is_nan() => f64::NEG_INFINITY,
            size => size,
        };
        rows.sort_by(|a, b| size(&b.1).total_cmp(&size(&a.1)));
        if !rows.is_empty() {
            sensitivity.of.push(Owed {
                output: place,
                rows,
            });
        }
    }
    Ok((!sensitivity.of.is_empty()).then_some(sensitivity))
}

/// Cells of a column as texts.
fn texts(table: &Table, name: &str) -> Option<Vec<String>> {
    match table.column(name)? {
        results::Values::Words(words) => Some(words.clone()),
        results::Values::Numbers(numbers) => Some(numbers.iter().map(f64::to_string).collect()),
    }
}

/// How an input goes with an output over the runs of a sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Weight {
    /// Place among the inputs.
    pub(super) input: usize,
    /// Share of the variance of the output's ranks: ρ² of figures, ε² between the runs of each name.
    pub(super) share: f64,
    /// Of figures: their rank correlation.
    pub(super) correlation: Option<f64>,
    /// More than chance makes in one study of twenty.
    pub(super) sure: bool,
}

/// The inputs by how much they matter, the most first; those that do not vary, or vary in every run, are left out.
pub(super) fn weights(inputs: &[Input], output: &Output) -> Vec<Weight> {
    let rows = || (0..output.values.len()).filter(|row| output.values[*row].is_finite());
    let of = |(place, input): (usize, &Input)| -> Option<Weight> {
        match &input.cells {
            Cells::Numbers(values) => {
                let rows: Vec<usize> = rows().filter(|row| values[*row].is_finite()).collect();
                let a: Vec<f64> = rows.iter().map(|row| values[*row]).collect();
                let b: Vec<f64> = rows.iter().map(|row| output.values[*row]).collect();
                let correlation = rank_correlation(&a, &b)?;
                Some(Weight {
                    input: place,
                    share: correlation.powi(2),
                    correlation: Some(correlation),
                    sure: correlation.abs() > by_chance(rows.len(), inputs.len()),
                })
            }
            Cells::Names(names, of_row) => {
                let rows: Vec<usize> = rows().collect();
                let values: Vec<f64> = rows.iter().map(|row| output.values[*row]).collect();
                let groups: Vec<usize> = rows.iter().map(|row| of_row[*row]).collect();
                let share = between(&groups, names.len(), &values)?;
                Some(Weight {
                    input: place,
                    share,
                    correlation: None,
                    sure: share > by_chance(rows.len(), inputs.len()).powi(2),
                })
            }
        }
    };
    let mut weights: Vec<Weight> = inputs.iter().enumerate().filter_map(of).collect();
    weights.sort_by(|a, b| b.share.total_cmp(&a.share));
    weights
}

/// Share of the variance of ranks that lies between groups, less what as many groups have by chance (Kelley's ε², 1935); None where
/// there are no two groups, or fewer than two runs in each.
fn between(groups: &[usize], names: usize, values: &[f64]) -> Option<f64> {
    let ranks = ranks(values);
    let (mut sums, mut counts) = (vec![0.0; names], vec![0.0; names]);
    for (group, rank) in groups.iter().zip(&ranks) {
        sums[*group] += rank;
        counts[*group] += 1.0;
    }
    let count = values.len() as f64;
    let mean = f64::midpoint(count, 1.0);
    let all: f64 = ranks.iter().map(|rank| (rank - mean).powi(2)).sum();
    let used = counts.iter().filter(|count| **count > 0.0).count() as f64;
    if used < 2.0 || count < 2.0 * used || all <= 0.0 {
        return None;
    }
    let of_groups = sums.iter().zip(&counts).filter(|(_, count)| **count > 0.0);
    let explained: f64 = of_groups
        .map(|(sum, count)| count * (sum / count - mean).powi(2))
        .sum();
    let within = (all - explained) / (count - used);
    Some((1.0 - within * (count - 1.0) / all).clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::between;

    /// By hand: ranks 1 to 6 in groups {1, 2, 3} and {4, 5, 6}: all 17.5, between 13.5, within 4 with 4 degrees: ε² = 1 − 1 / 3.5.
    #[test]
    fn share_between_groups_by_hand() {
        let values = [10.0, 20.0, 30.0, 40.0, 50.0, 60.0];
        let share = between(&[0, 0, 0, 1, 1, 1], 2, &values).unwrap();
        assert!((share - (1.0 - 1.0 / 3.5)).abs() < 1e-12, "{share}");
        // Groups that alternate explain nothing.
        assert_eq!(between(&[0, 1, 0, 1, 0, 1], 2, &values), Some(0.0));
        assert_eq!(between(&[0, 1, 2, 3, 4, 5], 6, &values), None);
        assert_eq!(between(&[0, 0, 1, 1], 2, &[1.0; 4]), None);
    }
}
