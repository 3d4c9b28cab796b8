//! `--band` of `run` and `compare`.

use std::path::{Path, PathBuf};

use super::{Failure, colour, complain, progress, say, say_sets, warn, width};
use crate::describe::paragraph;
use crate::study::{bands, compare};

/// What is asked for.
pub(super) struct Asked<'a> {
    pub(super) scenarios: &'a [PathBuf],
    pub(super) sets: &'a [String],
    pub(super) draws: u32,
    /// Where all draws are written, if anywhere.
    pub(super) file: Option<&'a Path>,
    /// Whether to say where.
    pub(super) told: bool,
    pub(super) quiet: bool,
}

/// The number of draws.
pub(super) fn draws(text: &str) -> Result<u32, String> {
    let draws = text
        .parse()
        .ok()
        .filter(|draws| (10..=100_000).contains(draws));
    draws.ok_or_else(|| {
        "give a number of draws from 10 to 100000, or none and --band behind the scenario".into()
    })
}

pub(super) fn run(asked: &Asked<'_>) -> Result<(), Failure> {
    let study = bands::load(asked.scenarios, asked.sets, asked.draws)?;
    if !asked.quiet {
        complain(&study.plan());
    }
    let bands = study
        .run(&progress(asked.quiet, "bands"))
        .map_err(Failure::run)?;
    if let Some(path) = asked.file {
        bands::write_csv(path, &bands).map_err(Failure::run)?;
    }
    let (left_out, reasons) = bands.left_out();
    if left_out == u64::from(asked.draws) {
        let why = reasons.first().map_or("", |(reason, _)| reason.as_str());
        return Err(Failure::run(format!("no draw could be run: {why}")));
    }
    if asked.quiet {
        return Ok(());
    }
    for side in &bands.stated {
        for warning in &side.warnings {
            warn(&format!("{}: {warning}", side.name));
        }
    }
    let stated: Vec<&compare::Column> = bands.stated.iter().collect();
    if let Some(doubt) = compare::doubts(&stated) {
        warn(&doubt);
    }
    say_sets(asked.sets)?;
    for note in compare::other_work(&bands.stated) {
        say(&paragraph(&note, "", "  ", width()))?;
    }
    say(&bands::report(&bands, width(), colour()))?;
    match asked.file.filter(|_| asked.told) {
        Some(path) => say(&format!("draws in {}", path.display())),
        None => Ok(()),
    }
}
