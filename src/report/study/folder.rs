//! The folder of `sweep` or `optimise`, read back.

mod parts;

use std::path::Path;

use serde_json::Value;

use super::matter::{self, Sensitivity};
use crate::describe::Fault;
use crate::metrics::figures::{Figure, Unit};
use crate::report::number::{Style, decimals};
use crate::report::source::{folder_name, json, text};
use crate::results::{self, DAMAGED, Values};
use parts::{columns, order};

/// The cells of an axis.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cells {
    /// NaN where a point leaves the scenario as it is.
    Numbers(Vec<f64>),
    /// Names in the order in which they appear, and which of them each row has.
    Names(Vec<String>, Vec<usize>),
}

/// What varies.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Input {
    /// Its column.
    pub(super) name: String,
    /// The end of its key, as long as it has to be to be told from the others.
    pub(super) short: String,
    pub(super) cells: Cells,
}

impl Input {
    /// The cell of a row as readers see it.
    pub(super) fn said(&self, row: usize) -> String {
        match &self.cells {
            Cells::Numbers(values) => brief(values[row]),
            Cells::Names(names, of_row) => names[of_row[row]].clone(),
        }
    }
}

/// A figure of the runs.
#[derive(Debug, Clone)]
pub(super) struct Output {
    pub(super) figure: Figure,
    /// In the unit of the summary; NaN where a run has none.
    pub(super) values: Vec<f64>,
    /// One for all rows.
    pub(super) style: Style,
}

impl Output {
    fn new(figure: Figure, values: Vec<f64>) -> Self {
        let known = || values.iter().filter(|value| value.is_finite());
        let largest = known().fold(0.0, |most: f64, value| most.max(value.abs()));
        let mut style = Style::of(&figure, largest);
        if figure.spec.unit == Unit::Instant {
            style.unit = "h";
        }
        // Runs that are close to each other still differ in what is shown.
        let low = known().copied().fold(f64::INFINITY, f64::min);
        let high = known().copied().fold(f64::NEG_INFINITY, f64::max);
        if high > low {
            let spread = style.scaled(high) - style.scaled(low);
            style.decimals = style.decimals.max(decimals(spread, 3));
        }
        Self {
            figure,
            values,
            style,
        }
    }

    /// Whether it tells runs apart.
    pub(super) fn varies(&self) -> bool {
        let mut known = self.values.iter().filter(|value| value.is_finite());
        let first = known.next();
        known.any(|value| Some(value) != first)
    }

    /// Number and unit.
    pub(super) fn whole(&self, value: f64) -> String {
        self.style.amount(value).whole()
    }

    /// The rows with the least and with the largest value; None where no run has any. The first of equal ones.
    pub(super) fn ends(&self) -> Option<(usize, usize)> {
        let known = || (0..self.values.len()).filter(|row| self.values[*row].is_finite());
        let low = known().reduce(|a, b| {
            if self.values[b] < self.values[a] {
                b
            } else {
                a
            }
        })?;
        let high = known().reduce(|a, b| {
            if self.values[b] > self.values[a] {
                b
            } else {
                a
            }
        })?;
        Some((low, high))
    }
}

/// What a search seeks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Aim {
    /// Place among the outputs.
    pub(super) output: usize,
    pub(super) maximise: bool,
}

/// What designs have to hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Limit {
    /// Place among the outputs.
    pub(super) output: usize,
    pub(super) at_least: Option<f64>,
    pub(super) at_most: Option<f64>,
}

/// A study with all its runs.
pub(super) struct Study {
    /// Of `optimise`, else of `sweep`.
    pub(super) searched: bool,
    pub(super) name: String,
    pub(super) question: String,
    pub(super) rows: usize,
    /// Number of each variation or design.
    pub(super) numbers: Vec<f64>,
    pub(super) inputs: Vec<Input>,
    /// Those that a run has, the most important first.
    pub(super) outputs: Vec<Output>,
    /// Why a run has no figures; empty where it has.
    pub(super) failed: Vec<String>,
    /// The study file, as text and as a table; empty where the folder has none.
    pub(super) text: String,
    pub(super) file: toml::Table,
    /// `sweep.json` or `optimise.json`.
    pub(super) info: Value,
    /// Of a search; the first is sought where it has only one.
    pub(super) aims: Vec<Aim>,
    pub(super) limits: Vec<Limit>,
    /// Rows of the front, by the first aim, and whether a row holds all limits: of a search.
    pub(super) front: Vec<usize>,
    pub(super) feasible: Vec<bool>,
    /// Rows whose scenarios lie in the folder.
    pub(super) printed: Vec<usize>,
    pub(super) sensitivity: Option<Sensitivity>,
}

impl Study {
    /// Reads a folder.
    pub(super) fn read(folder: &Path, searched: bool) -> Result<Self, Fault> {
        let stem = if searched { "optimise" } else { "sweep" };
        let Some(table) = results::table(folder, stem, |_| true)? else {
            let what = format!("this is no whole result: {stem}.csv is missing");
            return Err(Fault::new(what, DAMAGED).in_file(folder, None));
        };
        let told = folder.join(format!("{stem}.json"));
        let info = if told.is_file() {
            json(&told)?
        } else {
            Value::Null
        };
        let rows = info.get("variations").or(info.get("designs"));
        if let Some(rows) = rows.and_then(Value::as_u64)
            && rows != table.rows as u64
        {
            let what = format!("it has {} rows where the study has {rows}", table.rows);
            return Err(Fault::new(what, DAMAGED).in_file(&table.path, None));
        }
        let text = text(&folder.join("study.toml")).unwrap_or_default();
        let file: toml::Table = toml::from_str(&text).unwrap_or_default();
        let name = file.get("name").and_then(toml::Value::as_str);
        let name = name.map_or_else(|| folder_name(folder), str::to_owned);
        let question = info.get("question").and_then(Value::as_str);
        let question = question.map(str::to_owned);
        let (inputs, mut outputs) = columns(&table, &file)?;
        let (aims, limits) = order(&mut outputs, &file, searched, folder);
        let numbers = match table.columns.first() {
            Some(Values::Numbers(numbers)) => numbers.clone(),
            _ => (0..table.rows).map(|row| row as f64).collect(),
        };
        let is_one = |name: &str| match table.numbers(name).filter(|_| searched) {
            Some(cells) => cells.iter().map(|cell| *cell == 1.0).collect(),
            None => vec![false; table.rows],
        };
        let failed = match table.columns.last() {
            Some(Values::Words(words)) => words.clone(),
            _ => vec![String::new(); table.rows],
        };
        let on_front: Vec<bool> = is_one("front");
        let mut front: Vec<usize> = (0..table.rows).filter(|row| on_front[*row]).collect();
        if let Some(aim) = aims.first() {
            let of = |row: usize| outputs[aim.output].values[row];
            front.sort_by(|a, b| of(*a).total_cmp(&of(*b)));
            if aim.maximise {
                front.reverse();
            }
        }
        let written = |row: &usize| {
            let path = folder.join(format!("scenarios/{}.toml", numbers[*row]));
            path.is_file()
        };
        Ok(Self {
            searched,
            printed: front.iter().copied().filter(written).collect(),
            front,
            feasible: is_one("feasible"),
            rows: table.rows,
            sensitivity: if searched {
                None
            } else {
                matter::read(folder, &outputs)?
            },
            question: question
                .or_else(|| crate::scenario::text::question(&text))
                .unwrap_or(name.clone()),
            name,
            numbers,
            inputs,
            outputs,
            failed,
            text,
            file,
            info,
            aims,
            limits,
        })
    }

    /// The output that the page is about.
    pub(super) fn main(&self) -> Option<&Output> {
        self.outputs.first()
    }

    /// Rows that ended well.
    pub(super) fn ended(&self) -> usize {
        self.failed
            .iter()
            .filter(|reason| reason.is_empty())
            .count()
    }

    /// Whether all that varies is drawn from what is credible, so that quantiles say how sure an answer is.
    pub(super) fn is_drawn(&self) -> bool {
        let sample = self.file.get("sample").and_then(toml::Value::as_table);
        let spread = ["latin_hypercube", "sobol", "monte_carlo"];
        let spread =
            sample.is_some_and(|sample| spread.iter().any(|key| sample.contains_key(*key)));
        let vary = self.file.get("vary").and_then(toml::Value::as_array);
        let chance = |axis: &toml::Value| {
            let seeds = axis
                .get("over")
                .is_some_and(|over| over.get("seeds").is_some() || over.get("weighted").is_some());
            axis.get("drawn").is_some() || seeds
        };
        let by_method = self.sensitivity.is_some();
        spread && !self.searched && !by_method && vary.is_some_and(|axes| axes.iter().all(chance))
    }
}

/// Up to five digits, without zeros behind the point.
pub(super) fn brief(value: f64) -> String {
    let text = crate::report::number::written(value, decimals(value, 5));
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}
