//! SWITCH 2: `loads.csv`, with the timepoints that it is given at.
//!
//! ```text
//! load_zones.csv  LOAD_ZONE
//! loads.csv       LOAD_ZONE,TIMEPOINT,zone_demand_mw
//! timepoints.csv  timepoint_id,timestamp,timeseries
//! timeseries.csv  TIMESERIES,ts_period,ts_duration_of_tp,ts_num_tps,ts_scale_to_period
//! periods.csv     INVESTMENT_PERIOD,period_start,period_end
//! ```
//!
//! One time series of the whole year in a period of one year, so that its scale is 1. A zone has one load: IT and cooling are added.
//! Source: `switch_model`, `timescales.py` and `balancing/load_zones.py`.

use std::fmt::Write as _;

use super::{Asked, Tool};
use crate::describe::Fault;
use crate::export::files::{Files, LeapDay};
use crate::export::load::Profile;
use crate::export::number::push_mw;
use crate::export::source::Takes;

pub(super) struct Switch;

impl Tool for Switch {
    fn name(&self) -> &'static str {
        "switch"
    }

    fn files(&self, asked: &Asked<'_>) -> Result<Files, Fault> {
        let load = asked.load(Takes {
            tool: "SWITCH",
            quarters: true,
            all_years: false,
            draws: false,
        })?;
        let mut files = Files::of(&load, "SWITCH", "MW", LeapDay::Never);
        let zone = load.zone();
        files.say("zone", &zone);
        files.say(
            "how",
            "the files go into the inputs of a model, or zone_demand_mw is added to that of a zone at the same timepoints. IT, cooling \
             and other are added: a zone has one load",
        );
        for profile in &load.profiles {
            let profile = profile.without_leap_day();
            let folder = profile.folder();
            let file = |name: &str| format!("{folder}{name}");
            let (loads, timepoints) = tables(&profile, &zone);
            let year = profile.year;
            files.add(
                file("load_zones.csv"),
                format!("LOAD_ZONE\n{zone}\n"),
                "the zone",
            );
            files.add(file("loads.csv"), loads, "its load, MW");
            files.add(
                file("timepoints.csv"),
                timepoints,
                "timestamps of the timepoints",
            );
            let hours = 1.0 / profile.per_hour as f64;
            let series = format!(
                "TIMESERIES,ts_period,ts_duration_of_tp,ts_num_tps,ts_scale_to_period\n{year}_all,{year},{hours},{},1\n",
                8760 * profile.per_hour
            );
            files.add(file("timeseries.csv"), series, "the year as one series");
            let periods =
                format!("INVESTMENT_PERIOD,period_start,period_end\n{year},{year},{year}\n");
            files.add(file("periods.csv"), periods, "the year as a period");
        }
        Ok(files)
    }
}

fn tables(profile: &Profile, zone: &str) -> (String, String) {
    let mut loads = String::from("LOAD_ZONE,TIMEPOINT,zone_demand_mw\n");
    let mut timepoints = String::from("timepoint_id,timestamp,timeseries\n");
    for (at, (moment, mw)) in profile.moments().zip(profile.facility()).enumerate() {
        let (id, year) = (at + 1, profile.year);
        let stamp = moment.strftime("%Y%m%d%H%M");
        let _ = writeln!(timepoints, "{id},{stamp},{year}_all"); // writing into a string cannot fail
        let _ = write!(loads, "{zone},{id},");
        push_mw(&mut loads, mw);
        loads.push('\n');
    }
    (loads, timepoints)
}
