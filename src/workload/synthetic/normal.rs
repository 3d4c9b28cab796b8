//! The normal distribution and what follows from it for run times.
//!
//! ```text
//! Φ(z) = ½·erfc(−z/√2)
//! ln X ~ N(m, σ²):   P(X ≤ x) = Φ((ln x − m)/σ)
//!                    E[min(X, c)] = e^(m + σ²/2)·Φ((ln c − m)/σ − σ) + c·Φ(−(ln c − m)/σ)
//! ```
//!
//! Source of erfc: Press et al., *Numerical Recipes*, the rational Chebyshev fit (relative error below 1.2e-7), from
//! memory; checked against tabled values below.

/// The complementary error function.
fn erfc(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.5 * x.abs());
    let fit = [
        0.17087277,
        -0.82215223,
        1.48851587,
        -1.13520398,
        0.27886807,
        -0.18628806,
        0.09678418,
        0.37409196,
        1.00002368,
        -1.26551223,
    ];
    let power = fit.iter().fold(0.0, |sum, c| sum * t + c);
    let tail = t * (power - x * x).exp();
    if x < 0.0 { 2.0 - tail } else { tail }
}

/// The share of a normal distribution below `z`.
pub(super) fn below(z: f64) -> f64 {
    0.5 * erfc(-z * std::f64::consts::FRAC_1_SQRT_2)
}

/// The share of a log-normal below `x`; `ln_median` and `sigma` are those of its logarithm.
pub(super) fn log_normal_below(x: f64, ln_median: f64, sigma: f64) -> f64 {
    let distance = x.ln() - ln_median;
    if sigma > 0.0 {
        below(distance / sigma)
    } else {
        f64::from(u8::from(distance >= 0.0))
    }
}

/// The mean of a log-normal whose values above `cut` are `cut`.
pub(super) fn cut_mean(ln_median: f64, sigma: f64, cut: f64) -> f64 {
    if sigma <= 0.0 {
        return ln_median.exp().min(cut);
    }
    let z = (cut.ln() - ln_median) / sigma;
    (ln_median + 0.5 * sigma * sigma).exp() * below(z - sigma) + cut * below(-z)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Abramowitz & Stegun, table 26.1.
    #[test]
    fn the_normal_distribution_has_its_tabled_values() {
        for (z, share) in [
            (0.0, 0.5),
            (1.0, 0.8413447461),
            (-1.0, 0.1586552539),
            (1.959963985, 0.975),
            (-3.0, 0.0013498980),
        ] {
            assert!((below(z) - share).abs() < 1e-7, "{z}: {}", below(z));
        }
    }

    /// Median 1, σ 1: the mean is e^½ = 1.6487 without a cut. Cut at its median, half lies at 1 and the other half
    /// below: e^½·Φ(−1) + ½ = 0.26158 + 0.5.
    #[test]
    fn a_cut_takes_from_the_mean() {
        assert!((cut_mean(0.0, 1.0, 1e12) - 1.6487213).abs() < 1e-6);
        assert!((cut_mean(0.0, 1.0, 1.0) - 0.7615784).abs() < 1e-6);
        assert_eq!(cut_mean(0.0, 0.0, 0.5), 0.5);
        assert!((log_normal_below(1.0, 0.0, 2.0) - 0.5).abs() < 1e-7);
    }
}
