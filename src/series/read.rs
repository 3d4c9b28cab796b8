//! From the bytes of a CSV to values at equal intervals; every fault has its place and cure.

use std::path::Path;

use csv::StringRecord;
use jiff::civil::DateTime;

use super::{Quantity, Table};
use crate::bounded;
use crate::csv_rows::even::{self, Even, Reading};
use crate::csv_rows::moment::{self, CellTime};
use crate::csv_rows::unit::{self, Kind};
use crate::csv_rows::{self, CsvRows, cell};
use crate::describe::Fault;
use crate::units::{HOUR_S, J_PER_KWH, J_PER_MWH};

/// A year of minutes has 30 MB; more than this is something else.
const MAX_BYTES: u64 = 64 << 20;

/// Handling of a file without a time column.
const UNNAMED: &str = "the first line names the columns: name one time (such as 2026-01-01T00:00:00+00:00) or Datetime (UTC), or \
                       set time to one of them";

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

    fn kind(self) -> Kind {
        match self {
            Self::Carbon => Kind::Carbon,
            Self::Price => Kind::Price,
        }
    }

    /// Factor from its unit to SI.
    fn si(self) -> f64 {
        match self {
            Self::Carbon => 1e-3 / J_PER_KWH,
            Self::Price => 1.0 / J_PER_MWH,
        }
    }

    /// Plausible range.
    fn range(self) -> (f64, f64) {
        match self {
            Self::Carbon => (0.0, 3000.0),
            // Markets stop at -1,000 (Australia) and below 25,000; -9999 is how a gap is written.
            Self::Price => (-2_000.0, 50_000.0),
        }
    }

    /// A word in the names of its columns.
    fn word(self) -> &'static str {
        match self {
            Self::Carbon => "carbon",
            Self::Price => "price",
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

/// The columns of a file to use, where the scenario names them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Names<'a> {
    /// The column of values.
    pub column: Option<&'a str>,
    /// The column of time.
    pub time: Option<&'a str>,
}

/// Reads and checks a file.
pub(super) fn table(path: &Path, quantity: Quantity, names: Names<'_>) -> Result<Table, Fault> {
    let file = path.display().to_string();
    let unreadable = |error: std::io::Error| {
        let cure = "give the path of a CSV file, relative to the scenario file";
        Fault::new(format!("cannot be read: {error}"), cure).in_file(path, None)
    };
    let bytes = bounded::read(path, MAX_BYTES).map_err(unreadable)?;
    parse(&file, &bytes, quantity, names)
}

pub(super) fn parse(
    file: &str,
    bytes: &[u8],
    quantity: Quantity,
    given: Names<'_>,
) -> Result<Table, Fault> {
    let text = std::str::from_utf8(bytes).map_err(|_| {
        Fault::new("is not UTF-8 text", "save it as CSV in UTF-8").in_file(file, None)
    })?;
    let mut csv = CsvRows::new(text.as_bytes());
    let broken = |line: u64, error: csv::Error| {
        let what = format!("cannot be read: {error}");
        Fault::new(what, "save it as plain CSV").in_file(file, Some(line))
    };
    let header = csv.header().map_err(|error| broken(1, error))?;
    if header.iter().all(str::is_empty) {
        let cure = "its first line names the columns, for example timestamp,price_usd_mwh";
        return Err(Fault::new("the file is empty", cure).in_file(file, None));
    }
    let of_header = |fault: Fault| fault.in_file(file, Some(1));
    let mut record = StringRecord::new();
    let mut row = csv.next(&mut record);
    let (time, time_s) =
        moment::column(&header, given.time, &record, UNNAMED).map_err(of_header)?;
    let value = value_column(&header, quantity, given.column).map_err(of_header)?;
    let name = |index: usize| header.get(index).unwrap_or_default().to_owned();
    let (time_name, value_name) = (name(time), name(value));
    let unit = unit::of(&value_name, quantity.kind()).map_err(of_header)?;
    let factor = unit
        .as_ref()
        .map_or(1.0, |unit| unit.factor / quantity.si());
    let currency = match quantity {
        Quantity::Price => csv_rows::find(&header, "currency").map_err(of_header)?,
        Quantity::Carbon => None,
    };

    let mut rows: Vec<Reading> = Vec::new();
    let mut first: Option<(DateTime, bool)> = None;
    while let Some((at, read)) = row {
        read.map_err(|error| broken(at, error))?;
        let line = Some(at);
        if let Some(fault) = csv_rows::overlong(&record, &header) {
            return Err(fault.in_file(file, line));
        }
        let at_value = |fault: Fault| fault.in_file(file, line).in_column(&*value_name);
        if let Some(fault) = currency.and_then(|at| other_currency(record.get(at)?)) {
            return Err(at_value(fault));
        }
        let time_s = since(record.get(time).unwrap_or_default(), time_s, &mut first)
            .map_err(|fault| fault.in_file(file, line).in_column(&*time_name))?;
        let text = cell_of(&record, value, &header).map_err(at_value)?;
        let value = figure(text, quantity, factor, csv.decimal_comma).map_err(at_value)?;
        rows.push(Reading {
            time_s,
            value,
            line: at,
        });
        row = csv.next(&mut record);
    }
    let Even {
        first_s,
        step_s,
        values,
        notes,
    } = even::lay(&rows, false).map_err(|fault| fault.in_file(file, &time_name, &value_name))?;
    let whole_s = whole_interval(step_s).map_err(|fault| {
        let line = rows.get(1).map(|row| row.line);
        fault.in_file(file, line).in_column(&*time_name)
    })?;
    let mut repairs: Vec<String> = notes
        .into_iter()
        .map(|note| format!("{file}, column {value_name}: {note}"))
        .collect();
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    if mean.abs() < quantity.least_mean() {
        repairs.push(format!(
            "{file}: the mean of {value_name} is {mean:.4} {0}; is the column in {0}?",
            quantity.unit()
        ));
    }
    let (origin, zoned) = first.unwrap_or_default();
    // An offset in the cells overrides the clock in the name.
    let named_h = if zoned {
        None
    } else {
        moment::zone_h(&time_name).map_err(of_header)?
    };
    let first_s = first_s - named_h.unwrap_or(0.0) * HOUR_S;
    let converted = unit.filter(|_| (factor - 1.0).abs() > 1e-9);
    Ok(Table {
        file: file.to_owned(),
        column: match converted {
            Some(unit) => format!("{value_name} ({} as {})", unit.text, quantity.unit()),
            None => value_name,
        },
        utc: zoned || named_h.is_some(),
        first: origin.saturating_add(jiff::Span::new().seconds(first_s.round() as i64)),
        step_s: whole_s as i64,
        values,
        repairs,
    })
}

/// The text of a cell, which the row must have.
fn cell_of<'a>(
    record: &'a StringRecord,
    at: usize,
    header: &StringRecord,
) -> Result<&'a str, Fault> {
    record.get(at).ok_or_else(|| {
        let cells = (record.len(), header.len());
        let what = format!("the row ends after {} of {} cells", cells.0, cells.1);
        let cure = "fill every cell of the row, or leave the cell blank";
        Fault::new(what, cure)
    })
}

/// The interval between rows, s, where a series can have it.
fn whole_interval(step_s: f64) -> Result<f64, Fault> {
    let whole_s = step_s.round();
    if (step_s - whole_s).abs() > 1e-3
        || !(60.0..=3600.0).contains(&whole_s)
        || 3600.0 % whole_s != 0.0
    {
        let what = format!("rows are {step_s} s apart");
        let cure = "give rows at equal intervals of 1 min to 1 h that divide the hour";
        return Err(Fault::new(what, cure));
    }
    Ok(whole_s)
}

/// Fault in a cell of a currency column.
fn other_currency(text: &str) -> Option<Fault> {
    let ours = ["", "usd", "us$", "$"].contains(&text.to_ascii_lowercase().as_str());
    (!ours).then(|| {
        let what = format!("its column of currencies has {text:?}");
        let cure = "prices are in USD: convert them, and write USD there";
        Fault::new(what, cure)
    })
}

/// Seconds from the first moment of the file, which is kept with whether it has a zone.
fn since(text: &str, factor: f64, first: &mut Option<(DateTime, bool)>) -> Result<f64, Fault> {
    let (moment, zoned) = CellTime::read(text, factor).and_then(CellTime::dated)?;
    let (origin, first_zoned) = *first.get_or_insert((moment, zoned));
    if first_zoned != zoned {
        let what = format!("{text:?} and the rows before differ in having a time zone");
        let cure = "write all times with an offset, or all without";
        return Err(Fault::new(what, cure));
    }
    Ok(origin.duration_until(moment).as_secs_f64())
}

/// The column that is named, else the best known name, else the only one whose name has the right unit.
fn value_column(
    header: &StringRecord,
    quantity: Quantity,
    named: Option<&str>,
) -> Result<usize, Fault> {
    let names = || header.iter().collect::<Vec<_>>().join(", ");
    if let Some(name) = named {
        return csv_rows::find(header, name)?.ok_or_else(|| {
            let what = format!("no column {name} among {}", names());
            Fault::new(what, "set column to one of them")
        });
    }
    // Only ASCII letters are folded; the subscript in CO₂ is compared as it is.
    for name in quantity.columns() {
        if let Some(index) = csv_rows::find(header, name)? {
            return Ok(index);
        }
    }
    let mut found = Vec::new();
    let mut strange = None;
    for (index, name) in header.iter().enumerate() {
        match unit::of(name, quantity.kind()) {
            Ok(Some(_)) => found.push(index),
            // A column of power beside it is no reason to refuse; another currency is.
            Err(fault)
                if strange.is_none() && name.to_ascii_lowercase().contains(quantity.word()) =>
            {
                strange = Some(fault);
            }
            Ok(None) | Err(_) => {}
        }
    }
    // Nothing can be used: a unit that explains why comes before "there is none".
    let strange = strange.or_else(|| {
        let mut names = header.iter();
        names.find_map(|name| unit::foreign_quotient(name, quantity.kind()))
    });
    let known = quantity.columns().first().copied().unwrap_or_default();
    match (found.as_slice(), strange) {
        ([only], _) => Ok(*only),
        ([], Some(fault)) => Err(fault),
        ([], None) => {
            let what = format!("no column of {} among {}", quantity.unit(), names());
            let cure = format!("name it {known}, or name one with column = \"…\"");
            Err(Fault::new(what, cure))
        }
        ([first, ..], _) => {
            let what = format!("several columns of {} among {}", quantity.unit(), names());
            let first = header.get(*first).unwrap_or_default();
            Err(Fault::new(
                what,
                format!("choose one, such as column = {first:?}"),
            ))
        }
    }
}

/// The value of a cell in the unit of the quantity; None where it is blank.
fn figure(
    text: &str,
    quantity: Quantity,
    factor: f64,
    decimal_comma: bool,
) -> Result<Option<f64>, Fault> {
    let si = quantity.si();
    let Some(value) = cell::measure(text, quantity.kind(), factor * si, decimal_comma)? else {
        return Ok(None);
    };
    // The detour over SI costs a hair of the figure; the file's own is kept where it is one.
    let value = match cell::number(text, decimal_comma) {
        Some(number) => number * factor,
        None => value / si,
    };
    let (low, high) = quantity.range();
    if (low..=high).contains(&value) {
        return Ok(Some(value));
    }
    let unit = quantity.unit();
    Err(Fault::new(
        format!("{value} {unit} cannot be true"),
        format!(
            "it must lie between {low} and {high} {unit}; leave the cell blank where nothing is known"
        ),
    ))
}
