//! The balance of a tank during a step, for one tank and for all of them together. The equations are those of
//! `immersion`.

#![expect(clippy::inline_always, reason = "see `vector::Loop`")]

use super::Tanks;
use crate::cooling::mass::Stretches;
use crate::cooling::zones::{Under, Zones};
use crate::vector::{self, Simd};

/// Heat into the tanks, W.
#[derive(Clone, Copy)]
pub(super) struct Heat<'a> {
    pub(super) rack_w: &'a [f64],
    pub(super) pump_w: f64,
}

/// Over all tanks after a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sums {
    /// Sums of the temperatures of their hot and cold zones at the end.
    pub(super) sum_c: [f64; 2],
    /// Lowest and highest hot zone at the end.
    pub(super) hot_c: (f64, f64),
    /// Heat of all racks, W.
    pub(super) heat_w: f64,
}

/// The loop over all tanks under one limit: the end is a straight line in the start and the heat.
struct AllTanks<'a> {
    start_c: [&'a [f64]; 2],
    heat_w: &'a [f64],
    end_c: [&'a mut [f64]; 2],
    /// Of the hot and of the cold end: at 0 °C without heat, per kelvin of the hot and of the cold start, per watt.
    lines: [[f64; 4]; 2],
}

impl vector::WithSimd for AllTanks<'_> {
    type Output = Sums;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Sums {
        let [start_hot, start_cold] = self.start_c;
        let [end_hot, end_cold] = self.end_c;
        let [
            [at_0, per_hot, per_cold, per_w],
            [cold_at_0, cold_per_hot, cold_per_cold, cold_per_w],
        ] = self.lines;
        let tanks = start_hot.iter().zip(start_cold).zip(self.heat_w);
        for (((hot_c, cold_c), heat_w), (end_hot_c, end_cold_c)) in
            tanks.zip(end_hot.iter_mut().zip(&mut *end_cold))
        {
            *end_hot_c = at_0 + per_hot * hot_c + per_cold * cold_c + per_w * heat_w;
            *end_cold_c =
                cold_at_0 + cold_per_hot * hot_c + cold_per_cold * cold_c + cold_per_w * heat_w;
        }
        Sums {
            sum_c: [vector::sum(simd, end_hot), vector::sum(simd, end_cold)],
            hot_c: vector::range(simd, end_hot),
            heat_w: vector::sum(simd, self.heat_w),
        }
    }
}

/// A step under one limit as a straight line, see `AllTanks`: it is known from four points.
fn lines(under: &Under, pump_w: f64) -> [[f64; 4]; 2] {
    let rest = under.end_c([0.0; 2], pump_w);
    let by_hot = under.end_c([1.0, 0.0], pump_w);
    let by_cold = under.end_c([0.0, 1.0], pump_w);
    let by_w = under.end_c([0.0; 2], pump_w + 1e3);
    [0, 1].map(|zone| {
        [
            rest[zone],
            by_hot[zone] - rest[zone],
            by_cold[zone] - rest[zone],
            1e-3 * (by_w[zone] - rest[zone]),
        ]
    })
}

/// All tanks under one limit: plain loops over flat arrays, which the compiler turns into vector code.
pub(super) fn advance_all(under: &Under, state: &Tanks, next: &mut Tanks, heat: Heat<'_>) -> Sums {
    vector::widest(AllTanks {
        start_c: [&state.hot_c, &state.cold_c],
        heat_w: heat.rack_w,
        end_c: [&mut next.hot_c, &mut next.cold_c],
        lines: lines(under, heat.pump_w),
    })
}

/// The loop over all tanks, each under the limit that binds at its start. The hot end of those that may meet another on the way
/// is no number.
struct EachTank<'a> {
    start_c: [&'a [f64]; 2],
    heat: Heat<'a>,
    end_c: [&'a mut [f64]; 2],
    zones: &'a Zones,
    stretches: &'a Stretches,
    /// As in `AllTanks`, by stretch.
    lines: [[[f64; 4]; 2]; 3],
}

impl vector::Loop for EachTank<'_> {
    /// How many may.
    type Output = u64;

    #[inline(always)]
    fn call(self) -> u64 {
        let [start_hot, start_cold] = self.start_c;
        let [end_hot, end_cold] = self.end_c;
        let (zones, [second_c, third_c]) = (self.zones, self.stretches.from_c);
        let pump_w = self.heat.pump_w;
        let lines = self.lines;
        let mut odd = 0;
        let tanks = start_hot.iter().zip(start_cold).zip(self.heat.rack_w);
        for (((&hot_c, &cold_c), &heat_w), (end_hot_c, end_cold_c)) in
            tanks.zip(end_hot.iter_mut().zip(end_cold))
        {
            let stretch = |hot_c: f64| [hot_c > second_c, hot_c > third_c];
            let here = stretch(hot_c);
            let end_c = |zone: usize| {
                let by = |figure: usize| {
                    let [first, second, third] = lines.map(|lines| lines[zone][figure]);
                    let warm = if here[1] { third } else { second };
                    if here[0] { warm } else { first }
                };
                by(0) + by(1) * hot_c + by(2) * cold_c + by(3) * heat_w
            };
            let (hot_end_c, cold_end_c) = (end_c(0), end_c(1));
            let from_k_s = zones.rate_k_s([hot_c, cold_c], heat_w + pump_w);
            let to_k_s = zones.rate_k_s([hot_end_c, cold_end_c], heat_w + pump_w);
            // The hot zone turns once at most, and then before its tangent ends.
            let tangent_c = if from_k_s * to_k_s < 0.0 {
                hot_c + from_k_s * zones.dt_s
            } else {
                hot_c
            };
            let meets_other = (stretch(hot_end_c) != here) | (stretch(tangent_c) != here);
            odd += u64::from(meets_other);
            *end_hot_c = if meets_other { f64::NAN } else { hot_end_c };
            *end_cold_c = cold_end_c;
        }
        odd
    }
}

/// Each tank under the limits that bind in it, one after the other.
pub(super) fn advance_each(zones: &Zones, state: &Tanks, next: &mut Tanks, heat: Heat<'_>) -> Sums {
    let stretches = zones.stretches();
    let ready = stretches.sinks.map(|sink| zones.under(sink));
    let odd = vector::widest(EachTank {
        start_c: [&state.hot_c, &state.cold_c],
        heat,
        end_c: [&mut next.hot_c, &mut next.cold_c],
        zones,
        stretches: &stretches,
        lines: ready.map(|under| lines(&under, heat.pump_w)),
    });
    if odd > 0 {
        let starts = state.hot_c.iter().zip(state.cold_c.iter());
        let ends = next.hot_c.iter_mut().zip(next.cold_c.iter_mut());
        for (((&hot_c, &cold_c), &hot_w), (end_hot_c, end_cold_c)) in
            starts.zip(heat.rack_w).zip(ends)
        {
            if end_hot_c.is_nan() {
                let heat_w = hot_w + heat.pump_w;
                [*end_hot_c, *end_cold_c] =
                    zones.end_c([hot_c, cold_c], heat_w, &stretches, Some(&ready));
            }
        }
    }
    Sums {
        sum_c: [vector::total(&next.hot_c), vector::total(&next.cold_c)],
        hot_c: vector::extent(&next.hot_c),
        heat_w: vector::total(heat.rack_w),
    }
}

/// Halfway between the zones of each tank, into `racks`; returns the lowest and highest.
pub(super) fn halfway(hot_c: &[f64], cold_c: &[f64], racks: &mut [f64]) -> (f64, f64) {
    struct Halfway<'a>(&'a [f64], &'a [f64], &'a mut [f64]);
    impl vector::WithSimd for Halfway<'_> {
        type Output = (f64, f64);
        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) -> (f64, f64) {
            for ((rack, hot_c), cold_c) in self.2.iter_mut().zip(self.0).zip(self.1) {
                *rack = 0.5 * (hot_c + cold_c);
            }
            vector::range(simd, self.2)
        }
    }
    vector::widest(Halfway(hot_c, cold_c, racks))
}
