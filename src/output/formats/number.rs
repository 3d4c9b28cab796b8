//! Cells of text: numbers with a fixed number of decimals, many times faster than `format!`, counts and times, each with the comma
//! behind it.

use jiff::civil::{Date, DateTime};

use crate::output::buffer::{Text, WIDTH};
use crate::output::moments::Moment;

const POWERS: [f64; 10] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];
/// The two digits of 00 … 99.
const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[0; 2]; 100];
    let mut i = 0;
    while i < 100 {
        pairs[i] = [b'0' + (i / 10) as u8, b'0' + (i % 10) as u8];
        i += 1;
    }
    pairs
};

/// 10⁰ … 10¹⁹.
const TENS: [u64; 20] = {
    let mut tens = [1; 20];
    let mut i = 1;
    while i < 20 {
        tens[i] = 10 * tens[i - 1];
        i += 1;
    }
    tens
};

/// Appends a cell: `value` with `decimals` digits (at most nine) behind the point, halves rounded away from zero; never
/// `-0.0`. Empty for a value that is not finite: there is none.
#[inline]
pub(in crate::output) fn push_fixed(out: &mut Text, value: f64, decimals: u8) {
    let decimals = usize::from(decimals).min(POWERS.len() - 1);
    let scaled = value.abs() * POWERS[decimals];
    if scaled < 9e15 {
        // By way of a signed number: the processor has that conversion.
        let rest = (scaled + 0.5) as i64 as u64;
        out.put(|room| {
            if rest == 0 {
                // What most cells of some columns hold.
                room[..11].copy_from_slice(b"0.000000000");
                return end_cell(room, if decimals == 0 { 1 } else { 2 + decimals });
            }
            room[0] = b'-';
            let end = write_digits(room, usize::from(value < 0.0), rest, decimals);
            end_cell(room, end)
        });
        return;
    }
    if value.is_finite() {
        // Beyond exact integers: rare enough for the slow way.
        out.extend(format!("{value:.decimals$}").as_bytes());
    }
    out.push(b',');
}

/// Appends a cell: a count.
pub(in crate::output) fn push_integer(out: &mut Text, value: u64) {
    out.put(|room| {
        let end = write_digits(room, 0, value, 0);
        end_cell(room, end)
    });
}

/// Ends a cell behind `end` bytes of it; returns its length.
#[inline]
fn end_cell(room: &mut [u8; WIDTH], end: usize) -> usize {
    room[end % WIDTH] = b',';
    end + 1
}

/// How many digits a number has; at least one.
#[inline]
fn digits(number: u64) -> usize {
    let number = number | 1;
    let bits = 64 - number.leading_zeros() as usize;
    let less = (bits * 1233) >> 12; // ⌊bits·log₁₀ 2⌋
    less + usize::from(number >= TENS[less])
}

/// Writes `rest`·10⁻ᵈᵉᶜⁱᵐᵃˡˢ from `from` on; returns where it ends. There are at most 20 digits, a sign and a point.
#[inline]
fn write_digits(room: &mut [u8; WIDTH], from: usize, mut rest: u64, decimals: usize) -> usize {
    // Places are below `WIDTH`: the remainder spares a look whether they are.
    let end = from + digits(rest).max(decimals + 1) + usize::from(decimals > 0);
    let mut at = end;
    if decimals > 0 {
        for _ in 0..decimals {
            at -= 1;
            room[at % WIDTH] = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        at -= 1;
        room[at % WIDTH] = b'.';
    }
    while rest >= 10 {
        let [tens, ones] = PAIRS[(rest % 100) as usize];
        (room[(at - 2) % WIDTH], room[(at - 1) % WIDTH]) = (tens, ones);
        at -= 2;
        rest /= 100;
    }
    if at > from {
        room[(at - 1) % WIDTH] = b'0' + rest as u8;
    }
    end
}

/// `2026-07-15T`; None for years that have not four digits.
pub(in crate::output) fn date_text(date: Date) -> Option<[u8; 11]> {
    let year = date.year();
    if !(0..=9999).contains(&year) {
        return None;
    }
    let mut text = *b"0000-00-00T";
    text[..2].copy_from_slice(&PAIRS[(year / 100) as usize]);
    text[2..4].copy_from_slice(&PAIRS[(year % 100) as usize]);
    text[5..7].copy_from_slice(&PAIRS[date.month() as usize]);
    text[8..10].copy_from_slice(&PAIRS[date.day() as usize]);
    Some(text)
}

/// Appends a cell: `2026-07-15T00:00:00`; fractions of a second are left out.
pub(in crate::output) fn push_time(out: &mut Text, value: DateTime) {
    if let Some(date) = date_text(value.date()) {
        let clock = [value.hour(), value.minute(), value.second()].map(|part| part as u32);
        put_time(out, &date, clock);
    } else {
        out.extend(value.to_string().as_bytes());
        out.push(b',');
    }
}

/// The same of a time of a run.
#[inline]
pub(in crate::output) fn push_moment(out: &mut Text, value: Moment) {
    match value.date_text() {
        Some(date) => put_time(out, date, value.clock()),
        None => push_time(out, value.date_time()),
    }
}

#[inline]
fn put_time(out: &mut Text, date: &[u8; 11], clock: [u32; 3]) {
    let [hour, minute, second] = clock.map(|part| PAIRS[part as usize % PAIRS.len()]);
    out.put(|room| {
        room[..11].copy_from_slice(date);
        room[11..19].copy_from_slice(b"00:00:00");
        room[11..13].copy_from_slice(&hour);
        room[14..16].copy_from_slice(&minute);
        room[17..19].copy_from_slice(&second);
        end_cell(room, 19)
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::moments::Moments;
    use proptest::prelude::*;

    fn text(push: impl FnOnce(&mut Text)) -> String {
        let mut out = Text::with_room(0);
        push(&mut out);
        let text = String::from_utf8(out.as_bytes().to_vec()).unwrap();
        text.strip_suffix(',').unwrap().to_owned()
    }

    fn fixed(value: f64, decimals: u8) -> String {
        text(|out| push_fixed(out, value, decimals))
    }

    #[test]
    fn looks_as_planners_write_it() {
        for (value, decimals, text) in [
            (0.0, 3, "0.000"),
            (-0.0, 3, "0.000"),
            (-0.0004, 3, "0.000"),
            (-0.0006, 3, "-0.001"),
            (22345.6785, 2, "22345.68"),
            (9.999, 2, "10.00"),
            (99.96, 1, "100.0"),
            (-7.0, 0, "-7"),
            (1e15, 0, "1000000000000000"),
            (1.5e18, 1, "1500000000000000000.0"),
            (f64::NAN, 2, ""),
            (f64::INFINITY, 2, ""),
        ] {
            assert_eq!(fixed(value, decimals), text, "{value}");
        }
    }

    #[test]
    fn times_look_as_the_library_writes_them() {
        for time in [
            "2026-07-15T00:00:00",
            "0099-12-31T23:59:59",
            "-000001-02-03T04:05:06",
        ] {
            let parsed: DateTime = time.parse().unwrap();
            assert_eq!(text(|out| push_time(out, parsed)), time);
            let second = f64::from(parsed.hour()) * 3600.0 + f64::from(parsed.minute()) * 60.0;
            let moment = Moments::new(parsed.date()).at(second + f64::from(parsed.second()));
            assert_eq!(text(|out| push_moment(out, moment)), time);
        }
    }

    proptest! {
        #[test]
        fn counts_look_as_the_library_writes_them(value in 0..=u64::MAX) {
            prop_assert_eq!(text(|out| push_integer(out, value)), value.to_string());
        }

        /// Reads back within half a unit of the last digit, and has as many digits as requested.
        #[test]
        fn reads_back(value in -1e9..1e9f64, decimals in 0..7u8) {
            let text = fixed(value, decimals);
            let back: f64 = text.parse().unwrap();
            let half = 0.5 / POWERS[usize::from(decimals)];
            prop_assert!((back - value).abs() <= half * (1.0 + 1e-9) + value.abs() * 1e-15, "{text}");
            let places = text.split_once('.').map_or(0, |(_, places)| places.len());
            prop_assert_eq!(places, usize::from(decimals));
            prop_assert!(!(text.starts_with('-') && back == 0.0));
        }
    }
}
