//! Runs from start to results: one into its folder, several side by side.
//!
//! A run into a result folder, as `coldaisle run` makes it:
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use std::path::Path;
//!
//! use coldaisle::output::Wanted;
//! use coldaisle::scenario::{self, session::Session};
//! use coldaisle::study::{Leaving, Progress, run_into};
//!
//! let loaded = scenario::load(Path::new("examples/hall.toml"), &[])?;
//! let leaving = Leaving {
//!     target: std::env::temp_dir().join("coldaisle-hall"),
//!     numbered: true, // results of another question stay as they are
//!     wanted: Wanted::default(),
//! };
//! let (resolved, commands) = (scenario::resolve(&loaded)?, Session::default());
//! let done = run_into(resolved, &loaded, &commands, leaving, &Progress::hidden())?;
//! println!(
//!     "{:.1} MWh",
//!     done.summary.energy_mwh.facility.unwrap_or(f64::NAN)
//! );
//! # Ok(())
//! # }
//! ```

pub mod bands;
mod by_surface;
pub mod cluster;
mod column;
pub mod compare;
pub mod design;
pub mod more_gpus;
pub mod optimise;
mod progress;
pub mod searched;
pub mod seeds;
pub mod sensitivity;
pub mod size;
pub mod sweep;
pub mod table;

use std::path::PathBuf;
use std::time::Instant;

use thiserror::Error;

pub use progress::Progress;

use crate::engine::RunError;
use crate::metrics::{Metrics, Summary};
use crate::observer::Observer;
use crate::output::{
    Built, Climate, Input, OutputError, Place, Placed, Recorder, Recording, ResultFolder, RunInfo,
    TableName, Wanted, marked,
};
use crate::scenario::session::Session;
use crate::scenario::{Loaded, Resolved, text};

/// A run that did not end in results.
#[derive(Debug, Error)]
pub enum StudyError {
    /// The run stopped.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The results could not be written.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// The resolved scenario could not be written as TOML.
    #[error("the resolved scenario cannot be written: {0}")]
    Resolved(#[from] toml::ser::Error),
}

/// A finished run.
#[derive(Debug)]
pub struct Done {
    /// Where its results are.
    pub placed: Placed,
    /// All figures.
    pub summary: Summary,
    /// Warnings.
    pub warnings: Vec<String>,
}

/// Where the results of a run go, and which of them.
#[derive(Debug, Clone)]
pub struct Leaving {
    /// The folder.
    pub target: PathBuf,
    /// Whether to go to `TARGET-2`, … where results of another request exist.
    pub numbered: bool,
    /// Tables.
    pub wanted: Wanted,
}

/// Runs a scenario and leaves its results in the folder of `leaving`, whole or not at all. `commands` are those that `resolved`
/// has: they go into the folder, where its scenario alone would not lead to the same results.
pub fn run_into(
    mut resolved: Resolved,
    loaded: &Loaded,
    commands: &Session,
    leaving: Leaving,
    progress: &Progress,
) -> Result<Done, StudyError> {
    let began = Instant::now();
    let scenario = toml::to_string_pretty(&resolved.scenario)?;
    let session = match commands.command.as_slice() {
        [] => None,
        _ => Some(commands.to_toml()?),
    };
    let mut inputs = vec![Input::of_bytes("scenario", loaded.text.as_bytes())];
    for input in &resolved.inputs {
        inputs.push(Input::of_file(&input.name, &input.path)?);
    }
    // The text of the scenario is not part of the request: a comment changes nothing.
    let mut wanted = leaving.wanted;
    if resolved.surface.is_some() {
        by_surface::leave_out(&mut wanted);
    }
    if wanted.has(TableName::Jobs) {
        resolved.simulation.facility.meter_jobs();
    }
    let tables = format!("{wanted:?}");
    let asked = [scenario.as_str(), session.as_deref().unwrap_or(""), &tables];
    let read = inputs.iter().skip(1).map(|input| input.sha256.as_str());
    let folder = ResultFolder::create(Place {
        target: leaving.target,
        numbered: leaving.numbered,
        asked: Input::of_all(asked.into_iter().chain(read)),
        names: names(&resolved, session.is_some(), &wanted),
    })?;
    let jobs_share = (wanted.jobs_share < 1.0).then_some(wanted.jobs_share);
    let facility = &resolved.simulation.facility;
    let (halls, circuits) = match &resolved.surface {
        Some(_) => (Vec::new(), Vec::new()),
        None => (
            facility.hall_names().to_vec(),
            facility.circuit_names().map(str::to_owned).collect(),
        ),
    };
    let surface = resolved.surface.as_ref();
    let surface = surface.map(|surface| *surface.accuracy());
    let mut recorder = Recorder::new(
        folder.path(),
        Recording {
            wanted,
            seed: resolved.scenario.run.seed,
            start: resolved.start,
            record_s: resolved.scenario.run.record_s,
            halls,
            circuits,
            events: resolved.events.clone(),
            tariff: resolved.tariff.clone(),
        },
    )?;
    if let Some(session) = &session {
        inputs.push(Input::of_bytes("commands", session.as_bytes()));
    }
    let seed = resolved.scenario.run.seed;
    let climate = Some(climate(loaded, &resolved));
    let doubts = bands::unconfirmed(loaded, &resolved);
    let built = resolved.description.iter().cloned();
    let built = built.map(|(label, text)| Built {
        text: marked(&text),
        label,
    });
    let built = built.collect();
    let utc_offset_h = Some(resolved.simulation.weather.site.utc_offset_h);
    let (summary, warnings, steps) = simulate(resolved, &mut recorder, progress)?;
    recorder.finish()?;
    folder.write_summary(&summary)?;
    folder.write_scenario(&scenario)?;
    if let Some(session) = &session {
        folder.write("session.toml", session.as_bytes())?;
    }
    folder.write_run(&RunInfo {
        inputs,
        jobs_share,
        surface,
        utc_offset_h,
        warnings: warnings.clone(),
        question: text::question(&loaded.text),
        climate,
        built,
        doubts,
        ..RunInfo::new(seed, steps, began.elapsed().as_secs_f64())
    })?;
    Ok(Done {
        placed: folder.commit()?,
        summary,
        warnings,
    })
}

/// The weather of a run, by the name that its file gives it.
fn climate(loaded: &Loaded, resolved: &Resolved) -> Climate {
    let site = &loaded.scenario.site;
    let file = || Some(site.weather.as_ref()?.display().to_string());
    let weather = &resolved.simulation.weather;
    Climate {
        name: site.climate.clone().or_else(file).unwrap_or_default(),
        synthetic: weather.synthetic,
        source: weather.label.clone(),
    }
}

/// The files that a run may leave.
fn names(resolved: &Resolved, session: bool, wanted: &Wanted) -> Vec<String> {
    let workload = &resolved.scenario.workload;
    let level = workload.constant.is_some() || workload.profile.is_some();
    let mut names: Vec<String> = ["summary.json", "scenario.toml", "run.json"]
        .map(str::to_owned)
        .into();
    if session {
        names.push("session.toml".into());
    }
    for &table in &wanted.tables {
        let absent = match table {
            TableName::Jobs => level,
            TableName::Events => resolved.events.is_empty(),
            TableName::Circuits => resolved.circuit_w.len() < 2,
            TableName::Bill => !resolved.is_billed(),
            _ => false,
        };
        if !absent {
            names.push(table.file(wanted.format));
        }
    }
    names
}

/// Runs a scenario to its end; returns its figures, its warnings and the number of steps. [`Progress::stop`] ends it early.
pub fn simulate(
    resolved: Resolved,
    observer: &mut impl Observer,
    progress: &Progress,
) -> Result<(Summary, Vec<String>, u64), RunError> {
    if let Some(surface) = resolved.surface.clone() {
        return by_surface::simulate(resolved, &surface, observer, progress);
    }
    let mut metrics = Metrics::new(&resolved.context());
    let mut warnings = resolved.warnings();
    let mut simulation = resolved.simulation;
    progress.start(simulation.clock.steps());
    let mut left = Progress::EVERY;
    while let Some(snapshot) = simulation.step()? {
        progress.check()?;
        metrics.observe(snapshot)?;
        observer.observe(snapshot)?;
        left -= 1;
        if left == 0 {
            progress.advance(Progress::EVERY);
            left = Progress::EVERY;
        }
    }
    progress.finish();
    metrics.at_end(&simulation.facility.present(), resolved.total_s);
    warnings.extend(metrics.warnings().iter().map(|warning| marked(warning)));
    Ok((metrics.summary(), warnings, simulation.clock.made()))
}
