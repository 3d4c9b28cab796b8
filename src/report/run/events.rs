//! What came of events.

use maud::html;
use serde::Deserialize;

use super::work::duration;
use crate::report::number::written;
use crate::report::page::{Cell, Section, table};
use crate::report::source::Run;
use crate::report::words::{Words, fill};
use crate::results::Values;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EventWords {
    title: String,
    note: String,
    event: String,
    start: String,
    end: String,
    limit: String,
    throttle: String,
    shutdown: String,
    inlet: String,
    chip: String,
    throttled: String,
    off: String,
    never: String,
    soon: String,
    soon_note: String,
}

pub(super) fn section(run: &Run, words: &Words) -> Option<Section> {
    let own = &words.run.events;
    let events = run.events.as_ref().filter(|events| events.rows > 0)?;
    let text = |column: &str, row: usize| match events.column(column) {
        Some(Values::Words(words)) => words[row].replace('T', " "),
        Some(Values::Numbers(numbers)) => written(numbers[row], 0),
        None => String::new(),
    };
    let number = |column: &str, row: usize| events.numbers(column).map_or(f64::NAN, |all| all[row]);
    // Where a time is too short to be given, an empty cell may also be that.
    let short = run.value("ride_through.too_short_s").map(duration);
    let never = match &short {
        Some(time) => fill(&own.soon, &[("time", time)]),
        None => own.never.clone(),
    };
    let after = |column: &str, row: usize| {
        let seconds = number(column, row);
        let shown = if seconds.is_finite() {
            duration(seconds)
        } else {
            never.clone()
        };
        Cell::Number(shown, seconds)
    };
    let rows: Vec<Vec<Cell>> = (0..events.rows)
        .map(|row| {
            let plain = |column: &str, places: usize| {
                let value = number(column, row);
                Cell::Number(written(value, places), value)
            };
            vec![
                Cell::Text(text("event", row)),
                Cell::Text(text("start", row)),
                Cell::Text(text("end", row)),
                after("first_above_limit_s", row),
                after("first_throttle_s", row),
                after("first_shutdown_s", row),
                plain("max_inlet_c", 1),
                plain("max_chip_c", 1),
                plain("throttled_gpu_hours", 0),
                plain("off_gpu_hours", 0),
            ]
        })
        .collect();
    let head = [
        &own.event,
        &own.start,
        &own.end,
        &own.limit,
        &own.throttle,
        &own.shutdown,
        &own.inlet,
        &own.chip,
        &own.throttled,
        &own.off,
    ];
    let head: Vec<String> = head.into_iter().cloned().collect();
    Some(Section {
        id: "events",
        title: own.title.clone(),
        body: html! { p.note { (own.note) @if let Some(time) = &short { " " (fill(&own.soon_note, &[("time", time)])) } } (table(&own.title, &head, &rows, false)) },
    })
}
