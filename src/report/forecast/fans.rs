//! Figures by year: the middle of the draws, and the band around it.

use maud::html;
use serde::Deserialize;

use super::shown::{meaning, name, unit};
use crate::report::chart::{Axis, Band, Chart, Colour, Data, DataColumn, Hints, Line, Lines, Tick};
use crate::report::number::decimals;
use crate::report::page::Section;
use crate::report::source::Forecast;
use crate::report::words::Words;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FanWords {
    title: String,
    note: String,
    metered: String,
    metered_note: String,
    closures: String,
    closures_note: String,
    both: String,
    both_note: String,
    supply: String,
    work: String,
}

/// Figures that are shown by year.
const FIGURES: [&str; 11] = [
    "twh",
    "gw_peak",
    "contract_gw",
    "share_of_region",
    "ai_twh",
    "h100e_end_m",
    "pue",
    "water_mm3",
    "carbon_mt",
    "capacity_utilisation",
    "curtailable_mw",
];

/// Years that are named under a picture, at most.
const MOST_NAMED: usize = 8;

pub(super) fn section(forecast: &Forecast, words: &Words) -> Option<Section> {
    let own = &words.forecast.fans;
    let charts: Vec<Chart> = FIGURES
        .iter()
        .filter(|key| moves(forecast, key))
        .filter_map(|key| fan(forecast, key, words))
        .collect();
    (!charts.is_empty()).then(|| Section {
        id: "years",
        title: own.title.clone(),
        body: html! {
            p.note { (own.note) }
            div.charts.small { @for chart in &charts { (chart.render(words)) } }
        },
    })
}

/// Whether anything is above nothing.
pub(super) fn moves(forecast: &Forecast, key: &str) -> bool {
    let figure = forecast.figure(key);
    figure.is_some_and(|of| of.0.iter().copied().flatten().any(|value| *value > 0.0))
}

/// Both closures and the gap between them.
pub(super) fn closures(forecast: &Forecast, words: &Words) -> Option<Section> {
    let own = &words.forecast.fans;
    forecast.figure("supply_twh")?;
    forecast.figure("work_twh")?;
    let sides = [("supply_twh", &own.supply), ("work_twh", &own.work)];
    let years = &forecast.years;
    let (mut bands, mut lines) = (Vec::new(), Vec::new());
    let mut columns = vec![DataColumn::words(
        &words.forecast.year,
        years.iter().map(i32::to_string).collect(),
    )];
    let mut all = Vec::new();
    for (side, (key, title)) in sides.into_iter().enumerate() {
        let [low, middle, high] = forecast.figure(key)?.0.map(<[f64]>::to_vec);
        all.extend([&low, &middle, &high].into_iter().flatten().copied());
        let places = decimals(largest(&high), 4);
        for (percentile, values) in [("P10", &low), ("P50", &middle), ("P90", &high)] {
            columns.push(DataColumn::numbers(
                format!("{title}, {percentile}"),
                unit(key, words),
                places,
                values.clone(),
            ));
        }
        let colour = Colour::of_side(side);
        bands.push(Band {
            colour: colour.clone(),
            low,
            high,
        });
        lines.push(Line {
            name: title.clone(),
            colour,
            dashed: side == 1,
            values: middle,
        });
    }
    if years.len() < 2 {
        return None;
    }
    let plot = Lines {
        unit: unit("twh", words),
        height: 240,
        places: None,
        ticks: ticks(years),
        along: String::new(),
        axis: Axis::linear(all, true, 4),
        bands,
        lines,
        spans: Vec::new(),
    };
    let both = Chart {
        id: "closures-both".into(),
        title: own.both.clone(),
        note: own.both_note.clone(),
        legend: plot.legend(),
        plot: plot.draw(),
        data: Data {
            columns,
            hints: Hints::Along(None),
        },
    };
    let charts: Vec<Chart> = std::iter::once(both)
        .chain(
            ["gap_twh", "need_over_supply", "ai_busy"]
                .iter()
                .filter_map(|key| fan(forecast, key, words)),
        )
        .collect();
    Some(Section {
        id: "closures",
        title: own.closures.clone(),
        body: html! {
            p.note { (own.closures_note) }
            div.charts { @for chart in &charts { (chart.render(words)) } }
        },
    })
}

/// The fan of a figure; None where it has none, or only one year.
pub(super) fn fan(forecast: &Forecast, key: &str, words: &Words) -> Option<Chart> {
    let figure = forecast.figure(key)?;
    let mut years = forecast.years.clone();
    let mut bands = figure.0.map(<[f64]>::to_vec);
    if years.len() < 2 {
        return None;
    }
    let history = metered(forecast).filter(|_| key == "twh");
    if let Some((first, _)) = &history {
        let before = (years[0] - first).max(0) as usize;
        years.splice(0..0, *first.min(&years[0])..years[0]);
        for values in &mut bands {
            values.splice(0..0, std::iter::repeat_n(f64::NAN, before));
        }
    }
    let [low, middle, high] = bands;
    let colour = Colour::of_side(0);
    let mut lines = vec![Line {
        name: "P50".into(),
        colour: colour.clone(),
        dashed: false,
        values: middle.clone(),
    }];
    let metered = history.map(|(first, of)| {
        let at = |year: &i32| usize::try_from(year - first).ok();
        let value = |year: &i32| at(year).and_then(|at| of.get(at)).copied();
        let values = years.iter().map(|year| value(year).unwrap_or(f64::NAN));
        values.collect::<Vec<f64>>()
    });
    lines.extend(metered.clone().map(|values| Line {
        name: words.forecast.fans.metered.clone(),
        colour: Colour::of_side(1),
        dashed: true,
        values,
    }));
    let unit = unit(key, words);
    let ratio = unit.is_empty();
    let finite = || {
        let all = [&low, &middle, &high].into_iter().chain(&metered);
        all.flatten().copied().filter(|value| value.is_finite())
    };
    // A ratio that hardly moves is not blown up.
    let ends = ratio.then(|| {
        let least = finite().fold(f64::INFINITY, f64::min) - 0.02;
        [least.max(0.0), largest(&high) + 0.02]
    });
    let axis = Axis::linear(finite().chain(ends.into_iter().flatten()), !ratio, 4);
    let places = decimals(finite().fold(0.0, |most, value| value.abs().max(most)), 4);
    let mut columns = vec![DataColumn::words(
        &words.forecast.year,
        years.iter().map(i32::to_string).collect(),
    )];
    for (percentile, values) in [("P10", &low), ("P50", &middle), ("P90", &high)] {
        columns.push(DataColumn::numbers(
            percentile,
            &unit,
            places,
            values.clone(),
        ));
    }
    columns
        .extend(metered.map(|values| {
            DataColumn::numbers(&words.forecast.fans.metered, &unit, places, values)
        }));
    let plot = Lines {
        unit,
        height: 150,
        places: None,
        ticks: ticks(&years),
        along: String::new(),
        axis,
        bands: vec![Band { colour, low, high }],
        lines,
        spans: Vec::new(),
    };
    let several = plot.lines.len() > 1;
    Some(Chart {
        id: format!("fan-{}", key.replace('_', "-")),
        title: name(key, words),
        note: if several {
            let note = &words.forecast.fans.metered_note;
            format!("{}. {note}", meaning(key, words))
        } else {
            meaning(key, words)
        },
        legend: if several { plot.legend() } else { Vec::new() },
        plot: plot.draw(),
        data: Data {
            columns,
            hints: Hints::Along(None),
        },
    })
}

/// The first year of the meter, and what it read from then on; None where there is no meter, or one of another unit.
fn metered(forecast: &Forecast) -> Option<(i32, Vec<f64>)> {
    let of = forecast.file.get("metered")?;
    if of.get("unit")?.as_str()? != "TWh" {
        return None;
    }
    let years = of.get("years")?.as_table()?.iter();
    let mut years: Vec<(i32, f64)> = years
        .filter_map(|(year, value)| {
            let value = value
                .as_float()
                .or(value.as_integer().map(|whole| whole as f64));
            Some((year.parse().ok()?, value?))
        })
        .collect();
    years.sort_by_key(|(year, _)| *year);
    let first = years.first()?.0;
    let follow = (first..).zip(&years).all(|(year, known)| year == known.0);
    let near = first > forecast.years[0] - 100;
    (follow && near).then(|| (first, years.into_iter().map(|(_, value)| value).collect()))
}

/// Marks of years from edge to edge, as many as can be read.
pub(super) fn ticks(years: &[i32]) -> Vec<Tick> {
    let step = years.len().div_ceil(MOST_NAMED).max(1);
    let last = (years.len().max(2) - 1) as f64;
    years
        .iter()
        .enumerate()
        .step_by(step)
        .map(|(index, year)| Tick {
            at: index as f64 / last,
            label: year.to_string(),
        })
        .collect()
}

fn largest(values: &[f64]) -> f64 {
    let finite = values.iter().copied().filter(|value| value.is_finite());
    finite.fold(0.0, f64::max)
}
