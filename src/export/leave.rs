//! Leaves an export in its place, whole or not at all.
//!
//! The files are written into a hidden folder beside the target and moved there at once. What may be replaced is an older export of
//! the same results to the same tool in which nothing was changed or added; everything else stays, and the export is refused. A single
//! file never replaces another one: the same export again has the same bytes.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::files::{Files, MANIFEST, Manifest};
use crate::bounded;
use crate::output::{Input, OutputError, exchange, rename_new, write_whole};

/// An `export.json` is smaller.
const MAX_BYTES: u64 = 16 << 20;
const ELSEWHERE: &str = "choose another folder with -o, or move it away";

/// Writes all files into the folder `target`.
pub(super) fn put(target: &Path, tool: &str, files: &Files) -> Result<(), OutputError> {
    let target = resolve(target)?;
    let check = |folder: &Path| replaceable(folder, &target, tool, files);
    check(&target)?;
    let named = target.parent().zip(target.file_name());
    let (parent, name) = named.ok_or_else(|| refused(&target, "it has no name of its own"))?;
    let made = missing(parent);
    let done = stage(parent, name, &target, &files.all(tool), check);
    if done.is_err() {
        remove(&made);
    }
    done
}

/// Writes the file `target`, whose name ends in `ending`.
pub(super) fn put_file(target: &Path, ending: &str, bytes: &[u8]) -> Result<(), OutputError> {
    let refused = |cause: &str| {
        let cure = format!("choose another file with -o NAME.{ending}, or move it away");
        OutputError::refused("write", target, cause, &cure)
    };
    let ends = target.extension();
    if !ends.is_some_and(|ends| ends.eq_ignore_ascii_case(ending)) {
        let cause = format!("its name does not end in .{ending}");
        return Err(refused(&cause));
    }
    if target.is_dir() {
        return Err(refused("it is a folder"));
    }
    let other = "another file is there, or the export of other results";
    match bounded::read(target, bytes.len() as u64) {
        Ok(there) if there == bytes => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        _ => return Err(refused(other)),
    }
    let parent = target.parent().unwrap_or(Path::new("."));
    let made = missing(parent);
    let done = match fs::create_dir_all(parent) {
        Err(error) => Err(OutputError::io("create", parent, &error)),
        Ok(()) => write_whole(target, bytes, false).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => refused(other),
            _ => OutputError::io("write", target, &error),
        }),
    };
    if done.is_err() {
        remove(&made);
    }
    done
}

/// The innermost folder on the way to `target` that exists.
pub(super) fn disk_of(target: Option<&Path>) -> &Path {
    let mut ways = target.into_iter().flat_map(Path::ancestors).skip(1);
    ways.find(|way| way.is_dir()).unwrap_or(Path::new("."))
}

/// Removes folders that were made for an export, as far as they are empty.
fn remove(made: &[PathBuf]) {
    for folder in made {
        if fs::remove_dir(folder).is_err() {
            break;
        }
    }
}

fn stage(
    parent: &Path,
    name: &std::ffi::OsStr,
    target: &Path,
    files: &[(String, Vec<u8>)],
    check: impl Fn(&Path) -> Result<(), OutputError>,
) -> Result<(), OutputError> {
    fs::create_dir_all(parent).map_err(|error| OutputError::io("create", parent, &error))?;
    let mut prefix = std::ffi::OsString::from(".");
    prefix.push(name);
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(".partial");
    let hidden = builder
        .tempdir_in(parent)
        .map_err(|error| OutputError::io("create a folder in", parent, &error))?;
    // A temporary folder is its owner's alone; the one inside is as readable as any.
    let staged = hidden.path().join(name);
    for (path, bytes) in files {
        let file = staged.join(path);
        let folder = file.parent().unwrap_or(&staged);
        fs::create_dir_all(folder).map_err(|error| OutputError::io("create", folder, &error))?;
        fs::write(&file, bytes).map_err(|error| OutputError::io("write", &file, &error))?;
    }
    let moved = |error: io::Error| OutputError::io("move the export to", target, &error);
    if !target.exists() {
        return rename_new(&staged, target).map_err(moved);
    }
    exchange(&staged, target).map_err(moved)?;
    // Something may have come into the folder since it was looked through: it gets its name back.
    if let Err(error) = check(&staged) {
        exchange(&staged, target).map_err(moved)?;
        return Err(error);
    }
    Ok(())
}

/// An absolute path, without links as far as it exists.
fn resolve(target: &Path) -> Result<PathBuf, OutputError> {
    let path = match fs::canonicalize(target) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => std::path::absolute(target),
        done => done,
    };
    path.map_err(|error| OutputError::io("create", target, &error))
}

/// Parents that do not exist yet, the innermost first.
fn missing(parent: &Path) -> Vec<PathBuf> {
    let parents = parent.ancestors().take_while(|path| !path.exists());
    parents.map(Path::to_owned).collect()
}

fn refused(target: &Path, cause: &str) -> OutputError {
    OutputError::refused("replace", target, cause, ELSEWHERE)
}

/// Whether what is in `folder`, which has the name `target` for the user, may be replaced.
fn replaceable(folder: &Path, target: &Path, tool: &str, files: &Files) -> Result<(), OutputError> {
    let failed = |error: io::Error| OutputError::io("look into", target, &error);
    let mut entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            return Err(refused(target, "it is a file; an export is a folder"));
        }
        done => done.map_err(failed)?,
    };
    if let Ok(here) = std::env::current_dir().and_then(fs::canonicalize)
        && here.starts_with(folder)
    {
        return Err(refused(target, "it is the folder you are in, or holds it"));
    }
    if entries.next().is_none() {
        return Ok(());
    }
    let manifest = bounded::read(&folder.join(MANIFEST), MAX_BYTES).ok();
    let manifest = manifest.and_then(|bytes| serde_json::from_slice::<Manifest>(&bytes).ok());
    let Some(manifest) = manifest else {
        return Err(refused(
            target,
            "it holds files that `coldaisle export` did not write",
        ));
    };
    if let Some(cause) = manifest.differs(files, tool) {
        return Err(refused(target, &cause));
    }
    let written: BTreeMap<&str, &Input> = manifest
        .files
        .iter()
        .map(|file| (file.path.as_str(), file))
        .collect();
    let mut found = Vec::new();
    walk(folder, "", &mut found).map_err(failed)?;
    for path in found.iter().filter(|path| *path != MANIFEST) {
        let Some(file) = written.get(path.as_str()) else {
            return Err(refused(
                target,
                &format!("it holds '{path}', which the export did not write"),
            ));
        };
        if Input::of_file(path, &folder.join(path))? != **file {
            return Err(refused(
                target,
                &format!("its '{path}' was changed after the export"),
            ));
        }
    }
    Ok(())
}

/// All that is no folder, and empty folders, with `/` between the parts of a path.
fn walk(folder: &Path, within: &str, found: &mut Vec<String>) -> io::Result<()> {
    let mut empty = true;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        empty = false;
        let path = format!("{within}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            walk(&entry.path(), &format!("{path}/"), found)?;
        } else {
            found.push(path);
        }
    }
    if empty && !within.is_empty() {
        found.push(within.to_owned());
    }
    Ok(())
}
