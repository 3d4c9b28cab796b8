use std::fmt::Write as _;

use super::*;
use crate::weather::tests::data;
use crate::weather::{Uses, read};

fn compact(epw: &Weather) -> String {
    let site = &epw.site;
    let mut text = format!(
        "# name: {}\n# label: {}\n# source: NREL TMY3 (US Government work, public domain), EPW as shipped with EnergyPlus\n\
         # site: {},{},{},{}\n# design: {},{}\n# design source: {}\n# columns: dry bulb 0.1 °C, dew point 0.1 °C, pressure 10 Pa, GHI, DNI, DHI W/m², wind 0.1 m/s\n\
         # row h holds the state at the end of hour h and the radiation during it; an empty cell is 0\n",
        site.name,
        epw.label,
        site.latitude_deg,
        site.longitude_deg,
        site.utc_offset_h,
        site.elevation_m,
        epw.extremes.dry_bulb_c.unwrap(),
        epw.extremes.wet_bulb_c.unwrap(),
        epw.extremes.source
    );
    for hour in epw.hours() {
        let cells = [
            hour.dry_bulb_c * 10.0,
            hour.dew_point_c * 10.0,
            hour.pressure_pa / 10.0,
            hour.ghi_w_m2,
            hour.dni_w_m2,
            hour.dhi_w_m2,
            hour.wind_m_s * 10.0,
        ];
        for (i, value) in cells.iter().enumerate() {
            assert!((value - value.round()).abs() < 1e-6, "{value} is not whole");
            let comma = if i == 0 { "" } else { "," };
            match value.round() as i32 {
                0 => text += comma,
                whole => write!(text, "{comma}{whole}").unwrap(),
            }
        }
        text.push('\n');
    }
    text
}

/// Byte for byte; with `COLDAISLE_BLESS=1` it writes the files instead: that is how they are made.
#[test]
#[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
fn val_tmy3_climates_are_what_the_source_says() {
    let Some(folder) = data() else { return };
    let assets = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/climates");
    for station in &STATIONS {
        let epw = read(
            &folder.join("data/weather/tmy3").join(station.epw),
            Uses { panels: true },
        )
        .unwrap();
        let text = compact(&epw);
        assert!(
            text.len() <= 230 << 10,
            "{}: {} bytes",
            station.name,
            text.len()
        );
        if std::env::var_os("COLDAISLE_BLESS").is_some() {
            std::fs::write(assets.join(station.name).with_extension("csv"), text).unwrap();
            continue;
        }
        assert!(
            station.text == text,
            "{} differs from its source",
            station.name
        );
        let ours = built_in(station.name).unwrap();
        assert_eq!(ours.hours(), epw.hours(), "{}", station.name);
        assert_eq!((ours.site, ours.extremes), (epw.site, epw.extremes));
    }
}

#[test]
fn every_name_has_its_year_its_grid_and_its_source() {
    let all: Vec<&str> = names().collect();
    assert_eq!(all.len(), 24);
    for name in all {
        let weather = built_in(name).unwrap();
        let description = describe(name).unwrap();
        assert_eq!(weather.hours().len(), 8760, "{name}");
        assert_eq!(weather.site, description.site);
        assert_eq!(weather.label, description.label);
        assert_eq!(weather.synthetic, description.synthetic);
        assert_eq!(
            weather.label.starts_with("synthetic, from monthly normals"),
            weather.synthetic
        );
        assert!(!description.source.is_empty() && !grid(name).unwrap().is_empty());
        let s = weather.statistics();
        println!(
            "{name}: dry {:.1} ({:.1}…{:.1}) wet {:.1} (…{:.1}) {}",
            s.dry_bulb_c.mean,
            s.dry_bulb_c.min,
            s.dry_bulb_c.max,
            s.wet_bulb_c.mean,
            s.wet_bulb_c.max,
            weather.label
        );
    }
    assert!(built_in("atlantis").is_none() && describe("").is_none() && grid("x").is_none());
    assert_eq!(
        (grid("phoenix"), grid("lulea")),
        (Some("us-az"), Some("sweden"))
    );
}

/// The first row of the file of Phoenix: 10.0 °C, dew point 5.6 °C, 97,700 Pa, 1.5 m/s.
#[test]
fn phoenix_by_hand() {
    let first = built_in("phoenix").unwrap().hours()[0];
    assert_eq!(
        (first.dry_bulb_c, first.dew_point_c, first.pressure_pa),
        (10.0, 5.6, 97_700.0)
    );
    assert_eq!((first.ghi_w_m2, first.wind_m_s), (0.0, 1.5));
    let site = describe("phoenix").unwrap().site;
    assert_eq!(
        (
            site.latitude_deg,
            site.longitude_deg,
            site.utc_offset_h,
            site.elevation_m
        ),
        (33.45, -111.98, -7.0, 337.0)
    );
}

/// Cost of loading and look-ups; meaningful in optimised builds only:
/// `cargo test --config 'profile.dev.package.coldaisle.opt-level=3' climate_cost -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
fn climate_cost() {
    for name in ["chicago", "singapore"] {
        let mut best_ms = f64::MAX;
        for _ in 0..30 {
            let start = std::time::Instant::now();
            std::hint::black_box(built_in(name));
            best_ms = best_ms.min(start.elapsed().as_secs_f64() * 1e3);
        }
        let weather = built_in(name).unwrap();
        let start = std::time::Instant::now();
        let mut sum = 0.0;
        for minute in 0..525_600 {
            sum += weather
                .at(f64::from(std::hint::black_box(minute)) / 60.0)
                .wet_bulb_c;
        }
        let ns = start.elapsed().as_secs_f64() * 1e9 / 525_600.0;
        println!("{name}: built in {best_ms:.2} ms, at() {ns:.1} ns ({sum:.0})");
    }
}

/// ASHRAE 2009 for O'Hare: 33.3 and 31.6 °C dry bulb, 25.5 and 24.6 °C wet bulb at 0.4 and 1 %; a typical year, made to
/// have no extremes, lies up to 1 K beside. Phoenix: 43.4 and 42.3 °C, 24.4 and 23.8 °C.
#[test]
fn design_temperatures_are_near_those_of_ashrae() {
    for (name, meant) in [
        ("chicago", [33.3, 25.5, 31.6, 24.6]),
        ("phoenix", [43.4, 24.4, 42.3, 23.8]),
    ] {
        let figures = figures(name).unwrap();
        let numbers: Vec<f64> = figures
            .iter()
            .filter(|(label, _)| label.starts_with("design"))
            .flat_map(|(_, text)| text.split_whitespace().filter_map(|word| word.parse().ok()))
            .collect();
        assert_eq!(numbers.len(), 4, "{figures:?}");
        for (ours, theirs) in numbers.iter().zip(meant) {
            assert!((ours - theirs).abs() < 1.3, "{name}: {numbers:?}");
        }
    }
    assert_eq!(figures("atlantis"), None);
}

#[test]
fn all_built_in_years_have_a_place() {
    assert!(names().count() <= BUILT_IN.most());
}
