//! What touches the answer, by side.

use serde::Deserialize;

use super::sides::Sides;
use crate::report::Options;
use crate::report::page::Warning;
use crate::report::run;
use crate::report::words::{Words, fill};
use crate::study::compare::doubts;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WarningWords {
    of_side: String,
    of_all: String,
    starts: String,
    by_work: String,
}

/// Other work, other times, then what each side did not hold; what is true of all sides stands once.
pub(super) fn all(
    sides: &Sides,
    other_work: &[String],
    options: &Options,
    words: &Words,
) -> Vec<Warning> {
    let own = &words.comparison.warnings;
    let mut warnings: Vec<Warning> = other_work.iter().cloned().map(Warning::grave).collect();
    if !other_work.is_empty() {
        warnings.push(Warning::mild(own.by_work.clone()));
    }
    let columns = sides.columns();
    let lengths = doubts(&columns.iter().collect::<Vec<_>>());
    warnings.extend(lengths.map(|text| Warning::grave(capital(&text))));
    warnings.extend(starts(sides, words).map(Warning::grave));
    let each: Vec<Vec<Warning>> = sides
        .all()
        .iter()
        .map(|side| run::warnings(&side.run, options, words))
        .collect();
    let of_all = |warning: &Warning| each.iter().all(|side| side.contains(warning));
    let mut told: Vec<Warning> = each[0]
        .iter()
        .filter(|warning| of_all(warning))
        .map(|warning| Warning {
            text: fill(&own.of_all, &[("text", &warning.text)]),
            grave: warning.grave,
        })
        .collect();
    for (side, warnings) in sides.all().iter().zip(&each) {
        let own_ones = warnings.iter().filter(|warning| !of_all(warning));
        told.extend(own_ones.map(|warning| Warning {
            text: fill(
                &own.of_side,
                &[("side", &side.name), ("text", &warning.text)],
            ),
            grave: warning.grave,
        }));
    }
    told.sort_by_key(|warning| !warning.grave);
    warnings.extend(told);
    warnings
}

/// A sentence of the command line as one of a page.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// Where sides begin on other days than the first.
fn starts(sides: &Sides, words: &Words) -> Option<String> {
    let first = sides.first().run.series.as_ref()?.start;
    let others = sides.further().filter_map(|(_, side)| {
        let start = side.run.series.as_ref()?.start;
        (start != first).then(|| format!("{} {}", side.name, start.date()))
    });
    let others: Vec<String> = others.collect();
    let named = [
        ("first", sides.first().name.as_str()),
        ("start", &first.date().to_string()),
        ("others", &others.join(&words.comparison.list)),
    ];
    (!others.is_empty()).then(|| fill(&words.comparison.warnings.starts, &named))
}
