//! Figures of a summary as the page shows them.

use maud::Markup;

use super::number::{Amount, Style};
use super::page::{Cell, table};
use super::source::Run;
use super::words::Words;
use crate::metrics::figures::{Figure, Unit};

/// A figure of a run with its unit; None where the run has none.
pub(super) fn amount(run: &Run, name: &str) -> Option<Amount> {
    let (figure, value) = run.figure(name)?;
    Some(shown(run, &figure, value))
}

/// The same in the unit that has the fewest digits.
pub(super) fn brief(run: &Run, name: &str) -> Option<Amount> {
    let (figure, value) = run.figure(name)?;
    match figure.spec.unit {
        Unit::Instant => Some(shown(run, &figure, value)),
        _ => Some(Style::brief(&figure, value).amount(value)),
    }
}

pub(super) fn shown(run: &Run, figure: &Figure, value: f64) -> Amount {
    match figure.spec.unit {
        Unit::Instant => {
            let seconds = jiff::SignedDuration::from_secs((value * 3600.0).round() as i64);
            // Runs start at midnight, as the time series does.
            let at = run.start.saturating_add(seconds);
            Amount {
                text: at.strftime("%Y-%m-%d %H:%M").to_string(),
                unit: String::new(),
            }
        }
        _ => Style::of(figure, value).amount(value),
    }
}

/// Every figure that the run knows, under the headings of the printed tables.
pub(super) fn all(run: &Run, words: &Words) -> Markup {
    let head = [
        words.page.figure.clone(),
        words.page.value.clone(),
        words.page.unit.clone(),
        words.page.key.clone(),
    ];
    let rows: Vec<Vec<Cell>> = run
        .summary
        .table()
        .into_iter()
        .filter_map(|(figure, value)| Some((figure, value?)))
        .map(|(figure, value)| {
            let amount = shown(run, &figure, value);
            vec![
                Cell::Text(words.figure(&figure)),
                Cell::Figure(amount.text, figure.name(), value),
                Cell::Text(amount.unit),
                Cell::Text(figure.name()),
            ]
        })
        .collect();
    table(&words.page.all_figures, &head, &rows, true)
}
