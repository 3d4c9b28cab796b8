//! A table of a result folder, CSV or Parquet: read through once to know its columns, and once more into its sheet.

use std::fs::File;
use std::path::{Path, PathBuf};

use csv::StringRecord;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::Field;

use super::column::{Column, Kind, Raw, Seen, days};
use super::heading::Headings;
use crate::describe::Fault;
use crate::export::ExportError;
use crate::export::source::table::{DAMAGED, Rows};
use crate::output::grouped;

/// Rows of a sheet below its header, and its columns but one for units.
const MOST_ROWS: u64 = (1 << 20) - 1;
const MOST_COLUMNS: usize = (1 << 14) - 1;
/// Characters of a cell, as UTF-16 counts them.
pub(super) const MOST_SIGNS: usize = 32_767;
/// Of the column of units, and of numbers of several figures, in characters.
const UNIT_WIDTH: usize = 12;
const NUMBER_WIDTH: usize = 12;
/// Milliseconds from 30 December 1899 to 1 January 1970.
const TO_1970: i64 = 25_569 * 86_400_000;

/// A table that was read through.
#[derive(Debug)]
pub(in crate::export) struct Table {
    path: PathBuf,
    /// Of its sheet.
    pub(super) title: String,
    pub(super) headings: Vec<String>,
    pub(super) columns: Vec<Column>,
    /// All of its rows, and how many of them a sheet takes.
    pub(super) rows: u64,
    pub(super) most: u64,
    /// Texts that are longer than a cell may be.
    long: u64,
    /// Columns that it has in its file.
    all: usize,
    /// The column that names figures: their units have a column of their own behind all others.
    figures: Option<usize>,
}

impl Table {
    /// Reads a table through.
    pub(super) fn read(path: &Path, title: &str, headings: &Headings) -> Result<Self, ExportError> {
        let names = header(path)?;
        let mut seen: Vec<Seen> = names.iter().map(|name| Seen::none(name)).collect();
        let (mut rows, mut long) = (0, 0);
        each(path, &mut |cells| {
            for (seen, cell) in seen.iter_mut().zip(cells) {
                seen.see(*cell);
                if let Raw::Written(text) | Raw::Words(text) = cell
                    && text.len() > MOST_SIGNS
                    && text.encode_utf16().count() > MOST_SIGNS
                {
                    long += 1;
                }
            }
            rows += 1;
            Ok(())
        })?;
        let kept = names.len().min(MOST_COLUMNS);
        let headed = names[..kept].iter().map(|name| headings.of(name));
        let mut headed: Vec<String> = headed.collect();
        let mut columns: Vec<Column> = seen[..kept].iter().map(Seen::column).collect();
        let figures = names
            .iter()
            .position(|name| name == "figure" || name == "output");
        if figures.is_some() {
            for column in columns.iter_mut().filter(|it| it.kind == Kind::Number) {
                (column.mixed, column.width) = (true, column.width.max(NUMBER_WIDTH));
            }
            headed.push("unit".into());
            columns.push(Column::words(UNIT_WIDTH));
        }
        Ok(Self {
            path: path.to_owned(),
            title: title.to_owned(),
            headings: headed,
            columns,
            rows,
            most: MOST_ROWS,
            long,
            all: names.len(),
            figures,
        })
    }

    /// Rows of its sheet below the header.
    pub(super) fn kept(&self) -> u64 {
        self.rows.min(self.most)
    }

    /// Name of its file.
    pub(super) fn file(&self) -> String {
        let name = self.path.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    /// Hands the rows to `see` once more.
    pub(super) fn each(
        &self,
        see: &mut dyn FnMut(&[Raw<'_>]) -> Result<(), ExportError>,
    ) -> Result<(), ExportError> {
        let Some(at) = self.figures else {
            return each(&self.path, see);
        };
        let headings = Headings::new();
        each(&self.path, &mut |cells| {
            let unit = match cells.get(at) {
                Some(Raw::Written(name) | Raw::Words(name)) => headings.unit_of_figure(name),
                _ => None,
            };
            let unit = Raw::Words(unit.unwrap_or_default());
            see(&[cells, &[unit]].concat())
        })
    }

    /// What of it is not in its sheet.
    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let file = self.file();
        if self.rows > self.most {
            notes.push(format!(
                "{file} has {} rows; its sheet ends after {}, as sheets do",
                grouped(self.rows as f64, 0),
                grouped(self.most as f64, 0)
            ));
        }
        if self.all > MOST_COLUMNS {
            notes.push(format!(
                "{file} has {} columns; its sheet ends after {}, as sheets do",
                grouped(self.all as f64, 0),
                grouped(MOST_COLUMNS as f64, 0)
            ));
        }
        if self.long > 0 {
            notes.push(format!(
                "{file} has {} texts longer than a cell may be ({} characters): they are cut",
                self.long,
                grouped(MOST_SIGNS as f64, 0)
            ));
        }
        notes
    }
}

fn is_parquet(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "parquet")
}

/// Names of the columns.
fn header(path: &Path) -> Result<Vec<String>, Fault> {
    if is_parquet(path) {
        let reader = open(path)?;
        let schema = reader.metadata().file_metadata().schema().get_fields();
        return Ok(schema.iter().map(|field| field.name().to_owned()).collect());
    }
    let header = Rows::open(path)?.header;
    if header.is_empty() {
        return Err(Fault::new("the table is empty: it has no header", DAMAGED).in_file(path, None));
    }
    Ok(header.iter().map(str::to_owned).collect())
}

fn each(
    path: &Path,
    see: &mut dyn FnMut(&[Raw<'_>]) -> Result<(), ExportError>,
) -> Result<(), ExportError> {
    if is_parquet(path) {
        return each_parquet(path, see);
    }
    let mut rows = Rows::open(path)?;
    let mut record = StringRecord::new();
    while rows.next(&mut record)?.is_some() {
        let cells: Vec<Raw<'_>> = record.iter().map(Raw::Written).collect();
        see(&cells)?;
    }
    Ok(())
}

fn open(path: &Path) -> Result<SerializedFileReader<File>, Fault> {
    let file = File::open(path)
        .map_err(|error| Fault::new(error.to_string(), DAMAGED).in_file(path, None))?;
    SerializedFileReader::new(file).map_err(|error| broken(path, &error))
}

fn broken(path: &Path, error: &ParquetError) -> Fault {
    let what = format!("this is not the Parquet file that was written: {error}");
    Fault::new(what, DAMAGED).in_file(path, None)
}

fn each_parquet(
    path: &Path,
    see: &mut dyn FnMut(&[Raw<'_>]) -> Result<(), ExportError>,
) -> Result<(), ExportError> {
    let reader = open(path)?;
    let rows = reader
        .get_row_iter(None)
        .map_err(|error| broken(path, &error))?;
    for row in rows {
        let row = row.map_err(|error| broken(path, &error))?;
        let cells: Vec<Raw<'_>> = row.get_column_iter().map(|(_, field)| raw(field)).collect();
        see(&cells)?;
    }
    Ok(())
}

fn raw(field: &Field) -> Raw<'_> {
    match field {
        Field::Str(text) => Raw::Words(text),
        Field::Double(value) => Raw::Number(*value),
        Field::Float(value) => Raw::Number(f64::from(*value)),
        Field::Int(value) => Raw::Number(f64::from(*value)),
        Field::UInt(value) => Raw::Number(f64::from(*value)),
        Field::Long(value) => Raw::Number(*value as f64),
        Field::ULong(value) => Raw::Number(*value as f64),
        Field::Bool(value) => Raw::Flag(*value),
        Field::TimestampMillis(value) => Raw::Time(days(value.saturating_add(TO_1970))),
        _ => Raw::Empty,
    }
}
