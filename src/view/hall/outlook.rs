//! When an event takes racks above their limit, slows chips down or switches racks off: as the run that looks ahead saw it, or as a
//! result folder keeps it.

use std::path::Path;

use crate::engine::Event;
use crate::metrics::ride_through::{Outcome, Span};
use crate::view::hall::frame::Site;

/// What may come of an event, in the order in which it usually does.
pub(in crate::view) const STAGES: [&str; 3] = ["limit", "throttling", "shutdown"];

/// A moment that is reached.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::view) struct Reached {
    /// Since the start of the run, s.
    pub(in crate::view) at_s: f64,
    /// The hall that is there first, where it is known.
    pub(in crate::view) hall: Option<usize>,
    /// It came sooner after the start of the event than its steps can tell: within so many seconds.
    pub(in crate::view) within_s: Option<f64>,
}

/// What comes of an event.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::view) struct Outlook {
    pub(in crate::view) start_s: f64,
    pub(in crate::view) end_s: f64,
    /// In the order of `STAGES`.
    pub(in crate::view) reached: [Option<Reached>; 3],
    /// Recorded, where times below five steps are not told from those that never came.
    pub(in crate::view) may_miss_short: bool,
}

impl Outlook {
    pub(in crate::view) fn of(outcome: &Outcome) -> Self {
        let start_s = outcome.span.start_s;
        let firsts = [outcome.above_limit, outcome.throttle, outcome.shutdown];
        Self {
            start_s,
            end_s: outcome.span.end_s,
            reached: firsts.map(|first| {
                let first = first?;
                Some(Reached {
                    at_s: start_s + first.since_s,
                    hall: Some(first.hall),
                    within_s: first.resolved().is_none().then(|| first.shortest_s()),
                })
            }),
            may_miss_short: false,
        }
    }

    /// How many stages are known to be reached.
    pub(in crate::view) fn stages(&self) -> usize {
        self.reached.iter().flatten().count()
    }

    /// Those of a result folder; empty where it keeps none.
    pub(in crate::view) fn read(folder: &Path, site: &Site, may_miss_short: bool) -> Vec<Self> {
        let Ok(mut reader) = csv::Reader::from_path(folder.join("events.csv")) else {
            return Vec::new();
        };
        let Ok(header) = reader.headers().cloned() else {
            return Vec::new();
        };
        let column = |name: &str| header.iter().position(|of| of == name);
        let columns = [
            "first_above_limit_s",
            "first_throttle_s",
            "first_shutdown_s",
        ]
        .map(column);
        // One row per event of the scenario, in its order.
        let rows = reader.records().flatten().zip(&site.events);
        let outlooks = rows.map(|(record, event)| Self {
            start_s: event.start_s,
            end_s: event.end_s,
            reached: columns.map(|column| {
                let since_s: f64 = record.get(column?)?.parse().ok()?;
                since_s.is_finite().then_some(Reached {
                    at_s: event.start_s + since_s,
                    hall: None,
                    within_s: None,
                })
            }),
            may_miss_short,
        });
        outlooks.collect()
    }
}

/// The events as the metric that watches them takes them.
pub(in crate::view) fn spans(events: &[Event]) -> Vec<Span> {
    let span = |event: &Event| Span {
        name: event.name.clone(),
        start_s: event.start_s,
        end_s: event.end_s,
    };
    events.iter().map(span).collect()
}
