//! The table printed at the end of a run or a comparison.

mod change;

use jiff::civil::Date;

use super::column::Column;
use super::seeds::Band;
use crate::describe::paragraph;
use crate::metrics::Summary;
use crate::metrics::figures::{Figure, Heading, Unit};
use crate::output::{TextTable, grouped};
pub(crate) use change::change;

/// A row as a table shows it: its cells, from its figures and how they are written.
type Cells<'a> = &'a dyn Fn(&[Option<f64>], Unit, &dyn Fn(Option<f64>) -> String) -> Vec<String>;

/// A figure, and its value in each summary.
pub(crate) struct Row {
    pub(crate) figure: Figure,
    pub(crate) values: Vec<Option<f64>>,
}

/// Every figure that some summary has, in the order of the summary.
pub(crate) fn rows(summaries: &[&Summary]) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for (index, summary) in summaries.iter().enumerate() {
        for (at, (figure, value)) in summary.table().into_iter().enumerate() {
            if index == 0 {
                rows.push(Row {
                    figure,
                    values: Vec::with_capacity(summaries.len()),
                });
            }
            rows[at].values.push(value);
        }
    }
    rows.retain(|row| row.values.iter().any(Option::is_some));
    rows
}

/// The rows of the table under their headings, in order. Limits that held have no row, and misleading figures are left
/// out.
fn headed(summaries: &[&Summary]) -> Vec<(Heading, Row)> {
    let shows = |(heading, row): &(Heading, Row)| {
        let mut values = row.values.iter();
        match heading {
            Heading::DidNotHold => values.any(|value| row.figure.fell_short(*value)),
            _ => values.any(Option::is_some),
        }
    };
    let all = rows(summaries).into_iter().filter_map(|mut row| {
        let heading = row.figure.spec.heading?;
        if let Some(unless) = row.figure.spec.unless {
            for (value, summary) in row.values.iter_mut().zip(summaries) {
                *value = value.filter(|_| !unless(summary));
            }
        }
        Some((heading, row))
    });
    let mut headed: Vec<(Heading, Row)> = all.filter(shows).collect();
    headed.sort_by_key(|(heading, row)| (*heading, row.figure.spec.rank));
    headed
}

/// Adds the figures that at least one summary has; rows without a cell are left out.
fn fill(table: &mut TextTable, summaries: &[&Summary], start: Option<Date>, cells: Cells<'_>) {
    let (mut under, mut whole) = (None, None);
    for (heading, row) in headed(summaries) {
        let spec = row.figure.spec;
        if spec.unit == Unit::Instant && start.is_none() {
            continue;
        }
        let (_, factor) = spec.unit.shown();
        let values: Vec<Option<f64>> = row
            .values
            .iter()
            .map(|it| it.map(|it| it * factor))
            .collect();
        let mut size = largest(&values);
        if spec.unit == Unit::Mwh {
            // Parts are read beside their whole, the first energy under the heading.
            size = match whole {
                Some((of, first)) if of == heading => first,
                _ => size,
            };
            whole = Some((heading, size));
        }
        let fit = spec.unit.fitting(size, spec.decimals);
        let written = |value: Option<f64>| match (value, start) {
            (Some(hours), Some(start)) if spec.unit == Unit::Instant => moment(start, hours),
            (Some(value), _) => grouped(value * fit.factor, fit.decimals),
            (None, _) => String::new(),
        };
        let cells = cells(&values, spec.unit, &written);
        if cells.iter().all(String::is_empty) {
            continue;
        }
        if under != Some(heading) {
            table.heading(heading.title());
            under = Some(heading);
        }
        table.row(format!("  {}", spec.label), fit.unit, cells);
    }
}

/// `07-15 16:30`, of later years `2027-07-15 16:30`: the step that ends so many hours after the start.
fn moment(start: Date, hours: f64) -> String {
    let at = jiff::SignedDuration::from_secs((hours * 3600.0).round() as i64);
    let at = start.at(0, 0, 0, 0).saturating_add(at);
    let form = if at.year() == start.year() {
        "%m-%d %H:%M"
    } else {
        "%Y-%m-%d %H:%M"
    };
    at.strftime(form).to_string()
}

pub(super) fn largest(figures: &[Option<f64>]) -> f64 {
    let figures = figures.iter().flatten();
    figures.fold(0.0, |most, figure| figure.abs().max(most))
}

/// The table at the end of `run`, which began on `start`.
pub fn summary(name: &str, start: Date, summary: &Summary, width: usize, colour: bool) -> String {
    let mut table = TextTable::new([name]);
    fill(
        &mut table,
        &[summary],
        Some(start),
        &|figures, _, written| figures.iter().map(|figure| written(*figure)).collect(),
    );
    table.render(width, colour).trim_end().to_owned()
}

/// The table of `compare`: each scenario, and the change of every further one to the first; beside it where there are
/// two, in a table of its own where there are more.
pub fn comparison(columns: &[Column], width: usize, colour: bool) -> String {
    let summaries: Vec<_> = columns.iter().map(|column| &column.summary).collect();
    let names = columns.iter().map(|column| column.name.clone());
    let changes = |figures: &[Option<f64>], unit: Unit| -> Vec<String> {
        let first = figures.first().copied().flatten();
        let further = figures.iter().skip(1);
        further.map(|figure| change(first, *figure, unit)).collect()
    };
    let two = columns.len() == 2;
    let beside = two.then(|| "change".to_owned());
    let mut figures = TextTable::new(names.clone().chain(beside)).units_first();
    if columns.len() > 2 {
        figures = figures.repeating_first();
    }
    fill(&mut figures, &summaries, None, &|figures, unit, written| {
        let values = figures.iter().map(|figure| written(*figure));
        let changes = if two {
            changes(figures, unit)
        } else {
            Vec::new()
        };
        values.chain(changes).collect()
    });
    let figures = figures.render(width, colour).trim_end().to_owned();
    if columns.len() <= 2 {
        return figures;
    }
    let mut differences = TextTable::new(names.skip(1)).units_first();
    fill(&mut differences, &summaries, None, &|figures, unit, _| {
        let changes = changes(figures, unit);
        // Values that are the same everywhere are left out.
        let news = changes
            .iter()
            .any(|change| !matches!(change.as_str(), "" | "="));
        if news { changes } else { Vec::new() }
    });
    let differences = differences.without_units().render(width, colour);
    let title = format!(
        "Change from {} (figures that are the same everywhere are left out)",
        columns[0].name
    );
    let title = paragraph(&title, "", "  ", width);
    format!("{figures}\n\n{title}\n{}", differences.trim_end())
}

/// The table of `compare --seeds`: each scenario's mean over its runs, `seeds` to a scenario, with the lowest and the highest.
pub fn bands(columns: &[Column], seeds: usize, width: usize, colour: bool) -> String {
    let summaries: Vec<_> = columns.iter().map(|column| &column.summary).collect();
    let names = columns.chunks(seeds).map(|runs| runs[0].name.clone());
    let mut table = TextTable::new(names).units_first();
    fill(&mut table, &summaries, None, &|figures, _, written| {
        let cell = |values: &[Option<f64>]| {
            let Some(band) = Band::of(values) else {
                return String::new();
            };
            let [mean, low, high] = [band.mean, band.low, band.high].map(|it| written(Some(it)));
            if low == high {
                mean
            } else {
                format!("{mean} ({low} to {high})")
            }
        };
        figures.chunks(seeds).map(cell).collect()
    });
    let figures = table.render(width, colour);
    let title = format!(
        "Mean of {seeds} runs, each with a seed of its own, and the lowest to the highest of them"
    );
    format!(
        "{}\n{}",
        paragraph(&title, "", "  ", width),
        figures.trim_end()
    )
}

#[cfg(test)]
mod tests;
