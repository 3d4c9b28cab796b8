//! Mixtures of experts as they are deployed: `DeepSeek` on a rack and on servers, gpt-oss on one server.

use std::path::Path;

use coldaisle::workload::model::Precision;
use coldaisle::workload::model::serving::{Layout, Phase, Replica, Requests};

use crate::models::{FACTOR, platform, watts};
use crate::table::{Evidence, Row};

/// A copy of `DeepSeek` V3 for requests of 2,000 tokens, each GPU with requests of its own. What is published was measured with short
/// answers: contexts end at 2,176 tokens in the scripts of the rack.
fn deepseek(chip: &str, gpus: u32, phase: Phase, precision: Precision) -> Replica {
    let platform = platform(chip);
    let model = platform.models["deepseek-v3.1"].clone();
    let requests = Requests::plain(2000.0, 100.0);
    Replica {
        // With experts in 4 bits the deployments keep keys and values in 8.
        bytes_a_value: if precision == Precision::Fp4 {
            1.0
        } else {
            2.0
        },
        layout: Layout {
            gpus,
            tensor: 1,
            spread: true,
        },
        phase,
        ..Replica::plain(model, platform.chip, precision, gpus, requests)
    }
}

/// Tokens a second of a GPU: written with `batch` requests each, or read in passes of 16,384 tokens.
fn per_gpu_s(replica: &Replica, batch: f64) -> f64 {
    let gpus = f64::from(replica.layout.gpus);
    match replica.phase {
        Phase::Prefill => {
            let prompts = 16_384.0 * gpus / 2000.0;
            prompts * 2000.0 / replica.step(prompts).time_s / gpus
        }
        Phase::Both | Phase::Decode => replica.tokens_per_s(batch * gpus) / gpus,
    }
}

/// `DeepSeek` V3 and R1 by `SGLang`: lmsys.org, 25 September 2025 (GB200 NVL72: 48 GPUs write, 8 read) and 5 May 2025 (96 H100: 72 write, a
/// group of 32 reads). Requests of a GPU: 768 in fp8 and 1,408 in fp4 (36,864 and 67,584 for 48, in the scripts of the second page), 256 on
/// H100 (sglang issue 6017).
pub(crate) fn deployments(_: &Path) -> Vec<Row> {
    let mut rows = Vec::new();
    for (chip, precision, writes, reads, [written, read], batch, per) in [
        (
            "b200-gb200",
            Precision::Fp8,
            48,
            8,
            [9087.0, 18_471.0],
            768.0,
            1.0,
        ),
        (
            "b200-gb200",
            Precision::Fp4,
            48,
            8,
            [13_386.0, 26_156.0],
            1408.0,
            1.0,
        ),
        (
            "h100-sxm",
            Precision::Fp8,
            72,
            32,
            [22_300.0, 52_300.0],
            256.0,
            8.0,
        ),
    ] {
        let place = if chip == "h100-sxm" {
            "96 H100"
        } else {
            "GB200 NVL72"
        };
        let unit = if per > 1.0 { "8 GPUs" } else { "a GPU" };
        for (phase, gpus, theirs, verb) in [
            (Phase::Decode, writes, written, "written"),
            (Phase::Prefill, reads, read, "read"),
        ] {
            let replica = deepseek(chip, gpus, phase, precision);
            let what = format!("{}, {gpus} GPUs: tokens {verb}, {unit}", precision.name());
            rows.push(
                Row::new(format!("DeepSeek V3 on {place}, lmsys.org"), what, "1/s")
                    .theirs(theirs)
                    .ours(per * per_gpu_s(&replica, batch))
                    .digits(4)
                    .factor(FACTOR),
            );
        }
    }
    // Reading and writing together, 2,000 in and 1,000 out; as many requests as memory holds.
    let both = |gpus| {
        let rack = |gpus, phase| {
            let replica = deepseek("b200-gb200", gpus, phase, Precision::Fp8);
            Replica {
                requests: Requests::plain(2000.0, 1000.0),
                ..replica
            }
        };
        let (writes, reads) = (rack(gpus, Phase::Decode), rack(8, Phase::Prefill));
        let batch = writes.most_by_memory();
        let (written, read) = (
            per_gpu_s(&writes, batch / f64::from(gpus)),
            per_gpu_s(&reads, 0.0),
        );
        let power = |replica: &Replica, batch| watts("b200-gb200", replica.load(batch));
        let joule = power(&writes, batch) / written + 2.0 * power(&reads, 8.0 * 8.192) / read;
        (1.0 / (1.0 / written + 2.0 / read), joule)
    };
    let row =
        |quantity: &str, unit| Row::new("DeepSeek V3 on GB200 NVL72, lmsys.org", quantity, unit);
    rows.push(
        row(
            "fp8, 48 write and 8 read: tokens written, a GPU of both",
            "1/s",
        )
        .theirs(4580.0)
        .ours(both(48).0)
        .digits(4)
        .factor(FACTOR),
    );
    let joules = [8, 16, 32, 64, 72].map(|gpus| both(gpus).1);
    let rise = joules.windows(2).map(|pair| pair[1] / pair[0] - 1.0);
    rows.push(
        row(
            "joules of a token: largest rise from 8 GPUs a copy to 16, 32, 64 and 72",
            "%",
        )
        .ours(100.0 * rise.fold(f64::MIN, f64::max))
        .digits(2)
        .between(-100.0, 0.1),
    );
    rows
}

const LIGHT: &str = "the published power falls from 205 W to 171 W while requests and tokens double, so its means contain times without \
                     work; ML.ENERGY measured 432 to 690 W for this model on one and two H100s, which ours meets. No law of work meets \
                     both. The least time of a layer, 100 µs, was set by the tokens a second of the two smaller batches";

/// gpt-oss 120B on eight H100s, 1,024 tokens in and out: issue 828 of `InferenceX`.
pub(crate) fn light(_: &Path) -> Vec<Row> {
    let platform = platform("h100-sxm");
    let model = platform.models["gpt-oss-120b"].clone();
    let requests = Requests::plain(1024.0, 1024.0);
    let replica = Replica {
        bytes_a_weight: 0.53,
        ..Replica::plain(model, platform.chip, Precision::Bf16, 8, requests)
    };
    let mut rows = Vec::new();
    for (batch, theirs_w, theirs_j) in [
        (4.0, 159.0, 1.23),
        (8.0, 173.0, 0.72),
        (32.0, 205.0, 0.31),
        (64.0, 171.0, 0.16),
    ] {
        let w = watts("h100-sxm", replica.load(batch));
        let j = 8.0 * w / replica.tokens_per_s(batch);
        for (theirs, ours, unit, what) in
            [(theirs_w, w, "W", "a GPU"), (theirs_j, j, "J", "a token")]
        {
            let quantity = format!("{what} at {batch:.0} requests");
            let row = Row::new(
                "gpt-oss 120B on 8 H100, InferenceX issue 828",
                quantity,
                unit,
            )
            .theirs(theirs)
            .ours(ours)
            .digits(3)
            .factor(FACTOR);
            let row = if batch < 10.0 {
                row.evidence(Evidence::Fitted)
            } else {
                row
            };
            let known = batch > 5.0;
            rows.push(if known { row.missed(LIGHT) } else { row });
        }
    }
    rows
}
