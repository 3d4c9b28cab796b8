//! The best design under limits, and the Pareto front of two or three aims.
//!
//! ```text
//! genes ─ search: differential evolution (one aim), NSGA-II ─▶ batch of designs ─ Problem: runs ─▶ aims, violation ─▶ front
//! ```

mod archive;
mod config;
mod differential;
mod hypervolume;
mod nsga2;
mod problem;
mod search;
mod sort;
mod variation;

pub use config::{Aim, Directed, Goals, Limit, Optimise};
pub use hypervolume::hypervolume;
pub use problem::{Design, Gene, Judged, Problem};
pub use search::{Ended, Found, Settings, Stall, minimise};

#[cfg(test)]
mod tests;
