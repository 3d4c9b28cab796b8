//! Axes that move together: rank correlations, by a Gaussian copula.
//!
//! ```text
//! r = 2 sin(π ρ / 6)         of two normal variables whose ranks have the correlation ρ (Spearman's)
//! L Lᵀ = R                   Cholesky
//! u′ = Φ(L Φ⁻¹(u))
//! ```
//!
//! ρ is the correlation of ranks, so it holds whatever the distributions of the axes are, as long as they are continuous; that of
//! the figures themselves is somewhat less where these are skewed. Axes of a few discrete values reach less than ρ.
//! Sources: Pearson 1907, "On further methods of determining correlation" (the sine); Nelsen 2006, *An Introduction to Copulas*,
//! 2nd ed., ch. 5 (ranks and copulas).

use std::f64::consts::PI;

use nalgebra::DMatrix;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::normal;
use crate::describe::{Fault, suggest};

/// Eigenvalues and pivots of a matrix whose diagonal is 1 are taken for 0 within this.
const ROUNDING: f64 = 1e-10;

/// Two axes that move together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// The names of the two axes.
    pub axes: [String; 2],
    /// Their rank correlation (Spearman's), -1 to 1.
    pub rank: f64,
}

/// The correlation of all axes, those that occur in no pair left out.
#[derive(Debug, Clone)]
pub(crate) struct Correlation {
    /// Which axes are correlated, ascending.
    axes: Vec<usize>,
    /// L, one row after another.
    lower: Vec<f64>,
}

impl Correlation {
    /// The correlation of the axes of a study, by their names. The place of a fault is `correlation[1].rank` and the like. None
    /// where there are no pairs.
    pub(crate) fn new(pairs: &[Pair], names: &[String]) -> Result<Option<Self>, Fault> {
        let mut found: Vec<([usize; 2], f64)> = Vec::with_capacity(pairs.len());
        for (number, pair) in pairs.iter().enumerate() {
            let at = |key: &str, fault: Fault| fault.at(format!("correlation[{number}].{key}"));
            let both = pair.both(names).map_err(|fault| at("axes", fault))?;
            let same = found
                .iter()
                .position(|(other, _)| *other == both || *other == [both[1], both[0]]);
            if let Some(earlier) = same {
                let what = format!(
                    "the correlation of {} and {} is given twice, first in number {}",
                    pair.axes[0],
                    pair.axes[1],
                    earlier + 1
                );
                return Err(at("axes", Fault::new(what, "remove one of the two")));
            }
            if !(-1.0..=1.0).contains(&pair.rank) {
                let what = format!("{} is no correlation", pair.rank);
                return Err(at("rank", Fault::new(what, "give a number from -1 to 1")));
            }
            found.push((both, pair.rank));
        }
        let mut axes: Vec<usize> = found.iter().flat_map(|(both, _)| *both).collect();
        axes.sort_unstable();
        axes.dedup();
        if axes.is_empty() {
            return Ok(None);
        }
        let within = |factor: f64| matrix(&axes, &found, factor);
        if least_eigenvalue(&within(1.0)) < -ROUNDING {
            return Err(no_correlation(|factor| {
                least_eigenvalue(&within(factor)) >= -ROUNDING
            }));
        }
        let lower = cholesky(within(1.0).as_slice(), axes.len());
        Ok(Some(Self { axes, lower }))
    }

    /// Which axes are correlated, ascending.
    pub(super) fn axes(&self) -> &[usize] {
        &self.axes
    }

    /// L of these axes, one row after another.
    pub(super) fn lower(&self) -> &[f64] {
        &self.lower
    }

    /// Turns a point of independent values into one of correlated values; each stays uniform in (0, 1).
    pub(super) fn apply(&self, point: &mut [f64]) {
        let count = self.axes.len();
        for &axis in &self.axes {
            point[axis] = normal::quantile(point[axis]);
        }
        // From the last row, as each needs the values before it as they were.
        for row in (0..count).rev() {
            let factors = &self.lower[row * count..=row * count + row];
            let products = factors.iter().zip(&self.axes);
            point[self.axes[row]] = products.map(|(factor, &axis)| factor * point[axis]).sum();
        }
        for &axis in &self.axes {
            point[axis] = normal::below(point[axis]).min(1.0 - f64::EPSILON / 2.0);
        }
    }
}

impl Pair {
    fn both(&self, names: &[String]) -> Result<[usize; 2], Fault> {
        let index = |name: &String| {
            let known = names.iter().position(|known| known == name);
            known.ok_or_else(|| {
                let known = suggest(name, names.iter().map(String::as_str));
                Fault::new(format!("there is no axis '{name}'"), known)
            })
        };
        let [a, b] = [index(&self.axes[0])?, index(&self.axes[1])?];
        if a == b {
            let what = format!("{} is paired with itself", self.axes[0]);
            return Err(Fault::new(what, "name two axes"));
        }
        Ok([a, b])
    }
}

/// The matrix of normal correlations, all ranks times `factor`.
fn matrix(axes: &[usize], pairs: &[([usize; 2], f64)], factor: f64) -> DMatrix<f64> {
    let mut matrix = DMatrix::identity(axes.len(), axes.len());
    for ([a, b], rank) in pairs {
        let place = |axis| axes.binary_search(axis).expect("gathered from the pairs");
        let (a, b) = (place(a), place(b));
        let normal = 2.0 * (PI / 6.0 * rank * factor).sin();
        matrix[(a, b)] = normal;
        matrix[(b, a)] = normal;
    }
    matrix
}

fn least_eigenvalue(matrix: &DMatrix<f64>) -> f64 {
    matrix.symmetric_eigenvalues().min()
}

/// Pairs that contradict each other, with the largest factor on all of them that mends it.
fn no_correlation(holds: impl Fn(f64) -> bool) -> Fault {
    // At 0 the axes are independent; the least eigenvalue is concave in the factor but for the sine, which is nearly straight.
    let (mut good, mut bad) = (0_u32, 1000_u32);
    while bad - good > 1 {
        let middle = good.midpoint(bad);
        if holds(f64::from(middle) / 1000.0) {
            good = middle;
        } else {
            bad = middle;
        }
    }
    Fault::new(
        "these correlations contradict each other: no figures can have them all (the matrix is not positive semidefinite)",
        format!(
            "multiply all of them by {:.3} or less, or correct the one that does not fit",
            f64::from(good) / 1000.0
        ),
    )
    .at("correlation")
}

/// L of L Lᵀ = M for a positive semidefinite `matrix` of `count` rows; a column whose pivot is 0 is 0.
pub(super) fn cholesky(matrix: &[f64], count: usize) -> Vec<f64> {
    let mut lower = vec![0.0; count * count];
    for column in 0..count {
        let dot = |a: usize, b: usize, lower: &[f64]| -> f64 {
            let (a, b) = (&lower[a * count..], &lower[b * count..]);
            (0..column).map(|k| a[k] * b[k]).sum()
        };
        let pivot = matrix[column * count + column] - dot(column, column, &lower);
        if pivot <= ROUNDING {
            continue;
        }
        let root = pivot.sqrt();
        lower[column * count + column] = root;
        for row in column + 1..count {
            let rest = matrix[row * count + column] - dot(row, column, &lower);
            lower[row * count + column] = rest / root;
        }
    }
    lower
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(count: usize) -> Vec<String> {
        (0..count).map(|axis| format!("x{axis}")).collect()
    }

    fn pair(a: &str, b: &str, rank: f64) -> Pair {
        Pair {
            axes: [a.into(), b.into()],
            rank,
        }
    }

    fn fault(pairs: &[Pair]) -> Fault {
        Correlation::new(pairs, &names(3)).unwrap_err()
    }

    /// By hand: ρ = ½ is r = 2 sin 15° = 0.517638; L = [[1, 0], [r, √(1 − r²)]]. At u = (Φ(1), ½), the second becomes Φ(r).
    #[test]
    fn a_pair_by_hand() {
        let it = Correlation::new(&[pair("x2", "x0", 0.5)], &names(3))
            .unwrap()
            .unwrap();
        let r = 0.517_638_090_205_041_5;
        assert_eq!(it.axes(), [0, 2]);
        assert!((it.lower()[2] - r).abs() < 1e-15);
        assert!((it.lower()[3] - (1.0 - r * r).sqrt()).abs() < 1e-15);
        let mut point = [0.841_344_746_068_543, 0.3, 0.5];
        it.apply(&mut point);
        assert!((point[0] - 0.841_344_746_068_543).abs() < 1e-12);
        assert_eq!(point[1], 0.3);
        assert!(
            (point[2] - 0.697_644_599_664_977).abs() < 1e-12,
            "{}",
            point[2]
        );
        assert!(Correlation::new(&[], &names(3)).unwrap().is_none());
    }

    #[test]
    fn what_is_no_correlation_is_refused_with_a_cure() {
        let unknown = fault(&[pair("x0", "x9", 0.5)]);
        assert_eq!(unknown.key(), Some("correlation[0].axes"));
        assert!(
            unknown.words().contains("no axis 'x9': known: x0, x1, x2"),
            "{}",
            unknown.words()
        );
        let itself = fault(&[pair("x0", "x1", 0.1), pair("x1", "x1", 0.5)]);
        assert_eq!(itself.key(), Some("correlation[1].axes"));
        let twice = fault(&[pair("x0", "x1", 0.1), pair("x1", "x0", 0.1)]);
        assert!(twice.what.contains("twice"), "{}", twice.what);
        for wrong in [1.5, f64::NAN] {
            assert_eq!(
                fault(&[pair("x0", "x1", wrong)]).key(),
                Some("correlation[0].rank")
            );
        }
    }

    /// Two axes that each follow a third, but not each other. Three axes with r, r and −r are possible up to r = ½, where
    /// 1 − 3 r² − 2 r³ = 0: ρ = (6/π) asin(¼) = 0.48259, and of 0.9 the factor is 0.536.
    #[test]
    fn a_contradiction_names_the_factor_that_mends_it() {
        let ranks = |of: f64| {
            [
                pair("x0", "x1", of),
                pair("x0", "x2", of),
                pair("x1", "x2", -of),
            ]
        };
        let fault = fault(&ranks(0.9));
        assert_eq!(fault.key(), Some("correlation"));
        assert!(fault.cure.contains("by 0.536 or less"), "{}", fault.cure);
        assert!(Correlation::new(&ranks(0.9 * 0.536), &names(3)).is_ok());
        assert!(Correlation::new(&ranks(0.9 * 0.537), &names(3)).is_err());
    }

    /// ρ = 1 is singular and possible: one axis repeats the other.
    #[test]
    fn axes_may_move_as_one() {
        let pairs = [
            pair("x0", "x1", 1.0),
            pair("x0", "x2", -1.0),
            pair("x1", "x2", -1.0),
        ];
        let it = Correlation::new(&pairs, &names(3)).unwrap().unwrap();
        let mut point = [0.2, 0.9, 0.4];
        it.apply(&mut point);
        for (value, expected) in point.iter().zip([0.2, 0.2, 0.8]) {
            assert!((value - expected).abs() < 1e-9, "{point:?}");
        }
    }

    proptest! {
        /// L Lᵀ is the matrix again, for correlations of factors that exist.
        #[test]
        fn cholesky_multiplies_back(loads in prop::collection::vec(-1.0..1.0_f64, 8)) {
            let count = loads.len();
            let entry = |a: usize, b: usize| if a == b { 1.0 } else { loads[a] * loads[b] };
            let matrix: Vec<f64> = (0..count * count).map(|i| entry(i / count, i % count)).collect();
            let lower = cholesky(&matrix, count);
            for (a, b) in (0..count).flat_map(|a| (0..count).map(move |b| (a, b))) {
                let product: f64 = (0..count).map(|k| lower[a * count + k] * lower[b * count + k]).sum();
                prop_assert!((product - entry(a, b)).abs() < 1e-9);
            }
        }
    }
}
