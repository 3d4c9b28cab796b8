//! The available weather files, read whole.

mod broken;
mod calendar;
mod cure;
mod form;
mod fuzz;
mod kept;

use std::path::PathBuf;

use super::*;

pub(super) fn data() -> Option<PathBuf> {
    let folder = std::env::var_os("COLDAISLE_DATA").map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: COLDAISLE_DATA is not set");
    }
    folder
}

fn load(folder: &Path, name: &str) -> Weather {
    let weather = read(
        &folder.join("data/weather").join(name),
        Uses { panels: true },
    )
    .unwrap();
    let all = weather.statistics();
    assert!(all.wet_bulb_c.max <= all.dry_bulb_c.max);
    println!("{name}: {} {all:?} {:?}", weather.label, weather.repairs);
    weather
}

/// Row by row against the text of the files.
#[test]
#[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
fn val_epw_files_at_hand() {
    let Some(folder) = data() else { return };
    // 1 January 01:00: −18 °C, dew point −19.7 °C, 83,700 Pa.
    let denver = load(&folder, "BESTEST_WD100_Denver.epw");
    let first = denver.hours()[0];
    assert_eq!(
        (first.dry_bulb_c, first.dew_point_c, first.pressure_pa),
        (-18.0, -19.7, 83_700.0)
    );
    assert_eq!(
        (denver.site.latitude_deg, denver.site.utc_offset_h),
        (39.833, -7.0)
    );

    // 31 December 24:00: 6 °C, dew point 4 °C, 102,922 Pa, 1 m/s.
    let shanghai = load(&folder, "CHN_Shanghai-Hongqiao_TMYx.epw");
    let last = shanghai.hours()[8759];
    assert_eq!(
        (last.dry_bulb_c, last.dew_point_c, last.pressure_pa),
        (6.0, 4.0, 102_922.0)
    );
    assert_eq!(last.wind_m_s, 1.0);

    // ERA5 in another header layout, with missing codes in unused columns.
    let italy = load(&folder, "pvgis_tmy_45.0_8.0_2005_2023.epw");
    let first = italy.hours()[0];
    assert_eq!(
        (first.dry_bulb_c, first.dew_point_c, first.pressure_pa),
        (2.04, 1.21, 99_870.0)
    );
    assert_eq!(italy.site.name, "45° N, 8° E");
}

/// Files as published cause no message: the one with a missing hour is a third party's conversion.
#[test]
fn real_files_are_read_in_silence() {
    let Some(folder) = data() else { return };
    let weather = folder.join("data/weather");
    let mut read_files = 0;
    for folder in [weather.clone(), weather.join("tmy3")] {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let extension = path.extension().and_then(|e| e.to_str());
            if !matches!(extension, Some("epw" | "tmy3" | "csv"))
                || path.ends_with("FL-Miami_Intl_Ap.epw")
            {
                continue;
            }
            for panels in [false, true] {
                let weather = read(&path, Uses { panels }).unwrap();
                assert_eq!(weather.repairs, Vec::<String>::new(), "{}", path.display());
            }
            read_files += 1;
        }
    }
    assert_eq!(read_files, 16);
}

/// 8,784 rows; the calendar finds 29 February, and a common year takes the 28th for it.
#[test]
#[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
fn val_epw_leap_year() {
    let Some(folder) = data() else { return };
    let leap = load(&folder, "USA_IL_Chicago_AMY_2012_LeapYear.epw");
    assert!(leap.is_leap() && leap.hours().len() == 8784);
    assert_eq!(leap.hours()[8783].dry_bulb_c, -6.1);
    assert_eq!(leap.hour_index(3, 1, 0.0), 60.0 * 24.0);
    assert_eq!(leap.hour_index(2, 29, 6.5), 59.0 * 24.0 + 6.5);
    let common = load(&folder, "tmy3/USA_IL_Chicago-OHare.Intl.AP.725300_TMY3.epw");
    assert_eq!(common.hour_index(2, 29, 6.5), 58.0 * 24.0 + 6.5);
    assert_eq!(common.hour_index(12, 31, 24.0), 8760.0);
}

/// 8,759 rows: the last hour of the year is not there, and the repair is reported. 31 December 23:00 is 22.0 °C and
/// 1 January 01:00 is 19.4 °C, so the filled hour is 20.7 °C (the TMY3 it was made from has 22.0 °C).
#[test]
#[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
fn val_epw_with_a_missing_hour() {
    let Some(folder) = data() else { return };
    let miami = load(&folder, "FL-Miami_Intl_Ap.epw");
    assert_eq!(miami.hours().len(), 8760);
    assert_eq!(miami.repairs.len(), 1, "{:?}", miami.repairs);
    assert!(
        miami.repairs[0].contains("1 hour from 12-31 hour 24"),
        "{:?}",
        miami.repairs
    );
    assert!((miami.hours()[8759].dry_bulb_c - 20.7).abs() < 1e-9);
}

#[test]
#[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
fn val_tmy3_files_at_hand() {
    let Some(folder) = data() else { return };
    let miami = load(&folder, "FL-Miami_Intl_Ap.tmy3");
    let ninth = miami.hours()[8];
    assert_eq!(
        (ninth.dry_bulb_c, ninth.dew_point_c, ninth.pressure_pa),
        (22.8, 19.4, 102_100.0)
    );
    assert_eq!(
        (
            ninth.ghi_w_m2,
            ninth.dni_w_m2,
            ninth.dhi_w_m2,
            ninth.wind_m_s
        ),
        (218.0, 694.0, 38.0, 3.1)
    );
    let houston = load(&folder, "TX-Houston_William_P_Hobby_Ap.tmy3");
    assert_eq!(houston.hours()[8759].dry_bulb_c, 10.6);
    let alaska = load(&folder, "pvlib_703165TY_SandPoint_AK_TMY3.csv");
    assert_eq!(
        (
            alaska.hours()[0].dry_bulb_c,
            alaska.hours()[8759].dew_point_c
        ),
        (4.0, -13.0)
    );
    assert_eq!(alaska.site.elevation_m, 7.0);
}

/// The EPW's own statistics file: dry bulb from −20.6 °C (10 February) to 35.0 °C (30 June), monthly means.
#[test]
#[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
fn val_stat_file_of_chicago() {
    let Some(folder) = data() else { return };
    let chicago = load(&folder, "tmy3/USA_IL_Chicago-OHare.Intl.AP.725300_TMY3.epw");
    let stat =
        std::fs::read(folder.join("data/weather/USA_IL_Chicago-OHare.Intl.AP.725300_TMY3.stat"))
            .unwrap();
    let stat = String::from_utf8_lossy(&stat);
    let means: Vec<f64> = stat
        .lines()
        .skip_while(|l| !l.contains("Monthly Statistics for Dry Bulb"))
        .find(|l| l.trim_start().starts_with("Daily Avg"))
        .unwrap()
        .split_whitespace()
        .filter_map(|cell| cell.parse().ok())
        .collect();
    assert_eq!(means.len(), 12);
    let mut start = 0;
    for (month, theirs) in (1..=12).zip(means) {
        let rows = usize::from(days_in_month(month, false)) * 24;
        let sum: f64 = chicago.hours()[start..start + rows]
            .iter()
            .map(|h| h.dry_bulb_c)
            .sum();
        start += rows;
        // Printed with one decimal.
        assert!((sum / rows as f64 - theirs).abs() < 0.051, "month {month}");
    }
}

/// Hourly means of dry and wet bulb of an `EnergyPlus` run with four steps an hour, at the end of each of which it
/// interpolates the rows. The first hour is left out: there `EnergyPlus` starts from hour 24 of the same day.
///
/// `EnergyPlus` takes the water from the file's relative humidity (whole percent), this from its dew point (0.1 K),
/// and it has a bulb of water below 0 °C too. So three things are shown: with the file's relative humidity our
/// wet bulb is theirs above freezing; the dew point gives the same within the rounding in 99 % of the hours;
/// the rest are hours whose relative humidity and dew point contradict each other in the file.
#[test]
#[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
fn val_energyplus_interpolation() {
    let Some(folder) = data() else { return };
    for (case, file) in [
        ("Chicago", "USA_IL_Chicago-OHare.Intl.AP.725300_TMY3.epw"),
        ("Miami", "USA_FL_Miami.Intl.AP.722020_TMY3.epw"),
        (
            "SanFrancisco",
            "USA_CA_San.Francisco.Intl.AP.724940_TMY3.epw",
        ),
    ] {
        let weather = load(&folder, &format!("tmy3/{file}"));
        let humidity = column_of(&folder.join("data/weather/tmy3").join(file), 9);
        let packed = folder.join(format!("oracles/energyplus/wc_const_{case}.csv.gz"));
        let text = std::process::Command::new("gzip")
            .arg("-dc")
            .arg(packed)
            .output()
            .unwrap();
        let text = String::from_utf8(text.stdout).unwrap();
        let (mut dry_worst, mut same_worst) = (0.0_f64, 0.0_f64);
        let mut errors = Vec::new();
        for line in text.lines().skip(1) {
            let cells: Vec<f64> = line
                .split(',')
                .take(3)
                .map(|c| c.parse().unwrap())
                .collect();
            let [hour, dry_c, wet_c] = cells[..] else {
                panic!("three cells")
            };
            if hour == 1.0 {
                continue;
            }
            let (before, after) = (humidity[hour as usize - 2], humidity[hour as usize - 1]);
            let (mut dry, mut wet, mut same) = (0.0, 0.0, 0.0);
            for share in [0.25, 0.5, 0.75, 1.0] {
                let air = weather.at(hour - 1.0 + share);
                let rh = (before + (after - before) * share) / 100.0;
                let theirs = MoistAir::from_relative_humidity(air.dry_bulb_c, rh, air.pressure_pa);
                dry += air.dry_bulb_c / 4.0;
                wet += air.wet_bulb_c / 4.0;
                same += theirs.wet_bulb_c / 4.0;
            }
            dry_worst = dry_worst.max((dry - dry_c).abs());
            errors.push((wet - wet_c).abs());
            // 1.5 °C: above it no quarter of an hour has a frozen bulb.
            if wet_c > 1.5 {
                same_worst = same_worst.max((same - wet_c).abs());
            }
        }
        assert_eq!(errors.len(), 8759);
        errors.sort_by(f64::total_cmp);
        let rms = (errors.iter().map(|e| e * e).sum::<f64>() / 8759.0).sqrt();
        let (p95, p99, worst) = (errors[8321], errors[8671], errors[8758]);
        println!(
            "{case}: dry {dry_worst:.1e} K; wet from the file's humidity {same_worst:.1e} K; \
             from its dew point rms {rms:.3} K, p95 {p95:.3} K, p99 {p99:.3} K, worst {worst:.2} K"
        );
        assert!(dry_worst < 1e-4, "{case}: dry bulb {dry_worst}");
        assert!(
            same_worst < 1e-3,
            "{case}: wet bulb, same humidity {same_worst}"
        );
        assert!(
            rms < 0.15 && p99 < 0.6,
            "{case}: wet bulb from dew point {rms} {p99}"
        );
    }
}

/// One column of an EPW file, from 1.
fn column_of(path: &Path, column: usize) -> Vec<f64> {
    let text = std::fs::read_to_string(path).unwrap();
    let cell = |line: &str| line.split(',').nth(column - 1).unwrap().parse().unwrap();
    text.lines().skip(8).map(cell).collect()
}

/// Wet bulbs interpolated between rows against wet bulbs worked out from interpolated temperature and water.
#[test]
#[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
fn val_interpolated_wet_bulb() {
    let Some(folder) = data() else { return };
    let weather = load(&folder, "tmy3/USA_IL_Chicago-OHare.Intl.AP.725300_TMY3.epw");
    let mut errors = Vec::new();
    for (i, pair) in weather.states().windows(2).enumerate() {
        // The jump between bulbs of water and of ice does not come from interpolation.
        if pair.iter().all(|s| s.wet_bulb_c > 0.5) {
            let air = weather.at(i as f64 + 1.5);
            let exact =
                MoistAir::from_humidity_ratio(air.dry_bulb_c, air.humidity_ratio, air.pressure_pa);
            errors.push((air.wet_bulb_c - exact.wet_bulb_c).abs());
        }
    }
    errors.sort_by(f64::total_cmp);
    let (p99, worst) = (errors[errors.len() * 99 / 100], errors[errors.len() - 1]);
    println!("p99 {p99:.3} K, worst {worst:.3} K of {}", errors.len());
    assert!(p99 < 0.04 && worst < 0.24, "{p99} {worst}");
}
