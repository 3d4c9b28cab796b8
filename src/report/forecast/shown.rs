//! Figures of a year as the page prints them.

use crate::forecast::figures::{FIGURES, Figure};
use crate::report::number::{decimals, written};
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

/// A value of a figure: three digits of an amount, ratios as the printed tables have them.
pub(super) fn number(key: &str, value: f64, words: &Words) -> String {
    let ratio = figure(key).filter(|figure| figure.unit.is_empty());
    rounded(value, ratio.map(|figure| figure.decimals), words)
}

/// A value with so many decimals, else with three digits.
pub(super) fn rounded(value: f64, places: Option<usize>, words: &Words) -> String {
    if value.is_nan() {
        "–".into()
    } else if value.is_infinite() {
        words.forecast.no_end.clone()
    } else {
        written(value, places.unwrap_or_else(|| decimals(value, 3)))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Language;

    #[test]
    fn amounts_have_three_digits_and_ratios_their_own() {
        let words = Language::En.words().unwrap();
        let of = |key: &str, value: f64| number(key, value, words);
        assert_eq!(of("twh", 11.2055), "11.2");
        assert_eq!(of("twh", 1438.04), "1,438");
        assert_eq!(of("share_of_region", 31.3872), "31.4");
        assert_eq!(of("gw_peak", 0.61125), "0.611");
        assert_eq!(of("pue", 1.11071), "1.111");
        assert_eq!(of("gap_twh", -48.5459), "−48.5");
        assert_eq!(of("curtailable_mw", 0.0), "0");
        assert_eq!(of("connection_wait_weeks", f64::INFINITY), "no end");
        assert_eq!(of("connection_wait_weeks", f64::NAN), "–");
        assert_eq!(amount("twh", 3.0313, words), "3.03\u{a0}TWh");
    }

    /// Each figure has a name and a meaning that need no other row: no label is set in, none speaks of "the same".
    #[test]
    fn names_and_meanings_stand_alone() {
        let words = Language::En.words().unwrap();
        for figure in FIGURES {
            let set_in = figure.label.starts_with(' ');
            assert!(
                !set_in || words.forecast.names.contains_key(figure.key),
                "{}",
                figure.key
            );
            let meaning = meaning(figure.key, words);
            let leans = ["the same", "their ", "the first "];
            assert!(
                !leans.iter().any(|start| meaning.starts_with(start)),
                "{meaning}"
            );
        }
        for key in words
            .forecast
            .names
            .keys()
            .chain(words.forecast.meanings.keys())
        {
            assert!(figure(key).is_some(), "{key}");
        }
    }
}
