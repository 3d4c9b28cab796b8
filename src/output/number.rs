//! Numbers as text with a fixed number of decimals, several times faster than `format!`.

use std::io::Write as _;

use jiff::civil::DateTime;

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

/// Appends `value` with `decimals` digits (at most nine) behind the point, halves rounded away from zero; never
/// `-0.0`. Writes nothing for a value that is not finite: an empty cell says that there is none.
pub(super) fn push_fixed(out: &mut Vec<u8>, value: f64, decimals: u8) {
    if !value.is_finite() {
        return;
    }
    let decimals = usize::from(decimals).min(POWERS.len() - 1);
    if value == 0.0 {
        // What most cells of some columns hold.
        let text = b"0.000000000";
        out.extend_from_slice(&text[..if decimals == 0 { 1 } else { 2 + decimals }]);
        return;
    }
    let scaled = value.abs() * POWERS[decimals];
    if scaled >= 9e15 {
        // Beyond exact integers: rare enough for the slow way. Writing into a vector cannot fail.
        let _ = write!(out, "{value:.decimals$}");
        return;
    }
    let rest = (scaled + 0.5) as u64;
    if value < 0.0 && rest > 0 {
        out.push(b'-');
    }
    push_digits(out, rest, decimals);
}

/// Appends a count.
pub(super) fn push_integer(out: &mut Vec<u8>, value: u64) {
    push_digits(out, value, 0);
}

/// Appends `rest`·10⁻ᵈᵉᶜⁱᵐᵃˡˢ.
#[inline]
fn push_digits(out: &mut Vec<u8>, mut rest: u64, decimals: usize) {
    // 20 digits, the point and a pair too many.
    let mut text = [b'0'; 24];
    let mut at = text.len();
    let mut digits = 0;
    while digits < decimals {
        at -= 1;
        text[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        digits += 1;
    }
    if decimals > 0 {
        at -= 1;
        text[at] = b'.';
    }
    while rest >= 100 {
        at -= 2;
        text[at..at + 2].copy_from_slice(&PAIRS[(rest % 100) as usize]);
        rest /= 100;
    }
    if rest >= 10 {
        at -= 2;
        text[at..at + 2].copy_from_slice(&PAIRS[rest as usize]);
    } else {
        at -= 1;
        text[at] = b'0' + rest as u8;
    }
    out.extend_from_slice(&text[at..]);
}

/// Appends `2026-07-15T00:00:00`; fractions of a second are left out.
pub(super) fn push_time(out: &mut Vec<u8>, value: DateTime) {
    let year = value.year();
    if !(0..=9999).contains(&year) {
        let _ = write!(out, "{value}");
        return;
    }
    let pair = |value: i8| PAIRS[value as usize];
    out.extend_from_slice(&PAIRS[(year / 100) as usize]);
    out.extend_from_slice(&PAIRS[(year % 100) as usize]);
    for (mark, value) in [
        (b'-', value.month()),
        (b'-', value.day()),
        (b'T', value.hour()),
        (b':', value.minute()),
        (b':', value.second()),
    ] {
        out.push(mark);
        out.extend_from_slice(&pair(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fixed(value: f64, decimals: u8) -> String {
        let mut out = Vec::new();
        push_fixed(&mut out, value, decimals);
        String::from_utf8(out).unwrap()
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
        for text in [
            "2026-07-15T00:00:00",
            "0099-12-31T23:59:59",
            "-000001-02-03T04:05:06",
        ] {
            let mut out = Vec::new();
            push_time(&mut out, text.parse().unwrap());
            assert_eq!(String::from_utf8(out).unwrap(), text);
        }
    }

    proptest! {
        #[test]
        fn counts_look_as_the_library_writes_them(value in 0..=u64::MAX) {
            let mut out = Vec::new();
            push_integer(&mut out, value);
            prop_assert_eq!(String::from_utf8(out).unwrap(), value.to_string());
        }

        /// Reads back within half a unit of the last digit, and has as many digits as asked for.
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
