//! Real-form files, damaged in one to three ways: refused with a readable report, or read as a year that can be true.
//! `COLDAISLE_FUZZ_CASES` sets how many; each case has its own seed, which a failure names.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg as Rng;

use super::broken::{load, set, tmy3_text, with};
use crate::weather::*;

/// Values that a cell may hold by mistake.
const CELLS: [&str; 28] = [
    "", "0", "-0", "1", "1.0", "-1", "24", "25", "60", "99.9", "-99.9", "999", "-999", "9999",
    "-9900", "999999", "1e300", "-1e300", "NaN", "inf", "1,5", "abc", "\"", "é", " 7 ", "0x10",
    "131", "1013",
];

fn damage(text: &mut Vec<u8>, rng: &mut Rng) {
    let pick = rng.random_range(0..12);
    if pick >= 10 {
        let at = rng.random_range(0..text.len());
        if pick == 10 {
            text.truncate(at);
        } else {
            let bytes: Vec<u8> = (0..rng.random_range(1..40)).map(|_| rng.random()).collect();
            text.splice(at..at, bytes);
        }
        return;
    }
    let whole = String::from_utf8_lossy(text).into_owned();
    let mut lines: Vec<String> = whole.lines().map(str::to_owned).collect();
    if lines.len() < 2 {
        return;
    }
    let line = rng.random_range(0..lines.len());
    let some = rng
        .random_range(1..200.min(lines.len() - line).max(2))
        .min(lines.len() - line);
    let cells = lines[line].split(',').count();
    let column = rng.random_range(1..=cells);
    let cell = CELLS[rng.random_range(0..CELLS.len())];
    match pick {
        0 => set(&mut lines, line, column, cell),
        1 => {
            for index in line..line + some {
                if lines[index].split(',').count() >= column {
                    set(&mut lines, index, column, cell);
                }
            }
        }
        2 => {
            for index in 2..lines.len() {
                if lines[index].split(',').count() >= column {
                    set(&mut lines, index, column, cell);
                }
            }
        }
        3 => {
            let other = rng.random_range(0..lines.len());
            lines.swap(line, other);
        }
        4 => drop(lines.drain(line..line + some.min(40))),
        5 => {
            let again = lines[line..line + some].to_vec();
            lines.splice(line..line, again);
        }
        6 => lines.reverse(),
        7 => lines.extend(lines.clone()),
        8 => {
            let first = rng.random_range(0..3);
            let header = lines.len().min(8 + first);
            set(&mut lines, first.min(header - 1), 1, cell);
            lines[0] += cell;
        }
        _ => {
            let every = rng.random_range(1..5);
            let rows: Vec<String> = lines.drain(8.min(lines.len())..).collect();
            lines.extend(
                rows.into_iter()
                    .flat_map(|row| std::iter::repeat_n(row, every)),
            );
        }
    }
    let end = ["\n", "\r\n", "\r"][rng.random_range(0..3)];
    *text = lines.join(end).into_bytes();
}

/// True where the file was read.
fn check(bytes: &[u8], panels: bool) -> bool {
    match parse(Path::new("fuzz.epw"), bytes, Uses { panels }) {
        Err(error) => {
            let message = error.to_string();
            assert!(
                message.starts_with("fuzz.epw") && !error.cure.is_empty(),
                "{message}"
            );
            assert!(message.chars().count() < 600, "{message}");
            false
        }
        Ok(weather) => {
            assert!(
                weather.repairs.len() < 120,
                "{} repairs",
                weather.repairs.len()
            );
            for (hour, air) in weather.hours().iter().zip(weather.states()) {
                let sane = (-90.0..=70.0).contains(&hour.dry_bulb_c)
                    && hour.dew_point_c <= hour.dry_bulb_c
                    && (31_000.0..=120_000.0).contains(&hour.pressure_pa)
                    && (0.0..=2000.0).contains(&hour.ghi_w_m2)
                    && (0.0..=2000.0).contains(&hour.dni_w_m2)
                    && (0.0..=2000.0).contains(&hour.dhi_w_m2)
                    && (0.0..=120.0).contains(&hour.wind_m_s)
                    && air.wet_bulb_c <= air.dry_bulb_c + 1e-9
                    && air.humidity_ratio > 0.0
                    && air.humidity_ratio < 1.0;
                assert!(sane, "{hour:?} {air:?}");
            }
            true
        }
    }
}

#[test]
fn damaged_files_are_refused_or_make_a_year() {
    let given = std::env::var("COLDAISLE_FUZZ_CASES").ok();
    let cases: u64 = given.and_then(|n| n.parse().ok()).unwrap_or(20);
    let bases = [with(|_| ()), tmy3_text("9,9,9")].map(String::into_bytes);
    let mut read = 0;
    for seed in 0..cases {
        let mut rng = Rng::seed_from_u64(seed);
        let mut text = bases[usize::from(seed % 3 == 2)].clone();
        for _ in 0..[1, 1, 1, 2, 3][rng.random_range(0..5)] {
            if !text.is_empty() {
                damage(&mut text, &mut rng);
            }
        }
        let panels = rng.random();
        let checked = catch_unwind(AssertUnwindSafe(|| check(&text, panels)));
        assert!(checked.is_ok(), "seed {seed}");
        read += usize::from(checked.is_ok_and(|was_read| was_read));
    }
    println!("{read} of {cases} damaged files were read");
    assert!(load(&String::from_utf8_lossy(&bases[1])).is_ok());
}
