//! Surfaces against the engine: a year of hourly loads lived through by the engine, and the same loads over a surface.
//!
//! The loads are not those by which a surface is judged when it is made: working days, nights, weekends, and single hours far off.

use std::fmt::Write as _;
use std::path::Path;

use coldaisle::metrics::Summary;
use coldaisle::scenario::{self, Loaded};
use coldaisle::snapshot::Snapshot;
use coldaisle::study::{Progress, simulate};
use coldaisle::surface::YearOfCooling;
use coldaisle::units::{DAY_S, HOUR_S, J_PER_MWH, WATER_KG_M3};

const AIR_COOLED: &str = "heat_rejection={air_cooled_chiller={setpoint_c=18.0}}";

/// Plants, with the largest bias of a year's cooling energy and of its water, %, and of its peak, that a surface may have: what was
/// measured at full size (`every_plant_at_full_size`), rounded up.
const PLANTS: [(&str, &str, &[&str], [f64; 3]); 8] = [
    (
        "air, chillers and towers, Phoenix",
        "phoenix-air",
        &[],
        [0.5, 0.3, 0.3],
    ),
    (
        "air, chillers and towers, Dublin",
        "dublin-air",
        &[],
        [0.5, 0.3, 0.3],
    ),
    (
        "air economizer, Dublin",
        "dublin-air-economizer",
        &[],
        [0.7, 1.2, 0.3],
    ),
    (
        "air, air-cooled chillers, Phoenix",
        "phoenix-air",
        &[AIR_COOLED],
        [0.5, 0.3, 0.3],
    ),
    (
        "immersion, towers, Phoenix",
        "phoenix-immersion",
        &[],
        [0.5, 0.3, 0.1],
    ),
    (
        "immersion, dry coolers, Dublin",
        "dublin-immersion",
        &[],
        [0.5, 0.3, 0.1],
    ),
    (
        "two-phase, dry coolers, Phoenix",
        "phoenix-two-phase",
        &[],
        [0.5, 0.3, 0.1],
    ),
    (
        "cold plates, towers, Phoenix",
        "phoenix-cold-plate",
        &[],
        [0.5, 0.3, 0.1],
    ),
];

/// Shares of the design IT power, hour by hour.
fn share(hour: usize) -> f64 {
    let (day, of_day) = (hour / 24 % 7, hour % 24);
    let base = match (day, of_day) {
        (0..5, 8..20) => 0.88,
        (0..5, _) => 0.62,
        _ => 0.45,
    };
    // Spread evenly over ±0.08, and an hour in 37 far below.
    let noise = (hour * 7919 % 1009) as f64 / 1009.0 - 0.5;
    if hour.is_multiple_of(37) {
        0.34
    } else {
        base + 0.16 * noise
    }
}

/// A year by the engine in steps of an hour, and the surface's.
fn years(name: &str, sets: &[&str]) -> (Summary, YearOfCooling, String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("scenarios/{name}.toml"));
    let mut sets: Vec<String> = sets.iter().map(ToString::to_string).collect();
    let loaded = scenario::load(&path, &sets).unwrap();
    let surface = scenario::surface(&loaded, 0.3..=1.0).unwrap();
    let design_w = surface.highest();
    let year = surface.year(|hour| design_w * share(hour));

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("load.csv");
    let mut text = "time_h,it_kw\n".to_owned();
    for hour in 0..8760 {
        writeln!(text, "{hour},{}", design_w * share(hour) / 1e3).unwrap();
    }
    std::fs::write(&file, text).unwrap();
    sets.push(format!(
        "workload={{profile={{file={:?}}}}}",
        file.display().to_string()
    ));
    sets.extend(["run.step_s=3600".into(), "run.record_s=3600".into()]);
    let loaded = scenario::load(&path, &sets).unwrap();
    let resolved = scenario::resolve(&loaded).unwrap();
    let (summary, ..) = simulate(resolved, &mut (), &Progress::hidden()).unwrap();
    (summary, year, surface.accuracy().to_string())
}

/// Deviations of cooling energy, make-up water and peak, %.
fn off(exact: &Summary, year: &YearOfCooling) -> [f64; 3] {
    let percent = |surface: f64, engine: f64| {
        if engine == 0.0 {
            surface
        } else {
            100.0 * (surface / engine - 1.0)
        }
    };
    [
        percent(
            year.cooling_j() / J_PER_MWH,
            exact.energy_mwh.cooling.unwrap(),
        ),
        percent(year.makeup_kg / WATER_KG_M3, exact.water_m3.makeup.unwrap()),
        percent(year.peak_w / 1e3, exact.peak_kw.facility.unwrap()),
    ]
}

/// Fails where a bias is above its bound × `factor`.
fn judge(plants: &[(&str, &str, &[&str], [f64; 3])], more: &[&str], factor: f64) {
    for (what, name, sets, bounds) in plants {
        let (exact, year, accuracy) = years(name, &[sets, more].concat());
        let off = off(&exact, &year);
        println!(
            "{what}: {:.1} MWh of cooling {:+.3} %, {:.0} m3 {:+.3} %, peak {:+.3} %\n    {accuracy}",
            exact.energy_mwh.cooling.unwrap(),
            off[0],
            exact.water_m3.makeup.unwrap(),
            off[1],
            off[2]
        );
        for (off, bound) in off.iter().zip(bounds) {
            assert!(
                off.abs() <= factor * bound,
                "{what}: {off:+.3} % for {bound}"
            );
        }
        assert_eq!(year.hours_outside, 0);
        // Losses bend upwards with the load: a chord lies above them.
        let energy = [
            (year.facility_j, exact.energy_mwh.facility, 5e-4),
            (year.it_j, exact.energy_mwh.it, 1e-6),
            (
                year.electrical_losses_j,
                exact.energy_mwh.electrical_losses,
                2e-3,
            ),
        ];
        for (surface_j, engine_mwh, bound) in energy {
            let relative = surface_j / J_PER_MWH / engine_mwh.unwrap() - 1.0;
            assert!(relative.abs() < bound, "{what}: {relative}");
        }
    }
}

/// The table of docs/how-to.md: `cargo test --release --test surface -- --ignored --nocapture`.
#[test]
#[ignore = "sixteen years of 512 racks: for release builds"]
fn every_plant_at_full_size() {
    judge(&PLANTS, &[], 1.0);
}

/// The same with few racks, whose machines are few and large: the bounds are three times as wide.
#[test]
fn a_year_over_the_surface_is_that_of_the_engine() {
    judge(&[PLANTS[0], PLANTS[4]], &["hall.0.racks=2"], 3.0);
}

fn loaded(name: &str, sets: &[&str]) -> Loaded {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("scenarios/{name}.toml"));
    let sets: Vec<String> = sets.iter().map(ToString::to_string).collect();
    scenario::load(&path, &sets).unwrap()
}

/// At a load that the engine was asked, a surface is the engine, once what differs at the start is forgotten: after ten days.
#[test]
fn at_a_node_it_is_the_engine() {
    let few = "hall.0.racks=2";
    let surface = scenario::surface(&loaded("phoenix-immersion", &[few]), 0.7..=0.7).unwrap();
    let [it_w] = *surface.nodes() else {
        panic!("{:?}", surface.nodes())
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("load.csv");
    std::fs::write(&file, format!("time_h,it_kw\n0,{0}\n1,{0}\n", it_w / 1e3)).unwrap();
    let work = format!(
        "workload={{profile={{file={:?},repeat=true}}}}",
        file.display().to_string()
    );
    let sets = [
        few,
        &work,
        "run.step_s=3600",
        "run.record_s=3600",
        "run.days=40",
    ];
    let resolved = scenario::resolve(&loaded("phoenix-immersion", &sets)).unwrap();
    let mut compared = 0;
    let mut see = |s: &Snapshot| {
        let point = surface.at(s.time_s / HOUR_S - 0.5, it_w);
        if s.time_s < 10.0 * DAY_S {
            return;
        }
        compared += 1;
        let pairs = [
            (point.power.facility_w, s.power.facility_w),
            (point.power.it_w, s.power.it_w),
            (
                point.power.heat_rejection_fans_w,
                s.power.heat_rejection_fans_w,
            ),
            (point.water.makeup_kg_s, s.water.makeup_kg_s),
            (point.supply_c, s.plant.supply_c),
            (point.max_chip_c, s.halls[0].max_chip_c),
        ];
        for (surface, engine) in pairs {
            assert!(
                (surface / engine - 1.0).abs() < 1e-6,
                "{surface} {engine} at {} h",
                s.time_s / HOUR_S
            );
        }
    };
    simulate(resolved, &mut see, &Progress::hidden()).unwrap();
    assert_eq!(compared, 30 * 24 + 1);
    assert!(
        surface.accuracy().cooling_w.relative_rms() < 1e-9,
        "{}",
        surface.accuracy()
    );
}

/// More load draws more, in every hour; the uses of an hour add up, and hours add up to the year, whatever the load; what lies
/// outside the range is counted.
#[test]
fn more_load_draws_more_and_uses_add_up() {
    let surface =
        scenario::surface(&loaded("dublin-immersion", &["hall.0.racks=2"]), 0.4..=1.0).unwrap();
    let (low, high) = (surface.lowest(), surface.highest());
    let load = |hour: usize, more: f64| low + (high - low) * (share(hour) - 0.3 + more);
    for hour in (0..8760_u32).step_by(7) {
        let mut before_w = 0.0;
        for step in 0..40 {
            let point = surface.at(
                f64::from(hour) + 0.5,
                low + (high - low) * f64::from(step) / 39.0,
            );
            let power = &point.power;
            assert!(power.facility_w > before_w, "hour {hour}, step {step}");
            before_w = power.facility_w;
            let it_w =
                power.compute_w + power.server_fans_w + power.psu_losses_w + power.beside_w();
            assert!(
                (power.it_w / it_w - 1.0).abs() < 1e-9,
                "{} {it_w}",
                power.it_w
            );
        }
    }
    let mut hourly_j = 0.0;
    let year = surface.year_with(
        |hour| load(hour, 0.0),
        |_, facility_w| hourly_j += facility_w * HOUR_S,
    );
    assert!((year.facility_j / hourly_j - 1.0).abs() < 1e-12);
    let it_j: f64 = (0..8760).map(|hour| load(hour, 0.0) * HOUR_S).sum();
    assert!(
        (year.it_j / it_j - 1.0).abs() < 1e-9,
        "{} {it_j}",
        year.it_j
    );
    let peak = surface.at(year.peak_hour as f64 + 0.5, load(year.peak_hour, 0.0));
    assert_eq!(peak.power.facility_w, year.peak_w);
    assert_eq!(year.hours_outside, 0);
    assert!(surface.year(|hour| load(hour, 0.1)).facility_j > year.facility_j);
    assert_eq!(surface.year(|_| 1.01 * high).hours_outside, 8760);
}

#[test]
fn ranges_that_are_none_are_refused() {
    let loaded = loaded("phoenix-air", &[]);
    for range in [0.9..=0.3, -0.1..=0.5, 0.5..=2.0, 0.0..=0.0, f64::NAN..=1.0] {
        let fault = scenario::surface(&loaded, range).unwrap_err().to_string();
        assert!(fault.contains("give two shares in order"), "{fault}");
    }
    let tank = ["heat_rejection.water_cooled_chiller.water.storage_m3=100"];
    let fault = scenario::surface(&self::loaded("phoenix-air", &tank), 0.3..=1.0).unwrap_err();
    assert_eq!(
        fault.key(),
        Some("heat_rejection.water_cooled_chiller.water.storage_m3")
    );
}
