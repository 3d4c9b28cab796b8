//! Events: their times within the run, and the circuit or hall that they name.

use jiff::civil::{Date, DateTime};

use super::Resolver;
use super::describe::count;
use super::equipment::Equipment;
use crate::describe::Fault;
use crate::engine::Event;
use crate::scenario::event::EventConfig;
use crate::units::DAY_S;

/// Longer than any run: an event of more minutes is a typing error.
pub(in crate::scenario) const LONGEST_MIN: f64 = 1e7;

impl Resolver<'_> {
    pub(super) fn events(
        &mut self,
        start: Date,
        total_s: f64,
        equipment: &Equipment,
    ) -> Result<Vec<Event>, Fault> {
        let mut events = Vec::new();
        for (index, config) in self.loaded.scenario.event.iter().enumerate() {
            events.push(self.event(index, config, (start, total_s), equipment)?);
        }
        let step_s = self.loaded.scenario.run.step_s;
        if let Some(short) = events
            .iter()
            .find(|event| event.end_s - event.start_s < step_s)
        {
            self.warnings.push(format!(
                "the event '{}' is shorter than a step of {step_s} s and may never hold; use a smaller run.step_s",
                short.name
            ));
        }
        Ok(events)
    }

    fn event(
        &self,
        index: usize,
        config: &EventConfig,
        (start, total_s): (Date, f64),
        equipment: &Equipment,
    ) -> Result<Event, Fault> {
        let key = |name: &str| format!("event[{index}].{name}");
        let cure = "write it as \"2026-07-15T14:00\", local standard time";
        let begins: DateTime = config.start.parse().map_err(|_| {
            let what = format!("'{}' is not a date and time", config.start);
            self.error(&key("start"), what, cure)
        })?;
        let start_s = begins.duration_since(start.at(0, 0, 0, 0)).as_secs_f64();
        if !(0.0..total_s).contains(&start_s) {
            let days = count(total_s / DAY_S, "day");
            return Err(self.error(
                &key("start"),
                format!("'{}' lies outside the run", config.start),
                format!("the run covers {days} from {start} on"),
            ));
        }
        if config.minutes > LONGEST_MIN {
            let cure = format!("use up to {LONGEST_MIN}");
            return Err(self.error(&key("minutes"), "longer than any run", cure));
        }
        let at = equipment
            .locate(&config.what)
            .map_err(|fault| self.fault(&key("what"), fault))?;
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
}
