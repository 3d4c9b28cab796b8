//! The electrical chain between the meter and the IT inlets.
//!
//! `chain` is the ordered list of stages and what they lose, `config` its table in a scenario; `loss` and `psu`
//! are the laws of single devices; `battery`, `solar`, `generator` and `ups_battery` are beside the chain.

pub mod battery;
pub mod chain;
mod config;
pub mod generator;
pub mod loss;
pub mod psu;
pub mod smoothing;
pub mod solar;
pub mod ups_battery;

use std::collections::BTreeMap;

use serde::Deserialize;

pub use chain::{Chain, Feeds, ItDraw, Kind, Law, Location, Losses, StageSpec};
pub use config::{ElectricalConfig, Redundancy, StageConfig};
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

    /// Loss and efficiency of an entry by load, as numbers to plot; `None` where there is no such entry.
    pub fn table(&self, name: &str) -> Option<String> {
        let (_, law) = self.device(name).ok()?;
        let unit_w = match &law {
            Law::ThreeTerms(_) => None,
            Law::Converter { rated_w, .. } => *rated_w,
        };
        // Shares of the rating; a converter with a constant loss needs its size in watts.
        let rated_w = unit_w.unwrap_or(1e3);
        let loss_w = |load: f64| match &law {
            Law::ThreeTerms(device) => device.loss_w(rated_w, load * rated_w),
            Law::Converter { efficiency, .. } => psu::Psu {
                efficiency: efficiency.clone(),
                rated_w,
                units: 1.0,
            }
            .loss_w(load * rated_w),
        };
        let mut lines = vec!["# load     loss/rating  efficiency".to_owned()];
        for percent in [0, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100] {
            let load = f64::from(percent) / 100.0;
            let loss = loss_w(load) / rated_w;
            let efficiency = load / (load + loss).max(f64::MIN_POSITIVE);
            lines.push(format!("# {load:4.2}  {loss:14.6}  {efficiency:10.4}"));
        }
        Some(lines.join("\n"))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: the older UPS at half load loses 0.012 + 0.009 + 0.0025 = 0.0235 of its rating, 95.51 %.
    #[test]
    fn curves_are_printed_as_numbers() {
        let text = include_str!("../assets/catalogue/electrical.toml");
        let all: Catalogue = toml::from_str(text).unwrap();
        let table = all.table("ups.double-conversion-old").unwrap();
        let half = table.lines().find(|line| line.contains("0.50")).unwrap();
        let cells: Vec<f64> = half
            .split_whitespace()
            .skip(1)
            .map(|cell| cell.parse().unwrap())
            .collect();
        assert_eq!(cells, [0.5, 0.0235, 0.9551]);
        for name in all.names() {
            let table = all.table(&name).unwrap();
            assert_eq!(table.lines().count(), 13, "{name}");
            assert!(!table.contains("NaN"), "{name}");
        }
        assert_eq!(all.table("eco"), None);
    }
}
