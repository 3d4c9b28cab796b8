//! Both forms of the table, and what is refused.

use super::*;
use crate::workload::Calendar;
use crate::workload::model::LanguageModel;
use crate::workload::model::architecture::tests::llama_70b;
use crate::workload::model::tests::kit;
use std::collections::BTreeMap;

fn table(text: &str) -> Inference {
    toml::from_str(text).unwrap()
}

fn service(text: &str) -> Result<Service, WorkloadError> {
    let models: BTreeMap<String, LanguageModel> = [("70b".to_owned(), llama_70b())].into();
    let kit = Kit {
        models: &models,
        ..kit()
    };
    table(text).service("workload.inference", &kit, None)
}

fn refused(text: &str) -> String {
    service(text).unwrap_err().to_string()
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
    assert!(
        error.contains("workload.inference.mean_utilisation") && error.contains("0.769"),
        "{error}"
    );
}

#[test]
fn what_does_not_go_together_is_refused() {
    let hour = refused("gpus = 8\nmean_utilisation = 0.5\npeak_hour = 25");
    assert!(hour.contains("peak_hour"), "{hour}");
    for (text, words) in [
        ("gpus = 8", "'mean_utilisation' is missing"),
        ("mean_utilisation = 0.5", "'gpus' is missing"),
        ("model = '70b'", "'requests_per_s' is missing"),
        ("model = '7b'\nrequests_per_s = 1", "known: 70b"),
        (
            "gpus = 8\nmean_utilisation = 0.5\ntoken_ms = 50",
            "token_ms says nothing",
        ),
        (
            "model = '70b'\nrequests_per_s = 1\nmean_utilisation = 0.5",
            "stands beside a model",
        ),
        (
            "model = '70b'\nrequests_per_s = 1\ntoken_ms = 5",
            "one request alone takes",
        ),
        (
            "model = '70b'\nrequests_per_s = 1\ngpus_per_replica = 1",
            "give 2 to 8",
        ),
        (
            "model = '70b'\nrequests_per_s = 1\ngpus = 1",
            "hold no copy",
        ),
        ("model = '70b'\nrequests_per_s = 1e15", "busiest hour needs"),
    ] {
        let error = refused(text);
        assert!(error.contains(words), "{text}: {error}");
    }
}

/// Ten requests a second of 350 tokens, no swing: 3,500 tokens/s are delivered at every hour, by as many copies of 4
/// as that takes; a tighter latency takes more of them.
#[test]
fn copies_follow_demand_and_latency() {
    let flat = "model = '70b'\nrequests_per_s = 10\ndaily_swing = 0\nweekend_factor = 1\ngpus_per_replica = 4\n";
    let loose = service(flat).unwrap();
    let answer = loose.answer(Calendar::new(0, 0.0), 0.0, 60.0);
    assert!((answer.tokens_per_s - 3500.0).abs() < 1e-9 && answer.refused_per_s == 0.0);
    assert_eq!(loose.gpus, 4);
    let tight = service(&format!("{flat}token_ms = 20")).unwrap();
    assert!(tight.gpus > loose.gpus, "{}", tight.gpus);
}
