use super::*;
use crate::weather::tests::data;

fn all() -> Vec<Normals> {
    parse(include_str!("../../../assets/climates/normals.toml")).unwrap()
}

/// Monthly means of a daily figure.
fn by_month(weather: &Weather, of: impl Fn(&[Hour]) -> f64) -> [f64; 12] {
    let daily: Vec<f64> = weather.hours().chunks(24).map(of).collect();
    monthly_means(&daily)
}

/// Within 0.1 K, the resolution, because the generator settles all three by month.
#[test]
fn generated_months_match_their_normals() {
    for normals in all() {
        let weather = generate(&normals);
        let mut worst = [0.0_f64; 3];
        let high = |day: &[Hour]| day.iter().map(|h| h.dry_bulb_c).fold(-99.0, f64::max);
        let low = |day: &[Hour]| day.iter().map(|h| h.dry_bulb_c).fold(99.0, f64::min);
        let dew = |day: &[Hour]| day.iter().map(|h| h.dew_point_c).sum::<f64>() / 24.0;
        let got = [
            by_month(&weather, high),
            by_month(&weather, low),
            by_month(&weather, dew),
        ];
        let target = [
            normals.mean_daily_max_c,
            normals.mean_daily_min_c,
            normals.mean_dew_point_c(),
        ];
        for (worst, (got, target)) in worst.iter_mut().zip(got.iter().zip(target)) {
            for (got, target) in got.iter().zip(target) {
                *worst = worst.max((got - target).abs());
            }
        }
        println!(
            "{}: worst month, max {:.2} K, min {:.2} K, dew point {:.2} K",
            normals.name, worst[0], worst[1], worst[2]
        );
        assert!(worst.iter().all(|w| *w < 0.1), "{} {worst:?}", normals.name);
    }
}

#[test]
fn generated_hours_can_be_true() {
    for normals in all() {
        let weather = generate(&normals);
        for (hour, air) in weather.hours().iter().zip(weather.states()) {
            assert!(hour.dew_point_c <= hour.dry_bulb_c && air.relative_humidity() <= 1.0 + 1e-9);
            assert!((normals.record_min_c..=normals.record_max_c).contains(&hour.dry_bulb_c));
            assert!(
                hour.wind_m_s >= 0.0
                    && (0.0..1300.0).contains(&hour.ghi_w_m2)
                    && hour.dni_w_m2 < 1200.0
            );
            assert!(hour.dhi_w_m2 <= hour.ghi_w_m2);
        }
        let midnight: f64 = weather.hours().iter().step_by(24).map(|h| h.ghi_w_m2).sum();
        assert_eq!(
            midnight, 0.0,
            "{}: the hour after midnight is dark",
            normals.name
        );
    }
}

#[test]
fn the_same_year_each_time_and_another_for_another_name() {
    let all = all();
    assert_eq!(generate(&all[0]), generate(&all[0]));
    let renamed = Normals {
        name: "elsewhere".into(),
        ..all[0].clone()
    };
    assert_ne!(generate(&all[0]).hours(), generate(&renamed).hours());
}

/// The first rows of a year, so that a new version of a generator cannot change climates unseen.
#[test]
fn regress_singapore() {
    let weather = generate(&all()[0]);
    let sum: f64 = weather
        .hours()
        .iter()
        .map(|h| h.dry_bulb_c + h.dew_point_c)
        .sum();
    assert_eq!(format!("{sum:.1}"), "466559.7");
}

/// Equator, equinox (day 80), noon: cos z = 1 within 0.1 %, so a clear sky gives 1098·e^(−0.059) = 1035 W/m²; `k_t` =
/// 1035/1372 = 0.755 and the Erbs correlation gives 0.179 of it as diffuse.
#[test]
fn the_noon_sun_by_hand() {
    let normals = Normals {
        latitude_deg: 0.0,
        longitude_deg: 0.0,
        utc_offset_h: 0.0,
        ..all()[0].clone()
    };
    let sun = Sun::on(&normals, 79);
    let [ghi, dni, dhi] = radiation(&sun, sun.noon, 1.0);
    assert!((ghi - 1035.0).abs() < 2.0, "{ghi}");
    assert!((dhi / ghi - 0.179).abs() < 0.01, "{}", dhi / ghi);
    assert!((dni + dhi - ghi).abs() < 2.0);
    assert!(
        (sun.half_day_h - 6.0).abs() < 1e-9 && (sun.noon - 12.12).abs() < 0.02,
        "{}",
        sun.noon
    );
}

#[test]
fn smooth_years_keep_their_monthly_means() {
    let means = [
        -9.0, -9.0, -4.5, 1.5, 7.5, 13.0, 17.0, 15.0, 9.5, 3.0, -3.0, -6.5,
    ];
    for (got, target) in monthly_means(&smooth(&means)).iter().zip(means) {
        assert!((got - target).abs() < 1e-6, "{got} {target}");
    }
}

#[test]
fn an_unknown_key_is_refused_with_its_line() {
    let error = parse("[[climate]]\nname = \"x\"\naltitude = 3\n")
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("line 3") && error.contains("elevation_m"),
        "{error}"
    );
}

/// One real year (2024, among the warmest there) against the typical one: means within 1.5 K.
#[test]
#[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
fn val_openmeteo_singapore_2024() {
    let Some(folder) = data() else { return };
    let text = std::fs::read_to_string(folder.join("data/weather/openmeteo_SG_2024.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mean = |key: &str| {
        let values = json["hourly"][key].as_array().unwrap();
        let known: Vec<f64> = values
            .iter()
            .filter_map(serde_json::Value::as_f64)
            .collect();
        known.iter().sum::<f64>() / known.len() as f64
    };
    let weather = generate(&all()[0]);
    let ours = weather.statistics().dry_bulb_c.mean;
    let humidity = weather
        .states()
        .iter()
        .map(|s| s.relative_humidity() * 100.0)
        .sum::<f64>()
        / 8760.0;
    println!(
        "dry {ours:.2} against {:.2} °C, RH {humidity:.1} against {:.1} %",
        mean("temperature_2m"),
        mean("relative_humidity_2m")
    );
    assert!((ours - mean("temperature_2m")).abs() < 1.5);
    assert!((humidity - mean("relative_humidity_2m")).abs() < 6.0);
}
