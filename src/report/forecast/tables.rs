//! Tables of a forecast: what its energy equals, its sites, all its figures.

use std::collections::BTreeMap;

use maud::html;
use serde::Deserialize;
use serde_json::Value;

use super::shown::{meaning, name, number, rounded, unit, word_of_unit};
use super::stacks::last_of_site;
use crate::forecast::equivalents;
use crate::forecast::figures::FIGURES;
use crate::report::number::written;
use crate::report::page::{Cell, Section, table};
use crate::report::source::Forecast;
use crate::report::words::{Words, fill};
use crate::results::Table;
use crate::surface::Told;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TableWords {
    equals: String,
    equals_note: String,
    equals_table: String,
    equal_to: String,
    how: String,
    equivalents: BTreeMap<String, EquivalentWords>,
    sites: String,
    sites_note: String,
    sites_table: String,
    site: String,
    scenario: String,
    climate: String,
    energy: String,
    ratio: String,
    cooling_error: String,
    water_error: String,
    peak_error: String,
    figures: String,
    by_year: String,
    by_year_note: String,
}

/// An equivalent in words: what, and how it is counted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EquivalentWords {
    what: String,
    how: String,
}

/// What the last year's energy equals.
pub(super) fn equivalents(forecast: &Forecast, words: &Words) -> Option<Section> {
    let own = &words.forecast.tables;
    let told = forecast.told.get("equivalents")?;
    let grid = forecast.file.get("grid");
    let household = grid.and_then(|grid| grid.get("household_kwh"));
    let household =
        household.and_then(|kwh| kwh.as_float().or(kwh.as_integer().map(|of| of as f64)));
    let household = household.unwrap_or(equivalents::HOUSEHOLD_KWH);
    let counted = [
        ("household", written(household, 0)),
        ("reactor", written(equivalents::REACTOR_TWH, 2)),
        ("network", written(equivalents::BITCOIN_TWH, 0)),
        ("heat", written(equivalents::BODY_W, 0)),
        (
            "power",
            written(equivalents::BODY_W * equivalents::BODY_SHARE, 1),
        ),
        ("food", written(1.0 / equivalents::BODY_SHARE, 0)),
    ];
    let rows: Vec<Vec<Cell>> = equivalents::all(household)
        .iter()
        .filter_map(|of| {
            let values = told.get(of.key)?.as_array()?;
            let said = own.equivalents.get(of.key)?;
            let mut row = vec![Cell::Text(said.what.clone())];
            for (at, percentile) in ["p10", "p50", "p90"].iter().enumerate() {
                let value = values.get(at).and_then(Value::as_f64).unwrap_or(f64::NAN);
                row.push(Cell::Figure(
                    rounded(value, None, words),
                    format!("forecast.equivalents.{}_{percentile}", of.key),
                    value,
                ));
            }
            row.push(Cell::Text(word_of_unit(of.unit, words)));
            row.push(Cell::Text(fill(
                &said.how,
                &counted
                    .each_ref()
                    .map(|(key, value)| (*key, value.as_str())),
            )));
            Some(row)
        })
        .collect();
    let head = [
        own.equal_to.clone(),
        "P10".into(),
        "P50".into(),
        "P90".into(),
        words.page.unit.clone(),
        own.how.clone(),
    ];
    let year = forecast.last_year().to_string();
    let title = fill(&own.equals, &[("year", &year)]);
    (!rows.is_empty()).then(|| Section {
        id: "equals",
        body: html! {
            p.note { (own.equals_note) }
            (table(&own.equals_table, &head, &rows, false))
        },
        title,
    })
}

/// How far the plant of a site is off, where the table says so.
pub(super) fn accuracy(sites: &Table, row: usize) -> Option<Told> {
    Told::read(&sites.text("accuracy", row))
}

/// The sites with their plants.
pub(super) fn sites(forecast: &Forecast, words: &Words) -> Option<Section> {
    let own = &words.forecast.tables;
    let sites = forecast.sites.as_ref().filter(|sites| sites.rows > 0)?;
    let number = |value: Option<f64>, places: usize| {
        let value = value.unwrap_or(f64::NAN);
        Cell::Number(written(value, places), value)
    };
    let rows: Vec<Vec<Cell>> = (0..sites.rows)
        .map(|row| {
            let site = sites.text("site", row);
            let told = accuracy(sites, row);
            let twh = last_of_site(forecast, &site).unwrap_or(f64::NAN);
            let ratio = sites.numbers("ratio_in_the_hottest_hour");
            vec![
                Cell::Text(site),
                Cell::Text(sites.text("scenario", row)),
                Cell::Text(sites.text("climate", row)),
                Cell::Number(rounded(twh, None, words), twh),
                number(ratio.map(|of| of[row]), 3),
                number(told.map(|told| told.cooling_rms), 1),
                number(told.and_then(|told| told.makeup_rms), 1),
                number(told.map(|told| told.peak), 2),
            ]
        })
        .collect();
    let year = forecast.last_year().to_string();
    let head = [
        own.site.clone(),
        own.scenario.clone(),
        own.climate.clone(),
        format!(
            "{}, {}",
            fill(&own.energy, &[("year", &year)]),
            unit("twh", words)
        ),
        own.ratio.clone(),
        format!("{}, %", own.cooling_error),
        format!("{}, %", own.water_error),
        format!("{}, %", own.peak_error),
    ];
    Some(Section {
        id: "sites",
        title: own.sites.clone(),
        body: html! {
            p.note { (own.sites_note) }
            (table(&own.sites_table, &head, &rows, false))
        },
    })
}

/// A percentile of a figure in a year.
fn cell(forecast: &Forecast, key: &str, (percentile, year): (usize, usize), words: &Words) -> Cell {
    let value = forecast.value(key, year).map(|all| all[percentile]);
    if let Some(value) = value.filter(|value| value.is_finite()) {
        return Cell::Figure(
            number(key, value, words),
            forecast.path(key, percentile, year),
            value,
        );
    }
    let value = value.unwrap_or(f64::NAN);
    Cell::Number(number(key, value, words), value)
}

/// All figures: the last year in full, and every year behind a click.
pub(super) fn figures(forecast: &Forecast, words: &Words) -> Section {
    let own = &words.forecast.tables;
    let last = forecast.last();
    let known: Vec<&str> = FIGURES
        .iter()
        .map(|figure| figure.key)
        .filter(|key| forecast.figure(key).is_some())
        .collect();
    let percentiles = ["P10", "P50", "P90"].map(str::to_owned);
    let mut head = vec![words.page.figure.clone()];
    head.extend(percentiles.clone());
    if last > 0 {
        head.push(format!("{}, P50", forecast.years[0]));
    }
    head.extend([words.page.unit.clone(), words.page.meaning.clone()]);
    let rows: Vec<Vec<Cell>> = known
        .iter()
        .filter(|key| forecast.value(key, last).is_some())
        .map(|key| {
            let mut row = vec![Cell::Text(name(key, words))];
            row.extend((0..3).map(|at| cell(forecast, key, (at, last), words)));
            if last > 0 {
                row.push(cell(forecast, key, (1, 0), words));
            }
            row.push(Cell::Text(unit(key, words)));
            row.push(Cell::Text(meaning(key, words)));
            row
        })
        .collect();
    let title = fill(&own.figures, &[("year", &forecast.last_year().to_string())]);
    let mut all_head = vec![words.page.figure.clone(), words.forecast.year.clone()];
    all_head.extend(percentiles);
    all_head.push(words.page.unit.clone());
    let every: Vec<Vec<Cell>> = known
        .iter()
        .flat_map(|key| {
            let years = (0..=last).filter(|year| forecast.value(key, *year).is_some());
            years.map(|year| {
                let mut row = vec![
                    Cell::Text(name(key, words)),
                    Cell::Text(forecast.years[year].to_string()),
                ];
                row.extend((0..3).map(|at| cell(forecast, key, (at, year), words)));
                row.push(Cell::Text(unit(key, words)));
                row
            })
        })
        .collect();
    Section {
        id: "figures",
        title: words.page.all_figures.clone(),
        body: html! {
            (table(&title, &head, &rows, true))
            @if last > 0 {
                details {
                    summary { (own.by_year) }
                    p.note { (own.by_year_note) }
                    (table(&own.by_year, &all_head, &every, true))
                }
            }
        },
    }
}
