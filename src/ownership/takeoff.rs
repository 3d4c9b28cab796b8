//! Take-off: what was sized, in the measures that prices and carbon are stated for.

use std::sync::LazyLock;

use super::{Asset, CostConfig, CostsEntry, EmbodiedEntry};
use crate::cooling::Cooling;
use crate::describe::Fault;
use crate::heat_rejection::HeatRejection;

/// A line of the split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Servers with their chips.
    Servers,
    /// Network, storage and other IT.
    OtherIt,
    /// What takes heat from racks to facility water, with its fluid.
    Cooling,
    /// What takes heat from facility water to the outdoors.
    HeatRejection,
    /// Transformers, UPS, distribution, generators, batteries, panels.
    Power,
    /// The building.
    Shell,
    /// Land.
    Land,
    /// What the scenario adds.
    Other,
}

/// Whose life it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// Servers.
    Servers,
    /// Other IT.
    OtherIt,
    /// Cooling and power.
    Plant,
    /// Batteries.
    Batteries,
    /// The building.
    Shell,
    /// For ever.
    Land,
}

/// A measure: the table of [`super::Rates`] that has its figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// One server of the catalogue.
    Servers,
    /// One watt at full load, of `network`, `storage` or `other`.
    ItW,
    /// One kW of heat at full load, by technology; `it_room` for rooms of IT beside the servers.
    CoolingKw,
    /// One kW of design heat, by plant, without its chillers.
    HeatRejectionKw,
    /// One kW of capacity installed, of `water_cooled` or `air_cooled` chillers.
    ChillersKw,
    /// One kW handed to a network, by `heat_pump` or `heat_exchanger`.
    ReuseKw,
    /// One cubic metre of a tank for cold water.
    StorageM3,
    /// One kW of rating installed, by kind.
    ElectricalKw,
    /// One kWh, of the `ups` or the `site`.
    BatteriesKwh,
    /// One kW of IT by nameplate, of `shell` or `land`.
    BuildingKw,
    /// One kilogram of a fluid of the catalogue.
    FluidsKg,
}

impl Basis {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Servers,
        Self::ItW,
        Self::CoolingKw,
        Self::HeatRejectionKw,
        Self::ChillersKw,
        Self::ReuseKw,
        Self::StorageM3,
        Self::ElectricalKw,
        Self::BatteriesKwh,
        Self::BuildingKw,
        Self::FluidsKg,
    ];

    /// What it counts; servers and fluids are those of the catalogue.
    pub fn names(self) -> &'static [&'static str] {
        match self {
            Self::Servers | Self::FluidsKg => &[],
            Self::ItW => &["network", "storage", "other"],
            Self::CoolingKw => {
                static ALL: LazyLock<Vec<&str>> =
                    LazyLock::new(|| [Cooling::NAMES, &["it_room"]].concat());
                &ALL
            }
            Self::HeatRejectionKw => HeatRejection::NAMES,
            Self::ChillersKw => &["water_cooled", "air_cooled"],
            Self::ReuseKw => &["heat_pump", "heat_exchanger"],
            Self::StorageM3 => &["tank"],
            Self::ElectricalKw => &[
                "transformer",
                "ups",
                "pdu",
                "rectifier",
                "generator",
                "solar",
            ],
            Self::BatteriesKwh => &["ups", "site"],
            Self::BuildingKw => &["shell", "land"],
        }
    }

    /// The table's key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Servers => "servers",
            Self::ItW => "it_w",
            Self::CoolingKw => "cooling_kw",
            Self::HeatRejectionKw => "heat_rejection_kw",
            Self::ChillersKw => "chillers_kw",
            Self::ReuseKw => "reuse_kw",
            Self::StorageM3 => "storage_m3",
            Self::ElectricalKw => "electrical_kw",
            Self::BatteriesKwh => "batteries_kwh",
            Self::BuildingKw => "building_kw",
            Self::FluidsKg => "fluids_kg",
        }
    }

    fn life(self, class: Class) -> Life {
        match (self, class) {
            (Self::Servers, _) => Life::Servers,
            (Self::ItW, _) => Life::OtherIt,
            (Self::BatteriesKwh, _) => Life::Batteries,
            (_, Class::Shell) => Life::Shell,
            (_, Class::Land | Class::Other) => Life::Land,
            _ => Life::Plant,
        }
    }
}

/// So much of something.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Its line of the split.
    pub class: Class,
    /// Its measure.
    pub basis: Basis,
    /// Which of that measure's.
    pub name: String,
    /// How much, in the measure.
    pub amount: f64,
    /// A factor on its price: builds of servers for another coolant.
    pub factor: f64,
}

/// Everything that was sized.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Takeoff {
    /// Line by line.
    pub items: Vec<Item>,
    /// Capacity of machines with refrigerant, kW.
    pub refrigerant_kw: f64,
}

impl Takeoff {
    /// Adds so much of something; nothing of none.
    pub fn add(&mut self, class: Class, basis: Basis, name: &str, amount: f64) {
        self.add_times(class, basis, (name, amount), 1.0);
    }

    /// The same at a factor on its price.
    pub fn add_times(&mut self, class: Class, basis: Basis, of: (&str, f64), factor: f64) {
        if of.1 > 0.0 {
            self.items.push(Item {
                class,
                basis,
                name: of.0.into(),
                amount: of.1,
                factor,
            });
        }
    }

    /// Its items with price and carbon.
    ///
    /// # Errors
    /// Where an entry has no figure for one of them, at the key `cost.prices` or `cost.embodied`.
    pub fn assets(
        &self,
        config: &CostConfig,
        prices: &CostsEntry,
        embodied: &EmbodiedEntry,
    ) -> Result<Vec<Asset>, Fault> {
        let mut all = Vec::with_capacity(self.items.len() + 1);
        for item in &self.items {
            let usd = prices
                .usd
                .of(item)
                .ok_or_else(|| missing(item, "costs", &config.prices, "usd").at("cost.prices"))?;
            let kg = embodied.kg.of(item).ok_or_else(|| {
                missing(item, "embodied", &config.embodied, "kg").at("cost.embodied")
            })?;
            let soft = config.soft(item.class, prices);
            all.push(Asset {
                class: item.class,
                life_years: config.life.years(item.basis.life(item.class)),
                resale: if item.class == Class::Servers {
                    config.server_resale
                } else {
                    0.0
                },
                usd: usd * item.amount * item.factor * (1.0 + soft),
                embodied_kg: kg * item.amount,
                fluid: item.basis == Basis::FluidsKg,
            });
        }
        if config.other_usd > 0.0 {
            // Used up over the period: nothing is left of permits and connections.
            all.push(Asset {
                class: Class::Other,
                life_years: config.years,
                resale: 0.0,
                usd: config.other_usd,
                embodied_kg: 0.0,
                fluid: false,
            });
        }
        Ok(all)
    }
}

/// A figure that an entry lacks.
fn missing(item: &Item, kind: &str, entry: &str, table: &str) -> Fault {
    let unit = if table == "usd" { "USD" } else { "kg CO2e" };
    let (basis, name) = (item.basis.key(), &item.name);
    let what = format!("'{entry}' has no {table}.{basis}.{name}: {unit} of each");
    let cure = format!(
        "add {name} = … below [catalogue.{kind}.{entry}.{table}.{basis}], or --set catalogue.{kind}.{entry}.{table}.{basis}.{name}=…"
    );
    Fault::new(what, cure)
}
