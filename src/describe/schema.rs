//! Description of a configuration, read from its JSON schema.
//!
//! ```text
//! table    an object with properties, at a dotted path from the root: hall.cooling.air
//! family   an externally tagged enum: exactly one of its tables is given
//! key      a property: what it takes, default, range, unit, meaning
//! ```
//!
//! Documents, messages and checks read it here, so that a new table shows up in all of them by itself.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::path::PATH;
use super::unit;

/// A node, and all that it refers to or is made of.
pub fn forms<'s>(root: &'s Json, node: &'s Json) -> Vec<&'s Json> {
    let mut all = vec![node];
    let named = node.get("$ref").and_then(Json::as_str);
    let named = named.and_then(|path| root.pointer(path.trim_start_matches('#')));
    all.extend(named.into_iter().flat_map(|named| forms(root, named)));
    for parts in ["anyOf", "oneOf", "allOf"] {
        let parts = node.get(parts).and_then(Json::as_array);
        all.extend(
            parts
                .into_iter()
                .flatten()
                .flat_map(|part| forms(root, part)),
        );
    }
    all
}

/// Allowed content of a key of a table, or of an entry of a list: the nodes of all forms that know it.
pub fn below<'s>(root: &'s Json, nodes: &[&'s Json], part: &str) -> Vec<&'s Json> {
    let forms = nodes.iter().flat_map(|node| forms(root, node));
    let within = |form: &'s Json| {
        let property = form.get("properties").and_then(|all| all.get(part));
        let other = || {
            form.get("additionalProperties")
                .or_else(|| form.get("items"))
        };
        property.or_else(other)
    };
    forms.filter_map(within).collect()
}

/// Allowed content at a dotted path; the entries of a list are at its own. Nothing where no table knows the path.
pub fn at<'s>(root: &'s Json, path: &str) -> Vec<&'s Json> {
    let parts = path.split('.').filter(|part| !part.is_empty());
    parts.fold(vec![root], |nodes, part| {
        let mut found = below(root, &nodes, part);
        found.retain(|node| !node.is_boolean());
        let entries: Vec<_> = found.iter().filter_map(|node| node.get("items")).collect();
        if entries.is_empty() { found } else { entries }
    })
}

/// Whether a value of these nodes names a file.
pub fn is_file(root: &Json, nodes: &[&Json]) -> bool {
    let mut forms = nodes.iter().flat_map(|node| forms(root, node));
    forms.any(|form| form.get("format").is_some_and(|format| format == PATH))
}

/// The kinds of which one is given, where the node is such a choice: the name of each and its description.
pub fn family<'s>(root: &'s Json, node: &'s Json) -> Vec<(&'s str, &'s Json)> {
    for form in forms(root, node) {
        let kinds = form.get("oneOf").and_then(Json::as_array);
        let kinds = kinds.into_iter().flatten().map(only_key);
        if let Some(kinds) = kinds.collect::<Option<Vec<_>>>()
            && !kinds.is_empty()
        {
            return kinds;
        }
    }
    Vec::new()
}

/// The only key of a table that is named after it.
fn only_key(form: &Json) -> Option<(&str, &Json)> {
    let properties = form.get("properties")?.as_object()?;
    let closed = form.get("additionalProperties") == Some(&Json::Bool(false));
    let (name, _) = properties.iter().next().filter(|_| properties.len() == 1)?;
    (closed && form["required"] == json!([name])).then_some((name.as_str(), form))
}

/// A table of keys.
#[derive(Debug, Clone)]
pub struct Table<'s> {
    /// Where it is given, dotted from the root.
    pub paths: Vec<String>,
    /// Its object in the schema.
    pub node: &'s Json,
}

impl<'s> Table<'s> {
    /// Its kind.
    pub fn meaning(&self) -> String {
        text(self.node)
    }

    /// Its keys.
    pub fn keys(&self) -> impl Iterator<Item = Key<'s>> {
        let required = self.node.get("required").and_then(Json::as_array);
        let properties = self.node["properties"].as_object();
        properties.into_iter().flatten().map(move |(name, node)| {
            let mut required = required.into_iter().flatten();
            Key {
                name,
                node,
                required: required.any(|one| one == name),
            }
        })
    }
}

/// All tables below the root, those nearer to it first; each once, with all its paths. What lies below `but` is left out.
pub fn tables<'s>(root: &'s Json, but: &[&str]) -> Vec<Table<'s>> {
    let mut all: Vec<Table<'s>> = Vec::new();
    let mut known: BTreeMap<*const Json, usize> = BTreeMap::new();
    let mut level = vec![(String::new(), root)];
    while !level.is_empty() {
        let mut next = Vec::new();
        for (path, node) in level {
            let kinds = family(root, node);
            for form in forms(root, node) {
                let Some(properties) = form.get("properties").and_then(Json::as_object) else {
                    if let Some(entry) = form.get("items") {
                        next.push((path.clone(), entry));
                    }
                    continue;
                };
                let of_family = kinds.iter().any(|(_, kind)| std::ptr::eq(*kind, form));
                if !of_family {
                    if let Some(&at) = known.get(&std::ptr::from_ref(form)) {
                        all[at].paths.push(path.clone());
                        continue;
                    }
                    known.insert(std::ptr::from_ref(form), all.len());
                    all.push(Table {
                        paths: vec![path.clone()],
                        node: form,
                    });
                } else if known.insert(std::ptr::from_ref(form), usize::MAX).is_some() {
                    continue;
                }
                for (key, node) in properties {
                    let dot = if path.is_empty() { "" } else { "." };
                    let path = format!("{path}{dot}{key}");
                    if !but.contains(&path.as_str()) {
                        next.push((path, node));
                    }
                }
            }
        }
        level = next;
    }
    all
}

/// A key of a table.
#[derive(Debug, Clone, Copy)]
pub struct Key<'s> {
    /// Its name.
    pub name: &'s str,
    /// Its schema.
    pub node: &'s Json,
    /// Whether its table must give it.
    pub required: bool,
}

impl Key<'_> {
    /// Kind of its value.
    pub fn takes(&self, root: &Json) -> String {
        takes(root, self.node)
    }

    /// The value that holds where none is given.
    pub fn default(&self) -> Option<&Json> {
        self.node.get("default").filter(|value| !value.is_null())
    }

    /// The figures that it, or each entry of its list, may hold.
    pub fn range(&self, root: &Json) -> Option<(f64, f64)> {
        figure(root, self.node).and_then(|figure| {
            let limit = |name: &str| figure[name].as_f64();
            Some((limit("minimum")?, limit("maximum")?))
        })
    }

    /// The unit of its figures.
    pub fn unit(&self, root: &Json) -> Option<String> {
        figure(root, self.node)?;
        let text = self.node.get("unit").and_then(Json::as_str);
        text.map(str::to_owned)
    }

    /// Meaning; that of the type it refers to, where it has none itself.
    pub fn meaning(&self, root: &Json) -> String {
        let forms = forms(root, self.node);
        let texts = forms.into_iter().map(text);
        texts
            .into_iter()
            .find(|text| !text.is_empty())
            .unwrap_or_default()
    }

    /// The words that it takes, and what each means.
    pub fn words(&self, root: &Json) -> Vec<(String, String)> {
        let mut words = Vec::new();
        for form in forms(root, self.node) {
            let items = form
                .get("items")
                .map_or(Vec::new(), |items| forms_of_words(root, items));
            words.extend(items);
            words.extend(word(form));
        }
        words
    }
}

fn forms_of_words(root: &Json, node: &Json) -> Vec<(String, String)> {
    forms(root, node).into_iter().flat_map(word).collect()
}

/// The words of one form.
fn word(form: &Json) -> Vec<(String, String)> {
    let listed = form.get("enum").and_then(Json::as_array);
    let listed = listed.into_iter().flatten().filter_map(Json::as_str);
    let one = form.get("const").and_then(Json::as_str);
    let one = one.map(|word| (word.to_owned(), text(form)));
    listed
        .map(|word| (word.to_owned(), String::new()))
        .chain(one)
        .collect()
}

/// The form that is a figure, of the node or of the entries of its list.
fn figure<'s>(root: &'s Json, node: &'s Json) -> Option<&'s Json> {
    let forms = forms(root, node);
    let figure = forms
        .iter()
        .find(|form| is(form, "number") || is(form, "integer"));
    figure.copied().or_else(|| {
        let mut entries = forms.iter().filter_map(|form| form.get("items"));
        entries.find_map(|entry| figure_of_entry(root, entry))
    })
}

fn figure_of_entry<'s>(root: &'s Json, entry: &'s Json) -> Option<&'s Json> {
    let mut forms = forms(root, entry).into_iter();
    forms.find(|form| is(form, "number") || is(form, "integer"))
}

fn is(form: &Json, named: &str) -> bool {
    match form.get("type") {
        Some(Json::Array(all)) => all.iter().any(|one| one == named),
        one => one.is_some_and(|one| one == named),
    }
}

fn text(node: &Json) -> String {
    let text = node
        .get("description")
        .and_then(Json::as_str)
        .unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn takes(root: &Json, node: &Json) -> String {
    if !family(root, node).is_empty() {
        return "one table".into();
    }
    let mut all: Vec<String> = Vec::new();
    for form in forms(root, node) {
        let one = if form.get("const").is_some() || form.get("enum").is_some() {
            "word".into()
        } else if is(form, "number") {
            "number".into()
        } else if is(form, "integer") {
            "whole number".into()
        } else if is(form, "boolean") {
            "true or false".into()
        } else if is(form, "array") {
            format!("list of {}s", takes(root, &form["items"]))
        } else if is(form, "object") {
            "table".into()
        } else if is(form, "string") {
            let file = form.get("format").is_some_and(|format| format == PATH);
            if file { "file".into() } else { "text".into() }
        } else {
            continue;
        };
        if !all.contains(&one) {
            all.push(one);
        }
    }
    all.join(" or ")
}

/// Gives every figure its unit by the name of its key, where no attribute has given one.
pub fn annotate(node: &mut Json) {
    if let Some(properties) = node.get_mut("properties").and_then(Json::as_object_mut) {
        for (name, property) in properties {
            let figure = ["number", "integer"];
            let counts = is(property, "integer");
            let is_figure = |of: &Json| figure.iter().any(|kind| is(of, kind));
            let entry = property.get("items").cloned().unwrap_or_default();
            let refers = property.get("$ref").is_some() || property.get("anyOf").is_some();
            let plain = || {
                let limit = |name: &str| property[name].as_f64();
                let share =
                    limit("minimum") >= Some(0.0) && limit("maximum").is_some_and(|max| max <= 1.0);
                (counts || is(&entry, "integer") || share).then_some(unit::NONE)
            };
            let by_name = unit::of(name);
            let unit = if is_figure(property) || is_figure(&entry) {
                by_name.or_else(plain)
            } else if refers {
                by_name.filter(|_| name.contains('_'))
            } else {
                None
            };
            if let (Some(unit), Some(property)) = (unit, property.as_object_mut()) {
                property.entry("unit").or_insert_with(|| unit.into());
            }
        }
    }
    match node {
        Json::Object(all) => all.values_mut().for_each(annotate),
        Json::Array(all) => all.iter_mut().for_each(annotate),
        _ => {}
    }
}
