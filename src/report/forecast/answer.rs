//! The answer of a forecast, how sure it is, and what touches it.

use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value;

use super::inputs::{self, Decider};
use super::shown::{amount, number, with_band};
use super::tables::accuracy;
use crate::report::number::written;
use crate::report::page::Warning;
use crate::report::source::Forecast;
use crate::report::words::{Words, fill};
use crate::results::Table;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AnswerWords {
    pub(super) bracketed: String,
    draw: String,
    share: String,
    peak: String,
    contract: String,
    end: String,
    times: String,
    ai: String,
    band: String,
    no_band: String,
    apart: String,
    matters: String,
    decides: String,
    decides_alone: String,
    counted: String,
    ai_is: String,
    mining: String,
    no_mining: String,
    unmet_most: String,
    unmet_some: String,
    waits: String,
    unpowered: String,
    unfilled: String,
    binds: String,
    binds_most: String,
    gap_more: String,
    gap_less: String,
    peak_above: String,
    coarse: String,
    synthetic: String,
    few: String,
}

/// Fewer draws leave the ends of a band to chance.
const FEW_DRAWS: u64 = 1000;

/// A limit that binds in less than this share of the draws is not spoken of.
const SELDOM: f64 = 0.05;

/// Errors of a plant's surface that are spoken of, %: of hourly cooling power, of the peak.
const COARSE: [f64; 2] = [5.0, 0.5];

/// The answer in a few sentences.
pub(super) fn answer(forecast: &Forecast, words: &Words) -> Markup {
    let own = &words.forecast.answer;
    let last = forecast.last();
    let year = forecast.last_year().to_string();
    let region = capital(forecast.said("region").unwrap_or(&forecast.name));
    let twh = with_band(forecast, "twh", last, words).unwrap_or_else(|| "–".into());
    let mut sentence = fill(
        &own.draw,
        &[
            ("region", region.as_str()),
            ("year", &year),
            ("energy", &twh),
        ],
    );
    for (key, part) in [
        ("share_of_region", &own.share),
        ("gw_peak", &own.peak),
        ("contract_gw", &own.contract),
    ] {
        if let Some([_, middle, _]) = forecast.value(key, last) {
            sentence += &fill(part, &[("value", &amount(key, middle, words))]);
        }
    }
    sentence += &own.end;
    let mut sentences = vec![sentence];
    let first = forecast.value("twh", 0).filter(|_| last > 0);
    let both = first.zip(forecast.value("twh", last));
    if let Some(([_, from, _], [_, to, _])) = both.filter(|([_, from, _], _)| *from > 0.0) {
        let factor = to / from;
        let values = [
            ("factor", written(factor, usize::from(factor < 10.0))),
            ("first", amount("twh", from, words)),
            ("year", forecast.years[0].to_string()),
        ];
        sentences.push(fill(
            &own.times,
            &values.each_ref().map(|(a, b)| (*a, b.as_str())),
        ));
    }
    if let Some(ai) = with_band(forecast, "ai_twh", last, words) {
        sentences.push(fill(&own.ai, &[("energy", &ai)]));
    }
    html! { p { (sentences.join(&words.run.between)) } }
}

/// As a sentence begins.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.collect::<String>() + letters.as_str()
}

/// How sure it is.
pub(super) fn doubt(forecast: &Forecast, words: &Words) -> Markup {
    let own = &words.forecast.answer;
    let year = forecast.last_year().to_string();
    let several = forecast.draws() > 1 && forecast.inputs() > 0;
    let (draws, inputs) = (
        written(forecast.draws() as f64, 0),
        forecast.inputs().to_string(),
    );
    let deciders = inputs::deciders(forecast, "twh");
    let correlated = forecast.file.contains_key("correlation");
    html! {
        @if several {
            p { (fill(&own.band, &[("draws", &draws), ("inputs", &inputs)])) @if correlated && !deciders.is_empty() { " " (own.apart) } }
        } @else {
            p { (own.no_band) }
        }
        @if !deciders.is_empty() {
            p { (fill(&own.matters, &[("year", &year)])) }
            ul { @for decider in deciders.iter().take(3) { li { (sentence(decider, words)) } } }
        }
    }
}

fn sentence(decider: &Decider, words: &Words) -> String {
    let own = &words.forecast.answer;
    let [low, high] = decider.ends;
    let (low, high) = (number("twh", low, words), amount("twh", high, words));
    let values = [
        ("input", decider.input.as_str()),
        ("low", &low),
        ("high", &high),
    ];
    let said = fill(&own.decides, &values);
    match decider.alone.filter(|share| *share >= 0.01) {
        Some(share) => said + &fill(&own.decides_alone, &[("share", &written(100.0 * share, 0))]),
        None => said,
    }
}

/// What touches the answer, the gravest first.
pub(super) fn warnings(forecast: &Forecast, words: &Words) -> Vec<Warning> {
    let mut warnings: Vec<Warning> = not_done(forecast, words)
        .into_iter()
        .map(Warning::grave)
        .collect();
    warnings.extend(
        limits(forecast, words)
            .into_iter()
            .chain(beside(forecast, words))
            .chain(scope(forecast, words))
            .map(Warning::mild),
    );
    let own = forecast.info.get("warnings").and_then(Value::as_array);
    let own = own.map(Vec::as_slice).unwrap_or_default();
    let own = own.iter().filter_map(Value::as_str);
    warnings.extend(own.map(|text| Warning::mild(text.to_owned())));
    warnings
}

/// Work that is not done, machines without power, orders not filled, in the last year.
fn not_done(forecast: &Forecast, words: &Words) -> Vec<String> {
    let own = &words.forecast.answer;
    let (last, year) = (forecast.last(), forecast.last_year().to_string());
    let mut said = Vec::new();
    if let Some([_, middle, high]) = forecast.value("unmet_share", last) {
        let text = if middle >= 0.005 {
            Some((&own.unmet_most, middle))
        } else {
            (high >= 0.005).then_some((&own.unmet_some, high))
        };
        said.extend(text.map(|(text, share)| {
            let share = written(100.0 * share, 0);
            fill(text, &[("year", &year), ("share", &share)])
        }));
    }
    let above = |key: &str, least: f64| {
        let known = forecast.value(key, last)?;
        (known[1] >= least).then(|| with_band(forecast, key, last, words))?
    };
    let rated = forecast.value("ai_gw_rated", last).map_or(0.0, |gw| gw[1]);
    for (key, least, text) in [
        ("capacity_wait_weeks", 1.0, &own.waits),
        ("unpowered_gw", (0.01 * rated).max(1e-6), &own.unpowered),
        ("unfilled_m", 1e-6, &own.unfilled),
    ] {
        said.extend(
            above(key, least).map(|value| fill(text, &[("year", &year), ("value", &value)])),
        );
    }
    said
}

/// Which limits bind, and how often.
fn limits(forecast: &Forecast, words: &Words) -> Vec<String> {
    let own = &words.forecast.answer;
    let mut said = Vec::new();
    for (name, shares) in forecast.limits() {
        let most = shares.iter().copied().fold(0.0, f64::max);
        if most < SELDOM {
            continue;
        }
        let at = shares.iter().position(|share| *share == most).unwrap_or(0);
        let last = shares.last().copied().unwrap_or(0.0);
        let percent = |share: f64| written(100.0 * share, 0);
        let values = [
            ("name", name.to_owned()),
            ("share", percent(last)),
            ("year", forecast.last_year().to_string()),
            ("most", percent(most)),
            ("when", forecast.years[at].to_string()),
        ];
        let text = if most > last {
            &own.binds_most
        } else {
            &own.binds
        };
        said.push(fill(
            text,
            &values.each_ref().map(|(a, b)| (*a, b.as_str())),
        ));
    }
    said
}

/// The other closure, peaks above contracts, coarse plants, synthetic climates, few draws.
fn beside(forecast: &Forecast, words: &Words) -> Vec<String> {
    let own = &words.forecast.answer;
    let last = forecast.last();
    let mut said = Vec::new();
    let gap = forecast.value("gap_twh", last);
    let work = forecast.value("work_twh", last);
    if let (Some(gap), Some(work), Some(twh)) = (gap, work, forecast.value("twh", last))
        && gap[1].abs() > 0.05 * twh[1]
    {
        let text = if gap[1] < 0.0 {
            &own.gap_more
        } else {
            &own.gap_less
        };
        let (work, gap) = (
            amount("work_twh", work[1], words),
            amount("gap_twh", gap[1].abs(), words),
        );
        said.push(fill(text, &[("work", &work), ("gap", &gap)]));
    }
    let above = (0..=last).filter(|year| {
        let of = |key: &str| forecast.value(key, *year).map_or(f64::NAN, |of| of[1]);
        of("gw_peak") > 1.001 * of("contract_gw")
    });
    let above: Vec<String> = above.map(|year| forecast.years[year].to_string()).collect();
    if !above.is_empty() {
        said.push(fill(&own.peak_above, &[("years", &above.join(", "))]));
    }
    if let Some(sites) = &forecast.sites {
        said.extend(of_sites(sites, words));
    }
    if (2..FEW_DRAWS).contains(&forecast.draws()) {
        let draws = written(forecast.draws() as f64, 0);
        said.push(fill(&own.few, &[("draws", &draws)]));
    }
    said
}

fn of_sites(sites: &Table, words: &Words) -> Vec<String> {
    let own = &words.forecast.answer;
    let mut said = Vec::new();
    for row in 0..sites.rows {
        let Some(of) = accuracy(sites, row) else {
            continue;
        };
        if of.cooling_rms > COARSE[0] || of.peak.abs() > COARSE[1] {
            let values = [
                ("site", sites.text("site", row)),
                ("error", written(of.cooling_rms, 1)),
                ("peak", written(of.peak, 2)),
            ];
            said.push(fill(
                &own.coarse,
                &values.each_ref().map(|(a, b)| (*a, b.as_str())),
            ));
        }
    }
    let synthetic = (0..sites.rows)
        .filter(|row| sites.text("climate", *row).starts_with("synthetic"))
        .count();
    if synthetic > 0 {
        let (count, all) = (synthetic.to_string(), sites.rows.to_string());
        said.push(fill(&own.synthetic, &[("count", &count), ("all", &all)]));
    }
    said
}

/// What is counted and what is not.
fn scope(forecast: &Forecast, words: &Words) -> Vec<String> {
    let own = &words.forecast.answer;
    let mut said = Vec::new();
    let note = forecast.said("note");
    said.extend(note.map(|note| fill(&own.counted, &[("text", note)])));
    let ai = forecast.said("ai");
    said.extend(ai.map(|ai| fill(&own.ai_is, &[("text", ai)])));
    let mining = forecast.told.get("crypto").and_then(Value::as_bool);
    said.extend(mining.map(|counted| {
        if counted {
            own.mining.clone()
        } else {
            own.no_mining.clone()
        }
    }));
    // One line of the list.
    if said.is_empty() {
        said
    } else {
        vec![said.join(&words.run.between)]
    }
}
