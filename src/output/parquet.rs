//! Rows as Parquet: columns are gathered in batches, row groups written as they fill.

use std::fs::File;
use std::io;
use std::sync::Arc;

use arrow_array::builder::{
    BooleanBuilder, Float64Builder, StringBuilder, TimestampMillisecondBuilder, UInt64Builder,
};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use jiff::civil::DateTime;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use super::column::{Cell, Column, Kind};

/// Rows gathered before they are encoded.
const BATCH: usize = 4096;
/// Rows in a row group: what is held in memory, encoded.
const ROW_GROUP: usize = 1 << 15;

pub(super) struct ParquetSink {
    writer: ArrowWriter<File>,
    schema: SchemaRef,
    columns: Vec<Builder>,
    at: usize,
    rows: usize,
}

enum Builder {
    Time(TimestampMillisecondBuilder),
    Text(StringBuilder),
    Integer(UInt64Builder),
    Number(Float64Builder),
    Flag(BooleanBuilder),
}

impl Builder {
    fn new(kind: Kind) -> Self {
        match kind {
            Kind::Time => Self::Time(TimestampMillisecondBuilder::with_capacity(BATCH)),
            Kind::Text => Self::Text(StringBuilder::new()),
            Kind::Integer => Self::Integer(UInt64Builder::with_capacity(BATCH)),
            Kind::Number(_) => Self::Number(Float64Builder::with_capacity(BATCH)),
            Kind::Flag => Self::Flag(BooleanBuilder::with_capacity(BATCH)),
        }
    }

    fn push(&mut self, cell: Cell) {
        match (self, cell) {
            (Self::Time(builder), Cell::Time(value)) => builder.append_value(millis(value)),
            (Self::Text(builder), Cell::Text(value)) => builder.append_value(value),
            (Self::Integer(builder), Cell::Integer(value)) => builder.append_value(value),
            (Self::Number(builder), Cell::Number(value)) => {
                builder.append_option(Some(value).filter(|v| v.is_finite()));
            }
            (Self::Flag(builder), Cell::Flag(value)) => builder.append_value(value),
            (Self::Time(builder), _) => builder.append_null(),
            (Self::Text(builder), _) => builder.append_null(),
            (Self::Integer(builder), _) => builder.append_null(),
            (Self::Number(builder), _) => builder.append_null(),
            (Self::Flag(builder), _) => builder.append_null(),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Time(builder) => Arc::new(builder.finish()),
            Self::Text(builder) => Arc::new(builder.finish()),
            Self::Integer(builder) => Arc::new(builder.finish()),
            Self::Number(builder) => Arc::new(builder.finish()),
            Self::Flag(builder) => Arc::new(builder.finish()),
        }
    }
}

fn data_type(kind: Kind) -> DataType {
    match kind {
        Kind::Time => DataType::Timestamp(TimeUnit::Millisecond, None),
        Kind::Text => DataType::Utf8,
        Kind::Integer => DataType::UInt64,
        Kind::Number(_) => DataType::Float64,
        Kind::Flag => DataType::Boolean,
    }
}

/// Milliseconds since 1970 of a time without a zone.
fn millis(value: DateTime) -> i64 {
    let epoch = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
    epoch.duration_until(value).as_millis() as i64
}

impl ParquetSink {
    pub(super) fn new(file: File, columns: &[Column]) -> io::Result<Self> {
        let fields: Vec<Field> = columns
            .iter()
            .map(|column| Field::new(&column.name, data_type(column.kind), true))
            .collect();
        let schema: SchemaRef = Arc::new(Schema::new(fields));
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_max_row_group_row_count(Some(ROW_GROUP))
            .build();
        let writer =
            ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties)).map_err(plain)?;
        Ok(Self {
            writer,
            schema,
            columns: columns
                .iter()
                .map(|column| Builder::new(column.kind))
                .collect(),
            at: 0,
            rows: 0,
        })
    }

    pub(super) fn cell(&mut self, cell: Cell) {
        if let Some(column) = self.columns.get_mut(self.at) {
            column.push(cell);
        }
        self.at += 1;
    }

    pub(super) fn end_row(&mut self) -> io::Result<()> {
        self.at = 0;
        self.rows += 1;
        if self.rows == BATCH {
            self.flush()?;
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        self.flush()?;
        self.writer.close().map_err(plain)?;
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.rows = 0;
        let arrays = self.columns.iter_mut().map(Builder::finish).collect();
        let batch =
            RecordBatch::try_new(Arc::clone(&self.schema), arrays).map_err(io::Error::other)?;
        self.writer.write(&batch).map_err(plain)
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
