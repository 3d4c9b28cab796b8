//! Functions whose sensitivities are known.

use std::f64::consts::PI;

use super::Axis;

/// Axes whose ends are known.
pub(super) fn ranges(count: usize) -> Vec<Axis> {
    let axis = |number| Axis {
        name: format!("x{number}"),
        range: true,
    };
    (1..=count).map(axis).collect()
}

/// Ishigami & Homma 1990: sin x₁ + a sin² x₂ + b x₃⁴ sin x₁ with a = 7, b = 0.1 and each x in −π to π.
pub(super) fn ishigami(u: &[f64]) -> f64 {
    let x: Vec<f64> = u.iter().map(|u| PI * (2.0 * u - 1.0)).collect();
    x[0].sin() + 7.0 * x[1].sin().powi(2) + 0.1 * x[2].powi(4) * x[0].sin()
}

/// Its first-order and total shares: V₁ = ½ (1 + b π⁴/5)², V₂ = a²/8, V₁₃ = b² π⁸ (1/18 − 1/50).
pub(super) fn ishigami_shares() -> ([f64; 3], [f64; 3]) {
    let first = 0.5 * (1.0 + 0.1 * PI.powi(4) / 5.0).powi(2);
    let second = 49.0 / 8.0;
    let both = 0.01 * PI.powi(8) * (1.0 / 18.0 - 1.0 / 50.0);
    let all = first + second + both;
    (
        [first / all, second / all, 0.0],
        [(first + both) / all, second / all, both / all],
    )
}

/// Sobol's g function: Π (|4 u − 2| + a)/(1 + a).
pub(super) fn g(a: &[f64], u: &[f64]) -> f64 {
    let factors = a
        .iter()
        .zip(u)
        .map(|(a, u)| ((4.0 * u - 2.0).abs() + a) / (1.0 + a));
    factors.product()
}

/// Its first-order and total shares: `V_i = (1/3)/(1 + a_i)²`, `V = Π (1 + V_i) − 1`, `VT_i = V_i Π_{j≠i} (1 + V_j)`.
pub(super) fn g_shares(a: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let alone: Vec<f64> = a.iter().map(|a| 1.0 / 3.0 / (1.0 + a).powi(2)).collect();
    let product: f64 = alone.iter().map(|v| 1.0 + v).product();
    let first = alone.iter().map(|v| v / (product - 1.0));
    let total = alone
        .iter()
        .map(|v| v * product / (1.0 + v) / (product - 1.0));
    (first.collect(), total.collect())
}
