//! A result folder: written beside its final name, moved into place when complete.
//!
//! ```text
//! .NAME.…partial   being written, locked                 NAME   an earlier result, and what its user put there
//!        └──────────── exchanged at once ────────────────┘
//! then what the earlier run wrote is deleted, all else moves over, and the hidden folder goes
//! ```
//!
//! Killed at any moment, a run leaves an old or a new result under its name, whole, and deletes nothing that is not its own:
//! what it had not yet moved, the next run to that name does.

mod choice;
mod owned;
mod scratch;

use std::ffi::OsStr;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use tempfile::TempDir;

use super::OutputError;
use super::run::RunInfo;
use crate::metrics::Summary;
use choice::{choose, next_free};
use owned::{Owned, empty};
pub(crate) use owned::{exchange, rename_new};
pub use scratch::Scratch;

/// In a folder in the making, held by the run that makes it; in one that it replaces, with its name.
const LOCK: &str = ".coldaisle.lock";

/// Where results go.
#[derive(Debug, Clone)]
pub struct Place {
    /// The folder.
    pub target: PathBuf,
    /// Whether to go to `TARGET-2`, `TARGET-3`, … where results of another request exist.
    pub numbered: bool,
    /// The request: equal for runs that lead to the same results.
    pub asked: String,
    /// Files that the run may write: no other file may have these names.
    pub names: Vec<String>,
}

/// Where results are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The folder.
    pub folder: PathBuf,
    /// The folder that was meant, where its content stays.
    pub kept: Option<PathBuf>,
}

/// A folder in the making.
#[derive(Debug)]
struct Live {
    path: PathBuf,
    /// Parents made for it, the innermost first.
    made: Vec<PathBuf>,
}

/// Those of all runs of this process.
static LIVE: Mutex<Vec<Live>> = Mutex::new(Vec::new());

fn live() -> MutexGuard<'static, Vec<Live>> {
    LIVE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes what the runs of this process have begun to write, before it ends early: waits where one moves into place, and
/// lets none begin or end after. Returns whether there was one.
pub fn abandon() -> bool {
    let mut folders = live();
    let any = !folders.is_empty();
    for Live { path, made } in folders.drain(..) {
        // The run keeps writing until the process ends.
        for _ in 0..ATTEMPTS {
            if fs::remove_dir_all(&path).is_ok() || !path.exists() {
                break;
            }
        }
        remove_empty(&made);
    }
    std::mem::forget(folders);
    any
}

const ATTEMPTS: usize = 100;

/// Parents that do not exist yet, the innermost first.
fn missing(parent: &Path) -> Vec<PathBuf> {
    let parents = parent.ancestors().take_while(|path| !path.exists());
    parents.map(Path::to_owned).collect()
}

/// Folders with something in them stay.
fn remove_empty(made: &[PathBuf]) {
    for folder in made {
        if fs::remove_dir(folder).is_err() {
            break;
        }
    }
}

/// A folder in the making. Dropped before `commit`, it leaves nothing; killed, it leaves a hidden
/// `.NAME.…partial` and nothing under its name. The next run to that name clears it away: the system has let go
/// of the lock that a living run holds.
#[derive(Debug)]
pub struct ResultFolder {
    place: Place,
    target: PathBuf,
    staged: Option<TempDir>,
    path: PathBuf,
    /// Parents made for it, the innermost first.
    made: Vec<PathBuf>,
    lock: fs::File,
}

impl Drop for ResultFolder {
    fn drop(&mut self) {
        let mut live = live();
        live.retain(|it| it.path != self.path);
        self.staged = None;
        remove_empty(&self.made);
    }
}

impl ResultFolder {
    /// Checks that the place may become a result and creates the hidden folder beside it. Missing parents are created.
    /// An existing folder must be empty or a result of this program, whose files `commit` then replaces.
    pub fn create(mut place: Place) -> Result<Self, OutputError> {
        place.target = resolve(&place.target)?;
        let target = choose(&place, &place.names)?;
        let (parent, name) = split(&place.target)?;
        // Before anything is made: where the process is ending, nothing more may be.
        let mut live = live();
        let made = missing(parent);
        fs::create_dir_all(parent).map_err(|e| OutputError::io("create", parent, &e))?;
        clear_abandoned(parent, name, &place.target);
        let failed = |e: io::Error| OutputError::io("create a folder in", parent, &e);
        let (staged, lock) = stage(parent, name, &mut || ()).map_err(failed)?;
        let path = staged.path().to_owned();
        live.push(Live {
            path: path.clone(),
            made: made.clone(),
        });
        drop(live);
        Ok(Self {
            place,
            target,
            staged: Some(staged),
            path,
            made,
            lock,
        })
    }

    /// Where files are written until `commit`.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the folder will be, unless results of another question come there first.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Writes `summary.json`.
    pub fn write_summary(&self, summary: &Summary) -> Result<(), OutputError> {
        self.write_json("summary.json", summary)
    }

    /// Writes `scenario.toml`: the scenario as resolved.
    pub fn write_scenario(&self, text: &str) -> Result<(), OutputError> {
        self.write("scenario.toml", text.as_bytes())
    }

    /// Writes `run.json`, with the list of all files: call it last.
    pub fn write_run(&self, run: &RunInfo) -> Result<(), OutputError> {
        let mut files = self.files()?;
        files.push("run.json".into());
        files.sort();
        self.write_json(
            "run.json",
            &RunInfo {
                files,
                asked: self.place.asked.clone(),
                ..run.clone()
            },
        )
    }

    /// Writes one more file.
    pub fn write(&self, name: &str, content: &[u8]) -> Result<(), OutputError> {
        let path = self.path().join(name);
        fs::write(&path, content).map_err(|e| OutputError::io("write", &path, &e))
    }

    /// Files written.
    fn files(&self) -> Result<Vec<String>, OutputError> {
        let entries = fs::read_dir(&self.path);
        let entries = entries.map_err(|e| OutputError::io("look into", &self.path, &e))?;
        let names = entries.flatten().map(|entry| entry.file_name());
        let names = names.filter(|name| name != LOCK);
        Ok(names.filter_map(|name| name.into_string().ok()).collect())
    }

    /// Moves the folder to its name and returns where it is. Where something has come there meanwhile that may not be
    /// replaced, it goes beside it: hours of work are not lost.
    pub fn commit(mut self) -> Result<Placed, OutputError> {
        let names = self.files()?;
        // A signal waits until everything is in its place.
        let mut live = live();
        let mut last = None;
        for _ in 0..ATTEMPTS {
            let (target, taken) = match choose(&self.place, &names) {
                Ok(target) => (target, false),
                Err(_) => (next_free(&self.place.target), true),
            };
            match self.put(&target) {
                Ok(()) => {
                    live.retain(|it| it.path != self.path);
                    let kept =
                        (taken || target != self.place.target).then(|| self.place.target.clone());
                    return Ok(Placed {
                        folder: target,
                        kept,
                    });
                }
                // Another run was faster.
                Err(error)
                    if matches!(
                        error.kind(),
                        io::ErrorKind::AlreadyExists
                            | io::ErrorKind::DirectoryNotEmpty
                            | io::ErrorKind::NotFound
                    ) && self.path.exists() =>
                {
                    last = Some((target, error));
                }
                Err(error) => return Err(OutputError::io("move the result to", &target, &error)),
            }
        }
        let (target, error) = last.unwrap_or((self.target.clone(), io::ErrorKind::Other.into()));
        Err(OutputError::io("move the result to", &target, &error))
    }

    fn put(&mut self, target: &Path) -> io::Result<()> {
        let old = match fs::metadata(target) {
            Ok(old) => old,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                rename_new(&self.path, target)?;
                self.settle();
                let _ = fs::remove_file(target.join(LOCK));
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        if !old.permissions().readonly() {
            let _ = fs::set_permissions(&self.path, old.permissions());
        }
        // If this process dies from here on, the next run finds the lock free and does the rest.
        let name = target.file_name().unwrap_or_default();
        let lock = hold(&target.join(LOCK), &mut || ()).and_then(|mut lock| {
            lock.write_all(name.as_encoded_bytes())?;
            Ok(lock)
        });
        exchange(&self.path, target)?;
        // The content of the hidden folder must no longer be removed as a whole.
        self.settle();
        let owned = Owned::of(&self.path).unwrap_or_default();
        // All is in place: what cannot be tidied up stays hidden, and is not lost.
        let _ = empty(&self.path, &owned, target);
        let _ = fs::remove_file(target.join(LOCK));
        drop(lock);
        Ok(())
    }

    /// From here on the hidden folder is not ours to remove.
    fn settle(&mut self) {
        if let Some(staged) = self.staged.take() {
            let _ = staged.keep();
        }
        let _ = self.lock.unlock();
    }

    fn write_json(&self, name: &str, value: &impl Serialize) -> Result<(), OutputError> {
        let path = self.path().join(name);
        let mut text = serde_json::to_vec_pretty(value)
            .map_err(|e| OutputError::io("write", &path, &io::Error::other(e)))?;
        text.push(b'\n');
        self.write(name, &text)
    }
}

/// An absolute path without symbolic links as far as it exists, so that a link is not replaced but followed.
fn resolve(target: &Path) -> Result<PathBuf, OutputError> {
    match fs::canonicalize(target) {
        Ok(path) => Ok(path),
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            std::path::absolute(target).map_err(|e| OutputError::io("create", target, &e))
        }
        Err(e) => Err(OutputError::io("create", target, &e)),
    }
}

fn split(target: &Path) -> Result<(&Path, &OsStr), OutputError> {
    target.parent().zip(target.file_name()).ok_or_else(|| {
        OutputError::refused(
            "write to",
            target,
            "this path has no folder name",
            "give the result a folder of its own",
        )
    })
}

fn hidden(parent: &Path, name: &OsStr) -> io::Result<TempDir> {
    let mut prefix = std::ffi::OsString::from(".");
    prefix.push(name);
    prefix.push(".");
    tempfile::Builder::new()
        .prefix(&prefix)
        .suffix(PARTIAL)
        .tempdir_in(parent)
}

const PARTIAL: &str = ".partial";

/// A hidden folder, and the lock that keeps it from being cleared away. `unlocked` runs while there is no lock yet.
fn stage(
    parent: &Path,
    name: &OsStr,
    unlocked: &mut dyn FnMut(),
) -> io::Result<(TempDir, fs::File)> {
    let mut last = None;
    for _ in 0..ATTEMPTS {
        let staged = hidden(parent, name)?;
        match hold(&staged.path().join(LOCK), unlocked) {
            // Another run took the folder for abandoned before it was locked.
            Err(error) if error.kind() == io::ErrorKind::NotFound => last = Some(error),
            done => return Ok((staged, done?)),
        }
    }
    Err(last.unwrap_or_else(|| io::ErrorKind::NotFound.into()))
}

/// A lock file, made and locked. Whoever clears away holds the lock while it removes the file, so a file that is there
/// once the lock is ours stays; `NotFound` where it has gone.
fn hold(path: &Path, unlocked: &mut dyn FnMut()) -> io::Result<fs::File> {
    let lock = fs::File::create_new(path)?;
    unlocked();
    // Where a file system knows no locks, nothing is ever taken for abandoned.
    let _ = lock.lock();
    fs::symlink_metadata(path).map(|_| lock)
}

/// Clears what killed runs to this name have left: their own files go, what a user had in the folder that they replaced
/// comes back. Files that cannot be removed stay and do no harm.
fn clear_abandoned(parent: &Path, name: &OsStr, target: &Path) {
    let prefix = format!(".{}.", name.to_string_lossy());
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let file_name = entry.file_name();
        let file_name = file_name.to_string_lossy();
        if !(file_name.starts_with(&prefix) && file_name.ends_with(PARTIAL)) {
            continue;
        }
        let folder = entry.path();
        let Ok(lock) = fs::File::open(folder.join(LOCK)) else {
            continue;
        };
        if lock.try_lock().is_ok() {
            let owned = Owned::of(&folder).unwrap_or_else(Owned::unfinished);
            let replaced = fs::read_to_string(folder.join(LOCK)).unwrap_or_default();
            let named = Path::new(&replaced).file_name();
            let to = named.map_or_else(|| target.to_owned(), |name| parent.join(name));
            let _ = empty(&folder, &owned, &to);
        }
    }
    // Left where the process died between the two.
    let left = target.join(LOCK);
    if let Ok(lock) = fs::File::open(&left)
        && lock.try_lock().is_ok()
    {
        let _ = fs::remove_file(left);
    }
}

#[cfg(test)]
mod tests;
