//! The approach of a cooling tower as a polynomial of water ratio over air ratio, range and wet bulb.
//!
//! ```text
//! approach = Σ c(i,j,k)·L^i·R^j·Tw^k, i, j, k = 0..2      K, K, °C
//! ```
//!
//! A quadratic in L and in R: both are found in closed form, on the branch where the approach rises.
//!
//! Source: `YorkCalc`, in the `EnergyPlus` Engineering Reference, "Variable Speed Cooling Towers". Valid inside its
//! limits; what happens outside is told in `tower.rs`.

use serde::Deserialize;

use crate::physics::curves::{Coefficients, Limits};
use crate::units;

/// The approach as a polynomial, and where it holds.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correlation {
    /// c1 … c27: for L⁰, L¹, L², for R⁰, R¹, R²: (1, Tw, Tw²).
    pub coefficients: Coefficients<27>,
    /// Wet bulb, °C.
    pub wet_bulb_c: Limits,
    /// Range, K.
    pub range_k: Limits,
    /// Approach, K.
    pub approach_k: Limits,
    /// Water flow relative to calibrated design.
    pub water_ratio: Limits,
    /// Greatest L.
    #[serde(deserialize_with = "units::positive")]
    pub max_liquid_gas_ratio: f64,
}

/// The correlation at one wet bulb: approach = Σ q[i][j]·L^i·R^j.
#[derive(Debug, Clone, Copy)]
pub(super) struct Surface([[f64; 3]; 3]);

impl Surface {
    /// Coefficients over R at a given L.
    pub(super) fn over_range(&self, l: f64) -> [f64; 3] {
        let [a, b, c] = self.0;
        std::array::from_fn(|j| a[j] + l * (b[j] + l * c[j]))
    }

    /// Coefficients over L at a given R.
    pub(super) fn over_liquid_gas(&self, r: f64) -> [f64; 3] {
        self.0.map(|row| row[0] + r * (row[1] + r * row[2]))
    }
}

/// The root of c0 + c1·x + c2·x² = target where the polynomial rises; None where there is none.
pub(super) fn rising_root([c0, c1, c2]: [f64; 3], target: f64) -> Option<f64> {
    let discriminant = c1 * c1 - 4.0 * c2 * (c0 - target);
    if discriminant < 0.0 {
        return None;
    }
    let root = discriminant.sqrt();
    let x = if c1 >= 0.0 {
        2.0 * (target - c0) / (c1 + root)
    } else {
        (root - c1) / (2.0 * c2)
    };
    x.is_finite().then_some(x)
}

impl Correlation {
    pub(super) fn surface(&self, wet_bulb_c: f64) -> Surface {
        let tw = self.wet_bulb_c.hold(wet_bulb_c);
        let c = &self.coefficients.0;
        Surface(std::array::from_fn(|i| {
            std::array::from_fn(|j| {
                let k = 9 * i + 3 * j;
                c[k] + tw * (c[k + 1] + tw * c[k + 2])
            })
        }))
    }

    /// Approach, K, at a wet bulb, a range and L, water ratio over air ratio.
    pub fn approach_k(&self, wet_bulb_c: f64, range_k: f64, liquid_gas: f64) -> f64 {
        self.approach(self.surface(wet_bulb_c).over_range(liquid_gas), range_k)
    }

    /// Approach, K, over a range; in proportion to the range outside the limits.
    pub(super) fn approach(&self, [c0, c1, c2]: [f64; 3], range_k: f64) -> f64 {
        let r = self.range_k.hold(range_k);
        let at_limit = (c0 + r * (c1 + r * c2)).max(0.0);
        if r > 0.0 {
            at_limit * (range_k / r).max(0.0)
        } else {
            at_limit
        }
    }

    /// The range, K, where approach + slope·range = reach; held at the greatest range.
    pub(super) fn range(&self, over_range: [f64; 3], slope: f64, reach_k: f64) -> f64 {
        if reach_k <= 0.0 {
            return 0.0;
        }
        let least = self.range_k.min;
        let at_least = self.approach(over_range, least) + slope * least;
        if reach_k <= at_least {
            return least * reach_k / at_least;
        }
        let [c0, c1, c2] = over_range;
        rising_root([c0, c1 + slope, c2], reach_k)
            .map_or(self.range_k.max, |r| self.range_k.hold(r))
    }

    /// The L that gives the wanted approach at a range; None where the correlation has none.
    pub(super) fn liquid_gas(
        &self,
        surface: &Surface,
        range_k: f64,
        approach_k: f64,
    ) -> Option<f64> {
        let r = self.range_k.hold(range_k);
        // Below the least range the approach is in proportion to the range.
        let wanted = self.approach_k.hold(approach_k * r / range_k);
        rising_root(surface.over_liquid_gas(r), wanted)
            .filter(|l| *l > 0.0)
            .map(|l| l.min(self.max_liquid_gas_ratio))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::tower::TowerEntry;
    use super::*;

    /// x² = 4 rises at 2, not at −2; 4x − x² = 3 rises at 1, not at 3; x² = −1 has no root.
    #[test]
    fn the_rising_root_by_hand() {
        assert_eq!(rising_root([0.0, 0.0, 1.0], 4.0), Some(2.0));
        assert_eq!(rising_root([0.0, 4.0, -1.0], 3.0), Some(1.0));
        assert_eq!(rising_root([0.0, 0.0, 1.0], -1.0), None);
        assert_eq!(rising_root([0.0, -1.0, 0.0], 1.0), None);
    }

    /// Approach over water and air ratio from 0.25 to 1.25 at 25.55 °C wet bulb and 5.56 K range; the reference is
    /// single precision.
    #[test]
    fn val_modelica_buildings_york_calc() {
        let Ok(root) = std::env::var("COLDAISLE_DATA") else {
            println!("skipped: COLDAISLE_DATA is not set");
            return;
        };
        let file = "Fluid_HeatExchangers_CoolingTowers_Correlations_Examples_YorkCalc.txt";
        let text =
            std::fs::read_to_string(format!("{root}/data/pue/buildings_reference/{file}")).unwrap();
        let series = |key: &str| -> Vec<f64> {
            let line = text
                .lines()
                .find_map(|l| l.strip_prefix(&format!("{key}=[")))
                .unwrap();
            line.trim_end_matches(']')
                .split(", ")
                .map(|v| v.parse().unwrap())
                .collect()
        };
        let (water, air) = (series("TApp_Wat"), series("TApp_Air"));
        assert_eq!((water.len(), air.len()), (101, 101));
        let all: BTreeMap<String, TowerEntry> =
            toml::from_str(include_str!("../../assets/catalogue/towers.toml")).unwrap();
        let entry = &all["york-calc"];
        let correlation = &entry.correlation;
        let surface = correlation.surface(25.55);
        for (i, (w, a)) in water.iter().zip(&air).enumerate() {
            let x = 0.25 + i as f64 / 100.0;
            let of = |l: f64| correlation.approach(surface.over_range(l), 5.56);
            assert!((of(x) - w).abs() < 2e-5, "{i} {} {w}", of(x));
            assert!((of(1.0 / x) - a).abs() < 2e-5, "{i} {} {a}", of(1.0 / x));
        }
    }
}
