//! Figures of a year as the page prints them.

use crate::forecast::decimals;
use crate::forecast::figures::{FIGURES, Figure};
use crate::report::source::Forecast;
use crate::report::words::{Words, fill};

fn figure(key: &str) -> Option<&'static Figure> {
    FIGURES.iter().find(|figure| figure.key == key)
}

/// The name of a figure, which stands alone.
pub(super) fn name(key: &str, words: &Words) -> String {
    let own = words.forecast.names.get(key).cloned();
    let label = || figure(key).map(|figure| figure.label.trim().to_owned());
    own.or_else(label).unwrap_or_else(|| key.to_owned())
}

/// What it is.
pub(super) fn meaning(key: &str, words: &Words) -> String {
    let own = words.forecast.meanings.get(key).cloned();
    let meaning = || figure(key).map(|figure| figure.meaning.to_owned());
    own.or_else(meaning).unwrap_or_default()
}

/// Its unit; empty where it has none.
pub(super) fn unit(key: &str, words: &Words) -> String {
    word_of_unit(figure(key).map_or("", |figure| figure.unit), words)
}

/// A unit as the language has it.
pub(super) fn word_of_unit(unit: &str, words: &Words) -> String {
    let own = words.forecast.units.get(unit);
    own.map_or(unit, String::as_str).to_owned()
}

/// A value of a figure, three digits at least.
pub(super) fn number(key: &str, value: f64, words: &Words) -> String {
    rounded(
        value,
        figure(key).map_or(0, |figure| figure.decimals),
        words,
    )
}

/// A value with three digits at least and so many decimals.
pub(super) fn rounded(value: f64, at_least: usize, words: &Words) -> String {
    if value.is_nan() {
        "–".into()
    } else if value.is_infinite() {
        words.forecast.no_end.clone()
    } else {
        decimals(value, at_least).replacen('-', "−", 1)
    }
}

/// The same with its unit.
pub(super) fn amount(key: &str, value: f64, words: &Words) -> String {
    let (number, unit) = (number(key, value, words), unit(key, words));
    match unit.as_str() {
        "" => number,
        unit => format!("{number}\u{a0}{unit}"),
    }
}

/// `P10 to P90: a to b`; None where the draws do not differ, as far as is shown.
pub(super) fn band(forecast: &Forecast, key: &str, year: usize, words: &Words) -> Option<String> {
    let [low, _, high] = forecast.value(key, year)?;
    let [low, high] = [low, high].map(|value| number(key, value, words));
    (low != high).then(|| fill(&words.run.p10_to_p90, &[("low", &low), ("high", &high)]))
}

/// A value with its unit and, in brackets, its band.
pub(super) fn with_band(
    forecast: &Forecast,
    key: &str,
    year: usize,
    words: &Words,
) -> Option<String> {
    let [_, middle, _] = forecast.value(key, year)?;
    let band = band(forecast, key, year, words).map_or_else(String::new, |band| {
        fill(&words.forecast.answer.bracketed, &[("text", &band)])
    });
    Some(amount(key, middle, words) + &band)
}
