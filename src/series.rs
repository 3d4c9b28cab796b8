//! Price and carbon over time: a constant, or a series from a CSV file laid over the run.
//!
//! ```text
//! v(t)   value of the row whose interval holds t          a row holds from its time to the next row's
//! mean   Σ vᵢ·Δtᵢ/(to − from)                              exact for any step
//! ```
//!
//! Times with an offset, and columns named UTC, are UTC and are moved by the site's offset from it; times without are
//! local standard time, which is what the run counts in (no daylight saving). Where the file holds the run's own
//! dates they are used as dated. Otherwise each moment takes the row of the same month, day and hour: a year of any
//! calendar year serves, 29 February falls back on the 28th, and weekdays do not line up. Gaps of up to a day are
//! filled with the mean of the same hours of the days around them, and reported.
//! Valid for rows at equal intervals of 1 min to 1 h.

mod read;
pub use read::Names;
#[cfg(test)]
mod tests;

use std::path::Path;

use jiff::civil::{Date, DateTime};
use jiff::{Span, ToSpan as _};
use schemars::JsonSchema;
use serde::de::{Error as _, MapAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Deserializer, Serialize};

use crate::describe::FilePath;
use crate::describe::{Fault, InSerde};
use crate::units::{DAY_S, HOUR_S};

/// A figure as a scenario gives it: one number, a CSV file, or a column of one.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Rate {
    /// The same all the time.
    Constant(#[schemars(range(min = 0.0, max = 1e6))] f64),
    /// A CSV file, relative to the scenario; its column is found by its name.
    File(FilePath),
    /// One column of a CSV file.
    Column(Column),
}

/// `{ file = "…", column = "…", time = "…" }`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// The file, relative to the scenario.
    pub file: FilePath,
    /// The name of the column as the file's first line has it. Default: found by known names and units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The name of the column of time. Default: found by known names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
}

impl Rate {
    /// The number, where it is one.
    pub fn constant(&self) -> Option<f64> {
        match self {
            Self::Constant(value) => Some(*value),
            _ => None,
        }
    }

    /// File and columns, where there is a file.
    pub fn file(&self) -> Option<(&FilePath, Names<'_>)> {
        match self {
            Self::Constant(_) => None,
            Self::File(file) => Some((file, Names::default())),
            Self::Column(column) => {
                let names = Names {
                    column: column.column.as_deref(),
                    time: column.time.as_deref(),
                };
                Some((&column.file, names))
            }
        }
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(de: D) -> Result<Self, D::Error> {
        struct Given;
        impl<'de> Visitor<'de> for Given {
            type Value = Rate;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a number or a CSV file")
            }
            fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Rate, E> {
                if value.is_finite() && value >= 0.0 {
                    Ok(Rate::Constant(value))
                } else {
                    Err(E::custom(format!("{value} must be zero or above")))
                }
            }
            fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Rate, E> {
                self.visit_f64(value as f64)
            }
            fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Rate, E> {
                self.visit_f64(value as f64)
            }
            fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Rate, E> {
                if value.parse::<f64>().is_ok() {
                    let what = format!("\"{value}\" is a number in quotes");
                    let cure = "write it without them, or name a CSV file";
                    return Err(InSerde::of(Fault::new(what, cure)));
                }
                Ok(Rate::File(value.into()))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Rate, A::Error> {
                Column::deserialize(MapAccessDeserializer::new(map))
                    .map(Rate::Column)
                    .map_err(A::Error::custom)
            }
        }
        de.deserialize_any(Given)
    }
}

/// Quantity that a file is read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// g CO₂e per kWh.
    Carbon,
    /// USD per MWh; may be negative.
    Price,
}

/// A file as read: values at equal intervals.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    file: String,
    column: String,
    utc: bool,
    first: DateTime,
    step_s: i64,
    values: Vec<f64>,
    /// Gaps filled and doubtful values, one sentence each.
    pub repairs: Vec<String>,
}

/// The days and the clock of a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Period {
    /// First day; the run starts at its midnight, local standard time.
    pub start: Date,
    /// Length, s.
    pub total_s: f64,
    /// Local standard time minus UTC, h.
    pub utc_offset_h: f64,
}

impl Table {
    /// Reads a file.
    pub fn read(path: &Path, quantity: Quantity, names: Names<'_>) -> Result<Self, Fault> {
        read::table(path, quantity, names)
    }

    /// Lays the file over a run; `factor` turns its unit into SI. Also describes it in a line, and lists doubtful values.
    pub fn over(&self, run: Period, factor: f64) -> Result<Laid, Fault> {
        let shift_s = if self.utc {
            (run.utc_offset_h * 3600.0).round() as i64
        } else {
            0
        };
        let midnight = run.start.at(0, 0, 0, 0);
        let first = self.first.saturating_add(Span::new().seconds(shift_s));
        let first_s = midnight.duration_until(first).as_secs();
        let length_s = self.step_s * i64::try_from(self.values.len()).unwrap_or(i64::MAX / 3600);
        let (mean, low, high) = self.range();
        let what = format!("{}, {:.4} ({low:.4} to {high:.4})", self.column, mean);
        if first_s <= 0 && (first_s + length_s) as f64 >= run.total_s {
            let series = Series {
                first_s: first_s as f64,
                step_s: self.step_s as f64,
                values: self.values.iter().map(|value| value * factor).collect(),
            };
            return Ok(Laid {
                series,
                how: format!("{what}, as dated"),
                warning: None,
            });
        }
        if (length_s as f64) < 365.0 * DAY_S {
            let end = first.saturating_add(Span::new().seconds(length_s));
            let what = format!(
                "it holds {first} to {end} local standard time, the run starts on {} and lasts {} days",
                run.start,
                run.total_s / DAY_S
            );
            let cure = "give a file of the run's own dates, or of a whole year to be used by month, day and hour";
            return Err(Fault::new(what, cure).in_file(&self.file, None));
        }
        // The grid of the file's own rows, begun at or before the run.
        let phase_s = first_s.rem_euclid(self.step_s);
        let begin_s = if phase_s == 0 {
            0
        } else {
            phase_s - self.step_s
        };
        let rows = ((run.total_s - begin_s as f64) / self.step_s as f64).ceil() as i64;
        let end = first.saturating_add(Span::new().seconds(length_s));
        let years = first.year()..=end.year();
        let mut values = Vec::with_capacity(rows.max(0) as usize);
        let mut dated = 0;
        for row in 0..rows {
            let moment = midnight.saturating_add(Span::new().seconds(begin_s + row * self.step_s));
            let since_s = |moment: DateTime| first.duration_until(moment).as_secs();
            let inside = |since_s: &i64| (0..length_s).contains(since_s);
            // The run's own date where the file holds it.
            let own = Some(since_s(moment)).filter(inside);
            dated += i64::from(own.is_some());
            let other = || {
                years
                    .clone()
                    .filter_map(|year| in_year(moment, year))
                    .map(since_s)
                    .find(inside)
            };
            let index = own
                .or_else(other)
                .map_or(0, |since_s| (since_s / self.step_s) as usize);
            values.push(self.values[index] * factor);
        }
        let series = Series {
            first_s: begin_s as f64,
            step_s: self.step_s as f64,
            values,
        };
        // A run of another year may touch the file's by the hours between the site's clock and UTC.
        if 2 * dated > rows {
            let missing_h = ((rows - dated) * self.step_s) as f64 / HOUR_S;
            let warning = format!(
                "{}: it holds {first} to {end} local standard time, {missing_h} h of the run lie outside: they take the \
                 values of the same month, day and hour in another year of the file",
                self.file
            );
            return Ok(Laid {
                series,
                how: format!("{what}, as dated but for {missing_h} h"),
                warning: Some(warning),
            });
        }
        let taken = format!(
            "{what}, taken by month, day and hour from {} (weekdays do not line up)",
            if first.year() == end.year() || end.date() == Date::constant(end.year(), 1, 1) {
                format!("{}", first.year())
            } else {
                format!("{} to {}", first.date(), end.date())
            }
        );
        Ok(Laid {
            series,
            how: taken,
            warning: None,
        })
    }

    fn range(&self) -> (f64, f64, f64) {
        let mean = self.values.iter().sum::<f64>() / self.values.len() as f64;
        let low = self.values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = self
            .values
            .iter()
            .copied()
            .fold(f64::NEG_INFINITY, f64::max);
        (mean, low, high)
    }
}

/// A file laid over a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Laid {
    /// Its values, SI.
    pub series: Series,
    /// How it lies, in a line.
    pub how: String,
    /// Warnings.
    pub warning: Option<String>,
}

/// The same month, day and time in another year; the 28th for a 29 February that the year does not have.
fn in_year(moment: DateTime, year: i16) -> Option<DateTime> {
    let date = Date::new(year, moment.month(), moment.day())
        .or_else(|_| Date::new(year, moment.month(), 28))
        .ok()?;
    Some(date.to_datetime(moment.time()))
}

/// Values at equal intervals over a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    first_s: f64,
    step_s: f64,
    values: Vec<f64>,
}

impl Series {
    /// From values at equal intervals, the first beginning at `first_s` into the run.
    pub fn new(first_s: f64, step_s: f64, values: Vec<f64>) -> Self {
        Self {
            first_s,
            step_s,
            values,
        }
    }

    /// When the first value begins (s into the run), how long each lasts (s), and the values.
    pub fn parts(&self) -> (f64, f64, &[f64]) {
        (self.first_s, self.step_s, &self.values)
    }

    /// Mean from `from_s` to `to_s` into the run; beyond the ends the first and the last value hold.
    pub fn mean(&self, from_s: f64, to_s: f64) -> f64 {
        let last = self.values.len() as f64 - 1.0;
        // A hair inward, so that a step that ends with a row lies inside it.
        let place = |time_s: f64, hair: f64| {
            ((time_s - self.first_s) / self.step_s + hair)
                .floor()
                .clamp(0.0, last)
        };
        let (from, to) = (place(from_s, 1e-9), place(to_s, -1e-9));
        if from >= to {
            return self.values[from as usize];
        }
        let mut sum = 0.0;
        let mut index = from;
        while index <= to {
            let begin_s = if index == from {
                from_s
            } else {
                self.first_s + index * self.step_s
            };
            let end_s = if index == to {
                to_s
            } else {
                self.first_s + (index + 1.0) * self.step_s
            };
            sum += self.values[index as usize] * (end_s - begin_s);
            index += 1.0;
        }
        sum / (to_s - from_s)
    }
}

/// A figure over the run.
#[derive(Debug, Clone, PartialEq)]
pub enum Signal {
    /// Constant; NaN where unknown.
    Constant(f64),
    /// From a file or a tariff.
    Series(Series),
}

impl Signal {
    /// Mean over a part of the run.
    pub fn mean(&self, from_s: f64, to_s: f64) -> f64 {
        match self {
            Self::Constant(value) => *value,
            Self::Series(series) => series.mean(from_s, to_s),
        }
    }
}

/// Moves a date by days, at the ends of the calendar not at all.
pub(crate) fn day_after(date: Date, days: i64) -> Date {
    date.saturating_add(days.days())
}
