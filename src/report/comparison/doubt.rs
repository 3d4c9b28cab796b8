//! How sure the figures and their differences are, by the draws.

use maud::{Markup, html};
use serde::Deserialize;

use super::sides::{Side, Sides, style};
use crate::metrics::figures::Unit;
use crate::report::chart::{Axis, Chart, Colour, Data, DataColumn, Hints, Mark, Row, Rows, Span};
use crate::report::doubt::weight;
use crate::report::number::{signed, written};
use crate::report::page::Section;
use crate::report::run::HEADLINES;
use crate::report::source::bands::Spread;
use crate::report::words::{Words, fill};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DoubtWords {
    title: String,
    none: String,
    drawn: String,
    note: String,
    differences: String,
    of_difference: String,
    side: String,
    stated: String,
    decides: String,
    undecided: String,
    open: String,
    all_sure: String,
}

/// Figures whose bands are shown: those of the first screen, and the chips.
const CHIP: &str = "thermal.max_chip_c";

/// Inputs named for each difference.
const NAMED: usize = 3;

/// What weighs: energy for the same work, or energy where no work is counted.
pub(super) fn main_figure(sides: &Sides) -> &'static str {
    const BY_WORK: &str = "work.kwh_per_gpu_hour";
    let all = sides.all().iter();
    let known = all.filter(|side| side.run.value(BY_WORK).is_some()).count();
    if known == sides.all().len() {
        BY_WORK
    } else {
        "energy_mwh.facility"
    }
}

/// Whether nine draws of ten do not agree on the sign.
pub(super) fn is_open(spread: &Spread) -> bool {
    spread.p10 < 0.0 && spread.p90 > 0.0
}

/// Differences whose sign is open, each as a sentence.
pub(super) fn open(sides: &Sides, words: &Words) -> Vec<String> {
    let own = &words.comparison.doubt;
    let mut told = Vec::new();
    for (index, side) in sides.further() {
        for name in HEADLINES {
            let Some(spread) = sides.change(name, 0, index).filter(is_open) else {
                continue;
            };
            let less = sides.drawn(0, index);
            let less = less.and_then(|(bands, of)| bands.less(name, of));
            let figure = sides.row(name).map(|row| words.figure(&row.figure));
            told.push(fill(
                &own.open,
                &[
                    ("figure", &figure.unwrap_or_default()),
                    ("other", &side.name),
                    ("first", &sides.first().name),
                    ("less", &written(100.0 * less.unwrap_or(f64::NAN), 0)),
                    ("low", &signed(100.0 * spread.p10, 1)),
                    ("high", &signed(100.0 * spread.p90, 1)),
                ],
            ));
        }
    }
    told
}

/// For the first screen.
pub(super) fn first_screen(sides: &Sides, words: &Words) -> Markup {
    let own = &words.comparison.doubt;
    let Some(bands) = &sides.bands else {
        return html! { p { (own.none) } };
    };
    let [draws, inputs] = [bands.draws(), bands.inputs()].map(|count| written(count as f64, 0));
    let open = open(sides, words);
    html! {
        p { (fill(&own.drawn, &[("draws", &draws), ("inputs", &inputs)])) }
        @if open.is_empty() { p { (own.all_sure) } } @else { ul { @for one in &open { li { (one) } } } }
        @if let [_, other] = sides.all() { (weights(sides, 1, other, words)) }
    }
}

pub(super) fn section(sides: &Sides, words: &Words) -> Option<Section> {
    let own = &words.comparison.doubt;
    sides.bands.as_ref()?;
    let names = HEADLINES.iter().chain(&[CHIP]);
    let charts: Vec<Chart> = names
        .filter_map(|name| of_sides(sides, name, words))
        .collect();
    let differences: Vec<Chart> = sides
        .further()
        .filter_map(|(index, side)| of_difference(sides, index, side, words))
        .collect();
    let weights: Vec<Markup> = sides
        .further()
        .map(|(index, side)| weights(sides, index, side, words))
        .collect();
    if charts.is_empty() && differences.is_empty() {
        return None;
    }
    Some(Section {
        id: "doubt-by-figure",
        title: own.title.clone(),
        body: html! {
            p.note { (own.note) }
            div.charts { @for chart in &differences { (chart.render(words)) } }
            @if sides.all().len() > 2 { @for weights in &weights { (weights) } }
            div.charts { @for chart in &charts { (chart.render(words)) } }
        },
    })
}

/// Which doubts decide how large a difference is.
fn weights(sides: &Sides, index: usize, side: &Side, words: &Words) -> Markup {
    let own = &words.comparison.doubt;
    let name = main_figure(sides);
    let figure = sides.row(name).map(|row| words.figure(&row.figure));
    let named = [
        ("figure", figure.as_deref().unwrap_or_default()),
        ("other", side.name.as_str()),
        ("first", sides.first().name.as_str()),
    ];
    let weights = sides
        .drawn(0, index)
        .map(|(bands, of)| bands.weights_of_change(name, of, NAMED));
    let weights = weights.unwrap_or_default();
    html! {
        @if weights.is_empty() {
            p { (fill(&own.undecided, &named)) }
        } @else {
            p { (fill(&own.decides, &named)) }
            ul { @for one in &weights { li { (weight(one, words)) } } }
        }
    }
}

/// A row of a band, in the unit that is shown.
fn band_row(name: &str, value: String, spread: &Spread, colour: Colour) -> Row {
    Row {
        name: name.to_owned(),
        note: String::new(),
        value,
        spans: vec![Span {
            from: spread.p10,
            to: spread.p90,
            colour,
        }],
        marks: vec![Mark::Middle(spread.p50), Mark::Stated(spread.stated)],
        total: false,
    }
}

fn scaled(spread: &Spread, of: &dyn Fn(f64) -> f64) -> Spread {
    Spread {
        stated: of(spread.stated),
        p10: of(spread.p10),
        p50: of(spread.p50),
        p90: of(spread.p90),
    }
}

fn ends(spreads: &[Spread]) -> impl Iterator<Item = f64> {
    let ends = |it: &Spread| [it.stated, it.p10, it.p50, it.p90];
    spreads.iter().flat_map(ends)
}

/// Columns of data: what is stated, then the band.
fn columns(
    names: (&str, Vec<String>),
    unit: &str,
    places: usize,
    spreads: &[Spread],
    words: &Words,
) -> Vec<DataColumn> {
    let column = |name: &str, of: fn(&Spread) -> f64| {
        DataColumn::numbers(name, unit, places, spreads.iter().map(of).collect())
    };
    vec![
        DataColumn::words(names.0, names.1),
        column(&words.comparison.doubt.stated, |it| it.stated),
        column("P10", |it| it.p10),
        column("P50", |it| it.p50),
        column("P90", |it| it.p90),
    ]
}

/// A figure of all sides.
fn of_sides(sides: &Sides, name: &str, words: &Words) -> Option<Chart> {
    let own = &words.comparison.doubt;
    let row = sides.row(name)?;
    let style = style(&row);
    let known: Vec<(usize, &Side, Spread)> = sides
        .all()
        .iter()
        .enumerate()
        .filter_map(|(index, side)| Some((index, side, sides.spread(name, index)?)))
        .map(|(index, side, spread)| (index, side, scaled(&spread, &|value| style.scaled(value))))
        .collect();
    let spreads: Vec<Spread> = known.iter().map(|(_, _, spread)| *spread).collect();
    if spreads.is_empty() || ends(&spreads).all(|value| value == 0.0) {
        return None;
    }
    let text = |value: f64| written(value, style.decimals);
    let rows = known.iter().map(|(index, side, spread)| {
        let value = format!("{} – {}", text(spread.p10), text(spread.p90));
        band_row(&side.name, value, spread, Colour::of_side(*index))
    });
    let plot = Rows {
        axis: Axis::linear(ends(&spreads), false, 4),
        unit: style.unit.into(),
        rows: rows.collect(),
    };
    let names = known.iter().map(|(_, side, _)| side.name.clone()).collect();
    Some(Chart {
        id: format!("band-{}", name.replace('.', "-")),
        title: words.figure(&row.figure),
        note: String::new(),
        legend: Vec::new(),
        plot: plot.draw(),
        data: Data {
            columns: columns(
                (&own.side, names),
                style.unit,
                style.decimals,
                &spreads,
                words,
            ),
            hints: Hints::Items,
        },
    })
}

/// The differences of a side, in percent of the first.
fn of_difference(sides: &Sides, index: usize, side: &Side, words: &Words) -> Option<Chart> {
    let own = &words.comparison.doubt;
    let known: Vec<(String, Spread)> = HEADLINES
        .iter()
        .filter_map(|name| {
            let row = sides.row(name)?;
            let spread = sides.change(name, 0, index)?;
            // What the first side hardly has is no share of it; degrees have no share at all.
            let shares = row.figure.spec.unit != Unit::Celsius && spread.p90 < 10.0;
            shares.then(|| (words.figure(&row.figure), scaled(&spread, &|it| 100.0 * it)))
        })
        .collect();
    if known.is_empty() {
        return None;
    }
    let spreads: Vec<Spread> = known.iter().map(|(_, spread)| *spread).collect();
    let rows = known.iter().map(|(name, spread)| {
        let [low, high] = [spread.p10, spread.p90].map(|percent| signed(percent, 1));
        let value = fill(&words.comparison.from_to, &[("low", &low), ("high", &high)]);
        let colour = match spread {
            _ if is_open(spread) => Colour::named("grid"),
            _ if spread.p90 <= 0.0 => Colour::named("less"),
            _ => Colour::named("more"),
        };
        band_row(name, value, spread, colour)
    });
    let plot = Rows {
        axis: Axis::linear(ends(&spreads), true, 4),
        unit: "%".into(),
        rows: rows.collect(),
    };
    let names = known.iter().map(|(name, _)| name.clone()).collect();
    Some(Chart {
        id: format!("band-change-{index}"),
        title: fill(
            &own.differences,
            &[("other", &side.name), ("first", &sides.first().name)],
        ),
        note: own.of_difference.clone(),
        legend: Vec::new(),
        plot: plot.draw(),
        data: Data {
            columns: columns((&words.page.figure, names), "%", 2, &spreads, words),
            hints: Hints::Items,
        },
    })
}
