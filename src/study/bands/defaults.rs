//! The scenario's defaults that are in doubt and that the user's text does not state, found by the schema.
//!
//! A default goes by the name under which `coldaisle catalogue doubt` lists it: two halls, or a site's plant and a hall's, share
//! the one doubt of their kind. A key that has no default in the schema counts where the schema says what holds `otherwise`; a table,
//! where it says so of it: the default of a room that stands beside tanks.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value as Json;

use super::input::Law;
use crate::describe::{Doubt, schema};
use crate::scenario::{Scenario, catalogue, ranges};

/// A default in doubt, at one place of a scenario.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Default {
    /// Its name, as it is listed.
    pub(super) listed: &'static str,
    /// The parts of its key, lists by number.
    pub(super) path: Vec<String>,
    pub(super) doubt: Doubt,
    /// What holds where nothing is stated.
    pub(super) stated: f64,
    /// Whether it is a whole number.
    pub(super) whole: bool,
}

impl Default {
    /// How it is drawn.
    pub(super) fn law(&self) -> Option<Law> {
        Law::of(&self.doubt, Some(self.stated), None, self.whole)
    }
}

/// Those of a scenario, with its defaults filled in, and of the text that it was read from.
pub(super) fn defaults(scenario: &Scenario, text: &str) -> Vec<Default> {
    let filled = serde_json::to_value(scenario).unwrap_or_default();
    let stated: Json = toml::from_str(text).unwrap_or_default();
    let mut walk = Walk {
        path: Vec::new(),
        found: Vec::new(),
    };
    walk.table(ranges::schema(), Some(&filled), Some(&stated));
    walk.found
}

/// The listed name of each key in doubt, by its place in the schema.
fn listed(node: &'static Json) -> Option<&'static str> {
    static NAMES: LazyLock<BTreeMap<usize, String>> = LazyLock::new(|| {
        let mut names = BTreeMap::new();
        catalogue::each_default(&mut |node, path| {
            names.insert(std::ptr::from_ref(node).addr(), path.to_owned());
        });
        names
    });
    let name = NAMES.get(&std::ptr::from_ref(node).addr());
    name.map(String::as_str)
}

struct Walk {
    path: Vec<String>,
    found: Vec<Default>,
}

impl Walk {
    /// A value that the scenario has, or the defaults of a table that it leaves out.
    fn table(&mut self, node: &'static Json, filled: Option<&Json>, stated: Option<&Json>) {
        for form in schema::forms(ranges::schema(), node) {
            if let (Some(each), Some(list)) = (form.get("items"), filled.and_then(Json::as_array)) {
                for (index, filled) in list.iter().enumerate() {
                    self.path.push(index.to_string());
                    self.table(each, Some(filled), stated.and_then(|list| list.get(index)));
                    self.path.pop();
                }
            }
            let keys = form.get("properties").and_then(Json::as_object);
            // A word in place of a table leaves nothing of it to default.
            if filled.is_some_and(|filled| !filled.is_object()) {
                continue;
            }
            let only = node.get("only").and_then(Json::as_array);
            for (name, key) in keys.into_iter().flatten() {
                if only.is_some_and(|only| !only.iter().any(|one| one == name)) {
                    continue; // what the table may not give there
                }
                if self.path.is_empty() && name == "catalogue" {
                    continue; // entries have their own doubt
                }
                let required = form.get("required").and_then(Json::as_array);
                let required = required.is_some_and(|all| all.iter().any(|one| one == name));
                self.path.push(name.clone());
                let former = key.get("formerly").and_then(Json::as_str);
                let of = |table: &Json| {
                    let value = table.get(name).or_else(|| table.get(former?));
                    value.cloned()
                };
                let stated = stated.and_then(of);
                let filled = filled.and_then(|table| table.get(name));
                self.key(key, required, filled, stated.as_ref());
                self.path.pop();
            }
        }
    }

    fn key(
        &mut self,
        key: &'static Json,
        required: bool,
        filled: Option<&Json>,
        stated: Option<&Json>,
    ) {
        let filled = filled.filter(|value| !value.is_null());
        let default = key.get("default").filter(|value| !value.is_null());
        if key.get("doubt").is_some() {
            if stated.is_none() {
                self.figure(key, filled.or(default).or_else(|| key.get("otherwise")));
            }
        } else if filled.is_some() || key.get("otherwise").is_some() || !(required || absent(key)) {
            // A table that is left out where it is all defaults.
            self.table(key, filled.or(default), stated);
        }
    }

    fn figure(&mut self, key: &'static Json, value: Option<&Json>) {
        let (Some(stated), Some(listed)) = (value.and_then(Json::as_f64), listed(key)) else {
            return;
        };
        let whole = key.get("type").is_some_and(|kind| match kind {
            Json::Array(all) => all.iter().any(|one| one == "integer"),
            one => one == "integer",
        });
        self.found.push(Default {
            listed,
            path: self.path.clone(),
            doubt: serde_json::from_value(key["doubt"].clone()).unwrap_or_default(),
            stated,
            whole,
        });
    }
}

/// Whether a key may be left out without a default in its place.
fn absent(key: &'static Json) -> bool {
    schema::forms(ranges::schema(), key)
        .iter()
        .any(|form| match form.get("type") {
            Some(Json::Array(all)) => all.iter().any(|one| one == "null"),
            one => one.is_some_and(|one| one == "null"),
        })
}
