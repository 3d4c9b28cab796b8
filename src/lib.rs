//! coldaisle: what a hall full of GPUs costs in power, heat, water, carbon, money and waiting.
//!
//! ```text
//! scenario.toml ─ scenario ─▶ facility ─ engine: step, step, step ─▶ snapshot ─▶ observers
//!                  (checked)   (parameters)   (state)                 (plain)     csv · parquet · metrics
//! ```
//!
//! A run from Rust, without a file written:
//!
//! ```no_run
//! use std::path::Path;
//!
//! use coldaisle::scenario;
//! use coldaisle::study::{Progress, simulate};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let sets = ["run.days=1".to_owned()]; // as --set on the command line
//! let loaded = scenario::load(Path::new("scenarios/phoenix-air.toml"), &sets)?;
//! let resolved = scenario::resolve(&loaded)?; // sized, with weather, prices and traces read
//! let (summary, warnings, _steps) = simulate(resolved, &mut (), &Progress::hidden())?;
//! println!("PUE {:.3}", summary.ratios.pue.unwrap_or(f64::NAN));
//! for (group, key, value) in summary.figures() {
//!     println!("{group}.{key} = {value}");
//! }
//! for warning in &warnings {
//!     eprintln!("{warning}");
//! }
//! # Ok(())
//! # }
//! ```
//!
//! In place of `&mut ()` goes any [`observer::Observer`]; [`study::run_into`] also leaves a result folder. Whole
//! programs are in `examples/`: a run embedded, an observer and a scheduler of your own. `docs/architecture.md` shows how the
//! modules work together.
//!
//! The modules in order: each imports only from those above it.

/// SI inside: the suffixes of names, constants, and the factors to what planners read.
pub mod units;

/// Faults in the user's input with place and cure; doubt in defaults.
pub mod describe;

mod registry;

mod palette;

mod bounded;
mod csv_rows;
mod kept;

/// Loops over flat arrays, a value per rack, with the same results on every machine.
pub mod vector;

mod histogram;

/// Random numbers: one stream per purpose, derived from the seed by name.
pub mod random;

/// Moist air, fluids, heat exchangers, performance curves, thermal masses and the root search.
pub mod physics;

/// Hourly weather of a year from EPW and TMY3 files and the built-in climates, interpolated.
pub mod weather;

/// Price and carbon over time: a constant, or a CSV file laid over the run.
pub mod series;

/// Electricity tariffs: times of use, demand charges, ratchets, feed-in.
pub mod tariff;

/// Jobs that arrive, services that stay, profiles and traces that are replayed.
pub mod workload;

/// Accelerators and the servers that hold them: power, clocks, fans, chip temperatures.
pub mod it;

/// From the meter to the servers' power supplies, with batteries, sun and generators beside.
pub mod electrical;

/// Rack cooling: air, rear doors, cold plates, immersion, two-phase.
pub mod cooling;

/// Facility water and the plants that carry its heat outdoors: chillers, towers, dry coolers, surface water.
pub mod heat_rejection;

/// Control of the water loop's supply temperature.
pub mod controls;

/// Cost of ownership and embodied carbon: take-off, prices, present value.
pub mod ownership;

/// The queue, the schedulers and the GPUs that jobs hold.
pub mod scheduler;

/// Snapshot of one step: plain data, written by the facility and read by observers.
pub mod snapshot;

/// The trait of whatever watches a run.
pub mod observer;

/// The assembled site: the order of a step, and the energy audit of every step.
pub mod facility;

/// A plant as a surface over load and the hours of a climate: years in a fraction of a millisecond.
pub mod surface;

/// Steps a facility through a run: clock, events, commands.
pub mod engine;

/// The figures of `summary.json`, gathered step by step in constant memory.
pub mod metrics;

/// The result folder: CSV and Parquet tables, `summary.json`, `run.json`.
pub mod output;

mod results;

/// The scenario file: read strictly, checked, and resolved into a simulation with the catalogue.
pub mod scenario;

/// Runs from start to results: one into its folder, several side by side.
pub mod study;

/// Fleets over years: what all the halls of a region add up to, with its doubt.
pub mod forecast;

/// Loads of runs and forecasts as files that planning tools read.
pub mod export;

/// One HTML page of a run, a comparison, a study or a forecast.
pub mod report;

/// The 3D view of a hall, live or replayed.
pub mod view;

/// The command line, one file per command.
pub mod cli;
