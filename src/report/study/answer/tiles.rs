//! Headline figures.

use super::{best, end_of, inputs, known};
use crate::report::number::written;
use crate::report::page::Headline;
use crate::report::study::fill_once;
use crate::report::study::folder::{Limit, Output, Study};
use crate::report::words::Words;
use crate::study::bands::statistics::quantile;

/// No page has more.
const TILES: usize = 7;

/// Tiles.
pub(in crate::report::study) fn headlines(study: &Study, words: &Words) -> Vec<Headline> {
    let own = &words.study.answer;
    let mut tiles = vec![count_tile(study, words)];
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
        tiles.extend(of_front(study, best, words));
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

/// Of a front: how many designs it has, its ends, and what else lies along it.
fn of_front(study: &Study, best: usize, words: &Words) -> Vec<Headline> {
    let own = &words.study.answer;
    let mut tiles = Vec::new();
    let label =
        |text: &str, output: &Output| fill_once(text, &[("output", &words.figure(&output.figure))]);

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
        if tiles.len() + 1 == TILES || on_front.is_empty() {
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
    tiles
}

fn tile(output: &Output, value: f64, name: String, note: String) -> Headline {
    let amount = output.style.amount(value);
    Headline {
        name,
        value: amount.text,
        unit: amount.unit,
        note,
        of: Some((output.figure.name(), value)),
    }
}
