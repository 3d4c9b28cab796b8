//! Moments of a run: many lie on the same day, whose date is worked out and put into words once.

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime};

use crate::output::number::date_text;

/// The moment `seconds` after `start`, to the second.
pub(in crate::output) fn moment(start: DateTime, seconds: f64) -> DateTime {
    start.saturating_add(SignedDuration::from_secs(seconds.round() as i64))
}

/// Milliseconds since 1970 of a time without a zone.
pub(in crate::output) fn millis(value: DateTime) -> i64 {
    let epoch = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
    epoch.duration_until(value).as_millis() as i64
}

/// A moment of local time without a zone, to the second.
#[derive(Debug, Clone, Copy)]
pub(in crate::output) struct Moment {
    day: Day,
    /// Since midnight, s.
    second: u32,
}

#[derive(Debug, Clone, Copy)]
struct Day {
    date: Date,
    /// `2026-07-15T`; None for years that have not four digits.
    text: Option<[u8; 11]>,
    /// Since 1970.
    millis: i64,
}

impl Day {
    fn of(date: Date) -> Self {
        Self {
            date,
            text: date_text(date),
            millis: millis(date.at(0, 0, 0, 0)),
        }
    }
}

impl Moment {
    pub(in crate::output) fn date_text(&self) -> Option<&[u8; 11]> {
        self.day.text.as_ref()
    }

    /// Hour, minute and second.
    pub(in crate::output) fn clock(&self) -> [u32; 3] {
        let minute = self.second / 60;
        [minute / 60, minute % 60, self.second % 60]
    }

    pub(in crate::output) fn date_time(&self) -> DateTime {
        let [hour, minute, second] = self.clock().map(|part| part as i8);
        self.day.date.at(hour, minute, second, 0)
    }

    /// Since 1970.
    pub(in crate::output) fn millis(&self) -> i64 {
        self.day.millis + 1000 * i64::from(self.second)
    }
}

/// Turns seconds since the start into moments.
pub(in crate::output) struct Moments {
    start: Date,
    /// Days since the start, and what is known of that day.
    day: (i64, Day),
}

impl Moments {
    /// Seconds count from midnight of `start`.
    pub(in crate::output) fn new(start: Date) -> Self {
        Self {
            start,
            day: (0, Day::of(start)),
        }
    }

    /// The moment `seconds` after the start, to the second.
    #[inline]
    pub(in crate::output) fn at(&mut self, seconds: f64) -> Moment {
        let seconds = rounded(seconds);
        let mut second = seconds.saturating_sub(86_400 * self.day.0);
        if !(0..86_400).contains(&second) {
            self.turn_to(seconds.div_euclid(86_400));
            second = seconds.rem_euclid(86_400);
        }
        Moment {
            day: self.day.1,
            second: second as u32,
        }
    }

    #[cold]
    fn turn_to(&mut self, day: i64) {
        let later = SignedDuration::from_hours(24 * day.clamp(-4_000_000, 4_000_000));
        self.day = (day, Day::of(self.start.saturating_add(later)));
    }
}

/// As `round` does, halves away from zero, without a call.
#[inline]
fn rounded(seconds: f64) -> i64 {
    let whole = seconds as i64;
    let rest = seconds - whole as f64;
    whole.saturating_add(i64::from(rest >= 0.5) - i64::from(rest <= -0.5))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn seconds_are_rounded_as_the_library_does() {
        let numbers = [
            0.0,
            0.5,
            0.499_999_999_999_999_94,
            1.5,
            2.5,
            1e9 + 0.5,
            1e16,
            1e300,
            f64::NAN,
        ];
        for seconds in numbers.into_iter().flat_map(|s| [s, -s]) {
            assert_eq!(rounded(seconds), seconds.round() as i64, "{seconds}");
        }
    }

    proptest::proptest! {
        #[test]
        fn moments_are_those_of_the_library(seconds in proptest::collection::vec(-1e9..1e10f64, 9)) {
            let start = date(2027, 12, 31);
            let mut moments = Moments::new(start);
            for s in seconds {
                let (ours, theirs) = (moments.at(s), moment(start.at(0, 0, 0, 0), s));
                proptest::prop_assert_eq!(ours.date_time(), theirs);
                proptest::prop_assert_eq!(ours.millis(), millis(theirs));
            }
        }
    }
}
