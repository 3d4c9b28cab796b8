//! Free cooling, spares and staging of chillers.

use super::{air, chillers, correlation, midsummer};
use crate::heat_rejection::chiller::Staging;
use crate::heat_rejection::chiller::economizer::Economizer;
use crate::heat_rejection::chiller::water_cooled::WaterCooledChillerDesign;
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
