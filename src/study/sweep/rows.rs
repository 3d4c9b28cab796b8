//! Rows of a shard on disk, found by the number of their variation.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Seek as _};
use std::path::{Path, PathBuf};

use super::row::Row;
use super::shard::Head;
use super::staged::io_error;
use crate::output::OutputError;

/// Rows of a file, found by the number of their variation.
pub(super) struct Rows {
    path: PathBuf,
    pub(super) file: BufReader<File>,
    pub(super) head: Head,
    /// Where the row of each variation of the shard begins; none where it is missing.
    pub(super) places: Vec<Option<u64>>,
    /// Bytes up to the end of the last whole row.
    pub(super) whole: u64,
}

impl Rows {
    /// Looks through a file, up to the first line that is not whole; None where not even the head is.
    pub(super) fn open(path: &Path, variations: u64) -> Result<Option<Self>, OutputError> {
        let failed = io_error("read", path);
        let mut file = BufReader::with_capacity(1 << 16, File::open(path).map_err(&failed)?);
        let Some((head, mut at)) = Head::read(&mut file).map_err(&failed)? else {
            return Ok(None);
        };
        let shard = head.shard;
        let mut places = vec![None; shard.count(variations) as usize];
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = file.read_until(b'\n', &mut line).map_err(&failed)? as u64;
            let text = line
                .strip_suffix(b"\n")
                .and_then(|line| std::str::from_utf8(line).ok());
            let Some(index) = text.and_then(Row::index_of) else {
                break;
            };
            let place = shard.place(index);
            if let Some(place) = place.and_then(|place| places.get_mut(place)) {
                *place = Some(at);
            }
            at += read;
        }
        Ok(Some(Self {
            path: path.to_owned(),
            file,
            head,
            places,
            whole: at,
        }))
    }

    /// Whether the row of a variation is there.
    pub(super) fn has(&self, index: u64) -> bool {
        let place = self.head.shard.place(index);
        place
            .and_then(|place| self.places.get(place))
            .is_some_and(Option::is_some)
    }

    /// How many variations of the shard have no row.
    pub(super) fn missing(&self) -> u64 {
        self.places.iter().filter(|place| place.is_none()).count() as u64
    }

    /// The line of the n-th variation of the shard.
    pub(super) fn line(&mut self, nth: usize) -> Result<Option<String>, OutputError> {
        let Some(place) = self.places.get(nth).copied().flatten() else {
            return Ok(None);
        };
        let failed = io_error("read", &self.path);
        // Rows mostly follow each other.
        let now = self.file.stream_position().map_err(&failed)?;
        self.file
            .seek_relative(place.cast_signed() - now.cast_signed())
            .map_err(&failed)?;
        let mut line = String::new();
        self.file.read_line(&mut line).map_err(&failed)?;
        Ok(Some(line))
    }

    /// The row of a variation of the shard.
    pub(super) fn row(&mut self, index: u64) -> Result<Option<Row>, OutputError> {
        let Some(place) = self.head.shard.place(index) else {
            return Ok(None);
        };
        let line = self.line(place)?;
        Ok(line.and_then(|line| Row::of_line(line.trim_end_matches('\n'))))
    }
}
