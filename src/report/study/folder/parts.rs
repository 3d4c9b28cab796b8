//! What the columns of the table are, and what the study file says of them.

use std::path::Path;

use super::{Aim, Cells, Input, Limit, Output};
use crate::describe::Fault;
use crate::metrics::Summary;
use crate::results::{DAMAGED, Table, Values};

/// Figures that come first where a study names none.
const FIRST: [&str; 14] = [
    "energy_mwh.facility",
    "cost_usd.total",
    "ratios.pue",
    "peak_kw.facility",
    "water_m3.makeup",
    "carbon_t.operational",
    "work.kwh_per_gpu_hour",
    "thermal.max_chip_c",
    "thermal.hours_above_limit",
    "work.gpu_hours",
    "jobs.wait_s_mean",
    "energy_mwh.it",
    "energy_mwh.chillers",
    "thermal.max_inlet_c",
];

/// Puts the outputs in their order, and says where those are that a search is about.
pub(super) fn order(
    outputs: &mut [Output],
    file: &toml::Table,
    searched: bool,
    folder: &Path,
) -> (Vec<Aim>, Vec<Limit>) {
    let named = sought(file, outputs);
    let (aims, limits) = if searched && named.0.is_empty() {
        // Folders of older versions do not say what was sought: figures stand in the table with the aims first.
        let several = folder.join("scenarios").is_dir();
        let aims = 0..outputs.len().min(1 + usize::from(several));
        let aims = aims.map(|output| (outputs[output].figure.name(), false));
        (aims.collect(), Vec::new())
    } else {
        named
    };
    // What a study names first it asks for; of the others those come first that most readers ask for.
    let named = file.contains_key("outputs") || searched;
    let asked = outputs.first().map(|output| output.figure.name());
    let asked = asked.filter(|_| named);
    let rank = |output: &Output| {
        let name = output.figure.name();
        let at = |place: Option<usize>, none: usize| place.unwrap_or(none);
        let aim = aims.iter().position(|(aim, _)| *aim == name);
        let limit = limits.iter().position(|(limit, _, _)| *limit == name);
        let first = FIRST.iter().position(|first| *first == name);
        let first = at(first, FIRST.len());
        (
            at(aim, aims.len()),
            at(limit, limits.len()),
            asked.as_ref() != Some(&name),
            if named { first / FIRST.len() } else { first },
        )
    };
    outputs.sort_by_key(rank);
    let place = |name: &str| {
        let mut all = outputs.iter();
        all.position(|output| output.figure.name() == name)
    };
    let aims: Vec<Aim> = aims
        .iter()
        .filter_map(|(name, maximise)| {
            Some(Aim {
                output: place(name)?,
                maximise: *maximise,
            })
        })
        .collect();
    let limits = limits
        .iter()
        .filter_map(|(name, at_least, at_most)| {
            Some(Limit {
                output: place(name)?,
                at_least: *at_least,
                at_most: *at_most,
            })
        })
        .collect();
    (aims, limits)
}

/// Splits the columns into what varies and figures: behind the number of the run stand the axes, then figures to the end.
pub(super) fn columns(
    table: &Table,
    file: &toml::Table,
) -> Result<(Vec<Input>, Vec<Output>), Fault> {
    let damaged = |what: &str| Fault::new(what, DAMAGED).in_file(&table.path, None);
    let names = &table.names;
    if !matches!(
        names.first().map(String::as_str),
        Some("variation" | "design")
    ) || names.last().map(String::as_str) != Some("failed")
        || names.len() < 2
    {
        return Err(damaged(
            "it does not begin with the run and end with failed",
        ));
    }
    let known = Summary::default().table();
    let figure = |name: &str| {
        let mut all = known.iter();
        all.find(|(figure, _)| figure.name() == name)
            .map(|(figure, _)| *figure)
    };
    let end = match names[0].as_str() {
        "design" => names.iter().rposition(|name| name == "violation"),
        _ => Some(names.len() - 1),
    };
    let end = end.ok_or_else(|| damaged("there is no column violation"))?;
    let wanted = file.get("outputs").and_then(toml::Value::as_array);
    let wanted = wanted
        .filter(|_| names[0] == "variation")
        .map_or(usize::MAX, Vec::len);
    let mut from = end;
    // An axis may have the name of a figure, but not twice.
    while from > 1
        && end - from < wanted
        && figure(&names[from - 1]).is_some()
        && !names[from..end].contains(&names[from - 1])
    {
        from -= 1;
    }
    let all: Vec<&str> = names[1..from].iter().map(String::as_str).collect();
    let inputs = (1..from).map(|at| Input {
        name: names[at].clone(),
        short: short(&names[at], &all),
        cells: match &table.columns[at] {
            Values::Numbers(numbers) => Cells::Numbers(numbers.clone()),
            Values::Words(words) => named(words),
        },
    });
    let outputs = (from..end).filter_map(|at| match (figure(&names[at]), &table.columns[at]) {
        (Some(figure), Values::Numbers(values)) => Some(Output::new(figure, values.clone())),
        _ => None,
    });
    let outputs = outputs.filter(|output| output.values.iter().any(|value| value.is_finite()));
    Ok((inputs.collect(), outputs.collect()))
}

/// Names in the order in which they appear.
fn named(words: &[String]) -> Cells {
    let mut places = std::collections::HashMap::new();
    let mut names = Vec::new();
    let of_row = words.iter().map(|word| {
        *places.entry(word.as_str()).or_insert_with(|| {
            names.push(word.clone());
            names.len() - 1
        })
    });
    let of_row = of_row.collect();
    Cells::Names(names, of_row)
}

/// The last parts of a dotted key that no other ends in.
fn short(name: &str, all: &[&str]) -> String {
    let mut from = name.len();
    while let Some(dot) = name[..from].rfind('.') {
        let end = &name[dot + 1..];
        let same = |other: &&&str| **other == end || other.ends_with(&name[dot..]);
        // A number alone, as of a hall, says nothing.
        let says = end.chars().any(char::is_alphabetic);
        if says && all.iter().filter(same).count() == 1 {
            return end.to_owned();
        }
        from = dot;
    }
    name.to_owned()
}

/// Names of what is sought, and limits, as the study file has them.
type Sought = (Vec<(String, bool)>, Vec<(String, Option<f64>, Option<f64>)>);

fn sought(file: &toml::Table, outputs: &[Output]) -> Sought {
    let known = |name: &str| outputs.iter().any(|output| output.figure.name() == name);
    let of = |key: &str| file.get("optimise").and_then(|table| table.get(key));
    let number = |value: &toml::Value| {
        value
            .as_float()
            .or(value.as_integer().map(|value| value as f64))
    };
    let aims = of("aims").and_then(toml::Value::as_array);
    let aims = aims.into_iter().flatten().filter_map(|aim| {
        let figure = aim.get("figure").unwrap_or(aim).as_str()?;
        let maximise = aim.get("maximise").and_then(toml::Value::as_bool);
        Some((figure.to_owned(), maximise.unwrap_or(false)))
    });
    let limits = of("limits").and_then(toml::Value::as_table);
    let limits = limits.into_iter().flatten().map(|(name, limit)| {
        let end = |key: &str| limit.get(key).and_then(number);
        let most = number(limit).or_else(|| end("at_most"));
        (name.clone(), end("at_least"), most)
    });
    (
        aims.filter(|(name, _)| known(name)).collect(),
        limits.filter(|(name, _, _)| known(name)).collect(),
    )
}
