//! The sides beside each other: where their electricity goes, and the figures that decide.

use maud::html;
use serde::Deserialize;

use super::sides::{Side, Sides, style};
use super::table::{caption, rows};
use crate::metrics::figures::Unit;
use crate::palette::USES;
use crate::report::chart::{Axis, Chart, Colour, Data, DataColumn, Hints, Key, Row, Rows, Span};
use crate::report::number::{Style, decimals, written};
use crate::report::page::{Section, table};
use crate::report::run::HEADLINES;
use crate::report::run::energy::uses;
use crate::report::words::Words;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UseWords {
    title: String,
    uses: String,
    by_work: String,
    side: String,
    total: String,
    figures: String,
}

const WORK: &str = "work.gpu_hours";

pub(super) fn section(sides: &Sides, other_work: bool, words: &Words) -> Section {
    let own = &words.comparison.uses;
    let facility = |side: &Side| side.run.value("energy_mwh.facility");
    let most = sides.all().iter().filter_map(facility).fold(0.0, f64::max);
    let energy = Style::new(Unit::Mwh, most, 0);
    let mut charts = vec![chart(
        sides,
        ("uses", &own.uses, energy.unit, energy.decimals),
        &|_, mwh| energy.scaled(mwh),
        words,
    )];
    let work = |side: &Side| side.run.value(WORK).filter(|hours| *hours > 0.0);
    if other_work && sides.all().iter().all(|side| work(side).is_some()) {
        let each = |side: &Side, mwh: f64| 1e3 * mwh / work(side).unwrap_or(1.0);
        let places = sides.row("work.kwh_per_gpu_hour");
        let places = places.map_or(3, |row| style(&row).decimals);
        charts.push(chart(
            sides,
            ("uses-by-work", &own.by_work, "kWh/GPU-h", places),
            &each,
            words,
        ));
    }
    let names = HEADLINES
        .iter()
        .chain(&["work.gpu_hours", "thermal.max_chip_c"]);
    let figures: Vec<_> = names.filter_map(|name| sides.row(name)).collect();
    let (head, cells) = rows(sides, &figures, false, words);
    Section {
        id: "uses",
        title: own.title.clone(),
        body: html! {
            @for chart in charts.iter().flatten() { (chart.render(words)) }
            (table(&caption(sides, &own.figures, words), &head, &cells, false))
        },
    }
}

/// Bars of the sides on one axis, each of its uses one behind the other.
fn chart(
    sides: &Sides,
    (id, title, unit, places): (&str, &str, &str, usize),
    of: &dyn Fn(&Side, f64) -> f64,
    words: &Words,
) -> Option<Chart> {
    let own = &words.comparison.uses;
    let all: Vec<(&Side, Vec<f64>)> = sides
        .all()
        .iter()
        .map(|side| {
            let known = uses(&side.run);
            let mwh = |key: &str| known.iter().find(|(one, _)| *one == key);
            let each = USES
                .iter()
                .map(|one| mwh(one.key).map_or(0.0, |(_, mwh)| *mwh));
            (side, each.map(|mwh| of(side, mwh)).collect())
        })
        .collect();
    let present: Vec<usize> = (0..USES.len())
        .filter(|one| all.iter().any(|(_, values)| values[*one] > 0.0))
        .collect();
    if present.is_empty() {
        return None;
    }
    let sum = |values: &[f64]| values.iter().sum::<f64>();
    let rows = all.iter().map(|(side, values)| {
        let mut at = 0.0;
        let mut spans = Vec::new();
        for one in present.iter().filter(|one| values[**one] > 0.0) {
            spans.push(Span {
                from: at,
                to: at + values[*one],
                colour: Colour::of_use(USES[*one].key),
            });
            at += values[*one];
        }
        Row {
            name: side.name.clone(),
            note: String::new(),
            value: format!("{}\u{a0}{unit}", written(sum(values), places)),
            spans,
            marks: Vec::new(),
            total: false,
        }
    });
    let plot = Rows {
        axis: Axis::linear(all.iter().map(|(_, values)| sum(values)), true, 4),
        unit: unit.to_owned(),
        rows: rows.collect(),
    };
    let of_use = |one: usize| {
        all.iter()
            .map(|(_, values)| values[one])
            .collect::<Vec<f64>>()
    };
    let mut columns = vec![
        DataColumn::words(&own.side, sides.names()),
        DataColumn::numbers(
            &own.total,
            unit,
            places,
            all.iter().map(|(_, values)| sum(values)).collect(),
        ),
    ];
    columns.extend(present.iter().map(|one| {
        let values = of_use(*one);
        let most = values.iter().copied().fold(0.0, f64::max);
        let places = places.max(decimals(most, 3).min(places + 2));
        DataColumn::numbers(words.energy_use(USES[*one].key), unit, places, values)
    }));
    Some(Chart {
        id: id.into(),
        title: title.to_owned(),
        note: String::new(),
        legend: present
            .iter()
            .map(|one| Key {
                name: words.energy_use(USES[*one].key).to_owned(),
                colour: Colour::of_use(USES[*one].key),
                line: false,
                dashed: false,
            })
            .collect(),
        plot: plot.draw(),
        data: Data {
            columns,
            hints: Hints::Items,
        },
    })
}
