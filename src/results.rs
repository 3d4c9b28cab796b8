//! Tables of result folders, read back: columns of numbers and words from CSV or Parquet, whichever a run wrote.

mod csv;
mod parquet;

use std::path::{Path, PathBuf};

use crate::describe::Fault;

/// No table of a result is larger.
const MAX_BYTES: u64 = 4 << 30;
pub(crate) const DAMAGED: &str =
    "the table was changed or is incomplete: make the results again, or copy the whole folder";

/// The cells of one column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Values {
    /// NaN where the cell is empty.
    Numbers(Vec<f64>),
    Words(Vec<String>),
}

/// A table, or those of its columns that were wanted.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Table {
    /// Its file.
    pub(crate) path: PathBuf,
    /// Rows.
    pub(crate) rows: usize,
    /// Names, in the order of the file.
    pub(crate) names: Vec<String>,
    /// Cells of each.
    pub(crate) columns: Vec<Values>,
}

impl Table {
    /// Numbers of a column; None where there is none, or where it holds words.
    pub(crate) fn numbers(&self, name: &str) -> Option<&[f64]> {
        match self.column(name)? {
            Values::Numbers(numbers) => Some(numbers),
            Values::Words(_) => None,
        }
    }

    /// Words of a column; None where there is none, or where all its cells are numbers.
    pub(crate) fn words(&self, name: &str) -> Option<&[String]> {
        match self.column(name)? {
            Values::Words(words) => Some(words),
            Values::Numbers(_) => None,
        }
    }

    /// A cell as text; empty where there is no such column, or nothing in it.
    pub(crate) fn text(&self, name: &str, row: usize) -> String {
        match self.column(name) {
            Some(Values::Words(words)) => words.get(row).cloned().unwrap_or_default(),
            Some(Values::Numbers(numbers)) => {
                let number = numbers.get(row).filter(|number| !number.is_nan());
                number.map_or_else(String::new, f64::to_string)
            }
            None => String::new(),
        }
    }

    /// Whether it has a column.
    pub(crate) fn column(&self, name: &str) -> Option<&Values> {
        let at = self.names.iter().position(|one| one == name)?;
        Some(&self.columns[at])
    }
}

/// Reads `STEM.csv` or `STEM.parquet` of a folder, those of its columns that are wanted; None where there is neither.
///
/// # Errors
/// Where the file cannot be read or is not the table that was written, with file and line.
pub(crate) fn table(
    folder: &Path,
    stem: &str,
    wanted: impl Fn(&str) -> bool,
) -> Result<Option<Table>, Fault> {
    let named = |ending: &str| folder.join(format!("{stem}.{ending}"));
    let (text, packed) = (named("csv"), named("parquet"));
    if text.is_file() {
        return csv::read(&text, &wanted).map(Some);
    }
    if packed.is_file() {
        return parquet::read(&packed, &wanted).map(Some);
    }
    Ok(None)
}

/// Reads a CSV file that a command wrote.
///
/// # Errors
/// As of [`table`].
pub(crate) fn csv_file(path: &Path) -> Result<Table, Fault> {
    csv::read(path, &|_| true)
}

#[cfg(test)]
mod tests {
    use crate::output::{Column, Format, Kind};

    /// By hand: a column of numbers with a gap, one of words, one that begins like numbers; the same from both formats.
    #[test]
    fn both_formats_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let columns = [
            Column::new("facility_kw", Kind::Number(3)),
            Column::new("hall", Kind::Text),
            Column::new("left_out", Kind::Number(1)),
            Column::new("count", Kind::Integer),
        ];
        let mut tables = Vec::new();
        for format in [Format::Csv, Format::Parquet] {
            let mut table =
                crate::output::Table::create(folder.path(), "t", format, &columns).unwrap();
            for (number, word) in [(1.5, "1"), (f64::NAN, "north, 2")] {
                table.number(number);
                table.text(word);
                table.number(9.0);
                table.integer(7);
                table.end_row().unwrap();
            }
            table.finish().unwrap();
            let read = super::table(folder.path(), "t", |name| name != "left_out");
            tables.push(read.unwrap().unwrap());
            let _ = std::fs::remove_file(folder.path().join("t.csv"));
        }
        for table in &tables {
            assert_eq!(table.rows, 2);
            let numbers = table.numbers("facility_kw").unwrap();
            assert!(numbers[0] == 1.5 && numbers[1].is_nan());
            assert_eq!(table.words("hall").unwrap(), ["1", "north, 2"]);
            assert_eq!(table.numbers("count").unwrap(), [7.0, 7.0]);
            assert!(table.column("left_out").is_none() && table.words("count").is_none());
        }
        assert!(
            super::table(folder.path(), "none", |_| true)
                .unwrap()
                .is_none()
        );
    }

    #[test]
    fn damage_is_told_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv");
        std::fs::write(&path, "a,b\n1,2\n3\n").unwrap();
        let fault = super::table(folder.path(), "t", |_| true).unwrap_err();
        assert_eq!(fault.line(), Some(3));
        std::fs::write(folder.path().join("p.parquet"), b"PAR1 no").unwrap();
        let fault = super::table(folder.path(), "p", |_| true).unwrap_err();
        assert!(fault.words().contains("p.parquet") || fault.file().is_some());
    }
}
