//! coldaisle: what a hall full of GPUs costs in power, heat, water, carbon, money and waiting.
//!
//! ```text
//! scenario.toml ─ scenario ─▶ facility ─ engine: step, step, step ─▶ snapshot ─▶ observers
//!                  (checked)   (parameters)   (state)                 (plain)     csv · parquet · metrics
//! ```
//!
//! The modules in order: each imports only from those above it.

pub mod units;

pub mod physics;

pub mod electrical;

pub mod heat_rejection;

pub mod snapshot;

pub mod observer;

pub mod metrics;

pub mod output;
