//! Sobol's sequence by index, scrambled.
//!
//! ```text
//! x(i) = ⊕ v(j) over the bits j that are set in i ⊕ ⌊i/2⌋       in Gray-code order (Antonov & Saleev 1979)
//! y    = x with each binary digit flipped or not, by a random bit of its own for every combination of the digits before it
//! ```
//!
//! v(j) are the direction numbers of Joe & Kuo 2008, "Constructing Sobol sequences with better two-dimensional projections",
//! SIAM J. Sci. Comput. 30(5): file new-joe-kuo-6. Any 2^m consecutive points that begin at a multiple of 2^m are as even as the
//! first 2^m. Scrambling is nested and uniform (Owen 1995, "Randomly permuted (t,m,s)-nets and (t,s)-sequences"): it keeps that
//! evenness, makes every point uniform in [0, 1), and lets the error of a mean be judged from repetitions. The random bits are
//! hashes of the digits before, so that nothing is stored.
//!
//! Valid for up to [`MOST_AXES`] axes; 52 binary digits.

use std::sync::LazyLock;

use rand::RngExt as _;
use sobol::{Sobol, SobolParams, params::JoeKuoD6};

use super::mixed;
use crate::random;

/// Binary digits of a value.
const DIGITS: u32 = 52;

/// No more axes have direction numbers here.
pub(super) const MOST_AXES: usize = 1000;

/// One dimension of the sequence.
#[derive(Debug, Clone)]
pub(super) struct Axis {
    /// Direction numbers of `DIGITS` binary digits.
    directions: Vec<u64>,
    key: u64,
}

impl Axis {
    /// The first dimensions of the sequence, one for each name and at most [`MOST_AXES`]; scrambled by seed and name.
    pub(super) fn all(seed: u64, names: &[String]) -> Vec<Self> {
        static PARAMETERS: LazyLock<JoeKuoD6> = LazyLock::new(JoeKuoD6::standard);
        debug_assert!(names.len() <= MOST_AXES && MOST_AXES <= PARAMETERS.max_dims());
        let all =
            Sobol::<f64>::init_direction_vals::<u32>(names.len(), DIGITS as usize, &*PARAMETERS);
        let with_names = all.into_iter().zip(names);
        with_names
            .map(|(directions, name)| Self {
                directions: directions.iter().map(|v| v >> (64 - DIGITS)).collect(),
                key: random::stream(seed, &format!("study.sobol.{name}")).random(),
            })
            .collect()
    }

    /// The digits of point `index` of the plain sequence.
    fn plain(&self, index: u64) -> u64 {
        let mut gray = index ^ (index >> 1);
        let mut value = 0;
        while gray != 0 {
            value ^= self.directions[gray.trailing_zeros() as usize];
            gray &= gray - 1;
        }
        value
    }

    /// The same scrambled. A digit and those before it are a node of a binary tree, numbered from its root as in a heap.
    fn scrambled(&self, plain: u64) -> u64 {
        (0..DIGITS).fold(0, |digits, place| {
            let node = (1 << place) | (plain >> (DIGITS - place));
            let digit = (plain >> (DIGITS - 1 - place)) & 1;
            (digits << 1) | (digit ^ (mixed(node ^ self.key) & 1))
        })
    }

    /// The value of point `index`, below 2^52, in (0, 1): the middle of its 2⁻⁵².
    pub(super) fn at(&self, index: u64) -> f64 {
        (self.scrambled(self.plain(index)) as f64 + 0.5) / (1_u64 << DIGITS) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axes(seed: u64, count: usize) -> Vec<Axis> {
        let names: Vec<String> = (0..count).map(|axis| format!("axis {axis}")).collect();
        Axis::all(seed, &names)
    }

    fn plain(axis: &Axis, index: u64) -> f64 {
        axis.plain(index) as f64 / (1_u64 << DIGITS) as f64
    }

    /// The ten points in three dimensions that Joe & Kuo print beside their generator.
    #[test]
    fn val_joe_kuo_the_first_points_are_the_published_ones() {
        let published = [
            [0.0, 0.0, 0.0],
            [0.5, 0.5, 0.5],
            [0.75, 0.25, 0.25],
            [0.25, 0.75, 0.75],
            [0.375, 0.375, 0.625],
            [0.875, 0.875, 0.125],
            [0.625, 0.125, 0.875],
            [0.125, 0.625, 0.375],
            [0.1875, 0.3125, 0.9375],
            [0.6875, 0.8125, 0.4375],
        ];
        let axes = axes(0, 3);
        for (index, point) in published.iter().enumerate() {
            let ours: Vec<f64> = axes.iter().map(|axis| plain(axis, index as u64)).collect();
            assert_eq!(ours, point, "{index}");
        }
    }

    /// Point 1,000 of dimensions 10, 20, 40 and 60 from `SciPy` 1.17 (`scipy.stats.qmc.Sobol`, unscrambled).
    #[test]
    fn val_scipy_a_later_point_in_higher_dimensions() {
        let axes = axes(0, 60);
        let ours = [10, 20, 40, 60].map(|dimension| plain(&axes[dimension - 1], 1000));
        for (ours, theirs) in ours
            .iter()
            .zip([0.06933594, 0.72558594, 0.47949219, 0.57128906])
        {
            assert!((ours - theirs).abs() < 1e-8, "{ours} {theirs}");
        }
    }

    /// The defining property of a (t, m, 2)-net in base 2: each box of 2^a × 2^b equal ones with a + b = m − t holds 2^t of the
    /// 2^m points. t is the sum of the degrees of the primitive polynomials less one each (Sobol 1967): 0 for the first two
    /// dimensions, then 1, 2, 2, 3, 3, 4. Any block of the sequence has it, plain or scrambled.
    #[test]
    fn every_elementary_box_holds_its_points() {
        let m = 9_u32;
        let axes = axes(11, 8);
        let first = 5_u64 << m;
        for scrambled in [false, true] {
            for (a, b) in (0..8).flat_map(|b| (0..b).map(move |a| (a, b))) {
                let t = [0, 0, 1, 2, 2, 3, 3, 4][a] + [0, 0, 1, 2, 2, 3, 3, 4][b];
                let value = |axis: &Axis, index| {
                    if scrambled {
                        axis.at(index)
                    } else {
                        plain(axis, index)
                    }
                };
                for cuts in 0..=(m - t) {
                    let mut held = vec![0; 1 << (m - t)];
                    for index in first..first + (1 << m) {
                        let across = (value(&axes[a], index) * f64::from(1 << cuts)) as usize;
                        let up = (value(&axes[b], index) * f64::from(1 << (m - t - cuts))) as usize;
                        held[(across << (m - t - cuts)) | up] += 1;
                    }
                    assert!(held.iter().all(|&held| held == 1 << t), "{a} {b} {cuts}");
                }
            }
        }
    }

    /// Nested: values that share their first digits still do, and the next one differs in both. Uniform: the second digit is flipped
    /// in one half of the axis and not in the other for about half of the seeds (900 to 1,100 of 2,000 is 4.5 standard deviations
    /// either way), which a mere shift never does.
    #[test]
    fn scrambling_is_nested_and_uniform() {
        let mut apart = 0;
        for seed in 0..2000 {
            let axis = &axes(seed, 1)[0];
            let digits = |index: u64| index.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - DIGITS);
            for index in 0..20 {
                let (a, b) = (digits(2 * index), digits(2 * index + 1));
                let first_apart = |a: u64, b: u64| (a ^ b).leading_zeros();
                assert_eq!(
                    first_apart(a, b),
                    first_apart(axis.scrambled(a), axis.scrambled(b))
                );
            }
            let second = |first: u64| axis.scrambled(first << (DIGITS - 1)) >> (DIGITS - 2) & 1;
            apart += usize::from(second(0) != second(1));
        }
        assert!((900..1100).contains(&apart), "{apart}");
    }

    /// Scrambling moves every point to anywhere: over 2,000 seeds, the mean of point 0 is ½ within 4 standard errors, and its
    /// two first axes are uncorrelated.
    #[test]
    fn a_scrambled_point_is_uniform_over_the_seeds() {
        let points: Vec<[f64; 2]> = (0..2000)
            .map(|seed| {
                let axes = axes(seed, 2);
                [axes[0].at(0), axes[1].at(0)]
            })
            .collect();
        let mean = |of: &dyn Fn(&[f64; 2]) -> f64| points.iter().map(of).sum::<f64>() / 2000.0;
        let error = 4.0 / 2000.0_f64.sqrt();
        assert!((mean(&|p| p[0]) - 0.5).abs() * 12.0_f64.sqrt() < error);
        assert!((mean(&|p| (p[0] - 0.5) * (p[0] - 0.5)) * 12.0 - 1.0).abs() < error);
        assert!((mean(&|p| (p[0] - 0.5) * (p[1] - 0.5)) * 12.0).abs() < error);
    }
}
