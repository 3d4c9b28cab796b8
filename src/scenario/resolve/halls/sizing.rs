//! One hall: its server found in the catalogue, and a rack at full load.

use super::{MOST_RACKS, MOST_SERVERS, cooling_key, most};
use crate::describe::Fault;
use crate::electrical::psu::Psu;
use crate::it::{Accelerator, OtherIt, Server, ServerEntry, Surroundings};
use crate::physics::boiling::Boiling;
use crate::physics::site_air::SiteAir;
use crate::scenario::resolve::context::Context;
use crate::scenario::resolve::sized::Sized;
use crate::scenario::{Hall, catalogue};

/// A hall as the scenario gives it, in the air of its site.
#[derive(Clone, Copy)]
pub(in crate::scenario::resolve) struct Sizing<'a> {
    pub(in crate::scenario::resolve) context: Context<'a>,
    /// Its number in the scenario.
    pub(in crate::scenario::resolve) index: usize,
    pub(in crate::scenario::resolve) hall: &'a Hall,
    pub(in crate::scenario::resolve) air: SiteAir,
}

impl<'a> Sizing<'a> {
    /// An error at a key of the hall.
    fn error(self, key: &str, what: impl Into<String>, cure: impl Into<String>) -> Fault {
        let key = format!("hall[{}].{key}", self.index);
        self.context.error(&key, what, cure)
    }

    /// The same of what is wrong with the value of a key.
    fn fault(self, key: &str, fault: Fault) -> Fault {
        self.context
            .fault(&format!("hall[{}].{key}", self.index), fault)
    }

    pub(in crate::scenario::resolve) fn size(self) -> Result<Sized<'a>, Fault> {
        let Self {
            context, hall, air, ..
        } = self;
        let entry = catalogue::find(&context.catalogue.servers, "server", &hall.server)
            .map_err(|fault| self.fault("server", fault))?;
        self.check_counts()?;
        let boiling = hall
            .cooling
            .boiling_fluid()
            .map(|name| self.boiling(name))
            .transpose()?;
        let resistance_ratio = hall
            .cooling
            .resistance_ratio(&|name| context.fluid(name))
            .map_err(|fault| context.fault(&cooling_key(self.index, hall), fault))?;
        let plate_flow = hall
            .cooling
            .plate_flow(&|name| context.fluid(name))
            .map_err(|fault| context.fault(&cooling_key(self.index, hall), fault))?;
        let around = Surroundings {
            coolant: hall.cooling.coolant(),
            plates: hall.cooling.plates(),
            plate_flow,
            boiling,
            resistance_ratio,
        };
        let Some(build) = entry.build(&around) else {
            let what = format!(
                "{} is not built for {} cooling",
                hall.server,
                hall.cooling.name()
            );
            let suited: Vec<_> = context
                .catalogue
                .servers
                .iter()
                .filter(|(_, other)| other.suits(hall.cooling.coolant()))
                .map(|(name, _)| name.as_str())
                .collect();
            let cure = format!("servers for it: {}", suited.join(", "));
            return Err(self.error("server", what, cure));
        };
        let chip = catalogue::find(
            &context.catalogue.accelerators,
            "accelerator",
            &entry.accelerator,
        )
        .map_err(|fault| self.fault("server", fault))?;
        let mut server = Server {
            entry: entry.clone(),
            chip: chip.clone(),
            build,
            limit_w: self.power_limit_w(chip)?,
            floor_w: hall.power_floor * chip.tdp_w,
            air,
        };
        let psu = self.psu(entry)?;
        let coolant_c = hall
            .cooling
            .design_coolant_c(&air, &|name| context.fluid(name))
            .map_err(|fault| context.fault(&cooling_key(self.index, hall), fault))?;
        if let Some(share) = server.critical_flux_share()
            && share > 1.0
        {
            let what = format!(
                "a chip of {} at full power exceeds the critical heat flux of its boiling lid {share:.1} times",
                hall.server
            );
            let cure = "vapour would insulate it; use a server with smaller chips, another fluid or another technology";
            return Err(self.error("server", what, cure));
        }
        let full = server.at(entry.accelerators, 1.0, coolant_c);
        let dc_w = full.compute_w + full.fans_w;
        let per_rack = f64::from(hall.servers_per_rack);
        let loss_w = psu.loss_w(dc_w);
        if let Some(load) = context.scenario.workload.host_utilisation() {
            let host = &mut server.entry;
            host.host_idle_w += (host.host_busy_w - host.host_idle_w) * load;
            host.host_busy_w = host.host_idle_w;
        }
        Ok(Sized {
            config: hall,
            coolant_c,
            rack_w: (dc_w + loss_w) * per_rack,
            rack_liquid_w: (full.liquid_w + full.psu_plated * loss_w) * per_rack,
            rack_air_m3_s: full.air_m3_s * per_rack,
            plate_film_k: server.plate_film_k(),
            other: OtherIt::default(),
            server,
            psu,
        })
    }

    /// Power supplies of the server, of the hall's choice or its own.
    fn psu(self, entry: &ServerEntry) -> Result<Psu, Fault> {
        let (key, name) = match &self.hall.psu {
            Some(name) => ("psu", name),
            None => ("server", &entry.psu),
        };
        let classes = &self.context.catalogue.electrical.psu;
        let class = catalogue::find(classes, "power supply", name)
            .map_err(|fault| self.fault(key, fault))?;
        Ok(Psu {
            efficiency: class.efficiency.clone(),
            rated_w: entry.psu_rated_w,
            units: f64::from(entry.psus),
        })
    }

    /// Racks and servers, before their memory is asked for.
    fn check_counts(self) -> Result<(), Fault> {
        let hall = self.hall;
        let servers = u64::from(hall.racks) * u64::from(hall.servers_per_rack);
        let none = [
            ("racks", hall.racks),
            ("servers_per_rack", hall.servers_per_rack),
        ];
        if let Some((name, _)) = none.into_iter().find(|(_, number)| *number == 0) {
            return Err(self.error(name, format!("{name} is 0"), "use at least 1"));
        }
        if u64::from(hall.racks) > MOST_RACKS || servers > MOST_SERVERS {
            let what = format!("{servers} servers in {} racks are too many", hall.racks);
            return Err(self.error("racks", what, most()));
        }
        Ok(())
    }

    /// What each chip may draw where that is less than its TDP, W.
    fn power_limit_w(self, chip: &Accelerator) -> Result<Option<f64>, Fault> {
        let hall = self.hall;
        let (share, tdp_w) = (hall.power_limit, chip.tdp_w);
        let least = chip.least_limit_w() / tdp_w;
        if share < least {
            let what = format!(
                "power_limit = {share} is {:.0} W for a chip of {tdp_w} W: less than it draws at its lowest clock",
                share * tdp_w,
            );
            let cure = format!("use {:.2} or more", (least * 100.0).ceil() / 100.0);
            return Err(self.error("power_limit", what, cure));
        }
        if hall.power_floor > share {
            let what = format!(
                "power_floor = {} lies above power_limit = {share}",
                hall.power_floor
            );
            let cure = format!("use 0 to {share}");
            return Err(self.error("power_floor", what, cure));
        }
        Ok((share < 1.0).then_some(share * tdp_w))
    }

    /// The boiling fluid of a hall, under the pressure of its site.
    fn boiling(self, name: &str) -> Result<Boiling, Fault> {
        let context = self.context;
        let key = format!("{}.fluid", cooling_key(self.index, self.hall));
        let fluid = catalogue::find(&context.catalogue.fluids, "fluid", name)
            .map_err(|fault| context.fault(&key, fault))?;
        let here = fluid.boiling.map(|fluid| fluid.under(self.air.pressure_pa));
        here.ok_or_else(|| {
            let known: Vec<_> = context
                .catalogue
                .fluids
                .iter()
                .filter(|(_, fluid)| fluid.boiling.is_some())
                .map(|(name, _)| name.as_str())
                .collect();
            let what = format!("'{name}' is not made to boil on chips");
            context.error(
                &key,
                what,
                format!("fluids that boil: {}", known.join(", ")),
            )
        })
    }
}
