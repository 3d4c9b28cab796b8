//! Runs from start to results: one into its folder, several side by side.

pub mod compare;
pub mod more_gpus;
mod progress;
pub mod table;

use std::path::{Path, PathBuf};
use std::time::Instant;

use thiserror::Error;

pub use progress::Progress;

use crate::engine::RunError;
use crate::metrics::{Context, Metrics, Summary, Tariff};
use crate::observer::Observer;
use crate::output::{Format, Input, OutputError, Recorder, Recording, ResultFolder, RunInfo};
use crate::scenario::session::Session;
use crate::scenario::{Loaded, Resolved};

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
    pub folder: PathBuf,
    /// All figures.
    pub summary: Summary,
    /// What the user should know.
    pub warnings: Vec<String>,
}

/// Runs a scenario and leaves its results in `target`, whole or not at all. `commands` are those that `resolved` has: they
/// go into the folder, where its scenario alone would not lead to the same results.
pub fn run_into(
    resolved: Resolved,
    loaded: &Loaded,
    commands: &Session,
    target: &Path,
    format: Format,
    progress: &Progress,
) -> Result<Done, StudyError> {
    let began = Instant::now();
    let folder = ResultFolder::create(target)?;
    let mut recorder = Recorder::new(
        folder.path(),
        Recording {
            format,
            start: resolved.start,
            record_s: resolved.scenario.run.record_s,
            halls: resolved.simulation.facility.hall_names().to_vec(),
            circuits: resolved
                .simulation
                .facility
                .circuit_names()
                .map(str::to_owned)
                .collect(),
            events: resolved.events.clone(),
        },
    )?;
    let mut inputs = vec![Input::of_bytes("scenario", loaded.text.as_bytes())];
    for input in &resolved.inputs {
        inputs.push(Input::of_file(&input.name, &input.path)?);
    }
    if !commands.command.is_empty() {
        inputs.push(Input::of_bytes("commands", commands.to_toml()?.as_bytes()));
    }
    let scenario = toml::to_string_pretty(&resolved.scenario)?;
    let seed = resolved.scenario.run.seed;
    let (summary, warnings, steps) = simulate(resolved, &mut recorder, progress)?;
    recorder.finish()?;
    folder.write_summary(&summary)?;
    folder.write_scenario(&scenario)?;
    if !commands.command.is_empty() {
        folder.write("session.toml", commands.to_toml()?.as_bytes())?;
    }
    folder.write_run(&RunInfo {
        inputs,
        warnings: warnings.clone(),
        ..RunInfo::new(seed, steps, began.elapsed().as_secs_f64())
    })?;
    Ok(Done {
        folder: folder.commit()?,
        summary,
        warnings,
    })
}

/// Runs a scenario to its end; returns its figures, its warnings and the number of steps.
pub fn simulate(
    resolved: Resolved,
    observer: &mut impl Observer,
    progress: &Progress,
) -> Result<(Summary, Vec<String>, u64), RunError> {
    let site = &resolved.scenario.site;
    let mut metrics = Metrics::new(&Context {
        gpus: resolved.gpus,
        tariff: Tariff {
            times: site.tariff.clone().unwrap_or_default(),
            demand_usd_kw_month: site.demand_usd_kw_month,
            water_usd_m3: site.water_usd_m3,
            fuel_usd_kg: site.generator.as_ref().and_then(|sets| sets.fuel_usd_kg),
        },
        start: resolved.start,
        events: resolved.events.clone(),
        grid_water_l_kwh: resolved.grid_water_l_kwh,
    });
    let mut simulation = resolved.simulation;
    progress.start(simulation.clock.steps());
    let mut left = Progress::EVERY;
    while let Some(snapshot) = simulation.step()? {
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
    let summary = metrics.summary();
    let mut warnings = resolved.warnings;
    let overloaded = simulation.facility.overload_steps();
    if overloaded > 0 {
        warnings.push(format!(
            "the electrical chain carried more than its firm rating in {overloaded} steps; lower \
             electrical.design_load or the load"
        ));
    }
    if let (Some(limit_mw), Some(hours)) = (site.grid_limit_mw, summary.supply.over_limit_hours)
        && hours > 0.0
    {
        warnings.push(format!(
            "the site drew more than site.grid_limit_mw = {limit_mw} for {hours:.1} h although every chip was idle: what \
             is left (idle servers, cooling, losses) is above the limit"
        ));
    }
    if let (Some(hours), Some(lost)) =
        (summary.supply.capped_hours, summary.supply.capped_gpu_hours)
        && hours > 0.0
    {
        let bound = match (site.grid_limit_mw, &site.generator) {
            (Some(_), None) => "under site.grid_limit_mw",
            (None, Some(_)) => "within what its generators carry",
            _ => "under site.grid_limit_mw, or within what its generators carry",
        };
        warnings.push(format!(
            "chips were slowed down for {hours:.1} h to keep the site {bound}: {lost:.0} GPU-hours were lost"
        ));
    }
    if let (Some(sets), Some(hours)) = (&site.generator, summary.supply.generator_overload_hours)
        && hours > 0.0
    {
        warnings.push(format!(
            "the generators were asked for more than site.generator.power_mw = {} for {hours:.1} h although every chip was \
             idle: real sets would trip, and the site would be dark; idle servers, cooling and losses need larger ones",
            sets.power_mw
        ));
    }
    if let Some(missed_mwh) = summary.energy_mwh.unserved
        && missed_mwh > 0.0
    {
        warnings.push(format!(
            "{missed_mwh:.3} MWh of the measured load were not served: racks were off, slowed down or without power, or the \
             halls cannot draw as much; `unserved_kw` in timeseries says when"
        ));
    }
    if let Some(excess_mwh) = summary.energy_mwh.excess
        && excess_mwh > 0.0
    {
        warnings.push(format!(
            "the site used {excess_mwh:.3} MWh more than the load at its meter: cooling, losses and other uses alone are \
             above it; `excess_kw` in timeseries says when"
        ));
    }
    if let Some(hours) = summary.thermal.throttled_gpu_hours
        && hours > 0.0
    {
        warnings.push(format!(
            "chips ran below their clock for {hours:.0} GPU-hours because they were hot: less work was done"
        ));
    }
    Ok((summary, warnings, simulation.clock.made()))
}
