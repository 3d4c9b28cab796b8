use proptest::prelude::*;

use super::super::normal::below;
use super::*;

fn read(text: &str) -> Distribution {
    toml::from_str::<std::collections::BTreeMap<String, Distribution>>(text)
        .unwrap()
        .remove("over")
        .unwrap()
}

/// The share at or below `x`, from the densities' integrals, and not from the quantiles.
fn share(of: &Distribution, x: f64) -> f64 {
    let cut = |z: &dyn Fn(f64) -> f64, low: Option<f64>, high: Option<f64>| {
        let from = low.map_or(0.0, |low| below(z(low)));
        let to = high.map_or(1.0, |high| below(z(high)));
        (below(z(x)) - from) / (to - from)
    };
    match of {
        Distribution::Uniform(it) => (x - it.low) / (it.high - it.low),
        Distribution::LogUniform(it) => (x / it.low).ln() / (it.high / it.low).ln(),
        Distribution::Triangular(it) => {
            let width = it.high - it.low;
            if x <= it.mode && it.mode > it.low {
                (x - it.low).powi(2) / (width * (it.mode - it.low))
            } else {
                1.0 - (it.high - x).powi(2) / (width * (it.high - it.mode))
            }
        }
        Distribution::Normal(it) => cut(&|x| (x - it.mean) / it.sd, it.low, it.high),
        Distribution::LogNormal(it) => {
            cut(&|x: f64| (x / it.median).ln() / it.sigma, it.low, it.high)
        }
        Distribution::Discrete(it) => {
            let with = it.values.iter().zip(&it.weights);
            let within: f64 = with.filter(|(value, _)| **value <= x).map(|(_, w)| w).sum();
            within / it.weights.iter().sum::<f64>()
        }
        Distribution::Empirical(it) => {
            let within = it.values.iter().filter(|value| **value <= x).count();
            within as f64 / it.values.len() as f64
        }
    }
}

/// Quantiles by hand. Triangular 0, 1, 4: the mode's share is ¼, Q(1/16) = √(1/16·4·1) = ½, Q(¾) = 4 − √(¼·4·3) = 2.267949.
/// Normal 10 ± 2 from 10 up: half of it, so Q(½) is the whole one's ¾: 10 + 2·0.674490. Log-normal 100, 0.5: Q(Φ(1)) = 100 √e.
#[test]
fn quantiles_by_hand() {
    let one_sigma = 0.841_344_746_068_543;
    for (text, u, expected) in [
        ("over.uniform = { low = -1.0, high = 3.0 }", 0.25, 0.0),
        ("over.log_uniform = { low = 1.0, high = 100.0 }", 0.5, 10.0),
        (
            "over.triangular = { low = 0.0, mode = 1.0, high = 4.0 }",
            0.0625,
            0.5,
        ),
        (
            "over.triangular = { low = 0.0, mode = 1.0, high = 4.0 }",
            0.75,
            2.267_949_192_431_123,
        ),
        (
            "over.triangular = { low = 1.0, mode = 1.0, high = 2.0 }",
            0.75,
            1.5,
        ),
        (
            "over.triangular = { low = 1.0, mode = 2.0, high = 2.0 }",
            0.25,
            1.5,
        ),
        ("over.normal = { mean = 10.0, sd = 2.0 }", one_sigma, 12.0),
        (
            "over.normal = { mean = 10.0, sd = 2.0, low = 10.0 }",
            0.5,
            11.348_979_500_392_163,
        ),
        (
            "over.log_normal = { median = 100.0, sigma = 0.5 }",
            one_sigma,
            164.872_127_070_012_8,
        ),
        (
            "over.discrete = { values = [1.0, 2.0, 5.0], weights = [1.0, 2.0, 1.0] }",
            0.2499,
            1.0,
        ),
        (
            "over.discrete = { values = [1.0, 2.0, 5.0], weights = [1.0, 2.0, 1.0] }",
            0.25,
            2.0,
        ),
        (
            "over.discrete = { values = [1.0, 2.0, 5.0], weights = [1.0, 2.0, 1.0] }",
            1.0,
            5.0,
        ),
        (
            "over.empirical = { values = [7.0, 3.0, 3.0, 1.0] }",
            0.5,
            3.0,
        ),
        (
            "over.empirical = { values = [7.0, 3.0, 3.0, 1.0] }",
            0.75,
            7.0,
        ),
    ] {
        let it = read(text);
        it.check().unwrap();
        let at = it.at(u);
        assert!(
            (at - expected).abs() < 1e-10 * expected.abs().max(1.0),
            "{text} at {u}: {at}"
        );
    }
}

/// The ends are met and never passed, and no quantile is infinite.
#[test]
fn ends_are_ends() {
    for (text, low, high) in [
        ("over.uniform = { low = 0.1, high = 0.7 }", 0.1, 0.7),
        ("over.log_uniform = { low = 0.1, high = 0.7 }", 0.1, 0.7),
        (
            "over.triangular = { low = 0.1, mode = 0.3, high = 0.7 }",
            0.1,
            0.7,
        ),
        (
            "over.normal = { mean = 9.0, sd = 1.0, low = 9.1, high = 9.7 }",
            9.1,
            9.7,
        ),
        (
            "over.log_normal = { median = 9.0, sigma = 1.0, low = 0.1, high = 0.7 }",
            0.1,
            0.7,
        ),
    ] {
        let it = read(text);
        assert!(
            (it.at(0.0) - low).abs() < 1e-14 && it.at(0.0) >= low,
            "{text}"
        );
        assert!(
            (it.at(1.0) - high).abs() < 1e-14 && it.at(1.0) <= high,
            "{text}"
        );
    }
    let open = read("over.log_normal = { median = 9.0, sigma = 1.0 }");
    assert!(open.at(0.0) > 0.0 && open.at(1.0).is_finite());
}

/// Means and variances by their formulas, over a million equal steps of u. Johnson, Kotz & Balakrishnan for the truncated normal:
/// above its mean only, mean √(2/π) and variance 1 − 2/π.
#[test]
fn means_and_variances_are_those_of_the_formulas() {
    let (pi, half) = (std::f64::consts::PI, 0.5_f64);
    for (text, mean, variance) in [
        ("over.uniform = { low = 2.0, high = 8.0 }", 5.0, 3.0),
        (
            "over.log_uniform = { low = 1.0, high = 10.0 }",
            9.0 / 10.0_f64.ln(),
            99.0 / (2.0 * 10.0_f64.ln()) - (9.0 / 10.0_f64.ln()).powi(2),
        ),
        (
            "over.triangular = { low = 0.0, mode = 1.0, high = 5.0 }",
            2.0,
            21.0 / 18.0,
        ),
        ("over.normal = { mean = 3.0, sd = 2.0 }", 3.0, 4.0),
        (
            "over.normal = { mean = 0.0, sd = 1.0, low = 0.0 }",
            (2.0 / pi).sqrt(),
            1.0 - 2.0 / pi,
        ),
        (
            "over.log_normal = { median = 1.0, sigma = 0.5 }",
            (half * 0.25).exp(),
            (0.25_f64.exp() - 1.0) * 0.25_f64.exp(),
        ),
        (
            "over.discrete = { values = [0.0, 4.0], weights = [3.0, 1.0] }",
            1.0,
            3.0,
        ),
        (
            "over.empirical = { values = [4.0, 0.0, 2.0] }",
            2.0,
            8.0 / 3.0,
        ),
    ] {
        let it = read(text);
        let steps = 1_000_000;
        let values = (0..steps).map(|step| it.at((f64::from(step) + 0.5) / f64::from(steps)));
        let (sum, squares) =
            values.fold((0.0, 0.0), |(sum, squares), x| (sum + x, squares + x * x));
        let found = sum / f64::from(steps);
        let spread = squares / f64::from(steps) - found * found;
        // The tails beyond the last step hold a few millionths of the variance.
        assert!(
            (found - mean).abs() < 1e-5 * mean.abs().max(1.0),
            "{text}: {found}"
        );
        assert!(
            (spread - variance).abs() < 1e-4 * variance,
            "{text}: {spread} {variance}"
        );
    }
}

#[test]
fn what_is_no_distribution_is_refused_at_its_key() {
    for (text, key) in [
        ("over.uniform = { low = 2.0, high = 2.0 }", "uniform.high"),
        ("over.uniform = { low = nan, high = 2.0 }", "uniform.low"),
        (
            "over.log_uniform = { low = 0.0, high = 2.0 }",
            "log_uniform.low",
        ),
        (
            "over.log_uniform = { low = 3.0, high = 2.0 }",
            "log_uniform.high",
        ),
        (
            "over.triangular = { low = 0.0, mode = 3.0, high = 2.0 }",
            "triangular.mode",
        ),
        ("over.normal = { mean = 0.0, sd = 0.0 }", "normal.sd"),
        ("over.normal = { mean = inf, sd = 1.0 }", "normal.mean"),
        (
            "over.normal = { mean = 0.0, sd = 1.0, low = 9.0 }",
            "normal.low",
        ),
        (
            "over.normal = { mean = 0.0, sd = 1.0, high = -9.0 }",
            "normal.high",
        ),
        (
            "over.normal = { mean = 0.0, sd = 1.0, low = 1.0, high = -1.0 }",
            "normal.high",
        ),
        (
            "over.log_normal = { median = -1.0, sigma = 1.0 }",
            "log_normal.median",
        ),
        (
            "over.log_normal = { median = 1.0, sigma = 50.0 }",
            "log_normal.sigma",
        ),
        (
            "over.log_normal = { median = 1.0, sigma = 1.0, low = 0.0 }",
            "log_normal.low",
        ),
        (
            "over.discrete = { values = [1.0, 1.0], weights = [1.0, 1.0] }",
            "discrete.values",
        ),
        (
            "over.discrete = { values = [1.0], weights = [] }",
            "discrete.weights",
        ),
        (
            "over.discrete = { values = [1.0], weights = [0.0] }",
            "discrete.weights",
        ),
        ("over.empirical = { values = [] }", "empirical.values"),
        ("over.empirical = { values = [nan] }", "empirical.values"),
    ] {
        let fault = read(text).check().expect_err(text);
        assert_eq!(fault.key(), Some(key), "{text}: {fault}");
        assert!(!fault.cure.is_empty(), "{text}");
    }
    let unknown = "over.normal = { mean = 0.0, sd = 1.0, hi = 2.0 }";
    let error = toml::from_str::<std::collections::BTreeMap<String, Distribution>>(unknown);
    assert!(
        error
            .unwrap_err()
            .to_string()
            .contains("unknown field `hi`")
    );
}

fn any() -> impl Strategy<Value = Distribution> {
    let ends = (-1e3..1e3_f64, 0.1..1e3_f64).prop_map(|(low, width)| (low, low + width));
    let above = (1e-3..1e3_f64, 1.01..1e3_f64).prop_map(|(low, factor)| (low, low * factor));
    let optional = (end(), end());
    prop_oneof![
        ends.clone()
            .prop_map(|(low, high)| Distribution::Uniform(Uniform { low, high })),
        above.prop_map(|(low, high)| Distribution::LogUniform(LogUniform { low, high })),
        (ends, 0.0..=1.0_f64).prop_map(|((low, high), share)| {
            let mode = (low + share * (high - low)).clamp(low, high);
            Distribution::Triangular(Triangular { low, mode, high })
        }),
        (-1e3..1e3_f64, 1e-2..1e3_f64, optional.clone()).prop_map(|(mean, sd, (below, above))| {
            let (low, high) = (
                below.map(|z| mean + z * sd),
                above.map(|z| mean + (z + 2.0) * sd),
            );
            Distribution::Normal(Normal {
                mean,
                sd,
                low,
                high,
            })
        }),
        (1e-3..1e3_f64, 1e-2..2.0_f64, optional).prop_map(|(median, sigma, (below, above))| {
            let end = |z: f64| median * (z * sigma).exp();
            let (low, high) = (below.map(end), above.map(|z| end(z + 2.0)));
            Distribution::LogNormal(LogNormal {
                median,
                sigma,
                low,
                high,
            })
        }),
        prop::collection::vec(1e-3..1.0_f64, 1..9).prop_map(|weights| {
            let values = (0..weights.len()).map(|value| value as f64).collect();
            Distribution::Discrete(Discrete { values, weights })
        }),
        prop::collection::vec(-1e3..1e3_f64, 1..20)
            .prop_map(|values| Distribution::Empirical(Empirical::new(values))),
    ]
}

/// A lower end, in standard deviations from the middle; an upper one lies 2 further up.
fn end() -> impl Strategy<Value = Option<f64>> + Clone {
    prop::option::of(-2.5..-1.0_f64)
}

proptest! {
    /// F(Q(u)) = u; where single values have shares, Q(u) is the first value with F ≥ u.
    #[test]
    fn the_share_below_a_quantile_is_its_own(it in any(), u in 0.0..1.0_f64) {
        it.check().unwrap();
        let x = it.at(u);
        let found = share(&it, x);
        match &it {
            Distribution::Discrete(_) | Distribution::Empirical(_) => {
                prop_assert!(found >= u - 1e-12);
                prop_assert!(share(&it, x - 1e-9) <= u + 1e-12);
            }
            // A mode at an end magnifies the last digit of x.
            _ => prop_assert!((found - u).abs() < 1e-7, "{it:?} at {u}: {x}, {found}"),
        }
    }

    /// Never falling.
    #[test]
    fn quantiles_rise(it in any(), u in 0.0..=1.0_f64, v in 0.0..=1.0_f64) {
        let (low, high) = (it.at(u.min(v)), it.at(u.max(v)));
        prop_assert!(low <= high + 1e-12 * high.abs(), "{it:?}: {low} {high}");
    }
}
