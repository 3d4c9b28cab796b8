//! The folder of one run.

use std::path::{Path, PathBuf};

use jiff::civil::{Date, DateTime};
use serde_json::Value;

use super::{Bands, Series, json, text};
use crate::describe::Fault;
use crate::metrics::Summary;
use crate::metrics::figures::Figure;
use crate::results::{self, DAMAGED, Table};

/// One run.
pub(in crate::report) struct Run {
    pub(in crate::report) folder: PathBuf,
    /// Of the scenario.
    pub(in crate::report) name: String,
    /// Midnight of its first day.
    pub(in crate::report) start: DateTime,
    /// Its length, s.
    pub(in crate::report) total_s: f64,
    pub(in crate::report) summary: Summary,
    /// `run.json`; null where there is none.
    pub(in crate::report) info: Value,
    /// `scenario.toml`.
    pub(in crate::report) scenario_text: String,
    pub(in crate::report) series: Option<Series>,
    pub(in crate::report) events: Option<Table>,
    pub(in crate::report) bill: Option<Table>,
    /// Class and wait of each job that has a row.
    pub(in crate::report) jobs: Option<Table>,
    /// Draws beside it, if they are of this run.
    pub(in crate::report) bands: Option<Bands>,
}

impl Run {
    /// Reads a folder.
    pub(in crate::report) fn read(folder: &Path) -> Result<Self, Fault> {
        let path = folder.join("summary.json");
        let summary: Summary = json(&path)?;
        if summary.figures().next().is_none() {
            return Err(Fault::new("it holds no figures", DAMAGED).in_file(&path, None));
        }
        let lacking = |name: &str| {
            let path = folder.join(name);
            let cure = "copy the whole folder, or make the results again";
            Fault::new("it is missing or empty, and the run wrote it", cure).in_file(path, None)
        };
        let there = |name: &str| {
            let about = std::fs::metadata(folder.join(name));
            about.is_ok_and(|about| about.is_file() && about.len() > 0)
        };
        for name in ["run.json", "scenario.toml"] {
            if !there(name) {
                return Err(lacking(name));
            }
        }
        let info: Value = json(&folder.join("run.json"))?;
        let files = info.get("files").and_then(Value::as_array);
        let files = files.map(Vec::as_slice).unwrap_or_default();
        for name in files.iter().filter_map(Value::as_str) {
            if !there(name) {
                return Err(lacking(name));
            }
        }
        let path = folder.join("scenario.toml");
        let scenario_text = text(&path).unwrap_or_default();
        let scenario: Option<toml::Table> = toml::from_str(&scenario_text).ok();
        let (name, start, total_s) = scenario.as_ref().and_then(of_scenario).ok_or_else(|| {
            Fault::new("this is not the scenario of a run", DAMAGED).in_file(&path, None)
        })?;
        let wanted = |name: &str| matches!(name, "class" | "wait_s" | "gpus");
        let drawn = folder.join("bands.csv");
        let bands = if drawn.is_file() {
            Some(Bands::read(&drawn)?)
        } else {
            None
        };
        let of_this = |bands: &Bands| {
            let stated = bands
                .spread("energy_mwh.facility", 0)
                .map(|spread| spread.stated);
            let close = |a: f64, b: f64| (a - b).abs() <= 0.005 * b.abs();
            bands.sides.len() == 1
                && stated
                    .zip(summary.energy_mwh.facility)
                    .is_some_and(|(a, b)| close(a, b))
        };
        let series = Series::read(folder, start, total_s)?;
        if let (Some(series), Some(mwh)) = (&series, summary.energy_mwh.facility)
            && let Some(rows_mwh) = series.facility_mwh()
            && (rows_mwh - mwh).abs() > 0.005 * mwh.abs()
        {
            let what = format!(
                "the rows of the time series add up to {rows_mwh:.3} MWh, the summary has {mwh:.3}"
            );
            return Err(Fault::new(what, DAMAGED).in_file(&path, None));
        }
        Ok(Self {
            name,
            start,
            total_s,
            series,
            events: results::table(folder, "events", |_| true)?,
            bill: results::table(folder, "bill", |_| true)?,
            jobs: results::table(folder, "jobs", wanted)?,
            bands: bands.filter(of_this),
            folder: folder.to_owned(),
            summary,
            info,
            scenario_text,
        })
    }

    /// A figure that is known, by its name.
    pub(in crate::report) fn figure(&self, name: &str) -> Option<(Figure, f64)> {
        let mut table = self.summary.table().into_iter();
        let (figure, value) = table.find(|(figure, _)| figure.name() == name)?;
        Some((figure, value?))
    }

    /// Its value.
    pub(in crate::report) fn value(&self, name: &str) -> Option<f64> {
        self.figure(name).map(|(_, value)| value)
    }

    /// A text of `run.json`.
    pub(in crate::report) fn told(&self, key: &str) -> Option<&str> {
        self.info.get(key)?.as_str()
    }

    /// The question: that of the scenario, or its name.
    pub(in crate::report) fn question(&self) -> &str {
        self.told("question").unwrap_or(&self.name)
    }

    /// Warnings of the run.
    pub(in crate::report) fn warnings(&self) -> Vec<String> {
        let all = self.info.get("warnings").and_then(Value::as_array);
        let all = all.map(Vec::as_slice).unwrap_or_default();
        all.iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect()
    }
}

/// Name, start and length, s, of the scenario as resolved.
fn of_scenario(scenario: &toml::Table) -> Option<(String, DateTime, f64)> {
    let name = scenario.get("name")?.as_str()?;
    let run = scenario.get("run")?;
    let start: Date = run.get("start")?.as_str()?.parse().ok()?;
    let days = run.get("days")?;
    let days = days
        .as_float()
        .or(days.as_integer().map(|days| days as f64))?;
    (days > 0.0).then(|| (name.to_owned(), start.at(0, 0, 0, 0), days * 86_400.0))
}
