//! The load of a run: IT and cooling from `timeseries.csv` where it is kept in hours or less, else the facility from
//! `load_8760.csv`. What is neither IT nor cooling, mostly losses of the distribution, is the third part.

use std::path::Path;

use jiff::civil::{Date, DateTime};

use super::made::{self, Made};
use super::rows::{self, profile};
use super::table::{self, DAMAGED};
use super::{HOURS, LOAD, Takes, check_offset, folder_name, per_hour};
use crate::bounded;
use crate::describe::Fault;
use crate::export::Options;
use crate::export::load::{Load, Origin, Part, Profile, leap};

pub(super) fn read(folder: &Path, takes: Takes, options: &Options) -> Result<Load, Fault> {
    let run = made::read(folder)?;
    for name in [LOAD, rows::TIMESERIES, "scenario.toml"] {
        run.check_there(folder, name, DAMAGED)?;
    }
    let utc_offset_h = offset(folder, &run, options)?;
    let scenario = scenario(folder)?;
    let mut notes = Vec::new();
    let profiles = if let Some(rows) = rows::read(folder, &mut notes)? {
        let per_hour = per_hour(rows.finest(), takes, options)?;
        let years = rows.years(folder, per_hour, &mut notes)?;
        rows::check_against_hours(folder, &rows)?;
        years
    } else {
        per_hour(1, takes, options)?;
        vec![hourly(folder, scenario.as_ref(), &mut notes)?]
    };
    let wanted = choose(folder, profiles, takes, options)?;
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
            results: run.identity(folder)?,
            version: run.version,
            seed: run.seed,
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
        let years: Vec<String> = profiles
            .iter()
            .map(|profile| profile.year.to_string())
            .collect();
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

fn offset(folder: &Path, run: &Made, options: &Options) -> Result<f64, Fault> {
    match (run.utc_offset_h, options.utc_offset_h) {
        (Some(recorded), Some(given)) if recorded != given => {
            let what =
                format!("--utc-offset {given}: the run's weather is {recorded} h ahead of UTC");
            Err(Fault::new(what, "leave the option out").in_file(folder, None))
        }
        (Some(hours), _) => {
            check_offset(hours).map_err(|fault| fault.in_file(folder.join("run.json"), None))
        }
        (None, Some(hours)) => check_offset(hours),
        (None, None) => {
            let what = "run.json does not say which local time its hours are in: an earlier version made it";
            let cure = "add --utc-offset HOURS of the site's standard time, for example --utc-offset -6, or run the scenario again";
            Err(Fault::new(what, cure).in_file(folder.join("run.json"), None))
        }
    }
}

/// `scenario.toml` of the folder.
pub(in crate::export) fn scenario(folder: &Path) -> Result<Option<toml::Table>, Fault> {
    let path = folder.join("scenario.toml");
    if !path.is_file() {
        return Ok(None);
    }
    let wrong = |what: String| Fault::new(what, DAMAGED).in_file(&path, None);
    let bytes = bounded::read(&path, super::MAX_BYTES).map_err(|error| wrong(error.to_string()))?;
    let table = toml::from_slice(&bytes).map_err(|error| wrong(error.message().to_owned()))?;
    Ok(Some(table))
}

pub(super) fn no_whole_year(folder: &Path, start: DateTime, hours: u64) -> Fault {
    let year = if (start.month(), start.day()) == (1, 1) {
        start.year()
    } else {
        start.year().saturating_add(1)
    };
    let days = if leap(year) { 366 } else { 365 };
    let what =
        format!("planning tools take whole calendar years; this run has {hours} h from {start} on");
    let cure =
        format!("run the scenario again with --set run.start={year}-01-01 --set run.days={days}");
    Fault::new(what, cure).in_file(folder, None)
}

/// The facility alone, from `load_8760.csv`.
fn hourly(
    folder: &Path,
    scenario: Option<&toml::Table>,
    notes: &mut Vec<String>,
) -> Result<Profile, Fault> {
    let path = folder.join(LOAD);
    if !path.is_file() {
        let what = "this run kept no load: there is neither load_8760.csv nor timeseries.csv";
        let cure = "run it again with --tables all, or timeseries,load";
        return Err(Fault::new(what, cure).in_file(folder, None));
    }
    let start = scenario.and_then(|scenario| scenario.get("run")?.get("start"));
    let start = start.map(|start| start.to_string().trim_matches('"').to_owned());
    let start: Date = start
        .and_then(|start| start.get(..10)?.parse().ok())
        .ok_or_else(|| {
            let what = "scenario.toml does not say when the run starts: the folder is incomplete";
            Fault::new(what, DAMAGED).in_file(folder.join("scenario.toml"), None)
        })?;
    let table = table::hours(&path, &["facility_mw".to_owned()])?;
    let rows = table.rows();
    if rows > HOURS {
        return Err(table.fault(
            HOURS,
            format!("the table has {rows} rows, of which a run writes at most 8760"),
        ));
    }
    if (start.month(), start.day()) != (1, 1) || rows < HOURS {
        return Err(no_whole_year(folder, start.at(0, 0, 0, 0), rows as u64));
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
    Ok(profile(
        start.year(),
        1,
        vec![Part {
            name: "facility",
            mw,
        }],
    ))
}

fn has_generation(folder: &Path) -> bool {
    let header = table::header(&folder.join(LOAD)).unwrap_or_default();
    header.iter().any(|name| name == "grid_mw")
}
