//! What the folder of a run, a forecast or a study holds: the facts and figures of its summary, and its tables.

use std::fs;
use std::path::Path;

use serde_json::Value as Json;

use super::Content;
use super::column::{digits, number_format};
use super::heading::Headings;
use super::page::{Page, Value};
use super::table::Table;
use crate::describe::Fault;
use crate::export::ExportError;
use crate::export::source::table::DAMAGED;
use crate::export::source::{self, made};
use crate::forecast::figures::FIGURES;
use crate::metrics::figures::{Figure, Unit};
use crate::study::Progress;
use crate::study::compare::{self, Column};

/// Tables of a run in the order of their sheets; others follow by name.
const OF_RUN: [&str; 8] = [
    "monthly",
    "bill",
    "timeseries",
    "racks",
    "circuits",
    "jobs",
    "events",
    "load_8760",
];
/// The same of a forecast.
const OF_FORECAST: [&str; 5] = ["forecast", "stacks", "tornado", "sobol", "sites"];
/// The same of a study; by these names it is known.
const OF_STUDY: [&str; 6] = [
    "sweep",
    "sensitivity",
    "optimise",
    "front",
    "bands",
    "score",
];
/// Files that say what a study is.
const ABOUT_STUDY: [&str; 2] = ["sweep.json", "optimise.json"];

/// A run.
pub(in crate::export) fn run(folder: &Path) -> Result<Content, ExportError> {
    let made = made::read(folder)?;
    let scenario = source::run::scenario(folder)?;
    let text = |path: [&str; 2]| {
        let table = scenario.as_ref()?.get(path[0])?;
        let value = if path[1].is_empty() {
            table
        } else {
            table.get(path[1])?
        };
        Some(
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned),
        )
    };
    let name = text(["name", ""]).unwrap_or_else(|| source::folder_name(folder));
    let column = columns(&[folder.to_owned()])?.remove(0);
    let mut facts = vec![("scenario".to_owned(), Value::text(&name))];
    let mut say = |name: &str, value: Value| facts.push((name.to_owned(), value));
    if let Some(question) = &made.question {
        say("question", Value::text(question));
    }
    if let Some(start) = text(["run", "start"]) {
        say("start", Value::time(start.trim_matches('"')));
    }
    say("days", Value::number(column.days, "#,##0.##"));
    say("coldaisle", Value::text(&made.version));
    say("seed", Value::number(Some(made.seed as f64), "0"));
    for warning in &made.warnings {
        say("warning", Value::text(warning));
    }
    let tables = tables(folder, &listed(folder, &made.files)?, &OF_RUN, &made)?;
    Ok(Content {
        name,
        facts,
        figures: Some(figures(&column)),
        pages: Vec::new(),
        tables,
        notes: Vec::new(),
    })
}

/// The figures of runs, in their order.
pub(super) fn columns(folders: &[std::path::PathBuf]) -> Result<Vec<Column>, Fault> {
    let entries = compare::load(folders, &[])?;
    compare::run(entries, &Progress::hidden()).map_err(|error| Fault::bare(error.to_string()))
}

fn figures(column: &Column) -> Page {
    let head = ["group", "figure", "label", "value", "unit", "meaning"];
    let mut rows = vec![head.map(Value::text).to_vec()];
    for (figure, value) in column.summary.table() {
        if let Some(value) = value {
            rows.push(vec![
                Value::text(figure.group),
                Value::text(figure.key),
                Value::text(figure.spec.label.trim()),
                Value::number(Some(value), shown(&figure, value)),
                Value::text(figure.spec.unit.name()),
                Value::text(figure.meaning()),
            ]);
        }
    }
    Page {
        title: String::new(),
        widths: vec![20, 34, 40, 18, 16, 90],
        rows,
        header: Some(0),
        wraps: vec![5],
    }
}

/// How a figure is shown.
pub(super) fn shown(figure: &Figure, value: f64) -> String {
    match figure.spec.unit {
        Unit::Share => "0.0 %".into(),
        Unit::Count | Unit::Tokens => number_format(0),
        _ => number_format(digits(value)),
    }
}

/// Names of the tables of a result: those that it lists, or all in a folder of a version that listed none.
pub(super) fn listed(folder: &Path, files: &[String]) -> Result<Vec<String>, Fault> {
    if files.is_empty() {
        return in_folder(folder);
    }
    let plain = |name: &&String| Path::new(name).file_name() == Some(name.as_ref());
    Ok(files.iter().filter(plain).cloned().collect())
}

fn in_folder(folder: &Path) -> Result<Vec<String>, Fault> {
    let failed =
        |error: std::io::Error| Fault::new(error.to_string(), DAMAGED).in_file(folder, None);
    let entries = fs::read_dir(folder).map_err(failed)?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| folder.join(name).is_file()).collect();
    names.sort();
    Ok(names)
}

/// The name of a table without its ending.
pub(super) fn stem(file: &str) -> Option<&str> {
    file.strip_suffix(".csv")
        .or_else(|| file.strip_suffix(".parquet"))
}

/// Reads the tables among `files` through, those of `order` first. Of a table in both formats the CSV counts.
pub(super) fn tables(
    folder: &Path,
    files: &[String],
    order: &[&str],
    made: &made::Made,
) -> Result<Vec<Table>, ExportError> {
    let mut found: Vec<(usize, &str, &String)> = Vec::new();
    for file in files {
        let Some(stem) = stem(file) else { continue };
        let both = file.ends_with(".parquet") && files.contains(&format!("{stem}.csv"));
        if !both {
            made.check_there(folder, file, DAMAGED)?;
            let at = order.iter().position(|known| *known == stem);
            found.push((at.unwrap_or(order.len()), stem, file));
        }
    }
    found.sort_unstable();
    let headings = Headings::new();
    let read = |(_, stem, file): &(usize, &str, &String)| {
        Table::read(&folder.join(file), &title(stem), &headings)
    };
    found.iter().map(read).collect()
}

/// `timeseries` is "Time series", `load_8760_2030` is "Load 8760 2030".
pub(super) fn title(stem: &str) -> String {
    if stem == "timeseries" {
        return "Time series".into();
    }
    let words = stem.replace('_', " ");
    let mut signs = words.chars();
    let first = signs.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(signs).collect()
}

/// A forecast: its figures by year and what they hang on, and the load of its last year.
pub(in crate::export) fn forecast(folder: &Path) -> Result<Content, ExportError> {
    let made = made::read(folder)?;
    let about = source::json(folder, "forecast.json")?;
    let name = about.get("name").and_then(Json::as_str);
    let name = name.map_or_else(|| source::folder_name(folder), str::to_owned);
    let mut facts = vec![("forecast".to_owned(), Value::text(&name))];
    for (key, value) in about.as_object().into_iter().flatten() {
        if key != "name" {
            facts.extend(scalar(key, value));
        }
    }
    facts.push(("coldaisle".into(), Value::text(&made.version)));
    facts.push(("seed".into(), Value::number(Some(made.seed as f64), "0")));
    for warning in &made.warnings {
        facts.push(("warning".into(), Value::text(warning)));
    }
    let last = about.get("last_year").and_then(Json::as_i64);
    let load = last.map(|year| format!("load_8760_{year}.csv"));
    let mut files = listed(folder, &made.files)?;
    files.retain(|file| {
        let known = stem(file).is_some_and(|stem| OF_FORECAST.contains(&stem));
        known || Some(file) == load.as_ref()
    });
    let tables = tables(folder, &files, &OF_FORECAST, &made)?;
    let notes = vec![
        "the loads of earlier years, and those of draws, are in the folder of the forecast only"
            .into(),
    ];
    Ok(Content {
        name,
        facts,
        figures: Some(bands(&about)),
        pages: Vec::new(),
        tables,
        notes,
    })
}

/// The figures of the last year.
fn bands(about: &Json) -> Page {
    let head = ["figure", "label", "meaning", "P10", "P50", "P90", "unit"];
    let mut rows = vec![head.map(Value::text).to_vec()];
    let of = about.get("last_year_figures");
    for figure in FIGURES {
        let values = of.and_then(|of| of.get(figure.key)?.as_array());
        let Some(values) = values else { continue };
        let values: Vec<Option<f64>> = (0..3)
            .map(|at| values.get(at).and_then(Json::as_f64))
            .collect();
        let largest = values
            .iter()
            .flatten()
            .fold(0.0_f64, |most, value| most.max(value.abs()));
        let format = number_format(digits(largest));
        let mut row = vec![
            Value::text(figure.key),
            Value::text(figure.label.trim()),
            Value::text(figure.meaning),
        ];
        row.extend(
            values
                .into_iter()
                .map(|value| Value::number(value, &*format)),
        );
        row.push(Value::text(figure.unit));
        rows.push(row);
    }
    Page {
        title: String::new(),
        widths: vec![26, 30, 60, 14, 14, 14, 14],
        rows,
        header: Some(0),
        wraps: vec![2],
    }
}

/// A fact of a JSON file, where it is a single one.
fn scalar(key: &str, value: &Json) -> Option<(String, Value)> {
    let value = match value {
        Json::String(text) if !text.is_empty() => Value::text(text),
        Json::Number(number) => Value::number(number.as_f64(), "General"),
        Json::Bool(flag) => Value::text(if *flag { "yes" } else { "no" }),
        _ => return None,
    };
    Some((key.replace('_', " "), value))
}

/// Whether the folder holds tables of a study, and is no other result.
pub(in crate::export) fn is_study(folder: &Path) -> bool {
    let has = |name: &str| folder.join(name).is_file();
    let other = ["run.json", "forecast.json", "export.json"]
        .iter()
        .any(|name| has(name));
    let table = |stem: &str| has(&format!("{stem}.csv")) || has(&format!("{stem}.parquet"));
    !other && OF_STUDY.iter().any(|stem| table(stem))
}

/// A sweep, a search, draws of a run, the score of a forecast: each table of the folder.
pub(in crate::export) fn study(folder: &Path) -> Result<Content, ExportError> {
    let files = in_folder(folder)?;
    let mut facts = Vec::new();
    let toml = fs::read_to_string(folder.join("study.toml")).ok();
    let toml = toml.and_then(|text| text.parse::<toml::Table>().ok());
    let name = toml.and_then(|study| Some(study.get("name")?.as_str()?.to_owned()));
    let name = name.unwrap_or_else(|| source::folder_name(folder));
    facts.push(("study".to_owned(), Value::text(&name)));
    for file in ABOUT_STUDY {
        if !files.iter().any(|known| known == file) {
            continue;
        }
        let about = source::json(folder, file)?;
        for (key, value) in about.as_object().into_iter().flatten() {
            let key = match key.as_str() {
                "study" => "checksum of the study",
                key => key,
            };
            facts.extend(scalar(key, value));
        }
    }
    let known = |file: &&String| stem(file).is_some_and(|stem| OF_STUDY.contains(&stem));
    let files: Vec<String> = files.iter().filter(known).cloned().collect();
    let tables = tables(folder, &files, &OF_STUDY, &made::Made::default())?;
    Ok(Content {
        name,
        facts,
        figures: None,
        pages: Vec::new(),
        tables,
        notes: Vec::new(),
    })
}
