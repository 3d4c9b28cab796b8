//! The page of one run.

pub(super) mod energy;
mod events;
mod flow;
mod money;
mod plant;
mod supply;
mod work;
mod year;

use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value;

use super::figures::{all, amount, brief};
use super::number::{Style, written};
use super::page::{Headline, Page, Section, Warning};
use super::source::Run;
use super::words::{Words, fill};
use super::{Options, foot};
use crate::metrics::shortfall;

/// Words of this page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RunWords {
    kind: String,
    answer: String,
    bracketed: String,
    cost: String,
    water: String,
    cost_and_water: String,
    reaches_chips: String,
    /// Between two sentences.
    pub(super) between: String,
    of_days: String,
    a_year: String,
    a_day: String,
    an_hour: String,
    of_hours: String,
    peak_at: String,
    pub(super) p10_to_p90: String,
    no_band: String,
    band: String,
    matters: String,
    doubts: String,
    used: String,
    synthetic: String,
    waiting: String,
    energy: energy::EnergyWords,
    year: year::YearWords,
    plant: plant::PlantWords,
    money: money::MoneyWords,
    work: work::WorkWords,
    events: events::EventWords,
    supply: supply::SupplyWords,
}

/// Figures of the first screen.
pub(super) const HEADLINES: [&str; 7] = [
    "energy_mwh.facility",
    "peak_kw.facility",
    "ratios.pue",
    "water_m3.makeup",
    "cost_usd.total",
    "carbon_t.operational",
    "work.kwh_per_gpu_hour",
];

/// Makes the page.
pub(super) fn page(run: &Run, options: &Options, words: &Words) -> Page {
    let sections = [
        events::section(run, words),
        energy::section(run, words),
        year::section(run, words),
        supply::section(run, words),
        plant::section(run, words),
        money::section(run, words),
        work::section(run, words),
        plant::sizes(run, words),
        Some(Section {
            id: "figures",
            title: words.page.all_figures.clone(),
            body: all(run, words),
        }),
    ];
    Page {
        kind: kind(run, words),
        question: run.question().to_owned(),
        answer: answer(run, words),
        doubt: doubt(run, words),
        headlines: HEADLINES
            .iter()
            .filter_map(|name| headline(run, name, words))
            .collect(),
        warnings: warnings(run, options, words),
        sections: sections.into_iter().flatten().collect(),
        foot: foot::of_run(run, words),
    }
}

/// Length of the run in words.
pub(super) fn span(run: &Run, words: &Words) -> String {
    let days = run.total_s / 86_400.0;
    let counted = |text: &str, name, value: f64| {
        let places = usize::from(value < 10.0 && value.fract() > 1e-9);
        fill(text, &[(name, &written(value, places))])
    };
    match days {
        _ if (days - 365.0).abs() < 1.01 => words.run.a_year.clone(),
        _ if (days - 1.0).abs() < 1e-6 => words.run.a_day.clone(),
        _ if (24.0 * days - 1.0).abs() < 1e-6 => words.run.an_hour.clone(),
        _ if days < 2.0 => counted(&words.run.of_hours, "hours", 24.0 * days),
        _ => counted(&words.run.of_days, "days", days),
    }
}

fn kind(run: &Run, words: &Words) -> String {
    let climate = run
        .info
        .get("climate")
        .and_then(|climate| climate.get("name"));
    let climate = climate.and_then(Value::as_str);
    let mut parts = vec![words.run.kind.clone(), run.name.clone()];
    parts.extend(climate.map(str::to_owned));
    let seconds = jiff::SignedDuration::from_secs(run.total_s.ceil() as i64 - 1);
    let last = run.start.saturating_add(seconds).date();
    parts.push(format!("{} – {last}", run.start.date()));
    parts.join(" · ")
}

/// Where a figure has a band: `P10 to P90: a to b`.
pub(super) fn band_note(run: &Run, name: &str, words: &Words) -> Option<String> {
    let spread = run.bands.as_ref()?.spread(name, 0)?;
    let (figure, _) = run.figure(name)?;
    let style = Style::brief(&figure, spread.p90);
    let (low, high) = (style.text(spread.p10), style.text(spread.p90));
    Some(fill(
        &words.run.p10_to_p90,
        &[("low", &low), ("high", &high)],
    ))
}

fn headline(run: &Run, name: &str, words: &Words) -> Option<Headline> {
    let (figure, value) = run.figure(name)?;
    let shown = brief(run, name)?;
    let note = match name {
        "peak_kw.facility" => {
            amount(run, "peak_h.facility").map(|at| fill(&words.run.peak_at, &[("at", &at.text)]))
        }
        _ => None,
    };
    let notes: Vec<String> = note
        .into_iter()
        .chain(band_note(run, name, words))
        .collect();
    Some(Headline {
        name: words.figure(&figure),
        value: shown.text,
        unit: shown.unit,
        note: notes.join(" · "),
        of: Some((name.to_owned(), value)),
    })
}

fn answer(run: &Run, words: &Words) -> Markup {
    let of = |name: &str| brief(run, name).map(|amount| amount.whole());
    let own = &words.run;
    let said = |name: &str| of(name).unwrap_or_else(|| "–".into());
    let band = band_note(run, "energy_mwh.facility", words);
    let band = band.map_or_else(String::new, |band| fill(&own.bracketed, &[("text", &band)]));
    let mut sentences = vec![fill(
        &own.answer,
        &[
            ("name", &run.name),
            ("energy", &said("energy_mwh.facility")),
            ("band", &band),
            ("span", &span(run, words)),
            ("pue", &said("ratios.pue")),
            ("peak", &said("peak_kw.facility")),
        ],
    )];
    let cost = of("cost_usd.total");
    let water = of("water_m3.makeup").filter(|_| run.value("water_m3.makeup") > Some(0.0));
    sentences.extend(match (cost, water) {
        (Some(cost), Some(water)) => Some(fill(
            &own.cost_and_water,
            &[("cost", &cost), ("water", &water)],
        )),
        (Some(cost), None) => Some(fill(&own.cost, &[("cost", &cost)])),
        (None, Some(water)) => Some(fill(&own.water, &[("water", &water)])),
        (None, None) => None,
    });
    let compute = run
        .value("energy_mwh.compute")
        .zip(run.value("energy_mwh.facility"));
    sentences.extend(compute.filter(|(_, all)| *all > 0.0).map(|(compute, all)| {
        fill(
            &own.reaches_chips,
            &[("share", &written(100.0 * compute / all, 0))],
        )
    }));
    sentences.splice(0..0, events::told(run, words));
    html! { p { (sentences.join(&own.between)) } }
}

/// What touches the answer, the gravest first.
pub(super) fn warnings(run: &Run, options: &Options, words: &Words) -> Vec<Warning> {
    let short = shortfall::fell_short(&run.summary);
    let sentences = shortfall::warnings(&run.summary);
    let mut warnings = Vec::new();
    if options.language == super::Language::En {
        warnings.extend(sentences.iter().cloned().map(Warning::grave));
    } else {
        warnings.extend(
            short
                .iter()
                .filter(|(figure, _)| figure.spec.heading.is_some())
                .map(|(figure, value)| {
                    let amount = Style::of(figure, *value).amount(*value);
                    Warning::grave(format!("{}: {}", words.figure(figure), amount.whole()))
                }),
        );
    }
    let waiting = run
        .value("jobs.waiting_gpu_hours")
        .zip(run.value("jobs.gpu_hours"));
    if let Some((waits, done)) = waiting.filter(|(waits, done)| *waits > 0.01 * done) {
        let share = written(100.0 * waits / done.max(1.0), 0);
        let jobs = run.value("jobs.waiting").unwrap_or(0.0);
        warnings.push(Warning::grave(fill(
            &words.run.waiting,
            &[("jobs", &written(jobs, 0)), ("share", &share)],
        )));
    }
    let synthetic = run
        .info
        .get("climate")
        .and_then(|climate| climate.get("synthetic"));
    if synthetic.and_then(Value::as_bool) == Some(true) {
        warnings.push(Warning::mild(words.run.synthetic.clone()));
    }
    let others = run
        .warnings()
        .into_iter()
        .filter(|text| !sentences.contains(text));
    warnings.extend(others.map(Warning::mild));
    warnings
}

/// How sure the answer is.
fn doubt(run: &Run, words: &Words) -> Markup {
    let own = &words.run;
    let list = run.info.get("doubts").and_then(Value::as_array);
    let list = list.map(Vec::as_slice).unwrap_or_default();
    let of = |doubt: &Value, key: &str| match doubt.get(key) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    html! {
        @match &run.bands {
            Some(bands) => {
                p { (fill(&own.band, &[("draws", &written(bands.draws() as f64, 0)), ("inputs", &written(bands.inputs() as f64, 0))])) }
                @let weights = bands.weights("energy_mwh.facility", 0, 3);
                @if !weights.is_empty() {
                    p { (own.matters) }
                    ul { @for weight in &weights { li { (super::doubt::weight(weight, words)) } } }
                }
            }
            None => p { (fill(&own.no_band, &[("name", &run.name)])) }
        }
        @if !list.is_empty() {
            details {
                summary { (fill(&own.doubts, &[("count", &list.len().to_string())])) }
                ul {
                    @for doubt in list {
                        li { code { (of(doubt, "name")) } ": " (fill(&own.used, &[("used", &of(doubt, "value")), ("range", &of(doubt, "range")), ("unit", &of(doubt, "unit"))])) }
                    }
                }
            }
        }
    }
}
