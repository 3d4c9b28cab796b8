//! Fine-tuning by hand, and what is refused.

use super::*;
use crate::workload::model::architecture::tests::llama_70b;
use crate::workload::model::tests::{H100, platform};
use std::collections::BTreeMap;

fn tuning(method: &str, extra: &str) -> Tuning {
    toml::from_str(&format!(
        "model = '70b'\nmethod = '{method}'\ntokens = 1e8\njobs_per_day = 10\n{extra}"
    ))
    .unwrap()
}

fn models() -> BTreeMap<String, LanguageModel> {
    [("70b".to_owned(), llama_70b())].into()
}

fn tuned(tuning: &Tuning) -> Result<Tuned, Fault> {
    let models = models();
    let platform = Platform {
        models: &models,
        ..platform()
    };
    tuning.tuned("k", &platform)
}

/// 70.6e9: full 1,129.6 GB of states; LoRA 141.2 + 16·(2·16·8192·7·80 = 146.8e6) = 143.5; QLoRA 36.4 + 2.3 = 38.8.
/// Beside them 2048 tokens: activations 2048·(80·2·8192 + 22.5·8192) = 3.06 GB, logits 6·2048·128,256 = 1.58 GB.
#[test]
fn memory_of_a_70b_by_method() {
    let model = llama_70b();
    let gb = |method| tuning(method, "").memory_bytes(&model, Recompute::Full) / 1e9;
    assert!((gb("full") - (1129.6 + 4.64)).abs() < 0.1, "{}", gb("full"));
    assert!((gb("lora") - (143.55 + 4.64)).abs() < 0.1, "{}", gb("lora"));
    assert!(
        (gb("qlora") - (38.77 + 4.64)).abs() < 0.1,
        "{}",
        gb("qlora")
    );
    let least = |method| tuned(&tuning(method, "")).unwrap().least_gpus;
    assert_eq!((least("full"), least("lora"), least("qlora")), (16, 2, 1));
}

/// LoRA on two GPUs: 1e8·((4 + 2)·70.6e9 + adapters), over 2·454.94e12
/// FLOP/s: 46.6e3 s. Full: 6·N·D and what 16 GPUs lose by talking and by redoing activations.
#[test]
fn time_follows_the_flop_that_are_left() {
    let lora = tuned(&tuning("lora", "")).unwrap();
    let by_hand = 1e8 * (6.0 * 70.6e9 + 6.0 * 146.8e6) / (2.0 * 454.94e12);
    assert!(
        (lora.work_s / by_hand - 1.0).abs() < 1e-3,
        "{}",
        lora.work_s
    );
    let hours = |t: Tuned| t.work_s * f64::from(t.gpus);
    let full = hours(tuned(&tuning("full", "")).unwrap());
    let least = 6.0 * 70.6e9 * 1e8 / 454.94e12;
    assert!(full > least && full < 1.6 * least, "{}", full / least);
    // QLoRA on one GPU: 3·70.6e9·2.516/(0.75·3.35e12) = 0.2121 s for each of 48,828 microbatches on top.
    let qlora = tuned(&tuning("qlora", "recompute = 'full'")).unwrap();
    let unpacking = qlora.work_s - 2.0 * lora.work_s;
    assert!(
        (unpacking / (48_828.0 * 0.2121) - 1.0).abs() < 1e-3,
        "{unpacking}"
    );
}

/// By hand on eight GPUs, all recomputed: sequences of 131,072 tokens have 2·129,024·8192·80 = 169.1e9 FLOP a token of attention
/// more than 2048: (6·70.6e9 + 0.88e9 + 4·169.1e9)/(6·70.6e9 + 0.88e9) = 2.594 times the GPU-hours.
#[test]
fn long_sequences_take_their_attention() {
    let hours = |tokens: &str| {
        let words = format!("gpus = 8\nrecompute = 'full'\nsequence_tokens = {tokens}");
        tuned(&tuning("lora", &words)).unwrap().work_s
    };
    let ratio = hours("131072") / hours("2048");
    assert!((ratio - 2.594).abs() < 2e-3, "{ratio}");
}

/// LoRA without recomputation keeps 2048·80·22.5·8192 = 30.2 GB in place of 3.06: 143.55 + 30.20 + 1.58 = 175.3 GB over
/// 75 GB each are three GPUs, and 4·N·D in place of 6·N·D of work. On four GPUs that is the default.
#[test]
fn recomputation_trades_memory_for_time() {
    let full = tuned(&tuning("lora", "")).unwrap();
    let kept = tuned(&tuning("lora", "recompute = 'selective'")).unwrap();
    assert_eq!(
        (full.recompute, kept.recompute),
        (Recompute::Full, Recompute::Selective)
    );
    assert_eq!((full.least_gpus, kept.least_gpus), (2, 3));
    assert!(
        (kept.memory_bytes / 175.33e9 - 1.0).abs() < 1e-3,
        "{kept:?}"
    );
    let hours = |t: Tuned| t.work_s * f64::from(t.gpus);
    let by_hand = (4.0 * 70.6 + 6.0 * 0.1468) / (6.0 * 70.6 + 6.0 * 0.1468);
    assert!((hours(kept) / hours(full) / by_hand - 1.0).abs() < 1e-3);
    let four = tuned(&tuning("lora", "gpus = 4")).unwrap();
    assert_eq!(four.recompute, Recompute::Selective);
    assert!((hours(four) / hours(kept) - 1.0).abs() < 1e-9);
    let four = tuned(&tuning("lora", "gpus = 4\nrecompute = 'full'")).unwrap();
    assert!((hours(four) / hours(full) - 1.0).abs() < 1e-9);
    let error = tuned(&tuning("lora", "gpus = 2\nrecompute = 'selective'")).unwrap_err();
    assert!(error.to_string().contains("at least 3"), "{error}");
    // Full training on several GPUs is laid out by `parallel`, which is told the same.
    let full = |words: &str| tuned(&tuning("full", words)).unwrap();
    let redone = full("gpus = 32\nrecompute = 'full'");
    assert!(hours(redone) > 1.2 * hours(full("gpus = 32")));
    assert_eq!(redone.recompute, Recompute::Full);
    let tight = tuning(
        "full",
        "gpus = 16\nsequence_tokens = 4096\nrecompute = 'selective'",
    );
    let error = tuned(&tight).unwrap_err();
    assert_eq!(error.key(), Some("k.recompute"), "{error}");
}

#[test]
fn too_few_gpus_and_odd_tables_are_refused() {
    let error = tuned(&tuning("full", "gpus = 8")).unwrap_err();
    assert_eq!(error.key(), Some("k.gpus"), "{error}");
    assert!(error.to_string().contains("at least 16"), "{error}");
    let error = tuned(&tuning("lora", "rank = 0")).unwrap_err();
    assert_eq!(error.key(), Some("k.rank"), "{error}");
    assert_eq!(H100.software.training, 0.46);
    let read = |text: &str| toml::from_str::<FineTuning>(text);
    let both = read("models = []\ngpus = [8]").unwrap_err().to_string();
    assert!(both.contains("unknown field `models`"), "{both}");
    let stream = read("gpus = [8]\njobs_per_day = 4\nmedian_hours = 1").unwrap();
    assert!(stream.stream().is_some() && stream.models().is_empty());
    let error = read("models = [{ model = 'x', method = 'prefix', tokens = 1, jobs_per_day = 1 }]");
    assert!(error.unwrap_err().to_string().contains("qlora"));
}

#[test]
fn jobs_come_with_tokens_and_stay_in_a_server() {
    let models = models();
    let platform = Platform {
        models: &models,
        ..platform()
    };
    let tuning = tuning("lora", "sigma = 0");
    let mut jobs = tuning
        .jobs("k", &platform, Calendar::new(0, 0.0), 1)
        .unwrap();
    let job = jobs.next_job().unwrap();
    assert_eq!((job.gpus, job.within), (2, Locality::Server));
    assert!((job.tokens / 1e8 - 1.0).abs() < 1e-9, "{}", job.tokens);
}
