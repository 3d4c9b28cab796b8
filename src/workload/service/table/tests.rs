//! Both forms of the table, and what is refused.

use super::*;
use crate::workload::Calendar;
use crate::workload::model::LanguageModel;
use crate::workload::model::architecture::tests::llama_70b;
use crate::workload::model::tests::platform;
use crate::workload::service::Deployed;
use std::collections::BTreeMap;

fn table(text: &str) -> Inference {
    toml::from_str(text).unwrap()
}

fn service(text: &str) -> Result<Service, Fault> {
    let models: BTreeMap<String, LanguageModel> = [("70b".to_owned(), llama_70b())].into();
    let platform = Platform {
        models: &models,
        ..platform()
    };
    table(text)
        .services("workload.inference", &platform, None)
        .map(|mut all| all.remove(0))
}

fn refused(text: &str) -> Fault {
    service(text).unwrap_err()
}

/// Mean 0.5, swing 0.4, no weekend: 0.5·1.4 = 0.7 at the peak and 0.3 twelve hours away;
/// 100 GPUs × 1,000 tokens/s × 0.7 = 70,000 tokens/s.
#[test]
fn load_and_tokens_follow_the_hour() {
    let service = service(
        "gpus = 100\nmean_utilisation = 0.5\ndaily_swing = 0.4\npeak_hour = 14\n\
         weekend_factor = 1\ntokens_per_gpu_s = 1000",
    )
    .unwrap();
    assert!((service.utilisation(14.0, 2) - 0.7).abs() < 1e-12);
    assert!((service.utilisation(2.0, 6) - 0.3).abs() < 1e-12);
    assert!((service.tokens_per_s(0.7) - 70_000.0).abs() < 1e-9);
}

#[test]
fn a_peak_above_full_load_is_refused_with_the_highest_mean() {
    let error = refused("gpus = 8\nmean_utilisation = 0.9\nweekend_factor = 1");
    assert_eq!(error.key(), Some("workload.inference.mean_utilisation"));
    assert!(error.cure.contains("0.769"), "{error}");
}

#[test]
fn what_does_not_go_together_is_refused() {
    let hour = refused("gpus = 8\nmean_utilisation = 0.5\npeak_hour = 25");
    assert_eq!(hour.key(), Some("workload.inference.peak_hour"));
    for (text, words) in [
        ("gpus = 8", "'mean_utilisation' is missing"),
        ("mean_utilisation = 0.5", "'gpus' is missing"),
        ("model = '70b'", "'requests_per_s' is missing"),
        ("model = '7b'\nrequests_per_s = 1", "known: 70b"),
        (
            "gpus = 8\nmean_utilisation = 0.5\ntoken_ms = 50",
            "token_ms has no effect",
        ),
        (
            "model = '70b'\nrequests_per_s = 1\nmean_utilisation = 0.5",
            "cannot be combined with a model",
        ),
        (
            "model = '70b'\nrequests_per_s = 1\ntoken_ms = 5",
            "one request alone takes",
        ),
        (
            "model = '70b'\nrequests_per_s = 1\ngpus_per_replica = 1",
            "give one of 2, 4, 8",
        ),
        (
            "model = '70b'\nrequests_per_s = 1\ngpus = 1",
            "hold no copy",
        ),
        ("model = '70b'\nrequests_per_s = 1e15", "busiest hour needs"),
    ] {
        let error = refused(text);
        assert!(error.to_string().contains(words), "{text}: {error}");
    }
}

/// Llama 70B in fp8 on H100s, 14,000 tokens/s within 50 ms a token, by hand. One GPU holds the weights and (72 − 70.6)/0.2785 = 5
/// requests: 28.10 + 5·0.50 = 30.60 ms, 163 tokens/s, 86 copies. Two: 15.33 ms and 0.2984 ms for the first request, so 117 at a time in
/// 49.74 ms, 2,352 tokens/s, 6 copies on 12 GPUs. Four: 8.30 and 0.1973 ms, 219, 4,394 tokens/s, 4 copies on 16. Eight: 4.79 and
/// 0.1467 ms, 333, 6,662 tokens/s, 3 copies on 24. The fewest GPUs are those of two a copy.
#[test]
fn a_copy_has_the_width_that_needs_the_fewest_gpus() {
    let flat = "model = '70b'\nprecision = 'fp8'\nrequests_per_s = 40\ndaily_swing = 0\nweekend_factor = 1\n";
    let held = |text: &str| service(&format!("{flat}{text}")).unwrap().gpus;
    assert_eq!(held(""), 12);
    for (gpus, all) in [(1, 86), (2, 12), (4, 16), (8, 24)] {
        assert_eq!(held(&format!("gpus_per_replica = {gpus}")), all);
    }
    // At other demands too: at 41.5 requests copies of four need 16 GPUs, copies of two 14.
    let at = |requests: f64, text: &str| {
        let requested = flat.replace("= 40", &format!("= {requests}"));
        service(&format!("{requested}{text}")).unwrap().gpus
    };
    let most = |requests| [1, 2, 4, 8].map(|g| at(requests, &format!("gpus_per_replica = {g}")));
    for requests in [0.1, 1.0, 13.0, 41.5, 300.0] {
        assert_eq!(at(requests, ""), most(requests).into_iter().min().unwrap());
    }
    // A tight latency makes copies wide: within 12 ms only four or eight GPUs write a token.
    assert_eq!(
        held("token_ms = 12"),
        held("token_ms = 12\ngpus_per_replica = 8")
    );
}

/// Of 16 GPUs that are given, the width is the one that writes most: 8 × 2,352 = 18,817, 4 × 4,394 = 17,578 and 2 × 6,662 =
/// 13,324 tokens/s; of 7 GPUs three copies of two write 7,056, one of four 4,394.
#[test]
fn given_gpus_are_shared_so_that_they_write_most() {
    let text = "model = '70b'\nprecision = 'fp8'\nrequests_per_s = 1000\n";
    for (gpus, copies, most_per_s) in [(16, 8, 2352.1), (7, 3, 2352.1)] {
        let service = service(&format!("{text}gpus = {gpus}")).unwrap();
        let Some(Served::Model(deployed)) = service.served.as_deref() else {
            panic!("{service:?}");
        };
        assert_eq!((deployed.replicas, deployed.replica_gpus), (copies, 2));
        assert!(
            (deployed.most_per_s - most_per_s).abs() < 1.0,
            "{}",
            deployed.most_per_s
        );
    }
}

/// A model whose tokens take longer than the default allows is refused, and the figure printed lets it in.
#[test]
fn a_slow_model_is_refused_with_a_latency_that_it_keeps() {
    let text = "model = '70b'\nrequests_per_s = 1\ngpus_per_replica = 2\ntoken_ms = 20\n";
    let error = service(text).unwrap_err();
    assert_eq!(error.key(), Some("workload.inference.token_ms"));
    assert!(
        error
            .cure
            .starts_with("set token_ms to 30 or more, or share"),
        "{}",
        error.cure
    );
    assert!(service(&text.replace("= 20", "= 30")).is_ok());
    let mut slow = platform();
    slow.chip.bandwidth_bytes_s = 0.2e12;
    let models: BTreeMap<String, LanguageModel> = [("70b".to_owned(), llama_70b())].into();
    let slow = Platform {
        models: &models,
        ..slow
    };
    let by = |text: &str| table(text).services("k", &slow, None);
    let error = by("model = '70b'\nrequests_per_s = 1").unwrap_err();
    assert_eq!(error.key(), Some("k.model"));
    assert!(error.what.contains("50 ms are allowed"), "{}", error.what);
    let ms = error
        .cure
        .split_whitespace()
        .find_map(|word| word.parse::<u32>().ok());
    assert!(
        by(&format!(
            "model = '70b'\nrequests_per_s = 1\ntoken_ms = {}",
            ms.unwrap()
        ))
        .is_ok()
    );
}

/// Ten requests a second of 350 tokens, no swing: 3,500 tokens/s are delivered at every hour, by as many copies of 4
/// as that takes; a tighter latency takes more of them.
#[test]
fn copies_follow_demand_and_latency() {
    let flat = "model = '70b'\nrequests_per_s = 10\ndaily_swing = 0\nweekend_factor = 1\ngpus_per_replica = 4\n";
    let loose = service(&format!("{flat}token_ms = 1000")).unwrap();
    let rate = loose.output_rate(Calendar::new(0, 0.0), 0.0, 60.0);
    assert!((rate.tokens_per_s - 3500.0).abs() < 1e-9 && rate.refused_per_s == 0.0);
    assert_eq!(loose.gpus, 4);
    let tight = service(&format!("{flat}token_ms = 20")).unwrap();
    assert!(tight.gpus > loose.gpus, "{}", tight.gpus);
}

mod pools;
