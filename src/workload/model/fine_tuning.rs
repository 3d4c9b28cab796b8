//! Fine-tuning: all weights, or small matrices beside frozen ones (LoRA), frozen in 4 bits (QLoRA).
//!
//! ```text
//! full    FLOP = (6·N + 3·A)·D              states = 16·N
//! LoRA    FLOP = (4·N + 6·N_a + 3·A)·D      states = 2·N + 16·N_a         no gradients of frozen weights
//! QLoRA   the same, and T_q a microbatch  states = 0.52·N + 16·N_a        4 bits and their scales
//! A     = 2·(s − 2048)·a·d·L              attention over what lies before a token in its sequence (`attention_flop`), ≥ 0
//! N_a   = 2·r·h·7·L                       adapters of rank r at the seven matrices of a layer, h their mean width
//! T_q   = 3·N/g·(0.52 + 2)/w              weights unpacked to 16 bits for each pass: read and written once, w bytes/s
//! memory = states/g + kept(s·b tokens, recomputation)/g + logits 6·s·V/g + 1 GB
//! time   = (FLOP + R)/(g·F) + T_q·D/(s·b)           R = (2·N + A)·D with full recomputation, else 0; one GPU a copy where it fits
//!          FLOP/(g·F·efficiency)                    full on several GPUs: laid out by `parallel`, 128 sequences a step
//! ```
//!
//! Recomputation: as given, else the least that fits the job's GPUs, `selective` before `full`. Kernels that never keep the
//! attention matrix (`FlashAttention`) are what tuning runs use, so `none`, which keeps it, is taken only where it is given.
//! Adapters sit at all seven matrices and need their inputs, so LoRA keeps the activations that full training keeps.
//!
//! N parameters, D tokens, g GPUs, F FLOP/s of a GPU in training, V vocabulary. Sources: Hu et al., *LoRA* (2021): the
//! backward pass through frozen weights needs the gradient of activations alone, 2·N of its 4·N FLOP a token; Dettmers et
//! al., *QLoRA* (2023): 4.127 bits a parameter with doubly quantised scales, unpacked for every product. Adapters' width is
//! taken as the model's, at all seven matrices. 1 GB of context and buffers on each GPU: an estimate, 0.5 to 2 GB. Several GPUs share a
//! layer's states and activations evenly; what the talking of LoRA's few GPUs costs is left out (a few percent inside a
//! server). 128 sequences a step: usual, 32 to 512. Attention has no weights, so its backward pass is twice its forward one
//! also where weights are frozen. F is the rate of
//! 6·N at 2,048 tokens (llm-foundry), so it holds the attention of those; that of longer sequences comes on top.

mod table;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
pub use table::{FineTuning, Tunables};

use super::memory::{Recompute, USABLE, activation_bytes};
use super::parallel::Run;
use super::{LanguageModel, Platform, Precision, find};
use crate::describe::{Fault, count, doubt};
use crate::units::{self, HOUR_S};
use crate::workload::synthetic::JobStream;
use crate::workload::{Arrivals, Calendar, Class, Job, Locality};

/// Weights in 4 bits with their scales, bytes per parameter.
const PACKED_BYTES: f64 = 4.127 / 8.0;
/// Context and buffers of a program on each GPU, bytes.
const CONTEXT_BYTES: f64 = 1e9;
/// Sequences of a step where all weights are trained.
const STEP_SEQUENCES: f64 = 128.0;
/// Tokens of the sequences at which the chips' share in training was measured.
const MEASURED_SEQUENCE: f64 = 2048.0;
/// Matrices of a layer that get an adapter.
const ADAPTED: f64 = 7.0;

/// How a model is adapted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// All weights are trained.
    Full,
    /// Small matrices beside frozen weights in 16 bits.
    Lora,
    /// The same beside frozen weights in 4 bits.
    Qlora,
}

impl Method {
    fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Lora => "LoRA",
            Self::Qlora => "QLoRA",
        }
    }
}

/// Jobs that fine-tune a model of the catalogue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tuning {
    /// A language model of the catalogue.
    pub model: String,
    /// The trained part (Hu et al. 2021, Dettmers et al. 2023).
    pub method: Method,
    /// Tokens that a job of median size trains on, all passes together.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 1.0, max = 1e20))]
    pub tokens: f64,
    /// Jobs submitted per day, mean over the week.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.0, max = 1e7))]
    pub jobs_per_day: f64,
    /// GPUs of a job. Default: the fewest that hold it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 10000000))]
    pub gpus: Option<u32>,
    /// Number format of the matrix products.
    #[serde(default)]
    pub precision: Precision,
    /// Activations that the backward pass recomputes (Korthikanti et al. 2022); `full` is gradient checkpointing. Default: the
    /// least that fits the GPUs, those that are fewest being counted with `full`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recompute: Option<Recompute>,
    /// Rank of the adapters.
    #[serde(default = "default_rank")]
    #[schemars(range(min = 1, max = 1000000))]
    #[schemars(extend("doubt" = doubt(4.0, 128.0, "ranks that are in use")))]
    pub rank: u32,
    /// Tokens of a sequence.
    #[serde(default = "default_sequence", deserialize_with = "units::positive")]
    #[schemars(range(min = 1.0, max = 1e12))]
    pub sequence_tokens: f64,
    /// Sequences at a time on a GPU, or on the GPUs that share a copy.
    #[serde(default = "default_sequences", deserialize_with = "units::positive")]
    #[schemars(range(min = 1.0, max = 1e15))]
    pub sequences: f64,
    /// Spread of the sizes of jobs, σ of their logarithm.
    #[serde(default = "default_sigma", deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 10.0))]
    #[schemars(extend("doubt" = doubt(0.5, 2.0, "from one task repeated to all tasks of a cluster")))]
    pub sigma: f64,
    /// Load of the GPUs held, in terms of power.
    #[serde(default = "default_utilisation", deserialize_with = "units::fraction")]
    #[schemars(range(min = 0.0, max = 1.0))]
    #[schemars(extend("doubt" = doubt(0.6, 0.95, "small batches wait for memory, large ones do not")))]
    pub utilisation: f64,
}

fn default_rank() -> u32 {
    16
}
fn default_sequence() -> f64 {
    2048.0
}
fn default_sequences() -> f64 {
    1.0
}
fn default_sigma() -> f64 {
    1.0
}
fn default_utilisation() -> f64 {
    0.85
}

/// A job of median size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tuned {
    /// The fewest GPUs that hold it.
    pub least_gpus: u32,
    /// GPUs it runs on.
    pub gpus: u32,
    /// Recomputation.
    pub recompute: Recompute,
    /// Memory over all GPUs of a copy without their contexts, bytes.
    pub memory_bytes: f64,
    /// Run time, s.
    pub work_s: f64,
}

impl Tuning {
    /// Parameters of the adapters.
    fn adapters(&self, model: &LanguageModel) -> f64 {
        2.0 * f64::from(self.rank) * f64::from(model.hidden) * ADAPTED * f64::from(model.layers)
    }

    /// Bytes over all GPUs of a copy, without their contexts.
    pub fn memory_bytes(&self, model: &LanguageModel, recompute: Recompute) -> f64 {
        let parameters = model.parameters;
        let adapters = self.adapters(model);
        let states = match self.method {
            Method::Full => 16.0 * parameters,
            Method::Lora => 2.0 * parameters + 16.0 * adapters,
            Method::Qlora => PACKED_BYTES * parameters + 16.0 * adapters,
        };
        let kept = activation_bytes(model, self.sequence_tokens, 1.0, recompute);
        let logits = 6.0 * self.sequence_tokens * f64::from(model.vocabulary);
        states + self.sequences * (kept + logits)
    }

    /// Memory and time of a job; `key` is the entry's place in the scenario.
    pub fn tuned(&self, key: &str, platform: &Platform<'_>) -> Result<Tuned, Fault> {
        let model = self.model(key, platform)?;
        if self.gpus == Some(0) || self.rank == 0 {
            let field = if self.rank == 0 { "rank" } else { "gpus" };
            return Err(
                Fault::new(format!("{field} is 0"), "give at least 1").at(format!("{key}.{field}"))
            );
        }
        let chip = &platform.chip;
        chip.peak_or_error(&format!("{key}.precision"), self.precision)?;
        let room = USABLE * chip.memory_bytes - CONTEXT_BYTES;
        let copy_gpus = |recompute: Recompute| {
            let memory_bytes = self.memory_bytes(model, recompute);
            (memory_bytes / room).ceil().max(1.0)
        };
        let tightest = self.recompute.unwrap_or(Recompute::Full);
        let least_gpus = copy_gpus(tightest) as u32;
        let gpus = self.gpus.unwrap_or(least_gpus);
        if gpus < least_gpus {
            return Err(Fault::new(
                format!(
                    "{} fine-tuning of {} takes {:.0} GB, more than {} of {:.0} GB will hold",
                    self.method.name(),
                    model.name,
                    self.memory_bytes(model, tightest) / 1e9,
                    count(f64::from(gpus), "GPU"),
                    chip.memory_bytes / 1e9
                ),
                format!("give at least {least_gpus}, or leave gpus out"),
            )
            .at(format!("{key}.gpus")));
        }
        let (active, all) = (model.active(), model.parameters);
        let longer =
            model.attention_flop(self.sequence_tokens) - model.attention_flop(MEASURED_SEQUENCE);
        let attention = longer.max(0.0);
        let of_weights = match self.method {
            Method::Full => 6.0 * active,
            Method::Lora | Method::Qlora => 4.0 * active + 6.0 * self.adapters(model),
        };
        let flop_per_token = of_weights + 3.0 * attention;
        let flops = chip.trained_flops(self.precision).unwrap_or(f64::NAN);
        let layout = Run {
            model,
            sequence: self.sequence_tokens,
            batch_tokens: STEP_SEQUENCES * self.sequence_tokens,
            gpus,
            flops,
            recompute: self.recompute,
        };
        let spread = self.method == Method::Full && gpus > 1;
        let layout = spread.then(|| layout.lay_out(chip)).flatten();
        let recompute = match (self.recompute, layout) {
            (Some(given), None) if spread => {
                return Err(Fault::new(
                    format!(
                        "no layout of all weights of {} on {} leaves room for recompute = \"{}\"",
                        model.name,
                        count(f64::from(gpus), "GPU"),
                        given.name()
                    ),
                    "give more GPUs (powers of two lay out best), or leave recompute out",
                )
                .at(format!("{key}.recompute")));
            }
            (Some(given), _) => given,
            (None, Some(layout)) => layout.recompute,
            (None, None) if spread => Recompute::Full,
            // The least with which a copy fits.
            (None, None) => [Recompute::Selective, Recompute::Full]
                .into_iter()
                .find(|recompute| copy_gpus(*recompute) <= f64::from(gpus))
                .unwrap_or(tightest),
        };
        let work = match layout {
            Some(layout) => flop_per_token / layout.efficiency,
            // Full recomputation of activations: one more forward pass.
            None if recompute == Recompute::Full => flop_per_token + 2.0 * active + attention,
            None => flop_per_token,
        };
        let compute_s = self.tokens * work / (f64::from(gpus) * flops);
        // Copies work side by side; each unpacks its weights for every microbatch of its own.
        let copies = (f64::from(gpus) / copy_gpus(recompute)).floor().max(1.0);
        let microbatches = self.tokens / (self.sequence_tokens * self.sequences * copies);
        let unpack_s = match self.method {
            Method::Qlora => {
                let bytes = 3.0 * all * (PACKED_BYTES + 2.0) / (f64::from(gpus) / copies);
                microbatches * bytes / (chip.software.bandwidth * chip.bandwidth_bytes_s)
            }
            _ => 0.0,
        };
        Ok(Tuned {
            least_gpus,
            gpus,
            recompute,
            memory_bytes: self.memory_bytes(model, recompute),
            work_s: compute_s + unpack_s,
        })
    }

    fn model<'a>(&self, key: &str, platform: &'a Platform<'_>) -> Result<&'a LanguageModel, Fault> {
        find(
            platform.models,
            &format!("{key}.model"),
            "language model",
            &self.model,
        )
    }

    /// In a line: memory, GPUs, time.
    pub fn describe(&self, key: &str, platform: &Platform<'_>) -> Result<String, Fault> {
        let tuned = self.tuned(key, platform)?;
        let hours = tuned.work_s / HOUR_S;
        Ok(format!(
            "{} of {}: {:.1} GB with {} recomputation, at least {}; {:.3e} tokens on {} in {:.2} h, {:.3} \
             GPU-hours",
            self.method.name(),
            self.model(key, platform)?.name,
            tuned.memory_bytes / 1e9,
            tuned.recompute.adjective(),
            count(f64::from(tuned.least_gpus), "GPU"),
            self.tokens,
            count(f64::from(tuned.gpus), "GPU"),
            hours,
            hours * f64::from(tuned.gpus)
        ))
    }

    /// The jobs; `key` is the entry's place in the scenario and names its random streams.
    pub fn jobs(
        &self,
        key: &str,
        platform: &Platform<'_>,
        calendar: Calendar,
        seed: u64,
    ) -> Result<Tunings, Fault> {
        let tuned = self.tuned(key, platform)?;
        // Arrivals and spread are those of a random stream: built from its own keys, so that its defaults hold here too.
        let mut words = toml::Table::new();
        words.insert("jobs_per_day".into(), self.jobs_per_day.into());
        words.insert("gpus".into(), toml::Value::Array(vec![tuned.gpus.into()]));
        words.insert("median_hours".into(), (tuned.work_s / HOUR_S).into());
        words.insert("sigma".into(), self.sigma.into());
        words.insert("utilisation".into(), self.utilisation.into());
        let rate = self.tokens / (f64::from(tuned.gpus) * tuned.work_s);
        words.insert("tokens_per_gpu_s".into(), rate.into());
        let stream: JobStream = words.try_into().map_err(|error: toml::de::Error| {
            Fault::new(error.message(), "check tokens, gpus and jobs_per_day").at(key)
        })?;
        let jobs = stream.jobs(key, Class::FineTuning, calendar, seed)?;
        Ok(Tunings {
            jobs: Box::new(jobs),
            within: if tuned.gpus <= platform.gpus_per_server {
                Locality::Server
            } else {
                Locality::Hall
            },
        })
    }
}

/// Random jobs that adapt one model.
pub struct Tunings {
    jobs: Box<dyn Arrivals>,
    within: Locality,
}

impl Arrivals for Tunings {
    fn next_job(&mut self) -> Option<Job> {
        let job = self.jobs.next_job()?;
        Some(Job {
            within: self.within,
            ..job
        })
    }
}

#[cfg(test)]
mod tests;
