//! The rows of a run's `timeseries.csv`, laid into calendar years.

use std::path::Path;

use jiff::civil::{Date, DateTime};

use super::run::no_whole_year;
use super::table::{self, Table};
use super::{HOURS, LOAD, means};
use crate::describe::Fault;
use crate::export::load::{Part, Profile};

pub(super) const TIMESERIES: &str = "timeseries.csv";
/// Hours of the two tables differ by rounding, half a watt and half a millionth of a MW, and by this share.
const SHARE: f64 = 1e-4;
const ROUNDED_MW: f64 = 2e-6;

/// The rows, equally long and without a gap.
pub(super) struct Rows {
    table: Table,
    start: DateTime,
    record_s: i64,
}

/// None where there is no such table, or its interval is no part of an hour.
pub(super) fn read(folder: &Path, notes: &mut Vec<String>) -> Result<Option<Rows>, Fault> {
    let path = folder.join(TIMESERIES);
    if !path.is_file() {
        return Ok(None);
    }
    let wanted = ["it_kw", "cooling_kw", "facility_kw"].map(str::to_owned);
    let table = table::with_first(&path, &wanted)?;
    let time = |row: usize| -> Result<DateTime, Fault> {
        let text = &table.first[row];
        text.parse().map_err(|_| {
            let what = format!("{text:?} is no time such as 2026-01-01T00:00:00");
            table.fault(row, what).in_column("time")
        })
    };
    if table.rows() < 2 {
        return Err(table.fault(0, "the table has fewer than two rows"));
    }
    let start = time(0)?;
    let since = |at: DateTime| start.duration_until(at).as_secs();
    let record_s = since(time(1)?);
    let midnight = start.date().at(0, 0, 0, 0);
    let on_the_clock = record_s > 0 && midnight.duration_until(start).as_secs() % record_s == 0;
    if !on_the_clock || start.subsec_nanosecond() != 0 {
        let what = format!("rows from {start} every {record_s} s do not divide the days");
        return Err(table.fault(0, what).in_column("time"));
    }
    let mut expected_s = 0;
    for row in 1..table.rows() {
        let at = time(row)?;
        expected_s += record_s;
        if since(at) != expected_s {
            let what = format!(
                "{at} follows {}: rows are missing or out of order",
                time(row - 1)?
            );
            return Err(table.fault(row, what).in_column("time"));
        }
    }
    if 3600 % record_s != 0 {
        notes.push(format!(
            "timeseries.csv has a row every {record_s} s, which is no part of an hour: IT and cooling are not apart; \
             --set run.record_s=3600 or less keeps them"
        ));
        return Ok(None);
    }
    Ok(Some(Rows {
        table,
        start,
        record_s,
    }))
}

impl Rows {
    /// Intervals in an hour: 4 where the rows give quarters of an hour, else 1.
    pub(super) fn finest(&self) -> usize {
        if 900 % self.record_s == 0 { 4 } else { 1 }
    }

    /// The calendar years that are there as a whole.
    pub(super) fn years(
        &self,
        folder: &Path,
        per_hour: usize,
        notes: &mut Vec<String>,
    ) -> Result<Vec<Profile>, Fault> {
        let rows = self.table.rows() as u64;
        let before = |year: i16| {
            let first = Date::new(year, 1, 1).ok()?.at(0, 0, 0, 0);
            Some(self.start.duration_until(first).as_secs() / self.record_s)
        };
        let by = (3600 / self.record_s) as usize / per_hour;
        let mut profiles = Vec::new();
        let mut used = 0;
        for year in self.start.year().. {
            let (Some(from), Some(to)) = (before(year), before(year.saturating_add(1))) else {
                break;
            };
            // A year that began before the run has a negative row.
            let to = to.unsigned_abs();
            if to > rows || year == i16::MAX {
                break;
            }
            let Ok(from) = u64::try_from(from) else {
                continue;
            };
            profiles.push(self.year(year, from as usize..to as usize, by, per_hour)?);
            used += to - from;
        }
        let hours = |rows: u64| rows * self.record_s.unsigned_abs() / 3600;
        if profiles.is_empty() {
            return Err(no_whole_year(folder, self.start, hours(rows)));
        }
        if used < rows {
            notes.push(format!(
                "{} h of the run outside whole calendar years are left out",
                hours(rows - used)
            ));
        }
        Ok(profiles)
    }

    fn year(
        &self,
        year: i16,
        rows: std::ops::Range<usize>,
        by: usize,
        per_hour: usize,
    ) -> Result<Profile, Fault> {
        let [it, cooling, facility] = [0, 1, 2].map(|at| &self.table.columns[at][rows.clone()]);
        let mut parts = [Vec::new(), Vec::new(), Vec::new()];
        for (row, ((it, cooling), facility)) in it.iter().zip(cooling).zip(facility).enumerate() {
            let other = facility - it - cooling;
            // Each cell is rounded to a watt.
            if other < -0.01 - SHARE * facility {
                let what = format!(
                    "facility_kw {facility} is less than it_kw {it} and cooling_kw {cooling} together"
                );
                return Err(self.table.fault(rows.start + row, what));
            }
            // What rounding leaves below zero comes off the larger one, so that the sum stays.
            let rounded = other.min(0.0);
            let (it, cooling) = if it >= cooling {
                (it + rounded, *cooling)
            } else {
                (*it, cooling + rounded)
            };
            for (part, kw) in parts.iter_mut().zip([it, cooling, other.max(0.0)]) {
                part.push(kw / 1e3);
            }
        }
        Ok(profile(
            year,
            per_hour,
            named(parts.map(|part| means(&part, by))),
        ))
    }
}

fn named([it, cooling, other]: [Vec<f64>; 3]) -> Vec<Part> {
    let part = |name, mw| Part { name, mw };
    vec![
        part("it", it),
        part("cooling", cooling),
        part("other", other),
    ]
}

pub(super) fn profile(year: i16, per_hour: usize, parts: Vec<Part>) -> Profile {
    let rows = parts.first().map_or(0, |part| part.mw.len());
    Profile {
        year,
        band: None,
        per_hour,
        leap_day: rows > HOURS * per_hour,
        parts,
    }
}

/// Two tables of one run say the same, hour by hour.
pub(super) fn check_against_hours(folder: &Path, rows: &Rows) -> Result<(), Fault> {
    let path = folder.join(LOAD);
    if !path.is_file() {
        return Ok(());
    }
    let hours = table::hours(&path, &["facility_mw".to_owned()])?;
    let by = (3600 / rows.record_s) as usize;
    let fine = means(&rows.table.columns[2], by);
    let (most, found) = (fine.len().min(HOURS), hours.rows());
    if found < most {
        let what = format!(
            "the table ends after {found} hours, {TIMESERIES} has {}",
            fine.len()
        );
        return Err(hours.fault(found.saturating_sub(1), what));
    }
    let pairs = hours.columns[0].iter().zip(&fine).enumerate();
    for (row, (mw, kw)) in pairs {
        let by_rows = kw / 1e3;
        if (mw - by_rows).abs() > ROUNDED_MW + SHARE * mw {
            let what = format!("hour {row} has {mw} MW here and {by_rows:.6} MW in {TIMESERIES}");
            return Err(hours.fault(row, what).in_column("facility_mw"));
        }
    }
    Ok(())
}
