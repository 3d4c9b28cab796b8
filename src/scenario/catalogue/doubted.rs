//! Every figure in doubt, of the built-in entries and of the scenario's defaults.

use std::collections::BTreeSet;

use serde_json::Value as Json;
use toml::{Table, Value};

use super::doubt::paths::{at, figures, leaves};
use super::doubt::raw;
use super::kind::Kind;
use crate::describe::Doubt;
use crate::scenario::ranges;

/// A figure in doubt.
#[derive(Debug, Clone, PartialEq)]
pub struct Doubted {
    /// The kind of its entry; `scenario` for a default of the scenario file.
    pub kind: &'static str,
    /// The entry's name; empty for a default.
    pub entry: String,
    /// Its key, dotted.
    pub key: String,
    /// What is stated there.
    pub value: String,
    /// What is credible.
    pub doubt: Doubt,
    /// The entry's source; empty for a default.
    pub source: String,
}

/// Every figure in doubt: of the built-in entries in the order of the kinds, then the defaults of the scenario file.
pub fn doubts() -> Vec<Doubted> {
    let mut all = Vec::new();
    for &kind in Kind::ALL {
        let entries = raw(kind.name()).unwrap_or_default();
        for (name, entry) in &entries {
            let entry = entry.as_table();
            all.extend(entry.into_iter().flat_map(|entry| of(kind, name, entry)));
        }
    }
    each_default(&mut |node, path| {
        let value = node.get("default").filter(|value| !value.is_null());
        all.push(Doubted {
            kind: "scenario",
            entry: String::new(),
            key: path.to_owned(),
            value: value.map_or_else(String::new, |value| match value.as_f64() {
                Some(figure) => figure.to_string(),
                None => value.to_string(),
            }),
            doubt: serde_json::from_value(node["doubt"].clone()).unwrap_or_default(),
            source: String::new(),
        });
    });
    all
}

/// The figures in doubt of one built-in entry, by the names under which it is listed: `ups`, `eco` or `electrical`,
/// `ups.eco`.
pub fn doubts_of(kind: &str, name: &str) -> Vec<Doubted> {
    let listed = |of: Kind| {
        if of.name() == kind {
            return Some((of, name));
        }
        let (group, name) = name.split_once('.').filter(|_| kind == "electrical")?;
        (of.group() == Some(group)).then_some((of, name))
    };
    let Some((kind, name)) = Kind::ALL.iter().find_map(|&of| listed(of)) else {
        return Vec::new();
    };
    let entries = raw(kind.name()).unwrap_or_default();
    let entry = entries.get(name).and_then(Value::as_table);
    entry.map_or_else(Vec::new, |entry| of(kind, name, entry))
}

/// Of one entry.
pub(super) fn of(kind: Kind, name: &str, entry: &Table) -> Vec<Doubted> {
    let source = entry.get("source").and_then(Value::as_str);
    let stated = |(key, doubt): (String, Doubt)| Doubted {
        kind: kind.name(),
        entry: name.into(),
        value: shown(entry, &key),
        key,
        doubt,
        source: source.unwrap_or_default().into(),
    };
    let leaves = leaves(entry).into_iter();
    let read = leaves.filter_map(|(key, leaf)| Some((key, leaf.try_into().ok()?)));
    read.map(stated).collect()
}

/// The value at a key, short.
fn shown(entry: &Table, key: &str) -> String {
    let figures = figures(entry, key);
    let all = figures.iter().map(|(_, figure)| figure.to_string());
    match (&figures[..], at(entry, key).first()) {
        ([], Some(name)) => name.to_string().trim_matches('"').to_owned(),
        ([_, _, _, _, ..], _) => format!("{} figures", figures.len()),
        _ => all.collect::<Vec<_>>().join(", "),
    }
}

/// Sees each key of the scenario file whose schema says `doubt`, each definition once, with the first path that leads there.
pub fn each_default(see: &mut dyn FnMut(&'static Json, &str)) {
    defaults(ranges::schema(), "", &mut BTreeSet::new(), see);
}

fn defaults(
    node: &'static Json,
    path: &str,
    seen: &mut BTreeSet<&'static str>,
    see: &mut dyn FnMut(&'static Json, &str),
) {
    if node.get("doubt").is_some() {
        see(node, path);
    }
    if let Some(named) = node.get("$ref").and_then(Json::as_str)
        && seen.insert(named)
        && let Some(named) = ranges::schema().pointer(named.trim_start_matches('#'))
    {
        defaults(named, path, seen, see);
    }
    let dot = if path.is_empty() { "" } else { "." };
    for (key, inner) in node
        .get("properties")
        .and_then(Json::as_object)
        .into_iter()
        .flatten()
    {
        // Entries of a catalogue have their own doubt.
        if !(path.is_empty() && key == "catalogue") {
            defaults(inner, &format!("{path}{dot}{key}"), seen, see);
        }
    }
    if let Some(each) = node.get("items") {
        defaults(each, &format!("{path}[]"), seen, see);
    }
    for forms in ["anyOf", "oneOf", "allOf", "prefixItems"] {
        let forms = node.get(forms).and_then(Json::as_array);
        for form in forms.into_iter().flatten() {
            defaults(form, path, seen, see);
        }
    }
}
