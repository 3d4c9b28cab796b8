//! Free cooling, spares and staging of chillers.

use super::{air, chillers, correlation, midsummer};
use crate::heat_rejection::chiller::Staging;
use crate::heat_rejection::chiller::economizer::Economizer;
use crate::heat_rejection::chiller::water_cooled::WaterCooledChillerDesign;
use crate::heat_rejection::chiller::water_cooled::setpoint::Setpoint;
use crate::heat_rejection::{Available, Rejection, StepRequest};

/// Cold tower water carries all, cool water a part; the chillers have the rest, and are off where there is none.
#[test]
fn free_cooling_takes_over_as_it_gets_colder() {
    let curves = chillers().remove("carrier-19xr-1586kw-vsd").unwrap();
    let design = WaterCooledChillerDesign {
        supply_c: 18.0,
        ..WaterCooledChillerDesign::for_heat(10e6)
    };
    let mut plant = design.size(curves, correlation());
    plant.add_economizer(&Economizer::default(), 2.5e6, 8.0);
    let flow_w_k = 10e6 / 8.0;
    let mut at = |dry_bulb_c: f64| {
        let outside = air(dry_bulb_c, 0.6, 101_325.0);
        let request = StepRequest {
            heat_w: 9e6,
            supply_c: 18.0,
            flow_w_k,
            outdoors: &midsummer(outside),
            dt_s: 60.0,
        };
        plant.decide(&request);
        plant.reject(9e6, 18.0, flow_w_k, &outside)
    };
    let (hot, mild, cold) = (at(32.0), at(20.0), at(5.0));
    assert_eq!(hot.free_w, 0.0);
    assert!(mild.free_w > 1e6 && mild.free_w < 8e6, "{mild:?}");
    assert!(
        (cold.free_w - 9e6).abs() < 1.0 && cold.chillers_w == 0.0,
        "{cold:?}"
    );
    assert!(hot.chillers_w > mild.chillers_w);
    assert!(hot.electric_w() > mild.electric_w() && mild.electric_w() > cold.electric_w());
}

/// Four units carry the heat and one is on standby: with one out nothing is missing, with two out a fourth is.
#[test]
fn a_spare_unit_replaces_one_that_is_out() {
    let curves = chillers().remove("carrier-19xr-1586kw-vsd").unwrap();
    let design = WaterCooledChillerDesign {
        spare: 1,
        ..WaterCooledChillerDesign::for_heat(10e6)
    };
    let mut plant = design.size(curves, correlation());
    let outside = air(28.0, 0.8, 101_325.0);
    let mut with_out = |chillers_out| {
        plant.set_available(&Available {
            chillers_out,
            ..Available::default()
        });
        plant.capacity_w(10.0, 1.25e6, &outside)
    };
    let (all, one, two) = (with_out(0), with_out(1), with_out(2));
    assert!((one / all - 0.8).abs() < 1e-9 && (two / all - 0.6).abs() < 1e-9);
    assert!(one >= 10e6 && two < 10e6, "{one} {two}");
}

/// Least power never draws more than the fewest units, and at half load of variable-speed machines less.
#[test]
fn staging_by_power_saves() {
    let curves = chillers().remove("carrier-19xr-1586kw-vsd").unwrap();
    let mut plant = WaterCooledChillerDesign::for_heat(10e6).size(curves, correlation());
    let outside = air(15.0, 0.5, 101_325.0);
    for load in [0.1, 0.24, 0.4, 0.5, 0.7, 0.9] {
        plant.stages.rule = Staging::FewestUnits;
        let fewest_w = plant
            .reject(load * 10e6, 10.0, 1.25e6, &outside)
            .electric_w();
        plant.stages.rule = Staging::LeastPower;
        let least_w = plant
            .reject(load * 10e6, 10.0, 1.25e6, &outside)
            .electric_w();
        assert!(least_w <= fewest_w);
        if load == 0.24 {
            assert!(least_w < 0.95 * fewest_w, "{least_w} {fewest_w}");
        }
    }
}

/// Of six units with an economizer, what the plant and its chillers draw at these loads and dry bulb.
fn with_economizer(
    dry_bulb_c: f64,
    load: f64,
    chillers_out: u32,
) -> crate::heat_rejection::RejectionOutput {
    let curves = chillers().remove("carrier-19xr-1586kw-vsd").unwrap();
    let design = WaterCooledChillerDesign {
        units: 6,
        supply_c: 16.0,
        setpoint: Setpoint::Reset {
            approach_k: 4.0,
            least_c: curves.least_condenser_c(16.0),
        },
        ..WaterCooledChillerDesign::for_heat(12e6)
    };
    let mut plant = design.size(curves, correlation());
    plant.add_economizer(&Economizer::default(), 2e6, 8.0);
    plant.set_available(&Available {
        chillers_out,
        ..Available::default()
    });
    let (heat_w, outside) = (load * 12e6, air(dry_bulb_c, 0.8, 101_325.0));
    let flow_w_k = heat_w / 8.0;
    plant.decide(&StepRequest {
        heat_w,
        supply_c: 16.0,
        flow_w_k,
        outdoors: &midsummer(outside),
        dt_s: 60.0,
    });
    assert!(plant.carries(heat_w, 16.0, flow_w_k, &outside));
    plant.reject(heat_w, 16.0, flow_w_k, &outside)
}

/// No cell stands idle beside chillers that run in free-cooling weather: one more per cent of load is never a cliff, and never
/// saves more than a cell that starts does.
#[test]
fn power_follows_the_load_while_the_economizer_is_on() {
    for dry_bulb_c in [4.0, 8.0, 10.0, 12.0, 14.0] {
        let mut before_w = 0.0;
        for percent in 10..=95 {
            let all = with_economizer(dry_bulb_c, f64::from(percent) / 100.0, 0);
            let drawn_w = all.electric_w();
            let at = format!("{dry_bulb_c} °C, {percent} %: {before_w} {all:?}");
            if percent > 10 {
                assert!(drawn_w < before_w + 0.005 * 12e6, "{at}");
                assert!(drawn_w > before_w - 0.002 * 12e6, "{at}");
            }
            if dry_bulb_c <= 4.0 && percent < 90 {
                assert_eq!(all.chillers_w, 0.0, "{at}");
            }
            before_w = drawn_w;
        }
    }
}

/// In weather that needs no chiller it does not matter how many have tripped; where some are needed the others carry what
/// the plates of all units leave.
#[test]
fn plates_of_chillers_that_are_out_cool_on() {
    for load in [0.2, 0.5, 0.8] {
        let all = with_economizer(2.0, load, 0);
        assert_eq!(all.chillers_w, 0.0, "{all:?}");
        for out in 1..=6 {
            let fewer = with_economizer(2.0, load, out);
            assert_eq!(fewer.chillers_w, 0.0, "{load} {out} {fewer:?}");
            assert!((fewer.electric_w() / all.electric_w() - 1.0).abs() < 1e-6);
        }
    }
    let (all, one) = (with_economizer(10.0, 0.8, 0), with_economizer(10.0, 0.8, 1));
    assert!(all.chillers_w > 0.0 && all.free_w > 1e6, "{all:?}");
    assert!(
        (one.free_w / all.free_w - 1.0).abs() < 0.1,
        "{one:?} {all:?}"
    );
}
