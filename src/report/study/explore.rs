//! All runs to look through: columns packed once for the lines, the points and the table that the script draws.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use maud::{PreEscaped, html};
use serde::{Deserialize, Serialize};

use super::folder::{Cells, Study};
use super::reasons;
use crate::report::chart::{numbers, quoted};
use crate::report::number::{decimals, written};
use crate::report::page::Section;
use crate::report::words::{Words, fill};

const SCRIPT: &str = include_str!("../../../assets/report/study.js");

/// Bytes of the data of a page.
const BUDGET: usize = 2_600_000;
/// Bytes of reasons of runs that failed; beyond, runs that failed alike have the words of the first.
const REASONS: usize = 150_000;
/// Runs of a page; of more, every n-th and the ends.
const ROWS: usize = 20_000;
/// Columns that are drawn at first.
const DRAWN: usize = 9;
/// Names that have a colour each.
const COLOURS: usize = 7;
/// No name of a setting is shown longer.
const LETTERS: usize = 120;

/// Words of this section; those of the script are handed on to it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExploreWords {
    title: String,
    intro: String,
    sampled: String,
    left_out: String,
    same: String,
    script: ScriptWords,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ScriptWords {
    lines: String,
    lines_note: String,
    points: String,
    points_note: String,
    table: String,
    selected: String,
    all: String,
    clear: String,
    limits: String,
    limits_note: String,
    low: String,
    high: String,
    columns: String,
    across: String,
    up: String,
    colour: String,
    none: String,
    other: String,
    only: String,
    filter: String,
    more: String,
    download: String,
    sort: String,
    failed: String,
    front: String,
    of_rows: String,
    drawn: String,
    empty: String,
}

/// A column as it is packed.
struct Packed {
    json: String,
    varies: bool,
    input: bool,
    /// Place among inputs or outputs.
    place: usize,
}

/// What goes into the page, and what does not.
pub(super) struct Pack {
    json: String,
    rows: usize,
    /// Names of the columns that found no room.
    left_out: Vec<String>,
    /// Figures that are the same in all runs, with their value.
    same: Vec<(String, String)>,
}

pub(super) fn section(study: &Study, first: &[usize], words: &Words) -> Option<Section> {
    if study.rows == 0 || study.inputs.is_empty() && study.outputs.is_empty() {
        return None;
    }
    let own = &words.study.explore;
    let pack = pack(study, first, words, BUDGET);
    let stem = if study.searched { "optimise" } else { "sweep" };
    let names: Vec<&str> = pack.left_out.iter().map(String::as_str).collect();
    let count = |number: usize| written(number as f64, 0);
    Some(Section {
        id: "runs",
        title: own.title.clone(),
        body: html! {
            p { (own.intro) }
            @if pack.rows < study.rows {
                p.note { (fill(&own.sampled, &[("rows", &count(pack.rows)), ("all", &count(study.rows)), ("file", &format!("{stem}.csv"))])) }
            }
            div id="study" {}
            @if !pack.same.is_empty() {
                details {
                    summary { (fill(&own.same, &[("count", &count(pack.same.len()))])) }
                    ul.columns { @for (name, value) in &pack.same { li { (name) ": " (value) } } }
                }
            }
            @if !names.is_empty() {
                details {
                    summary { (fill(&own.left_out, &[("count", &count(names.len())), ("file", &format!("{stem}.csv"))])) }
                    ul.columns { @for name in &names { li { code { (name) } } } }
                }
            }
            script type="application/json" id="study-data" { (PreEscaped(&pack.json)) }
            script { (PreEscaped(SCRIPT)) }
        },
    })
}

/// The rows of the page: all, or every n-th with the ends of each aim, the front and what is printed.
fn kept(study: &Study) -> Vec<usize> {
    let each = study.rows.div_ceil(ROWS);
    let mut rows: Vec<usize> = (0..study.rows).step_by(each).collect();
    if each > 1 {
        let ends = study.outputs.iter().take(3);
        let ends = ends.filter_map(super::folder::Output::ends);
        rows.extend(ends.flat_map(|(low, high)| [low, high]));
        rows.extend(study.front.iter().take(ROWS / 10));
        rows.sort_unstable();
        rows.dedup();
    }
    rows
}

/// Packs as many columns as there is room for: inputs first, then outputs by their importance. `first` are the inputs that matter
/// most.
fn pack(study: &Study, first: &[usize], words: &Words, budget: usize) -> Pack {
    let rows = kept(study);
    let mut pack = Pack {
        json: String::new(),
        rows: rows.len(),
        left_out: Vec::new(),
        same: Vec::new(),
    };
    let failed = failed(study, &rows);
    let mut columns: Vec<Packed> = Vec::new();
    let mut room = budget.saturating_sub(failed.len());
    let mut take = |packed: Packed, name: &str, left_out: &mut Vec<String>| {
        if packed.json.len() <= room {
            room -= packed.json.len();
            columns.push(packed);
        } else {
            left_out.push(name.to_owned());
        }
    };
    for place in 0..study.inputs.len() {
        let packed = input(study, place, &rows);
        take(packed, &study.inputs[place].name, &mut pack.left_out);
    }
    for place in 0..study.outputs.len() {
        let output = &study.outputs[place];
        let name = output.figure.name();
        if !output.varies() && study.rows > 1 {
            let value = output.values.iter().find(|value| value.is_finite());
            let value = value.map_or_else(String::new, |value| output.whole(*value));
            pack.same.push((words.figure(&output.figure), value));
            continue;
        }
        take(
            output_of(study, place, &rows, words),
            &name,
            &mut pack.left_out,
        );
    }
    pack.json = whole(study, first, (&rows, &failed), &columns, words);
    pack
}

/// The JSON around the columns.
fn whole(
    study: &Study,
    first: &[usize],
    (rows, failed): (&[usize], &str),
    columns: &[Packed],
    words: &Words,
) -> String {
    let of = if study.searched {
        "design"
    } else {
        "variation"
    };
    let mut out = format!("{{\"of\":{},\"rows\":{}", quoted(of), rows.len());
    if (0..study.rows).any(|row| study.numbers[row] != row as f64) || rows.len() < study.rows {
        let all: Vec<f64> = rows.iter().map(|row| study.numbers[*row]).collect();
        out.push_str(",\"numbers\":");
        numbers(&mut out, &all, 0);
    }
    let at = |input: bool, place: usize| {
        let mut all = columns.iter();
        all.position(|column| column.input == input && column.place == place)
    };
    let varying = |input: bool| {
        let all = columns.iter().enumerate();
        all.filter(move |(_, column)| column.input == input && column.varies)
            .map(|(at, _)| at)
    };
    let inputs = varying(true)
        .count()
        .min(DRAWN - 3.min(varying(false).count()));
    // The inputs that matter most, where there are too many, in their own order.
    let mut drawn: Vec<usize> = first
        .iter()
        .filter_map(|place| at(true, *place))
        .chain(varying(true))
        .collect();
    let mut seen = std::collections::BTreeSet::new();
    drawn.retain(|column| columns[*column].varies && seen.insert(*column));
    drawn.truncate(inputs);
    drawn.sort_unstable();
    let outputs = varying(false).take((DRAWN - drawn.len()).min(5));
    drawn.extend(outputs);
    let mut most: Vec<usize> = first.iter().filter_map(|place| at(true, *place)).collect();
    most.retain(|column| columns[*column].varies);
    // Few names make colours, many make places.
    let few = |column: &usize| {
        let cells = &study.inputs[columns[*column].place].cells;
        matches!(cells, Cells::Names(names, _) if names.len() <= COLOURS)
    };
    if let [a, b, ..] = &most[..]
        && few(a)
        && !few(b)
    {
        most.swap(0, 1);
    }
    let mut most = most.into_iter();
    let mut of_outputs = varying(false);
    let (x, y, colour) = if study.aims.len() > 1 {
        (of_outputs.next(), of_outputs.next(), most.next())
    } else {
        (most.next(), of_outputs.next(), most.next())
    };
    let any = |chosen: Option<usize>| chosen.or(drawn.first().copied()).unwrap_or(0);
    let drawn: Vec<String> = drawn.iter().map(usize::to_string).collect();
    let colour = colour.map_or("null".into(), |colour| colour.to_string());
    let _ = write!(
        out,
        ",\"drawn\":[{}],\"x\":{},\"y\":{},\"colour\":{colour}",
        drawn.join(","),
        any(x),
        any(y)
    );
    let places: BTreeMap<usize, usize> = rows
        .iter()
        .enumerate()
        .map(|(at, row)| (*row, at))
        .collect();
    let front: Vec<String> = study
        .front
        .iter()
        .filter_map(|row| places.get(row))
        .map(usize::to_string)
        .collect();
    let _ = write!(out, ",\"front\":[{}],\"failed\":{failed}", front.join(","));
    let said = serde_json::to_string(&words.study.explore.script).unwrap_or_default();
    let _ = write!(
        out,
        ",\"words\":{},\"columns\":[",
        said.replace('<', "\\u003c")
    );
    for (index, column) in columns.iter().enumerate() {
        out.push_str(if index > 0 { "," } else { "" });
        out.push_str(&column.json);
    }
    out.push_str("]}");
    out
}

/// Reasons, and which of them each row that failed has.
fn failed(study: &Study, rows: &[usize]) -> String {
    let bytes: usize = study.failed.iter().map(String::len).sum();
    let of_row: Vec<(usize, String)> = rows
        .iter()
        .enumerate()
        .filter(|(_, row)| !study.failed[**row].is_empty())
        .map(|(at, row)| (at, reasons::said(&study.failed[*row]).to_owned()))
        .collect();
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    let mut texts: Vec<String> = Vec::new();
    let mut pairs = Vec::new();
    for (at, reason) in of_row {
        let key = if bytes > REASONS {
            reasons::kind(&reason)
        } else {
            reason.clone()
        };
        let place = *names.entry(key).or_insert_with(|| {
            let more = if bytes > REASONS { " …" } else { "" };
            texts.push(quoted(&(cut(&reason, 600) + more)));
            texts.len() - 1
        });
        pairs.push(format!("[{at},{place}]"));
    }
    // Reasons that all differ in words, not in figures alone.
    let mut size = 0;
    for text in &mut texts {
        size += text.len();
        if size > 4 * REASONS {
            *text = "\"…\"".into();
        }
    }
    format!(
        "{{\"reasons\":[{}],\"of\":[{}]}}",
        texts.join(","),
        pairs.join(",")
    )
}

fn cut(text: &str, letters: usize) -> String {
    match text.char_indices().nth(letters) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

fn input(study: &Study, place: usize, rows: &[usize]) -> Packed {
    let input = &study.inputs[place];
    let mut json = format!(
        "{{\"name\":{},\"full\":{},\"unit\":\"\",\"input\":true",
        quoted(&cut(&input.short, LETTERS)),
        quoted(&cut(&input.name, 4 * LETTERS)),
    );
    let varies = match &input.cells {
        Cells::Numbers(all) => {
            let values: Vec<f64> = rows.iter().map(|row| all[*row]).collect();
            let most = values
                .iter()
                .fold(0.0, |most: f64, value| most.max(value.abs()));
            let places = needed(&values, decimals(most, 6));
            let _ = write!(json, ",\"decimals\":{places},\"cells\":");
            numbers(&mut json, &values, places);
            values.iter().any(|value| *value != values[0])
        }
        Cells::Names(names, of_row) => {
            let names: Vec<String> = names
                .iter()
                .map(|name| quoted(&cut(name, LETTERS)))
                .collect();
            let _ = write!(json, ",\"names\":[{}],\"cells\":", names.join(","));
            let values: Vec<f64> = rows.iter().map(|row| of_row[*row] as f64).collect();
            numbers(&mut json, &values, 0);
            names.len() > 1
        }
    };
    json.push('}');
    Packed {
        json,
        varies,
        input: true,
        place,
    }
}

fn output_of(study: &Study, place: usize, rows: &[usize], words: &Words) -> Packed {
    let output = &study.outputs[place];
    let style = &output.style;
    let values: Vec<f64> = rows
        .iter()
        .map(|row| style.scaled(output.values[*row]))
        .collect();
    let most = values
        .iter()
        .fold(0.0, |most: f64, value| most.max(value.abs()));
    // As many digits as tables show, and no more than six of the largest unless runs are closer than that.
    let places = style.decimals.max(decimals(most, 5)).min(6);
    let mut json = format!(
        "{{\"name\":{},\"full\":{},\"unit\":{},\"decimals\":{places},\"cells\":",
        quoted(&words.figure(&output.figure)),
        quoted(&output.figure.name()),
        quoted(style.unit),
    );
    numbers(&mut json, &values, places);
    json.push('}');
    Packed {
        json,
        varies: output.varies(),
        input: false,
        place,
    }
}

/// Decimals that all values need, up to `most`.
fn needed(values: &[f64], most: usize) -> usize {
    let exact = |places: usize| {
        let power = 10_f64.powf(places as f64);
        let finest = 10_f64.powf(most as f64 + 1.0);
        values
            .iter()
            .filter(|value| value.is_finite())
            .all(|value| ((value * power).round() / power - value).abs() * finest < 1.0)
    };
    (0..most).find(|places| exact(*places)).unwrap_or(most)
}
