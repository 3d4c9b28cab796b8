//! The columns of a table and their content.

use jiff::civil::DateTime;

use crate::output::moments::Moment;

/// Values of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Local time without a zone.
    Time,
    /// Words.
    Text,
    /// A count.
    Integer,
    /// A number, with its decimals in CSV. One that is not finite leaves the cell empty.
    Number(u8),
    /// True or false.
    Flag,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The header, with its unit.
    pub name: String,
    /// Its values.
    pub kind: Kind,
}

impl Column {
    /// A column.
    pub fn new(name: impl Into<String>, kind: Kind) -> Self {
        Self {
            name: name.into(),
            kind,
        }
    }
}

/// One cell.
#[derive(Debug, Clone, Copy)]
pub(in crate::output) enum Cell<'a> {
    Time(DateTime),
    Moment(Moment),
    Text(&'a str),
    Integer(u64),
    Number(f64),
    Flag(bool),
}
