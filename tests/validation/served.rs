//! Language models in service against ML.ENERGY: joules of a token and power of chips, from the figures in `served.csv`.
//!
//! They are power and tokens at the GPUs of an H100 or B200 node under vLLM; at which temperature is not published: chips
//! are read at 60 °C here. Lengths of prompts are not published either; 200 was set before anything was fitted. The smaller
//! models of each family set parameters, in the chat task; all others are held apart.

use std::path::Path;
use std::sync::LazyLock;

use coldaisle::workload::model::Precision;
use coldaisle::workload::model::serving::{Layout, Replica, Requests};
use serde::Deserialize;

use crate::models::{FACTOR, platform, watts};
use crate::table::{Evidence, Row};

/// Models whose rows set parameters.
const FITTED: [&str; 8] = [
    "qwen3-8b",
    "qwen3-14b",
    "qwen3-32b",
    "qwen3-30b-a3b",
    "llama-3.1-8b",
    "llama-4-scout",
    "gemma-3-12b",
    "nemotron-nano-9b",
];

/// A row of `served.csv`.
#[derive(Debug, Clone, Deserialize)]
struct Measured {
    task: String,
    chip: String,
    model: String,
    gpus: u32,
    precision: String,
    spread: u8,
    batch: f64,
    output_tokens: f64,
    j_per_token: f64,
    w_per_gpu: f64,
}

/// Chip, model, GPUs, precision, requests at a time.
type Key = (String, String, u32, String, f64);

#[derive(Deserialize)]
struct Shown {
    fitted: Vec<Key>,
    independent: Vec<Key>,
    /// Of these, mixtures of experts that wait, whose power is shown too.
    light: Vec<Key>,
}

static ROWS: LazyLock<Vec<Measured>> = LazyLock::new(|| {
    let mut reader = csv::Reader::from_reader(&include_bytes!("served.csv")[..]);
    reader.deserialize().collect::<Result<_, _>>().unwrap()
});
static SHOWN: LazyLock<Shown> =
    LazyLock::new(|| toml::from_str(include_str!("served.toml")).unwrap());

impl Measured {
    fn replica(&self) -> Replica {
        let platform = platform(&self.chip);
        // 4 bits with their scales, computed in the least format that the chip has units for and programs use.
        let (precision, bytes) = match self.precision.as_str() {
            "bf16" => (Precision::Bf16, 2.0),
            "fp8" => (Precision::Fp8, 1.0),
            _ if self.chip == "b200-sxm" => (Precision::Fp8, 0.53),
            _ => (Precision::Bf16, 0.53),
        };
        let name = match self.model.as_str() {
            // The same architecture.
            "llama-3.3-70b" => "llama-3.1-70b",
            "deepseek-r1" => "deepseek-v3.1",
            name => name,
        };
        let requests = Requests::plain(200.0, self.output_tokens);
        let model = platform.models[name].clone();
        Replica {
            bytes_a_weight: bytes,
            layout: Layout {
                spread: self.spread == 1,
                ..Layout::tensor(self.gpus)
            },
            ..Replica::plain(model, platform.chip, precision, self.gpus, requests)
        }
    }

    /// Joules of a token written, and W a GPU.
    fn ours(&self) -> (f64, f64) {
        let replica = self.replica();
        let watts = watts(&self.chip, replica.load(self.batch));
        let joules = f64::from(self.gpus) * watts / replica.tokens_per_s(self.batch);
        (joules, watts)
    }

    /// Why the row is known to miss.
    fn miss(&self) -> Option<&'static str> {
        match self.model.as_str() {
            "qwen3-235b-a22b" if self.precision == "fp8" => Some(EXPERTS),
            "deepseek-v3.1" if self.batch > 2500.0 => Some(CROWDED),
            _ => None,
        }
    }

    fn is_fitted(&self) -> bool {
        FITTED.contains(&self.model.as_str())
    }

    fn is(&self, key: &Key) -> bool {
        let what = (&self.chip, &self.model, self.gpus, &self.precision);
        what == (&key.0, &key.1, key.2, &key.3) && (self.batch / key.4 - 1.0).abs() < 0.01
    }
}

fn find(key: &Key) -> &'static Measured {
    let found = ROWS.iter().find(|row| row.is(key));
    found.unwrap_or_else(|| panic!("served.csv has no row {key:?}"))
}

fn short(chip: &str) -> &str {
    chip.split('-').next().unwrap_or(chip)
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    0.5 * (all[(all.len() - 1) / 2] + all[all.len() / 2])
}

const EXPERTS: &str = "a step of these experts in 8-bit blocks takes 35 ms at batch 8 on four GPUs, and on eight 25 ms where the same \
                       model in bf16 takes 20 (their figures): kernels that no roofline of bytes and FLOP contains. DeepSeek's, on \
                       newer kernels, keep within the factor";

const CROWDED: &str = "a step of 3,008 requests takes 333 ms on eight B200 under vLLM, where 48 of nearly the same chips write three times as \
                       much each under SGLang (lmsys.org, below): programs of one year differ by more than this row misses";

/// Joules of an output token.
pub(crate) fn tokens(_: &Path) -> Vec<Row> {
    let row = |m: &Measured, kind: &str| {
        let what = format!(
            "{} on {} {} in {}, batch {:.0}{kind}",
            m.model,
            m.gpus,
            short(&m.chip).to_uppercase(),
            m.precision,
            m.batch
        );
        Row::new("ML.ENERGY, J an output token", what, "J")
            .theirs(m.j_per_token)
            .ours(m.ours().0)
            .digits(3)
    };
    let fitted: Vec<&Measured> = SHOWN.fitted.iter().map(find).collect();
    let mut rows: Vec<Row> = fitted
        .iter()
        .inspect(|m| assert!(m.is_fitted(), "{m:?}"))
        .map(|m| row(m, " (sets parameters)").evidence(Evidence::Fitted))
        .collect();
    let independent: Vec<&Measured> = SHOWN.independent.iter().map(find).collect();
    for m in &independent {
        assert!(!m.is_fitted(), "{m:?}");
        let row = row(m, "").factor(FACTOR);
        rows.push(match m.miss() {
            Some(why) => row.missed(why),
            None => row,
        });
    }
    for key in &SHOWN.light {
        let m = find(key);
        let what = format!(
            "{} on {} {}, batch {:.0}",
            m.model,
            m.gpus,
            short(&m.chip).to_uppercase(),
            m.batch
        );
        rows.push(
            Row::new("ML.ENERGY, W a GPU", what, "W")
                .theirs(m.w_per_gpu)
                .ours(m.ours().1)
                .digits(3)
                .factor(FACTOR),
        );
    }
    let joules = |m: &Measured| (m.ours().0 / m.j_per_token - 1.0).abs();
    let power = |m: &Measured| (m.ours().1 / m.w_per_gpu - 1.0).abs();
    let off = |all: &[&Measured], of: &dyn Fn(&Measured) -> f64| {
        100.0 * median(all.iter().map(|m| of(m)).collect())
    };
    let held = |chip: &str| -> Vec<&Measured> {
        let all = ROWS.iter();
        all.filter(|m| m.chip == chip && !m.is_fitted()).collect()
    };
    let (h100, b200) = (held("h100-sxm"), held("b200-sxm"));
    let all = |chip: &str, n: usize| format!("all {n} rows of {chip} that set nothing");
    // What was compared before any mixture of experts set a parameter.
    let chat: Vec<&Measured> = fitted
        .iter()
        .chain(&independent)
        .filter(|m| m.task == "chat" && m.model != "deepseek-v3.1")
        .copied()
        .collect();
    let shown = format!("the {} rows of chat above but DeepSeek's", chat.len());
    for (rows_of, name, most) in [
        (&chat, shown, [12.0, 10.0]),
        (&h100, all("H100", h100.len()), [15.0, 15.0]),
        (&b200, all("B200", b200.len()), [25.0, 20.0]),
    ] {
        for (against, of, most) in [
            (
                "ML.ENERGY, J an output token",
                &joules as &dyn Fn(&Measured) -> f64,
                most[0],
            ),
            ("ML.ENERGY, W a GPU", &power, most[1]),
        ] {
            rows.push(
                Row::new(against, format!("median distance of {name}"), "%")
                    .ours(off(rows_of, of))
                    .digits(3)
                    .between(0.0, most),
            );
        }
    }
    rows
}

/// Power of an H100 in service by batch: the median over all configurations of their chat task, in ours and in theirs.
pub(crate) fn power_by_batch(_: &Path) -> Vec<Row> {
    let bounds = [0.0, 12.0, 48.0, 180.0, 700.0, f64::INFINITY];
    let spans = bounds.windows(2).filter_map(|pair| match pair {
        [from, to] => Some((*from, *to)),
        _ => None,
    });
    spans
        .map(|(from, to)| {
            let chat = ROWS
                .iter()
                .filter(|m| m.chip == "h100-sxm" && m.task == "chat");
            let all: Vec<&Measured> = chat.filter(|m| (from..to).contains(&m.batch)).collect();
            let batch = |m: &&Measured| m.batch;
            let least = all.iter().map(batch).fold(f64::INFINITY, f64::min);
            let most = all.iter().map(batch).fold(0.0, f64::max);
            let batches = if most - least < 1.0 {
                format!("batch {least:.0}")
            } else {
                format!("batches {least:.0} to {most:.0}")
            };
            let quantity = format!("a GPU at {batches}, median of {} configurations", all.len());
            Row::new("ML.ENERGY, H100 in chat service", quantity, "W")
                .digits(3)
                .theirs(median(all.iter().map(|m| m.w_per_gpu).collect()))
                .ours(median(all.iter().map(|m| m.ours().1).collect()))
                .percent(10.0)
        })
        .collect()
}
