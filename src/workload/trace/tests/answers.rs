//! A model of the catalogue answers the requests of a trace.

use std::fmt::Write as _;

use super::super::*;
use super::formats::{real, service};
use super::open;
use crate::workload::{Calendar, Service};

const HEADER: &str = "TIMESTAMP,ContextTokens,GeneratedTokens\n";

/// So many requests, one every so many seconds.
fn log(requests: u32, every_s: u32, context: u32, generated: u32) -> String {
    let mut text = HEADER.to_owned();
    for n in 0..requests {
        let at_s = n * every_s;
        let (hour, minute, second) = (at_s / 3600, at_s / 60 % 60, at_s % 60);
        writeln!(
            text,
            "2026-01-01 {hour:02}:{minute:02}:{second:02},{context},{generated}"
        )
        .unwrap();
    }
    text
}

fn answered(inference: &str, log: &str) -> Result<Opened, Fault> {
    open("azure", &format!("inference = {{ {inference} }}"), log, 1.0)
}

fn fault(keys: &str) -> Fault {
    let opened = open("azure", keys, &log(10, 1, 500, 100), 1.0);
    opened.err().expect("a fault")
}

fn line<'a>(opened: &'a Opened, words: &str) -> &'a str {
    let mut lines = opened.counted.iter();
    let found = lines.find(|line| line.contains(words));
    found.unwrap_or_else(|| panic!("{words}: {:?}", opened.counted))
}

/// Tokens of the day, and the mean load.
fn day(service: &Service) -> (f64, f64) {
    let rate = service.output_rate(Calendar::new(3, 0.0), 0.0, 86_400.0);
    (rate.tokens_per_s * 86_400.0, rate.utilisation)
}

/// 600 requests of 500 and 100 tokens, one every 2 s: far apart, so each is alone on its copy.
#[test]
fn a_model_answers_a_trace() {
    let opened = answered(
        "model = '70b', gpus = 8, gpus_per_replica = 8",
        &log(600, 2, 500, 100),
    )
    .unwrap();
    assert_eq!(
        opened.counted[0],
        "600 rows = 600 requests given + 0 outside the run + 0 bad"
    );
    assert!(line(&opened, "bf16").contains(": 1 × 8 GPUs, batch up to "));
    assert_eq!(
        line(&opened, "requests = "),
        "600 requests = 600 served + 0 refused + 0 under way + 0 waiting at the end"
    );
    assert_eq!(
        line(&opened, "to read"),
        "300000 tokens to read = those of 300000 served + 0 refused + 0 under way + 0 waiting at the end"
    );
    assert_eq!(
        line(&opened, "to generate"),
        "60000 tokens to generate = 60000 delivered + 0 refused + 0 left at the end"
    );
    assert!(line(&opened, "first token after").ends_with("at most 0 requests waited at a time"));
    let service = service(&opened);
    let (tokens, load) = day(service);
    assert!((tokens - 60_000.0).abs() < 1e-6, "{tokens}");
    // About 9.5 ms a token and 20 ms a prompt: 0.97 of 2 s for 20 minutes of the day, at 0.4 to 0.6.
    assert!((0.4..0.6).contains(&(load * 72.0 * 2.0 / 0.97)), "{load}");
    assert_eq!((service.gpus, service.hall), (8, None));
    assert!(opened.warnings.is_empty());
}

/// Twice the users on a service of twice the size: the same waits and twice the tokens.
#[test]
fn every_request_counts_as_often_as_stated() {
    let log = log(2000, 1, 2000, 500);
    let one = answered("model = '70b', gpus = 8, gpus_per_replica = 8", &log).unwrap();
    let keys = "scale = 2\ninference = { model = '70b', gpus = 16, gpus_per_replica = 8 }";
    let two = open("azure", keys, &log, 1.0).unwrap();
    let waits = |opened: &Opened| {
        let line = line(opened, "first token after");
        line.split(" waited").next().unwrap().to_owned()
    };
    assert_eq!(waits(&one), waits(&two));
    let ((few, load), (many, of_two)) = (day(service(&one)), day(service(&two)));
    assert!((many / few - 2.0).abs() < 1e-9 && (load - of_two).abs() < 1e-9);
    assert!(line(&two, "to generate").starts_with("2000000 tokens to generate (scale 2) = "));
}

/// What a copy writes while requests always wait is what the table of `[workload.inference]` says it does at most, within the few places
/// that are taken by prompts.
#[test]
fn a_full_copy_does_what_the_table_says() {
    let keys = "interval_s = 300\ninference = { model = '70b', gpus = 8, gpus_per_replica = 8, scaling = 'fixed' }";
    let opened = open("azure", keys, &log(20_000, 0, 500, 350), 0.01).unwrap();
    let rate = service(&opened).output_rate(Calendar::new(3, 0.0), 300.0, 300.0);
    let inference: crate::workload::service::Inference = toml::from_str(
        "model = '70b'\ngpus = 8\ngpus_per_replica = 8\ninput_tokens = 500\noutput_tokens = 350\nrequests_per_s = 1000",
    )
    .unwrap();
    let models = [("70b".to_owned(), super::llama_70b())].into();
    let platform = Platform {
        models: &models,
        ..super::platform()
    };
    let table = inference.services("k", &platform, None).unwrap();
    let most = table[0].output_rate(Calendar::new(3, 0.0), 0.0, 60.0);
    let ratio = rate.tokens_per_s / most.tokens_per_s;
    assert!((0.97..1.001).contains(&ratio), "{ratio}");
    assert!(
        (rate.utilisation / most.utilisation - 1.0).abs() < 0.03,
        "{rate:?} {most:?}"
    );
    assert!(
        opened.warnings[0].contains("8 GPUs are too few: "),
        "{:?}",
        opened.warnings
    );
}

/// Pools: the one that writes has the tokens and needs the other.
#[test]
fn pools_are_services_of_their_own() {
    let opened = answered(
        "model = '70b', prefill = { gpus_per_replica = 8 }, decode = { gpus_per_replica = 8 }",
        &log(3000, 1, 4000, 100),
    )
    .unwrap();
    let Replayed::Services { services, .. } = &opened.work else {
        panic!("services expected")
    };
    assert_eq!(services.len(), 2);
    assert_eq!((services[0].fed_by, services[1].fed_by), (Some(1), None));
    let ((written, load), (none, reads)) = (day(&services[0]), day(&services[1]));
    assert!((written - 300_000.0).abs() < 1e-6 && none == 0.0);
    assert!(load > 0.0 && reads > 0.0 && services[1].gpus >= 8);
    assert!(line(&opened, "reading").contains("a pass of"));
}

/// Refused tokens are part of the service's output.
#[test]
fn who_waits_too_long_is_refused() {
    let log = log(3000, 0, 500, 100);
    let with = |keys: &str| {
        let keys = format!(
            "{keys}inference = {{ model = '70b', gpus = 4, gpus_per_replica = 4, token_ms = 25 }}"
        );
        open("azure", &keys, &log, 1.0).unwrap()
    };
    let opened = with("refuse_after_s = 5\n");
    let rate = service(&opened).output_rate(Calendar::new(3, 0.0), 0.0, 86_400.0);
    assert!(rate.refused_per_s > 0.0);
    let all = (rate.tokens_per_s + rate.refused_per_s) * 86_400.0;
    assert!((all - 300_000.0).abs() < 1e-6, "{all}");
    let patient = with("");
    let rate = service(&patient).output_rate(Calendar::new(3, 0.0), 0.0, 86_400.0);
    assert_eq!(rate.refused_per_s, 0.0);
    assert!((rate.tokens_per_s * 86_400.0 - 300_000.0).abs() < 1e-6);
}

/// Lines out of order are answered in order.
#[test]
fn disorder_changes_nothing() {
    let sound = log(900, 1, 3000, 200);
    let mut lines: Vec<&str> = sound.lines().collect();
    for at in (10..800).step_by(7) {
        lines.swap(at, at + 40);
    }
    let mixed = lines.join("\n");
    let of = |log: &str| {
        let opened = answered("model = '70b', gpus = 8", log).unwrap();
        let rate = service(&opened).output_rate(Calendar::new(3, 0.0), 300.0, 300.0);
        (opened.counted.clone(), rate)
    };
    assert_eq!(of(&sound), of(&mixed));
}

#[test]
fn what_does_not_go_together_is_refused() {
    for (keys, at, words) in [
        ("gpus = 8", "", "'prefill_tokens_per_gpu_s' is missing"),
        (
            "prefill_tokens_per_gpu_s = 1\ndecode_tokens_per_gpu_s = 1",
            "",
            "'gpus' is missing",
        ),
        (
            "gpus = 8\nprefill_tokens_per_gpu_s = 1\ndecode_tokens_per_gpu_s = 1\nrefuse_after_s = 1",
            ".refuse_after_s",
            "add [workload.trace.azure.inference]",
        ),
        (
            "gpus = 8\ninference = { model = '70b' }",
            ".gpus",
            "give it in [workload.trace.azure.inference]",
        ),
        (
            "decode_tokens_per_gpu_s = 8\ninference = { model = '70b' }",
            ".decode_tokens_per_gpu_s",
            "remove it",
        ),
        ("inference = {}", ".inference", "'model' is missing"),
        (
            "inference = { model = '7b' }",
            ".inference.model",
            "known: 70b",
        ),
        (
            "inference = { model = '70b', requests_per_s = 2 }",
            ".inference.requests_per_s",
            "requests_per_s has no meaning beside a trace",
        ),
        (
            "inference = { model = '70b', daily_swing = 0.1 }",
            ".inference.daily_swing",
            "remove it",
        ),
        (
            "inference = { model = '70b', mean_utilisation = 0.5 }",
            ".inference.mean_utilisation",
            "remove it",
        ),
        (
            "inference = { model = '70b', output_tokens = 5 }",
            ".inference.output_tokens",
            "remove it",
        ),
        (
            "inference = { model = '70b', draft_acceptance = 0.5 }",
            ".inference.draft_acceptance",
            "draft_tokens",
        ),
        (
            "inference = { model = '70b', gpus = 1 }",
            ".inference.gpus",
            "hold no copy",
        ),
        (
            "inference = { model = '70b', token_ms = 1 }",
            ".inference.token_ms",
            "set token_ms to",
        ),
    ] {
        let error = fault(keys);
        let key = format!("workload.trace.azure{at}");
        assert_eq!(error.key(), Some(key.as_str()), "{error}");
        assert!(error.words().contains(words), "{error}");
    }
    let keys = "inference = { model = '70b' }";
    let long = open("azure", keys, &log(3, 1, 90_000_000, 9), 1.0);
    let error = long.err().expect("a context that no memory holds");
    assert_eq!(error.key(), Some("workload.trace.azure.inference.model"));
    assert!(!error.cure.contains("input_tokens"), "{error}");
    let silent = open("azure", keys, &log(3, 1, 9, 0), 1.0).err();
    let error = silent.expect("nothing to write").to_string();
    assert!(
        error.contains("no request in the run has a token"),
        "{error}"
    );
}

/// The hour of Azure's requests for code, 2.45 a second of 2,048 and 28 tokens, on eight H100 with a 70B: prompts alone take
/// 18.06e6·2·70.6e9/(8·0.8·989e12) = 403 s of it, a load of 0.11 at least. Half of the first tokens come within a second; bursts take
/// longer, and more GPUs bring them sooner.
#[test]
#[cfg_attr(not(outside_data), ignore = "COLDAISLE_DATA is not set")]
fn val_azure_requests_on_a_70b() {
    let with = |gpus: u32| {
        let opened = real(
            &format!(
                "[azure]\nfile = 'traces/azure/AzureLLMInferenceTrace_code.csv'\n\
                 inference = {{ model = '70b', gpus = {gpus}, gpus_per_replica = 8, scaling = 'fixed' }}"
            ),
            1.0 / 24.0,
        )?;
        assert_eq!(
            line(&opened, "requests = "),
            "8819 requests = 8819 served + 0 refused + 0 under way + 0 waiting at the end"
        );
        let rate = service(&opened).output_rate(Calendar::new(3, 0.0), 0.0, 3600.0);
        assert!((rate.tokens_per_s * 3600.0 - 245_896.0).abs() < 1e-3);
        // "first token after 472 ms (p50), 11.4 s (p95), …"
        let words: Vec<&str> = line(&opened, "first token after").split(' ').collect();
        let seconds = |at: usize| {
            let value: f64 = words[at].parse().unwrap();
            if words[at + 1] == "ms" {
                value / 1e3
            } else {
                value
            }
        };
        Some((seconds(3), seconds(6), rate.utilisation))
    };
    let Some((half_s, most_s, load)) = with(8) else {
        return;
    };
    assert!((0.1..1.0).contains(&half_s), "{half_s}");
    assert!((1.0..30.0).contains(&most_s), "{most_s}");
    assert!((0.11..0.5).contains(&load), "{load}");
    let (half_of_more_s, most_of_more_s, less) = with(32).unwrap();
    assert!(half_of_more_s < half_s && most_of_more_s < most_s / 4.0);
    assert!(less < load, "{less} {load}");
}
