//! Curves of the sides on one scale.

use maud::html;
use serde::Deserialize;

use super::sides::{Side, Sides};
use crate::metrics::figures::Unit;
use crate::report::chart::{
    Axis, Chart, Colour, Columns, Data, DataColumn, Hints, Line, Lines, Stack, Tick, duration,
    of_time,
};
use crate::report::number::{Style, decimals};
use crate::report::page::Section;
use crate::report::source::Series;
use crate::report::source::series::Period;
use crate::report::source::series::descending;
use crate::report::words::{Words, fill};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CurveWords {
    title: String,
    apart: String,
    daily: String,
    by_span: String,
    chip: String,
    chip_note: String,
    month: String,
    period: String,
    month_name: String,
    duration: String,
    duration_note: String,
    share_of_time: String,
    time: String,
}

/// Sides beyond these have lines of their own kind, for colours begin again.
const COLOURS: usize = 7;

/// Sides that lie over another.
type Together<'a> = [(usize, &'a Side, &'a Series)];

pub(super) fn section(sides: &Sides, words: &Words) -> Option<Section> {
    let own = &words.comparison.curves;
    let together = sides.together();
    let apart: Vec<String> = sides
        .all()
        .iter()
        .enumerate()
        .filter(|(index, _)| !together.iter().any(|(one, _, _)| one == index))
        .map(|(_, side)| side.name.clone())
        .collect();
    let charts: Vec<Chart> = if together.len() > 1 {
        [
            duration(&together, words),
            over_time(&together, words, false),
            over_time(&together, words, true),
            by_period(&together, words),
        ]
        .into_iter()
        .flatten()
        .collect()
    } else {
        Vec::new()
    };
    if charts.is_empty() && apart.is_empty() {
        return None;
    }
    let names = apart.join(&words.comparison.list);
    let note = fill(
        &own.apart,
        &[("sides", &names), ("first", &sides.first().name)],
    );
    Some(Section {
        id: "curves",
        title: own.title.clone(),
        body: html! {
            @if !apart.is_empty() { p { (note) } }
            div.charts { @for chart in &charts { (chart.render(words)) } }
        },
    })
}

fn line(index: usize, side: &Side, values: Vec<f64>) -> Line {
    Line {
        name: side.name.clone(),
        colour: Colour::of_side(index),
        dashed: index >= COLOURS,
        values,
    }
}

fn largest<'a>(values: impl Iterator<Item = &'a [f64]>) -> f64 {
    let all = values.flatten().copied();
    all.filter(|value| value.is_finite()).fold(0.0, f64::max)
}

/// Words and data that a chart of lines has besides its lines.
struct Frame<'a> {
    id: &'a str,
    title: &'a str,
    note: &'a str,
    unit: &'a str,
    decimals: usize,
    along: &'a str,
    ticks: Vec<Tick>,
    first: DataColumn,
    zero: bool,
}

fn lines(frame: Frame<'_>, lines: Vec<Line>) -> Option<Chart> {
    if lines.len() < 2 {
        return None;
    }
    let mut columns = vec![frame.first];
    columns.extend(lines.iter().map(|line| {
        DataColumn::numbers(&line.name, frame.unit, frame.decimals, line.values.clone())
    }));
    let values = lines.iter().flat_map(|line| line.values.iter().copied());
    let plot = Lines {
        unit: frame.unit.to_owned(),
        height: 240,
        places: None,
        ticks: frame.ticks,
        along: frame.along.to_owned(),
        axis: Axis::linear(values, frame.zero, 4),
        bands: Vec::new(),
        lines,
        spans: Vec::new(),
    };
    Some(Chart {
        id: frame.id.into(),
        title: frame.title.to_owned(),
        note: frame.note.to_owned(),
        legend: plot.legend(),
        plot: plot.draw(),
        data: Data {
            columns,
            hints: Hints::Along(None),
        },
    })
}

fn duration(together: &Together<'_>, words: &Words) -> Option<Chart> {
    let own = &words.comparison.curves;
    let column = |series: &&Series| series.column("facility_kw").map(<[f64]>::to_vec);
    let known: Vec<(usize, &Side, Vec<f64>)> = together
        .iter()
        .filter_map(|(index, side, series)| Some((*index, *side, column(series)?)))
        .collect();
    let most = largest(known.iter().map(|(_, _, kw)| kw.as_slice()));
    let style = Style::new(Unit::Kw, most, 2);
    let all = known.iter().map(|(index, side, kw)| {
        let values = descending(kw, duration::POINTS).into_iter();
        line(*index, side, values.map(|kw| style.scaled(kw)).collect())
    });
    let frame = Frame {
        id: "load-duration",
        title: &own.duration,
        note: &own.duration_note,
        unit: style.unit,
        decimals: style.decimals,
        along: &own.share_of_time,
        ticks: duration::ticks(),
        first: duration::shares(&own.share_of_time),
        zero: true,
    };
    lines(frame, all.collect())
}

/// Mean power of the facility, or the hottest chip, of days or of the spans that a picture can show.
fn over_time(together: &Together<'_>, words: &Words, chip: bool) -> Option<Chart> {
    let own = &words.comparison.curves;
    let width = |series: &Series| series.rows_in_span() as f64 * series.step_s;
    let width_s = together.iter().map(|(_, _, series)| width(series));
    let width_s = width_s.fold(0.0, f64::max);
    let of = |series: &Series| {
        let values = if chip {
            series.hottest_chip()
        } else {
            series.column("facility_kw").map(<[f64]>::to_vec)
        }?;
        let each = (width_s / series.step_s).round().max(1.0) as usize;
        let spans = series.spans_of(&values, each);
        Some(if chip { spans.high } else { spans.mean })
    };
    let known: Vec<(usize, &Side, Vec<f64>)> = together
        .iter()
        .filter_map(|(index, side, series)| Some((*index, *side, of(series)?)))
        .collect();
    let style = Style::new(
        Unit::Kw,
        largest(known.iter().map(|(_, _, kw)| kw.as_slice())),
        2,
    );
    let (_, _, series) = together.first()?;
    let count = known.iter().map(|(_, _, values)| values.len()).max()?;
    let days = (width_s - 86_400.0).abs() < 1.0;
    let times = (0..count).map(|index| {
        let seconds = (index as f64 * width_s).round() as i64;
        let at = series
            .start
            .saturating_add(jiff::SignedDuration::from_secs(seconds));
        let form = if days { "%Y-%m-%d" } else { "%Y-%m-%d %H:%M" };
        at.strftime(form).to_string()
    });
    let frame = Frame {
        id: if chip { "hottest-chip" } else { "power" },
        title: match (chip, days) {
            (true, _) => &own.chip,
            (false, true) => &own.daily,
            (false, false) => &own.by_span,
        },
        note: if chip { &own.chip_note } else { "" },
        unit: if chip { "°C" } else { style.unit },
        decimals: if chip { 1 } else { style.decimals },
        along: "",
        ticks: of_time(series.start, series.total_s, &words.months),
        first: DataColumn::words(&own.time, times.collect()),
        zero: !chip,
    };
    let scaled = |value: f64| if chip { value } else { style.scaled(value) };
    let all = known
        .into_iter()
        .map(|(index, side, values)| line(index, side, values.into_iter().map(scaled).collect()));
    lines(frame, all.collect())
}

fn by_period(together: &Together<'_>, words: &Words) -> Option<Chart> {
    let own = &words.comparison.curves;
    let mut names = Vec::new();
    let mut all = Vec::new();
    for (index, side, series) in together {
        let Some(kw) = series.column("facility_kw") else {
            continue;
        };
        let periods = series.periods(&words.months);
        let mwh = series.by_period(kw, &periods);
        names = periods.0;
        all.push((
            *index,
            *side,
            mwh.iter().map(|kwh| kwh / 1e3).collect::<Vec<f64>>(),
        ));
    }
    // More columns than a reader can tell apart.
    if all.len() < 2 || names.len() * all.len() > 130 {
        return None;
    }
    let most = largest(all.iter().map(|(_, _, mwh)| mwh.as_slice()));
    let style = Style::new(Unit::Mwh, most, 0);
    let places = decimals(style.scaled(most), 4);
    let stacks: Vec<Stack> = all
        .into_iter()
        .map(|(index, side, mwh)| Stack {
            name: side.name.clone(),
            colour: Colour::of_side(index),
            values: mwh.into_iter().map(|mwh| style.scaled(mwh)).collect(),
        })
        .collect();
    let (_, _, series) = together.first()?;
    let mut columns = vec![DataColumn::words(&own.month_name, names.clone())];
    columns.extend(
        stacks.iter().map(|stack| {
            DataColumn::numbers(&stack.name, style.unit, places, stack.values.clone())
        }),
    );
    let plot = Columns {
        unit: style.unit.into(),
        height: 240,
        names,
        stacks,
    };
    Some(Chart {
        id: "by-period".into(),
        title: match series.period() {
            Period::Month => own.month.clone(),
            _ => own.period.clone(),
        },
        note: String::new(),
        legend: plot.legend(),
        plot: plot.draw_beside(),
        data: Data {
            columns,
            hints: Hints::Beside,
        },
    })
}
