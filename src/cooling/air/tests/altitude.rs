//! Thin air, classes that fall with height, and volumes of cold air at their extremes.

use super::*;

/// At any altitude the hall is sized for the mass of air that its servers draw (1/σ of the volume): over design water
/// it holds the stated supply at full load, air warms by as much as at sea level, and its fans take 1/σ² of the power.
#[test]
fn what_is_stated_holds_at_every_altitude() {
    for at_m in [0.0, 1650.0, 2600.0, 4060.0] {
        let site = SiteAir::standard(at_m);
        let air_m3_s = AIR_M3_S / site.ratio();
        let spec = AirConfig::default().size(&Design {
            air: site,
            rack_air_m3_s: air_m3_s / RACKS as f64,
            ..design()
        });
        let spec = spec.unwrap();
        let (mut state, mut next) = (spec.initial(), spec.initial());
        let mut output = Output::default();
        for _ in 0..200 {
            output = spec.step(&state, &mut next, &input(HEAT_W, air_m3_s, 18.0, 600.0));
            state = next;
        }
        assert!(
            (output.supply_c - 24.0).abs() < 1e-6,
            "{at_m} m: {output:?}"
        );
        let fans_w = 12_110.0 / site.ratio().powi(2);
        assert!(
            (output.hall_fans_w - fans_w).abs() < 5e-4 * fans_w,
            "{at_m} m: {output:?}"
        );
        let racks_w_k = air_m3_s * 0.93 * site.heat_j_m3k();
        let rise_k = (HEAT_W + output.hall_fans_w) / racks_w_k;
        assert!(
            (state.hot_c - 24.0 - rise_k).abs() < 0.002,
            "{at_m} m: {state:?}"
        );
        let left_w = output.heat_to_water_w + output.heat_to_ambient_w;
        assert!((left_w - HEAT_W - output.hall_fans_w).abs() < 1.0);
        // With the valve wide open the coil meets its approach: the supply begins to float at some tenths
        // above design water, since the coils are sized for a little more heat.
        let warm = (0..200).fold(spec.initial(), |state, _| {
            let mut next = state;
            spec.step(&state, &mut next, &input(HEAT_W, air_m3_s, 19.0, 600.0));
            next
        });
        assert!((24.3..25.0).contains(&warm.supply_c), "{at_m} m: {warm:?}");
    }
}

/// A class that altitude lowers bounds the supply and decides when a rack is out of range.
#[test]
fn a_class_falls_with_altitude() {
    let at = |config: &AirConfig, elevation_m| {
        config.size(&Design {
            air: SiteAir::standard(elevation_m),
            ..design()
        })
    };
    let config = AirConfig {
        supply_c: 32.0,
        ..AirConfig::default()
    };
    assert_eq!(at(&config, 0.0).unwrap().limit_c(), 35.0);
    let error = at(&config, 2600.0).unwrap_err().to_string();
    assert!(
        error.contains("takes 10 to 29.3 °C at its inlets at 2600 m"),
        "{error}"
    );
    let cured = AirConfig {
        supply_c: 29.3,
        ..config.clone()
    };
    assert!((at(&cured, 2600.0).unwrap().limit_c() - 29.333).abs() < 1e-3);
    let held = AirConfig {
        hold_inlet_c: Some(31.0),
        ..cured.clone()
    };
    let error = at(&held, 2600.0).unwrap_err().to_string();
    assert!(error.contains("use 29.3 to 29.3 °C"), "{error}");
    // A limit of one's own stays.
    let own = AirConfig {
        max_inlet_c: Some(34.0),
        ..cured
    };
    assert_eq!(at(&own, 2600.0).unwrap().limit_c(), 34.0);
}

/// Volumes of cold air next to nothing and next to all of the hall end a long step where others do.
#[test]
fn extreme_cold_volumes_are_harmless() {
    let after = |volume_m3: Option<f64>| {
        let config = AirConfig {
            cold_air_m3_per_rack: volume_m3,
            ..AirConfig::default()
        };
        let spec = config.size(&design()).unwrap();
        let (mut state, mut next) = (spec.initial(), spec.initial());
        for _ in 0..3 {
            let output = spec.step(&state, &mut next, &input(HEAT_W, AIR_M3_S, 18.0, 3600.0));
            let left_w = output.heat_to_water_w + output.stored_w;
            assert!(
                (HEAT_W + output.hall_fans_w - left_w).abs() < 1e-6 * HEAT_W,
                "{output:?}"
            );
            state = next;
        }
        state.hot_c
    };
    let usual_c = after(Some(3.0));
    for volume_m3 in [1e-300, 1e-9, 0.009, 0.011, 9.98, 9.999_999_999] {
        let hot_c = after(Some(volume_m3));
        assert!(
            (hot_c - usual_c).abs() < 0.01,
            "{volume_m3} {hot_c} {usual_c}"
        );
    }
}
