//! Water of towers at light loads, and circuits that freeze.

use super::{Lab, case};

/// Energy of the site in kWh and make-up in litres over 72 h of a constant load.
fn used(lab: &Lab, it_kw: f64) -> (f64, f64) {
    let load = format!("time_h,it_kw\n0,{it_kw}\n72,{it_kw}\n");
    lab.write("constant.csv", load);
    let out = format!("out-{it_kw}");
    let file = "workload.profile.file=constant.csv";
    lab.good(&[
        "run",
        "scenario.toml",
        "-q",
        "-o",
        &out,
        "--set",
        "run.days=3",
        "--set",
        file,
    ]);
    let summary = lab.json(&format!("{out}/summary.json"));
    let figure = |group: &str, key: &str| summary[group][key].as_f64().unwrap();
    let losses = figure("energy_mwh", "electrical_losses");
    (
        1e3 * (figure("energy_mwh", "facility") - losses),
        1e3 * figure("water_m3", "makeup"),
    )
}

/// A hall that draws nothing leaves the heat of the pumps: 83.9 kWh in 72 h, which take 0.21 m³ at about 2.5 litres per kWh.
/// More heat takes more water. Per kWh light loads take up to a quarter more in this dry heat: water that is hardly warmer than
/// its setpoint lets the air leave colder, and more of what evaporates cools the air itself.
#[test]
#[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
fn case_19_nothing_to_reject() {
    let Some(lab) = case("19-nothing-to-reject") else {
        return;
    };
    let (kwh, litres) = used(&lab, 0.0);
    assert!((kwh - 83.9).abs() < 0.1, "{kwh}");
    assert!((litres - 212.5).abs() < 5.0, "{litres}");
    let mut before = litres;
    for it_kw in [1.0, 5.0, 10.0, 30.0, 60.0, 100.0] {
        let (kwh, litres) = used(&lab, it_kw);
        assert!(litres > before, "{it_kw} kW: {litres} {before}");
        let per_kwh = litres / kwh;
        assert!(per_kwh > 1.7 && per_kwh < 2.8, "{it_kw} kW: {per_kwh}");
        before = litres;
    }
}

/// At −29 °C plain water and weak glycol are reported to freeze, with the glycol that does not; that takes more pump power.
#[test]
#[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
fn case_35_glycol_in_dry_coolers() {
    let Some(lab) = case("35-glycol-in-dry-coolers") else {
        return;
    };
    let fluid = |name: &str| format!("heat_rejection.dry_cooler.fluid={name}");
    let said = |name: &str| {
        let said = lab.good(&["validate", "scenario.toml", "--set", &fluid(name)]);
        format!("{}{}", said.out, said.err)
    };
    for name in ["water", "pg25", "eg40"] {
        let text = said(name);
        assert!(text.contains(&format!("{name} freezes at")), "{text}");
        let cure = if name == "eg40" { "eg50" } else { "pg50" };
        assert!(text.contains(&format!("set fluid = \"{cure}\"")), "{text}");
        assert!(!said(cure).contains("freezes"), "{cure}");
    }
    let pumps = |name: &str| {
        lab.good(&[
            "run",
            "scenario.toml",
            "-q",
            "-o",
            name,
            "--set",
            &fluid(name),
        ]);
        let summary = lab.json(&format!("{name}/summary.json"));
        summary["energy_mwh"]["pumps"].as_f64().unwrap()
    };
    // At 34 °C the same heat takes 1.126 times the volume of PG50 against 1.88 times the pressure.
    let more = pumps("pg50") / pumps("water");
    assert!((more - 2.12).abs() < 0.02, "{more}");
    lab.refused(
        &["validate", "scenario.toml", "--set", &fluid("mineral-oil")],
        &["mineral-oil", "pg50", "water"],
    );
}

/// Basins of standing cells in Chicago's winter: without heat they freeze, and that is said; with the default heaters nothing is, and
/// drained basins draw nothing. Heaters count in the energy of the site.
#[test]
fn basins_in_frost() {
    let lab = Lab::new();
    let scenario = "name = \"frost\"\n[run]\nstart = \"2026-01-10\"\ndays = 2\nstep_s = 900\n[site]\nclimate = \"chicago\"\n\
                    [[hall]]\nname = \"main\"\nserver = \"hgx-h100\"\nracks = 64\nservers_per_rack = 4\n\
                    [hall.cooling.direct_water]\n[heat_rejection.tower]\nsetpoint_c = 25\nplate_approach_k = 0.0\n\
                    tower = { cells = 4 }\n\
                    [workload.constant]\nutilisation = 0.1\n";
    lab.write("scenario.toml", scenario);
    let with = |held_c: f64| {
        let key = format!("heat_rejection.tower.tower.basin_heater_c={held_c}");
        let said = lab.good(&["validate", "scenario.toml", "--set", &key]);
        let out = format!("out{held_c}");
        lab.good(&["run", "scenario.toml", "-q", "-o", &out, "--set", &key]);
        let summary = lab.json(&format!("{out}/summary.json"));
        let heaters_mwh = summary["energy_mwh"]["basin_heaters"].as_f64();
        (
            format!("{}{}", said.out, said.err).contains("basin_heater_c"),
            heaters_mwh,
        )
    };
    let (warned, heaters_mwh) = with(4.5);
    assert!(!warned && heaters_mwh.unwrap() > 0.02, "{heaters_mwh:?}");
    let (warned, less_mwh) = with(0.5);
    assert!(warned && less_mwh < heaters_mwh, "{less_mwh:?}");
    assert_eq!(with(-40.0), (false, None));
}
