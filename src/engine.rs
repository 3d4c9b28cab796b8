//! Steps a facility through its run and shows every step to the observers. Knows no file format.

mod clock;
mod command;
mod event;
mod events;

pub use clock::Clock;
pub use command::{Action, Command, Commands};
pub(crate) use event::Target;
pub use event::{Event, EventKind, SiteMachines};
pub use events::Events;

use thiserror::Error;

use crate::facility::{AuditError, Facility};
use crate::heat_rejection::Outdoors;
use crate::observer::Observer;
use crate::physics::psychrometrics::MoistAir;
use crate::snapshot::Snapshot;
use crate::weather::Weather;

/// A run that cannot go on.
#[derive(Debug, Error)]
pub enum RunError {
    /// A balance did not close.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// A result could not be written.
    #[error("a result could not be written: {0}")]
    Observer(#[from] std::io::Error),
    /// More jobs wait than can be kept.
    #[error(
        "{waiting} jobs wait after {:.2} days: the work needs far more than the GPUs there are; give fewer jobs, or more \
         racks",
        time_s / 86_400.0
    )]
    Backlog {
        /// Jobs in the queue.
        waiting: u64,
        /// Since the start of the run.
        time_s: f64,
    },
    /// Somebody ended it before its end.
    #[error("the run was stopped")]
    Stopped,
}

/// Every waiting job is kept: more of them than this, a gigabyte, are work that was not intended.
const MOST_WAITING: u64 = 2_000_000;

/// A facility, its weather and its clock.
pub struct Simulation {
    /// The plant and what it does.
    pub facility: Facility,
    /// Outdoor air.
    pub weather: Weather,
    /// State of the run.
    pub clock: Clock,
    /// Machines out of service for a while.
    pub events: Events,
    /// Commands during the run.
    pub commands: Commands,
}

impl Simulation {
    /// Advances by one step; `None` at the end of the run. Fails where a balance does not close, or more jobs wait than can be
    /// kept.
    pub fn step(&mut self) -> Result<Option<&Snapshot>, RunError> {
        let time_s = self.clock.next_s();
        let commanded_k = self
            .commands
            .apply(time_s, &mut self.facility, &mut self.events);
        let warmer_k = commanded_k + self.events.apply(time_s, &mut self.facility);
        let changes_s = [
            self.commands.next_s(),
            self.events.next_s(),
            self.facility.step_until_s(time_s),
        ];
        let Some(step) = self.clock.next_step(&self.weather, &changes_s) else {
            return Ok(None);
        };
        if self.clock.ended() {
            // What was held up to the end is solved with the last step.
            self.facility.solve_next();
        }
        let mut outside = self.weather.at(step.weather_hour);
        if warmer_k != 0.0 {
            outside = MoistAir::from_humidity_ratio(
                outside.dry_bulb_c + warmer_k,
                outside.humidity_ratio,
                outside.pressure_pa,
            );
        }
        let outdoors = Outdoors {
            air: outside,
            hour_of_year: step.weather_hour,
        };
        let snapshot = self.facility.step(&outdoors, step.time_s, step.dt_s)?;
        check_backlog(snapshot)?;
        Ok(Some(snapshot))
    }

    /// Runs to the end.
    pub fn run(&mut self, observer: &mut impl Observer) -> Result<(), RunError> {
        while let Some(snapshot) = self.step()? {
            observer.observe(snapshot)?;
        }
        Ok(())
    }
}

/// Refuses to go on with more waiting jobs than memory should hold.
fn check_backlog(snapshot: &Snapshot) -> Result<(), RunError> {
    match &snapshot.queue {
        Some(queue) if queue.waiting_jobs > MOST_WAITING => Err(RunError::Backlog {
            waiting: queue.waiting_jobs,
            time_s: snapshot.time_s,
        }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::Queue;

    #[test]
    fn a_queue_too_long_to_keep_ends_the_run() {
        let waiting = |waiting_jobs| Snapshot {
            time_s: 43_200.0,
            queue: Some(Queue {
                waiting_jobs,
                ..Queue::default()
            }),
            ..Snapshot::default()
        };
        assert!(check_backlog(&Snapshot::default()).is_ok());
        assert!(check_backlog(&waiting(2_000_000)).is_ok());
        let error = check_backlog(&waiting(2_000_001)).unwrap_err().to_string();
        assert!(
            error.starts_with("2000001 jobs wait after 0.50 days"),
            "{error}"
        );
    }
}
