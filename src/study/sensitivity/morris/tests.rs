use proptest::prelude::*;

use super::super::functions::{g, ranges};
use super::*;

fn outputs(it: &Morris, of: &dyn Fn(&[f64]) -> f64) -> Vec<Option<f64>> {
    let mut point = vec![0.0; it.names.len()];
    let run = |index| {
        it.point(index, &mut point);
        Some(of(&point))
    };
    (0..it.points()).map(run).collect()
}

fn measures(trajectories: u32, axes: usize, of: &dyn Fn(&[f64]) -> f64) -> Vec<ElementaryEffects> {
    let settings = Settings {
        trajectories,
        levels: 4,
    };
    let it = Morris::new(settings, 3, &ranges(axes));
    let all = it.measures(&outputs(&it, of)).into_iter();
    all.map(Option::unwrap).collect()
}

/// Five paths of three inputs, evaluated by `SALib` 1.6 (`SALib.analyze.morris`, 4 levels) from the same points and outputs of
/// x₁ + 2 x₂² − 3 x₁ x₃.
#[test]
fn val_salib_measures_of_the_same_paths() {
    let paths = [
        ([0, 3, 1], [2, 0, 1]),
        ([1, 0, 2], [0, 1, 2]),
        ([2, 2, 3], [1, 2, 0]),
        ([3, 1, 0], [0, 2, 1]),
        ([1, 1, 1], [2, 1, 0]),
    ];
    let it = Morris::new(Settings::default(), 0, &ranges(3));
    let mut effects = vec![Vec::new(); 3];
    for (start, order) in paths {
        let path = Path {
            start: start.into(),
            order: order.into(),
        };
        let outputs: Vec<Option<f64>> = (0..=3)
            .map(|moves| {
                let mut x = [0.0; 3];
                it.place(&path, moves, &mut x);
                Some(x[0] + 2.0 * x[1] * x[1] - 3.0 * x[0] * x[2])
            })
            .collect();
        it.effects(&path, &outputs, &mut effects);
    }
    for (effects, [mu, mu_star, sigma]) in effects.iter().zip([
        [-0.8, 1.2, 1.303_840_481_041],
        [2.133_333_333_333, 2.133_333_333_333, 0.730_296_743_340],
        [-1.4, 1.4, 1.140_175_425_099],
    ]) {
        let ours = ElementaryEffects::of(effects).unwrap();
        assert!((ours.mu - mu).abs() < 1e-11, "{ours:?}");
        assert!((ours.mu_star - mu_star).abs() < 1e-11, "{ours:?}");
        assert!((ours.sigma - sigma).abs() < 1e-11, "{ours:?}");
    }
}

/// Morris 1991's example of 20 inputs, with ±1 in place of its random coefficients (Saltelli et al. 2008, *Global Sensitivity
/// Analysis: The Primer*, p. 124): inputs 1 to 7 matter, and their effects depend on each other; 8 to 10 matter and are straight, with a
/// mean of 2·20 + 6·0.4013, with the sign of the pair, and a variance of 4·(16·5/9 + 3·0.667) by hand (0.4013 and 0.667 are those of the
/// bent inputs 3, 5 and 7 on four levels); 11 to 20 do not matter, with a mean of at most 4.5 and the same variance.
#[test]
fn val_morris_1991_the_classes_of_twenty_inputs() {
    let model = |u: &[f64]| {
        let w: Vec<f64> = (0..20)
            .map(|i| match i {
                2 | 4 | 6 => 2.0 * (1.1 * u[i] / (u[i] + 0.1) - 0.5),
                _ => 2.0 * (u[i] - 0.5),
            })
            .collect();
        let sign = |n: usize| if n.is_multiple_of(2) { 1.0 } else { -1.0 };
        let mut y = 0.0;
        for i in 0..20 {
            y += if i < 10 { 20.0 } else { sign(i + 1) } * w[i];
            for j in i + 1..20 {
                y += if j < 6 { -15.0 } else { sign(i + j) } * w[i] * w[j];
            }
        }
        for i in 0..5 {
            for j in i + 1..5 {
                for l in j + 1..5 {
                    y += -10.0 * w[i] * w[j] * w[l];
                }
            }
        }
        y + 5.0 * w[0] * w[1] * w[2] * w[3]
    };
    let found = measures(200, 20, &model);
    for of in &found[..7] {
        assert!(of.mu_star > 25.0 && of.sigma > 15.0, "{of:?}");
    }
    let scatter = 2.0 * (16.0 * 5.0 / 9.0 + 3.0 * 0.667_f64).sqrt();
    for (of, sign) in found[7..10].iter().zip([-1.0, 1.0, -1.0]) {
        let expected = 40.0 + sign * 6.0 * 0.4013;
        assert!(
            (of.mu - expected).abs() < 4.0 * scatter / 200.0_f64.sqrt(),
            "{of:?}"
        );
        assert!((of.sigma / scatter - 1.0).abs() < 0.2, "{of:?}");
        assert_eq!(of.mu, of.mu_star);
    }
    for of in &found[10..] {
        assert!(
            of.mu_star < 10.0 && (of.sigma / scatter - 1.0).abs() < 0.2,
            "{of:?}"
        );
    }
}

/// Sobol's g function with the factors of the Primer's example, p. 123. By hand on levels 0, ⅓, ⅔, 1: `|d_i|` is `2/(1 + a_i)` times
/// the others, whose means are (4/3 + a)/(1 + a); either sign is as likely. The truth lies within twice the 95 % interval.
#[test]
fn val_g_function_effects_are_those_by_hand() {
    let a = [78.0, 12.0, 0.5, 2.0, 97.0, 33.0];
    for (axis, of) in measures(400, 6, &|u| g(&a, u)).iter().enumerate() {
        let others = (0..6).filter(|other| *other != axis);
        let others: f64 = others.map(|j| (4.0 / 3.0 + a[j]) / (1.0 + a[j])).product();
        let expected = 2.0 / (1.0 + a[axis]) * others;
        assert!(
            (of.mu_star - expected).abs() < 2.0 * of.mu_star_95,
            "{axis}: {of:?} {expected}"
        );
        assert!(of.mu.abs() < 4.0 * of.sigma / 20.0, "{axis}: {of:?}");
        assert!(
            (of.sigma / expected - 1.0).abs() < 0.2,
            "{axis}: {of:?} {expected}"
        );
    }
}

/// The change over the whole reach of each axis, wherever its ends are: of a straight function, the slope between them.
#[test]
fn a_straight_function_by_hand() {
    let mut axes = ranges(2);
    axes[1].range = false;
    let it = Morris::new(Settings::default(), 3, &axes);
    let all = it.measures(&outputs(&it, &|u| 5.0 * u[0] - 3.0 * u[1]));
    for (of, slope) in all.into_iter().zip([5.0, -3.0 * 0.98]) {
        let of = of.unwrap();
        assert!((of.mu - slope).abs() < 1e-12 && (of.mu_star - slope.abs()).abs() < 1e-12);
        assert!(of.sigma < 1e-12 && of.mu_star_95 < 1e-12 && of.effects == 20);
    }
}

/// Abramowitz & Stegun, table 26.10.
#[test]
fn student_quantiles_are_the_tabled_ones() {
    for (freedom, tabled) in [
        (1.0, 12.706),
        (4.0, 2.776),
        (5.0, 2.571),
        (9.0, 2.262),
        (30.0, 2.042),
        (120.0, 1.980),
    ] {
        assert!(
            (student_975(freedom) - tabled).abs() < 2e-3,
            "{freedom}: {}",
            student_975(freedom)
        );
    }
}

/// A failed run takes with it the one or two effects that it stands in, and no more.
#[test]
fn failed_runs_are_left_out_and_counted() {
    let it = Morris::new(Settings::default(), 3, &ranges(3));
    let mut all = outputs(&it, &|u| u[0] + 2.0 * u[1] + 3.0 * u[2]);
    all[0] = None;
    all[5] = None;
    let analysis = it.analyse(&all);
    assert_eq!(
        analysis.note.as_deref(),
        Some("3 of 60 effects left out because a run failed")
    );
    let effects: f64 = analysis.rows.iter().map(|row| row.values[4].unwrap()).sum();
    assert_eq!(effects, 57.0);
    let order: Vec<&str> = analysis.rows.iter().map(|row| row.axis.as_str()).collect();
    assert_eq!(order, ["x3", "x2", "x1"]);
    assert_eq!(analysis.rows[0].values.len(), analysis.columns.len());
    let none = it.analyse(&vec![None; 80]);
    assert!(none.rows.iter().all(|row| row.values == vec![None; 5]));
}

#[test]
fn settings_that_make_no_paths_are_refused() {
    let check = |trajectories, levels| {
        let settings = Settings {
            trajectories,
            levels,
        };
        settings
            .check()
            .map_err(|fault| fault.key().map(str::to_owned))
    };
    assert_eq!(check(1, 4), Err(Some("trajectories".into())));
    assert_eq!(check(10, 5), Err(Some("levels".into())));
    assert_eq!(check(10, 0), Err(Some("levels".into())));
    assert_eq!(check(10, 4), Ok(()));
}

proptest! {
    /// Along a path every axis moves once, by Δ, and stays on the grid; points in any order are the same.
    #[test]
    fn each_axis_moves_once(seed in any::<u64>(), axes in 1..8_usize, half in 1..6_u32) {
        let settings = Settings { trajectories: 3, levels: 2 * half };
        let it = Morris::new(settings, seed, &ranges(axes));
        let step = f64::from(half) / f64::from(2 * half - 1);
        let mut points: Vec<Vec<f64>> = (0..it.points()).rev().map(|index| {
            let mut point = vec![0.0; axes];
            it.point(index, &mut point);
            point
        }).collect();
        points.reverse();
        for path in points.chunks(axes + 1) {
            let mut moved = vec![0; axes];
            for pair in path.windows(2) {
                for axis in 0..axes {
                    let change = (pair[1][axis] - pair[0][axis]).abs();
                    prop_assert!(change == 0.0 || (change - step).abs() < 1e-12);
                    moved[axis] += usize::from(change > 0.0);
                }
            }
            prop_assert!(moved.iter().all(|moves| *moves == 1));
            prop_assert!(path.iter().flatten().all(|u| (0.0..=1.0).contains(u)));
        }
    }
}
