//! Warnings.

use super::best;
use crate::report::number::written;
use crate::report::page::Warning;
use crate::report::study::folder::Study;
use crate::report::study::matter::Method;
use crate::report::study::{fill_once, filled, reasons};
use crate::report::words::Words;

/// What touches the answer.
pub(in crate::report::study) fn warnings(study: &Study, words: &Words) -> Vec<Warning> {
    let own = &words.study.answer;
    let count = |number: usize| written(number as f64, 0);
    let mut warnings = Vec::new();
    let all = count(study.rows);
    let failed = study.rows - study.ended();
    if let Some(best) = best(study).filter(|_| !study.is_drawn()) {
        for output in &study.outputs {
            if output.figure.fell_short(Some(output.values[best])) {
                let values = [
                    ("number", written(study.numbers[best], 0)),
                    ("output", words.figure(&output.figure)),
                    ("value", output.whole(output.values[best])),
                ];
                warnings.push(Warning::grave(filled(&own.best_fell_short, &values)));
            }
        }
    }
    if failed > 0 {
        let reasons = failures(study, words);
        let values = [
            ("count", &*count(failed)),
            ("all", &*all),
            ("reasons", &*reasons),
        ];
        let text = if study.searched {
            &own.failed_designs
        } else {
            &own.failed
        };
        let text = fill_once(text, &values);
        warnings.push(if 2 * failed > study.rows && !study.searched {
            Warning::grave(text)
        } else {
            Warning::mild(text)
        });
    }
    warnings.extend(incomplete(study, words).map(Warning::mild));
    let beyond = (0..study.rows)
        .filter(|row| study.searched && study.failed[*row].is_empty() && !study.feasible[*row])
        .count();
    if beyond > 0 {
        let text = fill_once(&own.beyond, &[("count", &count(beyond)), ("all", &all)]);
        warnings.push(if study.front.is_empty() {
            Warning::grave(text)
        } else {
            Warning::mild(text)
        });
    }
    for output in study.outputs.iter().filter(|_| !study.searched) {
        let short = |value: &&f64| output.figure.fell_short(Some(**value));
        let number = output.values.iter().filter(short).count();
        if number > 0 {
            let name = words.figure(&output.figure);
            let most = output
                .values
                .iter()
                .copied()
                .filter(|value| value.is_finite());
            let most = output.whole(most.fold(0.0, f64::max));
            let values = [
                ("count", &*count(number)),
                ("all", &*all),
                ("output", &*name),
                ("most", &*most),
            ];
            warnings.push(Warning::mild(fill_once(&own.fell_short, &values)));
        }
    }
    warnings.truncate(8);
    warnings
}

/// The commonest reasons.
fn failures(study: &Study, words: &Words) -> String {
    let own = &words.study.answer;
    let all = reasons::commonest(&study.failed);
    let said = all.iter().take(3).map(|(count, reason)| {
        let short: String = reason.chars().take(220).collect();
        let short = if short.len() < reason.len() {
            short + "…"
        } else {
            short
        };
        let count = written(*count as f64, 0);
        fill_once(&own.reason, &[("count", &count), ("reason", &short)])
    });
    let mut said: Vec<String> = said.collect();
    if all.len() > 3 {
        let rest: usize = all[3..].iter().map(|(count, _)| count).sum();
        let rest = written(rest as f64, 0);
        said.push(fill_once(&own.other_reasons, &[("count", &rest)]));
    }
    said.join("; ")
}

/// What a sensitivity analysis lacks.
fn incomplete(study: &Study, words: &Words) -> Option<String> {
    let own = &words.study.answer;
    let sensitivity = study.sensitivity.as_ref()?;
    let rows = || sensitivity.of.iter().flat_map(|owed| &owed.rows);
    if study.ended() == study.rows && rows().all(|(_, values)| values.iter().all(|v| v.is_finite()))
    {
        return None;
    }
    let least = |name: &str| {
        let all = rows().map(|(_, values)| sensitivity.value(values, name));
        written(
            all.map(|v| if v.is_finite() { v } else { 0.0 })
                .fold(f64::INFINITY, f64::min),
            0,
        )
    };
    Some(match sensitivity.method {
        Method::Sobol => fill_once(&own.incomplete_points, &[("least", &least("points"))]),
        Method::Morris => fill_once(&own.incomplete_effects, &[("least", &least("effects"))]),
        Method::OneAtATime => {
            let missing = sensitivity.of.first()?.rows.iter().flat_map(|(_, values)| {
                ["low", "high"].map(|name| sensitivity.value(values, name))
            });
            let missing = missing.filter(|value| value.is_nan()).count();
            fill_once(
                &own.incomplete_ends,
                &[("count", &written(missing as f64, 0))],
            )
        }
    })
}
