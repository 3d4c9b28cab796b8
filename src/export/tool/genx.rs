//! GenX: `system/Demand_data.csv`, a column for the zone.
//!
//! ```text
//! Voll,Demand_Segment,Cost_of_Demand_Curtailment_per_MW,Max_Demand_Curtailment,$/MWh,
//! Rep_Periods,Timesteps_per_Rep_Period,Sub_Weights,Time_Index,Demand_MW_z1
//! ```
//!
//! The first eight columns stand in the first row alone: one segment of demand at the value of lost load, one representative period
//! of 8,760 hours. A zone has one demand: IT and cooling are added. Source: GenX's documentation, "Inputs", `Demand_data.csv`.

use std::fmt::Write as _;

use super::{Asked, Tool};
use crate::describe::Fault;
use crate::export::files::{Files, LeapDay};
use crate::export::number::push_mw;
use crate::export::source::Takes;

const HEADER: &str = "Voll,Demand_Segment,Cost_of_Demand_Curtailment_per_MW,Max_Demand_Curtailment,$/MWh,Rep_Periods,\
                      Timesteps_per_Rep_Period,Sub_Weights,Time_Index,";
/// Value of lost load of GenX's own example systems, $/MWh; not a finding about data centres.
const VOLL: u32 = 50_000;

pub(super) struct GenX;

impl Tool for GenX {
    fn name(&self) -> &'static str {
        "genx"
    }

    fn files(&self, asked: &Asked<'_>) -> Result<Files, Fault> {
        let load = asked.load(Takes {
            tool: "GenX",
            quarters: false,
            all_years: false,
            draws: false,
        })?;
        let zone = zone(asked.options.zone.as_deref())?;
        let mut files = Files::of(&load, "GenX", "MW", LeapDay::Never);
        files.say("zone", &zone);
        files.say(
            "how",
            format!(
                "Demand_data.csv goes into the folder system of a case; in a case with more zones, or with a demand of its own, copy or \
                 add the column Demand_MW_{zone}. Voll ({VOLL} $/MWh) and the segment of demand are those of GenX's examples: set them \
                 as in your case. IT, cooling and other are added: a zone has one demand"
            ),
        );
        for profile in &load.profiles {
            let profile = profile.without_leap_day();
            let demand = profile.facility();
            let mut text = format!("{HEADER}Demand_MW_{zone}\n");
            for (at, mw) in demand.iter().enumerate() {
                let first = match at {
                    0 => format!("{VOLL},1,1,1,{VOLL},1,{0},{0}", demand.len()),
                    _ => ",".repeat(7),
                };
                let _ = write!(text, "{first},{},", at + 1); // writing into a string cannot fail
                push_mw(&mut text, *mw);
                text.push('\n');
            }
            let name = format!("{}Demand_data.csv", profile.folder());
            files.add(name, text, "demand of the zone by the hour");
        }
        Ok(files)
    }
}

/// GenX numbers its zones.
fn zone(named: Option<&str>) -> Result<String, Fault> {
    let Some(named) = named else {
        return Ok("z1".into());
    };
    let number = named.strip_prefix(['z', 'Z']).unwrap_or(named);
    match number.parse::<u16>() {
        Ok(number) if number > 0 => Ok(format!("z{number}")),
        _ => Err(Fault::new(
            format!("--zone {named}: GenX numbers its zones"),
            "give the number, for example --zone 3",
        )),
    }
}
