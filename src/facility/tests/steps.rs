//! The length of the steps decides nothing: neither how long a hall rides through, nor what a day costs.

use super::{loaded, midsummer, scenario};
use crate::cooling;
use crate::facility::{Availability, Facility};
use crate::metrics::Metric;
use crate::metrics::ride_through::{Outcome, RideThroughMetric, Span};
use crate::physics::psychrometrics::MoistAir;
use crate::scenario::resolve;

const CHILLED: &str = "water_cooled_chiller]\nsetpoint_c = 18 #";

/// What fails.
type Failure = (&'static str, fn(&mut Availability));

const FAILURES: [Failure; 5] = [
    ("hall fans", |out| out.halls[0].fans = 0.0),
    ("CDU or tank pumps", |out| out.halls[0].pump = 0.0),
    ("chillers", |out| out.circuits[0].chillers_out = 99),
    ("tower fans", |out| out.circuits[0].fans = 0.0),
    ("facility pumps", |out| out.circuits[0].facility_pumps = 0.0),
];

/// A hall at 80 % load settled in air of 30 °C; then something fails, and half an hour is followed.
fn followed(cooling: &str, plant: &str, fail: fn(&mut Availability), step_s: f64) -> Outcome {
    let text = scenario(cooling, plant)
        .replace("#]", "")
        .replace("= 0.7", "= 0.8");
    let mut facility = resolve(&loaded(&text)).unwrap().simulation.facility;
    let outside = midsummer(&MoistAir::from_relative_humidity(30.0, 0.4, 101_325.0));
    let mut time_s = 0.0;
    for _ in 0..100 {
        facility.step(&outside, time_s, 300.0).unwrap();
        time_s += 300.0;
    }
    let mut out = facility.all_available();
    fail(&mut out);
    facility.set_available(&out);
    let mut metric = RideThroughMetric::of(&[Span {
        name: "out".into(),
        start_s: time_s,
        end_s: time_s + 1800.0,
    }]);
    for _ in 0..(1800.0 / step_s) as u32 {
        metric.observe(facility.step(&outside, time_s, step_s).unwrap());
        time_s += step_s;
    }
    metric.outcomes()[0].clone()
}

/// Every technology and every failure, in steps of 1 and of 5 s: the times until a rack is above its limit, a chip slows down
/// and a rack goes off agree within a step and a tenth, and where one is not given it is short in both.
#[test]
fn ride_through_does_not_depend_on_the_step() {
    for (cooling, plant) in [
        ("air", CHILLED),
        ("rear_door", CHILLED),
        ("cold_plate", CHILLED),
        ("immersion", "tower"),
        ("two_phase", "tower"),
        ("two_phase_cold_plate", CHILLED),
    ] {
        for (name, fail) in FAILURES {
            let [fine, coarse] = [1.0, 5.0].map(|step_s| followed(cooling, plant, fail, step_s));
            let times = [
                Outcome::first_above_limit_s,
                Outcome::first_throttle_s,
                Outcome::first_shutdown_s,
            ];
            let both = times.map(|of| (of(&fine), of(&coarse)));
            println!("{cooling:21} {name:18} {both:?}");
            for (fine_s, coarse_s) in both {
                let agree = match (fine_s, coarse_s) {
                    (Some(fine_s), Some(coarse_s)) => {
                        (fine_s - coarse_s).abs() <= 5.0 + 0.1 * fine_s
                    }
                    // Less than five steps of 5 s, or later than was followed.
                    (Some(fine_s), None) => !(25.0..=1790.0).contains(&fine_s),
                    (None, Some(coarse_s)) => coarse_s > 1790.0,
                    (None, None) => true,
                };
                assert!(agree, "{cooling}, {name}: {fine_s:?} {coarse_s:?}");
            }
        }
    }
}

/// How long until the first chip slows down or switches off follows from what is left to warm, when fans and tank pumps stop:
/// dense racks drink up the hall's air at once and lean on their own metal, plates on the coolant in their racks; a tank's
/// fluid carries on for many minutes; passive doors and two-phase tanks have nothing to lose.
#[test]
fn ride_through_follows_from_the_masses() {
    let ride_s = |cooling: &str, plant: &str| {
        let stop = |out: &mut Availability| {
            out.halls[0] = cooling::Available {
                fans: 0.0,
                pump: 0.0,
            };
        };
        let outcome = followed(cooling, plant, stop, 5.0);
        [outcome.first_throttle_s(), outcome.first_shutdown_s()]
            .into_iter()
            .flatten()
            .fold(1800.0, f64::min)
    };
    let (air, doors) = (ride_s("air", CHILLED), ride_s("rear_door", CHILLED));
    let (plates, tanks) = (ride_s("cold_plate", CHILLED), ride_s("immersion", "tower"));
    println!("air {air} s, doors {doors} s, plates {plates} s, tanks {tanks} s");
    assert!((30.0..300.0).contains(&air), "{air}");
    assert!(doors >= 1800.0, "passive doors need no fans: {doors}");
    assert!((25.0..300.0).contains(&plates), "{plates}");
    assert!(ride_s("two_phase", "tower") >= 1800.0);
}

/// Rows of `half_a_day` that are energy.
const USES: usize = 5;

/// What half a day in July costs in steps of `step_s`: energy, J, by use; water, kg; the warmest coolant and chip, °C.
fn half_a_day(cooling: &str, plant: &str, step_s: f64) -> Vec<(&'static str, f64)> {
    let text = scenario(cooling, plant)
        .replace("#]", "")
        .replace("racks = 6", "racks = 2")
        .replace("step_s = 300", "step_s = 300\ntolerance = 0");
    let mut facility: Facility = resolve(&loaded(&text)).unwrap().simulation.facility;
    let mut sums = [0.0; 6];
    let (mut inlet_c, mut chip_c) = (0.0_f64, 0.0_f64);
    let settle_s = 7200.0;
    for step in 0..((43_200.0 + settle_s) / step_s) as u32 {
        let time_s = f64::from(step) * step_s;
        // As weather does: the air of a step is that of its middle.
        let hours = (time_s + 0.5 * step_s) / 3600.0;
        let at_c = 26.0 + 8.0 * (0.5 * hours).sin() + 1.5 * (5.0 * hours).sin();
        let outside = MoistAir::from_relative_humidity(at_c, 0.35, 101_325.0);
        let s = facility.step(&midsummer(&outside), time_s, step_s).unwrap();
        if time_s < settle_s {
            continue;
        }
        let power = &s.power;
        for (sum, w) in sums.iter_mut().zip([
            power.facility_w,
            power.it_w,
            power.chillers_w,
            power.heat_rejection_fans_w,
            power.hall_fans_w + power.cdu_pumps_w + power.pumps_w,
            s.water.makeup_kg_s,
        ]) {
            *sum += w * step_s;
        }
        inlet_c = inlet_c.max(s.halls[0].max_inlet_c);
        chip_c = chip_c.max(s.halls[0].max_chip_c);
    }
    let names = [
        "facility",
        "IT",
        "chillers",
        "heat rejection fans",
        "fans and pumps",
        "water",
    ];
    let mut all: Vec<_> = names.into_iter().zip(sums).collect();
    all.extend([("warmest coolant", inlet_c), ("hottest chip", chip_c)]);
    all
}

/// The same in steps of 1, 5 and 60 s, for every technology: within 0.05 % of the site, and of each use or 2e-5 of the site. A whole year, with jobs:
/// `coldaisle run scenarios/phoenix-air.toml --set run.step_s=5 --tables none -o five`, and so on, and compare the summaries.
#[test]
fn a_day_does_not_depend_on_the_step() {
    for (cooling, plant) in [
        ("air", CHILLED),
        ("rear_door", CHILLED),
        ("cold_plate", CHILLED),
        ("immersion", "tower"),
        ("immersion", "dry_cooler"),
        ("two_phase", "tower"),
        ("two_phase_cold_plate", CHILLED),
    ] {
        let fine = half_a_day(cooling, plant, 1.0);
        // Machines start and stop between steps: fans of one cell for a minute.
        let staging_j = 2e-5 * fine[0].1;
        for step_s in [5.0, 60.0] {
            let coarse = half_a_day(cooling, plant, step_s);
            for (row, ((name, fine), (_, coarse))) in fine.iter().zip(coarse).enumerate() {
                println!("{cooling:20} {name:20} {step_s:2} s {fine:.6e} {coarse:.6e}");
                let least = if row < USES { staging_j } else { 0.0 };
                assert!(
                    (coarse - fine).abs() <= (5e-4 * fine.abs()).max(least),
                    "{cooling}, {name}, steps of {step_s} s: {fine} {coarse}"
                );
            }
        }
    }
}
