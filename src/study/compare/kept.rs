//! Scenarios side by side, each with a result folder: what a page needs beyond the figures.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::{Column, Entry, fill_meters, load, scenario_of};
use crate::describe::Fault;
use crate::output::{TableName, Wanted};
use crate::scenario::session::Session;
use crate::scenario::{self, Loaded, Resolved};
use crate::study::{Leaving, Progress, StudyError, run_into};

/// A side that is to have a result folder, or has one.
pub enum Kept {
    /// To be run.
    ToRun(Box<Resolved>, Box<Loaded>),
    /// An earlier run, and its folder.
    Done(Box<Column>, PathBuf),
}

/// Reads scenario files and result folders as [`load`] does. A scenario with the name of a folder's goes by its file.
///
/// # Errors
/// Where one of them is wrong.
pub fn load_kept(paths: &[PathBuf], sets: &[String]) -> Result<Vec<Kept>, Fault> {
    let of_folders: Vec<String> = paths
        .iter()
        .filter(|path| path.is_dir())
        .filter_map(|folder| Some(scenario_of(folder)?.get("name")?.as_str()?.to_owned()))
        .collect();
    let entries = load(paths, sets)?.into_iter().zip(paths);
    entries
        .map(|(entry, path)| match entry {
            Entry::ToRun(mut resolved) => {
                let name = &mut resolved.scenario.name;
                if of_folders.contains(name) {
                    *name = path.display().to_string();
                }
                let loaded = scenario::load(path, sets)?;
                Ok(Kept::ToRun(resolved, Box::new(loaded)))
            }
            Entry::Done(column) => Ok(Kept::Done(column, path.clone())),
        })
        .collect()
}

/// Runs what is to be run into folders of its own in `into`, and returns the figures and the result folders in the order given.
/// Folders of earlier runs are used as they are.
///
/// # Errors
/// Where a run stops, or cannot be written.
pub fn run_kept(
    kept: Vec<Kept>,
    into: &Path,
    progress: &Progress,
) -> Result<(Vec<Column>, Vec<PathBuf>), StudyError> {
    let all = kept.into_par_iter().enumerate();
    let all: Vec<(Column, PathBuf)> = all
        .map(|(index, side)| {
            let (resolved, loaded) = match side {
                Kept::ToRun(resolved, loaded) => (*resolved, loaded),
                Kept::Done(column, folder) => return Ok((*column, folder)),
            };
            let mut wanted = Wanted::default();
            let drawn = [TableName::Timeseries, TableName::Events];
            wanted.tables.retain(|table| drawn.contains(table));
            let leaving = Leaving {
                target: into.join(index.to_string()),
                numbered: false,
                wanted,
            };
            let name = resolved.scenario.name.clone();
            let (gpus, days) = (Some(resolved.gpus), Some(resolved.total_s / 86_400.0));
            let done = run_into(resolved, &loaded, &Session::default(), leaving, progress)?;
            let column = Column {
                name,
                summary: done.summary,
                gpus,
                days,
                warnings: done.warnings,
            };
            Ok((column, done.placed.folder))
        })
        .collect::<Result<_, StudyError>>()?;
    let (mut columns, folders): (Vec<Column>, Vec<PathBuf>) = all.into_iter().unzip();
    fill_meters(&mut columns);
    Ok((columns, folders))
}
