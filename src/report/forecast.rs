//! The page of a forecast.

mod answer;
mod fans;
mod hours;
mod inputs;
mod limits;
mod shown;
mod stacks;
mod tables;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::Deserialize;

use super::foot;
use super::page::{Headline, Page, Section};
use super::source::Forecast;
use super::words::{Words, fill};
use shown::{band, name, number, unit};

/// Words of this page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ForecastWords {
    kind: String,
    closure: BTreeMap<String, String>,
    file: String,
    in_year: String,
    no_end: String,
    year: String,
    /// Names of figures, where those of the printed tables do not stand alone.
    names: BTreeMap<String, String>,
    /// What they are, where the English of the code does not serve.
    meanings: BTreeMap<String, String>,
    units: BTreeMap<String, String>,
    answer: answer::AnswerWords,
    fans: fans::FanWords,
    limits: limits::LimitWords,
    stacks: stacks::StackWords,
    inputs: inputs::InputWords,
    hours: hours::HourWords,
    tables: tables::TableWords,
}

/// Figures of the first screen: the first so many of these that the forecast has.
const HEADLINES: [&str; 8] = [
    "twh",
    "gw_peak",
    "contract_gw",
    "share_of_region",
    "pue",
    "water_mm3",
    "carbon_mt",
    "capacity_utilisation",
];
const MOST_HEADLINES: usize = 7;

/// Makes the page.
pub(super) fn page(forecast: &Forecast, words: &Words) -> Page {
    let sections = [
        fans::section(forecast, words),
        fans::closures(forecast, words),
        stacks::section(forecast, words),
        limits::section(forecast, words),
        inputs::section(forecast, words),
        hours::section(forecast, words),
        tables::equivalents(forecast, words),
        tables::sites(forecast, words),
        Some(tables::figures(forecast, words)),
    ];
    Page {
        kind: kind(forecast, words),
        question: forecast.question(),
        answer: answer::answer(forecast, words),
        doubt: answer::doubt(forecast, words),
        headlines: HEADLINES
            .iter()
            .filter_map(|key| headline(forecast, key, words))
            .take(MOST_HEADLINES)
            .collect(),
        warnings: answer::warnings(forecast, words),
        sections: sections.into_iter().flatten().collect::<Vec<Section>>(),
        foot: foot::of_file(
            &forecast.name,
            &forecast.info,
            (words.forecast.file.as_str(), forecast.text.as_str()),
            words,
        ),
    }
}

fn kind(forecast: &Forecast, words: &Words) -> String {
    let own = &words.forecast;
    let mut parts = vec![own.kind.clone(), forecast.name.clone()];
    parts.extend(forecast.said("region").map(str::to_owned));
    let [first, last] = [forecast.years[0], forecast.last_year()];
    parts.push(if first == last {
        last.to_string()
    } else {
        format!("{first} – {last}")
    });
    let closure = forecast.said("closure");
    parts.extend(closure.map(|key| own.closure.get(key).map_or(key, String::as_str).to_owned()));
    parts.join(" · ")
}

fn headline(forecast: &Forecast, key: &str, words: &Words) -> Option<Headline> {
    let last = forecast.last();
    let values = forecast.value(key, last)?;
    let first = forecast.value(key, 0).filter(|_| last > 0);
    let first = first.map(|values| {
        let year = forecast.years[0].to_string();
        let value = number(key, values[1], words);
        fill(
            &words.forecast.in_year,
            &[("year", &year), ("value", &value)],
        )
    });
    let notes: Vec<String> = band(forecast, key, last, words)
        .into_iter()
        .chain(first)
        .collect();
    Some(Headline {
        name: name(key, words),
        value: number(key, values[1], words),
        unit: unit(key, words),
        note: notes.join(" · "),
        of: Some((forecast.path(key, 1, last), values[1])),
    })
}
