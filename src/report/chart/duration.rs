//! The axis of load duration curves: shares of the time.

use super::{DataColumn, Tick};

/// Points along a curve.
pub(in crate::report) const POINTS: usize = 201;

/// Where the points lie, in percent of the time.
pub(in crate::report) fn shares(name: &str) -> DataColumn {
    let shares = (0..POINTS).map(|point| 100.0 * point as f64 / (POINTS - 1) as f64);
    DataColumn::numbers(name, "%", 1, shares.collect())
}

/// Marks at the quarters.
pub(in crate::report) fn ticks() -> Vec<Tick> {
    let ticks = (0..=4).map(|quarter| Tick {
        at: f64::from(quarter) / 4.0,
        label: format!("{} %", 25 * quarter),
    });
    ticks.collect()
}
