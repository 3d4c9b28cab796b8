//! PyPSA: a network as a CSV folder, with a bus and a load for each use.
//!
//! ```text
//! network.csv      name,pypsa_version
//! carriers.csv     name,co2_emissions
//! buses.csv        name,carrier
//! snapshots.csv    ,snapshot,objective,stores,generators     the index column has no name, else times are read as text
//! loads.csv        name,bus
//! loads-p_set.csv  snapshot,dc_it,dc_cooling,dc_other        MW
//! ```
//!
//! Scenarios of a network do not go through CSV, so that each band is a folder. The weights of a snapshot are its hours.
//! Source: PyPSA's documentation, "Import and export", and PyPSA 1.4 itself.

use std::fmt::Write as _;

use jiff::civil::DateTime;

use super::{Asked, Tool};
use crate::describe::Fault;
use crate::export::files::{Files, LeapDay};
use crate::export::number::{push_mw, zone};
use crate::export::source::Takes;

/// The version whose reader this was tried with.
const VERSION: &str = "1.4.0";

pub(super) struct Pypsa;

impl Tool for Pypsa {
    fn name(&self) -> &'static str {
        "pypsa"
    }

    fn files(&self, asked: &Asked<'_>) -> Result<Files, Fault> {
        let load = asked.load(Takes {
            tool: "PyPSA",
            quarters: true,
            all_years: false,
            draws: false,
        })?;
        let mut files = Files::of(&load, "PyPSA", "MW", LeapDay::AsSimulated);
        let bus = load.zone();
        files.say("bus", &bus);
        files.say(
            "how",
            "n = pypsa.Network(); n.import_from_csv_folder(FOLDER). Snapshots are local standard time: a network in UTC needs them \
             moved by the offset",
        );
        for profile in &load.profiles {
            let folder = profile.folder();
            let mut snapshots = String::from(",snapshot,objective,stores,generators\n");
            let mut p_set = String::from("snapshot");
            let mut loads = String::from("name,bus\n");
            for part in &profile.parts {
                let _ = write!(p_set, ",dc_{}", part.name); // writing into a string cannot fail
                let _ = writeln!(loads, "dc_{},{bus}", part.name);
            }
            p_set.push('\n');
            let hours = 1.0 / profile.per_hour as f64;
            for (at, moment) in profile.moments().enumerate() {
                let moment = stamp(moment);
                let _ = writeln!(snapshots, "{at},{moment},{hours},{hours},{hours}");
                p_set.push_str(&moment);
                for part in &profile.parts {
                    p_set.push(',');
                    push_mw(&mut p_set, part.mw[at]);
                }
                p_set.push('\n');
            }
            let network = format!(
                "name,pypsa_version\n{} {} {},{VERSION}\n",
                bus,
                profile.stem(),
                zone(load.utc_offset_h)
            );
            let file = |name: &str| format!("{folder}{name}");
            files.add(file("network.csv"), network, "name of the network");
            files.add(
                file("carriers.csv"),
                "name,co2_emissions\nAC,0\n",
                "the carrier of the bus",
            );
            files.add(
                file("buses.csv"),
                format!("name,carrier\n{bus},AC\n"),
                "the bus",
            );
            files.add(
                file("snapshots.csv"),
                snapshots,
                "times, and their weights in hours",
            );
            files.add(file("loads.csv"), loads, "a load for each use");
            files.add(file("loads-p_set.csv"), p_set, "their power, MW");
        }
        Ok(files)
    }
}

/// `2035-01-01 00:00:00`
fn stamp(moment: DateTime) -> String {
    moment.strftime("%Y-%m-%d %H:%M:%S").to_string()
}
