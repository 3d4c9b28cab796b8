//! `DeepSeek` on GB200s and H100s, read and written apart: both pools are sized for the same demand, the pool that writes counts the
//! tokens, and what one cannot do the other does not.

use super::*;
use crate::workload::model::HallChips;
use crate::workload::model::serving::Layout;
use proptest::prelude::*;

const DEMAND: &str = "model = 'd'\nprecision = 'fp8'\nrequests_per_s = 100\ninput_tokens = 2000\noutput_tokens = 1000\n\
                      token_ms = 100\ndaily_swing = 0\nweekend_factor = 1\n";

fn deepseek() -> LanguageModel {
    toml::from_str(
        "name = 'D'\nparameters = 671e9\nactive = 37e9\nlayers = 61\nhidden = 7168\nheads = 128\nkv_heads = 128\n\
         head_dim = 128\nffn = 2048\nexperts = 256\nexperts_per_token = 8\ncache_values = 576\nvocabulary = 129280\n\
         source = 'test'",
    )
    .unwrap()
}

fn all(text: &str) -> Result<Vec<Service>, Fault> {
    let models: BTreeMap<String, LanguageModel> = [
        ("d".to_owned(), deepseek()),
        ("70b".to_owned(), llama_70b()),
    ]
    .into();
    let h100 = platform().chip;
    let mut rack = h100;
    rack.domain = 72;
    rack.memory_bytes = 192e9;
    rack.bandwidth_bytes_s = 8e12;
    let hall = |name: &str, chip| HallChips {
        name: name.into(),
        chip,
    };
    let halls = [hall("old", h100), hall("new", rack)];
    let platform = Platform {
        models: &models,
        halls: &halls,
        ..platform()
    };
    table(&format!("{DEMAND}{text}")).services("k", &platform, None)
}

fn deployed(service: &Service) -> &Deployed {
    match service.served.as_deref() {
        Some(Served::Model(deployed)) => deployed,
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_pool_has_its_own_hall_width_and_count() {
    let text = "[prefill]\nhall = 'old'\n[decode]\nhall = 'new'\ngpus_per_replica = 64\n";
    let services = all(text).unwrap();
    let [writes, reads] = &services[..] else {
        panic!("{services:?}");
    };
    assert_eq!((writes.hall, reads.hall), (Some(1), Some(0)));
    assert_eq!((writes.fed_by, reads.fed_by), (Some(1), None));
    assert_eq!(deployed(writes).replica_gpus, 64);
    // 16 H100s are the fewest that hold 671 GB.
    assert!(deployed(reads).replica_gpus >= 16);
    let rate = |service: &Service| service.output_rate(Calendar::new(0, 0.0), 0.0, 60.0);
    assert!((rate(writes).tokens_per_s - 100e3).abs() < 1e-6);
    assert_eq!(rate(reads).tokens_per_s, 0.0);
    assert!(rate(reads).utilisation > 0.0);
}

/// With 16 of the H100s that reading takes, the whole service does what those can: the rest is refused, not written unread.
#[test]
fn the_smaller_pool_bounds_both() {
    let few = all("[prefill]\ngpus = 16\n[decode]\nhall = 'new'\n").unwrap();
    let most = deployed(&few[1]).most_per_s;
    let rate = few[0].output_rate(Calendar::new(0, 0.0), 0.0, 60.0);
    assert!(most < 100e3, "{most}");
    assert!((rate.tokens_per_s - most).abs() < 1e-6 * most);
    assert!((rate.tokens_per_s + rate.refused_per_s - 100e3).abs() < 1e-6);
}

#[test]
fn what_pools_cannot_be_is_refused() {
    for (text, key, words) in [
        ("[prefill]\n", "k", "'decode' is missing"),
        ("[decode]\n", "k", "'prefill' is missing"),
        (
            "gpus = 8\n[prefill]\n[decode]\n",
            "k.gpus",
            "belongs to each pool",
        ),
        (
            "[prefill]\nhall = 'nowhere'\n[decode]\n",
            "k.prefill.hall",
            "no hall 'nowhere'",
        ),
        (
            "[prefill]\n[decode]\nprecision = 'fp4'\n",
            "k.decode.precision",
            "no fp4 units",
        ),
        (
            "[prefill]\n[decode]\ngpus_per_replica = 4\n",
            "k.decode.gpus_per_replica",
            "will not hold a copy",
        ),
        (
            "[prefill]\n[decode]\ntensor_parallel = 3\n",
            "k.decode.tensor_parallel",
            "among 3 GPUs",
        ),
        (
            "scaling = 'unload'\n[prefill]\n[decode]\n",
            "k.scaling",
            "stay loaded",
        ),
        (
            "first_token_ms = 1\n[prefill]\n[decode]\n",
            "k.first_token_ms",
            "first token of one request",
        ),
        (
            "draft_acceptance = 0.5\n",
            "k.draft_acceptance",
            "without draft_tokens",
        ),
        ("hall = 'nowhere'\n", "k.hall", "no hall 'nowhere'"),
    ] {
        let error = all(text).unwrap_err();
        assert_eq!(error.key(), Some(key), "{text}: {error}");
        assert!(error.what.contains(words), "{text}: {error}");
    }
}

/// The latency that a refusal names is one that is kept.
#[test]
fn the_cure_for_a_late_first_token_works() {
    for pools in ["", "[prefill]\n[decode]\n"] {
        let error = all(&format!("first_token_ms = 1\n{pools}")).unwrap_err();
        let ms = error
            .cure
            .split_whitespace()
            .find_map(|word| word.parse::<u32>().ok());
        let text = format!("first_token_ms = {}\n{pools}", ms.unwrap());
        assert!(all(&text).is_ok(), "{error}");
    }
}

/// `DeepSeek` on H100s spans servers; on a rack the narrowest copy has 8 GPUs.
#[test]
fn experts_span_domains() {
    let on = |hall: &str| deployed(&all(&format!("hall = '{hall}'\n")).unwrap()[0]).replica_gpus;
    assert!(on("old") >= 16, "{}", on("old"));
    let wide = all("hall = 'new'\ngpus_per_replica = 8\n").unwrap();
    assert_eq!(deployed(&wide[0]).replica_gpus, 8);
    assert_eq!(
        Layout {
            gpus: 16,
            tensor: 1,
            spread: true
        }
        .describe(),
        "16 GPUs in 16 ranks"
    );
}

proptest! {
    /// Whatever the limits, the width chosen needs no more GPUs than any other that can be stated, and holds what it says.
    #[test]
    fn no_other_width_needs_fewer_gpus(token_ms in 30.0..400.0f64, requests in 1.0..800.0f64, model in 0..2_usize) {
        let model = ["d", "70b"][model];
        let text = format!(
            "model = '{model}'\nprecision = 'fp8'\nrequests_per_s = {requests}\ninput_tokens = 2000\noutput_tokens = 1000\n\
             token_ms = {token_ms}\ndaily_swing = 0\nweekend_factor = 1\nhall = 'new'\n"
        );
        let of = |more: &str| {
            let models: BTreeMap<String, LanguageModel> =
                [("d".to_owned(), deepseek()), ("70b".to_owned(), llama_70b())].into();
            let mut rack = platform().chip;
            rack.domain = 72;
            rack.memory_bytes = 192e9;
            let halls = [HallChips { name: "new".into(), chip: rack }];
            let platform = Platform { models: &models, halls: &halls, ..platform() };
            table(&format!("{text}{more}")).services("k", &platform, None)
        };
        if let Ok(best) = of("") {
            for gpus in [1, 2, 4, 8, 16, 32, 64, 72, 144] {
                if let Ok(other) = of(&format!("gpus_per_replica = {gpus}\n")) {
                    prop_assert!(best[0].gpus <= other[0].gpus, "{} {gpus} {}", best[0].gpus, other[0].gpus);
                }
            }
            let rate = best[0].output_rate(Calendar::new(0, 0.0), 0.0, 60.0);
            prop_assert!((rate.tokens_per_s - 1000.0 * requests).abs() < 1e-6 * 1000.0 * requests);
        }
    }
}
