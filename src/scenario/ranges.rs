//! Figures far outside what is built are slips of the finger (a wrong unit, a lost point), not questions.
//!
//! Every number of a scenario has a least and a greatest value, declared at its field
//! (`#[schemars(range(min = …, max = …))]`) and part of the JSON schema. The text is checked against the schema, so that
//! the error points at the figure. The limits are wide on purpose: they keep arithmetic sound and catch factors of a
//! thousand, no more.

use std::fmt::Write as _;
use std::ops::Range;
use std::sync::LazyLock;

use serde_json::Value as Json;
use toml_edit::{Document, Item, Table, TableLike, Value};

use super::{Scenario, ScenarioError};
use crate::describe::schema as describe;

/// The JSON schema of the scenario file.
pub fn schema() -> &'static Json {
    static SCHEMA: LazyLock<Json> = LazyLock::new(|| {
        let mut schema = schemars::schema_for!(Scenario).to_value();
        describe::annotate(&mut schema);
        schema
    });
    &SCHEMA
}

/// The tables of which a scenario gives one at a path, by name: `hall.cooling`, `workload.trace`.
pub fn kinds(path: &str) -> Vec<&'static str> {
    let nodes = describe::at(schema(), path);
    let kinds = nodes.first().map(|node| describe::family(schema(), node));
    kinds
        .unwrap_or_default()
        .into_iter()
        .map(|(name, _)| name)
        .collect()
}

/// Refuses the first figure of a scenario's text that lies outside the range of its key.
pub fn check(text: &str) -> Result<(), ScenarioError> {
    // What is no TOML has been refused by then.
    let Ok(document) = Document::parse(text) else {
        return Ok(());
    };
    let mut checker = Checker {
        text,
        key: String::new(),
    };
    checker.table(schema(), document.as_table())
}

/// The same for a file of catalogue entries.
pub fn check_entries(text: &str) -> Result<(), ScenarioError> {
    let Ok(document) = Document::parse(text) else {
        return Ok(());
    };
    let mut checker = Checker {
        text,
        key: String::new(),
    };
    let tables = schema().pointer("/$defs/OwnCatalogue/anyOf/1");
    checker.table(tables.unwrap_or(&Json::Null), document.as_table())
}

/// The error of a figure that breaks the rule of its key, with the range as its cure.
pub fn cured(text: &str, mut error: ScenarioError) -> ScenarioError {
    if error.cure.is_empty()
        && let Err(range) = check(text)
        && range.place == error.place
    {
        error.cure = range.cure;
    }
    error
}

/// A scenario's text on the way through its schema.
struct Checker<'a> {
    text: &'a str,
    /// Where it is, dotted.
    key: String,
}

impl Checker<'_> {
    fn table(&mut self, schema: &Json, table: &dyn TableLike) -> Result<(), ScenarioError> {
        for (key, item) in table.iter() {
            let before = self.key.len();
            if before > 0 {
                self.key.push('.');
            }
            self.key.push_str(key);
            each(schema, &mut |node| {
                let known = node.get("properties").and_then(|all| all.get(key));
                match known.or_else(|| node.get("additionalProperties")) {
                    Some(of_key) => self.item(of_key, item),
                    None => Ok(()),
                }
            })?;
            self.key.truncate(before);
        }
        Ok(())
    }

    fn item(&mut self, schema: &Json, item: &Item) -> Result<(), ScenarioError> {
        match item {
            Item::None => Ok(()),
            Item::Value(value) => self.value(schema, value),
            Item::Table(table) => self.table(schema, table),
            Item::ArrayOfTables(list) => {
                self.list(schema, list.iter(), |checker, of_entry, table: &Table| {
                    checker.table(of_entry, table)
                })
            }
        }
    }

    fn value(&mut self, schema: &Json, value: &Value) -> Result<(), ScenarioError> {
        let figure = match value {
            Value::Integer(figure) => *figure.value() as f64,
            Value::Float(figure) => *figure.value(),
            Value::InlineTable(table) => return self.table(schema, table),
            Value::Array(list) => return self.list(schema, list.iter(), Self::value),
            _ => return Ok(()),
        };
        each(schema, &mut |node| {
            let limit = |name: &str| node.get(name).and_then(Json::as_f64);
            let (Some(low), Some(high)) = (limit("minimum"), limit("maximum")) else {
                return Ok(());
            };
            // Written so that NaN fails.
            if (low..=high).contains(&figure) {
                return Ok(());
            }
            Err(self.out_of_range((low, high), value.span()))
        })
    }

    fn list<T: Copy>(
        &mut self,
        schema: &Json,
        entries: impl Iterator<Item = T>,
        check: impl Fn(&mut Self, &Json, T) -> Result<(), ScenarioError>,
    ) -> Result<(), ScenarioError> {
        let entries: Vec<T> = entries.collect();
        each(schema, &mut |node| {
            let first = node.get("prefixItems").and_then(Json::as_array);
            let mut first = first.into_iter().flatten();
            let before = self.key.len();
            for (index, &entry) in entries.iter().enumerate() {
                if let Some(of_entry) = first.next().or_else(|| node.get("items")) {
                    let _ = write!(self.key, "[{index}]");
                    check(self, of_entry, entry)?;
                    self.key.truncate(before);
                }
            }
            Ok(())
        })
    }

    fn out_of_range(&self, (low, high): (f64, f64), span: Option<Range<usize>>) -> ScenarioError {
        let figure = span.clone().and_then(|span| self.text.get(span));
        let what = format!(
            "{} = {} is out of range",
            self.key,
            figure.unwrap_or_default()
        );
        let cure = format!(
            "use {} to {}; check the unit and the decimal point",
            plain(low),
            plain(high)
        );
        let error = ScenarioError::new(what, cure);
        match span {
            Some(span) => error.at(self.text, span),
            None => error,
        }
    }
}

/// Calls `see` with a schema and all that it refers to or is made of, as long as nothing is wrong.
fn each(
    schema: &Json,
    see: &mut dyn FnMut(&Json) -> Result<(), ScenarioError>,
) -> Result<(), ScenarioError> {
    let forms = describe::forms(self::schema(), schema);
    forms.into_iter().try_for_each(see)
}

/// A limit as a person writes it.
pub fn plain(limit: f64) -> String {
    if limit.abs() >= 1e7 || (limit != 0.0 && limit.abs() < 1e-3) {
        format!("{limit:e}")
    } else {
        limit.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "name = 'x'\n[site]\nclimate = 'dublin'\nprice_usd_mwh = 40\n[[hall]]\nname = 'h'\n\
                        server = 'hgx-h100'\nracks = 2\nservers_per_rack = 4\n[hall.cooling.air]\nfan_pa = 300\n\
                        [workload.batch]\ngpus = [1, 8]\nweights = [1, 2]\n";

    #[test]
    fn a_figure_out_of_range_is_shown_where_it_stands() {
        assert!(check(TEXT).is_ok());
        for (good, bad, key, range) in [
            (
                "racks = 2",
                "racks = 9000000",
                "hall[0].racks",
                "1 to 1000000",
            ),
            (
                "fan_pa = 300",
                "fan_pa = 1e300",
                "hall[0].cooling.air.fan_pa",
                "1 to 5000",
            ),
            ("fan_pa = 300", "fan_pa = nan", "fan_pa = nan", "1 to 5000"),
            ("h = 40", "h = 4e7", "site.price_usd_mwh", "0 to 1000000"),
            (
                "[1, 2]",
                "[1, -2]",
                "workload.batch.weights[1]",
                "0 to 1e12",
            ),
        ] {
            let error = check(&TEXT.replace(good, bad)).unwrap_err();
            let report = error.report(false);
            assert!(error.what.contains(key), "{report}");
            assert!(
                report.contains(range) && report.contains("scenario:"),
                "{report}"
            );
        }
    }

    /// Every number that the schema knows, with the keys that lead there.
    fn numbers(node: &Json, path: &str, into: &mut Vec<(String, Json)>) {
        let of_type = |name: &str| match node.get("type") {
            Some(Json::Array(all)) => all.iter().any(|one| one == name),
            one => one.is_some_and(|one| one == name),
        };
        if of_type("number") || of_type("integer") {
            into.push((path.to_owned(), node.clone()));
        }
        match node {
            Json::Object(all) => {
                for (key, inner) in all {
                    numbers(inner, &format!("{path}/{key}"), into);
                }
            }
            Json::Array(all) => {
                for (index, inner) in all.iter().enumerate() {
                    numbers(inner, &format!("{path}/{index}"), into);
                }
            }
            _ => {}
        }
    }

    #[test]
    fn every_number_has_a_least_and_a_greatest_value() {
        let mut all = Vec::new();
        numbers(schema(), "", &mut all);
        assert!(all.len() > 250, "{}", all.len());
        let bare = |node: &Json| {
            ["minimum", "maximum"]
                .iter()
                .any(|limit| node.get(limit).and_then(Json::as_f64).is_none())
        };
        let bare: Vec<_> = all.iter().filter(|(_, node)| bare(node)).collect();
        assert!(bare.is_empty(), "{bare:#?}");
    }

    /// What an editor shows of a key: its meaning, the unit and range of a figure, and what holds where none is given.
    #[test]
    fn every_key_says_what_it_is() {
        let root = schema();
        let mut bare = Vec::new();
        for table in describe::tables(root, &["catalogue"]) {
            for key in table.keys() {
                let mut lacks =
                    |what: &str| bare.push(format!("{}.{} lacks {what}", table.paths[0], key.name));
                if key.meaning(root).is_empty() {
                    lacks("a doc comment");
                }
                let figure = ["number", "whole number"]
                    .iter()
                    .any(|kind| key.takes(root).contains(kind));
                if figure && key.range(root).is_none() {
                    lacks("#[schemars(range(…))]");
                }
                if figure && key.unit(root).is_none() {
                    lacks("a unit: end its name on one, or give #[schemars(extend(\"unit\" = …))]");
                }
                let absent =
                    describe::forms(root, key.node)
                        .iter()
                        .any(|form| match form.get("type") {
                            Some(Json::Array(all)) => all.contains(&"null".into()),
                            one => one.is_some_and(|one| one == "null"),
                        });
                let several = ["list", "table"]
                    .iter()
                    .any(|kind| key.takes(root).contains(kind));
                if !key.required && !absent && !several && key.default().is_none() {
                    lacks("its default");
                }
            }
        }
        assert!(bare.is_empty(), "{bare:#?}");
    }
}
