//! Performance curves: what makers and standards fit to measured machines.
//!
//! ```text
//! biquadratic   z = c1 + c2·x + c3·x² + c4·y + c5·y² + c6·x·y      EnergyPlus Curve:Biquadratic, same order
//! quadratic     z = c1 + c2·x + c3·x²                              EnergyPlus Curve:Quadratic
//! affinity      P/P_design = (flow/flow_design)^n                  n = 3: no static head; 2.5 … 2.8 with one
//! ```
//!
//! Source: `EnergyPlus` Engineering Reference, "Performance Curves". Inputs outside a curve's limits are held at
//! the limit, as `EnergyPlus` does: outside them a polynomial means nothing.

use crate::describe::{Fault, InSerde};
use schemars::JsonSchema;
use serde::Deserialize;

/// A closed range, written `[min, max]`.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, JsonSchema)]
#[serde(try_from = "[f64; 2]")]
#[schemars(with = "[f64; 2]")]
pub struct Limits {
    /// Lower end.
    pub min: f64,
    /// Upper end, not below `min`.
    pub max: f64,
}

impl Limits {
    /// The value, held inside the range.
    pub fn hold(self, value: f64) -> f64 {
        value.max(self.min).min(self.max)
    }

    /// Whether the value lies inside.
    pub fn contains(self, value: f64) -> bool {
        value >= self.min && value <= self.max
    }
}

impl TryFrom<[f64; 2]> for Limits {
    type Error = InSerde;

    fn try_from([min, max]: [f64; 2]) -> Result<Self, InSerde> {
        if min.is_finite() && max.is_finite() && min <= max {
            Ok(Self { min, max })
        } else {
            Err(Fault::bare(format!(
                "[{min}, {max}] must be two numbers, the smaller first"
            ))
            .into())
        }
    }
}

/// Curve coefficients: finite numbers.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, JsonSchema)]
#[serde(try_from = "Vec<f64>")]
#[schemars(with = "Vec<f64>")]
pub struct Coefficients<const N: usize>(pub [f64; N]);

impl<const N: usize> TryFrom<Vec<f64>> for Coefficients<N> {
    type Error = InSerde;

    fn try_from(values: Vec<f64>) -> Result<Self, InSerde> {
        let count = values.len();
        let array: [f64; N] = values
            .try_into()
            .map_err(|_| Fault::bare(format!("{count} coefficients given, this curve has {N}")))?;
        if array.iter().all(|c| c.is_finite()) {
            Ok(Self(array))
        } else {
            Err(Fault::bare("coefficients must be finite numbers").into())
        }
    }
}

/// A curve of two inputs.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Biquadratic {
    /// c1 … c6 in the order of `EnergyPlus`.
    #[schemars(inner(range(min = -1000000000.0, max = 1000000000.0)))]
    pub coefficients: Coefficients<6>,
    /// Where the first input is held.
    #[schemars(inner(range(min = -100.0, max = 1000.0)))]
    pub x: Limits,
    /// Where the second input is held.
    #[schemars(inner(range(min = -100.0, max = 1000.0)))]
    pub y: Limits,
}

impl Biquadratic {
    /// The curve at inputs held inside their limits.
    pub fn at(&self, x: f64, y: f64) -> f64 {
        self.polynomial(self.x.hold(x), self.y.hold(y))
    }

    /// The same curve over another second input that lies `below` this one.
    #[must_use]
    pub fn over(&self, below: f64) -> Self {
        let [c1, c2, c3, c4, c5, c6] = self.coefficients.0;
        let (first, second) = (c1 + c4 * below + c5 * below * below, c2 + c6 * below);
        let fourth = c4 + 2.0 * c5 * below;
        Self {
            coefficients: Coefficients([first, second, c3, fourth, c5, c6]),
            x: self.x,
            y: Limits {
                min: self.y.min - below,
                max: self.y.max - below,
            },
        }
    }

    /// Slopes over the first and the second input; inputs are not held.
    pub fn slopes(&self, x: f64, y: f64) -> (f64, f64) {
        let [_, c2, c3, c4, c5, c6] = self.coefficients.0;
        (c2 + 2.0 * c3 * x + c6 * y, c4 + 2.0 * c5 * y + c6 * x)
    }

    /// The largest value of the curve in a rectangle.
    ///
    /// Some published fits bend back inside their own range. Where a law says in which direction a curve moves, this
    /// gives the smallest curve above the fit that obeys it.
    pub fn highest(&self, x: (f64, f64), y: (f64, f64)) -> f64 {
        let [_, c2, c3, c4, c5, c6] = self.coefficients.0;
        // Slopes are straight lines over both inputs: where none turns between corners, the highest value is at one.
        let corners = [(x.0, y.0), (x.0, y.1), (x.1, y.0), (x.1, y.1)];
        let slopes = corners.map(|(x, y)| self.slopes(x, y));
        let rises = [
            slopes.iter().all(|slope| slope.0 >= 0.0),
            slopes.iter().all(|slope| slope.1 >= 0.0),
        ];
        let falls = [
            slopes.iter().all(|slope| slope.0 <= 0.0),
            slopes.iter().all(|slope| slope.1 <= 0.0),
        ];
        if (rises[0] || falls[0]) && (rises[1] || falls[1]) {
            return self.polynomial(
                if rises[0] { x.1 } else { x.0 },
                if rises[1] { y.1 } else { y.0 },
            );
        }
        let mut highest = f64::NEG_INFINITY;
        let mut see = |at_x: f64, at_y: f64| {
            highest = highest.max(self.polynomial(at_x.clamp(x.0, x.1), at_y.clamp(y.0, y.1)));
        };
        for at_y in [y.0, y.1] {
            see(x.0, at_y);
            see(x.1, at_y);
            if c3 < 0.0 {
                see(-(c2 + c6 * at_y) / (2.0 * c3), at_y); // the top of this edge
            }
        }
        if c5 < 0.0 {
            for at_x in [x.0, x.1] {
                see(at_x, -(c4 + c6 * at_x) / (2.0 * c5));
            }
            let determinant = 4.0 * c3 * c5 - c6 * c6;
            if c3 < 0.0 && determinant > 0.0 {
                let top_x = (c6 * c4 - 2.0 * c5 * c2) / determinant;
                see(top_x, -(c4 + c6 * top_x) / (2.0 * c5));
            }
        }
        highest
    }

    fn polynomial(&self, x: f64, y: f64) -> f64 {
        let [c1, c2, c3, c4, c5, c6] = self.coefficients.0;
        c1 + x * (c2 + c3 * x) + y * (c4 + c5 * y + c6 * x)
    }
}

/// A curve of one input.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Quadratic {
    /// c1 … c3.
    #[schemars(inner(range(min = -1000000000.0, max = 1000000000.0)))]
    pub coefficients: Coefficients<3>,
    /// Where the input is held.
    #[schemars(inner(range(min = -100.0, max = 1000.0)))]
    pub x: Limits,
}

impl Quadratic {
    /// The curve at an input held inside its limits.
    pub fn at(&self, x: f64) -> f64 {
        let x = self.x.hold(x);
        let [c1, c2, c3] = self.coefficients.0;
        c1 + x * (c2 + c3 * x)
    }
}

/// Power of a fan or pump relative to design, at a flow relative to design (0..1).
///
/// The cube is the law without static head and is computed without a power function.
pub fn affinity(flow_ratio: f64, exponent: f64) -> f64 {
    if exponent == 3.0 {
        flow_ratio * flow_ratio * flow_ratio
    } else {
        flow_ratio.powf(exponent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn curve(coefficients: [f64; 6]) -> Biquadratic {
        Biquadratic {
            coefficients: Coefficients(coefficients),
            x: Limits {
                min: 0.0,
                max: 10.0,
            },
            y: Limits {
                min: 10.0,
                max: 40.0,
            },
        }
    }

    /// 1 + 2·2 + 3·4 + 4·10 + 5·100 + 6·20 = 677.
    #[test]
    fn a_biquadratic_by_hand_and_held_at_its_limits() {
        let c = curve([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        assert_eq!(c.at(2.0, 10.0), 677.0);
        assert_eq!(c.at(2.0, -5.0), 677.0);
        assert_eq!(c.at(12.0, 50.0), c.at(10.0, 40.0));
    }

    #[test]
    fn wrong_curves_are_refused_with_the_reason() {
        let text = "coefficients = [1, 2, 3]\nx = [1.0, 0.0]";
        let error = toml::from_str::<Quadratic>(text).unwrap_err().to_string();
        assert!(error.contains("smaller first"), "{error}");
        let text = "coefficients = [1, 2]\nx = [0.0, 1.0]";
        let error = toml::from_str::<Quadratic>(text).unwrap_err().to_string();
        assert!(error.contains("has 3"), "{error}");
        let text = "coefficients = [1, 2, nan]\nx = [0.0, 1.0]";
        assert!(toml::from_str::<Quadratic>(text).is_err());
    }

    #[test]
    fn half_flow_costs_an_eighth() {
        assert_eq!(affinity(0.5, 3.0), 0.125);
        assert!((affinity(0.5, 2.5) - 0.176_776_695).abs() < 1e-9);
    }

    proptest! {
        /// Nothing in the rectangle lies above the highest value, and some of it comes near.
        #[test]
        fn nothing_is_above_the_highest(c in prop::array::uniform6(-1.0..1.0f64), x in 0.0..10.0f64, y in 10.0..40.0f64,
                                        wide in 0.0..5.0f64, deep in 0.0..5.0f64, curved in any::<bool>()) {
            let bend = if curved { 1.0 } else { 0.01 };
            let c = curve([c[0], c[1], bend * c[2], c[3], bend * c[4], bend * c[5]]);
            let highest = c.highest((x, x + wide), (y, y + deep));
            let mut seen = f64::NEG_INFINITY;
            for i in 0..=40 {
                for j in 0..=40 {
                    let at = |from: f64, reach: f64, step: i32| from + reach * f64::from(step) / 40.0;
                    seen = seen.max(c.polynomial(at(x, wide, i), at(y, deep, j)));
                }
            }
            let near = 1e-9 + 0.02 * (wide * wide + deep * deep);
            prop_assert!(seen <= highest + 1e-9 && seen >= highest - near, "{seen} {highest}");
        }
        /// The highest value of a rectangle is one of its values, and none of a fine grid lies above it.
        #[test]
        fn the_highest_value_is_found(c2 in -1.0..1.0f64, c3 in -0.2..0.2f64, c4 in -1.0..1.0f64, c5 in -0.1..0.1f64,
                                      c6 in -0.05..0.05f64, x in 0.0..9.0f64, y in 10.0..39.0f64) {
            let c = curve([1.0, c2, c3, c4, c5, c6]);
            let (xs, ys) = ((x, 10.0), (10.0, y));
            let highest = c.highest(xs, ys);
            let grid = (0..=60).flat_map(|i| (0..=60).map(move |j| (f64::from(i) / 60.0, f64::from(j) / 60.0)));
            let seen = grid
                .map(|(i, j)| c.at(x + i * (10.0 - x), 10.0 + j * (y - 10.0)))
                .fold(f64::NEG_INFINITY, f64::max);
            let scale = 1.0 + highest.abs();
            prop_assert!(seen <= highest + 1e-9 * scale, "{seen} {highest}");
            prop_assert!(seen >= highest - 0.01 * scale, "{seen} {highest}");
        }
    }
}
