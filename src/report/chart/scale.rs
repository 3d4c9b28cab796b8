//! Axes: round numbers, months and days.

use jiff::civil::DateTime;

use crate::report::number::{decimals, written};

/// A mark on an axis.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::report) struct Tick {
    /// Along the axis, 0 to 1.
    pub(in crate::report) at: f64,
    /// What stands there.
    pub(in crate::report) label: String,
}

/// A linear axis with round marks.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::report) struct Axis {
    low: f64,
    high: f64,
    /// Marks, from low to high.
    pub(in crate::report) ticks: Vec<Tick>,
}

impl Axis {
    /// Over all finite values, with zero where `zero` says so, ending at round numbers; about `marks` of them.
    pub(in crate::report) fn linear(
        values: impl IntoIterator<Item = f64>,
        zero: bool,
        marks: usize,
    ) -> Self {
        let (mut low, mut high) = ends(values);
        if zero {
            (low, high) = (low.min(0.0), high.max(0.0));
        }
        if low == high {
            let room = if low == 0.0 { 1.0 } else { 0.02 * low.abs() };
            // A single value stands in the middle, but over zero on it.
            if !zero || low < 0.0 {
                low -= room;
            }
            high += room;
        }
        let step = round_step((high - low) / marks.max(1) as f64);
        let (first, last) = ((low / step + 1e-9).floor(), (high / step - 1e-9).ceil());
        let places = decimals_of(step);
        let (low, high) = (first * step, last * step);
        let count = (last - first).round() as usize;
        let ticks = (0..=count).map(|index| {
            let value = (first + index as f64) * step;
            Tick {
                at: (value - low) / (high - low),
                label: written(
                    if value.abs() < 1e-9 * step {
                        0.0
                    } else {
                        value
                    },
                    places,
                ),
            }
        });
        Self {
            low,
            high,
            ticks: ticks.collect(),
        }
    }

    /// Where a value lies, 0 to 1 within the axis.
    pub(in crate::report) fn at(&self, value: f64) -> f64 {
        (value - self.low) / (self.high - self.low)
    }

    /// The longest label, in letters.
    pub(in crate::report) fn letters(&self) -> usize {
        let letters = self.ticks.iter().map(|tick| tick.label.chars().count());
        letters.max().unwrap_or(1)
    }
}

/// Least and largest of the finite values; 0 and 1 of none.
fn ends(values: impl IntoIterator<Item = f64>) -> (f64, f64) {
    let finite = values.into_iter().filter(|value| value.is_finite());
    let (low, high) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    if low <= high { (low, high) } else { (0.0, 1.0) }
}

/// The next of 1, 2, 2.5, 5 times a power of ten.
fn round_step(step: f64) -> f64 {
    let power = 10_f64.powf(step.log10().floor());
    let of = |factor: &f64| factor * power >= step * (1.0 - 1e-9);
    [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .find(of)
        .unwrap_or(10.0)
        * power
}

/// Decimals of the marks of a step.
fn decimals_of(step: f64) -> usize {
    let digits = if (step / 10_f64.powf(step.log10().floor()) - 2.5).abs() < 1e-6 {
        2
    } else {
        1
    };
    decimals(step, digits)
}

/// Marks of a span of local time: years, months, days or hours, as many as can be read.
pub(in crate::report) fn of_time(from: DateTime, seconds: f64, months: &[String; 12]) -> Vec<Tick> {
    let at = |moment: DateTime| moment.duration_since(from).as_secs_f64() / seconds;
    let days = seconds / 86_400.0;
    let mut ticks = Vec::new();
    let mut add = |moment: DateTime, label: String| {
        let at = at(moment);
        if (0.0..1.0 - 1e-9).contains(&at) {
            ticks.push(Tick { at, label });
        }
    };
    let last_year = from.year().saturating_add((days / 365.0) as i16 + 1);
    if days > 900.0 {
        for year in from.year()..=last_year {
            add(
                jiff::civil::date(year, 1, 1).at(0, 0, 0, 0),
                year.to_string(),
            );
        }
    } else if days > 60.0 {
        for year in from.year()..=last_year {
            for month in 1..=12_i8 {
                let first = jiff::civil::date(year, month, 1).at(0, 0, 0, 0);
                add(first, months[month as usize - 1].clone());
            }
        }
    } else {
        let midnight = from.date().at(0, 0, 0, 0);
        let (step_h, name_days) = match days {
            _ if days > 24.0 => (24 * 7, true),
            _ if days > 12.0 => (24 * 2, true),
            _ if days > 3.0 => (24, true),
            _ if days > 1.5 => (12, false),
            _ if days > 0.4 => (4, false),
            _ => (1, false),
        };
        let steps = (days * 24.0 / f64::from(step_h)) as i32 + 2;
        for step in 0..=steps {
            let hours = jiff::SignedDuration::from_hours(i64::from(step * step_h));
            let moment = midnight.saturating_add(hours);
            let day = format!("{} {}", moment.day(), months[moment.month() as usize - 1]);
            let label = match (name_days, moment.hour()) {
                (true, _) => day,
                (false, hour) => format!("{hour}:00"),
            };
            add(moment, label);
        }
    }
    ticks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_round_and_hold_all_values() {
        let axis = Axis::linear([0.0, 22.3], true, 5);
        let labels: Vec<&str> = axis.ticks.iter().map(|tick| tick.label.as_str()).collect();
        assert_eq!(labels, ["0", "5", "10", "15", "20", "25"]);
        assert!((axis.at(12.5) - 0.5).abs() < 1e-12);
        let axis = Axis::linear([1.071, 1.214, f64::NAN], false, 4);
        assert_eq!(axis.ticks.first().unwrap().label, "1.05");
        assert!(axis.at(1.071) >= 0.0 && axis.at(1.214) <= 1.0);
        let axis = Axis::linear([-3.0, 4.0], true, 4);
        assert!(axis.ticks.iter().any(|tick| tick.label == "0"));
    }

    proptest::proptest! {
        #[test]
        fn every_value_lies_on_its_axis(a in -1e6..1e6f64, b in -1e6..1e6f64, zero: bool, marks in 1..9usize) {
            let axis = Axis::linear([a, b], zero, marks);
            for value in [a, b] {
                let at = axis.at(value);
                proptest::prop_assert!((-1e-6..=1.0 + 1e-6).contains(&at), "{at} {axis:?}");
            }
            proptest::prop_assert!((2..=2 * marks + 4).contains(&axis.ticks.len()), "{axis:?}");
            let of_one = Axis::linear([a], zero, marks);
            proptest::prop_assert!((-1e-6..=1.0 + 1e-6).contains(&of_one.at(a)));
        }
    }

    #[test]
    fn time_is_marked_by_what_can_be_read() {
        let months: [String; 12] = std::array::from_fn(|month| format!("m{}", month + 1));
        let from = jiff::civil::date(2026, 7, 15).at(6, 0, 0, 0);
        let year = of_time(
            jiff::civil::date(2026, 1, 1).at(0, 0, 0, 0),
            365.0 * 86_400.0,
            &months,
        );
        assert_eq!((year.len(), year[11].label.as_str()), (12, "m12"));
        let day = of_time(from, 86_400.0, &months);
        assert_eq!(day[0].label, "8:00");
        assert!((day[0].at - 2.0 / 24.0).abs() < 1e-9);
        assert_eq!(of_time(from, 10.0 * 86_400.0, &months)[0].label, "16 m7");
    }
}
