//! Numbers as people read them: thousands marks, a true minus, no more digits than are known.

use crate::metrics::figures::{Figure, Unit};
use crate::output::grouped;

/// `−12,345.6`; empty where there is no value.
pub(super) fn written(value: f64, decimals: usize) -> String {
    grouped(value, decimals).replacen('-', "−", 1)
}

/// The same with a sign in front where it is no zero.
pub(super) fn signed(value: f64, decimals: usize) -> String {
    let text = written(value, decimals);
    let zero = !text.bytes().any(|sign| (b'1'..=b'9').contains(&sign));
    if value > 0.0 && !zero {
        format!("+{text}")
    } else {
        text
    }
}

/// Decimals that show a value of this size to so many digits.
pub(super) fn decimals(largest: f64, digits: i32) -> usize {
    if largest == 0.0 || !largest.is_finite() {
        return 0;
    }
    let whole = largest.abs().log10().floor() as i32 + 1;
    (digits - whole).clamp(0, 6) as usize
}

/// A value with a unit.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Amount {
    /// With thousands marks.
    pub(super) text: String,
    /// Empty for ratios and counts.
    pub(super) unit: String,
}

impl Amount {
    /// Number and unit, with a space that does not break.
    pub(super) fn whole(&self) -> String {
        match self.unit.as_str() {
            "" => self.text.clone(),
            "USD" => format!("{}\u{a0}USD", self.text),
            unit => format!("{}\u{a0}{unit}", self.text),
        }
    }
}

/// How a figure of the summary is shown beside others of the size of `largest`, in its own unit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    factor: f64,
    /// As pages print it.
    pub(super) unit: &'static str,
    /// Digits behind the point.
    pub(super) decimals: usize,
}

impl Style {
    /// Of a figure. One that no printed table shows has no decimals of its own: it gets what its size needs.
    pub(super) fn of(figure: &Figure, largest: f64) -> Self {
        let mut style = Self::new(figure.spec.unit, largest, figure.spec.decimals);
        if figure.spec.heading.is_none() && largest.fract() != 0.0 {
            style.decimals = style.decimals.max(decimals(style.scaled(largest), 4));
        }
        style
    }

    /// Of a unit.
    pub(super) fn new(unit: Unit, largest: f64, decimals: usize) -> Self {
        let (_, factor) = unit.shown();
        let shown = unit.fitting(largest.abs() * factor, decimals);
        let unit = match shown.unit {
            "million USD" => "M USD",
            "million USD/a" => "M USD/a",
            "t CO2" => "t CO₂",
            "t CO2e" => "t CO₂e",
            other => other,
        };
        Self {
            factor: factor * shown.factor,
            unit,
            decimals: shown.decimals,
        }
    }

    /// For a headline: no more than five digits where a larger unit has fewer.
    pub(super) fn brief(figure: &Figure, value: f64) -> Self {
        let larger = |factor: f64, unit| Self {
            factor,
            unit,
            decimals: decimals(value * factor, 4),
        };
        match figure.spec.unit {
            Unit::Mwh if value.abs() >= 1e4 => larger(1e-3, "GWh"),
            Unit::Usd if value.abs() >= 1e6 => larger(1e-6, "M USD"),
            Unit::Kw if value.abs() >= 1e3 => larger(1e-3, "MW"),
            _ => Self::of(figure, value),
        }
    }

    /// A value in the figure's own unit.
    pub(super) fn amount(&self, value: f64) -> Amount {
        Amount {
            text: self.text(value),
            unit: self.unit.into(),
        }
    }

    /// Its number alone.
    pub(super) fn text(&self, value: f64) -> String {
        written(value * self.factor, self.decimals)
    }

    /// The value in the unit that is shown.
    pub(super) fn scaled(&self, value: f64) -> f64 {
        value * self.factor
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_marks_signs_and_honest_digits() {
        assert_eq!(written(-12345.67, 1), "−12,345.7");
        assert_eq!(written(f64::NAN, 1), "");
        assert_eq!(signed(3.21, 1), "+3.2");
        assert_eq!(signed(0.01, 1), "0.0");
        assert_eq!(signed(-3.0, 0), "−3");
        assert_eq!(
            [0.0, 0.0123, 7.0, 171_974.0].map(|value| decimals(value, 4)),
            [0, 5, 3, 0]
        );
        let style = Style::new(Unit::Mwh, 171_974.864, 0);
        assert_eq!(style.amount(171_974.864).whole(), "171,975\u{a0}MWh");
        assert_eq!(
            Style::new(Unit::Kw, 22_261.4, 3).amount(22_261.37).whole(),
            "22.261\u{a0}MW"
        );
    }
}
