//! Tables with a column for each side, and one for each change.

use super::sides::{Sides, change, style};
use crate::metrics::figures::Unit;
use crate::report::figures::shown;
use crate::report::page::{Cell, SideFigure};
use crate::report::words::{Words, fill};
use crate::study::table::Row;

/// Sides of which tables have their changes and meanings too: more would not be read.
const WITH_NAMES: usize = 3;

/// The caption of such a table: what the changes are from.
pub(super) fn caption(sides: &Sides, table: &str, words: &Words) -> String {
    let names = [("table", table), ("first", sides.first().name.as_str())];
    fill(&words.comparison.from_first, &names)
}

/// Head and rows of these figures; with `all` also by their names in `summary.json`.
pub(super) fn rows(
    sides: &Sides,
    figures: &[Row],
    all: bool,
    words: &Words,
) -> (Vec<String>, Vec<Vec<Cell>>) {
    let own = &words.comparison;
    let named = all && sides.all().len() <= WITH_NAMES;
    let mut head = vec![words.page.figure.clone(), words.page.unit.clone()];
    head.extend(sides.names());
    let further = sides.further();
    head.extend(further.map(|(_, side)| fill(&own.change, &[("other", &side.name)])));
    head.extend(named.then(|| words.page.key.clone()));
    let rows = figures.iter().map(|row| {
        let style = style(row);
        let figure = &row.figure;
        let instant = figure.spec.unit == Unit::Instant;
        let mut cells = vec![
            Cell::Text(words.figure(figure)),
            Cell::Text(if instant {
                String::new()
            } else {
                style.unit.to_owned()
            }),
        ];
        let cell = |text, side: &str, value, change, rank| {
            Cell::Side(
                text,
                SideFigure {
                    figure: figure.name(),
                    side: side.to_owned(),
                    value,
                    change,
                    rank,
                },
            )
        };
        cells.extend(sides.all().iter().zip(&row.values).map(|(side, value)| {
            let Some(value) = *value else {
                return Cell::Text(String::new());
            };
            let text = if instant {
                shown(&side.run, figure, value).text
            } else {
                style.text(value)
            };
            cell(text, &side.name, value, false, value)
        }));
        cells.extend(sides.further().map(|(index, side)| {
            match change(figure, row.values[0], row.values[index]) {
                Some(of) => cell(of.text, &side.name, of.value, true, of.rank),
                None => Cell::Text(String::new()),
            }
        }));
        cells.extend(named.then(|| Cell::Text(figure.name())));
        cells
    });
    (head, rows.collect())
}
