//! Scores of a distribution, given as members of equal weight, against what came.
//!
//! ```text
//! CRPS         ∫ (F(x) − 1[x ≥ y])² dx = E|X − y| − ½ E|X − X′|
//! of members   Σ|xᵢ − y|/n − Σᵢⱼ|xᵢ − xⱼ|/(2 n²)          of the forecast as issued: these members and no others
//! fair         Σ|xᵢ − y|/n − Σᵢⱼ|xᵢ − xⱼ|/(2 n(n − 1))    of the distribution that they are drawn from: unbiased for any n
//! pinball      (y − q)(p − 1[y < q])                       of one quantile q at p
//! PIT          (members below y + ½ those at it)/n         uniform where the forecast is calibrated
//! ```
//!
//! All but the PIT have the unit of the figure, and less is better. The CRPS of a point is its absolute error.
//!
//! Sources: Gneiting & Raftery 2007, JASA 102(477), eqs. 20 and 21; Ferro 2014, Q. J. R. Meteorol. Soc. 140(683), for the fair form;
//! Koenker & Bassett 1978, Econometrica 46(1), for the pinball loss; Dawid 1984, J. R. Stat. Soc. A 147(2), for the PIT.

/// Mean distance to what came, and ½ n² times the mean distance between two members.
fn parts(sorted: &[f64], came: f64) -> (f64, f64) {
    let n = sorted.len() as f64;
    let error = sorted.iter().map(|x| (x - came).abs()).sum::<f64>() / n;
    // In order, xᵢ is the larger one of i pairs and the smaller one of n − 1 − i.
    let spread = sorted.iter().enumerate();
    let spread = spread.map(|(i, x)| (2.0 * i as f64 - (n - 1.0)) * x).sum();
    (error, spread)
}

/// The CRPS of ascending members as issued.
pub fn crps(sorted: &[f64], came: f64) -> f64 {
    let n = sorted.len() as f64;
    let (error, spread) = parts(sorted, came);
    error - spread / (n * n)
}

/// The CRPS of the distribution that ascending members are drawn from; of a single one its absolute error.
pub fn fair_crps(sorted: &[f64], came: f64) -> f64 {
    let n = sorted.len() as f64;
    let (error, spread) = parts(sorted, came);
    if sorted.len() < 2 {
        return error;
    }
    error - spread / (n * (n - 1.0))
}

/// Loss of the quantile `q` at `p`.
pub fn pinball(p: f64, q: f64, came: f64) -> f64 {
    let below = if came < q { 1.0 } else { 0.0 };
    (came - q) * (p - below)
}

/// Where what came lies among ascending members, 0 to 1.
pub fn pit(sorted: &[f64], came: f64) -> f64 {
    let below = sorted.partition_point(|x| *x < came);
    let up_to = sorted.partition_point(|x| *x <= came);
    (below + up_to) as f64 / (2 * sorted.len()) as f64
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use proptest::prelude::*;

    use super::*;
    use crate::study::design::normal;

    /// 1, 2 and 4 against 3: mean error (2 + 1 + 1)/3; pairs 1 + 3 + 2 = 6, each counted twice.
    #[test]
    fn three_members_by_hand() {
        let members = [1.0, 2.0, 4.0];
        assert!((crps(&members, 3.0) - (4.0 / 3.0 - 12.0 / 18.0)).abs() < 1e-15);
        assert!((fair_crps(&members, 3.0) - (4.0 / 3.0 - 12.0 / 12.0)).abs() < 1e-15);
        assert_eq!(pit(&members, 3.0), 2.0 / 3.0);
        assert_eq!(pit(&members, 2.0), 0.5);
        assert_eq!(crps(&[5.0], 3.0), 2.0);
        assert_eq!(fair_crps(&[5.0], 3.0), 2.0);
        assert!((pinball(0.9, 4.0, 3.0) - 0.1).abs() < 1e-15);
        assert!((pinball(0.9, 2.0, 3.0) - 0.9).abs() < 1e-15);
    }

    /// Gneiting & Raftery 2007, eq. 21: σ (z (2Φ(z) − 1) + 2φ(z) − 1/√π).
    #[test]
    fn val_gneiting_crps_of_a_normal() {
        let n = 20_000;
        let members: Vec<f64> = (0..n)
            .map(|i| 5.0 + 2.0 * normal::quantile((f64::from(i) + 0.5) / f64::from(n)))
            .collect();
        for came in [5.0, 6.0, 2.0, 11.5] {
            let z = (came - 5.0) / 2.0;
            let density = (-0.5_f64 * z * z).exp() / (2.0 * PI).sqrt();
            let known =
                2.0 * (z * (2.0 * normal::below(z) - 1.0) + 2.0 * density - 1.0 / PI.sqrt());
            let ours = crps(&members, came);
            assert!((ours / known - 1.0).abs() < 2e-4, "{came}: {ours} {known}");
        }
    }

    /// Ferro 2014: over all pairs of members of {0, 1, 3}, drawn with replacement, the fair score has the mean of the distribution's
    /// own score, and that of the members as issued has not.
    #[test]
    fn val_ferro_the_fair_score_is_unbiased() {
        let all = [0.0, 1.0, 3.0];
        let came = 0.8;
        let (mut fair, mut issued) = (0.0, 0.0);
        for a in all {
            for b in all {
                let pair = [f64::min(a, b), f64::max(a, b)];
                fair += fair_crps(&pair, came) / 9.0;
                issued += crps(&pair, came) / 9.0;
            }
        }
        let own = crps(&all, came);
        assert!((fair - own).abs() < 1e-15, "{fair} {own}");
        assert!(issued > own + 0.1, "{issued} {own}");
    }

    proptest! {
        /// The sorted form is the definition, pair by pair; both scores are those of the integral.
        #[test]
        fn as_defined(mut x in prop::collection::vec(-50.0..50.0_f64, 2..30), came in -60.0..60.0_f64) {
            x.sort_by(f64::total_cmp);
            let n = x.len() as f64;
            let error: f64 = x.iter().map(|x| (x - came).abs()).sum::<f64>() / n;
            let pairs: f64 = x.iter().flat_map(|a| x.iter().map(move |b| (a - b).abs())).sum();
            prop_assert!((crps(&x, came) - (error - pairs / (2.0 * n * n))).abs() < 1e-9);
            prop_assert!((fair_crps(&x, came) - (error - pairs / (2.0 * n * (n - 1.0)))).abs() < 1e-9);
            // The integral of (F − 1[x ≥ came])², exact between the steps.
            let mut ends = x.clone();
            ends.push(came);
            ends.sort_by(f64::total_cmp);
            let area: f64 = ends.windows(2).map(|pair| {
                let share = x.iter().filter(|x| **x <= pair[0]).count() as f64 / n;
                let step = if pair[0] >= came { 1.0 } else { 0.0 };
                (pair[1] - pair[0]) * (share - step) * (share - step)
            }).sum();
            prop_assert!((crps(&x, came) - area).abs() < 1e-9, "{} {area}", crps(&x, came));
        }

        /// Twice the mean pinball loss over all quantiles is the CRPS.
        #[test]
        fn pinball_losses_add_up_to_the_crps(mut x in prop::collection::vec(0.0..50.0_f64, 1..6), came in 0.0..60.0_f64) {
            x.sort_by(f64::total_cmp);
            let steps = 20_000;
            let mean: f64 = (0..steps).map(|i| {
                let p = (f64::from(i) + 0.5) / f64::from(steps);
                let q = x[((p * x.len() as f64) as usize).min(x.len() - 1)];
                pinball(p, q, came)
            }).sum::<f64>() / f64::from(steps);
            prop_assert!((2.0 * mean - crps(&x, came)).abs() < 0.01, "{} {}", 2.0 * mean, crps(&x, came));
        }
    }
}
