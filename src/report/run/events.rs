//! What came of events.

use maud::html;
use serde::Deserialize;

use super::work::duration;
use crate::report::number::written;
use crate::report::page::{Cell, Section, table};
use crate::report::source::Run;
use crate::report::words::{Words, fill};
use crate::results::{Table, Values};

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
    unknown: String,
    soon_note: String,
    said: String,
    said_limit: String,
    said_throttle: String,
    said_off: String,
    and: String,
}

pub(super) fn section(run: &Run, words: &Words) -> Option<Section> {
    let own = &words.run.events;
    let events = run.events.as_ref().filter(|events| events.rows > 0)?;
    let text = |column: &str, row: usize| match events.column(column) {
        Some(Values::Words(words)) => words[row].replace('T', " "),
        Some(Values::Numbers(numbers)) => written(numbers[row], 0),
        None => String::new(),
    };
    let number = |column: &str, row: usize| number(events, column, row);
    let short = run.value("ride_through.too_short_s").map(duration);
    let after = |column: &str, row: usize| {
        let shown = after(run, column, row).map(|time| match time {
            After::Time(time) => time,
            After::Soon(time) => fill(&own.soon, &[("time", &time)]),
            After::Unknown(time) => fill(&own.unknown, &[("time", &time)]),
        });
        Cell::Number(
            shown.unwrap_or_else(|| own.never.clone()),
            number(column, row),
        )
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

fn number(events: &Table, column: &str, row: usize) -> f64 {
    events.numbers(column).map_or(f64::NAN, |all| all[row])
}

/// When something happened after the start of an event.
enum After {
    Time(String),
    /// Sooner than can be given.
    Soon(String),
    /// Sooner than can be given, or never.
    Unknown(String),
}

/// None: it did not happen.
fn after(run: &Run, column: &str, row: usize) -> Option<After> {
    let events = run.events.as_ref()?;
    let seconds = number(events, column, row);
    if seconds.is_finite() {
        return Some(After::Time(duration(seconds)));
    }
    // A time of a few steps is not given; that it happened, the GPU-hours say.
    let short = run.value("ride_through.too_short_s").map(duration)?;
    let hours = match column {
        "first_throttle_s" => number(events, "throttled_gpu_hours", row),
        "first_shutdown_s" => number(events, "off_gpu_hours", row),
        _ => return Some(After::Unknown(short)),
    };
    (hours > 0.0).then_some(After::Soon(short))
}

/// Events that sentences speak of.
const TOLD: usize = 3;

/// How long the halls ride through each event, in a sentence.
pub(super) fn told(run: &Run, words: &Words) -> Vec<String> {
    let own = &words.run.events;
    let Some((events, names)) = run
        .events
        .as_ref()
        .and_then(|all| Some((all, all.words("event")?)))
    else {
        return Vec::new();
    };
    let said = (0..events.rows).filter_map(|row| {
        let parts = [
            (&own.said_limit, "first_above_limit_s"),
            (&own.said_throttle, "first_throttle_s"),
            (&own.said_off, "first_shutdown_s"),
        ];
        let parts = parts.into_iter().filter_map(|(text, column)| {
            let time = match after(run, column, row)? {
                After::Time(time) => time,
                After::Soon(time) => fill(&own.soon, &[("time", &time)]),
                After::Unknown(_) => return None,
            };
            Some(fill(text, &[("time", &time)]))
        });
        let parts: Vec<String> = parts.collect();
        let all = [
            ("event", names[row].as_str()),
            ("parts", &parts.join(&own.and)),
        ];
        (!parts.is_empty()).then(|| fill(&own.said, &all))
    });
    said.take(TOLD).collect()
}
