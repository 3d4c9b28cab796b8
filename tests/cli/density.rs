//! Racks so dense that air no longer does.

use crate::lab::{AIR, LOAD, Lab, tiny};

const FULL: &str = "[workload.constant]\nutilisation = 1.0\n";
const DOORS: &str = "[hall.cooling.rear_door]\n";
const PLATES: &str = "[hall.cooling.cold_plate]\nsupply_c = 34.0\n[hall.room_rejection.air_cooled_chiller]\nsetpoint_c = 17.5\n";

/// 48 servers at full load, so many a rack: GPU-hours lost to heat of 9,216, and the warmest inlet.
fn lost(lab: &Lab, cooling: &str, servers: u32, extra: &[&str]) -> (f64, f64) {
    lab.write("a.toml", tiny(&[(AIR, cooling), (LOAD, FULL)]));
    let racks = format!("hall.0.racks={}", 48 / servers);
    let servers = format!("hall.0.servers_per_rack={servers}");
    let fixed = [
        "run", "a.toml", "-q", "-o", "r", "--set", &racks, "--set", &servers,
    ];
    lab.good(&[&fixed[..], extra].concat());
    let summary = lab.json("r/summary.json");
    let figure = |key: &str| summary["thermal"][key].as_f64().unwrap_or(0.0);
    (
        figure("off_gpu_hours") + figure("throttled_gpu_hours"),
        figure("max_inlet_c"),
    )
}

/// Sixteen servers in a rack draw three times what an aisle brings: they slow down or go off. Four do not, nor do sixteen
/// under cold plates, nor where the aisle brings all that they draw.
#[test]
fn air_ends_where_an_aisle_brings_no_more() {
    let lab = Lab::new();
    for cooling in [AIR, DOORS] {
        let (few, warm_c) = lost(&lab, cooling, 4, &[]);
        assert!(few == 0.0 && warm_c < 27.0, "{cooling}: {few} {warm_c}");
        let (many, hot_c) = lost(&lab, cooling, 16, &[]);
        assert!(many > 1000.0 && hot_c > 35.0, "{cooling}: {many} {hot_c}");
    }
    let wide = ["--set", "hall.0.cooling.air.rack_air_m3_s=12"];
    let (free, warm_c) = lost(&lab, AIR, 16, &wide);
    assert!(free == 0.0 && warm_c < 27.0, "{free} {warm_c}");
    let (plated, _) = lost(&lab, PLATES, 16, &[]);
    assert_eq!(plated, 0.0);
}

/// `validate` says so, a run warns of it, and the cure works.
#[test]
fn what_an_aisle_does_not_bring_is_told_before_the_run() {
    let lab = Lab::with("a.toml", tiny(&[(LOAD, FULL)]));
    let told = |servers: u32| {
        let servers = format!("hall.0.servers_per_rack={servers}");
        let said = lab.good(&["validate", "a.toml", "--set", &servers]);
        said.out.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert!(!told(4).contains("an aisle brings"));
    let out = told(8);
    assert!(
        out.contains("will not hold the racks of hall north draw"),
        "{out}"
    );
    assert!(out.contains("an aisle brings 3.0 (rack_air_m3_s)"), "{out}");
    let (_, cure) = out.split_once("; put ").unwrap();
    let fit: u32 = cure.split(' ').next().unwrap().parse().unwrap();
    assert!((5..8).contains(&fit), "{out}");
    assert!(!told(fit).contains("an aisle brings"));
    assert!(told(fit + 1).contains("m³/s of air"));
    let said = lab.good(&[
        "run",
        "a.toml",
        "-o",
        "r",
        "--set",
        "hall.0.servers_per_rack=16",
    ]);
    said.has(&["by design this will not hold: the racks of hall north draw"]);

    lab.write("b.toml", tiny(&[(AIR, DOORS), (LOAD, FULL)]));
    let said = lab.good(&["validate", "b.toml", "--set", "hall.0.servers_per_rack=8"]);
    assert!(said.out.contains("a door passes 2.5"), "{}", said.out);
    let fans = "hall.0.cooling.rear_door.fans=\"active\"";
    let said = lab.good(&[
        "validate",
        "b.toml",
        "--set",
        "hall.0.servers_per_rack=8",
        "--set",
        fans,
    ]);
    assert!(said.out.contains("a door passes 4.3"), "{}", said.out);
}
