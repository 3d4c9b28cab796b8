//! The page of several runs: what differs, why, how surely, and what each did not do.

mod answer;
mod causes;
mod curves;
mod doubt;
mod short;
mod sides;
mod table;
mod uses;
mod warnings;

use std::path::Path;

use maud::html;
use serde::Deserialize;

use super::number::signed;
use super::page::{Headline, Page, Section};
use super::run::HEADLINES;
use super::source::Kind;
use super::words::{Words, fill};
use super::{Options, foot};
use crate::describe::Fault;
use crate::study::compare::other_work;
use sides::{Sides, change, style};

/// Words of this page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ComparisonWords {
    kind: String,
    /// Between names.
    list: String,
    /// Before the last of them.
    or: String,
    or_others: String,
    question: String,
    change: String,
    from_first: String,
    from_to: String,
    value: String,
    least: String,
    p10_to_p90: String,
    answer: answer::AnswerWords,
    warnings: warnings::WarningWords,
    causes: causes::CauseWords,
    uses: uses::UseWords,
    curves: curves::CurveWords,
    doubt: doubt::DoubtWords,
    short: short::ShortWords,
}

/// Whether these make a comparison: at least two runs, and at most one file of draws.
pub(super) fn is_one(given: &[(Kind, &Path)]) -> bool {
    let count = |kind| given.iter().filter(|(one, _)| *one == kind).count();
    let (runs, draws) = (count(Kind::Run), count(Kind::Bands));
    runs > 1 && draws < 2 && runs + draws == given.len()
}

/// Makes the page.
pub(super) fn page(
    given: &[(Kind, &Path)],
    options: &Options,
    words: &Words,
) -> Result<Page, Fault> {
    let of = |kind| given.iter().filter(move |(one, _)| *one == kind);
    let folders: Vec<&Path> = of(Kind::Run).map(|(_, path)| *path).collect();
    let draws = of(Kind::Bands).map(|(_, path)| *path).next();
    let sides = Sides::read(&folders, draws)?;
    let own = &words.comparison;
    let other = other_work(&sides.columns());
    let sections = [
        causes::section(&sides, !other.is_empty(), words),
        Some(uses::section(&sides, !other.is_empty(), words)),
        curves::section(&sides, words),
        doubt::section(&sides, words),
        Some(short::section(&sides, words)),
        Some(all(&sides, words)),
    ];
    let mut span = super::run::span(&sides.first().run, words);
    if sides.together().len() < sides.all().len() {
        span.clear();
    }
    // Of other work sums say little: what a GPU-hour takes comes first.
    let mut names = HEADLINES.to_vec();
    if !other.is_empty() {
        names.sort_by_key(|name| !name.starts_with("work."));
    }
    // Of runs of different lengths sums do not compare at all.
    if !sides.of_one_length() {
        names.retain(|name| name.starts_with("ratios.") || name.starts_with("work."));
    }
    let kind = [own.kind.clone(), sides.names().join(&own.list), span];
    let kind: Vec<String> = kind.into_iter().filter(|part| !part.is_empty()).collect();
    Ok(Page {
        kind: kind.join(" · "),
        question: question(&sides, words),
        answer: answer::answer(&sides, !other.is_empty(), words),
        doubt: doubt::first_screen(&sides, words),
        headlines: names
            .iter()
            .filter_map(|name| headline(&sides, name, words))
            .collect(),
        warnings: warnings::all(&sides, &other, options, words),
        sections: sections.into_iter().flatten().collect(),
        foot: html! { @for side in sides.all() { (foot::of_run(&side.run, words)) } },
    })
}

/// Sides that a question names; of more it names the first.
const NAMED: usize = 4;

/// That of the scenarios, if they share one; else which of them.
fn question(sides: &Sides, words: &Words) -> String {
    let own = &words.comparison;
    let told = |side: &sides::Side| side.run.told("question").map(str::to_owned);
    let first = told(sides.first());
    if let Some(question) = first
        && sides
            .all()
            .iter()
            .all(|side| told(side).as_ref() == Some(&question))
    {
        return question;
    }
    let names = sides.names();
    if names.len() > NAMED {
        let others = (names.len() - 1).to_string();
        return fill(&own.or_others, &[("first", &names[0]), ("others", &others)]);
    }
    let (last, before) = names
        .split_last()
        .map_or(("", &[][..]), |(a, b)| (a.as_str(), b));
    let before = before.join(&own.list);
    let choice = fill(&own.or, &[("first", &before), ("last", last)]);
    fill(&own.question, &[("choice", &choice)])
}

/// The change of a figure: of two sides that of the second, of more that of the least.
fn headline(sides: &Sides, name: &str, words: &Words) -> Option<Headline> {
    let own = &words.comparison;
    let row = sides.row(name)?;
    let from = row.values[0]?;
    let further = (1..row.values.len()).filter_map(|index| Some((index, row.values[index]?)));
    let (index, to) = further.min_by(|a, b| a.1.total_cmp(&b.1))?;
    if from == 0.0 && to == 0.0 {
        return None;
    }
    let change = change(&row.figure, Some(from), Some(to))?;
    let style = style(&row);
    let side = &sides.all()[index];
    let mut notes = vec![fill(
        &own.value,
        &[
            ("to", &style.text(to)),
            ("from", &style.text(from)),
            ("unit", style.unit),
        ],
    )];
    // Ratios have no unit.
    let length = notes[0].trim_end().len();
    notes[0].truncate(length);
    if sides.all().len() > 2 {
        notes[0] = fill(&own.least, &[("side", &side.name), ("values", &notes[0])]);
    }
    if let Some(spread) = sides.change(name, 0, index).filter(|it| it.p90 < 10.0) {
        let [low, high] = [spread.p10, spread.p90].map(|share| signed(100.0 * share, 1));
        notes.push(fill(&own.p10_to_p90, &[("low", &low), ("high", &high)]));
    }
    let (value, unit) = match change.text.split_once('\u{a0}') {
        Some((value, unit)) => (value.to_owned(), unit.trim().to_owned()),
        None => (change.text, String::new()),
    };
    Some(Headline {
        name: words.figure(&row.figure),
        value,
        unit,
        note: notes.join(" · "),
        of: Some((
            format!("{name} of {} less the first", side.name),
            change.value,
        )),
    })
}

/// Every figure of all sides.
fn all(sides: &Sides, words: &Words) -> Section {
    let (head, rows) = table::rows(sides, &sides.rows(), true, words);
    Section {
        id: "figures",
        title: words.page.all_figures.clone(),
        body: super::page::table(
            &table::caption(sides, &words.page.all_figures, words),
            &head,
            &rows,
            true,
        ),
    }
}
