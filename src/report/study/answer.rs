//! The first screen: the answer in a sentence or two, headline figures, what is doubtful.

use maud::{Markup, html};
use serde::Deserialize;

use super::folder::{Limit, Output, Study};
use super::matter::{Method, Weight};
use super::{counted, fill_once, filled, reasons, settings};
use crate::report::number::written;
use crate::report::page::{Headline, Warning};
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

fn runs(study: &Study, words: &Words) -> String {
    counted(study.rows, &words.study.run_one, &words.study.run_many)
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

/// Tiles.
pub(super) fn headlines(study: &Study, words: &Words) -> Vec<Headline> {
    const TILES: usize = 7;
    let own = &words.study.answer;
    let mut tiles = vec![count_tile(study, words)];
    let tile = |output: &Output, value: f64, name: String, note: String| {
        let amount = output.style.amount(value);
        Headline {
            name,
            value: amount.text,
            unit: amount.unit,
            note,
            of: Some((output.figure.name(), value)),
        }
    };
    let range = |output: &Output| {
        let Some((low, high)) = output.ends().filter(|_| output.varies()) else {
            return String::new();
        };
        let text = |row: usize| output.style.text(output.values[row]);
        fill_once(
            &own.range_note,
            &[("low", &text(low)), ("high", &text(high))],
        )
    };
    let Some(best) = best(study) else {
        return tiles;
    };
    let label =
        |text: &str, output: &Output| fill_once(text, &[("output", &words.figure(&output.figure))]);
    let number = written(study.numbers[best], 0);
    if study.searched && study.aims.len() > 1 {
        let front = written(study.front.len() as f64, 0);
        tiles.push(Headline {
            name: own.on_front.clone(),
            value: front,
            unit: String::new(),
            note: own.on_front_note.clone(),
            of: None,
        });
        for aim in &study.aims {
            let output = &study.outputs[aim.output];
            let text = if aim.maximise {
                &own.tile_most
            } else {
                &own.tile_least
            };
            let row = end_of(study, aim.output, aim.maximise).unwrap_or(best);
            let number = written(study.numbers[row], 0);
            let note = fill_once(&own.tile_at, &[("number", &number)]);
            tiles.push(tile(output, output.values[row], label(text, output), note));
        }
        let aims = study.aims.len();
        for (place, output) in study.outputs.iter().enumerate().skip(aims) {
            let on_front = study.front.iter().map(|row| output.values[*row]);
            let on_front: Vec<f64> = on_front.filter(|value| value.is_finite()).collect();
            let least = on_front.iter().copied().fold(f64::INFINITY, f64::min);
            let most = on_front.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            if tiles.len() == TILES || on_front.is_empty() {
                continue;
            }
            let limit = study.limits.iter().find(|limit| limit.output == place);
            let low = output.style.text(least);
            let note = match limit {
                Some(limit) => held(limit, output, words),
                None => fill_once(&own.front_note, &[("low", &low)]),
            };
            tiles.push(tile(output, most, label(&own.tile_front, output), note));
        }
        return tiles;
    }
    if study.is_drawn() {
        for output in study.outputs.iter().take(TILES - 1) {
            let known = known(output);
            let of = |p: f64| quantile(&known, p).unwrap_or(f64::NAN);
            let text = |p: f64| output.style.text(of(p));
            let note = fill_once(&own.quantiles, &[("low", &text(0.1)), ("high", &text(0.9))]);
            tiles.push(tile(output, of(0.5), label(&own.tile_median, output), note));
        }
        return tiles;
    }
    let mut others = study.outputs.iter().enumerate();
    if let (false, Some((_, main))) = (study.searched, others.next()) {
        let (low, high) = main.ends().unwrap_or((best, best));
        for (row, text) in [(low, &own.tile_least), (high, &own.tile_most)] {
            let number = written(study.numbers[row], 0);
            let note = fill_once(&own.tile_at, &[("number", &number)]);
            if row == low || main.varies() {
                tiles.push(tile(main, main.values[row], label(text, main), note));
            }
        }
    } else if study.searched {
        others = study.outputs.iter().enumerate();
    }
    for (place, output) in others {
        let value = output.values[best];
        if tiles.len() == TILES || !value.is_finite() {
            continue;
        }
        let limit = study.limits.iter().find(|limit| limit.output == place);
        let note = match limit {
            Some(limit) => held(limit, output, words),
            None if place == 0 => fill_once(&own.tile_at, &[("number", &number)]),
            None => format!(
                "{}{}",
                fill_once(&own.tile_at, &[("number", &number)]),
                range(output)
            ),
        };
        tiles.push(tile(output, value, words.figure(&output.figure), note));
    }
    tiles
}

/// `limit: at most 20 MW`.
fn held(limit: &Limit, output: &Output, words: &Words) -> String {
    let own = &words.study.answer;
    let of = |end: Option<f64>| end.map_or_else(String::new, |end| output.whole(end));
    let (low, high) = (of(limit.at_least), of(limit.at_most));
    let text = match (limit.at_least, limit.at_most) {
        (Some(_), Some(_)) => &own.limit_both,
        (Some(_), None) => &own.limit_least,
        _ => &own.limit_most,
    };
    fill_once(text, &[("low", &low), ("high", &high)])
}

fn count_tile(study: &Study, words: &Words) -> Headline {
    let own = &words.study.answer;
    let failed = study.rows - study.ended();
    let (name, note) = if study.searched {
        let feasible = study.feasible.iter().filter(|feasible| **feasible).count();
        let note = fill_once(&own.of_feasible, &[("count", &written(feasible as f64, 0))]);
        (&own.designs, note)
    } else if failed > 0 {
        let note = fill_once(&own.of_failed, &[("count", &written(failed as f64, 0))]);
        (&own.runs, note)
    } else {
        (&own.runs, inputs(study, words))
    };
    Headline {
        name: name.clone(),
        value: written(study.rows as f64, 0),
        unit: String::new(),
        note,
        of: None,
    }
}

/// What touches the answer.
pub(super) fn warnings(study: &Study, words: &Words) -> Vec<Warning> {
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
                let values: Vec<(&str, &str)> =
                    values.iter().map(|(key, value)| (*key, &**value)).collect();
                warnings.push(Warning::grave(fill_once(&own.best_fell_short, &values)));
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
        warnings.push(match 2 * failed > study.rows && !study.searched {
            true => Warning::grave(text),
            false => Warning::mild(text),
        });
    }
    warnings.extend(incomplete(study, words).map(Warning::mild));
    let beyond = (0..study.rows)
        .filter(|row| study.searched && study.failed[*row].is_empty() && !study.feasible[*row])
        .count();
    if beyond > 0 {
        let text = fill_once(&own.beyond, &[("count", &count(beyond)), ("all", &all)]);
        warnings.push(match study.front.is_empty() {
            true => Warning::grave(text),
            false => Warning::mild(text),
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
