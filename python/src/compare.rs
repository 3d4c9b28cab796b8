//! `compare`: scenarios side by side.

use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, StringArray};
use coldaisle::study::compare::{self as study, Column};
use pyo3::prelude::*;

use crate::fault::Error;
use crate::running;
use crate::settings::assignments;
use crate::table::Table;

/// Runs scenarios, and reads result folders, side by side: a row for each figure that one of them has, a column for each of them.
#[pyfunction]
#[pyo3(signature = (scenarios, set, threads))]
pub(crate) fn compare(
    py: Python<'_>,
    scenarios: Vec<PathBuf>,
    set: Option<Bound<'_, PyAny>>,
    threads: usize,
) -> PyResult<Table> {
    let sets = assignments(set.as_ref(), None)?;
    running::run(py, threads, move |progress| {
        let entries = study::load(&scenarios, &sets)?;
        let columns = study::run(entries, progress)?;
        table(&columns)
    })
}

fn table(columns: &[Column]) -> Result<Table, Error> {
    let tables: Vec<_> = columns
        .iter()
        .map(|column| column.summary.table())
        .collect();
    let Some(first) = tables.first() else {
        return Table::of(Vec::new(), Vec::new());
    };
    // Every summary has all figures in the same order, known or not.
    let known = |row: &usize| tables.iter().any(|table| table[*row].1.is_some());
    let rows: Vec<usize> = (0..first.len()).filter(known).collect();
    let figures = rows.iter().map(|&row| first[row].0);
    let keys = figures.clone().map(|it| it.name());
    let units = figures.map(|it| it.spec.unit.name());
    let mut cells: Vec<(String, ArrayRef)> = vec![
        (
            "figure".into(),
            Arc::new(StringArray::from_iter_values(keys)),
        ),
        (
            "unit".into(),
            Arc::new(StringArray::from_iter_values(units)),
        ),
    ];
    for (column, table) in columns.iter().zip(&tables) {
        let values: Float64Array = rows.iter().map(|&row| table[row].1).collect();
        // A file that is given twice has its name twice.
        let same =
            |cells: &[(String, ArrayRef)], name: &str| cells.iter().any(|(it, _)| it == name);
        let mut name = column.name.clone();
        for number in 2.. {
            if !same(&cells, &name) {
                break;
            }
            name = format!("{} ({number})", column.name);
        }
        cells.push((name, Arc::new(values)));
    }
    let of_each = columns.iter().flat_map(|column| {
        let warnings = column.warnings.iter();
        warnings.map(|warning| format!("{}: {warning}", column.name))
    });
    let warnings = of_each
        .chain(study::doubts(&columns.iter().collect::<Vec<_>>()))
        .chain(study::other_work(columns));
    Table::of(cells, warnings.collect())
}
