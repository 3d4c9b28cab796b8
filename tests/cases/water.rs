//! Water of towers at light loads, and circuits that freeze.

use super::case;

/// The hall draws nothing after the first day, so that only the heat of pumps is rejected: about 0.16 m³ in 72 h at the
/// litres per kWh of full load, and no more per kWh at light loads than at full load.
#[test]
fn case_19_nothing_to_reject() {
    let Some(lab) = case("19-nothing-to-reject") else {
        return;
    };
    let mut litres = Vec::new();
    for share in [0.0, 0.02, 0.05, 0.1, 0.3, 0.6, 1.0] {
        let load = format!("time_h,it_kw\n0,{share}\n96,{share}\n").replace("it_kw", "utilisation");
        lab.write("share.csv", load);
        let _ = std::fs::remove_dir_all(lab.at("out"));
        let set = ["--set", "workload.profile.file=share.csv", "-q", "-o", "out"];
        lab.good(&[&["run", "scenario.toml"][..], &set].concat());
        let summary = lab.summary("out");
        let water_m3 = summary["water_m3"]["makeup"].as_f64().unwrap();
        let energy = |key: &str| summary["energy_mwh"][key].as_f64().unwrap_or(0.0);
        litres.push((share, water_m3, energy("facility"), water_m3 / energy("facility")));
    }
    println!("{litres:?}");
    panic!();
}
