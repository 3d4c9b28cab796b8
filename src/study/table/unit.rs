//! Units that fit the size of their figures: a rack draws kilowatts, a campus megawatts.

/// How a row shows its figures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shown {
    pub(super) factor: f64,
    pub(super) unit: &'static str,
    pub(super) decimals: usize,
}

/// For a row whose largest figure is `largest` in `unit`, with at least so many `decimals`.
pub(super) fn fitting(unit: &'static str, largest: f64, decimals: usize) -> Shown {
    let sizes: &[(f64, f64, &'static str)] = match unit {
        "MWh" => &[
            (1.0, 1e3, "kWh"),
            (1e6, 1.0, "MWh"),
            (f64::MAX, 1e-3, "GWh"),
        ],
        "MW" => &[(1.0, 1e3, "kW"), (f64::MAX, 1.0, "MW")],
        "USD" => &[(1e8, 1.0, "USD"), (f64::MAX, 1e-6, "million USD")],
        "GPU-h" => &[(1e8, 1.0, "GPU-h"), (f64::MAX, 1e-6, "million GPU-h")],
        "tokens" => &[
            (1e6, 1.0, ""),
            (1e9, 1e-6, "million"),
            (1e12, 1e-9, "billion"),
            (f64::MAX, 1e-12, "trillion"),
        ],
        // Waits and shortfalls of seconds are no 0.0 h.
        "h" if largest > 0.0 && largest < 0.1 => {
            return Shown {
                factor: 60.0,
                unit: "min",
                decimals: 1,
            };
        }
        // A site that hardly works has large ones.
        "kWh/GPU-h" | "J" => {
            return Shown {
                factor: 1.0,
                unit,
                decimals: digits(largest),
            };
        }
        "m³" | "kg" | "t CO2e" => &[(f64::MAX, 1.0, "")],
        _ => {
            return Shown {
                factor: 1.0,
                unit,
                decimals,
            };
        }
    };
    let fits = sizes.iter().find(|(below, ..)| largest < *below);
    let &(_, factor, name) = fits.or(sizes.last()).unwrap_or(&(0.0, 1.0, unit));
    let size = largest * factor;
    Shown {
        factor,
        unit: match (unit, name) {
            ("tokens", _) => name,
            (_, "") => unit,
            _ => name,
        },
        decimals: match name {
            _ if largest == 0.0 => decimals,
            // A megawatt to the kilowatt, as tariffs bill it.
            "MW" => decimals.max(3),
            "USD" if size >= 1000.0 => 0,
            "USD" => 2,
            _ => digits(size).max(if factor == 1.0 { decimals } else { 0 }),
        },
    }
}

/// Decimals that leave a small site's figures four digits, and a large one's whole numbers.
fn digits(value: f64) -> usize {
    [1000.0, 100.0, 10.0]
        .into_iter()
        .filter(|bound| value < *bound)
        .count()
}

/// Change in percent, where both figures are known and the first is not zero; of a temperature, in kelvin; `=` where it is
/// too small to be shown.
pub(super) fn change(from: Option<f64>, to: Option<f64>, unit: &str) -> String {
    const SAME: &str = "=";
    match (from, to) {
        (Some(from), Some(to)) if unit == "°C" => {
            if (to - from).abs() < 0.05 {
                SAME.into()
            } else {
                format!("{:+.1} K", to - from)
            }
        }
        (Some(from), Some(to)) if from == to => SAME.into(),
        (Some(from), Some(to)) if from != 0.0 => {
            let percent = 100.0 * (to - from) / from;
            if percent.abs() < 0.05 {
                SAME.into()
            } else if percent.abs() < 999.5 {
                format!("{percent:+.1} %")
            } else {
                format!("x {:.1}", to / from)
            }
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_read_as_a_planner_reads_them() {
        assert_eq!(change(Some(200.0), Some(150.0), "MWh"), "-25.0 %");
        assert_eq!(change(Some(70.0), Some(85.5), "°C"), "+15.5 K");
        assert_eq!(change(Some(1.0), Some(42.0), ""), "x 42.0");
        assert_eq!(change(Some(0.0), Some(5.0), ""), "");
        assert_eq!(change(None, Some(5.0), ""), "");
        assert_eq!(change(Some(5.0), Some(5.001), ""), "=");
        assert_eq!(change(Some(0.0), Some(0.0), ""), "=");
        assert_eq!(change(Some(18.0), Some(18.01), "°C"), "=");
    }

    #[test]
    fn units_fit_their_figures() {
        for (unit, largest, shown) in [
            ("MWh", 0.42, "420.0 kWh"),
            ("MWh", 4.2, "4.200 MWh"),
            ("MWh", 34_084.0, "34,084 MWh"),
            ("MWh", 2.5e6, "2,500 GWh"),
            ("MW", 0.002, "2.000 kW"),
            ("MW", 5.25, "5.250 MW"),
            ("USD", 31.5, "31.50 USD"),
            ("USD", 315_612.0, "315,612 USD"),
            ("USD", 1.2e9, "1,200 million USD"),
            ("GPU-h", 4_029_000.0, "4,029,000 GPU-h"),
            ("GPU-h", 0.0, "0 GPU-h"),
            ("tokens", 3.3e6, "3.300 million"),
            ("tokens", 15.6e12, "15.60 trillion"),
            ("m³", 12.0, "12.00 m³"),
            ("h", 12.0, "12.0 h"),
            ("h", 0.0, "0.0 h"),
            ("h", 0.02, "1.2 min"),
            ("kWh/GPU-h", 1.2464, "1.246 kWh/GPU-h"),
            ("kWh/GPU-h", 6969.34, "6,969 kWh/GPU-h"),
            ("J", 12.345, "12.35 J"),
        ] {
            let decimals = usize::from(unit == "h");
            let fit = fitting(unit, largest, decimals);
            let text = crate::output::grouped(largest * fit.factor, fit.decimals);
            assert_eq!(format!("{text} {}", fit.unit), shown);
        }
    }
}
