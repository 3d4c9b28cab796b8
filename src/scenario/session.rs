//! A session: changes to a scenario and commands during its run, to be repeated.
//!
//! ```toml
//! set = ["hall.0.racks=128"]                       as --set takes them, from the start of the run
//! [[command]]
//! at_s = 3600.0                                    from then on
//! act.coolant = { hall = "north", supply_c = 27 }
//! ```

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::event::EventKind;
use super::event::LONGEST_MIN;
use super::{Resolved, text, wording};
use crate::bounded;
use crate::describe::{Fault, Place};
use crate::engine::{Action, Command};
use crate::physics::fluids::COLDEST_WATER_C;
use crate::units;

/// A session file.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Session {
    /// Keys of the scenario that are changed from the start on, as `--set` takes them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub set: Vec<String>,
    /// Commands with their times.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<CommandConfig>,
}

/// `[[command]]`: what is done, and when.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CommandConfig {
    /// Seconds from the start of the run: from then on.
    #[serde(deserialize_with = "units::non_negative")]
    pub at_s: f64,
    /// The command: one table, for example `act.demand = { factor = 1.2 }`.
    pub act: Act,
}

/// The command.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Another setpoint for the air or coolant of a hall.
    Coolant(CoolantSetpoint),
    /// Another setpoint for facility water.
    Water(WaterSetpoint),
    /// More or less to do for services, profiles and constant work.
    Demand(Demand),
    /// Warmer or colder weather.
    Weather(Warmer),
    /// Another limit of the grid connection.
    GridLimit(GridLimit),
    /// An event that starts now.
    Event(EventCommand),
    /// Everything out of service works again.
    Repair(Repair),
}

/// `act.coolant`
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CoolantSetpoint {
    /// The hall; all halls where none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hall: Option<String>,
    /// Air or coolant supplied to the racks, °C.
    #[serde(deserialize_with = "units::temperature_c")]
    pub supply_c: f64,
}

/// `act.water`
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct WaterSetpoint {
    /// The circuit's name as results show it; all circuits where none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub circuit: Option<String>,
    /// Facility water supplied by the plant, °C.
    #[serde(deserialize_with = "units::temperature_c")]
    pub supply_c: f64,
}

/// `act.demand`
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Demand {
    /// Relative to the scenario; up to 10. No chip exceeds its capacity.
    #[serde(deserialize_with = "units::non_negative")]
    pub factor: f64,
}

/// `act.weather`
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Warmer {
    /// By how much, K; −30 to 30.
    #[serde(deserialize_with = "units::finite")]
    pub warmer_k: f64,
}

/// `act.grid_limit`
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct GridLimit {
    /// Limit of the grid connection, MW; none by default.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    pub mw: Option<f64>,
}

/// `act.event`
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct EventCommand {
    /// How long it lasts, minutes.
    #[serde(deserialize_with = "units::positive")]
    pub minutes: f64,
    /// The fault, as in `[[event]]`.
    pub what: EventKind,
}

/// No keys: `act.repair = {}`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Repair {}

/// Files larger than this are no session.
const LONGEST_BYTES: u64 = 4 << 20;
const MAX_FACTOR: f64 = 10.0;
const MAX_WARMER_K: f64 = 30.0;

impl Session {
    /// Reads a session file.
    pub fn load(path: &Path) -> Result<Self, Fault> {
        let unreadable = |error: std::io::Error| {
            let cure = "give the path of a session, as `coldaisle view --record` writes it";
            Fault::new(error.to_string(), cure).in_file(path, None)
        };
        let bytes = bounded::read(path, LONGEST_BYTES).map_err(unreadable)?;
        let text = String::from_utf8(bytes).map_err(|_| {
            Fault::new("it is not UTF-8 text", "save the session as UTF-8").in_file(path, None)
        })?;
        text::read_as(&text, &wording::SESSION).map_err(|mut error| {
            // A figure out of its range, which no schema explains here.
            if error.cure.is_empty() {
                error.cure = "correct it, or remove the command".into();
            }
            error.in_file(path, None)
        })
    }

    /// Whether nothing is changed and nothing done.
    pub fn is_empty(&self) -> bool {
        self.set.is_empty() && self.command.is_empty()
    }

    /// As TOML.
    pub fn to_toml(&self) -> Result<String, toml::ser::Error> {
        toml::to_string_pretty(self)
    }

    /// Gives a simulation at its start the commands to come.
    pub fn resolve(&self, resolved: &mut Resolved) -> Result<(), Fault> {
        for config in &self.command {
            let command = config.resolve(resolved)?;
            resolved.simulation.commands.add(command);
        }
        Ok(())
    }
}

impl CommandConfig {
    /// Finds the halls and circuits that it names.
    pub fn resolve(&self, resolved: &Resolved) -> Result<Command, Fault> {
        if resolved.surface.is_some() {
            let what = "a surface (run.plant) knows no commands during the run";
            let cure = "set run.plant to \"exact\", or leave the commands out";
            return Err(Fault::new(what, cure));
        }
        let equipment = &resolved.equipment;
        let at = |key: &str| format!("[[command]] at {} s, act.{key}", moment(self.at_s));
        let misfit = |fault: Fault| {
            let key = match &fault.place {
                Place::Key(key) => at(key),
                _ => at(""),
            };
            Fault::new(format!("{key}: {}", fault.what), fault.cure)
        };
        let last_s = resolved.total_s - 1.0;
        if self.at_s > last_s {
            let what = format!(
                "[[command]] at {} s: the run ends before",
                moment(self.at_s)
            );
            let cure = format!("use at_s up to {last_s}, a longer run.days, or remove it");
            return Err(Fault::new(what, cure));
        }
        let action = match &self.act {
            Act::Coolant(setpoint) => Action::Coolant {
                hall: equipment
                    .coolant(setpoint.hall.as_deref())
                    .map_err(misfit)?,
                supply_c: setpoint.supply_c,
            },
            Act::Water(WaterSetpoint { supply_c, .. }) if *supply_c < COLDEST_WATER_C => {
                let what = format!(
                    "{}: facility water of {supply_c} °C is too close to freezing",
                    at("water.supply_c")
                );
                let cure = format!("use {COLDEST_WATER_C} or more");
                return Err(Fault::new(what, cure));
            }
            Act::Water(setpoint) => Action::Water {
                circuit: equipment
                    .water(setpoint.circuit.as_deref())
                    .map_err(misfit)?,
                supply_c: setpoint.supply_c,
            },
            Act::Demand(Demand { factor }) if *factor > MAX_FACTOR => {
                let what = format!("{}: {factor} is too much", at("demand.factor"));
                let cure = format!("use up to {MAX_FACTOR}");
                return Err(Fault::new(what, cure));
            }
            Act::Demand(_) if !equipment.demand => {
                let what = format!("{}: nothing here follows demand", at("demand"));
                let cure = "remove it: jobs of a queue stay as they are";
                return Err(Fault::new(what, cure));
            }
            Act::Demand(demand) => Action::Demand {
                factor: demand.factor,
            },
            Act::Weather(Warmer { warmer_k }) if warmer_k.abs() > MAX_WARMER_K => {
                let what = format!(
                    "{}: {warmer_k} K is outside the accepted range",
                    at("weather.warmer_k")
                );
                let cure = format!("use -{MAX_WARMER_K} to {MAX_WARMER_K}");
                return Err(Fault::new(what, cure));
            }
            Act::Weather(weather) => Action::Weather {
                warmer_k: weather.warmer_k,
            },
            Act::GridLimit(limit) => Action::GridLimit {
                limit_w: limit.mw.map_or(f64::INFINITY, |mw| mw * 1e6),
            },
            Act::Event(EventCommand { minutes, .. }) if *minutes > LONGEST_MIN => {
                let what = format!("{}: longer than any run", at("event.minutes"));
                return Err(Fault::new(what, format!("use up to {LONGEST_MIN}")));
            }
            Act::Event(event) => Action::Event {
                duration_s: event.minutes * 60.0,
                kind: event.what.clone(),
                at: equipment
                    .locate(&event.what)
                    .map_err(|fault| misfit(fault.within("event.what")))?,
            },
            Act::Repair(_) => Action::Repair,
        };
        Ok(Command {
            at_s: self.at_s,
            action,
        })
    }
}

/// Seconds as people write them: no row of 300 zeros.
fn moment(at_s: f64) -> String {
    if at_s < 1e12 {
        at_s.to_string()
    } else {
        format!("{at_s:e}")
    }
}

impl Act {
    /// In a few words, for a log.
    pub fn words(&self) -> String {
        let of =
            |name: &Option<String>| name.as_ref().map_or(String::new(), |n| format!(" of {n}"));
        match self {
            Self::Coolant(set) => format!("coolant{} to {} °C", of(&set.hall), set.supply_c),
            Self::Water(set) => format!("water{} to {} °C", of(&set.circuit), set.supply_c),
            Self::Demand(demand) => format!("demand × {}", demand.factor),
            Self::Weather(weather) => format!("weather {:+} K", weather.warmer_k),
            Self::GridLimit(GridLimit { mw: Some(mw) }) => format!("grid limit {mw} MW"),
            Self::GridLimit(GridLimit { mw: None }) => "no grid limit".into(),
            Self::Event(event) => format!("{} for {} min", event.what.line(), event.minutes),
            Self::Repair(_) => "everything repaired".into(),
        }
    }
}
