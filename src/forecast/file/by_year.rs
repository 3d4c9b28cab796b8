//! A figure over the years: what is known year by year, and how it goes on.
//!
//! ```text
//! x(y)  between two years given: on the straight line between them
//!       before the first: that of the first
//!       after the last:   x(y − 1)·(1 + growth(y)), or that of the last without a growth
//! all of it times `scale`
//! ```
//!
//! In a file `0.8`, or `{ 2024 = 0.8, 2026 = 0.9, growth = 0.05 }`; the growth may itself be a figure over the years, by which growth
//! slows: `growth = { 2026 = 0.4, 2030 = 0.1 }`.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, MapAccess, Visitor};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::describe::Fault;

/// Years that a file may name.
pub(in crate::forecast) const YEARS: std::ops::RangeInclusive<i32> = 1950..=2200;

/// A figure over the years.
#[derive(Debug, Clone, PartialEq)]
pub struct ByYear {
    /// Years given, ascending, with their values. At least one.
    pub known: Vec<(i32, f64)>,
    /// Growth a year after the last of them.
    pub growth: Option<Box<ByYear>>,
    /// What all is multiplied by.
    pub scale: f64,
    /// Whether the file gave one figure for all years.
    constant: bool,
}

impl From<f64> for ByYear {
    fn from(value: f64) -> Self {
        Self {
            known: vec![(*YEARS.start(), value)],
            growth: None,
            scale: 1.0,
            constant: true,
        }
    }
}

impl ByYear {
    /// Its value in a year.
    pub fn at(&self, year: i32) -> f64 {
        let known = &self.known;
        let after = known.partition_point(|(known, _)| *known <= year);
        let value = match (after.checked_sub(1).map(|at| known[at]), known.get(after)) {
            (None, Some(first)) => first.1,
            (Some((from, low)), Some(&(to, high))) => {
                low + (high - low) * f64::from(year - from) / f64::from(to - from)
            }
            (Some((from, last)), None) => match &self.growth {
                None => last,
                Some(growth) => {
                    (from + 1..=year).fold(last, |value, year| value * (1.0 + growth.at(year)))
                }
            },
            (None, None) => 0.0,
        };
        value * self.scale
    }

    /// Its values in all years of a range.
    pub fn over(&self, years: std::ops::RangeInclusive<i32>) -> Vec<f64> {
        years.map(|year| self.at(year)).collect()
    }

    /// The same for amounts of single years (shipments): nothing before the first year given, and none left out between.
    pub fn amounts(&self, years: std::ops::RangeInclusive<i32>) -> Vec<f64> {
        let first = self.first();
        let amount = |year| if year < first { 0.0 } else { self.at(year) };
        years.map(amount).collect()
    }

    /// The first year given.
    pub fn first(&self) -> i32 {
        self.known.first().map_or(*YEARS.start(), |known| known.0)
    }

    /// The last year given.
    pub fn last(&self) -> i32 {
        self.known.last().map_or(*YEARS.start(), |known| known.0)
    }

    /// Refuses values outside of `low` to `high` in any of these years. The place of the fault is empty: its key is the caller's.
    pub fn check(
        &self,
        years: std::ops::RangeInclusive<i32>,
        (low, high): (f64, f64),
    ) -> Result<(), Fault> {
        for year in years {
            let value = self.at(year);
            if !(low..=high).contains(&value) {
                let what = format!("{value:.6} in {year} is out of range");
                return Err(Fault::new(what, format!("use {low} to {high}")));
            }
        }
        Ok(())
    }

    /// Refuses a table of yearly amounts that leaves out a year, or ends before `last` with no growth.
    pub fn check_amounts(&self, last: i32) -> Result<(), Fault> {
        if self.constant {
            let what = "one figure does not say in which year it begins";
            return Err(Fault::new(what, "give years: { 2025 = 1e6, growth = 0.2 }"));
        }
        for pair in self.known.windows(2) {
            if pair[1].0 != pair[0].0 + 1 {
                let what = format!("{} is missing", pair[0].0 + 1);
                let cure =
                    "give every year between the first and the last: amounts are not filled in";
                return Err(Fault::new(what, cure));
            }
        }
        if self.last() < last && self.growth.is_none() {
            let what = format!("it ends in {}, and {last} is asked for", self.last());
            let cure = "give the later years too, or growth = 0.2 after the last one";
            return Err(Fault::new(what, cure));
        }
        Ok(())
    }
}

struct Read;

impl<'de> Visitor<'de> for Read {
    type Value = ByYear;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a number, or a table of years such as { 2024 = 1.0, 2026 = 1.5, growth = 0.1 }",
        )
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<ByYear, E> {
        if value.is_finite() {
            Ok(value.into())
        } else {
            Err(E::custom(format!("{value} is no figure")))
        }
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<ByYear, E> {
        self.visit_f64(value as f64)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<ByYear, E> {
        self.visit_f64(value as f64)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ByYear, A::Error> {
        let mut read = ByYear {
            known: Vec::new(),
            growth: None,
            scale: 1.0,
            constant: false,
        };
        while let Some(key) = map.next_key::<Cow<'_, str>>()? {
            match &*key {
                "growth" => read.growth = Some(map.next_value()?),
                "scale" => {
                    read.scale = map.next_value()?;
                    if !read.scale.is_finite() {
                        return Err(A::Error::custom("scale is no figure"));
                    }
                }
                year => {
                    let found = year.parse::<i32>().ok();
                    let Some(year) = found.filter(|year| YEARS.contains(year)) else {
                        let what = format!(
                            "unknown key '{year}': a figure over the years has years ({} to {}), growth and scale",
                            YEARS.start(),
                            YEARS.end()
                        );
                        return Err(A::Error::custom(what));
                    };
                    let value: f64 = map.next_value()?;
                    if !value.is_finite() {
                        return Err(A::Error::custom(format!("{value} is no figure")));
                    }
                    read.known.push((year, value));
                }
            }
        }
        if read.known.is_empty() {
            return Err(A::Error::custom(
                "a figure over the years needs at least one year, as in { 2024 = 1.0 }",
            ));
        }
        read.known.sort_by_key(|known| known.0);
        Ok(read)
    }
}

impl<'de> Deserialize<'de> for ByYear {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Read)
    }
}

impl Serialize for ByYear {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if let ([only], true) = (self.known.as_slice(), self.constant) {
            return to.serialize_f64(only.1);
        }
        let mut map = to.serialize_map(None)?;
        for (year, value) in &self.known {
            map.serialize_entry(&year.to_string(), value)?;
        }
        if self.scale != 1.0 {
            map.serialize_entry("scale", &self.scale)?;
        }
        if let Some(growth) = &self.growth {
            map.serialize_entry("growth", growth)?;
        }
        map.end()
    }
}

impl JsonSchema for ByYear {
    fn schema_name() -> Cow<'static, str> {
        "ByYear".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A figure over the years: a number, or a table of years and how it goes on.",
            "anyOf": [
                { "type": "number" },
                {
                    "type": "object",
                    "properties": {
                        "growth": {
                            "description": "Growth a year after the last year given, as a share; it may be a table of years itself.",
                            "anyOf": [{ "type": "number" }, { "type": "object" }]
                        },
                        "scale": { "description": "What all values are multiplied by.", "type": "number", "default": 1.0 }
                    },
                    "patternProperties": { "^[0-9]{4}$": { "type": "number" } },
                    "additionalProperties": false
                }
            ]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<ByYear, toml::de::Error> {
        #[derive(Deserialize)]
        struct File {
            x: ByYear,
        }
        toml::from_str::<File>(&format!("x = {text}")).map(|file| file.x)
    }

    #[test]
    fn known_years_lines_between_and_growth_behind() {
        let figure = read("{ 2024 = 1.0, 2026 = 3.0, growth = 0.5, scale = 2 }").unwrap();
        assert_eq!(figure.over(2023..=2028), [2.0, 2.0, 4.0, 6.0, 9.0, 13.5]);
        assert_eq!(figure.amounts(2023..=2024), [0.0, 2.0]);
        assert_eq!(read("7").unwrap().over(2000..=2001), [7.0, 7.0]);
        let slowing = read("{ 2025 = 100, growth = { 2026 = 0.4, 2028 = 0.0 } }").unwrap();
        let expected = [100.0, 140.0, 168.0, 168.0, 168.0];
        for (found, expected) in slowing.over(2025..=2029).iter().zip(expected) {
            assert!((found - expected).abs() < 1e-9);
        }
    }

    #[test]
    fn what_is_no_figure_is_refused() {
        for (text, words) in [
            ("{}", "at least one year"),
            ("{ 24 = 1 }", "unknown key '24'"),
            ("{ 2024 = nan }", "no figure"),
            ("inf", "no figure"),
            ("\"x\"", "a number, or a table of years"),
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains(words), "{text}: {error}");
        }
        let gap = read("{ 2024 = 1, 2026 = 2 }").unwrap();
        assert!(
            gap.check_amounts(2026)
                .unwrap_err()
                .what
                .contains("2025 is missing")
        );
        let short = read("{ 2024 = 1, 2025 = 2 }").unwrap();
        assert!(
            short
                .check_amounts(2026)
                .unwrap_err()
                .what
                .contains("ends in 2025")
        );
        assert!(read("3").unwrap().check_amounts(2026).is_err());
    }

    #[test]
    fn it_is_written_as_it_was_read() {
        for text in ["{ 2024 = 1.0, 2026 = 3.0, growth = 0.5 }", "4.0"] {
            let figure = read(text).unwrap();
            let json = serde_json::to_string(&figure).unwrap();
            assert_eq!(serde_json::from_str::<ByYear>(&json).unwrap(), figure);
        }
    }
}
