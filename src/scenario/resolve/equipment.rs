//! What stands on a site, as far as events and commands can take it: an event that would find nothing is refused.

use crate::cooling;
use crate::describe::suggest;
use crate::engine::Outage;
use crate::heat_rejection;
use crate::scenario::Scenario;
use crate::scenario::event::What;

/// Warmer than this is a typing error.
const WARMEST_K: f64 = 30.0;

/// Circuits and halls in the order of the facility, by the names that results show.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Equipment {
    /// Each circuit of facility water and what its plant has.
    pub circuits: Vec<(String, heat_rejection::Machines)>,
    /// Each hall and what its cooling has.
    pub halls: Vec<(String, cooling::Machines)>,
    /// There are batteries behind the UPS.
    pub ups_battery: bool,
    /// Something follows demand: services, profiles, constant work.
    pub demand: bool,
}

/// What is wrong with an outage or a command: the key below `what`, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::scenario) struct Unfit {
    pub(in crate::scenario) key: String,
    pub(in crate::scenario) what: String,
    pub(in crate::scenario) cure: String,
}

/// Something named among others.
struct Part<'a> {
    /// `circuit` or `hall`.
    kind: &'a str,
    /// What is sought in it.
    of: &'a str,
    /// The key that holds the table with the name.
    key: &'a str,
    /// What to do where nothing has it.
    otherwise: String,
}

impl Equipment {
    /// Of a scenario whose circuits have these machines.
    pub(super) fn new(
        scenario: &Scenario,
        circuits: Vec<(String, heat_rejection::Machines)>,
        demand: bool,
    ) -> Self {
        let halls = scenario.hall.iter();
        Self {
            circuits,
            halls: halls
                .map(|hall| (hall.name.clone(), hall.cooling.machines()))
                .collect(),
            ups_battery: scenario.electrical.ups_battery.is_some(),
            demand,
        }
    }

    /// The index of a named circuit or hall that has what is sought; `None` where no name is given and any has it.
    fn find<M>(
        part: &Part<'_>,
        wanted: Option<&str>,
        known: &[(String, M)],
        has: impl Fn(&M) -> bool,
    ) -> Result<Option<usize>, Unfit> {
        let names = |all: &dyn Fn(&M) -> bool| {
            let fit = known.iter().filter(|(_, machines)| all(machines));
            fit.map(|(name, _)| name.as_str()).collect::<Vec<_>>()
        };
        let Part {
            kind,
            of,
            key,
            otherwise,
        } = part;
        let found = match wanted {
            None => None,
            Some(wanted) => {
                let found = known.iter().position(|(name, _)| name == wanted);
                Some(found.ok_or_else(|| Unfit {
                    key: format!("{key}.{kind}"),
                    what: format!("there is no {kind} '{wanted}'"),
                    cure: suggest(wanted, names(&|_| true)),
                })?)
            }
        };
        let fits = match found {
            Some(index) => has(&known[index].1),
            None => known.iter().any(|(_, machines)| has(machines)),
        };
        if fits {
            return Ok(found);
        }
        let others = names(&has);
        Err(Unfit {
            key: match wanted {
                Some(_) => format!("{key}.{kind}"),
                None => (*key).to_owned(),
            },
            what: match wanted {
                Some(wanted) => format!("the {kind} '{wanted}' has no {of}"),
                None => format!("no {kind} has {of}"),
            },
            cure: if others.is_empty() {
                otherwise.clone()
            } else {
                format!("name one that has them: {}", others.join(", "))
            },
        })
    }

    /// The events that find something here.
    fn events(&self) -> Vec<&'static str> {
        let plants = |has: fn(&heat_rejection::Machines) -> bool| {
            self.circuits.iter().any(|(_, machines)| has(machines))
        };
        let halls = |has: fn(&cooling::Machines) -> bool| {
            self.halls.iter().any(|(_, machines)| has(machines))
        };
        let all = [
            ("chiller_trip", plants(|plant| plant.chillers > 0)),
            ("pump_trip", true),
            ("condenser_pump_trip", plants(|plant| plant.pumps > 0)),
            ("tower_fan_trip", plants(|plant| plant.fans)),
            ("crah_trip", halls(|hall| hall.fans)),
            ("cdu_trip", halls(|hall| hall.pumps)),
            ("water_cut_off", plants(|plant| plant.water)),
            ("heat_wave", true),
            ("utility_outage", true),
            ("ups_outage", self.ups_battery),
        ];
        let here = all.into_iter().filter(|(_, here)| *here);
        here.map(|(name, _)| name).collect()
    }

    /// What an event takes; the machines that it names must be there.
    pub(in crate::scenario) fn outage(&self, config: &What) -> Result<Outage, Unfit> {
        let key = config.name();
        let otherwise = || {
            let here = self.events().join(", ");
            format!("remove it; what can be out here: {here}")
        };
        let circuit =
            |wanted: &Option<String>, of: &str, has: fn(&heat_rejection::Machines) -> bool| {
                let part = Part {
                    kind: "circuit",
                    of,
                    key,
                    otherwise: otherwise(),
                };
                Self::find(&part, wanted.as_deref(), &self.circuits, has)
            };
        let hall = |wanted: &Option<String>, of: &str, has: fn(&cooling::Machines) -> bool| {
            let part = Part {
                kind: "hall",
                of,
                key,
                otherwise: otherwise(),
            };
            Self::find(&part, wanted.as_deref(), &self.halls, has)
        };
        let unfit = |name: &str, what: String, cure: String| {
            let key = format!("{key}{name}");
            Err(Unfit { key, what, cure })
        };
        Ok(match config {
            What::ChillerTrip(trip) => {
                let circuit = circuit(&trip.circuit, "chillers", |plant| plant.chillers > 0)?;
                let units = trip.units.get();
                let asked = match circuit {
                    Some(index) => &self.circuits[index..=index],
                    None => &self.circuits[..],
                };
                let most = asked.iter().map(|(_, plant)| plant.chillers).max();
                let most = most.unwrap_or(0);
                if units > most {
                    let what = format!("{units} chillers trip, and there are {most}");
                    return unfit(".units", what, format!("use 1 to {most}"));
                }
                Outage::Chillers { circuit, units }
            }
            What::PumpTrip(trip) => Outage::Pumps {
                circuit: circuit(&trip.circuit, "pumps", |_| true)?,
                share: trip.share,
            },
            What::CondenserPumpTrip(trip) => {
                let of = "condenser- or tower-water pumps";
                let found = circuit(&trip.circuit, of, |plant| plant.pumps > 0)?;
                // Behind a plate one pump serves all towers: a part of it is not out.
                if trip.share < 1.0 && circuit(&trip.circuit, of, |plant| plant.pumps > 1).is_err()
                {
                    let what = format!("{} of one pump cannot be out", trip.share);
                    return unfit(".share", what, "use share = 1".into());
                }
                Outage::CondenserPumps {
                    circuit: found,
                    share: trip.share,
                }
            }
            What::TowerFanTrip(trip) => Outage::TowerFans {
                circuit: circuit(&trip.circuit, "fans of towers or dry coolers", |plant| {
                    plant.fans
                })?,
                share: trip.share,
            },
            What::CrahTrip(trip) => Outage::HallFans {
                hall: hall(&trip.hall, "CRAH or door fans", |hall| hall.fans)?,
                share: trip.share,
            },
            What::CduTrip(trip) => Outage::HallPumps {
                hall: hall(&trip.hall, "pumps of tanks or distribution units", |hall| {
                    hall.pumps
                })?,
                share: trip.share,
            },
            What::WaterCutOff(_) => {
                circuit(&None, "a plant that uses water", |plant| plant.water)?;
                Outage::Water
            }
            What::HeatWave(wave) if wave.warmer_k > WARMEST_K => {
                let what = format!(
                    "a heat wave of {} K is outside the accepted range",
                    wave.warmer_k
                );
                let cure = format!("use up to {WARMEST_K}; 5 to 10 is a heat wave");
                return unfit(".warmer_k", what, cure);
            }
            What::HeatWave(wave) => Outage::Heat {
                warmer_k: wave.warmer_k,
            },
            What::UtilityOutage(_) => Outage::Utility,
            What::UpsOutage(_) if !self.ups_battery => {
                let what = "there are no UPS batteries that could be out".to_owned();
                let cure = "add [electrical.ups_battery] with minutes = 5, or remove it";
                return unfit("", what, cure.into());
            }
            What::UpsOutage(_) => Outage::Ups,
        })
    }

    /// The hall whose coolant a command sets; it must have such a setpoint.
    pub(in crate::scenario) fn coolant(&self, hall: Option<&str>) -> Result<Option<usize>, Unfit> {
        let part = Part {
            kind: "hall",
            of: "setpoint of air or coolant",
            key: "coolant",
            otherwise: "remove it; no hall here has one".into(),
        };
        Self::find(&part, hall, &self.halls, |hall| hall.setpoint)
    }

    /// The circuit whose water a command sets.
    pub(in crate::scenario) fn water(&self, circuit: Option<&str>) -> Result<Option<usize>, Unfit> {
        let part = Part {
            kind: "circuit",
            of: "water",
            key: "water",
            otherwise: String::new(),
        };
        Self::find(&part, circuit, &self.circuits, |_| true)
    }
}
