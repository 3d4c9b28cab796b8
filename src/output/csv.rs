//! Rows as comma-separated text.
//!
//! Numbers, times and flags hold nothing that needs quotes: they go straight into the buffer. Words go through the
//! `csv` crate, which knows when to quote.

use std::fs::File;
use std::io::{self, Write as _};

use csv::WriterBuilder;

use super::column::{Cell, Column, Kind};
use super::number::{push_fixed, push_integer, push_time};

/// Text is handed to the system in pieces of about this size, bytes.
const PIECE: usize = 1 << 16;

pub(super) struct CsvSink {
    file: File,
    kinds: Vec<Kind>,
    cells: usize,
    text: Vec<u8>,
}

impl CsvSink {
    pub(super) fn new(file: File, columns: &[Column]) -> io::Result<Self> {
        let mut sink = Self {
            file,
            kinds: columns.iter().map(|column| column.kind).collect(),
            cells: 0,
            text: Vec::with_capacity(2 * PIECE),
        };
        for column in columns {
            sink.cell(Cell::Text(&column.name));
        }
        sink.end_row()?;
        Ok(sink)
    }

    pub(super) fn cell(&mut self, cell: Cell) {
        let kind = self.kinds.get(self.cells);
        let out = &mut self.text;
        if self.cells > 0 {
            out.push(b',');
        }
        self.cells += 1;
        match (cell, kind) {
            (Cell::Text(text), _) => push_words(out, text),
            (Cell::Number(value), Some(Kind::Number(decimals))) => {
                push_fixed(out, value, *decimals);
            }
            (Cell::Time(value), _) => push_time(out, value),
            (Cell::Integer(value), _) => push_integer(out, value),
            (Cell::Flag(value), _) => out.extend_from_slice(if value { b"true" } else { b"false" }),
            _ => {}
        }
    }

    pub(super) fn end_row(&mut self) -> io::Result<()> {
        self.cells = 0;
        self.text.push(b'\n');
        if self.text.len() >= PIECE {
            self.flush()?;
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        self.flush()
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.write_all(&self.text)?;
        self.text.clear();
        Ok(())
    }
}

/// Appends words, in quotes where they need them.
fn push_words(out: &mut Vec<u8>, text: &str) {
    if text
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"_-. ".contains(&b))
        && !text.is_empty()
    {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    let mut writer = WriterBuilder::new().from_writer(Vec::new());
    // Neither can fail in memory.
    if let (Ok(()), Ok(row)) = (writer.write_record([text]), writer.into_inner()) {
        out.extend_from_slice(row.strip_suffix(b"\n").unwrap_or(&row));
    }
}
