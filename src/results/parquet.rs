//! Parquet as this program writes it: flat optional columns of numbers, words, flags and local times.

use std::fs::File;
use std::path::Path;

use jiff::civil::date;
use parquet::basic::{LogicalType, Type as Physical};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DataType;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader as _, SerializedFileReader};

use super::{DAMAGED, Table, Values};
use crate::describe::Fault;

pub(super) fn read(path: &Path, wanted: &dyn Fn(&str) -> bool) -> Result<Table, Fault> {
    let fault = |what: String| Fault::new(what, DAMAGED).in_file(path, None);
    let file = File::open(path).map_err(|error| fault(error.to_string()))?;
    whole(file, path, wanted)
        .map_err(|error| fault(format!("this is not the Parquet that was written: {error}")))
}

fn whole(file: File, path: &Path, wanted: &dyn Fn(&str) -> bool) -> Result<Table, ParquetError> {
    let reader = SerializedFileReader::new(file)?;
    let schema = reader.metadata().file_metadata().schema_descr_ptr();
    let mut table = Table {
        path: path.to_owned(),
        ..Table::default()
    };
    let mut kept = Vec::new();
    for at in 0..schema.num_columns() {
        let column = schema.column(at);
        if wanted(column.name()) {
            table.names.push(column.name().to_owned());
            table.columns.push(match column.physical_type() {
                Physical::BYTE_ARRAY => Values::Words(Vec::new()),
                _ if is_time(column.logical_type_ref()) => Values::Words(Vec::new()),
                _ => Values::Numbers(Vec::new()),
            });
            kept.push((at, is_time(column.logical_type_ref())));
        }
    }
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group)?;
        let rows = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
        table.rows += rows;
        for ((at, time), values) in kept.iter().zip(&mut table.columns) {
            let column = group.get_column_reader(*at)?;
            match (column, values) {
                (ColumnReader::DoubleColumnReader(column), Values::Numbers(all)) => {
                    all.extend(
                        cells(column, rows)?
                            .into_iter()
                            .map(|it| it.unwrap_or(f64::NAN)),
                    );
                }
                (ColumnReader::BoolColumnReader(column), Values::Numbers(all)) => {
                    let number = |it: Option<bool>| it.map_or(f64::NAN, f64::from);
                    all.extend(cells(column, rows)?.into_iter().map(number));
                }
                (ColumnReader::Int64ColumnReader(column), Values::Numbers(all)) => {
                    let number = |it: Option<i64>| it.map_or(f64::NAN, |it| it as f64);
                    all.extend(cells(column, rows)?.into_iter().map(number));
                }
                (ColumnReader::Int64ColumnReader(column), Values::Words(all)) if *time => {
                    all.extend(cells(column, rows)?.into_iter().map(moment));
                }
                (ColumnReader::ByteArrayColumnReader(column), Values::Words(all)) => {
                    for cell in cells(column, rows)? {
                        let text = cell.map(|bytes| bytes.as_utf8().map(str::to_owned));
                        all.push(text.transpose()?.unwrap_or_default());
                    }
                }
                _ => return Err(ParquetError::General("a column of another type".into())),
            }
        }
    }
    Ok(table)
}

fn is_time(logical: Option<&LogicalType>) -> bool {
    matches!(logical, Some(LogicalType::Timestamp(_)))
}

/// As CSV writes it.
fn moment(millis: Option<i64>) -> String {
    let Some(millis) = millis else {
        return String::new();
    };
    let at = date(1970, 1, 1).at(0, 0, 0, 0);
    at.saturating_add(jiff::SignedDuration::from_millis(millis))
        .strftime("%Y-%m-%dT%H:%M:%S")
        .to_string()
}

/// The cells of a row group, None where they have no value.
fn cells<T: DataType>(
    mut column: ColumnReaderImpl<T>,
    rows: usize,
) -> Result<Vec<Option<T::T>>, ParquetError> {
    let (mut values, mut levels) = (Vec::new(), Vec::new());
    loop {
        let (records, _, _) = column.read_records(rows, Some(&mut levels), None, &mut values)?;
        if records == 0 || levels.len() >= rows {
            break;
        }
    }
    let mut values = values.into_iter();
    Ok(levels
        .into_iter()
        .map(|level| if level > 0 { values.next() } else { None })
        .collect())
}
