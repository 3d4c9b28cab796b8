//! A chiller outside its published curves, and where those break a law of nature.
//!
//! ```text
//! M(x, y)  = max f(x', y'), x' ≥ x, y' ≤ y, inside the limits      f: the published energy-input curve
//! L        = y − x + ΔT                                              lift of the refrigerant, K
//! input    = M(x_h, y_h)·(L(x_e, y_e) + Λ)/(L(x_h, y_h) + Λ)·T(x_h)/T(x_e)·harder
//! harder   = as easier, from x_lim down to x at y_r;  from y_lim up to y at x_r
//! input   ≥ κ·(max(L, L_min) + Λ)/T(x),  κ = min M·T/(L + Λ)         the set's own best inside its limits
//! power   ≥ Q·max(y − x + p·ΔT, L_min)/(η·T(x))                      Carnot at the best efficiency; p part load
//! capacity = max c(x', y'), x' ≤ x, y' ≥ y                           c: the published capacity curve
//! ```
//!
//! x leaving water, y entering condenser water or air, °C; T = x + 273.15 K; h held inside the limits, r reference,
//! e: as requested where that is easier than the limit (warmer water, colder condenser), else held.
//!
//! Source: the work per cooling is Carnot's at constant efficiency, L/T, and losses that do not fall with the lift (motor,
//! bearings, throttled vanes), written as a lift Λ of their own. ΔT, the lift inside the machine (condenser range and both
//! exchangers), was 8.6 K in the median and below 10.5 K for 95 % of 1,948 hours of a Carrier 19XR: it is held within 7 …
//! 12 K, with an air-cooled condenser of 11 … 17 K over entering air within 15 … 20 K. ΔT + Λ is read from each set itself:
//! it leaves the curve at its upper x and reference y with the curve's own slope. Λ is a tenth to half of the work there:
//! half is what the curves of ASHRAE 90.1 by R. Lord show between 6.67 and 20 °C (fixed speed; the bound is fitted to
//! them), about a tenth those of a 4,028 kW machine of variable speed for 15 to 20 °C. Where a set's slope has the wrong
//! sign both are largest, the least gain. An entry may state either.
//!
//! `L_min` is the least lift that the machine keeps up, for oil return and the cooling of its motor, and not above the least
//! inside the limits of its curves: condenser water that is colder, or leaving water that is warmer, brings no more than that
//! lift with the best work per lift that the set itself has.
//! η = 0.8 of Carnot's COP at this lift, or the set's own best inside its limits where that is more (unconfirmed, 0.75 to
//! 0.85: machines at the minimum of ASHRAE 90.1 reach 0.70 to 0.76 at their reference point); it binds at part load alone.
//!
//! The law kept: at one part load COP never falls as leaving water gets warmer or the condenser colder, for every set
//! and everywhere. Sets that break it inside their own limits get the smallest input above their fit that keeps
//! it, so that no machine is ever better than its fit (`breaks_lift_law` in the catalogue).
//!
//! Capacity outside: the slope of the fit at its upper x, at most 2 %/K for at most 10 K above; −4 %/K below
//! the least x; above the largest y the machine unloads with the square of the way to its high-head trip
//! (engineering estimates, unconfirmed: 1 to 3 %/K and 5 to 15 K by the room in motor and evaporator, −3 to −5 %/K by the density
//! of the suction gas, a straight line to the cube by the controls). Below `least_entering_c` head-pressure control holds the condenser.
//!
//! Reformulated curves, over the condenser water that leaves, are turned once into curves over the water that enters at full
//! load, y − `condenser_rise_k`; at part load the rise is smaller, see `bank.rs`.

use super::{ChillerCurves, Condenser};
use crate::physics::curves::Biquadratic;
use crate::units::KELVIN;

/// Bounds of the lift inside the machine, K: with condenser water, with air.
const INNER_LIFT_K: [(f64, f64); 2] = [(7.0, 12.0), (15.0, 20.0)];
/// Bounds of the part of the work that does not fall with the lift.
const LOSS_SHARE: (f64, f64) = (0.1, 0.5);
/// Least lift that a machine keeps up, K: with condenser water, with air.
const LEAST_LIFT_K: [f64; 2] = [12.0, 20.0];
/// Best COP over Carnot's, where a set itself has none better.
const BEST_EFFICIENCY: f64 = 0.8;
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
    /// Losses that do not fall with the lift, as a lift, K.
    pub(super) lost_k: f64,
    /// Least lift that the machine keeps up, K, and the same where its curves go further.
    least_lift_k: f64,
    held_lift_k: f64,
    /// The least work per lift, with its losses, inside the limits.
    best_work: f64,
    /// Best COP over Carnot's.
    efficiency: f64,
    /// The fit of energy input obeys the law inside its limits.
    pub(super) input_obeys: bool,
    /// The fit of capacity does.
    pub(super) capacity_obeys: bool,
    /// The curves over entering condenser water or air.
    pub(super) energy_input: Biquadratic,
    pub(super) capacity: Biquadratic,
    gain_per_k: f64,
}

impl Law {
    pub(super) fn of(c: &ChillerCurves) -> Self {
        let rise_k = c.condenser_rise_k.unwrap_or(0.0);
        let (energy_input, capacity) = (c.energy_input.over(rise_k), c.capacity.over(rise_k));
        let kind = match c.condenser {
            Condenser::Water => 0,
            Condenser::Air => 1,
        };
        let (x, y) = (energy_input.x.max, c.reference_entering_c);
        let y = energy_input.y.hold(y);
        let slope = energy_input.slopes(x, y).0 / energy_input.at(x, y);
        // d ln(input)/dx = −1/(L + Λ) − 1/T
        let by_lift = slope + 1.0 / (x + KELVIN);
        let whole_k = if by_lift < 0.0 {
            -1.0 / by_lift - (y - x)
        } else {
            f64::INFINITY
        };
        let (least_k, most_k) = INNER_LIFT_K[kind];
        let inner_lift_k = c.inner_lift_k.unwrap_or(whole_k.clamp(least_k, most_k));
        let lift_k = (y - x + inner_lift_k).max(1.0);
        let lost = |share: f64| lift_k * share / (1.0 - share);
        let lost_k = match c.loss_share {
            Some(share) => lost(share),
            None => (whole_k - inner_lift_k).clamp(lost(LOSS_SHARE.0), lost(LOSS_SHARE.1)),
        };
        let least_lift_k = c.least_lift_k.unwrap_or(LEAST_LIFT_K[kind]);
        let (top, y) = (capacity.x.max, capacity.y.hold(c.reference_entering_c));
        let gain = capacity.slopes(top, y).0 / capacity.at(top, y);
        let mut law = Self {
            best_work: f64::INFINITY,
            efficiency: BEST_EFFICIENCY,
            inner_lift_k,
            lost_k,
            least_lift_k,
            held_lift_k: least_lift_k.min(energy_input.y.min - x + inner_lift_k),
            input_obeys: monotone(&energy_input, -1.0, 1.0),
            capacity_obeys: monotone(&capacity, 1.0, -1.0),
            gain_per_k: gain.clamp(0.0, GAIN_PER_K),
            energy_input,
            capacity,
        };
        let steps =
            |from: f64, to: f64| (0..=40).map(move |i| from + (to - from) * f64::from(i) / 40.0);
        let (xs, ys) = (energy_input.x, energy_input.y);
        for y in steps(ys.min, ys.max) {
            for x in steps(xs.min, xs.max) {
                let input = law.free_input(c, x, y);
                law.best_work = law.best_work.min(input / law.work(x, y));
                let cop = c.reference_cop / input;
                let lift_k = (y - x + inner_lift_k).max(1.0);
                law.efficiency = law.efficiency.max(cop * lift_k / (x + KELVIN));
            }
        }
        law
    }

    /// Energy input per cooling at full load, relative to reference.
    pub(super) fn input(&self, c: &ChillerCurves, x: f64, y: f64) -> f64 {
        let y = y.max(c.least_entering_c);
        let held_k = self.held_lift_k - self.inner_lift_k;
        let least = self.best_work * self.work(x, y.max(x + held_k));
        self.free_input(c, x, y).max(least)
    }

    /// Lift of the refrigerant and of losses over the absolute temperature.
    fn work(&self, x: f64, y: f64) -> f64 {
        (y - x + self.inner_lift_k + self.lost_k).max(1.0) / (x + KELVIN)
    }

    /// The same, whatever the lift.
    fn free_input(&self, c: &ChillerCurves, x: f64, y: f64) -> f64 {
        let curve = &self.energy_input;
        let (xh, yh) = (curve.x.hold(x), curve.y.hold(y));
        let published = if self.input_obeys {
            curve.at(xh, yh)
        } else {
            curve.highest((xh, curve.x.max), (curve.y.min, yh))
        };
        if x == xh && y == yh {
            return published;
        }
        let work = |x: f64, y: f64| self.work(x, y);
        let mut ratio = work(x.max(xh), y.min(yh)) / work(xh, yh);
        if x < xh {
            let yr = c.reference_entering_c;
            ratio *= work(x, yr) / work(xh, yr);
        }
        if y > yh {
            let xr = c.reference_leaving_c;
            ratio *= work(xr, y) / work(xr, yh);
        }
        published * ratio
    }

    /// The least electricity per cooling that any machine would need at a part load.
    pub(super) fn least_input(&self, c: &ChillerCurves, x: f64, y: f64, load: f64) -> f64 {
        let y = y.max(c.least_entering_c);
        let lift_k = (y - x + load * self.inner_lift_k).max(self.held_lift_k.max(1.0));
        lift_k / (self.efficiency * (x + KELVIN))
    }

    /// Condenser water below which the lift is less than the machine keeps up, °C.
    pub(super) fn least_entering_c(&self, c: &ChillerCurves, x: f64) -> f64 {
        c.least_entering_c
            .max(x + self.least_lift_k - self.inner_lift_k)
    }

    /// Capacity relative to reference that part load is counted on: that of the nearest limit of the curve, and of the
    /// condensing pressure that is held.
    pub(super) fn base_capacity(&self, c: &ChillerCurves, x: f64, y: f64) -> f64 {
        let curve = &self.capacity;
        let y = y.max(c.least_entering_c);
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
        let limits = &self.capacity;
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
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;

    fn all() -> &'static BTreeMap<String, ChillerCurves> {
        static ALL: LazyLock<BTreeMap<String, ChillerCurves>> = LazyLock::new(|| {
            toml::from_str(include_str!("../../../assets/catalogue/chillers.toml")).unwrap()
        });
        &ALL
    }

    /// Carrier 19XR at 12.78/26.67 °C: input 0.88609, slope −0.026916/K or −3.0376 %/K; with 1/285.93 K that is a lift
    /// of 37.204 K with its losses: 13.89 K between the waters, 12 K inside at most, 11.314 K for losses, 0.304 of the
    /// work. At 18 °C it is 31.984 K, so the input is 0.88609·31.984/37.204·285.93/291.15 = 0.74811 and COP 5.53/0.74811 =
    /// 7.39.
    #[test]
    fn warm_water_by_hand() {
        let c = &all()["carrier-19xr-1586kw-vsd"];
        let law = c.law();
        assert_eq!(law.inner_lift_k, 12.0);
        assert!((law.lost_k - 11.314).abs() < 1e-3, "{law:?}");
        assert!((c.input_ratio(12.78, 26.67) - 0.88609).abs() < 1e-5);
        let warm = c.input_ratio(18.0, 26.67);
        assert!((warm - 0.74811).abs() < 1e-5, "{warm}");
    }

    /// Far below the chilled water the machine keeps up 12 K. Its best work per lift is that at 12.78/30 °C, the hottest: 0.95321
    /// for 17.22 + 12 + 11.314 K. So it is 0.95321·23.314/40.534·285.93/291.15 = 0.53842 and COP 10.271.
    #[test]
    fn the_least_lift_by_hand() {
        let mut c = all()["carrier-19xr-1586kw-vsd"].clone();
        assert_eq!(c.least_condenser_c(18.0), 18.0);
        assert_eq!(c.least_condenser_c(7.0), 12.78);
        c.least_entering_c = -20.0;
        for y in [-20.0, 0.0, 8.0] {
            let cop = 5.53 / c.input_ratio(18.0, y);
            assert!((cop - 10.271).abs() < 0.005, "{y} {cop}");
        }
    }

    /// Curves over leaving condenser water give at an entering one, at full load, what they give at that and the rise.
    #[test]
    fn reformulated_curves_are_taken_at_the_water_that_leaves() {
        let c = &all()["ashrae-90-1-2010-centrifugal"];
        let (x, y) = (12.0, 25.0);
        let fit = c.energy_input.at(x, y + 5.56);
        assert!((c.input_ratio(x, y) / fit - 1.0).abs() < 1e-12);
        // 0.6772577 + 0.1414284 − 0.0283248 + 0.0440492 + 0.2806453 − 0.2496263
        assert!((fit - 0.86543).abs() < 1e-4, "{fit}");
    }

    /// The marks of the catalogue are those of the curves, and no others.
    #[test]
    fn sets_that_break_the_law_are_marked() {
        for (key, c) in all() {
            let breaks = !(c.law().input_obeys && c.law().capacity_obeys);
            assert_eq!(c.breaks_lift_law, breaks, "{key} {:?}", c.law());
        }
    }

    /// Inside the limits a set that obeys is its fit, to the last bit; one that breaks the law is never better.
    #[test]
    fn inside_the_limits_the_fit_holds() {
        for (key, c) in all() {
            let e = &c.law().energy_input;
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
