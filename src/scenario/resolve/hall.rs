//! A hall's server, found in the catalogue and sized.

use super::{Resolver, ScenarioError};
use crate::cooling;
use crate::electrical::psu::Psu;
use crate::facility::HallParts;
use crate::it::Server;
use crate::physics::psychrometrics;
use crate::scenario::{Hall, catalogue};
use crate::weather::Weather;

/// Racks, and servers of the whole site, above which a scenario is refused before memory runs out.
const MOST_RACKS: u64 = 1_000_000;
const MOST_SERVERS: u64 = 10_000_000;

/// A hall with its server found in the catalogue.
pub(super) struct Sized<'a> {
    pub(super) config: &'a Hall,
    pub(super) server: Server,
    pub(super) psu: Psu,
    pub(super) rack_w: f64,
    pub(super) rack_air_m3_s: f64,
}

/// How the catalogue's message about a fluid begins; its place is the key `fluid` of the cooling.
const NO_FLUID: &str = "there is no fluid";

fn most() -> String {
    format!("use at most {MOST_RACKS} racks and {MOST_SERVERS} servers in all halls together")
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
    ) -> Result<Sized<'h>, ScenarioError> {
        let key = |name: &str| format!("hall[{index}].{name}");
        let entry = catalogue::find(&self.catalogue.servers, "server", &hall.server)
            .map_err(|(what, cure)| self.error(&key("server"), what, cure))?;
        let servers = u64::from(hall.racks) * u64::from(hall.servers_per_rack);
        if hall.racks == 0 || hall.servers_per_rack == 0 {
            let name = if hall.racks == 0 {
                "racks"
            } else {
                "servers_per_rack"
            };
            return Err(self.error(&key(name), format!("{name} is 0"), "use at least 1"));
        }
        if u64::from(hall.racks) > MOST_RACKS || servers > MOST_SERVERS {
            let what = format!("{servers} servers in {} racks are too many", hall.racks);
            return Err(self.error(&key("racks"), what, most()));
        }
        let Some(build) = entry.build(hall.cooling.coolant()) else {
            let what = format!(
                "{} is not built for {} cooling",
                hall.server,
                hall.cooling.name()
            );
            let suited: Vec<_> = self
                .catalogue
                .servers
                .iter()
                .filter(|(_, other)| other.build(hall.cooling.coolant()).is_some())
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
        };
        let psu = Psu {
            efficiency: class.efficiency.clone(),
            rated_w: entry.psu_rated_w,
            units: f64::from(entry.psus),
        };
        let full = server.at(entry.accelerators, 1.0, hall.cooling.design_coolant_c());
        let dc_w = full.compute_w + full.fans_w;
        let per_rack = f64::from(hall.servers_per_rack);
        let constant = self.loaded.scenario.workload.constant;
        if let Some(load) = constant.and_then(|constant| constant.host_utilisation) {
            let host = &mut server.entry;
            host.host_idle_w += (host.host_busy_w - host.host_idle_w) * load;
            host.host_busy_w = host.host_idle_w;
        }
        Ok(Sized {
            config: hall,
            rack_w: (dc_w + psu.loss_w(dc_w)) * per_rack,
            rack_air_m3_s: full.air_m3_s * per_rack,
            server,
            psu,
        })
    }

    /// The hall with its cooling sized.
    pub(super) fn equip(
        &self,
        index: usize,
        hall: Sized<'_>,
        weather: &Weather,
    ) -> Result<HallParts, ScenarioError> {
        let rejection = &self.loaded.scenario.heat_rejection;
        let pressure_pa = psychrometrics::standard_pressure_pa(weather.site.elevation_m);
        let fluids = |name: &str| {
            catalogue::find(&self.catalogue.fluids, "fluid", name)
                .cloned()
                .map_err(|(what, cure)| format!("{what}; {cure}"))
        };
        let design = cooling::Design {
            racks: hall.config.racks as usize,
            rack_heat_w: hall.rack_w,
            rack_air_m3_s: hall.rack_air_m3_s,
            rack_mass_j_k: hall.server.entry.mass_j_k * f64::from(hall.config.servers_per_rack),
            water_supply_c: rejection.setpoint_c(),
            water_rise_k: rejection.rise_k(),
            // Dry air at 25 °C and the site's pressure.
            air_kg_m3: pressure_pa / (287.042 * 298.15),
            fluids: &fluids,
        };
        let key = format!("hall[{index}].cooling.{}", hall.config.cooling.name());
        let cooling = hall.config.cooling.start(&design).map_err(|message| {
            let fluid = message.starts_with(NO_FLUID);
            self.complaint(&(key + if fluid { ".fluid" } else { "" }), &message)
        })?;
        Ok(HallParts {
            name: hall.config.name.clone(),
            server: hall.server,
            psu: hall.psu,
            racks: hall.config.racks as usize,
            servers_per_rack: hall.config.servers_per_rack as usize,
            cooling,
        })
    }
}

impl Sized<'_> {
    /// What stands in the hall, in a line.
    pub(super) fn describe(&self) -> String {
        format!(
            "{} racks × {} servers of {}, {:.1} kW a rack, {}",
            self.config.racks,
            self.config.servers_per_rack,
            self.server.entry.name,
            self.rack_w / 1e3,
            self.config.cooling.name()
        )
    }
}
