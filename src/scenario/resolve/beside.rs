//! IT beside the servers: `[[it]]`, or what a hall of GPU servers has by default.

mod defaults;
mod size;

use super::context::{Context, Lines};
use super::sized::Sized;
use crate::cooling::it_room::{ItRoom, ItRoomConfig};
use crate::describe::{Fault, power, suggest};
use crate::facility::{BesideParts, Heat, ItRoomParts, Sort};
use crate::it::OtherIt;
use crate::physics::Coolant;
use crate::physics::site_air::SiteAir;
use crate::scenario::it::{HeatTo, ItConfig};
use crate::weather::Weather;
use size::Served;

/// Inlet air that switches and storage are made for at most, °C: class A3 of ASHRAE's thermal guidelines.
const WARMEST_INLET_C: f64 = 40.0;

/// Facility water that a room asks for.
pub(super) struct Water {
    /// The key of the entry that asks for it.
    pub(super) key: String,
    /// The hall whose water it is; the site's where none is named.
    pub(super) hall: Option<usize>,
    /// The warmest that will do, °C.
    pub(super) most_c: f64,
    /// IT of the room at full load, W.
    pub(super) busy_w: f64,
}

/// A room before its units are sized.
struct Room {
    config: ItRoomConfig,
    busy_w: f64,
    water: Option<Water>,
}

impl Room {
    fn units(&self, air: SiteAir) -> ItRoom {
        let on_water = self.water.is_some();
        self.config.size(self.busy_w, air, on_water)
    }
}

/// All IT beside the servers of a site.
pub(super) struct BesideIt {
    config: Vec<ItConfig>,
    /// By hall.
    parts: Vec<Vec<BesideParts>>,
    rooms: Vec<Room>,
    lines: Vec<String>,
    /// Entries in the air of halls that are only ventilated, with the hall.
    ventilated: Vec<(String, usize)>,
}

impl BesideIt {
    /// Sizes every entry by what it serves and puts its heat where it goes.
    pub(super) fn place(context: Context<'_>, halls: &[Sized<'_>]) -> Result<Self, Fault> {
        let given = context.scenario.it.clone();
        let by_default = given.is_none();
        let config = given.unwrap_or_else(|| defaults::of(context, halls));
        let mut all = Self {
            config: Vec::new(),
            parts: vec![Vec::new(); halls.len()],
            rooms: Vec::new(),
            lines: Vec::new(),
            ventilated: Vec::new(),
        };
        for (index, entry) in config.iter().enumerate() {
            let key = format!("it[{index}]");
            let twice = config[..index].iter().any(|other| other.name == entry.name);
            if entry.name.is_empty() || twice {
                let what = format!("the name '{}' is empty or taken", entry.name);
                return Err(context.error(&format!("{key}.name"), what, "use another name"));
            }
            all.add(context, halls, (&key, entry)).map_err(|fault| {
                match (&fault.place, by_default) {
                    (_, true) => Fault::new(
                        format!(
                            "the default network and storage do not fit this site: {}",
                            fault.what
                        ),
                        "state what the site has in [[it]] tables, or it = [] above the first table for none",
                    ),
                    _ => fault,
                }
            })?;
        }
        all.config = config;
        if by_default && !all.config.is_empty() {
            all.lines
                .push("all by default; it = [] is none, above the first table of the file".into());
        }
        Ok(all)
    }

    fn add(
        &mut self,
        context: Context<'_>,
        halls: &[Sized<'_>],
        (key, entry): (&str, &ItConfig),
    ) -> Result<(), Fault> {
        let named = named_hall(context, halls, (key, entry))?;
        let served: Vec<usize> = match named {
            Some(hall) => vec![hall],
            None => (0..halls.len()).collect(),
        };
        let gpus: f64 = served.iter().map(|&hall| halls[hall].gpus() as f64).sum();
        let (sort, law, what) = Served::of(halls, &served)
            .size(context.catalogue, &entry.what)
            .map_err(|fault| context.located(fault.within(&format!("{key}.what"))))?;
        let mut places: Vec<&str> = Vec::new();
        let mut room = None;
        for &hall in &served {
            let part = law.share(halls[hall].gpus() as f64 / gpus);
            let to = entry.heat.unwrap_or_else(|| default_heat(&halls[hall]));
            let heat = match to {
                HeatTo::Hall => {
                    if is_ventilated(&halls[hall]) {
                        self.ventilated.push((entry.name.clone(), hall));
                    }
                    Heat::Hall
                }
                HeatTo::Own => Heat::Outdoors,
                HeatTo::Room | HeatTo::Water => {
                    let number = *room.get_or_insert_with(|| self.room(entry, key, named, to));
                    self.rooms[number].busy_w += part.busy_w;
                    if let Some(water) = &mut self.rooms[number].water {
                        water.busy_w += part.busy_w;
                    }
                    Heat::Room(number)
                }
            };
            let place = match to {
                HeatTo::Hall => "in the hall's air",
                HeatTo::Room => "in a room of its own",
                HeatTo::Water => "in a room on facility water",
                HeatTo::Own => "with heat straight outdoors",
            };
            if !places.contains(&place) {
                places.push(place);
            }
            self.parts[hall].push(BesideParts {
                sort,
                law: part,
                heat,
                ups: entry.ups,
            });
        }
        if entry.room.is_some() && room.is_none() {
            let what = "a room is described, but the heat goes elsewhere";
            let cure = "add heat = \"room\" or heat = \"water\", or remove this table";
            return Err(context.error(&format!("{key}.room"), what, cure));
        }
        let ups = if entry.ups { "" } else { ", without UPS" };
        let chip_w = law.busy_w / gpus;
        let decimals = if chip_w < 1.0 { 3 } else { 0 };
        self.lines.push(format!(
            "{}: {what}, {} ({chip_w:.decimals$} W a chip), {}{ups}",
            entry.name,
            power(law.busy_w),
            places.join(" and ")
        ));
        Ok(())
    }

    /// The room of an entry; entries with the same units share one.
    fn room(&mut self, entry: &ItConfig, key: &str, hall: Option<usize>, to: HeatTo) -> usize {
        let config = entry.room.unwrap_or_default();
        let on_water = to == HeatTo::Water;
        let same = |room: &Room| {
            room.config == config
                && match &room.water {
                    Some(water) => on_water && water.hall == hall,
                    None => !on_water,
                }
        };
        self.rooms.iter().position(same).unwrap_or_else(|| {
            self.rooms.push(Room {
                config,
                busy_w: 0.0,
                water: on_water.then(|| Water {
                    key: format!("{key}.heat"),
                    hall,
                    most_c: config.water_c(),
                    busy_w: 0.0,
                }),
            });
            self.rooms.len() - 1
        })
    }

    /// The entries, those by default filled in.
    pub(super) fn config(&self) -> &[ItConfig] {
        &self.config
    }

    /// What a hall's air takes.
    pub(super) fn in_air(&self, hall: usize) -> OtherIt {
        let parts = self.parts[hall].iter();
        parts
            .filter(|part| part.heat == Heat::Hall)
            .fold(OtherIt::default(), |all, part| all.plus(part.law))
    }

    /// The parts that follow a hall's load.
    pub(super) fn of_hall(&self, hall: usize) -> Vec<BesideParts> {
        self.parts[hall].clone()
    }

    fn busy_w(&self, which: impl Fn(&BesideParts) -> bool) -> f64 {
        let parts = self.parts.iter().flatten().filter(|part| which(part));
        0.0 + parts.map(|part| part.law.busy_w).sum::<f64>()
    }

    /// What is of one sort, at full load, W.
    pub(super) fn sort_w(&self, sort: Sort) -> f64 {
        self.busy_w(|part| part.sort == sort)
    }

    /// What stands in rooms of its own at full load, W, and whether facility water cools each.
    pub(super) fn in_rooms(&self) -> impl Iterator<Item = (f64, bool)> {
        let rooms = self.rooms.iter();
        rooms.map(|room| (room.busy_w, room.water.is_some()))
    }

    /// What is not in the halls' air, at full load, W.
    pub(super) fn elsewhere_w(&self) -> f64 {
        self.busy_w(|part| part.heat != Heat::Hall)
    }

    /// What the UPS does not carry, at full load, W.
    pub(super) fn past_ups_w(&self) -> f64 {
        self.busy_w(|part| !part.ups)
    }

    /// Facility water that rooms ask for, in the order of rooms.
    pub(super) fn waters(&self) -> impl Iterator<Item = Option<&Water>> {
        self.rooms.iter().map(|room| room.water.as_ref())
    }

    /// The rooms with their units sized; `circuits` in the order of rooms.
    pub(super) fn rooms(&self, air: SiteAir, circuits: &[Option<usize>]) -> Vec<ItRoomParts> {
        let rooms = self.rooms.iter().zip(circuits);
        rooms
            .map(|(room, circuit)| ItRoomParts {
                units: room.units(air),
                circuit: *circuit,
            })
            .collect()
    }

    /// A line of each entry and each room, and their sum beside the servers' `servers_w`.
    pub(super) fn lines(&self, servers_w: f64, air: SiteAir) -> Lines {
        let all_w = self.busy_w(|_| true);
        if all_w <= 0.0 {
            return vec![("IT".into(), "nothing beside the servers".into())];
        }
        let network_w = self.sort_w(Sort::Network);
        let sum = format!(
            "in all {}, {:.1} % of the servers at full load; network {}",
            power(all_w),
            100.0 * all_w / servers_w,
            power(network_w)
        );
        let mut label = String::from("IT");
        let rooms = self.rooms.iter().map(|room| room.units(air).line());
        let lines = self.lines.iter().cloned().chain(rooms).chain([sum]);
        lines
            .map(|line| (std::mem::take(&mut label), line))
            .collect()
    }

    /// What stands in air that is too warm for it.
    pub(super) fn warnings(&self, context: Context<'_>, weather: &Weather) -> Vec<String> {
        let hottest_c = weather.statistics().dry_bulb_c.max;
        if hottest_c <= WARMEST_INLET_C {
            return Vec::new();
        }
        let warn = |(name, hall): &(String, usize)| {
            format!(
                "it '{name}': only outdoor air of up to {hottest_c:.1} °C ventilates the hall '{}', above the {WARMEST_INLET_C:.0} °C that \
                 switches and storage take (class A3); set heat = \"room\"",
                context.scenario.hall[*hall].name
            )
        };
        self.ventilated.iter().map(warn).collect()
    }
}

/// Whether outdoor air alone takes the heat of a hall's room.
fn is_ventilated(hall: &Sized<'_>) -> bool {
    matches!(
        hall.config.cooling.coolant(),
        Coolant::Dielectric | Coolant::Boiling
    )
}

fn default_heat(hall: &Sized<'_>) -> HeatTo {
    if is_ventilated(hall) {
        HeatTo::Room
    } else {
        HeatTo::Hall
    }
}

/// The hall that an entry names.
fn named_hall(
    context: Context<'_>,
    halls: &[Sized<'_>],
    (key, entry): (&str, &ItConfig),
) -> Result<Option<usize>, Fault> {
    let Some(name) = &entry.hall else {
        return Ok(None);
    };
    let found = halls.iter().position(|hall| hall.config.name == *name);
    found.map(Some).ok_or_else(|| {
        let known = halls.iter().map(|hall| hall.config.name.as_str());
        let what = format!("there is no hall '{name}'");
        context.error(&format!("{key}.hall"), what, suggest(name, known))
    })
}
