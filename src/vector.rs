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

/// Runs a loop compiled for the widest vector registers that this processor has.
pub fn widest<L: Loop>(work: L) -> L::Output {
    static ARCH: LazyLock<pulp::Arch> = LazyLock::new(pulp::Arch::new);
    ARCH.dispatch(work)
}

/// Sum in eight lanes: as exact as any order, the same everywhere, and several times as fast as one after the other.
#[inline(always)]
pub fn sum(values: &[f64]) -> f64 {
    let mut lanes = [0.0; 8];
    let mut eights = values.chunks_exact(8);
    for eight in &mut eights {
        for (lane, value) in lanes.iter_mut().zip(eight) {
            *lane += value;
        }
    }
    let [a, b, c, d, e, f, g, h] = lanes;
    ((a + b) + (c + d)) + ((e + f) + (g + h)) + eights.remainder().iter().sum::<f64>()
}

/// Least and greatest, in lanes like [`sum`]; (∞, −∞) of nothing.
#[inline(always)]
pub fn range(values: &[f64]) -> (f64, f64) {
    let (mut low, mut high) = ([f64::INFINITY; 4], [f64::NEG_INFINITY; 4]);
    let mut fours = values.chunks_exact(4);
    for four in &mut fours {
        for lane in 0..4 {
            low[lane] = if four[lane] < low[lane] {
                four[lane]
            } else {
                low[lane]
            };
        }
        for lane in 0..4 {
            high[lane] = if four[lane] > high[lane] {
                four[lane]
            } else {
                high[lane]
            };
        }
    }
    let rest = fours.remainder().iter().copied();
    let least = low
        .into_iter()
        .chain(rest.clone())
        .fold(f64::INFINITY, f64::min);
    (
        least,
        high.into_iter()
            .chain(rest)
            .fold(f64::NEG_INFINITY, f64::max),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_in_lanes_misses_nothing() {
        for count in [0_u32, 1, 7, 8, 9, 100] {
            let values: Vec<f64> = (1..=count).map(f64::from).collect();
            assert_eq!(sum(&values), f64::from(count * (count + 1) / 2));
            if count > 0 {
                assert_eq!(range(&values), (1.0, f64::from(count)));
            }
        }
    }

    /// What a loop computes does not depend on the registers it runs in.
    #[test]
    fn wide_and_narrow_agree_to_the_bit() {
        let values: Vec<f64> = (0..1003).map(|i| (f64::from(i) * 0.37).sin()).collect();
        let work = || {
            let scaled: Vec<f64> = values.iter().map(|v| v * 1.1 + 0.3).collect();
            (sum(&scaled), range(&scaled))
        };
        assert_eq!(work(), widest(work));
    }
}
