use super::wet_bulb::P_ICE_AT_ZERO_PA;
use super::*;
use proptest::prelude::*;

/// Dry bulb of air of known enthalpy and humidity ratio, °C.
fn dry_bulb_from_enthalpy_c(enthalpy_j_kg: f64, humidity_ratio: f64) -> f64 {
    (enthalpy_j_kg - LATENT_J_KG * humidity_ratio)
        / (AIR_CP_J_KGK + VAPOUR_CP_J_KGK * humidity_ratio)
}

fn close(ours: f64, theirs: f64, tolerance: f64, what: &str) {
    assert!(
        (ours - theirs).abs() <= tolerance,
        "{what}: {ours} against {theirs}"
    );
}

/// ASHRAE Fundamentals 2017, chapter 1, tables 2 and 3; pressure of the standard atmosphere from table 1.
#[test]
fn published_spot_values() {
    close(saturation_pressure_pa(25.0), 3169.22, 0.01, "25 °C");
    close(saturation_pressure_pa(0.01), 611.657, 0.001, "0.01 °C");
    close(saturation_pressure_pa(-10.0), 259.903, 0.001, "-10 °C");
    close(standard_pressure_pa(190.0), 99063.2, 0.1, "190 m");
    close(standard_pressure_pa(1600.0), 83523.5, 0.1, "1600 m");
    close(saturation_pressure_pa(0.0), P_ICE_AT_ZERO_PA, 1e-9, "0 °C");
}

/// Goff and Gratch over water below 0 °C, as in the Smithsonian Meteorological Tables (table 94), Pa; and the dew point
/// that stands in a weather file for air of 73 % at −12.2 °C (Chicago, TMY3, first row: −16.1 °C).
#[test]
fn dew_points_of_weather_services_are_over_water() {
    for (t_c, table_pa) in [
        (0.0, 610.78),
        (-10.0, 286.27),
        (-20.0, 125.40),
        (-30.0, 50.88),
        (-40.0, 18.91),
    ] {
        let ours = saturation_pressure_over_water_pa(t_c);
        close(
            ours / table_pa,
            1.0,
            8e-3,
            &format!("over water at {t_c} °C"),
        );
        close(dew_point_over_water_c(ours), t_c, 1e-9, "and back");
    }
    let vapour_pa = 0.73 * saturation_pressure_over_water_pa(-12.2);
    close(dew_point_over_water_c(vapour_pa), -16.1, 0.06, "Chicago");
    let air = MoistAir::from_dew_point_over_water(-12.2, -16.1, 99_500.0);
    close(air.vapour_pressure_pa(), vapour_pa, 1.0, "vapour");
    // Over ice the same dew point would be 15 % less water.
    let frost = MoistAir::from_dew_point(-12.2, -16.1, 99_500.0);
    close(
        frost.humidity_ratio / air.humidity_ratio,
        0.853,
        0.003,
        "frost point",
    );
    // More than ice holds falls out.
    let fog = MoistAir::from_dew_point_over_water(-20.0, -20.0, 99_500.0);
    close(fog.relative_humidity(), 1.0, 1e-9, "fog");
}

/// By hand, 30 °C with W = 0.010: h = 1.006·30 + 0.010·(2501 + 55.8) = 55.748 kJ/kg and
/// v = 287.042·303.15·1.01607858/101325 = 0.872597 m³/kg, ρ = 1.010/0.872597 = 1.157464 kg/m³.
#[test]
fn enthalpy_volume_and_density_by_hand() {
    close(enthalpy_j_kg(30.0, 0.010), 55_748.0, 1e-6, "h");
    close(dry_bulb_from_enthalpy_c(55_748.0, 0.010), 30.0, 1e-9, "t");
    let air = MoistAir::from_humidity_ratio(30.0, 0.010, 101_325.0);
    close(air.specific_volume_m3_kg(), 0.872597, 1e-6, "v");
    close(air.density_kg_m3(), 1.157464, 1e-6, "rho");
}

/// The two saturation curves meet at the triple point within 2 ppm, so nothing jumps there but the bulb.
#[test]
fn ice_and_water_meet_at_the_triple_point() {
    let (below, above) = (
        saturation_pressure_pa(TRIPLE_POINT_C),
        saturation_pressure_pa(TRIPLE_POINT_C + 1e-12),
    );
    close(above / below, 1.0, 2e-6, "triple point");
}

/// 5 °C at 84 kPa and 40 %: water would settle near +0.1 °C and ice at −0.2426 °C; ice is the stable one.
#[test]
fn a_bulb_that_can_freeze_is_frozen() {
    let air = MoistAir::from_relative_humidity(5.0, 0.40, 84_000.0);
    close(air.wet_bulb_c, -0.242634, 1e-5, "ice root");
    let water_at_zero = WATER.humidity_ratio(5.0, 0.0, saturation_humidity_ratio(0.0, 84_000.0));
    assert!(air.humidity_ratio > water_at_zero, "both roots exist here");
}

/// Air hotter than boiling water still has a wet bulb, and saturation is told, not divided by zero.
#[test]
fn hot_exhaust_air_has_a_wet_bulb() {
    let air = MoistAir::from_humidity_ratio(120.0, 0.008, 101_325.0);
    assert!(air.wet_bulb_c > 30.0 && air.wet_bulb_c < 45.0, "{air:?}");
    assert_eq!(saturation_humidity_ratio(120.0, 101_325.0), f64::INFINITY);
}

/// `PsychroLib`'s way to the wet bulb, with the width at which it stops.
fn wet_bulb_by_bisection(t: f64, dew: f64, w: f64, p: f64, width: f64) -> f64 {
    let (mut low, mut high) = (dew, t);
    while high - low > width {
        let middle = 0.5 * (low + high);
        if humidity_ratio_from_wet_bulb(t, middle, p) > w {
            high = middle;
        } else {
            low = middle;
        }
    }
    0.5 * (low + high)
}

/// All rows within 1e-6 relative. For temperatures that means |Δ| ≤ 1e-6·max(1, |t|) °C, because a Celsius
/// value near zero has no scale of its own. The file's wet bulbs come from a bisection that stops 1 mK wide
/// (`PsychroLib`'s default), so they are themselves up to 0.5 mK off the equation. They are met at 1e-6 when the
/// same bisection runs on our equation; ours are met at 1e-6 when that bisection runs on to the end.
#[test]
#[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
fn val_psychrolib_reference_table() {
    let Some(folder) = std::env::var_os("COLDAISLE_DATA") else {
        println!("skipped: COLDAISLE_DATA is not set");
        return;
    };
    let path = std::path::Path::new(&folder).join("facts/psychro_reference.csv");
    let mut reader = csv::Reader::from_path(path).unwrap();
    let mut rows = 0;
    let mut worst: f64 = 0.0;
    for row in reader.deserialize() {
        let v: Vec<f64> = row.unwrap();
        let [t, rh, p, wet, dew, w, h, volume, density, vapour, saturated] = v[..] else {
            panic!("eleven columns, not {}", v.len())
        };
        let air = MoistAir::from_relative_humidity(t, rh / 100.0, p);
        let mut check = |what: &str, ours: f64, theirs: f64, scale: f64| {
            let error = (ours - theirs).abs() / scale;
            worst = worst.max(error);
            assert!(error <= 1e-6, "{what} of {v:?}: {ours} against {theirs}");
        };
        let bisect = |width| wet_bulb_by_bisection(t, dew.min(t), air.humidity_ratio, p, width);
        check("wet bulb as stopped", bisect(1e-3), wet, wet.abs().max(1.0));
        check(
            "wet bulb",
            air.wet_bulb_c,
            bisect(1e-10),
            wet.abs().max(1.0),
        );
        close(air.wet_bulb_c, wet, 5e-4, "wet bulb as printed");
        check("dew point", air.dew_point_c(), dew, dew.abs().max(1.0));
        check("W", air.humidity_ratio, w, w);
        check("h", air.enthalpy_j_kg(), h, h.abs());
        check("v", air.specific_volume_m3_kg(), volume, volume);
        check("rho", air.density_kg_m3(), density, density);
        check("p_w", air.vapour_pressure_pa(), vapour, vapour);
        check("p_ws", saturation_pressure_pa(t), saturated, saturated);
        check("RH", air.relative_humidity(), rh / 100.0, rh / 100.0);
        rows += 1;
    }
    assert_eq!(rows, 210);
    println!("worst relative error over {rows} rows: {worst:.1e}");
}

/// How long a wet bulb takes: `cargo test --release wet_bulb_cost -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement, meaningful in release builds only"]
fn wet_bulb_cost() {
    let states: Vec<(f64, f64, f64)> = (0..8760)
        .map(|i| {
            let t = -25.0 + f64::from(i % 70);
            let rh = 0.05 + 0.95 * f64::from(i % 97) / 96.0;
            let p = 84_000.0 + f64::from(i % 18) * 1000.0;
            (t, humidity_ratio_from_relative_humidity(t, rh, p), p)
        })
        .collect();
    let (mut best_s, mut sum) = (f64::MAX, 0.0);
    for _ in 0..100 {
        let start = std::time::Instant::now();
        for &(t, w, p) in std::hint::black_box(&states) {
            sum += wet_bulb_c(t, w, p);
        }
        best_s = best_s.min(start.elapsed().as_secs_f64());
    }
    let each_ns = best_s / states.len() as f64 * 1e9;
    println!("{each_ns:.0} ns per wet bulb, the best of 100 years (checksum {sum:.3})");
}

proptest! {
    /// Dew point ≤ wet bulb ≤ dry bulb, and the wet bulb gives its humidity ratio back.
    #[test]
    fn wet_bulb_lies_between_dew_point_and_dry_bulb(t in -60.0..70.0f64, rh in 0.001..1.0f64, p in 40e3..108e3f64) {
        let air = MoistAir::from_relative_humidity(t, rh, p);
        // Over ice the psychrometric equation itself puts the bulb up to 2 mK below the dew point near saturation.
        prop_assert!(air.wet_bulb_c <= t && air.wet_bulb_c >= air.dew_point_c() - 2e-3, "{:?} {}", air, air.dew_point_c());
        let w = humidity_ratio_from_wet_bulb(t, air.wet_bulb_c, p);
        prop_assert!((w - air.humidity_ratio).abs() <= 1e-9 * air.humidity_ratio + 1e-12, "{w} {air:?}");
    }

    /// More water, higher wet bulb, across the jump at 0 °C too.
    #[test]
    fn wet_bulb_rises_with_humidity(t in -30.0..60.0f64, a in 0.001..1.0f64, b in 0.001..1.0f64, p in 60e3..108e3f64) {
        let (low, high) = (a.min(b), a.max(b));
        let wet = |rh| MoistAir::from_relative_humidity(t, rh, p).wet_bulb_c;
        prop_assert!(wet(low) <= wet(high) + 1e-9);
    }

    /// Relative humidity and dew point survive the way through the humidity ratio.
    #[test]
    fn round_trips(t in -60.0..80.0f64, rh in 0.01..1.0f64, p in 60e3..108e3f64) {
        let air = MoistAir::from_relative_humidity(t, rh, p);
        if air.humidity_ratio > MIN_HUMIDITY_RATIO {
            prop_assert!((air.relative_humidity() - rh).abs() < 1e-9);
            let back = MoistAir::from_dew_point(t, air.dew_point_c(), p);
            prop_assert!((back.humidity_ratio - air.humidity_ratio).abs() < 1e-8 * air.humidity_ratio);
            let dry_bulb_c = dry_bulb_from_enthalpy_c(air.enthalpy_j_kg(), air.humidity_ratio);
            prop_assert!((dry_bulb_c - t).abs() < 1e-9);
        }
    }
}
