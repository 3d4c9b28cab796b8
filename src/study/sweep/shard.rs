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
use std::io;
use std::path::{Path, PathBuf};

use crate::describe::Fault;
use crate::output::Input;

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
        (0..self.count(all)).map(move |nth| self.nth(nth))
    }

    /// How many they are.
    pub fn count(self, all: u64) -> u64 {
        all.saturating_sub(self.number - 1).div_ceil(self.of)
    }

    /// Its variation of a number from 0.
    pub(super) fn nth(self, nth: u64) -> u64 {
        self.number - 1 + nth * self.of
    }

    /// The number from 0 of a variation among its own; None of one that is not.
    pub(super) fn place(self, variation: u64) -> Option<usize> {
        let past = variation.checked_sub(self.number - 1)?;
        (past % self.of == 0).then_some((past / self.of) as usize)
    }

    /// The shard of a file by its name, and the ending of that: `3-of-40.tsv`.
    pub(super) fn of_file(name: &str) -> Option<(Self, &str)> {
        let (part, end) = name.rsplit_once('.')?;
        let (number, of) = part.split_once("-of-")?;
        let shard = Self {
            number: number.parse().ok()?,
            of: of.parse().ok()?,
        };
        [DONE, JOURNAL].contains(&end).then_some((shard, end))
    }

    fn file(self, folder: &Path, end: &str) -> PathBuf {
        folder
            .join(SHARDS)
            .join(format!("{}-of-{}.{end}", self.number, self.of))
    }

    /// The file of all its rows.
    pub fn done(self, folder: &Path) -> PathBuf {
        self.file(folder, DONE)
    }

    /// The file of its rows so far.
    pub fn journal(self, folder: &Path) -> PathBuf {
        self.file(folder, JOURNAL)
    }
}

/// The folder of the shards within that of the study.
pub(super) const SHARDS: &str = "shards";
/// Endings of the files of a shard.
pub(super) const DONE: &str = "tsv";
pub(super) const JOURNAL: &str = "journal";

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
    /// Of rows made by this program; `study` is the checksum.
    pub(in crate::study) fn new(study: String, shard: Shard, inputs: &[Input]) -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION").into(),
            study,
            shard,
            inputs: inputs.to_vec(),
        }
    }

    pub(super) fn text(&self) -> String {
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
    pub(super) fn read(reader: &mut impl io::BufRead) -> io::Result<Option<(Self, u64)>> {
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
