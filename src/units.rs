//! Units: SI inside, named in the suffix.
//!
//! ```text
//! suffix   unit                     suffix   unit
//! _w       watt                     _c       °C, a temperature
//! _j       joule                    _k       kelvin, a difference
//! _kg      kilogram                 _kg_s    kilogram per second
//! _pa      pascal                   _m3_s    cubic metre per second
//! _w_k     watt per kelvin          _j_k     joule per kelvin
//! _s       second                   _k_w     kelvin per watt
//! ```
//!
//! Scenario keys and result columns use what planners read (`_kw _mw _mwh _l _usd _gco2`); they are
//! converted once, where they enter or leave. A bare name (`utilisation`, `effectiveness`) is a ratio.

use serde::{Deserialize, Deserializer, de::Error as _};

/// 0 °C in kelvin.
pub const KELVIN: f64 = 273.15;
/// Seconds in an hour.
pub const HOUR_S: f64 = 3600.0;
/// Seconds in a day.
pub const DAY_S: f64 = 86_400.0;
/// Joules in a kilowatt-hour.
pub const J_PER_KWH: f64 = 3.6e6;
/// Joules in a megawatt-hour.
pub const J_PER_MWH: f64 = 3.6e9;
/// Density of water used to turn kilograms into litres and cubic metres, kg/m³.
pub const WATER_KG_M3: f64 = 998.2;
/// Standard gravity, m/s².
pub const GRAVITY_M_S2: f64 = 9.80665;

/// Deserialises a finite number above zero; for `#[serde(deserialize_with = "units::positive")]`.
pub fn positive<'de, D: Deserializer<'de>>(de: D) -> Result<f64, D::Error> {
    check(de, |v| v > 0.0, "must be a number above zero")
}

/// Deserialises a finite number of at least zero.
pub fn non_negative<'de, D: Deserializer<'de>>(de: D) -> Result<f64, D::Error> {
    check(de, |v| v >= 0.0, "must be zero or above")
}

/// Deserialises a number from 0 to 1, both included.
pub fn fraction<'de, D: Deserializer<'de>>(de: D) -> Result<f64, D::Error> {
    check(de, |v| (0.0..=1.0).contains(&v), "must be between 0 and 1")
}

/// Deserialises a number above 0 and up to 1.
pub fn positive_fraction<'de, D: Deserializer<'de>>(de: D) -> Result<f64, D::Error> {
    check(de, |v| v > 0.0 && v <= 1.0, "must be above 0 and at most 1")
}

/// Whether a number that is left out where it is 0 is left out.
pub fn is_zero(value: &f64) -> bool {
    *value == 0.0
}

/// Deserialises any finite number (TOML also knows `nan` and `inf`, which no model can use).
pub fn finite<'de, D: Deserializer<'de>>(de: D) -> Result<f64, D::Error> {
    check(de, |_| true, "must be a finite number")
}

/// Deserialises a temperature that water or air in a datacenter can have, −60 … 100 °C.
pub fn temperature_c<'de, D: Deserializer<'de>>(de: D) -> Result<f64, D::Error> {
    check(
        de,
        |v| (-60.0..=100.0).contains(&v),
        "must be a temperature between -60 and 100 °C",
    )
}

/// Deserialises cycles of concentration: above 1, and no tower reaches 50.
pub fn cycles<'de, D: Deserializer<'de>>(de: D) -> Result<f64, D::Error> {
    check(
        de,
        |v| v > 1.0 && v <= 50.0,
        "must be above 1 and at most 50; 3 to 6 is usual",
    )
}

/// Deserialises an optional number above zero, for keys of `Option<f64>`.
pub fn given_positive<'de, D: Deserializer<'de>>(de: D) -> Result<Option<f64>, D::Error> {
    positive(de).map(Some)
}

/// Deserialises an optional number of at least zero.
pub fn given_non_negative<'de, D: Deserializer<'de>>(de: D) -> Result<Option<f64>, D::Error> {
    non_negative(de).map(Some)
}

/// Deserialises an optional finite number.
pub fn given_finite<'de, D: Deserializer<'de>>(de: D) -> Result<Option<f64>, D::Error> {
    finite(de).map(Some)
}

/// Deserialises an optional number from 0 to 1.
pub fn given_fraction<'de, D: Deserializer<'de>>(de: D) -> Result<Option<f64>, D::Error> {
    fraction(de).map(Some)
}

/// Deserialises an optional number above 0 up to 1.
pub fn given_positive_fraction<'de, D: Deserializer<'de>>(de: D) -> Result<Option<f64>, D::Error> {
    positive_fraction(de).map(Some)
}

/// Deserialises an optional temperature, −60 … 100 °C.
pub fn given_temperature_c<'de, D: Deserializer<'de>>(de: D) -> Result<Option<f64>, D::Error> {
    temperature_c(de).map(Some)
}

fn check<'de, D: Deserializer<'de>>(
    de: D,
    ok: impl Fn(f64) -> bool,
    rule: &str,
) -> Result<f64, D::Error> {
    let value = f64::deserialize(de)?;
    if value.is_finite() && ok(value) {
        Ok(value)
    } else {
        Err(D::Error::custom(format!("{value} {rule}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Probe {
        #[serde(deserialize_with = "positive_fraction")]
        x: f64,
    }

    #[test]
    fn a_value_outside_its_range_is_refused_with_the_rule() {
        assert_eq!(toml::from_str::<Probe>("x = 1").unwrap().x, 1.0);
        for bad in ["x = 0", "x = 1.1", "x = nan", "x = inf", "x = -1"] {
            let error = toml::from_str::<Probe>(bad).unwrap_err().to_string();
            assert!(error.contains("above 0 and at most 1"), "{error}");
        }
    }
}
