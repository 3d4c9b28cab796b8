use super::*;
use crate::cooling::{Available, WaterDesign};
use crate::physics::fluids::{Fluid, Fluids};
use crate::physics::psychrometrics::MoistAir;
use crate::physics::site_air::SiteAir;
use proptest::prelude::*;

fn fluid(name: &str) -> Result<Fluid, Fault> {
    let mut fluids: Fluids =
        toml::from_str(include_str!("../../../assets/catalogue/fluids.toml")).unwrap();
    fluids
        .remove(name)
        .ok_or_else(|| Fault::new("no such fluid", ""))
}

fn design(water_c: f64) -> Design<'static> {
    Design {
        racks: 2,
        rack_heat_w: 80e3,
        rack_air_m3_s: 0.0,
        beside_air_m3_s: 0.0,
        rack_liquid_w: 0.0,
        plate_film_k: 0.0,
        rack_mass_j_k: 250e3,
        water: WaterDesign {
            supply_c: water_c,
            rise_k: 8.0,
        },
        room_water: None,
        air: SiteAir::default(),
        fluids: &fluid,
    }
}

fn tanks_of(racks: usize) -> TwoPhase {
    let design = Design {
        racks,
        ..design(30.0)
    };
    TwoPhaseConfig::default().size(&design).unwrap()
}

fn tanks() -> TwoPhase {
    TwoPhaseConfig::default().size(&design(32.0)).unwrap()
}

fn input(rack_heat_w: &[f64], water_supply_c: f64, dt_s: f64) -> Input<'_> {
    Input {
        rack_heat_w,
        it_heat_w: rack_heat_w.iter().sum(),
        liquid_heat_w: 0.0,
        air_m3_s: 0.0,
        room_heat_w: 1000.0,
        water_supply_c,
        room_supply_c: water_supply_c,
        asked: crate::cooling::Asked::All,
        outside: MoistAir::default(),
        available: Available::default(),
        dt_s,
    }
}

/// By hand: the condenser is sized for water of 49.05 − 6 − 8 = 35.05 °C: ε = 8/14, 5,714 W/K a tank. Over cooler
/// water the valve holds the bath at its boiling point under full load; over 38 °C water it floats to
/// 38 + 80,000/5,714 = 52 °C. Over 40 °C water that would be 54: the relief valve holds 49.05 + 3.5 = 52.55 °C, where the coil takes
/// 5,714·12.55 = 71,714 W, and the other 8,286 W blow off 8,286/87,900 = 0.0943 kg/s.
#[test]
fn the_bath_boils_at_its_point_and_floats_over_warm_water() {
    let spec = tanks();
    for (water_c, bath_c, vented_w) in
        [(30.0, 49.05, 0.0), (38.0, 52.0, 0.0), (40.0, 52.55, 8285.7)]
    {
        let (mut state, mut next) = (spec.initial(), spec.initial());
        let mut output = Output::default();
        for _ in 0..50 {
            output = spec.step(&state, &mut next, &input(&[80e3; 2], water_c, 3600.0));
            std::mem::swap(&mut state, &mut next);
        }
        assert!((state.bath_c[0] - bath_c).abs() < 1e-3, "{state:?}");
        assert!((output.heat_to_water_w - 160e3 + 2.0 * vented_w).abs() < 1.0);
        let breathed_kg_s = output.vapour_kg_s - 2.0 * vented_w / 87.9e3;
        assert!(
            (breathed_kg_s * 365.0 * units::DAY_S - 20.0).abs() < 50.0,
            "{output:?}"
        );
    }
}

#[test]
fn warm_water_and_fluids_that_do_not_boil_are_refused() {
    let error = TwoPhaseConfig::default()
        .size(&design(38.0))
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("to 35.0, or choose another fluid"),
        "{error}"
    );
    let oil = TwoPhaseConfig {
        fluid: "mineral-oil".into(),
        ..TwoPhaseConfig::default()
    };
    let error = oil.size(&design(30.0)).unwrap_err().to_string();
    assert!(error.contains("not made to boil"), "{error}");
}

/// At altitude the bath boils colder: the condenser holds its approach to the water there, and needs colder water.
#[test]
fn a_bath_on_a_mountain_boils_colder() {
    for (at_m, boiling_c) in [(0.0, 49.05), (1650.0, 43.4), (2600.0, 40.2), (4060.0, 35.1)] {
        let site = SiteAir::standard(at_m);
        let design = |water_c| Design {
            air: site,
            ..design(water_c)
        };
        let coldest_c = boiling_c - 6.0 - 8.0;
        let error = TwoPhaseConfig::default()
            .size(&design(coldest_c + 0.3))
            .unwrap_err()
            .to_string();
        // The temperature in the message is accepted.
        let stated = error.split("of its plant to ").nth(1).unwrap();
        let stated_c: f64 = stated.split(',').next().unwrap().parse().unwrap();
        assert!((stated_c - coldest_c).abs() < 0.15, "{error}");
        let spec = TwoPhaseConfig::default().size(&design(stated_c)).unwrap();
        assert!((spec.limit_c() - boiling_c - RELIEF_K).abs() < 0.1);
        let (mut state, mut next) = (spec.initial(), spec.initial());
        let mut output = Output::default();
        for _ in 0..50 {
            output = spec.step(&state, &mut next, &input(&[80e3; 2], stated_c, 3600.0));
            std::mem::swap(&mut state, &mut next);
        }
        assert!(
            (state.bath_c[0] - spec.boiling_c).abs() < 0.01,
            "{at_m} m: {state:?}"
        );
        let fans_w = 41.0 / site.ratio().powi(2);
        assert!((output.hall_fans_w - fans_w).abs() < 1e-6, "{output:?}");
    }
}

proptest! {
    /// Heat in = heat out + heat stored; two half steps are one; warmer water never cools the bath.
    #[test]
    fn energy_closes_in_any_step(start in 20.0..52.5f64, heat in 0.0..120e3f64, water in 5.0..60.0f64, dt in 1.0..3600.0f64) {
        let spec = tanks();
        let at_rest = spec.initial();
        let ends = Ends { range_c: (start, start), sum_c: 2.0 * start, ..at_rest.ends };
        let from = Baths { bath_c: Flat::of(start, 2), ends };
        let step = |state: &Baths, water: f64, dt: f64| {
            let mut next = spec.initial();
            let output = spec.step(state, &mut next, &input(&[heat, heat], water, dt));
            (next, output)
        };
        let (whole, output) = step(&from, water, dt);
        let given_w = 2.0 * heat + 1000.0 + output.hall_fans_w;
        let out_w = output.heat_to_water_w + output.heat_to_ambient_w;
        prop_assert!((given_w - out_w - output.stored_w).abs() < 1e-7 * (given_w + out_w.abs() + output.stored_w.abs()));
        prop_assert!(output.heat_to_water_w > -1e-6 * (given_w + output.stored_w.abs()));
        let halves = step(&step(&from, water, dt / 2.0).0, water, dt / 2.0).0;
        prop_assert!((whole.bath_c[0] - halves.bath_c[0]).abs() < 1e-6, "{whole:?} {halves:?}");
        prop_assert!(step(&from, water + 1.0, dt).0.bath_c[0] >= whole.bath_c[0] - 1e-9);
    }
}

proptest! {
    /// Fifteen steps land where one long step does, whichever limit binds in which tank, and vent as much.
    #[test]
    fn long_steps_are_many_short_ones(start in prop::collection::vec(20.0..52.5f64, 9), heat in prop::collection::vec(0.0..120e3f64, 9),
                                      water in 5.0..60.0f64, long in 0usize..4) {
        let dt = [60.0, 300.0, 900.0, 3600.0][long];
        let spec = tanks_of(9);
        let range_c = vector::extent(&start);
        let ends = Ends { range_c, sum_c: vector::total(&start), ..spec.initial().ends };
        let from = Baths { bath_c: start.into_iter().collect(), ends };
        let step = |state: &Baths, dt: f64| {
            let mut next = spec.initial();
            let output = spec.step(state, &mut next, &input(&heat, water, dt));
            (next, output.heat_to_water_w * dt)
        };
        let (whole, whole_j) = step(&from, dt);
        let (parts, parts_j) = (0..15).fold((from, 0.0), |(state, sum_j), _| {
            let (next, more_j) = step(&state, dt / 15.0);
            (next, sum_j + more_j)
        });
        for tank in 0..9 {
            prop_assert!((whole.bath_c[tank] - parts.bath_c[tank]).abs() < 1e-7, "{whole:?} {parts:?}");
        }
        // What a tank vents is worked out at the end of a step.
        if whole.ends.vented_w == 0.0 && parts.ends.vented_w == 0.0 {
            prop_assert!((whole_j - parts_j).abs() < 1.0 + 1e-9 * heat.iter().sum::<f64>() * dt);
        }
    }
}

/// Novec 649 boils at 49 °C at sea level. By hand, Clausius and Clapeyron with 88 kJ/kg and 316 g/mol (a slope of 3,344 K):
/// at 83.5 kPa, 1,600 m, 1/T = 1/322.15 + ln(101.3/83.5)/3344, so 316.3 K, 43.2 °C.
#[test]
fn servers_are_designed_for_the_boiling_point_of_their_site() {
    let at = |elevation_m: f64| {
        let air = SiteAir::standard(elevation_m);
        TwoPhaseConfig::default()
            .design_coolant_c(&air, &fluid)
            .unwrap()
    };
    assert!((at(0.0) - 49.0).abs() < 0.1, "{}", at(0.0));
    assert!((at(1600.0) - 43.2).abs() < 0.5, "{}", at(1600.0));
    let odd = TwoPhaseConfig {
        fluid: "water".into(),
        ..TwoPhaseConfig::default()
    };
    let fault = odd
        .design_coolant_c(&SiteAir::default(), &fluid)
        .unwrap_err();
    assert_eq!(fault.key(), Some("fluid"), "{fault}");
}
