//! PLEXOS: text files in both layouts, all years in one file.
//!
//! ```text
//! load_periods.csv  Name,Year,Month,Day,1,2,…,24                    a line a day and use: "periods in columns"
//! load_names.csv    Year,Month,Day,Period,dc_it,dc_cooling,dc_other  a line a period: "names in columns"
//! ```
//!
//! Period 1 begins at midnight: the convention of PLEXOS is the start of a period. Each day of the calendar has its line, 29 February too.
//! Source: Energy Exemplar's help, "Text File Formats".

use std::fmt::Write as _;

use super::{Asked, Tool};
use crate::describe::Fault;
use crate::export::files::{Files, LeapDay};
use crate::export::load::{Profile, suffix};
use crate::export::number::push_mw;
use crate::export::source::Takes;

pub(super) struct Plexos;

impl Tool for Plexos {
    fn name(&self) -> &'static str {
        "plexos"
    }

    fn files(&self, asked: &Asked<'_>) -> Result<Files, Fault> {
        let load = asked.load(Takes {
            tool: "PLEXOS",
            quarters: true,
            all_years: true,
            draws: false,
        })?;
        let mut files = Files::of(&load, "PLEXOS", "MW", LeapDay::Always);
        files.say("zone", load.zone());
        files.say(
            "how",
            "name one of the two layouts as data file of the property (Load of a region, Fixed Load of a purchaser); names in the file are \
             those of the objects. The Datetime Convention is the default: the start of the period",
        );
        let zone = asked.options.zone.as_deref();
        for (band, profiles) in load.by_band() {
            let names: Vec<String> = profiles[0]
                .parts
                .iter()
                .map(|part| object(zone, part.name))
                .collect();
            let periods = 24 * load.per_hour;
            let mut by_day = String::from("Name,Year,Month,Day");
            for period in 1..=periods {
                let _ = write!(by_day, ",{period}"); // writing into a string cannot fail
            }
            by_day.push('\n');
            let mut by_period = format!("Year,Month,Day,Period,{}\n", names.join(","));
            let full: Vec<_> = profiles
                .iter()
                .map(|profile| profile.with_leap_day())
                .collect();
            for (at, name) in names.iter().enumerate() {
                for profile in &full {
                    days(&mut by_day, profile, at, name, periods);
                }
            }
            for profile in &full {
                rows(&mut by_period, profile, periods);
            }
            let end = suffix(band);
            files.add(
                format!("load_periods{end}.csv"),
                by_day,
                "periods in columns, a line a day",
            );
            files.add(
                format!("load_names{end}.csv"),
                by_period,
                "Year, Month, Day, Period; names in columns",
            );
        }
        Ok(files)
    }
}

/// Name of the object of a use; with a zone, one of its own in each.
fn object(zone: Option<&str>, part: &str) -> String {
    match zone {
        Some(zone) => format!("{zone}_dc_{part}"),
        None => format!("dc_{part}"),
    }
}

fn days(out: &mut String, profile: &Profile, part: usize, name: &str, periods: usize) {
    let mw = profile.parts[part].mw.chunks_exact(periods);
    for (day, mw) in profile.days().iter().zip(mw) {
        let _ = write!(out, "{name},{},{},{}", day.year(), day.month(), day.day());
        for mw in mw {
            out.push(',');
            push_mw(out, *mw);
        }
        out.push('\n');
    }
}

fn rows(out: &mut String, profile: &Profile, periods: usize) {
    for (number, day) in profile.days().iter().enumerate() {
        for period in 0..periods {
            let _ = write!(
                out,
                "{},{},{},{}",
                day.year(),
                day.month(),
                day.day(),
                period + 1
            );
            for part in &profile.parts {
                out.push(',');
                push_mw(out, part.mw[number * periods + period]);
            }
            out.push('\n');
        }
    }
}
