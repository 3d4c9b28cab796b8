//! What decides the last year: each input at its ends, and its share of the variance.

use maud::html;
use serde::Deserialize;

use super::shown::{amount, name, number, unit};
use crate::report::chart::{
    Axis, Chart, Colour, Data, DataColumn, Hints, Key, Mark, Row, Rows, Span,
};
use crate::report::number::{decimals, written};
use crate::report::page::Section;
use crate::report::source::Forecast;
use crate::report::words::{Words, fill};
use crate::results::Table;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InputWords {
    title: String,
    note: String,
    correlated: String,
    tornado: String,
    tornado_note: String,
    shares: String,
    shares_note: String,
    input: String,
    low: String,
    high: String,
    middle: String,
    alone: String,
    in_all: String,
    from: String,
    to: String,
}

/// Inputs of a picture at most; the data have all.
const MOST: usize = 12;

/// An input and what it does to a figure of the last year.
pub(super) struct Decider {
    pub(super) input: String,
    /// The figure with the input at its low and at its high end, the lesser first.
    pub(super) ends: [f64; 2],
    /// Its share of the variance, by itself; None where that is not known.
    pub(super) alone: Option<f64>,
}

/// The inputs of a figure, those that move it most first.
pub(super) fn deciders(forecast: &Forecast, figure: &str) -> Vec<Decider> {
    let Some(table) = &forecast.tornado else {
        return Vec::new();
    };
    let (Some(low), Some(high)) = (table.numbers("low"), table.numbers("high")) else {
        return Vec::new();
    };
    let mut all: Vec<Decider> = rows(table, figure)
        .filter(|row| low[*row].is_finite() && high[*row].is_finite())
        .map(|row| {
            let input = table.text("input", row);
            Decider {
                alone: alone(forecast, figure, &input),
                ends: [low[row].min(high[row]), low[row].max(high[row])],
                input,
            }
        })
        .collect();
    all.sort_by(|a, b| (b.ends[1] - b.ends[0]).total_cmp(&(a.ends[1] - a.ends[0])));
    all
}

fn alone(forecast: &Forecast, figure: &str, input: &str) -> Option<f64> {
    let table = forecast.shares.as_ref()?;
    let row = rows(table, figure).find(|row| table.text("input", *row) == input)?;
    Some(table.numbers("first")?[row]).filter(|share| share.is_finite())
}

fn rows<'a>(table: &'a Table, figure: &'a str) -> impl Iterator<Item = usize> + 'a {
    (0..table.rows).filter(move |row| table.text("figure", *row) == figure)
}

pub(super) fn section(forecast: &Forecast, words: &Words) -> Option<Section> {
    let own = &words.forecast.inputs;
    let figures = ["twh", "gw_peak"];
    let tornados = figures
        .iter()
        .filter_map(|figure| tornado(forecast, figure, words));
    let shares = figures
        .iter()
        .filter_map(|figure| shares(forecast, figure, words));
    let charts: Vec<Chart> = tornados.chain(shares).collect();
    (!charts.is_empty()).then(|| Section {
        id: "inputs",
        title: fill(&own.title, &[("year", &forecast.last_year().to_string())]),
        body: html! {
            p.note { (own.note) @if forecast.file.contains_key("correlation") { " " (own.correlated) } }
            div.charts { @for chart in &charts { (chart.render(words)) } }
        },
    })
}

fn key(name: &str, colour: Colour) -> Key {
    Key {
        name: name.to_owned(),
        colour,
        line: false,
        dashed: false,
    }
}

fn tornado(forecast: &Forecast, figure: &str, words: &Words) -> Option<Chart> {
    let own = &words.forecast.inputs;
    let table = forecast.tornado.as_ref()?;
    let of = |column: &str| table.numbers(column);
    let (low, high, middle) = (of("low")?, of("high")?, of("middle")?);
    let mut order: Vec<usize> = rows(table, figure)
        .filter(|row| [low, high, middle].iter().all(|of| of[*row].is_finite()))
        .collect();
    order.sort_by(|a, b| {
        let swing = |row: usize| (high[row] - low[row]).abs();
        swing(*b).total_cmp(&swing(*a)).then(a.cmp(b))
    });
    let values = order
        .iter()
        .take(MOST)
        .flat_map(|row| [low[*row], middle[*row], high[*row]]);
    let axis = Axis::linear(values, false, 4);
    let [less, more] = ["less", "more"].map(Colour::named);
    let bar = |row: &usize| {
        let (low, high, middle) = (low[*row], high[*row], middle[*row]);
        let ends = [low.min(high), low.max(high)].map(|value| number(figure, value, words));
        let [from, to] = ends;
        let span = |to: f64, colour: &Colour| Span {
            from: middle,
            to,
            colour: colour.clone(),
        };
        Row {
            name: table.text("input", *row),
            note: String::new(),
            value: format!("{from} – {to}"),
            spans: vec![span(low, &less), span(high, &more)],
            marks: vec![Mark::Middle(middle)],
            total: false,
        }
    };
    let bars: Vec<Row> = order.iter().take(MOST).map(bar).collect();
    if bars.is_empty() {
        return None;
    }
    let unit = unit(figure, words);
    let column = |name: &str, values: &[f64]| {
        let values: Vec<f64> = order.iter().map(|row| values[*row]).collect();
        let most = values.iter().copied().fold(0.0, |a: f64, b| a.max(b.abs()));
        DataColumn::numbers(name, &unit, decimals(most, 4), values)
    };
    let names = order.iter().map(|row| table.text("input", *row)).collect();
    let plot = Rows {
        axis,
        unit: unit.clone(),
        rows: bars,
    };
    Some(Chart {
        id: format!("tornado-{}", figure.replace('_', "-")),
        title: title(&own.tornado, forecast, figure, words),
        note: tornado_note(forecast, (figure, middle[order[0]]), words),
        legend: vec![key(&own.low, less), key(&own.high, more)],
        plot: plot.draw(),
        data: Data {
            columns: vec![
                DataColumn::words(&own.input, names),
                column(&own.low, low),
                column(&own.middle, middle),
                column(&own.high, high),
            ],
            hints: Hints::Items,
        },
    })
}

/// The draw in the middle of all inputs is not the middle of the draws.
fn tornado_note(forecast: &Forecast, (figure, middle): (&str, f64), words: &Words) -> String {
    let p50 = forecast.value(figure, forecast.last());
    let of = |value: f64| amount(figure, value, words);
    let p50 = of(p50.map_or(f64::NAN, |all| all[1]));
    let values = [("middle", of(middle)), ("p50", p50)];
    fill(
        &words.forecast.inputs.tornado_note,
        &values.each_ref().map(|(a, b)| (*a, b.as_str())),
    )
}

fn shares(forecast: &Forecast, figure: &str, words: &Words) -> Option<Chart> {
    let own = &words.forecast.inputs;
    let table = forecast.shares.as_ref()?;
    let (first, total) = (table.numbers("first")?, table.numbers("total")?);
    let ends = table.numbers("total_low").zip(table.numbers("total_high"));
    let mut order: Vec<usize> = rows(table, figure)
        .filter(|row| first[*row].is_finite() && total[*row].is_finite())
        .collect();
    order.sort_by(|a, b| total[*b].total_cmp(&total[*a]).then(a.cmp(b)));
    let of_all = order.iter().flat_map(|row| {
        let high = ends.map_or(f64::NAN, |(_, high)| high[*row]);
        [first[*row], total[*row], high].map(|share| 100.0 * share)
    });
    let axis = Axis::linear(of_all.map(|share| share.max(0.0)), true, 4);
    let [alone, in_all] = [0, 5].map(Colour::of_side);
    let bar = |row: &usize| {
        // An estimate near zero may come out below it.
        let share = |value: f64| (100.0 * value).max(0.0);
        let (first, total) = (share(first[*row]), share(total[*row]));
        let span = |to: f64, colour: &Colour| Span {
            from: 0.0,
            to,
            colour: colour.clone(),
        };
        let interval = ends.map(|(low, high)| [low[*row], high[*row]].map(share));
        let interval = interval.filter(|ends| ends.iter().all(|end| end.is_finite()));
        Row {
            name: table.text("input", *row),
            note: String::new(),
            value: format!("{} / {} %", written(first, 0), written(total, 0)),
            spans: vec![span(total, &in_all), span(first, &alone)],
            marks: interval
                .map(|[low, high]| Mark::Interval(low, high))
                .into_iter()
                .collect(),
            total: false,
        }
    };
    let bars: Vec<Row> = order.iter().take(MOST).map(bar).collect();
    if bars.is_empty() {
        return None;
    }
    let column = |name: String, values: &[f64]| {
        let values = order.iter().map(|row| 100.0 * values[*row]).collect();
        DataColumn::numbers(name, "%", 1, values)
    };
    let names = order.iter().map(|row| table.text("input", *row)).collect();
    let mut columns = vec![DataColumn::words(&own.input, names)];
    for (title, key) in [(&own.alone, "first"), (&own.in_all, "total")] {
        columns.push(column(title.clone(), table.numbers(key)?));
        for (end, word) in [("low", &own.from), ("high", &own.to)] {
            if let Some(values) = table.numbers(&format!("{key}_{end}")) {
                columns.push(column(format!("{title}, {word}"), values));
            }
        }
    }
    let plot = Rows {
        axis,
        unit: "%".into(),
        rows: bars,
    };
    Some(Chart {
        id: format!("shares-{}", figure.replace('_', "-")),
        title: title(&own.shares, forecast, figure, words),
        note: own.shares_note.clone(),
        legend: vec![key(&own.alone, alone), key(&own.in_all, in_all)],
        plot: plot.draw(),
        data: Data {
            columns,
            hints: Hints::Items,
        },
    })
}

fn title(text: &str, forecast: &Forecast, figure: &str, words: &Words) -> String {
    let year = forecast.last_year().to_string();
    fill(text, &[("figure", &name(figure, words)), ("year", &year)])
}
