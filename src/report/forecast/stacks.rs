//! Energy by year, apart: by part, use, generation and site, at the middle of all inputs.

use std::collections::BTreeMap;

use maud::html;
use serde::Deserialize;

use super::shown::unit;
use crate::report::chart::{Chart, Colour, Columns, Data, DataColumn, Hints, Stack};
use crate::report::number::decimals;
use crate::report::page::Section;
use crate::report::source::Forecast;
use crate::report::words::{Words, fill};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StackWords {
    title: String,
    note: String,
    others: String,
    /// Titles by what they are apart by.
    by: BTreeMap<String, String>,
    /// Members that the program names.
    members: BTreeMap<String, String>,
}

/// What energy is taken apart by, as `stacks.csv` has it.
const BY: [&str; 4] = ["part", "use", "generation", "site"];

/// Members of a picture: more than colours can tell apart go together.
const MOST: usize = 6;

/// Each member with its energy in each year.
type Members = Vec<(String, Vec<f64>)>;

pub(super) fn section(forecast: &Forecast, words: &Words) -> Option<Section> {
    let own = &words.forecast.stacks;
    let charts: Vec<Chart> = BY
        .iter()
        .filter_map(|by| chart(forecast, by, words))
        .collect();
    (!charts.is_empty()).then(|| Section {
        id: "stacks",
        title: own.title.clone(),
        body: html! {
            p.note { (own.note) }
            div.charts { @for chart in &charts { (chart.render(words)) } }
        },
    })
}

/// The members in the order of the file, those without energy in any year left out.
fn members(forecast: &Forecast, by: &str) -> Option<Members> {
    let table = forecast.stacks.as_ref()?;
    let (years, twh) = (table.numbers("year")?, table.numbers("twh")?);
    let mut members: Members = Vec::new();
    for row in 0..table.rows {
        if table.text("of", row) != by {
            continue;
        }
        let name = table.text("name", row);
        let found = members.iter().position(|(known, _)| *known == name);
        let at = found.unwrap_or_else(|| {
            members.push((name, vec![0.0; forecast.years.len()]));
            members.len() - 1
        });
        let year = forecast
            .years
            .iter()
            .position(|year| f64::from(*year) == years[row]);
        if let Some(year) = year
            && twh[row].is_finite()
        {
            members[at].1[year] += twh[row];
        }
    }
    members.retain(|(_, values)| values.iter().any(|value| *value > 0.0));
    (!members.is_empty()).then_some(members)
}

/// Energy of a member in a year; None where the file does not have it.
pub(super) fn last_of_site(forecast: &Forecast, site: &str) -> Option<f64> {
    let all = members(forecast, "site")?;
    let (_, values) = all.iter().find(|(name, _)| name == site)?;
    values.last().copied()
}

fn chart(forecast: &Forecast, by: &str, words: &Words) -> Option<Chart> {
    let own = &words.forecast.stacks;
    // One member alone says nothing that the fan does not.
    let all = members(forecast, by).filter(|all| all.len() > 1)?;
    let title = |name: &str| {
        if matches!(by, "part" | "use") {
            own.members
                .get(name)
                .map_or(name, String::as_str)
                .to_owned()
        } else {
            name.to_owned()
        }
    };
    let stacks = stacks(&all, own)
        .into_iter()
        .enumerate()
        .map(|(index, (name, values))| Stack {
            colour: match (by, name.as_str()) {
                ("part", "it") => Colour::of_use("compute"),
                ("part", "cooling") => Colour::of_use("cooling"),
                ("part", "other") => Colour::of_use("electrical_losses"),
                _ => Colour::of_side(index),
            },
            name: title(&name),
            values,
        })
        .collect();
    let names: Vec<String> = forecast.years.iter().map(i32::to_string).collect();
    let unit = unit("twh", words);
    let most = all.iter().flat_map(|(_, values)| values);
    let places = decimals(most.copied().fold(0.0, f64::max), 4);
    let mut columns = vec![DataColumn::words(&words.forecast.year, names.clone())];
    // The data have all members, those too that the picture shows together.
    columns.extend(
        all.iter()
            .map(|(name, values)| DataColumn::numbers(title(name), &unit, places, values.clone())),
    );
    let plot = Columns {
        unit,
        height: 240,
        names: thinned(names),
        stacks,
    };
    Some(Chart {
        id: format!("stack-{by}"),
        title: own.by.get(by)?.clone(),
        note: String::new(),
        legend: plot.legend(),
        plot: plot.draw(),
        data: Data {
            columns,
            hints: Hints::Beside,
        },
    })
}

/// The largest members in their order, the others together.
fn stacks(all: &Members, own: &StackWords) -> Members {
    if all.len() <= MOST + 1 {
        return all.clone();
    }
    let sum = |at: usize| all[at].1.iter().sum::<f64>();
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by(|a, b| sum(*b).total_cmp(&sum(*a)).then(a.cmp(b)));
    let mut shown = order[..MOST].to_vec();
    shown.sort_unstable();
    let mut stacks: Members = shown.iter().map(|at| all[*at].clone()).collect();
    let years = all[0].1.len();
    let rest = (0..years).map(|year| order[MOST..].iter().map(|at| all[*at].1[year]).sum());
    let count = (all.len() - MOST).to_string();
    stacks.push((fill(&own.others, &[("count", &count)]), rest.collect()));
    stacks
}

/// Names of many columns: those between are left empty.
pub(super) fn thinned(names: Vec<String>) -> Vec<String> {
    let step = names.len().div_ceil(12).max(1);
    let of = |(index, name): (usize, String)| {
        if index % step == 0 {
            name
        } else {
            String::new()
        }
    };
    names.into_iter().enumerate().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Language;

    /// Nine members of 1 to 9: the six largest stay, 1 + 2 + 3 go together; nothing is lost.
    #[test]
    fn the_small_ones_go_together() {
        let own = &Language::En.words().unwrap().forecast.stacks;
        let all: Members = (1..=9)
            .map(|of| (of.to_string(), vec![f64::from(of)]))
            .collect();
        let shown = stacks(&all, own);
        assert_eq!(shown.len(), 7);
        assert_eq!((shown[0].0.as_str(), shown[6].1[0]), ("4", 6.0));
        assert_eq!(shown.iter().map(|(_, values)| values[0]).sum::<f64>(), 45.0);
        assert_eq!(stacks(&all[..7].to_vec(), own).len(), 7);
    }
}
