//! A load over time from readings at any distance.
//!
//! ```text
//! p(t)  = last reading of a meter                  a reading holds until the next of the same meter
//! p_i   = Σ_meters ∫ p dt over interval i / Δt      so the energy of the log is that of the profile
//! ```
//!
//! The last reading holds as long as the interval of the profile. Memory follows the intervals, not the readings.

use std::path::Path;

use crate::describe::Fault;
use crate::workload::profile::{Profile, Quantity};

/// More intervals than a year of seconds are a typing error, or a wrong clock.
const MAX_INTERVALS: f64 = 4e7;

/// Readings of one meter, added into shared intervals.
#[derive(Debug)]
pub(super) struct Load {
    interval_s: f64,
    /// Time of the first reading of any meter.
    origin_s: Option<f64>,
    /// ∫ p dt of each interval.
    sums: Vec<f64>,
    end_s: f64,
}

/// The last reading of a meter.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Meter {
    last: Option<(f64, f64)>,
    /// Time of its first reading, as the file has it.
    first_s: Option<f64>,
    /// Until when it is known to have held its last reading, s since the first of the file.
    held_s: f64,
    /// Longest time between two readings, s.
    pub(super) longest_s: f64,
}

impl Meter {
    /// Time of its first reading, as the file has it, s.
    pub(super) fn first_s(&self) -> Option<f64> {
        self.first_s
    }
}

impl Load {
    pub(super) fn new(interval_s: f64) -> Self {
        Self {
            interval_s,
            origin_s: None,
            sums: Vec::new(),
            end_s: 0.0,
        }
    }

    /// Takes a reading of a meter.
    pub(super) fn read(&mut self, meter: &mut Meter, time_s: f64, value: f64) -> Result<(), Fault> {
        let origin_s = *self.origin_s.get_or_insert(time_s);
        // Meters that are read one after the other may begin in any order.
        let now_s = match time_s - origin_s {
            early_s if early_s < 0.0 && early_s > -self.interval_s && meter.last.is_none() => 0.0,
            now_s => now_s,
        };
        if now_s < 0.0 {
            return Err(Fault::bare(
                "it lies before the first reading of the file: sort the rows by time",
            ));
        }
        if now_s / self.interval_s > MAX_INTERVALS {
            return Err(Fault::bare(format!(
                "it lies {now_s:.0} s after the first reading"
            )));
        }
        if let Some((last_s, held)) = meter.last {
            // Loggers write a reading twice; that adds nothing.
            if now_s == last_s && value == held {
                return Ok(());
            }
            if now_s <= last_s {
                let what = "time does not rise: sort the rows by time, and keep one reading of a meter per time";
                return Err(Fault::bare(what));
            }
            meter.longest_s = meter.longest_s.max(now_s - last_s);
            self.hold(last_s, now_s, held);
        }
        meter.last = Some((now_s, value));
        meter.first_s.get_or_insert(time_s);
        Ok(())
    }

    /// A meter that has no reading at a time at which others have: it holds its last.
    pub(super) fn silent(&self, meter: &mut Meter, time_s: f64) {
        let now_s = time_s - self.origin_s.unwrap_or(time_s);
        if now_s / self.interval_s <= MAX_INTERVALS {
            meter.held_s = meter.held_s.max(now_s);
        }
    }

    /// The last reading of a meter holds for one interval more.
    pub(super) fn close(&mut self, meter: &Meter) {
        if let Some((last_s, held)) = meter.last {
            self.hold(last_s, meter.held_s.max(last_s) + self.interval_s, held);
        }
    }

    fn hold(&mut self, from_s: f64, to_s: f64, value: f64) {
        self.end_s = self.end_s.max(to_s);
        let step_s = self.interval_s;
        let needed = (to_s / step_s).ceil() as usize;
        if self.sums.len() < needed {
            self.sums.resize(needed, 0.0);
        }
        let first = (from_s / step_s) as usize;
        for (index, sum) in self
            .sums
            .iter_mut()
            .enumerate()
            .skip(first)
            .take(needed - first)
        {
            let start_s = index as f64 * step_s;
            let overlap_s = to_s.min(start_s + step_s) - from_s.max(start_s);
            *sum += value * overlap_s.max(0.0);
        }
    }

    /// ∫ p dt of all readings.
    pub(super) fn integral(&self) -> f64 {
        self.sums.iter().sum()
    }

    /// Means over the whole intervals; `from_s` of it is the start of the run.
    pub(super) fn profile(
        mut self,
        path: &Path,
        quantity: Quantity,
        scale: f64,
        from_s: f64,
        repeat: bool,
    ) -> Result<Profile, Fault> {
        // An interval that the log covers in part would show a dip that was not measured.
        let whole = (self.end_s / self.interval_s * (1.0 + 1e-12)).floor() as usize;
        self.sums.truncate(whole.max(1));
        if self.origin_s.is_none() {
            let cure = "check that the file has the format its table names";
            return Err(Fault::new("it holds no readings", cure).in_file(path, None));
        }
        let values = self.sums.iter().map(|sum| sum / self.interval_s * scale);
        Ok(Profile::even(
            path.display().to_string(),
            quantity,
            -from_s,
            self.interval_s,
            values.collect(),
            repeat,
        ))
    }
}
