//! The folder of a forecast: written whole or not at all.
//!
//! ```text
//! forecast.csv             one row per year: each figure at P10, P50 and P90, and how often each limit bound
//! load_8760_YEAR.csv       IT, cooling, other and facility by the hour, of the draws nearest to P10, P50 and P90 of the year's energy
//! draws_8760_YEAR.csv      the facility by the hour in the last year, of draws at even ranks of its energy
//! stacks.csv               the middle of all inputs by generation, use and site
//! tornado.csv  sobol.csv   what each input does to the last year's energy and peak
//! sites.csv                the plants: climate, ratio in the hottest hour, how far the surface is from the engine
//! forecast.json  forecast.toml  run.json
//! ```

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde_json::json;

use crate::forecast::draws::run::{BAND, Outcome};
use crate::forecast::figures::FIGURES;
use crate::forecast::leaving::equivalents::{self, HOUSEHOLD_KWH};
use crate::forecast::loaded::Forecast;
use crate::forecast::model::Space;
use crate::forecast::plants::site_table::HOURS;
use crate::output::{Input, OutputError, Place, Placed, ResultFolder, RunInfo};
use crate::scenario::text;
use crate::study::sensitivity::Analysis;

/// Names of the percentiles in columns.
const NAMES: [&str; 3] = ["p10", "p50", "p90"];

impl Forecast {
    /// Writes everything that the draws came to, into `target` or beside it.
    pub fn leave(
        &self,
        outcome: &Outcome,
        (target, numbered): (PathBuf, bool),
        began: Instant,
    ) -> Result<Placed, OutputError> {
        let years: Vec<i32> = self.years().collect();
        let mut files: Vec<(String, Vec<u8>)> = vec![
            ("forecast.toml".into(), self.runs_anywhere().into_bytes()),
            ("forecast.csv".into(), self.table(outcome).into_bytes()),
            ("stacks.csv".into(), self.stacks().into_bytes()),
            ("sites.csv".into(), self.sites().into_bytes()),
            ("forecast.json".into(), self.summary(outcome).into_bytes()),
        ];
        for (name, of) in [("tornado.csv", 0), ("sobol.csv", 1)] {
            let analyses = outcome.sensitivity.iter();
            let analyses: Vec<(&str, &Analysis)> = analyses
                .filter_map(|it| match of {
                    0 => Some((it.figure, &it.tornado)),
                    _ => it.shares.as_ref().map(|shares| (it.figure, shares)),
                })
                .collect();
            if !analyses.is_empty() {
                files.push((name.into(), analysis(&analyses).into_bytes()));
            }
        }
        let mut names: Vec<String> = files.iter().map(|file| file.0.clone()).collect();
        let load = |year: &i32| format!("load_8760_{year}.csv");
        names.extend(years.iter().map(load));
        let draws = format!("draws_8760_{}.csv", self.file.years.last);
        if !outcome.profiles.is_empty() {
            names.push(draws.clone());
        }
        names.push("run.json".into());
        let inputs = self.inputs.iter().map(|input| input.sha256.as_str());
        let folder = ResultFolder::create(Place {
            target,
            numbered,
            asked: Input::of_all(std::iter::once(self.text.as_str()).chain(inputs)),
            names,
        })?;
        for (name, content) in &files {
            folder.write(name, content)?;
        }
        let mut space = Space::default();
        for (index, year) in years.iter().enumerate() {
            folder.write(
                &load(year),
                self.load_of(outcome, index, &mut space).as_bytes(),
            )?;
        }
        if !outcome.profiles.is_empty() {
            folder.write(&draws, self.profile_table(outcome, &mut space).as_bytes())?;
        }
        let mut inputs = vec![Input::of_bytes("forecast", self.text.as_bytes())];
        inputs.extend(self.inputs.iter().cloned());
        folder.write_run(&RunInfo {
            inputs,
            question: self.question.clone(),
            ..RunInfo::new(self.file.seed, outcome.draws, began.elapsed().as_secs_f64())
        })?;
        folder.commit()
    }

    /// The file with its bases, whose scenarios are found from any folder.
    fn runs_anywhere(&self) -> String {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        // An empty path has no absolute one.
        let folder = std::path::absolute(Path::new(".").join(folder)).unwrap_or(folder.to_owned());
        let mut text = self.text.clone();
        for (index, site) in self.file.site.iter().enumerate() {
            let path = folder.join(&site.scenario);
            let path = toml::Value::from(path.to_string_lossy().into_owned());
            if let Ok(set) = text::set(&text, &format!("site.{index}.scenario={path}")) {
                text = set;
            }
        }
        text
    }

    /// Writes the table of a score.
    pub fn leave_score(
        &self,
        table: &[u8],
        (target, numbered): (PathBuf, bool),
    ) -> Result<Placed, OutputError> {
        let began = Instant::now();
        let text = self.text.as_bytes();
        let folder = ResultFolder::create(Place {
            target,
            numbered,
            asked: Input::of_all([self.text.as_str(), "score"]),
            names: ["score.csv", "forecast.toml", "run.json"]
                .map(str::to_owned)
                .into(),
        })?;
        folder.write("score.csv", table)?;
        folder.write("forecast.toml", text)?;
        folder.write_run(&RunInfo {
            inputs: vec![Input::of_bytes("forecast", text)],
            question: self.question.clone(),
            ..RunInfo::new(self.file.seed, 0, began.elapsed().as_secs_f64())
        })?;
        folder.commit()
    }

    /// `forecast.csv`.
    fn table(&self, outcome: &Outcome) -> String {
        let mut text = String::from("year");
        for figure in FIGURES {
            for name in NAMES {
                let _ = write!(text, ",{}_{name}", figure.key);
            }
        }
        for name in self.limits() {
            let _ = write!(text, ",binds_{name}");
        }
        text.push('\n');
        for (index, year) in self.years().enumerate() {
            let _ = write!(text, "{year}");
            for sketch in &outcome.bands[index] {
                for share in BAND {
                    text.push(',');
                    if let Some(value) = sketch.quantile(share) {
                        let _ = write!(text, "{}", digits(value, 5));
                    }
                }
            }
            for share in &outcome.binding[index] {
                let _ = write!(text, ",{}", digits(*share, 4));
            }
            text.push('\n');
        }
        text
    }

    /// Names of caps and connections.
    pub fn limits(&self) -> Vec<&str> {
        let caps = self.file.cap.iter().map(|cap| cap.name.as_str());
        let connections = self.file.connection.iter().map(|of| of.name.as_str());
        caps.chain(connections).collect()
    }

    /// `load_8760_YEAR.csv`.
    fn load_of(&self, outcome: &Outcome, year: usize, space: &mut Space) -> String {
        let columns = ["it", "cooling", "other", "facility"];
        let mut header = String::from("hour");
        let mut hours: Vec<String> = (0..HOURS).map(|hour| hour.to_string()).collect();
        for (name, draw) in NAMES.iter().zip(outcome.nearest[year]) {
            for column in columns {
                let _ = write!(header, ",{column}_mw_{name}");
            }
            self.hours_of((outcome, draw), year, space);
            for (hour, line) in hours.iter_mut().enumerate() {
                let of_hour = megawatts(space, hour);
                let all = of_hour.iter().sum::<f64>();
                for value in of_hour.into_iter().chain([all]) {
                    let _ = write!(line, ",{}", fixed(value));
                }
            }
        }
        header + "\n" + &hours.join("\n") + "\n"
    }

    /// `draws_8760_YEAR.csv`.
    fn profile_table(&self, outcome: &Outcome, space: &mut Space) -> String {
        let mut header = String::from("hour");
        let mut hours: Vec<String> = (0..HOURS).map(|hour| hour.to_string()).collect();
        let last = self.years().count() - 1;
        for (number, draw) in outcome.profiles.iter().enumerate() {
            let _ = write!(header, ",facility_mw_{}", number + 1);
            self.hours_of((outcome, *draw), last, space);
            for (hour, line) in hours.iter_mut().enumerate() {
                let of_hour = megawatts(space, hour);
                let _ = write!(line, ",{}", fixed(of_hour.iter().sum()));
            }
        }
        header + "\n" + &hours.join("\n") + "\n"
    }

    /// Makes a year of a draw again, for its hours.
    fn hours_of(&self, (outcome, draw): (&Outcome, u64), year: usize, space: &mut Space) {
        let point = self.point(&outcome.design, draw);
        // It was made before.
        let _ = self.with(&point, |draw| draw.year(year, space));
    }

    /// `stacks.csv`.
    fn stacks(&self) -> String {
        let mut text = String::from("year,of,name,twh,share\n");
        let point = vec![0.5; self.axes()];
        let mut space = Space::default();
        let _ = self.with(&point, |draw| {
            for (index, year) in self.years().enumerate() {
                for (of, name, twh, share) in draw.stack(index, &mut space) {
                    let _ = writeln!(
                        text,
                        "{year},{of},{name},{},{}",
                        digits(twh, 6),
                        digits(share, 5)
                    );
                }
            }
        });
        text
    }

    /// `sites.csv`.
    fn sites(&self) -> String {
        let mut text = String::from(
            "site,scenario,climate,utc_offset_h,ratio_in_the_hottest_hour,checksum,accuracy\n",
        );
        for (site, plant) in self.file.site.iter().zip(&self.shared.plants) {
            let table = &plant.table;
            let _ = writeln!(
                text,
                "{},{},{},{},{},{},{}",
                site.name,
                quoted(&site.scenario.display().to_string()),
                quoted(&table.climate),
                table.utc_offset_h,
                digits(plant.design_ratio, 5),
                table.checksum,
                quoted(&table.accuracy)
            );
        }
        text
    }

    /// `forecast.json`.
    fn summary(&self, outcome: &Outcome) -> String {
        let file = &self.file;
        let last = outcome.bands.last();
        let band = |at: usize| {
            let sketch = last.and_then(|bands| bands.get(at));
            BAND.map(|share| {
                sketch
                    .and_then(|sketch| sketch.quantile(share))
                    .map(|value| rounded(value, 6))
            })
        };
        let of_last: serde_json::Map<String, serde_json::Value> = FIGURES
            .iter()
            .enumerate()
            .filter(|(at, _)| band(*at)[1].is_some())
            .map(|(at, figure)| (figure.key.to_owned(), json!(band(at))))
            .collect();
        let energy = band(0);
        let equal: serde_json::Map<String, serde_json::Value> =
            equivalents::all(file.grid.household_kwh.unwrap_or(HOUSEHOLD_KWH))
                .iter()
                .map(|of| {
                    let values = energy.map(|twh| twh.map(|twh| rounded(twh * of.per_twh, 4)));
                    (of.key.to_owned(), json!(values))
                })
                .collect();
        let value = json!({
            "name": file.name,
            "region": file.scope.region,
            "ai": file.scope.ai,
            "note": file.scope.note,
            "crypto": file.scope.crypto,
            "utc_offset_h": file.scope.utc_offset_h,
            "first_year": file.years.first,
            "last_year": file.years.last,
            "draws": outcome.draws,
            "closure": self.closure(),
            "profiles": outcome.profiles.len(),
            "inputs_drawn": self.names(),
            "percentiles": ["p10", "p50", "p90"],
            "last_year_figures": of_last,
            "equivalents": equal,
        });
        serde_json::to_string_pretty(&value).unwrap_or_default() + "\n"
    }

    /// The closure, as files name it.
    pub fn closure(&self) -> &'static str {
        match (self.file.metered.is_some(), self.file.closure) {
            (true, _) => "metered",
            (false, crate::forecast::file::Closure::Supply) => "supply",
            (false, crate::forecast::file::Closure::Work) => "work",
        }
    }
}

/// One table of the analyses of several figures.
fn analysis(of: &[(&str, &Analysis)]) -> String {
    let mut text = String::from("figure,input");
    for column in of.first().map_or(&[][..], |(_, analysis)| analysis.columns) {
        let _ = write!(text, ",{column}");
    }
    text.push('\n');
    for (figure, analysis) in of {
        for row in &analysis.rows {
            let name = if row.axis.contains([',', '"', '\n']) {
                quoted(&row.axis)
            } else {
                row.axis.clone()
            };
            let _ = write!(text, "{figure},{name}");
            for value in &row.values {
                text.push(',');
                if let Some(value) = value {
                    let _ = write!(text, "{}", digits(*value, 6));
                }
            }
            text.push('\n');
        }
    }
    text
}

/// IT, cooling and other at an hour, MW.
fn megawatts(space: &Space, hour: usize) -> [f64; 3] {
    [&space.it, &space.cooling, &space.other].map(|of| f64::from(of[hour]) / 1e6)
}

/// Words as a cell of CSV.
fn quoted(words: &str) -> String {
    format!("\"{}\"", words.replace('"', "\"\""))
}

/// MW with seven significant digits.
fn fixed(mw: f64) -> String {
    digits(mw, 7)
}

fn rounded(value: f64, significant: i32) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let power = significant - 1 - value.abs().log10().floor() as i32;
    let factor = 10f64.powi(power.clamp(-300, 300));
    (value * factor).round() / factor
}

/// A number with so many significant digits, without an exponent.
fn digits(value: f64, significant: i32) -> String {
    let text = rounded(value, significant).to_string();
    if text == "-0" { "0".into() } else { text }
}
