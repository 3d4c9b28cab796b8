//! Rows as comma-separated text. A comma is written behind each cell; the last one of a row becomes the end of the line.
//!
//! Numbers, times and flags hold nothing that needs quotes: they go straight into the buffer. Words go through the
//! `csv` crate, which knows when to quote.

use std::fs::File;
use std::io::{self, Write as _};

use csv::WriterBuilder;
use jiff::civil::DateTime;

use crate::output::buffer::Text;
use crate::output::column::{Column, Kind};
use crate::output::moments::Moment;
use crate::output::number::{push_fixed, push_integer, push_moment, push_time};

/// Text is handed to the system in pieces of about this size, bytes.
const PIECE: usize = 1 << 16;

pub(in crate::output) struct CsvSink {
    file: File,
    kinds: Vec<Kind>,
    cells: usize,
    text: Text,
}

impl CsvSink {
    pub(in crate::output) fn new(file: File, columns: &[Column]) -> io::Result<Self> {
        let mut sink = Self {
            file,
            kinds: columns.iter().map(|column| column.kind).collect(),
            cells: 0,
            text: Text::with_room(2 * PIECE),
        };
        for column in columns {
            sink.words(&column.name);
        }
        sink.end_row()?;
        Ok(sink)
    }

    pub(in crate::output) fn time(&mut self, value: DateTime) {
        self.next();
        push_time(&mut self.text, value);
    }

    pub(in crate::output) fn moment(&mut self, value: Moment) {
        self.next();
        push_moment(&mut self.text, value);
    }

    pub(in crate::output) fn words(&mut self, value: &str) {
        self.next();
        push_words(&mut self.text, value);
        self.text.push(b',');
    }

    pub(in crate::output) fn integer(&mut self, value: u64) {
        self.next();
        push_integer(&mut self.text, value);
    }

    #[inline]
    pub(in crate::output) fn number(&mut self, value: f64) {
        match self.next() {
            Some(Kind::Number(decimals)) => push_fixed(&mut self.text, value, decimals),
            _ => self.text.push(b','),
        }
    }

    pub(in crate::output) fn flag(&mut self, value: bool) {
        self.next();
        self.text.extend(if value { b"true," } else { b"false," });
    }

    /// Begins the next cell; returns what its column holds.
    #[inline]
    fn next(&mut self) -> Option<Kind> {
        self.cells += 1;
        self.kinds.get(self.cells - 1).copied()
    }

    pub(in crate::output) fn end_row(&mut self) -> io::Result<()> {
        if self.cells > 0 {
            self.text.drop_last();
        }
        self.cells = 0;
        self.text.push(b'\n');
        if self.text.len() >= PIECE {
            self.flush()?;
        }
        Ok(())
    }

    pub(in crate::output) fn finish(mut self) -> io::Result<()> {
        self.flush()
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.write_all(self.text.as_bytes())?;
        self.text.clear();
        Ok(())
    }
}

/// Characters that never need quotes.
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut b: u8 = 0;
    while b < 128 {
        plain[b as usize] = b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b' ');
        b += 1;
    }
    plain
};

/// Appends words, in quotes where they need them. No words leave the cell empty, as a number that is none does.
fn push_words(out: &mut Text, text: &str) {
    if text.bytes().all(|b| PLAIN[usize::from(b)]) {
        out.extend(text.as_bytes());
        return;
    }
    let mut writer = WriterBuilder::new().from_writer(Vec::new());
    // Neither can fail in memory.
    if let (Ok(()), Ok(row)) = (writer.write_record([text]), writer.into_inner()) {
        out.extend(row.strip_suffix(b"\n").unwrap_or(&row));
    }
}
