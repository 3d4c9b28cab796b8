//! Ratchets: what a demand charge bills at least.
//!
//! ```text
//! billed = max(peak of the month, share·highest peak of the months before that it looks at)
//! ```

use std::fmt;

use schemars::JsonSchema;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::months;
use crate::units::fraction;

/// Months that a ratchet looks back by default: with the month itself a year.
const MONTHS_BACK: u8 = 11;
/// Most that it may look back.
const MAX_BACK: i64 = 36;

/// A ratchet as a scenario gives it: a share of the highest of the 11 months before, or all of its terms.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum RatchetConfig {
    /// `0.8`
    Share(#[schemars(range(min = 0.0, max = 1.0))] f64),
    /// `{ share = 0.8, looks_at = [5, 6, 7, 8, 9, 10] }`
    Terms(RatchetTerms),
}

/// `{ share = 0.8, looks_at = […], applies_to = […], months_back = 11 }`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RatchetTerms {
    /// Share of the highest peak that is billed at least, 0 to 1.
    #[serde(deserialize_with = "fraction")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub share: f64,
    /// Months whose peaks it looks at, 1 to 12; all by default.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given_months"
    )]
    #[schemars(inner(range(min = 1, max = 12)))]
    pub looks_at: Option<Vec<u8>>,
    /// Months that it bills, 1 to 12; all of the charge by default.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given_months"
    )]
    #[schemars(inner(range(min = 1, max = 12)))]
    pub applies_to: Option<Vec<u8>>,
    /// How many months before the billed one it looks at, 1 to 36.
    #[serde(default = "months_back", deserialize_with = "back")]
    #[schemars(range(min = 1, max = 36))]
    pub months_back: u8,
}

/// A ratchet in the form that bills: months by number from 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratchet {
    /// Share of the highest peak.
    pub share: f64,
    /// Months whose peaks it looks at, January first.
    pub looks_at: [bool; 12],
    /// Months that it bills.
    pub applies_to: [bool; 12],
    /// How many months before the billed one it looks at.
    pub months_back: usize,
}

fn months_back() -> u8 {
    MONTHS_BACK
}

fn back<'de, D: Deserializer<'de>>(de: D) -> Result<u8, D::Error> {
    match i64::deserialize(de)? {
        months @ 1..=MAX_BACK => Ok(months as u8),
        other => Err(D::Error::custom(format!(
            "{other} must be a number of months from 1 to {MAX_BACK}"
        ))),
    }
}

fn given_months<'de, D: Deserializer<'de>>(de: D) -> Result<Option<Vec<u8>>, D::Error> {
    months(de).map(Some)
}

impl RatchetConfig {
    /// In full.
    pub fn terms(&self) -> RatchetTerms {
        match self {
            Self::Terms(terms) => terms.clone(),
            Self::Share(share) => RatchetTerms {
                share: *share,
                looks_at: None,
                applies_to: None,
                months_back: MONTHS_BACK,
            },
        }
    }
}

impl From<&RatchetConfig> for Ratchet {
    fn from(config: &RatchetConfig) -> Self {
        let terms = config.terms();
        let marks = |months: &Option<Vec<u8>>| match months {
            None => [true; 12],
            Some(months) => std::array::from_fn(|index| months.contains(&(index as u8 + 1))),
        };
        Self {
            share: terms.share,
            looks_at: marks(&terms.looks_at),
            applies_to: marks(&terms.applies_to),
            months_back: usize::from(terms.months_back),
        }
    }
}

impl<'de> Deserialize<'de> for RatchetConfig {
    fn deserialize<D: Deserializer<'de>>(de: D) -> Result<Self, D::Error> {
        struct Given;
        impl<'de> Visitor<'de> for Given {
            type Value = RatchetConfig;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a share, or { share = 0.8, looks_at = [6, 7, 8, 9] }")
            }
            fn visit_f64<E: Error>(self, share: f64) -> Result<RatchetConfig, E> {
                if (0.0..=1.0).contains(&share) {
                    Ok(RatchetConfig::Share(share))
                } else {
                    Err(E::custom(format!("{share} must be between 0 and 1")))
                }
            }
            fn visit_i64<E: Error>(self, share: i64) -> Result<RatchetConfig, E> {
                self.visit_f64(share as f64)
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RatchetConfig, A::Error> {
                RatchetTerms::deserialize(MapAccessDeserializer::new(map)).map(RatchetConfig::Terms)
            }
        }
        de.deserialize_any(Given)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize, Serialize)]
    struct Probe {
        ratchet: RatchetConfig,
    }

    #[test]
    fn a_share_or_all_terms() {
        let of = |text: &str| Ratchet::from(&toml::from_str::<Probe>(text).unwrap().ratchet);
        let plain = of("ratchet = 0.8");
        assert_eq!((plain.share, plain.months_back), (0.8, 11));
        assert_eq!((plain.looks_at, plain.applies_to), ([true; 12], [true; 12]));
        assert_eq!(of("ratchet = { share = 0.8 }"), plain);
        let text = "ratchet = { share = 1, looks_at = [6, 12], applies_to = [1], months_back = 7 }";
        let full = of(text);
        let marked = |months: [bool; 12]| (1..=12).filter(|m| months[m - 1]).collect::<Vec<_>>();
        assert_eq!(marked(full.looks_at), [6, 12]);
        assert_eq!((marked(full.applies_to), full.months_back), (vec![1], 7));
        // What is written is read again.
        let probe: Probe = toml::from_str(text).unwrap();
        assert_eq!(of(&toml::to_string(&probe).unwrap()), full);
        for (text, part) in [
            ("80", "between 0 and 1"),
            ("{ share = 1.5 }", "between 0 and 1"),
            ("{ looks_at = [1] }", "share"),
            ("{ share = 1, looks_at = [] }", "1 to 12"),
            ("{ share = 1, applies_to = [0] }", "1 to 12"),
            ("{ share = 1, months_back = 0 }", "from 1 to 36"),
            ("{ share = 1, month_back = 3 }", "month_back"),
            ("true", "a share, or"),
        ] {
            let error = toml::from_str::<Probe>(&format!("ratchet = {text}")).unwrap_err();
            assert!(error.to_string().contains(part), "{error}");
        }
    }
}
