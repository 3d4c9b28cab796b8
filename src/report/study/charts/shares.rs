//! Shares of the variance: Sobol indices, and what ranks say without an analysis.

use super::{INPUTS, key, note, short, title};
use crate::report::chart::{Axis, Chart, Colour, Data, DataColumn, Hints, Mark, Row, Rows, Span};
use crate::report::number::written;
use crate::report::study::folder::{Cells, Output, Study};
use crate::report::study::matter::{Owed, Sensitivity, Weight};
use crate::report::words::Words;

pub(super) fn sobol(
    study: &Study,
    index: usize,
    (sensitivity, owed): (&Sensitivity, &Owed),
    output: &Output,
    words: &Words,
) -> Option<Chart> {
    let own = &words.study.matter;
    let of = |values: &[f64], name: &str| 100.0 * sensitivity.value(values, name);
    let mut rows = Vec::new();
    let mut columns: [Vec<f64>; 3] = Default::default();
    let (mut inputs, mut kinds) = (Vec::new(), Vec::new());
    for (name, values) in &owed.rows {
        for (kind, words, colour) in [
            ("total", &own.total, Colour::of_side(5)),
            ("first", &own.alone, Colour::of_side(0)),
        ] {
            let value = of(values, kind);
            let [low, high] = ["low", "high"].map(|end| of(values, &format!("{kind}_{end}")));
            let known = value.is_finite();
            rows.push(Row {
                name: if kind == "total" {
                    short(study, name)
                } else {
                    String::new()
                },
                note: words.clone(),
                value: if known {
                    format!("{} %", written(value, 0))
                } else {
                    "–".into()
                },
                spans: if known {
                    vec![Span {
                        from: 0.0,
                        to: value,
                        colour,
                    }]
                } else {
                    Vec::new()
                },
                marks: if low.is_finite() && high.is_finite() {
                    vec![Mark::Interval(low, high)]
                } else {
                    Vec::new()
                },
                total: false,
            });
            inputs.push(short(study, name));
            kinds.push(words.clone());
            for (column, value) in columns.iter_mut().zip([value, low, high]) {
                column.push(value);
            }
        }
    }
    columns[0].iter().find(|value| value.is_finite())?;
    let picture = Rows {
        axis: Axis::linear(columns.iter().flatten().copied(), true, 5),
        unit: "%".into(),
        rows,
    };
    let [value, low, high] = columns;
    Some(Chart {
        id: format!("matters-{index}"),
        title: title(&own.sobol, output, words),
        note: own.sobol_note.clone(),
        legend: vec![
            key(&own.total, Colour::of_side(5)),
            key(&own.alone, Colour::of_side(0)),
        ],
        plot: picture.draw(),
        data: Data {
            columns: vec![
                DataColumn::words(&own.input, inputs),
                DataColumn::words(&own.effect, kinds),
                DataColumn::numbers(&own.share, "%", 1, value),
                DataColumn::numbers(&own.from, "%", 1, low),
                DataColumn::numbers(&own.to, "%", 1, high),
            ],
            hints: Hints::Items,
        },
    })
}

/// `83 %`, with an arrow for its direction.
pub(in crate::report::study) fn share(weight: &Weight) -> String {
    let share = written(100.0 * weight.share, 0);
    match weight.correlation {
        Some(correlation) if weight.sure && correlation > 0.0 => format!("{share} % ↗"),
        Some(_) if weight.sure => format!("{share} % ↘"),
        _ => format!("{share} %"),
    }
}

pub(super) fn ranks(
    study: &Study,
    index: usize,
    output: &Output,
    weights: &[Weight],
    words: &Words,
) -> Option<Chart> {
    let own = &words.study.matter;
    let weights = &weights[..weights.len().min(INPUTS)];
    weights.first()?;
    let colour = |weight: &Weight| match weight.correlation {
        Some(correlation) if correlation > 0.0 => Colour::named("more"),
        Some(_) => Colour::named("less"),
        None => Colour::of_side(2),
    };
    let row = |weight: &Weight| {
        let input = &study.inputs[weight.input];
        Row {
            name: input.short.clone(),
            note: note(study, &input.name),
            value: share(weight),
            spans: vec![Span {
                from: 0.0,
                to: 100.0 * weight.share,
                colour: colour(weight),
            }],
            marks: Vec::new(),
            total: false,
        }
    };
    let rows = Rows {
        axis: Axis::linear([0.0, 100.0], true, 5),
        unit: "%".into(),
        rows: weights.iter().map(row).collect(),
    };
    let input = |weight: &Weight| &study.inputs[weight.input];
    let any = |names: bool| {
        let mut all = weights.iter();
        all.any(|weight| matches!(input(weight).cells, Cells::Names(..)) == names)
    };
    let mut legend = Vec::new();
    if any(false) {
        legend.push(key(&own.more, Colour::named("more")));
        legend.push(key(&own.less, Colour::named("less")));
    }
    if any(true) {
        legend.push(key(&own.names, Colour::of_side(2)));
    }
    let correlation = |weight: &Weight| weight.correlation.unwrap_or(f64::NAN);
    Some(Chart {
        id: format!("matters-{index}"),
        title: title(&own.ranks, output, words),
        note: own.ranks_note.clone(),
        legend,
        plot: rows.draw(),
        data: Data {
            columns: vec![
                DataColumn::words(
                    &own.input,
                    weights
                        .iter()
                        .map(|weight| input(weight).short.clone())
                        .collect(),
                ),
                DataColumn::numbers(
                    &own.share,
                    "%",
                    1,
                    weights.iter().map(|weight| 100.0 * weight.share).collect(),
                ),
                DataColumn::numbers(
                    &own.correlation,
                    "",
                    3,
                    weights.iter().map(correlation).collect(),
                ),
            ],
            hints: Hints::Items,
        },
    })
}
