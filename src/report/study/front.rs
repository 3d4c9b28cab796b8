//! What a search found: the front of several aims, and the designs that it printed.

use maud::html;
use serde::Deserialize;

use super::fill_once;
use super::folder::{Cells, Output, Study, brief};
use crate::report::chart::{Chart, Colour, Data, DataColumn, Hints, Points, Scatter};
use crate::report::number::written;
use crate::report::page::{Cell, Section, table};
use crate::report::words::Words;

/// Designs of the table.
const SHOWN: usize = 8;
/// Designs of a front that are drawn one by one.
const FRONT: usize = 400;
/// Other designs that are drawn.
const OTHERS: usize = 5000;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FrontWords {
    title: String,
    title_best: String,
    pair: String,
    pair_note: String,
    on_front: String,
    others: String,
    beyond: String,
    design: String,
    designs: String,
    best: String,
    chosen: String,
    at_most: String,
    at_least: String,
    between: String,
    scenarios: String,
    scenario: String,
}

pub(super) fn section(study: &Study, words: &Words) -> Option<Section> {
    let own = &words.study.front;
    if !study.searched || study.front.is_empty() {
        return None;
    }
    let aims = &study.aims;
    let mut pairs = Vec::new();
    for (at, first) in aims.iter().enumerate() {
        for second in &aims[at + 1..] {
            pairs.push((first.output, second.output));
        }
    }
    let charts = pairs.iter().enumerate();
    let charts: Vec<Chart> = charts
        .map(|(index, pair)| pair_of(study, index, *pair, words))
        .collect();
    let several = aims.len() > 1;
    Some(Section {
        id: "front",
        title: if several { &own.title } else { &own.title_best }.clone(),
        body: html! {
            div.charts { @for chart in &charts { (chart.render(words)) } }
            (designs(study, words))
            p.note { (if several { &own.scenarios } else { &own.scenario }) }
        },
    })
}

/// Name and unit.
fn label(output: &Output, words: &Words) -> String {
    let name = words.figure(&output.figure);
    match output.style.unit {
        "" => name,
        unit => format!("{name}, {unit}"),
    }
}

fn pair_of(study: &Study, index: usize, (a, b): (usize, usize), words: &Words) -> Chart {
    let own = &words.study.front;
    let [x, y] = [a, b].map(|place| &study.outputs[place]);
    let at = |row: &usize| {
        (
            x.style.scaled(x.values[*row]),
            y.style.scaled(y.values[*row]),
        )
    };
    let mut front: Vec<usize> = study.front.iter().copied().take(FRONT).collect();
    front.sort_by(|left, right| x.values[*left].total_cmp(&x.values[*right]));
    let others = |feasible: bool| {
        let rows = (0..study.rows).filter(|row| {
            study.failed[*row].is_empty()
                && study.feasible[*row] == feasible
                && !study.front.contains(row)
        });
        rows.collect::<Vec<usize>>()
    };
    let group = |name: &String, colour: Colour, rows: &[usize], joined: bool| {
        let each = if joined {
            1
        } else {
            rows.len().div_ceil(OTHERS).max(1)
        };
        Points {
            name: name.clone(),
            colour,
            at: rows.iter().step_by(each).map(at).collect(),
            joined,
        }
    };
    let mut points = Vec::new();
    for (name, colour, rows) in [
        (&own.beyond, Colour::of_side(3), others(false)),
        (&own.others, Colour::of_side(6), others(true)),
    ] {
        if !rows.is_empty() {
            points.push(group(name, colour, &rows, false));
        }
    }
    // With three aims a front is a surface: its designs are not one line in any pair.
    points.push(group(&own.on_front, Colour::of_side(0), &front, true));
    let picture = Scatter {
        across: label(x, words),
        up: label(y, words),
        height: 320,
        points,
    };
    let column = |output: &Output| {
        let values = front
            .iter()
            .map(|row| output.style.scaled(output.values[*row]));
        let name = words.figure(&output.figure);
        DataColumn::numbers(
            name,
            output.style.unit,
            output.style.decimals,
            values.collect(),
        )
    };
    let numbers = front.iter().map(|row| {
        let number = written(study.numbers[*row], 0);
        fill_once(&own.design, &[("number", &number)])
    });
    let mut columns = vec![
        DataColumn::words(&own.chosen, numbers.collect()),
        column(x),
        column(y),
    ];
    columns.extend(study.inputs.iter().map(|input| {
        let cells = front.iter().map(|row| input.said(*row));
        DataColumn::words(&input.short, cells.collect())
    }));
    let names = [x, y].map(|output| words.figure(&output.figure));
    Chart {
        id: format!("front-{index}"),
        title: fill_once(&own.pair, &[("a", &names[0]), ("b", &names[1])]),
        note: own.pair_note.clone(),
        legend: picture.legend(),
        plot: picture.draw(),
        data: Data {
            columns,
            hints: Hints::Items,
        },
    }
}

/// The designs that are printed, one column each.
fn designs(study: &Study, words: &Words) -> maud::Markup {
    let own = &words.study.front;
    let mut rows = study.printed.clone();
    if rows.is_empty() {
        rows.clone_from(&study.front);
    }
    rows.truncate(if study.aims.len() > 1 { SHOWN } else { 1 });
    let mut head = vec![own.chosen.clone()];
    head.extend(rows.iter().map(|row| {
        let number = written(study.numbers[*row], 0);
        fill_once(&own.design, &[("number", &number)])
    }));
    let mut lines = Vec::new();
    for input in &study.inputs {
        let mut line = vec![Cell::Text(input.name.clone())];
        line.extend(rows.iter().map(|row| match &input.cells {
            Cells::Numbers(values) => Cell::Number(brief(values[*row]), values[*row]),
            Cells::Names(..) => Cell::Text(input.said(*row)),
        }));
        lines.push(line);
    }
    for (place, output) in study.outputs.iter().enumerate() {
        let limit = study.limits.iter().find(|limit| limit.output == place);
        let end = |end: Option<f64>| end.map(|end| output.style.text(end)).unwrap_or_default();
        let held = limit.map(|limit| {
            let (low, high) = (end(limit.at_least), end(limit.at_most));
            let text = match (limit.at_least, limit.at_most) {
                (Some(_), Some(_)) => &own.between,
                (Some(_), None) => &own.at_least,
                _ => &own.at_most,
            };
            fill_once(text, &[("low", &low), ("high", &high)])
        });
        let held = held.unwrap_or_default();
        let mut line = vec![Cell::Text(format!("{}{held}", label(output, words)))];
        line.extend(rows.iter().map(|row| {
            let value = output.values[*row];
            Cell::Figure(output.style.text(value), output.figure.name(), value)
        }));
        lines.push(line);
    }
    let caption = if study.aims.len() > 1 {
        &own.designs
    } else {
        &own.best
    };
    table(caption, &head, &lines, false)
}
