//! Cells of a time column: a date and time of the day, or a number.
//!
//! ```text
//! 2024-01-01 00:00   2024-01-01T00:00:00.5   2024/01/01 00:00        local, as the clock of the place shows
//! 2024-01-01T00:00Z  2024-01-01 00:00+01:00  2024-01-01 00:00 UTC    moved to UTC
//! 1704067200                                                         seconds: UNIX time, where a date is wanted
//! ```
//!
//! Day and month cannot be distinguished in 07/04/2026, nor milliseconds from a typing error in 1704067200000: both are refused.

use csv::StringRecord;
use jiff::Timestamp;
use jiff::civil::{DateTime, date};
use jiff::tz::Offset;

use super::unit::{self, Kind};
use super::{cell, find};
use crate::describe::Fault;

/// No clock of seconds shows more: it would be the year 5138.
const MAX_S: f64 = 1e11;
/// Numbers below are no UNIX time of a datacenter: 1973.
const MIN_UNIX_S: f64 = 1e8;

/// A moment as the cell has it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum CellTime {
    /// Without a zone.
    Local(DateTime),
    /// With one.
    Utc(DateTime),
    /// Seconds, from wherever the file counts.
    Seconds(f64),
}

impl CellTime {
    /// Reads a cell; numbers are times `factor`, which leads to s.
    pub(crate) fn read(text: &str, factor: f64) -> Result<Self, Fault> {
        if let Some(number) = cell::number(text, false) {
            return seconds(number, factor).map(Self::Seconds);
        }
        let fault = |what: String| {
            let cure =
                "write 2026-01-01 00:00:00, 2026-01-01T00:00:00Z or 2026-01-01T00:00:00+01:00";
            Err(Fault::new(what, cure))
        };
        let mut plain = text.trim().to_owned();
        let signs = plain.as_bytes();
        if signs.get(4) == Some(&b'/') && signs.get(7) == Some(&b'/') {
            plain = plain.replacen('/', "-", 2);
        } else if signs.first().is_some_and(u8::is_ascii_digit)
            && signs
                .iter()
                .take(3)
                .any(|sign| matches!(sign, b'/' | b'.' | b'-'))
        {
            let cure = "write the year first: 2026-07-04 00:00";
            let what = format!("{text:?} leaves open which is the day and which the month");
            return Err(Fault::new(what, cure));
        }
        for zone in [" UTC", " GMT"] {
            if let Some(start) = plain.strip_suffix(zone) {
                plain = format!("{start}Z");
            }
        }
        // An offset may be separate.
        for sign in [" +", " -"] {
            if let (Some(at), true) = (plain.rfind(sign), plain.len() > 16) {
                plain.remove(at);
            }
        }
        let tail = plain.get(10..).unwrap_or_default();
        if tail.contains(['Z', 'z', '+', '-', '[']) {
            return match plain.parse::<Timestamp>() {
                Ok(stamp) => Ok(Self::Utc(Offset::UTC.to_datetime(stamp))),
                Err(_) => fault(format!("{text:?} is not a time with an offset")),
            };
        }
        match plain.parse::<DateTime>() {
            Ok(moment) => Ok(Self::Local(moment)),
            Err(_) => fault(format!("{text:?} is not a time")),
        }
    }

    /// As a date: numbers are UNIX time. Also whether it is UTC.
    pub(crate) fn dated(self) -> Result<(DateTime, bool), Fault> {
        match self {
            Self::Local(moment) => Ok((moment, false)),
            Self::Utc(moment) => Ok((moment, true)),
            Self::Seconds(seconds) if seconds >= MIN_UNIX_S => {
                let stamp = Timestamp::from_millisecond((seconds * 1e3).round() as i64);
                let stamp = stamp.map_err(|_| Fault::bare(format!("{seconds} is not a time")))?;
                Ok((Offset::UTC.to_datetime(stamp), true))
            }
            Self::Seconds(seconds) => {
                let cure = "write 2026-01-01T00:00, or UNIX time in seconds";
                Err(Fault::new(
                    format!("{seconds} is not a time with a date"),
                    cure,
                ))
            }
        }
    }

    /// Seconds from one origin that all moments of its kind share.
    pub(crate) fn since_origin_s(self) -> f64 {
        match self {
            Self::Seconds(seconds) => seconds,
            Self::Local(moment) | Self::Utc(moment) => {
                let origin = date(2000, 1, 1).at(0, 0, 0, 0);
                origin.duration_until(moment).as_secs_f64()
            }
        }
    }

    /// Whether `other` can be in the same column.
    pub(crate) fn like(self, other: Self) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }
}

/// A column of which only the distances count: reads its cells as seconds from one origin.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    first: Option<CellTime>,
}

impl Clock {
    /// Reads a cell; all must be of the form of the first.
    pub(crate) fn read(&mut self, text: &str, factor: f64) -> Result<f64, Fault> {
        let moment = CellTime::read(text, factor)?;
        if moment.like(*self.first.get_or_insert(moment)) {
            return Ok(moment.since_origin_s());
        }
        let cure = "write all times in one form, all with an offset or all without";
        Err(Fault::new(
            format!("{text:?} and the rows before differ in their form"),
            cure,
        ))
    }
}

/// A number of a column of time, in s.
pub(crate) fn seconds(number: f64, factor: f64) -> Result<f64, Fault> {
    let seconds = number * factor;
    if seconds.abs() <= MAX_S {
        return Ok(seconds);
    }
    let (unit, ending) = match seconds.abs() {
        ..1e14 => ("milliseconds", "_ms"),
        1e14..1e17 => ("microseconds", "_us"),
        _ => ("nanoseconds", "_ns"),
    };
    Err(Fault::new(
        format!("{number} is too large for a time in seconds"),
        format!(
            "if they are {unit}, let the name of the column end in {ending}, such as time{ending}"
        ),
    ))
}

/// Names of columns of time without their unit, best first: one with UTC is unambiguous.
const NAMES: &[&str] = &[
    "datetime utc",
    "datetime gmt",
    "time gmt",
    "timestamp gmt",
    "time utc",
    "timestamp utc",
    "utc timestamp",
    "utc datetime",
    "utc time",
    "utc",
    "timestamp",
    "datetime",
    "date time",
    "time stamp",
    "time",
    "date",
    "unix",
    "unix time",
    "unix timestamp",
    "epoch",
];

/// The column of time, and what leads its numbers to s: the one that is named, else the best known name. Dates go before
/// numbers: a UNIX column beside them repeats the same. `first` is the first row.
pub(crate) fn column(
    header: &StringRecord,
    named: Option<&str>,
    first: &StringRecord,
    unnamed: &str,
) -> Result<(usize, f64), Fault> {
    let names = || header.iter().collect::<Vec<_>>().join(", ");
    let index = if let Some(name) = named {
        find(header, name)?.ok_or_else(|| {
            Fault::new(
                format!("no column {name} among {}", names()),
                "set time to one of them",
            )
        })?
    } else {
        let rank = |name: &str| {
            let base = unit::base(name, Kind::Time);
            let bare = base
                .rsplit_once(' ')
                .filter(|(_, zone)| zone_of(zone).is_some());
            let known = |base: &str| NAMES.iter().position(|known| *known == base);
            known(&base).or_else(|| known(bare?.0))
        };
        let number = |at: usize| {
            first
                .get(at)
                .is_some_and(|cell| cell::number(cell, false).is_some())
        };
        let known = header
            .iter()
            .enumerate()
            .filter_map(|(at, name)| Some((number(at), rank(name)?, at)));
        let Some((_, _, at)) = known.min() else {
            let what = format!("no time column among {}", names());
            return Err(Fault::new(what, unnamed));
        };
        find(header, header.get(at).unwrap_or_default())?.unwrap_or(at)
    };
    let unit = unit::of(header.get(index).unwrap_or_default(), Kind::Time)?;
    Ok((index, unit.map_or(1.0, |unit| unit.factor)))
}

/// Clock that a word names: hours from UTC, or that it is moved in summer. Words of several meanings (CST, IST) mean
/// nothing.
fn zone_of(word: &str) -> Option<Result<f64, &'static str>> {
    Some(match word {
        "utc" | "gmt" | "zulu" | "wet" => Ok(0.0),
        "cet" => Ok(1.0),
        "eet" => Ok(2.0),
        "est" => Ok(-5.0),
        "mst" => Ok(-7.0),
        "pst" => Ok(-8.0),
        "jst" | "kst" => Ok(9.0),
        "sgt" | "hkt" | "awst" => Ok(8.0),
        "aest" => Ok(10.0),
        "nzst" => Ok(12.0),
        "cest" | "eest" | "bst" | "edt" | "cdt" | "mdt" | "pdt" | "ept" | "cpt" | "aedt"
        | "nzdt" => Err("a clock that is moved in summer"),
        _ => return None,
    })
}

/// The clock of a time column's cells by its name, h from UTC; none where it names none.
pub(crate) fn zone_h(name: &str) -> Result<Option<f64>, Fault> {
    let lower = name.to_lowercase();
    let words = lower.split(|sign: char| !sign.is_alphanumeric());
    let mut zone = None;
    for (word, clock) in words.filter_map(|word| Some((word, zone_of(word)?))) {
        match clock {
            Ok(hours) => zone = Some(hours),
            Err(what) => {
                return Err(Fault::new(
                    format!(
                        "{} is {what}: one hour a year is there twice",
                        word.to_uppercase()
                    ),
                    "write UTC or standard time, and name it in the name of the column, as Datetime (UTC)",
                ));
            }
        }
    }
    Ok(zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_in_names() {
        for (name, zone) in [
            ("Datetime (UTC)", Ok(Some(0.0))),
            ("INTERVALSTARTTIME_GMT", Ok(Some(0.0))),
            ("Delivery Start (CET)", Ok(Some(1.0))),
            ("time_est", Ok(Some(-5.0))),
            ("Datetime (CST)", Ok(None)),
            ("time", Ok(None)),
        ] {
            assert_eq!(zone_h(name), zone, "{name}");
        }
        for name in ["MTU (CET/CEST)", "datetime_beginning_ept"] {
            assert!(
                zone_h(name).unwrap_err().what.contains("moved in summer"),
                "{name}"
            );
        }
    }

    fn read(text: &str) -> Result<CellTime, Fault> {
        CellTime::read(text, 1.0)
    }

    #[test]
    fn forms_of_a_time() {
        let four = date(2025, 3, 3).at(9, 0, 0, 0);
        for text in [
            "2025-03-03 09:00",
            "2025-03-03T09:00:00",
            "2025/03/03 09:00:00.000",
        ] {
            assert_eq!(read(text), Ok(CellTime::Local(four)), "{text}");
        }
        for text in [
            "2025-03-03T09:00Z",
            "2025-03-03 09:00:00+00:00",
            "2025-03-03 10:00:00 +0100",
            "2025-03-03 09:00:00 UTC",
            "2025-03-03T10:00:00+01:00[Europe/Berlin]",
        ] {
            assert_eq!(read(text), Ok(CellTime::Utc(four)), "{text}");
        }
        assert_eq!(
            read("2025-03-03"),
            Ok(CellTime::Local(date(2025, 3, 3).at(0, 0, 0, 0)))
        );
        assert_eq!(read("15.5"), Ok(CellTime::Seconds(15.5)));
        assert_eq!(read("1740992400").unwrap().dated(), Ok((four, true)));
        let ms = CellTime::read("1740992400000", 1e-3).unwrap();
        assert_eq!(ms.dated(), Ok((four, true)));
    }

    #[test]
    fn what_is_a_guess_is_refused() {
        for (text, part) in [
            ("07/04/2026 00:00", "which is the day"),
            ("04.07.2026 00:00", "which is the day"),
            ("7-4-2026", "which is the day"),
            ("1740992400000", "too large for a time in seconds"),
            ("noon", "is not a time"),
            ("", "is not a time"),
            ("2025-13-03T09:00Z", "with an offset"),
            ("é-ü/ß", "is not a time"),
        ] {
            let what = read(text).unwrap_err().what;
            assert!(what.contains(part), "{text}: {what}");
        }
        assert!(seconds(1.74e12, 1.0).unwrap_err().cure.contains("_ms"));
        assert!(seconds(1.74e15, 1.0).unwrap_err().cure.contains("_us"));
        assert!(seconds(1.74e18, 1.0).unwrap_err().cure.contains("_ns"));
        assert!(read("3600").unwrap().dated().is_err());
    }
}
