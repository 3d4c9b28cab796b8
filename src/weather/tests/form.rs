//! Forms that weather files come in and that mean the same: read rightly. What a run does not use does not stop it.

use std::fmt::Write as _;
use std::path::Path;

use super::broken::{load, plain, refused, repaired, set, with};
use crate::weather::*;

fn without_panels(text: &str) -> Result<Weather, Fault> {
    parse(Path::new("test.epw"), text.as_bytes(), Uses::default())
}

#[test]
fn numbers_with_a_point_years_that_rise_and_quotes() {
    let text = with(|rows| {
        for (index, row) in rows.iter_mut().enumerate() {
            let cells: Vec<&str> = row.split(',').collect();
            let year = 1990 + index / 730;
            let (month, day, hour) = (cells[1], cells[2], cells[3]);
            *row = format!(
                "\"{year}.0\",{month}.0, {day}.00,0{hour}.0,0.0,{}",
                cells[5..].join(",")
            );
        }
    });
    let weather = load(&text).unwrap();
    assert_eq!(
        (weather.hours(), weather.repairs.len()),
        (plain().hours(), 0)
    );
}

#[test]
fn commas_in_a_quoted_name_and_times_of_half_hours() {
    let text = with(|_| ());
    let quoted = text.replacen("Nowhere,-", "\"Nowhere, Old Harbour\",-", 1);
    let site = load(&quoted).unwrap().site;
    assert_eq!((site.latitude_deg, site.longitude_deg), (40.0, -100.0));
    assert_eq!((site.utc_offset_h, site.elevation_m), (-7.0, 1600.0));
    assert_eq!(site.name, "Nowhere, Old Harbour, XX");
    refused(
        &text.replacen("Nowhere,-", "Nowhere, Old Harbour,-", 1),
        &["line 1", "11 cells", "quotes"],
    );
    let all = text.lines().enumerate().map(|(index, line)| {
        let cells: Vec<String> = line.split(',').map(|cell| format!("\"{cell}\"")).collect();
        if index == 0 {
            cells.join(",")
        } else {
            line.to_owned()
        }
    });
    let all: Vec<String> = all.collect();
    assert_eq!(load(&all.join("\n")).unwrap(), plain());
    let india = text.replacen("-100.0,-7.0", "77.1,+5:30", 1);
    assert_eq!(load(&india).unwrap().site.utc_offset_h, 5.5);
    let newfoundland = text.replacen("-100.0,-7.0", "-52.7,-3:30", 1);
    assert_eq!(load(&newfoundland).unwrap().site.utc_offset_h, -3.5);
    repaired(
        &text.replacen("-100.0,-7.0", "100.0,-7.0", 1),
        &["line 1", "UTC+6.7", "UTC-7", "check both"],
    );
    // Kiribati keeps the date of the west.
    assert!(
        load(&text.replacen("-100.0,-7.0", "-157.4,14", 1))
            .unwrap()
            .repairs
            .is_empty()
    );
}

#[test]
fn line_ends_of_all_kinds_and_empty_lines() {
    let text = with(|_| ());
    let old = text.replace('\n', "\r");
    let spaced = format!("\n\n{}\n\n  \n", text.replacen("\nDATA", "\n\nDATA", 1));
    let lower =
        text.replacen("LOCATION", "location", 1)
            .replacen("DATA PERIODS", "Data Periods", 1);
    for form in [old, spaced, lower] {
        assert_eq!(load(&form).unwrap(), load(&text).unwrap());
    }
    refused(
        "\n\nLOCATION,Nowhere,-,XX,Test,0,north\n",
        &["line 3", "latitude"],
    );
    let semicolons = text.replace(',', ";");
    refused(&semicolons, &["line 1", "semicolons", "decimal commas"]);
}

/// Humidity is needed without a dew point; radiation and wind by panels alone.
#[test]
fn what_nothing_uses_stops_no_run() {
    let text = with(|r| {
        (3000..3072).for_each(|i| set(r, i, 22, "999"));
        set(r, 4000, 14, "-999");
        set(r, 4100, 15, "5000");
        set(r, 4200, 16, "dark");
        set(r, 4300, 9, "131");
    });
    let weather = without_panels(&text).unwrap();
    assert_eq!(
        weather.repairs,
        [
            "line 4309: relative humidity cannot be true, not used beside a dew point",
            "missing or impossible, and used by nothing in this run: global radiation (1 h from line 4009), direct \
             radiation (1 h from line 4109), diffuse radiation (1 h from line 4209), wind speed (72 h from line 3009)",
        ]
    );
    assert_eq!(weather.states(), plain().states());
    // Panels use all of it.
    refused(&text, &["line 4109", "direct radiation"]);
    let gap = with(|r| (3000..3072).for_each(|i| set(r, i, 22, "999")));
    refused(
        &gap,
        &["line 3009", "wind speed", "72 hours", "remove the panels"],
    );
    let sentinel = with(|r| set(r, 4000, 14, "-999"));
    repaired(&sentinel, &["line 4009: global radiation missing for 1 h"]);
    // Where humidity depends on it, it must be plausible.
    let needed = with(|r| {
        set(r, 4300, 8, "99.9");
        set(r, 4300, 9, "131");
    });
    refused(&needed, &["line 4309", "relative humidity 131", "999"]);
}

#[test]
fn a_humidity_of_zero_is_none() {
    let zero = |dew: &'static str| {
        with(move |r| {
            for index in 0..r.len() {
                set(r, index, 8, dew);
                set(r, index, 9, "0");
            }
        })
    };
    let weather = repaired(
        &zero("5.0"),
        &["line 9 and 8759 more: a relative humidity of 0 is none"],
    );
    assert_eq!(
        (weather.repairs.len(), weather.hours()),
        (1, plain().hours())
    );
    refused(
        &zero("99.9"),
        &["no humidity", "missing in all rows", "give one"],
    );
    // A column of zeros that was never filled in.
    refused(&zero("0"), &["no humidity"]);
    let known = zero("0")
        .replace(",0.0,0,83500", ",0.0,50,83500")
        .replace(",0,0,83500", ",0,50,83500");
    let weather = repaired(
        &known,
        &[
            "the dew point is 0 in every row",
            "worked out from relative humidity",
        ],
    );
    // 11 °C at 50 % (Magnus: 1.0 °C).
    assert!(
        (weather.hours()[0].dew_point_c - 0.97).abs() < 0.05,
        "{}",
        weather.hours()[0].dew_point_c
    );
    // Dew points computed from a humidity of 0.
    refused(
        &with(|r| (0..r.len()).for_each(|i| set(r, i, 8, "-60"))),
        &["no place is that dry", "mean"],
    );
}

/// At 1,600 m the standard atmosphere has 83,523 Pa: 101,325 Pa is 21.3 % above it.
#[test]
fn a_pressure_that_does_not_fit_the_elevation_is_told() {
    let sea = with(|r| (0..r.len()).for_each(|i| set(r, i, 10, "101325")));
    let weather = repaired(
        &sea,
        &[
            "101325 Pa",
            "21.3 % above",
            "83523 Pa",
            "of the rows are used",
        ],
    );
    assert_eq!(weather.hours()[0].pressure_pa, 101_325.0);
    let near = with(|r| (0..r.len()).for_each(|i| set(r, i, 10, "81100")));
    assert!(load(&near).unwrap().repairs.is_empty());
    let zeros = with(|r| (0..r.len()).for_each(|i| set(r, i, 10, "0")));
    repaired(&zeros, &["pressure missing in 8760 hours", "83523 Pa"]);
}

/// 11…34 °C with a dew point of 5 °C: its own humidity is silent, 30 % in every row is not, in a few rows it is.
#[test]
fn humidities_that_differ_are_told_where_it_matters() {
    let meant = |dry: f64| 100.0 * (17.62 * 5.0 / 248.12 - 17.62 * dry / (243.12 + dry)).exp();
    let of = |humidity: &dyn Fn(usize) -> f64| {
        let text = with(|r| {
            for index in 0..r.len() {
                set(r, index, 9, &format!("{:.0}", humidity(index)));
            }
        });
        load(&text).unwrap().repairs
    };
    let own = |index: usize| meant((index % 24) as f64 + 11.0);
    assert_eq!(of(&own), Vec::<String>::new());
    assert_eq!(
        of(&|i| if i < 40 { 100.0 } else { own(i) }),
        Vec::<String>::new()
    );
    let notes = of(&|_| 30.0);
    assert_eq!(notes.len(), 1);
    assert!(
        notes[0].contains("dew point and relative humidity differ"),
        "{notes:?}"
    );
}

/// Hours of a TMY3 file by their end or their begin, on the half hours, and with the same rules as an EPW file.
#[test]
fn tmy3_files_follow_the_same_rules() {
    let file = |rows_an_hour: usize, begins: bool, midnight: &str| {
        let mut text = String::from(
            "722020,\"MIAMI, FLA\",FL,-5.0,25.817,-80.300,11\nDate (MM/DD/YYYY),Time (HH:MM),Dry-bulb (C),\
             Dew-point (C),RHum (%),Pressure (mbar),GHI (W/m^2),DNI (W/m^2),DHI (W/m^2),Wspd (m/s)\n",
        );
        for month in 1..=12 {
            for day in 1..=days_in_month(month, false) {
                for k in 0..24 * rows_an_hour {
                    let minute = (k + usize::from(!begins)) * 60 / rows_an_hour;
                    let clock = format!("{:02}:{:02}", minute / 60, minute % 60);
                    let clock = if clock == "24:00" { midnight } else { &clock };
                    let dry = 15 + k / rows_an_hour;
                    writeln!(
                        text,
                        "{month}/{day}/1995,{clock},{dry},10,50,1013,9,9,9,2.5"
                    )
                    .unwrap();
                }
            }
        }
        text
    };
    let plain = load(&file(1, false, "24:00")).unwrap();
    assert!(
        plain
            .repairs
            .iter()
            .all(|notes| notes.contains("dew point and")),
        "{:?}",
        plain.repairs
    );
    assert_eq!(plain.hours()[23].dry_bulb_c, 38.0);
    assert_eq!(
        load(&file(1, false, "00:00")).unwrap().hours(),
        plain.hours()
    );
    let weather = repaired(&file(1, true, ""), &["0 to 23", "begins"]);
    assert_eq!(weather.hours(), plain.hours());
    for halves in [file(2, false, "24:00"), file(2, true, "")] {
        let weather = repaired(&halves, &["2 rows an hour"]);
        // 15 °C through the hour that ends at 1:00, 16 °C through the next: a quarter of the weight is of the latter.
        assert_eq!(weather.hours()[0].dry_bulb_c, 15.25);
    }
    let text = file(1, false, "24:00");
    let spoilt = text
        .replacen(",9,9,9,2.5", ",-999,9,oops,400", 1)
        .replacen(",50,", ",140,", 1);
    let weather = without_panels(&spoilt).unwrap();
    assert_eq!(weather.states(), plain.states());
    assert!(
        weather
            .repairs
            .iter()
            .any(|notes| notes.contains("used by nothing in this run: global"))
    );
    refused(&spoilt, &["line 3", "DHI (W/m^2)", "oops"]);
    let dry = text.replace(",10,50,1013", ",-9900,0,1013");
    refused(&dry, &["no humidity"]);
    repaired(
        &text.replace(",1013,", ",850,"),
        &["85000 Pa", "below the standard atmosphere at 11 m"],
    );
    refused(
        &text.replacen("\"MIAMI, FLA\"", "MIAMI, FLA", 1),
        &["line 1", "8 cells", "quotes"],
    );
}
