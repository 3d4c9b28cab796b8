//! Entries of the catalogue for prices and for embodied carbon: figures for each thing that a take-off counts.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

use super::takeoff::{Basis, Item};
use crate::describe::Doubts;
use crate::units;

/// The largest figure that an entry may state; of a server or a kW, in USD or kg.
const MOST: f64 = 1e9;

/// A figure of at least zero.
#[derive(Debug, Clone, Copy, PartialEq, JsonSchema)]
pub struct Amount(#[schemars(range(min = 0.0, max = MOST))] pub f64);

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(de: D) -> Result<Self, D::Error> {
        let amount = units::non_negative(de)?;
        if amount > MOST {
            let what = format!("{amount} is more than {MOST:.0}");
            return Err(serde::de::Error::custom(what));
        }
        Ok(Self(amount))
    }
}

/// Figures by name.
pub type Named = BTreeMap<String, Amount>;

/// Figures for each thing that a take-off counts: USD, or kg CO₂e.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rates {
    /// For each server of the catalogue, complete, by its name.
    pub servers: Named,
    /// For each watt at full load of `network` (with optics and cables), `storage` and `other` IT beside the servers.
    pub it_w: Named,
    /// For each kW of heat at full load, by cooling technology, installed, without its fluid: what stands between racks and facility
    /// water; `it_room`: rooms of IT beside the servers with their own units. Technologies with plates leave the rest of the heat to room air, which counts as `air`.
    pub cooling_kw: Named,
    /// For each kW of design heat, by plant, installed, without its chillers: towers or coils, exchangers, pumps, pipes.
    pub heat_rejection_kw: Named,
    /// For each kW of capacity installed, spare machines too, of `water_cooled` and `air_cooled` chillers.
    pub chillers_kw: Named,
    /// For each kW handed to a heat network at most, by `heat_pump` or `heat_exchanger`.
    pub reuse_kw: Named,
    /// For each cubic metre of a `tank` of cold water.
    pub storage_m3: Named,
    /// For each kW of rating installed, spare units too: `transformer` with its switchgear, `ups` without batteries, `pdu`
    /// (distribution, busway), `rectifier`, `generator` with its fuel tanks, `solar` panels with all they need (DC rating).
    pub electrical_kw: Named,
    /// For each kWh of batteries of the `ups` and of the `site`, installed.
    pub batteries_kwh: Named,
    /// For each kW of IT by the servers' nameplates and what stands beside them: the `shell` (building with fire protection, controls and white
    /// space) and `land` with its preparation.
    pub building_kw: Named,
    /// For each kilogram of a fluid of the catalogue, filled in.
    pub fluids_kg: Named,
}

impl Rates {
    /// The table of a measure.
    pub fn table(&self, basis: Basis) -> &Named {
        match basis {
            Basis::Servers => &self.servers,
            Basis::ItW => &self.it_w,
            Basis::CoolingKw => &self.cooling_kw,
            Basis::HeatRejectionKw => &self.heat_rejection_kw,
            Basis::ChillersKw => &self.chillers_kw,
            Basis::ReuseKw => &self.reuse_kw,
            Basis::StorageM3 => &self.storage_m3,
            Basis::ElectricalKw => &self.electrical_kw,
            Basis::BatteriesKwh => &self.batteries_kwh,
            Basis::BuildingKw => &self.building_kw,
            Basis::FluidsKg => &self.fluids_kg,
        }
    }

    /// The figure for an item; none where it is not stated.
    pub fn of(&self, item: &Item) -> Option<f64> {
        Some(self.table(item.basis).get(&item.name)?.0)
    }

    /// The figure for a kilogram of a fluid.
    pub fn fluid(&self, name: &str) -> Option<f64> {
        Some(self.fluids_kg.get(name)?.0)
    }
}

/// Prices: an entry of `assets/catalogue/costs.toml`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CostsEntry {
    /// Full name.
    pub name: String,
    /// Where the figures come from.
    pub source: String,
    /// Unconfirmed figures: the credible range of each, with its reason.
    #[serde(default)]
    pub doubt: Doubts,
    /// USD.
    pub usd: Rates,
    /// Price of a server in the build for a cooling technology, over its price in `usd.servers`; 1 where it is not stated.
    #[serde(default)]
    pub server_builds: Named,
    /// Shell that a hall for a cooling technology needs, over that for air; 1 where it is not stated.
    #[serde(default)]
    pub floor: Named,
    /// Design, permits, commissioning and contingency, over the prices of cooling, heat rejection, power and shell.
    #[serde(deserialize_with = "units::fraction")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub soft_share: f64,
}

impl CostsEntry {
    /// Price of a server's build over its own.
    pub fn build(&self, technology: &str) -> f64 {
        let build = self.server_builds.get(technology);
        build.map_or(1.0, |build| build.0)
    }

    /// Shell of a hall for a technology over that of one for air.
    pub fn floor(&self, technology: &str) -> f64 {
        self.floor.get(technology).map_or(1.0, |floor| floor.0)
    }
}

/// Embodied carbon: an entry of `assets/catalogue/embodied.toml`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EmbodiedEntry {
    /// Full name.
    pub name: String,
    /// Where the figures come from.
    pub source: String,
    /// Unconfirmed figures: the credible range of each, with its reason.
    #[serde(default)]
    pub doubt: Doubts,
    /// kg CO₂e, from the raw materials to the site.
    pub kg: Rates,
    /// Warming of a kilogram of a fluid's vapour over 100 years (GWP), kg CO₂e; 0 where it is not stated: oils stay liquid.
    #[serde(default)]
    pub gwp: Named,
    /// Refrigerant in chillers and in units of IT rooms, for each kW of their capacity, kg.
    #[serde(deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 10.0))]
    pub refrigerant_kg_kw: f64,
    /// Its warming over 100 years (GWP), kg CO₂e for each kilogram.
    #[serde(deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 15000.0))]
    pub refrigerant_gwp: f64,
    /// Share of it that leaks in a year.
    #[serde(deserialize_with = "units::fraction")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub refrigerant_leak: f64,
    /// Share of it that is lost when the machine is scrapped.
    #[serde(deserialize_with = "units::fraction")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub refrigerant_end: f64,
}

impl EmbodiedEntry {
    /// Warming of a kilogram of vapour that has left, with what was emitted to make its replacement, kg CO₂e.
    pub fn vapour(&self, fluid: &str) -> f64 {
        let gwp = self.gwp.get(fluid).map_or(0.0, |gwp| gwp.0);
        gwp + self.kg.fluid(fluid).unwrap_or(0.0)
    }

    /// What refrigerant of so much capacity emits in a year over the machines' life, kg CO₂e.
    pub fn leaks_kg(&self, capacity_kw: f64, life_years: f64) -> f64 {
        let kg = capacity_kw * self.refrigerant_kg_kw;
        kg * self.refrigerant_gwp * (self.refrigerant_leak + self.refrigerant_end / life_years)
    }
}
