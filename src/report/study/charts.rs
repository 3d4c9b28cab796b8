//! What matters: tornados, elementary effects, shares of the variance, ranks.

mod shares;

use maud::html;
use serde::Deserialize;

use super::fill_once;
use super::folder::{Output, Study};
use super::matter::{Method, Owed, Sensitivity, Weight, weights};
use crate::report::chart::{
    Axis, Chart, Colour, Data, DataColumn, Hints, Key, Mark, Row, Rows, Span,
};
use crate::report::number::{signed, written};
use crate::report::page::Section;
use crate::report::words::Words;
pub(super) use shares::share;
use shares::{ranks, sobol};

/// Outputs that have a chart.
const OUTPUTS: usize = 12;
/// Inputs in a chart.
const INPUTS: usize = 20;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MatterWords {
    title: String,
    others: String,
    tornado: String,
    tornado_note: String,
    input: String,
    middle: String,
    low: String,
    high: String,
    swing: String,
    morris: String,
    morris_note: String,
    effect: String,
    half: String,
    sigma: String,
    sigma_note: String,
    bent: String,
    sobol: String,
    sobol_note: String,
    alone: String,
    total: String,
    from: String,
    to: String,
    ranks: String,
    ranks_note: String,
    share: String,
    correlation: String,
    more: String,
    less: String,
    names: String,
}

pub(super) fn section(study: &Study, of_main: &[Weight], words: &Words) -> Option<Section> {
    let own = &words.study.matter;
    let charts: Vec<Chart> = match &study.sensitivity {
        Some(sensitivity) => {
            let charts = sensitivity.of.iter().take(OUTPUTS).enumerate();
            charts
                .filter_map(|(index, owed)| {
                    let output = &study.outputs[owed.output];
                    let owed = &Owed {
                        output: owed.output,
                        rows: owed.rows.iter().take(INPUTS).cloned().collect(),
                    };
                    match sensitivity.method {
                        Method::OneAtATime => {
                            tornado(study, index, (sensitivity, owed), output, words)
                        }
                        Method::Morris => morris(study, index, (sensitivity, owed), output, words),
                        Method::Sobol => sobol(study, index, (sensitivity, owed), output, words),
                    }
                })
                .collect()
        }
        None if study.inputs.len() < 2 => return None,
        None => study
            .outputs
            .iter()
            .filter(|output| output.varies())
            .take(OUTPUTS)
            .enumerate()
            .filter_map(|(index, output)| match index {
                0 => ranks(study, index, output, of_main, words),
                _ => ranks(study, index, output, &weights(&study.inputs, output), words),
            })
            .collect(),
    };
    let (first, others) = charts.split_first()?;
    Some(Section {
        id: "matters",
        title: own.title.clone(),
        body: html! {
            (first.render(words))
            @if !others.is_empty() {
                details {
                    summary { (fill_once(&own.others, &[("count", &others.len().to_string())])) }
                    div.charts { @for chart in others { (chart.render(words)) } }
                }
            }
        },
    })
}

fn short(study: &Study, name: &str) -> String {
    let mut all = study.inputs.iter();
    all.find(|input| input.name == name)
        .map_or(name.to_owned(), |input| input.short.clone())
}

/// The full name where the short one leaves something out.
fn note(study: &Study, name: &str) -> String {
    if short(study, name) == name {
        String::new()
    } else {
        name.to_owned()
    }
}

fn title(text: &str, output: &Output, words: &Words) -> String {
    fill_once(text, &[("output", &words.figure(&output.figure))])
}

fn key(name: &str, colour: Colour) -> Key {
    Key {
        name: name.to_owned(),
        colour,
        line: false,
        dashed: false,
    }
}

/// What the values in the unit that is shown are.
fn scaled(sensitivity: &Sensitivity, owed: &Owed, output: &Output, name: &str) -> Vec<f64> {
    let of =
        |(_, values): &(String, Vec<f64>)| output.style.scaled(sensitivity.value(values, name));
    owed.rows.iter().map(of).collect()
}

fn names(study: &Study, owed: &Owed) -> Vec<String> {
    owed.rows
        .iter()
        .map(|(name, _)| short(study, name))
        .collect()
}

/// Decimals for differences of an output.
fn finer(output: &Output, values: &[f64]) -> usize {
    let most = values.iter().filter(|value| value.is_finite());
    let most = most.fold(0.0, |most: f64, value| most.max(value.abs()));
    crate::report::number::decimals(most, 3)
        .max(output.style.decimals.min(1))
        .min(6)
}

fn tornado(
    study: &Study,
    index: usize,
    (sensitivity, owed): (&Sensitivity, &Owed),
    output: &Output,
    words: &Words,
) -> Option<Chart> {
    let own = &words.study.matter;
    let [middle, low, high] =
        ["middle", "low", "high"].map(|name| scaled(sensitivity, owed, output, name));
    let centre = middle.iter().copied().find(|value| value.is_finite())?;
    let all = || {
        low.iter()
            .chain(&high)
            .copied()
            .filter(|value| value.is_finite())
    };
    all().next()?;
    let differences: Vec<f64> = all().map(|value| value - centre).collect();
    let decimals = finer(output, &differences);
    let unit = output.style.unit;
    let row = |at: usize| {
        let said = |value: f64| {
            if value.is_finite() {
                signed(value - centre, decimals)
            } else {
                "–".into()
            }
        };
        let span = |end: f64, name: &str| {
            end.is_finite().then(|| Span {
                from: centre,
                to: end,
                colour: Colour::named(name),
            })
        };
        Row {
            name: short(study, &owed.rows[at].0),
            note: note(study, &owed.rows[at].0),
            value: format!("{} / {}", said(low[at]), said(high[at])),
            spans: [span(low[at], "less"), span(high[at], "more")]
                .into_iter()
                .flatten()
                .collect(),
            marks: vec![Mark::Middle(centre)],
            total: false,
        }
    };
    let rows = Rows {
        axis: Axis::linear(all().chain([centre]), false, 5),
        unit: unit.into(),
        rows: (0..owed.rows.len()).map(row).collect(),
    };
    let places = output.style.decimals.max(decimals);
    let swing: Vec<f64> = low
        .iter()
        .zip(&high)
        .map(|(low, high)| (high - low).abs())
        .collect();
    Some(Chart {
        id: format!("matters-{index}"),
        title: title(&own.tornado, output, words),
        note: fill_once(
            &own.tornado_note,
            &[("middle", &output.whole(centre / output.style.scaled(1.0)))],
        ),
        legend: vec![
            key(&own.low, Colour::named("less")),
            key(&own.high, Colour::named("more")),
        ],
        plot: rows.draw(),
        data: Data {
            columns: vec![
                DataColumn::words(&own.input, names(study, owed)),
                DataColumn::numbers(&own.middle, unit, places, middle),
                DataColumn::numbers(&own.low, unit, places, low),
                DataColumn::numbers(&own.high, unit, places, high),
                DataColumn::numbers(&own.swing, unit, decimals, swing),
            ],
            hints: Hints::Items,
        },
    })
}

fn morris(
    study: &Study,
    index: usize,
    (sensitivity, owed): (&Sensitivity, &Owed),
    output: &Output,
    words: &Words,
) -> Option<Chart> {
    let own = &words.study.matter;
    let [effect, half, sigma, mu] = ["mu_star", "mu_star_95", "sigma", "mu"]
        .map(|name| scaled(sensitivity, owed, output, name));
    effect.iter().find(|value| value.is_finite())?;
    let decimals = finer(output, &effect);
    let unit = output.style.unit;
    let row = |at: usize| {
        let bent = sigma[at] > 0.5 * effect[at];
        let direction = if mu[at] < 0.0 { "less" } else { "more" };
        let known = effect[at].is_finite();
        let said = |value: f64| written(value, decimals);
        let mut note = fill_once(&own.sigma_note, &[("sigma", &said(sigma[at]))]);
        if bent {
            note += &own.bent;
        }
        Row {
            name: short(study, &owed.rows[at].0),
            note: if known { note } else { String::new() },
            value: if known {
                format!("{} ± {}", said(effect[at]), said(half[at]))
            } else {
                "–".into()
            },
            spans: if known {
                vec![Span {
                    from: 0.0,
                    to: effect[at],
                    colour: Colour::named(direction),
                }]
            } else {
                Vec::new()
            },
            marks: if half[at].is_finite() {
                vec![Mark::Interval(
                    (effect[at] - half[at]).max(0.0),
                    effect[at] + half[at],
                )]
            } else {
                Vec::new()
            },
            total: false,
        }
    };
    let ends = effect.iter().zip(&half).map(|(effect, half)| effect + half);
    let rows = Rows {
        axis: Axis::linear(effect.iter().copied().chain(ends), true, 5),
        unit: unit.into(),
        rows: (0..owed.rows.len()).map(row).collect(),
    };
    Some(Chart {
        id: format!("matters-{index}"),
        title: title(&own.morris, output, words),
        note: own.morris_note.clone(),
        legend: vec![
            key(&own.more, Colour::named("more")),
            key(&own.less, Colour::named("less")),
        ],
        plot: rows.draw(),
        data: Data {
            columns: vec![
                DataColumn::words(&own.input, names(study, owed)),
                DataColumn::numbers(&own.effect, unit, decimals, effect),
                DataColumn::numbers(&own.half, unit, decimals, half),
                DataColumn::numbers(&own.sigma, unit, decimals, sigma),
            ],
            hints: Hints::Items,
        },
    })
}
