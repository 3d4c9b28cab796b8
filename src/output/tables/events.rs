//! `events`: one row per event, with what came of it.

use std::path::Path;

use crate::metrics::ride_through::Outcome;
use crate::output::table::{Column, Kind, Table, moment};
use crate::output::{OutputError, Recording};

pub(in crate::output) fn write(
    folder: &Path,
    recording: &Recording,
    outcomes: &[Outcome],
) -> Result<(), OutputError> {
    let columns = [
        Column::new("event", Kind::Text),
        Column::new("start", Kind::Time),
        Column::new("end", Kind::Time),
        Column::new("first_above_limit_s", Kind::Number(1)),
        Column::new("first_throttle_s", Kind::Number(1)),
        Column::new("first_shutdown_s", Kind::Number(1)),
        Column::new("max_inlet_c", Kind::Number(2)),
        Column::new("max_chip_c", Kind::Number(2)),
        Column::new("throttled_gpu_hours", Kind::Number(2)),
        Column::new("off_gpu_hours", Kind::Number(2)),
    ];
    let start = recording.start.at(0, 0, 0, 0);
    let mut table = Table::create(folder, "events", recording.format(), &columns)?;
    for outcome in outcomes {
        table.text(&outcome.span.name);
        table.time(moment(start, outcome.span.start_s));
        table.time(moment(start, outcome.span.end_s));
        for first in [
            outcome.first_above_limit_s(),
            outcome.first_throttle_s(),
            outcome.first_shutdown_s(),
        ] {
            table.number(first.unwrap_or(f64::NAN));
        }
        table.number(outcome.max_inlet_c);
        table.number(outcome.max_chip_c);
        table.number(outcome.throttled_gpu_hours);
        table.number(outcome.off_gpu_hours);
        table.end_row()?;
    }
    table.finish()
}
