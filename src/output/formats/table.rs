//! A table on disk: columns are declared once, and a row goes to CSV or Parquet.

use std::path::{Path, PathBuf};

use jiff::civil::DateTime;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::output::OutputError;
use crate::output::column::Cell;
pub use crate::output::column::{Column, Kind};
use crate::output::csv::CsvSink;
pub(in crate::output) use crate::output::moments::{Moment, Moments, moment};
use crate::output::parquet::ParquetSink;

/// How tables are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Text, rounded to the decimals of each column.
    #[default]
    Csv,
    /// Binary, compressed with Snappy, unrounded.
    Parquet,
}

impl Format {
    pub(in crate::output) fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Parquet => "parquet",
        }
    }
}

/// A table being written: the cells of a row from left to right, then `end_row`. The sinks buffer; memory does
/// not grow with the number of rows. A cell of another kind than its column's leaves the cell empty.
pub struct Table {
    path: PathBuf,
    sink: Sink,
}

enum Sink {
    Csv(Box<CsvSink>),
    Parquet(Box<ParquetSink>),
}

impl Table {
    /// Creates `NAME.csv` or `NAME.parquet` in `folder` and writes the header.
    pub fn create(
        folder: &Path,
        name: &str,
        format: Format,
        columns: &[Column],
    ) -> Result<Self, OutputError> {
        let path = folder.join(format!("{name}.{}", format.extension()));
        let sink = std::fs::File::create(&path)
            .and_then(|file| {
                Ok(match format {
                    Format::Csv => Sink::Csv(Box::new(CsvSink::new(file, columns)?)),
                    Format::Parquet => Sink::Parquet(Box::new(ParquetSink::new(file, columns)?)),
                })
            })
            .map_err(|e| OutputError::io("write", &path, &e))?;
        Ok(Self { path, sink })
    }

    /// A time.
    pub fn time(&mut self, value: DateTime) {
        match &mut self.sink {
            Sink::Csv(sink) => sink.time(value),
            Sink::Parquet(sink) => sink.cell(Cell::Time(value)),
        }
    }

    /// A time of a run.
    pub(in crate::output) fn moment(&mut self, value: Moment) {
        match &mut self.sink {
            Sink::Csv(sink) => sink.moment(value),
            Sink::Parquet(sink) => sink.cell(Cell::Moment(value)),
        }
    }

    /// Words.
    pub fn text(&mut self, value: &str) {
        match &mut self.sink {
            Sink::Csv(sink) => sink.words(value),
            Sink::Parquet(sink) => sink.cell(Cell::Text(value)),
        }
    }

    /// A count.
    pub fn integer(&mut self, value: u64) {
        match &mut self.sink {
            Sink::Csv(sink) => sink.integer(value),
            Sink::Parquet(sink) => sink.cell(Cell::Integer(value)),
        }
    }

    /// A number.
    pub fn number(&mut self, value: f64) {
        match &mut self.sink {
            Sink::Csv(sink) => sink.number(value),
            Sink::Parquet(sink) => sink.cell(Cell::Number(value)),
        }
    }

    /// True or false.
    pub fn flag(&mut self, value: bool) {
        match &mut self.sink {
            Sink::Csv(sink) => sink.flag(value),
            Sink::Parquet(sink) => sink.cell(Cell::Flag(value)),
        }
    }

    /// Completes the row.
    pub fn end_row(&mut self) -> Result<(), OutputError> {
        match &mut self.sink {
            Sink::Csv(sink) => sink.end_row(),
            Sink::Parquet(sink) => sink.end_row(),
        }
        .map_err(|e| OutputError::io("write", &self.path, &e))
    }

    /// Writes what is still buffered.
    pub fn finish(self) -> Result<(), OutputError> {
        match self.sink {
            Sink::Csv(sink) => sink.finish(),
            Sink::Parquet(sink) => sink.finish(),
        }
        .map_err(|e| OutputError::io("write", &self.path, &e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::parquet::file::metadata::RowGroupMetaData;
    use ::parquet::file::reader::{FileReader as _, SerializedFileReader};
    use ::parquet::record::{Field, RowAccessor as _};
    use jiff::civil::date;

    fn columns() -> Vec<Column> {
        vec![
            Column::new("time", Kind::Time),
            Column::new("hall", Kind::Text),
            Column::new("jobs", Kind::Integer),
            Column::new("it_kw", Kind::Number(1)),
            Column::new("done", Kind::Flag),
        ]
    }

    fn write(folder: &Path, format: Format, rows: u64) -> Result<(), OutputError> {
        let mut table = Table::create(folder, "t", format, &columns())?;
        for i in 0..rows {
            table.time(moment(date(2026, 7, 15).at(0, 0, 0, 0), 900.0 * i as f64));
            table.text(["north, \"old\"", "", "south"][i.min(2) as usize]);
            table.integer(i);
            table.number(if i == 1 { f64::NAN } else { i as f64 + 0.26 });
            table.flag(i % 2 == 0);
            table.end_row()?;
        }
        table.finish()
    }

    #[test]
    fn csv_cells_by_kind() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), Format::Csv, 2).unwrap();
        let text = std::fs::read_to_string(folder.path().join("t.csv")).unwrap();
        assert_eq!(
            text,
            "time,hall,jobs,it_kw,done\n\
             2026-07-15T00:00:00,\"north, \"\"old\"\"\",0,0.3,true\n\
             2026-07-15T00:15:00,,1,,false\n"
        );
    }

    #[test]
    fn parquet_reads_back_over_several_row_groups() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), Format::Parquet, 70_000).unwrap();
        let file = std::fs::File::open(folder.path().join("t.parquet")).unwrap();
        let reader = SerializedFileReader::new(file).unwrap();
        assert_eq!(reader.num_row_groups(), 3);
        let rows: Vec<_> = reader.into_iter().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 70_000);
        let time = |row: usize| rows[row].get_timestamp_millis(0).unwrap();
        assert_eq!(time(0), 1_784_073_600_000); // 2026-07-15T00:00:00
        assert_eq!(time(69_999) - time(0), 69_999 * 900_000);
        let text = |row: usize| rows[row].get_string(1).unwrap().as_str();
        assert_eq!([text(0), text(1), text(2)], ["north, \"old\"", "", "south"]);
        assert_eq!(rows[69_999].get_ulong(2).unwrap(), 69_999);
        let kw: Vec<_> = rows
            .iter()
            .take(3)
            .map(|row| row.get_column_iter().nth(3).unwrap().1)
            .collect();
        assert_eq!(
            kw,
            [&Field::Double(0.26), &Field::Null, &Field::Double(2.26)]
        );
        assert!(rows[0].get_bool(4).unwrap() && !rows[69_999].get_bool(4).unwrap());
    }

    /// Memory is bounded by cells: a table of many columns is written in smaller row groups, and nothing is lost between them.
    #[test]
    fn wide_tables_are_written_sooner() {
        let folder = tempfile::tempdir().unwrap();
        let columns: Vec<_> = (0..80)
            .map(|i| Column::new(format!("c{i}.kw"), Kind::Number(1)))
            .collect();
        let mut table = Table::create(folder.path(), "t", Format::Parquet, &columns).unwrap();
        for row in 0..10_000 {
            for column in 0..80 {
                // Every seventh cell is empty.
                let empty = (row + column) % 7 == 0;
                table.number(if empty {
                    f64::NAN
                } else {
                    f64::from(100 * row + column)
                });
            }
            table.end_row().unwrap();
        }
        table.finish().unwrap();
        let file = std::fs::File::open(folder.path().join("t.parquet")).unwrap();
        let reader = SerializedFileReader::new(file).unwrap();
        let groups = reader.metadata().row_groups();
        let sizes: Vec<_> = groups.iter().map(RowGroupMetaData::num_rows).collect();
        assert_eq!(sizes, [3276, 3276, 3276, 172]);
        assert_eq!(
            reader
                .metadata()
                .file_metadata()
                .schema_descr()
                .column(3)
                .name(),
            "c3.kw"
        );
        for (row, read) in reader.into_iter().enumerate().skip(3000).step_by(1999) {
            for (column, (_, cell)) in read.unwrap().get_column_iter().enumerate() {
                let empty = (row + column) % 7 == 0;
                let value = if empty {
                    Field::Null
                } else {
                    Field::Double((100 * row + column) as f64)
                };
                assert_eq!(*cell, value, "row {row}, column {column}");
            }
        }
    }

    /// A full disk is an error that names the file and the cure, in both formats.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_reported() {
        for (format, name) in [(Format::Csv, "t.csv"), (Format::Parquet, "t.parquet")] {
            let folder = tempfile::tempdir().unwrap();
            std::os::unix::fs::symlink("/dev/full", folder.path().join(name)).unwrap();
            let error = write(folder.path(), format, 20_000).unwrap_err();
            assert_eq!(error.kind(), std::io::ErrorKind::StorageFull, "{error}");
            let text = error.to_string();
            assert!(
                text.contains(name) && text.contains("free some space"),
                "{text}"
            );
        }
    }

    #[test]
    fn a_missing_folder_is_reported() {
        let error = write(Path::new("no/such/folder"), Format::Csv, 1).unwrap_err();
        assert!(
            error.to_string().contains("no/such/folder/t.csv"),
            "{error}"
        );
    }
}
