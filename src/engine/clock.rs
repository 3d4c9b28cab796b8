//! Simulated time: steps, and the hour of the weather year each falls in.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::units::{DAY_S, HOUR_S};
use crate::weather::Weather;

/// One step to make.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Step {
    /// Start of the step, s since the start of the run.
    pub time_s: f64,
    /// Its length, s; the last one of a run may be shorter.
    pub dt_s: f64,
    /// Hour of the weather year at the middle of the step.
    pub weather_hour: f64,
}

/// Counts steps of fixed length. Times come from the count, so that they do not drift over a year.
#[derive(Debug, Clone)]
pub struct Clock {
    start: Date,
    step_s: f64,
    total_s: f64,
    made: u64,
    day: i64,
    day_hour: f64,
}

impl Clock {
    /// A run of `total_s` from midnight of `start`.
    pub fn new(start: Date, step_s: f64, total_s: f64) -> Self {
        Self {
            start,
            step_s,
            total_s,
            made: 0,
            day: -1,
            day_hour: 0.0,
        }
    }

    /// Steps of the whole run.
    pub fn steps(&self) -> u64 {
        (self.total_s / self.step_s - 1e-9).ceil().max(0.0) as u64
    }

    /// Steps made so far.
    pub fn made(&self) -> u64 {
        self.made
    }

    /// Start of the step to come, s since the start of the run.
    pub fn next_s(&self) -> f64 {
        self.made as f64 * self.step_s
    }

    pub(crate) fn next_step(&mut self, weather: &Weather) -> Option<Step> {
        let time_s = self.made as f64 * self.step_s;
        if self.made >= self.steps() {
            return None;
        }
        self.made += 1;
        let dt_s = self.step_s.min(self.total_s - time_s);
        let middle_s = time_s + 0.5 * dt_s;
        let day = (middle_s / DAY_S) as i64;
        if day != self.day {
            let date = self.start.saturating_add(day.days());
            self.day = day;
            self.day_hour = weather.hour_index(date.month() as u8, date.day() as u8, 0.0);
        }
        let weather_hour = self.day_hour + (middle_s - day as f64 * DAY_S) / HOUR_S;
        Some(Step {
            time_s,
            dt_s,
            weather_hour,
        })
    }
}
