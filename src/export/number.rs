//! Numbers of exported files: to the milliwatt, without trailing zeros. A result has six decimals of a megawatt, so that what is
//! written adds up to what was read.

use std::fmt::Write as _;

/// Appends MW.
pub(super) fn push_mw(out: &mut String, mw: f64) {
    push(out, mw, 9);
}

/// Appends in kW what is in MW.
pub(super) fn push_kw(out: &mut String, mw: f64) {
    push(out, mw * 1e3, 6);
}

fn push(out: &mut String, value: f64, decimals: usize) {
    let start = out.len();
    let _ = write!(out, "{value:.decimals$}"); // writing into a string cannot fail
    let kept = out[start..].trim_end_matches('0').trim_end_matches('.');
    out.truncate(start + kept.len());
    if &out[start..] == "-0" {
        out.replace_range(start.., "0");
    }
}

/// `UTC-06:00`
pub(super) fn zone(utc_offset_h: f64) -> String {
    let minutes = (utc_offset_h * 60.0).round() as i64;
    let sign = if minutes < 0 { '-' } else { '+' };
    let minutes = minutes.abs();
    format!("UTC{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_exact_to_the_milliwatt() {
        for (mw, as_mw, as_kw) in [
            (0.0, "0", "0"),
            (-1e-12, "0", "0"),
            (100.0, "100", "100000"),
            (0.024241, "0.024241", "24.241"),
            (1.0 / 3.0, "0.333333333", "333.333333"),
            (12345.6789, "12345.6789", "12345678.9"),
        ] {
            let (mut in_mw, mut in_kw) = (String::new(), String::new());
            push_mw(&mut in_mw, mw);
            push_kw(&mut in_kw, mw);
            assert_eq!((in_mw.as_str(), in_kw.as_str()), (as_mw, as_kw), "{mw}");
        }
        assert_eq!(zone(-6.0), "UTC-06:00");
        assert_eq!(zone(5.75), "UTC+05:45");
        assert_eq!(zone(-3.5), "UTC-03:30");
    }
}
