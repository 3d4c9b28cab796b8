//! The run as hours of days: power, PUE, chips, water.

use maud::html;
use serde::Deserialize;

use crate::report::chart::{Chart, Data, DataColumn, HeatMap, Hints, of_time};
use crate::report::number::decimals;
use crate::report::page::Section;
use crate::report::source::{Run, Series};
use crate::report::words::Words;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct YearWords {
    title: String,
    note: String,
    power: String,
    pue: String,
    chip: String,
    water: String,
    power_short: String,
    pue_short: String,
    chip_short: String,
    water_short: String,
}

pub(super) fn section(run: &Run, words: &Words) -> Option<Section> {
    let own = &words.run.year;
    let series = run.series.as_ref()?;
    let scaled = |name: &str, factor: f64| -> Option<Vec<f64>> {
        Some(
            series
                .column(name)?
                .iter()
                .map(|value| value * factor)
                .collect(),
        )
    };
    let largest = series
        .column("facility_kw")?
        .iter()
        .copied()
        .fold(0.0, f64::max);
    let (power_unit, factor) = if largest < 1000.0 {
        ("kW", 1.0)
    } else {
        ("MW", 1e-3)
    };
    // Litres of an interval as cubic metres an hour.
    let hourly = 3.6 / series.step_s;
    let charts: Vec<Chart> = [
        (
            "heat-power",
            &own.power,
            &own.power_short,
            power_unit,
            scaled("facility_kw", factor),
        ),
        ("heat-pue", &own.pue, &own.pue_short, "", scaled("pue", 1.0)),
        (
            "heat-chip",
            &own.chip,
            &own.chip_short,
            "°C",
            series.hottest_chip(),
        ),
        (
            "heat-water",
            &own.water,
            &own.water_short,
            "m³/h",
            scaled("water_makeup_l", hourly),
        ),
    ]
    .into_iter()
    .filter_map(|(id, title, short, unit, values)| {
        heat_map(series, (id, title, short, unit), &values?, words)
    })
    .collect();
    (!charts.is_empty()).then(|| Section {
        id: "year",
        title: own.title.clone(),
        body: html! {
            p.note { (own.note) }
            div.charts { @for chart in &charts { (chart.render(words)) } }
        },
    })
}

fn heat_map(
    series: &Series,
    (id, title, short, unit): (&str, &str, &str, &str),
    values: &[f64],
    words: &Words,
) -> Option<Chart> {
    let hours = series.hours(values)?;
    let finite = || {
        hours
            .values
            .iter()
            .copied()
            .filter(|value| value.is_finite())
    };
    let (low, high) = (
        finite().fold(f64::INFINITY, f64::min),
        finite().fold(f64::NEG_INFINITY, f64::max),
    );
    if high <= low {
        return None;
    }
    let places = match id {
        "heat-pue" => 3,
        "heat-chip" => 1,
        _ => decimals(high, 4),
    };
    let seconds = (hours.columns * hours.days) as f64 * 86_400.0;
    let ticks = of_time(hours.from.at(0, 0, 0, 0), seconds, &words.months);
    let plot = HeatMap {
        values: hours.values.clone(),
        hours: hours.hours,
        ticks,
        unit: unit.to_owned(),
        decimals: places,
        least_span: match id {
            "heat-pue" => 0.02,
            "heat-chip" => 5.0,
            _ => 0.02 * high,
        },
    };
    Some(Chart {
        id: id.into(),
        title: title.to_owned(),
        note: String::new(),
        legend: Vec::new(),
        plot: plot.draw(),
        data: Data {
            columns: vec![DataColumn::numbers(short, unit, places, hours.values)],
            hints: Hints::Cells {
                from: hours.from,
                days: hours.days,
                hours: hours.hours,
            },
        },
    })
}
