//! Events: machines that go out for a while, on purpose.
//!
//! A kind of event is a small table with the machine it concerns, a description in a line, and the capacity it removes.
//! The scenario's `[[event]]`, the commands of a session, the engine and the view all use this one type. A new kind is a
//! table in one of the files below and a line in the registry.

mod circuit;
mod hall;
mod site;

use crate::describe::Fault;
use crate::facility::Availability;
use crate::registry::registry;
use crate::{cooling, heat_rejection};

/// The machines that an event takes away.
pub(crate) enum Target<'a> {
    /// Of one circuit of facility water, or of all where none is named.
    Circuit {
        /// The circuit's name as results show it.
        name: Option<&'a str>,
        /// The machines, in the plural.
        machines: &'static str,
        /// Whether a plant has them.
        has: fn(&heat_rejection::Machines) -> bool,
    },
    /// Of one hall, or of all where none is named.
    Hall {
        /// The hall's name.
        name: Option<&'a str>,
        /// The machines, in the plural.
        machines: &'static str,
        /// Whether a hall has them.
        has: fn(&cooling::Machines) -> bool,
    },
    /// Of the site as a whole.
    Site {
        /// Whether the site has them.
        has: fn(&SiteMachines) -> bool,
        /// The message where it has not.
        missing: &'static str,
        /// How to add them.
        add: &'static str,
    },
    /// Nothing that a site could lack: the grid, the weather.
    Everywhere,
}

/// The machines of the site as a whole that can be out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SiteMachines {
    /// Batteries behind the UPS.
    pub ups_battery: bool,
    /// Generators on site.
    pub generators: bool,
}

/// A kind of event: the table of its keys, whose `Default` is the example that the view offers.
pub(crate) trait Kind {
    /// Which machines it concerns.
    fn target(&self) -> Target<'_>;

    /// Whether it fits the plants of the circuits that it concerns; keys are below its table.
    fn check(&self, _plants: &[heat_rejection::Machines]) -> Result<(), Fault> {
        Ok(())
    }

    /// In a few words: `50 % of the pumps out`.
    fn line(&self) -> String;

    /// The share of the machines out of service, where it is a share.
    fn share_mut(&mut self) -> Option<&mut f64> {
        None
    }

    /// Takes the machines away; `at` is the index of the circuit or hall that it names, `None` for all of them. Where
    /// several events hold, each machine loses the largest share of any of them.
    fn apply(&self, at: Option<usize>, available: &mut Availability);
}

/// The registry, and with it one example of each kind.
macro_rules! kinds {
    ($($(#[$doc:meta])* $key:literal => $variant:ident($table:ty),)*) => {
        registry! {
            /// Fault of an event.
            pub enum EventKind: Kind {
                $($(#[$doc])* $key => $variant($table),)*
            }
        }

        impl EventKind {
            /// One of each kind, with its defaults, in the order of the registry.
            pub fn examples() -> Vec<Self> {
                vec![$(Self::$variant(<$table>::default())),*]
            }
        }
    };
}

kinds! {
    /// Chillers, each with its condenser pump and tower cell.
    "chiller_trip" => ChillerTrip(circuit::ChillerTrip),
    /// Facility-water pumps.
    "pump_trip" => PumpTrip(circuit::PumpTrip),
    /// Pumps of condensers, towers and surface water.
    "condenser_pump_trip" => CondenserPumpTrip(circuit::CondenserPumpTrip),
    /// Fans of towers and dry coolers.
    "tower_fan_trip" => TowerFanTrip(circuit::TowerFanTrip),
    /// CRAH and rear-door fans.
    "crah_trip" => CrahTrip(hall::CrahTrip),
    /// Pumps of coolant distribution units and tanks.
    "cdu_trip" => CduTrip(hall::CduTrip),
    /// No make-up water for the whole site.
    "water_cut_off" => WaterCutOff(circuit::WaterCutOff),
    /// Outdoor air is warmer at the same humidity ratio.
    "heat_wave" => HeatWave(site::HeatWave),
    /// The grid is gone for the whole site.
    "utility_outage" => UtilityOutage(site::UtilityOutage),
    /// The batteries of the UPS are gone; the load goes past them.
    "ups_outage" => UpsOutage(site::UpsOutage),
    /// On-site generators do not start when the grid fails.
    "generator_failure" => GeneratorFailure(site::GeneratorFailure),
}

impl EventKind {
    /// In a few words: `50 % of the pumps out`.
    pub fn line(&self) -> String {
        self.kind().line()
    }

    /// The share of the machines out of service, where it is a share.
    pub fn share_mut(&mut self) -> Option<&mut f64> {
        self.kind_mut().share_mut()
    }
}

/// An event and its time.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Name in results.
    pub name: String,
    /// Start, s since the start of the run.
    pub start_s: f64,
    /// End, s since the start of the run.
    pub end_s: f64,
    /// The fault.
    pub kind: EventKind,
    /// Index of the circuit or hall that it names; `None` for all of them.
    pub at: Option<usize>,
}

impl Event {
    /// Whether it holds in a step that starts at `time_s`.
    pub fn holds(&self, time_s: f64) -> bool {
        self.start_s <= time_s && time_s < self.end_s
    }

    /// Takes its machines away.
    pub fn apply(&self, available: &mut Availability) {
        self.kind.kind().apply(self.at, available);
    }
}

/// Remaining share where a share has failed, 0..1.
fn left(share: f64) -> f64 {
    (1.0 - share).max(0.0)
}

/// A share of some machines, named and placed: `50 % of the pumps of north out`.
fn share_line(share: f64, machines: &str, of: Option<&str>) -> String {
    format!("{:.0} % of the {machines}{} out", 100.0 * share, named(of))
}

fn named(of: Option<&str>) -> String {
    of.map_or(String::new(), |name| format!(" of {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each kind takes something away from a site that has everything, and names it; none gives anything back that
    /// another took.
    #[test]
    fn each_kind_takes_something_and_gives_nothing_back() {
        let full = Availability::full(2, 2);
        for kind in EventKind::examples() {
            let mut available = full.clone();
            kind.kind().apply(None, &mut available);
            assert_ne!(available, full, "{}", kind.name());
            assert!(!kind.line().is_empty());
            for other in EventKind::examples() {
                let (mut both, mut twice) = (available.clone(), full.clone());
                other.kind().apply(None, &mut both);
                other.kind().apply(None, &mut twice);
                kind.kind().apply(None, &mut twice);
                assert_eq!(both, twice, "{} and {}", kind.name(), other.name());
            }
        }
    }

    /// Only a named circuit or hall fails; shares do not add up.
    #[test]
    fn only_the_named_part_is_out_and_by_the_most_that_is_taken() {
        let trip = |text: &str| -> EventKind { toml::from_str(text).unwrap() };
        let mut available = Availability::full(2, 2);
        trip("pump_trip = { circuit = 'b', share = 0.3 }")
            .kind()
            .apply(Some(1), &mut available);
        trip("pump_trip = { share = 0.2 }")
            .kind()
            .apply(None, &mut available);
        let pumps = |available: &Availability| {
            let circuits = available.circuits.iter();
            circuits.map(|c| c.facility_pumps).collect::<Vec<_>>()
        };
        assert_eq!(pumps(&available), [0.8, 0.7]);
        trip("cdu_trip = {}").kind().apply(Some(0), &mut available);
        assert_eq!(
            (available.halls[0].pump, available.halls[1].pump),
            (0.0, 1.0)
        );
        trip("heat_wave = { warmer_k = 4 }")
            .kind()
            .apply(None, &mut available);
        trip("heat_wave = { warmer_k = 3 }")
            .kind()
            .apply(None, &mut available);
        assert_eq!(available.warmer_k, 7.0);
        assert_eq!(
            trip("pump_trip = { circuit = 'b', share = 0.3 }").line(),
            "30 % of the pumps of b out"
        );
    }

    #[test]
    fn the_size_of_a_heat_wave_is_asked_for() {
        assert!(toml::from_str::<EventKind>("heat_wave = {}").is_err());
        assert!(toml::from_str::<EventKind>("generator_failure = {}").is_ok());
    }
}
