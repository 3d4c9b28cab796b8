//! coldaisle: what a hall full of GPUs costs in power, heat, water, carbon, money and waiting.
//!
//! ```text
//! scenario.toml ─ scenario ─▶ facility ─ engine: step, step, step ─▶ snapshot ─▶ observers
//!                  (checked)   (parameters)   (state)                 (plain)     csv · parquet · metrics
//! ```
//!
//! The modules in order: each imports only from those above it.

pub mod units;

mod bounded;
mod csv_rows;

pub mod vector;

pub mod random;

pub mod physics;

pub mod weather;

pub mod series;

pub mod tariff;

pub mod workload;

pub mod it;

pub mod electrical;

pub mod cooling;

pub mod heat_rejection;

pub mod controls;

pub mod scheduler;

pub mod snapshot;

pub mod observer;

pub mod facility;

pub mod engine;

pub mod metrics;

pub mod output;

pub mod scenario;

pub mod study;

#[cfg(feature = "view")]
pub mod view;

pub mod cli;
