//! Figures far outside what is built are typing errors (a wrong unit, a lost decimal point), not questions.
//!
//! Every number of a scenario has a least and a largest value, declared at its field
//! (`#[schemars(range(min = …, max = …))]`) and part of the JSON schema. The text is checked against the schema, so that
//! the error points at the figure. The limits are wide on purpose: they keep arithmetic sound and catch factors of a
//! thousand, no more.

use std::fmt::Write as _;
use std::ops::Range;
use std::sync::LazyLock;

use serde_json::Value as Json;
use toml_edit::{Document, Item, Table, TableLike, Value};

use super::Scenario;
use crate::describe::Fault;
use crate::describe::schema as describe;

/// The JSON schema of the scenario file.
pub fn schema() -> &'static Json {
    static SCHEMA: LazyLock<Json> = LazyLock::new(|| {
        let mut schema = bare().clone();
        describe::annotate(&mut schema);
        schema
    });
    &SCHEMA
}

/// The same without the units that only documents and editors show: each reading of a scenario needs it.
pub(super) fn bare() -> &'static Json {
    static SCHEMA: LazyLock<Json> = LazyLock::new(|| schemars::schema_for!(Scenario).to_value());
    &SCHEMA
}

/// The tables of which a scenario gives one at a path, by name: `hall.cooling`, `workload.trace`.
pub fn kinds(path: &str) -> Vec<&'static str> {
    let nodes = describe::at(bare(), path);
    let kinds = nodes.first().map(|node| describe::family(bare(), node));
    kinds
        .unwrap_or_default()
        .into_iter()
        .map(|(name, _)| name)
        .collect()
}

/// Whether a scenario has a key of this name outside all tables.
pub fn is_of_the_file(key: &str) -> bool {
    bare()
        .pointer("/properties")
        .is_some_and(|keys| keys.get(key).is_some())
}

/// Refuses the first figure of a scenario's text that lies outside the range of its key. Returns the keys that go by a
/// former name, each with its name of today; the schema lists them (`#[schemars(extend("formerly" = "…"))]` beside the
/// serde alias).
pub fn check(text: &str) -> Result<Vec<(String, String)>, Fault> {
    check_against((bare(), bare()), text)
}

/// The same for another kind of file, of which this is the whole schema.
pub(crate) fn check_as(schema: &Json, text: &str) -> Result<(), Fault> {
    check_against((schema, schema), text).map(|_| ())
}

/// The other name of a key of the table at a dotted path: the former one of a name of today, and the reverse.
pub fn other_name(table: &str, key: &str) -> Option<&'static str> {
    let forms = describe::at(bare(), table).into_iter();
    let mut forms = forms.flat_map(|node| describe::forms(bare(), node));
    forms.find_map(|form| {
        let all = form.get("properties")?.as_object()?;
        match all.get(key) {
            Some(known) => known.get("formerly")?.as_str(),
            None => property(form, key)?.1,
        }
    })
}

/// The same for a file of catalogue entries.
pub fn check_entries(text: &str) -> Result<(), Fault> {
    let tables = bare().pointer("/$defs/OwnCatalogue/anyOf/1");
    check_against((bare(), tables.unwrap_or(&Json::Null)), text).map(|_| ())
}

/// Checks a text against a schema; what that refers to is in `root`.
fn check_against(
    (root, schema): (&Json, &Json),
    text: &str,
) -> Result<Vec<(String, String)>, Fault> {
    // Text that is not TOML has been refused by then.
    let Ok(document) = Document::parse(text) else {
        return Ok(Vec::new());
    };
    let mut checker = Checker::new(root, text);
    checker.table(schema, document.as_table())?;
    Ok(checker.former)
}

/// The error of a figure that breaks the rule of its key, with the range as its cure.
pub fn cured(text: &str, mut error: Fault) -> Fault {
    if error.cure.is_empty()
        && let Err(range) = check(text)
        && range.line_column() == error.line_column()
    {
        error.cure = range.cure;
    }
    error
}

/// A scenario's text on the way through its schema.
struct Checker<'a> {
    root: &'a Json,
    text: &'a str,
    /// Where it is, dotted.
    key: String,
    /// Former names met, with those of today.
    former: Vec<(String, String)>,
}

/// The schema of a key by its name of today or its former one, and the name of today where that is another.
fn property<'s>(node: &'s Json, key: &str) -> Option<(&'s Json, Option<&'s str>)> {
    let all = node.get("properties")?.as_object()?;
    let known = all.get(key).map(|schema| (schema, None));
    known.or_else(|| {
        let formerly = |schema: &Json| schema.get("formerly").is_some_and(|name| name == key);
        let (name, schema) = all.iter().find(|(_, schema)| formerly(schema))?;
        Some((schema, Some(name.as_str())))
    })
}

impl<'a> Checker<'a> {
    fn new(root: &'a Json, text: &'a str) -> Self {
        Self {
            root,
            text,
            key: String::new(),
            former: Vec::new(),
        }
    }

    fn table(&mut self, schema: &Json, table: &dyn TableLike) -> Result<(), Fault> {
        for (key, item) in table.iter() {
            let before = self.key.len();
            if before > 0 {
                self.key.push('.');
            }
            self.key.push_str(key);
            each(self.root, schema, &mut |node| {
                let known = property(node, key);
                if let Some((_, Some(name))) = known {
                    self.former.push((self.key.clone(), name.to_owned()));
                }
                let known = known.map(|(schema, _)| schema);
                match known.or_else(|| node.get("additionalProperties")) {
                    Some(of_key) => self.item(of_key, item),
                    None => Ok(()),
                }
            })?;
            self.key.truncate(before);
        }
        Ok(())
    }

    fn item(&mut self, schema: &Json, item: &Item) -> Result<(), Fault> {
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

    fn value(&mut self, schema: &Json, value: &Value) -> Result<(), Fault> {
        let figure = match value {
            Value::Integer(figure) => *figure.value() as f64,
            Value::Float(figure) => *figure.value(),
            Value::InlineTable(table) => return self.table(schema, table),
            Value::Array(list) => return self.list(schema, list.iter(), Self::value),
            _ => return Ok(()),
        };
        each(self.root, schema, &mut |node| {
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
        check: impl Fn(&mut Self, &Json, T) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let entries: Vec<T> = entries.collect();
        each(self.root, schema, &mut |node| {
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

    fn out_of_range(&self, (low, high): (f64, f64), span: Option<Range<usize>>) -> Fault {
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
        let fault = Fault::new(what, cure).at(&*self.key);
        match span {
            Some(span) => fault.in_text(self.text, span),
            None => fault,
        }
    }
}

/// Calls `see` with a schema and all that it refers to or is made of, as long as nothing is wrong.
fn each(
    root: &Json,
    schema: &Json,
    see: &mut dyn FnMut(&Json) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let forms = describe::forms(root, schema);
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

    /// A former name is checked as the present one, and is named with it.
    #[test]
    fn former_names_are_found_and_checked() {
        let text =
            "[workload.trace.swf]\nfile = 'x'\nkeep = 0.5\n[workload.batch]\nlike = 'philly'\n";
        let name = |old: &str, new: &str| (old.to_owned(), new.to_owned());
        assert_eq!(
            check(text).unwrap(),
            [
                name("workload.trace.swf.keep", "sample_fraction"),
                name("workload.batch.like", "preset")
            ]
        );
        let error = check(&text.replace("0.5", "5")).unwrap_err();
        assert!(error.what.contains("swf.keep = 5"), "{}", error.what);
        assert!(check(TEXT).unwrap().is_empty());
    }

    #[test]
    fn a_renamed_key_has_its_range_under_its_old_name() {
        let text = |key: &str, figure: &str| {
            format!("{TEXT}[workload.diffusion]\nmodel = 'flux.1-dev'\n{key} = {figure}\n")
        };
        for key in ["images_per_hour", "pictures_per_hour"] {
            assert!(check(&text(key, "100")).is_ok(), "{key}");
            let error = check(&text(key, "1e15")).unwrap_err();
            assert!(error.what.contains(key), "{}", error.what);
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

    /// Editor help of a key: its meaning, the unit and range of a figure, and what holds where none is given.
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
