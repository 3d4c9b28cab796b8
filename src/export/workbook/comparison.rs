//! Runs side by side: each figure in a row, and how each further run differs from the first as formulas.

use std::path::PathBuf;

use rust_xlsxwriter::utility::row_col_to_cell;

use super::Content;
use super::page::{Page, Value};
use super::summary::{columns, listed, shown, stem, tables};
use crate::export::ExportError;
use crate::export::source::made;
use crate::metrics::Summary;
use crate::metrics::figures::Unit;
use crate::study::compare::{self, Column};
use crate::study::table::{Row, rows};

/// Tables that stay out: as long as the run, or a row per rack or job.
const LONG: [&str; 4] = ["timeseries", "racks", "jobs", "load_8760"];
/// Columns before those of the sides.
const BEFORE: usize = 5;

/// Several runs.
pub(in crate::export) fn comparison(folders: &[PathBuf]) -> Result<Content, ExportError> {
    let sides = columns(folders)?;
    let mut facts = Vec::new();
    let mut read = Vec::new();
    for (number, (folder, side)) in (1..).zip(folders.iter().zip(&sides)) {
        let made = made::read(folder)?;
        facts.push((format!("run {number}"), Value::text(&side.name)));
        facts.push(("coldaisle".into(), Value::text(&made.version)));
        facts.push(("seed".into(), Value::number(Some(made.seed as f64), "0")));
        for warning in &made.warnings {
            facts.push(("warning".into(), Value::text(warning)));
        }
        let mut files = listed(folder, &made.files)?;
        files.retain(|file| stem(file).is_some_and(|stem| !LONG.contains(&stem)));
        for mut table in tables(folder, &files, &[], &made)? {
            // Of a long name its end would be lost.
            let name: String = side.name.chars().take(18).collect();
            table.title = format!("{} {name}", table.title);
            read.push(table);
        }
    }
    let all: Vec<&Column> = sides.iter().collect();
    let mut notes: Vec<String> = compare::doubts(&all).into_iter().collect();
    notes.extend(compare::other_work(&sides));
    notes.push(
        "time series, racks, jobs and hourly loads are not in a workbook of several runs: export one folder for its own".into(),
    );
    let names: Vec<&str> = sides.iter().map(|side| side.name.as_str()).collect();
    Ok(Content {
        name: names.join("-"),
        facts,
        figures: None,
        pages: vec![figures(&sides)],
        tables: read,
        notes,
    })
}

fn figures(sides: &[Column]) -> Page {
    let mut head = ["group", "figure", "label", "unit", "meaning"]
        .map(Value::text)
        .to_vec();
    let mut widths = vec![20, 34, 40, 16, 60];
    for side in sides {
        head.push(Value::text(&side.name));
        widths.push(18);
    }
    for side in &sides[1..] {
        head.push(Value::text(format!("{} minus first", side.name)));
        head.push(Value::text(format!("{} change, %", side.name)));
        widths.extend([18, 12]);
    }
    let summaries: Vec<&Summary> = sides.iter().map(|side| &side.summary).collect();
    let mut page = vec![head];
    for Row { figure, values } in rows(&summaries) {
        let at = page.len();
        let mut cells = vec![
            Value::text(figure.group),
            Value::text(figure.key),
            Value::text(figure.spec.label.trim()),
            Value::text(figure.spec.unit.name()),
            Value::text(figure.meaning()),
        ];
        let largest = values
            .iter()
            .flatten()
            .fold(0.0_f64, |most, it| most.max(it.abs()));
        let format = shown(&figure, largest);
        cells.extend(values.iter().map(|value| Value::number(*value, &*format)));
        let first = values.first().copied().flatten();
        for (side, value) in (1..).zip(&values[1..]) {
            cells.extend(change(at, side, first, *value, figure.spec.unit, &format));
        }
        page.push(cells);
    }
    Page {
        title: "Comparison".into(),
        widths,
        rows: page,
        header: Some(0),
        wraps: vec![4],
    }
}

/// The difference to the first side and its share; of a temperature no share, as it has no zero.
fn change(
    row: usize,
    side: usize,
    from: Option<f64>,
    to: Option<f64>,
    unit: Unit,
    format: &str,
) -> [Value; 2] {
    let (Some(from), Some(to)) = (from, to) else {
        return [Value::Empty, Value::Empty];
    };
    let cell = |side: usize| row_col_to_cell(row as u32, (BEFORE + side) as u16);
    let (first, this) = (cell(0), cell(side));
    let difference = Value::Formula(format!("={this}-{first}"), to - from, format.to_owned());
    let share = if from == 0.0 || matches!(unit, Unit::Celsius | Unit::Instant) {
        Value::Empty
    } else {
        let text = format!("=({this}-{first})/{first}*100");
        Value::Formula(text, (to - from) / from * 100.0, "0.0".into())
    };
    [difference, share]
}
