//! Loops over flat arrays, a value per rack: the cost of a step grows with these.
//!
//! Results are the same on every machine: the width of the registers changes how many values are worked on at once,
//! never what is done to one, and sums are added in lanes whose number is fixed here.

#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined is not compiled for wide registers"
)]

use std::ops::{Deref, DerefMut};
use std::sync::LazyLock;

use aligned_vec::{AVec, ConstAlign};

/// A loop to run wide. Its `call` must be `#[inline(always)]`: only code that is inlined into the wide function is
/// compiled for the wide registers.
pub use pulp::NullaryFnOnce as Loop;
/// As [`Loop`], for work that names its vector operations.
pub use pulp::{Simd, WithSimd};

/// Runs a loop compiled for the widest vector registers that this processor has.
pub fn widest<L: WithSimd>(work: L) -> L::Output {
    static ARCH: LazyLock<pulp::Arch> = LazyLock::new(pulp::Arch::new);
    ARCH.dispatch(work)
}

/// A value per rack, where registers find it quickest: from the beginning of a cache line on. Use it as a slice.
#[derive(Debug, Clone, PartialEq)]
pub struct Flat(AVec<f64, ConstAlign<LINE>>);

/// Bytes of a cache line, and of the widest register.
const LINE: usize = 64;

impl Flat {
    /// `count` times the same.
    pub fn of(value: f64, count: usize) -> Self {
        std::iter::repeat_n(value, count).collect()
    }
}

impl FromIterator<f64> for Flat {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        Self(AVec::from_iter(LINE, values))
    }
}

impl Default for Flat {
    fn default() -> Self {
        Self::of(0.0, 0)
    }
}

impl Deref for Flat {
    type Target = [f64];
    fn deref(&self) -> &[f64] {
        &self.0
    }
}

impl DerefMut for Flat {
    fn deref_mut(&mut self) -> &mut [f64] {
        &mut self.0
    }
}

/// Lanes of a sum, on every machine: two or more registers full, so that one addition does not wait for the last.
const LANES: usize = 16;

/// Sum in lanes: as exact as any order, the same everywhere, and several times as fast as one after the other.
#[inline(always)]
pub fn sum<S: Simd>(simd: S, values: &[f64]) -> f64 {
    lines(simd, values, [], [])
}

/// Straight lines `y = slope·x + offset` of each value, and the sum of the values: each is read once for all of it.
#[inline(always)]
pub fn lines<S: Simd, const N: usize>(
    simd: S,
    x: &[f64],
    slopes_offsets: [(f64, f64); N],
    y: [&mut [f64]; N],
) -> f64 {
    let whole = x.len() - x.len() % LANES;
    let (body, rest) = x.split_at(whole);
    let (heads, _) = S::as_simd_f64s(body);
    let registers = LANES / S::F64_LANES;
    let wide =
        slopes_offsets.map(|(slope, offset)| (simd.splat_f64s(slope), simd.splat_f64s(offset)));
    let mut y = y.map(|y| y.split_at_mut(whole));
    let mut lanes = [0.0; LANES];
    if !heads.is_empty() {
        let mut sums = [simd.splat_f64s(0.0); LANES];
        let mut targets = y
            .each_mut()
            .map(|(y, _)| S::as_mut_simd_f64s(y).0.chunks_exact_mut(registers));
        for heads in heads.chunks_exact(registers) {
            for (sum, head) in sums.iter_mut().zip(heads) {
                *sum = simd.add_f64s(*sum, *head);
            }
            for (target, (slope, offset)) in targets.iter_mut().zip(wide) {
                for (y, head) in target.next().into_iter().flatten().zip(heads) {
                    *y = simd.add_f64s(simd.mul_f64s(slope, *head), offset);
                }
            }
        }
        for (register, sum) in S::as_mut_simd_f64s(&mut lanes).0.iter_mut().zip(sums) {
            *register = sum;
        }
    }
    // A lane each, so that no addition waits for the one before.
    for (lane, x) in lanes.iter_mut().zip(rest) {
        *lane += x;
    }
    let (heads, last) = S::as_simd_f64s(rest);
    for (((_, y), wide), (slope, offset)) in y.iter_mut().zip(wide).zip(slopes_offsets) {
        let (targets, last_targets) = S::as_mut_simd_f64s(y);
        for (y, head) in targets.iter_mut().zip(heads) {
            *y = simd.add_f64s(simd.mul_f64s(wide.0, *head), wide.1);
        }
        for (y, x) in last_targets.iter_mut().zip(last) {
            *y = slope * x + offset;
        }
    }
    // Halves onto halves.
    let mut width = LANES;
    while width > 1 {
        width /= 2;
        for lane in 0..width {
            lanes[lane] += lanes[lane + width];
        }
    }
    lanes[0]
}

/// [`sum`], for code that is not wide itself.
pub fn total(values: &[f64]) -> f64 {
    struct Total<'a>(&'a [f64]);
    impl WithSimd for Total<'_> {
        type Output = f64;
        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) -> f64 {
            sum(simd, self.0)
        }
    }
    widest(Total(values))
}

/// [`range`], for code that is not wide itself.
pub fn extent(values: &[f64]) -> (f64, f64) {
    struct Extent<'a>(&'a [f64]);
    impl WithSimd for Extent<'_> {
        type Output = (f64, f64);
        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) -> (f64, f64) {
            range(simd, self.0)
        }
    }
    widest(Extent(values))
}

/// `y = slope·x + offset` of each value.
pub fn line(slope: f64, offset: f64, x: &[f64], y: &mut [f64]) {
    widest(
        #[inline(always)]
        || {
            for (y, x) in y.iter_mut().zip(x) {
                *y = slope * x + offset;
            }
        },
    );
}

/// The same, and the least and largest of them, which must all be numbers.
pub fn line_range(slope: f64, offset: f64, x: &[f64], y: &mut [f64]) -> (f64, f64) {
    struct Line<'a>(f64, f64, &'a [f64], &'a mut [f64]);
    impl WithSimd for Line<'_> {
        type Output = (f64, f64);
        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) -> (f64, f64) {
            let Self(slope, offset, x, y) = self;
            for (y, x) in y.iter_mut().zip(x) {
                *y = slope * x + offset;
            }
            range(simd, y)
        }
    }
    widest(Line(slope, offset, x, y))
}

/// Least and largest of values that are all numbers; (∞, −∞) of nothing. Named vector operations, because the
/// compiler does not find them: it minds what a NaN would do.
#[inline(always)]
pub fn range<S: Simd>(simd: S, values: &[f64]) -> (f64, f64) {
    let (heads, rest) = S::as_simd_f64s(values);
    let (mut low, mut high) = (
        [simd.splat_f64s(f64::INFINITY); 2],
        [simd.splat_f64s(f64::NEG_INFINITY); 2],
    );
    // Two of each at once: one after the other would wait for the last.
    let (pairs, odd) = heads.as_chunks::<2>();
    for pair in pairs {
        for i in 0..2 {
            low[i] = simd.min_f64s(low[i], pair[i]);
            high[i] = simd.max_f64s(high[i], pair[i]);
        }
    }
    for head in odd {
        low[0] = simd.min_f64s(low[0], *head);
        high[0] = simd.max_f64s(high[0], *head);
    }
    let ends = (
        simd.reduce_min_f64s(simd.min_f64s(low[0], low[1])),
        simd.reduce_max_f64s(simd.max_f64s(high[0], high[1])),
    );
    rest.iter().fold(ends, |(low, high), value| {
        (low.min(*value), high.max(*value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Range<'a>(&'a [f64]);

    impl WithSimd for Range<'_> {
        type Output = (f64, f64);
        fn with_simd<S: Simd>(self, simd: S) -> (f64, f64) {
            range(simd, self.0)
        }
    }

    #[test]
    fn a_sum_in_lanes_misses_nothing() {
        for count in [0_u32, 1, 7, 8, 9, 100] {
            let values: Vec<f64> = (1..=count).map(f64::from).collect();
            assert_eq!(total(&values), f64::from(count * (count + 1) / 2));
            if count > 0 {
                let found = widest(Range(&values));
                assert_eq!(found, (1.0, f64::from(count)));
            }
        }
    }

    /// Results do not depend on the registers that a loop uses.
    #[test]
    fn wide_and_narrow_agree_to_the_bit() {
        let values: Vec<f64> = (0..1003).map(|i| (f64::from(i) * 0.37).sin()).collect();
        let work = || -> Vec<f64> { values.iter().map(|v| v * 1.1 + 0.3).collect() };
        assert_eq!(work(), widest(work));
        assert_eq!(sum(pulp::Scalar::new(), &values), total(&values));
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        assert_eq!(widest(Range(&values)), (low, high));
    }
}
