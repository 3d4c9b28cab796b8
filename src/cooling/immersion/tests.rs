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
        beside_air_m3_s: 0.0,
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
        asked: crate::cooling::Asked::All,
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
    assert!((state.hot_c[0] - 48.087).abs() < 0.001, "{state:?}");
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

/// By hand, pump off: 40 kW and 0.3 of 4 kW/K by buoyancy. The hot zone (0.6 of 1,621 kJ/K of fluid, 749.5 kg/m³ and
/// 2,163.6 J/kgK, and 250 of servers: 1,223 kJ/K) warms by 1.96 K less what flows to the cold zone, about
/// 1.2 kW/K·0.98 K·60 s/1,223 kJ/K = 0.06 K; the whole keeps every joule. The chips lose a third of their film.
#[test]
fn without_its_pump_a_tank_warms_by_its_mass() {
    let spec = tanks(1);
    let mut next = spec.initial();
    let mut stopped = input(&[40e3], 30.0, 60.0);
    stopped.available.pump = 0.0;
    let output = spec.step(&spec.initial(), &mut next, &stopped);
    assert!(output.heat_to_water_w.abs() < 1e-6 && output.cdu_pumps_w == 0.0);
    let (hot_k, cold_k) = (next.hot_c[0] - 38.0, next.cold_c[0] - 38.0);
    assert!((hot_k - 1.904).abs() < 5e-3, "{next:?}");
    let kept_j = hot_k * 1.2228e6 + cold_k * 0.6485e6;
    assert!((kept_j / 60.0 - 40e3).abs() < 40.0, "{next:?}");
    assert!((output.stored_w - 40e3).abs() < 1e-3);
    let film = spec.film(&next);
    assert!((film - (0.4 + 0.6 * 289.0 / 186.0)).abs() < 0.01, "{film}");
    assert_eq!(spec.film(&spec.initial()), 1.0);
}

/// By hand: water too warm to take anything, tank at full load. The cold zone (648 kJ/K) gives the chips 38 °C at first and
/// warms by 4 kW/K·10 K, 0.06 K/s; after ten minutes all of it follows 40 kW over 1.87 MJ/K.
#[test]
fn the_cold_zone_carries_on_without_water() {
    let spec = tanks(1);
    let (state, _) = settled(&spec, &[40e3], 30.0);
    let mut next = spec.initial();
    let mut coolant = [0.0];
    spec.rack_coolant_c(&state, &mut coolant);
    let before_c = coolant[0];
    spec.step(&state, &mut next, &input(&[40e3], 90.0, 10.0));
    spec.rack_coolant_c(&next, &mut coolant);
    assert!(
        (0.2..0.35).contains(&(coolant[0] - before_c)),
        "{coolant:?}"
    );
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

/// Tanks at these temperatures of their zones.
fn at(spec: &Immersion, hot_c: &[f64], cold_c: &[f64]) -> Tanks {
    let range = hot_c
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), c| {
            (a.min(*c), b.max(*c))
        });
    Tanks {
        hot_c: hot_c.iter().copied().collect(),
        cold_c: cold_c.iter().copied().collect(),
        sums: Sums {
            sum_c: [vector::total(hot_c), vector::total(cold_c)],
            hot_c: range,
            heat_w: 0.0,
        },
        ..spec.initial()
    }
}

proptest! {
    /// Heat in = heat out + heat stored, for every start, load, water and step.
    #[test]
    fn energy_closes(start in prop::collection::vec(15.0..80.0f64, 5), cold in prop::collection::vec(15.0..60.0f64, 5), heat in prop::collection::vec(0.0..60e3f64, 5),
                     water in 5.0..60.0f64, dt in 1.0..3600.0f64) {
        let spec = tanks(5);
        let state = at(&spec, &start, &cold);
        let mut next = spec.initial();
        let output = spec.step(&state, &mut next, &input(&heat, water, dt));
        let given: f64 = heat.iter().sum::<f64>() + output.cdu_pumps_w;
        let scale = given + output.heat_to_water_w.abs() + output.stored_w.abs();
        prop_assert!((given - output.heat_to_water_w - output.stored_w).abs() < 1e-9 * scale);
        prop_assert!(output.heat_to_water_w > -1e-6 * scale);
        // Independent of how the step sums: the tanks' temperatures give the heat stored.
        let kept = |end: &[f64], start: &[f64], j_k: f64| -> f64 {
            end.iter().zip(start).map(|(e, s)| (e - s) * j_k / dt).sum()
        };
        let stored = kept(&next.hot_c, &start, spec.hot_j_k) + kept(&next.cold_c, &cold, spec.cold_j_k);
        prop_assert!((stored - output.stored_w).abs() < 1e-9 * scale);
    }

    /// Fifteen steps land where one long step does, also where the binding limit changes on the way, in each tank by itself.
    #[test]
    fn the_step_size_does_not_matter(start in prop::collection::vec(15.0..80.0f64, 9), cold in prop::collection::vec(15.0..60.0f64, 9),
                                     heat in prop::collection::vec(0.0..60e3f64, 9), water in 5.0..60.0f64, long in 0usize..4) {
        let dt = [60.0, 300.0, 900.0, 3600.0][long];
        let spec = tanks(9);
        let from = at(&spec, &start, &cold);
        let step = |state: &Tanks, dt| {
            let mut next = spec.initial();
            let output = spec.step(state, &mut next, &input(&heat, water, dt));
            (next, output.heat_to_water_w * dt)
        };
        let (whole, whole_j) = step(&from, dt);
        let (parts, parts_j) = (0..15).fold((from, 0.0), |(state, sum_j), _| {
            let (next, more_j) = step(&state, dt / 15.0);
            (next, sum_j + more_j)
        });
        // A calm hall is stepped under the limit that binds in all tanks at both ends: one that dips below it and comes back in between
        // is some microkelvins off.
        for tank in 0..9 {
            prop_assert!((whole.hot_c[tank] - parts.hot_c[tank]).abs() < 2e-5, "{whole:?} {parts:?}");
            prop_assert!((whole.cold_c[tank] - parts.cold_c[tank]).abs() < 2e-5, "{whole:?} {parts:?}");
        }
        prop_assert!((whole_j - parts_j).abs() < 100.0 + 1e-9 * heat.iter().sum::<f64>() * dt);
    }

    /// Warmer water never carries more heat away.
    #[test]
    fn heat_falls_with_water_temperature(start in 35.0..80.0f64, heat in 0.0..60e3f64, water in 5.0..60.0f64,
                                         dt in 1.0..3600.0f64) {
        let spec = tanks(1);
        let from = at(&spec, &[start], &[start - 10.0]);
        let drawn = |water| spec.step(&from, &mut spec.initial(), &input(&[heat], water, dt)).heat_to_water_w;
        prop_assert!(drawn(water + 1.0) <= drawn(water) + 5e3 / dt);
    }
}

/// 348.6 W a tank, as above.
#[test]
fn tanks_say_their_size() {
    let said = tanks(20).sizes().unwrap();
    assert_eq!(said, "20 tanks of 1000 L, pumps 7.0 kW");
    let still = ImmersionConfig {
        circulation: Circulation::Natural,
        ..at_38()
    };
    let said = still.size(&design(1)).unwrap().sizes().unwrap();
    assert_eq!(said, "1 tank of 1000 L");
}
