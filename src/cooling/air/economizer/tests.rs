use super::super::tests::{AIR_M3_S, HEAT_W, design, input};
use super::super::{Air, AirConfig};
use super::*;
use crate::cooling::{Output, Technology};
use crate::physics::site_air::SEA_LEVEL_PA;
use proptest::prelude::*;

fn hall(economizer: EconomizerConfig) -> Air {
    AirConfig {
        economizer: Some(economizer),
        ..AirConfig::default()
    }
    .size(&design())
    .unwrap()
}

fn settled(spec: &Air, outside: MoistAir) -> Output {
    let (mut state, mut next) = (spec.initial(), spec.initial());
    let mut output = Output::default();
    for _ in 0..200 {
        let mut given = input(HEAT_W, AIR_M3_S, 18.0, 600.0);
        given.outside = outside;
        output = spec.step(&state, &mut next, &given);
        state = next;
    }
    output
}

/// Over 10 °C outdoors the coil rests and all heat leaves with the air; over 27 °C, air of 36 °C still gives up a part,
/// and the coil the rest: 33,713 W/K·(27 − 24).
#[test]
fn cool_air_takes_all_and_mild_air_a_part() {
    let spec = hall(EconomizerConfig::Direct(Direct::default()));
    let cool = MoistAir::from_relative_humidity(10.0, 0.7, SEA_LEVEL_PA);
    let output = settled(&spec, cool);
    assert!(output.heat_to_water_w.abs() < 1e-6, "{output:?}");
    assert!((output.supply_c - 24.0).abs() < 1e-6);
    let given_w = HEAT_W + output.hall_fans_w;
    assert!(
        (output.heat_to_ambient_w - given_w).abs() < 1.0,
        "{output:?}"
    );
    // By hand: 28.304 m³/s of 1,191.1 J/(m³·K) are 33,713 W/K; cooled from 27 to 24 °C that is 101.1 kW.
    let mild = MoistAir::from_dew_point(27.0, 10.0, SEA_LEVEL_PA);
    let output = settled(&spec, mild);
    assert!(
        (output.heat_to_water_w - 101.1e3).abs() < 200.0,
        "{output:?}"
    );
    assert_eq!(output.water.makeup_kg_s, 0.0);
}

/// By hand: air of 35 °C and 20 % has a wet bulb of 18.87 °C; with ε = 0.85 pads cool it to 21.3 °C, so 24 °C needs
/// e = 11/16.13 = 0.682 of saturation. The dew point rises to 15.1 °C, just beyond its limit, which stops the pads a
/// little above 24 °C.
#[test]
fn pads_wet_no_more_than_needed() {
    let direct = |evaporative, max_dew_point_c| Direct {
        evaporative,
        max_dew_point_c,
        ..Direct::default()
    };
    let hot = MoistAir::from_relative_humidity(35.0, 0.2, SEA_LEVEL_PA);
    let offer = direct(0.85, 20.0).offer(true, &hot, 37.0, 24.0).unwrap();
    assert!((offer.temp_c - 24.0).abs() < 1e-9, "{offer:?}");
    // Wet-bulb equation: (2,457.1·0.013674 − 1.006·5.13)/2,466.6 = 11.529 g/kg, from 6.986.
    assert!((offer.wetted - 4.543e-3).abs() < 0.005e-3, "{offer:?}");
    let damp = direct(0.85, 15.0).offer(true, &hot, 37.0, 24.0).unwrap();
    assert!(damp.temp_c > 24.0 && damp.wetted < offer.wetted, "{damp:?}");
    let humid = MoistAir::from_relative_humidity(25.0, 0.8, SEA_LEVEL_PA);
    assert!(direct(0.85, 15.0).offer(true, &humid, 37.0, 24.0).is_none());
}

#[test]
fn every_limit_locks_out_with_its_dead_band() {
    let limits = Direct {
        max_dry_bulb_c: Some(20.0),
        max_enthalpy_kj_kg: Some(50.0),
        dead_band_k: 2.0,
        ..Direct::default()
    };
    let at =
        |dry_bulb_c, dew_point_c| MoistAir::from_dew_point(dry_bulb_c, dew_point_c, SEA_LEVEL_PA);
    let runs = |was_on, outside: MoistAir| limits.offer(was_on, &outside, 36.0, 24.0).is_some();
    assert!(runs(true, at(19.0, 5.0)) && !runs(false, at(19.0, 5.0)));
    assert!(runs(false, at(17.0, 5.0)) && !runs(true, at(21.0, 5.0)));
    assert!(runs(true, at(19.0, 14.0)) && !runs(false, at(17.9, 14.0)));
    assert!(!runs(true, at(19.0, 16.0)));
}

/// Dry winter air is humidified: at −15 °C dew point 1.0 g/kg are 0.8 g short of −9 °C's 1.76.
#[test]
fn dry_air_is_humidified_to_its_limit() {
    let cold = MoistAir::from_dew_point(-5.0, -15.0, SEA_LEVEL_PA);
    let output = settled(&hall(EconomizerConfig::Direct(Direct::default())), cold);
    let water = output.water;
    assert!(water.evaporation_kg_s > 0.0);
    assert!((water.makeup_kg_s - water.evaporation_kg_s * 4.0 / 3.0).abs() < 1e-12);
}

/// An indirect one keeps the outdoors out, and its outdoor fans' heat too.
#[test]
fn an_indirect_economizer_closes_its_balance_with_wet_and_dry_coils() {
    let spec = hall(EconomizerConfig::Indirect(Indirect::default()));
    for (dry_bulb_c, humidity) in [(5.0, 0.8), (28.0, 0.4)] {
        let outside = MoistAir::from_relative_humidity(dry_bulb_c, humidity, SEA_LEVEL_PA);
        let output = settled(&spec, outside);
        let given_w = HEAT_W + output.hall_fans_w;
        let out_w = output.heat_to_water_w + output.heat_to_ambient_w;
        assert!((given_w - out_w).abs() < 1.0, "{output:?}");
        assert_eq!(output.water.evaporation_kg_s > 0.0, dry_bulb_c > 20.0);
        assert!((output.supply_c - 24.0).abs() < 1e-6);
    }
}

proptest! {
    /// Heat in = heat out + heat stored in any weather; the coil and the outdoors only ever take; warmer water never
    /// takes more.
    #[test]
    fn energy_closes(hot in 25.0..60.0f64, heat in 0.0..1.2 * HEAT_W, water in 5.0..40.0f64, dt in 1.0..3600.0f64,
                     dry_bulb in -30.0..48.0f64, humidity in 0.05..1.0f64, pads in 0.0..0.95f64, direct: bool,
                     fans in 0.0..1.0f64, free: bool) {
        let spec = hall(if direct {
            EconomizerConfig::Direct(Direct { evaporative: pads, ..Direct::default() })
        } else {
            EconomizerConfig::Indirect(Indirect { evaporative: pads, ..Indirect::default() })
        });
        let mut state = spec.initial();
        state.set_hot_c(hot);
        state.set_free(free, hot);
        let mut next = state;
        let mut given = input(heat, AIR_M3_S, water, dt);
        given.outside = MoistAir::from_relative_humidity(dry_bulb, humidity, 95e3);
        given.available.fans = fans;
        let output = spec.step(&state, &mut next, &given);
        let in_w = heat + output.hall_fans_w;
        let out_w = output.heat_to_water_w + output.heat_to_ambient_w;
        let scale = in_w + out_w.abs() + output.stored_w.abs();
        prop_assert!((in_w - out_w - output.stored_w).abs() < 1e-7 * scale, "{output:?}");
        prop_assert!(output.heat_to_water_w >= 0.0 && output.heat_to_ambient_w > -1e-6 * scale, "{output:?}");
        given.water_supply_c += 1.0;
        let warmer = spec.step(&state, &mut next, &given);
        prop_assert!(warmer.heat_to_water_w <= output.heat_to_water_w + 1e-3 * scale, "{output:?} {warmer:?}");
    }
}
