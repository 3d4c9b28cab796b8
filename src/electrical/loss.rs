//! Devices whose loss follows three terms: transformers, UPS, distribution.
//!
//! ```text
//! P_loss = P_rated·(a + b·x + c·x²)      W;  x = P_out/P_rated, a no-load, b proportional, c resistive
//! η      = x/(x + a + b·x + c·x²)
//! ```
//!
//! Source: V. Avelar, Schneider Electric White Paper 108 (no-load, proportional and square-law loss). Valid for
//! steady load from 0 to 100 % of the rating; above it the square term is carried on, which flatters an overloaded
//! device, and the chain reports it as `overload`. Non-linear load costs older UPS one or two points more, which is
//! not modelled.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::describe::Doubts;
use crate::units::non_negative;

/// A catalogue entry: the loss of one kind of device per watt of its rating.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Device {
    /// Full name.
    pub name: String,
    /// Lost at no load, per watt of rating.
    #[serde(deserialize_with = "non_negative")]
    #[schemars(range(min = 0.0, max = 0.2))]
    pub no_load: f64,
    /// Lost in proportion to the load.
    #[serde(deserialize_with = "non_negative")]
    #[schemars(range(min = 0.0, max = 0.5))]
    pub proportional: f64,
    /// Lost with the square of the load: the resistance of windings and cables.
    #[serde(deserialize_with = "non_negative")]
    #[schemars(range(min = 0.0, max = 0.5))]
    pub square: f64,
    /// Where the figures come from.
    pub source: String,
    /// Unconfirmed figures: the credible range of each, with its reason.
    #[serde(default)]
    pub doubt: Doubts,
}

impl Device {
    /// Loss at `output_w` of devices that are rated `rated_w` together and share the load evenly, W.
    pub fn loss_w(&self, rated_w: f64, output_w: f64) -> f64 {
        let load = output_w / rated_w;
        rated_w * (self.no_load + load * (self.proportional + load * self.square))
    }

    /// Output over input at a share of the rating, 0 at no load.
    pub fn efficiency(&self, load: f64) -> f64 {
        let input = load + self.loss_w(1.0, load);
        if input > 0.0 { load / input } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn device(no_load: f64, proportional: f64, square: f64) -> Device {
        Device {
            name: "a device".into(),
            no_load,
            proportional,
            square,
            source: "a test".into(),
            doubt: Doubts::default(),
        }
    }

    /// By hand: an older unit of 1 MW at half load loses 12 + 0.5·18 + 0.25·10 = 23.5 kW.
    #[test]
    fn the_three_terms_add_up() {
        let older = device(0.012, 0.018, 0.010);
        assert!((older.loss_w(1e6, 0.5e6) - 23.5e3).abs() < 1e-6);
        assert!((older.loss_w(1e6, 0.0) - 12e3).abs() < 1e-6);
        assert_eq!(older.efficiency(0.0), 0.0);
    }

    #[test]
    fn a_negative_loss_is_refused_with_its_line() {
        let text = "no_load = 0.01\nname = 'n'\nproportional = 0.02\nsquare = -0.1\nsource = 's'";
        let error = toml::from_str::<Device>(text).unwrap_err().to_string();
        assert!(
            error.contains("line 4") && error.contains("zero or above"),
            "{error}"
        );
    }

    proptest! {
        /// More load loses more, and nothing gives out more than it takes in.
        #[test]
        fn losses_rise_with_load(a in 0.0..0.05f64, b in 0.0..0.05f64, c in 0.0..0.05f64,
                                 low in 0.0..1.0f64, more in 0.0..1.0f64, rated in 1e3..1e8f64) {
            let device = device(a, b, c);
            prop_assert!(device.loss_w(rated, (low + more) * rated) >= device.loss_w(rated, low * rated));
            prop_assert!(device.loss_w(rated, low * rated) >= 0.0);
            prop_assert!((0.0..=1.0).contains(&device.efficiency(low)));
        }
    }
}
