//! The files of an export, with what a reader must know of them: `README.txt` for people, `export.json` for programs.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::Band;
use super::load::{Load, Origin, leap};
use super::number;
use crate::describe::lines;
use crate::output::Input;

/// Name of the list of an export's files.
pub(super) const MANIFEST: &str = "export.json";
const README: &str = "README.txt";
/// Width of `README.txt`.
const WIDTH: usize = 100;

/// Energy and peak of a profile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Total {
    /// Calendar year.
    pub year: i16,
    /// `p10`, `p50`, `p90` or `draw 7`; None for a run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub band: Option<String>,
    /// Energy of the year without 29 February, MWh; None where uses are not apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub it_mwh: Option<f64>,
    /// The same of cooling.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cooling_mwh: Option<f64>,
    /// The same of everything else: distribution losses, other loads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_mwh: Option<f64>,
    /// The same of all uses.
    pub facility_mwh: f64,
    /// Highest interval of all uses, MW.
    pub peak_mw: f64,
    /// Mean over peak.
    pub load_factor: f64,
}

/// Content of an export.
#[derive(Debug, Clone)]
pub(super) struct Files {
    origin: Origin,
    about: Vec<(&'static str, String)>,
    totals: Vec<Total>,
    list: Vec<File>,
    notes: Vec<String>,
    manifest: serde_json::Map<String, serde_json::Value>,
}

#[derive(Debug, Clone)]
struct File {
    path: String,
    bytes: Vec<u8>,
    /// What it is, for `README.txt`; empty where the one before says it.
    what: String,
}

/// How a tool has 29 February.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LeapDay {
    /// Left out: the tool knows years of 365 days.
    Never,
    /// As in the results.
    AsSimulated,
    /// Always there: the tool asks for each day of the calendar.
    Always,
}

impl Files {
    /// Of a load, for a tool.
    pub(super) fn of(load: &Load, tool: &'static str, unit: &str, leap_day: LeapDay) -> Self {
        let zone = number::zone(load.utc_offset_h);
        let minutes = load.interval_min();
        let mut years: Vec<i16> = load.profiles.iter().map(|profile| profile.year).collect();
        years.dedup();
        let spelt: Vec<String> = years.iter().map(ToString::to_string).collect();
        let mut about = vec![
            ("for", tool.to_owned()),
            (
                "from",
                format!(
                    "{} {}, coldaisle {}, seed {}",
                    load.origin.kind, load.origin.name, load.origin.version, load.origin.seed
                ),
            ),
            (
                "time",
                format!(
                    "local standard time, {zone}, no daylight saving; a value is the mean over the interval that starts there, the \
                     first one on 1 January 00:00"
                ),
            ),
            ("interval", format!("{minutes} min")),
            ("year", spelt.join(", ")),
            ("unit", unit.to_owned()),
        ];
        if let Some(text) = leap_text(load, leap_day) {
            about.push(("29 February", text));
        }
        let totals = match &load.draws {
            Some(draws) => draws
                .each()
                .map(|(band, of)| total(&of, Some(band)))
                .collect(),
            None => load.profiles.iter().map(|of| total(of, None)).collect(),
        };
        let mut manifest = serde_json::Map::new();
        manifest.insert("zone".into(), load.zone().into());
        manifest.insert("utc_offset_h".into(), load.utc_offset_h.into());
        manifest.insert("interval_min".into(), minutes.into());
        Self {
            origin: load.origin.clone(),
            about,
            totals,
            list: Vec::new(),
            notes: load.notes.clone(),
            manifest,
        }
    }

    /// Adds a file; `what` may be empty where it says the same as that of the file before.
    pub(super) fn add(&mut self, path: impl Into<String>, text: impl Into<Vec<u8>>, what: &str) {
        self.list.push(File {
            path: path.into(),
            bytes: text.into(),
            what: what.to_owned(),
        });
    }

    /// Replaces or adds a line of the head of `README.txt`.
    pub(super) fn say(&mut self, key: &'static str, text: impl Into<String>) {
        match self.about.iter_mut().find(|(known, _)| *known == key) {
            Some((_, old)) => *old = text.into(),
            None => self.about.push((key, text.into())),
        }
    }

    /// Name of the result.
    pub(super) fn name(&self) -> &str {
        &self.origin.name
    }

    pub(super) fn totals(&self) -> Vec<Total> {
        self.totals.clone()
    }

    pub(super) fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Files by path with their content: those of the tool, `README.txt`, and `export.json` with the checksums of all others.
    pub(super) fn all(&self, tool: &str) -> Vec<(String, Vec<u8>)> {
        let of_tool = self.list.iter();
        let mut all: Vec<(String, Vec<u8>)> = of_tool
            .map(|file| (file.path.clone(), file.bytes.clone()))
            .collect();
        all.push((README.into(), self.readme().into_bytes()));
        let manifest = Manifest {
            program: PROGRAM.into(),
            version: env!("CARGO_PKG_VERSION").into(),
            format: tool.to_owned(),
            of: self.origin.kind.to_owned(),
            name: self.origin.name.clone(),
            seed: self.origin.seed,
            results: self.origin.results.clone(),
            about: self.manifest.clone(),
            profiles: self.totals.clone(),
            files: all
                .iter()
                .map(|(path, bytes)| Input::of_bytes(path, bytes))
                .collect(),
        };
        let mut text = serde_json::to_vec_pretty(&manifest).unwrap_or_default();
        text.push(b'\n');
        all.push((MANIFEST.into(), text));
        all
    }

    fn readme(&self) -> String {
        let mut out = String::new();
        let widest = self
            .about
            .iter()
            .map(|(key, _)| key.len())
            .max()
            .unwrap_or(0);
        for (key, text) in &self.about {
            entry(&mut out, &format!("{key:widest$}  "), text);
        }
        if !self.totals.is_empty() {
            out.push_str(&table(&self.totals));
        }
        out.push_str("\nfiles\n");
        let widest = self
            .list
            .iter()
            .map(|file| file.path.len())
            .max()
            .unwrap_or(0);
        for File { path, what, .. } in &self.list {
            entry(&mut out, &format!("  {path:widest$}  "), what);
        }
        if !self.notes.is_empty() {
            out.push_str("\nnotes\n");
        }
        for note in &self.notes {
            entry(&mut out, "  ", note);
        }
        out
    }
}

/// Says who wrote a folder.
pub(super) const PROGRAM: &str = "coldaisle";

/// `export.json`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub(super) program: String,
    version: String,
    pub(super) format: String,
    /// `run` or `forecast`.
    pub(super) of: String,
    pub(super) name: String,
    seed: u64,
    /// Tells the results from others of the same name.
    #[serde(default)]
    results: String,
    #[serde(flatten)]
    about: serde_json::Map<String, serde_json::Value>,
    profiles: Vec<Total>,
    /// With paths relative to the folder, `/` between their parts.
    pub(super) files: Vec<Input>,
}

impl Manifest {
    /// Why it is not of the same results for the same tool; None where it is.
    pub(super) fn differs(&self, files: &Files, tool: &str) -> Option<String> {
        let of = format!("{} {} to {}", self.of, self.name, self.format);
        let origin = &files.origin;
        if self.program != PROGRAM
            || self.format != tool
            || self.of != origin.kind
            || self.name != origin.name
        {
            return Some(format!(
                "it holds the export of another result or for another tool: {of}"
            ));
        }
        if self.results != origin.results || self.seed != origin.seed {
            let cause = "it holds the export of other results of the same name (other inputs, options, draws or seed)";
            return Some(format!("{cause}: {of}"));
        }
        None
    }
}

fn leap_text(load: &Load, leap_day: LeapDay) -> Option<String> {
    let leap_years = load.profiles.iter().filter(|profile| leap(profile.year));
    let (mut with, mut without) = (false, false);
    for profile in leap_years {
        with |= profile.leap_day;
        without |= !profile.leap_day;
    }
    if !with && !without {
        return None;
    }
    let text = match (leap_day, with) {
        (LeapDay::Never, _) => {
            "left out: this format has years of 365 days; from 1 March of a leap year on, a tool that counts weekdays from 1 January is \
             one day behind"
        }
        (LeapDay::AsSimulated | LeapDay::Always, true) => {
            "in the files, as simulated; not in the energies below"
        }
        (LeapDay::AsSimulated, false) => "left out, as in the results",
        (LeapDay::Always, false) => {
            "28 February once more: the results have none; not in the energies below"
        }
    };
    Some(text.to_owned())
}

/// A line with text that hangs behind it.
fn entry(out: &mut String, head: &str, text: &str) {
    let indent = " ".repeat(head.chars().count());
    let room = WIDTH.saturating_sub(indent.len()).max(40);
    for (index, line) in lines(text, room).iter().enumerate() {
        let head = if index == 0 { head } else { &indent };
        let _ = writeln!(out, "{head}{line}"); // writing into a string cannot fail
    }
    if text.is_empty() {
        let _ = writeln!(out, "{}", head.trim_end());
    }
}

fn table(totals: &[Total]) -> String {
    let mut out = format!(
        "\n{:>4} {:>8} {:>14} {:>14} {:>14} {:>14} {:>12} {:>11}\n",
        "year", "band", "it MWh", "cooling MWh", "other MWh", "all MWh", "peak MW", "load factor"
    );
    let cell = |value: Option<f64>| value.map_or_else(String::new, |value| format!("{value:.3}"));
    for total in totals {
        let band = total.band.as_deref().unwrap_or("");
        let _ = writeln!(
            out,
            "{:>4} {:>8} {:>14} {:>14} {:>14} {:>14.3} {:>12.6} {:>11.4}",
            total.year,
            band,
            cell(total.it_mwh),
            cell(total.cooling_mwh),
            cell(total.other_mwh),
            total.facility_mwh,
            total.peak_mw,
            total.load_factor
        );
    }
    out
}

/// Of a profile; `draw` names one that is of no band.
fn total(profile: &super::load::Profile, draw: Option<String>) -> Total {
    let profile = profile.without_leap_day();
    // To the watt-hour: further digits are those of the sum.
    let energy =
        |mw: &[f64]| (mw.iter().sum::<f64>() / profile.per_hour as f64 * 1e6).round() / 1e6;
    let of = |name: &str| {
        let part = profile.parts.iter().find(|part| part.name == name);
        part.map(|part| energy(&part.mw))
    };
    let facility = profile.facility();
    let peak_mw = facility.iter().copied().fold(0.0, f64::max);
    let mean_mw = facility.iter().sum::<f64>() / facility.len().max(1) as f64;
    Total {
        year: profile.year,
        band: draw.or_else(|| profile.band.map(Band::name).map(str::to_owned)),
        it_mwh: of("it"),
        cooling_mwh: of("cooling"),
        other_mwh: of("other"),
        facility_mwh: energy(&facility),
        peak_mw,
        load_factor: if peak_mw > 0.0 {
            (mean_mw / peak_mw * 1e6).round() / 1e6
        } else {
            0.0
        },
    }
}
