//! A measured load that is not drawn: what was not served, by hand.

use crate::lab::{CHILLERS, LOAD, Lab, tiny};

const PROFILE: &str = "[workload.profile]\nfile = \"load.csv\"\n";
const OUTAGE: &str =
    "[[event]]\nstart = \"2026-07-01T06:00\"\nminutes = 120\nwhat.utility_outage = {}\n";

fn figure(summary: &serde_json::Value, group: &str, key: &str) -> f64 {
    let value = summary[group][key].as_f64();
    value.unwrap_or_else(|| panic!("no {group}.{key} in {summary}"))
}

/// A load of 90 kW all day, as the program runs it with these changes; 90 kW · 24 h = 2.16 MWh are requested.
fn run(changes: &[(&str, &str)], more: &str) -> (serde_json::Value, crate::lab::Said) {
    let lab = Lab::with("load.csv", "time_h,it_kw\n0,90\n24,90\n48,90\n");
    let changes = [&[(LOAD, PROFILE)], changes].concat();
    lab.write("s.toml", format!("{}{more}", tiny(&changes)));
    let said = lab.good(&["run", "s.toml", "-o", "r"]);
    (lab.json("r/summary.json"), said)
}

/// Without the grid and without batteries two hours of 90 kW are not served: 0.18 MWh of 2.16.
#[test]
fn what_is_asked_in_the_dark_is_not_served() {
    let (summary, said) = run(&[], OUTAGE);
    let missed_mwh = figure(&summary, "energy_mwh", "unserved");
    assert!((missed_mwh - 0.18).abs() < 1e-6, "{missed_mwh}");
    let it_mwh = figure(&summary, "energy_mwh", "it");
    assert!((it_mwh + missed_mwh - 2.16).abs() < 1e-6, "{it_mwh}");
    said.has(&["0.180 MWh of the measured load were not served"]);
    assert!(said.out.contains("load not served"), "{}", said.out);
}

/// Chillers of 1 kW each cannot carry 90 kW: racks switch off, and what they do not draw is not served. Served and not
/// served are what was requested, and no balance fails.
#[test]
fn what_racks_off_do_not_draw_is_not_served() {
    let small = format!("{CHILLERS}chillers = 4\ncapacity_kw = 1\n");
    let (summary, said) = run(&[(CHILLERS, &small)], "");
    let missed_mwh = figure(&summary, "energy_mwh", "unserved");
    let it_mwh = figure(&summary, "energy_mwh", "it");
    assert!(missed_mwh > 1.0, "{missed_mwh}");
    assert!(
        (it_mwh + missed_mwh - 2.16).abs() < 1e-6,
        "{it_mwh} {missed_mwh}"
    );
    said.has(&["heat switched racks off", "were not served"]);
}

/// Under a limit of 100 kW at the meter the chips are slowed down: IT and what is not served make 90 kW all day, and the
/// meter stays at its limit.
#[test]
fn what_a_limit_takes_is_not_served() {
    let (summary, _) = run(
        &[(
            "climate = \"phoenix\"\n",
            "climate = \"phoenix\"\ngrid_limit_mw = 0.1\n",
        )],
        "",
    );
    let missed_mwh = figure(&summary, "energy_mwh", "unserved");
    let it_mwh = figure(&summary, "energy_mwh", "it");
    assert!(missed_mwh > 0.0, "{missed_mwh}");
    assert!(
        (it_mwh + missed_mwh - 2.16).abs() < 1e-6,
        "{it_mwh} {missed_mwh}"
    );
    assert!(figure(&summary, "peak_kw", "facility") <= 100.0 * (1.0 + 1e-9));
}

/// Generators of 20 kW carry neither 90 kW nor the idle hall: chips are stopped, and the hours that require more of them than
/// they carry are reported. Two hours less the time that they need to start.
#[test]
fn generators_that_are_too_small_are_told() {
    let site = "climate = \"phoenix\"\ngenerator = { power_mw = 0.02 }\n";
    let (summary, said) = run(&[("climate = \"phoenix\"\n", site)], OUTAGE);
    let hours = figure(&summary, "supply", "generator_overload_hours");
    assert!((1.8..=2.0).contains(&hours), "{hours}");
    said.has(&["load exceeded site.generator.power_mw"]);
}

/// A load that is met is met to the watt, without a warning.
#[test]
fn a_load_that_is_served_is_all_there() {
    let (summary, said) = run(&[], "");
    assert!((figure(&summary, "energy_mwh", "it") - 2.16).abs() < 1e-9);
    assert_eq!(figure(&summary, "energy_mwh", "unserved"), 0.0);
    assert!(!said.out.contains("not served"), "{}", said.out);
}
