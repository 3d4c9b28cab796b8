//! Which period holds a moment.

use jiff::civil::Date;

use super::{Days, PeriodConfig};
use crate::units::DAY_S;

/// Quarters of an hour in a day: periods begin and end at them.
const QUARTERS: usize = 96;
const QUARTER_S: f64 = 900.0;

/// A table of month, kind of day and quarter of an hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    of: Vec<Option<u8>>,
}

impl PeriodConfig {
    fn holds(&self, month: u8, weekend: bool, hour: f64) -> bool {
        let [from, to] = self.hours;
        let in_hours = if from < to {
            (from..to).contains(&hour)
        } else {
            hour >= from || hour < to
        };
        let in_days = match self.days {
            Days::All => true,
            Days::Weekdays => !weekend,
            Days::Weekends => weekend,
        };
        in_hours && in_days && self.months.contains(&month)
    }
}

impl Schedule {
    /// Of at most 255 periods.
    pub fn of(periods: &[PeriodConfig]) -> Self {
        let mut of = Vec::with_capacity(12 * 2 * QUARTERS);
        for month in 1..=12 {
            for weekend in [false, true] {
                for quarter in 0..QUARTERS {
                    let hour = quarter as f64 / 4.0;
                    let found = periods
                        .iter()
                        .position(|period| period.holds(month, weekend, hour));
                    of.push(found.map(|index| index as u8));
                }
            }
        }
        Self { of }
    }

    /// The months in which a period holds a quarter of an hour, January first.
    pub fn months(&self, period: usize) -> [bool; 12] {
        let mut months = [false; 12];
        for (month, table) in months.iter_mut().zip(self.of.chunks(2 * QUARTERS)) {
            *month = table.iter().any(|of| of.map(usize::from) == Some(period));
        }
        months
    }

    /// The period of a moment, `time_s` after midnight of `start`.
    pub fn at(&self, start: Date, time_s: f64) -> Option<usize> {
        let day = (time_s / DAY_S).floor();
        let date = crate::series::day_after(start, day as i64);
        let weekend = date.weekday().to_monday_zero_offset() >= 5;
        let quarter = (((time_s - day * DAY_S) / QUARTER_S) as usize).min(QUARTERS - 1);
        let kind = (date.month() as usize - 1) * 2 + usize::from(weekend);
        self.of[kind * QUARTERS + quarter].map(usize::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tariff::TariffConfig;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn schedule(text: &str) -> Schedule {
        Schedule::of(&toml::from_str::<TariffConfig>(text).unwrap().period)
    }

    /// Friday 31 July 2026, then Saturday, then August: the first period that holds the hour wins.
    #[test]
    fn the_first_period_that_holds_the_hour() {
        let schedule = schedule(
            "[[period]]\nname = 'peak'\nmonths = [7]\ndays = 'weekdays'\nhours = [16, 21]\n\
             [[period]]\nname = 'night'\nhours = [22, 6]\n[[period]]\nname = 'summer'\nmonths = [7]\n",
        );
        let at = |hour: f64| schedule.at(date(2026, 7, 31), hour * 3600.0);
        assert_eq!(at(0.0), Some(1));
        assert_eq!(at(5.99), Some(1));
        assert_eq!(at(6.0), Some(2));
        assert_eq!(at(16.0), Some(0));
        assert_eq!(at(20.99), Some(0));
        assert_eq!(at(21.0), Some(2));
        assert_eq!(at(24.0 + 17.0), None); // Saturday 1 August
        assert_eq!(at(24.0 + 23.0), Some(1));
    }

    /// From Friday 1 May 2026: weekday nights hold Friday 23:00 and Monday 01:00, not Saturday 01:00 nor Sunday 23:00.
    #[test]
    fn an_hour_belongs_to_its_own_day() {
        let nights = schedule("[[period]]\nname = 'night'\ndays = 'weekdays'\nhours = [22, 6]");
        let at = |day: f64, hour: f64| nights.at(date(2026, 5, 1), (24.0 * day + hour) * 3600.0);
        assert_eq!(at(0.0, 1.0), Some(0));
        assert_eq!(at(0.0, 23.0), Some(0));
        assert_eq!(at(1.0, 1.0), None);
        assert_eq!(at(2.0, 23.0), None);
        assert_eq!(at(3.0, 1.0), Some(0));
        assert_eq!(nights.months(0), [true; 12]);
    }

    /// Half past midnight to half past five; months over New Year; 29 February is a day of February.
    #[test]
    fn half_hours_new_year_and_leap_days() {
        let night = schedule("[[period]]\nname = 'n'\nhours = [0.5, 5.5]");
        let at = |hour: f64| night.at(date(2026, 5, 1), hour * 3600.0);
        let found = [0.0, 0.49, 0.5, 5.49, 5.5, 24.5].map(at);
        assert_eq!(found, [None, None, Some(0), Some(0), None, Some(0)]);
        let winter =
            schedule("[[period]]\nname = 'w'\nmonths = [11, 12, 1]\nhours = [23.25, 0.75]");
        let days = |start: Date, days: f64| winter.at(start, days * 86_400.0);
        assert_eq!(days(date(2026, 12, 31), 0.99), Some(0));
        assert_eq!(days(date(2026, 12, 31), 1.01), Some(0));
        assert_eq!(days(date(2026, 1, 31), 0.99), Some(0));
        assert_eq!(days(date(2026, 1, 31), 1.01), None); // 1 February
        let february = schedule("[[period]]\nname = 'f'\nmonths = [2]");
        assert_eq!(february.at(date(2028, 2, 28), 86_400.0), Some(0));
        assert_eq!(february.at(date(2026, 2, 28), 86_400.0), None);
    }

    proptest! {
        /// Every quarter of an hour lies in the hours of its period, and in those of no earlier one.
        #[test]
        fn a_period_holds_what_it_says(from in 0..96_u32, long in 1..96_u32, at in 0..96_u32) {
            let to = (from + long) % 96;
            prop_assume!(from != to);
            let text = format!(
                "[[period]]\nname = 'x'\nhours = [{}, {}]",
                f64::from(from) / 4.0,
                f64::from(to) / 4.0
            );
            let inside = (at + 96 - from) % 96 < long;
            let found = schedule(&text).at(date(2026, 1, 1), f64::from(at) * 900.0 + 450.0);
            prop_assert_eq!(found.is_some(), inside);
        }
    }
}
