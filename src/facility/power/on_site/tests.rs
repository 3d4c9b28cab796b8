//! The site as a whole under its limit, with sun and storage, and without the grid. Every step is audited.

use crate::facility::{Availability, Facility, Level, Work};
use crate::heat_rejection::Outdoors;
use crate::physics::psychrometrics::MoistAir;
use crate::scenario::{Loaded, Scenario, resolve};

fn facility(site: &str, cooling: &str, rejection: &str, electrical: &str) -> Facility {
    let text = format!(
        "name = 'x'\nit = []\n[run]\ndays = 2\nstep_s = 300\n[site]\nclimate = 'phoenix'\n{site}\n[[hall]]\nname = 'h'\n\
         server = 'hgx-h100'\nracks = 6\nservers_per_rack = 4\n[hall.cooling.{cooling}]\n\
         [heat_rejection.{rejection}\n[electrical]\n{electrical}\n[workload.constant]\nutilisation = 0.9\n"
    );
    let scenario: Scenario = crate::scenario::text::read(&text).unwrap();
    let loaded = Loaded {
        scenario,
        text,
        path: "test.toml".into(),
    };
    resolve(&loaded).unwrap().simulation.facility
}

/// Whether the grid delivers from the next step on.
fn grid(site: &mut Facility, utility: bool) {
    site.set_available(&Availability {
        utility,
        ..site.all_available()
    });
}

const PLANTS: [(&str, &str); 4] = [
    ("air", "water_cooled_chiller]\nsetpoint_c = 18"),
    ("air", "air_cooled_chiller]\nsetpoint_c = 18"),
    ("immersion", "tower]"),
    ("immersion", "dry_cooler]"),
];

fn warm() -> Outdoors {
    Outdoors {
        air: MoistAir::from_relative_humidity(35.0, 0.3, 97_000.0),
        hour_of_year: 4044.0,
    }
}

fn profile(rows: &str) -> crate::workload::profile::Profile {
    crate::workload::profile::Profile::parse(
        "x.csv",
        format!("time_s,it_kw\n{rows}").as_bytes(),
        &toml::from_str("file = 'x.csv'\nrepeat = true").unwrap(),
        jiff::civil::date(2026, 1, 1).at(0, 0, 0, 0),
    )
    .unwrap()
}

/// Under a limit a tenth below its draw the site stays within 1e-4 below it in every step, and IT pays for it.
#[test]
fn the_limit_holds_in_every_step_whatever_cools() {
    for (cooling, rejection) in PLANTS {
        let mut free = facility("", cooling, rejection, "");
        let mut peak_w = 0.0_f64;
        for step in 0..60 {
            let s = free.step(&warm(), f64::from(step) * 300.0, 300.0).unwrap();
            peak_w = peak_w.max(s.power.facility_w);
        }
        let limit_w = 0.9 * peak_w;
        let site = format!("grid_limit_mw = {}", limit_w / 1e6);
        let mut capped = facility(&site, cooling, rejection, "");
        let mut binding = 0;
        for step in 0..60 {
            let s = capped
                .step(&warm(), f64::from(step) * 300.0, 300.0)
                .unwrap();
            assert!(
                s.on_site.grid_w <= limit_w,
                "{cooling}: {}",
                s.on_site.grid_w
            );
            if s.on_site.cap < 1.0 {
                // While a cold plant switches on, power jumps over the limit; then the site stays on the lower side.
                assert!(
                    step < 10 || s.on_site.grid_w > limit_w * (1.0 - 2e-4),
                    "{cooling} {s:?}"
                );
                assert!(s.on_site.capped_gpus > 0.0);
                binding += 1;
            }
        }
        assert!(binding > 50, "{cooling}: {binding}");
    }
}

/// A limit that even idle servers break: chips are stopped, and the step reports the excess.
#[test]
fn a_limit_below_idle_stops_the_chips_and_is_shown_as_broken() {
    let mut site = facility("grid_limit_mw = 0.01", "air", PLANTS[0].1, "");
    let s = site.step(&warm(), 0.0, 300.0).unwrap();
    assert_eq!(s.on_site.cap, 0.0);
    assert!(s.on_site.grid_w > 0.01e6 && s.halls[0].utilisation == 0.0);
    assert_eq!(s.on_site.capped_gpus, 192.0);
}

/// A measured load is cut to the limit too, and left alone below it.
#[test]
fn a_replayed_load_is_cut_at_the_limit() {
    let mut site = facility("grid_limit_mw = 0.2", "immersion", "tower]", "");
    site.work = Work::level(Level::ItPower(profile("0,100\n3600,250\n")));
    let low = site.step(&warm(), 0.0, 300.0).unwrap();
    assert!((low.power.it_w - 100e3).abs() < 1.0 && low.on_site.cap == 1.0);
    let high = site.step(&warm(), 3600.0, 300.0).unwrap();
    assert!(high.on_site.cap < 1.0 && high.on_site.grid_w <= 0.2e6);
    assert!(high.on_site.grid_w > 0.2e6 * (1.0 - 2e-4));
}

/// A battery shaves what is above its target for as long as its energy lasts, then recharges below it.
#[test]
fn a_battery_shaves_peaks() {
    let battery = "grid_limit_mw = 1\n[site.battery]\nenergy_mwh = 0.05\npower_mw = 0.1\ninitial = 1\npeak_target_mw = 0.2";
    let mut site = facility(battery, "immersion", "tower]", "");
    site.work = Work::level(Level::ItPower(profile("0,220\n3600,120\n")));
    let (mut drawn_j, mut used_j, mut first) = (0.0, 0.0, None);
    let mut stored_j = 0.05 * 3.6e9;
    for step in 0..48 {
        let s = site.step(&warm(), f64::from(step) * 300.0, 300.0).unwrap();
        let site = &s.on_site;
        first.get_or_insert(site.grid_w);
        drawn_j += site.grid_w * 300.0;
        used_j += s.power.facility_w * 300.0;
        assert!(site.battery_j >= 0.0 && site.battery_j <= 0.05 * 3.6e9 + 1.0);
        if site.battery_w < 0.0 {
            assert!(site.grid_w <= 0.2e6 + 1e-6);
        }
        stored_j = site.battery_j;
    }
    assert!((first.unwrap() - 0.2e6).abs() < 1e-6);
    // What the meter saw went into uses (with losses) and storage.
    assert!((drawn_j - used_j - (stored_j - 0.05 * 3.6e9)).abs() < 1e-6 * used_j);
}

/// Panels at night give nothing, at noon they take load off the meter; with more sun than use the rest is fed in.
#[test]
fn panels_take_load_off_the_meter() {
    let mut site = facility("[site.solar]\ndc_mw = 2", "immersion", "tower]", "");
    let mut most_w = 0.0_f64;
    let mut fed_in = false;
    for hour in 0..24 {
        let s = site
            .step(&warm(), f64::from(hour) * 3600.0, 3600.0)
            .unwrap();
        let site = &s.on_site;
        assert!((site.grid_w + site.solar_w - s.power.facility_w).abs() < 1e-6);
        assert_eq!(s.power.generation_w, site.solar_w);
        if hour < 6 {
            assert_eq!(site.solar_w, 0.0);
        }
        most_w = most_w.max(site.solar_w);
        fed_in |= site.grid_w < 0.0;
    }
    assert!(most_w > 0.5e6 && most_w <= 2e6 / 1.1 && fed_in, "{most_w}");
}

/// The grid fails for ten minutes, in steps of 6 s: UPS batteries carry IT alone for 12 + 30 s, then the generators the
/// site with its cooling; back on the grid the batteries recharge.
#[test]
fn an_outage_is_bridged() {
    for (cooling, rejection) in PLANTS {
        let mut site = facility(
            "[site.generator]\npower_mw = 0.5",
            cooling,
            rejection,
            "[electrical.ups_battery]\nminutes = 5",
        );
        let step = |site: &mut Facility, index: i32| {
            site.step(&warm(), f64::from(index) * 6.0, 6.0)
                .unwrap()
                .clone()
        };
        let before = step(&mut site, 0);
        grid(&mut site, false);
        let on_battery = step(&mut site, 1);
        let from = &on_battery.on_site;
        assert_eq!((from.grid_w, from.generator_w), (0.0, 0.0));
        assert!(
            on_battery.power.it_w > 0.95 * before.power.it_w,
            "{cooling}"
        );
        assert_eq!(
            on_battery.power.chillers_w + on_battery.power.pumps_w + on_battery.power.hall_fans_w,
            0.0
        );
        assert!(
            from.ups_battery_w >= on_battery.power.it_w
                && from.ups_battery_j < before.on_site.ups_battery_j
        );
        for index in 2..8 {
            assert_eq!(step(&mut site, index).on_site.generator_w, 0.0, "{index}");
        }
        let carried = step(&mut site, 8);
        assert!(
            carried.on_site.generator_w > carried.power.it_w && carried.on_site.fuel_kg_s > 0.0
        );
        assert!(carried.on_site.ups_battery_w < 0.0 && carried.on_site.grid_w == 0.0);
        for index in 9..100 {
            step(&mut site, index);
        }
        grid(&mut site, true);
        let back = step(&mut site, 100);
        assert!(back.on_site.grid_w > back.power.it_w && !back.on_site.utility_out);
    }
}

/// Generators that are too small slow chips down; without any, IT goes dark when the batteries are empty, and comes back.
#[test]
fn what_cannot_be_carried_is_slowed_or_dark() {
    let small = "[site.generator]\npower_mw = 0.15\nstart_s = 0\nramp_s = 0";
    let mut site = facility(small, "immersion", "tower]", "");
    grid(&mut site, false);
    let s = site.step(&warm(), 0.0, 60.0).unwrap();
    assert!(s.on_site.generator_w <= 0.15e6 && s.on_site.cap < 1.0 && s.power.it_w > 0.0);

    for (cooling, rejection) in PLANTS {
        let mut site = facility(
            "",
            cooling,
            rejection,
            "[electrical.ups_battery]\nminutes = 5",
        );
        let before_w = site.step(&warm(), 0.0, 60.0).unwrap().power.it_w;
        grid(&mut site, false);
        let mut carried = 0;
        for step in 1..30 {
            let s = site.step(&warm(), f64::from(step) * 60.0, 60.0).unwrap();
            if s.on_site.dark {
                assert_eq!((s.power.facility_w, s.power.it_w), (0.0, 0.0));
            } else {
                carried += 1;
            }
        }
        // Five minutes at full design load are a little more at 0.9 of it. In still air racks soon switch themselves
        // off, and the batteries last.
        if cooling == "air" {
            assert!(carried >= 4);
            assert!(site.snapshot().power.it_w < 0.2 * before_w, "{cooling}");
        } else {
            assert!((4..=6).contains(&carried), "{cooling}: {carried}");
        }
        grid(&mut site, true);
        let s = site.step(&warm(), 1800.0, 60.0).unwrap();
        assert!(s.on_site.grid_w > s.power.it_w && !s.on_site.dark);
    }
}

/// Half of 300 kW of generators fail to start: the site is kept below 150 kW, and the sets that run burn what full load takes,
/// 150 kW · 0.22 kg/kWh = 33.0 kg/h. Repaired during a grid outage, all of them carry the site again, uncapped, at part load:
/// P·0.205 + 300·0.015 kg/h. Where none starts nothing carries IT.
#[test]
fn generators_that_fail_to_start_leave_the_rest_of_their_power() {
    let sets = "[site.generator]\npower_mw = 0.3\nstart_s = 0\nramp_s = 0";
    for (cooling, rejection) in PLANTS {
        let mut site = facility(sets, cooling, rejection, "");
        let step = |site: &mut Facility, generators: f64, minute: i32| {
            site.set_available(&Availability {
                utility: false,
                generators,
                ..site.all_available()
            });
            let now = site.step(&warm(), f64::from(minute) * 60.0, 60.0);
            now.unwrap().on_site
        };
        for minute in 0..5 {
            let half = step(&mut site, 0.5, minute);
            assert!(
                half.generator_w <= 150e3 && half.cap < 1.0,
                "{cooling} {half:?}"
            );
            if half.generator_w > 150e3 * (1.0 - 2e-4) {
                let kg_h = half.fuel_kg_s * 3600.0;
                assert!((kg_h - 33.0).abs() < 0.01, "{cooling} {kg_h}");
            }
        }
        let all = (5..15).map(|minute| step(&mut site, 1.0, minute)).last();
        let all = all.unwrap();
        let by_hand = all.generator_w / 1e3 * 0.205 + 300.0 * 0.015;
        assert!(
            all.cap == 1.0 && all.generator_w > 150e3,
            "{cooling} {all:?}"
        );
        assert!((all.fuel_kg_s * 3600.0 - by_hand).abs() < 1e-6, "{cooling}");
        let none = step(&mut site, 0.0, 15);
        assert!(none.dark && none.generator_w == 0.0, "{cooling} {none:?}");
        assert!(!step(&mut site, 0.5, 16).dark);
    }
}

/// Fans and pumps on the UPS bring the cold of the water to the racks: the room stays cool where it would not, and the
/// batteries give more. The audit closes in every step.
#[test]
fn circulation_on_the_ups_uses_what_cold_there_is() {
    let outage = |circulation: bool| {
        let ups = format!("[electrical.ups_battery]\nminutes = 5\ncirculation = {circulation}");
        let mut site = facility("", "air", "water_cooled_chiller]", &ups);
        for step in 0..24 {
            site.step(&warm(), f64::from(step) * 300.0, 300.0).unwrap();
        }
        grid(&mut site, false);
        for step in 0..5 {
            let time_s = 7200.0 + f64::from(step) * 5.0;
            site.step(&warm(), time_s, 5.0).unwrap();
        }
        let now = site.snapshot();
        (
            now.halls[0].max_inlet_c,
            now.power.hall_fans_w,
            now.power.pumps_w,
            now.power.chillers_w,
        )
    };
    let (still_c, still_fans_w, ..) = outage(false);
    let (moved_c, fans_w, pumps_w, chillers_w) = outage(true);
    assert!(
        moved_c < still_c - 5.0 && moved_c < 35.0,
        "{moved_c} {still_c}"
    );
    assert!(still_fans_w == 0.0 && fans_w > 0.0 && pumps_w > 0.0 && chillers_w == 0.0);
}

/// Servers that a limit keeps at idle are cooled as idle ones are: the trial at full load starts no machine, also where machines
/// that run stay on for a while.
#[test]
fn a_trial_at_full_load_starts_no_machine() {
    for plant in [
        "water_cooled_chiller]\neconomizer = 'none'\nsetpoint_c = 18\nchillers = 6\nstage_down_load = 0.2",
        "air_cooled_chiller]\nsetpoint_c = 18\nchillers = 6\nstage_down_load = 0.2",
    ] {
        let mut held = facility("grid_limit_mw = 1e-6\n", "air", plant, "");
        let mut idle = facility("", "air", plant, "");
        for step in 0..6 {
            let time_s = f64::from(step) * 300.0;
            let held = held.step(&warm(), time_s, 300.0).unwrap().clone();
            idle.work = Work::level(Level::Constant(0.0));
            idle.solve_next();
            let idle = idle.step(&warm(), time_s, 300.0).unwrap();
            let (held_w, idle_w) = (held.power.chillers_w, idle.power.chillers_w);
            assert!((held.power.it_w / idle.power.it_w - 1.0).abs() < 1e-6);
            assert!(
                (held_w / idle_w - 1.0).abs() < 1e-6,
                "{plant}: {step} {held_w} {idle_w}"
            );
        }
    }
}
