//! Reads racks off the straight line between the hall's coolest and warmest coolant.

#![expect(clippy::inline_always, reason = "see `vector::Loop`")]

use super::rack_spans::RackSpan;
use crate::snapshot::Racks;
use crate::vector::{self, Simd};

/// A quantity over coolant temperature.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Linear {
    offset: f64,
    slope: f64,
}

impl Linear {
    pub(super) fn through(at_c: f64, value: f64, slope: f64) -> Self {
        Self {
            offset: value - slope * at_c,
            slope,
        }
    }

    /// With another line, `times` over.
    pub(super) fn plus(self, line: Self, times: f64) -> Self {
        Self {
            offset: self.offset + times * line.offset,
            slope: self.slope + times * line.slope,
        }
    }

    pub(super) fn times(self, times: f64) -> Self {
        Self::default().plus(self, times)
    }

    /// Its integral over `span_s` in which that of the coolant temperature is `warmth`.
    pub(super) fn over(self, span_s: f64, warmth: f64) -> f64 {
        self.offset * span_s + self.slope * warmth
    }

    #[inline(always)]
    pub(super) fn at(self, coolant_c: f64) -> f64 {
        self.offset + self.slope * coolant_c
    }
}

/// Interpolated values of each rack.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct RackLines {
    /// Power at the inlets, W.
    pub(super) power: Linear,
    /// Hottest chip, °C.
    pub(super) chip: Linear,
}

/// The loop over all racks of a hall: writes power and chip temperature, adds up the coolant of each mix, and
/// returns the hottest chip, °C.
pub(super) struct AllSpans<'a> {
    pub(super) spans: &'a [RackSpan],
    /// By mix.
    pub(super) lines: &'a [RackLines],
    pub(super) sums_c: &'a mut [f64],
    /// Coolant by rack, as its chips feel it, °C.
    pub(super) felt_c: &'a [f64],
    pub(super) racks: &'a mut Racks,
}

impl vector::WithSimd for AllSpans<'_> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) -> f64 {
        let racks = self.racks;
        for span in self.spans {
            let (range, mix) = (span.from as usize..span.to as usize, span.mix as usize);
            self.sums_c[mix] += place(
                simd,
                &self.felt_c[range.clone()],
                &mut racks.power_w[range.clone()],
                &mut racks.chip_c[range],
                self.lines[mix],
            );
        }
        vector::range(simd, &racks.chip_c).1
    }
}

/// The loop over all racks that reads one value of each off the first part of what its mix has.
pub(super) struct Spans<'a, T> {
    pub(super) spans: &'a [RackSpan],
    /// By mix.
    pub(super) lines: &'a [(Linear, T)],
    /// By rack, °C.
    pub(super) at_c: &'a [f64],
    pub(super) values: &'a mut [f64],
}

impl<T> vector::WithSimd for Spans<'_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for span in self.spans {
            let racks = span.from as usize..span.to as usize;
            let line = self.lines[span.mix as usize].0;
            let at_c = &self.at_c[racks.clone()];
            for (value, at_c) in self.values[racks].iter_mut().zip(at_c) {
                *value = line.at(*at_c);
            }
        }
    }
}

/// From this many racks on, vector operations win.
const MANY: usize = 8;

/// Reads the racks of a span off their lines; returns the sum of their coolant.
#[inline(always)]
fn place<S: Simd>(
    simd: S,
    coolant_c: &[f64],
    power_w: &mut [f64],
    chip_c: &mut [f64],
    lines: RackLines,
) -> f64 {
    let RackLines { power, chip } = lines;
    if coolant_c.len() < MANY {
        let mut sum_c = 0.0;
        for ((&at_c, power_w), chip_c) in coolant_c.iter().zip(power_w).zip(chip_c) {
            sum_c += at_c;
            *power_w = power.at(at_c);
            *chip_c = chip.at(at_c);
        }
        return sum_c;
    }
    vector::lines(
        simd,
        coolant_c,
        [(power.slope, power.offset), (chip.slope, chip.offset)],
        [power_w, chip_c],
    )
}
