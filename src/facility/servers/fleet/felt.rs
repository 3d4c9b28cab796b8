//! The coolant that chips feel: that of their rack, as late as their heat sinks follow it (`it::server`, lag).
//!
//! ```text
//! T_felt ← T_felt + (T_coolant + (f − 1)·R·P − T_felt)·(1 − e^(−dt/τ))
//! ```
//!
//! f: resistance over that of the design, where the coolant stands still; R·P is the rise of the rack's hottest chip in the step
//! before. The coolant is that at the end of the interval, so what is felt leads a ramp by half a step: it stands for the
//! middle of the step that is read with it.

#![expect(clippy::inline_always, reason = "see `vector::Loop`")]

use super::super::operating_table::outward;
use super::Fleet;
use crate::snapshot::Racks;
use crate::vector::{self, Flat, Simd};

/// Felt coolant of all racks.
#[derive(Debug)]
pub(super) struct Felt {
    /// Time constant, s.
    lag_s: f64,
    /// Step for which `share` holds, s.
    dt_s: f64,
    /// Of the way to the coolant made in a step.
    share: f64,
    /// By rack, °C; empty before the first step.
    pub(super) rack_c: Flat,
}

impl Felt {
    pub(super) fn new(lag_s: f64) -> Self {
        Self {
            lag_s,
            dt_s: f64::NAN,
            share: 1.0,
            rack_c: Flat::default(),
        }
    }
}

/// The loop over all racks; returns the lowest and highest.
struct Follow<'a> {
    coolant_c: &'a [f64],
    /// Rise of the hottest chip over what it felt, K.
    chip_c: &'a [f64],
    felt_c: &'a mut [f64],
    share: f64,
    /// Of that rise, what a weaker film adds.
    weaker: f64,
}

impl vector::WithSimd for Follow<'_> {
    type Output = (f64, f64);

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> (f64, f64) {
        let (share, weaker) = (self.share, self.weaker);
        if weaker == 0.0 {
            for (felt_c, coolant_c) in self.felt_c.iter_mut().zip(self.coolant_c) {
                *felt_c += (coolant_c - *felt_c) * share;
            }
        } else {
            let racks = self.coolant_c.iter().zip(self.chip_c);
            for (felt_c, (coolant_c, chip_c)) in self.felt_c.iter_mut().zip(racks) {
                *felt_c += (coolant_c + weaker * (chip_c - *felt_c) - *felt_c) * share;
            }
        }
        vector::range(simd, self.felt_c)
    }
}

impl Fleet {
    /// Lets `dt_s` pass under the racks' coolant. `film`: resistance from chip to coolant over that of the design.
    pub(in crate::facility) fn feel(&mut self, racks: &Racks, film: f64, dt_s: f64) {
        let felt = &mut self.felt;
        if felt.rack_c.is_empty() {
            felt.rack_c = racks.coolant_c.iter().copied().collect();
        }
        if felt.dt_s.to_bits() != dt_s.to_bits() {
            felt.dt_s = dt_s;
            felt.share = -(-dt_s / felt.lag_s).exp_m1();
        }
        self.meter.turn_coolant(&felt.rack_c);
        let felt_range_c = vector::widest(Follow {
            coolant_c: &racks.coolant_c,
            chip_c: &racks.chip_c,
            felt_c: &mut felt.rack_c,
            share: felt.share,
            weaker: film - 1.0,
        });
        self.range_c = outward(felt_range_c);
        self.forget_sums();
    }
}
