//! Cost of ownership: the take-off of what was sized, priced.

use super::circuits::Plant;
use super::context::{Context, Notes};
use super::halls::Halls;
use super::sized::Sized;
use crate::cooling::Filled;
use crate::describe::Fault;
use crate::electrical::Chain;
use crate::electrical::chain::Kind;
use crate::facility::{OnSiteParts, Sort};
use crate::heat_rejection::chiller::Condenser;
use crate::ownership::{
    Basis, Class, CostConfig, CostsEntry, EmbodiedEntry, Ownership, Takeoff, Vapour,
};
use crate::scenario::catalogue;
use crate::units::{DAY_S, J_PER_MWH};

/// Temperature at which tanks are filled, °C.
const FILLED_C: f64 = 25.0;
/// Runs shorter than this miss a season.
const SEASONS_S: f64 = 360.0 * DAY_S;

/// What has been sized.
pub(super) struct Built<'a> {
    halls: &'a Halls<'a>,
    plants: &'a [Plant<'a>],
    chain: &'a Chain,
    ups_kwh: f64,
}

/// The site's cost of ownership, where the scenario asks for it.
pub(super) fn of(
    context: Context<'_>,
    built: &Built<'_>,
    total_s: f64,
    notes: &mut Notes,
) -> Result<Option<Ownership>, Fault> {
    let Some(config) = &context.scenario.cost else {
        return Ok(None);
    };
    let named = |key: &str, fault: Fault| context.fault(key, fault);
    let known = context.catalogue;
    let prices = catalogue::find(&known.costs, "prices", &config.prices)
        .map_err(|fault| named("cost.prices", fault))?;
    let embodied = catalogue::find(&known.embodied, "embodied carbon", &config.embodied)
        .map_err(|fault| named("cost.embodied", fault))?;
    check_rates(context)?;
    let takeoff = built.takeoff(context, prices)?;
    let assets = takeoff.assets(config, prices, embodied);
    let assets = assets.map_err(|fault| context.located(fault))?;
    let of_class = |share: &dyn Fn(Class) -> f64| -> f64 {
        let parts = assets.iter().map(|asset| share(asset.class) * asset.usd);
        parts.sum()
    };
    let insured_usd = of_class(&|class| if class == Class::Other { 0.0 } else { 1.0 });
    let figures = Ownership {
        terms: config.terms(),
        gpus: built.halls.gpus() as f64,
        availability: config.availability,
        maintenance_usd: of_class(&|class| config.maintenance(class)),
        staff_usd: config.staff_usd_kw_year * built.nameplate_kw(),
        other_usd: config.insurance_and_tax * insured_usd + config.other_usd_year,
        heat_usd_j: config.heat_usd_mwh.map(|usd| usd / J_PER_MWH),
        carbon_usd_t: config.carbon_usd_t,
        sells_usd_gpu_hour: config.sells_usd_gpu_hour,
        leaks_kg: embodied.leaks_kg(takeoff.refrigerant_kw, config.life.plant),
        vapour: built.vapour(prices, embodied),
        assets,
    };
    describe(notes, (config, prices, embodied), &figures);
    if total_s < SEASONS_S {
        notes.warn(format!(
            "cost of ownership and carbon a year are scaled up from {:.1} days: seasons are missing; use run.days = 365",
            total_s / DAY_S
        ));
    }
    if context.scenario.site.water_usd_m3.is_none() {
        notes.warn(
            "cost of ownership: water has no price and counts as free; add site.water_usd_m3",
        );
    }
    Ok(Some(figures))
}

/// What the servers cost a year over their lives, USD: by the scenario's `[cost]`, otherwise by the catalogue's usual prices; absent
/// where a server has no price.
pub(super) fn servers_usd_year(context: Context<'_>) -> Option<f64> {
    let config = context.scenario.cost.clone().unwrap_or_default();
    let prices = context.catalogue.costs.get(&config.prices)?;
    let halls = context.scenario.hall.iter();
    let usd: Option<f64> = halls
        .map(|hall| {
            let each_usd = prices.usd.servers.get(&hall.server)?.0;
            let servers = f64::from(hall.racks) * f64::from(hall.servers_per_rack);
            Some(each_usd * prices.build(hall.cooling.name()) * servers)
        })
        .sum();
    let levelised = config
        .terms()
        .levelised(config.life.servers, config.server_resale);
    usd.map(|usd| usd * levelised)
}

/// Energy must have a price: nothing would add up without.
fn check_rates(context: Context<'_>) -> Result<(), Fault> {
    let site = &context.scenario.site;
    let periods = site.tariff.iter().flat_map(|tariff| &tariff.period);
    let by_period = periods.into_iter().any(|time| time.price_usd_mwh.is_some());
    if site.price_usd_mwh.is_none() && !by_period {
        let what = "the cost of ownership needs a price of energy";
        let cure = "add price_usd_mwh to [site], or a tariff";
        return Err(context.error("cost", what, cure));
    }
    Ok(())
}

impl<'a> Built<'a> {
    pub(super) fn new(
        halls: &'a Halls<'a>,
        plants: &'a [Plant<'a>],
        chain: &'a Chain,
        on_site: &OnSiteParts,
    ) -> Self {
        let ups = on_site.ups_battery.as_ref();
        Self {
            halls,
            plants,
            chain,
            ups_kwh: ups.map_or(0.0, |(battery, _)| battery.energy_j / 3.6e6),
        }
    }
}

impl Built<'_> {
    /// Everything that was sized, in the measures of prices.
    fn takeoff(&self, context: Context<'_>, prices: &CostsEntry) -> Result<Takeoff, Fault> {
        let mut all = Takeoff::default();
        self.it(&mut all, prices);
        self.cooling(&mut all, context)?;
        for plant in self.plants {
            let (config, kw) = (plant.config, plant.heat_w / 1e3);
            let mut add = |basis, name: &str, amount| {
                all.add(Class::HeatRejection, basis, name, amount);
            };
            add(Basis::HeatRejectionKw, config.name(), kw);
            add(Basis::StorageM3, "tank", config.storage_m3());
            if let Some((reused_w, heat_pump)) = config.reused(plant.heat_w) {
                let name = if heat_pump {
                    "heat_pump"
                } else {
                    "heat_exchanger"
                };
                add(Basis::ReuseKw, name, reused_w / 1e3);
            }
            if let Some((condenser, capacity_w)) = plant.chillers {
                let name = match condenser {
                    Condenser::Water => "water_cooled",
                    Condenser::Air => "air_cooled",
                };
                add(Basis::ChillersKw, name, capacity_w / 1e3);
                all.refrigerant_kw += capacity_w / 1e3;
            }
        }
        self.power(&mut all, context);
        let halls = self.halls.all.iter();
        let floor =
            |hall: &Sized<'_>| nameplate_kw(hall) * prices.floor(hall.config.cooling.name());
        let shell_kw = halls.map(floor).sum::<f64>() + self.other_it_kw();
        all.add(Class::Shell, Basis::BuildingKw, "shell", shell_kw);
        all.add(Class::Land, Basis::BuildingKw, "land", self.nameplate_kw());
        Ok(all)
    }

    /// Nameplate of the servers and IT beside them at full load, kW: the same whatever cools the servers.
    fn nameplate_kw(&self) -> f64 {
        let halls = self.halls.all.iter();
        halls.map(nameplate_kw).sum::<f64>() + self.other_it_kw()
    }

    fn other_it_kw(&self) -> f64 {
        let sorts = [Sort::Network, Sort::Storage, Sort::Other];
        let all_w = sorts.map(|sort| self.halls.beside.sort_w(sort));
        all_w.iter().sum::<f64>() / 1e3
    }

    fn it(&self, all: &mut Takeoff, prices: &CostsEntry) {
        for hall in &self.halls.all {
            let config = hall.config;
            let servers = f64::from(config.racks) * f64::from(config.servers_per_rack);
            let build = prices.build(config.cooling.name());
            all.add_times(
                Class::Servers,
                Basis::Servers,
                (&config.server, servers),
                build,
            );
        }
        for (sort, name) in [
            (Sort::Network, "network"),
            (Sort::Storage, "storage"),
            (Sort::Other, "other"),
        ] {
            let busy_w = self.halls.beside.sort_w(sort);
            all.add(Class::OtherIt, Basis::ItW, name, busy_w);
        }
    }

    fn cooling(&self, all: &mut Takeoff, context: Context<'_>) -> Result<(), Fault> {
        let mut add = |basis, name: &str, amount| all.add(Class::Cooling, basis, name, amount);
        for hall in &self.halls.all {
            let cooling = &hall.config.cooling;
            let racks = f64::from(hall.config.racks);
            let (all_w, plated_w) = (hall.cooled_w() * racks, hall.rack_liquid_w * racks);
            if cooling.room_water_c().is_some() {
                add(Basis::CoolingKw, cooling.name(), plated_w / 1e3);
                add(Basis::CoolingKw, "air", (all_w - plated_w) / 1e3);
            } else {
                add(Basis::CoolingKw, cooling.name(), all_w / 1e3);
            }
            if let Some((name, filled)) = cooling.filled(racks, plated_w) {
                let kg = match filled {
                    Filled::Litres(litres) => {
                        let fluid = context.fluid(name)?;
                        litres * 1e-3 * fluid.at(FILLED_C).density_kg_m3
                    }
                    Filled::Kg(kg) => kg,
                };
                add(Basis::FluidsKg, name, kg);
            }
        }
        let mut own_kw = 0.0;
        for (busy_w, on_water) in self.halls.beside.in_rooms() {
            let name = if on_water { "air" } else { "it_room" };
            add(Basis::CoolingKw, name, busy_w / 1e3);
            own_kw += if on_water { 0.0 } else { busy_w / 1e3 };
        }
        all.refrigerant_kw += own_kw;
        Ok(())
    }

    fn power(&self, all: &mut Takeoff, context: Context<'_>) {
        let mut add = |basis, name: &str, amount| all.add(Class::Power, basis, name, amount);
        for (kind, rated_w) in self.chain.kinds() {
            let name = match kind {
                Kind::Transformer => "transformer",
                Kind::Ups => "ups",
                Kind::Pdu => "pdu",
                Kind::Rectifier => "rectifier",
                Kind::Psu => continue, // within the servers
            };
            add(Basis::ElectricalKw, name, rated_w / 1e3);
        }
        let site = &context.scenario.site;
        if let Some(generator) = &site.generator {
            add(Basis::ElectricalKw, "generator", generator.power_w() / 1e3);
        }
        if let Some(solar) = &site.solar {
            add(Basis::ElectricalKw, "solar", solar.dc_mw * 1e3);
        }
        add(Basis::BatteriesKwh, "ups", self.ups_kwh);
        if let Some(battery) = &site.battery {
            add(Basis::BatteriesKwh, "site", battery.energy_mwh * 1e3);
        }
    }

    /// What a kilogram of vapour of each hall costs and warms.
    fn vapour(&self, prices: &CostsEntry, embodied: &EmbodiedEntry) -> Vec<Vapour> {
        let halls = self.halls.all.iter();
        let of = |name: &str| Vapour {
            usd_kg: prices.usd.fluid(name).unwrap_or(0.0),
            co2e_kg_kg: embodied.vapour(name),
        };
        let fluids = halls.map(|hall| hall.config.cooling.boiling_fluid());
        fluids
            .map(|fluid| fluid.map_or_else(Vapour::default, of))
            .collect()
    }
}

fn nameplate_kw(hall: &Sized<'_>) -> f64 {
    let config = hall.config;
    let servers = f64::from(config.racks) * f64::from(config.servers_per_rack);
    servers * hall.server.entry.rated_w / 1e3
}

/// What is assumed, in lines of `validate`.
fn describe(
    notes: &mut Notes,
    (config, prices, embodied): (&CostConfig, &CostsEntry, &EmbodiedEntry),
    figures: &Ownership,
) {
    let capital_usd: f64 = figures.assets.iter().map(|asset| asset.usd).sum();
    let carbon_kg: f64 = figures.assets.iter().map(|asset| asset.embodied_kg).sum();
    let doubt = |doubt: &crate::describe::Doubts| {
        if doubt.is_empty() {
            ""
        } else {
            ", unconfirmed: ranges in the catalogue, no offers"
        }
    };
    let lines = [
        format!(
            "prices '{}' ({}{}): {:.1} million USD to build",
            config.prices,
            prices.name,
            doubt(&prices.doubt),
            capital_usd / 1e6
        ),
        format!(
            "embodied carbon '{}' ({}{}): {:.0} t CO2e",
            config.embodied,
            embodied.name,
            doubt(&embodied.doubt),
            carbon_kg / 1e3
        ),
        format!(
            "{} years at {:.1} % a year, servers replaced every {}; not in it: the connection to the grid and what the scenario does not have",
            config.years,
            100.0 * config.discount_rate,
            config.life.servers
        ),
    ];
    notes.under("cost".into(), lines);
}
