//! The folder of a forecast.

use std::path::Path;

use serde_json::Value;

use super::{folder_name, json, text};
use crate::describe::Fault;
use crate::forecast::HOURS;
use crate::forecast::figures::FIGURES;
use crate::results::{self, DAMAGED, Table, Values};
use crate::scenario::text::question;

/// Names of the percentiles in columns.
const NAMES: [&str; 3] = ["p10", "p50", "p90"];

/// Years at most: no file asks for more.
const MOST_YEARS: usize = 200;

/// A forecast as it was left.
pub(in crate::report) struct Forecast {
    /// Of the file.
    pub(in crate::report) name: String,
    /// `forecast.json`: scope, closure, draws.
    pub(in crate::report) told: Value,
    /// `run.json`; null where there is none.
    pub(in crate::report) info: Value,
    /// `forecast.toml` as text and as a table.
    pub(in crate::report) text: String,
    pub(in crate::report) file: toml::Table,
    /// One or more, ascending.
    pub(in crate::report) years: Vec<i32>,
    /// `forecast.csv`: a row for each year.
    table: Table,
    pub(in crate::report) stacks: Option<Table>,
    pub(in crate::report) tornado: Option<Table>,
    pub(in crate::report) shares: Option<Table>,
    pub(in crate::report) sites: Option<Table>,
    /// 8,760 hours of the last year.
    pub(in crate::report) load: Option<Table>,
}

/// P10, P50 and P90 of a figure in each year; NaN where it does not exist.
#[derive(Debug, Clone, Copy)]
pub(in crate::report) struct ByYear<'a>(pub(in crate::report) [&'a [f64]; 3]);

impl ByYear<'_> {
    /// P10, P50 and P90 of a year.
    pub(in crate::report) fn at(&self, year: usize) -> [f64; 3] {
        self.0
            .map(|values| values.get(year).copied().unwrap_or(f64::NAN))
    }

    /// Whether its middle is known in some year.
    fn known(&self) -> bool {
        self.0[1].iter().any(|value| !value.is_nan())
    }
}

impl Forecast {
    /// Reads a folder.
    pub(in crate::report) fn read(folder: &Path) -> Result<Self, Fault> {
        let told: Value = json(&folder.join("forecast.json"))?;
        let run = folder.join("run.json");
        let info = if run.is_file() {
            json(&run)?
        } else {
            Value::Null
        };
        let missing = || Fault::new("it is missing", DAMAGED);
        let path = folder.join("forecast.csv");
        let table = results::table(folder, "forecast", |_| true)?;
        let table = table.ok_or_else(|| missing().in_file(&path, None))?;
        let years = years(&table)?;
        let text = text(&folder.join("forecast.toml")).unwrap_or_default();
        let last = years.last().copied().unwrap_or_default();
        let load = results::table(folder, &format!("load_8760_{last}"), |name| {
            name != "hour" && !name.starts_with("other_")
        })?;
        if let Some(load) = load.as_ref().filter(|load| load.rows != HOURS) {
            let what = format!("{} hours in place of {HOURS}", load.rows);
            return Err(Fault::new(what, DAMAGED).in_file(&load.path, None));
        }
        let read = Self {
            name: told
                .get("name")
                .and_then(Value::as_str)
                .map_or_else(|| folder_name(folder), str::to_owned),
            file: toml::from_str(&text).unwrap_or_default(),
            stacks: results::table(folder, "stacks", |_| true)?,
            tornado: results::table(folder, "tornado", |_| true)?,
            shares: results::table(folder, "sobol", |_| true)?,
            sites: results::table(folder, "sites", |_| true)?,
            told,
            info,
            text,
            years,
            table,
            load,
        };
        if read.figure("twh").is_none() {
            let what = "it has no column twh_p50 with figures in it";
            return Err(Fault::new(what, DAMAGED).in_file(&read.table.path, Some(1)));
        }
        Ok(read)
    }

    /// A figure that is known in some year.
    pub(in crate::report) fn figure(&self, key: &str) -> Option<ByYear<'_>> {
        let column = |name: &str| self.table.numbers(&format!("{key}_{name}"));
        let [low, middle, high] = NAMES.map(column);
        let middle = middle?;
        let all = ByYear([low.unwrap_or(middle), middle, high.unwrap_or(middle)]);
        all.known().then_some(all)
    }

    /// A figure of a year, the last of all where `year` is `years.len() - 1`; None where its middle is not known.
    pub(in crate::report) fn value(&self, key: &str, year: usize) -> Option<[f64; 3]> {
        let all = self.figure(key)?.at(year);
        (!all[1].is_nan()).then_some(all)
    }

    /// Index of the last year.
    pub(in crate::report) fn last(&self) -> usize {
        self.years.len() - 1
    }

    /// The last year.
    pub(in crate::report) fn last_year(&self) -> i32 {
        self.years[self.last()]
    }

    /// Name on the page of a percentile of a figure in a year: column of `forecast.csv`.
    pub(in crate::report) fn path(&self, key: &str, percentile: usize, year: usize) -> String {
        format!("forecast.{}.{key}_{}", self.years[year], NAMES[percentile])
    }

    /// Caps and connections, and the share of the draws in which each bound, by year.
    pub(in crate::report) fn limits(&self) -> Vec<(&str, &[f64])> {
        let names = self.table.names.iter();
        names
            .filter_map(|column| {
                let name = column.strip_prefix("binds_")?;
                Some((name, self.table.numbers(column)?))
            })
            .collect()
    }

    /// A text of `forecast.json`.
    pub(in crate::report) fn said(&self, key: &str) -> Option<&str> {
        let text = self.told.get(key)?.as_str()?.trim();
        (!text.is_empty()).then_some(text)
    }

    /// Number of draws.
    pub(in crate::report) fn draws(&self) -> u64 {
        let draws = self.told.get("draws").and_then(Value::as_u64);
        draws.unwrap_or(0)
    }

    /// Number of inputs that vary.
    pub(in crate::report) fn inputs(&self) -> usize {
        let names = self.told.get("inputs_drawn").and_then(Value::as_array);
        names.map_or(0, Vec::len)
    }

    /// The question: as the results say, else the first paragraph of comments of the file, else its name.
    pub(in crate::report) fn question(&self) -> String {
        let asked = self.info.get("question").and_then(Value::as_str);
        let asked = asked.or_else(|| self.said("question")).map(str::to_owned);
        asked
            .or_else(|| question(&self.text))
            .unwrap_or_else(|| self.name.clone())
    }
}

/// The years of the rows.
fn years(table: &Table) -> Result<Vec<i32>, Fault> {
    let wrong = |what: String, row: usize| {
        Err(Fault::new(what, DAMAGED).in_file(&table.path, Some(row as u64 + 2)))
    };
    let Some(column) = table.numbers("year") else {
        return wrong("it has no column of years".into(), 0);
    };
    if column.is_empty() || column.len() > MOST_YEARS {
        return wrong(format!("{} years", column.len()), 0);
    }
    let mut years: Vec<i32> = Vec::new();
    for (row, year) in column.iter().enumerate() {
        let whole = *year as i32;
        let follows = years.last().is_none_or(|last| whole == last + 1);
        if f64::from(whole) != *year || !(1900..=2200).contains(&whole) || !follows {
            return wrong(format!("'{year}' is no year, or does not follow"), row);
        }
        years.push(whole);
    }
    for figure in FIGURES {
        for name in NAMES {
            let column = format!("{}_{name}", figure.key);
            if matches!(table.column(&column), Some(Values::Words(_))) {
                return wrong(format!("column {column} holds words"), 0);
            }
        }
    }
    Ok(years)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_follow_one_another() {
        let of = |years: &[f64]| {
            super::years(&Table {
                rows: years.len(),
                names: vec!["year".into()],
                columns: vec![Values::Numbers(years.to_vec())],
                ..Table::default()
            })
        };
        assert_eq!(of(&[2024.0, 2025.0]).unwrap(), [2024, 2025]);
        assert_eq!(of(&[2030.0]).unwrap(), [2030]);
        for wrong in [
            &[][..],
            &[2024.5],
            &[2024.0, 2026.0],
            &[f64::NAN],
            &[2025.0, 2024.0],
            &[1e300],
        ] {
            assert!(of(wrong).is_err(), "{wrong:?}");
        }
    }
}
