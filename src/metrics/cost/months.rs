//! The calendar months that a run touches.

use jiff::civil::Date;

use crate::units::DAY_S;

/// A calendar month.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Month {
    /// The first of its days that the run can cover.
    pub(super) day: Date,
    /// January is 0.
    pub(super) number: usize,
    /// The part of it that the run can cover, s since the start of the run.
    pub(super) from_s: f64,
    pub(super) ends_s: f64,
    /// All of it, s.
    pub(super) length_s: f64,
}

impl Month {
    fn of(day: Date, start: Date) -> Self {
        let first_s = start.duration_until(day.first_of_month()).as_secs_f64();
        let length_s = f64::from(day.days_in_month()) * DAY_S;
        Self {
            day,
            number: day.month() as usize - 1,
            from_s: first_s.max(0.0),
            ends_s: first_s + length_s,
            length_s,
        }
    }

    /// The part of it before `until_s`, s.
    pub(super) fn covered_s(&self, until_s: f64) -> f64 {
        (until_s.min(self.ends_s) - self.from_s).max(0.0)
    }
}

/// The months so far, from midnight of the first day on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Months {
    start: Date,
    pub(super) all: Vec<Month>,
}

impl Months {
    pub(super) fn new(start: Date) -> Self {
        Self {
            start,
            all: vec![Month::of(start, start)],
        }
    }

    /// The month that holds a moment, by its index; enters those up to it. A moment within a millisecond of a month's end
    /// is of the next one.
    pub(super) fn at(&mut self, at_s: f64) -> usize {
        loop {
            let last = self.all.len() - 1;
            let month = self.all[last];
            if at_s <= month.ends_s - 1e-3 {
                // Nearly always the last one.
                let found = self
                    .all
                    .iter()
                    .rposition(|month| month.from_s <= at_s + 1e-3);
                return found.unwrap_or(0);
            }
            match month.day.last_of_month().tomorrow() {
                Ok(next) => self.all.push(Month::of(next, self.start)),
                Err(_) => return last, // the calendar ends with the year 9999
            }
        }
    }
}
