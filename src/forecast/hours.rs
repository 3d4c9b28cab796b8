//! The hours of a year: IT by the hour, through the plants of all sites, added up.
//!
//! ```text
//! AI IT(h)           = idle + dynamic·Σ_u share_u·min(1, busy_u·shape_u(h))
//! shape(h)           = (1 + swing·cos(2π (hour − peak_hour)/24))·day(h),     mean 1 over a week; a swing that would go beyond full is less
//! site IT(h)         = share·AI IT(h) + conventional_share·conventional IT(h)
//! site facility(h)   = IT + cooling + other, from the site's table at IT(h)/design and its weather of the same hour
//! ```
//!
//! Hours are those of the region's standard time. 29 February is left out: 8,760 hours in every year.

use jiff::civil::Date;

/// How a load swings over days and weeks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    /// Share of the mean.
    pub swing: f64,
    /// Hour at which it is highest.
    pub peak_hour: f64,
    /// Saturdays and Sundays over the week's mean.
    pub weekend: f64,
}

/// The days of a year: whether each is a Saturday or Sunday.
#[derive(Debug, Clone)]
pub struct Calendar(Vec<bool>);

impl Calendar {
    /// Of a year.
    pub fn of(year: i32) -> Self {
        let first = i16::try_from(year)
            .ok()
            .and_then(|year| Date::new(year, 1, 1).ok());
        let (begins, leap) = first.map_or((0, false), |first| {
            (
                i32::from(first.weekday().to_monday_zero_offset()),
                first.in_leap_year(),
            )
        });
        let day = |day: i32| {
            // Behind 29 February, which is left out.
            let passed = day + i32::from(leap && day >= 59);
            (begins + passed).rem_euclid(7) >= 5
        };
        Self((0..365).map(day).collect())
    }
}

impl Shape {
    /// Whether it is the same in all hours.
    pub(super) fn is_flat(&self) -> bool {
        self.swing == 0.0 && self.weekend == 1.0
    }

    /// `min(1, level·shape(h))` at an hour.
    pub(super) fn at(&self, level: f64, calendar: &Calendar, hour: usize) -> f64 {
        let free = calendar.0.get(hour / 24).copied().unwrap_or(false);
        self.of_hour(level, hour % 24, self.of_day(free))
    }

    fn of_day(&self, free: bool) -> f64 {
        if free {
            self.weekend
        } else {
            (7.0 - 2.0 * self.weekend) / 5.0
        }
    }

    fn of_hour(&self, level: f64, hour: usize, of_day: f64) -> f64 {
        let turn = (hour as f64 + 0.5 - self.peak_hour) / 24.0;
        // A swing that would go beyond full is less: the mean stays.
        let most = (1.0 / (level * of_day).max(1e-9) - 1.0).max(0.0);
        let swing = 1.0 + self.swing.min(most) * (std::f64::consts::TAU * turn).cos();
        (level * swing * of_day).clamp(0.0, 1.0)
    }

    /// Adds `scale·min(1, level·shape(h))` to each hour.
    pub(super) fn add(&self, (scale, level): (f64, f64), calendar: &Calendar, into: &mut [f32]) {
        if scale == 0.0 {
            return;
        }
        if self.is_flat() {
            let value = (scale * level.min(1.0)) as f32;
            for sum in into {
                *sum += value;
            }
            return;
        }
        let days = [false, true].map(|free| {
            let of_day = self.of_day(free);
            std::array::from_fn::<f32, 24, _>(|hour| {
                (scale * self.of_hour(level, hour, of_day)) as f32
            })
        });
        for (day, free) in into.chunks_exact_mut(24).zip(&calendar.0) {
            for (sum, value) in day.iter_mut().zip(&days[usize::from(*free)]) {
                *sum += value;
            }
        }
    }
}

/// What the hours of all sites together were.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Extremes {
    /// Means and largest values, W.
    pub mean: f64,
    pub peak: f64,
    pub peak_hour: usize,
    pub it_peak: f64,
    pub cooling_peak: f64,
    /// Peaks of June to August, and of January, February and December.
    pub jja: f64,
    pub djf: f64,
    /// Largest step from one hour to the next, W.
    pub ramp: f64,
}

/// Days of the year on which March, June, September and December begin.
const SEASONS: [usize; 4] = [59, 151, 243, 334];

impl Extremes {
    /// Of hourly IT, cooling and other power, W.
    pub(super) fn of(it: &[f32], cooling: &[f32], other: &[f32]) -> Self {
        let mut found = Self::default();
        let [march, june, september, december] = SEASONS.map(|day| day * 24);
        let mut sum = 0.0;
        let mut last = None;
        for hour in 0..it.len() {
            let all = it[hour] + cooling[hour] + other[hour];
            sum += f64::from(all);
            let all = f64::from(all);
            if all > found.peak {
                (found.peak, found.peak_hour) = (all, hour);
            }
            found.it_peak = found.it_peak.max(f64::from(it[hour]));
            found.cooling_peak = found.cooling_peak.max(f64::from(cooling[hour]));
            if (june..september).contains(&hour) {
                found.jja = found.jja.max(all);
            } else if hour < march || hour >= december {
                found.djf = found.djf.max(all);
            }
            if let Some(last) = last.replace(all) {
                found.ramp = found.ramp.max((all - last).abs());
            }
        }
        found.mean = sum / it.len() as f64;
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::plants::site_table::HOURS;
    use proptest::prelude::*;

    #[test]
    fn weekends_of_a_leap_year() {
        // 1 January 2028 is a Saturday; 28 February a Monday; 1 March a Wednesday, the 29th being left out.
        let days = Calendar::of(2028).0;
        assert_eq!(days[..3], [true, true, false]);
        let march = 59;
        assert_eq!(days[march..march + 5], [false, false, false, true, true]);
        assert_eq!(days.len(), 365);
    }

    #[test]
    fn extremes_by_hand() {
        let mut it = vec![1.0_f32; HOURS];
        let mut cooling = vec![0.1_f32; HOURS];
        it[200 * 24] = 3.0;
        cooling[10 * 24] = 0.6;
        let found = Extremes::of(&it, &cooling, &vec![0.0; HOURS]);
        let near = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-6, "{found}");
        near(found.peak, 3.1);
        assert_eq!(found.peak_hour, 4800);
        near(found.jja, 3.1);
        near(found.djf, 1.6);
        near(found.ramp, 2.0);
        near(found.mean, 1.1 + 2.5 / 8760.0);
    }

    proptest! {
        /// Over whole weeks a shape keeps the mean, as long as no day is beyond full.
        #[test]
        fn a_shape_keeps_its_mean(swing in 0.0_f64..1.0, peak_hour in 0.0_f64..24.0, weekend in 0.5_f64..1.2, level in 0.05_f64..0.8) {
            let shape = Shape { swing, peak_hour, weekend };
            let mut hours = vec![0.0_f32; HOURS];
            shape.add((2.0, level), &Calendar::of(2026), &mut hours);
            // 52 weeks.
            let week = &hours[..364 * 24];
            let mean = week.iter().map(|hour| f64::from(*hour)).sum::<f64>() / week.len() as f64;
            prop_assert!((mean - 2.0 * level).abs() < 1e-4 * level, "{}", mean);
            prop_assert!(hours.iter().all(|hour| (0.0..=2.0).contains(hour)));
        }
    }
}
