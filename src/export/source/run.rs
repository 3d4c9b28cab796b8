//! The load of a run: IT and cooling from `timeseries.csv` where it is kept in hours or less, else the facility from
//! `load_8760.csv`. What is neither IT nor cooling, mostly losses of the distribution, is the third part.

use std::path::Path;

use jiff::civil::{Date, DateTime};
use serde_json::Value;

use super::table::{self, DAMAGED, Table};
use super::{
    HOURS, Takes, check_offset, folder_name, means, per_hour, run_json, version_and_seed,
};
use crate::bounded;
use crate::describe::Fault;
use crate::export::Options;
use crate::export::load::{Load, Origin, Part, Profile, leap};

const TIMESERIES: &str = "timeseries.csv";
const LOAD: &str = "load_8760.csv";
/// Hours of the two tables differ by rounding: 0.5 W and half of a millionth of a MW, and this share.
const SHARE: f64 = 1e-4;
const ROUNDED_MW: f64 = 2e-6;

pub(super) fn read(folder: &Path, takes: Takes, options: &Options) -> Result<Load, Fault> {
    let run = run_json(folder)?;
    let utc_offset_h = offset(folder, &run, options)?;
    let scenario = scenario(folder)?;
    let mut notes = Vec::new();
    let fine = folder.join(TIMESERIES).is_file();
    let fine = if fine { fine_rows(folder, &mut notes)? } else { None };
    let profiles = match fine {
        Some(rows) => {
            let per_hour = per_hour(rows.finest(), takes, options)?;
            check_against_hours(folder, &rows)?;
            rows.years(folder, per_hour, &mut notes)?
        }
        None => {
            per_hour(1, takes, options)?;
            vec![hourly(folder, scenario.as_ref(), &mut notes)?]
        }
    };
    let wanted = choose(folder, profiles, takes, options)?;
    let (version, seed) = version_and_seed(&run);
    let name = scenario.as_ref().and_then(|scenario| scenario.get("name"));
    let name = name.and_then(toml::Value::as_str).map(str::to_owned);
    if has_generation(folder) {
        notes.push(
            "what the site generates, stores and feeds in is not in these files: the load is that of all uses, not that at the \
             meter (grid_mw in load_8760.csv)"
                .into(),
        );
    }
    Ok(Load {
        origin: Origin {
            kind: "run",
            name: name.unwrap_or_else(|| folder_name(folder)),
            region: None,
            version,
            seed,
        },
        zone: options.zone.clone(),
        utc_offset_h,
        per_hour: wanted[0].per_hour,
        profiles: wanted,
        draws: None,
        notes,
    })
}

/// The years that are wanted, of those that the run has as a whole.
fn choose(
    folder: &Path,
    mut profiles: Vec<Profile>,
    takes: Takes,
    options: &Options,
) -> Result<Vec<Profile>, Fault> {
    if let Some(year) = options.year {
        let years: Vec<String> = profiles.iter().map(|profile| profile.year.to_string()).collect();
        profiles.retain(|profile| profile.year == year);
        if profiles.is_empty() {
            let what = format!("--year {year}: this run has {}", years.join(", "));
            let cure = "leave the option out, or run the scenario with --set run.start=YEAR-01-01";
            return Err(Fault::new(what, cure).in_file(folder, None));
        }
    } else if !takes.all_years {
        profiles.drain(..profiles.len() - 1);
    }
    Ok(profiles)
}

fn offset(folder: &Path, run: &Value, options: &Options) -> Result<f64, Fault> {
    let recorded = run.get("utc_offset_h").and_then(Value::as_f64);
    match (recorded, options.utc_offset_h) {
        (Some(recorded), Some(given)) if recorded != given => {
            let what = format!("--utc-offset {given}: the run's weather is {recorded} h ahead of UTC");
            Err(Fault::new(what, "leave the option out").in_file(folder, None))
        }
        (Some(hours), _) => check_offset(hours).map_err(|fault| fault.in_file(folder.join("run.json"), None)),
        (None, Some(hours)) => check_offset(hours),
        (None, None) => {
            let what = "run.json does not say which local time its hours are in: an earlier version made it";
            let cure = "add --utc-offset HOURS of the site's standard time, for example --utc-offset -6, or run the scenario again";
            Err(Fault::new(what, cure).in_file(folder.join("run.json"), None))
        }
    }
}

fn scenario(folder: &Path) -> Result<Option<toml::Table>, Fault> {
    let path = folder.join("scenario.toml");
    if !path.is_file() {
        return Ok(None);
    }
    let wrong = |what: String| Fault::new(what, DAMAGED).in_file(&path, None);
    let bytes = bounded::read(&path, super::MAX_BYTES).map_err(|error| wrong(error.to_string()))?;
    let table = toml::from_slice(&bytes).map_err(|error| wrong(error.message().to_owned()))?;
    Ok(Some(table))
}

/// Rows of `timeseries.csv`.
struct Rows {
    table: Table,
    start: DateTime,
    record_s: i64,
}

/// None where an interval of the table is no part of an hour.
fn fine_rows(folder: &Path, notes: &mut Vec<String>) -> Result<Option<Rows>, Fault> {
    let path = folder.join(TIMESERIES);
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
    for row in 1..table.rows() {
        let at = time(row)?;
        if record_s <= 0 || since(at) != record_s * row as i64 {
            let what = format!("{at} follows {}: rows are missing or out of order", time(row - 1)?);
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
    fn finest(&self) -> usize {
        if 900 % self.record_s == 0 { 4 } else { 1 }
    }

    /// The calendar years that are there as a whole.
    fn years(&self, folder: &Path, per_hour: usize, notes: &mut Vec<String>) -> Result<Vec<Profile>, Fault> {
        let rows = self.table.rows() as i64;
        let row_of = |year: i16| {
            let first = Date::constant(year, 1, 1).at(0, 0, 0, 0);
            self.start.duration_until(first).as_secs().div_euclid(self.record_s)
        };
        let by = (3600 / self.record_s) as usize / per_hour;
        let mut profiles = Vec::new();
        let mut used = 0;
        let mut year = self.start.year();
        while year < i16::MAX - 1 && row_of(year) < rows {
            let (from, to) = (row_of(year), row_of(year + 1));
            if from >= 0 && to <= rows {
                profiles.push(self.year(year, from as usize..to as usize, by, per_hour)?);
                used += to - from;
            }
            year += 1;
        }
        if profiles.is_empty() {
            return Err(no_whole_year(folder, self.start, rows * self.record_s / 3600));
        }
        if used < rows {
            let hours = (rows - used) * self.record_s / 3600;
            notes.push(format!("{hours} h of the run outside whole calendar years are left out"));
        }
        Ok(profiles)
    }

    fn year(&self, year: i16, rows: std::ops::Range<usize>, by: usize, per_hour: usize) -> Result<Profile, Fault> {
        let [it, cooling, facility] = [0, 1, 2].map(|at| &self.table.columns[at][rows.clone()]);
        let mut parts = [Vec::new(), Vec::new(), Vec::new()];
        for (row, ((it, cooling), facility)) in it.iter().zip(cooling).zip(facility).enumerate() {
            let other = facility - it - cooling;
            // Each cell is rounded to a watt.
            if other < -0.01 - SHARE * facility {
                let what = format!("facility_kw {facility} is less than it_kw {it} and cooling_kw {cooling} together");
                return Err(self.table.fault(rows.start + row, what));
            }
            let [of_it, of_cooling, of_other] = &mut parts;
            of_it.push((it + other.min(0.0)) / 1e3);
            of_cooling.push(cooling / 1e3);
            of_other.push(other.max(0.0) / 1e3);
        }
        Ok(profile(year, per_hour, named(parts.map(|part| means(&part, by)))))
    }
}

fn named([it, cooling, other]: [Vec<f64>; 3]) -> Vec<Part> {
    let part = |name, mw| Part { name, mw };
    vec![part("it", it), part("cooling", cooling), part("other", other)]
}

fn profile(year: i16, per_hour: usize, parts: Vec<Part>) -> Profile {
    let rows = parts.first().map_or(0, |part| part.mw.len());
    Profile {
        year,
        band: None,
        per_hour,
        leap_day: rows > HOURS * per_hour,
        parts,
    }
}

fn no_whole_year(folder: &Path, start: DateTime, hours: i64) -> Fault {
    let year = if (start.month(), start.day()) == (1, 1) {
        start.year()
    } else {
        start.year().saturating_add(1)
    };
    let days = if leap(year) { 366 } else { 365 };
    let what = format!("planning tools take whole calendar years; this run has {hours} h from {start} on");
    let cure = format!("run the scenario again with --set run.start={year}-01-01 --set run.days={days}");
    Fault::new(what, cure).in_file(folder, None)
}

/// Two tables of one run say the same, hour by hour.
fn check_against_hours(folder: &Path, rows: &Rows) -> Result<(), Fault> {
    let path = folder.join(LOAD);
    if !path.is_file() {
        return Ok(());
    }
    let hours = table::hours(&path, &["facility_mw".to_owned()])?;
    let by = (3600 / rows.record_s) as usize;
    let fine = means(&rows.table.columns[2], by);
    let (most, found) = (fine.len().min(HOURS), hours.rows());
    if found < most {
        let what = format!("the table ends after {found} hours, {TIMESERIES} has {}", fine.len());
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

/// The facility alone, from `load_8760.csv`.
fn hourly(folder: &Path, scenario: Option<&toml::Table>, notes: &mut Vec<String>) -> Result<Profile, Fault> {
    let path = folder.join(LOAD);
    if !path.is_file() {
        let what = "this run kept no load: there is neither load_8760.csv nor timeseries.csv";
        let cure = "run it again with --tables all, or timeseries,load";
        return Err(Fault::new(what, cure).in_file(folder, None));
    }
    let start = scenario.and_then(|scenario| scenario.get("run")?.get("start"));
    let start = start.map(|start| start.to_string().trim_matches('"').to_owned());
    let start: Date = start.and_then(|start| start.get(..10)?.parse().ok()).ok_or_else(|| {
        let what = "scenario.toml does not say when the run starts: the folder is incomplete";
        Fault::new(what, DAMAGED).in_file(folder.join("scenario.toml"), None)
    })?;
    let table = table::hours(&path, &["facility_mw".to_owned()])?;
    let rows = table.rows();
    if rows > HOURS {
        return Err(table.fault(HOURS, format!("the table has {rows} rows, of which a run writes at most 8760")));
    }
    if (start.month(), start.day()) != (1, 1) || rows < HOURS {
        return Err(no_whole_year(folder, start.at(0, 0, 0, 0), rows as i64));
    }
    if leap(start.year()) {
        let what = format!(
            "load_8760.csv ends on 30 December of the leap year {}, and the table that goes on is not there",
            start.year()
        );
        let cure = "run it again with --tables timeseries,load --format csv --set run.days=366, or a year that is no leap year";
        return Err(Fault::new(what, cure).in_file(folder, None));
    }
    if notes.is_empty() {
        notes.push(
            "IT and cooling are not apart: the run kept no timeseries.csv (--tables timeseries,load, --format csv)".into(),
        );
    }
    let mut columns = table.columns;
    let mw = columns.swap_remove(0);
    Ok(profile(start.year(), 1, vec![Part { name: "facility", mw }]))
}

fn has_generation(folder: &Path) -> bool {
    let header = table::header(&folder.join(LOAD)).unwrap_or_default();
    header.iter().any(|name| name == "grid_mw")
}
