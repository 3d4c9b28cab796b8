//! Loads imposed on halls: met to the watt whatever they do.

use proptest::prelude::*;

use super::{loaded, midsummer, scenario};
use crate::facility::{Facility, Level, Work};
use crate::physics::psychrometrics::MoistAir;
use crate::scenario::resolve;
use crate::workload::profile::{Profile, Quantity};

/// A hall in air and one in tanks, of other servers.
fn two_halls() -> Facility {
    let second = "[[hall]]\nname = 'tanks'\nserver = 'dgx-a100'\nracks = 9\nservers_per_rack = 3\n\
                  [hall.cooling.immersion]\n[heat_rejection";
    let text = scenario("air", "water_cooled_chiller]\nsetpoint_c = 18 #")
        .replace("#]", "")
        .replace("step_s = 300", "step_s = 300\ntolerance = 0")
        .replace("[heat_rejection", second);
    resolve(&loaded(&text)).unwrap().simulation.facility
}

/// Power of a step, W, as a profile of one value.
fn imposing(target_w: f64) -> Work {
    let values = vec![target_w];
    let profile = Profile::even("x.csv".into(), Quantity::ItPower, 0.0, 3600.0, values, true);
    Work::level(Level::ItPower(profile))
}

/// Switches the first `racks` of a hall off.
fn switch_off(facility: &mut Facility, hall: usize, racks: usize) {
    let mut shown = facility.snapshot.halls[hall].racks.clone();
    for (rack, coolant_c) in shown.coolant_c.iter_mut().enumerate() {
        *coolant_c = if rack < racks { 500.0 } else { 0.0 };
    }
    let hottest_c = (0.0, 500.0);
    let fleet = &mut facility.halls[hall].fleet;
    fleet.shut_down_hot(&shown, hottest_c, 100.0, 300.0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Loads that jump between nothing, less than idle, and more than everything at once, with racks off or not: the share of
    /// the racks that are on is drawn to 1e-9. The utilisation is the one that draws it, 0 below idle and 1 above the peak.
    #[test]
    fn a_load_that_jumps_is_met_in_every_step(
        loads in prop::collection::vec(
            prop_oneof![Just(0.0), 0.0..20e3f64, 20e3..400e3f64, 400e3..2e6f64],
            1..12,
        ),
        off in prop::option::of((0..2usize, 1..=6usize)),
    ) {
        let mut facility = two_halls();
        let outside = midsummer(&MoistAir::from_relative_humidity(20.0, 0.5, 101_325.0));
        for (step, &load_w) in loads.iter().enumerate() {
            facility.work = imposing(load_w);
            facility.step(&outside, 300.0 * step as f64, 300.0).unwrap();
            if let (Some((hall, racks)), true) = (off, step % 4 == 1) {
                switch_off(&mut facility, hall, racks);
            }
            // Racks that this step heats up are off in the next.
            let target_w = load_w * facility.share_on();
            facility.step(&outside, 300.0 * step as f64, 300.0).unwrap();
            let it_w = facility.snapshot().power.it_w;
            prop_assert!((it_w - target_w).abs() <= 1e-9 * target_w, "{it_w} of {target_w}");

            // Chips feel the same coolant until the next step begins.
            let found = facility.imposed.utilisation();
            if facility.share_on() * load_w != target_w {
                continue;
            }
            let [idle_w, found_w, peak_w] = [0.0, found, 1.0].map(|at| facility.it_at(at));
            if target_w <= idle_w {
                prop_assert_eq!(found, 0.0);
            } else if target_w >= peak_w {
                prop_assert_eq!(found, 1.0);
            } else {
                prop_assert!((found_w - target_w).abs() <= 1e-9 * target_w, "{found_w} of {target_w}");
            }
        }
    }
}

/// Every rack has shut down: nothing is drawn, at no utilisation, whatever the step before found.
#[test]
fn halls_that_are_off_have_no_load() {
    let mut facility = two_halls();
    let outside = midsummer(&MoistAir::from_relative_humidity(20.0, 0.5, 101_325.0));
    facility.work = imposing(180e3);
    facility.step(&outside, 0.0, 300.0).unwrap();
    assert!(facility.imposed.utilisation() > 0.0);
    for (hall, racks) in [(0, 6), (1, 9)] {
        switch_off(&mut facility, hall, racks);
    }
    facility.step(&outside, 300.0, 300.0).unwrap();
    assert_eq!(facility.share_on(), 0.0);
    assert_eq!(facility.snapshot().power.it_w, 0.0);
    assert_eq!(facility.imposed.utilisation(), 0.0);
}

/// Two runs of the same load, the second with the tables of the first: the same to the bit.
#[test]
fn tables_of_a_run_before_change_nothing() {
    let run = || {
        let mut facility = two_halls();
        let outside = midsummer(&MoistAir::from_relative_humidity(20.0, 0.5, 101_325.0));
        let loads_w = [90e3, 250e3, 251e3, 40e3];
        loads_w.map(|load_w| {
            facility.work = imposing(load_w);
            // Shortest decimals that give the same number back, and NaN as such.
            format!("{:?}", facility.step(&outside, 0.0, 3600.0).unwrap())
        })
    };
    let first = run();
    assert!(run() == first);
    let threads = [(); 3].map(|()| std::thread::spawn(run));
    for thread in threads {
        assert!(thread.join().unwrap() == first);
    }
}
