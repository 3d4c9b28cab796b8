//! Correlation of a Latin hypercube that keeps its strata.
//!
//! ```text
//! S      scores: column j is Φ⁻¹((π_j(i) + 1)/(n + 1)), i = 0..n, in the order of the axis' own permutation
//! T      their sample correlation,  Q Qᵀ = T
//! S* = S (P Q⁻¹)ᵀ,  P Pᵀ = R         has the correlation R exactly
//! π*_j(i) = rank of S*_j(i)
//! ```
//!
//! Only the order of an axis changes, so each stratum still holds one value. Source: Iman & Conover 1982, "A distribution-free
//! approach to inducing rank correlation among input variables", Commun. Stat. B 11(3). Ranking S* moves the correlation by far
//! less than that of n independent points would scatter.
//!
//! The points need each other here: the new orders of the correlated axes are kept, 4 bytes for each of their values.

use super::correlation::{Correlation, cholesky};
use super::latin::Axis;
use super::normal;
use crate::describe::Fault;

/// No more values are ordered: 0.4 GB, and thrice as much while they are.
const MOST_VALUES: u64 = 100_000_000;

/// The strata of the correlated axes, one after another; each in the order of the points.
pub(super) fn strata(
    axes: &[Axis],
    points: u64,
    correlation: &Correlation,
) -> Result<Vec<Vec<u32>>, Fault> {
    let count = correlation.axes().len();
    if points.saturating_mul(count as u64) > MOST_VALUES {
        return Err(Fault::new(
            format!("{points} points of {count} correlated axes are too many to order"),
            format!(
                "take at most {} points, or a Sobol sequence, which has no such limit",
                MOST_VALUES / count as u64
            ),
        )
        .at("points"));
    }
    // With no more points than axes the scores are linearly dependent; with a few more, nearly so.
    if points < 2 * count as u64 + 2 {
        return Err(Fault::new(
            format!("{points} points are too few for {count} correlated axes"),
            format!("take at least {}", 2 * count + 2),
        )
        .at("points"));
    }
    let mut scores: Vec<Vec<f64>> = correlation
        .axes()
        .iter()
        .map(|&axis| {
            let score = |index| (axes[axis].stratum(index) + 1) as f64 / (points + 1) as f64;
            (0..points)
                .map(|index| normal::quantile(score(index)))
                .collect()
        })
        .collect();
    let factors = factors(&scores, correlation.lower()).ok_or_else(|| {
        Fault::new(
            format!("{points} points are too few for {count} correlated axes"),
            format!("take at least {}", 2 * points),
        )
        .at("points")
    })?;
    // From the last column, as each needs those before it as they were.
    for column in (0..count).rev() {
        let (before, rest) = scores.split_at_mut(column);
        let row = &factors[column * count..];
        for (index, score) in rest[0].iter_mut().enumerate() {
            let others = before
                .iter()
                .zip(row)
                .map(|(other, factor)| other[index] * factor);
            *score = *score * row[column] + others.sum::<f64>();
        }
    }
    Ok(scores.iter().map(|column| ranks(column)).collect())
}

/// P Q⁻¹, lower triangular, one row after another; None where Q is singular.
fn factors(scores: &[Vec<f64>], target: &[f64]) -> Option<Vec<f64>> {
    let count = scores.len();
    // All columns hold the same scores, whose mean is 0.
    let squares: f64 = scores[0].iter().map(|score| score * score).sum();
    let mut sample = vec![1.0; count * count];
    for (a, b) in (0..count).flat_map(|a| (0..a).map(move |b| (a, b))) {
        let products = scores[a].iter().zip(&scores[b]).map(|(a, b)| a * b);
        let share = products.sum::<f64>() / squares;
        sample[a * count + b] = share;
        sample[b * count + a] = share;
    }
    let lower = cholesky(&sample, count);
    let mut factors = vec![0.0; count * count];
    for row in 0..count {
        // X Q = P, from the last column of each row.
        for column in (0..=row).rev() {
            let later = (column + 1..=row)
                .map(|k| factors[row * count + k] * lower[k * count + column])
                .sum::<f64>();
            let pivot = lower[column * count + column];
            if pivot <= 0.0 {
                return None;
            }
            factors[row * count + column] = (target[row * count + column] - later) / pivot;
        }
    }
    Some(factors)
}

/// The rank of each value, from 0; of equal ones the earlier is the lower.
fn ranks(values: &[f64]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..values.len() as u32).collect();
    order.sort_by(|a, b| values[*a as usize].total_cmp(&values[*b as usize]));
    let mut ranks = vec![0; values.len()];
    for (rank, index) in order.into_iter().enumerate() {
        ranks[index as usize] = rank as u32;
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_by_hand() {
        assert_eq!(ranks(&[0.3, -1.0, 0.3, 9.0]), [1, 0, 2, 3]);
    }

    /// One column scored (−1, 0, 1), the other (0, −1, 1): their correlation is ½. For a target of 0 the second becomes
    /// (y − x/2)/√¾, which is orthogonal to the first.
    #[test]
    fn factors_by_hand() {
        let scores = [vec![-1.0, 0.0, 1.0], vec![0.0, -1.0, 1.0]];
        let factors = factors(&scores, &[1.0, 0.0, 0.0, 1.0]).unwrap();
        let root = 0.75_f64.sqrt();
        for (factor, expected) in factors.iter().zip([1.0, 0.0, -0.5 / root, 1.0 / root]) {
            assert!((factor - expected).abs() < 1e-15, "{factors:?}");
        }
    }
}
