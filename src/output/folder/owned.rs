//! Which files of a result folder this program wrote, and how all others outlive it.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};

use super::super::run::PROGRAM;
use super::LOCK;
use crate::bounded;

/// Files of a folder from versions whose `run.json` has no list, or from a run that was killed.
const KNOWN: [&str; 16] = [
    "circuits.csv",
    "circuits.parquet",
    "events.csv",
    "events.parquet",
    "jobs.csv",
    "jobs.parquet",
    "load_8760.csv",
    "racks.csv",
    "racks.parquet",
    "run.json",
    "scenario.toml",
    "session.toml",
    "summary.json",
    "timeseries.csv",
    "timeseries.parquet",
    LOCK,
];

/// A `run.json` is smaller.
const MAX_BYTES: u64 = 16 << 20;

/// The files of one run.
#[derive(Debug, Default)]
pub(super) struct Owned {
    names: BTreeSet<String>,
    /// The request of the run, where recorded.
    pub(super) asked: Option<String>,
}

impl Owned {
    /// Files of the run that filled `folder`; None where no run of this program did. Other programs leave a
    /// `run.json` too: ours says so.
    pub(super) fn of(folder: &Path) -> Option<Self> {
        let path = folder.join("run.json");
        if !fs::symlink_metadata(&path).is_ok_and(|file| file.is_file()) {
            return None;
        }
        let text = bounded::read(&path, MAX_BYTES).ok()?;
        let run: serde_json::Value = serde_json::from_slice(&text).ok()?;
        if run.get("program")? != PROGRAM {
            return None;
        }
        let mut owned = match run.get("files").and_then(serde_json::Value::as_array) {
            Some(files) => Self::named(files.iter().filter_map(serde_json::Value::as_str)),
            None => Self::named(KNOWN),
        };
        owned.names.insert("run.json".into());
        owned.asked = run.get("asked").and_then(|a| a.as_str()).map(str::to_owned);
        Some(owned)
    }

    /// Files that a run without its `run.json` may have written.
    pub(super) fn unfinished() -> Self {
        Self::named(KNOWN)
    }

    fn named<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let names = names.into_iter().map(str::to_owned).collect();
        Self { names, asked: None }
    }

    /// A file as it was written: a link or a folder of that name is foreign.
    fn holds(&self, entry: &DirEntry) -> bool {
        let name = entry.file_name();
        name.to_str().is_some_and(|name| self.names.contains(name))
            && entry.file_type().is_ok_and(|kind| kind.is_file())
    }

    /// Of the names that are to be written, the first that a foreign file has.
    pub(super) fn in_the_way(&self, folder: &Path, names: &[String]) -> io::Result<Option<String>> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if let Some(name) = entry.file_name().to_str()
                && names.iter().any(|written| written == name)
                && !self.holds(&entry)
            {
                return Ok(Some(name.into()));
            }
        }
        Ok(None)
    }
}

/// Looks again where another process writes into a folder while it is emptied.
const ROUNDS: usize = 100;

/// Empties the folder of an earlier run and removes it: its files are deleted, everything else moves to `to`. Nothing is
/// deleted that is not known by its name to be of that run, so what comes between stays.
pub(super) fn empty(folder: &Path, owned: &Owned, to: &Path) -> io::Result<()> {
    let mut last = Ok(());
    for _ in 0..ROUNDS {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let (path, name) = (entry.path(), entry.file_name());
            if name == LOCK {
                continue;
            }
            let done = if owned.holds(&entry) {
                fs::remove_file(&path)
            } else {
                move_beside(&path, to, &name)
            };
            match done {
                // Another run clears the same folder.
                Err(_) if fs::symlink_metadata(&path).is_err() => {}
                done => done?,
            }
        }
        let _ = fs::remove_file(folder.join(LOCK));
        last = fs::remove_dir(folder);
        if last.is_ok() {
            break;
        }
    }
    last
}

/// Moves a file or folder into `to`, under another name where its own is taken.
fn move_beside(from: &Path, to: &Path, name: &OsStr) -> io::Result<()> {
    let mut target = to.join(name);
    for number in 1.. {
        match rename_new(from, &target) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            done => return done,
        }
        let mut other = name.to_owned();
        other.push(format!(".{number}"));
        target = to.join(other);
    }
    Ok(())
}

/// Renames, and fails where the new name is taken.
pub(crate) fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE).map_err(io::Error::from) {
            Err(error) if unknown(&error) => {}
            done => return done,
        }
    }
    if fs::symlink_metadata(to).is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    fs::rename(from, to)
}

/// Gives two folders each other's names: at once where the system can, else one after the other.
pub(crate) fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        match renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).map_err(io::Error::from) {
            Err(error) if unknown(&error) => {}
            done => return done,
        }
    }
    let between = PathBuf::from(format!("{}.old", one.display()));
    fs::rename(other, &between)?;
    if let Err(error) = fs::rename(one, other) {
        fs::rename(&between, other)?;
        return Err(error);
    }
    fs::rename(&between, one)
}

/// Neither the file system nor an old kernel need know these calls.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn unknown(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported
    )
}
