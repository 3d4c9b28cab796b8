//! Units of figures: in `summary.json`, and in tables, where they fit the size of their figures: a rack draws kilowatts, a
//! campus megawatts.

/// The unit of a figure in `summary.json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "see `name`")]
pub enum Unit {
    Mwh,
    Kw,
    Mw,
    MwPerS,
    MwPerMin,
    /// Hours since the start of the run; tables show a date and a time.
    Instant,
    Ms,
    Hours,
    /// Tables show hours.
    Seconds,
    /// Tables show minutes.
    SecondsInMinutes,
    GpuHours,
    Celsius,
    Kelvin,
    M3,
    Kg,
    T,
    TCo2e,
    TCo2,
    Usd,
    UsdPerMwh,
    UsdPerGpuHour,
    UsdPerMillionTokens,
    TCo2ePerYear,
    KgPerGpuHour,
    UsdPerYear,
    LPerKwh,
    KgPerKwh,
    KwhPerGpuHour,
    J,
    Tokens,
    /// Tables show percent.
    Share,
    Ratio,
    Count,
}

/// How a row shows its figures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shown {
    /// From the unit that tables show by default.
    pub factor: f64,
    /// As tables print it.
    pub unit: &'static str,
    /// Digits behind the point.
    pub decimals: usize,
}

impl Unit {
    /// As documents write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kw => "kW",
            Self::Seconds | Self::SecondsInMinutes => "s",
            Self::Instant => "h",
            Self::TCo2e => "t CO₂e",
            Self::TCo2ePerYear => "t CO₂e/a",
            Self::KgPerGpuHour => "kg CO₂e/GPU-h",
            Self::TCo2 => "t CO₂",
            Self::Tokens | Self::Share => "",
            other => other.shown().0,
        }
    }

    /// Default unit of tables, and the factor to it.
    pub fn shown(self) -> (&'static str, f64) {
        match self {
            Self::Mwh => ("MWh", 1.0),
            Self::Kw => ("MW", 1e-3),
            Self::Mw => ("MW", 1.0),
            Self::MwPerS => ("MW/s", 1.0),
            Self::MwPerMin => ("MW/min", 1.0),
            Self::Ms => ("ms", 1.0),
            Self::Hours => ("h", 1.0),
            Self::Seconds => ("h", 1.0 / 3600.0),
            Self::SecondsInMinutes => ("min", 1.0 / 60.0),
            Self::GpuHours => ("GPU-h", 1.0),
            Self::Celsius => ("°C", 1.0),
            Self::Kelvin => ("K", 1.0),
            Self::M3 => ("m³", 1.0),
            Self::Kg => ("kg", 1.0),
            Self::T => ("t", 1.0),
            Self::TCo2e => ("t CO2e", 1.0),
            Self::TCo2 => ("t CO2", 1.0),
            Self::Usd => ("USD", 1.0),
            Self::UsdPerMwh => ("USD/MWh", 1.0),
            Self::UsdPerGpuHour => ("USD/GPU-h", 1.0),
            Self::UsdPerMillionTokens => ("USD/million tokens", 1.0),
            Self::UsdPerYear => ("USD/a", 1.0),
            Self::TCo2ePerYear => ("t CO2e/a", 1.0),
            Self::KgPerGpuHour => ("kg CO2e/GPU-h", 1.0),
            Self::LPerKwh => ("L/kWh", 1.0),
            Self::KgPerKwh => ("kg/kWh", 1.0),
            Self::KwhPerGpuHour => ("kWh/GPU-h", 1.0),
            Self::J => ("J", 1.0),
            Self::Tokens => ("tokens", 1.0),
            Self::Share => ("%", 100.0),
            Self::Instant | Self::Ratio | Self::Count => ("", 1.0),
        }
    }

    /// For a row whose largest figure is `largest` in the unit that tables show by default, with at least so many `decimals`.
    pub fn fitting(self, largest: f64, decimals: usize) -> Shown {
        let (unit, _) = self.shown();
        let plain = |decimals| Shown {
            factor: 1.0,
            unit,
            decimals,
        };
        let sizes: &[(f64, f64, &'static str)] = match self {
            Self::Mwh => &[
                (1.0, 1e3, "kWh"),
                (1e6, 1.0, "MWh"),
                (f64::MAX, 1e-3, "GWh"),
            ],
            Self::Mw | Self::Kw => &[(1.0, 1e3, "kW"), (f64::MAX, 1.0, "MW")],
            Self::Usd => &[(1e8, 1.0, "USD"), (f64::MAX, 1e-6, "million USD")],
            Self::UsdPerYear => &[(1e5, 1.0, "USD/a"), (f64::MAX, 1e-6, "million USD/a")],
            Self::GpuHours => &[(1e8, 1.0, "GPU-h"), (f64::MAX, 1e-6, "million GPU-h")],
            Self::Tokens => &[
                (1e6, 1.0, ""),
                (1e9, 1e-6, "million"),
                (1e12, 1e-9, "billion"),
                (f64::MAX, 1e-12, "trillion"),
            ],
            // Waits and shortfalls of seconds are no 0.0 h.
            Self::Hours | Self::Seconds if largest > 0.0 && largest < 0.1 => {
                return Shown {
                    factor: 60.0,
                    unit: "min",
                    decimals: 1,
                };
            }
            // A site that hardly works has large ones.
            Self::KwhPerGpuHour | Self::J => return plain(digits(largest)),
            Self::M3 | Self::Kg | Self::TCo2e => &[(f64::MAX, 1.0, unit)],
            _ => return plain(decimals),
        };
        let fits = sizes.iter().find(|(below, ..)| largest < *below);
        let &(_, factor, name) = fits.or(sizes.last()).unwrap_or(&(0.0, 1.0, unit));
        let size = largest * factor;
        Shown {
            factor,
            unit: name,
            decimals: match name {
                _ if largest == 0.0 => decimals,
                // A megawatt to the kilowatt, as tariffs bill it.
                "MW" => decimals.max(3),
                "USD" | "USD/a" if size >= 1000.0 => 0,
                "USD" => 2,
                _ => digits(size).max(if factor == 1.0 { decimals } else { 0 }),
            },
        }
    }
}

/// Decimals that leave a small site's figures four digits, and a large one's whole numbers.
fn digits(value: f64) -> usize {
    [1000.0, 100.0, 10.0]
        .into_iter()
        .filter(|bound| value < *bound)
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_fit_their_figures() {
        for (unit, largest, shown) in [
            (Unit::Mwh, 0.42, "420.0 kWh"),
            (Unit::Mwh, 4.2, "4.200 MWh"),
            (Unit::Mwh, 34_084.0, "34,084 MWh"),
            (Unit::Mwh, 2.5e6, "2,500 GWh"),
            (Unit::Mw, 0.002, "2.000 kW"),
            (Unit::Kw, 5.25, "5.250 MW"),
            (Unit::Usd, 31.5, "31.50 USD"),
            (Unit::Usd, 315_612.0, "315,612 USD"),
            (Unit::Usd, 1.2e9, "1,200 million USD"),
            (Unit::GpuHours, 4_029_000.0, "4,029,000 GPU-h"),
            (Unit::GpuHours, 0.0, "0 GPU-h"),
            (Unit::Tokens, 3.3e6, "3.300 million"),
            (Unit::Tokens, 15.6e12, "15.60 trillion"),
            (Unit::M3, 12.0, "12.00 m³"),
            (Unit::Hours, 12.0, "12.0 h"),
            (Unit::Hours, 0.0, "0.0 h"),
            (Unit::Seconds, 0.02, "1.2 min"),
            (Unit::KwhPerGpuHour, 1.2464, "1.246 kWh/GPU-h"),
            (Unit::KwhPerGpuHour, 6969.34, "6,969 kWh/GPU-h"),
            (Unit::J, 12.345, "12.35 J"),
        ] {
            let decimals = usize::from(unit == Unit::Hours);
            let fit = unit.fitting(largest, decimals);
            let text = crate::output::grouped(largest * fit.factor, fit.decimals);
            assert_eq!(format!("{text} {}", fit.unit), shown);
        }
    }
}
