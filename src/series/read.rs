//! From the bytes of a CSV to values at equal intervals; every fault says where it is and what would be right.

use std::path::Path;

use csv::StringRecord;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

use super::{Quantity, SeriesError, Table};
use crate::bounded;
use crate::csv_rows::CsvRows;

/// A year of minutes has 30 MB; more than this is something else.
const MOST_BYTES: u64 = 64 << 20;
/// Gaps up to this are filled, s.
const LONGEST_GAP_S: i64 = 86_400;

/// Names of time columns, best first: one that says UTC needs no guess.
const TIMES: &[&str] = &[
    "datetime (utc)",
    "datetime_utc",
    "time_utc",
    "timestamp",
    "datetime",
    "time",
];

impl Quantity {
    /// Names of its columns, best first.
    fn columns(self) -> &'static [&'static str] {
        match self {
            // Electricity Maps; its direct figure bounds carbon as the yearly means of the catalogue do.
            Self::Carbon => &[
                "carbon_g_kwh",
                "carbon intensity gco₂eq/kwh (direct)",
                "carbon intensity gco2eq/kwh (direct)",
                "avg_ci",
            ],
            Self::Price => &[
                "price_usd_mwh",
                "price (usd/mwh)",
                "lmp_usd_mwh",
                "lmp (usd/mwh)",
            ],
        }
    }

    fn unit(self) -> &'static str {
        match self {
            Self::Carbon => "g/kWh",
            Self::Price => "USD/MWh",
        }
    }

    /// What can be true.
    fn range(self) -> (f64, f64) {
        match self {
            Self::Carbon => (0.0, 3000.0),
            Self::Price => (-20_000.0, 50_000.0),
        }
    }

    /// Means below this are most likely in another unit.
    fn least_mean(self) -> f64 {
        match self {
            Self::Carbon => 2.0,
            Self::Price => 1.0,
        }
    }
}

struct Fault<'a> {
    file: &'a str,
}

impl Fault<'_> {
    fn at(
        &self,
        line: Option<u64>,
        column: Option<&str>,
        what: impl Into<String>,
        cure: impl Into<String>,
    ) -> SeriesError {
        SeriesError {
            file: self.file.to_owned(),
            line,
            column: column.map(str::to_owned),
            what: what.into(),
            cure: cure.into(),
        }
    }
}

/// Reads and checks a file.
pub(super) fn table(
    path: &Path,
    quantity: Quantity,
    column: Option<&str>,
) -> Result<Table, SeriesError> {
    let file = path.display().to_string();
    let fault = Fault { file: &file };
    let unreadable = |error: std::io::Error| {
        fault.at(
            None,
            None,
            format!("cannot be read: {error}"),
            "give the path of a CSV file, relative to the scenario file",
        )
    };
    let bytes = bounded::read(path, MOST_BYTES).map_err(unreadable)?;
    parse(&file, &bytes, quantity, column)
}

pub(super) fn parse(
    file: &str,
    bytes: &[u8],
    quantity: Quantity,
    column: Option<&str>,
) -> Result<Table, SeriesError> {
    let fault = Fault { file };
    let text = std::str::from_utf8(bytes)
        .map_err(|_| fault.at(None, None, "is not UTF-8 text", "save it as CSV in UTF-8"))?;
    let mut csv = CsvRows::new(text.as_bytes());
    let broken = |line: u64, error: csv::Error| {
        let what = format!("cannot be read: {error}");
        fault.at(Some(line), None, what, "save it as plain CSV")
    };
    let header = csv.header().map_err(|error| broken(1, error))?;
    let names = || header.iter().collect::<Vec<_>>().join(", ");
    if header.iter().all(str::is_empty) {
        let cure = "its first line names the columns, for example timestamp,price_usd_mwh";
        return Err(fault.at(None, None, "the file is empty", cure));
    }
    let place = |name: &str| header.iter().position(|h| h.eq_ignore_ascii_case(name));
    // Only ASCII letters are folded; the subscript in CO₂ is compared as it stands.
    let Some(time) = TIMES.iter().find_map(|name| place(name)) else {
        let what = format!("no time column among {}", names());
        let cure = "name one timestamp (2024-01-01 00:00:00+00:00) or Datetime (UTC)";
        return Err(fault.at(Some(1), None, what, cure));
    };
    let value = match column {
        Some(name) => place(name).ok_or_else(|| {
            let what = format!("no column {name} among {}", names());
            fault.at(Some(1), None, what, "set column to one of them")
        })?,
        None => quantity
            .columns()
            .iter()
            .find_map(|name| place(name))
            .ok_or_else(|| {
                let what = format!("no column of {} among {}", quantity.unit(), names());
                let known = quantity.columns().first().copied().unwrap_or_default();
                let cure = format!("name it {known}, or name one with column = \"…\"");
                fault.at(Some(1), None, what, cure)
            })?,
    };
    let name = |index: usize| header.get(index).unwrap_or_default().to_owned();
    let (time_name, value_name) = (name(time), name(value));
    let named_utc = time_name.to_ascii_lowercase().contains("utc");

    let mut rows: Vec<(DateTime, Option<f64>, u64)> = Vec::new();
    let mut zoned = None;
    let mut record = StringRecord::new();
    while let Some((at, read)) = csv.next(&mut record) {
        read.map_err(|error| broken(at, error))?;
        let line = Some(at);
        let cell = record.get(time).unwrap_or_default();
        let (moment, has_zone) =
            moment(cell).map_err(|(what, cure)| fault.at(line, Some(&time_name), what, cure))?;
        if *zoned.get_or_insert(has_zone) != has_zone {
            let what = format!("{cell:?} and the rows before differ in having a time zone");
            let cure = "write all times with an offset, or all without";
            return Err(fault.at(line, Some(&time_name), what, cure));
        }
        let figure = match record.get(value) {
            None => {
                let what = format!(
                    "the row ends after {} of {} cells",
                    record.len(),
                    header.len()
                );
                let cure = "fill every cell of the row, or leave the cell blank";
                return Err(fault.at(line, Some(&value_name), what, cure));
            }
            Some("") => None,
            Some(cell) => Some(
                number(cell, quantity)
                    .map_err(|(what, cure)| fault.at(line, Some(&value_name), what, cure))?,
            ),
        };
        rows.push((moment, figure, at));
    }
    let utc = zoned.unwrap_or(false) || named_utc;
    let (step_s, values, mut repairs) = even(&fault, &time_name, &value_name, &rows, file)?;
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    if mean.abs() < quantity.least_mean() {
        repairs.push(format!(
            "{file}: the mean of {value_name} is {mean:.4}; is it in {}?",
            quantity.unit()
        ));
    }
    Ok(Table {
        file: file.to_owned(),
        column: value_name,
        utc,
        first: rows[0].0,
        step_s,
        values,
        repairs,
    })
}

/// A moment without its zone (moved to UTC where it has one), and whether it had one.
fn moment(cell: &str) -> Result<(DateTime, bool), (String, &'static str)> {
    let cure = "write 2024-01-01 00:00:00 or 2024-01-01T00:00:00+00:00";
    let tail = cell.get(10..).unwrap_or_default();
    if tail.contains(['Z', 'z', '+', '-']) {
        let stamp: Timestamp = cell
            .parse()
            .map_err(|_| (format!("{cell:?} is not a time with an offset"), cure))?;
        return Ok((Offset::UTC.to_datetime(stamp), true));
    }
    cell.parse::<DateTime>()
        .map(|moment| (moment, false))
        .map_err(|_| (format!("{cell:?} is not a time"), cure))
}

fn number(cell: &str, quantity: Quantity) -> Result<f64, (String, String)> {
    let Some(value) = cell.parse::<f64>().ok().filter(|v| v.is_finite()) else {
        let cure = "write a plain number such as 312.5, or leave a missing value blank";
        return Err((format!("{cell:?} is not a number"), cure.into()));
    };
    let (low, high) = quantity.range();
    if (low..=high).contains(&value) {
        return Ok(value);
    }
    let unit = quantity.unit();
    Err((
        format!("{value} {unit} cannot be true"),
        format!("it must lie between {low} and {high} {unit}"),
    ))
}

type Even = (i64, Vec<f64>, Vec<String>);

/// The length of the intervals and a value for each, gaps filled.
fn even(
    fault: &Fault<'_>,
    time_name: &str,
    value_name: &str,
    rows: &[(DateTime, Option<f64>, u64)],
    file: &str,
) -> Result<Even, SeriesError> {
    let at_time =
        |line: u64, what: String, cure: &str| fault.at(Some(line), Some(time_name), what, cure);
    if rows.len() < 2 {
        return Err(fault.at(
            None,
            None,
            "there are fewer than two rows",
            "give at least two",
        ));
    }
    let mut steps = Vec::with_capacity(rows.len());
    for pair in rows.windows(2) {
        let step_s = pair[0].0.duration_until(pair[1].0).as_secs();
        let line = pair[1].2;
        if step_s == 0 {
            let cure = "keep one row per time; where clocks go back, write UTC or standard time";
            return Err(at_time(
                line,
                "the same time as the row before".into(),
                cure,
            ));
        }
        if step_s < 0 {
            let cure = "sort the rows by time; where clocks go back, write UTC or standard time";
            return Err(at_time(line, "time runs backwards".into(), cure));
        }
        steps.push(step_s);
    }
    let mut sorted = steps.clone();
    sorted.sort_unstable();
    let step_s = sorted[sorted.len() / 2];
    if !(60..=3600).contains(&step_s) || 3600 % step_s != 0 {
        let what = format!("rows are {step_s} s apart");
        let cure = "give rows at equal intervals of 1 min to 1 h that divide the hour";
        return Err(at_time(rows[1].2, what, cure));
    }
    let mut values: Vec<Option<f64>> = Vec::with_capacity(rows.len());
    let mut lines = Vec::with_capacity(rows.len());
    for (index, row) in rows.iter().enumerate() {
        let before = index.checked_sub(1).map_or(step_s, |before| steps[before]);
        if before % step_s != 0 {
            let what = format!("{before} s after the row before, where rows are {step_s} s apart");
            return Err(at_time(row.2, what, "give rows at equal intervals"));
        }
        if before > step_s + LONGEST_GAP_S {
            let what = format!("a gap of {} h", before / 3600);
            return Err(at_time(
                row.2,
                what,
                "add the missing rows; gaps up to a day are filled",
            ));
        }
        for _ in 1..before / step_s {
            values.push(None);
            lines.push(row.2);
        }
        values.push(row.1);
        lines.push(row.2);
    }
    let (filled, count) = fill(&values, step_s).map_err(|index| {
        let what = "values are missing for more than a day";
        let cure = "add them; gaps up to a day are filled from the days around";
        fault.at(lines.get(index).copied(), Some(value_name), what, cure)
    })?;
    let mut repairs = Vec::new();
    if let Some(first) = values.iter().position(Option::is_none) {
        repairs.push(format!(
            "{file}, column {value_name}: {count} missing values, the first at line {}, were filled with the mean of \
             the same hours of the days around",
            lines[first]
        ));
    }
    Ok((step_s, filled, repairs))
}

/// Fills gaps of up to a day with the mean of the same time on the nearest days that have it; else the index.
fn fill(values: &[Option<f64>], step_s: i64) -> Result<(Vec<f64>, usize), usize> {
    let day = (86_400 / step_s) as usize;
    let mut filled = Vec::with_capacity(values.len());
    let (mut count, mut run) = (0, 0);
    for (index, value) in values.iter().enumerate() {
        if let Some(value) = value {
            run = 0;
            filled.push(*value);
            continue;
        }
        (count, run) = (count + 1, run + 1);
        if run > day {
            return Err(index);
        }
        let around = [index.checked_sub(day), index.checked_add(day)];
        let known: Vec<f64> = around
            .into_iter()
            .flatten()
            .filter_map(|index| *values.get(index)?)
            .collect();
        if known.is_empty() {
            return Err(index);
        }
        filled.push(known.iter().sum::<f64>() / known.len() as f64);
    }
    Ok((filled, count))
}
