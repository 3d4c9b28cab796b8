//! Rows on the calendar: several an hour, hours named otherwise, years that begin in July or never end.

use std::f64::consts::TAU;
use std::fmt::Write as _;

use super::broken::{HEADER, load, plain, refused, repaired, rows, set, with};
use crate::weather::*;

/// Rows of a year, `per_hour` an hour: dry bulb 20 °C + 10 K·sin of the hour of the day at the row's end, radiation 100,
/// 200, … W/m² through each hour. `stamp` gives hour and minute of row k of an hour.
fn fine(per_hour: usize, stamp: impl Fn(usize, usize) -> (usize, usize)) -> String {
    let mut text = HEADER.to_string();
    for month in 1..=12 {
        for day in 1..=days_in_month(month, false) {
            for hour in 1..=24 {
                for k in 0..per_hour {
                    let end_h = (hour - 1) as f64 + (k + 1) as f64 / per_hour as f64;
                    let dry = 20.0 + 10.0 * (TAU * end_h / 24.0).sin();
                    let sun = 100 * (k + 1);
                    let (hour, minute) = stamp(hour, k);
                    writeln!(
                        text,
                        "1999,{month},{day},{hour},{minute},flags,{dry:.6},5.0,999,83500,0,0,300,{sun},{sun},50,0,0,0,0,\
                         180,3.0,5,5,9,77777,9,999999999,10,0.1,0,88"
                    )
                    .unwrap();
                }
            }
        }
    }
    text
}

/// The mean of a sine over an hour around each full hour keeps its phase: it is lower by (trapezes of N rows)
/// Σ cos/N. Means of the four rows in each hour would come 22.5 min late, by up to 0.98 K.
#[test]
fn several_rows_an_hour_are_averaged_around_the_full_hour() {
    let (quarter, half) = (TAU / 96.0, TAU / 48.0);
    let by_hand = [
        (2, f64::midpoint(1.0, half.cos())),
        (4, (1.0 + 2.0 * quarter.cos() + half.cos()) / 4.0),
        (12, (TAU / 48.0).sin() / (TAU / 48.0)),
    ];
    for (per_hour, share) in by_hand {
        let weather = load(&fine(per_hour, |hour, k| (hour, (k + 1) * 60 / per_hour))).unwrap();
        let notes = format!("{per_hour} rows an hour (the header says 1): averaged to hours");
        assert!(
            weather.repairs[0].starts_with(&notes),
            "{:?}",
            weather.repairs
        );
        assert_eq!((weather.repairs.len(), weather.hours().len()), (1, 8760));
        for (index, hour) in weather.hours().iter().enumerate().step_by(7) {
            let sine = (TAU * (index + 1) as f64 / 24.0).sin();
            let meant = 20.0 + 10.0 * share * sine;
            assert!(
                (hour.dry_bulb_c - meant).abs() < 1e-3,
                "{per_hour}, {index}: {hour:?} {meant}"
            );
            assert!((hour.ghi_w_m2 - 50.0 * (per_hour + 1) as f64).abs() < 1e-9);
        }
    }
    // Stamps of the beginning, of the middle, or none, mean the same rows; so does a header with the number.
    let named = load(&fine(4, |hour, k| (hour, (k + 1) * 15))).unwrap();
    for minute in [|k| 15 * k, |k| 15 * k + 7, |_| 0] {
        assert_eq!(
            load(&fine(4, |hour, k| (hour, minute(k)))).unwrap().hours(),
            named.hours()
        );
    }
    let notes =
        fine(4, |hour, k| (hour, (k + 1) * 15)).replace("DATA PERIODS,1,1", "DATA PERIODS,1,4");
    let notes = load(&notes).unwrap();
    assert!(notes.repairs[0].starts_with("4 rows an hour: averaged"));
    // Hours 0…23 and minutes 0…45.
    let clock = load(&fine(4, |hour, k| (hour - 1, 15 * k))).unwrap();
    assert_eq!(clock.hours(), named.hours());
}

#[test]
fn rows_of_an_hour_that_are_missing_or_too_many() {
    let text = fine(4, |hour, k| (hour, (k + 1) * 15));
    let lines: Vec<&str> = text.lines().collect();
    // Line 8 + 4·13 + 2 is 14:00 less 30 min, which counts half for 13:00 and half for 14:00.
    let short = [&lines[..61], &lines[62..]].concat().join("\n");
    let weather = repaired(
        &short,
        &["line 61: 1 rows are missing where each hour has 4"],
    );
    let whole = load(&text).unwrap();
    assert!((weather.hours()[13].dry_bulb_c - whole.hours()[13].dry_bulb_c).abs() < 0.5);
    assert_eq!(weather.hours()[15], whole.hours()[15]);
    let long = [&lines[..62], &lines[61..]].concat().join("\n");
    refused(
        &long,
        &["line 65", "01-01 hour 14", "more than 4 rows", "remove"],
    );
}

#[test]
fn hours_from_0_to_23() {
    let shifted = |by: &dyn Fn(usize, usize) -> String| {
        with(|rows| {
            for index in 0..rows.len() {
                let hour = index % 24 + 1;
                set(rows, index, 4, &by(index, hour));
            }
        })
    };
    // Named by their begin: the first row is still the first hour.
    let begins = shifted(&|_, hour| (hour - 1).to_string());
    let weather = repaired(&begins, &["0 to 23", "begins"]);
    assert_eq!(weather.hours(), plain().hours());
    // Midnight written as hour 0 of the same day, or of the next.
    let midnight = shifted(&|_, hour| (hour % 24).to_string());
    let weather = repaired(&midnight, &["0 to 23", "last of the day before"]);
    assert_eq!(weather.hours(), plain().hours());
    let next = with(|rows| {
        let first: Vec<String> = rows.iter().map(|row| row[5..].to_owned()).collect();
        for (index, row) in first
            .iter()
            .enumerate()
            .filter(|(index, _)| index % 24 == 23)
        {
            let tomorrow = &first[(index + 1) % 8760];
            let date: Vec<&str> = tomorrow.split(',').take(2).collect();
            let rest: Vec<&str> = row.split(',').skip(3).collect();
            rows[index] = format!("1999,{},0,{}", date.join(","), rest.join(","));
        }
    });
    assert_eq!(load(&next).unwrap().hours(), plain().hours());
}

/// A year of 1 July to 30 June is the same year, whatever it begins with.
#[test]
fn a_file_that_begins_in_july() {
    let text = with(|rows| rows.rotate_left(181 * 24));
    let weather = repaired(&text, &["begin with 07-01 hour 1", "calendar"]);
    assert_eq!(weather.hours(), plain().hours());
}

#[test]
fn more_than_a_year_is_refused() {
    let twice = with(|r| r.extend(rows()));
    refused(
        &twice,
        &["line 8769", "second year", "01-01 hour 1", "remove"],
    );
    let and_a_half = with(|r| {
        r.rotate_left(181 * 24);
        r.extend(r[..5000].to_vec());
    });
    refused(&and_a_half, &["line 8769", "second year", "07-01 hour 1"]);
}
