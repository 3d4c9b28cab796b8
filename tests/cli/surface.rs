//! `run.plant = "surface"`: what it leaves, what it leaves out, and what it refuses.

use crate::lab::{CHILLERS, JOBS, LOAD, Lab, place, tiny};

const DAYS: &str = "days = 1\n";
const SURFACE: &str = "days = 1\nplant = \"surface\"\n";

/// Hours 0 to 23, as the header says.
fn profile(header: &str, value: impl Fn(u32) -> f64) -> String {
    let rows: Vec<String> = (0..24)
        .map(|hour| format!("{hour},{}", value(hour)))
        .collect();
    format!("time_h,{header}\n{}\n", rows.join("\n"))
}

fn lab(changes: &[(&str, &str)]) -> Lab {
    let lab = Lab::with("a.toml", tiny(&[&[(DAYS, SURFACE)], changes].concat()));
    lab.write(
        "load.csv",
        profile("it_kw", |hour| 60.0 + 2.0 * f64::from(hour % 12)),
    );
    lab.write("meter.csv", profile("facility_kw", |_| 100.0));
    lab
}

const PROFILE: &str = "[workload.profile]\nfile = \"load.csv\"\n";

#[test]
fn a_run_says_how_far_its_surface_is_from_the_engine_and_leaves_out_what_it_does_not_hold() {
    let lab = lab(&[(LOAD, PROFILE)]);
    let said = lab.good(&["run", "a.toml", "-o", "out", "--set", "run.step_s=900"]);
    said.has(&[
        "cooling is taken from a surface of",
        "rms error of",
        "bias of",
    ]);
    let names = lab.names("out");
    let expected = [
        "load_8760.csv",
        "run.json",
        "scenario.toml",
        "summary.json",
        "timeseries.csv",
    ];
    assert_eq!(names, expected);
    let run = lab.json("out/run.json");
    let surface = &run["surface"];
    assert_eq!(surface["hours"], 8760);
    assert!(surface["loads"].as_u64().unwrap() >= 3, "{surface}");
    assert!(
        surface["cooling_w"]["rms"].as_f64().unwrap()
            < 0.05 * surface["cooling_w"]["mean"].as_f64().unwrap()
    );
    let summary = lab.json("out/summary.json");
    let it_mwh = summary["energy_mwh"]["it"].as_f64().unwrap();
    // By hand: 24 h of 60 kW and twice 2·(0 + … + 11) = 132 kWh: 1.704 MWh.
    assert!((it_mwh - 1.704).abs() < 1e-6, "{it_mwh}");
    assert!(summary["water_m3"]["makeup"].as_f64().unwrap() > 0.0);
    assert!(summary["thermal"]["supply_mean_c"].is_number());
    for absent in ["max_chip_c", "max_inlet_c", "throttled_gpu_hours"] {
        assert!(summary["thermal"][absent].is_null(), "{absent}");
    }
    for absent in ["supply", "work", "jobs", "ride_through"] {
        assert!(summary[absent].is_null(), "{absent}: {}", summary[absent]);
    }
    let header = lab.read("out/timeseries.csv");
    let header = header.lines().next().unwrap().to_owned();
    assert!(!header.contains("north_"), "{header}");
    assert!(
        lab.read("out/scenario.toml")
            .contains("plant = \"surface\"")
    );
}

/// The engine begins at rest, the surface two days earlier: cooling of the first day to 0.5 %.
#[test]
fn a_day_by_surface_is_that_of_the_engine() {
    let lab = lab(&[]);
    let energy = |plant: &str| {
        let plant = format!("run.plant={plant}");
        let sets = ["--set", &plant, "--set", "run.step_s=900"];
        lab.good(&[&["run", "a.toml", "-o", "out", "-q"], &sets[..]].concat());
        let summary = lab.json("out/summary.json");
        let energy = |key: &str| summary["energy_mwh"][key].as_f64().unwrap();
        ["facility", "it", "cooling", "electrical_losses"].map(energy)
    };
    let (exact, surface) = (energy("exact"), energy("surface"));
    for (exact, surface) in exact.into_iter().zip(surface) {
        assert!((surface / exact - 1.0).abs() < 5e-3, "{surface} {exact}");
    }
}

#[test]
fn what_a_surface_does_not_know_is_refused_with_a_cure() {
    let meter = "[workload.profile]\nfile = \"meter.csv\"\n";
    let event = "[workload.constant]\nutilisation = 0.7\n[[event]]\nstart = \"2026-07-01T10:00\"\nminutes = 60\nwhat.crah_trip = {}\n";
    let limit = "climate = \"phoenix\"\ngrid_limit_mw = 0.1\n";
    let cases: [(&str, &str, &str); 4] = [
        (LOAD, JOBS, "no jobs, services or hashing"),
        (LOAD, meter, "not over power at the meter"),
        (LOAD, event, "knows no events"),
        ("climate = \"phoenix\"\n", limit, "knows no solar panels"),
    ];
    for (from, to, what) in cases {
        let lab = lab(&[(from, to)]);
        let at = place("a.toml", &lab.read("a.toml"), "\"surface\"");
        lab.refused(&["run", "a.toml"], &[&at, what, "set it to \"exact\""]);
        lab.good(&["validate", "a.toml", "--set", "run.plant=exact"]);
    }
    let lab = Lab::with("a.toml", tiny(&[(DAYS, "days = 1\nplant = \"fast\"\n")]));
    lab.refused(
        &["run", "a.toml"],
        &["a.toml:6:9", "unknown name 'fast'", "exact, surface"],
    );
    let tank = format!("{CHILLERS}water.storage_m3 = 10.0\n");
    let lab = self::lab(&[(CHILLERS, &tank)]);
    lab.refused(
        &["run", "a.toml"],
        &["a tank of cold water", "storage_m3", "remove it"],
    );
}

#[test]
fn a_session_is_refused() {
    let lab = lab(&[]);
    lab.write(
        "s.toml",
        "[[command]]\nat_s = 0.0\nact.demand = { factor = 0.5 }\n",
    );
    lab.refused(
        &["run", "a.toml", "--commands", "s.toml"],
        &["s.toml", "knows no commands", "set run.plant to \"exact\""],
    );
}
