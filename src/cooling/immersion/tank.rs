//! The balance of a tank during a step, for one tank and for all of them together. The equations are those of
//! `immersion`.

#![expect(clippy::inline_always, reason = "see `vector::Loop`")]

use super::Tanks;
use crate::cooling::Sink;
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

/// All tanks under one limit: plain loops over flat arrays, which the compiler turns into vector code.
pub(super) fn advance_all(under: &Under, state: &Tanks, next: &mut Tanks, heat: Heat<'_>) -> Sums {
    // The step is a straight line: it is known from four points.
    let rest = under.end_c([0.0; 2], heat.pump_w);
    let by_hot = under.end_c([1.0, 0.0], heat.pump_w);
    let by_cold = under.end_c([0.0, 1.0], heat.pump_w);
    let by_w = under.end_c([0.0; 2], heat.pump_w + 1e3);
    let line = |zone: usize| {
        [
            rest[zone],
            by_hot[zone] - rest[zone],
            by_cold[zone] - rest[zone],
            1e-3 * (by_w[zone] - rest[zone]),
        ]
    };
    vector::widest(AllTanks {
        start_c: [&state.hot_c, &state.cold_c],
        heat_w: heat.rack_w,
        end_c: [&mut next.hot_c, &mut next.cold_c],
        lines: [line(0), line(1)],
    })
}

/// Each tank under the limits that bind in it, one after the other.
pub(super) fn advance_each(zones: &Zones, state: &Tanks, next: &mut Tanks, heat: Heat<'_>) -> Sums {
    let ready = [zones.control, zones.exchanger, Sink::NONE].map(|sink| zones.under(sink));
    let starts = state.hot_c.iter().zip(state.cold_c.iter());
    let ends = next.hot_c.iter_mut().zip(next.cold_c.iter_mut());
    let mut range_c = (f64::INFINITY, f64::NEG_INFINITY);
    for (((&hot_c, &cold_c), &hot_w), (end_hot_c, end_cold_c)) in starts.zip(heat.rack_w).zip(ends)
    {
        [*end_hot_c, *end_cold_c] = zones.end_c([hot_c, cold_c], hot_w + heat.pump_w, &ready);
        range_c = (range_c.0.min(*end_hot_c), range_c.1.max(*end_hot_c));
    }
    Sums {
        sum_c: [vector::total(&next.hot_c), vector::total(&next.cold_c)],
        hot_c: range_c,
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
