use proptest::prelude::*;

use super::*;

/// Energy 1, then 2: what a year adds was 1, and half of it is kept: 2.5. From 2 down to 1 half of the fall of the logarithm is.
#[test]
fn a_binding_pause_by_hand() {
    let binding = Binding { lag: 2, kept: 0.5 };
    let growth = 2_f64.ln();
    assert!((binding.growth_after(growth) - 1.25_f64.ln()).abs() < 1e-15);
    assert!((binding.growth_after(-growth) + 0.5 * growth).abs() < 1e-15);
    let pauses = [(2021, 2026), (2030, i32::MAX)];
    let years: Vec<i32> = (2018..2036)
        .filter(|year| binding.binds(*year, &pauses))
        .collect();
    assert_eq!(
        years,
        [2023, 2024, 2025, 2026, 2027, 2032, 2033, 2034, 2035]
    );
}

/// φ = 0, σ = 0.1, growth 0.1 and 0.3 with the prior 0 ± 0.1: precision 100 + 2·100, mean (10 + 30)/300.
#[test]
fn the_mean_by_hand() {
    let prior = Prior {
        growth: 0.0,
        growth_sd: 0.1,
        change_sd: 0.1,
    };
    let sums = Sums::of(&[0.1, 0.3], 2000, &[], None, 0.0);
    let (_, [mean, sd]) = sums.cell(0.1_f64.ln(), &prior);
    assert!((mean - 40.0 / 300.0).abs() < 1e-15);
    assert!((sd - 300_f64.sqrt().recip()).abs() < 1e-15);
}

fn density(x: f64, mean: f64, sd: f64) -> f64 {
    let z = (x - mean) / sd;
    (-0.5 * z * z).exp() / sd
}

proptest! {
    /// A cell's weight is the likelihood of the history, integrated over m, times the prior of σ: here by the trapezoid rule.
    #[test]
    fn weights_are_the_integral_over_the_mean(
        growth in prop::collection::vec(-0.1..0.4_f64, 2..9),
        phi in 0.0..0.98_f64,
        of_change in 0.5..4.0_f64,
        pause in prop::option::of((2000..2006_i32, 1..4_i32, 0.5..0.9_f64)),
    ) {
        let prior = Prior::default();
        let (pauses, binding) = match pause {
            Some((from, lag, kept)) => (vec![(from, i32::MAX)], Some(Binding { lag, kept })),
            None => (Vec::new(), None),
        };
        let cell = |phi: f64, change: f64| Sums::of(&growth, 2001, &pauses, binding, phi).cell(change.ln(), &prior);
        let by_hand = |phi: f64, change: f64| {
            let likelihood = |m: f64| {
                let mut product = density(growth[0], m, change / (1.0 - phi * phi).sqrt());
                for (year, pair) in (2002..).zip(growth.windows(2)) {
                    let expected = match binding.filter(|one| one.binds(year, &pauses)) {
                        Some(one) => one.growth_after(pair[0]),
                        None => m + phi * (pair[0] - m),
                    };
                    product *= density(pair[1], expected, change);
                }
                product * density(m, prior.growth, prior.growth_sd)
            };
            let step = 2e-4;
            let (sum, first) = (-4000..4000).map(|i| f64::from(i) * step).fold((0.0, 0.0), |(sum, first), m| {
                (sum + likelihood(m), first + m * likelihood(m))
            });
            let of_sigma = density(change.ln(), prior.change_sd.ln(), CHANGE_FACTOR);
            (sum * of_sigma, first / sum)
        };
        let change = prior.change_sd * of_change;
        let (log, [mean, _]) = cell(phi, change);
        let (reference, _) = cell(0.5, 0.05);
        let (ours, theirs) = (log - reference, (by_hand(phi, change).0 / by_hand(0.5, 0.05).0).ln());
        prop_assert!((ours - theirs).abs() < 1e-4 * (1.0 + theirs.abs()), "{ours} {theirs}");
        prop_assert!((mean - by_hand(phi, change).1).abs() < 1e-4);
    }

    /// `pick` inverts running sums: a share of the unit interval for each weight, in order, and none for a weight of 0.
    #[test]
    fn cells_are_picked_by_weight(weights in prop::collection::vec(prop_oneof![Just(0.0), 0.01..5.0_f64], 1..9), u in 0.0..=1.0_f64) {
        let sums: Vec<f64> = running(&weights).collect();
        let (at, within) = pick(&sums, u);
        let sum: f64 = weights.iter().sum();
        if sum > 0.0 && u < 1.0 {
            prop_assert!(weights[at] > 0.0);
            let below: f64 = weights[..at].iter().sum();
            prop_assert!((below + within * weights[at] - u * sum).abs() < 1e-9 * (1.0 + sum));
        }
    }
}

/// What the history does not speak of stays as it was: the prior of φ is uniform where a single growth at the prior mean is seen, and
/// that of σ keeps its median within a cell.
#[test]
fn draws_cover_the_prior() {
    let prior = Prior {
        growth_sd: 1e-3,
        ..Prior::default()
    };
    // No growth but the prior's own: only σ is pulled, downwards.
    let posterior = Posterior::new(&[prior.growth], 2001, &[(2001, i32::MAX)], &prior);
    let mut lags = [0; 6];
    for i in 0..1000 {
        let drawn = posterior.draw([(f64::from(i) + 0.5) / 1000.0, 0.5, 0.5, 0.5]);
        lags[drawn.pause.unwrap().lag as usize] += 1;
    }
    assert_eq!(lags, [0, 200, 200, 200, 200, 200]);
    let ends = [[0.0; 4], [1.0; 4]].map(|u| posterior.draw(u));
    assert!(ends[0].persistence == 0.0 && (ends[1].persistence - MOST_PERSISTENCE).abs() < 1e-12);
    let widest = 16.0 * prior.change_sd;
    assert!(
        (ends[1].change / widest - 1.0).abs() < 1e-12
            && (ends[0].change * 128.0 / widest - 1.0).abs() < 1e-12
    );
    assert!(ends[0].mean < prior.growth && ends[1].mean > prior.growth);
}
