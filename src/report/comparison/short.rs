//! What each side did not do: limits that it did not hold, work that it left.

use maud::html;
use serde::Deserialize;

use super::sides::Sides;
use super::table::{caption, rows};
use crate::report::page::{Section, table};
use crate::report::words::Words;
use crate::study::table::Row;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ShortWords {
    title: String,
    none: String,
    note: String,
    short: String,
    work: String,
}

/// Work done, and work that waited.
const WORK: [&str; 8] = [
    "work.gpu_hours",
    "jobs.completed",
    "jobs.tokens",
    "service.images",
    "jobs.waiting",
    "jobs.waiting_gpu_hours",
    "jobs.wait_s_mean",
    "jobs.deadlines_missed",
];

pub(super) fn section(sides: &Sides, words: &Words) -> Section {
    let own = &words.comparison.short;
    let mut short: Vec<Row> = sides
        .rows()
        .into_iter()
        .filter(|row| row.figure.spec.heading.is_some())
        .filter(|row| row.values.iter().any(|it| row.figure.fell_short(*it)))
        .collect();
    short.sort_by_key(|row| row.figure.spec.rank);
    let work: Vec<Row> = WORK.iter().filter_map(|name| sides.row(name)).collect();
    let (short_head, short_rows) = rows(sides, &short, false, words);
    let (work_head, work_rows) = rows(sides, &work, false, words);
    Section {
        id: "short",
        title: own.title.clone(),
        body: html! {
            @if short.is_empty() {
                p { (own.none) }
            } @else {
                p { (own.note) }
                (table(&caption(sides, &own.short, words), &short_head, &short_rows, false))
            }
            @if !work.is_empty() { (table(&caption(sides, &own.work, words), &work_head, &work_rows, false)) }
        },
    }
}
