//! Bill and water by month.

use maud::html;
use serde::Deserialize;

use crate::metrics::figures::Unit;
use crate::report::chart::{Chart, Colour, Columns, Data, DataColumn, Hints, Stack};
use crate::report::number::{Style, decimals};
use crate::report::page::{Cell, Section, table};
use crate::report::source::{Run, Series};
use crate::report::words::Words;
use crate::results::Values;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MoneyWords {
    title: String,
    only_water: String,
    bill: String,
    month: String,
    days: String,
    energy: String,
    demand: String,
    water: String,
    fuel: String,
    total: String,
    import: String,
    export: String,
    demand_kw: String,
    water_title: String,
    makeup: String,
    bill_table: String,
}

pub(super) fn section(run: &Run, words: &Words) -> Option<Section> {
    let own = &words.run.money;
    let bill = bill(run, words);
    let water = run.series.as_ref().and_then(|series| water(series, words));
    if bill.is_none() && water.is_none() {
        return None;
    }
    Some(Section {
        id: "bill",
        title: if bill.is_some() {
            own.title.clone()
        } else {
            own.only_water.clone()
        },
        body: html! {
            div.charts {
                @if let Some(bill) = &bill { (bill.render(words)) }
                @if let Some(water) = &water { (water.render(words)) }
            }
            @if bill.is_some() { (bill_table(run, words)) }
        },
    })
}

/// Names of the months of the bill.
fn months(run: &Run, words: &Words) -> Option<Vec<String>> {
    let months = run.bill.as_ref()?.words("month")?;
    let name = |month: &String| {
        let number = month
            .get(5..7)
            .and_then(|number| number.parse::<usize>().ok());
        let short = number.and_then(|number| words.months.get(number.wrapping_sub(1)));
        match (short, month.get(..4), months.len() > 12) {
            (Some(short), Some(year), true) => format!("{short} {year}"),
            (Some(short), ..) => short.clone(),
            _ => month.clone(),
        }
    };
    Some(months.iter().map(name).collect())
}

fn bill(run: &Run, words: &Words) -> Option<Chart> {
    let own = &words.run.money;
    let table = run.bill.as_ref()?;
    let names = months(run, words)?;
    let parts = [
        ("energy_usd", &own.energy, Colour::of_side(0)),
        ("demand_usd", &own.demand, Colour::of_side(4)),
        ("fuel_usd", &own.fuel, Colour::named("generator")),
        ("water_usd", &own.water, Colour::of_side(5)),
    ];
    let parts: Vec<_> = parts
        .into_iter()
        .filter_map(|(column, name, colour)| Some((table.numbers(column)?, name, colour)))
        .filter(|(usd, ..)| usd.iter().any(|usd| *usd != 0.0))
        .collect();
    let most = (0..names.len()).map(|month| {
        parts
            .iter()
            .map(|(usd, ..)| usd[month].max(0.0))
            .sum::<f64>()
    });
    let most = most.fold(0.0, f64::max);
    // Millions read better on an axis.
    let (unit, factor) = if most >= 2e6 {
        ("M USD", 1e-6)
    } else {
        ("USD", 1.0)
    };
    let places = decimals(most * factor, 4);
    let stacks: Vec<Stack> = parts
        .into_iter()
        .map(|(usd, name, colour)| Stack {
            name: name.clone(),
            colour,
            values: usd.iter().map(|usd| usd * factor).collect(),
        })
        .collect();
    if stacks.is_empty() {
        return None;
    }
    let mut columns = vec![DataColumn::words(&own.month, names.clone())];
    columns.extend(
        stacks
            .iter()
            .map(|stack| DataColumn::numbers(&stack.name, unit, places, stack.values.clone())),
    );
    let plot = Columns {
        unit: unit.into(),
        height: 220,
        names,
        stacks,
    };
    Some(Chart {
        id: "bill".into(),
        title: own.bill.clone(),
        note: String::new(),
        legend: plot.legend(),
        plot: plot.draw(),
        data: Data {
            columns,
            hints: Hints::Beside,
        },
    })
}

fn bill_table(run: &Run, words: &Words) -> maud::Markup {
    let own = &words.run.money;
    let Some(bill) = &run.bill else {
        return html! {};
    };
    let shown: Vec<(&str, &String, Unit)> = vec![
        ("days", &own.days, Unit::Count),
        ("import_mwh", &own.import, Unit::Mwh),
        ("export_mwh", &own.export, Unit::Mwh),
        ("demand_kw", &own.demand_kw, Unit::Kw),
        ("energy_usd", &own.energy, Unit::Usd),
        ("demand_usd", &own.demand, Unit::Usd),
        ("fuel_usd", &own.fuel, Unit::Usd),
        ("water_usd", &own.water, Unit::Usd),
        ("total_usd", &own.total, Unit::Usd),
    ];
    let columns: Vec<(&[f64], String, Style)> = shown
        .into_iter()
        .filter_map(|(column, name, unit)| {
            let values = bill.numbers(column)?;
            let largest = values
                .iter()
                .copied()
                .filter(|it| it.is_finite())
                .fold(0.0, |a: f64, b| a.max(b.abs()));
            let style = Style::new(unit, largest, 0);
            let name = if style.unit.is_empty() {
                name.clone()
            } else {
                format!("{name}, {}", style.unit)
            };
            Some((values, name, style))
        })
        .collect();
    let head: Vec<String> = std::iter::once(own.month.clone())
        .chain(columns.iter().map(|(_, name, _)| name.clone()))
        .collect();
    let months = match bill.column("month") {
        Some(Values::Words(months)) => months.clone(),
        _ => Vec::new(),
    };
    let rows: Vec<Vec<Cell>> = months
        .iter()
        .enumerate()
        .map(|(row, month)| {
            let cells = columns
                .iter()
                .map(|(values, _, style)| Cell::Number(style.text(values[row]), values[row]));
            std::iter::once(Cell::Text(month.clone()))
                .chain(cells)
                .collect()
        })
        .collect();
    table(&own.bill_table, &head, &rows, false)
}

fn water(series: &Series, words: &Words) -> Option<Chart> {
    let own = &words.run.money;
    let litres = series.column("water_makeup_l")?;
    let periods = series.periods(&words.months);
    let mut m3 = vec![0.0; periods.0.len()];
    for (litres, period) in litres.iter().zip(&periods.1) {
        m3[*period] += if litres.is_finite() {
            litres / 1e3
        } else {
            0.0
        };
    }
    let most = m3.iter().copied().fold(0.0, f64::max);
    if most <= 0.0 {
        return None;
    }
    let columns = vec![
        DataColumn::words(&own.month, periods.0.clone()),
        DataColumn::numbers(&own.makeup, "m³", decimals(most, 4), m3.clone()),
    ];
    let plot = Columns {
        unit: "m³".into(),
        height: 220,
        names: periods.0,
        stacks: vec![Stack {
            name: own.makeup.clone(),
            colour: Colour::of_side(5),
            values: m3,
        }],
    };
    Some(Chart {
        id: "water".into(),
        title: own.water_title.clone(),
        note: String::new(),
        legend: Vec::new(),
        plot: plot.draw(),
        data: Data {
            columns,
            hints: Hints::Beside,
        },
    })
}
