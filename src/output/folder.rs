//! A result folder: written beside its final name, moved into place when complete.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use tempfile::TempDir;

use super::OutputError;
use super::run::{PROGRAM, RunInfo};
use crate::metrics::Summary;

/// A folder in the making. Dropped before `commit`, it leaves nothing; killed, it leaves a hidden
/// `.NAME.…partial` and nothing under its name. The next run to that name clears it away: the system has let go
/// of the lock that a living run holds.
#[derive(Debug)]
pub struct ResultFolder {
    target: PathBuf,
    staged: TempDir,
    lock: fs::File,
}

/// In a folder in the making, held by the run that makes it.
const LOCK: &str = ".lock";

impl ResultFolder {
    /// Checks that `target` may become a result and creates the hidden folder beside it. Missing parents are
    /// created. An existing `target` must be empty or a result of this program, which `commit` then replaces.
    pub fn create(target: &Path) -> Result<Self, OutputError> {
        let target = resolve(target)?;
        check_replaceable(&target)?;
        let (parent, name) = split(&target)?;
        fs::create_dir_all(parent).map_err(|e| OutputError::io("create", parent, &e))?;
        clear_abandoned(parent, name);
        let failed = |e: io::Error| OutputError::io("create a folder in", parent, &e);
        let staged = hidden(parent, name, ".partial").map_err(failed)?;
        let lock = fs::File::create(staged.path().join(LOCK)).map_err(failed)?;
        // Where a file system knows no locks, nothing is ever taken for abandoned.
        let _ = lock.lock();
        Ok(Self {
            target,
            staged,
            lock,
        })
    }

    /// Where files are written until `commit`.
    pub fn path(&self) -> &Path {
        self.staged.path()
    }

    /// Where the folder will be.
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

    /// Writes `run.json`.
    pub fn write_run(&self, run: &RunInfo) -> Result<(), OutputError> {
        self.write_json("run.json", run)
    }

    /// Writes one more file.
    pub fn write(&self, name: &str, content: &[u8]) -> Result<(), OutputError> {
        let path = self.path().join(name);
        fs::write(&path, content).map_err(|e| OutputError::io("write", &path, &e))
    }

    /// Moves the folder to its name and returns it. What stood there is removed only after that succeeded.
    pub fn commit(self) -> Result<PathBuf, OutputError> {
        let failed = |e: io::Error| OutputError::io("move the result to", &self.target, &e);
        check_replaceable(&self.target)?; // again: the run may have taken hours
        let old = if self.target.exists() {
            let (parent, name) = split(&self.target)?;
            let old = hidden(parent, name, ".old").map_err(failed)?;
            fs::rename(&self.target, old.path().join("result")).map_err(failed)?;
            Some(old)
        } else {
            None
        };
        drop(self.lock);
        let _ = fs::remove_file(self.staged.path().join(LOCK));
        if let Err(error) = fs::rename(self.staged.path(), &self.target) {
            if let Some(old) = old {
                // Put back what stood there; where that fails too, keep it under its hidden name.
                if fs::rename(old.path().join("result"), &self.target).is_err() {
                    let _ = old.keep();
                }
            }
            return Err(failed(error));
        }
        let _ = self.staged.keep(); // moved away: nothing is left to remove
        Ok(self.target)
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
            "it is no name for a folder",
            "give the result a folder of its own",
        )
    })
}

fn hidden(parent: &Path, name: &OsStr, suffix: &str) -> io::Result<TempDir> {
    let mut prefix = std::ffi::OsString::from(".");
    prefix.push(name);
    prefix.push(".");
    tempfile::Builder::new()
        .prefix(&prefix)
        .suffix(suffix)
        .tempdir_in(parent)
}

/// Removes what killed runs to this name have left. What cannot be removed stays: it is in nobody's way.
fn clear_abandoned(parent: &Path, name: &OsStr) {
    let prefix = format!(".{}.", name.to_string_lossy());
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let file_name = entry.file_name();
        let file_name = file_name.to_string_lossy();
        if !(file_name.starts_with(&prefix) && file_name.ends_with(".partial")) {
            continue;
        }
        let folder = entry.path();
        let free = fs::File::open(folder.join(LOCK)).is_ok_and(|lock| lock.try_lock().is_ok());
        if free {
            let _ = fs::remove_dir_all(folder);
        }
    }
}

fn check_replaceable(target: &Path) -> Result<(), OutputError> {
    let refused = |cause, cure| Err(OutputError::refused("replace", target, cause, cure));
    let mut entries = match fs::read_dir(target) {
        Ok(entries) => entries,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(e) if e.kind() == io::ErrorKind::NotADirectory => {
            return refused(
                "it is a file, not a folder",
                "choose another name for the result",
            );
        }
        Err(e) => return Err(OutputError::io("look into", target, &e)),
    };
    if let Ok(here) = std::env::current_dir().and_then(fs::canonicalize)
        && here.starts_with(target)
    {
        return refused(
            "it is the folder you are in, or holds it",
            "name a folder inside it, or start from elsewhere",
        );
    }
    if entries.next().is_none() || is_result(target) {
        return Ok(());
    }
    refused(
        "it holds files that coldaisle did not write",
        "choose another folder, or empty this one",
    )
}

/// A folder is ours when its `run.json` says so: other programs leave files of that name too.
fn is_result(folder: &Path) -> bool {
    fs::read(folder.join("run.json"))
        .ok()
        .and_then(|text| serde_json::from_slice::<serde_json::Value>(&text).ok())
        .is_some_and(|run| run.get("program").is_some_and(|program| program == PROGRAM))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    fn commit(target: &Path, seed: u64) -> Result<PathBuf, OutputError> {
        let folder = ResultFolder::create(target)?;
        folder.write_run(&RunInfo::new(seed, 1, 0.5))?;
        folder.write_summary(&Summary::default())?;
        folder.write_scenario("name = 'x'\n")?;
        folder.commit()
    }

    #[test]
    fn a_result_appears_whole_or_not_at_all() {
        let root = tempfile::tempdir().unwrap();
        let target = root.path().join("results/a");
        let folder = ResultFolder::create(&target).unwrap();
        folder.write("timeseries.csv", b"time\n").unwrap();
        assert!(!target.exists());
        let beside = names(&root.path().join("results"));
        assert!(
            beside.len() == 1 && beside[0].starts_with(".a."),
            "{beside:?}"
        );
        drop(folder);
        assert!(names(&root.path().join("results")).is_empty());

        assert_eq!(
            commit(&target, 1).unwrap(),
            fs::canonicalize(&target).unwrap()
        );
        assert_eq!(
            names(&target),
            ["run.json", "scenario.toml", "summary.json"]
        );
        assert_eq!(names(&root.path().join("results")), ["a"]);
    }

    #[test]
    fn what_a_killed_run_left_is_cleared_and_a_living_one_is_not() {
        let root = tempfile::tempdir().unwrap();
        let target = root.path().join("a");
        let living = ResultFolder::create(&target).unwrap();
        let killed = root.path().join(".a.killed.partial");
        let foreign = root.path().join(".a.foreign.partial");
        fs::create_dir(&killed).unwrap();
        fs::create_dir(&foreign).unwrap();
        fs::write(killed.join(LOCK), "").unwrap();
        let second = ResultFolder::create(&target).unwrap();
        assert!(living.path().is_dir() && foreign.is_dir() && !killed.exists());
        drop((living, second));
        assert_eq!(names(root.path()), [".a.foreign.partial"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_result_is_as_readable_as_any_folder() {
        use std::os::unix::fs::PermissionsExt as _;
        let root = tempfile::tempdir().unwrap();
        let usual = root.path().join("usual");
        fs::create_dir(&usual).unwrap();
        let target = commit(&root.path().join("a"), 1).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&target), mode(&usual));
    }

    #[test]
    fn an_empty_folder_and_an_old_result_are_replaced() {
        let root = tempfile::tempdir().unwrap();
        let target = root.path().join("a");
        fs::create_dir(&target).unwrap();
        for seed in [1, 2] {
            commit(&target, seed).unwrap();
            fs::write(target.join("report.html"), "of the old run").unwrap();
        }
        commit(&target, 3).unwrap();
        let run: RunInfo =
            serde_json::from_slice(&fs::read(target.join("run.json")).unwrap()).unwrap();
        assert_eq!((run.seed, run.program.as_str()), (3, "coldaisle"));
        assert_eq!(names(&target).len(), 3);
        assert_eq!(names(root.path()), ["a"]);
    }

    #[test]
    fn what_coldaisle_did_not_write_is_never_replaced() {
        let root = tempfile::tempdir().unwrap();
        let (photos, file) = (root.path().join("photos"), root.path().join("notes"));
        fs::create_dir(&photos).unwrap();
        fs::write(photos.join("run.json"), r#"{"program": "something else"}"#).unwrap();
        fs::write(&file, "x").unwrap();
        for (target, part) in [
            (photos.clone(), "did not write"),
            (file.clone(), "a file, not a folder"),
            (file.join("below"), "a file is in the way"),
            (std::env::current_dir().unwrap(), "the folder you are in"),
            (PathBuf::from("/"), "the folder you are in"),
        ] {
            let error = ResultFolder::create(&target).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
            assert!(error.contains(&*target.to_string_lossy()), "{error}");
        }
        // Someone fills the target while the run goes on.
        let late = root.path().join("late");
        let folder = ResultFolder::create(&late).unwrap();
        fs::create_dir(&late).unwrap();
        fs::write(late.join("mine.txt"), "x").unwrap();
        assert!(folder.commit().is_err());
        assert_eq!(names(&late), ["mine.txt"]);
        assert_eq!(names(root.path()), ["late", "notes", "photos"]);
    }
}
