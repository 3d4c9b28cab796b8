//! A chiller outside its published curves, and where those break a law of nature.
//!
//! ```text
//! M(x, y)  = max f(x', y'), x' ≥ x, y' ≤ y, inside the limits      f: the published energy-input curve
//! L        = y − x + ΔT                                              lift of the refrigerant, K
//! input    = M(x_h, y_h)·L(x_e, y_e)/L(x_h, y_h)·T(x_h)/T(x_e)·harder    Carnot at constant efficiency
//! harder   = L(x, y_r)/L(x_lim, y_r)·T(x_lim)/T(x) below the least x;  L(x_r, y)/L(x_r, y_lim) above the largest y
//! input   ≥ ΔT/(y_r − x_r + ΔT)                                      no less lift than at y = x
//! capacity = max c(x', y'), x' ≤ x, y' ≥ y                           c: the published capacity curve
//! ```
//!
//! x leaving water, y entering condenser water or air, °C; T = x + 273.15 K; h held inside the limits, r reference,
//! e: as requested where that is easier than the limit (warmer water, colder condenser), else held.
//!
//! Source: Carnot at constant efficiency. ΔT, the lift inside the machine (condenser range and
//! both heat exchangers' approaches), is read from each set itself: it is the one with which the extension leaves the
//! curve at its upper x and reference y with the curve's own slope. The seven sets give −9 … 30 K; it is held within
//! 7.5 … 30 K (water) or 15 … 30 K (air), and where a set's slope has the wrong sign it is 30 K, the least gain.
//!
//! The law kept: at one part load COP never falls as leaving water gets warmer or the condenser colder, for every set
//! and everywhere. Sets that break it inside their own limits get the smallest input above their fit that keeps
//! it, so that no machine is ever better than its fit (`breaks_lift_law` in the catalogue).
//!
//! Capacity outside: the slope of the fit at its upper x, at most 2 %/K for at most 10 K above; −4 %/K below
//! the least x; above the largest y the machine unloads with the square of the way to its high-head trip
//! (engineering estimates, unconfirmed: 1 to 3 %/K and 5 to 15 K by the room in motor and evaporator, −3 to −5 %/K by the density
//! of the suction gas, a straight line to the cube by the controls). Below `least_entering_c` head-pressure control holds the condenser.

use super::{ChillerCurves, Condenser};
use crate::physics::curves::Biquadratic;
use crate::units::KELVIN;

/// Bounds of the lift inside the machine, K.
const INNER_LIFT_K: (f64, f64, f64) = (7.5, 15.0, 30.0);
/// Maximum gain of capacity with leaving water above the limit, 1/K, and how far it goes, K.
const GAIN_PER_K: f64 = 0.02;
const GAIN_UP_TO_K: f64 = 10.0;
/// Loss of capacity with leaving water below the limit, 1/K.
const LOSS_PER_K: f64 = 0.04;

/// Quantities derived from a set of curves, once.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Law {
    /// Lift inside the machine, K.
    pub(super) inner_lift_k: f64,
    /// The fit of energy input obeys the law inside its limits.
    pub(super) input_obeys: bool,
    /// The fit of capacity does.
    pub(super) capacity_obeys: bool,
    least_input: f64,
    gain_per_k: f64,
}

impl Law {
    pub(super) fn of(c: &ChillerCurves) -> Self {
        let (x, y) = (c.energy_input.x.max, c.reference_entering_c);
        let y = c.energy_input.y.hold(y);
        let slope = c.energy_input.slopes(x, y).0 / c.energy_input.at(x, y);
        let (water_k, air_k, most_k) = INNER_LIFT_K;
        let least_k = match c.condenser {
            Condenser::Water => water_k,
            Condenser::Air => air_k,
        };
        // d ln(input)/dx = −1/L − 1/T
        let by_lift = slope + 1.0 / (x + KELVIN);
        let inner_lift_k = if by_lift < 0.0 {
            (-1.0 / by_lift - (y - x)).clamp(least_k, most_k)
        } else {
            most_k
        };
        let reference_k = c.reference_entering_c - c.reference_leaving_c + inner_lift_k;
        let (top, y) = (c.capacity.x.max, c.capacity.y.hold(c.reference_entering_c));
        let gain = c.capacity.slopes(top, y).0 / c.capacity.at(top, y);
        Self {
            inner_lift_k,
            input_obeys: monotone(&c.energy_input, -1.0, 1.0),
            capacity_obeys: monotone(&c.capacity, 1.0, -1.0),
            least_input: inner_lift_k / reference_k.max(inner_lift_k),
            gain_per_k: gain.clamp(0.0, GAIN_PER_K),
        }
    }

    /// Energy input per cooling at full load, relative to reference.
    pub(super) fn input(&self, c: &ChillerCurves, x: f64, y: f64) -> f64 {
        let curve = &c.energy_input;
        let y = y.max(c.least_entering_c);
        let (xh, yh) = (curve.x.hold(x), curve.y.hold(y));
        let published = if self.input_obeys {
            curve.at(xh, yh)
        } else {
            curve.highest((xh, curve.x.max), (curve.y.min, yh))
        };
        if x == xh && y == yh {
            return published;
        }
        let lift = |x: f64, y: f64| y - x + self.inner_lift_k;
        let kelvin = |x: f64| x + KELVIN;
        let (xe, ye) = (x.max(xh), y.min(yh));
        let easier = lift(xe, ye) / lift(xh, yh) * kelvin(xh) / kelvin(xe);
        let mut harder = 1.0;
        if x < xh {
            let yr = c.reference_entering_c;
            harder *= lift(x, yr) / lift(xh, yr) * kelvin(xh) / kelvin(x);
        }
        if y > yh {
            let xr = c.reference_leaving_c;
            harder *= lift(xr, y) / lift(xr, yh);
        }
        (published * easier * harder).max(self.least_input)
    }

    /// Capacity relative to reference that part load is counted on: that of the nearest limit of the curve.
    pub(super) fn base_capacity(&self, c: &ChillerCurves, x: f64, y: f64) -> f64 {
        let curve = &c.capacity;
        let (x, y) = (curve.x.hold(x), curve.y.hold(y));
        let ratio = if self.capacity_obeys {
            curve.at(x, y)
        } else {
            curve.highest((curve.x.min, x), (y, curve.y.max))
        };
        ratio.max(0.0)
    }

    /// Available gain over the base.
    pub(super) fn capacity_factor(&self, c: &ChillerCurves, x: f64, y: f64) -> f64 {
        let limits = &c.capacity;
        let by_leaving = if x > limits.x.max {
            1.0 + self.gain_per_k * (x - limits.x.max).min(GAIN_UP_TO_K)
        } else {
            (1.0 - LOSS_PER_K * (limits.x.min - x).max(0.0)).max(0.1)
        };
        let above_k = y - limits.y.max;
        let by_head = if above_k > 0.0 {
            let way = above_k / (c.trip_entering_c - limits.y.max).max(1.0);
            (1.0 - way * way).max(0.0)
        } else {
            1.0
        };
        by_leaving * by_head
    }
}

/// Whether the curve never moves against the given signs inside its limits. Its slopes are straight, so that corners
/// decide.
fn monotone(curve: &Biquadratic, sign_x: f64, sign_y: f64) -> bool {
    let (x, y) = (curve.x, curve.y);
    [
        (x.min, y.min),
        (x.min, y.max),
        (x.max, y.min),
        (x.max, y.max),
    ]
    .into_iter()
    .all(|(x, y)| {
        let (by_x, by_y) = curve.slopes(x, y);
        by_x * sign_x >= 0.0 && by_y * sign_y >= 0.0
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn all() -> BTreeMap<String, ChillerCurves> {
        toml::from_str(include_str!("../../../assets/catalogue/chillers.toml")).unwrap()
    }

    /// Carrier 19XR at 12.78/26.67 °C: input 0.88609, slope −0.026916/K or −3.0376 %/K; with 1/285.93 K that is a lift
    /// of 37.204 K, 23.314 K of it inside. At 18 °C the lift is 31.984 K, so the input is
    /// 0.88609·31.984/37.204·285.93/291.15 = 0.74811 and COP 5.53/0.74811 = 7.39.
    #[test]
    fn warm_water_by_hand() {
        let c = &all()["carrier-19xr-1586kw-vsd"];
        assert!(
            (c.inner_lift_k() - 23.314).abs() < 1e-3,
            "{}",
            c.inner_lift_k()
        );
        assert!((c.input_ratio(12.78, 26.67) - 0.88609).abs() < 1e-5);
        let warm = c.input_ratio(18.0, 26.67);
        assert!((warm - 0.74811).abs() < 1e-5, "{warm}");
    }

    /// The marks of the catalogue are those of the curves, and no others.
    #[test]
    fn sets_that_break_the_law_are_marked() {
        for (key, c) in all() {
            let breaks = !(c.law().input_obeys && c.law().capacity_obeys);
            assert_eq!(c.breaks_lift_law, breaks, "{key}");
        }
    }

    /// Inside the limits a set that obeys is its fit, to the last bit; one that breaks the law is never better.
    #[test]
    fn inside_the_limits_the_fit_holds() {
        for (key, c) in all() {
            let e = &c.energy_input;
            for i in 0..=20 {
                for j in 0..=20 {
                    let x = e.x.min + (e.x.max - e.x.min) * f64::from(i) / 20.0;
                    let y = e.y.min + (e.y.max - e.y.min) * f64::from(j) / 20.0;
                    let (fit, used) = (e.at(x, y), c.input_ratio(x, y));
                    assert!(used >= fit - 1e-12, "{key} {x} {y} {fit} {used}");
                    if c.law().input_obeys {
                        assert!((used - fit).abs() < 1e-12, "{key} {x} {y} {fit} {used}");
                    }
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        /// COP falls as lift rises and capacity with it, for every set, everywhere.
        #[test]
        fn the_law_holds_everywhere(x1 in 0.0..50.0f64, x2 in 0.0..50.0f64, y1 in -40.0..60.0f64, y2 in -40.0..60.0f64) {
            let (cold, warm) = (x1.min(x2), x1.max(x2));
            let (cool, hot) = (y1.min(y2), y1.max(y2));
            for (key, c) in all() {
                prop_assert!(c.input_ratio(warm, cool) <= c.input_ratio(cold, cool) + 1e-12, "{key}");
                prop_assert!(c.input_ratio(cold, hot) >= c.input_ratio(cold, cool) - 1e-12, "{key}");
                prop_assert!(c.capacity_ratio(warm, cool) >= c.capacity_ratio(cold, cool) - 1e-12, "{key}");
                prop_assert!(c.capacity_ratio(cold, hot) <= c.capacity_ratio(cold, cool) + 1e-12, "{key}");
                prop_assert!(c.capacity_ratio(cold, hot) >= 0.0);
            }
        }

        /// Nothing jumps: a millikelvin changes little, at the limits as well as elsewhere.
        #[test]
        fn nothing_jumps(x in 0.0..50.0f64, y in -40.0..60.0f64) {
            for (key, c) in all() {
                let at = c.input_ratio(x, y);
                for (dx, dy) in [(1e-3, 0.0), (0.0, 1e-3)] {
                    prop_assert!((c.input_ratio(x + dx, y + dy) / at - 1.0).abs() < 2e-4, "{key}");
                    let change = c.capacity_ratio(x + dx, y + dy) - c.capacity_ratio(x, y);
                    prop_assert!(change.abs() < 2e-3, "{key} {change}");
                }
            }
        }
    }
}
