//! Figures in words: round enough to be read, with their units.

/// Power, W.
pub(in crate::view) fn power(w: f64) -> String {
    if !w.is_finite() {
        return "–".into();
    }
    match w.abs() {
        w_ if w_ >= 99.95e6 => format!("{:.0} MW", w / 1e6),
        w_ if w_ >= 9.995e6 => format!("{:.1} MW", w / 1e6),
        w_ if w_ >= 0.9995e6 => format!("{:.2} MW", w / 1e6),
        w_ if w_ >= 99.95e3 => format!("{:.0} kW", w / 1e3),
        _ => format!("{:.1} kW", w / 1e3),
    }
}

/// A temperature, °C.
pub(in crate::view) fn celsius(c: f64) -> String {
    if c.is_finite() {
        format!("{c:.1} °C")
    } else {
        "–".into()
    }
}

/// A count with its thousands apart.
pub(in crate::view) fn count(n: f64) -> String {
    if n.is_finite() {
        crate::output::grouped(n, 0)
    } else {
        "–".into()
    }
}

/// Money.
pub(in crate::view) fn usd(usd: f64) -> String {
    match usd.abs() {
        _ if !usd.is_finite() => "–".into(),
        x if x >= 1e6 => format!("${:.2} M", usd / 1e6),
        x if x >= 1e3 => format!("${}", count(usd)),
        _ => format!("${usd:.2}"),
    }
}

/// A share.
pub(in crate::view) fn percent(share: f64) -> String {
    if share.is_finite() {
        format!("{:.0} %", 100.0 * share)
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
        assert_eq!(water(99_820.0), "100 m³");
        assert_eq!(percent(0.154), "15 %");
        assert_eq!(celsius(41.26), "41.3 °C");
    }
}
