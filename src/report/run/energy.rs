//! Where the energy goes, and when.

use maud::html;
use serde::Deserialize;

use crate::metrics::figures::Unit;
use crate::palette::USES;
use crate::report::chart::{
    Axis, Chart, Colour, Columns, Data, DataColumn, Hints, Line, Lines, Stack, duration,
};
use crate::report::number::{Style, decimals, written};
use crate::report::page::{Cell, Section, table};
use crate::report::source::series::descending;
use crate::report::source::{Run, Series};
use crate::report::words::{Words, fill};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EnergyWords {
    pub(super) title: String,
    pub(super) flow: String,
    pub(super) flow_note: String,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) share: String,
    by_month: String,
    by_period: String,
    month: String,
    duration: String,
    duration_note: String,
    share_of_time: String,
    pub(super) facility: String,
    pub(super) it: String,
    peaks: String,
    time: String,
    peak: String,
    outdoors: String,
    wet_bulb: String,
    why: String,
    highest: String,
    mean_of: String,
    above_mean: String,
    and: String,
}

pub(super) fn section(run: &Run, words: &Words) -> Option<Section> {
    let own = &words.run.energy;
    let series = run.series.as_ref();
    let charts = [
        series.and_then(|series| by_period(series, words)),
        series.and_then(|series| load_duration(series, words)),
    ];
    let charts: Vec<Chart> = charts.into_iter().flatten().collect();
    let flows = super::flow::chart(run, words);
    let peaks = series.and_then(|series| peaks(series, words));
    if flows.is_none() && charts.is_empty() {
        return None;
    }
    Some(Section {
        id: "energy",
        title: own.title.clone(),
        body: html! {
            @if let Some(flows) = flows { (flows.render(words)) }
            div.charts { @for chart in &charts { (chart.render(words)) } }
            @if let Some(peaks) = peaks { (peaks) }
        },
    })
}

/// Energy of the uses that the run has, MWh, in the order of the palette.
pub(in crate::report) fn uses(run: &Run) -> Vec<(&'static str, f64)> {
    let of = |parts: &[&str]| -> f64 {
        let values = parts
            .iter()
            .map(|part| run.value(&format!("energy_mwh.{part}")));
        values.flatten().sum()
    };
    let all = USES.iter().map(|one| (one.key, of(one.parts)));
    all.filter(|(_, mwh)| *mwh > 0.0).collect()
}

/// Columns of the time series that make a use.
pub(super) fn columns_of(parts: &[&str]) -> Vec<String> {
    parts.iter().map(|part| format!("{part}_kw")).collect()
}

fn by_period(series: &Series, words: &Words) -> Option<Chart> {
    let own = &words.run.energy;
    let periods = series.periods(&words.months);
    let mut stacks = Vec::new();
    for one in &USES {
        let Some(kw) = series.sum(&columns_of(one.parts)) else {
            continue;
        };
        let kwh = series.by_period(&kw, &periods);
        if kwh.iter().any(|kwh| *kwh > 0.0) {
            stacks.push((one.key, kwh));
        }
    }
    let most =
        (0..periods.0.len()).map(|period| stacks.iter().map(|(_, kwh)| kwh[period]).sum::<f64>());
    let style = Style::new(Unit::Mwh, most.fold(0.0, f64::max) / 1e3, 0);
    let places = decimals(
        style.scaled(
            stacks
                .iter()
                .flat_map(|(_, kwh)| kwh)
                .fold(0.0_f64, |a, b| a.max(*b))
                / 1e3,
        ),
        4,
    );
    let stacks: Vec<Stack> = stacks
        .into_iter()
        .map(|(key, kwh)| Stack {
            name: words.energy_use(key).to_owned(),
            colour: Colour::of_use(key),
            values: kwh.into_iter().map(|kwh| style.scaled(kwh / 1e3)).collect(),
        })
        .collect();
    if stacks.is_empty() {
        return None;
    }
    let mut columns = vec![DataColumn::words(&own.month, periods.0.clone())];
    columns.extend(
        stacks.iter().map(|stack| {
            DataColumn::numbers(&stack.name, style.unit, places, stack.values.clone())
        }),
    );
    let month = series.period() == crate::report::source::series::Period::Month;
    let plot = Columns {
        unit: style.unit.into(),
        height: 240,
        names: periods.0,
        stacks,
    };
    Some(Chart {
        id: "energy-by-month".into(),
        title: if month {
            own.by_month.clone()
        } else {
            own.by_period.clone()
        },
        note: String::new(),
        legend: plot.legend(),
        plot: plot.draw(),
        data: Data {
            columns,
            hints: Hints::Beside,
        },
    })
}

fn load_duration(series: &Series, words: &Words) -> Option<Chart> {
    let own = &words.run.energy;
    let facility = series.column("facility_kw")?;
    let style = Style::new(
        Unit::Kw,
        facility
            .iter()
            .copied()
            .filter(|kw| kw.is_finite())
            .fold(0.0, f64::max),
        2,
    );
    let line = |name: &str, column: &str, colour: Colour| {
        let values = descending(series.column(column)?, duration::POINTS);
        Some(Line {
            name: name.to_owned(),
            colour,
            dashed: false,
            values: values.into_iter().map(|kw| style.scaled(kw)).collect(),
        })
    };
    let lines: Vec<Line> = [
        line(&own.facility, "facility_kw", Colour::named("facility")),
        line(words.energy_use("grid"), "grid_kw", Colour::named("grid")),
        line(&own.it, "it_kw", Colour::named("it")),
    ]
    .into_iter()
    .flatten()
    .collect();
    let axis = Axis::linear(
        lines.iter().flat_map(|line| line.values.iter().copied()),
        true,
        4,
    );
    let mut columns = vec![duration::shares(&own.share_of_time)];
    columns.extend(lines.iter().map(|line| {
        DataColumn::numbers(&line.name, style.unit, style.decimals, line.values.clone())
    }));
    let plot = Lines {
        unit: style.unit.into(),
        height: 240,
        places: None,
        ticks: duration::ticks(),
        along: own.share_of_time.clone(),
        axis,
        bands: Vec::new(),
        lines,
        spans: Vec::new(),
    };
    Some(Chart {
        id: "load-duration".into(),
        title: own.duration.clone(),
        note: own.duration_note.clone(),
        legend: plot.legend(),
        plot: plot.draw(),
        data: Data {
            columns,
            hints: Hints::Along(None),
        },
    })
}

/// The highest moments of different days, and what stood out then.
fn peaks(series: &Series, words: &Words) -> Option<maud::Markup> {
    let own = &words.run.energy;
    let peak = series
        .column("facility_peak_kw")
        .or(series.column("facility_kw"))?;
    let mut rows: Vec<usize> = (0..series.rows())
        .filter(|row| peak[*row].is_finite())
        .collect();
    rows.sort_by(|a, b| peak[*b].total_cmp(&peak[*a]).then(a.cmp(b)));
    let mut days = Vec::new();
    let mut chosen = Vec::new();
    for row in rows {
        let day = series.moment(row).date();
        if !days.contains(&day) {
            days.push(day);
            chosen.push(row);
        }
        if chosen.len() == 5 {
            break;
        }
    }
    let style = Style::new(Unit::Kw, peak[*chosen.first()?], 3);
    let at = |name: &str, row: usize| series.column(name).map_or(f64::NAN, |values| values[row]);
    let degrees = |value: f64| Cell::Number(written(value, 1), value);
    let uses = above_mean(series);
    let table_rows: Vec<Vec<Cell>> = chosen
        .iter()
        .map(|row| {
            vec![
                Cell::Text(series.moment(*row).strftime("%Y-%m-%d %H:%M").to_string()),
                Cell::Number(style.text(peak[*row]), peak[*row]),
                Cell::Number(style.text(at("facility_kw", *row)), at("facility_kw", *row)),
                degrees(at("dry_bulb_c", *row)),
                degrees(at("wet_bulb_c", *row)),
                Cell::Text(why(&uses, *row, words)),
            ]
        })
        .collect();
    let head = [
        own.time.clone(),
        format!("{}, {}: {}", own.peak, style.unit, own.highest),
        fill(
            &own.mean_of,
            &[("time", &super::work::duration(series.step_s))],
        ),
        format!("{}, °C", own.outdoors),
        format!("{}, °C", own.wet_bulb),
        own.why.clone(),
    ];
    Some(table(&own.peaks, &head, &table_rows, false))
}

/// Every use and how far above its mean each row is, kW.
fn above_mean(series: &Series) -> Vec<(&'static str, Vec<f64>)> {
    let uses = USES.iter().filter_map(|one| {
        let mut kw = series.sum(&columns_of(one.parts))?;
        let mean = kw.iter().sum::<f64>() / kw.len() as f64;
        for kw in &mut kw {
            *kw -= mean;
        }
        Some((one.key, kw))
    });
    uses.collect()
}

/// The uses that are furthest above their mean at a moment.
fn why(uses: &[(&'static str, Vec<f64>)], row: usize, words: &Words) -> String {
    let own = &words.run.energy;
    let mut above: Vec<(&str, f64)> = uses.iter().map(|(key, kw)| (*key, kw[row])).collect();
    above.sort_by(|a, b| b.1.total_cmp(&a.1));
    let all: f64 = above.iter().map(|(_, kw)| kw).sum();
    let parts: Vec<String> = above
        .iter()
        .filter(|(_, kw)| *kw > 0.05 * all.abs().max(1e-9))
        .take(3)
        .map(|(key, kw)| {
            let amount = Style::new(Unit::Kw, *kw, 2).amount(*kw);
            format!("{} +{}", words.energy_use(key), amount.whole())
        })
        .collect();
    let total = Style::new(Unit::Kw, all, 2).amount(all);
    fill(
        &own.above_mean,
        &[("total", &total.whole()), ("parts", &parts.join(&own.and))],
    )
}
