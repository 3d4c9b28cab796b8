//! Commands during a run: applied between steps, in order, at a time that is kept.
//!
//! A command holds from its time on, where a step ends. One given while the run is before that step
//! and one that waited in a list since the start do the same: so a session can be done again, to the bit.

use super::event::{Event, EventKind};
use crate::facility::Facility;

/// A command. Circuits and halls are given by number; `None` means all of them.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Air or coolant supplied to the racks of a hall, °C.
    Coolant {
        /// The hall.
        hall: Option<usize>,
        /// The setpoint.
        supply_c: f64,
    },
    /// Facility water supplied by the plant of a circuit, °C.
    Water {
        /// The circuit.
        circuit: Option<usize>,
        /// The setpoint.
        supply_c: f64,
    },
    /// Load of services, profiles and constant work, relative to the scenario. Jobs of the queue stay as they are.
    Demand {
        /// Their factor.
        factor: f64,
    },
    /// Outdoor air warmer than the weather, at its humidity ratio; replaces an earlier value.
    Weather {
        /// By how much, K.
        warmer_k: f64,
    },
    /// Limit of the grid connection, W; infinite for none.
    GridLimit {
        /// The limit.
        limit_w: f64,
    },
    /// An event that starts now.
    Event {
        /// How long it lasts, s.
        duration_s: f64,
        /// The fault.
        kind: EventKind,
        /// Index of the circuit or hall that it names; `None` for all of them.
        at: Option<usize>,
    },
    /// Everything out of service works again.
    Repair,
}

/// An action and its time.
#[derive(Debug, Clone, PartialEq)]
pub struct Command {
    /// From when on it holds, s since the start of the run.
    pub at_s: f64,
    /// The command.
    pub action: Action,
}

/// The commands of a run.
#[derive(Debug, Clone, Default)]
pub struct Commands {
    all: Vec<Command>,
    next: usize,
    warmer_k: f64,
}

impl Commands {
    /// Adds a command; one whose time is past is applied before the next step.
    pub fn add(&mut self, command: Command) {
        // After those of the same time, and after those that were applied.
        let at = self.all[self.next..].partition_point(|other| other.at_s <= command.at_s);
        self.all.insert(self.next + at, command);
    }

    /// All of them, in the order in which they are applied.
    pub fn all(&self) -> &[Command] {
        &self.all
    }

    /// When the next one is due, s; infinite after the last.
    pub(super) fn next_s(&self) -> f64 {
        self.all
            .get(self.next)
            .map_or(f64::INFINITY, |next| next.at_s)
    }

    /// Applies what is due before the step that starts at `time_s`; events are added to `events`. Returns by how much outdoor air is
    /// warmer, K.
    pub(super) fn apply(
        &mut self,
        time_s: f64,
        facility: &mut Facility,
        events: &mut super::Events,
    ) -> f64 {
        while let Some(command) = self.all.get(self.next).filter(|next| next.at_s <= time_s) {
            self.next += 1;
            match &command.action {
                Action::Coolant { hall, supply_c } => facility.set_coolant(*hall, *supply_c),
                Action::Water { circuit, supply_c } => facility.set_water(*circuit, *supply_c),
                Action::Demand { factor } => facility.set_demand(*factor),
                Action::Weather { warmer_k } => self.warmer_k = *warmer_k,
                Action::GridLimit { limit_w } => facility.set_grid_limit(*limit_w),
                Action::Event {
                    duration_s,
                    kind,
                    at,
                } => events.add(Event {
                    name: kind.name().to_owned(),
                    start_s: time_s,
                    end_s: time_s + duration_s,
                    kind: kind.clone(),
                    at: *at,
                }),
                Action::Repair => events.end_all(time_s),
            }
        }
        self.warmer_k
    }
}
