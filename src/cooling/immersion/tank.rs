//! The balance of a tank during a step, for one tank and for all of them together. The equations are those of
//! `immersion`.

#![expect(clippy::inline_always, reason = "see `vector::Loop`")]

use super::Tanks;
use crate::cooling::Sink;
use crate::cooling::mass::Mass;
use crate::vector::{self, Simd};

/// Heat into the tanks, W.
#[derive(Clone, Copy)]
pub(super) struct Heat<'a> {
    pub(super) rack_w: &'a [f64],
    pub(super) pump_w: f64,
}

/// Over all tanks after a step.
pub(super) struct Sums {
    /// Heat of all racks, W.
    pub(super) heat_w: f64,
    /// Sum of the bulk temperatures at the end.
    pub(super) bulk_sum_c: f64,
    /// Lowest and highest bulk temperature at the end.
    pub(super) bulk_c: (f64, f64),
}

/// Coolant at the chips over the bulk of their tank.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Met {
    /// One limit binds in all tanks: a straight line, slope and offset.
    Line(f64, f64),
    /// The binding limit differs by tank.
    Each {
        control: Sink,
        exchanger: Sink,
        half_k_w: f64,
    },
}

impl Met {
    /// Fluid the chips meet, halfway between supply and bulk: half of what `sink` draws lies between them.
    pub(super) fn under(sink: Sink, half_k_w: f64) -> Self {
        let share = half_k_w * sink.conductance_w_k;
        Self::Line(1.0 - share, share * sink.temp_c)
    }

    /// At one bulk temperature.
    pub(super) fn at(self, bulk_c: f64) -> f64 {
        match self {
            Self::Line(slope, offset_c) => slope * bulk_c + offset_c,
            Self::Each {
                control,
                exchanger,
                half_k_w,
            } => bulk_c - half_k_w * Sink::binding(control, exchanger, bulk_c).draw_w(bulk_c),
        }
    }

    /// Of all tanks, into `racks`. Returns the lowest and highest; `range_c` is that of the bulk.
    pub(super) fn all(self, bulk_c: &[f64], range_c: (f64, f64), racks: &mut [f64]) -> (f64, f64) {
        match self {
            Self::Line(slope, offset_c) => {
                vector::line(slope, offset_c, bulk_c, racks);
                (self.at(range_c.0), self.at(range_c.1))
            }
            Self::Each { .. } => {
                let mut range_c = (f64::INFINITY, f64::NEG_INFINITY);
                for (rack, bulk_c) in racks.iter_mut().zip(bulk_c) {
                    *rack = self.at(*bulk_c);
                    range_c = (range_c.0.min(*rack), range_c.1.max(*rack));
                }
                range_c
            }
        }
    }
}

/// The loop over all tanks under one limit.
struct AllTanks<'a> {
    start_c: &'a [f64],
    heat_w: &'a [f64],
    end_c: &'a mut [f64],
    /// Where a tank without IT heat would settle, °C; kelvin per watt above that; share of the way made in the step.
    rest_c: f64,
    per_w: f64,
    approach: f64,
}

impl vector::WithSimd for AllTanks<'_> {
    type Output = Sums;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> Sums {
        let Self {
            rest_c,
            per_w,
            approach,
            ..
        } = self;
        let tanks = self.start_c.iter().zip(self.heat_w);
        for ((start_c, heat_w), end_c) in tanks.zip(&mut *self.end_c) {
            *end_c = start_c + (rest_c + heat_w * per_w - start_c) * approach;
        }
        Sums {
            heat_w: vector::sum(simd, self.heat_w),
            bulk_sum_c: vector::sum(simd, self.end_c),
            bulk_c: vector::range(simd, self.end_c),
        }
    }
}

impl Mass {
    /// The limit that binds at both ends of a range (then, both being straight, everywhere inside it).
    pub(super) fn binding_for(&self, (low_c, high_c): (f64, f64)) -> Option<Sink> {
        let sink = Sink::binding(self.control, self.exchanger, low_c);
        (sink.conductance_w_k > 0.0 && Sink::binding(self.control, self.exchanger, high_c) == sink)
            .then_some(sink)
    }

    /// All tanks under one limit: plain loops over flat arrays, which the compiler turns into vector code.
    pub(super) fn advance_all(
        &self,
        sink: Sink,
        state: &Tanks,
        next: &mut Tanks,
        heat: Heat<'_>,
    ) -> Sums {
        let per_w = 1.0 / sink.conductance_w_k;
        vector::widest(AllTanks {
            start_c: &state.bulk_c,
            heat_w: heat.rack_w,
            end_c: &mut next.bulk_c,
            rest_c: sink.temp_c + heat.pump_w * per_w,
            per_w,
            approach: -(-self.dt_s * sink.conductance_w_k / self.mass_j_k).exp_m1(),
        })
    }

    /// Each tank under the limits that bind in it, one after the other.
    pub(super) fn advance_each(&self, state: &Tanks, next: &mut Tanks, heat: Heat<'_>) -> Sums {
        let tanks = state.bulk_c.iter().zip(heat.rack_w);
        let (many, mut range_c) = (self.many(), (f64::INFINITY, f64::NEG_INFINITY));
        for ((&start_c, &heat_w), end_c) in tanks.zip(next.bulk_c.iter_mut()) {
            *end_c = many.end_c(start_c, heat_w + heat.pump_w);
            range_c = (range_c.0.min(*end_c), range_c.1.max(*end_c));
        }
        Sums {
            heat_w: vector::total(heat.rack_w),
            bulk_sum_c: vector::total(&next.bulk_c),
            bulk_c: range_c,
        }
    }
}
