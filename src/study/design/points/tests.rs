use proptest::prelude::*;

use super::*;
use crate::study::design::Pair;

const KINDS: [Kind; 3] = [Kind::MonteCarlo, Kind::LatinHypercube, Kind::Sobol];

fn names(count: usize) -> Vec<String> {
    (0..count).map(|axis| format!("x{axis}")).collect()
}

fn pairs(ranks: &[(usize, usize, f64)], names: &[String]) -> Correlation {
    let pairs: Vec<Pair> = ranks
        .iter()
        .map(|(a, b, rank)| Pair {
            axes: [names[*a].clone(), names[*b].clone()],
            rank: *rank,
        })
        .collect();
    Correlation::new(&pairs, names).unwrap().unwrap()
}

fn design(kind: Kind, points: u64, seed: u64, axes: usize) -> UnitDesign {
    UnitDesign::new(kind, points, seed, &names(axes), None).unwrap()
}

fn correlated(kind: Kind, points: u64, seed: u64, ranks: &[(usize, usize, f64)]) -> UnitDesign {
    let names = names(4);
    let correlation = pairs(ranks, &names);
    UnitDesign::new(kind, points, seed, &names, Some(&correlation)).unwrap()
}

fn columns(design: &UnitDesign, axes: usize) -> Vec<Vec<f64>> {
    let mut columns = vec![Vec::new(); axes];
    let mut point = vec![0.0; axes];
    for index in 0..design.points() {
        design.point(index, &mut point);
        for (column, value) in columns.iter_mut().zip(&point) {
            column.push(*value);
        }
    }
    columns
}

/// Spearman's: of values whose ranks are distinct.
fn rank_correlation(a: &[f64], b: &[f64]) -> f64 {
    let ranks = |values: &[f64]| {
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
        let mut ranks = vec![0.0; values.len()];
        for (rank, index) in order.into_iter().enumerate() {
            ranks[index] = rank as f64;
        }
        ranks
    };
    let count = a.len() as f64;
    let squares = ranks(a)
        .into_iter()
        .zip(ranks(b))
        .map(|(a, b)| (a - b) * (a - b));
    1.0 - 6.0 * squares.sum::<f64>() / (count * (count * count - 1.0))
}

/// Each kind reaches the rank correlations asked for, within 3/√n.
#[test]
fn correlations_are_reached() {
    let ranks = [(0, 1, 0.8), (1, 2, -0.5), (0, 2, -0.3)];
    for kind in KINDS {
        for seed in 0..5 {
            let columns = columns(&correlated(kind, 1024, seed, &ranks), 4);
            for (a, b, rank) in ranks.into_iter().chain([(0, 3, 0.0), (2, 3, 0.0)]) {
                let found = rank_correlation(&columns[a], &columns[b]);
                assert!(
                    (found - rank).abs() < 3.0 / 32.0,
                    "{kind:?} {seed}: {a} {b} {found}"
                );
            }
        }
    }
}

/// Iman & Conover's order is nearer than chance: over 20 seeds, its mean square error is below a quarter of that of independent
/// points.
#[test]
fn a_latin_hypercube_is_closer_to_its_correlation() {
    let ranks = [(0, 1, 0.8), (1, 2, -0.5), (0, 2, -0.3)];
    let errors = |kind| {
        let of = |seed| {
            let columns = columns(&correlated(kind, 512, seed, &ranks), 4);
            let error = |(a, b, rank): (usize, usize, f64)| {
                rank_correlation(&columns[a], &columns[b]) - rank
            };
            ranks
                .map(error)
                .iter()
                .map(|error| error * error)
                .sum::<f64>()
        };
        (0..20).map(of).sum::<f64>()
    };
    let (latin, independent) = (errors(Kind::LatinHypercube), errors(Kind::MonteCarlo));
    assert!(latin < 0.25 * independent, "{latin} {independent}");
}

/// Correlated axes stay uniform: mean ½ and variance 1/12, within 4 standard errors of 4,096 independent points (0.0045 and
/// 0.0012); a single axis of any kind too.
#[test]
fn every_axis_stays_uniform() {
    for kind in KINDS {
        let design = correlated(kind, 4096, 3, &[(0, 1, 0.9), (1, 3, 0.3)]);
        for column in columns(&design, 4) {
            let mean = column.iter().sum::<f64>() / 4096.0;
            let variance = column.iter().map(|u| (u - mean) * (u - mean)).sum::<f64>() / 4096.0;
            assert!((mean - 0.5).abs() < 4.0 * 0.0045, "{kind:?} {mean}");
            assert!(
                (variance - 1.0 / 12.0).abs() < 4.0 * 0.0012,
                "{kind:?} {variance}"
            );
        }
    }
}

/// Independent points do not know how many follow, nor which axes stand beside theirs.
#[test]
fn an_independent_axis_depends_on_its_name_alone() {
    let wide = columns(&design(Kind::MonteCarlo, 100, 5, 3), 3);
    let only = ["x2".to_owned()];
    let alone = UnitDesign::new(Kind::MonteCarlo, 50, 5, &only, None).unwrap();
    assert_eq!(columns(&alone, 1)[0], wide[2][..50]);
    assert_ne!(wide[0], wide[1]);
    assert_ne!(wide, columns(&design(Kind::MonteCarlo, 100, 6, 3), 3));
}

/// Mean, spread and neighbours of 65,536 numbers: within 4 standard errors.
#[test]
fn independent_points_are_independent() {
    let axes = columns(&design(Kind::MonteCarlo, 65_536, 9, 2), 2);
    let count = 65_536.0_f64;
    let mean = |values: &mut dyn Iterator<Item = f64>| values.sum::<f64>() / count;
    for axis in &axes {
        assert!((mean(&mut axis.iter().copied()) - 0.5).abs() < 4.0 * (1.0 / 12.0 / count).sqrt());
        let next = axis
            .iter()
            .zip(&axis[1..])
            .map(|(a, b)| (a - 0.5) * (b - 0.5) * 12.0);
        assert!(mean(&mut { next }).abs() < 4.0 / count.sqrt());
    }
    let across = axes[0]
        .iter()
        .zip(&axes[1])
        .map(|(a, b)| (a - 0.5) * (b - 0.5) * 12.0);
    assert!(mean(&mut { across }).abs() < 4.0 / count.sqrt());
}

#[test]
fn a_sample_that_cannot_be_is_refused() {
    for kind in KINDS {
        let fault = UnitDesign::new(kind, 0, 1, &names(1), None).unwrap_err();
        assert_eq!(fault.key(), Some("points"));
    }
    let fault = UnitDesign::new(Kind::Sobol, 8, 1, &names(1001), None).unwrap_err();
    assert!(fault.what.contains("at most 1000 axes"), "{fault}");
    assert_eq!(
        columns(&design(Kind::Sobol, 8, 1, 1000), 1000)[999].len(),
        8
    );
    let names = names(4);
    let correlation = pairs(&[(0, 1, 0.8)], &names);
    let latin =
        |points| UnitDesign::new(Kind::LatinHypercube, points, 1, &names, Some(&correlation));
    let few = latin(5).unwrap_err();
    assert!(few.words().contains("take at least 6"), "{few}");
    assert!(latin(6).is_ok());
    let many = latin(60_000_000).unwrap_err();
    assert!(many.words().contains("at most 50000000 points"), "{many}");
}

#[test]
fn sobol_points_say_where_more_would_be_better() {
    assert_eq!(design(Kind::Sobol, 1024, 1, 2).note(), None);
    assert_eq!(design(Kind::LatinHypercube, 1000, 1, 2).note(), None);
    let note = design(Kind::Sobol, 1000, 1, 2).note().unwrap();
    assert!(note.contains("1024 points say more than 1000"), "{note}");
}

proptest! {
    /// With correlation, each stratum of each axis still holds one value; and points in any order are the same.
    #[test]
    fn a_correlated_latin_hypercube_keeps_its_strata(
        points in 14..200_u64, seed in 0..1000_u64, a in -0.65..0.65_f64, b in -0.65..0.65_f64,
    ) {
        let design = correlated(Kind::LatinHypercube, points, seed, &[(0, 2, a), (2, 3, b)]);
        let mut held = vec![false; 4 * points as usize];
        let mut point = [0.0; 4];
        for index in (0..points).rev() {
            design.point(index, &mut point);
            for (axis, value) in point.iter().enumerate() {
                let stratum = axis * points as usize + (value * points as f64).floor() as usize;
                prop_assert!(!held[stratum]);
                held[stratum] = true;
            }
        }
    }

    /// In [0, 1), whatever the kind and the index.
    #[test]
    fn points_lie_in_the_unit_cube(seed in any::<u64>(), index in 0..1_u64 << 40) {
        for kind in KINDS {
            let design = design(kind, 1 << 40, seed, 7);
            let mut point = [0.0; 7];
            design.point(index, &mut point);
            prop_assert!(point.iter().all(|u| (0.0..1.0).contains(u)), "{point:?}");
        }
    }
}
