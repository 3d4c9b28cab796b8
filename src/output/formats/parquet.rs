//! Rows as Parquet: columns are gathered for a row group, which is written when it is full.
//!
//! Every column is optional: a cell without a value is null. Times are milliseconds since 1970 of local time without a zone.
//! Times and counts are stored as differences (`DELTA_BINARY_PACKED`), all else as it is: measured values hardly repeat, so
//! that a dictionary would cost more than the rest of the run's output and save nothing.

use std::fs::File;
use std::io;
use std::sync::Arc;

use parquet::basic::{Compression, Encoding, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{ColumnPath, Type};

use crate::output::column::{Cell, Column, Kind};
use crate::output::moments::millis;

/// Cells held in memory before a row group is written, and the rows that it has at most: its share of the file's footer is
/// held to the end.
const CELLS: usize = 1 << 18;
const MOST_ROWS: usize = 1 << 15;

pub(in crate::output) struct ParquetSink {
    writer: SerializedFileWriter<File>,
    columns: Vec<Gathered>,
    at: usize,
    rows: usize,
    /// Rows of a full row group.
    full: usize,
}

/// The cells of one column since the last row group.
struct Gathered {
    /// Rows whose cell has no value, from the first of the row group.
    empty: Vec<usize>,
    values: Values,
}

enum Values {
    /// Times and counts; the bits of a count are those of the signed integer that Parquet stores.
    Integers(Vec<i64>),
    /// Words one behind the other, and where each ends.
    Text(Vec<u8>, Vec<usize>),
    Numbers(Vec<f64>),
    Flags(Vec<bool>),
}

impl Gathered {
    /// With room for the cells of a row group.
    fn new(kind: Kind, rows: usize) -> Self {
        Self {
            empty: Vec::new(),
            values: match kind {
                Kind::Time | Kind::Integer => Values::Integers(Vec::with_capacity(rows)),
                Kind::Text => Values::Text(Vec::new(), Vec::with_capacity(rows)),
                Kind::Number(_) => Values::Numbers(Vec::with_capacity(rows)),
                Kind::Flag => Values::Flags(Vec::with_capacity(rows)),
            },
        }
    }

    #[inline]
    fn push(&mut self, row: usize, cell: Cell) {
        match (&mut self.values, cell) {
            (Values::Integers(values), Cell::Moment(value)) => {
                values.push(value.millis());
            }
            (Values::Integers(values), Cell::Time(value)) => {
                values.push(millis(value));
            }
            (Values::Integers(values), Cell::Integer(value)) => {
                values.push(value.cast_signed());
            }
            (Values::Text(bytes, ends), Cell::Text(value)) => {
                bytes.extend_from_slice(value.as_bytes());
                ends.push(bytes.len());
            }
            (Values::Numbers(values), Cell::Number(value)) if value.is_finite() => {
                values.push(value);
            }
            (Values::Flags(values), Cell::Flag(value)) => {
                values.push(value);
            }
            _ => self.empty.push(row),
        }
    }

    /// Writes the cells and forgets them. `present` has a 1 for each row, and has it again afterwards.
    fn write(&mut self, mut column: SerializedColumnWriter<'_>, present: &mut [i16]) -> Result<()> {
        for row in &self.empty {
            present[*row] = 0;
        }
        match &mut self.values {
            Values::Integers(values) => drain::<Int64Type>(&mut column, values, present),
            Values::Text(bytes, ends) => {
                let mut words = words(bytes, ends);
                bytes.clear();
                ends.clear();
                drain::<ByteArrayType>(&mut column, &mut words, present)
            }
            Values::Numbers(values) => drain::<DoubleType>(&mut column, values, present),
            Values::Flags(values) => drain::<BoolType>(&mut column, values, present),
        }?;
        for row in self.empty.drain(..) {
            present[row] = 1;
        }
        column.close()
    }
}

/// The words of a row group: they share one piece of memory.
fn words(bytes: &[u8], ends: &[usize]) -> Vec<ByteArray> {
    let all = ByteArray::from(bytes.to_vec());
    let mut from = 0;
    let each = ends.iter().map(|end| {
        let word = all.slice(from, end - from);
        from = *end;
        word
    });
    each.collect()
}

fn drain<T: DataType>(
    column: &mut SerializedColumnWriter<'_>,
    values: &mut Vec<T::T>,
    present: &[i16],
) -> Result<()> {
    let writer = column.typed::<T>();
    writer.write_batch(values, Some(present), None)?;
    values.clear();
    Ok(())
}

fn field(column: &Column) -> Result<Type> {
    let (physical, logical) = match column.kind {
        Kind::Time => {
            let without_zone = LogicalType::timestamp(false, TimeUnit::MILLIS);
            (Physical::INT64, Some(without_zone))
        }
        Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::Integer => (Physical::INT64, Some(LogicalType::integer(64, false))),
        Kind::Number(_) => (Physical::DOUBLE, None),
        Kind::Flag => (Physical::BOOLEAN, None),
    };
    Type::primitive_type_builder(&column.name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical)
        .build()
}

/// Least and largest value of each row group, so that readers can pass over it; not of words.
fn properties(columns: &[Column]) -> WriterProperties {
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_dictionary_enabled(false)
        .set_offset_index_disabled(true)
        .set_statistics_enabled(EnabledStatistics::Chunk);
    for column in columns {
        let path = ColumnPath::from(column.name.as_str());
        properties = match column.kind {
            Kind::Time | Kind::Integer => {
                properties.set_column_encoding(path, Encoding::DELTA_BINARY_PACKED)
            }
            Kind::Text => properties.set_column_statistics_enabled(path, EnabledStatistics::None),
            Kind::Number(_) | Kind::Flag => properties,
        };
    }
    properties.build()
}

impl ParquetSink {
    pub(in crate::output) fn new(file: File, columns: &[Column]) -> io::Result<Self> {
        let fields: Result<Vec<_>> = columns
            .iter()
            .map(|column| field(column).map(Arc::new))
            .collect();
        let schema = fields.and_then(|fields| {
            Type::group_type_builder("schema")
                .with_fields(fields)
                .build()
        });
        let schema = Arc::new(schema.map_err(plain)?);
        let properties = Arc::new(properties(columns));
        let full = (CELLS / columns.len().max(1)).clamp(1, MOST_ROWS);
        let writer = SerializedFileWriter::new(file, schema, properties).map_err(plain)?;
        Ok(Self {
            writer,
            columns: columns
                .iter()
                .map(|column| Gathered::new(column.kind, full))
                .collect(),
            at: 0,
            rows: 0,
            full,
        })
    }

    pub(in crate::output) fn cell(&mut self, cell: Cell) {
        if let Some(column) = self.columns.get_mut(self.at) {
            column.push(self.rows, cell);
        }
        self.at += 1;
    }

    pub(in crate::output) fn end_row(&mut self) -> io::Result<()> {
        self.at = 0;
        self.rows += 1;
        if self.rows == self.full {
            self.flush().map_err(plain)?;
        }
        Ok(())
    }

    pub(in crate::output) fn finish(mut self) -> io::Result<()> {
        self.flush().map_err(plain)?;
        self.writer.close().map_err(plain)?;
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        if self.rows == 0 {
            return Ok(());
        }
        let mut present = vec![1; self.rows];
        self.rows = 0;
        let mut group = self.writer.next_row_group()?;
        for gathered in &mut self.columns {
            let column = group.next_column()?;
            let column = column.ok_or_else(|| ParquetError::General("a column too many".into()))?;
            gathered.write(column, &mut present)?;
        }
        group.close()?;
        Ok(())
    }
}

/// The error underneath, with its kind where there is one.
fn plain(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(inner) => match inner.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(other) => io::Error::other(other),
        },
        other => io::Error::other(other),
    }
}
