//! The standard normal distribution and its quantiles.
//!
//! ```text
//! Φ(z) = ½ erfc(−z/√2)
//! Φ⁻¹(u): a rational approximation (Acklam 2003, relative error below 1.15e-9), then one step of Halley's method:
//!         e = (Φ(z) − u) √(2π) exp(z²/2),   z ← z − e/(1 + z e/2)
//! ```

use std::f64::consts::{PI, SQRT_2};

use libm::erfc;

/// No quantile lies further out than that of the least step of a random number, 2⁻⁵³: 8.2 standard deviations.
const LEAST: f64 = f64::EPSILON / 2.0;

/// Φ(z), the share below `z` standard deviations.
pub(crate) fn below(z: f64) -> f64 {
    0.5 * erfc(-z / SQRT_2)
}

/// Φ⁻¹(u) for `u` in [0, 1]; finite at both ends.
pub(crate) fn quantile(u: f64) -> f64 {
    if u > 0.5 {
        // 1 − u is exact, and only the lower tail has digits.
        return -lower((1.0 - u).max(LEAST));
    }
    lower(u.max(LEAST))
}

/// Φ⁻¹(u) for `u` above 0 and up to ½.
fn lower(u: f64) -> f64 {
    let z = approximate(u);
    let error = (below(z) - u) * (2.0 * PI).sqrt() * (0.5 * z * z).exp();
    z - error / (1.0 + 0.5 * z * error)
}

fn approximate(u: f64) -> f64 {
    let polynomial = |factors: &[f64], x: f64| factors.iter().fold(0.0, |sum, c| sum * x + c);
    if u < 0.02425 {
        let q = (-2.0 * u.ln()).sqrt();
        let above = [
            -7.784894002430293e-03,
            -3.223964580411365e-01,
            -2.400758277161838e+00,
            -2.549732539343734e+00,
            4.374664141464968e+00,
            2.938163982698783e+00,
        ];
        let below = [
            7.784695709041462e-03,
            3.224671290700398e-01,
            2.445134137142996e+00,
            3.754408661907416e+00,
            1.0,
        ];
        return polynomial(&above, q) / polynomial(&below, q);
    }
    let q = u - 0.5;
    let above = [
        -3.969683028665376e+01,
        2.209460984245205e+02,
        -2.759285104469687e+02,
        1.38357751867269e+02,
        -3.066479806614716e+01,
        2.506628277459239e+00,
    ];
    let below = [
        -5.447609879822406e+01,
        1.615858368580409e+02,
        -1.556989798598866e+02,
        6.680131188771972e+01,
        -1.328068155288572e+01,
        1.0,
    ];
    q * polynomial(&above, q * q) / polynomial(&below, q * q)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Abramowitz & Stegun, table 26.1 and 26.5.
    #[test]
    fn the_normal_distribution_has_its_tabled_values() {
        for (z, share) in [
            (0.0, 0.5),
            (1.0, 0.841_344_746_068_543),
            (1.959_963_984_540_054, 0.975),
            (-2.326_347_874_040_841, 0.01),
            (-5.0, 2.866_515_718_791_94e-7),
        ] {
            assert!((below(z) / share - 1.0).abs() < 1e-12, "{z}: {}", below(z));
            assert!(
                (quantile(share) - z).abs() < 1e-12,
                "{share}: {}",
                quantile(share)
            );
        }
        // The step of Halley's method mends, but must not have to mend, more than the approximation's error.
        for step in 1..1000 {
            let u = f64::from(step) / 2000.0;
            let (z, first) = (quantile(u), approximate(u));
            assert!(
                (z - first).abs() < 1.15e-9 * z.abs() + 1e-12,
                "{u}: {z} {first}"
            );
            assert!((below(z) / u - 1.0).abs() < 1e-14, "{u}");
        }
        assert!(quantile(0.0) < -8.0 && quantile(1.0) > 8.0);
        assert!(quantile(0.0).is_finite() && quantile(1.0).is_finite());
    }
}
