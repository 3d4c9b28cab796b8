//! The built-in examples: five halls that do the same work in the same weather, each cooled in its own way and with the
//! plant that belongs to it. And what is to be set so that a hall of another scenario is built as one of them.

use std::sync::LazyLock;

use crate::cooling::Cooling;
use crate::scenario::{Hall, Scenario, text, written};

/// A scenario that is part of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Example {
    /// Its name, which is also that of its file.
    pub(crate) name: &'static str,
    /// Its cooling, in words.
    pub(crate) title: &'static str,
    pub(crate) text: &'static str,
}

macro_rules! examples {
    ($($name:literal: $title:literal,)*) => {
        [$(Example {
            name: $name,
            title: $title,
            text: include_str!(concat!("../../../scenarios/", $name, ".toml")),
        }),*]
    };
}

/// The first is shown where nothing is named.
pub(crate) const EXAMPLES: [Example; 5] = examples! {
    "phoenix-air": "air",
    "phoenix-rear-door": "rear doors",
    "phoenix-cold-plate": "cold plates",
    "phoenix-immersion": "immersion",
    "phoenix-two-phase": "boiling fluid",
};

/// The examples as they are read, in the order of the list.
static READ: LazyLock<Vec<Option<Scenario>>> = LazyLock::new(|| {
    let read = EXAMPLES.iter().map(|example| text::read(example.text).ok());
    read.collect()
});

/// What builds a hall otherwise.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Rebuild {
    /// `KEY=VALUE`, as `--set` takes them.
    pub(crate) sets: Vec<String>,
    /// The hall whose cooling is another then, and whose setpoint is no longer meant.
    pub(crate) hall: Option<String>,
    /// The circuit whose plant is another then.
    pub(crate) circuit: Option<String>,
    /// What is built, in words.
    pub(crate) words: String,
}

/// Another cooling for a hall, with its defaults; the plant is kept.
pub(crate) fn cooling(scenario: &Scenario, hall: usize, name: &str) -> Option<Rebuild> {
    let config = format!("{{{name}={{}}}}");
    let cooling = toml::from_str::<toml::Table>(&format!("cooling={config}")).ok()?;
    let cooling = cooling.get("cooling")?.clone().try_into().ok()?;
    let of = scenario.hall.get(hall)?;
    Some(Rebuild {
        sets: cooled(of, hall, &cooling, &config),
        hall: Some(of.name.clone()),
        circuit: None,
        words: format!("{} in {}, plant kept", cooling.words(), of.name),
    })
}

/// Another plant for a hall, with its defaults: its own where it has one, else the site's.
pub(crate) fn plant(scenario: &Scenario, hall: usize, name: &str) -> Option<Rebuild> {
    let of = scenario.hall.get(hall)?;
    let (key, circuit) = match of.heat_rejection {
        Some(_) => own_plant(of, hall),
        None => ("heat_rejection".into(), "site".into()),
    };
    Some(Rebuild {
        sets: vec![format!("{key}={{{name}={{}}}}")],
        hall: None,
        circuit: Some(circuit),
        words: name.replace('_', " "),
    })
}

/// Cooling and plant of each example, by their names.
pub(crate) fn kinds() -> Vec<(&'static str, &'static str)> {
    let all = READ.iter().flatten();
    all.filter_map(|read| {
        let plant = read.heat_rejection.as_ref()?;
        Some((read.hall.first()?.cooling.name(), plant.name()))
    })
    .collect()
}

/// The cooling of an example, by its number, with the plant that belongs to it.
pub(crate) fn pair(scenario: &Scenario, hall: usize, example: usize) -> Option<Rebuild> {
    let of = scenario.hall.get(hall)?;
    let read = READ.get(example)?.as_ref()?;
    let model = read.hall.first()?;
    let plant = read.heat_rejection.as_ref()?;
    let mut sets = cooled(of, hall, &model.cooling, &inline(&model.cooling)?);
    let (key, circuit) = if on_site_plant_alone(scenario, hall) {
        ("heat_rejection".into(), "site".into())
    } else {
        own_plant(of, hall)
    };
    sets.push(format!("{key}={}", inline(plant)?));
    if let Some(room) = &model.room_rejection {
        sets.push(format!("hall.{hall}.room_rejection={}", inline(room)?));
    }
    Some(Rebuild {
        sets,
        hall: Some(of.name.clone()),
        circuit: Some(circuit),
        words: format!(
            "{} in {} with {}, as in {}",
            model.cooling.words(),
            of.name,
            plant.name().replace('_', " "),
            EXAMPLES[example].name
        ),
    })
}

/// Key and circuit of a hall's own plant.
fn own_plant(of: &Hall, hall: usize) -> (String, String) {
    let key = format!("hall.{hall}.heat_rejection");
    (key, format!("{}_water", of.name))
}

/// Whether a hall is the only one that the site's plant cools: then that is the one to replace.
fn on_site_plant_alone(scenario: &Scenario, hall: usize) -> bool {
    let mut on_it = scenario.hall.iter().enumerate();
    on_it.all(|(index, of)| of.heat_rejection.is_none() == (index == hall))
}

/// What gives a hall this cooling. A plant for room air goes with the room.
fn cooled(of: &Hall, hall: usize, cooling: &Cooling, config: &str) -> Vec<String> {
    if of.room_rejection.is_some() && cooling.room_water_c().is_none() {
        let mut whole = of.clone();
        whole.cooling = cooling.clone();
        whole.room_rejection = None;
        if let Some(whole) = inline(&whole) {
            return vec![format!("hall.{hall}={whole}")];
        }
    }
    vec![format!("hall.{hall}.cooling={config}")]
}

/// A table on one line.
fn inline(of: &impl serde::Serialize) -> Option<String> {
    let value = toml::Value::try_from(of).ok()?;
    Some(written(&value).to_string().trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{self, Base, Loaded};

    fn loaded(example: &Example) -> Loaded {
        scenario::load_text(example.text, &[]).unwrap()
    }

    /// Each example can be built as each other one, and is then what that one is: its cooling, its plant, its circuits.
    #[test]
    fn every_example_can_become_every_other() {
        for from in &EXAMPLES {
            let start = loaded(from);
            assert_eq!(start.scenario.name, from.name);
            let base = Base::new(&start);
            assert_eq!(kinds().len(), EXAMPLES.len());
            for (number, to) in EXAMPLES.iter().enumerate() {
                let rebuild = pair(&start.scenario, 0, number).unwrap();
                let built = base.load(&rebuild.sets).unwrap();
                let wanted: Scenario = text::read(to.text).unwrap();
                let (from, to) = (from.name, to.name);
                assert_eq!(built.scenario.hall, wanted.hall, "{from} to {to}");
                assert_eq!(
                    built.scenario.heat_rejection, wanted.heat_rejection,
                    "{from} to {to}"
                );
            }
        }
    }

    /// A hall among others gets a plant of its own, and the others keep the site's.
    #[test]
    fn a_hall_among_others_gets_a_plant_of_its_own() {
        let start = loaded(&EXAMPLES[0]);
        let second = "[[hall]]\nname = 'south'\nserver = 'hgx-h100'\nracks = 8\nservers_per_rack = 4\n[hall.cooling.air]\n";
        let text = start
            .text
            .replace("[heat_rejection.", &format!("{second}[heat_rejection."));
        let two = scenario::load_text(&text, &[]).unwrap();
        let tanks = kinds()
            .iter()
            .position(|(cooling, _)| *cooling == "immersion");
        let rebuild = pair(&two.scenario, 1, tanks.unwrap()).unwrap();
        assert_eq!(rebuild.circuit.as_deref(), Some("south_water"));
        let built = Base::new(&two).load(&rebuild.sets).unwrap();
        let resolved = scenario::resolve(&built).unwrap();
        let circuits = resolved
            .equipment
            .circuits
            .iter()
            .map(|(name, _)| &name[..]);
        assert_eq!(circuits.collect::<Vec<_>>(), ["site", "south_water"]);
        assert_eq!(built.scenario.hall[0], two.scenario.hall[0]);
    }

    /// A plant for room air goes where the new cooling leaves nothing in the room, and stays where it does.
    #[test]
    fn the_plant_of_a_room_goes_with_the_room() {
        let plates = loaded(&EXAMPLES[2]);
        let hall = &plates.scenario.hall[0];
        assert!(hall.room_rejection.is_some());
        for (name, kept) in [("immersion", false), ("two_phase_cold_plate", true)] {
            let rebuild = cooling(&plates.scenario, 0, name).unwrap();
            let built = Base::new(&plates).load(&rebuild.sets).unwrap();
            assert_eq!(built.scenario.hall[0].cooling.name(), name);
            assert_eq!(built.scenario.hall[0].room_rejection.is_some(), kept);
            assert_eq!(rebuild.hall.as_deref(), Some("north"));
        }
    }
}
