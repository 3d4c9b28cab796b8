//! The file: sheets one after the other, with the crate that writes workbooks.
//!
//! A sheet of a table goes row by row into a file without a name, which the system removes even if the program is killed. The crate
//! panics where that file cannot be written; here that is an error like any other.

use std::cell::Cell as Flag;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::Once;

use rust_xlsxwriter as xlsx;
use xlsx::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Formula, Worksheet, XlsxError,
};

use super::Sheet;
use super::column::{Cell, Column, Raw, digits, number_format};
use super::page::{Page, Value};
use super::table::{MOST_SIGNS, Table};
use crate::export::ExportError;
use crate::output::OutputError;

/// A cell is no wider, in characters; longer text runs on.
const WIDEST: usize = 60;
/// A heading is folded beyond this width.
const HEADING: usize = 16;
/// Height of a line, points.
const LINE: f64 = 15.0;

/// A workbook in the making.
pub(super) struct Book {
    inner: xlsx::Workbook,
    header: Format,
    scratch: PathBuf,
}

impl Book {
    pub(super) fn new(scratch: &Path) -> Result<Self, ExportError> {
        let mut inner = xlsx::Workbook::new();
        let failed = |error| told(scratch, error);
        inner.set_tempdir(scratch).map_err(failed)?;
        // The time of writing would make two equal exports differ.
        let made = ExcelDateTime::from_ymd(2000, 1, 1).map_err(failed)?;
        let version = concat!("coldaisle ", env!("CARGO_PKG_VERSION"));
        inner.set_properties(
            &DocProperties::new()
                .set_author(version)
                .set_creation_datetime(&made),
        );
        let header = Format::new()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::Top)
            .set_border_bottom(FormatBorder::Thin);
        Ok(Self {
            inner,
            header,
            scratch: scratch.to_owned(),
        })
    }

    /// Adds a page.
    pub(super) fn page(&mut self, page: &Page) -> Result<Sheet, ExportError> {
        let Self {
            inner,
            header,
            scratch,
        } = self;
        write_page(inner.add_worksheet(), header, page).map_err(|error| told(scratch, error))?;
        let below = page.header.map_or(0, |header| header + 1);
        Ok(Sheet {
            name: page.title.clone(),
            rows: (page.rows.len() - below) as u64,
            columns: page.rows.iter().map(Vec::len).max().unwrap_or(0),
        })
    }

    /// Adds a table.
    pub(super) fn table(&mut self, table: &Table) -> Result<Sheet, ExportError> {
        let Self {
            inner,
            header,
            scratch,
        } = self;
        caught(scratch, || {
            let failed = |error| told(scratch, error);
            let sheet = inner.add_worksheet_with_constant_memory().map_err(failed)?;
            write_head(sheet, header, table).map_err(failed)?;
            let mut row: u32 = 0;
            table.each(&mut |cells| {
                if u64::from(row) == table.most {
                    return Ok(());
                }
                row += 1;
                for ((column, of), raw) in (0..).zip(&table.columns).zip(cells) {
                    write_cell(sheet, (row, column), of, *raw).map_err(failed)?;
                }
                Ok(())
            })
        })?;
        Ok(Sheet {
            name: table.title.clone(),
            rows: table.kept(),
            columns: table.columns.len(),
        })
    }

    /// The file.
    pub(super) fn bytes(mut self) -> Result<Vec<u8>, ExportError> {
        let Self { inner, scratch, .. } = &mut self;
        caught(scratch, || {
            let saved = inner.save_to_buffer();
            saved.map_err(|error| told(scratch, error))
        })
    }
}

fn write_head(sheet: &mut Worksheet, header: &Format, table: &Table) -> Result<(), XlsxError> {
    sheet.set_name(&table.title)?;
    let mut lines = 1;
    for ((at, heading), column) in (0_u16..).zip(&table.headings).zip(&table.columns) {
        let width = width(heading, column);
        lines = lines.max(heading.chars().count().div_ceil(width - 2));
        sheet.set_column_width(at, width as f64)?;
        if !column.format.is_empty() {
            sheet.set_column_format(at, &Format::new().set_num_format(&column.format))?;
        }
        sheet.write_string_with_format(0, at, cut(heading), header)?;
    }
    sheet.set_row_height(0, LINE * lines.min(6) as f64)?;
    sheet.set_freeze_panes(1, 1)?;
    let rows = table.kept() as u32;
    let columns = table.columns.len().saturating_sub(1) as u16;
    sheet.autofilter(0, 0, rows, columns)?;
    Ok(())
}

/// With room for the button of the filter.
fn width(heading: &str, column: &Column) -> usize {
    let heading = heading.chars().count().min(HEADING);
    column.width.max(heading).clamp(4, WIDEST) + 3
}

fn write_cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    of: &Column,
    raw: Raw<'_>,
) -> Result<(), XlsxError> {
    match of.cell(raw) {
        Cell::Empty => Ok(sheet),
        Cell::Number(value) if of.mixed => {
            let format = Format::new().set_num_format(number_format(digits(value)));
            sheet.write_number_with_format(row, column, value, &format)
        }
        Cell::Number(value) => sheet.write_number(row, column, value),
        Cell::Flag(value) => sheet.write_boolean(row, column, value),
        Cell::Words(text) => sheet.write_string(row, column, cut(text)),
    }
    .map(|_| ())
}

fn write_page(sheet: &mut Worksheet, header: &Format, page: &Page) -> Result<(), XlsxError> {
    sheet.set_name(&page.title)?;
    for (at, width) in (0..).zip(&page.widths) {
        sheet.set_column_width(at, *width as f64)?;
    }
    let plain = Format::new();
    let bold = Format::new().set_bold();
    let wrapped = Format::new().set_text_wrap();
    for (row, values) in (0..).zip(&page.rows) {
        let above = page.header.is_none_or(|header| (row as usize) < header);
        for (column, value) in (0_u16..).zip(values) {
            let words = match () {
                () if page.header == Some(row as usize) => header,
                () if above && column == 0 => &bold,
                () if !above && page.wraps.contains(&usize::from(column)) => &wrapped,
                () => &plain,
            };
            match value {
                Value::Empty => {}
                Value::Text(text) => {
                    sheet.write_string_with_format(row, column, cut(text), words)?;
                }
                Value::Number(value, format) => {
                    let format = Format::new().set_num_format(format);
                    sheet.write_number_with_format(row, column, *value, &format)?;
                }
                Value::Formula(text, value, format) => {
                    let format = Format::new().set_num_format(format);
                    let formula = Formula::new(text).set_result(value.to_string());
                    sheet.write_formula_with_format(row, column, formula, &format)?;
                }
            }
        }
    }
    if let Some(at) = page.header {
        let columns = page.rows[at].len().saturating_sub(1) as u16;
        let last = page.rows.len().saturating_sub(1) as u32;
        sheet.autofilter(at as u32, 0, last, columns)?;
        if at == 0 {
            sheet.set_freeze_panes(1, 2)?;
        }
    }
    Ok(())
}

/// No longer than a cell may be.
fn cut(text: &str) -> String {
    if text.len() <= MOST_SIGNS {
        return text.to_owned();
    }
    let mut length = 1;
    let kept = text.chars().take_while(|sign| {
        length += sign.len_utf16();
        length <= MOST_SIGNS
    });
    let kept: String = kept.collect();
    if kept.len() == text.len() {
        kept
    } else {
        kept + "…"
    }
}

fn told(scratch: &Path, error: XlsxError) -> ExportError {
    let (place, error) = match error {
        XlsxError::IoError(error) => (scratch.to_owned(), error),
        XlsxError::TempFileError(place, error) => (place, error),
        other => (scratch.to_owned(), io::Error::other(other.to_string())),
    };
    OutputError::io("write a workbook in", &place, &error).into()
}

/// What `make` returns, or the error with which the crate panicked.
fn caught<T>(
    scratch: &Path,
    make: impl FnOnce() -> Result<T, ExportError>,
) -> Result<T, ExportError> {
    quiet(|| panic::catch_unwind(AssertUnwindSafe(make))).unwrap_or_else(|panicked| {
        let text = panicked.downcast_ref::<String>().cloned();
        let text = text.unwrap_or_default();
        let kinds = [
            ("StorageFull", io::ErrorKind::StorageFull),
            ("QuotaExceeded", io::ErrorKind::QuotaExceeded),
            ("FileTooLarge", io::ErrorKind::FileTooLarge),
        ];
        let known = kinds.iter().find(|(name, _)| text.contains(name));
        let error = known.map_or_else(
            || io::Error::other(text.clone()),
            |(_, kind)| (*kind).into(),
        );
        Err(OutputError::io("write a workbook in", scratch, &error).into())
    })
}

thread_local! {
    static QUIET: Flag<bool> = const { Flag::new(false) };
}

/// Runs `work`, of whose panics this thread prints nothing: they become errors.
fn quiet<T>(work: impl FnOnce() -> T) -> T {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |of| {
            if !QUIET.get() {
                before(of);
            }
        }));
    });
    QUIET.set(true);
    let done = work();
    QUIET.set(false);
    done
}
