//! A hall's server, found in the catalogue and sized.

use super::circuits::Plan;
use super::sized::Sized;
use super::{Resolver, ScenarioError};
use crate::cooling;
use crate::describe::Fault;
use crate::electrical::psu::Psu;
use crate::facility::HallParts;
use crate::it::{Accelerator, Build, OtherIt, Server, Surroundings};
use crate::physics::boiling::Boiling;
use crate::physics::fluids::Fluid;
use crate::physics::site_air::SiteAir;
use crate::scenario::{Hall, catalogue};

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

impl Resolver<'_> {
    /// All halls together, before their memory is asked for.
    pub(super) fn check_site(&self, halls: &[Sized<'_>]) -> Result<(), ScenarioError> {
        let (mut racks, mut servers) = (0, 0);
        for (index, hall) in halls.iter().enumerate() {
            racks += u64::from(hall.config.racks);
            servers += u64::from(hall.config.racks) * u64::from(hall.config.servers_per_rack);
            if racks > MOST_RACKS || servers > MOST_SERVERS {
                let what = format!("{servers} servers in {racks} racks up to here are too many");
                return Err(self.error(&format!("hall[{index}].racks"), what, most()));
            }
        }
        Ok(())
    }

    pub(super) fn hall<'h>(
        &self,
        index: usize,
        hall: &'h Hall,
        air: SiteAir,
    ) -> Result<Sized<'h>, ScenarioError> {
        let key = |name: &str| format!("hall[{index}].{name}");
        let entry = catalogue::find(&self.catalogue.servers, "server", &hall.server)
            .map_err(|(what, cure)| self.error(&key("server"), what, cure))?;
        let servers = u64::from(hall.racks) * u64::from(hall.servers_per_rack);
        let none = [
            ("racks", hall.racks),
            ("servers_per_rack", hall.servers_per_rack),
        ];
        if let Some((name, _)) = none.into_iter().find(|(_, number)| *number == 0) {
            return Err(self.error(&key(name), format!("{name} is 0"), "use at least 1"));
        }
        if u64::from(hall.racks) > MOST_RACKS || servers > MOST_SERVERS {
            let what = format!("{servers} servers in {} racks are too many", hall.racks);
            return Err(self.error(&key("racks"), what, most()));
        }
        let boiling = hall
            .cooling
            .boiling_fluid()
            .map(|name| self.boiling(index, hall, name, air))
            .transpose()?;
        let resistance_ratio = hall
            .cooling
            .resistance_ratio(&|name| self.fluid(name))
            .map_err(|fault| self.fault(&cooling_key(index, hall), fault))?;
        let around = Surroundings {
            coolant: hall.cooling.coolant(),
            plates: hall.cooling.plates(),
            boiling,
            resistance_ratio,
        };
        let Some(build) = entry.build(&around) else {
            let what = format!(
                "{} is not built for {} cooling",
                hall.server,
                hall.cooling.name()
            );
            let suited: Vec<_> = self
                .catalogue
                .servers
                .iter()
                .filter(|(_, other)| other.suits(hall.cooling.coolant()))
                .map(|(name, _)| name.as_str())
                .collect();
            let cure = format!("servers for it: {}", suited.join(", "));
            return Err(self.error(&key("server"), what, cure));
        };
        let chip = catalogue::find(
            &self.catalogue.accelerators,
            "accelerator",
            &entry.accelerator,
        )
        .map_err(|(what, cure)| self.error(&key("server"), what, cure))?;
        let class = catalogue::find(&self.catalogue.electrical.psu, "power supply", &entry.psu)
            .map_err(|(what, cure)| self.error(&key("server"), what, cure))?;
        let mut server = Server {
            entry: entry.clone(),
            chip: chip.clone(),
            build,
            limit_w: self.power_limit_w(index, hall, chip)?,
            floor_w: hall.power_floor * chip.tdp_w,
            air,
        };
        let psu = Psu {
            efficiency: class.efficiency.clone(),
            rated_w: entry.psu_rated_w,
            units: f64::from(entry.psus),
        };
        let coolant_c = match &server.build {
            Build::Boiling { fluid, .. } => fluid.boiling_c,
            _ => hall.cooling.design_coolant_c(),
        };
        if let Some(share) = server.critical_flux_share()
            && share > 1.0
        {
            let what = format!(
                "a chip of {} at full power exceeds the critical heat flux of its boiling lid {share:.1} times",
                hall.server
            );
            let cure = "vapour would insulate it; use a server with smaller chips, another fluid or another technology";
            return Err(self.error(&key("server"), what, cure));
        }
        let full = server.at(entry.accelerators, 1.0, coolant_c);
        let dc_w = full.compute_w + full.fans_w;
        let per_rack = f64::from(hall.servers_per_rack);
        let loss_w = psu.loss_w(dc_w);
        if let Some(load) = self.loaded.scenario.workload.host_utilisation() {
            let host = &mut server.entry;
            host.host_idle_w += (host.host_busy_w - host.host_idle_w) * load;
            host.host_busy_w = host.host_idle_w;
        }
        Ok(Sized {
            config: hall,
            rack_w: (dc_w + loss_w) * per_rack,
            rack_liquid_w: (full.liquid_w + full.psu_plated * loss_w) * per_rack,
            rack_air_m3_s: full.air_m3_s * per_rack,
            other: self.other_it(index, hall)?,
            server,
            psu,
        })
    }

    /// The IT beside a hall's racks.
    fn other_it(&self, index: usize, hall: &Hall) -> Result<OtherIt, ScenarioError> {
        let mut all = OtherIt::default();
        for (number, of) in hall.other_it.iter().enumerate() {
            let entry = catalogue::find(&self.catalogue.other_it, "other IT", &of.entry).map_err(
                |(what, cure)| {
                    self.error(
                        &format!("hall[{index}].other_it[{number}].entry"),
                        what,
                        cure,
                    )
                },
            )?;
            all = all.with(entry, of.count);
        }
        Ok(all)
    }

    /// What each chip may draw where that is less than its TDP, W.
    fn power_limit_w(
        &self,
        index: usize,
        hall: &Hall,
        chip: &Accelerator,
    ) -> Result<Option<f64>, ScenarioError> {
        let (share, tdp_w) = (hall.power_limit, chip.tdp_w);
        let least = chip.least_limit_w() / tdp_w;
        if share < least {
            let what = format!(
                "power_limit = {share} is {:.0} W for a chip of {tdp_w} W: less than it draws at its lowest clock",
                share * tdp_w,
            );
            let cure = format!("use {:.2} or more", (least * 100.0).ceil() / 100.0);
            return Err(self.error(&format!("hall[{index}].power_limit"), what, cure));
        }
        if hall.power_floor > share {
            let what = format!(
                "power_floor = {} lies above power_limit = {share}",
                hall.power_floor
            );
            let cure = format!("use 0 to {share}");
            return Err(self.error(&format!("hall[{index}].power_floor"), what, cure));
        }
        Ok((share < 1.0).then_some(share * tdp_w))
    }

    /// All halls with their cooling sized, and a line or two of each for `validate`.
    pub(super) fn equip_all(
        &self,
        halls: Vec<Sized<'_>>,
        plan: &Plan<'_>,
        description: &mut Vec<(String, String)>,
    ) -> Result<Vec<HallParts>, ScenarioError> {
        let mut parts = Vec::with_capacity(halls.len());
        for (index, hall) in halls.into_iter().enumerate() {
            let water = plan.describe(index);
            description.push((format!("hall {}", hall.config.name), hall.describe(&water)));
            let config = &hall.config.cooling;
            let hall = self.equip(index, hall, plan)?;
            let limit_c = hall.cooling.limit_c();
            let fluids = |name: &str| self.fluid(name);
            let bounds = config.bounds(&hall.server.air, limit_c, &fluids);
            description.extend(bounds.map(|text| (String::new(), text)));
            parts.push(hall);
        }
        Ok(parts)
    }

    /// The hall with its cooling sized.
    pub(super) fn equip(
        &self,
        index: usize,
        hall: Sized<'_>,
        plan: &Plan<'_>,
    ) -> Result<HallParts, ScenarioError> {
        let (circuit, room_circuit) = plan.of_hall[index];
        let fluids = |name: &str| self.fluid(name);
        let design = cooling::Design {
            racks: hall.config.racks as usize,
            rack_heat_w: hall.cooled_w(),
            rack_air_m3_s: hall.rack_air_m3_s,
            rack_mass_j_k: hall.server.entry.mass_j_k * f64::from(hall.config.servers_per_rack),
            rack_liquid_w: hall.rack_liquid_w,
            water: plan.water(circuit),
            room_water: room_circuit.map(|room| plan.water(room)),
            air: hall.server.air,
            fluids: &fluids,
        };
        let cooling = hall.config.cooling.start(&design);
        let cooling =
            cooling.map_err(|fault| self.fault(&cooling_key(index, hall.config), fault))?;
        Ok(HallParts {
            name: hall.config.name.clone(),
            server: hall.server,
            psu: hall.psu,
            racks: hall.config.racks as usize,
            servers_per_rack: hall.config.servers_per_rack as usize,
            thermal_shutdown: hall.config.thermal_shutdown,
            other: hall.other,
            cooling,
            circuit,
            room_circuit,
        })
    }

    fn fluid(&self, name: &str) -> Result<Fluid, Fault> {
        catalogue::find(&self.catalogue.fluids, "fluid", name)
            .cloned()
            .map_err(|(what, cure)| Fault::new(what, cure))
    }

    /// The boiling fluid of a hall, under the pressure of its site.
    fn boiling(
        &self,
        index: usize,
        hall: &Hall,
        name: &str,
        air: SiteAir,
    ) -> Result<Boiling, ScenarioError> {
        let key = format!("{}.fluid", cooling_key(index, hall));
        let fluid = catalogue::find(&self.catalogue.fluids, "fluid", name)
            .map_err(|(what, cure)| self.error(&key, what, cure))?;
        let here = fluid.boiling.map(|fluid| fluid.under(air.pressure_pa));
        here.ok_or_else(|| {
            let known: Vec<_> = self
                .catalogue
                .fluids
                .iter()
                .filter(|(_, fluid)| fluid.boiling.is_some())
                .map(|(name, _)| name.as_str())
                .collect();
            let what = format!("'{name}' is not made to boil on chips");
            self.error(
                &key,
                what,
                format!("fluids that boil: {}", known.join(", ")),
            )
        })
    }
}
