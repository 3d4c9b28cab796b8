//! Results of which a file is missing, or whose loads do not have the energies that the result says.

use std::fs;
use std::path::Path;
use std::slice::from_ref;

use super::fixture::{DRAWS, YEAR, forecast, tools, typical, write};
use crate::describe::Fault;
use crate::export::load::Load;
use crate::export::source::{Takes, read};
use crate::export::{Band, Content, ExportError, Options, export};

const TAKES: Takes = Takes {
    tool: "Antares",
    quarters: false,
    all_years: false,
    draws: true,
};

fn load(folder: &Path) -> Result<Load, Fault> {
    read(folder, TAKES, &Options::default())
}

/// Multiplies columns of a table whose names begin so.
fn scale(folder: &Path, name: &str, factors: &[(&str, f64)]) {
    let text = fs::read_to_string(folder.join(name)).unwrap();
    let mut lines = text.lines();
    let header = lines.next().unwrap();
    let columns: Vec<&str> = header.split(',').collect();
    let mut out = format!("{header}\n");
    for line in lines {
        let cells = line.split(',').zip(&columns).map(|(cell, column)| {
            let factor = factors.iter().find(|(name, _)| name == column);
            factor.map_or_else(
                || cell.to_owned(),
                |(_, factor)| (cell.parse::<f64>().unwrap() * factor).to_string(),
            )
        });
        out += &(cells.collect::<Vec<_>>().join(",") + "\n");
    }
    write(folder, name, &out);
}

/// Adds a list of files to `run.json`.
fn listing(folder: &Path, files: &str) {
    let made = fs::read_to_string(folder.join("run.json")).unwrap();
    let listed = made.replace("\"seed\"", &format!("\"files\": {files}, \"seed\""));
    write(folder, "run.json", &listed);
}

#[test]
fn profiles_have_the_energy_of_their_band() {
    const LAST: &str = "load_8760_2028.csv";
    let lab = tempfile::tempdir().unwrap();
    let folder = lab.path();
    let all = |factor: f64| {
        [
            "it_mw_p10",
            "cooling_mw_p10",
            "other_mw_p10",
            "facility_mw_p10",
        ]
        .map(|name| (name, factor))
    };
    forecast(folder, &typical);
    scale(folder, LAST, &all(1.009));
    load(folder).unwrap();
    for factor in [1.011, 0.989] {
        forecast(folder, &typical);
        scale(folder, LAST, &all(factor));
        let fault = load(folder).unwrap_err();
        assert!(fault.what.contains("twh_p10 of 2028"), "{fault}");
        assert_eq!(fault.file(), Some(folder.join(LAST).as_path()));
        // The other profiles and years are whole.
        for (year, band) in [(2028, Band::P50), (2027, Band::P10)] {
            let options = Options {
                year: Some(year),
                band: Some(band),
                ..Options::default()
            };
            read(folder, TAKES, &options).unwrap();
        }
    }
    forecast(folder, &typical);
    write(
        folder,
        "forecast.csv",
        "year,twh_p10,twh_p50,twh_p90\n2027,1,1,1\n",
    );
    let fault = load(folder).unwrap_err();
    assert!(fault.what.contains("no row of 2028"), "{fault}");
    write(folder, "forecast.csv", "year,twh_p10,twh_p90\n2028,1,1\n");
    let fault = load(folder).unwrap_err();
    assert!(fault.what.contains("no column twh_p50"), "{fault}");
}

#[test]
fn draws_have_the_energies_of_their_ranks() {
    const TABLE: &str = "draws_8760_2028.csv";
    let lab = tempfile::tempdir().unwrap();
    let folder = lab.path();
    let names: Vec<String> = (1..=DRAWS.len())
        .map(|at| format!("facility_mw_{at}"))
        .collect();
    let all: Vec<(&str, f64)> = names.iter().map(|name| (name.as_str(), 1.3)).collect();
    let none = [("facility_mw_1", 0.9)];
    let one = [("facility_mw_3", 1.2)];
    for (factors, what) in [
        (&none[..], None),
        (&one[..], Some("draw 4 has")),
        (&all[..], Some("draw 2 has")),
    ] {
        forecast(folder, &typical);
        scale(folder, TABLE, factors);
        match (load(folder), what) {
            (Ok(_), None) => {}
            (Err(fault), Some(what)) => {
                assert!(fault.what.contains(what), "{fault}");
                assert_eq!(fault.file(), Some(folder.join(TABLE).as_path()));
            }
            (other, _) => panic!("{what:?}: {other:?}"),
        }
    }
}

#[test]
fn a_file_that_the_result_lists_and_that_is_gone_is_told() {
    let lab = tempfile::tempdir().unwrap();
    let (run, fleet) = (lab.path().join("run"), lab.path().join("fleet"));
    for (folder, file, listed) in [
        (
            &run,
            "timeseries.csv",
            "[\"load_8760.csv\", \"timeseries.csv\"]",
        ),
        (
            &run,
            "load_8760.csv",
            "[\"load_8760.csv\", \"timeseries.csv\"]",
        ),
        (&run, "scenario.toml", "[\"scenario.toml\"]"),
        (&fleet, "draws_8760_2028.csv", "[\"draws_8760_2028.csv\"]"),
        (&fleet, "load_8760_2028.csv", "[\"load_8760_2028.csv\"]"),
        (&fleet, "forecast.csv", "[\"forecast.csv\"]"),
    ] {
        YEAR.leave(&run, &typical);
        forecast(&fleet, &typical);
        listing(folder, listed);
        load(folder).unwrap();
        fs::remove_file(folder.join(file)).unwrap();
        let fault = load(folder).unwrap_err();
        let missing = format!("{file} is missing");
        assert!(fault.what.contains(&missing), "{fault}");
        assert!(fault.what.contains("no whole result"), "{fault}");
    }
    // One profile needs no draws.
    forecast(&fleet, &typical);
    listing(&fleet, "[\"draws_8760_2028.csv\"]");
    fs::remove_file(fleet.join("draws_8760_2028.csv")).unwrap();
    let options = Options {
        band: Some(Band::P50),
        ..Options::default()
    };
    read(&fleet, TAKES, &options).unwrap();
    fs::remove_file(fleet.join("run.json")).unwrap();
    let fault = read(&fleet, TAKES, &options).unwrap_err();
    assert!(fault.what.contains("run.json is missing"), "{fault}");
}

#[test]
fn an_export_of_draws_says_that_it_holds_draws() {
    let lab = tempfile::tempdir().unwrap();
    let (fleet, out) = (lab.path().join("fleet"), lab.path().join("out"));
    forecast(&fleet, &typical);
    let done = export(from_ref(&fleet), "antares", Some(&out), &Options::default()).unwrap();
    let Content::Load(totals) = &done.content else {
        panic!("{:?}", done.content)
    };
    let bands: Vec<_> = totals.iter().filter_map(|of| of.band.clone()).collect();
    assert_eq!(bands, ["draw 1", "draw 2", "draw 3", "draw 4", "draw 5"]);
    let mwh: f64 = (0..8760)
        .map(|hour| typical(f64::from(hour) + 0.5).iter().sum::<f64>())
        .sum();
    for (total, factor) in totals.iter().zip(DRAWS) {
        assert!(
            (total.facility_mwh / (mwh * factor) - 1.0).abs() < 1e-6,
            "{total:?}"
        );
    }
    assert!(
        done.notes[0].contains("5 draws of 2028"),
        "{:?}",
        done.notes
    );
    assert!(!done.notes[0].contains("percentiles"), "{:?}", done.notes);
}

#[test]
fn a_place_may_be_quarters_of_an_hour_from_utc_but_for_reeds() {
    let lab = tempfile::tempdir().unwrap();
    let (fleet, out) = (lab.path().join("fleet"), lab.path().join("out"));
    forecast(&fleet, &typical);
    let about = fs::read_to_string(fleet.join("forecast.json")).unwrap();
    write(&fleet, "forecast.json", &about.replace("-5.0", "5.75"));
    for tool in tools() {
        let done = export(
            from_ref(&fleet),
            tool,
            Some(&out.join(tool)),
            &Options::default(),
        );
        match (tool, done) {
            ("reeds", Err(ExportError::Input(fault))) => {
                assert!(fault.what.contains("needs whole hours"), "{fault}");
            }
            ("reeds", done) => panic!("{done:?}"),
            (_, done) => {
                done.unwrap();
                let readme = fs::read_to_string(out.join(tool).join("README.txt")).unwrap();
                assert!(readme.contains("UTC+05:45"), "{tool}: {readme}");
            }
        }
    }
}
