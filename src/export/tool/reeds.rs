//! ReEDS: `loadsite` by region and year, and the hours in Central Time.
//!
//! ```text
//! loadsite_NAME.csv     *loadsitereg,t,MW       energy of a year = MW × GSw_LoadSiteCF × 8,760 h
//! load_hourly_NAME.csv  year,datetime,REGION    MW
//! ```
//!
//! MW is the year's mean, which with `GSw_LoadSiteCF` = 1 (a flat load) has the year's energy. Series of ReEDS are in Central
//! Time, UTC−6 without daylight saving: the hours of the year are turned by whole hours, so that those beyond its end come to its start.
//! Source: ReEDS' documentation and `reeds` repository (`inputs/load`, `report_dump.py`), as read in 2026.

use std::fmt::Write as _;

use super::{Asked, Tool};
use crate::describe::Fault;
use crate::export::files::{Files, LeapDay};
use crate::export::load::{Load, suffix};
use crate::export::number::{push_mw, zone};
use crate::export::source::Takes;

/// Central Standard Time ahead of UTC, h.
const CENTRAL_H: f64 = -6.0;

pub(super) struct Reeds;

impl Tool for Reeds {
    fn name(&self) -> &'static str {
        "reeds"
    }

    fn files(&self, asked: &Asked<'_>) -> Result<Files, Fault> {
        let load = asked.load(Takes {
            tool: "ReEDS",
            quarters: false,
            all_years: true,
            draws: false,
        })?;
        let ahead_h = ahead_of_central(load.utc_offset_h)?;
        let mut files = Files::of(&load, "ReEDS", "MW", LeapDay::Never);
        let region = load.zone();
        let local = zone(load.utc_offset_h);
        let turned = format!(
            "hours in Central Time, UTC-06:00, no daylight saving; a value is the mean over the hour that starts there. The result's \
             local time is {local}: its hours are turned by {ahead_h} h, those beyond the end of the year stand at its start"
        );
        files.say("time", &turned);
        files.say("region", &region);
        files.say(
            "how",
            "put loadsite files into inputs/load as loadsite_LEVEL_NAME.csv, LEVEL being that of the region (st, nercr, transreg, \
             transgrp, cendiv, interconnect, country, usda_region), and set GSw_LoadSiteTrajectory=LEVEL_NAME, GSw_LoadSiteCF=1. MW is \
             the mean of the year: the energy is exact, the peak is the mean divided by the load factor below. The hourly file is the \
             shape as CSV; ReEDS keeps hourly load as HDF5 with the same index (year, datetime)",
        );
        for (band, profiles) in load.by_band() {
            let head = comment(&load, &turned);
            let mut sites = format!(
                "{head}# MW: mean of the year, for GSw_LoadSiteCF = 1\n*loadsitereg,t,MW\n"
            );
            let mut hours = format!("{head}year,datetime,{region}\n");
            for profile in profiles {
                let profile = profile.without_leap_day();
                let mut mw = profile.facility();
                let _ = write!(sites, "{region},{},", profile.year); // writing into a string cannot fail
                push_mw(&mut sites, mw.iter().sum::<f64>() / mw.len() as f64);
                sites.push('\n');
                let by = ahead_h.unsigned_abs() as usize;
                if ahead_h < 0 {
                    mw.rotate_right(by);
                } else {
                    mw.rotate_left(by);
                }
                for (moment, mw) in profile.moments().zip(mw) {
                    let moment = moment.strftime("%Y-%m-%d %H:%M:%S");
                    let _ = write!(hours, "{},{moment}-06:00,", profile.year);
                    push_mw(&mut hours, mw);
                    hours.push('\n');
                }
            }
            let name = format!("{region}{}", suffix(band));
            files.add(
                format!("loadsite_{name}.csv"),
                sites,
                "MW by region and year",
            );
            files.add(
                format!("load_hourly_{name}.csv"),
                hours,
                "MW by the hour, Central Time",
            );
        }
        Ok(files)
    }
}

/// Whole hours from Central Time to the result's.
fn ahead_of_central(utc_offset_h: f64) -> Result<i64, Fault> {
    let ahead_h = utc_offset_h - CENTRAL_H;
    if ahead_h == ahead_h.round() {
        return Ok(ahead_h as i64);
    }
    Err(Fault::new(
        format!(
            "local time is {}: ReEDS keeps its hours in Central Time and needs whole hours from it",
            zone(utc_offset_h)
        ),
        "ReEDS covers the United States; another format suits this place",
    ))
}

fn comment(load: &Load, time: &str) -> String {
    format!(
        "# {} {}, coldaisle {}\n# {time}\n",
        load.origin.kind,
        load.origin.name.replace(char::is_control, " "),
        load.origin.version
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_hours_from_central_time() {
        assert_eq!(ahead_of_central(-5.0), Ok(1));
        assert_eq!(ahead_of_central(-8.0), Ok(-2));
        assert_eq!(ahead_of_central(8.0), Ok(14));
        assert!(
            ahead_of_central(5.5)
                .unwrap_err()
                .what
                .contains("UTC+05:30")
        );
    }
}
