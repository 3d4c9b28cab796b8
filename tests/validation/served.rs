//! Language models in service against ML.ENERGY: joules of a token and power of chips, from the figures in `served.toml`.
//!
//! They are power and tokens at the GPUs of an H100 or B200 node under vLLM; at which temperature is not published: chips
//! are read at 60 °C here. Lengths of prompts are not published either; 200 was set before anything was fitted.

use std::path::Path;
use std::sync::LazyLock;

use coldaisle::workload::model::Precision;
use coldaisle::workload::model::serving::Replica;
use serde::Deserialize;

use crate::models::{FACTOR, platform, watts};
use crate::table::{Evidence, Row};

/// Chip, model, GPUs, precision, requests at a time, tokens written a request, J a token, W a GPU.
type Measured = (String, String, u32, Precision, f64, f64, f64, f64);
/// Model, GPUs, precision, tokens written a request, requests at a time.
type Configuration = (String, u32, Precision, f64, Vec<f64>);

#[derive(Deserialize)]
struct Served {
    fitted: Vec<Measured>,
    independent: Vec<Measured>,
    configurations: Vec<Configuration>,
}

static SERVED: LazyLock<Served> =
    LazyLock::new(|| toml::from_str(include_str!("served.toml")).unwrap());

fn replica(
    chip: &str,
    model: &str,
    gpus: u32,
    precision: Precision,
    output_tokens: f64,
) -> Replica {
    let platform = platform(chip);
    Replica {
        model: platform.models[model].clone(),
        chip: platform.chip,
        precision,
        bytes_a_weight: precision.bytes(),
        gpus,
        input_tokens: 200.0,
        output_tokens,
    }
}

/// Joules of a token written, and W a GPU.
fn ours(m: &Measured) -> (f64, f64) {
    let replica = replica(&m.0, &m.1, m.2, m.3, m.5);
    let watts = watts(&m.0, replica.load(m.4));
    (f64::from(m.2) * watts / replica.tokens_per_s(m.4), watts)
}

fn short(chip: &str) -> &str {
    chip.split('-').next().unwrap_or(chip)
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    0.5 * (all[(all.len() - 1) / 2] + all[all.len() / 2])
}

const EXPERTS: &str = "a step of these experts in 8-bit blocks takes 35 ms at batch 8 on four GPUs, and on eight 25 ms where the same \
                       model in bf16 takes 20 (their figures): kernels and exchange between experts that no roofline of bytes and \
                       FLOP contains. Maverick's 8-bit experts, one a token, keep within the factor";

/// Joules of an output token.
pub(crate) fn tokens(_: &Path) -> Vec<Row> {
    let row = |m: &Measured, kind: &str| {
        let what = format!(
            "{} on {} {} in {}, batch {:.0}{kind}",
            m.1,
            m.2,
            short(&m.0).to_uppercase(),
            m.3.name(),
            m.4
        );
        Row::new("ML.ENERGY, J an output token", what, "J")
            .theirs(m.6)
            .ours(ours(m).0)
            .digits(3)
    };
    let fitted = SERVED.fitted.iter();
    let mut rows: Vec<Row> = fitted
        .map(|m| row(m, " (sets parameters)").evidence(Evidence::Fitted))
        .collect();
    for m in &SERVED.independent {
        let row = row(m, "").factor(FACTOR);
        let experts = m.1 == "qwen3-235b-a22b" && m.3 == Precision::Fp8;
        rows.push(if experts { row.missed(EXPERTS) } else { row });
    }
    let off = |theirs: fn(&Measured) -> f64, ours: fn((f64, f64)) -> f64| {
        let all = SERVED.independent.iter();
        100.0
            * median(
                all.map(|m| (ours(self::ours(m)) / theirs(m) - 1.0).abs())
                    .collect(),
            )
    };
    rows.push(
        Row::new(
            "ML.ENERGY, J an output token",
            "median distance of the rows that set nothing",
            "%",
        )
        .ours(off(|m| m.6, |(joules, _)| joules))
        .digits(3)
        .between(0.0, 25.0),
    );
    rows.push(
        Row::new(
            "ML.ENERGY, W a GPU",
            "median distance of the same rows' power",
            "%",
        )
        .ours(off(|m| m.7, |(_, watts)| watts))
        .digits(3)
        .between(0.0, 10.0),
    );
    rows
}

/// Power of an H100 in service by batch: the median over all configurations of their chat task, in ours and in theirs.
pub(crate) fn power_by_batch(_: &Path) -> Vec<Row> {
    // Their median; the batches that it is over: with these bounds the medians of their data come out as quoted.
    [
        (427.0, 0.0, 12.0),
        (464.0, 12.0, 48.0),
        (526.0, 48.0, 180.0),
        (589.0, 180.0, 700.0),
        (634.0, 700.0, f64::INFINITY),
    ]
    .into_iter()
    .map(|(theirs, from, to)| {
        let (mut all, mut least, mut most) = (Vec::new(), f64::INFINITY, 0.0_f64);
        for (model, gpus, precision, output, batches) in &SERVED.configurations {
            let replica = replica("h100-sxm", model, *gpus, *precision, *output);
            for &batch in batches.iter().filter(|batch| (from..to).contains(*batch)) {
                all.push(watts("h100-sxm", replica.load(batch)));
                (least, most) = (least.min(batch), most.max(batch));
            }
        }
        let batches = if most - least < 1.0 {
            format!("batch {least:.0}")
        } else {
            format!("batches {least:.0} to {most:.0}")
        };
        let quantity = format!("a GPU at {batches}, median of {} configurations", all.len());
        Row::new("ML.ENERGY, H100 in chat service", quantity, "W")
            .digits(3)
            .theirs(theirs)
            .ours(median(all))
            .percent(10.0)
    })
    .collect()
}
