//! Temperatures over the run, and what was built.

use maud::html;
use serde::Deserialize;
use serde_json::Value;

use crate::report::chart::{
    Axis, Band, Chart, Colour, Data, DataColumn, Hints, Line, Lines, of_time,
};
use crate::report::page::{Cell, Section, table};
use crate::report::source::{Run, Series};
use crate::report::words::{Words, fill};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlantWords {
    title: String,
    chart: String,
    note: String,
    chip: String,
    inlet: String,
    supply: String,
    outdoors: String,
    hall_chip: String,
    hall_inlet: String,
    any_chip: String,
    any_inlet: String,
    time: String,
    sizes: String,
    sizes_note: String,
    part: String,
    size: String,
}

/// Halls that have lines of their own.
const MOST_HALLS: usize = 2;

pub(super) fn section(run: &Run, words: &Words) -> Option<Section> {
    let own = &words.run.plant;
    let series = run.series.as_ref()?;
    let chart = temperatures(run, series, words);
    Some(Section {
        id: "temperatures",
        title: own.title.clone(),
        body: html! { (chart.render(words)) },
    })
}

fn temperatures(run: &Run, series: &Series, words: &Words) -> Chart {
    let own = &words.run.plant;
    let halls: Vec<&str> = series
        .with_ending("_max_chip_c")
        .map(|(hall, _)| hall)
        .collect();
    let mut chosen: Vec<(Vec<f64>, String, Colour, bool)> = Vec::new();
    let of = |name: String| series.column(&name).map(<[f64]>::to_vec);
    if halls.len() > MOST_HALLS {
        for (ending, name, colour) in [
            ("_max_chip_c", &own.any_chip, "chip"),
            ("_max_inlet_c", &own.any_inlet, "inlet"),
        ] {
            if let Some(values) = series.highest(ending) {
                chosen.push((values, name.clone(), Colour::named(colour), false));
            }
        }
    } else {
        for (index, hall) in halls.iter().enumerate() {
            for (ending, one, of_hall, colour) in [
                ("max_chip_c", &own.chip, &own.hall_chip, "chip"),
                ("max_inlet_c", &own.inlet, &own.hall_inlet, "inlet"),
            ] {
                let name = match halls.len() {
                    1 => one.clone(),
                    _ => fill(of_hall, &[("hall", hall)]),
                };
                if let Some(values) = of(format!("{hall}_{ending}")) {
                    chosen.push((values, name, Colour::named(colour), index > 0));
                }
            }
        }
    }
    for (column, name, colour) in [
        ("supply_c", &own.supply, "supply"),
        ("dry_bulb_c", &own.outdoors, "outdoors"),
    ] {
        if let Some(values) = of(column.to_owned()) {
            chosen.push((values, name.clone(), Colour::named(colour), false));
        }
    }
    let (mut lines, mut bands, mut columns) = (Vec::new(), Vec::new(), Vec::new());
    let starts = series.span_starts();
    let time = starts
        .iter()
        .map(|at| at.strftime("%Y-%m-%d %H:%M").to_string())
        .collect();
    columns.push(DataColumn::words(&own.time, time));
    for (values, name, colour, dashed) in chosen {
        let spans = series.spans(&values);
        columns.push(DataColumn::numbers(&name, "°C", 1, spans.mean.clone()));
        if series.rows_in_span() > 1 {
            bands.push(Band {
                colour: colour.clone(),
                low: spans.low,
                high: spans.high,
            });
        }
        lines.push(Line {
            name,
            colour,
            dashed,
            values: spans.mean,
        });
    }
    let all = bands
        .iter()
        .flat_map(|band| band.low.iter().chain(&band.high));
    let all = all
        .chain(lines.iter().flat_map(|line| &line.values))
        .copied();
    let plot = Lines {
        unit: "°C".into(),
        height: 260,
        places: None,
        ticks: of_time(series.start, series.total_s, &words.months),
        along: String::new(),
        axis: Axis::linear(all.collect::<Vec<_>>(), false, 5),
        bands,
        lines,
        spans: events(run, series),
    };
    Chart {
        id: "temperatures".into(),
        title: own.chart.clone(),
        note: own.note.clone(),
        legend: plot.legend(),
        plot: plot.draw(),
        data: Data {
            columns,
            hints: Hints::Along(None),
        },
    }
}

/// When events held, along the run.
fn events(run: &Run, series: &Series) -> Vec<(f64, f64, String)> {
    let Some(events) = &run.events else {
        return Vec::new();
    };
    let [Some(names), Some(from), Some(to)] =
        ["event", "start", "end"].map(|name| events.words(name))
    else {
        return Vec::new();
    };
    let at = |moment: &String| -> Option<f64> {
        let moment: jiff::civil::DateTime = moment.parse().ok()?;
        let seconds = moment.duration_since(series.start).as_secs_f64();
        Some((seconds / series.total_s).clamp(0.0, 1.0))
    };
    let spans = names.iter().zip(from.iter().zip(to));
    spans
        .filter_map(|(name, (from, to))| Some((at(from)?, at(to)?, name.clone())))
        .collect()
}

/// What was built, as `validate` prints it.
pub(super) fn sizes(run: &Run, words: &Words) -> Option<Section> {
    let own = &words.run.plant;
    let built = run.info.get("built").and_then(Value::as_array)?;
    let text = |line: &Value, key: &str| {
        let text = line.get(key).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    };
    // A line without a label goes on with the one above.
    let mut rows: Vec<(String, String)> = Vec::new();
    for line in built {
        match (text(line, "label").as_str(), rows.last_mut()) {
            ("", Some((_, above))) => {
                above.push('\n');
                above.push_str(&text(line, "text"));
            }
            (label, _) => rows.push((label.to_owned(), text(line, "text"))),
        }
    }
    let rows: Vec<Vec<Cell>> = rows
        .into_iter()
        .map(|(label, text)| vec![Cell::Text(label), Cell::Text(text)])
        .collect();
    (!rows.is_empty()).then(|| Section {
        id: "built",
        title: own.sizes.clone(),
        body: table(
            &own.sizes_note,
            &[own.part.clone(), own.size.clone()],
            &rows,
            false,
        ),
    })
}
