//! The time series of a run, gathered into what pictures can show.

use std::path::Path;

use jiff::civil::{Date, DateTime};

use crate::describe::Fault;
use crate::results::{self, DAMAGED, Table, Values};

/// Most points along a picture.
const POINTS: usize = 400;

/// Rows of equal intervals.
#[derive(Debug, Clone)]
pub(in crate::report) struct Series {
    /// Start of the first row.
    pub(in crate::report) start: DateTime,
    /// Length of a row, s.
    pub(in crate::report) step_s: f64,
    /// Length of all, s: the last row may be shorter.
    pub(in crate::report) total_s: f64,
    table: Table,
}

/// Mean, least and largest of each of some equal spans.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::report) struct Spans {
    pub(in crate::report) mean: Vec<f64>,
    pub(in crate::report) low: Vec<f64>,
    pub(in crate::report) high: Vec<f64>,
}

/// What a column of a stacked picture stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::report) enum Period {
    Year,
    Month,
    Day,
    Hour,
}

impl Series {
    /// Reads the time series of a folder, which begins at `start` and is `total_s` long; None where it has none.
    ///
    /// # Errors
    /// Where it is not the whole time series of that run: every row at its time, numbers in all its columns.
    pub(in crate::report) fn read(
        folder: &Path,
        start: DateTime,
        total_s: f64,
    ) -> Result<Option<Self>, Fault> {
        let Some(table) = results::table(folder, "timeseries", |_| true)? else {
            return Ok(None);
        };
        let damaged = |what: String, row: Option<usize>| {
            let line = row.map(|row| row as u64 + 2);
            Fault::new(what, DAMAGED).in_file(&table.path, line)
        };
        let times = table.words("time").unwrap_or_default();
        let moment = |row: usize| times.get(row)?.parse::<DateTime>().ok();
        let second = moment(1).map(|at| at.duration_since(start).as_secs_f64());
        let step_s = second.unwrap_or(total_s);
        if step_s <= 0.0 || times.is_empty() {
            return Err(damaged("it has no rows that follow another".into(), None));
        }
        for (row, time) in times.iter().enumerate() {
            let from_s = moment(row).map(|at| at.duration_since(start).as_secs_f64());
            if from_s.is_none_or(|from_s| (from_s - row as f64 * step_s).abs() > 1.0) {
                let what = format!("its row {} is not that of its time: {time}", row + 1);
                return Err(damaged(what, Some(row)));
            }
        }
        let rows = (total_s / step_s - 1e-6).ceil() as usize;
        if times.len() != rows {
            let what = format!("it has {} rows where the run has {rows}", times.len());
            return Err(damaged(what, None));
        }
        for (name, column) in table.names.iter().zip(&table.columns).skip(1) {
            let number = match column {
                Values::Words(_) => false,
                Values::Numbers(all) => all.iter().all(|value| !value.is_infinite()),
            };
            if !number {
                return Err(damaged("it holds what is no number".into(), None).in_column(name));
            }
        }
        for name in ["facility_kw", "it_kw"] {
            let known = table.numbers(name).unwrap_or_default();
            if let Some(row) = known.iter().position(|kw| kw.is_nan()) {
                return Err(damaged("the cell is empty".into(), Some(row)).in_column(name));
            }
        }
        Ok(Some(Self {
            start,
            step_s,
            total_s,
            table,
        }))
    }

    /// Energy of the facility over all rows, MWh.
    pub(in crate::report) fn facility_mwh(&self) -> Option<f64> {
        let kw = self.column("facility_kw")?.iter().enumerate();
        Some(kw.map(|(row, kw)| kw * self.length_s(row)).sum::<f64>() / 3.6e6)
    }

    pub(in crate::report) fn rows(&self) -> usize {
        self.table.rows
    }

    /// Numbers of a column.
    pub(in crate::report) fn column(&self, name: &str) -> Option<&[f64]> {
        self.table.numbers(name)
    }

    /// Sum of some columns, those that are there; None where none is.
    pub(in crate::report) fn sum(&self, names: &[String]) -> Option<Vec<f64>> {
        let mut sum: Option<Vec<f64>> = None;
        for column in names.iter().filter_map(|name| self.column(name)) {
            let all = sum.get_or_insert_with(|| vec![0.0; self.rows()]);
            for (all, value) in all.iter_mut().zip(column) {
                *all += if value.is_finite() { *value } else { 0.0 };
            }
        }
        sum
    }

    /// Names of the columns that end so, without the ending: those of halls.
    pub(in crate::report) fn with_ending<'a>(
        &'a self,
        ending: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a [f64])> {
        self.table.names.iter().filter_map(move |name| {
            let of = name.strip_suffix(ending)?;
            (!of.is_empty()).then(|| Some((of, self.column(name)?)))?
        })
    }

    /// Length of a row, s.
    pub(in crate::report) fn length_s(&self, row: usize) -> f64 {
        let from = row as f64 * self.step_s;
        self.step_s.min(self.total_s - from)
    }

    /// The hottest chip of all halls in each row.
    pub(in crate::report) fn hottest_chip(&self) -> Option<Vec<f64>> {
        self.highest("_max_chip_c")
    }

    /// The highest of the columns that end so, in each row.
    pub(in crate::report) fn highest(&self, ending: &str) -> Option<Vec<f64>> {
        let mut most: Option<Vec<f64>> = None;
        for (_, column) in self.with_ending(ending) {
            let all = most.get_or_insert_with(|| vec![f64::NAN; self.rows()]);
            for (all, value) in all.iter_mut().zip(column) {
                *all = all.max(*value);
            }
        }
        most
    }

    /// Start of a row.
    pub(in crate::report) fn moment(&self, row: usize) -> DateTime {
        let seconds = (row as f64 * self.step_s).round() as i64;
        self.start
            .saturating_add(jiff::SignedDuration::from_secs(seconds))
    }

    /// Rows in a point of a picture.
    pub(in crate::report) fn rows_in_span(&self) -> usize {
        let least_s = self.total_s / POINTS as f64;
        let lengths = [
            60.0, 300.0, 900.0, 3600.0, 10_800.0, 21_600.0, 86_400.0, 604_800.0,
        ];
        let wanted = lengths.into_iter().find(|length| *length >= least_s);
        let wanted = wanted.unwrap_or(least_s);
        ((wanted / self.step_s).ceil() as usize).max(1)
    }

    /// Starts of the points of a picture.
    pub(in crate::report) fn span_starts(&self) -> Vec<DateTime> {
        let each = self.rows_in_span();
        (0..self.rows())
            .step_by(each)
            .map(|row| self.moment(row))
            .collect()
    }

    /// Mean, least and largest in each point of a picture.
    pub(in crate::report) fn spans(&self, values: &[f64]) -> Spans {
        self.spans_of(values, self.rows_in_span())
    }

    /// The same of so many rows each.
    pub(in crate::report) fn spans_of(&self, values: &[f64], each: usize) -> Spans {
        let count = self.rows().div_ceil(each);
        let mut spans = Spans {
            mean: Vec::with_capacity(count),
            low: Vec::with_capacity(count),
            high: Vec::with_capacity(count),
        };
        for (index, rows) in values.chunks(each).enumerate() {
            let (mut sum, mut seconds) = (0.0, 0.0);
            let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
            for (row, value) in rows
                .iter()
                .enumerate()
                .filter(|(_, value)| value.is_finite())
            {
                let length_s = self.length_s(index * each + row);
                sum += value * length_s;
                seconds += length_s;
                (low, high) = (low.min(*value), high.max(*value));
            }
            let known = seconds > 0.0;
            spans
                .mean
                .push(if known { sum / seconds } else { f64::NAN });
            spans.low.push(if known { low } else { f64::NAN });
            spans.high.push(if known { high } else { f64::NAN });
        }
        spans
    }

    /// The periods that columns of a picture stand for.
    pub(in crate::report) fn period(&self) -> Period {
        match self.total_s / 86_400.0 {
            days if days > 1200.0 => Period::Year,
            days if days > 62.0 => Period::Month,
            days if days > 2.0 => Period::Day,
            _ => Period::Hour,
        }
    }

    /// Periods in turn by name, and the period of each row.
    pub(in crate::report) fn periods(&self, months: &[String; 12]) -> (Vec<String>, Vec<usize>) {
        let period = self.period();
        let (mut names, mut of_row, mut last) = (Vec::new(), Vec::with_capacity(self.rows()), None);
        for row in 0..self.rows() {
            let at = self.moment(row);
            let month = &months[at.month() as usize - 1];
            let key = match period {
                Period::Year => (at.year(), 0, 0, 0),
                Period::Month => (at.year(), at.month(), 0, 0),
                Period::Day => (at.year(), at.month(), at.day(), 0),
                Period::Hour => (at.year(), at.month(), at.day(), at.hour()),
            };
            if last != Some(key) {
                last = Some(key);
                names.push(match period {
                    Period::Year => at.year().to_string(),
                    Period::Month if at.month() == 1 && names.len() > 1 => {
                        format!("{month} {}", at.year())
                    }
                    Period::Month => month.clone(),
                    Period::Day => format!("{} {month}", at.day()),
                    Period::Hour => format!("{}:00", at.hour()),
                });
            }
            of_row.push(names.len() - 1);
        }
        (names, of_row)
    }

    /// Sum of values times hours in each period.
    pub(in crate::report) fn by_period(
        &self,
        values: &[f64],
        (names, of_row): &(Vec<String>, Vec<usize>),
    ) -> Vec<f64> {
        let mut sums = vec![0.0; names.len()];
        for (row, (value, period)) in values.iter().zip(of_row).enumerate() {
            if value.is_finite() {
                sums[*period] += value * self.length_s(row) / 3600.0;
            }
        }
        sums
    }

    /// Hours of days: the mean of each hour (or row, where rows are longer), in columns of so many days, from the first midnight;
    /// None of less than two days.
    pub(in crate::report) fn hours(&self, values: &[f64]) -> Option<Hours> {
        let days = (self.total_s / 86_400.0).ceil() as usize;
        if days < 2 || self.step_s > 21_600.0 {
            return None;
        }
        let hours = if self.step_s <= 3600.0 {
            24
        } else {
            (86_400.0 / self.step_s).floor() as usize
        };
        let days_each = days.div_ceil(POINTS);
        let midnight = self.start.date();
        let into_day_s = self
            .start
            .duration_since(midnight.at(0, 0, 0, 0))
            .as_secs_f64();
        let columns = (days + usize::from(into_day_s > 0.0)).div_ceil(days_each);
        let (mut sums, mut seconds) = (vec![0.0; columns * hours], vec![0.0; columns * hours]);
        for (row, value) in values
            .iter()
            .enumerate()
            .filter(|(_, value)| value.is_finite())
        {
            let at_s = into_day_s + row as f64 * self.step_s;
            let column = (at_s / 86_400.0) as usize / days_each;
            let hour = (at_s % 86_400.0 / (86_400.0 / hours as f64)) as usize;
            if let Some(sum) = sums.get_mut(column * hours + hour) {
                *sum += value * self.length_s(row);
                seconds[column * hours + hour] += self.length_s(row);
            }
        }
        let mean = |(sum, seconds): (f64, f64)| {
            if seconds > 0.0 {
                sum / seconds
            } else {
                f64::NAN
            }
        };
        Some(Hours {
            values: sums.into_iter().zip(seconds).map(mean).collect(),
            hours,
            from: midnight,
            days: days_each,
            columns,
        })
    }
}

/// Values from the highest to the lowest at so many even shares of their number, first and last included.
pub(in crate::report) fn descending(values: &[f64], points: usize) -> Vec<f64> {
    let mut sorted: Vec<f64> = values
        .iter()
        .copied()
        .filter(|value| value.is_finite())
        .collect();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let last = sorted.len().saturating_sub(1) as f64;
    (0..points)
        .map(|point| {
            let at = last * point as f64 / (points.max(2) - 1) as f64;
            sorted.get(at.round() as usize).copied().unwrap_or(f64::NAN)
        })
        .collect()
}

/// Hours of days.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::report) struct Hours {
    pub(in crate::report) values: Vec<f64>,
    /// Cells of a column.
    pub(in crate::report) hours: usize,
    pub(in crate::report) from: Date,
    /// Days that a column stands for.
    pub(in crate::report) days: usize,
    pub(in crate::report) columns: usize,
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    fn series(start: &str, step_s: i64, values: &[f64]) -> Series {
        let folder = tempfile::tempdir().unwrap();
        let start: DateTime = start.parse().unwrap();
        let mut text = "time,it_kw,facility_kw\n".to_owned();
        for (row, value) in (0..).zip(values) {
            let at = start.saturating_add(jiff::SignedDuration::from_secs(row * step_s));
            let _ = writeln!(text, "{},1,{value}", at.strftime("%Y-%m-%dT%H:%M:%S"));
        }
        std::fs::write(folder.path().join("timeseries.csv"), text).unwrap();
        let total_s = values.len() as f64 * step_s as f64;
        let read = |total_s| Series::read(folder.path(), start, total_s);
        assert!(read(total_s + 7200.0).is_err() && read(0.5 * total_s).is_err());
        read(total_s).unwrap().unwrap()
    }

    /// By hand: three days of hours, the first at 100 kW, then 200, then 300: 2.4, 4.8 and 7.2 MWh, mean 200.
    #[test]
    fn sums_and_means_by_hand() {
        let values: Vec<f64> = (0..72)
            .map(|hour| f64::from(100 * (hour / 24 + 1)))
            .collect();
        let series = series("2026-01-31T00:00:00", 3600, &values);
        let months = std::array::from_fn(|month| format!("m{}", month + 1));
        let periods = series.periods(&months);
        assert_eq!(periods.0, ["31 m1", "1 m2", "2 m2"]);
        assert_eq!(
            series.by_period(&values, &periods),
            [2400.0, 4800.0, 7200.0]
        );
        let hours = series.hours(&values).unwrap();
        assert_eq!((hours.columns, hours.hours, hours.days), (3, 24, 1));
        assert_eq!((hours.values[0], hours.values[71]), (100.0, 300.0));
        assert_eq!(descending(&values, 3), [300.0, 200.0, 100.0]);
        let spans = series.spans(&values);
        assert_eq!((spans.mean.len(), spans.mean[30]), (72, 200.0));
    }

    /// A year of quarter hours stays within the points of a picture, and means keep the energy.
    #[test]
    fn a_year_is_gathered_to_what_can_be_seen() {
        let values: Vec<f64> = (0..35_040).map(|row| f64::from(row % 97)).collect();
        let series = series("2026-01-01T00:00:00", 900, &values);
        let spans = series.spans(&values);
        assert_eq!(spans.mean.len(), 365);
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let of_spans = spans.mean.iter().sum::<f64>() / 365.0;
        assert!((mean - of_spans).abs() < 1e-9);
        assert_eq!(series.hours(&values).unwrap().values.len(), 8760);
        let months = std::array::from_fn(|month| format!("m{}", month + 1));
        assert_eq!(series.periods(&months).0.len(), 12);
    }
}
