//! Power made and stored on the site.

use maud::html;
use serde::Deserialize;

use crate::metrics::figures::Unit;
use crate::report::chart::{Chart, Colour, Columns, Data, DataColumn, Hints, Stack};
use crate::report::number::{Style, decimals};
use crate::report::page::Section;
use crate::report::source::{Run, Series};
use crate::report::words::Words;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SupplyWords {
    title: String,
    sources: String,
    note: String,
    month: String,
}

pub(super) fn section(run: &Run, words: &Words) -> Option<Section> {
    let own = &words.run.supply;
    let chart = sources(run.series.as_ref()?, words)?;
    Some(Section {
        id: "supply",
        title: own.title.clone(),
        body: html! { (chart.render(words)) },
    })
}

/// What the site draws, makes and gives away, by month.
fn sources(series: &Series, words: &Words) -> Option<Chart> {
    let own = &words.run.supply;
    let grid = series.column("grid_kw")?;
    let periods = series.periods(&words.months);
    let part = |values: &[f64], sign: f64| -> Vec<f64> {
        let kw: Vec<f64> = values
            .iter()
            .map(|kw| if kw * sign > 0.0 { *kw } else { 0.0 })
            .collect();
        series
            .by_period(&kw, &periods)
            .into_iter()
            .map(|kwh| kwh / 1e3)
            .collect()
    };
    let mut parts = vec![
        ("grid", Colour::named("grid"), part(grid, 1.0)),
        ("fed_in", Colour::named("grid"), part(grid, -1.0)),
    ];
    for (key, column, colour) in [
        ("solar", "solar_kw", Colour::named("solar")),
        ("generator", "generator_kw", Colour::named("generator")),
        ("battery", "battery_kw", Colour::named("battery")),
        ("battery", "ups_battery_kw", Colour::named("battery")),
    ] {
        if let Some(values) = series.column(column) {
            parts.push((key, colour, part(values, 1.0)));
        }
    }
    let parts: Vec<_> = parts
        .into_iter()
        .filter(|(_, _, mwh)| mwh.iter().any(|mwh| *mwh != 0.0))
        .collect();
    if parts.len() < 2 {
        return None;
    }
    let most = parts
        .iter()
        .flat_map(|(_, _, mwh)| mwh)
        .fold(0.0_f64, |most, mwh| most.max(mwh.abs()));
    let style = Style::new(Unit::Mwh, most, 0);
    let places = decimals(style.scaled(most), 4);
    let stacks: Vec<Stack> = parts
        .into_iter()
        .map(|(key, colour, mwh)| Stack {
            name: words.energy_use(key).to_owned(),
            colour,
            values: mwh.into_iter().map(|mwh| style.scaled(mwh)).collect(),
        })
        .collect();
    let mut columns = vec![DataColumn::words(&own.month, periods.0.clone())];
    columns.extend(
        stacks.iter().map(|stack| {
            DataColumn::numbers(&stack.name, style.unit, places, stack.values.clone())
        }),
    );
    let plot = Columns {
        unit: style.unit.into(),
        height: 220,
        names: periods.0,
        stacks,
    };
    Some(Chart {
        id: "sources".into(),
        title: own.sources.clone(),
        note: own.note.clone(),
        legend: plot.legend(),
        plot: plot.draw(),
        data: Data {
            columns,
            hints: Hints::Beside,
        },
    })
}
