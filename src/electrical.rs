//! The electrical chain between the meter and the IT inlets.
//!
//! `chain` is the ordered list of stages and what they lose, `config` what a scenario says of it; `loss` and `psu`
//! are the laws of single devices; `battery`, `solar`, `generator` and `ups_battery` stand beside the chain.

pub mod battery;
pub mod chain;
mod config;
pub mod generator;
pub mod loss;
pub mod psu;
pub mod solar;
pub mod ups_battery;

use std::collections::BTreeMap;

use serde::Deserialize;

pub use chain::{Chain, Kind, Law, Losses, StageSpec};
pub use config::{Carries, ElectricalConfig, Redundancy, StageConfig, Stands, UnknownDevice};
use loss::Device;
use psu::PsuClass;

/// The catalogue file `assets/catalogue/electrical.toml`, by kind and name.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// Transformers between the grid and the UPS.
    pub transformer: BTreeMap<String, Device>,
    /// Uninterruptible power supplies.
    pub ups: BTreeMap<String, Device>,
    /// Distribution between the UPS and the racks.
    pub pdu: BTreeMap<String, Device>,
    /// Rectifiers of racks and rooms: AC to DC.
    pub rectifier: BTreeMap<String, PsuClass>,
    /// Power supplies of servers and racks.
    pub psu: BTreeMap<String, PsuClass>,
}

impl Catalogue {
    /// The kind and law of an entry named as the listing prints it, `ups.eco`; else what is wrong, and the full names
    /// that may have been meant.
    pub fn device(&self, name: &str) -> Result<(Kind, Law), (String, Vec<String>)> {
        let (group, entry) = name.split_once('.').unwrap_or(("", name));
        let three_terms =
            |of: &BTreeMap<String, Device>| of.get(entry).cloned().map(Law::ThreeTerms);
        let converter = |of: &BTreeMap<String, PsuClass>| {
            of.get(entry).map(|class| Law::Converter {
                efficiency: class.efficiency.clone(),
                rated_w: class.rated_w,
            })
        };
        let (kind, label, found) = match group {
            "transformer" => (
                Kind::Transformer,
                "transformer",
                three_terms(&self.transformer),
            ),
            "ups" => (Kind::Ups, "UPS", three_terms(&self.ups)),
            "pdu" => (Kind::Pdu, "distribution", three_terms(&self.pdu)),
            "rectifier" => (Kind::Rectifier, "rectifier", converter(&self.rectifier)),
            "psu" => (Kind::Psu, "power supply", converter(&self.psu)),
            _ => {
                let what = format!("there is no electrical device '{name}' in the catalogue");
                return Err((what, self.names().collect()));
            }
        };
        found.map(|law| (kind, law)).ok_or_else(|| {
            let what = format!("there is no {label} '{entry}' in the catalogue");
            let prefix = format!("{group}.");
            let names = self.names().filter(|name| name.starts_with(&prefix));
            (what, names.collect())
        })
    }

    fn names(&self) -> impl Iterator<Item = String> {
        fn of<T>(group: &str, entries: &BTreeMap<String, T>) -> Vec<String> {
            entries.keys().map(|key| format!("{group}.{key}")).collect()
        }
        let groups = [
            of("transformer", &self.transformer),
            of("ups", &self.ups),
            of("pdu", &self.pdu),
            of("rectifier", &self.rectifier),
            of("psu", &self.psu),
        ];
        groups.into_iter().flatten()
    }
}
