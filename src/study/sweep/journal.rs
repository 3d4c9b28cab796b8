//! The journal of a shard at work: a row is kept as soon as its run has ended.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::row::Row;
use super::rows::Rows;
use super::shard::Head;
use super::staged::{Staged, io_error};
use crate::output::OutputError;

/// The rows of a shard at work: appended as runs end, from any thread.
pub(in crate::study) struct Journal {
    path: PathBuf,
    file: Mutex<File>,
    /// Whether the row of each variation of the shard was there before.
    found: Rows,
}

impl Journal {
    /// Opens the journal of a shard, or begins one. What was torn off at its end is dropped.
    pub(super) fn open(folder: &Path, head: &Head, variations: u64) -> Result<Self, OutputError> {
        Self::open_at(head.shard.journal(folder), head, variations)
    }

    /// The same in a file of another name.
    pub(in crate::study) fn open_at(
        path: PathBuf,
        head: &Head,
        variations: u64,
    ) -> Result<Self, OutputError> {
        let failed = io_error("write", &path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(io_error("create", parent))?;
        }
        let file = OpenOptions::new()
            .create(true)
            .read(true)
            .append(true)
            .open(&path);
        let mut file = file.map_err(&failed)?;
        if let Err(fs::TryLockError::WouldBlock) = file.try_lock() {
            let cure = "wait until it has ended, or give another folder with -o";
            return Err(OutputError::refused(
                "write",
                &path,
                "another process is at work on it",
                cure,
            ));
        }
        let rows = Rows::open(&path, variations)?;
        let found = if let Some(rows) = rows {
            let cure = format!(
                "give another folder with -o, or remove {} to start again",
                path.display()
            );
            head.accept(&rows.head, &path, &cure).map_err(|fault| {
                OutputError::refused("go on with", &path, &fault.what, &fault.cure)
            })?;
            rows
        } else {
            // Begun and killed before its head was whole.
            let mut start = Vec::new();
            (&file).take(64).read_to_end(&mut start).map_err(&failed)?;
            if start.first().is_some_and(|first| *first != b'#') {
                let cure = "give another folder with -o";
                let what = "it is no journal of a study";
                return Err(OutputError::refused("write", &path, what, cure));
            }
            file.set_len(0).map_err(&failed)?;
            file.write_all(head.text().as_bytes()).map_err(&failed)?;
            let not_whole =
                || OutputError::io("write", &path, &io::Error::other("its head is not whole"));
            Rows::open(&path, variations)?.ok_or_else(not_whole)?
        };
        file.set_len(found.whole).map_err(&failed)?;
        file.seek(SeekFrom::End(0)).map_err(&failed)?;
        Ok(Self {
            path,
            file: Mutex::new(file),
            found,
        })
    }

    /// Whether a run had ended before.
    pub(super) fn has(&self, index: u64) -> bool {
        self.found.has(index)
    }

    /// The row of a run that had ended before.
    pub(in crate::study) fn before(&mut self, index: u64) -> Result<Option<Row>, OutputError> {
        self.found.row(index)
    }

    /// How many had not.
    pub(super) fn missing(&self) -> u64 {
        self.found.missing()
    }

    /// Adds a row.
    pub(in crate::study) fn append(&self, row: &Row) -> Result<(), OutputError> {
        let line = row.line();
        let mut file = self
            .file
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        file.write_all(line.as_bytes())
            .map_err(io_error("write", &self.path))
    }

    /// Writes all rows in order as the finished shard, and removes the journal.
    pub(super) fn finish(
        self,
        folder: &Path,
        head: &Head,
        variations: u64,
    ) -> Result<PathBuf, OutputError> {
        let failed = io_error("read", &self.path);
        let mut rows = Rows::open(&self.path, variations)?
            .ok_or_else(|| failed(io::Error::other("its head is not whole")))?;
        let path = head.shard.done(folder);
        let failed = io_error("write", &path);
        let mut out = Staged::new(&path)?;
        out.write(head.text().as_bytes())?;
        for nth in 0..rows.places.len() {
            let line = rows.line(nth)?;
            let line = line.ok_or_else(|| failed(io::Error::other("a row is missing")))?;
            out.write(line.as_bytes())?;
        }
        out.commit()?;
        // Its rows are in the shard now.
        let _ = fs::remove_file(&self.path);
        Ok(path)
    }
}
