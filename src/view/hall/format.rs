//! Figures in words: round enough to be read, with their units. A minus is a minus sign, and nothing that rounds to zero has one.

/// A number with its thousands apart; "–" where it is not known.
pub(in crate::view) fn number(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return "–".into();
    }
    let text = crate::output::grouped(value, decimals);
    match text.strip_prefix('-') {
        Some(rest) => format!("−{rest}"),
        None => text,
    }
}

/// Power, W.
pub(in crate::view) fn power(w: f64) -> String {
    if !w.is_finite() {
        return "–".into();
    }
    match w.abs() {
        w_ if w_ >= 99.95e6 => format!("{} MW", number(w / 1e6, 0)),
        w_ if w_ >= 9.995e6 => format!("{} MW", number(w / 1e6, 1)),
        w_ if w_ >= 0.9995e6 => format!("{} MW", number(w / 1e6, 2)),
        w_ if w_ >= 99.95e3 => format!("{} kW", number(w / 1e3, 0)),
        _ => format!("{} kW", number(w / 1e3, 1)),
    }
}

/// A temperature, °C.
pub(in crate::view) fn celsius(c: f64) -> String {
    if c.is_finite() {
        format!("{} °C", number(c, 1))
    } else {
        "–".into()
    }
}

/// A count with its thousands apart.
pub(in crate::view) fn count(n: f64) -> String {
    number(n, 0)
}

/// Money: whole dollars from ten on.
pub(in crate::view) fn usd(usd: f64) -> String {
    let sign = if usd < 0.0 { "−" } else { "" };
    match usd.abs() {
        _ if !usd.is_finite() => "–".into(),
        x if x >= 0.9995e9 => format!("{sign}${} bn", number(x / 1e9, 2)),
        x if x >= 0.9995e6 => format!("{sign}${} M", number(x / 1e6, 2)),
        x if x >= 9.995 => format!("{sign}${}", count(x)),
        x if x < 0.005 => "$0.00".into(),
        x => format!("{sign}${}", number(x, 2)),
    }
}

/// A share.
pub(in crate::view) fn percent(share: f64) -> String {
    if share.is_finite() {
        format!("{} %", number(100.0 * share, 0))
    } else {
        "–".into()
    }
}

/// Water, kg.
pub(in crate::view) fn water(kg: f64) -> String {
    let litres = kg / crate::units::WATER_KG_M3 * 1e3;
    if litres.abs() >= 1e4 {
        format!("{} m³", count(litres / 1e3))
    } else {
        format!("{} l", count(litres))
    }
}

/// A length of time, s: to the second below ten minutes, to the minute above.
pub(in crate::view) fn duration(s: f64) -> String {
    if !s.is_finite() {
        return "–".into();
    }
    let whole = s.max(0.0).round() as u64;
    let (hours, minutes, seconds) = (whole / 3600, whole / 60 % 60, whole % 60);
    match whole {
        0..60 => format!("{seconds} s"),
        60..600 if seconds > 0 => format!("{minutes} min {seconds} s"),
        60..3600 => format!("{minutes} min"),
        _ if hours >= 48 => format!("{} d {} h", hours / 24, hours % 24),
        _ if minutes == 0 => format!("{hours} h"),
        _ => format!("{hours} h {minutes:02} min"),
    }
}

/// How far `b` lies above `a`, with its sign: the difference of the two as they are printed with these decimals.
pub(in crate::view) fn difference(a: f64, b: f64, decimals: usize) -> String {
    let unit = 10_f64.powi(i32::try_from(decimals).unwrap_or(0));
    let rounded = |value: f64| (value * unit).round() / unit;
    let by = rounded(b) - rounded(a);
    let text = number(by, decimals);
    if by > 0.5 / unit {
        format!("+{text}")
    } else {
        text
    }
}

/// A rack's figure: where racks were not recorded over time it is a share of their hall.
pub(in crate::view) fn estimated(text: String, is_estimate: bool) -> String {
    if is_estimate && text != "–" {
        format!("≈{text}")
    } else {
        text
    }
}

/// A name of a kind of event in words.
pub(in crate::view) fn words(key: &str) -> String {
    key.replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_keep_three_or_four_places() {
        assert_eq!(power(28.13e6), "28.1 MW");
        assert_eq!(power(999_400.0), "999 kW");
        assert_eq!(power(1.2e3), "1.2 kW");
        assert_eq!(power(f64::NAN), "–");
        assert_eq!(usd(1966.6), "$1,967");
        assert_eq!(usd(726.67), "$727");
        assert_eq!(usd(2.5), "$2.50");
        assert_eq!(water(99_820.0), "100 m³");
        assert_eq!(percent(0.154), "15 %");
        assert_eq!(celsius(41.26), "41.3 °C");
    }

    #[test]
    fn a_minus_is_a_minus_sign_and_nothing_has_none() {
        assert_eq!(power(-20.0), "0.0 kW");
        assert_eq!(power(-1.2e6), "−1.20 MW");
        assert_eq!(percent(-0.001), "0 %");
        assert_eq!(celsius(-4.0), "−4.0 °C");
        assert_eq!(usd(-9547.0), "−$9,547");
        assert_eq!(usd(-0.001), "$0.00");
    }

    /// 983 − 1,483 is −500 on the page, whatever lies behind.
    #[test]
    fn differences_are_those_of_what_is_printed() {
        assert_eq!(difference(1483.4, 982.6, 0), "−500");
        assert_eq!(difference(1.0, 1.04, 1), "0.0");
        assert_eq!(difference(1.0, 2.06, 1), "+1.1");
    }

    #[test]
    fn times_are_read_at_a_glance() {
        for (s, text) in [
            (45.0, "45 s"),
            (200.0, "3 min 20 s"),
            (300.0, "5 min"),
            (1640.0, "27 min"),
            (4320.0, "1 h 12 min"),
            (7200.0, "2 h"),
        ] {
            assert_eq!(duration(s), text);
        }
    }
}
