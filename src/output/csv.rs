//! Rows as comma-separated text.

use std::fs::File;
use std::io::{self, Write as _};

use csv::{Writer, WriterBuilder};

use super::column::{Cell, Column, Kind};
use super::number::{push_fixed, push_time};

pub(super) struct CsvSink {
    writer: Writer<File>,
    kinds: Vec<Kind>,
    cells: usize,
    text: Vec<u8>,
    /// The first cell of the row that could not be written; told with the row.
    failed: Option<io::Error>,
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
            cells: 0,
            text: Vec::with_capacity(32),
            failed: None,
        })
    }

    pub(super) fn cell(&mut self, cell: Cell) {
        let kind = self.kinds.get(self.cells);
        self.cells += 1;
        let out = &mut self.text;
        out.clear();
        match (cell, kind) {
            (Cell::Text(text), _) => out.extend_from_slice(text.as_bytes()),
            (Cell::Number(value), Some(Kind::Number(decimals))) => {
                push_fixed(out, value, *decimals);
            }
            (Cell::Time(value), _) => push_time(out, value),
            // Writing into a vector cannot fail.
            (Cell::Integer(value), _) => write!(out, "{value}").unwrap_or_default(),
            (Cell::Flag(value), _) => out.extend_from_slice(if value { b"true" } else { b"false" }),
            _ => {}
        }
        // Cell by cell: a record would be copied once more, and there are millions of cells.
        if let Err(error) = self.writer.write_field(&*out) {
            self.failed.get_or_insert(plain(error));
        }
    }

    pub(super) fn end_row(&mut self) -> io::Result<()> {
        self.cells = 0;
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        self.writer.write_record(None::<&[u8]>).map_err(plain)
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
