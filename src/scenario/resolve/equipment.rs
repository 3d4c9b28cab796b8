//! The machines of a site, as far as events and commands can name them: an event that would find nothing is refused.

use crate::cooling;
use crate::describe::{Fault, suggest};
use crate::engine::{EventKind, SiteMachines, Target};
use crate::heat_rejection;
use crate::scenario::Scenario;

/// Circuits and halls in the order of the facility, by the names that results show.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Equipment {
    /// Each circuit of facility water and what its plant has.
    pub circuits: Vec<(String, heat_rejection::Machines)>,
    /// Each hall and what its cooling has.
    pub halls: Vec<(String, cooling::Machines)>,
    /// What stands on the site beside them.
    pub site: SiteMachines,
    /// Something follows demand: services, profiles, constant work.
    pub demand: bool,
}

/// Something named among others.
struct Part<'a> {
    /// `circuit` or `hall`: also its key.
    kind: &'a str,
    /// What is sought in it.
    of: &'a str,
    /// What to do where nothing has it.
    otherwise: &'a dyn Fn() -> String,
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
            site: SiteMachines {
                ups_battery: scenario.electrical.ups_battery.is_some(),
                generators: scenario.site.generator.is_some(),
            },
            demand,
        }
    }

    /// The index of a named circuit or hall that has what is sought; `None` where no name is given and any has it.
    fn find<M>(
        part: &Part<'_>,
        wanted: Option<&str>,
        known: &[(String, M)],
        has: impl Fn(&M) -> bool,
    ) -> Result<Option<usize>, Fault> {
        let names = |all: &dyn Fn(&M) -> bool| {
            let fit = known.iter().filter(|(_, machines)| all(machines));
            fit.map(|(name, _)| name.as_str()).collect::<Vec<_>>()
        };
        let Part {
            kind,
            of,
            otherwise,
        } = part;
        let found = match wanted {
            None => None,
            Some(wanted) => {
                let found = known.iter().position(|(name, _)| name == wanted);
                Some(found.ok_or_else(|| {
                    let what = format!("there is no {kind} '{wanted}'");
                    Fault::new(what, suggest(wanted, names(&|_| true))).at(*kind)
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
        let cure = if others.is_empty() {
            otherwise()
        } else {
            format!("name one that has them: {}", others.join(", "))
        };
        Err(match wanted {
            Some(wanted) => {
                let what = format!("the {kind} '{wanted}' has no {of}");
                Fault::new(what, cure).at(*kind)
            }
            None => Fault::new(format!("no {kind} has {of}"), cure),
        })
    }

    /// Whether a kind of event finds something here.
    pub fn has(&self, event: &EventKind) -> bool {
        match event.kind().target() {
            Target::Circuit { has, .. } => self.circuits.iter().any(|(_, plant)| has(plant)),
            Target::Hall { has, .. } => self.halls.iter().any(|(_, hall)| has(hall)),
            Target::Site { has, .. } => has(&self.site),
            Target::Everywhere => true,
        }
    }

    /// The index of the circuit or hall that an event names, `None` where it names none; the machines that it takes away must
    /// be there. Keys of a fault start with the event's name.
    pub(in crate::scenario) fn locate(&self, event: &EventKind) -> Result<Option<usize>, Fault> {
        self.find_for(event)
            .map_err(|fault| fault.within(event.name()))
    }

    fn find_for(&self, event: &EventKind) -> Result<Option<usize>, Fault> {
        let otherwise = || {
            let mut here = EventKind::examples();
            here.retain(|event| self.has(event));
            let here: Vec<_> = here.iter().map(EventKind::name).collect();
            format!("remove it; what can be out here: {}", here.join(", "))
        };
        let part = |kind, of| Part {
            kind,
            of,
            otherwise: &otherwise,
        };
        let kind = event.kind();
        let mut plants = &self.circuits[..];
        let at = match kind.target() {
            Target::Circuit {
                name,
                machines,
                has,
            } => {
                let at = Self::find(&part("circuit", machines), name, &self.circuits, has)?;
                if let Some(index) = at {
                    plants = &self.circuits[index..=index];
                }
                at
            }
            Target::Hall {
                name,
                machines,
                has,
            } => Self::find(&part("hall", machines), name, &self.halls, has)?,
            Target::Site { has, missing, add } if !has(&self.site) => {
                return Err(Fault::new(missing, add));
            }
            Target::Site { .. } | Target::Everywhere => None,
        };
        let plants: Vec<_> = plants.iter().map(|(_, plant)| *plant).collect();
        kind.check(&plants)?;
        Ok(at)
    }

    /// The hall whose coolant a command sets; it must have such a setpoint.
    pub(in crate::scenario) fn coolant(&self, hall: Option<&str>) -> Result<Option<usize>, Fault> {
        let part = Part {
            kind: "hall",
            of: "setpoint of air or coolant",
            otherwise: &|| "remove it; two-phase tanks and direct water have none".into(),
        };
        Self::find(&part, hall, &self.halls, |hall| hall.setpoint)
            .map_err(|fault| fault.within("coolant"))
    }

    /// The circuit whose water a command sets.
    pub(in crate::scenario) fn water(&self, circuit: Option<&str>) -> Result<Option<usize>, Fault> {
        let part = Part {
            kind: "circuit",
            of: "water",
            otherwise: &String::new,
        };
        Self::find(&part, circuit, &self.circuits, |_| true).map_err(|fault| fault.within("water"))
    }
}
