//! Antares: `load_AREA.txt`, 8,760 rows of tab-separated MW without a header, a column for each stochastic year.
//!
//! The draws of a forecast are such years: each is possible, all are equally likely. Bands are not, so that they are files of their own.
//! An area has one load: IT and cooling are added. Source: Antares Simulator's documentation, `input/load/series`, and antares-craft.

use super::{Asked, Tool};
use crate::describe::Fault;
use crate::export::files::{Files, LeapDay};
use crate::export::number::push_mw;
use crate::export::source::Takes;

pub(super) struct Antares;

impl Tool for Antares {
    fn name(&self) -> &'static str {
        "antares"
    }

    fn files(&self, asked: &Asked<'_>) -> Result<Files, Fault> {
        let load = asked.load(Takes {
            tool: "Antares",
            quarters: false,
            all_years: false,
            draws: true,
        })?;
        let mut files = Files::of(&load, "Antares", "MW", LeapDay::Never);
        // Antares knows areas by their lower-case names, with fewer signs.
        let area = load.zone().to_lowercase().replace('.', "_");
        files.say("area", &area);
        files.say(
            "how",
            format!(
                "the file is input/load/series/load_{area}.txt of a study, or the matrix of area.set_load in antares-craft; a study with \
                 365 days, first day 1 January. IT, cooling and other are added: an area has one load"
            ),
        );
        let name = format!("load_{area}.txt");
        if let Some(draws) = &load.draws {
            let count = draws.mw.len();
            files.say(
                "columns",
                format!("{count} draws of the forecast, at evenly spaced ranks of the energy of {}: stochastic years, equally likely", draws.year),
            );
            files.add(
                name,
                matrix(&draws.mw),
                "MW by the hour, a column for each draw",
            );
            return Ok(files);
        }
        for profile in &load.profiles {
            let profile = profile.without_leap_day();
            let text = matrix(&[profile.facility()]);
            files.add(
                format!("{}{name}", profile.folder()),
                text,
                "MW by the hour, one column",
            );
        }
        Ok(files)
    }
}

fn matrix(columns: &[Vec<f64>]) -> String {
    let mut text = String::new();
    for row in 0..columns[0].len() {
        for (at, column) in columns.iter().enumerate() {
            if at > 0 {
                text.push('\t');
            }
            push_mw(&mut text, column[row]);
        }
        text.push('\n');
    }
    text
}
