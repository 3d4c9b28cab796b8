//! Work: what waits, for how long, and how busy the machines are.

use maud::html;
use serde::Deserialize;

use crate::report::chart::{
    Axis, Chart, Colour, Data, DataColumn, Hints, Line, Lines, Tick, of_time,
};
use crate::report::page::Section;
use crate::report::source::{Run, Series};
use crate::report::words::Words;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WorkWords {
    title: String,
    waits: String,
    waits_note: String,
    wait: String,
    queue: String,
    time: String,
    busy: String,
    waiting: String,
    down: String,
}

pub(super) fn section(run: &Run, words: &Words) -> Option<Section> {
    let own = &words.run.work;
    let charts = [
        waits(run, words),
        run.series.as_ref().and_then(|series| queue(series, words)),
    ];
    let charts: Vec<Chart> = charts.into_iter().flatten().collect();
    (!charts.is_empty()).then(|| Section {
        id: "work",
        title: own.title.clone(),
        body: html! { div.charts { @for chart in &charts { (chart.render(words)) } } },
    })
}

/// Waits of the picture, s: from a second to a month, ten to a decade.
fn steps() -> Vec<f64> {
    (0..=65)
        .map(|step| 10_f64.powf(f64::from(step) / 10.0))
        .collect()
}

/// Shares of the jobs of each class that waited no longer.
fn waits(run: &Run, words: &Words) -> Option<Chart> {
    let own = &words.run.work;
    let jobs = run.jobs.as_ref()?;
    let (classes, waits) = (jobs.words("class")?, jobs.numbers("wait_s")?);
    let mut by_class: Vec<(&str, Vec<f64>)> = Vec::new();
    for (class, wait) in classes
        .iter()
        .zip(waits)
        .filter(|(_, wait)| wait.is_finite())
    {
        match by_class.iter_mut().find(|(name, _)| name == class) {
            Some((_, all)) => all.push(*wait),
            None => by_class.push((class, vec![*wait])),
        }
    }
    by_class.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then(a.0.cmp(b.0)));
    by_class.truncate(6);
    let steps = steps();
    let lines: Vec<Line> = by_class
        .iter_mut()
        .enumerate()
        .map(|(side, (class, waits))| {
            waits.sort_by(f64::total_cmp);
            let share = |step: &f64| {
                let no_longer = waits.partition_point(|wait| wait <= step);
                100.0 * no_longer as f64 / waits.len() as f64
            };
            Line {
                name: class.replace('_', " "),
                colour: Colour::of_side(side),
                dashed: side % 2 == 1,
                values: steps.iter().map(share).collect(),
            }
        })
        .collect();
    if lines.is_empty() {
        return None;
    }
    let end = steps[steps.len() - 1].log10();
    let named = [
        (1.0, "1 s"),
        (10.0, "10 s"),
        (60.0, "1 min"),
        (600.0, "10 min"),
        (3600.0, "1 h"),
        (36_000.0, "10 h"),
        (345_600.0, "4 d"),
        (2_592_000.0, "30 d"),
    ];
    let ticks = named.iter().map(|(seconds, label): &(f64, &str)| Tick {
        at: seconds.log10() / end,
        label: (*label).to_owned(),
    });
    let mut columns = vec![DataColumn::words(
        &own.wait,
        steps.iter().map(|seconds| duration(*seconds)).collect(),
    )];
    columns.extend(
        lines
            .iter()
            .map(|line| DataColumn::numbers(&line.name, "%", 1, line.values.clone())),
    );
    let plot = Lines {
        unit: "%".into(),
        height: 220,
        places: None,
        ticks: ticks.collect(),
        along: own.wait.clone(),
        axis: Axis::linear([0.0, 100.0], true, 4),
        bands: Vec::new(),
        lines,
        spans: Vec::new(),
    };
    Some(Chart {
        id: "waits".into(),
        title: own.waits.clone(),
        note: own.waits_note.clone(),
        legend: plot.legend(),
        plot: plot.draw(),
        data: Data {
            columns,
            hints: Hints::Along(None),
        },
    })
}

/// `42 s`, `17 min`, `3.2 h`, `5.1 d`.
pub(super) fn duration(seconds: f64) -> String {
    match seconds {
        _ if seconds < 100.0 => format!("{seconds:.0} s"),
        _ if seconds < 5400.0 => format!("{:.0} min", seconds / 60.0),
        _ if seconds < 172_800.0 => format!("{:.1} h", seconds / 3600.0),
        _ => format!("{:.1} d", seconds / 86_400.0),
    }
}

/// GPUs at work, GPUs asked for, GPUs out of service over the run.
fn queue(series: &Series, words: &Words) -> Option<Chart> {
    let own = &words.run.work;
    series.column("waiting_gpus")?;
    let starts = series.span_starts();
    let mut columns = vec![DataColumn::words(
        &own.time,
        starts
            .iter()
            .map(|at| at.strftime("%Y-%m-%d %H:%M").to_string())
            .collect(),
    )];
    let mut lines = Vec::new();
    for (column, name, colour) in [
        ("busy_gpus", &own.busy, Colour::of_side(0)),
        ("waiting_gpus", &own.waiting, Colour::of_side(1)),
        ("down_gpus", &own.down, Colour::of_side(6)),
    ] {
        let Some(values) = series.column(column) else {
            continue;
        };
        if !values.iter().any(|value| *value > 0.0) {
            continue;
        }
        let mean = series.spans(values).mean;
        columns.push(DataColumn::numbers(name, "", 0, mean.clone()));
        lines.push(Line {
            name: name.clone(),
            colour,
            dashed: false,
            values: mean,
        });
    }
    if lines.is_empty() {
        return None;
    }
    let plot = Lines {
        unit: "GPUs".into(),
        height: 220,
        places: None,
        ticks: of_time(series.start, series.total_s, &words.months),
        along: String::new(),
        axis: Axis::linear(
            lines
                .iter()
                .flat_map(|line| line.values.iter().copied())
                .collect::<Vec<_>>(),
            true,
            4,
        ),
        bands: Vec::new(),
        lines,
        spans: Vec::new(),
    };
    Some(Chart {
        id: "queue".into(),
        title: own.queue.clone(),
        note: String::new(),
        legend: plot.legend(),
        plot: plot.draw(),
        data: Data {
            columns,
            hints: Hints::Along(None),
        },
    })
}
