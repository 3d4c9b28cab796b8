//! The approach of a cooling tower as a polynomial of water ratio over air ratio, range and wet bulb.
//!
//! ```text
//! approach = Σ c(i,j,k)·L^i·R^j·Tw^k, i, j, k = 0..2      K, K, °C
//! ```
//!
//! A quadratic in L and in R: both are found in closed form, on the branch where the approach rises.
//!
//! In cold air the fit turns: with much water for the air (L above 3) and a small range, water would leave warmer as
//! the wet bulb falls, from approaches of 24 K on. No tower does that, so the fit is held where it turns: what a tower
//! does at some wet bulb it also does at every colder one. Where an approach above the limit is wanted, the wet bulb
//! is held that far below the leaving water, and a wet bulb below the limit is taken as the limit. So colder air never
//! takes more fan. `EnergyPlus` holds the approach alone, where the fan rises again as it gets colder.
//!
//! Source: `YorkCalc`, in the `EnergyPlus` Engineering Reference, "Variable Speed Cooling Towers". Valid inside its
//! limits; `cell.rs` has the rule outside.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::physics::curves::{Coefficients, Limits};
use crate::units;

/// The approach as a polynomial, and where it holds.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Correlation {
    /// c1 … c27: for L⁰, L¹, L², for R⁰, R¹, R²: (1, Tw, Tw²).
    #[schemars(inner(range(min = -1000000000.0, max = 1000000000.0)))]
    pub coefficients: Coefficients<27>,
    /// Wet bulb, °C.
    #[schemars(inner(range(min = -60.0, max = 60.0)))]
    pub wet_bulb_c: Limits,
    /// Range, K.
    #[schemars(inner(range(min = 0.0, max = 100.0)))]
    pub range_k: Limits,
    /// Approach, K.
    #[schemars(inner(range(min = 0.0, max = 100.0)))]
    pub approach_k: Limits,
    /// Water flow relative to calibrated design.
    #[schemars(inner(range(min = 0.0, max = 20.0)))]
    pub water_ratio: Limits,
    /// Largest L.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.1, max = 100.0))]
    pub max_liquid_gas_ratio: f64,
}

/// The correlation at one wet bulb: approach = Σ q[i][j]·L^i·R^j.
#[derive(Debug, Clone, Copy)]
pub(super) struct Surface {
    /// Wet bulb from which approaches are counted, °C.
    at_c: f64,
    q: [[f64; 3]; 3],
    /// Slopes of `q` over the wet bulb, 1/K.
    slopes: [[f64; 3]; 3],
}

impl Surface {
    /// Coefficients over R at a given L.
    fn over_range(&self, l: f64) -> [f64; 3] {
        let [a, b, c] = self.q;
        std::array::from_fn(|j| a[j] + l * (b[j] + l * c[j]))
    }

    /// Coefficients over L at a given R.
    fn over_liquid_gas(&self, r: f64) -> [f64; 3] {
        self.q.map(|row| row[0] + r * (row[1] + r * row[2]))
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
    /// The correlation at a wet bulb.
    pub(super) fn surface(&self, wet_bulb_c: f64) -> Surface {
        let at_c = wet_bulb_c.max(self.wet_bulb_c.min);
        let tw = at_c.min(self.wet_bulb_c.max);
        let c = &self.coefficients.0;
        let each = |of: &dyn Fn(usize) -> f64| -> [[f64; 3]; 3] {
            std::array::from_fn(|i| std::array::from_fn(|j| of(9 * i + 3 * j)))
        };
        Surface {
            at_c,
            q: each(&|k| c[k] + tw * (c[k + 1] + tw * c[k + 2])),
            slopes: each(&|k| c[k + 1] + 2.0 * at_c * c[k + 2]),
        }
    }

    /// Approach, K, at a wet bulb, a range and L, water ratio over air ratio.
    pub fn approach_k(&self, wet_bulb_c: f64, range_k: f64, liquid_gas: f64) -> f64 {
        self.approach(self.surface(wet_bulb_c).over_range(liquid_gas), range_k)
    }

    /// The L that gives an approach at a wet bulb and a range by the fit; None where it has none.
    pub(super) fn design_liquid_gas(
        &self,
        wet_bulb_c: f64,
        range_k: f64,
        approach_k: f64,
    ) -> Option<f64> {
        let surface = self.surface(wet_bulb_c);
        rising_root(
            surface.over_liquid_gas(self.range_k.hold(range_k)),
            approach_k,
        )
    }

    /// Approach, K, over a range; in proportion to the range outside the limits.
    fn approach(&self, [c0, c1, c2]: [f64; 3], range_k: f64) -> f64 {
        let r = self.range_k.hold(range_k);
        let at_limit = (c0 + r * (c1 + r * c2)).max(0.0);
        if r > 0.0 {
            at_limit * (range_k / r).max(0.0)
        } else {
            at_limit
        }
    }

    /// How much warmer the leaving water gets per kelvin of wet bulb at a range and L: zero where the fit turns.
    fn slope(&self, surface: &Surface, range_k: f64, l: f64) -> f64 {
        if surface.at_c > self.wet_bulb_c.max {
            return 1.0;
        }
        let r = self.range_k.hold(range_k);
        let over_r = surface.slopes.map(|at| at[0] + r * (at[1] + r * at[2]));
        let share = if r > 0.0 { range_k / r } else { 1.0 };
        1.0 + share * (over_r[0] + l * (over_r[1] + l * over_r[2]))
    }

    /// Value of the fit, or its value at the warmer wet bulb where it turns.
    fn held<T: Copy>(
        &self,
        surface: &Surface,
        warmest_c: f64,
        solve: impl Fn(&Surface) -> T,
        slope: impl Fn(&Surface, T) -> f64,
    ) -> T {
        let found = solve(surface);
        let mut slope_a = slope(surface, found);
        if slope_a >= 0.0 {
            return found;
        }
        let at = |c: f64| {
            let surface = self.surface(c);
            let found = solve(&surface);
            (found, slope(&surface, found))
        };
        let (mut a, mut b) = (surface.at_c, warmest_c.min(self.wet_bulb_c.max));
        let (mut best, mut slope_b) = at(b);
        let mut kept = 0_i32;
        // The answer is stationary where the slope is zero, so a microkelvin is more than enough (Illinois).
        for _ in 0..40 {
            if slope_b <= 0.0 || b - a < 1e-6 {
                break;
            }
            let c = (a * slope_b - b * slope_a) / (slope_b - slope_a);
            let (there, slope_c) = at(c);
            best = there;
            if slope_c.abs() < 1e-9 {
                break;
            }
            if slope_c < 0.0 {
                (a, slope_a) = (c, slope_c);
                if kept < 0 {
                    slope_b *= 0.5;
                }
                kept = -1;
            } else {
                (b, slope_b) = (c, slope_c);
                if kept > 0 {
                    slope_a *= 0.5;
                }
                kept = 1;
            }
        }
        best
    }

    /// Leaving water, °C, at a range and L.
    pub(super) fn leaving_c(&self, surface: &Surface, range_k: f64, l: f64) -> f64 {
        let leaving_c = |s: &Surface| s.at_c + self.approach(s.over_range(l), range_k);
        let slope_a = self.slope(surface, range_k, l);
        if slope_a >= 0.0 {
            return leaving_c(surface);
        }
        // The slope over the wet bulb is a straight line.
        let (a, b) = (surface.at_c, self.wet_bulb_c.max);
        let slope_b = self.slope(&self.surface(b), range_k, l);
        if slope_b <= slope_a {
            return leaving_c(surface);
        }
        leaving_c(&self.surface((a - slope_a * (b - a) / (slope_b - slope_a)).min(b)))
    }

    /// The range, K, where leaving water + slope·range = reach; held at the largest range.
    pub(super) fn range(&self, surface: &Surface, l: f64, slope: f64, reach_c: f64) -> f64 {
        self.held(
            surface,
            reach_c,
            |s| self.fitted_range(s.over_range(l), slope, reach_c - s.at_c),
            |surface, range_k| self.slope(surface, range_k, l),
        )
    }

    fn fitted_range(&self, over_range: [f64; 3], slope: f64, reach_k: f64) -> f64 {
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

    /// The L that gives the wanted leaving water at a range; None where the correlation has none.
    pub(super) fn liquid_gas(
        &self,
        surface: &Surface,
        range_k: f64,
        leaving_c: f64,
    ) -> Option<f64> {
        let r = self.range_k.hold(range_k);
        // Below the least range the approach is in proportion to the range.
        let share = range_k / r;
        let coldest_c = leaving_c - self.approach_k.max * share;
        let surface = if surface.at_c < coldest_c {
            self.surface(coldest_c)
        } else {
            *surface
        };
        let fitted = |s: &Surface| {
            let (wanted, over_l) = ((leaving_c - s.at_c) / share, s.over_liquid_gas(r));
            let [c0, c1, c2] = over_l;
            if c2 < 0.0 && wanted > c0 - 0.25 * c1 * c1 / c2 {
                // More than the fit ever gives: the least air it knows is plenty.
                return Some(self.max_liquid_gas_ratio);
            }
            rising_root(over_l, wanted)
                .filter(|l| *l > 0.0)
                .map(|l| l.min(self.max_liquid_gas_ratio))
        };
        self.held(&surface, leaving_c, fitted, |surface, l| {
            l.map_or(1.0, |l| self.slope(surface, range_k, l))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::cell::TowerEntry;
    use proptest::prelude::*;

    use super::*;

    /// x² = 4 rises at 2, not at −2; 4x − x² = 3 rises at 1, not at 3; x² = −1 has no root.
    #[test]
    fn the_rising_root_by_hand() {
        assert_eq!(rising_root([0.0, 0.0, 1.0], 4.0), Some(2.0));
        assert_eq!(rising_root([0.0, 4.0, -1.0], 3.0), Some(1.0));
        assert_eq!(rising_root([0.0, 0.0, 1.0], -1.0), None);
        assert_eq!(rising_root([0.0, -1.0, 0.0], 1.0), None);
    }

    fn york() -> Correlation {
        let mut all: BTreeMap<String, TowerEntry> =
            toml::from_str(include_str!("../../../assets/catalogue/towers.toml")).unwrap();
        all.remove("york-calc").unwrap().correlation
    }

    /// At L 6 and 2 K the fit leaves at 25.75 °C from −10 °C wet bulb and, warmer, at 29.5 °C from −34 °C; it turns
    /// in between, and below that the water leaves as at the turn.
    #[test]
    fn the_fit_is_held_where_it_turns() {
        let c = york();
        let fit = |tw: f64| tw + c.approach_k(tw, 2.0, 6.0);
        let lowest = (-3400..2600)
            .map(|i| fit(f64::from(i) / 100.0))
            .fold(f64::INFINITY, f64::min);
        assert!(fit(-34.0) > lowest + 1.0, "{} {lowest}", fit(-34.0));
        let held = c.leaving_c(&c.surface(-34.0), 2.0, 6.0);
        assert!((held - lowest).abs() < 1e-4, "{held} {lowest}");
        // The inverses hold it at the same place.
        let range_k = c.range(&c.surface(-34.0), 6.0, 0.0, held);
        assert!((range_k - 2.0).abs() < 1e-4, "{range_k}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        /// In colder air water never leaves warmer, the range is never smaller and no more air is needed.
        #[test]
        fn colder_air_never_needs_more(
            a in -40.0..35.0f64, b in -40.0..35.0f64, range_k in 0.05..22.0f64, l in 0.1..8.0f64,
            leaving_c in 4.0..50.0f64, slope in 0.0..2.0f64
        ) {
            let c = york();
            let (cold, warm) = (c.surface(a.min(b)), c.surface(a.max(b)));
            prop_assert!(c.leaving_c(&cold, range_k, l) <= c.leaving_c(&warm, range_k, l) + 1e-9);
            let ranges = (c.range(&cold, l, slope, leaving_c), c.range(&warm, l, slope, leaving_c));
            prop_assert!(ranges.0 >= ranges.1 - 1e-9, "{ranges:?}");
            let needs = |s: &Surface| c.liquid_gas(s, range_k, leaving_c);
            if let Some(warm) = needs(&warm).filter(|_| leaving_c > a.max(b)) {
                let cold = needs(&cold);
                prop_assert!(cold.is_some_and(|l| l >= warm * (1.0 - 1e-9)), "{cold:?} {warm}");
            }
        }
    }

    /// Approach over water and air ratio from 0.25 to 1.25 at 25.55 °C wet bulb and 5.56 K range; the reference is
    /// single precision.
    #[test]
    #[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
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
            toml::from_str(include_str!("../../../assets/catalogue/towers.toml")).unwrap();
        let entry = &all["york-calc"];
        let correlation = &entry.correlation;
        let surface = correlation.surface(25.55);
        for (i, (w, a)) in water.iter().zip(&air).enumerate() {
            let x = 0.25 + i as f64 / 100.0;
            let of = |l: f64| correlation.leaving_c(&surface, 5.56, l) - 25.55;
            assert!((of(x) - w).abs() < 2e-5, "{i} {} {w}", of(x));
            assert!((of(1.0 / x) - a).abs() < 2e-5, "{i} {} {a}", of(1.0 / x));
        }
    }
}
