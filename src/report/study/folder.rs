//! The folder of `sweep` or `optimise`, read back.

use std::path::Path;

use serde_json::Value;

use super::matter::{self, Sensitivity};
use crate::describe::Fault;
use crate::metrics::Summary;
use crate::metrics::figures::{Figure, Unit};
use crate::report::number::{Style, decimals};
use crate::report::source::{folder_name, json, text};
use crate::results::{self, DAMAGED, Table, Values};

/// Figures that come first where a study names none.
const FIRST: [&str; 14] = [
    "energy_mwh.facility",
    "cost_usd.total",
    "ratios.pue",
    "peak_kw.facility",
    "water_m3.makeup",
    "carbon_t.operational",
    "work.kwh_per_gpu_hour",
    "thermal.max_chip_c",
    "thermal.hours_above_limit",
    "work.gpu_hours",
    "jobs.wait_s_mean",
    "energy_mwh.it",
    "energy_mwh.chillers",
    "thermal.max_inlet_c",
];

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
        let info = match told.is_file() {
            true => json(&told)?,
            false => Value::Null,
        };
        let text = text(&folder.join("study.toml")).unwrap_or_default();
        let file: toml::Table = toml::from_str(&text).unwrap_or_default();
        let name = file.get("name").and_then(toml::Value::as_str);
        let name = name.map_or_else(|| folder_name(folder), str::to_owned);
        let question = info.get("question").and_then(Value::as_str);
        let question = question.map(str::to_owned);
        let (inputs, mut outputs) = columns(&table, &file)?;
        let named = sought(&file, &outputs);
        let (aims, limits) = if searched && named.0.is_empty() {
            // Folders of older versions do not say what was sought: figures stand in the table with the aims first.
            let several = folder.join("scenarios").is_dir();
            let aims = 0..outputs.len().min(1 + usize::from(several));
            let aims = aims.map(|output| (outputs[output].figure.name(), false));
            (aims.collect(), Vec::new())
        } else {
            named
        };
        // What a study names first it asks for; of the others those come first that most readers ask for.
        let named = file.contains_key("outputs") || searched;
        let asked = outputs.first().map(|output| output.figure.name());
        let asked = asked.filter(|_| named);
        let rank = |output: &Output| {
            let name = output.figure.name();
            let at = |place: Option<usize>, none: usize| place.unwrap_or(none);
            let aim = aims.iter().position(|(aim, _)| *aim == name);
            let limit = limits.iter().position(|(limit, _, _)| *limit == name);
            let first = FIRST.iter().position(|first| *first == name);
            let first = at(first, FIRST.len());
            (
                at(aim, aims.len()),
                at(limit, limits.len()),
                asked.as_ref() != Some(&name),
                if named { first / FIRST.len() } else { first },
            )
        };
        outputs.sort_by_key(rank);
        let place = |name: &str| {
            let mut all = outputs.iter();
            all.position(|output| output.figure.name() == name)
        };
        let aims: Vec<Aim> = aims
            .iter()
            .filter_map(|(name, maximise)| {
                Some(Aim {
                    output: place(name)?,
                    maximise: *maximise,
                })
            })
            .collect();
        let limits = limits
            .iter()
            .filter_map(|(name, at_least, at_most)| {
                Some(Limit {
                    output: place(name)?,
                    at_least: *at_least,
                    at_most: *at_most,
                })
            })
            .collect();
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
            sensitivity: match searched {
                true => None,
                false => matter::read(folder, &outputs)?,
            },
            question: question.or_else(|| comment(&text)).unwrap_or(name.clone()),
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

/// Splits the columns into what varies and figures: behind the number of the run stand the axes, then figures to the end.
fn columns(table: &Table, file: &toml::Table) -> Result<(Vec<Input>, Vec<Output>), Fault> {
    let damaged = |what: &str| Fault::new(what, DAMAGED).in_file(&table.path, None);
    let names = &table.names;
    if !matches!(
        names.first().map(String::as_str),
        Some("variation" | "design")
    ) || names.last().map(String::as_str) != Some("failed")
        || names.len() < 2
    {
        return Err(damaged(
            "it does not begin with the run and end with failed",
        ));
    }
    let known = Summary::default().table();
    let figure = |name: &str| {
        let mut all = known.iter();
        all.find(|(figure, _)| figure.name() == name)
            .map(|(figure, _)| *figure)
    };
    let end = match names[0].as_str() {
        "design" => names.iter().rposition(|name| name == "violation"),
        _ => Some(names.len() - 1),
    };
    let end = end.ok_or_else(|| damaged("there is no column violation"))?;
    let wanted = file.get("outputs").and_then(toml::Value::as_array);
    let wanted = wanted
        .filter(|_| names[0] == "variation")
        .map_or(usize::MAX, Vec::len);
    let mut from = end;
    // An axis may have the name of a figure, but not twice.
    while from > 1
        && end - from < wanted
        && figure(&names[from - 1]).is_some()
        && !names[from..end].contains(&names[from - 1])
    {
        from -= 1;
    }
    let all: Vec<&str> = names[1..from].iter().map(String::as_str).collect();
    let inputs = (1..from).map(|at| Input {
        name: names[at].clone(),
        short: short(&names[at], &all),
        cells: match &table.columns[at] {
            Values::Numbers(numbers) => Cells::Numbers(numbers.clone()),
            Values::Words(words) => named(words),
        },
    });
    let outputs = (from..end).filter_map(|at| match (figure(&names[at]), &table.columns[at]) {
        (Some(figure), Values::Numbers(values)) => Some(Output::new(figure, values.clone())),
        _ => None,
    });
    let outputs = outputs.filter(|output| output.values.iter().any(|value| value.is_finite()));
    Ok((inputs.collect(), outputs.collect()))
}

/// Names in the order in which they appear.
fn named(words: &[String]) -> Cells {
    let mut places = std::collections::HashMap::new();
    let mut names = Vec::new();
    let of_row = words.iter().map(|word| {
        *places.entry(word.as_str()).or_insert_with(|| {
            names.push(word.clone());
            names.len() - 1
        })
    });
    let of_row = of_row.collect();
    Cells::Names(names, of_row)
}

/// The last parts of a dotted key that no other ends in.
fn short(name: &str, all: &[&str]) -> String {
    let mut from = name.len();
    while let Some(dot) = name[..from].rfind('.') {
        let end = &name[dot + 1..];
        let same = |other: &&&str| **other == end || other.ends_with(&name[dot..]);
        // A number alone, as of a hall, says nothing.
        let says = end.chars().any(char::is_alphabetic);
        if says && all.iter().filter(same).count() == 1 {
            return end.to_owned();
        }
        from = dot;
    }
    name.to_owned()
}

/// Names of what is sought, and limits, as the study file has them.
type Sought = (Vec<(String, bool)>, Vec<(String, Option<f64>, Option<f64>)>);

fn sought(file: &toml::Table, outputs: &[Output]) -> Sought {
    let known = |name: &str| outputs.iter().any(|output| output.figure.name() == name);
    let of = |key: &str| file.get("optimise").and_then(|table| table.get(key));
    let number = |value: &toml::Value| {
        value
            .as_float()
            .or(value.as_integer().map(|value| value as f64))
    };
    let aims = of("aims").and_then(toml::Value::as_array);
    let aims = aims.into_iter().flatten().filter_map(|aim| {
        let figure = aim.get("figure").unwrap_or(aim).as_str()?;
        let maximise = aim.get("maximise").and_then(toml::Value::as_bool);
        Some((figure.to_owned(), maximise.unwrap_or(false)))
    });
    let limits = of("limits").and_then(toml::Value::as_table);
    let limits = limits.into_iter().flatten().map(|(name, limit)| {
        let end = |key: &str| limit.get(key).and_then(number);
        let most = number(limit).or_else(|| end("at_most"));
        (name.clone(), end("at_least"), most)
    });
    (
        aims.filter(|(name, _)| known(name)).collect(),
        limits.filter(|(name, _, _)| known(name)).collect(),
    )
}

/// The first paragraph of the comment on top.
fn comment(text: &str) -> Option<String> {
    let lines = text.trim_start_matches('\u{feff}').lines();
    let lines = lines.skip_while(|line| line.trim().is_empty());
    let words = lines
        .map_while(|line| line.trim().strip_prefix('#').map(str::trim))
        .skip_while(|line| line.is_empty())
        .take_while(|line| !line.is_empty());
    let all = words.collect::<Vec<_>>().join(" ");
    (!all.is_empty()).then_some(all)
}

/// Up to five digits, without zeros behind the point.
pub(super) fn brief(value: f64) -> String {
    let text = crate::report::number::written(value, decimals(value, 5));
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}
