//! Events: their times within the run, and the circuit or hall that they name.

use jiff::civil::{Date, DateTime};

use super::context::{Context, Notes};
use super::equipment::Equipment;
use crate::describe::{Fault, count};
use crate::engine::Event;
use crate::metrics::ride_through::Span;
use crate::scenario::event::EventConfig;
use crate::units::DAY_S;

/// The events of a run.
pub(super) struct Events {
    pub(super) all: Vec<Event>,
    pub(super) notes: Notes,
}

impl Events {
    pub(super) fn place(
        context: Context<'_>,
        start: Date,
        total_s: f64,
        equipment: &Equipment,
    ) -> Result<Self, Fault> {
        let configs = &context.scenario.event;
        let all: Vec<Event> = configs
            .iter()
            .enumerate()
            .map(|(index, config)| event(context, index, config, (start, total_s), equipment))
            .collect::<Result<_, _>>()?;
        let mut notes = Notes::default();
        for (index, (event, config)) in all.iter().zip(configs).enumerate() {
            let day = (event.start_s / DAY_S).floor() + 1.0;
            notes.line(
                format!("event {}", index + 1),
                format!(
                    "{}: {} from {} (day {day:.0}) for {} min",
                    event.name,
                    event.kind.line(),
                    config.start,
                    config.minutes
                ),
            );
        }
        Ok(Self { all, notes })
    }

    /// When each event holds, for metrics.
    pub(super) fn spans(&self) -> Vec<Span> {
        let span = |event: &Event| Span {
            name: event.name.clone(),
            start_s: event.start_s,
            end_s: event.end_s,
        };
        self.all.iter().map(span).collect()
    }
}

fn event(
    context: Context<'_>,
    index: usize,
    config: &EventConfig,
    (start, total_s): (Date, f64),
    equipment: &Equipment,
) -> Result<Event, Fault> {
    let key = |name: &str| format!("event[{index}].{name}");
    let cure = "write it as \"2026-07-15T14:00\", local standard time";
    let begins: DateTime = config.start.parse().map_err(|_| {
        let what = format!("'{}' is not a date and time", config.start);
        context.error(&key("start"), what, cure)
    })?;
    let start_s = begins.duration_since(start.at(0, 0, 0, 0)).as_secs_f64();
    if !(0.0..total_s).contains(&start_s) {
        let days = count(total_s / DAY_S, "day");
        return Err(context.error(
            &key("start"),
            format!("'{}' lies outside the run", config.start),
            format!("the run covers {days} from {start} on"),
        ));
    }
    let at = equipment
        .locate(&config.what)
        .map_err(|fault| context.fault(&key("what"), fault))?;
    Ok(Event {
        name: config
            .name
            .clone()
            .unwrap_or_else(|| config.what.name().to_owned()),
        start_s,
        end_s: start_s + config.minutes * 60.0,
        kind: config.what.clone(),
        at,
    })
}
