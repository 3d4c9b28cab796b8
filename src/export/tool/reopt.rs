//! REopt: kW of a year without a header, and the JSON that names it.
//!
//! ```text
//! load_YEAR.csv            one value a line: 8,760 × steps of an hour
//! electric_load_YEAR.json  {"Settings": {"time_steps_per_hour": …}, "ElectricLoad": {"path_to_csv": …, "year": …}}
//! ```
//!
//! The year decides which days are weekdays. One load: IT and cooling are added. Source: REopt.jl's documentation, `ElectricLoad`.

use serde_json::json;

use super::{Asked, Tool, column_kw};
use crate::describe::Fault;
use crate::export::files::{Files, LeapDay};
use crate::export::source::Takes;

pub(super) struct Reopt;

impl Tool for Reopt {
    fn name(&self) -> &'static str {
        "reopt"
    }

    fn files(&self, asked: &Asked<'_>) -> Result<Files, Fault> {
        let load = asked.load(Takes {
            tool: "REopt",
            quarters: true,
            all_years: false,
            draws: false,
        })?;
        let mut files = Files::of(&load, "REopt", "kW", LeapDay::Never);
        files.say(
            "how",
            "merge one of the JSON files into the inputs of REopt.jl, or upload the CSV on the web page. IT, cooling and other are added: \
             there is one electric load",
        );
        for profile in &load.profiles {
            let profile = profile.without_leap_day();
            let stem = profile.stem();
            let csv = format!("load_{stem}.csv");
            let inputs = json!({
                "Settings": { "time_steps_per_hour": profile.per_hour },
                "ElectricLoad": { "path_to_csv": csv, "year": profile.year },
            });
            files.add(
                &*csv,
                column_kw(&profile.facility()),
                "kW, one value a line, no header",
            );
            let json = format!("{inputs:#}\n");
            files.add(
                format!("electric_load_{stem}.json"),
                json,
                "the inputs that name it",
            );
        }
        Ok(files)
    }
}
