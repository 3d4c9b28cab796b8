//! What holds the halls back: caps and connections, machines without power, work that waits.

use maud::html;
use serde::Deserialize;

use super::fans::{fan, moves, ticks};
use super::stacks::thinned;
use crate::forecast::file::Connection;
use crate::report::chart::{
    Axis, Chart, Colour, Columns, Data, DataColumn, Hints, Line, Lines, Stack,
};
use crate::report::number::decimals;
use crate::report::page::{Cell, Section, table};
use crate::report::source::Forecast;
use crate::report::words::{Words, fill};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LimitWords {
    title: String,
    note: String,
    binds: String,
    binds_note: String,
    never: String,
    limit: String,
    queue: String,
    queue_note: String,
    realised: String,
    smaller: String,
    not_built: String,
    twice: String,
}

/// Figures of what waits.
const FIGURES: [&str; 6] = [
    "unfilled_m",
    "unpowered_gw",
    "connection_wait_weeks",
    "unmet_share",
    "capacity_wait_weeks",
    "job_wait_min",
];

pub(super) fn section(forecast: &Forecast, words: &Words) -> Option<Section> {
    let own = &words.forecast.limits;
    let charts: Vec<Chart> = binding(forecast, words)
        .into_iter()
        .chain(queues(forecast, words))
        .chain(
            FIGURES
                .iter()
                .filter(|key| moves(forecast, key))
                .filter_map(|key| fan(forecast, key, words)),
        )
        .collect();
    let of_one_year = (forecast.years.len() == 1)
        .then(|| shares(forecast, words))
        .flatten();
    (!charts.is_empty() || of_one_year.is_some()).then(|| Section {
        id: "limits",
        title: own.title.clone(),
        body: html! {
            p.note { (own.note) }
            @if let Some(table) = &of_one_year { (table) }
            div.charts { @for chart in &charts { (chart.render(words)) } }
        },
    })
}

/// How often each limit bound, by year.
fn binding(forecast: &Forecast, words: &Words) -> Option<Chart> {
    let own = &words.forecast.limits;
    let (bound, never): (Vec<_>, Vec<_>) = forecast
        .limits()
        .into_iter()
        .partition(|(_, shares)| shares.iter().any(|share| *share > 0.0));
    if bound.is_empty() || forecast.years.len() < 2 {
        return None;
    }
    let lines: Vec<Line> = bound
        .iter()
        .enumerate()
        .map(|(side, (name, shares))| Line {
            name: (*name).to_owned(),
            colour: Colour::of_side(side),
            dashed: side % 2 == 1,
            values: shares.iter().map(|share| 100.0 * share).collect(),
        })
        .collect();
    let years = forecast.years.iter().map(i32::to_string).collect();
    let mut columns = vec![DataColumn::words(&words.forecast.year, years)];
    columns.extend(
        lines
            .iter()
            .map(|line| DataColumn::numbers(&line.name, "%", 1, line.values.clone())),
    );
    let plot = Lines {
        unit: "%".into(),
        height: 200,
        places: None,
        ticks: ticks(&forecast.years),
        along: String::new(),
        axis: Axis::linear([0.0, 100.0], true, 4),
        bands: Vec::new(),
        lines,
        spans: Vec::new(),
    };
    let never: Vec<&str> = never.iter().map(|(name, _)| *name).collect();
    let note = if never.is_empty() {
        own.binds_note.clone()
    } else {
        let never = fill(&own.never, &[("names", &never.join(", "))]);
        [own.binds_note.clone(), never].join(&words.run.between)
    };
    Some(Chart {
        id: "binds".into(),
        title: own.binds.clone(),
        note,
        legend: plot.legend(),
        plot: plot.draw(),
        data: Data {
            columns,
            hints: Hints::Along(None),
        },
    })
}

/// The same of a single year.
fn shares(forecast: &Forecast, words: &Words) -> Option<maud::Markup> {
    let own = &words.forecast.limits;
    let rows: Vec<Vec<Cell>> = forecast
        .limits()
        .into_iter()
        .map(|(name, shares)| {
            let share = 100.0 * shares[0];
            vec![
                Cell::Text(name.to_owned()),
                Cell::Number(crate::report::number::written(share, 0), share),
            ]
        })
        .collect();
    let head = [own.limit.clone(), "%".to_owned()];
    (!rows.is_empty()).then(|| table(&own.binds, &head, &rows, false))
}

/// What becomes of the megawatts that are asked for, by year of the request, as the file states it.
fn queues(forecast: &Forecast, words: &Words) -> Vec<Chart> {
    let of = forecast.file.get("connection").cloned();
    let of: Vec<Connection> = of.and_then(|of| of.try_into().ok()).unwrap_or_default();
    of.iter()
        .enumerate()
        .filter_map(|(index, connection)| queue(forecast, (index, connection), words))
        .collect()
}

fn queue(
    forecast: &Forecast,
    (index, connection): (usize, &Connection),
    words: &Words,
) -> Option<Chart> {
    let own = &words.forecast.limits;
    let years: Vec<i32> = forecast
        .years
        .iter()
        .copied()
        .filter(|year| *year >= connection.requests.first())
        .collect();
    if years.is_empty() {
        return None;
    }
    let [mut realised, mut smaller, mut not_built, mut twice] = [(); 4].map(|()| Vec::new());
    for year in &years {
        let asked = connection.requests.at(*year) / 1000.0;
        let once = asked * (1.0 - connection.duplicates);
        let built = once * connection.built.at(*year);
        let real = built * connection.realised.at(*year);
        realised.push(real);
        smaller.push(built - real);
        not_built.push(once - built);
        twice.push(asked - once);
    }
    let stacks: Vec<Stack> = [
        (&own.realised, realised, 0),
        (&own.smaller, smaller, 5),
        (&own.not_built, not_built, 6),
        (&own.twice, twice, 4),
    ]
    .into_iter()
    .filter(|(_, values, _)| values.iter().any(|value| value.abs() > 1e-9))
    .map(|(name, values, side)| Stack {
        name: name.clone(),
        colour: Colour::of_side(side),
        values,
    })
    .collect();
    let names: Vec<String> = years.iter().map(i32::to_string).collect();
    let most = stacks.iter().flat_map(|stack| &stack.values);
    let places = decimals(most.copied().fold(0.0, f64::max), 3);
    let mut columns = vec![DataColumn::words(&words.forecast.year, names.clone())];
    columns.extend(
        stacks
            .iter()
            .map(|stack| DataColumn::numbers(&stack.name, "GW", places, stack.values.clone())),
    );
    let plot = Columns {
        unit: "GW".into(),
        height: 200,
        names: thinned(names),
        stacks,
    };
    let note = fill(
        &own.queue_note,
        &[
            ("slip", &format!("{}", connection.slip_years)),
            (
                "connected",
                &format!("{}", connection.connected_mw / 1000.0),
            ),
            ("year", &(connection.requests.first() - 1).to_string()),
        ],
    );
    Some(Chart {
        id: format!("queue-{index}"),
        title: fill(&own.queue, &[("name", &connection.name)]),
        note,
        legend: plot.legend(),
        plot: plot.draw(),
        data: Data {
            columns,
            hints: Hints::Beside,
        },
    })
}
