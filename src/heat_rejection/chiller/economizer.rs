//! `[heat_rejection.water_cooled_chiller.economizer]`: tower water cools facility water without compressors.
//!
//! ```text
//! zones 0A 0B 1A 1B 2A 3A 4A                none
//! 2B 5A 6A 7 8                              from 39.6 kW (135,000 Btu/h)
//! 3B 3C 4B 4C 5B 5C 6B                      from 19.0 kW (65,000 Btu/h)
//! ```
//!
//! Source: computer rooms in ASHRAE 90.1-2016, Table 6.5.1-2, from NREL/openstudio-standards,
//! `ashrae_90_1_2016.economizers.json`, commit 9e2fb7c. The sizes are those of one unit with a fan; the heat of the plant stands
//! for them here, as all plants of a data centre are larger. A zone without its letter counts as humid, which most places are
//! and which asks for least.

use std::fmt;

use schemars::JsonSchema;
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::heat_rejection::design::PlantDesign;
use crate::physics::climate_zone::Zone;
use crate::units;

/// Whether there is an economizer, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Asked {
    /// Where ASHRAE 90.1 asks for one in the climate of the site.
    ByCode,
    /// None.
    None,
}

/// Whether there is an economizer, and its figures where they are given.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(untagged)]
pub enum Economizing {
    /// In a word.
    Asked(Asked),
    /// One with these figures.
    Given(Economizer),
}

impl Default for Economizing {
    fn default() -> Self {
        Self::Asked(Asked::ByCode)
    }
}

impl Economizing {
    /// The economizer that there is.
    pub(super) fn built(&self, design: &PlantDesign<'_>) -> Option<Economizer> {
        match self {
            Self::Given(economizer) => Some(economizer.clone()),
            Self::Asked(Asked::None) => None,
            Self::Asked(Asked::ByCode) => {
                let asked = asked_from_w(design.zone).is_some_and(|w| design.heat_w >= w);
                asked.then(Economizer::default)
            }
        }
    }

    /// What was decided and why, for `validate`.
    pub(super) fn line(&self, design: &PlantDesign<'_>) -> String {
        let built = self.built(design);
        let what = match &built {
            Some(plate) if plate.integrated => "integrated economizer",
            Some(_) => "economizer in place of the chillers",
            None => "no economizer",
        };
        let zone = design.zone;
        let known = match zone.letter {
            Some(_) => "",
            None => ", taken as humid",
        };
        match self {
            Self::Asked(Asked::ByCode) => {
                let asks = if built.is_some() {
                    "asks"
                } else {
                    "does not ask"
                };
                format!("{what}: ASHRAE 90.1 {asks} for one in zone {zone}{known}")
            }
            _ => what.into(),
        }
    }
}

/// Heat from which the code asks for an economizer, W.
fn asked_from_w(zone: Zone) -> Option<f64> {
    match (zone.number, zone.letter.unwrap_or('A')) {
        (0..=1, _) | (2..=4, 'A') => None,
        (2 | 7.., _) | (5..=6, 'A') => Some(39.6e3),
        _ => Some(19.0e3),
    }
}

// serde's own `untagged` would lose the place of a mistake and what is allowed.
impl<'de> Deserialize<'de> for Economizing {
    fn deserialize<D: Deserializer<'de>>(de: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Economizing;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("\"by-code\", \"none\" or a table such as { integrated = true }")
            }
            fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<Economizing, E> {
                match word {
                    "by-code" => Ok(Economizing::Asked(Asked::ByCode)),
                    "none" => Ok(Economizing::Asked(Asked::None)),
                    _ => Err(E::unknown_variant(word, &["by-code", "none"])),
                }
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Economizing, A::Error> {
                Economizer::deserialize(MapAccessDeserializer::new(map)).map(Economizing::Given)
            }
        }
        de.deserialize_any(Either)
    }
}

/// A plate heat exchanger between tower water and the return of facility water.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Economizer {
    /// In series before the chillers, which carry the rest; otherwise in their place, when it carries all.
    pub integrated: bool,
    /// Facility water leaving the plate above tower water entering it, at full load, K.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.2, max = 20.0))]
    #[schemars(extend("doubt" = crate::describe::doubt(1.5, 3.0, "plates large to small")))]
    pub approach_k: f64,
    /// How much colder than where it stops tower water must be for it to start, K.
    #[serde(deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 20.0))]
    #[schemars(extend("doubt" = crate::describe::doubt(0.5, 2.0, "by how often valves may turn")))]
    pub dead_band_k: f64,
    /// Tower water is kept from freezing at this temperature, °C.
    #[serde(deserialize_with = "units::temperature_c")]
    #[schemars(range(min = 0.5, max = 40.0))]
    #[schemars(extend("doubt" = crate::describe::doubt(4.0, 7.0, "by how near to freezing an operator lets a basin come")))]
    pub least_tower_c: f64,
}

impl Default for Economizer {
    /// 2 K (1.5 to 3 is usual), 1 K and 5 °C: engineering estimates, unconfirmed; 0.5 to 2 K by how often valves may turn,
    /// 4 to 7 °C by how near to freezing an operator lets a basin come.
    fn default() -> Self {
        Self {
            integrated: true,
            approach_k: 2.0,
            dead_band_k: 1.0,
            least_tower_c: 5.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of the standard, zone by zone.
    #[test]
    fn the_code_asks_by_zone() {
        let asked = |zones: &[&str]| -> Vec<Option<f64>> {
            let from = |zone: &&str| asked_from_w(Zone::parse(zone).unwrap());
            zones.iter().map(from).collect()
        };
        for none in asked(&["0A", "0B", "1A", "1B", "2A", "3A", "4A", "3", "4"]) {
            assert_eq!(none, None);
        }
        for large in asked(&["2B", "5A", "6A", "7", "7B", "8", "5"]) {
            assert_eq!(large, Some(39.6e3));
        }
        for small in asked(&["3B", "3C", "4B", "4C", "5B", "5C", "6B"]) {
            assert_eq!(small, Some(19.0e3));
        }
    }

    #[test]
    fn a_word_or_a_table_says_what_there_is() {
        #[derive(Deserialize)]
        struct Plant {
            economizer: Economizing,
        }
        let read = |text: &str| toml::from_str::<Plant>(text).map(|plant| plant.economizer);
        assert_eq!(
            read("economizer = 'none'").unwrap(),
            Economizing::Asked(Asked::None)
        );
        let given = read("economizer = { approach_k = 1.5 }").unwrap();
        assert!(matches!(given, Economizing::Given(plate) if plate.approach_k == 1.5));
        let error = read("economizer = 'on'").unwrap_err().to_string();
        assert!(error.contains("by-code"), "{error}");
        let error = read("economizer = { approch_k = 1.5 }")
            .unwrap_err()
            .to_string();
        assert!(error.contains("approach_k"), "{error}");
        assert!(
            read("economizer = true")
                .unwrap_err()
                .to_string()
                .contains("by-code")
        );
    }
}
