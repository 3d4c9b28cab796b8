//! What a column is, found by reading it through: numbers, dates, truth values or words; how many digits it shows, how wide it is.
//!
//! A cell of a CSV file is a number where the text can be written back as it stands: `007` and 20 digits are words.

use jiff::civil::{Date, DateTime, date};

use crate::output::grouped;

/// Columns of names: words, whatever they look like.
const NAMES: [&str; 14] = [
    "hall", "class", "ended", "trace_id", "event", "circuit", "site", "scenario", "of", "name",
    "axis", "input", "figure", "output",
];
/// Numbers that name something, and have no marks between their thousands.
const LABELS: [&str; 10] = [
    "id",
    "user",
    "rack",
    "hour",
    "year",
    "variation",
    "design",
    "draw",
    "seed",
    "month",
];
/// Digits that a double holds.
const DIGITS: usize = 15;
/// Decimals as they are in the file, up to so many; longer ones are those of the computation.
const DECIMALS: usize = 6;

/// A cell as it is in its file.
#[derive(Debug, Clone, Copy)]
pub(super) enum Raw<'a> {
    Empty,
    /// Of a CSV file: what it is, its column says.
    Written(&'a str),
    Words(&'a str),
    Number(f64),
    /// A serial date, see [`serial`].
    Time(f64),
    Flag(bool),
}

/// What a column holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Number,
    Time,
    Flag,
    Words,
}

/// A cell as it goes into a sheet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Cell<'a> {
    Empty,
    Number(f64),
    Flag(bool),
    Words(&'a str),
}

/// A column that was read through.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Column {
    pub(super) kind: Kind,
    /// How its numbers and dates are shown; empty for others.
    pub(super) format: String,
    /// Whether its numbers are of several figures, each shown by its own size.
    pub(super) mixed: bool,
    /// Width of its widest cell, in characters.
    pub(super) width: usize,
}

impl Column {
    /// One of words.
    pub(super) fn words(width: usize) -> Self {
        Self {
            kind: Kind::Words,
            format: String::new(),
            mixed: false,
            width,
        }
    }

    /// The cell of this column; what does not belong into it is empty.
    pub(super) fn cell<'a>(&self, raw: Raw<'a>) -> Cell<'a> {
        match (&self.kind, raw) {
            (Kind::Number, Raw::Written(text)) => {
                number(text).map_or(Cell::Empty, |read| finite(read.value))
            }
            (Kind::Number, Raw::Number(value)) | (Kind::Time, Raw::Time(value)) => finite(value),
            (Kind::Time, Raw::Written(text)) => {
                time(text).map_or(Cell::Empty, |read| finite(read.value))
            }
            (Kind::Flag, Raw::Written(text)) => flag(text).map_or(Cell::Empty, Cell::Flag),
            (Kind::Flag, Raw::Flag(value)) => Cell::Flag(value),
            (Kind::Words, Raw::Written("") | Raw::Words("")) => Cell::Empty,
            (Kind::Words, Raw::Written(text) | Raw::Words(text)) => Cell::Words(text),
            _ => Cell::Empty,
        }
    }
}

fn finite(value: f64) -> Cell<'static> {
    match value {
        0.0 => Cell::Number(0.0),
        value if value.is_finite() => Cell::Number(value),
        _ => Cell::Empty,
    }
}

/// What was seen of a column so far.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    label: bool,
    any: bool,
    can: Can,
    decimals: usize,
    low: f64,
    high: f64,
    /// Characters of its widest text.
    widest: usize,
    fine: Fine,
}

/// What all of its cells so far can be read as.
#[derive(Debug, Clone, Copy)]
struct Can {
    numbers: bool,
    times: bool,
    flags: bool,
}

/// To what a time is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fine {
    Month,
    Day,
    Minute,
    Second,
}

impl Fine {
    fn format(self) -> &'static str {
        match self {
            Self::Month => "yyyy-mm",
            Self::Day => "yyyy-mm-dd",
            Self::Minute => "yyyy-mm-dd hh:mm",
            Self::Second => "yyyy-mm-dd hh:mm:ss",
        }
    }
}

impl Seen {
    /// Nothing, of a column of this name.
    pub(super) fn none(name: &str) -> Self {
        let words = NAMES.contains(&name);
        Self {
            label: LABELS.contains(&name),
            any: false,
            can: Can {
                numbers: !words,
                times: !words,
                flags: !words,
            },
            decimals: 0,
            low: 0.0,
            high: 0.0,
            widest: 0,
            fine: Fine::Month,
        }
    }

    pub(super) fn see(&mut self, raw: Raw<'_>) {
        match raw {
            Raw::Empty | Raw::Written("") => return,
            Raw::Written(text) => self.written(text),
            Raw::Words(text) => {
                (self.can.numbers, self.can.times, self.can.flags) = (false, false, false);
                self.wide(text);
            }
            Raw::Number(value) => {
                (self.can.times, self.can.flags) = (false, false);
                let decimals = if value.fract() == 0.0 { 0 } else { usize::MAX };
                self.number(value, decimals);
            }
            Raw::Time(value) => {
                (self.can.numbers, self.can.flags) = (false, false);
                let minutes = value * 1440.0;
                let whole = (minutes - minutes.round()).abs() < 1e-3;
                self.fine = self
                    .fine
                    .max(if whole { Fine::Minute } else { Fine::Second });
            }
            Raw::Flag(_) => (self.can.numbers, self.can.times) = (false, false),
        }
        self.any = true;
    }

    fn written(&mut self, text: &str) {
        if self.can.numbers {
            match number(text) {
                Some(read) => self.number(read.value, read.decimals),
                None => self.can.numbers = false,
            }
        }
        if self.can.times {
            match time(text) {
                Some(read) => self.fine = self.fine.max(read.fine),
                None => self.can.times = false,
            }
        }
        self.can.flags &= flag(text).is_some();
        self.wide(text);
    }

    fn number(&mut self, value: f64, decimals: usize) {
        if value.is_finite() {
            self.low = self.low.min(value);
            self.high = self.high.max(value);
            self.decimals = self.decimals.max(decimals);
        }
    }

    fn wide(&mut self, text: &str) {
        // Signs of East Asia are two columns wide.
        let width = text
            .chars()
            .map(|sign| if sign > '\u{2e7f}' { 2 } else { 1 });
        self.widest = self.widest.max(width.sum());
    }

    pub(super) fn column(&self) -> Column {
        let of = |kind, format: &str, width| Column {
            kind,
            format: format.into(),
            mixed: false,
            width,
        };
        if !self.any {
            return Column::words(0);
        }
        if self.can.numbers {
            let largest = self.high.max(-self.low);
            let decimals = match self.decimals {
                decimals if decimals <= DECIMALS => decimals,
                _ => digits(largest),
            };
            let mut width = grouped(self.high, decimals).len();
            if self.low < 0.0 {
                width = width.max(grouped(self.low, decimals).len());
            }
            let format = if self.label {
                "0".into()
            } else {
                number_format(decimals)
            };
            return of(Kind::Number, &format, width);
        }
        if self.can.times {
            let format = self.fine.format();
            return of(Kind::Time, format, format.len());
        }
        if self.can.flags {
            return of(Kind::Flag, "", "FALSE".len());
        }
        Column::words(self.widest)
    }
}

/// With marks between thousands, and so many decimals.
pub(super) fn number_format(decimals: usize) -> String {
    match decimals {
        0 => "#,##0".into(),
        decimals => format!("#,##0.{}", "0".repeat(decimals)),
    }
}

/// Decimals that leave four digits of the largest figure.
pub(super) fn digits(largest: f64) -> usize {
    if largest == 0.0 {
        return 0;
    }
    (3.0 - largest.abs().log10().floor()).clamp(0.0, 9.0) as usize
}

struct Number {
    value: f64,
    decimals: usize,
}

/// A number that a double holds as it is written; NaN where it says so.
fn number(text: &str) -> Option<Number> {
    if matches!(text, "NaN" | "inf" | "-inf") {
        return Some(Number {
            value: f64::NAN,
            decimals: 0,
        });
    }
    let bare = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match bare.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (bare, None),
    };
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let only = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let zeros = whole.len() > 1 && whole.starts_with('0');
    let dot = mantissa.contains('.') && part.is_empty();
    let long = whole.len() > DIGITS && exponent.is_none() && part.is_empty();
    if whole.is_empty() || zeros || dot || long || !only(whole) || !only(part) {
        return None;
    }
    Some(Number {
        value: text.parse().ok()?,
        decimals: if exponent.is_some() {
            usize::MAX
        } else {
            part.len()
        },
    })
}

struct Time {
    value: f64,
    fine: Fine,
}

/// `2026-01`, `2026-01-31`, `2026-01-31T12:00`, `2026-01-31T12:00:30`.
fn time(text: &str) -> Option<Time> {
    let bytes = text.as_bytes();
    if !bytes.first()?.is_ascii_digit() || *bytes.get(4)? != b'-' {
        return None;
    }
    let day = |text: &str| text.parse::<Date>().ok().map(|day| day.at(0, 0, 0, 0));
    let (at, fine) = match bytes.len() {
        7 => (day(&format!("{text}-01"))?, Fine::Month),
        10 => (day(text)?, Fine::Day),
        length @ (16 | 19) if bytes[10] == b'T' => {
            let at: DateTime = text.parse().ok()?;
            let whole = length == 16 || at.second() == 0;
            (at, if whole { Fine::Minute } else { Fine::Second })
        }
        _ => return None,
    };
    serial(at).map(|value| Time { value, fine })
}

/// A date or a time, and how it is shown.
pub(super) fn moment(text: &str) -> Option<(f64, &'static str)> {
    time(text).map(|time| (time.value, time.fine.format()))
}

fn flag(text: &str) -> Option<bool> {
    match text {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// Days since 30 December 1899, as spreadsheets count them; None before March 1900, which they count in another way.
pub(super) fn serial(at: DateTime) -> Option<f64> {
    const FIRST: Date = date(1900, 3, 1);
    const ZERO: Date = date(1899, 12, 30);
    if at.date() < FIRST {
        return None;
    }
    let since = at.duration_since(ZERO.at(0, 0, 0, 0));
    Some(days(since.as_millis() as i64))
}

/// Milliseconds as days: in one way, so that the same moment is the same number whatever file it comes from.
pub(super) fn days(millis: i64) -> f64 {
    millis as f64 / 86_400_000.0
}

#[cfg(test)]
mod tests;
