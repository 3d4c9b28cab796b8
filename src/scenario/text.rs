//! The scenario's text: `--set`, reading with places, and finding a key's place again.

use std::ops::Range;

use serde::de::DeserializeOwned;
use toml_edit::{Document, DocumentMut, Item, Table, Value};

use super::error::ScenarioError;
use super::wording::{self, explain};

/// Applies `KEY=VALUE` to a scenario's text and keeps the rest as it is.
///
/// A key is dotted; list entries go by number from 0 or by their `name` (`hall.0.racks`, `hall.north.racks`). A
/// value is TOML where it reads as TOML, otherwise a string.
pub fn set(text: &str, assignment: &str) -> Result<String, ScenarioError> {
    let usage =
        "use --set KEY=VALUE, for example --set hall.0.racks=128 or --set site.climate=dublin";
    let Some((key, value)) = assignment.split_once('=') else {
        return Err(ScenarioError::new(
            format!("--set {assignment}: there is no '='"),
            usage,
        ));
    };
    let mut document: DocumentMut = text
        .parse()
        .map_err(|error: toml_edit::TomlError| syntax_error(text, &error))?;
    let value = match value.trim().parse::<Value>() {
        // No key is a TOML date: those of a scenario are text.
        Ok(parsed) if !parsed.is_datetime() => parsed,
        _ => Value::from(value.trim()),
    };
    let path: Vec<&str> = key.trim().split('.').map(str::trim).collect();
    if path.iter().any(|part| part.is_empty()) {
        return Err(ScenarioError::new(
            format!("--set {assignment}: the key is incomplete"),
            usage,
        ));
    }
    if path.len() > DEEPEST {
        return Err(ScenarioError::new(
            format!("--set: a key of {} parts", path.len()),
            usage,
        ));
    }
    let value = from_here(value, &mut path.clone());
    insert(document.as_table_mut(), &path, value)
        .map_err(|what| ScenarioError::new(format!("--set {assignment}: {what}"), usage))?;
    // A site has one weather: setting it replaces what the file has, under whichever key.
    let replaced = match path.as_slice() {
        ["site", "weather"] => Some("climate"),
        ["site", "climate"] => Some("weather"),
        _ => None,
    };
    if let (Some(key), Some(site)) = (
        replaced,
        document.get_mut("site").and_then(Item::as_table_like_mut),
    ) {
        site.remove(key);
    }
    Ok(document.to_string())
}

/// Keys that name files.
const FILES: &[&[&str]] = &[
    &["catalogue"],
    &["site", "weather"],
    &["site", "price_usd_mwh"],
    &["site", "price_usd_mwh", "file"],
    &["site", "carbon_g_kwh"],
    &["site", "carbon_g_kwh", "file"],
    &["workload", "profile", "file"],
    &["workload", "trace", "swf", "file"],
    &["workload", "trace", "jobs", "file"],
    &["workload", "trace", "alibaba", "pods"],
    &["workload", "trace", "alibaba", "nodes"],
    &["workload", "trace", "raps", "file"],
    &["workload", "trace", "azure", "file"],
    &["workload", "trace", "mooncake", "file"],
    &["workload", "trace", "philly", "file"],
    &["workload", "trace", "mlperf", "file"],
    &["workload", "trace", "telemetry", "file"],
];

/// Paths within a value made absolute where the file lies in the current folder: who types one means that. Others
/// stay, and count from the scenario's folder.
fn from_here(value: Value, key: &mut Vec<&str>) -> Value {
    match value {
        Value::String(text) if FILES.contains(&key.as_slice()) => {
            let path = std::path::Path::new(text.value());
            let absolute = std::path::absolute(path).ok();
            match absolute.as_ref().and_then(|path| path.to_str()) {
                Some(absolute) if path.is_relative() && path.exists() => Value::from(absolute),
                _ => Value::String(text),
            }
        }
        Value::InlineTable(table) => {
            let anchored = table.into_iter().map(|(name, value)| {
                let known = FILES.iter().find_map(|file| {
                    let (head, tail) = file.split_at_checked(key.len())?;
                    let next = *tail.first()?;
                    (head == key.as_slice() && next == name).then_some(next)
                });
                let value = match known {
                    Some(known) => {
                        key.push(known);
                        let value = from_here(value, key);
                        key.pop();
                        value
                    }
                    None => value,
                };
                (name, value)
            });
            Value::InlineTable(anchored.collect())
        }
        other => other,
    }
}

/// No key of a scenario has as many parts; far more would exhaust the stack.
const DEEPEST: usize = 16;

fn insert(table: &mut Table, path: &[&str], value: Value) -> Result<(), String> {
    let Some((&first, rest)) = path.split_first() else {
        return Ok(());
    };
    if rest.is_empty() {
        match table.get_mut(first) {
            Some(Item::Table(_) | Item::ArrayOfTables(_)) if !value.is_inline_table() => {
                return Err(format!("'{first}' is a table; set one of its keys"));
            }
            _ => table[first] = Item::Value(value),
        }
        return Ok(());
    }
    let entry = table.entry(first).or_insert_with(|| {
        let mut new = Table::new();
        new.set_implicit(true);
        Item::Table(new)
    });
    match entry {
        Item::Table(inner) => insert(inner, rest, value),
        Item::ArrayOfTables(list) => {
            let names: Vec<String> = list
                .iter()
                .map(|entry| {
                    entry
                        .get("name")
                        .and_then(Item::as_str)
                        .unwrap_or("")
                        .to_owned()
                })
                .collect();
            let index = rest[0]
                .parse::<usize>()
                .ok()
                .filter(|&index| index < names.len())
                .or_else(|| names.iter().position(|name| name == rest[0]));
            let Some(inner) = index.and_then(|index| list.get_mut(index)) else {
                return Err(format!(
                    "'{first}' has no entry '{}' (entries: 0 to {}, names {})",
                    rest[0],
                    names.len().saturating_sub(1),
                    names.join(", ")
                ));
            };
            if rest.len() == 1 {
                return Err(format!(
                    "'{first}.{}' is a table; set one of its keys",
                    rest[0]
                ));
            }
            insert(inner, &rest[1..], value)
        }
        Item::Value(Value::InlineTable(inline)) => {
            let mut inner = std::mem::take(inline).into_table();
            insert(&mut inner, rest, value)?;
            *entry = Item::Value(Value::InlineTable(inner.into_inline_table()));
            Ok(())
        }
        _ => Err(format!("'{first}' is a value, not a table")),
    }
}

/// Reads a text strictly; the error points at the place and offers the nearest known key.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, ScenarioError> {
    if text.lines().all(|line| line.trim().is_empty()) {
        return Err(ScenarioError::new("the file is empty", START));
    }
    toml::from_str(text).map_err(|error| {
        let marked = error.span().and_then(|span| text.get(span)).unwrap_or("");
        let (what, cure) = explain(error.message(), marked);
        let located = ScenarioError::new(what, cure);
        match error.span() {
            Some(span) => located.at(text, span),
            None => located,
        }
    })
}

const START: &str = "`coldaisle new NAME` writes a scenario to start from";

fn syntax_error(text: &str, error: &toml_edit::TomlError) -> ScenarioError {
    let located = ScenarioError::new(error.message(), wording::SYNTAX);
    match error.span() {
        Some(span) => located.at(text, span),
        None => located,
    }
}

/// The place of a dotted key (`hall[0].server`, `workload.pretraining.models[1]`): the value where it stands, else
/// the innermost table that would hold it.
pub fn locate(text: &str, key: &str) -> Option<Range<usize>> {
    let document = Document::parse(text).ok()?;
    let mut item: &Item = document.as_item();
    let mut place = None;
    let mut inline: Option<&Value> = None;
    for part in key.replace('[', ".").replace(']', "").split('.') {
        let next_item = match (inline, part.parse::<usize>()) {
            (None, Ok(index)) => {
                if let Some(table) = item.as_array_of_tables().and_then(|list| list.get(index)) {
                    place = table.span().or(place);
                    // Tables in a list are not items: go on with a clone-free walk over their keys.
                    return locate_in(table, key.split(']').nth(1)?.trim_start_matches('.'), place);
                }
                inline = item.as_array().and_then(|list| list.get(index));
                None
            }
            (None, Err(_)) => item.get(part),
            (Some(value), Ok(index)) => {
                inline = value.as_array().and_then(|list| list.get(index));
                None
            }
            (Some(value), Err(_)) => {
                inline = value.as_inline_table().and_then(|table| table.get(part));
                None
            }
        };
        match (next_item, inline) {
            (Some(next), _) => {
                item = next;
                place = next.span().or(place);
            }
            (None, Some(value)) => place = value.span().or(place),
            (None, None) => return place,
        }
    }
    place
}

/// The place of a key whose parts may hold dots: the value where it stands, else the innermost table that would hold it.
pub fn locate_path(text: &str, path: &[&str]) -> Option<Range<usize>> {
    let document = Document::parse(text).ok()?;
    let mut item: &Item = document.as_item();
    let mut place = None;
    for part in path {
        let Some(next) = item.get(part) else {
            return place;
        };
        item = next;
        place = item.span().or(place);
    }
    place
}

fn locate_in(table: &Table, key: &str, outer: Option<Range<usize>>) -> Option<Range<usize>> {
    let mut place = outer;
    let mut parts = key.split('.').filter(|part| !part.is_empty());
    let Some(mut item) = parts.next().and_then(|part| table.get(part)) else {
        return place;
    };
    place = item.span().or(place);
    for part in parts {
        let Some(next) = item.get(part) else {
            return place;
        };
        item = next;
        place = item.span().or(place);
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "name = 'x' # kept\n[site]\nclimate = 'phoenix'\n[[hall]]\nname = 'north'\nracks = 4\n\
                        [hall.cooling.air]\n[workload.pretraining]\nmodels = [{ gpus = 8 }]\n";

    #[test]
    fn set_reaches_tables_and_list_entries_and_keeps_comments() {
        let text = set(TEXT, "hall.0.racks=8").unwrap();
        let text = set(&text, "hall.north.cooling.air.supply_c = 22").unwrap();
        let text = set(&text, "site.weather=/path/x.epw").unwrap();
        let text = set(&text, "run.seed=7").unwrap();
        let table: toml::Table = toml::from_str(&text).unwrap();
        assert_eq!(table["hall"][0]["racks"].as_integer(), Some(8));
        assert_eq!(
            table["hall"][0]["cooling"]["air"]["supply_c"].as_integer(),
            Some(22)
        );
        assert_eq!(table["site"]["weather"].as_str(), Some("/path/x.epw"));
        assert_eq!(table["run"]["seed"].as_integer(), Some(7));
        assert!(text.contains("# kept"));
    }

    #[test]
    fn setting_the_weather_replaces_the_climate_and_back() {
        let site = |text: &str| toml::from_str::<toml::Table>(text).unwrap()["site"].clone();
        let text = set(TEXT, "site.weather=my.epw").unwrap();
        assert_eq!(site(&text).to_string(), "{ weather = \"my.epw\" }");
        let text = set(&text, "site.climate=dublin").unwrap();
        assert_eq!(site(&text).to_string(), "{ climate = \"dublin\" }");
        let text = set("site = { climate = 'x' }", "site.weather=y").unwrap();
        assert_eq!(site(&text).to_string(), "{ weather = \"y\" }");
    }

    #[test]
    fn set_says_what_it_cannot_do() {
        for (bad, part) in [
            ("hall.0.racks", "no '='"),
            ("hall.7.racks=1", "no entry '7'"),
            ("hall.0=3", "is a table"),
            ("site=3", "is a table"),
            ("name.x=3", "is a value"),
            (".x=3", "incomplete"),
            (&format!("{}a=3", "a.".repeat(99_999)), "100000 parts"),
        ] {
            let error = set(TEXT, bad).unwrap_err().to_string();
            assert!(error.contains(part), "{bad}: {error}");
        }
    }

    #[test]
    fn keys_are_found_again() {
        let part = |key: &str| locate(TEXT, key).map(|span| &TEXT[span]);
        assert_eq!(part("site.climate"), Some("'phoenix'"));
        assert_eq!(part("hall[0].racks"), Some("4"));
        assert_eq!(part("workload.pretraining.models[0].gpus"), Some("8"));
        assert!(part("hall[0].server").is_some());
        assert_eq!(part("nowhere.at.all"), None);
    }
}
