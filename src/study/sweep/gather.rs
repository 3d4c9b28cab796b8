//! From finished shards to one table.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::analyses::Analyses;
use super::axis::Cell;
use super::ranges::ranges;
use super::rows::Rows;
use super::shard::{DONE, Head, JOURNAL, SHARDS, Shard};
use super::staged::{PARTIAL, Staged};
use super::study::Study;
use crate::describe::Fault;
use crate::output::{Column, Format, Input, Kind, OutputError, Table};
use crate::scenario::text::question;

/// `sweep.json`: what traces the table to its inputs; the same for the same study.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct About {
    /// Always `coldaisle sweep`.
    pub(super) program: String,
    pub(super) version: String,
    /// The first comment of the study file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) question: Option<String>,
    /// Checksum of the study and all that it names.
    pub(super) study: String,
    pub(super) variations: u64,
    pub(super) failed: u64,
    /// Files that were read: of the study, then of its runs.
    pub(super) inputs: Vec<Input>,
}

const PROGRAM: &str = "coldaisle sweep";
/// In the folder of the shards: held by the process that gathers them.
const LOCK: &str = ".lock";
/// In the folder of the shards: where the Parquet table is written before it is moved into place.
const TABLE: &str = ".table";

/// A table.
#[derive(Debug, Clone)]
pub struct Gathered {
    /// The file.
    pub table: PathBuf,
    /// Its rows.
    pub rows: u64,
    /// How many of them failed.
    pub failed: u64,
    /// The reason of the first that did, with its number.
    pub first: Option<(u64, String)>,
    /// What the axes do to each output, where that was asked.
    pub analyses: Option<Analyses>,
}

/// Whether the table of this study is in a folder; a fault where something else is.
pub fn is_finished(study: &Study, folder: &Path) -> Result<bool, Fault> {
    let cure = "give another folder with -o, or move this one away";
    let refused = |what: String| Err(Fault::new(what, cure).in_file(folder, None));
    let Ok(bytes) = crate::bounded::read(&folder.join("sweep.json"), 64 << 20) else {
        let ours = [
            "sweep.csv",
            "sweep.parquet",
            "study.toml",
            "run.json",
            "summary.json",
        ];
        return match ours.iter().find(|name| folder.join(name).exists()) {
            // Those of a gathering that was killed are made again.
            Some(name) if !folder.join(SHARDS).is_dir() => {
                refused(format!("it holds a {name} that is not this study's"))
            }
            _ if folder.is_file() => refused("it is a file".into()),
            _ => Ok(false),
        };
    };
    let about: Result<About, _> = serde_json::from_slice(&bytes);
    match about {
        Ok(about) if about.program == PROGRAM && about.study == study.identity() => {
            Ok(folder.join("sweep.csv").is_file())
        }
        Ok(about) if about.program == PROGRAM && about.version != env!("CARGO_PKG_VERSION") => {
            refused(format!(
                "it holds a table made by coldaisle {}",
                about.version
            ))
        }
        _ => refused(
            "it holds the table of another study, or of this one before it was changed".into(),
        ),
    }
}

const FIRST: &str = "run the study, or its shards with --shard K/N, first, with the same -o";

/// Refuses a finished table whose runs read a file that has changed since.
pub fn same_inputs(folder: &Path, now: &[Input]) -> Result<(), Fault> {
    let bytes = crate::bounded::read(&folder.join("sweep.json"), 64 << 20).unwrap_or_default();
    let about: About = match serde_json::from_slice(&bytes) {
        Ok(about) => about,
        Err(_) => return Ok(()),
    };
    let changed = now.iter().find(|now| {
        let mut then = about.inputs.iter();
        then.any(|then| then.path == now.path && then.sha256 != now.sha256)
    });
    match changed {
        Some(input) => {
            let what = format!("{} has changed since this table was made", input.path);
            Err(
                Fault::new(what, "give another folder with -o, or move this one away")
                    .in_file(folder, None),
            )
        }
        None => Ok(()),
    }
}

/// Refuses a folder that holds parts of the study cut otherwise.
pub(super) fn same_cut(folder: &Path, shard: Shard) -> Result<(), Fault> {
    let within = folder.join(SHARDS);
    let entries = fs::read_dir(&within).into_iter().flatten().flatten();
    let other = entries.filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        let (Shard { of, .. }, _) = Shard::of_file(&name)?;
        (of != shard.of).then_some((of, entry.path()))
    });
    match other.min() {
        Some((of, path)) => {
            let what = format!(
                "the folder holds a part of {of}, and this is one of {}",
                shard.of
            );
            let cure = "go on with the same number of parts, give another folder with -o, or remove these parts";
            Err(Fault::new(what, cure).in_file(path, None))
        }
        None => Ok(()),
    }
}

/// The shards of a folder: how many there are to be, and the whole ones.
fn shards(study: &Study, folder: &Path) -> Result<Vec<Rows>, Fault> {
    let within = folder.join(SHARDS);
    let entries = fs::read_dir(&within).into_iter().flatten().flatten();
    let mut files: Vec<(Shard, PathBuf)> = entries
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let (shard, _) = Shard::of_file(&name).filter(|(_, end)| *end == DONE)?;
            Some((shard, entry.path()))
        })
        .collect();
    files.sort_by_key(|(shard, _)| (shard.of, shard.number));
    let Some((Shard { of, .. }, _)) = files.first().cloned() else {
        return Err(
            Fault::new("there is no finished shard to gather", FIRST).in_file(&within, None)
        );
    };
    if let Some((other, path)) = files.iter().find(|(shard, _)| shard.of != of) {
        let what = format!("there are shards of {of} and of {}", other.of);
        return Err(Fault::new(what, "remove those of the one or the other").in_file(path, None));
    }
    let mut rows: Vec<Rows> = Vec::new();
    let mut bad = Vec::new();
    for number in 1..=of {
        let path = (Shard { number, of }).done(folder);
        let read = if path.exists() {
            Rows::open(&path, study.variations()).map_err(|error| error.fault)?
        } else {
            None
        };
        match read.filter(|rows| rows.missing() == 0 && rows.head.shard == Shard { number, of }) {
            Some(read) => {
                let inputs = rows.first().map_or(&[][..], |first| &first.head.inputs);
                let own = Head::new(study.identity().to_owned(), Shard::WHOLE, inputs);
                let cure = "remove it and run its shard again";
                own.accept(&read.head, &path, cure)?;
                rows.push(read);
            }
            None => bad.push(number),
        }
    }
    if !bad.is_empty() {
        let list = ranges(&bad);
        let what = format!(
            "{} of {of} shards are missing or not whole: {list}",
            bad.len()
        );
        let cure =
            format!("run them again, by --shard K/{of} or as an array: sbatch --array={list} …");
        return Err(Fault::new(what, cure).in_file(&within, None));
    }
    Ok(rows)
}

/// A fault of the files of a folder, as a refusal to use it.
pub(super) fn refused(verb: &str, folder: &Path, fault: &Fault) -> OutputError {
    let what = format!("{}{}", fault.place, fault.what);
    OutputError::refused(verb, folder, &what, &fault.cure)
}

/// Merges all shards of a study in `folder` into `sweep.csv` and `sweep.parquet`, and removes them.
pub fn gather(study: &Study, folder: &Path) -> Result<Gathered, OutputError> {
    let within = folder.join(SHARDS);
    if !within.is_dir() {
        let nothing = "there is no shard to gather";
        return Err(OutputError::refused("gather", &within, nothing, FIRST));
    }
    let lock_path = within.join(LOCK);
    let lock = File::create(&lock_path);
    let lock = lock.map_err(|error| OutputError::io("write", &lock_path, &error))?;
    if let Err(fs::TryLockError::WouldBlock) = lock.try_lock() {
        let cure = "wait until it has ended";
        return Err(OutputError::refused(
            "write",
            folder,
            "another process gathers it",
            cure,
        ));
    }
    let shards = shards(study, folder);
    let mut shards = shards.map_err(|fault| refused("gather", folder, &fault))?;
    let gathered = write(study, folder, &mut shards)?;
    if let Some(analyses) = &gathered.analyses {
        analyses.write(&folder.join("sensitivity.csv"))?;
    }
    let mut inputs = study.inputs.clone();
    for input in shards.iter().flat_map(|rows| &rows.head.inputs) {
        if !inputs.contains(input) {
            inputs.push(input.clone());
        }
    }
    let about = About {
        program: PROGRAM.into(),
        version: env!("CARGO_PKG_VERSION").into(),
        question: question(&study.text),
        study: study.identity().to_owned(),
        variations: study.variations(),
        failed: gathered.failed,
        inputs,
    };
    Staged::put(&folder.join("study.toml"), study.text.as_bytes())?;
    let mut text = serde_json::to_vec_pretty(&about).unwrap_or_default();
    text.push(b'\n');
    Staged::put(&folder.join("sweep.json"), &text)?;
    tidy(folder);
    Ok(gathered)
}

/// Removes the shards of a study whose table is written, and what processes that were killed have left beside them.
pub fn tidy(folder: &Path) {
    let within = folder.join(SHARDS);
    for entry in fs::read_dir(&within).into_iter().flatten().flatten() {
        let (name, path) = (entry.file_name(), entry.path());
        let name = name.to_string_lossy();
        let end = Shard::of_file(&name).map(|(_, end)| end);
        let done = end == Some(DONE);
        // One that is held belongs to a process that still runs.
        let given_up =
            end == Some(JOURNAL) && File::open(&path).is_ok_and(|file| file.try_lock().is_ok());
        let begun = name.starts_with('.') && name.ends_with(PARTIAL);
        if done || given_up || begun || name == LOCK {
            let _ = fs::remove_file(&path);
        } else if name == TABLE {
            let _ = fs::remove_dir_all(&path);
        }
    }
    let _ = fs::remove_dir(within);
}

fn write(study: &Study, folder: &Path, shards: &mut [Rows]) -> Result<Gathered, OutputError> {
    let path = folder.join("sweep.csv");
    let mut csv = Staged::new(&path)?;
    let words = |csv: &mut Staged, cells: &[String]| -> Result<(), OutputError> {
        let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
        let written = writer.write_record(cells);
        let bytes = written.ok().and_then(|()| writer.into_inner().ok());
        csv.write(&bytes.unwrap_or_default())
    };
    let mut columns = vec![Column::new("variation", Kind::Integer)];
    for (index, name) in study.axes().enumerate() {
        let kind = if study.is_figures(index) {
            Kind::Number(0)
        } else {
            Kind::Text
        };
        columns.push(Column::new(name, kind));
    }
    columns.extend(
        study
            .outputs
            .iter()
            .map(|figure| Column::new(figure.name(), Kind::Number(0))),
    );
    columns.push(Column::new("failed", Kind::Text));
    let header: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
    words(&mut csv, &header)?;
    let staged = folder.join(SHARDS).join(TABLE);
    fs::create_dir_all(&staged).map_err(|error| OutputError::io("write", &staged, &error))?;
    let mut parquet = Table::create(&staged, "sweep", Format::Parquet, &columns)?;
    let mut gathered = Gathered {
        table: path,
        rows: 0,
        failed: 0,
        first: None,
        analyses: None,
    };
    let mut columns_of = study
        .analysed()
        .then(|| vec![Vec::new(); study.outputs.len()]);
    let of = shards.len() as u64;
    for index in 0..study.variations() {
        let row = shards[(index % of) as usize].row(index)?;
        let row = row
            .filter(|row| row.outputs.len() == study.outputs.len())
            .ok_or_else(|| {
                let lost = std::io::Error::other("a row was changed while it was read");
                OutputError::io("read", &folder.join(SHARDS), &lost)
            })?;
        let inputs = study.variation(index).cells;
        let mut cells = vec![index.to_string()];
        parquet.integer(index);
        for (cell, column) in inputs.iter().zip(&columns[1..]) {
            cells.push(cell.to_string());
            match (cell, column.kind) {
                (Cell::Number(number), Kind::Number(_)) => parquet.number(*number),
                (Cell::Empty, Kind::Number(_)) => parquet.number(f64::NAN),
                (cell, _) => parquet.text(&cell.to_string()),
            }
        }
        for output in &row.outputs {
            cells.push(if output.is_finite() {
                output.to_string()
            } else {
                String::new()
            });
            parquet.number(*output);
        }
        for (column, output) in columns_of.iter_mut().flatten().zip(&row.outputs) {
            column.push(Some(*output).filter(|output| output.is_finite()));
        }
        cells.push(row.failed.clone());
        parquet.text(&row.failed);
        words(&mut csv, &cells)?;
        parquet.end_row()?;
        gathered.rows += 1;
        if !row.failed.is_empty() {
            gathered.failed += 1;
            gathered.first.get_or_insert((index, row.failed));
        }
    }
    parquet.finish()?;
    csv.commit()?;
    gathered.analyses = columns_of.map(|columns| Analyses::of(study, &columns));
    let target = folder.join("sweep.parquet");
    fs::rename(staged.join("sweep.parquet"), &target)
        .map_err(|error| OutputError::io("write", &target, &error))?;
    Ok(gathered)
}
