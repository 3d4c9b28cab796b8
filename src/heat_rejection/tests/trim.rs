//! Trim chillers behind a plate, worked by hand.
//!
//! 10 MW, 21 to 29 °C: facility water 1.25 MW/K, as much tower water through the plate, G = 10 MW/(8 + 2) K = 1 MW/K. Design
//! wet bulb 20 °C and 4 K: tower water of 24 °C, plate 1 MW/K·(29 − 24) K = 5 MW, chillers the other 5 MW.

use std::num::NonZeroU32;

use super::{air, chillers, coolers, midsummer, towers};
use crate::describe::{Fault, Place};
use crate::heat_rejection::chiller::trim::TrimChiller;
use crate::heat_rejection::chiller::trim::plant::TrimPlant;
use crate::heat_rejection::config::PlantTable;
use crate::heat_rejection::water_loop::medium::Medium;
use crate::heat_rejection::{Available, PlantDesign, Rejection, RejectionOutput, StepRequest};
use crate::physics::climate_zone::Zone;
use crate::physics::psychrometrics::MoistAir;

const HEAT_W: f64 = 10e6;
const FLOW_W_K: f64 = 1.25e6;

fn with<T>(see: impl FnOnce(&PlantDesign<'_>) -> T) -> T {
    let (curves, towers, dry_coolers) = (chillers(), towers(), coolers());
    see(&PlantDesign {
        heat_w: HEAT_W,
        wet_bulb_c: 20.0,
        dry_bulb_c: 30.0,
        pressure_pa: 101_325.0,
        zone: Zone {
            number: 5,
            letter: None,
        },
        medium: Medium::WATER,
        chillers: &|name| {
            let known = curves.get(name).cloned();
            known.ok_or_else(|| Fault::new(name, ""))
        },
        towers: &towers,
        dry_coolers: &dry_coolers,
    })
}

/// Two machines.
fn two() -> TrimChiller {
    TrimChiller {
        chillers: NonZeroU32::MIN.saturating_add(1),
        plate_pumps: Some(NonZeroU32::MIN),
        curves: Some("carrier-19xr-1586kw-vsd".into()),
        ..TrimChiller::default()
    }
}

fn plant(table: &TrimChiller) -> TrimPlant {
    with(|design| table.build(design).unwrap())
}

/// Outdoor air of this wet bulb, half saturated or so.
fn of_wet_bulb(wet_bulb_c: f64) -> MoistAir {
    let (mut low, mut high) = (wet_bulb_c, wet_bulb_c + 25.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if air(middle, 0.6, 101_325.0).wet_bulb_c < wet_bulb_c {
            low = middle;
        } else {
            high = middle;
        }
    }
    air(high, 0.6, 101_325.0)
}

fn decide(plant: &mut TrimPlant, heat_w: f64, outside: MoistAir) {
    plant.decide(&StepRequest {
        heat_w,
        supply_c: 21.0,
        flow_w_k: FLOW_W_K,
        outdoors: &midsummer(outside),
        dt_s: 60.0,
    });
}

fn hour(plant: &mut TrimPlant, heat_w: f64, wet_bulb_c: f64) -> RejectionOutput {
    let outside = of_wet_bulb(wet_bulb_c);
    decide(plant, heat_w, outside);
    let r = plant.reject(heat_w, 21.0, FLOW_W_K, &outside);
    assert!((r.heat_to_ambient_w - heat_w - r.electric_w()).abs() < 1e-6 * heat_w);
    r
}

/// At 10 °C wet bulb tower water of 29 − 10 MW/(1 MW/K) = 19 °C takes all, with fans that are not at full speed. The plate's
/// pump: 1.25 MW/K over 4,181 J/(kg·K) = 299 kg/s; 180 kPa·299/997/(0.70·0.92) = 83.8 kW.
#[test]
fn a_mild_hour_takes_no_chiller() {
    let r = hour(&mut plant(&two()), HEAT_W, 10.0);
    assert_eq!((r.chillers_w, r.chiller_load, r.free_w), (0.0, 0.0, HEAT_W));
    assert!((r.condenser_c - 19.0).abs() < 1e-9, "{r:?}");
    assert!((r.pumps_w - 83.8e3).abs() < 0.1e3, "{r:?}");
    assert!(r.fan_speed > 0.2 && r.fan_speed < 0.9, "{r:?}");
}

/// The design hour is met to the watt: tower water of 24 °C, half through the plate, both chillers full. The machine goes on
/// from its curve's end (12.78 °C) by the lift; its condenser pumps move (5 MW + P)/6 K at 83.8 kW per 1.25 MW/K.
#[test]
fn the_design_hour_is_half_by_the_plate() {
    let mut plant = plant(&two());
    let r = hour(&mut plant, HEAT_W, 20.0);
    assert!((r.condenser_c - 24.0).abs() < 1e-3, "{r:?}");
    assert!((r.free_w - 5e6).abs() < 1e3, "{r:?}");
    assert!((r.chiller_load - 1.0).abs() < 1e-3, "{r:?}");
    let curves = &chillers()["carrier-19xr-1586kw-vsd"];
    let cop = curves.reference_cop / curves.input_ratio(21.0, 24.0) / curves.part_load.at(1.0);
    assert!(cop > 8.0 && cop < 12.0, "{cop}");
    let pumps_w = 83.8e3 * (1.0 + (5e6 + 5e6 / cop) / 6.0 / FLOW_W_K);
    assert!((r.pumps_w / pumps_w - 1.0).abs() < 1e-3, "{r:?} {pumps_w}");
    let capacity_w = plant.capacity_w(21.0, FLOW_W_K, &of_wet_bulb(20.0));
    assert!((capacity_w - HEAT_W).abs() < 1e3, "{capacity_w}");
}

/// At 18 °C wet bulb the plate does more than its half: 1 MW/K·(29 − T). The chillers have the rest, and of the pumps all run.
#[test]
fn a_warm_hour_is_shared() {
    let r = hour(&mut plant(&two()), HEAT_W, 18.0);
    assert!(r.condenser_c > 21.5 && r.condenser_c < 22.5, "{r:?}");
    assert!(
        (r.free_w - 1e6 * (29.0 - r.condenser_c)).abs() < 1.0,
        "{r:?}"
    );
    let load = (HEAT_W - r.free_w) / 5e6;
    assert!(r.chillers_w > 0.05 * load * 5e6 && r.chillers_w < 0.12 * load * 5e6);
    assert!((r.fan_speed - 1.0).abs() < 1e-9, "{r:?}");
}

/// Chillers for all of the heat: at 24.5 °C wet bulb the towers leave a tenth to the plate, at 26 °C tower water is warmer than
/// what comes back, and the plate takes nothing.
#[test]
fn a_hot_humid_hour_is_the_chillers() {
    let table = TrimChiller {
        share: Some(1.0),
        ..two()
    };
    let mut plant = plant(&table);
    let humid = hour(&mut plant, HEAT_W, 24.5);
    assert!(humid.free_w > 0.5e6 && humid.free_w < 1.5e6, "{humid:?}");
    assert!((humid.free_w - 1e6 * (29.0 - humid.condenser_c)).abs() < 1.0);
    let worst = hour(&mut plant, 9e6, 26.5);
    assert!(
        worst.free_w == 0.0 && worst.condenser_c > 21.0 + 9e6 / FLOW_W_K,
        "{worst:?}"
    );
}

/// With one of two out half of their 5 MW is missing, less what cooler tower water brings the plate; with both out what is left
/// is the plate's: (1/G − 1/C)·Q below the supply, 0.2 K a MW.
#[test]
fn a_trip_leaves_what_the_plate_does() {
    let outside = of_wet_bulb(20.0);
    let mut plant = plant(&two());
    hour(&mut plant, HEAT_W, 20.0);
    let mut out = |chillers_out, supply_c| {
        plant.set_available(&Available {
            chillers_out,
            ..Available::default()
        });
        let capacity_w = plant.capacity_w(supply_c, FLOW_W_K, &outside);
        (
            capacity_w,
            plant.reject(capacity_w, supply_c, FLOW_W_K, &outside),
        )
    };
    let (whole, (one, with_one), (none, alone)) = (out(0, 21.0).0, out(1, 21.0), out(2, 21.0));
    assert!(
        whole > one + 2.5e6 && one > none + 2.5e6,
        "{whole} {one} {none}"
    );
    assert!(with_one.chillers_w > 0.0 && (with_one.chiller_load - 1.0).abs() < 1e-6);
    assert_eq!((alone.chillers_w, alone.free_w), (0.0, none));
    assert!((21.0 - alone.condenser_c - 0.2e-6 * none).abs() < 1e-9);
    // All of it, some degrees warmer.
    assert!(out(2, 26.0).0 > HEAT_W);
}

/// They start 0.5 K above the setpoint, run on with their least load, and stop 0.5 K below it.
#[test]
fn thresholds_of_start_and_stop() {
    let mut plant = plant(&two());
    // What the plate alone would leave: T + 2 K.
    let alone_c = |plant: &TrimPlant, wet_bulb_c: f64| {
        let outside = of_wet_bulb(wet_bulb_c);
        let (mut low, mut high) = (10.0, 40.0);
        for _ in 0..50 {
            let middle = f64::midpoint(low, high);
            let mut still = plant.clone();
            still.set_available(&Available {
                chillers_out: 9,
                ..Available::default()
            });
            if still.capacity_w(middle, FLOW_W_K, &outside) < HEAT_W {
                low = middle;
            } else {
                high = middle;
            }
        }
        high
    };
    let mut seen = Vec::new();
    for wet_bulb_c in [15.0, 15.7, 16.9, 15.7, 15.0, 14.4, 15.7] {
        let over_k = alone_c(&plant, wet_bulb_c) - 21.0;
        let r = hour(&mut plant, HEAT_W, wet_bulb_c);
        seen.push((over_k, r.chillers_w > 0.0, r.free_w));
    }
    let runs: Vec<bool> = seen.iter().map(|&(_, runs, _)| runs).collect();
    let over_k: Vec<f64> = seen.iter().map(|&(over_k, ..)| over_k).collect();
    assert_eq!(
        runs,
        [false, false, true, true, true, false, false],
        "{over_k:?}"
    );
    for (over_k, runs, _) in &seen {
        assert!(
            (*over_k < 0.5 || *runs) && (*over_k > -0.5 || !*runs),
            "{over_k}"
        );
    }
    // One machine of 2.5 MW at the design day's capacity, at least a tenth of its load.
    let (over_k, _, free_w) = seen[4];
    assert!(over_k < 0.0 && HEAT_W - free_w > 0.1 * 2.5e6, "{seen:?}");
}

/// A second machine starts above 0.95 of the first, and stops where one alone would be below 0.8: up between 8.0 and 8.6 MW,
/// at 8.0 MW still two at half load each, and one again at 6.8 MW.
#[test]
fn thresholds_of_staging() {
    let mut plant = plant(&two());
    // By the condenser pumps, whose flow is constant: 83.8 kW of the plate, 31.1 kW each.
    let seen = [7.0e6, 8.0e6, 8.6e6, 8.0e6, 7.4e6, 6.8e6].map(|heat_w| {
        let r = hour(&mut plant, heat_w, 18.5);
        ((r.pumps_w - 83.8e3) / 31.1e3, r.chiller_load)
    });
    let running = seen.map(|(count, _)| count.round() as u32);
    assert_eq!(running, [1, 1, 2, 2, 2, 1], "{seen:?}");
    assert!(
        seen.iter()
            .all(|(count, _)| (count - count.round()).abs() < 0.01)
    );
    assert!(seen[1].1 > 0.8 && seen[3].1 < 0.55, "{seen:?}");
}

/// A side stream of 7 °C water takes half as much electricity again, 0.15 of the heat (COP 6.5 at 7 and 23 °C).
#[test]
fn colder_water_of_a_side_stream_costs_lift() {
    let of = |chilled_c| {
        let table = TrimChiller { chilled_c, ..two() };
        hour(&mut plant(&table), HEAT_W, 19.0)
    };
    let (warm, cold) = (of(None), of(Some(7.0)));
    let per_heat = |r: &RejectionOutput| r.chillers_w / (HEAT_W - r.free_w);
    assert!(per_heat(&cold) > 1.4 * per_heat(&warm), "{warm:?} {cold:?}");
    assert!(per_heat(&cold) > 0.14 && per_heat(&cold) < 0.17);
}

/// Pumps and cells by size: 1.25 MW/K are 299 kg/s, two pumps. In a cold night one is enough, at 41.9 kW; from there on two
/// save more in fans than they draw. With chillers both run.
#[test]
fn pumps_of_the_plate_are_staged() {
    let table = TrimChiller {
        plate_pumps: None,
        ..two()
    };
    let mut plant = plant(&table);
    let cold = hour(&mut plant, 5e6, 2.0);
    assert!((cold.pumps_w - 41.9e3).abs() < 0.1e3, "{cold:?}");
    let mild = hour(&mut plant, HEAT_W, 12.0);
    assert!((mild.pumps_w - 83.8e3).abs() < 0.1e3, "{mild:?}");
    let warm = hour(&mut plant, HEAT_W, 20.0);
    assert!(warm.chillers_w > 0.0 && warm.pumps_w > 83.8e3, "{warm:?}");
    // A heat that has grown since the pumps were chosen takes the other one with it.
    decide(&mut plant, 3e6, of_wet_bulb(13.0));
    let grown = plant.reject(HEAT_W, 21.0, FLOW_W_K, &of_wet_bulb(13.0));
    assert!((grown.pumps_w - 83.8e3).abs() < 0.1e3, "{grown:?}");
}

/// With two condenser pumps each, of two chillers and one pump of the plate, two pumps of five out cost a chiller.
#[test]
fn a_chiller_needs_all_of_its_pumps() {
    let table = TrimChiller {
        condenser_pumps: NonZeroU32::MIN.saturating_add(1),
        ..two()
    };
    assert_eq!(table.machines(HEAT_W).pumps, 5);
    let mut plant = plant(&table);
    let outside = of_wet_bulb(20.0);
    hour(&mut plant, HEAT_W, 20.0);
    let mut with = |pumps: f64| {
        plant.set_available(&Available {
            pumps,
            ..Available::default()
        });
        plant.capacity_w(21.0, FLOW_W_K, &outside)
    };
    let (all, four, three, one, none) = (with(1.0), with(0.8), with(0.6), with(0.2), with(0.0));
    assert!(all > four + 2.5e6 && four == three, "{all} {four} {three}");
    assert!(three > one + 2.5e6 && one > 1e6 && none == 0.0, "{one}");
}

/// A plate as built, 1 MW/K with water, is 0.74 of that with 30 % of propylene glycol: less by the plate in a warm hour, and
/// so more by the chillers.
#[test]
fn glycol_in_the_loop_costs_chillers() {
    let table = TrimChiller {
        plate_ua_kw_k: Some(5000.0),
        ..two()
    };
    let of = |plate: f64| {
        let mut plant = with(|design| {
            let medium = Medium {
                plate,
                ..design.medium
            };
            table.build(&PlantDesign { medium, ..*design }).unwrap()
        });
        hour(&mut plant, HEAT_W, 18.0)
    };
    let (water, glycol) = (of(1.0), of(0.743));
    assert!(glycol.free_w < 0.95 * water.free_w, "{water:?} {glycol:?}");
    assert!(glycol.chillers_w > 1.05 * water.chillers_w);
}

#[test]
fn contradictions_are_refused() {
    for (table, key) in [
        (
            TrimChiller {
                stage_down_load: Some(0.99),
                ..two()
            },
            "stage_down_load",
        ),
        (
            TrimChiller {
                share: Some(0.3),
                capacity_kw: Some(1e3),
                ..two()
            },
            "share",
        ),
        (
            toml::from_str("chillers = 2\nplate_pumps = 1\ntower = { flow_kg_s = 250 }").unwrap(),
            "tower.flow_kg_s",
        ),
    ] {
        let fault = with(|design| table.build(design)).unwrap_err();
        assert_eq!(fault.place, Place::Key(key.into()), "{fault}");
    }
}

/// Where the plate carries all on the design day no machine is left to run.
#[test]
fn a_cool_site_needs_none() {
    let table = TrimChiller {
        tower: toml::from_str("wet_bulb_c = 12.0").unwrap(),
        ..two()
    };
    let mut plant = plant(&table);
    let r = hour(&mut plant, HEAT_W, 20.0);
    assert_eq!((r.chillers_w, r.free_w), (0.0, HEAT_W));
    let line = with(|design| table.line(design));
    assert!(line.contains(" 0 % of the heat"), "{line}");
}

/// 9.09 MW with half of it behind the plate are 2.3 MW for each of two machines and 0.3 MW for each of fifteen.
#[test]
fn machines_that_are_not_named_follow_their_size() {
    let of = |chillers: u32| {
        let table: TrimChiller =
            toml::from_str(&format!("chillers = {chillers}\nshare = 0.5")).unwrap();
        with(|design| (table.line(design), table.warning(design)))
    };
    let (large, small) = (of(2), of(15));
    assert!(large.0.contains("ashrae-90-1-centrifugal"), "{large:?}");
    assert!(
        small.0.contains("ashrae-90-1-scroll") || small.0.contains("ashrae-90-1-screw"),
        "{small:?}"
    );
    assert!(
        large.1.is_none() && small.1.is_none(),
        "{large:?} {small:?}"
    );
    let named = TrimChiller {
        chillers: NonZeroU32::MIN.saturating_add(14),
        ..two()
    };
    let warned = with(|design| named.warning(design)).unwrap();
    assert!(warned.contains("carrier-19xr-1586kw-vsd"), "{warned}");
}
