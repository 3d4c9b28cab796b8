//! `[electrical]` of a scenario.

use std::num::NonZeroU32;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Catalogue;
use super::chain::{Feeds, Kind, Location, StageSpec};
use super::smoothing::Smoothing;
use super::ups_battery::UpsBatteryConfig;
use crate::describe::{Fault, suggest};
use crate::units::{given_positive, given_positive_fraction, non_negative, positive_fraction};

/// The transformers where a scenario names none.
pub(super) const DEFAULT_TRANSFORMER: &str = "medium-voltage-liquid";
/// The UPS where a scenario names none.
pub(super) const DEFAULT_UPS: &str = "double-conversion-modern";
/// The distribution where a scenario names none.
pub(super) const DEFAULT_PDU: &str = "busway";

/// `[electrical]` of a scenario: three stages by name, or any number of them as `[[electrical.stage]]`.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ElectricalConfig {
    /// Transformers of the catalogue, which carry all power; `medium-voltage-liquid` by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transformer: Option<String>,
    /// UPS of the catalogue, which carries IT only; `double-conversion-modern` by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ups: Option<String>,
    /// PDUs or busway of the catalogue, which carry IT only; `busway` by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pdu: Option<String>,
    /// Spare capacity of every stage; all units installed share the load.
    pub redundancy: Redundancy,
    /// Modules that carry the design load with `n+1`; one more is installed.
    #[schemars(range(min = 1, max = 10000))]
    pub modules: NonZeroU32,
    /// Share of the firm capacity that IT at full load uses. A choice, to be replaced by the site's own: at 0.8 each
    /// side of `2n` runs at 40 %, the top of what field surveys find.
    #[serde(deserialize_with = "positive_fraction")]
    #[schemars(range(min = 0.05, max = 1.0))]
    pub design_load: f64,
    /// The chain from the grid to the racks, stage by stage, in place of `transformer`, `ups` and `pdu`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stage: Vec<StageConfig>,
    /// Batteries that carry IT behind the UPS during a grid outage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ups_battery: Option<UpsBatteryConfig>,
    /// Smoothing between the swings of the chips and the meter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smoothing: Option<Smoothing>,
}

impl Default for ElectricalConfig {
    fn default() -> Self {
        Self {
            transformer: None,
            ups: None,
            pdu: None,
            redundancy: Redundancy::N,
            modules: NonZeroU32::MIN.saturating_add(3),
            design_load: 0.8,
            stage: Vec::new(),
            ups_battery: None,
            smoothing: None,
        }
    }
}

impl ElectricalConfig {
    /// With the three stages named where no list replaces them.
    #[must_use]
    pub fn filled(&self) -> Self {
        let mut filled = self.clone();
        if filled.stage.is_empty() {
            filled
                .transformer
                .get_or_insert_with(|| DEFAULT_TRANSFORMER.into());
            filled.ups.get_or_insert_with(|| DEFAULT_UPS.into());
            filled.pdu.get_or_insert_with(|| DEFAULT_PDU.into());
        }
        filled
    }

    /// The stages from the grid to the racks, and the scenario key that names the device of each.
    pub fn stages(&self) -> Vec<(String, StageConfig)> {
        if !self.stage.is_empty() {
            return (0..)
                .zip(&self.stage)
                .map(|(index, stage): (usize, _)| (format!("stage[{index}]"), stage.clone()))
                .collect();
        }
        let filled = self.filled();
        [
            ("transformer", filled.transformer),
            ("ups", filled.ups),
            ("pdu", filled.pdu),
        ]
        .into_iter()
        .filter_map(|(kind, name)| {
            let device = format!("{kind}.{}", name?);
            Some((kind.to_owned(), StageConfig::of(device)))
        })
        .collect()
    }
}

impl ElectricalConfig {
    /// The stages as they are to be built.
    pub fn specs(&self, catalogue: &Catalogue) -> Result<Vec<StageSpec>, Fault> {
        let mut behind = false;
        let mut specs = Vec::new();
        for (key, stage) in self.stages() {
            let (kind, law) = catalogue.device(&stage.device).map_err(|(what, known)| {
                // Stages by key name their entry without its kind.
                let plain = |name: &str| match name.split_once('.') {
                    Some((kind, entry)) if kind == key => entry.to_owned(),
                    _ => name.to_owned(),
                };
                let known: Vec<String> = known.iter().map(|name| plain(name)).collect();
                let known: Vec<&str> = known.iter().map(String::as_str).collect();
                let fault = Fault::new(what, suggest(&plain(&stage.device), known));
                if self.stage.is_empty() {
                    fault.at(&key)
                } else {
                    fault.at(format!("{key}.device"))
                }
            })?;
            let feeds = stage
                .feeds
                .unwrap_or(if kind == Kind::Transformer && !behind {
                    Feeds::Site
                } else {
                    Feeds::It
                });
            behind |= feeds == Feeds::It;
            let modules = f64::from(stage.modules.unwrap_or(self.modules).get());
            specs.push(StageSpec {
                kind,
                law,
                installed: stage
                    .redundancy
                    .unwrap_or(self.redundancy)
                    .installed(modules),
                design_load: stage.design_load.unwrap_or(self.design_load),
                rated_w: stage.rated_kw.map(|rated_kw| rated_kw * 1e3),
                units: stage.units.map(|units| f64::from(units.get())),
                feeds,
                location: stage.location.unwrap_or(kind.location()),
                other_w: stage.other_kw * 1e3,
            });
        }
        Ok(specs)
    }
}

/// `[[electrical.stage]]`: the devices of one kind between their neighbours.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StageConfig {
    /// Kind and name as `coldaisle catalogue electrical` lists them, for example `ups.eco`.
    pub device: String,
    /// Spare capacity of this stage; else that of `[electrical]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redundancy: Option<Redundancy>,
    /// Modules that carry the design load with `n+1`; else those of `[electrical]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 10000))]
    pub modules: Option<NonZeroU32>,
    /// Share of this stage's firm capacity that its design load uses; else that of `[electrical]`.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given_positive_fraction"
    )]
    #[schemars(range(min = 0.05, max = 1.0))]
    pub design_load: Option<f64>,
    /// Rating of one unit; else the catalogue's. Without both the stage is sized to the watt.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given_positive"
    )]
    #[schemars(range(min = 0.01, max = 1e8))]
    pub rated_kw: Option<f64>,
    /// Units installed, spare ones included; else as many as the design load and the redundancy require. Needs a
    /// rating.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 100000))]
    pub units: Option<NonZeroU32>,
    /// Load that passes through it. A transformer ahead of every other kind carries the site, all else IT.
    #[serde(default, alias = "carries", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("formerly" = "carries"))]
    pub feeds: Option<Feeds>,
    /// Where its heat goes: transformers and UPS are outdoors, the rest in the halls.
    #[serde(default, alias = "stands", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("formerly" = "stands"))]
    pub location: Option<Location>,
    /// Constant load fed between this stage and the next, such as switches on a DC bus. Counted as `other`; its heat
    /// goes where that of the stage goes.
    #[serde(
        default,
        skip_serializing_if = "is_zero",
        deserialize_with = "non_negative"
    )]
    #[schemars(range(min = 0.0, max = 1e6))]
    #[schemars(extend("default" = 0.0))]
    pub other_kw: f64,
}

impl StageConfig {
    fn of(device: String) -> Self {
        Self {
            device,
            redundancy: None,
            modules: None,
            design_load: None,
            rated_kw: None,
            units: None,
            feeds: None,
            location: None,
            other_kw: 0.0,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde requires it")]
fn is_zero(value: &f64) -> bool {
    *value == 0.0
}

/// How much more is installed than the design load needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum Redundancy {
    /// Nothing spare.
    #[serde(rename = "n")]
    N,
    /// One module more than needed.
    #[serde(rename = "n+1")]
    NPlusOne,
    /// Everything twice; each side carries half.
    #[serde(rename = "2n")]
    TwoN,
}

impl Redundancy {
    /// Installed over firm rating.
    fn installed(self, modules: f64) -> f64 {
        match self {
            Self::N => 1.0,
            Self::NPlusOne => (modules + 1.0) / modules,
            Self::TwoN => 2.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(toml: &str) -> ElectricalConfig {
        toml::from_str(toml).unwrap()
    }

    #[test]
    fn a_wrong_redundancy_is_refused_with_the_valid_names() {
        let error = toml::from_str::<ElectricalConfig>("redundancy = 'n+2'")
            .unwrap_err()
            .to_string();
        for part in ["line 1", "`n`", "`n+1`", "`2n`"] {
            assert!(error.contains(part), "{error}");
        }
        assert!(toml::from_str::<ElectricalConfig>("modules = 0").is_err());
        assert!(toml::from_str::<ElectricalConfig>("design_load = 1.2").is_err());
        assert_eq!(config("ups = 'eco'").ups.as_deref(), Some("eco"));
    }

    #[test]
    fn three_stages_by_name_or_a_list() {
        let names = |config: &ElectricalConfig| {
            let stages = config.stages().into_iter();
            stages
                .map(|(key, stage)| (key, stage.device))
                .collect::<Vec<_>>()
        };
        let pair = |key: &str, device: &str| (key.to_owned(), device.to_owned());
        assert_eq!(
            names(&config("ups = 'eco'")),
            [
                pair("transformer", "transformer.medium-voltage-liquid"),
                pair("ups", "ups.eco"),
                pair("pdu", "pdu.busway"),
            ]
        );
        let list = config("[[stage]]\ndevice = 'rectifier.frontier'\nunits = 4\n");
        assert_eq!(names(&list), [pair("stage[0]", "rectifier.frontier")]);
        assert_eq!(list.filled(), list);
        assert_eq!(config("").filled().pdu.as_deref(), Some(DEFAULT_PDU));
    }
}
