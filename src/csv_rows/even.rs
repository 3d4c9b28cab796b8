//! From readings at times to values at equal intervals; what is missing is filled and reported.
//!
//! ```text
//! a reading holds from its time to the next one's; the interval is the usual distance around it
//! gap of up to 6 h      straight line between its neighbours           the rule of weather files, too
//! gap of up to 24 h     mean of the same time the day before and the day after
//! longer                refused
//! ```
//!
//! A file may change its interval (hourly, then every quarter of an hour): the finest one is the grid, and a longer
//! interval fills several of its slots. A stretch of `STRETCH` equal distances is an interval, a single one is a gap.

use crate::describe::Fault;

/// Content of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Reading {
    pub(crate) time_s: f64,
    /// None where nothing was measured.
    pub(crate) value: Option<f64>,
    pub(crate) line: u64,
}

/// Values at equal intervals.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Even {
    pub(crate) first_s: f64,
    pub(crate) step_s: f64,
    pub(crate) values: Vec<f64>,
    /// Gaps filled and changes of interval: one sentence each, without the file.
    pub(crate) notes: Vec<String>,
}

/// A fault of the rows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct InRows {
    pub(crate) line: Option<u64>,
    /// Whether the times are at fault; else the values are.
    pub(crate) of_time: bool,
    pub(crate) what: String,
    pub(crate) cure: &'static str,
}

impl InRows {
    /// The fault at its place: the columns of time and of values are named so.
    pub(crate) fn in_file(self, file: &str, time: &str, value: &str) -> Fault {
        let column = if self.of_time { time } else { value };
        Fault::new(self.what, self.cure)
            .in_file(file, self.line)
            .in_column(column)
    }
}

/// Equal distances that make an interval.
const STRETCH: usize = 3;
/// Changes of the interval that are reported.
const MAX_NOTES: usize = 3;
/// Printed times are rounded (0.083 h for five minutes), so distances may differ by this share.
const UNEVEN: f64 = 0.02;
const DAY_S: f64 = 86_400.0;
/// Gaps up to this are filled in a straight line.
const STRAIGHT_S: f64 = 6.0 * 3600.0;
/// Most of a year of seconds, and more rows than a file may have; more intervals are a typing error.
const MOST: f64 = 2.5e7;

fn of_time(line: Option<u64>, what: impl Into<String>, cure: &'static str) -> InRows {
    InRows {
        line,
        of_time: true,
        what: what.into(),
        cure,
    }
}

/// Lays readings on a grid. `per_interval`: values are amounts of their intervals and become rates, per s.
pub(crate) fn lay(readings: &[Reading], per_interval: bool) -> Result<Even, InRows> {
    let apart_s = distances(readings)?;
    let (Some(first), Some(last)) = (readings.first(), readings.last()) else {
        return Err(of_time(None, "there are no rows", "give at least two rows"));
    };
    let mut notes = Vec::new();
    let mut slots = slots(readings, &apart_s, &mut notes)?;
    let before_last: usize = slots.iter().map(|slots| slots.all).sum();
    let length_s = last.time_s - first.time_s;
    if before_last as f64 > MOST {
        let what = format!(
            "{before_last} intervals over {} days are too many",
            length_s / DAY_S
        );
        return Err(of_time(Some(first.line), what, "give longer intervals"));
    }
    let step_s = length_s / before_last as f64;
    // The last row holds as long as the one before.
    let own = slots.last().map_or(1, |slots| slots.own);
    slots.push(Slots { own, all: own });
    let mut missing: u64 = slots
        .iter()
        .map(|slots| (slots.all / slots.own) as u64 - 1)
        .sum();
    let mut values = Vec::with_capacity(before_last + own);
    let mut lines = Vec::with_capacity(before_last + own);
    for (reading, Slots { own, all }) in readings.iter().zip(&slots) {
        let by = if per_interval {
            *own as f64 * step_s
        } else {
            1.0
        };
        let value = reading.value.map(|value| value / by);
        missing += u64::from(value.is_none());
        values.extend(std::iter::repeat_n(value, *own));
        values.extend(std::iter::repeat_n(None, all - own));
        lines.extend(std::iter::repeat_n(reading.line, *all));
    }
    let ends = values
        .iter()
        .position(Option::is_some)
        .zip(values.iter().rposition(Option::is_some));
    let of_values = |line: Option<u64>, what: &str, cure: &'static str| InRows {
        line,
        of_time: false,
        what: what.to_owned(),
        cure,
    };
    let (from, to) =
        ends.ok_or_else(|| of_values(Some(first.line), "no row has a value", "fill the column"))?;
    if let Some(at) = values.iter().position(Option::is_none) {
        let cut = if from > 0 || to + 1 < values.len() {
            ", rows without a value at the ends are left out"
        } else {
            ""
        };
        let (values, were) = if missing == 1 {
            ("value", "was")
        } else {
            ("values", "were")
        };
        notes.insert(
            0,
            format!(
                "{missing} missing {values}, the first at line {}, {were} filled: up to 6 h in a straight line, up to a day \
                 with the mean of the same hours of the days around{cut}",
                lines[at]
            ),
        );
    }
    let values = fill(&values[from..=to], step_s).map_err(|index| {
        let cure =
            "add them; up to 6 h are filled in a straight line, up to a day from the days around";
        let line = lines.get(from + index).copied();
        of_values(
            line,
            "values are missing for longer than can be filled",
            cure,
        )
    })?;
    Ok(Even {
        first_s: first.time_s + from as f64 * step_s,
        step_s,
        values,
        notes,
    })
}

/// Time from each row to the next.
fn distances(readings: &[Reading]) -> Result<Vec<f64>, InRows> {
    if let [alone] = readings {
        let what = "a single row does not define its interval";
        return Err(of_time(Some(alone.line), what, "give at least two rows"));
    }
    let apart = readings.windows(2).map(|pair| {
        let step_s = pair[1].time_s - pair[0].time_s;
        let line = Some(pair[1].line);
        if step_s == 0.0 {
            let cure = "keep one row per time, with date and hour in one column; where clocks go back, write UTC or standard time";
            return Err(of_time(
                line,
                "the same time as the row before",
                cure,
            ));
        }
        if step_s < 0.0 {
            let cure = "sort the rows by time; where clocks go back, write UTC or standard time";
            return Err(of_time(line, "time runs backwards", cure));
        }
        Ok(step_s)
    });
    apart.collect()
}

/// Slots of the grid from a row to the next.
struct Slots {
    /// Those of its own interval.
    own: usize,
    /// With those of missing rows behind it.
    all: usize,
}

fn slots(
    readings: &[Reading],
    apart_s: &[f64],
    notes: &mut Vec<String>,
) -> Result<Vec<Slots>, InRows> {
    let usual = usual(apart_s);
    let grid_s = usual.iter().copied().fold(f64::INFINITY, f64::min);
    let mut slots = Vec::with_capacity(readings.len());
    for (index, (&step_s, &usual_s)) in apart_s.iter().zip(&usual).enumerate() {
        let line = Some(readings[index + 1].line);
        let own = (usual_s / grid_s).round();
        let count = (step_s / usual_s).round();
        let fits = count >= 1.0 && (step_s / usual_s / count - 1.0).abs() <= UNEVEN;
        if !fits || (usual_s / grid_s / own - 1.0).abs() > UNEVEN {
            let what = format!("{step_s} s after the row before, where rows are {usual_s} s apart");
            let cure = "give rows at equal intervals; [workload.trace.telemetry] takes readings at any distance";
            return Err(of_time(line, what, cure));
        }
        if (count - 1.0) * usual_s > DAY_S {
            let what = format!("a gap of {step_s} s where rows are {usual_s} s apart");
            let cure = "add the missing rows; gaps up to a day are filled";
            return Err(of_time(line, what, cure));
        }
        let before_s = index.checked_sub(1).map_or(usual_s, |before| usual[before]);
        if (usual_s / before_s - 1.0).abs() > UNEVEN && notes.len() < MAX_NOTES {
            let line = readings[index].line;
            notes.push(format!(
                "rows are {before_s} s apart up to line {line}, then {usual_s} s"
            ));
        }
        let (own, all) = (own as usize, (own * count) as usize);
        slots.push(Slots { own, all });
    }
    Ok(slots)
}

/// The interval at each distance between rows: that of the stretch it belongs to, else of the one before.
fn usual(apart_s: &[f64]) -> Vec<f64> {
    let mut sorted = apart_s.to_vec();
    sorted.sort_by(f64::total_cmp);
    let median_s = sorted.get(sorted.len() / 2).copied().unwrap_or(1.0);
    let same = |a: f64, b: f64| (a / b - 1.0).abs() <= UNEVEN;
    let mut usual: Vec<Option<f64>> = vec![None; apart_s.len()];
    let mut from = 0;
    while from < apart_s.len() {
        let length = apart_s[from..]
            .iter()
            .take_while(|step_s| same(**step_s, apart_s[from]))
            .count();
        // Single rows of a day in a file of hours are no interval that anybody meant.
        if length >= STRETCH && apart_s[from] <= median_s.max(3600.0) * (1.0 + UNEVEN) {
            let own_s = if same(apart_s[from], median_s) {
                median_s
            } else {
                apart_s[from]
            };
            usual[from..from + length].fill(Some(own_s));
        }
        from += length;
    }
    let mut last_s = usual.iter().flatten().next().copied().unwrap_or(median_s);
    usual
        .into_iter()
        .map(|own_s| {
            last_s = own_s.unwrap_or(last_s);
            last_s
        })
        .collect()
}

/// Fills gaps; else the place of one that is too long.
fn fill(values: &[Option<f64>], step_s: f64) -> Result<Vec<f64>, usize> {
    let day = (DAY_S / step_s).round() as usize;
    let mut filled = Vec::with_capacity(values.len());
    let mut index = 0;
    while index < values.len() {
        if let Some(value) = values[index] {
            filled.push(value);
            index += 1;
            continue;
        }
        let count = values[index..]
            .iter()
            .take_while(|value| value.is_none())
            .count();
        let length_s = count as f64 * step_s;
        for k in 0..count {
            let value = if length_s <= STRAIGHT_S * (1.0 + 1e-6) {
                let before = index.checked_sub(1).and_then(|at| values[at]);
                let after = values.get(index + count).copied().flatten();
                let share = (k + 1) as f64 / (count + 1) as f64;
                before.zip(after).map(|(a, b)| a + (b - a) * share)
            } else if length_s <= DAY_S * (1.0 + 1e-6) {
                let before = (index + k).checked_sub(day).and_then(|at| values[at]);
                let after = values.get(index + k + day).copied().flatten();
                before
                    .zip(after)
                    .map(|(a, b)| f64::midpoint(a, b))
                    .or(before)
                    .or(after)
            } else {
                None
            };
            filled.push(value.ok_or(index)?);
        }
        index += count;
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(times: &[f64], value: impl Fn(f64) -> Option<f64>) -> Vec<Reading> {
        let rows = times.iter().zip(2..);
        rows.map(|(&time_s, line)| Reading {
            time_s,
            value: value(time_s),
            line,
        })
        .collect()
    }

    /// Four hours, then quarters: hours fill four slots each, and every value is in its place.
    #[test]
    fn two_intervals_in_one_file() {
        let hours = (0..4).map(|h| f64::from(h) * 3600.0);
        let quarters = (0..8).map(|q| 14_400.0 + f64::from(q) * 900.0);
        let times: Vec<f64> = hours.chain(quarters).collect();
        let even = lay(&rows(&times, |t| Some(t / 900.0)), false).unwrap();
        let expected: Vec<f64> = (0..16)
            .map(|slot| f64::from(slot / 4 * 4))
            .chain((16..24).map(f64::from))
            .collect();
        assert_eq!((even.step_s, even.first_s), (900.0, 0.0));
        assert_eq!(even.values, expected);
        assert_eq!(
            even.notes,
            ["rows are 3600 s apart up to line 6, then 900 s"]
        );
        // Back again, and amounts of energy: 3.6 MJ an hour and 0.9 MJ a quarter are the same 1,000 W.
        let mut times: Vec<f64> = (0..8).map(|q| f64::from(q) * 900.0).collect();
        times.extend((2..6).map(|h| f64::from(h) * 3600.0));
        let amount = |t: f64| Some(if t < 7200.0 { 0.9e6 } else { 3.6e6 });
        let even = lay(&rows(&times, amount), true).unwrap();
        assert_eq!(even.values, vec![1000.0; 8 + 16]);
    }

    /// Two missing hours lie on the line between 1 and 4; ten of a day are those of the days around.
    #[test]
    fn gaps_are_filled_by_their_length() {
        let even = lay(
            &rows(&[0.0, 3600.0, 14_400.0, 18_000.0], |t| Some(t / 3600.0)),
            false,
        )
        .unwrap();
        assert_eq!(even.values, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
        assert!(
            even.notes[0].starts_with("2 missing values, the first at line 3"),
            "{:?}",
            even.notes
        );
        let times: Vec<f64> = (0..72).map(|h| f64::from(h) * 3600.0).collect();
        let day = |t: f64| (t / 86_400.0).floor();
        let value = |t: f64| (!(30.0..40.0).contains(&(t / 3600.0))).then_some(day(t));
        let even = lay(&rows(&times, value), false).unwrap();
        assert_eq!(even.values[35], 1.0);
        // A blank end is not part of the file.
        let even = lay(
            &rows(&times[..5], |t| (t < 10_000.0 && t > 0.0).then_some(t)),
            false,
        )
        .unwrap();
        assert_eq!((even.first_s, even.values.len()), (3600.0, 2));
    }

    #[test]
    fn what_cannot_be_laid_says_where() {
        let faulty = |times: &[f64]| lay(&rows(times, Some), false).unwrap_err();
        for (times, line, part) in [
            (&[0.0, 60.0, 130.0, 190.0][..], Some(4), "70 s after"),
            (&[0.0, 60.0, 60.0], Some(4), "same time"),
            (&[0.0, 60.0, 30.0], Some(4), "backwards"),
            (
                &[0.0, 3600.0, 7200.0, 200_000.0 * 3600.0],
                Some(5),
                "a gap of",
            ),
            (&[0.0], Some(2), "a single row"),
            (&[], None, "no rows"),
        ] {
            let fault = faulty(times);
            assert_eq!(fault.line, line, "{fault:?}");
            assert!(fault.what.contains(part), "{fault:?}");
        }
        let times: Vec<f64> = (0..20).map(|h| f64::from(h) * 3600.0).collect();
        let fault = lay(
            &rows(&times, |t| (!(7200.0..40_000.0).contains(&t)).then_some(t)),
            false,
        )
        .unwrap_err();
        assert_eq!((fault.line, fault.of_time), (Some(4), false));
    }
}
