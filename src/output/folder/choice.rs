//! Which folder results go to: what may be replaced, and which number is free.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::owned::Owned;
use super::{OutputError, Place};

/// The folder to write to: the one named, or the first with a number that is free or has results of the same question.
pub(super) fn choose(place: &Place, names: &[String]) -> Result<PathBuf, OutputError> {
    let fits = |target_state: &TargetState| match target_state {
        TargetState::Nothing => true,
        TargetState::Results(asked) => asked.as_ref() == Some(&place.asked),
    };
    let first = target_state(&place.target, names)?;
    if !place.numbered || fits(&first) {
        return Ok(place.target.clone());
    }
    let mut further = (2..).map(|number| with_number(&place.target, number));
    let found = further
        .find(|target| target_state(target, names).is_ok_and(|target_state| fits(&target_state)));
    Ok(found.unwrap_or_else(|| place.target.clone()))
}

fn with_number(target: &Path, number: usize) -> PathBuf {
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(format!("-{number}"));
    target.with_file_name(name)
}

pub(super) fn next_free(target: &Path) -> PathBuf {
    let mut numbers = 2..;
    let free = numbers.find_map(|number| {
        let free = with_number(target, number);
        fs::symlink_metadata(&free).is_err().then_some(free)
    });
    free.unwrap_or_else(|| target.to_owned())
}

/// State of a target for results.
enum TargetState {
    Nothing,
    /// Results, with their request.
    Results(Option<String>),
}

/// Whether results may go to `target`, and over what.
fn target_state(target: &Path, names: &[String]) -> Result<TargetState, OutputError> {
    let refused = |cause: &str, cure| Err(OutputError::refused("replace", target, cause, cure));
    let mut entries = match fs::read_dir(target) {
        Ok(entries) => entries,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(TargetState::Nothing),
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
    if entries.next().is_none() {
        return Ok(TargetState::Nothing);
    }
    let Some(owned) = Owned::of(target) else {
        return refused(
            "it holds files that coldaisle did not write",
            "choose another folder, or empty this one",
        );
    };
    let taken = owned.in_the_way(target, names);
    match taken.map_err(|e| OutputError::io("look into", target, &e))? {
        Some(name) => refused(
            &format!("coldaisle did not write its '{name}', and would have to replace it"),
            "move that file elsewhere, or choose another folder",
        ),
        None => Ok(TargetState::Results(owned.asked)),
    }
}
