//! What is built in, with sources.

use std::sync::Arc;

use arrow_array::{ArrayRef, StringArray};
use coldaisle::describe::{Fault, suggest};
use coldaisle::scenario::catalogue::{self, Doubted, Line};
use coldaisle::weather::climate;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::fault::Error;
use crate::table::Table;

/// The kinds, in the order of the documentation.
#[pyfunction]
pub(crate) fn kinds() -> Vec<&'static str> {
    catalogue::kinds().collect()
}

fn lines(kind: &str) -> Result<Vec<Line>, Error> {
    let unknown = || {
        let what = format!("the catalogue has no kind '{kind}'");
        Fault::new(what, suggest(kind, catalogue::kinds().chain(["doubt"]))).into()
    };
    catalogue::list(kind).ok_or_else(unknown)
}

/// The entries of a kind: their names, titles and sources.
#[pyfunction]
pub(crate) fn entries(kind: &str) -> PyResult<Table> {
    let lines = lines(kind)?;
    let column = |of: fn(&Line) -> &str| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(lines.iter().map(of)))
    };
    let columns = vec![
        ("name".into(), column(|line| &line.name)),
        ("title".into(), column(|line| &line.title)),
        ("source".into(), column(|line| &line.source)),
    ];
    Ok(Table::of(columns, Vec::new())?)
}

/// One entry with all of its figures; of a climate what its hours give.
#[pyfunction]
pub(crate) fn entry<'py>(py: Python<'py>, kind: &str, name: &str) -> PyResult<Bound<'py, PyAny>> {
    let lines = lines(kind)?;
    if let Some(text) = catalogue::show(kind, name) {
        let table: toml::Table =
            toml::from_str(&text).map_err(|error| PyErr::from(Error::run(error)))?;
        let json = serde_json::to_string(&table).map_err(|error| PyErr::from(Error::run(error)))?;
        return py.import("json")?.call_method1("loads", (json,));
    }
    let Some(line) = lines.iter().find(|line| line.name == name) else {
        let what = format!("the catalogue has no '{name}' among the {kind}");
        let cure = suggest(
            name,
            lines
                .iter()
                .map(|line| line.name.as_str())
                .collect::<Vec<_>>(),
        );
        return Err(Error::from(Fault::new(what, cure)).into());
    };
    let shown = PyDict::new(py);
    shown.set_item("name", &line.title)?;
    for (label, text) in climate::figures(name).unwrap_or_default() {
        shown.set_item(label, text)?;
    }
    shown.set_item("source", &line.source)?;
    Ok(shown.into_any())
}

/// Every figure in doubt: what is stated, what is credible, and why.
#[pyfunction]
pub(crate) fn doubts() -> PyResult<Table> {
    let all = catalogue::doubts();
    let column = |of: fn(&Doubted) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(all.iter().map(of)))
    };
    let columns = vec![
        ("kind".into(), column(|of| of.kind.into())),
        ("entry".into(), column(|of| of.entry.clone())),
        ("key".into(), column(|of| of.key.clone())),
        ("value".into(), column(|of| of.value.clone())),
        ("credible".into(), column(|of| of.doubt.to_string())),
        ("reason".into(), column(|of| of.doubt.reason.clone())),
        ("source".into(), column(|of| of.source.clone())),
    ];
    Ok(Table::of(columns, Vec::new())?)
}
