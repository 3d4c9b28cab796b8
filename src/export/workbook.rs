//! A workbook of results: a sheet per table, units in headers, numbers and dates as such.
//!
//! ```text
//! table.csv, .parquet ─ table, column: read through once, kinds and widths ─┐
//! summary.json, forecast.json ─ summary, comparison: pages in memory ───────┴─ book ─▶ bytes
//! ```
//!
//! A table is read twice and never held: its first reading finds what its columns are, its second goes row by row into the sheet.
//! The same results have the same bytes. Texts are written as texts, also those that begin with `=`.

mod book;
mod column;
mod comparison;
mod heading;
mod names;
mod page;
mod summary;
mod table;

#[cfg(test)]
mod tests;

pub(super) use comparison::comparison;
pub(super) use summary::{forecast, is_study, run, study};

use std::path::Path;

use super::ExportError;
use book::Book;
use names::{Names, file_name};
use page::{Page, Value, facts};
use table::Table;

/// A sheet of a workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// Rows of its table below the header, as far as they are in the sheet.
    pub rows: u64,
    /// Its columns.
    pub columns: usize,
}

/// A workbook in memory.
pub(super) struct Workbook {
    /// Name of the results, fit for a file.
    pub(super) name: String,
    /// The file.
    pub(super) bytes: Vec<u8>,
    pub(super) sheets: Vec<Sheet>,
    /// What the user should know.
    pub(super) notes: Vec<String>,
}

/// What goes into a workbook: a summary, further pages, tables.
pub(super) struct Content {
    /// Name of the results.
    pub(super) name: String,
    /// Title and text of the facts at the head of the summary.
    pub(super) facts: Vec<(String, Value)>,
    /// The figures below them: a header, and rows.
    pub(super) figures: Option<Page>,
    /// Sheets behind the summary.
    pub(super) pages: Vec<Page>,
    pub(super) tables: Vec<Table>,
    pub(super) notes: Vec<String>,
}

impl Content {
    /// The workbook; sheets are written through a file without a name in `scratch`.
    pub(super) fn workbook(self, scratch: &Path) -> Result<Workbook, ExportError> {
        let Self {
            name,
            facts: head,
            figures,
            mut pages,
            mut tables,
            mut notes,
        } = self;
        let mut names = Names::default();
        let first = names.next("Summary");
        for page in &mut pages {
            page.title = names.next(&page.title);
        }
        for table in &mut tables {
            table.title = names.next(&table.title);
            notes.extend(table.notes());
        }
        let summary = facts(first, head, &notes, &tables, figures);
        let mut book = Book::new(scratch)?;
        let mut sheets = vec![book.page(&summary)?];
        for page in &pages {
            sheets.push(book.page(page)?);
        }
        for table in &tables {
            sheets.push(book.table(table)?);
        }
        Ok(Workbook {
            name: file_name(&name),
            bytes: book.bytes()?,
            sheets,
            notes,
        })
    }
}
