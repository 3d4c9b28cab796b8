//! HOMER Pro, Grid and Front: one kW value a line; the number of lines tells the interval.
//!
//! HOMER takes more than one electric load, so that each use is a file of its own beside the sum. A single column says no date:
//! newer versions ask for the year, Pro 3.9 takes 1 January as a Monday.
//! Source: HOMER Pro 3.9 to 3.15, Grid 1.10 and HOMER Front manuals, "Importing a load from a time series file".

use super::{Asked, Tool, column_kw};
use crate::describe::Fault;
use crate::export::files::{Files, LeapDay};
use crate::export::source::Takes;

pub(super) struct Homer;

impl Tool for Homer {
    fn name(&self) -> &'static str {
        "homer"
    }

    fn files(&self, asked: &Asked<'_>) -> Result<Files, Fault> {
        let load = asked.load(Takes {
            tool: "HOMER",
            quarters: true,
            all_years: false,
            draws: false,
        })?;
        let mut files = Files::of(&load, "HOMER", "kW", LeapDay::Never);
        files.say(
            "how",
            "Electric Load, Import, and give the year above where HOMER asks for it (Pro 3.9 takes 1 January as a Monday). Import \
             either the whole load, or its parts as loads of their own",
        );
        for profile in &load.profiles {
            let profile = profile.without_leap_day();
            let stem = profile.stem();
            files.add(
                format!("load_{stem}.txt"),
                column_kw(&profile.facility()),
                "kW of all uses",
            );
            if profile.parts.len() > 1 {
                for part in &profile.parts {
                    let name = format!("part_{}_{stem}.txt", part.name);
                    files.add(
                        name,
                        column_kw(&part.mw),
                        &format!("kW of {} alone", part.name),
                    );
                }
            }
        }
        Ok(files)
    }
}
