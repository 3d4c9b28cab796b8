//! The answer in a sentence or two.

use maud::{Markup, html};
use serde::Deserialize;

use super::causes;
use super::doubt::{is_open, main_figure};
use super::sides::{Side, Sides, style};
use crate::report::number::{signed, written};
use crate::report::words::{Words, fill};
use crate::study::table::Row;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AnswerWords {
    less: String,
    more: String,
    same: String,
    by_work_less: String,
    by_work_more: String,
    by_work_same: String,
    band_less: String,
    band_more: String,
    band_open: String,
    work_less: String,
    work_more: String,
    work_same: String,
    in_all: String,
    causes: String,
    against: String,
    order: String,
    order_by_work: String,
    extremes: String,
    open: String,
    sure: String,
}

const ENERGY: &str = "energy_mwh.facility";
const BY_WORK: &str = "work.kwh_per_gpu_hour";

pub(super) fn answer(sides: &Sides, other_work: bool, words: &Words) -> Markup {
    let sentences = match sides.all() {
        [_, other] if other_work => by_work(sides, other, words),
        [_, other] => of_two(sides, other, words),
        _ => of_several(sides, words),
    };
    html! { p { (sentences.join(&words.run.between)) } }
}

/// The change in percent of the first; None where the first has none of it.
fn percent(row: &Row, from: usize, to: usize) -> Option<f64> {
    let (from, to) = row.values[from].zip(row.values[to])?;
    let percent = 100.0 * (to - from) / from;
    percent.is_finite().then_some(percent)
}

/// One of three sentences, by the sign of a change.
fn said(percent: f64, [less, more, same]: [&str; 3]) -> &str {
    match percent {
        _ if percent.abs() < 0.05 => same,
        _ if percent < 0.0 => less,
        _ => more,
    }
}

/// The band of a change, as the sentence before it reads: of less, how much less.
fn band(sides: &Sides, name: &str, words: &Words) -> String {
    let own = &words.comparison.answer;
    let Some(spread) = sides.change(name, 0, 1) else {
        return String::new();
    };
    let [low, high] = [spread.p10, spread.p90].map(|share| 100.0 * share);
    let plain = |value: f64| written(value.abs(), 1);
    let (form, low, high) = if is_open(&spread) {
        (&own.band_open, signed(low, 1), signed(high, 1))
    } else if spread.p90 <= 0.0 {
        (&own.band_less, plain(high), plain(low))
    } else {
        (&own.band_more, plain(low), plain(high))
    };
    fill(form, &[("low", &low), ("high", &high)])
}

fn of_two(sides: &Sides, other: &Side, words: &Words) -> Vec<String> {
    let own = &words.comparison.answer;
    let mut sentences = Vec::new();
    let energy = sides.row(ENERGY);
    let by_work = sides.row(BY_WORK);
    let by_work = by_work.and_then(|row| Some((percent(&row, 0, 1)?, row)));
    if let Some((change, row)) = energy.and_then(|row| Some((percent(&row, 0, 1)?, row))) {
        let style = style(&row);
        let text = |side: usize| row.values[side].map_or_else(String::new, |it| style.text(it));
        let form = said(change, [&own.less, &own.more, &own.same]);
        let (work, band) = match &by_work {
            Some((change, _)) => {
                let forms = [&own.by_work_less, &own.by_work_more, &own.by_work_same];
                let form = said(*change, forms.map(String::as_str));
                let percent = written(change.abs(), 1);
                (
                    fill(form, &[("percent", &percent)]),
                    band(sides, BY_WORK, words),
                )
            }
            None => (String::new(), band(sides, ENERGY, words)),
        };
        sentences.push(fill(
            form,
            &[
                ("percent", &written(change.abs(), 1)),
                ("to", &text(1)),
                ("from", &text(0)),
                ("unit", style.unit),
                ("by_work", &work),
                ("band", &band),
                ("first", &sides.first().name),
                ("other", &other.name),
            ],
        ));
    }
    if let Some([with, against]) = causes::told(sides, other, words) {
        if !with.is_empty() {
            let with = with.join(&words.comparison.list);
            sentences.push(fill(&own.causes, &[("causes", &with)]));
        }
        if !against.is_empty() {
            let against = against.join(&words.comparison.list);
            sentences.push(fill(&own.against, &[("causes", &against)]));
        }
    }
    sentences
}

/// Of sides that did other work: what a GPU-hour takes, for sums and their causes would be of work not done.
fn by_work(sides: &Sides, other: &Side, words: &Words) -> Vec<String> {
    let own = &words.comparison.answer;
    let names = [
        ("first", sides.first().name.as_str()),
        ("other", other.name.as_str()),
    ];
    let mut sentences = Vec::new();
    if let Some(row) = sides.row(BY_WORK)
        && let Some(change) = percent(&row, 0, 1)
    {
        let style = style(&row);
        let text = |side: usize| row.values[side].map_or_else(String::new, |it| style.text(it));
        let form = said(change, [&own.work_less, &own.work_more, &own.work_same]);
        let values = [
            ("percent", &*written(change.abs(), 1)),
            ("to", &text(1)),
            ("from", &text(0)),
            ("unit", style.unit),
            ("band", &band(sides, BY_WORK, words)),
        ];
        sentences.push(fill(form, &[&names[..], &values].concat()));
    }
    if let Some(row) = sides.row(ENERGY)
        && let [Some(from), Some(to)] = row.values[..]
    {
        let style = style(&row);
        let values = [
            ("to", &*style.text(to)),
            ("from", &style.text(from)),
            ("unit", style.unit),
        ];
        sentences.push(fill(&own.in_all, &[&names[..], &values].concat()));
    }
    sentences
}

/// The order for the same work, and whether neighbours' order is open.
fn of_several(sides: &Sides, words: &Words) -> Vec<String> {
    let own = &words.comparison.answer;
    let name = main_figure(sides);
    let Some(row) = sides.row(name) else {
        return Vec::new();
    };
    let style = style(&row);
    let mut order: Vec<(usize, f64)> = row
        .values
        .iter()
        .enumerate()
        .filter_map(|(index, value)| Some((index, (*value)?)))
        .collect();
    order.sort_by(|a, b| a.1.total_cmp(&b.1));
    let name_of = |side: usize| sides.all()[side].name.as_str();
    let list = order
        .iter()
        .map(|(side, value)| format!("{} ({})", name_of(*side), style.amount(*value).whole()));
    let list = list.collect::<Vec<_>>().join(&words.comparison.list);
    let form = if name == BY_WORK {
        &own.order_by_work
    } else {
        &own.order
    };
    let mut sentences = vec![fill(form, &[("order", &list)])];
    if let [(best, least), .., (worst, most)] = &order[..]
        && *most > 0.0
    {
        sentences.push(fill(
            &own.extremes,
            &[
                ("best", name_of(*best)),
                ("worst", name_of(*worst)),
                ("percent", &written(100.0 * (most - least) / most, 1)),
            ],
        ));
    }
    if sides.bands.is_none() {
        return sentences;
    }
    let mut any = false;
    for pair in order.windows(2) {
        let (less, more) = (pair[0].0, pair[1].0);
        if !sides
            .change(name, less, more)
            .is_some_and(|it| is_open(&it))
        {
            continue;
        }
        let share = sides.drawn(more, less);
        let share = share.and_then(|(bands, of)| bands.less(name, of));
        any = true;
        sentences.push(fill(
            &own.open,
            &[
                ("a", name_of(less)),
                ("b", name_of(more)),
                ("share", &written(100.0 * share.unwrap_or(f64::NAN), 0)),
            ],
        ));
    }
    if !any {
        sentences.push(own.sure.clone());
    }
    sentences
}
