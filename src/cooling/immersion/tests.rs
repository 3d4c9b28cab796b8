use super::*;
use crate::cooling::{Available, WaterDesign};
use crate::physics::fluids::Fluid;
use crate::physics::psychrometrics::MoistAir;
use crate::physics::site_air::SiteAir;
use crate::vector;
use proptest::prelude::*;

fn fluid(name: &str) -> Result<Fluid, Fault> {
    let mut fluids: fluids::Fluids =
        toml::from_str(include_str!("../../../assets/catalogue/fluids.toml")).unwrap();
    fluids
        .remove(name)
        .ok_or_else(|| Fault::new("no such fluid", ""))
}

fn design(racks: usize) -> Design<'static> {
    Design {
        racks,
        rack_heat_w: 40e3,
        rack_air_m3_s: 0.0,
        rack_mass_j_k: 250e3,
        rack_liquid_w: 0.0,
        plate_film_k: 0.0,
        water: WaterDesign {
            supply_c: 30.0,
            rise_k: 8.0,
        },
        room_water: None,
        air: SiteAir::default(),
        fluids: &fluid,
    }
}

fn at_38() -> ImmersionConfig {
    ImmersionConfig {
        supply_c: 38.0,
        ..ImmersionConfig::default()
    }
}

fn tanks(racks: usize) -> Immersion {
    at_38().size(&design(racks)).unwrap()
}

fn input(heat_w: &[f64], water_supply_c: f64, dt_s: f64) -> Input<'_> {
    Input {
        rack_heat_w: heat_w,
        it_heat_w: heat_w.iter().sum(),
        air_m3_s: 0.0,
        room_heat_w: 0.0,
        water_supply_c,
        room_supply_c: water_supply_c,
        outside: MoistAir::default(),
        available: Available::default(),
        liquid_heat_w: 0.0,
        dt_s,
    }
}

fn settled(spec: &Immersion, heat_w: &[f64], water_supply_c: f64) -> (Tanks, Output) {
    let mut state = spec.initial();
    let mut next = state.clone();
    let mut output = Output::default();
    for _ in 0..50 {
        output = spec.step(&state, &mut next, &input(heat_w, water_supply_c, 3600.0));
        std::mem::swap(&mut state, &mut next);
    }
    (state, output)
}

/// By hand: 40 kW at full flow rise by 10 K over 38 °C, plus the pump's own heat: with isoparaffin of
/// 749.5 kg/m³ and 2163.6 J/kgK at 38 °C (interpolated), 4 kW/K are 2.467e-3 m³/s, and 70 kPa at 50 % take
/// 345 W (times (μ38/μ40)^0.25 = 1.009). (40,000 + 348.6)/4,000 = 10.087 K.
#[test]
fn a_loaded_tank_settles_at_its_design_rise() {
    let (state, output) = settled(&tanks(1), &[40e3], 30.0);
    assert!(
        (output.cdu_pumps_w - 348.6).abs() < 1.0,
        "{}",
        output.cdu_pumps_w
    );
    assert!((state.bulk_c[0] - 48.087).abs() < 0.001, "{state:?}");
    assert!((output.supply_c - 38.0).abs() < 1e-6);
    assert!((output.heat_to_water_w - 40_348.6).abs() < 1.0);
}

/// 5 K warmer water than the design: the exchanger binds, and the tank floats up by about as much.
#[test]
fn a_tank_floats_above_its_setpoint_over_warm_water() {
    let (_, output) = settled(&tanks(1), &[40e3], 39.0);
    assert!(
        output.supply_c > 42.5 && output.supply_c < 43.5,
        "{}",
        output.supply_c
    );
    assert!((output.heat_to_water_w - 40_348.6).abs() < 1.0);
}

/// By hand, pump off: the tank's 1,621 kJ/K of fluid (749.5 kg/m³, 2,163.6 J/kgK) and 250 of servers warm with 40 kW by
/// 1.283 K in a minute. The chips of a plate loop would be hot by then.
#[test]
fn without_its_pump_a_tank_warms_by_its_mass() {
    let spec = tanks(1);
    let mut next = spec.initial();
    let mut stopped = input(&[40e3], 30.0, 60.0);
    stopped.available.pump = 0.0;
    let output = spec.step(&spec.initial(), &mut next, &stopped);
    assert!(output.heat_to_water_w.abs() < 1e-6 && output.cdu_pumps_w == 0.0);
    assert!((next.bulk_c[0] - 38.0 - 1.2827).abs() < 1e-3, "{next:?}");
    assert!((output.stored_w - 40e3).abs() < 1e-3);
}

/// The reference fluid at 10 K is what servers' entries state; buoyancy alone and thick oil cost kelvins.
#[test]
fn fluid_and_circulation_decide_the_chips_resistance() {
    let ratio = |name: &str, circulation| {
        ImmersionConfig {
            fluid: name.into(),
            circulation,
            ..ImmersionConfig::default()
        }
        .resistance_ratio(&fluid)
        .unwrap()
    };
    assert_eq!(ratio("isoparaffin", Circulation::Forced), 1.0);
    let thick = ratio("mineral-oil", Circulation::Forced);
    assert!((1.02..1.1).contains(&thick), "{thick}");
    let still = ratio("isoparaffin", Circulation::Natural);
    assert!(
        (still - (0.4 + 0.6 * 289.0 / 186.0)).abs() < 0.01,
        "{still}"
    );
    assert!(ratio("mineral-oil", Circulation::Natural) > 2.0);
}

#[test]
fn water_that_cannot_hold_the_setpoint_is_refused_with_the_cure() {
    let warm = Design {
        water: WaterDesign {
            supply_c: 36.0,
            rise_k: 8.0,
        },
        ..design(1)
    };
    let error = at_38().size(&warm).unwrap_err().to_string();
    assert!(error.contains("raise supply_c to 40.0"), "{error}");
}

/// Novec 649 leaves the servers at 48 °C: below 49.1 °C at sea level, above the 40.2 °C at which it boils at 2,600 m.
#[test]
fn a_fluid_that_would_boil_in_the_tank_is_refused() {
    let novec = ImmersionConfig {
        fluid: "novec-649".into(),
        ..at_38()
    };
    assert!(novec.size(&design(1)).is_ok());
    let high = Design {
        air: SiteAir::standard(2600.0),
        ..design(1)
    };
    let fault = novec.size(&high).unwrap_err();
    assert_eq!(fault.place, crate::describe::Place::Key("fluid".into()));
    assert!(fault.what.contains("boils at 40.2 °C"), "{fault}");
}

proptest! {
    /// Heat in = heat out + heat stored, for every start, load, water and step.
    #[test]
    fn energy_closes(start in prop::collection::vec(15.0..80.0f64, 5), heat in prop::collection::vec(0.0..60e3f64, 5),
                     water in 5.0..60.0f64, dt in 1.0..3600.0f64) {
        let spec = tanks(5);
        let range = start.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), c| (a.min(*c), b.max(*c)));
        let state = Tanks { bulk_c: start.iter().copied().collect(), bulk_range_c: range, bulk_sum_c: vector::total(&start), ..spec.initial() };
        let mut next = spec.initial();
        let output = spec.step(&state, &mut next, &input(&heat, water, dt));
        let given: f64 = heat.iter().sum::<f64>() + output.cdu_pumps_w;
        let scale = given + output.heat_to_water_w.abs() + output.stored_w.abs();
        prop_assert!((given - output.heat_to_water_w - output.stored_w).abs() < 1e-9 * scale);
        prop_assert!(output.heat_to_water_w > -1e-6 * scale);
        // Independent of how the step sums: the tanks' temperatures give the heat stored.
        let stored: f64 = next.bulk_c.iter().zip(&start).map(|(e, s)| (e - s) * spec.tank_j_k / dt).sum();
        prop_assert!((stored - output.stored_w).abs() < 1e-9 * scale);
    }

    /// Two half steps land where one whole step does, also where the binding limit changes on the way.
    #[test]
    fn the_step_size_does_not_matter(start in 15.0..80.0f64, heat in 0.0..60e3f64, water in 5.0..60.0f64,
                                     dt in 1.0..3600.0f64) {
        let spec = tanks(1);
        let from = Tanks { bulk_c: Flat::of(start, 1), bulk_range_c: (start, start), bulk_sum_c: start, ..spec.initial() };
        let step = |state: &Tanks, dt| {
            let mut next = spec.initial();
            let output = spec.step(state, &mut next, &input(&[heat], water, dt));
            (next, output.heat_to_water_w * dt)
        };
        let (whole, whole_j) = step(&from, dt);
        let (half, first_j) = step(&from, dt / 2.0);
        let (halves, second_j) = step(&half, dt / 2.0);
        prop_assert!((whole.bulk_c[0] - halves.bulk_c[0]).abs() < 1e-6, "{whole:?} {halves:?}");
        prop_assert!((whole_j - first_j - second_j).abs() < 1e-6 * (heat * dt + 1.0));
    }

    /// Warmer water never carries more heat away.
    #[test]
    fn heat_falls_with_water_temperature(start in 35.0..80.0f64, heat in 0.0..60e3f64, water in 5.0..60.0f64,
                                         dt in 1.0..3600.0f64) {
        let spec = tanks(1);
        let from = Tanks { bulk_c: Flat::of(start, 1), bulk_range_c: (start, start), bulk_sum_c: start, ..spec.initial() };
        let drawn = |water| spec.step(&from, &mut spec.initial(), &input(&[heat], water, dt)).heat_to_water_w;
        prop_assert!(drawn(water + 1.0) <= drawn(water) + 1e-6);
    }
}
