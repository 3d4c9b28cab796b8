//! The runs of a shard, on all cores.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::gather::{Gathered, gather, refused, same_cut};
use super::journal::Journal;
use super::row::Row;
use super::rows::Rows;
use super::shard::{Head, Shard};
use super::study::{Study, Variation};
use crate::describe::Fault;
use crate::metrics::Summary;
use crate::metrics::figures::Figure;
use crate::output::{Input, OutputError, Wanted};
use crate::scenario::session::Session;
use crate::study::compare::fill_meter;
use crate::study::{Leaving, Progress, StudyError, run_into, simulate};

/// What was found before the first run.
pub struct Checked {
    /// Variations that were resolved.
    pub seen: u64,
    /// Those that cannot be run.
    pub wrong: u64,
    /// The first of them.
    pub first: Option<Fault>,
    /// Files that their scenarios read, in the order of their names.
    pub inputs: Vec<Input>,
}

/// The n-th of so many numbers that lie evenly spread below `all`.
pub(in crate::study) fn spread(nth: u64, of: u64, all: u64) -> u64 {
    (u128::from(nth) * u128::from(all) / u128::from(of)) as u64
}

/// Resolves variations of a shard, all or `most` of them evenly spread, and reads what they read; nothing runs.
pub fn check(
    study: &Study,
    shard: Shard,
    most: u64,
    progress: &Progress,
) -> Result<Checked, OutputError> {
    let all = shard.count(study.variations());
    let seen = all.min(most);
    let of = |nth: u64| shard.nth(spread(nth, seen, all));
    progress.start(seen);
    let found = Mutex::new((BTreeMap::new(), None::<(u64, Fault)>));
    let wrong = AtomicU64::new(0);
    (0..seen).into_par_iter().for_each(|nth| {
        if progress.check().is_err() {
            return;
        }
        let variation = study.variation(of(nth));
        let resolved = study.resolve(&variation);
        let mut found = found
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        match resolved {
            Ok((_, resolved)) => found.0.extend(
                resolved
                    .inputs
                    .iter()
                    .map(|input| (input.name.clone(), input.path.clone())),
            ),
            Err(fault) => {
                wrong.fetch_add(1, Ordering::Relaxed);
                if found
                    .1
                    .as_ref()
                    .is_none_or(|(index, _)| variation.index < *index)
                {
                    found.1 = Some((variation.index, study.of_variation(fault, &variation)));
                }
            }
        }
        progress.advance(1);
    });
    progress.check().map_err(|_| OutputError::stopped())?;
    let (files, first) = found
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let inputs = files.iter().map(|(name, path)| Input::of_file(name, path));
    Ok(Checked {
        seen,
        wrong: wrong.into_inner(),
        first: first.map(|(_, fault)| fault),
        inputs: inputs.collect::<Result<_, _>>()?,
    })
}

/// What a shard has come to.
pub struct Ended {
    /// Runs made now.
    pub made: u64,
    /// Runs made before.
    pub before: u64,
}

/// Makes the runs of a shard that have no row yet; `keep` also leaves a result folder for each in `folder/runs`.
pub fn run(
    study: &Study,
    shard: Shard,
    folder: &Path,
    (inputs, keep): (&[Input], bool),
    progress: &Progress,
) -> Result<Ended, OutputError> {
    let all = study.variations();
    let count = shard.count(all);
    let head = Head::new(study.identity().to_owned(), shard, inputs);
    same_cut(folder, shard).map_err(|fault| refused("go on in", folder, &fault))?;
    if shard.done(folder).exists() {
        let done = Rows::open(&shard.done(folder), all)?;
        if let Some(done) = done.filter(|done| done.missing() == 0) {
            let cure = "give another folder with -o, or remove it to start again";
            let refused = |fault: Fault| {
                OutputError::refused("go on with", &shard.done(folder), &fault.what, &fault.cure)
            };
            head.accept(&done.head, &shard.done(folder), cure)
                .map_err(refused)?;
            return Ok(Ended {
                made: 0,
                before: count,
            });
        }
    }
    let journal = Journal::open(folder, &head, all)?;
    let missing = journal.missing();
    progress.start(missing);
    let kept = keep.then(|| folder.join("runs"));
    // One by one: runs differ much in length, and each is long beside what it costs to hand out.
    let all_of_it = (0..count as usize).into_par_iter().with_max_len(1);
    let indices = all_of_it.map(|nth| shard.nth(nth as u64));
    indices
        .filter(|index| !journal.has(*index))
        .try_for_each(|index| {
            let row = row(study, index, kept.as_deref(), &progress.part());
            // Stopped, it may be none.
            progress.check().map_err(|_| OutputError::stopped())?;
            progress.advance(1);
            journal.append(&row)
        })?;
    progress.finish();
    journal.finish(folder, &head, all)?;
    Ok(Ended {
        made: missing,
        before: count - missing,
    })
}

/// Takes rows that were made elsewhere, each by [`row`], as those of the whole study, and writes its table as [`gather`] does.
pub fn gather_rows(
    study: &Study,
    folder: &Path,
    inputs: &[Input],
    rows: &[Row],
) -> Result<Gathered, OutputError> {
    let head = Head::new(study.identity().to_owned(), Shard::WHOLE, inputs);
    let journal = Journal::open(folder, &head, study.variations())?;
    for row in rows.iter().filter(|row| !journal.has(row.index)) {
        journal.append(row)?;
    }
    journal.finish(folder, &head, study.variations())?;
    gather(study, folder)
}

/// Makes one run, and leaves its result folder in `kept`; why it failed becomes the reason of its row.
pub fn row(study: &Study, index: u64, kept: Option<&Path>, progress: &Progress) -> Row {
    match summary(study, &study.variation(index), kept, progress) {
        Ok(summary) => Row {
            index,
            outputs: values(summary, &study.outputs),
            failed: String::new(),
        },
        Err(reason) => Row::failed(index, study.outputs.len(), &reason),
    }
}

/// The values of figures; NaN where the run has none. What is not there needs no energy, cancels no job and is capped by no limit:
/// such sums are 0 in a table over runs of which some have it, where a run by itself leaves them out.
pub(in crate::study) fn values(mut summary: Summary, figures: &[Figure]) -> Vec<f64> {
    fill_meter(&mut summary);
    let table = summary.table();
    let value = |wanted: &Figure| {
        let found = table
            .iter()
            .find(|(figure, _)| (figure.group, figure.key) == (wanted.group, wanted.key));
        let known = found.and_then(|(_, value)| *value);
        known.unwrap_or(match (wanted.group, wanted.key) {
            ("energy_mwh", "facility") => f64::NAN,
            ("energy_mwh", _) | ("supply", "capped_hours" | "capped_gpu_hours") => 0.0,
            ("jobs", "cancelled" | "failed") if summary.jobs.submitted.is_some() => 0.0,
            _ => f64::NAN,
        })
    };
    figures.iter().map(value).collect()
}

/// The figures of one run, or why it has none: a fault, an audit that does not close, or a panic.
pub(in crate::study) fn summary(
    study: &Study,
    variation: &Variation,
    kept: Option<&Path>,
    progress: &Progress,
) -> Result<Summary, String> {
    catch_unwind(AssertUnwindSafe(|| {
        outcome(study, variation, kept, progress)
    }))
    .unwrap_or_else(|_| Err("internal error: please report this variation".into()))
}

fn outcome(
    study: &Study,
    variation: &Variation,
    kept: Option<&Path>,
    progress: &Progress,
) -> Result<Summary, String> {
    let (loaded, resolved) = study.resolve(variation).map_err(|fault| fault.words())?;
    match kept {
        None => {
            let run = simulate(resolved, &mut (), progress);
            run.map(|(summary, _, _)| summary)
                .map_err(|error| error.to_string())
        }
        Some(kept) => {
            let leaving = Leaving {
                target: kept.join(variation.index.to_string()),
                numbered: false,
                wanted: Wanted::default(),
            };
            let done = run_into(resolved, &loaded, &Session::default(), leaving, progress);
            done.map(|done| done.summary)
                .map_err(|error: StudyError| error.to_string())
        }
    }
}
