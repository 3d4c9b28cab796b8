//! Latin hypercube by index: no point needs the others, so memory does not grow with their number.
//!
//! ```text
//! u(i) = (π(i) + r(i)) / n        π a permutation of 0..n, r uniform in [0, 1)
//! ```
//!
//! One value in each of n equal strata, in the order of a permutation that is computed, not stored: a Feistel network of four
//! rounds over the next power of four, walked until the number is below n (Black & Rogaway 2002, "Ciphers with arbitrary finite
//! domains", CT-RSA). Source of the design: `McKay`, Beckman & Conover 1979, Technometrics 21(2).

use rand::RngExt as _;

use super::mixed;
use crate::random;

/// One axis of a Latin hypercube of `points` points. Its values follow from the seed, its name and `points` alone: the axes
/// beside it change nothing.
#[derive(Debug, Clone)]
pub(crate) struct Axis {
    points: u64,
    half_bits: u32,
    keys: [u64; 5],
}

impl Axis {
    /// The axis of a name, dotted: `band.servers.hgx-h100.host_idle_w`.
    pub(crate) fn new(seed: u64, name: &str, points: u64) -> Self {
        let mut rng = random::stream(seed, name);
        let bits = 64 - points.saturating_sub(1).leading_zeros();
        Self {
            points,
            half_bits: bits.div_ceil(2).max(1),
            keys: std::array::from_fn(|_| rng.random()),
        }
    }

    /// The stratum of a point, `0..points`.
    pub(crate) fn stratum(&self, index: u64) -> u64 {
        let mask = (1_u64 << self.half_bits) - 1;
        let mut at = index;
        loop {
            let (mut left, mut right) = (at >> self.half_bits, at & mask);
            for key in &self.keys[..4] {
                (left, right) = (right, left ^ (mixed(right ^ key) & mask));
            }
            at = (left << self.half_bits) | right;
            if at < self.points {
                return at;
            }
        }
    }

    /// The value of a point, `0..points`, in [0, 1).
    pub(crate) fn at(&self, index: u64) -> f64 {
        self.at_stratum(index, self.stratum(index))
    }

    /// The same in a stratum of the caller's choice.
    pub(super) fn at_stratum(&self, index: u64, stratum: u64) -> f64 {
        let within = (mixed(index ^ self.keys[4]) >> 11) as f64 / (1_u64 << 53) as f64;
        // A stratum's upper edge may round up to 1.
        ((stratum as f64 + within) / self.points as f64).min(1.0 - f64::EPSILON / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The defining property: one value in each stratum.
        #[test]
        fn each_stratum_holds_one_point(points in 1..400_u64, seed in 0..1000_u64) {
            let axis = Axis::new(seed, "x", points);
            let mut held = vec![false; points as usize];
            for index in 0..points {
                let at = axis.at(index);
                prop_assert!((0.0..1.0).contains(&at));
                let stratum = (at * points as f64).floor() as usize;
                prop_assert!(!held[stratum], "{stratum} twice");
                held[stratum] = true;
            }
        }
    }

    /// Two axes of 4,096 points: uncorrelated within 4/√n, and no axis in the order of its points.
    #[test]
    fn axes_are_independent() {
        let points = 4096;
        let axes = ["a", "b"].map(|name| Axis::new(7, name, points));
        let mean = |of: &dyn Fn(u64) -> f64| (0..points).map(of).sum::<f64>() / points as f64;
        let centred = |axis: usize, index: u64| axes[axis].at(index) - 0.5;
        let share = mean(&|i| centred(0, i) * centred(1, i)) * 12.0;
        assert!(share.abs() < 4.0 / 64.0, "{share}");
        let order = mean(&|i| centred(0, i) * (i as f64 / points as f64 - 0.5)) * 12.0;
        assert!(order.abs() < 4.0 / 64.0, "{order}");
    }
}
