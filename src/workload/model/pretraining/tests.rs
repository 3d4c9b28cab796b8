//! Training runs by hand, and what is refused.

use super::*;
use crate::workload::model::ChipFigures;
use crate::workload::model::tests::{H100, platform};

fn model(extra: &str) -> Model {
    toml::from_str(&format!(
        "parameters = 405e9\ntokens = 15.6e12\ngpus = 16384\n{extra}"
    ))
    .unwrap()
}

fn days(model: &Model) -> f64 {
    model.trained("m", &platform()).unwrap().work_s / DAY_S
}

/// 6·405e9·15.6e12 = 3.7908e25 FLOP; 16,384 · 989e12 · 0.40 = 6.4815e18 FLOP/s; 5.8487e6 s = 67.69 days.
#[test]
fn llama_405b_takes_the_hand_calculated_time() {
    assert!((days(&model("mfu = 0.4")) - 67.69).abs() < 0.01);
    // At fp8 twice the peak: 989/1979 of the time.
    let fp8 = days(&model("mfu = 0.4\nprecision = 'fp8'"));
    assert!((fp8 - 67.693 * 989.0 / 1979.0).abs() < 0.01);
}

/// The card of Llama 3.1 405B counts 30.84 million H100-hours: at its whole-run MFU of 34.5 % the model
/// gives 3.7908e25/(989e12·0.345·3600) = 30.86 million.
#[test]
fn val_llama31_model_card_gpu_hours() {
    let gpu_hours = days(&model("mfu = 0.345")) * 24.0 * 16384.0;
    assert!((gpu_hours / 30.84e6 - 1.0).abs() < 0.005, "{gpu_hours}");
}

/// 405e9 · 16 bytes = 6.48 TB; one sequence with full recomputation over 8 GPUs keeps 8192·(127·2 + 20)·16,512/8 =
/// 4.6 GB of the 76 on each: 91 GPUs.
#[test]
fn too_little_memory_is_refused_with_the_least_number() {
    let mut model = model("mfu = 0.4");
    model.gpus = 80;
    let error = model.runs("workload.pretraining.models[0]", &platform());
    let error = error.unwrap_err();
    let key = "workload.pretraining.models[0].gpus";
    assert_eq!(error.key(), Some(key), "{error}");
    assert!(error.to_string().contains("at least 91 GPUs"), "{error}");
    model.gpus = 91;
    assert!(model.runs("m", &platform()).is_ok());
}

#[test]
fn unknown_precision_names_and_slips_are_refused() {
    let old = Platform {
        chip: ChipFigures {
            fp8_flops: None,
            ..H100
        },
        ..platform()
    };
    let refused = |model: &Model, platform: &Platform<'_>| model.runs("m", platform).unwrap_err();
    let error = refused(&model("precision = 'fp8'"), &old);
    assert_eq!(error.key(), Some("m.precision"), "{error}");
    let mut slip = model("mfu = 0.4");
    slip.parameters = Some(405.0);
    let error = refused(&slip, &platform());
    assert!(error.to_string().contains("405e9, not 405"), "{error}");
    let error = refused(&model("model = 'lama'"), &platform());
    assert!(error.cure.contains("keep one"), "{error}");
    slip.parameters = None;
    assert!(refused(&slip, &platform()).what.contains("without a model"));
    slip.model = Some("lama".into());
    assert!(
        refused(&slip, &platform())
            .what
            .contains("no language model 'lama'")
    );
}

/// Without an MFU it follows from the platform: below what one server reaches, above half of it.
#[test]
fn a_derived_mfu_lies_below_that_of_one_server() {
    let trained = model("").trained("m", &platform()).unwrap();
    assert!(
        trained.mfu < 0.46 && trained.mfu > 0.23,
        "{}",
        trained.describe(16_384)
    );
    let fp8 = model("precision = 'fp8'")
        .trained("m", &platform())
        .unwrap();
    assert!(fp8.work_s < trained.work_s && fp8.work_s > trained.work_s / 1.27);
}

#[test]
fn a_repeated_run_follows_after_the_gap() {
    let once = &mut model("mfu = 0.4\nstart_day = 2")
        .runs("m", &platform())
        .unwrap();
    assert_eq!(once.next_job().unwrap().submit_s, 2.0 * DAY_S);
    assert_eq!(once.next_job(), None);
    let mut again = model("mfu = 0.4\nrepeat = true\ngap_days = 3")
        .runs("m", &platform())
        .unwrap();
    let first = again.next_job().unwrap();
    let second = again.next_job().unwrap();
    assert_eq!(second.submit_s, first.work_s + 3.0 * DAY_S);
}
