//! What a search prints.

use super::genes::{at_end, choices};
use super::leave::ended;
use super::run::Outcome;
use crate::describe::{count, paragraph};
use crate::metrics::figures::Figure;
use crate::output::{TextTable, grouped};
use crate::study::optimise::Limit;
use crate::study::sweep::{Cell, Study};

/// So many designs of a front are printed.
const SHOWN: usize = 6;

/// A limit binds where a figure is as near to it as this share.
const NEAR: f64 = 0.005;

/// Designs of a front, evenly over it with both ends.
pub(super) fn shown(front: &[usize]) -> Vec<usize> {
    if front.len() <= SHOWN {
        return front.to_vec();
    }
    let at = |nth: usize| front[(nth * (front.len() - 1) + (SHOWN - 1) / 2) / (SHOWN - 1)];
    (0..SHOWN).map(at).collect()
}

/// The best design or the front: inputs, aims, limits and outputs, and what holds them back.
pub fn table(study: &Study, outcome: &Outcome, width: usize, colour: bool) -> String {
    let front = &outcome.found.front;
    let columns = shown(front);
    let text = if outcome.goals.aims.len() == 1 {
        format!("Best of {}", about(outcome))
    } else {
        let rest = front.len() - columns.len();
        let of = match rest {
            0 => String::new(),
            _ => format!(", {} of them below and all in front.csv", columns.len()),
        };
        format!("Pareto front: {} of {}{of}", front.len(), about(outcome))
    };
    let (table, marked) = columns_of(study, outcome, &columns, width, colour);
    let note = "\n* at its limit, or at an end of its range: there it is held back";
    let note = if marked { note } else { "" };
    format!("{}\n{table}{note}", paragraph(&text, "", "  ", width))
}

/// Where no design holds the limits: the one that misses them least, and which those are.
pub fn missed(study: &Study, outcome: &Outcome, width: usize, colour: bool) -> String {
    let Some(design) = outcome.least_missed() else {
        let first = outcome.rows.first().map_or("", |row| row.failed.as_str());
        let text = format!(
            "None of {} could be run. The first: {first}",
            about(outcome)
        );
        return paragraph(&text, "", "  ", width);
    };
    let missed = outcome.goals.limits.iter().filter_map(|(figure, limit)| {
        let value = outcome.value(design, figure);
        let by = limit.missed_by(value);
        (by > 0.0).then(|| format!("{} is {} ({})", figure.name(), number(value), words(limit)))
    });
    let missed: Vec<String> = missed.collect();
    let text = format!(
        "None of {} holds all limits. Design {design} misses them least: {}",
        about(outcome),
        missed.join("; ")
    );
    let (table, _) = columns_of(study, outcome, &[design], width, colour);
    format!("{}\n{table}", paragraph(&text, "", "  ", width))
}

/// `812 designs (790 hold all limits, 2 failed; converged)`.
fn about(outcome: &Outcome) -> String {
    let designs = outcome.rows.len();
    let judged = outcome.found.designs.iter().map(|design| &design.judged);
    let feasible = judged.filter(|judged| judged.feasible()).count();
    let failed = outcome
        .rows
        .iter()
        .filter(|row| !row.failed.is_empty())
        .count();
    let mut parts = Vec::new();
    if !outcome.goals.limits.is_empty() {
        parts.push(format!("{} hold all limits", grouped(feasible as f64, 0)));
    }
    if failed > 0 {
        parts.push(format!("{} failed", grouped(failed as f64, 0)));
    }
    parts.push(ended(outcome.found.ended).to_owned());
    format!("{} ({})", count(designs as f64, "design"), parts.join(", "))
}

fn columns_of(
    study: &Study,
    outcome: &Outcome,
    designs: &[usize],
    width: usize,
    colour: bool,
) -> (String, bool) {
    let mut table = TextTable::new(designs.iter().map(|design| format!("#{design}"))).units_first();
    let mut marked = false;
    let mut mark = |text: String, held: bool| {
        marked |= held;
        if held { format!("{text}*") } else { text }
    };
    table.heading("Chosen");
    for (at, name) in study.axes().enumerate() {
        let cells = designs.iter().map(|&design| {
            let genes = &outcome.found.designs[design].genes;
            let cell = match &choices(study, genes)[at].cell {
                Cell::Number(value) => number(*value),
                other => other.to_string(),
            };
            mark(cell, at_end(outcome.genes[at], genes[at]))
        });
        table.row(format!("  {name}"), "", cells.collect::<Vec<_>>());
    }
    let limits = &outcome.goals.limits;
    let limit = |figure: &Figure| {
        limits
            .iter()
            .find(|(other, _)| other.name() == figure.name())
    };
    let mut under = "";
    for (at, figure) in outcome.figures.iter().enumerate() {
        let heading = match at {
            at if at < outcome.goals.aims.len() => "Aims",
            _ if limit(figure).is_some() => "Limits",
            _ => "Outputs",
        };
        if heading != under {
            table.heading(heading);
            under = heading;
        }
        let limit = limit(figure).map(|(_, limit)| limit);
        let cells = designs.iter().map(|&design| {
            let value = outcome.value(design, figure);
            mark(
                number(value),
                limit.is_some_and(|limit| limit.binds(value, NEAR)),
            )
        });
        let cells: Vec<String> = cells.collect();
        let label = match limit {
            Some(limit) => format!("  {} {}", figure.name(), words(limit)),
            None => format!("  {}", figure.name()),
        };
        table.row(label, figure.spec.unit.name(), cells);
    }
    (table.render(width, colour).trim_end().to_owned(), marked)
}

/// `≤ 20,000`, `18 to 27`.
fn words(limit: &Limit) -> String {
    match (limit.at_least, limit.at_most) {
        (Some(least), Some(most)) => format!("{} to {}", number(least), number(most)),
        (Some(least), None) => format!("≥ {}", number(least)),
        (None, Some(most)) => format!("≤ {}", number(most)),
        (None, None) => String::new(),
    }
}

/// Five digits, without zeros at the end.
fn number(value: f64) -> String {
    if !value.is_finite() {
        return String::new();
    }
    let digits = if value == 0.0 {
        0.0
    } else {
        value.abs().log10().floor()
    };
    let decimals = (4.0 - digits).clamp(0.0, 8.0) as usize;
    let text = grouped(value, decimals);
    if decimals == 0 {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_five_digits() {
        let values = [
            0.0,
            27.0,
            0.123_456_7,
            23.456_789,
            20_412.34,
            -3.5,
            f64::NAN,
        ];
        assert_eq!(
            values.map(number),
            ["0", "27", "0.12346", "23.457", "20,412", "-3.5", ""]
        );
    }

    #[test]
    fn a_long_front_is_shown_with_its_ends() {
        let front: Vec<usize> = (0..101).collect();
        assert_eq!(shown(&front), [0, 20, 40, 60, 80, 100]);
        assert_eq!(shown(&front[..4]), [0, 1, 2, 3]);
        let seven = shown(&front[..7]);
        assert_eq!((seven[0], seven[5], seven.len()), (0, 6, 6));
    }
}
