//! OpenDSS: a load shape of actual kW for each use, and the script that makes loads of them.
//!
//! ```text
//! dc_it.csv  one kW a line          loads.dss  new loadshape.dc_it npts=8760 minterval=60 useactual=yes mult=(file=dc_it.csv)
//!                                              new load.dc_it … kw=PEAK yearly=dc_it
//! ```
//!
//! Voltage, phases and power factor are none of the results: the script sets them at its start, to be changed there.
//! Source: OpenDSS documentation, `LoadShape` and `Load`.

use std::fmt::Write as _;

use super::{Asked, Tool, column_kw};
use crate::describe::Fault;
use crate::export::files::{Files, LeapDay};
use crate::export::load::{Load, Profile};
use crate::export::number::{push_kw, zone};
use crate::export::source::Takes;

pub(super) struct OpenDss;

impl Tool for OpenDss {
    fn name(&self) -> &'static str {
        "opendss"
    }

    fn files(&self, asked: &Asked<'_>) -> Result<Files, Fault> {
        let load = asked.load(Takes {
            tool: "OpenDSS",
            quarters: true,
            all_years: false,
            draws: false,
        })?;
        let mut files = Files::of(&load, "OpenDSS", "kW", LeapDay::Never);
        files.say("bus", load.zone());
        files.say(
            "how",
            "redirect loads.dss behind the circuit that has the bus; set bus, voltage, phases and power factor at its start. Then solve \
             mode=yearly with a step of the interval",
        );
        for profile in &load.profiles {
            let profile = profile.without_leap_day();
            let folder = profile.folder();
            let script = script(&load, &profile);
            files.add(
                format!("{folder}loads.dss"),
                script,
                "load shapes and loads",
            );
            for part in &profile.parts {
                let name = format!("{folder}dc_{}.csv", part.name);
                files.add(
                    name,
                    column_kw(&part.mw),
                    &format!("kW of {}, one value a line", part.name),
                );
            }
        }
        Ok(files)
    }
}

fn script(load: &Load, profile: &Profile) -> String {
    let minutes = load.interval_min();
    let mut text = format!(
        "! {} {}, {}, {minutes} min means, {}, coldaisle {}\n! Not of the results, change them to your grid's: bus, kV, phases, power factor.\n\
         var @dc_bus={} @dc_kv=34.5 @dc_phases=3 @dc_pf=1\n\n",
        load.origin.kind,
        load.origin.name.replace(char::is_control, " "),
        profile.stem(),
        zone(load.utc_offset_h),
        load.origin.version,
        load.zone(),
    );
    for part in &profile.parts {
        let name = format!("dc_{}", part.name);
        let peak_mw = part.mw.iter().copied().fold(0.0, f64::max);
        let npts = part.mw.len();
        // Writing into a string cannot fail.
        let _ = writeln!(
            text,
            "new loadshape.{name} npts={npts} minterval={minutes} useactual=yes mult=(file={name}.csv)"
        );
        let _ = write!(
            text,
            "new load.{name} bus1=@dc_bus phases=@dc_phases kv=@dc_kv pf=@dc_pf kw="
        );
        push_kw(&mut text, peak_mw);
        let _ = writeln!(text, " model=1 yearly={name}");
    }
    text
}
