//! Each format holds what the result has: value by value, in order, for a run and a forecast.

use std::path::Path;

use proptest::prelude::*;

use super::back::{Back, read};
use super::fixture::{BANDS, DRAWS, GROWTH, Run, YEAR, YEARS, forecast, tools, typical};
use crate::export::tool::{Made, Request};
use crate::export::{Options, find};

pub(super) fn files(folder: &Path, tool: &str, options: &Options) -> Vec<(String, Vec<u8>)> {
    let request = Request {
        results: &[folder.to_owned()],
        options,
        scratch: folder,
    };
    match find(tool).unwrap().make(&request) {
        Ok(Made::Folder(files)) => files.all(tool),
        Ok(Made::File(_)) => panic!("{tool} is one file"),
        Err(error) => panic!("{tool}: {error}"),
    }
}

fn text(files: &[(String, Vec<u8>)], name: &str) -> String {
    let file = files.iter().find(|(path, _)| path == name);
    let (_, bytes) = file.unwrap_or_else(|| panic!("no {name}"));
    String::from_utf8(bytes.clone()).unwrap()
}

/// Energy by key of all parts that are not another form of the same.
fn energy(back: &Back, key: &str) -> f64 {
    let whole = back.get(&(key.to_owned(), "all".to_owned()));
    if let Some(whole) = whole {
        return whole.iter().sum();
    }
    let parts = ["it", "cooling", "other"].map(|part| {
        let part = back.get(&(key.to_owned(), part.to_owned()));
        part.unwrap_or_else(|| panic!("{key}: {:?}", back.keys()))
            .iter()
            .sum::<f64>()
    });
    parts.iter().sum()
}

fn near(found: f64, expected: f64, what: &str) {
    assert!(
        (found - expected).abs() <= 1e-6 * expected,
        "{what}: {found} in place of {expected}"
    );
}

/// Energies that the result itself holds, MWh by the hour: IT, cooling, other of a year.
fn sums(load: &dyn Fn(f64) -> [f64; 3], factor: f64) -> [f64; 3] {
    let mut sums = [0.0; 3];
    for hour in 0..8760 {
        let parts = load(f64::from(hour) + 0.5);
        for (sum, mw) in sums.iter_mut().zip(parts) {
            *sum += (mw * factor * 1e6).round() / 1e6;
        }
    }
    sums
}

#[test]
fn a_run_is_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    YEAR.leave(folder.path(), &typical);
    let expected = sums(&typical, 1.0);
    for tool in tools() {
        let files = files(folder.path(), tool, &Options::default());
        let back = read(tool, &files, 2026);
        near(energy(&back, "2026"), expected.iter().sum(), tool);
        for (at, part) in ["it", "cooling", "other"].into_iter().enumerate() {
            for name in [part.to_owned(), format!("days {part}")] {
                if let Some(values) = back.get(&("2026".to_owned(), name)) {
                    assert_eq!(values.len(), 8760, "{tool} {part}");
                    near(values.iter().sum(), expected[at], tool);
                    near(values[4000], typical(4000.5)[at], tool);
                }
            }
        }
        let readme = text(&files, "README.txt");
        let local = if tool == "reeds" {
            "UTC-06:00"
        } else {
            "UTC-07:00"
        };
        for part in [local, "2026", "60 min", "run hall"] {
            assert!(readme.contains(part), "{tool}: no {part} in\n{readme}");
        }
    }
}

#[test]
fn a_forecast_is_in_every_format_with_its_bands() {
    let folder = tempfile::tempdir().unwrap();
    forecast(folder.path(), &typical);
    for tool in tools() {
        let files = files(folder.path(), tool, &Options::default());
        let back = read(tool, &files, YEARS[1]);
        if tool == "antares" {
            assert_eq!(back.len(), DRAWS.len());
            for (at, factor) in DRAWS.into_iter().enumerate() {
                let expected = sums(&typical, factor).iter().sum();
                near(
                    energy(&back, &format!("2028 draw {}", at + 1)),
                    expected,
                    tool,
                );
            }
            continue;
        }
        let all = matches!(tool, "reeds" | "plexos");
        for (at, year) in YEARS.iter().enumerate() {
            for (band, factor) in BANDS {
                let key = format!("{year} {band}");
                if !all && at == 0 {
                    assert!(!back.keys().any(|(found, _)| *found == key), "{tool} {key}");
                    continue;
                }
                let growth = GROWTH[at];
                let mut expected: f64 = sums(&typical, factor * growth).iter().sum();
                if tool == "plexos" && *year == 2028 {
                    // 28 February once more.
                    let day = (58 * 24..59 * 24)
                        .map(|hour| typical(f64::from(hour) + 0.5).iter().sum::<f64>());
                    expected += day.sum::<f64>() * factor * growth;
                }
                near(energy(&back, &key), expected, &format!("{tool} {key}"));
            }
        }
    }
}

#[test]
fn quarters_of_an_hour_stay_where_the_tool_takes_them() {
    let folder = tempfile::tempdir().unwrap();
    let run = Run {
        record_s: 900,
        ..YEAR
    };
    run.leave(folder.path(), &typical);
    let mut options = Options::default();
    for tool in tools() {
        let hourly = matches!(tool, "genx" | "reeds" | "antares");
        let back = read(tool, &files(folder.path(), tool, &options), 2026);
        let per_hour = if hourly { 1 } else { 4 };
        for ((_, part), values) in &back {
            if part != "site" {
                assert_eq!(values.len(), 8760 * per_hour, "{tool} {part}");
            }
        }
        let energy_15 = energy(&back, "2026") / per_hour as f64;
        options.interval_min = Some(60);
        let back = read(tool, &files(folder.path(), tool, &options), 2026);
        near(energy(&back, "2026"), energy_15, tool);
        options.interval_min = None;
    }
    let pypsa = files(folder.path(), "pypsa", &options);
    assert!(text(&pypsa, "snapshots.csv").contains("\n1,2026-01-01 00:15:00,0.25,0.25,0.25\n"));
    let dss = text(&files(folder.path(), "opendss", &options), "loads.dss");
    assert!(dss.contains("npts=35040 minterval=15"), "{dss}");
    let reopt = text(
        &files(folder.path(), "reopt", &options),
        "electric_load_2026.json",
    );
    assert!(reopt.contains("\"time_steps_per_hour\": 4"), "{reopt}");
    let switch = text(&files(folder.path(), "switch", &options), "timeseries.csv");
    assert!(switch.contains("2026_all,2026,0.25,35040,1"), "{switch}");
    let plexos = text(
        &files(folder.path(), "plexos", &options),
        "load_periods.csv",
    );
    assert!(
        plexos.lines().next().unwrap().ends_with(",95,96"),
        "{plexos:.300}"
    );
}

/// Noon in the east is eleven in Central Time; the first hour of the year comes to its end.
#[test]
fn reeds_is_in_central_time() {
    let folder = tempfile::tempdir().unwrap();
    forecast(folder.path(), &|hour| [hour.floor() + 1.0, 0.0, 0.0]);
    let options = Options {
        zone: Some("NY".into()),
        band: Some(crate::export::Band::P50),
        ..Options::default()
    };
    let files = files(folder.path(), "reeds", &options);
    let hours = text(&files, "load_hourly_NY_p50.csv");
    for line in [
        "year,datetime,NY",
        "2027,2027-01-01 00:00:00-06:00,2",
        "2027,2027-01-01 11:00:00-06:00,13",
        "2027,2027-12-31 23:00:00-06:00,1",
        "2028,2028-02-28 23:00:00-06:00,1558.7\n2028,2028-03-01 00:00:00-06:00,1559.8\n",
    ] {
        assert!(hours.contains(line), "no {line} in\n{hours:.500}");
    }
    let sites = text(&files, "loadsite_NY_p50.csv");
    assert!(sites.contains("turned by 1 h"), "{sites}");
    // The mean of 1 to 8,760.
    assert!(
        sites.ends_with("*loadsitereg,t,MW\nNY,2027,4380.5\nNY,2028,4818.55\n"),
        "{sites}"
    );
}

#[test]
fn names_and_numbers_of_zones_reach_the_files() {
    let folder = tempfile::tempdir().unwrap();
    YEAR.leave(folder.path(), &typical);
    for (tool, zone, file, part) in [
        ("pypsa", "DE0-1", "loads.csv", "dc_cooling,DE0-1"),
        ("genx", "3", "Demand_data.csv", "Time_Index,Demand_MW_z3"),
        ("genx", "z12", "Demand_data.csv", "Demand_MW_z12"),
        ("antares", "FR.1", "load_fr_1.txt", "\n"),
        ("switch", "North", "loads.csv", "\nNorth,8760,"),
        ("opendss", "bus7", "loads.dss", "@dc_bus=bus7"),
        (
            "plexos",
            "R1",
            "load_names.csv",
            "Period,R1_dc_it,R1_dc_cooling,R1_dc_other",
        ),
    ] {
        let options = Options {
            zone: Some(zone.into()),
            ..Options::default()
        };
        let text = text(&files(folder.path(), tool, &options), file);
        assert!(text.contains(part), "{tool}: {text:.400}");
    }
}

#[test]
fn leap_years_are_as_each_tool_has_them() {
    let folder = tempfile::tempdir().unwrap();
    let run = Run {
        start: "2028-01-01",
        hours: 8784,
        ..YEAR
    };
    // The leap day draws three times as much.
    let load = |hour: f64| {
        let leap = (59.0 * 24.0..60.0 * 24.0).contains(&hour);
        [if leap { 30.0 } else { 10.0 }, 1.0, 0.5]
    };
    run.leave(folder.path(), &load);
    for tool in tools() {
        let files = files(folder.path(), tool, &Options::default());
        let back = read(tool, &files, 2028);
        let with = matches!(tool, "pypsa" | "plexos");
        let days = if with { 366 } else { 365 };
        let expected = if with {
            366.0 * 24.0 * 11.5 + 480.0
        } else {
            8760.0 * 11.5
        };
        near(energy(&back, "2028"), expected, tool);
        assert!(
            back.values().all(|values| values.len() == days * 24),
            "{tool}"
        );
        let readme = text(&files, "README.txt");
        assert!(readme.contains("29 February  "), "{tool}:\n{readme}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.div_ceil(32), ..ProptestConfig::default() })]

    /// Whatever the load, the files add up to it, to a millionth. Each case is one tool: writing and reading a year takes its time.
    #[test]
    fn energy_is_conserved(
        exponent in -1.3_f64..3.7,
        swing in 0.0_f64..1.0,
        cooling in 0.01_f64..0.5,
        period_h in 3.0_f64..3000.0,
        tool in prop::sample::select(tools().collect::<Vec<_>>()),
    ) {
        let base = 10.0_f64.powf(exponent); // 50 kW to 5 GW
        let load = |hour: f64| {
            let it = base * (1.0 + swing * (hour / period_h).sin());
            [it, cooling * it, 0.05 * base]
        };
        let folder = tempfile::tempdir().unwrap();
        YEAR.leave(folder.path(), &load);
        let expected: f64 = sums(&load, 1.0).iter().sum();
        let back = read(tool, &files(folder.path(), tool, &Options::default()), 2026);
        near(energy(&back, "2026"), expected, tool);
        if tool == "reeds" {
            near(back[&("2026".to_owned(), "site".to_owned())].iter().sum(), expected, "loadsite");
        }
    }
}
