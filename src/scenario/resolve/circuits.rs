//! Circuits of facility water: which hall uses which plant, and what each is sized for.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::beside::BesideIt;
use super::context::{Context, Notes};
use super::halls::Halls;
use super::sized::Sized;
use crate::cooling::{DISTRIBUTION_SHARE, WaterDesign};
use crate::describe::{Fault, power};
use crate::facility::CircuitParts;
use crate::heat_rejection::chiller::Condenser;
use crate::heat_rejection::water_loop::WaterLoop;
use crate::heat_rejection::{HeatRejection, Machines, PlantDesign};
use crate::physics::fluids::COLDEST_WATER_C;
use crate::scenario::{catalogue, wording};
use crate::weather::Weather;
use crate::weather::design::DesignAir;

/// Heat the plant is sized for, over the IT power at full load: fans, pumps and distribution, and a little room.
pub(super) const DESIGN_MARGIN: f64 = 1.1;

/// Basins held below this freeze at their edges, °C.
const SAFE_BASIN_C: f64 = 2.0;

/// A circuit before its plant is built.
struct Planned<'a> {
    name: String,
    /// Where the scenario describes its plant.
    key: String,
    config: &'a HeatRejection,
    /// IT heat of its halls at full load, W.
    heat_w: f64,
}

impl Planned<'_> {
    /// Heat that its plant is sized for, W.
    fn design_w(&self) -> f64 {
        self.config.design_w(self.heat_w * DESIGN_MARGIN)
    }
}

/// A plant as it was sized.
pub(super) struct Plant<'a> {
    pub(super) config: &'a HeatRejection,
    /// Heat that it is sized for, W.
    pub(super) heat_w: f64,
    /// Its chillers and their capacity, spare ones too, W.
    pub(super) chillers: Option<(Condenser, f64)>,
}

/// All circuits, and which of them each hall uses.
pub(super) struct Circuits<'a> {
    context: Context<'a>,
    planned: Vec<Planned<'a>>,
    /// Main circuit of each hall, and that of its room air.
    pub(super) of_hall: Vec<(usize, Option<usize>)>,
    /// Circuit of each room for IT beside the servers, where facility water cools it.
    pub(super) of_it_room: Vec<Option<usize>>,
}

impl Circuits<'_> {
    /// The circuits of a hall, where there are several.
    pub(super) fn describe(&self, hall: usize) -> String {
        if self.planned.len() < 2 {
            return String::new();
        }
        let name = |circuit: usize| &self.planned[circuit].name;
        match self.of_hall[hall] {
            (main, None) => format!("; water: {}", name(main)),
            (main, Some(room)) => format!("; water: {}, room air: {}", name(main), name(room)),
        }
    }

    /// IT heat at full load of the halls of each circuit, W.
    pub(super) fn heats_w(&self) -> Vec<f64> {
        self.planned.iter().map(|circuit| circuit.heat_w).collect()
    }

    /// Heat that the plant of each circuit is sized for, W.
    pub(super) fn designs_w(&self) -> Vec<f64> {
        self.planned.iter().map(Planned::design_w).collect()
    }

    /// What stands at each circuit.
    pub(super) fn machines(&self) -> Vec<(String, Machines)> {
        let circuits = self.planned.iter();
        circuits
            .map(|circuit| {
                let machines = circuit.config.machines(circuit.design_w());
                (circuit.name.clone(), machines)
            })
            .collect()
    }

    /// Water of a circuit as halls are sized for it.
    pub(super) fn water(&self, circuit: usize) -> WaterDesign {
        let config = self.planned[circuit].config;
        WaterDesign {
            supply_c: config.setpoint_c(),
            rise_k: config.rise_k(),
        }
    }
}

impl<'a> Circuits<'a> {
    /// Which circuits there are. The site's comes first, then halls' own, then those of rooms.
    pub(super) fn plan(context: Context<'a>, of: &Halls<'_>) -> Result<Self, Fault> {
        let halls: &[Sized<'_>] = &of.all;
        let scenario = context.scenario;
        let mut plan = Self {
            context,
            planned: Vec::new(),
            of_hall: Vec::new(),
            of_it_room: Vec::new(),
        };
        let site = scenario.heat_rejection.as_ref();
        if let Some(config) = site {
            plan.planned.push(Planned {
                name: "site".into(),
                key: "heat_rejection".into(),
                config,
                heat_w: 0.0,
            });
        }
        for (index, (hall, sized)) in scenario.hall.iter().zip(halls).enumerate() {
            let main = match (&hall.heat_rejection, site) {
                (Some(config), _) => {
                    plan.planned.push(Planned {
                        name: format!("{}_water", hall.name),
                        key: format!("hall[{index}].heat_rejection"),
                        config,
                        heat_w: 0.0,
                    });
                    plan.planned.len() - 1
                }
                (None, Some(_)) => 0,
                (None, None) => {
                    let (what, cure) = wording::missing_table("heat_rejection");
                    return Err(Fault::new(what, cure));
                }
            };
            let racks = f64::from(sized.config.racks);
            plan.planned[main].heat_w += if hall.cooling.room_water_c().is_some() {
                sized.rack_liquid_w * racks
            } else {
                sized.cooled_w() * racks
            };
            plan.of_hall.push((main, None));
        }
        for (index, (hall, sized)) in scenario.hall.iter().zip(halls).enumerate() {
            let room = plan.room_circuit(index)?;
            plan.of_hall[index].1 = room;
            if let Some(room) = room {
                let heat_w = sized.cooled_w() * (1.0 + DISTRIBUTION_SHARE) - sized.rack_liquid_w;
                plan.planned[room].heat_w += heat_w * f64::from(sized.config.racks);
            }
            debug_assert_eq!(room.is_some(), hall.cooling.room_water_c().is_some());
        }
        plan.carry_it_rooms(&of.beside)?;
        for (index, hall) in scenario.hall.iter().enumerate() {
            if plan.planned.iter().any(|circuit| circuit.name == hall.name) {
                let what = format!("'{}' names a circuit of another hall too", hall.name);
                return Err(context.error(
                    &format!("hall[{index}].name"),
                    what,
                    "use another name",
                ));
            }
        }
        if let (Some(config), Some(first)) = (site, plan.planned.first())
            && first.heat_w <= 0.0
        {
            return Err(context.error(
                &format!("heat_rejection.{}", config.name()),
                "no hall uses the site's plant: each has its own",
                "remove this table, or the [hall.heat_rejection] of a hall that shall use it",
            ));
        }
        Ok(plan)
    }

    /// The circuits of rooms for IT beside the servers: that of the named hall's room air or racks, else the site's.
    fn carry_it_rooms(&mut self, beside: &BesideIt) -> Result<(), Fault> {
        let scenario = self.context.scenario;
        for water in beside.waters() {
            let Some(water) = water else {
                self.of_it_room.push(None);
                continue;
            };
            let circuit = match water.hall {
                Some(hall) => {
                    let (main, room) = self.of_hall[hall];
                    room.unwrap_or(main)
                }
                None if scenario.heat_rejection.is_some() => 0,
                None => {
                    let what = "the site has no plant: each hall has its own";
                    let cure = "name the hall whose water takes the heat, for example hall = \"north\", or use heat = \"room\"";
                    return Err(self.context.error(&water.key, what, cure));
                }
            };
            let supply_c = self.water(circuit).supply_c;
            if supply_c > water.most_c + 1e-9 {
                let what = format!(
                    "the room needs facility water of {:.1} °C or less, and that of the circuit '{}' comes at {supply_c:.1} °C",
                    water.most_c, self.planned[circuit].name
                );
                let rest = "heat = \"room\" (units of its own), a warmer room.supply_c or a smaller room.approach_k";
                // The room plant of a hall may be colder.
                let halls = scenario.hall.iter().zip(&self.of_hall);
                let cold_enough = halls.filter(|(_, (_, room))| {
                    room.is_some_and(|room| self.water(room).supply_c <= water.most_c)
                });
                let cold: Vec<String> = cold_enough
                    .map(|(hall, _)| {
                        format!("hall = \"{}\" (the water of its room air), ", hall.name)
                    })
                    .collect();
                let cure = format!("use {}{rest}", cold.concat());
                return Err(self.context.error(&water.key, what, cure));
            }
            self.planned[circuit].heat_w += water.busy_w;
            self.of_it_room.push(Some(circuit));
        }
        Ok(())
    }

    /// The circuit of a hall's room air: its own, else its main one, else the site's, where that is cold enough.
    fn room_circuit(&mut self, index: usize) -> Result<Option<usize>, Fault> {
        let context = self.context;
        let hall = &context.scenario.hall[index];
        let needed_c = match (hall.cooling.room_water_c(), &hall.room_rejection) {
            (None, None) => return Ok(None),
            (None, Some(_)) => {
                let what = format!(
                    "{} cooling has one circuit of facility water only",
                    hall.cooling.name()
                );
                let cure =
                    "remove this table; a plant of the hall's own is [hall.heat_rejection.…]";
                return Err(context.error(&format!("hall[{index}].room_rejection"), what, cure));
            }
            (Some(_), Some(config)) => {
                self.planned.push(Planned {
                    name: format!("{}_room_water", hall.name),
                    key: format!("hall[{index}].room_rejection"),
                    config,
                    heat_w: 0.0,
                });
                return Ok(Some(self.planned.len() - 1));
            }
            (Some(needed_c), None) => needed_c,
        };
        let main = self.of_hall[index].0;
        let suits = |circuit: &usize| self.water(*circuit).supply_c <= needed_c + 1e-9;
        let mut known = vec![main];
        if context.scenario.heat_rejection.is_some() && main != 0 {
            known.push(0);
        }
        known.into_iter().find(suits).map(Some).ok_or_else(|| {
            let name = hall.cooling.name();
            let what = format!(
                "what {name} cooling leaves in the room needs facility water of {needed_c:.1} °C or less, and this hall's \
                 comes at {:.1} °C",
                self.water(main).supply_c
            );
            let cure = if needed_c >= COLDEST_WATER_C {
                format!(
                    "add a plant for the room air, for example [hall.room_rejection.air_cooled_chiller] with setpoint_c \
                     = {:.0}",
                    needed_c.floor()
                )
            } else {
                "use a warmer room.supply_c or a smaller room.approach_k".into()
            };
            context.error(&format!("hall[{index}].cooling.{name}"), what, cure)
        })
    }

    /// What the user should know of the circuits in this weather.
    pub(super) fn warnings(&self, weather: &Weather) -> Vec<String> {
        let mut warnings = self.frost_warnings(weather);
        warnings.extend(self.season_warnings(weather.site.latitude_deg));
        warnings.extend(self.reset_warnings());
        warnings
    }

    /// Circuits whose liquid freezes in coils or basins outdoors in the coldest hour of this weather.
    fn frost_warnings(&self, weather: &Weather) -> Vec<String> {
        let mut warnings = Vec::new();
        let coldest_c = weather.statistics().dry_bulb_c.min;
        let fluids = &self.context.catalogue.fluids;
        for circuit in &self.planned {
            let name = circuit.config.fluid();
            if let Some(held_c) = circuit.config.held_basin_c()
                && held_c < SAFE_BASIN_C
                && coldest_c < 0.0
            {
                warnings.push(format!(
                    "{}.{}: tower cells that stand hold their basins at {held_c:.1} °C in air down to {coldest_c:.1} °C, and \
                     water freezes; set tower.basin_heater_c = 4.5, or -40 for basins that are drained in winter",
                    circuit.key,
                    circuit.config.name()
                ));
            }
            let Some(freezing_c) = fluids.get(name).and_then(|fluid| fluid.freezing_c) else {
                continue; // refused where the plant is sized
            };
            if !circuit.config.has_coils_outdoors() || coldest_c >= freezing_c {
                continue;
            }
            // The weakest mixture that holds, of the same glycol where there is one.
            let kind = match name.get(..2) {
                Some(kind) if name != "water" => kind,
                _ => "pg",
            };
            let holds = fluids
                .iter()
                .filter_map(|(key, fluid)| Some((key.starts_with(kind), fluid.freezing_c?, key)))
                .filter(|(_, freezing_c, _)| *freezing_c <= coldest_c)
                .max_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
            let cure = match holds {
                Some((_, freezing_c, key)) => {
                    format!("set fluid = \"{key}\", which freezes at {freezing_c:.1} °C")
                }
                None => {
                    "no fluid of the catalogue stays liquid there: drain the coils in winter".into()
                }
            };
            warnings.push(format!(
                "{}.{}: coils stand in air down to {coldest_c:.1} °C, and {name} freezes at {freezing_c:.1} °C; {cure}",
                circuit.key,
                circuit.config.name()
            ));
        }
        warnings
    }

    /// A supply that its reset lets rise above what a hall is to hold.
    fn reset_warnings(&self) -> Vec<String> {
        let halls = self.context.scenario.hall.iter().zip(&self.of_hall);
        let mut warnings = Vec::new();
        for (hall, (main, _)) in halls {
            let circuit = &self.planned[*main];
            let warmest_c = circuit.config.warmest_reset_c();
            let (Some(warmest_c), Some(held_c)) = (warmest_c, hall.cooling.supply_c()) else {
                continue;
            };
            if warmest_c > held_c {
                warnings.push(format!(
                    "{}.{}.water.reset.warmest_c: facility water of {warmest_c:.1} °C is above the {held_c:.1} °C that the hall '{}' \
                     holds: no valve opens far enough then, and its racks and chips run warmer; use {held_c:.1} or less",
                    circuit.key,
                    circuit.config.name(),
                    hall.name
                ));
            }
        }
        warnings
    }

    /// Water that is warmest in the winter of the site: the default is that of the northern half of the earth.
    fn season_warnings(&self, latitude_deg: f64) -> Vec<String> {
        let mut warnings = Vec::new();
        for circuit in &self.planned {
            let Some(day) = circuit.config.warmest_day() else {
                continue;
            };
            let summer = if latitude_deg < 0.0 { 31.0 } else { 213.0 };
            let apart = (day - summer).abs();
            // Deep water lags by up to four months; the tropics have no such summer.
            if apart.min(365.0 - apart) <= 120.0 || latitude_deg.abs() < 15.0 {
                continue;
            }
            warnings.push(format!(
                "{}.{}: water that is warmest on day {day:.0} of the year is so in the winter of {latitude_deg:.1}° \
                 latitude; half a year later is warmest_day = {:.0}",
                circuit.key,
                circuit.config.name(),
                (day + 181.0) % 365.0 + 1.0
            ));
        }
        warnings
    }

    /// The plants, sized for their heat in the design air of the site, and what is to be known of them.
    pub(super) fn build(
        &self,
        weather: &Weather,
        air: &DesignAir,
    ) -> Result<(Vec<CircuitParts>, Vec<Plant<'a>>, Notes), Fault> {
        let context = self.context;
        let (mut plants, mut notes) = (Vec::new(), Notes::default());
        let zone = context.zone(weather)?;
        let considered = RefCell::new(BTreeSet::new());
        let chillers = |name: &str| {
            considered.borrow_mut().insert(name.to_owned());
            catalogue::find(&context.catalogue.chillers, "chiller", name).cloned()
        };
        let pressure_pa = weather.site_air().pressure_pa;
        let parts = self
            .planned
            .iter()
            .map(|circuit| {
                let config = circuit.config;
                let complain =
                    |fault: Fault| context.fault(&circuit.key, fault.within(config.name()));
                let design = PlantDesign {
                    heat_w: circuit.design_w(),
                    wet_bulb_c: air.wet_bulb.value_c,
                    dry_bulb_c: air.dry_bulb.value_c,
                    pressure_pa,
                    zone,
                    medium: config.medium(&context.catalogue.fluids).map_err(complain)?,
                    chillers: &chillers,
                    towers: &context.catalogue.towers,
                    dry_coolers: &context.catalogue.dry_coolers,
                };
                let (water, plant) = config.size(&design).map_err(complain)?;
                let what = config.line(&design);
                let heat = power(design.heat_w);
                notes.line("plant", format!("{}, {heat}: {what}", circuit.name));
                let sizes = config.sizes(&design).map_err(complain)?;
                if let Some(sizes) = sizes {
                    notes.line("", sizes);
                }
                notes.line("", loop_line(&water, config.fluid(), config.storage_m3()));
                let place = || format!("{}.{}", circuit.key, config.name());
                let warning = config.warning(&design);
                notes
                    .warnings
                    .extend(warning.map(|warning| format!("{}: {warning}", place())));
                plants.push(Plant {
                    config,
                    heat_w: design.heat_w,
                    chillers: config.chillers(&design),
                });
                Ok(CircuitParts {
                    name: circuit.name.clone(),
                    water,
                    plant,
                })
            })
            .collect::<Result<_, Fault>>()?;
        notes.considered = considered.into_inner();
        Ok((parts, plants, notes))
    }
}

/// The loop of a circuit, in a line.
fn loop_line(circuit: &WaterLoop, fluid: &str, storage_m3: f64) -> String {
    let storage = if storage_m3 > 0.0 {
        format!(", tank of {storage_m3} m³")
    } else {
        String::new()
    };
    format!(
        "{fluid} {:.1} to {:.1} °C, {:.1} kg/s, pumps {}{storage}",
        circuit.setpoint_c,
        circuit.setpoint_c + circuit.rise_k,
        circuit.pump.design_kg_s,
        power(circuit.pump.design_w)
    )
}
