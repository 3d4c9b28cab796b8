//! Halls: their servers, found in the catalogue and sized, and their cooling.

mod sizing;

use super::beside::BesideIt;
use super::circuits::Circuits;
use super::context::{Context, Lines};
use super::sized::Sized;
use crate::cooling;
use crate::describe::Fault;
use crate::electrical::ItDraw;
use crate::facility::{HallParts, ItRoomParts};
use crate::it::OtherIt;
use crate::physics::site_air::SiteAir;
use crate::scenario::Hall;
use crate::scenario::catalogue::Catalogue;
use crate::workload::model::HallChips;
use sizing::Sizing;

/// Racks, and servers of the whole site, above which a scenario is refused before memory runs out.
const MOST_RACKS: u64 = 1_000_000;
const MOST_SERVERS: u64 = 10_000_000;

fn most() -> String {
    format!("use at most {MOST_RACKS} racks and {MOST_SERVERS} servers in all halls together")
}

/// The table of a hall's cooling.
fn cooling_key(index: usize, hall: &Hall) -> String {
    format!("hall[{index}].cooling.{}", hall.cooling.name())
}

/// All halls, their servers found and their racks sized.
pub(super) struct Halls<'a> {
    context: Context<'a>,
    pub(super) all: Vec<Sized<'a>>,
    /// IT beside their servers.
    pub(super) beside: BesideIt,
}

impl<'a> Halls<'a> {
    /// Their chips as models see them.
    pub(super) fn chips(&self, catalogue: &Catalogue) -> Vec<HallChips> {
        let chip = |hall: &Sized<'_>| HallChips {
            name: hall.config.name.clone(),
            chip: catalogue
                .platform(&hall.server.chip, hall.server.entry.accelerators)
                .chip,
        };
        self.all.iter().map(chip).collect()
    }

    pub(super) fn size(context: Context<'a>, air: SiteAir) -> Result<Self, Fault> {
        let halls = context.scenario.hall.iter().enumerate();
        let mut all: Vec<Sized<'_>> = halls
            .map(|(index, hall)| {
                Sizing {
                    context,
                    index,
                    hall,
                    air,
                }
                .size()
            })
            .collect::<Result<_, _>>()?;
        check_number(context, &all)?;
        let beside = BesideIt::place(context, &all)?;
        for (index, hall) in all.iter_mut().enumerate() {
            hall.other = beside.in_air(index);
        }
        Ok(Self {
            context,
            all,
            beside,
        })
    }

    /// IT with every chip at work.
    pub(super) fn it(&self) -> ItDraw {
        let halls_w: f64 = self.all.iter().map(Sized::it_w).sum();
        ItDraw {
            all_w: halls_w + self.beside.elsewhere_w(),
            past_ups_w: self.beside.past_ups_w(),
        }
    }

    /// Rooms of IT beside the servers.
    pub(super) fn it_rooms(&self, circuits: &Circuits<'_>) -> Vec<ItRoomParts> {
        let air = self.all[0].server.air;
        self.beside.rooms(air, &circuits.of_it_room)
    }

    /// Servers with every chip at work, W.
    pub(super) fn servers_w(&self) -> f64 {
        let halls = self.all.iter();
        halls
            .map(|hall| hall.rack_w * f64::from(hall.config.racks))
            .sum()
    }

    /// Accelerators of all halls.
    pub(super) fn gpus(&self) -> u64 {
        self.all.iter().map(Sized::gpus).sum()
    }

    /// A rack with every chip at work, W, by hall.
    pub(super) fn rack_w(&self) -> Vec<f64> {
        self.all.iter().map(|hall| hall.rack_w).collect()
    }

    /// Halls whose racks draw more air at full load than comes to them, a sentence each.
    pub(super) fn short_of_air(&self) -> Vec<String> {
        self.all.iter().filter_map(Sized::short_of_air).collect()
    }

    /// The halls with their cooling sized for their circuits.
    pub(super) fn equip(&self, circuits: &Circuits<'_>) -> Result<Vec<HallParts>, Fault> {
        let halls = self.all.iter().enumerate();
        halls
            .map(|(index, hall)| self.equip_one(index, hall, circuits))
            .collect()
    }

    /// A line or two of each hall; `parts` are what [`Halls::equip`] made of them.
    pub(super) fn lines(&self, circuits: &Circuits<'_>, parts: &[HallParts]) -> Lines {
        let mut lines = Lines::new();
        let fluids = |name: &str| self.context.fluid(name);
        for (index, (hall, part)) in self.all.iter().zip(parts).enumerate() {
            let config = hall.config;
            let water = circuits.describe(index);
            lines.push((format!("hall {}", config.name), hall.describe(&water)));
            lines.extend(part.cooling.sizes().map(|text| (String::new(), text)));
            let limit_c = part.cooling.limit_c();
            let bounds = config.cooling.bounds(&part.server.air, limit_c, &fluids);
            lines.extend(bounds.map(|text| (String::new(), text)));
            let withdrawn = config.cooling.fluid().and_then(|name| {
                let of = self.context.catalogue.fluids.get(name)?;
                Some(format!("{name}: {}", of.withdrawn.as_ref()?))
            });
            lines.extend(withdrawn.map(|text| (String::new(), text)));
        }
        lines
    }

    /// The hall with its cooling sized.
    fn equip_one(
        &self,
        index: usize,
        hall: &Sized<'_>,
        circuits: &Circuits<'_>,
    ) -> Result<HallParts, Fault> {
        let (circuit, room_circuit) = circuits.of_hall[index];
        let fluids = |name: &str| self.context.fluid(name);
        let air = hall.server.air;
        let beside_m3_s = OtherIt::air_m3_s(hall.other.busy_w, air.heat_j_m3k());
        let design = cooling::Design {
            racks: hall.config.racks as usize,
            rack_heat_w: hall.cooled_w(),
            rack_air_m3_s: hall.rack_air_m3_s + beside_m3_s / f64::from(hall.config.racks),
            beside_air_m3_s: beside_m3_s / f64::from(hall.config.racks),
            rack_mass_j_k: hall.server.entry.mass_j_k * f64::from(hall.config.servers_per_rack),
            rack_liquid_w: hall.rack_liquid_w,
            plate_film_k: hall.plate_film_k,
            water: circuits.water(circuit),
            room_water: room_circuit.map(|room| circuits.water(room)),
            air,
            fluids: &fluids,
        };
        let cooling = hall.config.cooling.start(&design);
        let cooling =
            cooling.map_err(|fault| self.context.fault(&cooling_key(index, hall.config), fault))?;
        let mut thermal_shutdown = hall.config.thermal_shutdown;
        thermal_shutdown.coolant_above_k = thermal_shutdown
            .coolant_above_k
            .min(cooling.vents_above_k());
        Ok(HallParts {
            name: hall.config.name.clone(),
            server: hall.server.clone(),
            psu: hall.psu.clone(),
            racks: hall.config.racks as usize,
            servers_per_rack: hall.config.servers_per_rack as usize,
            thermal_shutdown,
            beside: self.beside.of_hall(index),
            cooling,
            circuit,
            room_circuit,
        })
    }
}

/// All halls together, before their memory is asked for.
fn check_number(context: Context<'_>, all: &[Sized<'_>]) -> Result<(), Fault> {
    let (mut racks, mut servers) = (0, 0);
    for (index, hall) in all.iter().enumerate() {
        racks += u64::from(hall.config.racks);
        servers += u64::from(hall.config.racks) * u64::from(hall.config.servers_per_rack);
        if racks > MOST_RACKS || servers > MOST_SERVERS {
            let what = format!("{servers} servers in {racks} racks up to here are too many");
            return Err(context.error(&format!("hall[{index}].racks"), what, most()));
        }
    }
    Ok(())
}
