//! Reads the load of a result folder: of a run, or of a forecast; says of any other folder what it is and what would work.

mod energy;
mod forecast;
pub(super) mod made;
mod rows;
pub(super) mod run;
pub(super) mod table;

use std::path::Path;

use serde_json::Value;

use super::load::{Load, check_zone};
use super::{Band, Options};
use crate::bounded;
use crate::describe::Fault;

/// Hours of a year without 29 February.
const HOURS: usize = 8760;
/// Table of a run's hours.
const LOAD: &str = "load_8760.csv";
/// A `run.json` or `forecast.json` is smaller.
const MAX_BYTES: u64 = 16 << 20;
const CURE: &str = "give the result folder of `coldaisle run` or `coldaisle forecast`";

/// What a tool takes of a load.
#[derive(Debug, Clone, Copy)]
pub(super) struct Takes {
    /// How messages call the tool.
    pub(super) tool: &'static str,
    /// Whether intervals of 15 min are possible.
    pub(super) quarters: bool,
    /// All years of a forecast; else the last one.
    pub(super) all_years: bool,
    /// Draws of a forecast, where the year has them and no band is asked for.
    pub(super) draws: bool,
}

/// The load in a result folder, as far as the tool takes it and the user wants it.
pub(super) fn read(folder: &Path, takes: Takes, options: &Options) -> Result<Load, Fault> {
    if let Some(zone) = &options.zone {
        check_zone(zone)?;
    }
    if options.interval_min == Some(15) && !takes.quarters {
        let what = format!("--interval 15: {} reads hours only", takes.tool);
        return Err(Fault::new(
            what,
            "leave the option out, or give --interval 60",
        ));
    }
    match kind(folder)? {
        Kind::Run => {
            if let Some(band) = options.band {
                let what = format!("--band {}: a run has one profile", band.name());
                return Err(
                    Fault::new(what, "leave the option out; a forecast has three")
                        .in_file(folder, None),
                );
            }
            run::read(folder, takes, options)
        }
        Kind::Forecast => forecast::read(folder, takes, options),
    }
}

/// What a folder holds.
pub(super) enum Kind {
    Run,
    Forecast,
}

/// Files by which other results are known, what they are, and what would work.
const OTHERS: [(&str, &str, &str); 6] = [
    ("export.json", "this is an export already", CURE),
    (
        "score.csv",
        "this is the score of a forecast, which has no load",
        "run `coldaisle forecast FILE -o DIR` without --score on the file that was scored, and export DIR",
    ),
    (
        "sweep.json",
        "these are the results of a sweep: a row for each variation, no load by the hour",
        "run the variation that you mean: coldaisle run SCENARIO --set KEY=VALUE -o DIR, and export DIR",
    ),
    (
        "sweep.csv",
        "these are the results of a sweep: a row for each variation, no load by the hour",
        "run the variation that you mean: coldaisle run SCENARIO --set KEY=VALUE -o DIR, and export DIR",
    ),
    (
        "optimise.csv",
        "these are the results of a search for the best design: no load by the hour",
        "run the design: coldaisle run best.toml -o DIR, and export DIR",
    ),
    (
        "bands.csv",
        "these are the draws of `run --band`: figures, no load by the hour",
        "run without --band, and export the folder of that run",
    ),
];
/// Files by which an incomplete folder is known, and the one that is missing.
const INCOMPLETE: [(&str, &str); 5] = [
    ("forecast.csv", "forecast.json"),
    ("forecast.toml", "forecast.json"),
    ("load_8760.csv", "run.json"),
    ("timeseries.csv", "run.json"),
    ("scenario.toml", "run.json"),
];

/// What the folder holds; where it is nothing with a load, what it is and what would work.
pub(super) fn kind(folder: &Path) -> Result<Kind, Fault> {
    let told = |what: &str, cure: &str| Err(Fault::new(what, cure).in_file(folder, None));
    if folder.is_file() {
        let named = folder.extension().and_then(|extension| extension.to_str());
        return match named {
            Some("toml") => told(
                "this is a file, not the folder of its results",
                "run it first: coldaisle run FILE -o DIR (a fleet: coldaisle forecast FILE -o DIR), and export DIR",
            ),
            Some("csv") => told(
                "this is one file, perhaps of a comparison, not a result folder",
                CURE,
            ),
            _ => told("this is a file, not a result folder", CURE),
        };
    }
    if !folder.is_dir() {
        return told("there is no such folder", CURE);
    }
    let has = |name: &str| folder.join(name).is_file();
    if has("forecast.json") {
        return Ok(Kind::Forecast);
    }
    // A run may have any other file beside its own.
    if has("run.json") && has("scenario.toml") && !has("export.json") {
        return Ok(Kind::Run);
    }
    if let Some((_, what, cure)) = OTHERS.iter().find(|(name, ..)| has(name)) {
        return told(what, cure);
    }
    let lacking = INCOMPLETE
        .iter()
        .find(|(name, lacking)| has(name) && !has(lacking));
    match lacking {
        Some((_, lacking)) => {
            let what = format!(
                "this is no whole result: {lacking} is missing, which says what the load belongs to"
            );
            told(&what, &again(folder, *lacking == "forecast.json"))
        }
        None if has("run.json") => Ok(Kind::Run),
        None => told(
            "this holds no results of coldaisle: there is neither run.json nor forecast.json",
            CURE,
        ),
    }
}

/// How to make the results of an incomplete folder again.
fn again(folder: &Path, forecast: bool) -> String {
    let (command, file) = if forecast {
        ("forecast", "forecast.toml")
    } else {
        ("run", "scenario.toml")
    };
    let kept = folder.join(file);
    let file = if kept.is_file() {
        kept.display().to_string()
    } else {
        "FILE".into()
    };
    format!("copy the whole folder, or run `coldaisle {command} {file} -o DIR`, and export DIR")
}

/// A JSON file of the folder.
pub(super) fn json(folder: &Path, name: &str) -> Result<Value, Fault> {
    let path = folder.join(name);
    let cure = "the folder is damaged: copy the whole folder, or make the results again";
    let bytes = bounded::read(&path, MAX_BYTES)
        .map_err(|error| Fault::new(error.to_string(), cure).in_file(&path, None))?;
    serde_json::from_slice(&bytes).map_err(|error| {
        let line = (error.line() > 0).then_some(error.line() as u64);
        Fault::new(
            format!("this is no whole result, for its JSON is broken: {error}"),
            cure,
        )
        .in_file(&path, line)
    })
}

/// Name of the folder, for results whose own name is not known.
pub(super) fn folder_name(folder: &Path) -> String {
    let named = folder.canonicalize().ok();
    let name = named.as_deref().unwrap_or(folder).file_name();
    name.map_or_else(|| "load".into(), |name| name.to_string_lossy().into_owned())
}

/// An offset as clocks have it.
fn check_offset(hours: f64) -> Result<f64, Fault> {
    let quarters = hours * 4.0;
    if (-12.0..=14.0).contains(&hours) && quarters == quarters.round() {
        return Ok(hours);
    }
    Err(Fault::new(
        format!("{hours} h is no local standard time"),
        "give hours ahead of UTC from -12 to 14, such as -6 or 5.5",
    ))
}

/// Intervals in an hour, of those that the results have.
fn per_hour(finest: usize, takes: Takes, options: &Options) -> Result<usize, Fault> {
    match options.interval_min {
        Some(15) if finest < 4 => Err(Fault::new(
            "--interval 15: these results have hours only",
            "leave the option out; a run recorded with --set run.record_s=900 (and run.step_s no longer) has 15 min",
        )),
        Some(60) => Ok(1),
        _ if takes.quarters => Ok(finest),
        _ => Ok(1),
    }
}

/// Means of `by` values each.
fn means(values: &[f64], by: usize) -> Vec<f64> {
    let mean = |chunk: &[f64]| chunk.iter().sum::<f64>() / chunk.len() as f64;
    values.chunks_exact(by).map(mean).collect()
}

/// The bands that are wanted.
fn bands(options: &Options) -> Vec<Band> {
    options
        .band
        .map_or_else(|| Band::ALL.to_vec(), |band| vec![band])
}
