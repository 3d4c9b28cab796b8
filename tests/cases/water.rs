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

/// A hall that draws nothing leaves the heat of the pumps: 74.4 kWh in 72 h, which take 0.15 m³ at about 2 litres per kWh.
/// Of what is cooled, light loads take no more per kWh than heavy ones, up to three quarters of full load.
#[test]
#[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
fn case_19_nothing_to_reject() {
    let Some(lab) = case("19-nothing-to-reject") else {
        return;
    };
    let (kwh, litres) = used(&lab, 0.0);
    assert!((kwh - 74.4).abs() < 0.1, "{kwh}");
    assert!((litres - 149.3).abs() < 5.0, "{litres}");
    let mut before = litres / kwh;
    for it_kw in [1.0, 5.0, 10.0, 30.0, 60.0, 80.0] {
        let (kwh, litres) = used(&lab, it_kw);
        let per_kwh = litres / kwh;
        assert!(per_kwh >= before * 0.999, "{it_kw} kW: {per_kwh} {before}");
        assert!(per_kwh > 1.9 && per_kwh < 2.4, "{it_kw} kW: {per_kwh}");
        before = per_kwh;
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
