//! SAM: one column of kW below a header that it ignores.
//!
//! The header says time zone, year and interval. SAM knows no leap years; 8,760 or 35,040 values. One load: IT and cooling are added.
//! Source: SAM's help, "Edit Array" and "Electric Load".

use super::{Asked, Tool, column_kw};
use crate::describe::Fault;
use crate::export::files::{Files, LeapDay};
use crate::export::number::zone;
use crate::export::source::Takes;

pub(super) struct Sam;

impl Tool for Sam {
    fn name(&self) -> &'static str {
        "sam"
    }

    fn files(&self, asked: &Asked<'_>) -> Result<Files, Fault> {
        let load = asked.load(Takes {
            tool: "SAM",
            quarters: true,
            all_years: false,
            draws: false,
        })?;
        let mut files = Files::of(&load, "SAM", "kW", LeapDay::Never);
        files.say(
            "how",
            "Electric Load, Edit array, Import; for 35,040 values change the time step to 15 min first. IT, cooling and other are added: \
             there is one electric load",
        );
        for profile in &load.profiles {
            let profile = profile.without_leap_day();
            let header = format!(
                "Load (kW) {} {} {} min means\n",
                profile.year,
                zone(load.utc_offset_h),
                load.interval_min()
            );
            let name = format!("load_{}.csv", profile.stem());
            files.add(
                name,
                header + &column_kw(&profile.facility()),
                "kW, one value a line below the header",
            );
        }
        Ok(files)
    }
}
