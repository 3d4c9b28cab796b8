//! A part of a study: its rows on disk while it runs, and when it is done.
//!
//! ```text
//! DIR/shards/3-of-40.journal    rows in the order in which they ended, appended one by one; held by the process at work
//! DIR/shards/3-of-40.tsv        all of them in order, moved into place whole
//! ```
//!
//! Both begin with lines that name the version, the study, the shard and the files read with their checksums, so that rows of
//! another study, or of other weather, never come together.

use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::row::Row;
use crate::describe::Fault;
use crate::output::{Input, OutputError};

/// A shard: number from 1, of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Its number, from 1.
    pub number: u64,
    /// Of so many.
    pub of: u64,
}

impl Shard {
    /// The whole study.
    pub const WHOLE: Self = Self { number: 1, of: 1 };

    /// Its variations: every `of`-th, so that all shards take about as long.
    pub fn variations(self, all: u64) -> impl Iterator<Item = u64> {
        (self.number - 1..all).step_by(self.of as usize)
    }

    /// How many they are.
    pub fn count(self, all: u64) -> u64 {
        all.saturating_sub(self.number - 1).div_ceil(self.of)
    }

    fn file(self, folder: &Path, end: &str) -> PathBuf {
        folder
            .join(SHARDS)
            .join(format!("{}-of-{}.{end}", self.number, self.of))
    }

    /// The file of all its rows.
    pub fn done(self, folder: &Path) -> PathBuf {
        self.file(folder, "tsv")
    }

    /// The file of its rows so far.
    pub fn journal(self, folder: &Path) -> PathBuf {
        self.file(folder, "journal")
    }
}

/// The folder of the shards within that of the study.
pub(super) const SHARDS: &str = "shards";

/// The lines that rows are headed by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::study) struct Head {
    pub(in crate::study) version: String,
    pub(in crate::study) study: String,
    pub(in crate::study) shard: Shard,
    /// Files that the runs read, in the order of their names.
    pub(in crate::study) inputs: Vec<Input>,
}

impl Head {
    fn text(&self) -> String {
        let mut text = format!(
            "# coldaisle {}\n# study {}\n# shard {} of {}\n",
            self.version, self.study, self.shard.number, self.shard.of
        );
        for input in &self.inputs {
            let _ = writeln!(
                text,
                "# input {} {} {}",
                input.sha256, input.bytes, input.path
            );
        }
        text
    }

    /// Reads the head of a file, up to its first row; None where it has none.
    fn read(reader: &mut impl io::BufRead) -> io::Result<Option<(Self, u64)>> {
        let mut head = Self {
            version: String::new(),
            study: String::new(),
            shard: Shard { number: 0, of: 0 },
            inputs: Vec::new(),
        };
        let mut bytes = 0;
        loop {
            if reader.fill_buf()?.first() != Some(&b'#') {
                break;
            }
            let mut line = String::new();
            bytes += reader.read_line(&mut line)? as u64;
            let Some(line) = line.strip_suffix('\n') else {
                return Ok(None);
            };
            let words: Vec<&str> = line.splitn(5, ' ').collect();
            match words[..] {
                ["#", "coldaisle", version] => version.clone_into(&mut head.version),
                ["#", "study", study] => study.clone_into(&mut head.study),
                ["#", "shard", number, "of", of] => {
                    head.shard = Shard {
                        number: number.parse().unwrap_or(0),
                        of: of.parse().unwrap_or(0),
                    };
                }
                ["#", "input", sha256, length, path] => head.inputs.push(Input {
                    path: path.to_owned(),
                    sha256: sha256.to_owned(),
                    bytes: length.parse().unwrap_or(0),
                }),
                _ => return Ok(None),
            }
        }
        let whole = !head.version.is_empty() && !head.study.is_empty() && head.shard.of > 0;
        Ok(whole.then_some((head, bytes)))
    }

    /// Refuses the rows of `other`, found in `path`, to stand beside those of this head.
    pub(super) fn accept(&self, other: &Self, path: &Path, cure: &str) -> Result<(), Fault> {
        let refuse = |what: String| Err(Fault::new(what, cure).in_file(path, None));
        if other.version != self.version {
            return refuse(format!(
                "its rows are of coldaisle {}, this is {}",
                other.version, self.version
            ));
        }
        if other.study != self.study {
            return refuse(
                "its rows are of another study, or of this one before it was changed".into(),
            );
        }
        for input in &self.inputs {
            let theirs = other.inputs.iter().find(|theirs| theirs.path == input.path);
            if theirs.is_some_and(|theirs| theirs.sha256 != input.sha256) {
                return refuse(format!(
                    "{} has changed since its rows were made",
                    input.path
                ));
            }
        }
        Ok(())
    }
}

/// Rows of a file, found by the number of their variation.
pub(super) struct Rows {
    path: PathBuf,
    file: BufReader<File>,
    pub(super) head: Head,
    /// Where the row of each variation of the shard begins; none where it is missing.
    places: Vec<Option<u64>>,
    /// Bytes up to the end of the last whole row.
    whole: u64,
}

fn io_error(doing: &'static str, path: &Path) -> impl Fn(io::Error) -> OutputError + use<> {
    let path = path.to_owned();
    move |error| OutputError::io(doing, &path, &error)
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
            let of_shard = index
                .checked_sub(shard.number - 1)
                .filter(|past| past % shard.of == 0);
            if let Some(place) =
                of_shard.and_then(|past| places.get_mut((past / shard.of) as usize))
            {
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
    fn has(&self, index: u64) -> bool {
        let shard = self.head.shard;
        let at = (index - (shard.number - 1)) / shard.of;
        self.places.get(at as usize).is_some_and(Option::is_some)
    }

    /// How many variations of the shard have no row.
    pub(super) fn missing(&self) -> u64 {
        self.places.iter().filter(|place| place.is_none()).count() as u64
    }

    /// The line of the n-th variation of the shard.
    fn line(&mut self, nth: usize) -> Result<Option<String>, OutputError> {
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
        let shard = self.head.shard;
        let line = self.line(((index - (shard.number - 1)) / shard.of) as usize)?;
        Ok(line.and_then(|line| Row::of_line(line.trim_end_matches('\n'))))
    }
}

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

/// Ending of a file in the making.
pub(super) const PARTIAL: &str = ".partial";

/// A file written beside its name and moved there whole, by the only process that may write it.
pub(in crate::study) struct Staged {
    path: PathBuf,
    file: io::BufWriter<tempfile::NamedTempFile>,
}

impl Staged {
    pub(in crate::study) fn new(path: &Path) -> Result<Self, OutputError> {
        let failed = io_error("write", path);
        let folder = path.parent().unwrap_or(Path::new("."));
        let prefix = format!(
            ".{}.",
            path.file_name().unwrap_or_default().to_string_lossy()
        );
        // Left by a process that was killed; a living one would hold the lock that this one has.
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with(&prefix) && name.ends_with(PARTIAL) {
                let _ = fs::remove_file(entry.path());
            }
        }
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix(PARTIAL);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let file = builder.tempfile_in(folder).map_err(&failed)?;
        Ok(Self {
            path: path.to_owned(),
            file: io::BufWriter::with_capacity(1 << 16, file),
        })
    }

    pub(in crate::study) fn write(&mut self, bytes: &[u8]) -> Result<(), OutputError> {
        self.file
            .write_all(bytes)
            .map_err(io_error("write", &self.path))
    }

    pub(in crate::study) fn commit(self) -> Result<(), OutputError> {
        let failed = io_error("write", &self.path);
        let file = self
            .file
            .into_inner()
            .map_err(|error| failed(error.into_error()))?;
        file.persist(&self.path)
            .map_err(|error| failed(error.error))?;
        Ok(())
    }
}
