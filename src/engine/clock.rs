//! Simulated time: steps, and the hour of the weather year each falls in. A step is cut where something changes within it.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::units::{DAY_S, HOUR_S};
use crate::weather::Weather;

/// Changes this near to an end of a step are at it, s.
const SHORTEST_S: f64 = 1e-3;

/// One step to make.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Step {
    /// Start of the step, s since the start of the run.
    pub time_s: f64,
    /// Its length, s; the last one of a run may be shorter, and those that are cut are.
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
    /// Start of the step to come, s.
    next_s: f64,
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
            next_s: 0.0,
            day: -1,
            day_hour: 0.0,
        }
    }

    /// Steps of the whole run; one that is cut counts once.
    pub fn steps(&self) -> u64 {
        (self.total_s / self.step_s - 1e-9).ceil().max(0.0) as u64
    }

    /// Steps made so far.
    pub fn made(&self) -> u64 {
        self.made
    }

    /// Start of the step to come, s since the start of the run.
    pub fn next_s(&self) -> f64 {
        self.next_s
    }

    /// Whether the step made last was the last of the run.
    pub fn ended(&self) -> bool {
        self.made >= self.steps()
    }

    /// The next step, which ends at the first of `changes_s` that lies within it.
    pub(crate) fn next_step(&mut self, weather: &Weather, changes_s: &[f64]) -> Option<Step> {
        if self.ended() {
            return None;
        }
        let time_s = self.next_s;
        let end_s = ((self.made + 1) as f64 * self.step_s).min(self.total_s);
        let later = changes_s.iter().filter(|at_s| **at_s > time_s + SHORTEST_S);
        let change_s = later.copied().fold(f64::INFINITY, f64::min);
        let cut = change_s < end_s - SHORTEST_S;
        if cut {
            self.next_s = change_s;
        } else {
            self.made += 1;
            self.next_s = self.made as f64 * self.step_s;
        }
        let dt_s = if cut { change_s } else { end_s } - time_s;
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

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: steps of 60 s over 150 s, with something at 70 and at 120 s: 0 to 60, 70, 120 and 150.
    #[test]
    fn a_step_is_cut_where_something_changes() {
        let weather = crate::weather::climate::built_in("dublin").unwrap();
        let mut clock = Clock::new(jiff::civil::date(2026, 1, 1), 60.0, 150.0);
        let mut spans = Vec::new();
        loop {
            // One that has just passed hides no other.
            let changes_s = [70.0, 120.0, clock.next_s() + 1e-7];
            let Some(step) = clock.next_step(&weather, &changes_s) else {
                break;
            };
            spans.push((step.time_s, step.dt_s));
        }
        assert_eq!(
            spans,
            [(0.0, 60.0), (60.0, 10.0), (70.0, 50.0), (120.0, 30.0)]
        );
        assert_eq!(clock.made(), clock.steps());
    }
}
