//! A sheet that is made here and not read from a table: the summary, a comparison.

use super::column::moment;
use super::table::Table;

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::export) enum Value {
    Empty,
    Text(String),
    /// A number and how it is shown.
    Number(f64, String),
    /// A formula of ours, its value and how it is shown.
    Formula(String, f64, String),
}

impl Value {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A date or a time, where the text is one.
    pub(super) fn time(text: &str) -> Self {
        match moment(text) {
            Some((value, format)) => Self::Number(value, format.into()),
            None => Self::text(text),
        }
    }

    /// A number, or nothing.
    pub(super) fn number(value: Option<f64>, format: impl Into<String>) -> Self {
        match value {
            Some(value) if value.is_finite() => Self::Number(value, format.into()),
            _ => Self::Empty,
        }
    }
}

/// Rows from the top left.
#[derive(Debug, Clone)]
pub(in crate::export) struct Page {
    pub(super) title: String,
    /// Width of the columns, in characters.
    pub(super) widths: Vec<usize>,
    pub(super) rows: Vec<Vec<Value>>,
    /// The row that names the columns of what follows to the end, counted from 0.
    pub(super) header: Option<usize>,
    /// Whether text is wrapped, by column.
    pub(super) wraps: Vec<usize>,
}

/// The summary: facts, notes, which tables there are, and the figures.
pub(super) fn facts(
    title: String,
    head: Vec<(String, Value)>,
    notes: &[String],
    tables: &[Table],
    figures: Option<Page>,
) -> Page {
    let mut rows: Vec<Vec<Value>> = Vec::new();
    for (name, value) in head {
        rows.push(vec![Value::Text(name), value]);
    }
    for note in notes {
        rows.push(vec![Value::text("note"), Value::text(note)]);
    }
    for table in tables {
        rows.push(vec![
            Value::text("sheet"),
            Value::text(format!("{}: {}", table.title, table.file())),
            Value::Number(table.rows as f64, "#,##0 \"rows\"".into()),
        ]);
    }
    let mut page = Page {
        title,
        widths: vec![20, 34, 40],
        rows,
        header: None,
        wraps: Vec::new(),
    };
    if let Some(figures) = figures {
        page.rows.push(Vec::new());
        page.header = figures.header.map(|header| header + page.rows.len());
        page.widths = figures.widths;
        page.wraps = figures.wraps;
        page.rows.extend(figures.rows);
    }
    page
}
