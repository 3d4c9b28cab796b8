//! Quantiles, and which inputs matter.
//!
//! ```text
//! quantile       Q(p) = x₍ⱼ₎ + g·(x₍ⱼ₊₁₎ − x₍ⱼ₎),  j + g = 1 + (n − 1)·p            type 7 of Hyndman & Fan
//! importance     ρ² of the ranks of input and output (Spearman; equal values share their mean rank)
//! by chance      |ρ| < tanh(z / √(n − 3)),  z with 1 − Φ(z) = 0.05 / 2k               for k inputs together
//! ```
//!
//! With one input in doubt ρ² is the share of the output's variance (of ranks) that goes with it, where the relation is monotonic.
//! The bound is Fisher's transformation with Bonferroni's division: if no input mattered, in 19 of 20 studies none of k would exceed it.
//!
//! Sources: Hyndman & Fan 1996, The American Statistician 50(4); Fisher 1921, Metron 1, with the variance 1/(n − 3), good to a few
//! percent for ranks too (Fieller, Hartley & Pearson 1957, Biometrika 44, have 1.06/(n − 3), which is taken).

use crate::study::design::normal;

/// The quantile of values in any order; None of none.
pub(crate) fn quantile(values: &[f64], p: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    of_sorted(&sorted, p)
}

/// The same of ascending values.
pub(crate) fn of_sorted(sorted: &[f64], p: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let at = p.clamp(0.0, 1.0) * last as f64;
    let below = at.floor() as usize;
    let above = (below + 1).min(last);
    let within = at - below as f64;
    Some(sorted[below] + within * (sorted[above] - sorted[below]))
}

/// Rank correlation of two lists of one length; None where one of them does not vary.
pub(crate) fn rank_correlation(a: &[f64], b: &[f64]) -> Option<f64> {
    let (a, b) = (ranks(a), ranks(b));
    let mean = f64::midpoint(a.len() as f64, 1.0);
    let (mut product, mut of_a, mut of_b) = (0.0, 0.0, 0.0);
    for (a, b) in a.iter().zip(&b) {
        product += (a - mean) * (b - mean);
        of_a += (a - mean).powi(2);
        of_b += (b - mean).powi(2);
    }
    (of_a > 0.0 && of_b > 0.0).then(|| product / (of_a * of_b).sqrt())
}

/// Ranks from 1; equal values have the mean of theirs.
pub(crate) fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    let mut from = 0;
    while from < order.len() {
        let same = order[from..]
            .iter()
            .take_while(|&&at| values[at] == values[order[from]]);
        let to = from + same.count().max(1);
        for &at in &order[from..to] {
            ranks[at] = (from + 1 + to) as f64 / 2.0;
        }
        from = to;
    }
    ranks
}

/// The rank correlation that chance alone reaches among so many inputs in one study of twenty, in `draws` draws.
pub(crate) fn by_chance(draws: usize, inputs: usize) -> f64 {
    if draws < 5 || inputs == 0 {
        return 1.0;
    }
    let z = -normal::quantile(0.05 / (2.0 * inputs as f64));
    (z * (1.06 / (draws as f64 - 3.0)).sqrt()).tanh()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// By hand, type 7: of 1, 2, 4, 8 the median is 3 and P10 1 + 0.3; of 11 values 0 to 10 P90 is 9.
    #[test]
    fn quantiles_by_hand() {
        let four = [4.0, 1.0, 8.0, 2.0];
        assert_eq!(quantile(&four, 0.5), Some(3.0));
        assert!((quantile(&four, 0.1).unwrap() - 1.3).abs() < 1e-12);
        let eleven: Vec<f64> = (0..11).map(f64::from).collect();
        assert!((quantile(&eleven, 0.9).unwrap() - 9.0).abs() < 1e-12);
        assert_eq!(
            (quantile(&[7.0], 0.9), quantile(&[], 0.5)),
            (Some(7.0), None)
        );
    }

    /// By hand: without ties 1 − 6·Σd²/(n·(n² − 1)): ranks 1 2 3 4 against 2 1 4 3 are 1 − 6·4/60 = 0.6.
    #[test]
    fn rank_correlation_by_hand() {
        let of = |b: &[f64]| rank_correlation(&[10.0, 20.0, 30.0, 40.0], b);
        assert!((of(&[5.0, 1.0, 9.0, 7.0]).unwrap() - 0.6).abs() < 1e-12);
        assert_eq!(of(&[1.0, 2.0, 30.0, 31.0]), Some(1.0));
        assert_eq!(of(&[4.0, 3.0, 2.0, -1.0]), Some(-1.0));
        assert_eq!(of(&[1.0; 4]), None);
        assert_eq!(ranks(&[3.0, 1.0, 3.0]), [2.5, 1.0, 2.5]);
    }

    /// Tables: 1.959964 for 0.025, 3.290527 for 0.0005. One input in 100 draws: critical values of Spearman's ρ list 0.197.
    #[test]
    fn chance_by_tables() {
        assert!((-normal::quantile(0.025) - 1.959_964).abs() < 1e-4);
        assert!((-normal::quantile(0.0005) - 3.290_527).abs() < 1e-3);
        assert!(
            (by_chance(100, 1) - 0.197).abs() < 0.006,
            "{}",
            by_chance(100, 1)
        );
        assert!(by_chance(100, 80) > by_chance(100, 1));
        assert_eq!(by_chance(4, 1), 1.0);
    }

    proptest! {
        /// Any growing change of either list leaves the correlation as it is; it lies within ±1.
        #[test]
        fn only_ranks_count(pairs in prop::collection::vec((-9..9i32, -9..9i32), 3..40)) {
            let (a, b): (Vec<f64>, Vec<f64>) = pairs.iter().map(|(a, b)| (f64::from(*a), f64::from(*b))).unzip();
            let grown: Vec<f64> = a.iter().map(|a| a.exp()).collect();
            let plain = rank_correlation(&a, &b);
            prop_assert_eq!(plain, rank_correlation(&grown, &b));
            prop_assert!(plain.is_none_or(|rho| rho.abs() <= 1.0 + 1e-12));
        }

        #[test]
        fn quantiles_rise_and_stay_within(values in prop::collection::vec(-1e6..1e6f64, 1..50), p in 0.0..1.0f64) {
            let of = |p| quantile(&values, p).unwrap();
            prop_assert!(of(0.0) <= of(p) && of(p) <= of(1.0));
            prop_assert!(of(p) <= of((p + 0.1).min(1.0)));
        }
    }
}
