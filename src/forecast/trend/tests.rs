use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::forecast::score::members;
use crate::random;

fn trend(history: &[(i32, f64)]) -> Trend {
    Trend::new(history, 2200, &[], &Prior::default()).unwrap()
}

fn series(first: i32, values: &[f64]) -> Vec<(i32, f64)> {
    (first..).zip(values.iter().copied()).collect()
}

fn pause(from: i32, known: i32, until: Option<i32>, until_known: Option<i32>) -> Pause {
    Pause {
        from,
        known,
        until,
        until_known,
        source: String::new(),
    }
}

/// A history and its continuation, drawn from the prior.
fn from_the_prior(rng: &mut impl rand::Rng, years: usize, after: usize, bound: bool) -> Vec<f64> {
    let prior = Prior::default();
    let mut standard = || normal::quantile(rng.random::<f64>());
    let mean = prior.growth + prior.growth_sd * standard();
    let change = prior.change_sd * (std::f64::consts::LN_2 * standard().clamp(-3.0, 4.0)).exp();
    let persistence = 0.98 * normal::below(standard());
    let lag = 1 + ((5.0 * normal::below(standard())) as usize).min(4);
    let kept = (-0.5 * 4_f64.powf(-normal::below(standard()))).exp();
    let mut growth = mean + change / (1.0 - persistence * persistence).sqrt() * standard();
    let mut values = vec![1.0];
    for year in 1..years + after {
        if year > 1 {
            // The pause begins with the fourth year, which has the index 3.
            let expected = if bound && year >= 3 + lag {
                if growth > 0.0 {
                    (1.0 + kept * (1.0 - (-growth).exp())).ln()
                } else {
                    kept * growth
                }
            } else {
                mean + persistence * (growth - mean)
            };
            growth = expected + change * standard();
        }
        values.push(values[year - 1] * growth.exp());
    }
    values
}

/// Calibration (Cook, Gelman & Rubin 2006): of series drawn from the prior, a share p of the later years lies below the quantile p of
/// the forecast, whatever the length of the history and with a pause too. The limits are four binomial standard deviations.
#[test]
fn draws_are_calibrated_on_series_of_the_model() {
    for (years, bound, many) in [(3, false, 1000), (8, false, 1000), (8, true, 200)] {
        let mut rng = random::stream(17, &format!("test.trend.{years}.{bound}"));
        let mut held: BTreeMap<&str, f64> = BTreeMap::new();
        for _ in 0..many {
            let all = from_the_prior(&mut rng, years, 3, bound);
            let history = series(2000, &all[..years]);
            let pauses = if bound {
                vec![pause(2003, 2003, None, None)]
            } else {
                vec![]
            };
            let Ok(trend) = Trend::new(&history, 2200, &pauses, &Prior::default()) else {
                continue; // a change by a factor of ten
            };
            for (members, came) in members(&trend, 3, 200, 1)
                .unwrap()
                .iter()
                .zip(&all[years..])
            {
                let below = members.partition_point(|x| x < came);
                for (name, at) in [("below P10", 20), ("below P50", 100), ("below P90", 180)] {
                    *held.entry(name).or_default() += if below < at { 1.0 } else { 0.0 };
                }
            }
        }
        for (name, expected) in [("below P10", 0.1), ("below P50", 0.5), ("below P90", 0.9)] {
            // The three years of a series share its growth: they count as one.
            let share = held[name] / (3.0 * f64::from(many));
            let limit = 4.0 * f64::sqrt(expected * (1.0 - expected) / f64::from(many));
            println!("{years} years, pause {bound}, {name}: {share:.3} ± {limit:.3}");
            assert!((share - expected).abs() < limit, "{name}: {share}");
        }
    }
}

/// Three years tell less than ten of the same growth.
#[test]
fn short_histories_have_wide_bands() {
    let values: Vec<f64> = (0..10).map(|i| 1.1_f64.powi(i)).collect();
    let width = |years: usize| {
        let trend = trend(&series(2000, &values[10 - years..]));
        let last = members(&trend, 5, 2000, 1).unwrap().pop().unwrap();
        (last[1800] / last[200]).ln()
    };
    assert!(width(3) > 1.4 * width(10), "{} {}", width(3), width(10));
}

/// A forecast of a long steady history is that history continued.
#[test]
fn steady_growth_goes_on() {
    let values: Vec<f64> = (0..40).map(|i| 1.15_f64.powi(i)).collect();
    let median = members(&trend(&series(1980, &values)), 3, 1000, 1).unwrap();
    for (on, members) in (1..).zip(&median) {
        let expected = values[39] * 1.15_f64.powi(on);
        assert!(
            (members[500] / expected - 1.0).abs() < 0.01,
            "{} {expected}",
            members[500]
        );
    }
}

/// After a pause that binds from now on, what is added fades; an end that is known brings growth back.
#[test]
fn a_pause_slows_and_its_end_brings_growth_back() {
    let values: Vec<f64> = (0..12).map(|i| 1.2_f64.powi(i)).collect();
    let history = series(2010, &values);
    let median = |pauses: &[Pause]| {
        let trend = Trend::new(&history, 2021, pauses, &Prior::default()).unwrap();
        members(&trend, 12, 1000, 1).unwrap()[11][500]
    };
    let free = median(&[]);
    let paused = median(&[pause(2020, 2021, None, None)]);
    let ended = median(&[pause(2020, 2021, Some(2024), None)]);
    assert!(
        paused < 0.6 * free && ended > 1.2 * paused && ended < free,
        "{free} {paused} {ended}"
    );
    // Neither is seen before it is known.
    assert_eq!(median(&[pause(2020, 2022, None, None)]), free);
    assert_eq!(median(&[pause(2020, 2021, Some(2024), Some(2022))]), paused);
}

#[test]
fn faults_name_the_year_and_the_cure() {
    let prior = Prior::default();
    let said = |history: &[(i32, f64)], pauses: &[Pause], prior: &Prior| {
        let fault = Trend::new(history, 2024, pauses, prior).unwrap_err();
        assert!(!fault.cure.is_empty());
        format!("{}: {fault}", fault.key().unwrap())
    };
    let good = series(2020, &[1.0, 1.1, 1.2]);
    for (history, words) in [
        (vec![], "years: 0 metered years"),
        (series(2020, &[1.0, 1.1]), "years: 2 metered years"),
        (series(2020, &[1.0, 0.0, 1.2]), "years: 0 in 2021"),
        (series(2020, &[1.0, f64::NAN, 1.2]), "years: NaN in 2021"),
        (
            series(2020, &[1.0, 1.1, f64::INFINITY]),
            "years: inf in 2022",
        ),
        (
            vec![(2020, 1.0), (2021, 1.1), (2023, 1.2)],
            "years: 2023 follows 2021",
        ),
        (
            vec![(2020, 1.0), (2021, 1.1), (2021, 1.2)],
            "years: 2021 follows 2021",
        ),
        (
            vec![(2021, 1.0), (2020, 1.1), (2022, 1.2)],
            "years: 2020 follows 2021",
        ),
        (
            vec![(i32::MAX, 1.0), (i32::MIN, 1.1), (0, 1.2)],
            "years: -2147483648 follows",
        ),
        (
            series(2020, &[1.0, 1.1, 1100.0]),
            "years: from 2021 to 2022",
        ),
        (
            series(2020, &[1e-300, 1e300, 1.0]),
            "years: from 2020 to 2021",
        ),
    ] {
        let said = said(&history, &[], &prior);
        assert!(said.starts_with(words), "{said}");
    }
    let ends = said(&good, &[pause(2021, 2021, Some(2021), None)], &prior);
    assert!(
        ends.starts_with("pause.until: the pause from 2021 ends in 2021"),
        "{ends}"
    );
    let ends = said(&good, &[pause(2021, 2021, None, Some(2021))], &prior);
    assert!(ends.starts_with("pause.until_known"), "{ends}");
    let wide = Prior {
        growth_sd: f64::NAN,
        ..prior
    };
    let wide = said(&good, &[], &wide);
    assert!(wide.starts_with("prior.growth_sd: NaN"), "{wide}");
}

fn histories() -> impl Strategy<Value = Vec<(i32, f64)>> {
    (
        1990..2020_i32,
        1e-6..1e6_f64,
        prop::collection::vec(-0.5..0.8_f64, 2..10),
    )
        .prop_map(|(first, start, growth)| {
            let mut value = start;
            let mut all = vec![(first, start)];
            for (year, growth) in (first + 1..).zip(growth) {
                value *= growth.exp();
                all.push((year, value));
            }
            all
        })
}

proptest! {
    /// Every draw is an energy, rises with each year's coordinate and that of the growth, and has the unit of the history.
    #[test]
    fn draws_are_energies(
        history in histories(),
        u in prop::collection::vec(0.0..=1.0_f64, 34),
        up in prop::collection::vec(0.0..=1.0_f64, 34),
        paused in prop::option::of(-4..3_i32),
        unit in 1e-6..1e6_f64,
    ) {
        let last = history[history.len() - 1].0;
        let pauses: Vec<Pause> = paused.map(|on| pause(last + on, last, Some(last + 9), None)).into_iter().collect();
        let draw = |history: &[(i32, f64)], u: &[f64]| {
            let trend = Trend::new(history, last, &pauses, &Prior::default()).unwrap();
            let mut path = [0.0; 30];
            trend.path(u, &mut path);
            path
        };
        let path = draw(&history, &u);
        prop_assert!(path.iter().all(|value| value.is_finite() && *value > 0.0), "{path:?}");
        let mut higher = u.clone();
        for (i, up) in up.iter().enumerate().skip(3) {
            higher[i] = higher[i].max(*up);
        }
        for (low, high) in path.iter().zip(draw(&history, &higher)) {
            prop_assert!(high >= low * (1.0 - 1e-9), "{high} {low}");
        }
        let scaled: Vec<_> = history.iter().map(|(year, value)| (*year, unit * value)).collect();
        for (one, other) in path.iter().zip(draw(&scaled, &u)) {
            prop_assert!((other / (unit * one) - 1.0).abs() < 1e-6, "{other} {one}");
        }
        prop_assert_eq!(trend(&history).coordinates(30).len(), 34);
    }
}
