//! Models of the catalogue as work: their lines of `validate`, what a run counts, and how mistakes are reported.

use crate::broken_scenarios::check;
use crate::lab::{LOAD, Lab, tiny};

const TRAINED: &str =
    "[[workload.pretraining.models]]\nmodel = \"llama-2-7b\"\ntokens = 1e9\ngpus = 32\n";
const TUNED: &str = "[[workload.fine_tuning.models]]\nmodel = \"llama-3.1-70b\"\nmethod = \"lora\"\ntokens = 1e6\n\
                     jobs_per_day = 9\n";
const SERVED: &str = "[workload.inference]\nmodel = \"llama-3.1-8b\"\nrequests_per_s = 20\ntoken_ms = 50\n\n\
                      [workload.offload]\ndevice = \"phone-npu\"\nshare = 0.25\n\n\
                      [workload.diffusion]\nmodel = \"flux.1-dev\"\npictures_per_hour = 100\n";

#[test]
fn mistakes_in_models_are_told_where_they_stand() {
    check(
        &[(LOAD, TRAINED)],
        &[
            (
                "llama-2-7b",
                "lama-2-7b",
                "\"lama-2-7b\"",
                &["no language model", "llama-2-7b"],
            ),
            (
                "gpus = 32",
                "gpus = 1\n#",
                "1\n#",
                &["cannot hold", "at least 2 GPUs"],
            ),
            (
                "gpus = 32",
                "sequence_tokens = 1e9\ngpus = 32",
                "32\n",
                &["no number of them", "smaller sequence_tokens"],
            ),
            ("gpus = 32", "gpus = 32\nmfu = 1.5", "1.5\n", &["at most 1"]),
            (
                "gpus = 32",
                "gpus = 32\nparameters = 7e9",
                "7e9\n",
                &["keep one"],
            ),
            (
                "gpus = 32",
                "gpus = 32\nrecompute = \"some\"",
                "\"some\"",
                &["selective"],
            ),
        ],
    );
    check(
        &[(LOAD, TUNED)],
        &[
            ("\"lora\"", "\"prefix\"", "\"prefix\"", &["qlora"]),
            (
                "\"lora\"",
                "\"full\"\ngpus = 4",
                "4\ntokens",
                &["1134 GB", "at least 16"],
            ),
            (
                "tokens = 1e6",
                "tokens = 1e6\nrang = 8",
                "rang = 8",
                &["did you mean 'rank'?"],
            ),
        ],
    );
    check(
        &[(LOAD, SERVED)],
        &[
            (
                "requests_per_s = 20\n",
                "",
                "",
                &["'requests_per_s' is missing"],
            ),
            (
                "token_ms = 50",
                "token_ms = 1",
                "1\n\n[workload.off",
                &["one request alone takes"],
            ),
            (
                "token_ms = 50",
                "mean_utilisation = 0.5",
                "0.5\n\n[workload.off",
                &["cannot be combined with a model"],
            ),
            ("token_ms = 50", "precision = \"fp4\"", "\"fp4\"", &["bf16"]),
            (
                "token_ms = 50",
                "gpus_per_replica = 16",
                "16\n\n[workload.off",
                &["give one of 1, 2, 4, 8"],
            ),
            (
                "token_ms = 50",
                "input_tokens = 900000000",
                "900000000\n\n[workload.off",
                &["a context of 900000350 tokens", "fewer input_tokens"],
            ),
            (
                "\"phone-npu\"",
                "\"fone\"",
                "\"fone\"",
                &["no device 'fone'", "phone-npu"],
            ),
            ("flux.1-dev", "flux", "\"flux\"", &["no diffusion model"]),
            ("share = 0.25", "share = 1.25", "1.25", &["between 0 and 1"]),
        ],
    );
    check(
        &[(
            LOAD,
            "[workload.offload]\ndevice = \"phone-npu\"\nshare = 0.5\n[workload.batch]\njobs_per_day = 5\ngpus = [1]\nmedian_hours = 1\n",
        )],
        &[(
            "share = 0.5",
            "share = 0.4",
            "",
            &["no requests to take a share of"],
        )],
    );
}

/// The figures for planning are under `models`; each line is worked out in the units tests.
#[test]
fn validate_says_what_models_come_to() {
    let lab = Lab::with(
        "m.toml",
        tiny(&[(LOAD, &format!("{TRAINED}\n{TUNED}\n{SERVED}"))]),
    );
    let out = lab.good(&["validate", "m.toml"]).out;
    let flat = out.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "models Llama 2 7B on 32 GPUs: ",
        "at an MFU of",
        "LoRA of Llama 3.1 70B: 148.2 GB with full recomputation, at least 2 GPUs",
        "Llama 3.1 8B in bf16: 2 × 1 GPU at the busiest hour",
        "FLUX.1-dev, 1,024 px: 4.722e15 FLOP, 10.4 s and",
        "25 % of the tokens on Phone-size neural unit",
    ] {
        assert!(flat.contains(part), "no {part:?} in\n{out}");
    }
}

/// Tokens requested are delivered, refused or offloaded, to the last one; devices are not part of the facility.
#[test]
fn a_run_counts_every_token() {
    let lab = Lab::with("m.toml", tiny(&[(LOAD, SERVED)]));
    lab.good(&["run", "m.toml", "-o", "r", "--quiet"]);
    let summary = lab.json("r/summary.json");
    let figure = |group: &str, key: &str| summary[group][key].as_f64().unwrap();
    let asked = figure("service", "requested_tokens");
    let sum = figure("service", "tokens")
        + figure("service", "refused_tokens")
        + figure("offload", "tokens");
    assert!(
        asked > 0.0 && (sum / asked - 1.0).abs() < 1e-12,
        "{summary}"
    );
    assert!((figure("offload", "tokens") / asked - 0.25).abs() < 1e-9);
    let outside = figure("offload", "tokens") * 0.29 / 3.6e9;
    assert!((figure("offload", "energy_mwh") / outside - 1.0).abs() < 1e-9);
    assert!(figure("service", "images") > 0.0);
}

/// Copies that are unloaded at night draw less than those that wait loaded, and refuse what comes during their cold starts; without
/// delays they deliver the same.
#[test]
fn unloaded_copies_save_energy_and_refuse_tokens() {
    let lab = Lab::new();
    let run = |scaling: &str| {
        let load = format!(
            "[workload.inference]\nmodel = \"llama-3.1-8b\"\nrequests_per_s = 400\ntoken_ms = 50\n\
             gpus_per_replica = 1\ndaily_swing = 0.8\n{scaling}"
        );
        lab.write("a.toml", tiny(&[(LOAD, &load)]));
        lab.good(&["run", "a.toml", "-q", "-o", "r"]);
        let summary = lab.json("r/summary.json");
        let figure = |group: &str, key: &str| summary[group][key].as_f64();
        (
            figure("energy_mwh", "it").unwrap(),
            figure("service", "tokens").unwrap(),
            figure("service", "requested_tokens").unwrap(),
            figure("service", "unloaded_gpu_hours"),
        )
    };
    let (follow_mwh, follow, requested, none) = run("");
    assert_eq!(none, None);
    let (mwh, tokens, same, unloaded) = run("scaling = \"unload\"\ncold_start_s = 600\n");
    let unloaded = unloaded.unwrap();
    assert!((same / requested - 1.0).abs() < 1e-12, "{same} {requested}");
    assert!(
        tokens < follow && tokens > 0.9 * follow,
        "{tokens} {follow}"
    );
    // 122 or 70 W a chip in the catalogue's H100, and what power supplies and fans add.
    let saved = (follow_mwh - mwh) / (unloaded * 52e-6);
    assert!((0.9..1.6).contains(&saved), "{saved}");
    let (at_once_mwh, at_once, _, more) =
        run("scaling = \"unload\"\ncold_start_s = 0\nscale_down_s = 0\n");
    // Cooler halls hold their chips' clocks a little better.
    assert!((at_once / follow - 1.0).abs() < 1e-6, "{at_once} {follow}");
    assert!(at_once_mwh < follow_mwh && more.unwrap() > unloaded);
    let out = lab.good(&["validate", "a.toml"]).out;
    let words = out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("serves 0 s after it is wanted"), "{out}");
}
