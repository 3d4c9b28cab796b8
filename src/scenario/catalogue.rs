//! What is built in: every figure with its source, embedded in the binary.

mod doubt;
mod doubted;
mod entry;
mod keys;
mod kind;
mod own;
mod plausible;
mod used;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::describe::{Doubts, Fault, suggest};
use crate::electrical;
use crate::heat_rejection::chiller::ChillerCurves;
use crate::heat_rejection::dry_cooler::cooler::DryCoolerEntry;
use crate::heat_rejection::tower::cell::TowerEntry;
use crate::it::{Accelerator, OtherItEntry, ServerEntry};
use crate::ownership::{CostsEntry, EmbodiedEntry};
use crate::physics::fluids::Fluid;
use crate::units;
use crate::weather::climate;
pub use doubt::raw;
pub use doubted::{Doubted, doubts, doubts_of, each_default};
pub use keys::{Key, keys};
pub use kind::Kind;
pub use own::{Assembled, Own, Tables};
pub use used::{UsedEntry, UsedFigure, used};

use crate::workload::model::{
    ChipFigures, Device, DiffusionModel, LanguageModel, Platform, Software,
};

/// The files as they stand in `assets/catalogue`, by kind.
const FILES: &[(&str, &str)] = &[
    (
        "accelerators",
        include_str!("../../assets/catalogue/accelerators.toml"),
    ),
    (
        "servers",
        include_str!("../../assets/catalogue/servers.toml"),
    ),
    (
        "other_it",
        include_str!("../../assets/catalogue/other_it.toml"),
    ),
    (
        "chillers",
        include_str!("../../assets/catalogue/chillers.toml"),
    ),
    ("towers", include_str!("../../assets/catalogue/towers.toml")),
    (
        "dry_coolers",
        include_str!("../../assets/catalogue/dry_coolers.toml"),
    ),
    ("fluids", include_str!("../../assets/catalogue/fluids.toml")),
    (
        "electrical",
        include_str!("../../assets/catalogue/electrical.toml"),
    ),
    ("grids", include_str!("../../assets/catalogue/grids.toml")),
    ("models", include_str!("../../assets/catalogue/models.toml")),
    (
        "diffusion",
        include_str!("../../assets/catalogue/diffusion.toml"),
    ),
    (
        "devices",
        include_str!("../../assets/catalogue/devices.toml"),
    ),
    ("costs", include_str!("../../assets/catalogue/costs.toml")),
    (
        "embodied",
        include_str!("../../assets/catalogue/embodied.toml"),
    ),
];

/// A grid: what a kilowatt-hour from it has emitted.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Grid {
    /// Full name.
    pub name: String,
    /// Yearly mean, g CO₂e per kWh.
    #[serde(deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 3000.0))]
    pub carbon_g_kwh: f64,
    /// Where the figure comes from.
    pub source: String,
    /// Water that its power plants consume, litres per kWh.
    #[serde(default, deserialize_with = "units::given_positive")]
    #[schemars(range(min = 0.001, max = 100.0))]
    pub water_l_kwh: Option<f64>,
    /// Where that figure comes from.
    #[serde(default)]
    pub water_source: String,
    /// Figures that nobody could confirm: the range that is credible of each, and why.
    #[serde(default)]
    pub doubt: Doubts,
}

/// Entries by kind and name: those that are built in, and a scenario's own over them.
#[derive(Debug, Clone)]
pub struct Catalogue {
    /// Chips.
    pub accelerators: BTreeMap<String, Accelerator>,
    /// Servers that hold them.
    pub servers: BTreeMap<String, ServerEntry>,
    /// IT that is no server.
    pub other_it: BTreeMap<String, OtherItEntry>,
    /// Chiller performance curves.
    pub chillers: BTreeMap<String, ChillerCurves>,
    /// Cooling towers.
    pub towers: BTreeMap<String, TowerEntry>,
    /// Dry coolers.
    pub dry_coolers: BTreeMap<String, DryCoolerEntry>,
    /// Coolants.
    pub fluids: BTreeMap<String, Fluid>,
    /// Transformers, UPS, distribution, power supplies.
    pub electrical: electrical::Catalogue,
    /// Carbon intensities.
    pub grids: BTreeMap<String, Grid>,
    /// Language models.
    pub models: BTreeMap<String, LanguageModel>,
    /// Models that make images and clips.
    pub diffusion: BTreeMap<String, DiffusionModel>,
    /// Devices outside the datacenter.
    pub devices: BTreeMap<String, Device>,
    /// Prices.
    pub costs: BTreeMap<String, CostsEntry>,
    /// Embodied carbon.
    pub embodied: BTreeMap<String, EmbodiedEntry>,
    /// Climates of a scenario's own; the built-in ones are in `weather::climate`.
    pub climates: BTreeMap<String, climate::Normals>,
}

impl Catalogue {
    /// What models are worked out with on a server.
    pub fn platform(&self, chip: &Accelerator, gpus_per_server: u32) -> Platform<'_> {
        let software = &chip.software;
        Platform {
            chip: ChipFigures {
                tf32_flops: chip.tf32_tflops.map(|tflops| tflops * 1e12),
                bf16_flops: chip.bf16_tflops.map(|tflops| tflops * 1e12),
                fp8_flops: chip.fp8_tflops.map(|tflops| tflops * 1e12),
                fp4_flops: chip.fp4_tflops.map(|tflops| tflops * 1e12),
                memory_bytes: 1e9 * chip.memory_gb.unwrap_or(0.0),
                bandwidth_bytes_s: 1e12 * chip.bandwidth_tb_s.unwrap_or(0.0),
                sha256_per_s: chip.sha256_th_s.map(|th_s| th_s * 1e12),
                domain: chip.scale_up_domain,
                link_bytes_s: 0.5e9 * chip.link_gb_s,
                network_bytes_s: 1e9 / 8.0 * chip.network_gbit_s,
                software: Software {
                    training: software.training,
                    fp8_gain: software.fp8_gain,
                    fp4_gain: software.fp4_gain.unwrap_or(software.fp8_gain),
                    compute: software.compute,
                    bandwidth: software.bandwidth,
                },
            },
            gpus_per_server,
            halls: &[],
            models: &self.models,
            diffusion: &self.diffusion,
            devices: &self.devices,
        }
    }
}

/// The built-in catalogue. Its files are part of the program and tested to parse.
pub fn built_in() -> &'static Catalogue {
    static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
        fn parse<T: serde::de::DeserializeOwned>(kind: &str) -> T {
            let text = text_of(kind).unwrap_or_default();
            toml::from_str(text).unwrap_or_else(|error| panic!("assets/catalogue/{kind}: {error}"))
        }
        Catalogue {
            accelerators: parse("accelerators"),
            servers: parse("servers"),
            other_it: parse("other_it"),
            chillers: parse("chillers"),
            towers: parse("towers"),
            dry_coolers: parse("dry_coolers"),
            fluids: parse("fluids"),
            electrical: parse("electrical"),
            grids: parse("grids"),
            models: parse("models"),
            diffusion: parse("diffusion"),
            devices: parse("devices"),
            costs: parse("costs"),
            embodied: parse("embodied"),
            climates: BTreeMap::new(),
        }
    });
    &CATALOGUE
}

/// The entry of a name, or what is wrong and which name may have been meant.
pub fn find<'a, T>(
    entries: &'a BTreeMap<String, T>,
    kind: &str,
    name: &str,
) -> Result<&'a T, Fault> {
    entries.get(name).ok_or_else(|| {
        let what = format!("there is no {kind} '{name}' in the catalogue");
        Fault::new(what, suggest(name, entries.keys().map(String::as_str)))
    })
}

/// The kinds that `coldaisle catalogue` lists.
pub fn kinds() -> impl Iterator<Item = &'static str> + Clone {
    Kind::ALL.iter().map(|kind| kind.name())
}

/// A line of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Name in scenario files.
    pub name: String,
    /// Full name.
    pub title: String,
    /// Where the figures come from.
    pub source: String,
}

/// The entries of a kind; `None` for a kind that does not exist.
pub fn list(kind: &str) -> Option<Vec<Line>> {
    if kind == "climates" {
        let mut names: Vec<_> = climate::names().collect();
        names.sort_unstable();
        let lines = names.into_iter().filter_map(|name| {
            let description = climate::describe(name)?;
            Some(Line {
                name: name.into(),
                title: description.label,
                source: description.source,
            })
        });
        return Some(lines.collect());
    }
    let mut lines = Vec::new();
    for (name, entry) in raw(kind)? {
        let toml::Value::Table(table) = entry else {
            continue;
        };
        if table.contains_key("source") {
            lines.push(line(&name, &table));
        } else {
            // Electrical devices are grouped: ups.double-conversion-modern and so on.
            lines.extend(table.iter().filter_map(|(inner, entry)| {
                Some(line(&format!("{name}.{inner}"), entry.as_table()?))
            }));
        }
    }
    lines.sort_by(|a, b| a.name.cmp(&b.name));
    Some(lines)
}

fn line(name: &str, table: &toml::Table) -> Line {
    let text = |key: &str| {
        table
            .get(key)
            .and_then(toml::Value::as_str)
            .unwrap_or("")
            .to_owned()
    };
    Line {
        name: name.into(),
        title: text("name"),
        source: text("source"),
    }
}

/// One entry as TOML, with all of its figures, without their doubt; `None` where kind or name does not exist.
pub fn show(kind: &str, name: &str) -> Option<String> {
    // Climates are shown by what comes of them, not by their normals.
    let table = raw(kind).filter(|_| kind != "climates")?;
    let mut entry = table.get(name);
    if entry.is_none()
        && let Some((group, inner)) = name.split_once('.')
    {
        entry = table.get(group).and_then(|group| group.get(inner));
    }
    let mut entry = entry?.as_table()?.clone();
    entry.remove("doubt");
    toml::to_string_pretty(&entry).ok()
}

/// An entry as it stands in a scenario: `[catalogue.KIND.NAME]`; `None` where kind or name does not exist.
pub fn snippet(kind: &str, name: &str) -> Option<String> {
    let kind = Kind::ALL.iter().find(|of| of.name() == kind)?;
    let entry = kind::written(kind.name())?.get(name)?.clone();
    let nested = |key: &str, value: toml::Value| toml::Table::from_iter([(key.to_owned(), value)]);
    let names = nested(name, entry);
    let kinds = nested(kind.name(), toml::Value::Table(names));
    toml::to_string_pretty(&nested("catalogue", toml::Value::Table(kinds))).ok()
}

/// The curves of an entry as numbers to plot, in lines of comment; `None` where it has none.
pub fn table(kind: &str, name: &str) -> Option<String> {
    match kind {
        "chillers" => Some(built_in().chillers.get(name)?.table()),
        "electrical" => built_in().electrical.table(name),
        _ => {
            let (group, _) = Kind::ALL.iter().find_map(|of| {
                of.group()
                    .zip(Some(*of))
                    .filter(|(_, of)| of.name() == kind)
            })?;
            built_in().electrical.table(&format!("{group}.{name}"))
        }
    }
}

fn text_of(kind: &str) -> Option<&'static str> {
    FILES
        .iter()
        .find(|(name, _)| *name == kind)
        .map(|(_, text)| *text)
}

#[cfg(test)]
mod tests;
