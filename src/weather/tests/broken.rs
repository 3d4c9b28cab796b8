//! Files that are broken in one place each: refused with the place, or repaired and reported.

use std::fmt::Write as _;
use std::path::Path;

use crate::weather::*;

pub(super) const WITH_PANELS: Uses = Uses { panels: true };

pub(super) const HEADER: &str = "LOCATION,Nowhere,-,XX,Test,0,40.0,-100.0,-7.0,1600.0\nDESIGN CONDITIONS,0\n\
    TYPICAL/EXTREME PERIODS,0\nGROUND TEMPERATURES,0\nHOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0\nCOMMENTS 1,\n\
    COMMENTS 2,\nDATA PERIODS,1,1,Data,Sunday,1/1,12/31\n";

/// A whole year; row h of the year is line 8 + h. Dry bulb 10 °C + hour of the day, dew point 5 °C, 83,500 Pa.
pub(super) fn rows() -> Vec<String> {
    let mut rows = Vec::new();
    for month in 1..=12 {
        for day in 1..=days_in_month(month, false) {
            for hour in 1..=24 {
                let dry = 10 + hour;
                rows.push(format!(
                    "1999,{month},{day},{hour},0,flags,{dry}.0,5.0,999,83500,0,0,300,100,200,50,0,0,0,0,180,3.0,5,5,\
                     9,77777,9,999999999,10,0.1,0,88,0.2,0.0,1.0"
                ));
            }
        }
    }
    rows
}

pub(super) fn with(change: impl FnOnce(&mut Vec<String>)) -> String {
    let mut rows = rows();
    change(&mut rows);
    let mut text = HEADER.to_string();
    for row in rows {
        writeln!(text, "{row}").unwrap();
    }
    text
}

pub(super) fn set(rows: &mut [String], row: usize, column: usize, value: &str) {
    let mut cells: Vec<&str> = rows[row].split(',').collect();
    cells[column - 1] = value;
    rows[row] = cells.join(",");
}

pub(super) fn load(text: &str) -> Result<Weather, Fault> {
    parse(Path::new("test.epw"), text.as_bytes(), WITH_PANELS)
}

/// The whole file.
pub(super) fn plain() -> Weather {
    load(&with(|_| ())).unwrap()
}

pub(super) fn refused(text: &str, parts: &[&str]) {
    let Err(error) = load(text) else {
        panic!("was read, and not refused with {parts:?}");
    };
    let message = error.to_string();
    for part in parts.iter().chain(&["test.epw"]) {
        assert!(message.contains(part), "no {part:?} in: {message}");
    }
}

pub(super) fn repaired(text: &str, parts: &[&str]) -> Weather {
    let weather = load(text).unwrap();
    let notes = weather.repairs.join("\n");
    for part in parts {
        assert!(notes.contains(part), "no {part:?} in: {notes:?}");
    }
    weather
}

#[test]
fn a_whole_file_needs_no_repair() {
    let weather = load(&with(|_| ())).unwrap();
    assert_eq!(weather.repairs, Vec::<String>::new());
    assert_eq!(weather.hours().len(), 8760);
    assert_eq!(weather.site.elevation_m, 1600.0);
    // Row 1 (10 + 1 °C) ends at 01:00; before it lies the year's last row (34 °C).
    assert_eq!(weather.at(1.0).dry_bulb_c, 11.0);
    assert_eq!(weather.at(1.5).dry_bulb_c, 11.5);
    assert_eq!(weather.at(0.5).dry_bulb_c, 22.5);
    assert_eq!(weather.at(-8759.0), weather.at(1.0));
    assert_eq!(weather.during(0.5).dry_bulb_c, 11.0);
}

#[test]
fn what_is_no_weather_file() {
    refused("", &["empty", "LOCATION"]);
    refused("  \r\n\n", &["empty"]);
    refused("time,value\n1,2\n", &["line 1", "unknown format", "TMY3"]);
    refused("PK\u{3}\u{4}\0\0garbage", &["not plain text", "unpack"]);
    let bytes: Vec<u8> = (0..5000_u32).map(|i| (i * 7919 % 255 + 1) as u8).collect();
    assert!(parse(Path::new("x"), &bytes, WITH_PANELS).is_err());
    assert!(
        read(Path::new("/nowhere/at/all.epw"), WITH_PANELS)
            .unwrap_err()
            .to_string()
            .contains("cannot be read")
    );
    assert!(read(Path::new("/"), WITH_PANELS).is_err());
}

#[test]
fn headers() {
    let text = with(|_| ());
    refused(
        &text.replace("40.0,-100.0", "north,-100.0"),
        &["line 1", "7 (latitude)", "\"north\""],
    );
    refused(
        &text.replace("-7.0,1600.0", "-7.0"),
        &["line 1", "elevation"],
    );
    repaired(
        &text.replace("DATA PERIODS,1,1", "DATA PERIODS,1,4"),
        &["the header says 4 rows an hour, there is one"],
    );
    // Where its rows begin is seen without the rest of the header.
    let rows = text.split_once("DATA PERIODS").unwrap().1;
    let rows = rows.split_once('\n').unwrap().1;
    let first = text.lines().next().unwrap();
    assert_eq!(
        load(&format!("{first}\n{rows}")).unwrap().hours(),
        load(&text).unwrap().hours()
    );
    let prose = format!("{first}\n{}", "words\n".repeat(100));
    refused(&prose, &["DATA PERIODS"]);
    refused(HEADER, &["0 of the 8760"]);
}

#[test]
fn byte_order_mark_crlf_and_latin_1_are_fine() {
    let text = with(|_| ());
    let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
    assert_eq!(load(&windows).unwrap(), load(&text).unwrap());
    let mut latin = b"LOCATION,Malm\xf6,-,SWE,Test,0,55.6,13.0,1.0,10.0\n".to_vec();
    latin.extend_from_slice(text.split_once('\n').unwrap().1.as_bytes());
    assert!(
        parse(Path::new("x"), &latin, WITH_PANELS)
            .unwrap()
            .site
            .name
            .starts_with("Malm")
    );
}

#[test]
fn rows_that_cannot_be_read() {
    refused(
        &with(|r| set(r, 99, 7, "warm")),
        &["line 108", "7 (Dry Bulb", "\"warm\"", "99.9"],
    );
    refused(
        &with(|r| set(r, 99, 7, "inf")),
        &["line 108", "not a valid number"],
    );
    refused(
        &with(|r| set(r, 9, 4, "1.5")),
        &["line 18", "4 (Hour)", "whole"],
    );
    refused(&with(|r| r[50] += ",1,2"), &["line 59", "37 columns", "35"]);
    let wide = with(|r| r.iter_mut().for_each(|row| *row += ",1,2"));
    repaired(&wide, &["37 columns", "not read"]);
    refused(&with(|r| r[50].truncate(30)), &["line 59", "columns"]);
    refused(&with(|r| r[8759].truncate(60)), &["line 8768", "cut off"]);
    assert!(load(&with(|r| r[50] += ",")).is_ok());
    let short = |r: &mut Vec<String>| r.iter_mut().for_each(|row| row.truncate(row.len() - 12));
    assert!(
        load(&with(short)).is_ok(),
        "the last three columns are optional"
    );
}

#[test]
fn values_that_cannot_be_true() {
    refused(
        &with(|r| set(r, 0, 7, "-95")),
        &["line 9", "dry bulb", "-90"],
    );
    refused(
        &with(|r| set(r, 0, 7, "75.0")),
        &["line 9", "dry bulb", "70"],
    );
    refused(
        &with(|r| set(r, 5, 10, "1013")),
        &["line 14", "10 (Atm", "31000", "Pa"],
    );
    refused(&with(|r| set(r, 5, 22, "-3")), &["line 14", "wind"]);
    refused(
        &with(|r| set(r, 5, 8, "25.0")),
        &["line 14", "above the dry bulb"],
    );
    let weather = repaired(&with(|r| set(r, 5, 8, "16.8")), &["line 14", "0.8 K above"]);
    assert_eq!(weather.hours()[5].dew_point_c, 16.0);
}

#[test]
fn hours_out_of_order() {
    refused(
        &with(|r| r.swap(10, 11)),
        &["line 20", "01-01 hour 11", "after a later"],
    );
    refused(
        &with(|r| r.insert(10, r[9].clone())),
        &["line 19", "duplicate row"],
    );
    refused(
        &with(|r| set(r, 23, 4, "25")),
        &["line 32", "no 01-01 hour 25"],
    );
    refused(
        &with(|r| set(r, 23, 4, "0")),
        &["line 32", "0 to 24", "1…24"],
    );
    refused(&with(|r| set(r, 0, 3, "32")), &["line 9", "no 01-32"]);
    refused(&with(|r| set(r, 0, 2, "13")), &["line 9", "no 13-01"]);
    refused(
        &with(|r| drop(r.drain(100..125))),
        &["line 108", "8735 of the 8760", "01-05 hour 5"],
    );
    refused(&with(|r| r.truncate(4000)), &["4000 of the 8760"]);
}

#[test]
fn missing_hours_are_filled() {
    // Hours 11…13 of 1 January lie between 20 and 24 °C.
    let weather = repaired(
        &with(|r| drop(r.drain(10..13))),
        &["after line 18", "3 hours from 01-01 hour 11"],
    );
    assert_eq!(weather.hours()[11].dry_bulb_c, 22.0);
    // The last hour lies between 33 °C and the 11 °C of the first.
    let weather = repaired(&with(|r| drop(r.pop())), &["1 hour from 12-31 hour 24"]);
    assert_eq!(weather.hours()[8759].dry_bulb_c, 22.0);
    // A whole day is taken from its neighbours.
    let weather = repaired(
        &with(|r| drop(r.drain(240..264))),
        &["24 hours from 01-11 hour 1"],
    );
    assert_eq!(weather.hours()[245].dry_bulb_c, 16.0);
}

#[test]
fn missing_values_are_filled() {
    let gap = |column: usize, code: &'static str, range: std::ops::Range<usize>| {
        with(move |r| range.for_each(|i| set(r, i, column, code)))
    };
    let weather = repaired(
        &gap(7, "99.9", 2..5),
        &["lines 11–13", "dry bulb", "3 h", "linear"],
    );
    assert_eq!(weather.hours()[3].dry_bulb_c, 14.0);
    let weather = repaired(&gap(7, "", 30..48), &["lines 39–56", "18 h", "day before"]);
    assert_eq!(weather.hours()[40].dry_bulb_c, 27.0);
    refused(
        &gap(7, "99.9", 30..55),
        &["line 39", "dry bulb", "25 hours", "24"],
    );
    refused(&gap(7, "99.9", 0..8760), &["dry bulb", "all rows"]);
    refused(&gap(14, "9999", 30..90), &["line 39", "global radiation"]);
    let weather = repaired(&gap(14, "9999", 0..8760), &["no global radiation"]);
    assert_eq!(weather.hours()[100].ghi_w_m2, 0.0);
    // 1,600 m: 83,523.5 Pa (printed whole).
    let weather = repaired(
        &gap(10, "999999", 0..8760),
        &["line", "pressure", "83523 Pa", "1600 m"],
    );
    assert!((weather.hours()[0].pressure_pa - 83_523.5).abs() < 0.1);
    // 20 °C at 50 % has its dew point at 9.26 °C (Magnus: 9.26).
    let humid = with(|r| {
        set(r, 9, 8, "99.9");
        set(r, 9, 9, "50");
    });
    let weather = repaired(&humid, &["line 18", "relative humidity"]);
    assert!((weather.hours()[9].dew_point_c - 9.26).abs() < 0.05);
    let notes = repaired(
        &with(|r| (0..40).for_each(|i| set(r, i * 48, 7, "99.9"))),
        &["32 more gaps"],
    );
    assert!(notes.repairs.len() < 12);
}

/// A year of TMY3 with the same air in every hour, and this radiation.
pub(super) fn tmy3_text(radiation: &str) -> String {
    let mut text = String::from(
        "722020,\"MIAMI, FLA\",FL,-5.0,25.817,-80.300,11\nDate (MM/DD/YYYY),Time (HH:MM),Dry-bulb (C),\
         Dew-point (C),RHum (%),Pressure (mbar),GHI (W/m^2),DNI (W/m^2),DHI (W/m^2),Wspd (m/s)\n",
    );
    for month in 1..=12 {
        for day in 1..=days_in_month(month, false) {
            for hour in 1..=24 {
                writeln!(
                    text,
                    "{month:02}/{day:02}/1995,{hour:02}:00,20.0,10.0,50,1013,{radiation},2.5"
                )
                .unwrap();
            }
        }
    }
    text
}

#[test]
fn tmy3_rows() {
    let text = tmy3_text("0,0,0");
    let weather = load(&text).unwrap();
    assert_eq!(weather.site.name, "MIAMI, FLA, FL");
    assert_eq!(weather.hours()[0].pressure_pa, 101_300.0);
    assert_eq!(weather.site.utc_offset_h, -5.0);
    refused(
        &text.replacen("01:00,20.0", "01:00,-9900x", 1),
        &["line 3", "Dry-bulb (C)", "-9900"],
    );
    refused(
        &text.replacen("01:00,20.0", "01:30,20.0", 1),
        &["line 4", "01-01 hour 2", "duplicate row"],
    );
    refused(
        &text.replacen("01/01/1995", "1995-01-01", 1),
        &["line 3", "MM/DD/YYYY"],
    );
    refused(
        &text.replacen(",2.5\n", "\n", 1),
        &["line 3", "9 columns", "10"],
    );
    refused(
        &text.replacen("Dry-bulb (C)", "Dry-bulb (F)", 1),
        &["line 2", "Dry-bulb (C)"],
    );
    refused(&text.replacen("25.817", "", 1), &["line 1", "latitude"]);
    repaired(
        &text.replacen("01:00,20.0", "01:00,-9900", 1),
        &["line 3", "dry bulb"],
    );
}
