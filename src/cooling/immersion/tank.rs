//! The balance of a tank during a step, for one tank and for all of them together. The equations are those of
//! `immersion`.

#![expect(clippy::inline_always, reason = "see `vector::Loop`")]

use super::Tanks;
use crate::cooling::Sink;
use crate::cooling::mass::Mass;
use crate::vector;

/// Heat into the tanks, W.
#[derive(Clone, Copy)]
pub(super) struct Heat<'a> {
    pub(super) rack_w: &'a [f64],
    pub(super) pump_w: f64,
}

/// Over all tanks after a step.
pub(super) struct Sums {
    /// Sum of the bulk temperatures at the start, and of their changes.
    pub(super) start_k: f64,
    pub(super) change_k: f64,
    /// Lowest and highest bulk and mean temperature at the end.
    pub(super) bulk_c: (f64, f64),
    pub(super) mean_c: (f64, f64),
}

/// Fluid the chips meet, halfway between supply and bulk, as slope and offset over the bulk temperature: half of
/// what `sink` draws lies between them.
fn mean_line(sink: Sink, half_k_w: f64) -> (f64, f64) {
    let share = half_k_w * sink.conductance_w_k;
    (1.0 - share, share * sink.temp_c)
}

/// The loop over all tanks under one limit.
struct AllTanks<'a> {
    start_c: &'a [f64],
    heat_w: &'a [f64],
    end_c: &'a mut [f64],
    mean_c: &'a mut [f64],
    /// Where a tank without IT heat would settle, °C; kelvin per watt above that; share of the way made in the step.
    rest_c: f64,
    per_w: f64,
    approach: f64,
    /// What the chips meet, over the bulk.
    slope: f64,
    offset_c: f64,
}

impl vector::Loop for AllTanks<'_> {
    type Output = Sums;

    #[inline(always)]
    fn call(self) -> Sums {
        let Self {
            rest_c,
            per_w,
            approach,
            slope,
            offset_c,
            ..
        } = self;
        let tanks = self.start_c.iter().zip(self.heat_w);
        for ((start_c, heat_w), end_c) in tanks.zip(&mut *self.end_c) {
            *end_c = start_c + (rest_c + heat_w * per_w - start_c) * approach;
        }
        for (end_c, mean_c) in self.end_c.iter().zip(self.mean_c) {
            *mean_c = slope * end_c + offset_c;
        }
        let (low_c, high_c) = vector::range(self.end_c);
        let start_k = vector::sum(self.start_c);
        Sums {
            start_k,
            change_k: vector::sum(self.end_c) - start_k,
            bulk_c: (low_c, high_c),
            mean_c: (slope * low_c + offset_c, slope * high_c + offset_c),
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
        half_k_w: f64,
    ) -> Sums {
        let per_w = 1.0 / sink.conductance_w_k;
        let approach = -(-self.dt_s * sink.conductance_w_k / self.mass_j_k).exp_m1();
        let rest_c = sink.temp_c + heat.pump_w * per_w;
        // What the chips meet follows the bulk by a straight line under one limit.
        let (slope, offset_c) = mean_line(sink, half_k_w);
        vector::widest(AllTanks {
            start_c: &state.bulk_c,
            heat_w: heat.rack_w,
            end_c: &mut next.bulk_c,
            mean_c: &mut next.mean_c,
            rest_c,
            per_w,
            approach,
            slope,
            offset_c,
        })
    }

    /// Each tank under the limits that bind in it, one after the other.
    pub(super) fn advance_each(
        &self,
        state: &Tanks,
        next: &mut Tanks,
        heat: Heat<'_>,
        half_k_w: f64,
    ) -> Sums {
        let none = (f64::INFINITY, f64::NEG_INFINITY);
        let mut sums = Sums {
            start_k: 0.0,
            change_k: 0.0,
            bulk_c: none,
            mean_c: none,
        };
        let widen = |range: &mut (f64, f64), c: f64| *range = (range.0.min(c), range.1.max(c));
        let tanks = state.bulk_c.iter().zip(heat.rack_w);
        for ((&start_c, &heat_w), (end, mean)) in
            tanks.zip(next.bulk_c.iter_mut().zip(&mut next.mean_c))
        {
            let given_w = heat_w + heat.pump_w;
            *end = self.piecewise(start_c, given_w);
            let sink = Sink::binding(self.control, self.exchanger, *end);
            let (slope, offset_c) = mean_line(sink, half_k_w);
            *mean = slope * *end + offset_c;
            sums.start_k += start_c;
            sums.change_k += *end - start_c;
            widen(&mut sums.bulk_c, *end);
            widen(&mut sums.mean_c, *mean);
        }
        sums
    }
}
