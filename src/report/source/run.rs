//! The folder of one run.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Bands, Series, folder_name, json, text};
use crate::describe::Fault;
use crate::metrics::Summary;
use crate::metrics::figures::Figure;
use crate::results::{self, DAMAGED, Table};

/// One run.
pub(in crate::report) struct Run {
    pub(in crate::report) folder: PathBuf,
    /// Of the scenario.
    pub(in crate::report) name: String,
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
        let told = folder.join("run.json");
        let info = if told.is_file() {
            json(&told)?
        } else {
            Value::Null
        };
        let scenario_text = text(&folder.join("scenario.toml")).unwrap_or_default();
        let scenario: toml::Table = toml::from_str(&scenario_text).unwrap_or_default();
        let name = scenario.get("name").and_then(toml::Value::as_str);
        let name = name.map_or_else(|| folder_name(folder), str::to_owned);
        let days = scenario.get("run").and_then(|run| run.get("days"));
        let days = days.and_then(|days| {
            days.as_float()
                .or(days.as_integer().map(|days| days as f64))
        });
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
            let close = |a: f64, b: f64| (a - b).abs() <= 0.02 * b.abs();
            bands.sides.len() == 1
                && stated
                    .zip(summary.energy_mwh.facility)
                    .is_some_and(|(a, b)| close(a, b))
        };
        Ok(Self {
            name,
            series: Series::read(folder, days.map(|days| days * 86_400.0))?,
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
