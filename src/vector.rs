//! Loops over flat arrays, a value per rack: the cost of a step grows with these.
//!
//! Results are the same on every machine: the width of the registers changes how many values are worked on at once,
//! never what is done to one, and sums are added in lanes whose number is fixed here.

#![expect(
    clippy::inline_always,
    reason = "a function that is not inlined is not compiled for wide registers"
)]

use std::sync::LazyLock;

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

/// Lanes of a sum, on every machine: two or more registers full, so that one addition does not wait for the last.
const LANES: usize = 16;

/// Sum in lanes: as exact as any order, the same everywhere, and several times as fast as one after the other.
#[inline(always)]
pub fn sum<S: Simd>(simd: S, values: &[f64]) -> f64 {
    let whole = values.len() - values.len() % LANES;
    let (body, rest) = values.split_at(whole);
    let (heads, _) = S::as_simd_f64s(body);
    let registers = LANES / S::F64_LANES;
    let mut lanes = [0.0; LANES];
    if !heads.is_empty() {
        let mut sums = [simd.splat_f64s(0.0); LANES];
        for heads in heads.chunks_exact(registers) {
            for (sum, head) in sums.iter_mut().zip(heads) {
                *sum = simd.add_f64s(*sum, *head);
            }
        }
        for (register, sum) in S::as_mut_simd_f64s(&mut lanes).0.iter_mut().zip(sums) {
            *register = sum;
        }
    }
    // Halves onto halves, then the rest.
    let mut width = LANES;
    while width > 1 {
        width /= 2;
        for lane in 0..width {
            lanes[lane] += lanes[lane + width];
        }
    }
    lanes[0] + rest.iter().sum::<f64>()
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

/// Least and greatest of values that are all numbers; (∞, −∞) of nothing. Named vector operations, because the
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

    /// What a loop computes does not depend on the registers it runs in.
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
