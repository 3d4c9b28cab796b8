//! Rows as comma-separated text.

use std::fs::File;
use std::io::{self, Write as _};

use csv::{ByteRecord, Writer, WriterBuilder};

use super::number::push_fixed;
use super::table::{Cell, Column, Kind};

pub(super) struct CsvSink {
    writer: Writer<File>,
    kinds: Vec<Kind>,
    row: ByteRecord,
    text: Vec<u8>,
}

impl CsvSink {
    pub(super) fn new(file: File, columns: &[Column]) -> io::Result<Self> {
        let mut writer = WriterBuilder::new()
            .buffer_capacity(1 << 16)
            .from_writer(file);
        writer
            .write_record(columns.iter().map(|column| &column.name))
            .map_err(plain)?;
        Ok(Self {
            writer,
            kinds: columns.iter().map(|column| column.kind).collect(),
            row: ByteRecord::new(),
            text: Vec::with_capacity(32),
        })
    }

    pub(super) fn cell(&mut self, cell: Cell) {
        let kind = self.kinds.get(self.row.len());
        if let Cell::Text(text) = cell {
            return self.row.push_field(text.as_bytes());
        }
        self.text.clear();
        // Writing into a vector cannot fail.
        let _ = match (cell, kind) {
            (Cell::Number(value), Some(Kind::Number(decimals))) => {
                push_fixed(&mut self.text, value, *decimals);
                Ok(())
            }
            (Cell::Integer(value), _) => write!(self.text, "{value}"),
            (Cell::Time(value), _) => write!(self.text, "{value}"),
            (Cell::Flag(value), _) => write!(self.text, "{value}"),
            _ => Ok(()),
        };
        self.row.push_field(&self.text);
    }

    pub(super) fn end_row(&mut self) -> io::Result<()> {
        let written = self.writer.write_byte_record(&self.row).map_err(plain);
        self.row.clear();
        written
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// The error underneath, with its kind.
fn plain(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}
