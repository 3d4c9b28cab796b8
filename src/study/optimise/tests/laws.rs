//! What holds for every search.

use proptest::prelude::*;

use super::*;
use crate::study::optimise::{Found, Settings, Stall, minimise};

fn gene() -> impl Strategy<Value = Gene> {
    prop_oneof![
        (-5.0..5.0_f64, 0.0..9.0_f64).prop_map(|(low, width)| real(low, low + width)),
        (-9..9_i64, 0..12_i64).prop_map(|(low, width)| Gene::Integer {
            low,
            high: low + width
        }),
        (1..5_usize).prop_map(Gene::Choice),
    ]
}

fn within(gene: Gene, value: f64) -> bool {
    match gene {
        Gene::Real { low, high } => (low..=high).contains(&value),
        Gene::Integer { low, high } => {
            value.fract() == 0.0 && (low as f64..=high as f64).contains(&value)
        }
        Gene::Choice(of) => value.fract() == 0.0 && (0.0..of as f64).contains(&value),
    }
}

fn run(genes: &[Gene], aims: usize, settings: &Settings) -> Found {
    let judge = |x: &[f64]| {
        let sum: f64 = x.iter().sum();
        let square: f64 = x.iter().map(|x| (x - 1.0) * (x - 1.0)).sum();
        judged(
            &[sum, square, -sum * 0.5 + square][..aims],
            &[(2.0 - sum) * 0.1],
        )
    };
    let Ok(found) = minimise(&mut Known::new(genes.to_vec(), aims, judge), settings);
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Every value lies within its gene, no design is judged twice, the budget is kept; the front is that of all designs judged; and
    /// a larger budget begins with the same designs.
    #[test]
    fn searches_keep_their_rules(
        genes in prop::collection::vec(gene(), 1..5),
        aims in 1..=3_usize,
        seed in 0..1000_u64,
        population in 4..14_usize,
        evaluations in 1..120_usize,
        stall in prop::option::of((0.0..0.1_f64, 1..5_usize)),
    ) {
        let stall = stall.map(|(share, generations)| Stall { share, generations });
        let settings = Settings { seed, population, evaluations, stall };
        let found = run(&genes, aims, &settings);
        prop_assert!(found.designs.len() <= evaluations && !found.designs.is_empty());
        for (at, design) in found.designs.iter().enumerate() {
            prop_assert!(genes.iter().zip(&design.genes).all(|(gene, value)| within(*gene, *value)), "{design:?}");
            prop_assert!(found.designs[..at].iter().all(|other| other.genes != design.genes), "{design:?} twice");
            let efficient = design.judged.feasible()
                && !found.designs.iter().any(|other| other.judged.dominates(&design.judged));
            let held = found.front.iter().any(|&held| found.designs[held].judged == design.judged);
            prop_assert_eq!(efficient, held);
        }
        let first = |&at: &usize| found.designs[at].judged.aims[0];
        prop_assert!(found.front.is_sorted_by_key(first));
        let longer = run(&genes, aims, &Settings { evaluations: evaluations + 30, ..settings });
        prop_assert_eq!(&longer.designs[..found.designs.len()], &found.designs[..]);
    }
}
