//! The first screen: the answer in a sentence or two, headline figures, what is doubtful.

mod tiles;
mod warnings;

pub(super) use tiles::headlines;
pub(super) use warnings::warnings;

use maud::{Markup, html};
use serde::Deserialize;

use super::folder::{Output, Study};
use super::matter::{Method, Weight};
use super::{counted, fill_once, filled, settings};
use crate::report::number::written;
use crate::report::words::Words;
use crate::study::bands::statistics::quantile;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AnswerWords {
    range: String,
    same: String,
    spread: String,
    no_figures: String,
    least: String,
    least_of_many: String,
    most: String,
    sobol: String,
    morris: String,
    one_at_a_time: String,
    ranks: String,
    more: String,
    less: String,
    chance: String,
    best: String,
    best_most: String,
    front: String,
    end: String,
    end_most: String,
    there: String,
    infeasible: String,
    no_optimum: String,
    runs: String,
    designs: String,
    of_failed: String,
    of_feasible: String,
    tile_least: String,
    tile_most: String,
    tile_at: String,
    tile_front: String,
    front_note: String,
    tile_median: String,
    range_note: String,
    quantiles: String,
    limit_most: String,
    limit_least: String,
    limit_both: String,
    on_front: String,
    on_front_note: String,
    failed: String,
    failed_designs: String,
    reason: String,
    other_reasons: String,
    beyond: String,
    fell_short: String,
    best_fell_short: String,
    incomplete_points: String,
    incomplete_effects: String,
    incomplete_ends: String,
    doubt_grid: String,
    doubt_list: String,
    doubt_sample: String,
    doubt_drawn: String,
    doubt_method: String,
    doubt_search: String,
    doubt_stated: String,
    doubt_ranks: String,
}

/// Those that ended, or all where none did.
fn runs(study: &Study, words: &Words) -> String {
    let ended = study.ended();
    let count = if ended > 0 { ended } else { study.rows };
    counted(count, &words.study.run_one, &words.study.run_many)
}

fn inputs(study: &Study, words: &Words) -> String {
    let own = &words.study;
    counted(study.inputs.len(), &own.input_one, &own.input_many)
}

/// The run that answers the question: the best design, else the one with the least of the main output.
fn best(study: &Study) -> Option<usize> {
    if study.searched {
        return study.front.first().copied();
    }
    study.main().and_then(Output::ends).map(|(low, _)| low)
}

/// Sentences.
pub(super) fn answer(study: &Study, weights: &[Weight], first: &[usize], words: &Words) -> Markup {
    let own = &words.study.answer;
    let sentences = match (study.main(), study.main().and_then(Output::ends)) {
        (Some(_), Some(_)) if study.searched => of_search(study, first, words),
        (Some(main), Some(ends)) => of_sweep(study, (main, ends), (weights, first), words),
        _ => vec![fill_once(&own.no_figures, &[("runs", &runs(study, words))])],
    };
    html! { p { (sentences.join(&words.study.between)) } }
}

fn of_sweep(
    study: &Study,
    (main, (low, high)): (&Output, (usize, usize)),
    (weights, first): (&[Weight], &[usize]),
    words: &Words,
) -> Vec<String> {
    let own = &words.study.answer;
    let name = words.figure(&main.figure);
    let (least, most) = (main.values[low], main.values[high]);
    let mut values = vec![
        ("runs", runs(study, words)),
        ("inputs", inputs(study, words)),
        ("output", name),
        ("value", main.whole(least)),
        ("low", main.style.text(least)),
        ("high", main.whole(most)),
    ];
    if !main.varies() {
        return vec![filled(&own.same, &values)];
    }
    let mut sentences = Vec::new();
    if study.is_drawn() {
        let known = known(main);
        for (key, p) in [("p10", 0.1), ("p50", 0.5), ("p90", 0.9)] {
            let value = quantile(&known, p).unwrap_or(f64::NAN);
            let said = match key {
                "p10" => main.style.text(value),
                _ => main.whole(value),
            };
            values.push((key, said));
        }
        sentences.push(filled(&own.spread, &values));
    } else {
        sentences.push(filled(&own.range, &values));
    }
    // Where the runs of a method happen to lie is no answer.
    if !study.is_drawn() && study.sensitivity.is_none() {
        let equal = main.values.iter().filter(|value| **value == least).count();
        values.push(("where", settings(study, low, first, words)));
        values.push(("count", written(equal as f64, 0)));
        let text = if equal > 1 {
            &own.least_of_many
        } else {
            &own.least
        };
        sentences.push(filled(text, &values));
        if let Some((_, place)) = values.iter_mut().find(|(key, _)| *key == "where") {
            *place = settings(study, high, first, words);
        }
        sentences.push(filled(&own.most, &values));
    }
    sentences.extend(matters(study, main, weights, words));
    sentences
}

/// Which input matters most.
fn matters(study: &Study, main: &Output, weights: &[Weight], words: &Words) -> Option<String> {
    let own = &words.study.answer;
    let short = |name: &str| {
        let mut all = study.inputs.iter();
        all.find(|input| input.name == name)
            .map_or(name.to_owned(), |input| input.short.clone())
    };
    let percent = |share: f64| written(100.0 * share, 0);
    if let Some(sensitivity) = &study.sensitivity {
        let owed = sensitivity.of.iter().find(|owed| owed.output == 0)?;
        let (name, values) = owed.rows.first()?;
        let of = |column: &str| sensitivity.value(values, column);
        let size = sensitivity.size(values);
        if !size.is_finite() {
            return None;
        }
        let input = short(name);
        let change = main.whole(size);
        return Some(match sensitivity.method {
            Method::Sobol => fill_once(
                &own.sobol,
                &[
                    ("input", &input),
                    ("share", &percent(size)),
                    ("low", &percent(of("total_low"))),
                    ("high", &percent(of("total_high"))),
                ],
            ),
            Method::Morris => fill_once(&own.morris, &[("input", &input), ("change", &change)]),
            Method::OneAtATime => fill_once(
                &own.one_at_a_time,
                &[("input", &input), ("change", &change)],
            ),
        });
    }
    if study.inputs.len() < 2 {
        return None;
    }
    let weight = weights.first()?;
    if !weight.sure {
        return Some(own.chance.clone());
    }
    let direction = match weight.correlation {
        Some(correlation) if correlation > 0.0 => own.more.as_str(),
        Some(_) => own.less.as_str(),
        None => "",
    };
    let input = &study.inputs[weight.input].short;
    Some(fill_once(
        &own.ranks,
        &[
            ("input", input),
            ("share", &percent(weight.share)),
            ("direction", direction),
        ],
    ))
}

fn of_search(study: &Study, first: &[usize], words: &Words) -> Vec<String> {
    let own = &words.study.answer;
    let designs = written(study.rows as f64, 0);
    let inputs = inputs(study, words);
    let Some(best) = study.front.first().copied() else {
        return vec![fill_once(
            &own.infeasible,
            &[("designs", &designs), ("inputs", &inputs)],
        )];
    };
    let said = |output: usize, row: usize| {
        let output = &study.outputs[output];
        (
            words.figure(&output.figure),
            output.whole(output.values[row]),
        )
    };
    let mut sentences = Vec::new();
    if let [aim] = study.aims[..] {
        let (name, value) = said(aim.output, best);
        let text = if aim.maximise {
            &own.best_most
        } else {
            &own.best
        };
        let place = settings(study, best, first, words);
        sentences.push(fill_once(
            text,
            &[
                ("designs", &designs),
                ("inputs", &inputs),
                ("output", &name),
                ("value", &value),
                ("where", &place),
            ],
        ));
    } else {
        let front = written(study.front.len() as f64, 0);
        let names = study.aims.iter().map(|aim| said(aim.output, best).0);
        let names: Vec<String> = names.collect();
        sentences.push(fill_once(
            &own.front,
            &[
                ("front", &front),
                ("designs", &designs),
                ("inputs", &inputs),
                ("aims", &names.join(&words.study.and)),
            ],
        ));
        for aim in &study.aims {
            let row = end_of(study, aim.output, aim.maximise).unwrap_or(best);
            let (name, value) = said(aim.output, row);
            let others = study.aims.iter().filter(|other| *other != aim);
            let others = others.map(|other| {
                let (name, value) = said(other.output, row);
                fill_once(&own.there, &[("output", &name), ("value", &value)])
            });
            let others: Vec<String> = others.collect();
            let place = settings(study, row, first, words);
            let text = if aim.maximise {
                &own.end_most
            } else {
                &own.end
            };
            sentences.push(fill_once(
                text,
                &[
                    ("output", &name),
                    ("value", &value),
                    ("others", &others.join(&words.study.and)),
                    ("where", &place),
                ],
            ));
        }
    }
    sentences.push(own.no_optimum.clone());
    sentences
}

/// The design of the front with the best of an aim.
pub(super) fn end_of(study: &Study, output: usize, maximise: bool) -> Option<usize> {
    let values = &study.outputs[output].values;
    let better = |a: usize, b: usize| {
        let by = if maximise {
            values[b] > values[a]
        } else {
            values[b] < values[a]
        };
        if by { b } else { a }
    };
    study.front.iter().copied().reduce(better)
}

fn known(output: &Output) -> Vec<f64> {
    let all = output.values.iter().copied();
    all.filter(|value| value.is_finite()).collect()
}

/// How sure the answer is.
pub(super) fn doubt(study: &Study, words: &Words) -> Markup {
    let own = &words.study.answer;
    let sample = study.file.get("sample").and_then(toml::Value::as_table);
    let has = |key: &str| sample.is_some_and(|sample| sample.contains_key(key));
    let text = if study.searched {
        &own.doubt_search
    } else if study.sensitivity.is_some() {
        &own.doubt_method
    } else if has("list") {
        &own.doubt_list
    } else if study.is_drawn() {
        &own.doubt_drawn
    } else if ["latin_hypercube", "sobol", "monte_carlo"]
        .iter()
        .any(|key| has(key))
    {
        &own.doubt_sample
    } else {
        &own.doubt_grid
    };
    html! {
        p { (text) }
        p { (own.doubt_stated) }
        @if study.sensitivity.is_none() && study.inputs.len() > 1 { p { (own.doubt_ranks) } }
    }
}
