//! Doubt as a figure: how far an unconfirmed one may lie from the stated value, and why no further.
//!
//! ```toml
//! [doubt]
//! usual = ["host_busy_w", "air"]                               # the usual ranges of the kind, for keys or whole tables
//! host_idle_w = { range = [600, 1100], reason = "…" }          # the least and the largest value
//! part_load.coefficients = { scale = [0.9, 1.1], reason = "…" }  # one factor for all figures of a curve
//! mean_daily_max_c = { shift = [-1, 1], reason = "…" }         # the same number added to all of them
//! psu = { among = ["titanium", "platinum"], reason = "…" }     # names of entries
//! ```

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use toml::{Table, Value};

/// Credible range of a figure, and why. Exactly one form is given.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Doubt {
    /// The least and the largest value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<[f64; 2]>,
    /// The least and the largest factor on all figures at the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<[f64; 2]>,
    /// The least and the largest addition to all figures at the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shift: Option<[f64; 2]>,
    /// Names that are as credible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub among: Option<Vec<String>>,
    /// Why these ends.
    pub reason: String,
}

impl Doubt {
    /// The least and the largest that a stated figure may be; none for names.
    pub fn ends(&self, stated: f64) -> Option<[f64; 2]> {
        let by = |ends: Option<[f64; 2]>, end: fn(f64, f64) -> f64| {
            let ends = ends?.map(|of| end(stated, of));
            // A factor turns the ends of a figure below zero.
            Some([ends[0].min(ends[1]), ends[0].max(ends[1])])
        };
        self.range
            .or_else(|| by(self.scale, |stated, factor| stated * factor))
            .or_else(|| by(self.shift, |stated, more| stated + more))
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some([least, most]) = self.range {
            write!(f, "{least} to {most}")
        } else if let Some([least, most]) = self.scale {
            write!(f, "times {least} to {most}")
        } else if let Some([least, most]) = self.shift {
            write!(f, "{least:+} to {most:+}")
        } else {
            write!(
                f,
                "{}",
                self.among.as_deref().unwrap_or_default().join(", ")
            )
        }
    }
}

/// The doubts of an entry, as written: tables down to its keys.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(transparent)]
pub struct Doubts(Table);

impl Doubts {
    /// Whether every figure is confirmed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a key (dotted) is in doubt.
    pub fn holds(&self, key: &str) -> bool {
        let usual = self.0.get("usual").and_then(Value::as_array);
        let mut usual = usual.into_iter().flatten().filter_map(Value::as_str);
        let mut table = Some(&self.0);
        let stated = key.split('.').all(|part| {
            let inner = table.and_then(|table| table.get(part));
            table = inner.and_then(Value::as_table);
            inner.is_some()
        });
        stated || usual.any(|mark| within(key, mark))
    }

    /// The names that are as credible at a key of the entry itself.
    pub fn among(&self, key: &str) -> impl Iterator<Item = &str> {
        let names = self.0.get(key).and_then(|doubt| doubt.get("among"));
        let names = names.and_then(Value::as_array).into_iter().flatten();
        names.filter_map(Value::as_str)
    }
}

/// Whether a dotted key is `table` or lies within it.
pub fn within(key: &str, table: &str) -> bool {
    key.strip_prefix(table)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

impl JsonSchema for Doubts {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Doubts".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({ "type": "object" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_the_tables_around_them_are_in_doubt() {
        let doubts: Doubts = toml::from_str(
            "usual = ['host_idle_w', 'air']\na.b = { range = [1, 2], reason = 'x' }\n",
        )
        .unwrap();
        for (key, held) in [
            ("host_idle_w", true),
            ("air.fan_max_w", true),
            ("airy", false),
            ("a.b", true),
            ("a.c", false),
        ] {
            assert_eq!(doubts.holds(key), held, "{key}");
        }
    }

    /// By hand: 0.75 to 1.5 times −12 is −18 to −9.
    #[test]
    fn the_three_forms_have_ends() {
        let of = |text: &str| toml::from_str::<Doubt>(&format!("{text}\nreason = 'x'")).unwrap();
        assert_eq!(of("range = [1, 4]").ends(2.0), Some([1.0, 4.0]));
        assert_eq!(of("shift = [-1, 0.5]").ends(2.0), Some([1.0, 2.5]));
        let below = of("scale = [0.75, 1.5]").ends(-12.0);
        assert_eq!(below, Some([-18.0, -9.0]));
        assert_eq!(of("among = ['a']").ends(2.0), None);
    }
}
