//! Halls: their servers, found in the catalogue and sized, and their cooling.

mod sizing;

use super::circuits::Circuits;
use super::context::{Context, Lines};
use super::sized::Sized;
use crate::cooling;
use crate::describe::Fault;
use crate::facility::HallParts;
use crate::physics::site_air::SiteAir;
use crate::scenario::Hall;
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
}

impl<'a> Halls<'a> {
    pub(super) fn size(context: Context<'a>, air: SiteAir) -> Result<Self, Fault> {
        let halls = context.scenario.hall.iter().enumerate();
        let all = halls
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
        let halls = Self { context, all };
        halls.check_number()?;
        Ok(halls)
    }

    /// All halls together, before their memory is asked for.
    fn check_number(&self) -> Result<(), Fault> {
        let (mut racks, mut servers) = (0, 0);
        for (index, hall) in self.all.iter().enumerate() {
            racks += u64::from(hall.config.racks);
            servers += u64::from(hall.config.racks) * u64::from(hall.config.servers_per_rack);
            if racks > MOST_RACKS || servers > MOST_SERVERS {
                let what = format!("{servers} servers in {racks} racks up to here are too many");
                return Err(self
                    .context
                    .error(&format!("hall[{index}].racks"), what, most()));
            }
        }
        Ok(())
    }

    /// IT with every chip at work, W.
    pub(super) fn it_w(&self) -> f64 {
        self.all.iter().map(Sized::it_w).sum()
    }

    /// Accelerators of all halls.
    pub(super) fn gpus(&self) -> u64 {
        self.all.iter().map(Sized::gpus).sum()
    }

    /// A rack with every chip at work, W, by hall.
    pub(super) fn rack_w(&self) -> Vec<f64> {
        self.all.iter().map(|hall| hall.rack_w).collect()
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
        let design = cooling::Design {
            racks: hall.config.racks as usize,
            rack_heat_w: hall.cooled_w(),
            rack_air_m3_s: hall.rack_air_m3_s,
            rack_mass_j_k: hall.server.entry.mass_j_k * f64::from(hall.config.servers_per_rack),
            rack_liquid_w: hall.rack_liquid_w,
            plate_film_k: hall.plate_film_k,
            water: circuits.water(circuit),
            room_water: room_circuit.map(|room| circuits.water(room)),
            air: hall.server.air,
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
            other: hall.other,
            cooling,
            circuit,
            room_circuit,
        })
    }
}
