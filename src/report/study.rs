//! The page of a study: runs of one question, varied by `sweep` or sought by `optimise`.

mod answer;
mod charts;
mod explore;
mod folder;
mod front;
mod matter;
mod reasons;

use std::path::Path;

use maud::{Markup, html};
use serde::Deserialize;

use super::foot;
use super::number::written;
use super::page::{Cell, Page, Section, table};
use super::words::{Words, fill};
use crate::describe::Fault;
use folder::{Cells, Study, brief};

/// Words of this page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StudyWords {
    sweep: String,
    optimise: String,
    run_one: String,
    run_many: String,
    input_one: String,
    input_many: String,
    /// Between the last two of a list.
    and: String,
    /// A setting of a run: `supply_c = 27`.
    setting: String,
    setting_of_words: String,
    /// Between two of them.
    comma: String,
    and_more: String,
    /// Between two sentences.
    between: String,
    file: String,
    answer: answer::AnswerWords,
    explore: explore::ExploreWords,
    matter: charts::MatterWords,
    front: front::FrontWords,
    inputs: InputWords,
}

/// Words of the table of inputs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InputWords {
    title: String,
    caption: String,
    input: String,
    values: String,
    range: String,
    least: String,
    most: String,
    share: String,
    share_note: String,
}

/// Makes the page of a folder of `sweep`, or of `optimise`.
pub(super) fn page(path: &Path, searched: bool, words: &Words) -> Result<Page, Fault> {
    let study = Study::read(path, searched)?;
    Ok(of(&study, words))
}

fn of(study: &Study, words: &Words) -> Page {
    let weights = study
        .main()
        .map(|main| matter::weights(&study.inputs, main))
        .unwrap_or_default();
    let first = by_weight(study, &weights);
    let sections = [
        front::section(study, words),
        charts::section(study, &weights, words),
        explore::section(study, &first, words),
        inputs(study, &weights, words),
    ];
    let own = &words.study;
    let kind = if study.searched {
        &own.optimise
    } else {
        &own.sweep
    };
    Page {
        kind: format!("{kind} · {}", study.name),
        question: study.question.clone(),
        answer: answer::answer(study, &weights, &first, words),
        doubt: answer::doubt(study, words),
        headlines: answer::headlines(study, words),
        warnings: answer::warnings(study, words),
        sections: sections.into_iter().flatten().collect(),
        foot: foot_of(study, words),
    }
}

/// Inputs in the order in which they matter to the main output.
fn by_weight(study: &Study, weights: &[matter::Weight]) -> Vec<usize> {
    let of_main = study.sensitivity.as_ref().and_then(|it| it.of.first());
    let mut first: Vec<usize> = Vec::new();
    let by_name = of_main.iter().flat_map(|owed| &owed.rows);
    let by_name = by_name.filter_map(|(name, _)| {
        let mut all = study.inputs.iter();
        all.position(|input| input.name == *name)
    });
    for place in by_name
        .chain(weights.iter().map(|weight| weight.input))
        .chain(0..study.inputs.len())
    {
        if !first.contains(&place) {
            first.push(place);
        }
    }
    first
}

/// `supply_c = 27, climate = dublin and 3 more`: the inputs of a run, those that matter most.
fn settings(study: &Study, row: usize, first: &[usize], words: &Words) -> String {
    const SAID: usize = 4;
    let own = &words.study;
    let varying = |place: &&usize| match &study.inputs[**place].cells {
        Cells::Numbers(values) => values.iter().any(|value| *value != values[row]),
        Cells::Names(names, _) => names.len() > 1,
    };
    let said: Vec<String> = first
        .iter()
        .filter(varying)
        .map(|place| {
            let input = &study.inputs[*place];
            let said = input.said(row);
            // A name of several words is not told from those around it.
            let is_name = matches!(input.cells, Cells::Names(..));
            let text = if is_name && said.contains([' ', ',']) {
                &own.setting_of_words
            } else {
                &own.setting
            };
            fill_once(text, &[("input", &input.short), ("value", &said)])
        })
        .collect();
    let mut text = said[..said.len().min(SAID)].join(&own.comma);
    if said.len() > SAID {
        let more = written((said.len() - SAID) as f64, 0);
        text += &fill(&own.and_more, &[("count", &more)]);
    }
    text
}

/// As [`fill`] where values may hold braces themselves.
fn fill_once(text: &str, values: &[(&str, &str)]) -> String {
    let (mut filled, mut rest) = (String::new(), text);
    while let Some((before, behind)) = rest.split_once('{') {
        let Some((name, after)) = behind.split_once('}') else {
            break;
        };
        filled += before;
        match values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => filled += value,
            None => filled.extend(["{", name, "}"]),
        }
        rest = after;
    }
    filled + rest
}

/// The same with values that were made for it.
fn filled(text: &str, values: &[(&str, String)]) -> String {
    let values: Vec<(&str, &str)> = values
        .iter()
        .map(|(name, value)| (*name, &**value))
        .collect();
    fill_once(text, &values)
}

fn counted(number: usize, one: &str, many: &str) -> String {
    let text = if number == 1 { one } else { many };
    fill(text, &[("count", &written(number as f64, 0))])
}

fn inputs(study: &Study, weights: &[matter::Weight], words: &Words) -> Option<Section> {
    let own = &words.study.inputs;
    let ends = study.main().and_then(folder::Output::ends);
    let name = study.main().map(|main| words.figure(&main.figure));
    let name = name.unwrap_or_default();
    let mut head = vec![own.input.clone(), own.values.clone(), own.range.clone()];
    if ends.is_some() {
        head.push(fill_once(&own.least, &[("output", &name)]));
        head.push(fill_once(&own.most, &[("output", &name)]));
    }
    head.push(fill_once(&own.share, &[("output", &name)]));
    let row = |(place, input): (usize, &folder::Input)| {
        let (count, range) = match &input.cells {
            Cells::Numbers(values) => {
                let mut known: Vec<f64> =
                    values.iter().copied().filter(|v| v.is_finite()).collect();
                known.sort_by(f64::total_cmp);
                known.dedup();
                let range = match (known.first(), known.last()) {
                    (Some(low), Some(high)) if low < high => {
                        format!("{} – {}", brief(*low), brief(*high))
                    }
                    (Some(only), _) => brief(*only),
                    _ => String::new(),
                };
                (known.len(), range)
            }
            Cells::Names(names, _) => {
                let some = names.iter().take(8).map(String::as_str);
                let more = if names.len() > 8 { " · …" } else { "" };
                (names.len(), some.collect::<Vec<_>>().join(" · ") + more)
            }
        };
        let mut cells = vec![
            Cell::Text(input.name.clone()),
            Cell::Number(written(count as f64, 0), count as f64),
            Cell::Text(range),
        ];
        if let Some((low, high)) = ends {
            cells.push(Cell::Text(input.said(low)));
            cells.push(Cell::Text(input.said(high)));
        }
        let weight = weights.iter().find(|weight| weight.input == place);
        cells.push(match weight {
            Some(weight) => Cell::Number(charts::share(weight), weight.share),
            None => Cell::Text(String::new()),
        });
        cells
    };
    let rows: Vec<Vec<Cell>> = study.inputs.iter().enumerate().map(row).collect();
    if rows.is_empty() {
        return None;
    }
    Some(Section {
        id: "inputs",
        title: own.title.clone(),
        body: html! {
            (table(&own.caption, &head, &rows, rows.len() > 8))
            p.note { (own.share_note) }
        },
    })
}

fn foot_of(study: &Study, words: &Words) -> Markup {
    html! {
        h3 { (study.name) }
        (foot::of_info(&study.info, words))
        @if let Some(checksum) = study.info.get("study").and_then(serde_json::Value::as_str) {
            p { (words.study.file) " · SHA-256 " code { (checksum) } }
        }
        @if !study.text.is_empty() {
            details {
                summary { (words.study.file) }
                pre tabindex="0" { (study.text) }
            }
        }
    }
}

#[cfg(test)]
mod tests;
