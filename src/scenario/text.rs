//! The scenario's text: `--set`, reading with places, and finding a key's place again.

mod assignments;
mod files;
mod insert;
mod place;
mod question;
mod trace;

use std::path::Path;

use serde::de::DeserializeOwned;
use toml_edit::{DocumentMut, Item, Value};

use super::ranges;
use super::wording::{self, Choice, Kind, explain};
use crate::describe::Fault;
pub(crate) use assignments::assignments;
pub(crate) use files::anchored;
pub use files::rename_files;
use insert::insert;
pub use place::{dotted, locate};
use place::{indexed, key_at};
pub use question::question;

/// A scenario's text, parsed once, on which any number of keys are set.
#[derive(Debug, Clone)]
pub struct Sheet(pub(super) DocumentMut);

impl Sheet {
    /// Parses a text.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let document = text.parse::<DocumentMut>();
        let document = document.map_err(|error| syntax_error(text, &error))?;
        Ok(Self(document))
    }

    /// The text as it stands now.
    pub fn text(&self) -> String {
        self.0.to_string()
    }

    /// Applies `KEY=VALUE` and keeps the rest as it is.
    ///
    /// A key is dotted; list entries go by number from 0 or by their `name` (`hall.0.racks`, `hall.north.racks`). A
    /// value is TOML where it reads as TOML, otherwise a string.
    pub fn set(&mut self, assignment: &str) -> Result<(), Fault> {
        let usage =
            "use --set KEY=VALUE, for example --set hall.0.racks=128 or --set site.climate=dublin";
        let Some((key, value)) = assignment.split_once('=') else {
            return Err(Fault::new(
                format!("--set {assignment}: there is no '='"),
                usage,
            ));
        };
        let value = match value.trim().parse::<Value>() {
            // No key is a TOML date: those of a scenario are text.
            Ok(parsed) if !parsed.is_datetime() => parsed,
            _ => Value::from(value.trim()),
        };
        let path: Vec<&str> = key.trim().split('.').map(str::trim).collect();
        if path.iter().any(|part| part.is_empty()) {
            return Err(Fault::new(
                format!("--set {assignment}: the key is incomplete"),
                usage,
            ));
        }
        if path.len() > DEEPEST {
            return Err(Fault::new(
                format!("--set: a key of {} parts", path.len()),
                usage,
            ));
        }
        let document = &mut self.0;
        let value = anchored(value, &path, Path::new(""));
        let file = document.get("catalogue").and_then(Item::as_str);
        let in_file = file.filter(|_| path[0] == "catalogue" && path.len() > 1).map(|file| {
            format!("change the entry in {file}, or give all entries as [catalogue.…] tables of the scenario")
        });
        put(document, &path, value).map_err(|fault| {
            let cure = match (in_file, fault.cure.as_str()) {
                (Some(in_file), _) => in_file,
                (None, "") => usage.into(),
                (None, cure) => format!("{cure}; {usage}"),
            };
            Fault::new(format!("--set {assignment}: {}", fault.what), cure)
        })?;
        Ok(())
    }
}

/// Puts a value at a key, and makes the tables on the way that are not there.
pub(super) fn put(document: &mut DocumentMut, path: &[&str], value: Value) -> Result<(), Fault> {
    insert(document.as_table_mut(), "", path, value)?;
    // A site has one weather: setting it replaces what the file has, under whichever key.
    let replaced = match path {
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
    Ok(())
}

/// Applies `KEY=VALUE` to a scenario's text, see [`Sheet::set`].
pub fn set(text: &str, assignment: &str) -> Result<String, Fault> {
    let mut sheet = Sheet::parse(text)?;
    sheet.set(assignment)?;
    Ok(sheet.text())
}

/// No key of a scenario has as many parts; far more would exhaust the stack.
const DEEPEST: usize = 16;

/// Reads a scenario's text strictly; the error points at the place and offers the nearest known key.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Fault> {
    read_as(text, &wording::SCENARIO)
}

/// The same for a study.
pub(crate) fn read_study<T: DeserializeOwned>(text: &str) -> Result<T, Fault> {
    read_as(text, &wording::STUDY)
}

/// The same for a forecast.
pub(crate) fn read_forecast<T: DeserializeOwned>(text: &str) -> Result<T, Fault> {
    read_as(text, &wording::FORECAST)
}

/// The same for another kind of file.
pub(super) fn read_as<T: DeserializeOwned>(text: &str, kind: &Kind) -> Result<T, Fault> {
    if text.lines().all(|line| line.trim().is_empty()) {
        return Err(Fault::new("the file is empty", kind.start));
    }
    toml::from_str(text).map_err(|error: toml::de::Error| {
        let marked = error.span().and_then(|span| text.get(span)).unwrap_or("");
        let choice = error.span().and_then(|span| choice::<T>(text, span));
        // The rules of TOML are explained where the text is not TOML, and nowhere else.
        let syntax = toml::from_str::<toml::Table>(text).is_err();
        let mut fault = explain(
            error.message(),
            marked,
            choice,
            syntax.then_some(kind.syntax),
        );
        let followed = error.span().and_then(|span| text.get(span.end..));
        if kind.start == wording::SCENARIO.start
            && followed.is_some_and(|rest| rest.trim_start().starts_with('='))
            && let Some(key) = wording::unknown_key(error.message())
            && ranges::is_of_the_file(key)
        {
            fault.cure = format!(
                "{key} is a key of the file, not of this table: move it above the first table ([…] or [[…]])"
            );
        }
        let Some(span) = error.span() else {
            return fault;
        };
        if let Some(twice) = wording::twice(error.message())
            && let Some(fault) = two_names(text, &span, twice)
        {
            return fault;
        }
        match key_at(text, &span) {
            Some(key) => fault.at(indexed(&key)).in_text(text, span),
            None => fault.in_text(text, span),
        }
    })
}

/// A key that a table holds by its name and by its former one, at the former.
fn two_names(text: &str, table: &std::ops::Range<usize>, name: &str) -> Option<Fault> {
    let mut path = key_at(text, table)?;
    let header = path.iter().filter(|part| part.parse::<usize>().is_err());
    let header: Vec<&str> = header.map(String::as_str).collect();
    let former = ranges::other_name(&header.join("."), name)?;
    path.push(former.to_owned());
    let span = place::exactly(text, &path, former)?;
    let what = format!("'{former}' is now called '{name}', and both are given");
    let fault = Fault::new(what, format!("keep {name} and remove {former}"));
    Some(fault.at(indexed(&path)).in_text(text, span))
}

/// No file has a key of this name.
const NOBODY: &str = "?";

/// The table at a place, of which exactly one is required, and those it may hold: what the reader expects where it finds
/// an unknown name.
fn choice<T: DeserializeOwned>(text: &str, place: std::ops::Range<usize>) -> Option<Choice> {
    let path = key_at(text, &place)?;
    let mut document: DocumentMut = text.parse().ok()?;
    let parts: Vec<&str> = path.iter().map(String::as_str).collect();
    let mut unknown = toml_edit::InlineTable::new();
    unknown.insert(NOBODY, Value::InlineTable(toml_edit::InlineTable::new()));
    insert(
        document.as_table_mut(),
        "",
        &parts,
        Value::InlineTable(unknown),
    )
    .ok()?;
    let error = toml::from_str::<T>(&document.to_string()).err()?;
    let known = wording::expected(error.message(), NOBODY)?;
    let header = parts.iter().filter(|part| part.parse::<usize>().is_err());
    Some(Choice {
        key: path.join("."),
        table: header.copied().collect::<Vec<_>>().join("."),
        known,
    })
}

fn syntax_error(text: &str, error: &toml_edit::TomlError) -> Fault {
    let located = Fault::new(error.message(), wording::SCENARIO.syntax);
    match error.span() {
        Some(span) => located.in_text(text, span),
        None => located,
    }
}

#[cfg(test)]
mod words_tests;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

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
    fn a_fault_of_reading_knows_its_key_and_its_place() {
        let whole = TEXT.replace("racks = 4", "server = 'x'\nracks = 4\nservers_per_rack = 4");
        let model = whole.replace("gpus = 8", "gpus = 8, sparsity = 2");
        for (text, key, at) in [
            (
                TEXT.replace("racks = 4", "racks = 'x'"),
                "hall[0].racks",
                (6, 9),
            ),
            (model, "workload.pretraining.models[0].sparsity", (11, 23)),
        ] {
            let fault = read::<Scenario>(&text).unwrap_err();
            assert_eq!(fault.key(), Some(key), "{fault}");
            assert_eq!(fault.line_column(), Some(at), "{fault}");
        }
    }

    #[test]
    fn a_key_set_by_one_of_its_names_replaces_the_other() {
        let text = "[workload.trace.swf]\nfile = 'x'\nhold_s = 5\n[workload.batch]\nends = { failed = 0.1 }\n";
        let table = |text: &str| toml::from_str::<toml::Table>(text).unwrap()["workload"].clone();
        let now = set(text, "workload.trace.swf.release_delay_s=7").unwrap();
        assert_eq!(
            table(&now)["trace"]["swf"].to_string(),
            "{ file = \"x\", release_delay_s = 7 }"
        );
        let back = table(&set(&now, "workload.trace.swf.hold_s=9").unwrap());
        assert_eq!(back["trace"]["swf"]["hold_s"].as_integer(), Some(9));
        assert!(back["trace"]["swf"].get("release_delay_s").is_none());
        // A table on the way, too.
        let within = table(&set(text, "workload.batch.outcomes.cancelled=0.2").unwrap());
        assert_eq!(
            within["batch"].to_string(),
            "{ outcomes = { cancelled = 0.2, failed = 0.1 } }"
        );
    }

    #[test]
    fn a_key_under_both_its_names_is_refused_at_the_former() {
        let hall = "racks = 4\nserver = 'x'\nservers_per_rack = 4\n[hall.cooling.air]\n";
        let start = TEXT.split("racks").next().unwrap();
        let trace = "[workload.trace.swf]\nfile = 'x'\nhold_s = 5\nrelease_delay_s = 6\n";
        let text = format!("{start}{hall}{trace}");
        let fault = read::<Scenario>(&text).unwrap_err();
        assert_eq!(fault.key(), Some("workload.trace.swf.hold_s"), "{fault}");
        assert_eq!(fault.line_column(), Some((12, 1)), "{fault}");
        assert_eq!(fault.cure, "keep release_delay_s and remove hold_s");
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
}
