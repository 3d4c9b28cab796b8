//! Load profiles: a CSV of time and IT load or utilisation.
//!
//! ```text
//! p(t)   = value of the row whose interval holds t              a row holds from its time to the next row's
//! mean   = (I(to) − I(from))/(to − from),  I(t) = ∫ p dt        exact, so any step keeps the file's energy
//! ```
//!
//! Piecewise constant and not linear, because meters and planning files give means over an interval: joining them
//! by straight lines would cut every peak and shift every ramp by half an interval. `it_kw` is kept in W,
//! `utilisation` as a ratio. The unit in the name of the column is converted (`it_mw`, `IT Load (kW)`, `it_kwh` per
//! interval, `utilisation_pct`). Valid for rows at equal intervals, at any length above zero; gaps are filled by the one
//! rule for all files (`csv_rows::even`), and reported.

mod read;
#[cfg(test)]
mod tests;

use std::path::Path;

use jiff::civil::DateTime;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::bounded;
use crate::describe::Fault;
use crate::describe::FilePath;

/// A measured or planned load, from a CSV file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileTable {
    /// A CSV whose header names a column of time (`time_s`, `time_h` since the start of the run, or `time` with
    /// dates) and `it_kw`, `utilisation` or, for a load measured at the meter, `facility_kw`. Rows at equal
    /// intervals; each is the mean from its time to the next row's.
    pub file: FilePath,
    /// The column to read, where there are several; its name ends in `it_kw`, `facility_kw` or `utilisation`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The column of time, where it has another name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// Start again at the end of the file, for as long as the simulation lasts.
    #[serde(default)]
    pub repeat: bool,
}

/// Kind of value of a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// Power at the inlets of all IT equipment, W.
    ItPower,
    /// Power of all uses of the site, W: what a meter sees that has no panels or batteries behind it.
    SitePower,
    /// Load of every GPU, 0..1.
    Utilisation,
}

/// A load over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    file: String,
    quantity: Quantity,
    start_s: f64,
    step_s: f64,
    values: Vec<f64>,
    /// Integral from the start to the beginning of each interval, and to the end.
    sums: Vec<f64>,
    repeat: bool,
    /// Gaps filled, one sentence each.
    pub repairs: Vec<String>,
}

/// When the run starts, on the clock of its place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Start {
    /// Local standard time.
    pub local: DateTime,
    /// That minus UTC, h.
    pub utc_offset_h: f64,
}

impl From<DateTime> for Start {
    /// At UTC.
    fn from(local: DateTime) -> Self {
        Self {
            local,
            utc_offset_h: 0.0,
        }
    }
}

/// A year of 15 s has 60 MB; more than this is something else.
const MAX_BYTES: u64 = 256 << 20;

impl Profile {
    /// Reads the file of `table`, `path` being where it lies. Timestamps count from `start`, the start of the run.
    pub fn read(path: &Path, table: &ProfileTable, start: impl Into<Start>) -> Result<Self, Fault> {
        let file = path.display().to_string();
        let bytes = bounded::read(path, MAX_BYTES).map_err(|error| {
            let cure = "give the path of a CSV file, relative to the scenario file";
            Fault::new(format!("cannot be read: {error}"), cure).in_file(path, None)
        })?;
        Self::parse(&file, &bytes, table, start)
    }

    /// Reads the content of a file; `file` is its name in errors.
    pub fn parse(
        file: &str,
        bytes: &[u8],
        table: &ProfileTable,
        start: impl Into<Start>,
    ) -> Result<Self, Fault> {
        let (quantity, even) = read::rows(file, bytes, table, start.into())?;
        let name = file.to_owned();
        let mut profile = Self::even(
            name,
            quantity,
            even.first_s,
            even.step_s,
            even.values,
            table.repeat,
        );
        let notes = even.notes.iter().map(|note| format!("{file}: {note}"));
        profile.repairs = notes.collect();
        Ok(profile)
    }

    /// Values (W or a ratio) of equal intervals from `start_s` on; `file` is where they come from.
    pub fn even(
        file: String,
        quantity: Quantity,
        start_s: f64,
        step_s: f64,
        values: Vec<f64>,
        repeat: bool,
    ) -> Self {
        let mut sums = Vec::with_capacity(values.len() + 1);
        let mut sum = 0.0;
        sums.push(sum);
        for value in &values {
            sum += value * step_s;
            sums.push(sum);
        }
        Self {
            file,
            quantity,
            start_s,
            step_s,
            values,
            sums,
            repeat,
            repairs: Vec::new(),
        }
    }

    /// Kind of the values.
    pub fn quantity(&self) -> Quantity {
        self.quantity
    }

    /// The highest value, W or a ratio.
    pub fn max(&self) -> f64 {
        self.values.iter().copied().fold(0.0, f64::max)
    }

    /// The lowest value, W or a ratio.
    pub fn min(&self) -> f64 {
        self.values.iter().copied().fold(f64::INFINITY, f64::min)
    }

    /// The highest value, all the time.
    #[must_use]
    pub fn held_at_max(&self) -> Self {
        let values = vec![self.max()];
        Self::even(
            self.file.clone(),
            self.quantity,
            0.0,
            self.step_s,
            values,
            true,
        )
    }

    /// Mean from `from_s` to `to_s` (s since the start of the run), W or a ratio. Where the file does not repeat,
    /// it is zero before its first row and after its last interval: call `covers` first.
    pub fn mean(&self, from_s: f64, to_s: f64) -> f64 {
        let (first, last) = (self.place(from_s), self.ending(self.place(to_s)));
        if first.period == last.period && first.index == last.index || to_s <= from_s {
            // Inside one interval nothing is summed, so constant stretches stay exactly constant.
            return self.values.get(first.index).copied().unwrap_or(0.0);
        }
        (self.integral(last) - self.integral(first)) / (to_s - from_s)
    }

    /// Fails where the file does not hold all of `from_s` … `to_s` and does not repeat.
    pub fn covers(&self, from_s: f64, to_s: f64) -> Result<(), Fault> {
        let end_s = self.start_s + self.length_s();
        let tolerance_s = 1e-6 * self.step_s;
        if self.repeat || (from_s >= self.start_s - tolerance_s && to_s <= end_s + tolerance_s) {
            return Ok(());
        }
        let days = |s: f64| s / crate::units::DAY_S;
        let what = format!(
            "the run needs day {:.3} to {:.3}, the file holds day {:.3} to {:.3}",
            days(from_s),
            days(to_s),
            days(self.start_s),
            days(end_s)
        );
        let cure = "set repeat = true, shorten the run, or add rows";
        Err(Fault::new(what, cure).in_file(&self.file, None))
    }

    fn length_s(&self) -> f64 {
        self.step_s * self.values.len() as f64
    }

    fn place(&self, time_s: f64) -> Place {
        let length_s = self.length_s();
        let since_s = time_s - self.start_s;
        let period = if self.repeat {
            (since_s / length_s).floor()
        } else {
            0.0
        };
        let steps = (since_s - period * length_s) / self.step_s;
        if steps < 0.0 {
            // Before the first row of a file that does not repeat: an interval of its own, worth nothing.
            return Place {
                period: -1.0,
                index: usize::MAX,
                share: 0.0,
            };
        }
        let rows = self.values.len();
        // Past the end, too, is an interval of its own, worth nothing.
        let index = if steps > rows as f64 {
            rows + 1
        } else {
            steps as usize
        };
        Place {
            period,
            index,
            share: if index < rows {
                steps - index as f64
            } else {
                0.0
            },
        }
    }

    /// The same moment as the end of the interval before, so that a step that ends with a row lies inside it.
    fn ending(&self, place: Place) -> Place {
        let before_row = place.share == 0.0 && place.index != usize::MAX;
        match place.index.checked_sub(1) {
            Some(index) if before_row => Place {
                index,
                share: 1.0,
                ..place
            },
            None if self.repeat && before_row => Place {
                period: place.period - 1.0,
                index: self.values.len() - 1,
                share: 1.0,
            },
            _ => place,
        }
    }

    fn integral(&self, place: Place) -> f64 {
        let total = self.sums.last().copied().unwrap_or(0.0);
        if place.index == usize::MAX {
            return 0.0;
        }
        let whole = self.sums.get(place.index).copied().unwrap_or(total);
        let value = self.values.get(place.index).copied().unwrap_or(0.0);
        place.period * total + whole + value * place.share * self.step_s
    }
}

/// A moment as interval and share of it; one past the last interval is the end of the file.
#[derive(Debug, Clone, Copy)]
struct Place {
    period: f64,
    index: usize,
    share: f64,
}
