use super::super::tests::{AIR_M3_S, HEAT_W, design, input};
use super::super::{Air, AirConfig};
use super::*;
use crate::cooling::{Output, Technology};
use crate::physics::psychrometrics::MoistAir;
use crate::physics::site_air::SEA_LEVEL_PA;
use proptest::prelude::*;

fn moisture(config: HumidityConfig) -> Moisture {
    Moisture {
        config,
        air_kg: 1000.0,
    }
}

fn met(outside: f64, dried_kg_s: f64, dt_s: f64) -> Met {
    Met {
        outside,
        pressure_pa: SEA_LEVEL_PA,
        water_c: 10.0,
        dried_kg_s,
        on: true,
        dt_s,
    }
}

/// By hand, one air change an hour, 10 g/kg outdoors, 6 g/kg inside, dry coils: after an hour 10 − 4/e = 8.5285 g/kg,
/// so that 2.5285 kg have come in.
#[test]
fn a_leaking_hall_follows_the_outdoors() {
    let spec = moisture(HumidityConfig {
        air_changes_per_h: 1.0,
        ..HumidityConfig::default()
    });
    let wetted = spec.step(0.006, &met(0.010, 0.0, 3600.0));
    assert!((wetted.end - 0.008_528_5).abs() < 1e-7, "{wetted:?}");
    assert!((wetted.vented_kg_s * 3600.0 - 2.5285).abs() < 1e-4);
    assert_eq!((wetted.added_kg_s, wetted.condensed_kg_s), (0.0, 0.0));
}

/// By hand: a dew point of −9 °C is 1.748 g/kg (283.9 Pa over ice). Over outdoor air of 0.5 g/kg half an air change an hour needs
/// 1000 kg·0.5/3600·1.248e-3 = 1.733e-4 kg/s; adiabatic: no electricity; steam 452 W.
#[test]
fn a_humidifier_holds_the_lower_dew_point() {
    for (humidifier, steam_w) in [(Humidifier::Adiabatic, 0.0), (Humidifier::Steam, 452.3)] {
        let spec = moisture(HumidityConfig {
            air_changes_per_h: 0.5,
            humidifier,
            ..HumidityConfig::default()
        });
        let low = saturation_humidity_ratio(-9.0, SEA_LEVEL_PA);
        assert!((low - 1.748e-3).abs() < 5e-6, "{low}");
        let wetted = spec.step(low, &met(0.5e-3, 0.0, 900.0));
        assert_eq!(wetted.end, low);
        assert!((wetted.added_kg_s - 1.733e-4).abs() < 1e-6, "{wetted:?}");
        assert!((spec.electric_w(&wetted) - steam_w).abs() < 2.0);
        assert!((wetted.water().makeup_kg_s - 4.0 / 3.0 * wetted.added_kg_s).abs() < 1e-12);
    }
}

/// By hand: without a humidifier the air dries to the outdoors'; without power too.
#[test]
fn without_a_humidifier_dry_air_stays_dry() {
    let none = moisture(HumidityConfig {
        humidifier: Humidifier::None,
        ..HumidityConfig::default()
    });
    let dry = none.step(0.5e-3, &met(0.5e-3, 0.0, 3600.0));
    assert!((dry.end - 0.5e-3).abs() < 1e-12 && dry.added_kg_s == 0.0);
    let dark = Met {
        on: false,
        ..met(0.5e-3, 0.0, 3600.0)
    };
    assert_eq!(
        moisture(HumidityConfig::default())
            .step(0.5e-3, &dark)
            .added_kg_s,
        0.0
    );
    let (dew_c, outside) = none.dew_point(0.5e-3, SEA_LEVEL_PA);
    assert!(dew_c < -20.0 && outside);
}

/// By hand: coils at 10 °C (7.63 g/kg) that touch 1 kg/s of 1000 kg of air, outdoor air of 15 g/kg at one change an hour:
/// W = (0.2778e-3·15 + 1e-3·7.63)/1.2778e-3 = 9.23 g/kg, and 1.60 g/s run off: 3.9 kW.
#[test]
fn coils_colder_than_the_dew_point_condense() {
    let spec = moisture(HumidityConfig {
        air_changes_per_h: 1.0,
        ..HumidityConfig::default()
    });
    let wetted = spec.step(9.23e-3, &met(0.015, 1.0, 60.0));
    assert!((wetted.end - 9.23e-3).abs() < 1e-5, "{wetted:?}");
    assert!(
        (wetted.condensed_kg_s - 1.60e-3).abs() < 0.02e-3,
        "{wetted:?}"
    );
    assert!((wetted.condensed_w() - 3.92e3).abs() < 50.0);
}

/// By hand: a dew point of 15 °C is 10.65 g/kg (1,705.7 Pa). Under outdoor air of 20 g/kg half an air change an hour brings
/// 1000 kg·0.5/3600·9.353e-3 = 1.299e-3 kg/s, which costs 1.8 MJ/kg: 2,338 W; damper air is dried to the limit first.
#[test]
fn a_dehumidifier_holds_the_upper_dew_point() {
    let spec = moisture(HumidityConfig {
        air_changes_per_h: 0.5,
        dehumidifier: Dehumidifier::Refrigerant,
        ..HumidityConfig::default()
    });
    let high = saturation_humidity_ratio(15.0, SEA_LEVEL_PA);
    assert!((high - 10.65e-3).abs() < 0.005e-3, "{high}");
    let outside = Met {
        water_c: 20.0,
        ..met(20e-3, 1.0, 900.0)
    };
    let wetted = spec.step(high, &outside);
    assert_eq!(wetted.end, high);
    assert!((wetted.removed_kg_s - 1.299e-3).abs() < 1e-6, "{wetted:?}");
    assert!((spec.electric_w(&wetted) - 2338.0).abs() < 2.0);
    assert!((wetted.turned_latent_w() + 2.45e6 * wetted.removed_kg_s).abs() < 1e-9);
    let damp = spec.step(high + 1e-3, &outside);
    assert!((damp.removed_kg_s - wetted.removed_kg_s - 1.0 / 900.0).abs() < 1e-9);
    // From below it is reached within the step, and held from then on.
    let below = spec.step(high - 1e-4, &outside);
    assert!(below.end == high && below.removed_kg_s < wetted.removed_kg_s);
    let dark = Met {
        on: false,
        ..outside
    };
    assert!(spec.step(high, &dark).end > high);
}

fn hall(humidity: HumidityConfig) -> Air {
    AirConfig {
        humidity: Some(humidity),
        ..AirConfig::default()
    }
    .size(&design())
    .unwrap()
}

fn day(spec: &Air, outside: MoistAir, water_c: f64) -> Output {
    let (mut state, mut next) = (spec.initial(), spec.initial());
    let mut output = Output::default();
    for _ in 0..288 {
        let mut given = input(HEAT_W, AIR_M3_S, water_c, 300.0);
        given.outside = outside;
        output = spec.step(&state, &mut next, &given);
        state = next;
    }
    output
}

/// A hall of 400 kW in damp air of 25 °C dew point over water of 10 °C: coils dry it below the dew point outdoors, and the
/// water takes what condenses on top of the heat. By hand, 238 kg of air, a quarter change an hour: no more than
/// 238·0.25/3600·(20.2 − 7.6) g/kg = 0.21 g/s or 0.5 kW.
#[test]
fn a_damp_hall_is_dried_by_its_coils() {
    let outside = MoistAir::from_dew_point(30.0, 25.0, SEA_LEVEL_PA);
    let output = day(&hall(HumidityConfig::default()), outside, 10.0);
    let dew_c = output.dew_point_c.unwrap();
    assert!(
        (10.0..12.0).contains(&dew_c) && !output.dew_point_outside,
        "{output:?}"
    );
    let given_w = HEAT_W + output.hall_fans_w;
    assert!(
        (output.heat_to_water_w - given_w - 500.0).abs() < 200.0,
        "{output:?}"
    );
}

/// Over water of 18 °C nothing condenses on the coils, and the air takes on the outdoors' dew point: reported as outside.
#[test]
fn warm_coils_leave_damp_air_damp() {
    let outside = MoistAir::from_dew_point(30.0, 17.0, SEA_LEVEL_PA);
    let output = day(&hall(HumidityConfig::default()), outside, 18.0);
    assert!(
        (output.dew_point_c.unwrap() - 17.0).abs() < 0.1,
        "{output:?}"
    );
    assert!(output.dew_point_outside);
}

proptest! {
    /// Vapour in = vapour out + kept, whatever binds; two halves are one whole; never beyond what is held.
    #[test]
    fn moisture_closes_and_steps_do_not_matter(start in 0.0..0.03f64, outside in 1e-4..0.03f64, dried in 0.0..200.0f64,
                                               changes in 0.0..5.0f64, dt in 1.0..7200.0f64, min_c in -15.0..14.0f64,
                                               on in proptest::bool::ANY, dries in proptest::bool::ANY) {
        let dehumidifier = if dries { Dehumidifier::Refrigerant } else { Dehumidifier::None };
        let spec = moisture(HumidityConfig {
            air_changes_per_h: changes, min_dew_point_c: min_c, dehumidifier, ..HumidityConfig::default()
        });
        let met = |dt| Met { on, ..met(outside, dried, dt) };
        let whole = spec.step(start, &met(dt));
        let kept = 1000.0 * (whole.end - start) / dt;
        let gone = whole.condensed_kg_s + whole.removed_kg_s;
        let gap = whole.vented_kg_s + whole.added_kg_s - gone - kept;
        let scale = whole.vented_kg_s.abs() + whole.added_kg_s + gone + kept.abs();
        prop_assert!(gap.abs() < 1e-9 * (1.0 + scale), "{gap} {whole:?}");
        prop_assert!(whole.added_kg_s >= 0.0 && whole.removed_kg_s >= 0.0 && whole.condensed_kg_s >= -1e-12);
        let first = spec.step(start, &met(dt / 2.0));
        let second = spec.step(first.end, &met(dt / 2.0));
        prop_assert!((second.end - whole.end).abs() < 1e-11, "{whole:?} {second:?}");
        if on {
            prop_assert!(whole.end >= saturation_humidity_ratio(min_c, SEA_LEVEL_PA) - 1e-15);
            prop_assert!(!dries || whole.end <= saturation_humidity_ratio(15.0, SEA_LEVEL_PA) + 1e-15);
        }
    }

    /// Energy in = energy out + energy kept, latent heat with it.
    #[test]
    fn energy_closes_with_latent_heat(hot in 15.0..60.0f64, heat in 0.0..1.2 * HEAT_W, dew in -25.0..28.0f64,
                                      water in 5.0..30.0f64, dt in 1.0..3600.0f64, steam in proptest::bool::ANY,
                                      dries in proptest::bool::ANY) {
        let spec = hall(HumidityConfig {
            humidifier: if steam { Humidifier::Steam } else { Humidifier::Adiabatic },
            dehumidifier: if dries { Dehumidifier::Refrigerant } else { Dehumidifier::None },
            ..HumidityConfig::default()
        });
        let (mut state, mut next) = (spec.initial(), spec.initial());
        state.set_hot_c(hot);
        for _ in 0..3 {
            let mut given = input(heat, AIR_M3_S, water, dt);
            given.outside = MoistAir::from_dew_point(30.0, dew, SEA_LEVEL_PA);
            let output = spec.step(&state, &mut next, &given);
            let (given_w, left_w) = (heat + output.hall_fans_w, output.heat_to_water_w + output.heat_to_ambient_w);
            let scale = given_w + left_w.abs() + output.stored_w.abs();
            prop_assert!((given_w - left_w - output.stored_w).abs() < 1e-7 * scale, "{output:?}");
            state = next;
        }
    }
}

/// From a hall at rest in damp air of 25 °C dew point, two changes an hour: its coils dry the air in the first step too, so
/// that an hour in one step and in sixty end the same.
#[test]
fn a_long_first_step_is_dried_too() {
    let outside = MoistAir::from_dew_point(30.0, 25.0, SEA_LEVEL_PA);
    let spec = hall(HumidityConfig {
        air_changes_per_h: 2.0,
        ..HumidityConfig::default()
    });
    let after = |steps: u32| {
        let (mut state, mut next) = (spec.initial(), spec.initial());
        let mut output = Output::default();
        for _ in 0..steps {
            let mut given = input(HEAT_W, AIR_M3_S, 14.0, 3600.0 / f64::from(steps));
            given.outside = outside;
            output = spec.step(&state, &mut next, &given);
            state = next;
        }
        output.dew_point_c.unwrap()
    };
    let (long_c, short_c) = (after(1), after(60));
    assert!((long_c - short_c).abs() < 0.2, "{long_c} {short_c}");
    assert!(short_c < 15.0, "{short_c}");
}

/// A hall blown through 500 times an hour with outdoor air of 30 °C, with no coil at work: by hand it settles where that air, 238
/// kg of it at 500/3600, 33.3 kW/K, carries its 400 kW: 42 °C, whatever the step.
#[test]
fn many_air_changes_are_stable() {
    let mut spec = hall(HumidityConfig {
        air_changes_per_h: 500.0,
        ..HumidityConfig::default()
    });
    spec.config.min_fan_speed = 1.0;
    for dt_s in [1.0, 60.0, 900.0, 3600.0] {
        let (mut state, mut next) = (spec.initial(), spec.initial());
        let mut hottest_c = 0.0_f64;
        for _ in 0..(200_000.0 / dt_s) as u32 {
            let mut given = input(HEAT_W, AIR_M3_S, 60.0, dt_s);
            given.outside = MoistAir::from_dew_point(30.0, 10.0, SEA_LEVEL_PA);
            let output = spec.step(&state, &mut next, &given);
            let given_w = HEAT_W + output.hall_fans_w;
            let left_w = output.heat_to_water_w + output.heat_to_ambient_w + output.stored_w;
            assert!((given_w - left_w).abs() < 1e-7 * given_w, "{output:?}");
            hottest_c = hottest_c.max(output.return_c);
            state = next;
        }
        let leak_w_k = spec.masses.air_j_k * 500.0 / 3600.0;
        let fans_w = HEAT_W + spec.moved(&input(HEAT_W, AIR_M3_S, 60.0, dt_s)).fan_w;
        let settled_c = 30.0 + fans_w / leak_w_k;
        assert!(
            (hottest_c - settled_c).abs() < 0.1,
            "{dt_s} s: {hottest_c} {settled_c}"
        );
    }
}

#[test]
fn limits_that_cannot_be_are_refused() {
    let refused = |config: AirConfig, expected: &str| {
        let error = config.size(&design()).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    let crossed = HumidityConfig {
        min_dew_point_c: 15.0,
        ..HumidityConfig::default()
    };
    refused(
        AirConfig {
            humidity: Some(crossed),
            ..AirConfig::default()
        },
        "must be below humidity.max_dew_point_c",
    );
}
