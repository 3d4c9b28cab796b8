use super::super::functions::{g, g_shares, ishigami, ishigami_shares, ranges};
use super::*;

fn outputs(it: &Variance, of: &dyn Fn(&[f64]) -> f64) -> Vec<Option<f64>> {
    let mut point = vec![0.0; it.names.len()];
    let run = |index| {
        it.point(index, &mut point);
        Some(of(&point))
    };
    (0..it.points()).map(run).collect()
}

/// Without intervals.
fn design(points: u64, seed: u64, axes: usize) -> Variance {
    Variance {
        resamples: 0,
        ..Variance::new(Settings { points }, seed, &ranges(axes)).unwrap()
    }
}

fn indices_of(it: &Variance, of: &dyn Fn(&[f64]) -> f64) -> Vec<Indices> {
    it.indices(&outputs(it, of)).into_iter().flatten().collect()
}

/// Within 2 % of the variance of the analytical shares at 2,048 points, over five seeds.
#[test]
fn val_ishigami_shares_are_the_analytical_ones() {
    let (first, total) = ishigami_shares();
    assert!((first[0] - 0.3139).abs() < 1e-4 && (total[2] - 0.2437).abs() < 1e-4);
    for seed in 0..5 {
        let it = design(2048, seed, 3);
        for (axis, found) in indices_of(&it, &ishigami).iter().enumerate() {
            assert!(
                (found.first.value - first[axis]).abs() < 0.02,
                "{seed} {axis} {found:?}"
            );
            assert!(
                (found.total.value - total[axis]).abs() < 0.02,
                "{seed} {axis} {found:?}"
            );
        }
    }
}

/// The same for Sobol's g function of eight inputs with the factors of Saltelli et al. 2010: 0, 1, 4.5, 9, 99, 99, 99, 99.
#[test]
fn val_sobol_g_shares_are_the_analytical_ones() {
    let a = [0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0];
    let (first, total) = g_shares(&a);
    assert!(
        (first[0] - 0.716).abs() < 1e-3 && (total[0] - 0.788).abs() < 1e-3,
        "{first:?} {total:?}"
    );
    for seed in 0..5 {
        let it = design(2048, seed, 8);
        for (axis, found) in indices_of(&it, &|u| g(&a, u)).iter().enumerate() {
            assert!(
                (found.first.value - first[axis]).abs() < 0.02,
                "{seed} {axis} {found:?}"
            );
            assert!(
                (found.total.value - total[axis]).abs() < 0.02,
                "{seed} {axis} {found:?}"
            );
        }
    }
}

/// Sixteen points by formula, evaluated by `SALib` 1.6 (`first_order` and `total_order` of `SALib.analyze.sobol`, outputs less the mean
/// of A and B): A is the fraction of n times √2, √3, √5, B that of n times √7, √11, √13; y = x₁ + 2 x₂² + 3 x₁ x₃ + 100.
#[test]
fn val_salib_indices_of_the_same_points() {
    let model = |x: [f64; 3]| x[0] + 2.0 * x[1] * x[1] + 3.0 * x[0] * x[2] + 100.0;
    let row = |n: i32, roots: [f64; 3]| roots.map(|root| (f64::from(n) * root.sqrt()).fract());
    for (axis, [first, total]) in [
        [0.598_557_229_286_759, 0.340_978_069_789_947],
        [0.464_687_029_747_185, 0.245_786_893_878_614],
        [0.087_480_457_680_019, 0.155_948_067_665_517],
    ]
    .into_iter()
    .enumerate()
    {
        let points: Vec<[f64; 3]> = (1..=16)
            .map(|n| {
                let (a, b) = (row(n, [2.0, 3.0, 5.0]), row(n, [7.0, 11.0, 13.0]));
                let mut mixed = a;
                mixed[axis] = b[axis];
                [a, b, mixed].map(model)
            })
            .collect();
        let ours = indices(&points, 1000, random::stream(1, "x")).unwrap();
        assert!((ours.first.value - first).abs() < 1e-11, "{ours:?}");
        assert!((ours.total.value - total).abs() < 1e-11, "{ours:?}");
        assert!(
            ours.total.low < total && total < ours.total.high,
            "{ours:?}"
        );
    }
}

/// A large mean changes nothing: y + 10⁶ has the shares of y.
#[test]
fn a_large_mean_changes_nothing() {
    let it = Variance::new(Settings { points: 64 }, 1, &ranges(3)).unwrap();
    let (plain, shifted) = (
        indices_of(&it, &ishigami),
        indices_of(&it, &|u| ishigami(u) + 1e6),
    );
    for (a, b) in plain.iter().zip(&shifted) {
        assert!((a.first.value - b.first.value).abs() < 1e-8);
        assert!((a.total.value - b.total.value).abs() < 1e-8);
        assert!((a.first.low - b.first.low).abs() < 1e-8);
    }
}

/// An input without effect gets 0 and no interval; an output that never varies gets nothing.
#[test]
fn what_has_no_effect_gets_nothing() {
    let it = Variance::new(Settings { points: 64 }, 1, &ranges(2)).unwrap();
    let found = indices_of(&it, &|u| u[0] * u[0]);
    let none = Share {
        value: 0.0,
        low: 0.0,
        high: 0.0,
    };
    assert_eq!((found[1].first, found[1].total), (none, none));
    assert!(
        it.indices(&outputs(&it, &|_| 0.1 + 0.2))
            .iter()
            .all(Option::is_none)
    );
}

/// Over 40 seeds of independent points, the intervals of all six shares hold the truth about 19 times out of 20. The number that
/// miss of 240, in groups of three that go together, is within 3 standard deviations of a binomial of 80 below 31.
#[test]
fn intervals_hold_the_truth() {
    let (first, total) = ishigami_shares();
    let mut missed = 0;
    for seed in 0..40 {
        let it =
            Variance::on(Kind::MonteCarlo, Settings { points: 256 }, seed, &ranges(3)).unwrap();
        for (axis, found) in indices_of(&it, &ishigami).iter().enumerate() {
            let holds = |share: Share, truth| (share.low..=share.high).contains(&truth);
            missed += usize::from(!holds(found.first, first[axis]));
            missed += usize::from(!holds(found.total, total[axis]));
        }
    }
    println!("{missed} of 240 missed");
    assert!((2..31).contains(&missed), "{missed} of 240");
}

/// Failed runs: a point without A is lost to all axes, one without A₂ to the second only.
#[test]
fn only_complete_points_count() {
    let it = Variance::new(Settings { points: 64 }, 1, &ranges(3)).unwrap();
    let whole = outputs(&it, &ishigami);
    let mut holed = whole.clone();
    holed[5 * 3] = None;
    holed[5 * 7 + 3] = None;
    let complete: Vec<u64> = it
        .indices(&holed)
        .iter()
        .flatten()
        .map(|found| found.complete)
        .collect();
    assert_eq!(complete, [63, 62, 63]);
    // What is left is what the remaining points alone would give.
    let mut left = whole.clone();
    left.drain(5 * 7..5 * 8);
    left.drain(5 * 3..5 * 4);
    assert_eq!(it.indices(&holed)[1], it.indices(&left)[1]);
    let analysis = it.analyse(&holed);
    assert_eq!(
        analysis.note.as_deref(),
        Some("2 of 64 points left out because a run failed")
    );
    assert!(
        it.analyse(&vec![None; 320])
            .rows
            .iter()
            .all(|row| row.values == vec![None; 7])
    );
}

/// The rows are A, B and A with one axis of B; the table has the largest total first.
#[test]
fn runs_and_table_have_their_order() {
    let it = Variance::new(Settings { points: 8 }, 1, &ranges(3)).unwrap();
    assert_eq!(it.points(), 40);
    let row = |index| {
        let mut point = [0.0; 3];
        it.point(index, &mut point);
        point
    };
    let (a, b) = (row(10), row(11));
    assert_eq!(row(12), [b[0], a[1], a[2]]);
    assert_eq!(row(14), [a[0], a[1], b[2]]);
    let analysis = it.analyse(&outputs(&it, &|u| u[1] + 3.0 * u[2]));
    let order: Vec<&str> = analysis.rows.iter().map(|row| row.axis.as_str()).collect();
    assert_eq!(order, ["x3", "x2", "x1"]);
    assert_eq!(analysis.rows[0].values.len(), analysis.columns.len());
    let fault = Variance::new(Settings { points: 1 }, 1, &ranges(3)).unwrap_err();
    assert_eq!(fault.key(), Some("points"));
    assert!(Variance::new(Settings { points: 8 }, 1, &ranges(501)).is_err());
    assert!(Variance::new(Settings { points: 8 }, 1, &ranges(500)).is_ok());
}
