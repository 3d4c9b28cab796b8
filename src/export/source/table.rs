//! A table of a result folder, as strictly as it was written: every row, every number.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use csv::StringRecord;

use crate::csv_rows::cell::number;
use crate::csv_rows::{CsvRows, find};
use crate::describe::Fault;

/// No table of a result is larger.
const MAX_BYTES: u64 = 4 << 30;
pub(in crate::export) use crate::results::DAMAGED;

/// The rows of a table.
#[derive(Debug)]
pub(super) struct Table {
    path: PathBuf,
    /// Text of the first column, where that is wanted.
    pub(super) first: Vec<String>,
    /// Numbers by column, in the order in which they were named.
    pub(super) columns: Vec<Vec<f64>>,
    lines: Vec<u64>,
}

impl Table {
    /// A fault of the table.
    pub(super) fn fault(&self, row: usize, what: impl Into<String>) -> Fault {
        Fault::new(what, DAMAGED).in_file(&self.path, self.lines.get(row).copied())
    }

    pub(super) fn rows(&self) -> usize {
        self.lines.len()
    }
}

/// Numbers of named columns by the hour: `hour` counts from 0, no hour is missing.
pub(super) fn hours(path: &Path, columns: &[String]) -> Result<Table, Fault> {
    let mut wanted = vec!["hour".to_owned()];
    wanted.extend_from_slice(columns);
    let mut table = read(path, Some(&wanted), false)?;
    check_hours(&table)?;
    table.columns.remove(0);
    Ok(table)
}

/// The same of all columns behind `hour`.
pub(super) fn all_by_hour(path: &Path) -> Result<Table, Fault> {
    let mut table = read(path, None, false)?;
    check_hours(&table)?;
    table.columns.remove(0);
    Ok(table)
}

/// Numbers of named columns.
pub(super) fn named(path: &Path, columns: &[String]) -> Result<Table, Fault> {
    read(path, Some(columns), false)
}

/// Numbers of named columns, with the text of the first one.
pub(super) fn with_first(path: &Path, columns: &[String]) -> Result<Table, Fault> {
    read(path, Some(columns), true)
}

/// Names of the columns.
pub(super) fn header(path: &Path) -> Result<Vec<String>, Fault> {
    let header = Rows::open(path)?.header;
    Ok(header.iter().map(str::to_owned).collect())
}

fn check_hours(table: &Table) -> Result<(), Fault> {
    let mut hours = table.columns[0].iter().enumerate();
    match hours.find(|(row, hour)| **hour != *row as f64) {
        Some((row, hour)) => {
            let what = if row == 0 {
                format!("the first hour is {hour}, not 0")
            } else {
                format!("hour {hour} follows hour {}", row - 1)
            };
            Err(table.fault(row, what).in_column("hour"))
        }
        None => Ok(()),
    }
}

/// The rows of a CSV file, each with as many cells as the header.
pub(in crate::export) struct Rows {
    path: PathBuf,
    rows: CsvRows<std::io::Take<File>>,
    pub(in crate::export) header: StringRecord,
}

impl Rows {
    pub(in crate::export) fn open(path: &Path) -> Result<Self, Fault> {
        let file = File::open(path)
            .map_err(|error| Fault::new(error.to_string(), DAMAGED).in_file(path, None))?;
        let mut rows = CsvRows::new(file.take(MAX_BYTES));
        let header = rows.header().map_err(|error| broken(path, None, &error))?;
        Ok(Self {
            path: path.to_owned(),
            rows,
            header,
        })
    }

    /// Reads the next row into `record` and returns its line; None behind the last.
    pub(in crate::export) fn next(
        &mut self,
        record: &mut StringRecord,
    ) -> Result<Option<u64>, Fault> {
        let Some((line, read)) = self.rows.next(record) else {
            return Ok(None);
        };
        read.map_err(|error| broken(&self.path, Some(line), &error))?;
        if record.len() != self.header.len() {
            let what = format!(
                "the row has {} cells, the header {}",
                record.len(),
                self.header.len()
            );
            return Err(Fault::new(what, DAMAGED).in_file(&self.path, Some(line)));
        }
        Ok(Some(line))
    }
}

fn broken(path: &Path, line: Option<u64>, error: &csv::Error) -> Fault {
    Fault::new(
        format!("this is not the CSV that was written: {error}"),
        DAMAGED,
    )
    .in_file(path, line)
}

/// None reads all columns, the first of which must be `hour`.
fn read(path: &Path, columns: Option<&[String]>, first: bool) -> Result<Table, Fault> {
    let mut rows = Rows::open(path)?;
    let header = rows.header.clone();
    let of_header = |fault: Fault| fault.in_file(path, Some(1));
    let missing = |name: &str| of_header(Fault::new(format!("there is no column {name}"), DAMAGED));
    let names: Vec<String> = match columns {
        Some(columns) => columns.to_vec(),
        None if header.get(0) == Some("hour") => header.iter().map(str::to_owned).collect(),
        None => return Err(missing("hour")),
    };
    let mut places = Vec::new();
    for name in &names {
        let place = find(&header, name).map_err(of_header)?;
        places.push(place.ok_or_else(|| missing(name))?);
    }
    let mut table = Table {
        path: path.to_owned(),
        first: Vec::new(),
        columns: vec![Vec::new(); names.len()],
        lines: Vec::new(),
    };
    let mut record = StringRecord::new();
    while let Some(line) = rows.next(&mut record)? {
        table.lines.push(line);
        if first {
            table
                .first
                .push(record.get(0).unwrap_or_default().to_owned());
        }
        for ((name, place), column) in names.iter().zip(&places).zip(&mut table.columns) {
            let text = record.get(*place).unwrap_or_default();
            let value = number(text, false).ok_or_else(|| {
                let what = match text {
                    "" => "the cell is empty".to_owned(),
                    text => format!("{text:?} is not a number"),
                };
                Fault::new(what, DAMAGED)
                    .in_file(path, Some(line))
                    .in_column(name)
            })?;
            if value < 0.0 {
                return Err(Fault::new(format!("{value} is below zero"), DAMAGED)
                    .in_file(path, Some(line))
                    .in_column(name));
            }
            column.push(value);
        }
    }
    Ok(table)
}
