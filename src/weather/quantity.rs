//! What is taken from a weather file, and what of it can be true.

use std::path::Path;

use super::WeatherError;

/// What this project takes from a weather file, in the order of [`Row::values`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quantity {
    DryBulb,
    DewPoint,
    RelativeHumidity,
    Pressure,
    Ghi,
    Dni,
    Dhi,
    Wind,
}

pub(super) const QUANTITIES: [Quantity; 8] = [
    Quantity::DryBulb,
    Quantity::DewPoint,
    Quantity::RelativeHumidity,
    Quantity::Pressure,
    Quantity::Ghi,
    Quantity::Dni,
    Quantity::Dhi,
    Quantity::Wind,
];

impl Quantity {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::DryBulb => "dry bulb",
            Self::DewPoint => "dew point",
            Self::RelativeHumidity => "relative humidity",
            Self::Pressure => "pressure",
            Self::Ghi => "global radiation",
            Self::Dni => "direct radiation",
            Self::Dhi => "diffuse radiation",
            Self::Wind => "wind speed",
        }
    }

    /// What can be true on earth, with the unit. Radiation sensors read a little below zero at night.
    fn range(self) -> (f64, f64, &'static str) {
        match self {
            Self::DryBulb => (-90.0, 70.0, "°C"),
            Self::DewPoint => (-110.0, 70.0, "°C"),
            Self::RelativeHumidity => (0.0, 110.0, "%"),
            Self::Pressure => (31_000.0, 120_000.0, "Pa"),
            Self::Ghi | Self::Dni | Self::Dhi => (-20.0, 2000.0, "W/m²"),
            Self::Wind => (0.0, 120.0, "m/s"),
        }
    }

    /// Refuses a value that cannot be true.
    pub(super) fn check(
        self,
        value: f64,
        file: &Path,
        line: usize,
        column: impl FnOnce() -> String,
    ) -> Result<f64, WeatherError> {
        let (low, high, unit) = self.range();
        if (low..=high).contains(&value) {
            return Ok(if low == -20.0 { value.max(0.0) } else { value });
        }
        Err(WeatherError::new(
            file,
            format!("{} {value} {unit} cannot be true", self.name()),
            format!("it must lie between {low} and {high} {unit}, or be marked as missing"),
        )
        .at_line(line)
        .in_column(column()))
    }
}

/// One row; `None` where the file says that a value is missing.
pub(super) struct Row {
    pub(super) line: usize,
    pub(super) month: u8,
    pub(super) day: u8,
    /// 1..=24, the hour that ends with this row.
    pub(super) hour: u8,
    pub(super) values: [Option<f64>; 8],
}
