//! Errors of serde and TOML in the words of a scenario file: cause and cure.

use super::ranges;
use crate::describe::{Fault, InSerde, nearest};

/// A kind of file.
pub(super) struct Kind {
    /// Cure where it is empty.
    pub(super) start: &'static str,
    /// Cure where it is not TOML.
    pub(super) syntax: &'static str,
}

/// A scenario.
pub(super) const SCENARIO: Kind = Kind {
    start: "`coldaisle new NAME` writes a scenario to start from",
    syntax: "a scenario is TOML: [table] headers, key = value lines, text in \"quotes\", lists in [ ]",
};

/// A session.
pub(super) const SESSION: Kind = Kind {
    start: "a session holds set = [\"KEY=VALUE\"] and [[command]] tables; see \"Sessions\" in docs/scenario.md",
    syntax: "a session is TOML: set = [\"KEY=VALUE\"], then [[command]] headers with at_s = … and act.… = { … }",
};

/// A study.
pub(super) const STUDY: Kind = Kind {
    start: "a study names a scenario and what varies in it: scenario = \"FILE.toml\", then [[vary]] tables; see docs/studies.md",
    syntax: "a study is TOML: [table] headers, key = value lines, text in \"quotes\", lists in [ ]",
};

/// A forecast.
pub(super) const FORECAST: Kind = Kind {
    start: "a forecast names its years, its scope, its machines and its sites; see docs/forecast.md",
    syntax: "a forecast is TOML: [table] headers, key = value lines, text in \"quotes\", lists in [ ]",
};

/// Catalogue entries.
pub(super) const CATALOGUE: Kind = Kind {
    start: "a file of entries holds tables such as [servers.ours]; see docs/catalogue.md",
    syntax: "a file of entries is TOML: [servers.ours] headers, key = value lines, text in \"quotes\", lists in [ ]",
};

/// A table that holds exactly one of several.
#[derive(Default)]
pub(super) struct Choice {
    /// Its key.
    pub(super) key: String,
    /// The same without the numbers of entries, as headers have it.
    pub(super) table: String,
    /// Those it may hold.
    pub(super) known: Vec<String>,
}

/// Cause and cure; `marked` is the text that the error points at. `choice` is the table there,
/// of which one is to be chosen; `syntax` is the cure where the text is not TOML.
pub(super) fn explain(
    message: &str,
    marked: &str,
    choice: Option<Choice>,
    syntax: Option<&str>,
) -> Fault {
    let message = message.trim();
    let known = unknown(message)
        .or_else(|| missing(message))
        .or_else(|| one_of(message, marked, choice))
        .or_else(|| mistyped(message, marked))
        .or_else(|| outside(message, marked));
    match known {
        Some((what, cure)) => Fault::new(what, cure),
        None => other(message, syntax),
    }
}

/// Keys that have moved to another table: the name, a key that stood beside it, and what does the same today.
const MOVED: &[(&str, &str, &str)] = &[(
    "other_it",
    "servers_per_rack",
    "it is a table of the whole site now: [[it]] with a name, hall = \"…\" and what.devices = { entry = \"…\", count = … }",
)];

/// The unknown key, where the message is of one.
pub(super) fn unknown_key(message: &str) -> Option<&str> {
    let rest = message.strip_prefix("unknown field `")?;
    rest.split_once('`').map(|(key, _)| key)
}

/// Whether the message is of a key that is not there.
pub(super) fn is_missing(message: &str) -> bool {
    message.starts_with("missing field")
}

/// The names that a reader expects in place of `given`, which is unknown.
pub(super) fn expected(message: &str, given: &str) -> Option<Vec<String>> {
    let list = message.strip_prefix(&format!("unknown variant `{given}`, expected "))?;
    let names = list.split('`').skip(1).step_by(2);
    Some(names.map(str::to_owned).collect())
}

fn unknown(message: &str) -> Option<(String, String)> {
    let (noun, rest) = if let Some(rest) = message.strip_prefix("unknown field") {
        ("key", rest)
    } else {
        ("name", message.strip_prefix("unknown variant")?)
    };
    // A name may hold the quote itself: the given one ends before the list of what is expected.
    let (given, list) = rest
        .split_once("`, expected ")
        .or_else(|| rest.split_once("`, there are no "))
        .unwrap_or((rest, ""));
    let given = given.trim().trim_start_matches('`').trim_end_matches('`');
    let known: Vec<&str> = list.split('`').skip(1).step_by(2).collect();
    let list = known.join(", ");
    let moved = MOVED
        .iter()
        .find(|(name, beside, _)| *name == given && known.contains(beside));
    let cure = match nearest(given, known.iter().copied()) {
        _ if moved.is_some() => moved
            .map(|(_, _, cure)| (*cure).to_owned())
            .unwrap_or_default(),
        Some(name) => format!("did you mean '{name}'? Allowed here: {list}"),
        None if known.is_empty() => "no key is allowed here".to_owned(),
        None => format!("allowed here: {list}"),
    };
    Some((format!("unknown {noun} '{given}'"), cure))
}

fn missing(message: &str) -> Option<(String, String)> {
    let key = message
        .strip_prefix("missing field")?
        .trim()
        .trim_matches('`');
    match key {
        "hall" | "site" | "cooling" | "heat_rejection" | "workload" => Some(missing_table(key)),
        _ => Some((
            format!("the key '{key}' is missing"),
            format!("add {key} = … to this table"),
        )),
    }
}

/// Message for a missing table.
pub(super) fn missing_table(key: &str) -> (String, String) {
    let one_of = |path: &str| {
        let tables = ranges::kinds(path)
            .into_iter()
            .map(|name| format!("[{path}.{name}]"));
        tables.collect::<Vec<_>>().join(", ")
    };
    let table = match key {
        "hall" => "[[hall]]".into(),
        "site" => "[site]".into(),
        "cooling" => format!("one of {}", one_of("hall.cooling")),
        "heat_rejection" => format!("one of {}", one_of("heat_rejection")),
        _ => "[workload.constant], [workload.pretraining] or another of [workload.…]".into(),
    };
    (
        format!("the table '{key}' is missing"),
        format!("add {table}"),
    )
}

/// Tables of which exactly one is given: `[hall.cooling.air]`, `[scheduler.fifo]`.
fn one_of(message: &str, marked: &str, choice: Option<Choice>) -> Option<(String, String)> {
    let several =
        message.contains("wanted exactly 1 element") || message.contains("map with a single key");
    if !several && !message.contains("expected newtype variant") {
        return None;
    }
    let Choice { key, table, known } = choice.unwrap_or_default();
    // A name without its table is written as that one.
    let named = known
        .iter()
        .find(|name| *name == marked.trim_matches(['"', '\'']));
    let written = match named.or(known.first()) {
        Some(first) => format!(
            "as [{table}.{first}]{}; allowed here: {}",
            if known.len() > 1 && named.is_none() {
                ", for example"
            } else {
                ""
            },
            known.join(", ")
        ),
        None => "with its own header; `coldaisle schema` lists them".into(),
    };
    Some(if several {
        let table = if table.is_empty() {
            marked.trim_matches(['[', ']'])
        } else {
            &table
        };
        (
            format!("'{table}' needs one table; here are several, or none"),
            if known.is_empty() {
                format!("keep exactly one, {written}")
            } else {
                format!(
                    "keep exactly one, {written}; --set {key}={{NAME={{…}}}} replaces all of it"
                )
            },
        )
    } else {
        (
            format!("{marked} is given where a table is expected"),
            format!("write it {written}"),
        )
    })
}

fn mistyped(message: &str, marked: &str) -> Option<(String, String)> {
    let rest = ["invalid type: ", "invalid value: "]
        .into_iter()
        .find_map(|start| message.strip_prefix(start))?;
    let (given, expected) = rest.rsplit_once(", expected ")?;
    let (noun, cure) = match expected {
        "f64" => ("a number", "write a plain number, for example 24.5"),
        "u32" => (
            "a whole number from 0 to 4294967295",
            "write a plain whole number, for example 512",
        ),
        "u64" => (
            "a whole number from 0 to 9223372036854775807",
            "write a plain whole number, for example 42",
        ),
        "i64" | "u8" | "u16" | "i16" | "usize" => (
            "a whole number",
            "write a plain whole number, for example 6",
        ),
        "a nonzero u32" => (
            "a whole number from 1 to 4294967295",
            "write a plain whole number, for example 4",
        ),
        "a number or a CSV file" => (
            "a number or the name of a CSV file",
            "write a plain number, or the file in quotes",
        ),
        "a figure of the summary" => (
            "a figure of the summary",
            "write its name, for example \"cost_usd.total\", or { figure = \"…\", maximise = true }",
        ),
        "a boolean" => ("true or false", "write true or false, without quotes"),
        "a string" | "path string" => ("text", "put it in quotes, for example \"2026-01-01\""),
        "a sequence" if marked.starts_with('[') => (
            "a list",
            "write its header with double brackets, for example [[hall]]",
        ),
        "a sequence" if given == "map" => ("a list", "put it in brackets: [{ … }]"),
        "a sequence" => ("a list", "write it in brackets, for example [8, 16]"),
        _ => ("what belongs here", "`coldaisle schema` lists what does"),
    };
    let cure = if marked.starts_with("[[") {
        "write its header with single brackets, for example [run]"
    } else {
        cure
    };
    let given = match given {
        "map" if marked.starts_with(|c: char| c.is_ascii_digit()) => "a date without quotes",
        "map" if marked.starts_with("[[") => "a list of tables",
        "map" => "a table",
        "sequence" => "a list",
        // Numbers, text and truth values as they were written.
        _ => marked,
    };
    Some((format!("{given} is not {noun}"), cure.into()))
}

/// A figure outside its range: `-1 must be zero or above` gives cause and cure.
fn outside(message: &str, marked: &str) -> Option<(String, String)> {
    let (figure, rule) = message.split_once(' ')?;
    let figure = if marked.is_empty() { figure } else { marked };
    rule.starts_with("must be ")
        .then(|| (format!("{figure} {rule}"), String::new()))
}

/// The key that serde met twice, by two of its names.
pub(super) fn twice(message: &str) -> Option<&str> {
    let rest = message.trim().strip_prefix("duplicate field `")?;
    rest.split('`').next()
}

fn other(message: &str, syntax: Option<&str>) -> Fault {
    match syntax {
        _ if let Some(name) = twice(message) => Fault::new(
            format!("'{name}' is given twice, by its name and by a former one"),
            "remove the former one",
        ),
        _ if message.contains("duplicate key") => Fault::new(
            message,
            "each key and each [table] may occur once; remove one of the two",
        ),
        Some(syntax) => Fault::new(message, syntax),
        // Said by the key itself, with its cure where it has one.
        None => InSerde::read(message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_mistake_has_its_words() {
        for (message, marked, what, cure) in [
            (
                "unknown field `dayz`, expected one of `start`, `days`",
                "dayz",
                "unknown key 'dayz'",
                "did you mean 'days'? Allowed here: start, days",
            ),
            (
                "unknown variant `a`b`, expected `air` or `immersion`",
                "'a`b'",
                "unknown name 'a`b'",
                "allowed here: air, immersion",
            ),
            (
                "unknown field `x`, there are no fields",
                "x",
                "unknown key 'x'",
                "no key is allowed here",
            ),
            (
                "missing field `hall`",
                "",
                "the table 'hall' is missing",
                "add [[hall]]",
            ),
            (
                "invalid type: string \"4\", expected u32",
                "\"4\"",
                "\"4\" is not a whole number from 0 to 4294967295",
                "write a plain whole number, for example 512",
            ),
            (
                "invalid type: map, expected a string",
                "2026-01-01",
                "a date without quotes is not text",
                "put it in quotes, for example \"2026-01-01\"",
            ),
            (
                "invalid type: map, expected a sequence",
                "[hall]",
                "a table is not a list",
                "write its header with double brackets, for example [[hall]]",
            ),
            (
                "-1000 must be zero or above",
                "-1e3",
                "-1e3 must be zero or above",
                "",
            ),
        ] {
            let fault = explain(message, marked, None, None);
            assert_eq!(fault, Fault::new(what, cure), "{message}");
        }
    }
}
