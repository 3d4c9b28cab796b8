//! A CSV with a header, row by row.

use std::fs::File;
use std::path::{Path, PathBuf};

use csv::StringRecord;

use super::lines::open;
use super::{Row, Rows};
use crate::csv_rows::unit::{self, Kind};
use crate::csv_rows::{self, CsvRows, cell};
use crate::describe::Fault;
use crate::units::{DAY_S, HOUR_S};

/// A CSV whose header was read.
pub(super) struct Table {
    path: PathBuf,
    rows: CsvRows<File>,
    header: StringRecord,
}

/// A row of it.
pub(super) struct Cells<'a> {
    record: &'a StringRecord,
    header: &'a StringRecord,
    decimal_comma: bool,
}

impl Table {
    /// Opens a file and reads its header.
    pub(super) fn open(path: &Path) -> Result<Self, Fault> {
        Self::read(path, CsvRows::new(open(path)?))
    }

    /// Opens what a program printed that knows no quotes (`CsvRows::plain_bars`).
    pub(super) fn open_plain(path: &Path) -> Result<Self, Fault> {
        Self::read(path, CsvRows::plain_bars(open(path)?))
    }

    fn read(path: &Path, mut rows: CsvRows<File>) -> Result<Self, Fault> {
        let header = rows.header().map_err(|error| {
            let what = format!("the header cannot be read: {error}");
            Fault::new(what, "save it as plain CSV in UTF-8").in_file(path, Some(1))
        })?;
        if header.iter().all(str::is_empty) {
            return Err(
                Fault::new("the file is empty", "its first line names the columns")
                    .in_file(path, None),
            );
        }
        Ok(Self {
            path: path.to_owned(),
            rows,
            header,
        })
    }

    /// The names of the columns.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.header.iter()
    }

    /// The place of a column, where the file has it; two of the name are refused.
    pub(super) fn find(&self, name: &str) -> Result<Option<usize>, Fault> {
        csv_rows::find(&self.header, name).map_err(|fault| fault.in_file(&self.path, Some(1)))
    }

    /// The column of a time whose unit is in its name (`run_h`), and what leads it to s.
    pub(super) fn span(&self, name: &str) -> Result<Option<(usize, f64)>, Fault> {
        let is = |h: &str| unit::base(h, Kind::Time) == name && !h.eq_ignore_ascii_case(name);
        let found = csv_rows::only(name, self.header.iter().enumerate().filter(|(_, h)| is(h)));
        let found = found.map_err(|fault| fault.in_file(&self.path, Some(1)))?;
        let unit = |at: usize| Ok(self.unit(at, Kind::Time)?.map(|unit| (at, unit.factor)));
        found.map_or(Ok(None), unit)
    }

    /// The unit in the name of a column.
    pub(super) fn unit(&self, index: usize, kind: Kind) -> Result<Option<unit::Unit>, Fault> {
        let name = self.header.get(index).unwrap_or_default();
        unit::of(name, kind).map_err(|fault| fault.in_file(&self.path, Some(1)))
    }

    /// The place of a column that the file must have.
    pub(super) fn column(&self, name: &str) -> Result<usize, Fault> {
        self.find(name)?.ok_or_else(|| {
            let names: Vec<&str> = self.names().collect();
            self.fault(
                format!("no column {name} among {}", names.join(", ")),
                "give the name of a column that is there, or check that the file has the format its table names",
            )
        })
    }

    /// Something wrong with the header.
    pub(super) fn fault(&self, what: impl Into<String>, cure: &str) -> Fault {
        Fault::new(what, cure).in_file(&self.path, Some(1))
    }

    /// The rows below the header.
    pub(super) fn rows<T>(
        self,
        mut parse: impl FnMut(&Cells<'_>) -> Result<Option<T>, Fault> + Send + 'static,
    ) -> Rows<T> {
        let Self {
            mut rows, header, ..
        } = self;
        let (mut record, mut broken) = (StringRecord::new(), false);
        let (decimal_comma, quotes) = (rows.decimal_comma, rows.quotes);
        Box::new(std::iter::from_fn(move || {
            if broken {
                return None;
            }
            let (line, read) = rows.next(&mut record)?;
            let content = match read {
                Ok(()) => match csv_rows::overlong(&record, &header) {
                    Some(fault) if quotes => Err(fault),
                    Some(fault) => Err(Fault {
                        cure:
                            "a cell holds what separates them: print only the columns that are read"
                                .into(),
                        ..fault
                    }),
                    None => parse(&Cells {
                        record: &record,
                        header: &header,
                        decimal_comma,
                    }),
                },
                Err(error) => {
                    broken = error.is_io_error();
                    Err(match error.kind() {
                        csv::ErrorKind::Utf8 { .. } => Fault::bare("it is not UTF-8 text"),
                        _ => Fault::bare(format!("cannot be read: {error}")),
                    })
                }
            };
            Some(Row { line, content })
        }))
    }
}

/// `1-02:03:04` or `02:03:04`, s; `02:03` could be either of two, and is none.
pub(super) fn clock_s(text: &str) -> Option<f64> {
    let (days, clock) = text.split_once('-').unwrap_or(("0", text));
    let parts: Vec<&str> = clock.split(':').collect();
    let [hours, minutes, seconds] = parts[..] else {
        return None;
    };
    let whole = |part: &str| part.parse::<u32>().ok().map(f64::from);
    let minutes = whole(minutes).filter(|minutes| *minutes < 60.0)?;
    let seconds = seconds
        .parse::<f64>()
        .ok()
        .filter(|s| (0.0..60.0).contains(s))?;
    Some(whole(days)? * DAY_S + whole(hours)? * HOUR_S + minutes * 60.0 + seconds)
}

impl Cells<'_> {
    /// The name of a column.
    pub(super) fn name(&self, index: usize) -> &str {
        self.header.get(index).unwrap_or_default()
    }

    fn cut_off(&self) -> Fault {
        Fault::bare(format!(
            "the row ends after {} of {} cells",
            self.record.len(),
            self.header.len()
        ))
    }

    /// The text of a cell; blank or missing is a fault.
    pub(super) fn text(&self, index: usize) -> Result<&str, Fault> {
        match self.record.get(index) {
            None => Err(self.cut_off()),
            Some("") => Err(Fault::bare(format!("{} is blank", self.name(index)))),
            Some(text) => Ok(text),
        }
    }

    /// A cell that may be blank, where the file has its column.
    pub(super) fn given(&self, index: Option<usize>) -> Option<&str> {
        self.record.get(index?).filter(|text| !text.is_empty())
    }

    /// A plain number.
    pub(super) fn number(&self, index: usize) -> Result<f64, Fault> {
        let text = self.text(index)?;
        let number = cell::number(text, self.decimal_comma);
        number.ok_or_else(|| {
            Fault::bare(format!(
                "{} {text:?} is not a valid number",
                self.name(index)
            ))
        })
    }

    /// A span of time, s: a number of the unit that the name of its column says, or days, hours, minutes and seconds.
    pub(super) fn span_s(&self, index: usize, unit_s: f64) -> Result<f64, Fault> {
        match clock_s(self.text(index)?) {
            Some(span_s) => Ok(span_s),
            None => Ok(self.number(index)? * unit_s),
        }
    }

    /// A number of a kind, SI by the unit in the cell or else by `factor`; None where nothing was measured.
    pub(super) fn measure(
        &self,
        index: usize,
        kind: Kind,
        factor: f64,
    ) -> Result<Option<f64>, Fault> {
        let text = self.record.get(index).ok_or_else(|| self.cut_off())?;
        cell::measure(text, kind, factor, self.decimal_comma).map_err(|fault| Fault {
            what: format!("{} {}", self.name(index), fault.what),
            ..fault
        })
    }

    /// A whole number from 0 on.
    pub(super) fn count(&self, index: usize) -> Result<u64, Fault> {
        let text = self.text(index)?;
        let count = text.parse();
        count.map_err(|_| {
            Fault::bare(format!(
                "{} {text:?} is not a valid whole number",
                self.name(index)
            ))
        })
    }

    /// A number where one is given.
    pub(super) fn given_number(&self, index: Option<usize>) -> Result<Option<f64>, Fault> {
        match (index, self.given(index)) {
            (Some(at), Some(_)) => self.number(at).map(Some),
            _ => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn spans_of_slurm() {
        for (text, span_s) in [
            ("1-02:03:04", Some(93_784.0)),
            ("02:00:00", Some(7200.0)),
            ("00:00:01.5", Some(1.5)),
            ("02:03", None),
            ("7200", None),
            ("-1", None),
            ("1:75:00", None),
        ] {
            assert_eq!(super::clock_s(text), span_s, "{text}");
        }
    }
}
