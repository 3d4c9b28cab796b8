//! A run whose halls and plants are a surface: no rack is stepped, and what a surface does not hold is left out.

use super::Progress;
use crate::engine::RunError;
use crate::metrics::{Metrics, Summary};
use crate::observer::Observer;
use crate::output::{TableName, Wanted, marked};
use crate::scenario::Resolved;
use crate::snapshot::Snapshot;
use crate::surface::Surface;

/// Tables of racks, circuits, jobs and events have nothing to show.
pub(super) fn leave_out(wanted: &mut Wanted) {
    let held = [TableName::Timeseries, TableName::Bill, TableName::Load];
    wanted.tables.retain(|table| held.contains(table));
}

/// Runs a scenario to its end; see [`super::simulate`].
pub(super) fn simulate(
    resolved: Resolved,
    surface: &Surface,
    observer: &mut impl Observer,
    progress: &Progress,
) -> Result<(Summary, Vec<String>, u64), RunError> {
    let mut metrics = Metrics::new(&resolved.context());
    let mut warnings = resolved.warnings();
    let mut simulation = resolved.simulation;
    let (facility, weather) = (&simulation.facility, &simulation.weather);
    progress.start(simulation.clock.steps());
    let mut snapshot = Snapshot::default();
    let mut left = Progress::EVERY;
    while let Some(step) = simulation.clock.next_step(weather, &[]) {
        progress.check()?;
        let (from_s, to_s) = (step.time_s, step.time_s + step.dt_s);
        let load = facility
            .level()
            .map_or(0.0, |level| level.mean(from_s, to_s));
        let point = surface.at(step.weather_hour, load);
        (snapshot.time_s, snapshot.dt_s) = (to_s, step.dt_s);
        snapshot.outside = weather.at(step.weather_hour);
        (snapshot.power, snapshot.water) = (point.power, point.water);
        snapshot.plant = point.plant();
        snapshot.on_site.grid_w = point.power.facility_w;
        (snapshot.price_usd_j, snapshot.carbon_kg_j) = facility.rates(from_s, to_s);
        metrics.observe(&snapshot)?;
        observer.observe(&snapshot)?;
        left -= 1;
        if left == 0 {
            progress.advance(Progress::EVERY);
            left = Progress::EVERY;
        }
    }
    progress.finish();
    metrics.at_end(&[], resolved.total_s);
    warnings.extend(metrics.warnings().iter().map(|warning| marked(warning)));
    let mut summary = metrics.summary();
    // Whether the chain is overloaded is no mean that could be interpolated.
    summary.supply.overload_hours = None;
    Ok((summary, warnings, simulation.clock.made()))
}
