//! A step in demand by hand, and laws for all rhythms.

use proptest::prelude::*;

use super::*;
use crate::workload::service::{OutputKind, OutputRate};

/// Ten copies of four GPUs that make 1,000 a second each, at a load of half of what they make.
fn deployed(scaling: Scaling, demand_per_s: f64) -> Deployed {
    Deployed {
        ceiling_per_s: f64::INFINITY,
        output: OutputKind::Tokens,
        replica_gpus: 4,
        held_gpus: 40,
        replicas: 10,
        least_replicas: 1,
        scaling,
        autoscaler: None,
        demand_per_s,
        most_per_s: 1000.0,
        load: (0..=Deployed::LEVELS)
            .map(|level| 0.5 * level as f64 / Deployed::LEVELS as f64)
            .collect(),
        offload: None,
    }
}

fn delays(cold_start_s: f64, scale_down_s: f64) -> Delays {
    Delays {
        cold_start_s: Some(cold_start_s),
        scale_down_s: Some(scale_down_s),
    }
}

/// In the step of a minute that begins at `minute` of the week.
fn rate(deployed: &Deployed, rhythm: Rhythm, minute: u32) -> OutputRate {
    let service = deployed
        .clone()
        .service(crate::workload::Class::Inference, rhythm);
    let at_s = f64::from(minute) * 60.0;
    service.output_rate(Calendar::new(0, 0.0), at_s, 60.0)
}

/// 7,900 a second from Monday to Friday take eight copies, 1,580 at the weekend two. With 180 s of cold start and 600 s of delay: on
/// Monday 6 of 8 copies load for three minutes, in which 7,900 − 2,000 are refused; on Saturday eight stay for ten minutes.
#[test]
fn a_step_in_demand_by_hand() {
    let rhythm = Rhythm {
        swing: 0.0,
        peak_hour: 15.0,
        weekend_factor: 0.2,
    };
    let deployed = deployed(Scaling::Unload, 7900.0 / rhythm.at(0.0, 0))
        .scaled("k", delays(180.0, 600.0), 0.0, &rhythm)
        .unwrap();
    let at = |minute| rate(&deployed, rhythm, minute);
    let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-9 * b.abs().max(1.0), "{a} {b}");
    for (minute, served, refused, loaded) in [
        (7 * 1440 - 1, 1580.0, 0.0, 0.2),
        (0, 2000.0, 5900.0, 0.8),
        (2, 2000.0, 5900.0, 0.8),
        (3, 7900.0, 0.0, 0.8),
        (5 * 1440 - 1, 7900.0, 0.0, 0.8),
        (5 * 1440, 1580.0, 0.0, 0.8),
        (5 * 1440 + 9, 1580.0, 0.0, 0.8),
        (5 * 1440 + 10, 1580.0, 0.0, 0.2),
    ] {
        let now = at(minute);
        near(now.tokens_per_s, served);
        near(now.refused_per_s, refused);
        near(1.0 - now.unloaded, loaded);
        // A tenth of the chips at half a load for each thousand.
        near(now.utilisation, served / 20_000.0);
    }
}

/// 140 GB on four GPUs: 35 s at 1 GB/s each, and 120 s.
#[test]
fn a_cold_start_follows_from_the_weights() {
    let stated = Delays {
        cold_start_s: None,
        scale_down_s: None,
    };
    assert!((stated.cold_start_s(140e9, 4) - 155.0).abs() < 1e-9);
    assert_eq!(
        stated.describe_scaling(Scaling::Unload, 140e9, 4),
        "; a copy serves 155 s after it is wanted and is unloaded 300 s after it was last needed"
    );
    assert_eq!(stated.describe_scaling(Scaling::Follow, 140e9, 4), "");
}

#[test]
fn delays_of_copies_that_stay_loaded_are_refused() {
    let rhythm = Rhythm {
        swing: 0.0,
        peak_hour: 15.0,
        weekend_factor: 1.0,
    };
    for scaling in [Scaling::Fixed, Scaling::Follow] {
        let cold = deployed(scaling, 1.0).scaled("k", delays(1.0, 1.0), 0.0, &rhythm);
        let error = cold.unwrap_err();
        assert_eq!(error.key(), Some("k.cold_start_s"));
        assert!(error.cure.contains("scaling = \"unload\""), "{error}");
        let only_down = Delays {
            cold_start_s: None,
            ..delays(1.0, 1.0)
        };
        let down = deployed(scaling, 1.0).scaled("k", only_down, 0.0, &rhythm);
        assert_eq!(down.unwrap_err().key(), Some("k.scale_down_s"));
    }
}

/// Output of the same service, scaled by `delays`, at `minute` of the week.
fn scaled(of: &Deployed, rhythm: Rhythm, delays: Delays, minute: u32) -> OutputRate {
    let scaled = of.clone().scaled("k", delays, 0.0, &rhythm).unwrap();
    rate(&scaled, rhythm, minute)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn extremes_are_those_of_every_window(
        values in proptest::collection::vec(0..9_u32, 1..40),
        back in 0..40_usize,
    ) {
        let count = values.len();
        let back = back.min(count - 1);
        let window = |now: usize| (0..=back).map(move |ago| (now + count - ago) % count);
        let most: Vec<u32> = (0..count)
            .map(|now| window(now).map(|at| values[at]).max().unwrap())
            .collect();
        let least: Vec<u32> = (0..count)
            .map(|now| window(now).map(|at| values[at]).min().unwrap())
            .collect();
        prop_assert_eq!(extremes(&values, back, |new, old| new >= old), most);
        prop_assert_eq!(extremes(&values, back, |new, old| new <= old), least);
    }

    /// Tokens close; what is served fits into the copies that serve, which are loaded; without delays it is what copies that stay
    /// loaded serve; a longer stay refuses no more and unloads no more, a longer cold start refuses no less.
    #[test]
    fn copies_come_and_go_lawfully(
        (swing, peak_hour, weekend_factor) in (0.0..1.0f64, 0.0..24.0f64, 0.0..2.0f64),
        demand_per_s in 1.0..12_000.0f64,
        least_replicas in 0..12_u32,
        (cold_s, longer_cold_s) in (0.0..5e3f64, 0.0..5e3f64),
        (down_s, longer_down_s) in (0.0..5e4f64, 0.0..5e4f64),
        minute in 0..7 * 1440_u32,
    ) {
        let rhythm = Rhythm { swing, peak_hour, weekend_factor };
        let of = Deployed { least_replicas, ..deployed(Scaling::Unload, demand_per_s) };
        let at = |cold_s, down_s| scaled(&of, rhythm, delays(cold_s, down_s), minute);
        let follow = rate(&Deployed { scaling: Scaling::Follow, ..of.clone() }, rhythm, minute);
        let requested = follow.tokens_per_s + follow.refused_per_s;

        let now = at(cold_s, down_s);
        prop_assert!((now.tokens_per_s + now.refused_per_s - requested).abs() <= 1e-9 * requested);
        prop_assert!(now.refused_per_s >= 0.0);
        let loaded = 10.0 * (1.0 - now.unloaded);
        prop_assert!((loaded - loaded.round()).abs() < 1e-9 && (-1e-9..=10.0).contains(&loaded));
        prop_assert!(loaded > f64::from(least_replicas.min(10)) - 1e-9);
        prop_assert!(now.tokens_per_s <= 1000.0 * loaded + 1e-6);
        prop_assert!(now.utilisation <= 0.5 * loaded / 10.0 + 1e-9);

        prop_assert_eq!(at(0.0, down_s).tokens_per_s, follow.tokens_per_s);
        let at_once = OutputRate {
            capacity_per_s: follow.capacity_per_s,
            ..at(0.0, 0.0)
        };
        prop_assert_eq!(
            OutputRate { unloaded: 0.0, ..at_once },
            follow
        );
        let needed = (follow.tokens_per_s / 1000.0).ceil().max(f64::from(least_replicas.min(10)));
        prop_assert!(10.0 * (1.0 - at_once.unloaded) <= needed + 1.0 + 1e-9);

        let stays = at(cold_s, down_s + longer_down_s);
        prop_assert!(stays.refused_per_s <= now.refused_per_s);
        prop_assert!(stays.unloaded <= now.unloaded);
        let slower = at(cold_s + longer_cold_s, down_s);
        prop_assert!(slower.refused_per_s >= now.refused_per_s);
        prop_assert_eq!(slower.unloaded, now.unloaded);
    }
}
