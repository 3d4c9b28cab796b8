//! Events: their times within the run, and the circuits and halls they name.

use jiff::civil::{Date, DateTime};

use super::{Resolver, ScenarioError};
use crate::engine::{Event, Outage};
use crate::scenario::error::suggest;
use crate::scenario::event::{EventConfig, What};
use crate::units::DAY_S;

/// Warmer than this is no weather.
const WARMEST_K: f64 = 30.0;

impl Resolver<'_> {
    pub(super) fn events(
        &mut self,
        start: Date,
        total_s: f64,
        circuits: &[String],
    ) -> Result<Vec<Event>, ScenarioError> {
        let mut events = Vec::new();
        for (index, config) in self.loaded.scenario.event.iter().enumerate() {
            events.push(self.event(index, config, (start, total_s), circuits)?);
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
        circuits: &[String],
    ) -> Result<Event, ScenarioError> {
        let key = |name: &str| format!("event[{index}].{name}");
        let cure = "write it as \"2026-07-15T14:00\", local standard time";
        let begins: DateTime = config.start.parse().map_err(|_| {
            let what = format!("'{}' is no moment", config.start);
            self.error(&key("start"), what, cure)
        })?;
        let start_s = begins.duration_since(start.at(0, 0, 0, 0)).as_secs_f64();
        if !(0.0..total_s).contains(&start_s) {
            let days = total_s / DAY_S;
            return Err(self.error(
                &key("start"),
                format!("'{}' lies outside the run", config.start),
                format!("the run covers {days} d from {start} on"),
            ));
        }
        let halls: Vec<String> = self
            .loaded
            .scenario
            .hall
            .iter()
            .map(|hall| hall.name.clone())
            .collect();
        let outage = outage(&config.what, circuits, &halls).map_err(|unfit| {
            let at = key(&format!("what.{}", unfit.key));
            self.error(&at, unfit.what, unfit.cure)
        })?;
        Ok(Event {
            name: config
                .name
                .clone()
                .unwrap_or_else(|| config.what.name().to_owned()),
            start_s,
            end_s: start_s + config.minutes * 60.0,
            outage,
        })
    }
}

/// What is wrong with an outage: the key below `what`, and what would be right.
pub(in crate::scenario) struct Unfit {
    pub(in crate::scenario) key: String,
    pub(in crate::scenario) what: String,
    pub(in crate::scenario) cure: String,
}

/// Finds the circuits and halls that an outage names.
pub(in crate::scenario) fn outage(
    config: &What,
    circuits: &[String],
    halls: &[String],
) -> Result<Outage, Unfit> {
    let named = |wanted: &Option<String>, known: &[String], what: &str, at: &str| {
        let Some(wanted) = wanted else {
            return Ok(None);
        };
        let found = known.iter().position(|name| name == wanted);
        found.map(Some).ok_or_else(|| Unfit {
            key: format!("{}.{at}", config.name()),
            what: format!("there is no {what} '{wanted}'"),
            cure: suggest(wanted, known.iter().map(String::as_str).collect::<Vec<_>>()),
        })
    };
    let circuit = |wanted| named(wanted, circuits, "circuit", "circuit");
    let hall = |wanted| named(wanted, halls, "hall", "hall");
    Ok(match config {
        What::ChillerTrip(trip) => Outage::Chillers {
            circuit: circuit(&trip.circuit)?,
            units: trip.units.get(),
        },
        What::PumpTrip(trip) => Outage::Pumps {
            circuit: circuit(&trip.circuit)?,
            share: trip.share,
        },
        What::CondenserPumpTrip(trip) => Outage::CondenserPumps {
            circuit: circuit(&trip.circuit)?,
            share: trip.share,
        },
        What::TowerFanTrip(trip) => Outage::TowerFans {
            circuit: circuit(&trip.circuit)?,
            share: trip.share,
        },
        What::CrahTrip(trip) => Outage::HallFans {
            hall: hall(&trip.hall)?,
            share: trip.share,
        },
        What::CduTrip(trip) => Outage::HallPumps {
            hall: hall(&trip.hall)?,
            share: trip.share,
        },
        What::WaterCutOff(_) => Outage::Water,
        What::HeatWave(wave) if wave.warmer_k > WARMEST_K => {
            return Err(Unfit {
                key: "heat_wave.warmer_k".into(),
                what: format!("{} K is no weather", wave.warmer_k),
                cure: format!("use up to {WARMEST_K}; 5 to 10 is a heat wave"),
            });
        }
        What::HeatWave(wave) => Outage::Heat {
            warmer_k: wave.warmer_k,
        },
        What::UtilityOutage(_) => Outage::Utility,
        What::UpsOutage(_) => Outage::Ups,
    })
}
