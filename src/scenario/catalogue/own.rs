//! The user's own entries, over those that are built in.
//!
//! ```toml
//! [catalogue.servers.ours]      # in the scenario, or in a file: catalogue = "ours.toml"
//! like = "hgx-h100"             # everything that is not given here is as there
//! host_idle_w = 1360
//! ```
//!
//! A table within an entry is merged key by key where it shares a key with the one it is like, and replaces it where it
//! shares none (another kind of curve). Lists are replaced whole. An entry with the name of a built-in one changes that one.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{MapAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use toml::{Table, Value};

use super::entry::fault;
use super::kind::Kind;
use super::{Catalogue, built_in, doubt, plausible};
use crate::describe::{Fault, FilePath, suggest};
use crate::scenario::{ranges, text, text_of, wording};

/// `catalogue` of a scenario: tables, or the name of a file that holds the same tables without `catalogue.` before them.
#[derive(Debug, Clone, PartialEq)]
pub enum Own {
    /// A TOML file; relative to the scenario file.
    File(FilePath),
    /// Entries as given.
    Tables(Tables),
}

/// Entries by kind and name, as written.
pub type Tables = BTreeMap<Kind, BTreeMap<String, Table>>;

/// The catalogue of one scenario.
pub struct Assembled {
    /// Built-in entries with the user's own over them.
    pub catalogue: Catalogue,
    /// The user's own entries, complete.
    pub complete: Tables,
    /// What they change, a line each: kind and name, then what differs.
    pub changes: Vec<(String, String)>,
    /// The entry that each is like, by kind and name.
    pub like: BTreeMap<(Kind, String), String>,
    /// The file they were read from, where there is one.
    pub file: Option<PathBuf>,
}

impl Own {
    /// Puts the entries over the built-in catalogue. `scenario` is the scenario's text and path, for errors.
    pub fn assemble(&self, scenario: (&str, &Path)) -> Result<Assembled, Fault> {
        match self {
            Self::Tables(tables) => {
                ranges::check(scenario.0).map_err(|error| error.in_file(scenario.1, None))?;
                assemble(tables, None).map_err(|fault| {
                    located(scenario.0, fault.within("catalogue")).in_file(scenario.1, None)
                })
            }
            Self::File(file) => {
                let path = scenario.1.parent().unwrap_or(Path::new("")).join(file);
                let unreadable = |mut fault: Fault| {
                    "give the path of a TOML file with tables such as [servers.ours], relative to the scenario"
                        .clone_into(&mut fault.cure);
                    located(scenario.0, fault.named_by("catalogue")).in_file(scenario.1, None)
                };
                let content = text_of(&path).map_err(unreadable)?;
                let tables: Tables = if content.trim().is_empty() {
                    Tables::new()
                } else {
                    text::read_as(&content, &wording::CATALOGUE).map_err(|mut error| {
                        // As they stand in a scenario.
                        if error.what.ends_with("'catalogue'") {
                            error.cure = "in a file of its own the tables are named [servers.ours], without catalogue.".into();
                        }
                        error.in_file(&path, None)
                    })?
                };
                ranges::check_entries(&content).map_err(|error| error.in_file(&path, None))?;
                assemble(&tables, Some(path.clone()))
                    .map_err(|fault| located(&content, fault).in_file(&path, None))
            }
        }
    }
}

/// The fault with the place of its key in a text.
fn located(content: &str, fault: Fault) -> Fault {
    match fault.key().and_then(|key| text::locate(content, key)) {
        Some(span) => fault.in_text(content, span),
        None => fault,
    }
}

fn assemble(tables: &Tables, file: Option<PathBuf>) -> Result<Assembled, Fault> {
    let mut catalogue = built_in().clone();
    let mut complete = Tables::new();
    let mut changes = Vec::new();
    let mut likes = BTreeMap::new();
    for (&kind, entries) in tables {
        let built_in = doubt::complete(kind);
        for name in entries.keys() {
            let known = Known {
                kind,
                built_in,
                own: entries,
            };
            let (mut entry, like) = known.resolve(name, &mut Vec::new())?;
            entry
                .entry("name")
                .or_insert_with(|| Value::String(name.clone()));
            if !entries[name].contains_key("source") {
                let theirs = like
                    .as_ref()
                    .and_then(|(_, base)| base.get("source")?.as_str());
                let source = match theirs {
                    Some(theirs) => format!("the user's own, else: {theirs}"),
                    None => "the user's own".into(),
                };
                entry.insert("source".into(), Value::String(source));
            }
            kind.insert(&mut catalogue, name, entry.clone())?;
            plausible::check(kind, name, &entry)?;
            doubt::check(kind, name, &entry)?;
            changes.push(describe(kind, name, like.as_ref(), &entries[name]));
            if let Some((like, _)) = like {
                likes.insert((kind, name.clone()), like);
            }
            complete
                .entry(kind)
                .or_default()
                .insert(name.clone(), entry);
        }
    }
    for (&kind, entries) in tables {
        for name in entries.keys() {
            plausible::check_names(kind, name, &catalogue)?;
        }
    }
    Ok(Assembled {
        catalogue,
        complete,
        changes,
        like: likes,
        file,
    })
}

/// The entries of one kind.
struct Known<'a> {
    kind: Kind,
    built_in: &'a Table,
    own: &'a BTreeMap<String, Table>,
}

impl Known<'_> {
    /// The entry with everything it takes from the one it is like, and that one with its name.
    fn resolve(
        &self,
        name: &str,
        trail: &mut Vec<String>,
    ) -> Result<(Table, Option<(String, Table)>), Fault> {
        let mut own = self.own[name].clone();
        let key = [self.kind.name(), name, "like"];
        let like = match own.remove("like") {
            Some(Value::String(like)) => Some(like),
            Some(other) => {
                let what = format!("{other} is not the name of an entry");
                return Err(fault(
                    &key,
                    what,
                    "put a name in quotes, for example like = \"hgx-h100\"",
                ));
            }
            // The name of a built-in entry alone means: that one, changed.
            None => self.built_in.contains_key(name).then(|| name.to_owned()),
        };
        let Some(like) = like else {
            doubt::expand(self.kind, name, &mut own)?;
            return Ok((own, None));
        };
        trail.push(name.to_owned());
        let theirs = self.own.contains_key(&like) && like != name;
        let base = if theirs && trail.contains(&like) {
            let what = format!(
                "entries are like each other in a circle: {}",
                trail.join(", ")
            );
            return Err(fault(
                &key,
                what,
                "let one of them be like a built-in entry, or like none",
            ));
        } else if theirs {
            self.resolve(&like, trail)?.0
        } else if let Some(Value::Table(base)) = self.built_in.get(&like) {
            base.clone()
        } else {
            let known = self.built_in.keys().chain(self.own.keys());
            let known: Vec<_> = known
                .map(String::as_str)
                .filter(|known| *known != name)
                .collect();
            let what = format!("there is no '{like}' among the {}", self.kind.name());
            return Err(fault(&key, what, suggest(&like, known)));
        };
        let mut merged = base.clone();
        let (theirs, ours) = (merged.remove("doubt"), own.remove("doubt"));
        merge(&mut merged, &own);
        doubt::inherit(&mut merged, theirs, &own, ours);
        doubt::expand(self.kind, name, &mut merged)?;
        Ok((merged, Some((like, base))))
    }
}

fn merge(base: &mut Table, own: &Table) {
    for (key, value) in own {
        match (base.get_mut(key), value) {
            (Some(Value::Table(theirs)), Value::Table(ours))
                if ours.keys().any(|key| theirs.contains_key(key)) =>
            {
                merge(theirs, ours);
            }
            _ => {
                base.insert(key.clone(), value.clone());
            }
        }
    }
}

/// What an entry changes, for people.
fn describe(
    kind: Kind,
    name: &str,
    like: Option<&(String, Table)>,
    own: &Table,
) -> (String, String) {
    let label = format!("{}.{name}", kind.name());
    let Some((like, base)) = like else {
        return (label, "figures of the user".into());
    };
    let mut changed = Vec::new();
    differences(own, Some(base), "", &mut changed);
    let changed = if changed.is_empty() {
        "nothing changed".into()
    } else {
        changed.join(", ")
    };
    (label, format!("as the entry {like}, but {changed}"))
}

fn differences(own: &Table, base: Option<&Table>, prefix: &str, into: &mut Vec<String>) {
    for (key, value) in own {
        if matches!(
            key.as_str(),
            "like" | "name" | "source" | "note" | "doubt" | "unconfirmed"
        ) {
            continue;
        }
        let theirs = base.and_then(|base| base.get(key));
        match (value, theirs) {
            (Value::Table(inner), theirs) => {
                let theirs = theirs.and_then(Value::as_table);
                differences(inner, theirs, &format!("{prefix}{key}."), into);
            }
            (Value::Array(_), _) => into.push(format!("{prefix}{key}")),
            (value, Some(theirs)) => into.push(format!("{prefix}{key} = {value} ({theirs})")),
            (value, None) => into.push(format!("{prefix}{key} = {value}")),
        }
    }
}

impl<'de> Deserialize<'de> for Own {
    fn deserialize<D: Deserializer<'de>>(de: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Own;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("tables of entries or the name of a TOML file")
            }

            fn visit_str<E>(self, file: &str) -> Result<Own, E> {
                Ok(Own::File(file.into()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Own, A::Error> {
                Tables::deserialize(MapAccessDeserializer::new(map)).map(Own::Tables)
            }
        }
        de.deserialize_any(Either)
    }
}

impl Serialize for Own {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::File(file) => file.serialize(to),
            Self::Tables(tables) => tables.serialize(to),
        }
    }
}

impl JsonSchema for Own {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "OwnCatalogue".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut kinds = serde_json::Map::new();
        for kind in Kind::ALL {
            let mut entry = kind.schema();
            forget_required(&mut entry);
            if let Some(properties) = entry.get_mut("properties").and_then(|p| p.as_object_mut()) {
                properties.insert(
                    "like".into(),
                    serde_json::json!({ "type": "string", "description": "An entry of the same kind that gives what is not stated here." }),
                );
            }
            // Put in, not copied as the macro does: these are large.
            let mut entries = serde_json::json!({ "type": "object" });
            entries["additionalProperties"] = entry;
            kinds.insert(kind.name().into(), entries);
        }
        let mut tables = serde_json::json!({ "type": "object" });
        tables["properties"] = kinds.into();
        tables["additionalProperties"] = false.into();
        let mut schema = schemars::json_schema!({
            "description": "The user's own entries by kind and name, or a TOML file that holds such tables.",
        });
        let forms = vec![FilePath::json_schema(generator).to_value(), tables];
        schema.insert("anyOf".into(), forms.into());
        schema
    }
}

/// With `like` every key may be left out, at every depth.
fn forget_required(schema: &mut serde_json::Value) {
    match schema {
        serde_json::Value::Object(object) => {
            if object
                .get("required")
                .is_some_and(serde_json::Value::is_array)
            {
                object.remove("required");
            }
            object.values_mut().for_each(forget_required);
        }
        serde_json::Value::Array(list) => list.iter_mut().for_each(forget_required),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
