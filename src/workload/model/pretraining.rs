//! Training runs: from the size of a model to GPU-hours.
//!
//! ```text
//! FLOP     = 6·N·D                                          N parameters active per token, D tokens
//! duration = FLOP / (gpus · peak FLOP/s · MFU)              s
//! MFU      = given, or software · parallel efficiency       what one server reaches, and what talking leaves of it
//! memory   ≥ 16·N_all + activations                         bytes, over all GPUs (`memory`)
//! ```
//!
//! Source: Kaplan et al., *Scaling Laws for Neural Language Models* (2020), for 6·N·D: forward and backward
//! pass without the attention term, good to a few percent for contexts short against 12 × model width. A given MFU is
//! taken over the whole run, restarts included: Llama 3.1 405B gives 34.5 % (30.84 million H100-hours), 38–43 % while
//! running. A derived one is that while running: failures come on top.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::memory::{self, Recompute, TRAINED_BYTES};
use super::parallel::{Layout, Run};
use super::{LanguageModel, Platform, Precision, find};
use crate::describe::{Fault, count, doubt};
use crate::units::{self, DAY_S, HOUR_S};
use crate::workload::{Arrivals, Class, Job};

/// Shorter runs are a slip in the figures, and repeating them would fill the queue without end.
const SHORTEST_RUN_S: f64 = 60.0;
/// Default tokens of a sequence and of a step.
const SEQUENCE: f64 = 8192.0;
const BATCH_TOKENS: f64 = 4e6;

/// Training models from the start.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pretraining {
    /// The runs, one entry each.
    pub models: Vec<Model>,
}

/// One training run, or the same run again and again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// A language model of the catalogue (`coldaisle catalogue models`), for its size and shape.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Parameters of the model, where it is not in the catalogue: a dense one in the shape of GPT-3. 16 bytes each
    /// and the activations must fit in the memory of the GPUs.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 1.0, max = 1e18))]
    pub parameters: Option<f64>,
    /// Parameters used per token, for mixtures of experts. Default: all.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 1.0, max = 1e18))]
    pub active_parameters: Option<f64>,
    /// Tokens it is trained on.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 1.0, max = 1e20))]
    pub tokens: f64,
    /// GPUs it runs on, all in one hall.
    #[schemars(range(min = 1, max = 10000000))]
    pub gpus: u32,
    /// Number format of the matrix products, where the chip has it.
    #[serde(default)]
    pub precision: Precision,
    /// Model FLOP utilisation over the whole run, restarts included: 0.345 for Llama 3.1 405B (its model card), 0.38 to
    /// 0.43 while running (its paper). Default: worked out from the platform's software and from links and memory.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive_fraction"
    )]
    #[schemars(range(min = 1e-4, max = 1.0))]
    pub mfu: Option<f64>,
    /// Tokens of a sequence. Default 8192.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 1.0, max = 1e12))]
    pub sequence_tokens: Option<f64>,
    /// Tokens of a step. Default: the catalogue's, else 4 million.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 1.0, max = 1e15))]
    #[schemars(extend("doubt" = doubt(1000000.0, 16000000.0, "published runs from 10 to 500 billion parameters")))]
    pub batch_tokens: Option<f64>,
    /// Activations that the backward pass recomputes (Korthikanti et al. 2022). Default: the quickest choice that fits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recompute: Option<Recompute>,
    /// Load of the GPUs in terms of power, not the MFU: stalled units draw power too.
    #[serde(default = "default_utilisation", deserialize_with = "units::fraction")]
    #[schemars(range(min = 0.0, max = 1.0))]
    #[schemars(extend("doubt" = doubt(0.8, 1.0, "nodes of 8 GPUs were measured close to full GPU power; waits for links and stages take off up to a fifth")))]
    pub utilisation: f64,
    /// Day of the run on which it is submitted.
    #[serde(default, deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 1e5))]
    pub start_day: f64,
    /// Submit the next run when this one should have ended, for as long as the simulation lasts.
    #[serde(default)]
    pub repeat: bool,
    /// Days between the expected end of a run and the next submission.
    #[serde(default, deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 1e5))]
    pub gap_days: f64,
    /// Requested run time over run time at full clock, at least 1.
    #[serde(
        default = "default_estimate_factor",
        deserialize_with = "units::positive"
    )]
    #[schemars(range(min = 0.01, max = 1e6))]
    #[schemars(extend("doubt" = doubt(1.0, 2.0, "runs of known length, whose restarts may double them")))]
    pub estimate_factor: f64,
}

fn default_utilisation() -> f64 {
    0.95
}
fn default_estimate_factor() -> f64 {
    1.2
}

/// A training run as scheduled jobs.
#[derive(Debug, Clone, PartialEq)]
pub struct Trained {
    /// The model's shape.
    pub model: LanguageModel,
    /// Run time at full clock, s.
    pub work_s: f64,
    /// Share of the peak that counts.
    pub mfu: f64,
    /// The fewest GPUs whose memory holds it.
    pub least_gpus: f64,
    /// How it is laid out, where the MFU was worked out.
    pub layout: Option<Layout>,
}

/// A number of hours as people read it.
fn plain(hours: f64) -> String {
    if hours < 1e6 {
        format!("{hours:.1}")
    } else {
        format!("{:.2} million", hours / 1e6)
    }
}

impl Trained {
    /// In a line: time, share of the peak, layout, memory.
    pub fn describe(&self, gpus: u32) -> String {
        let hours = self.work_s / HOUR_S;
        let how = self.layout.map_or(String::new(), |l| {
            format!(
                " (tensor {} × pipeline {} × data {}{}, {} recomputation, {:.0} GB a GPU)",
                l.tensor,
                l.pipeline,
                l.data,
                if l.sharded { ", weights spread" } else { "" },
                l.recompute.adjective(),
                l.memory_bytes / 1e9
            )
        });
        format!(
            "{} on {}: {:.2} days, {} GPU-hours at an MFU of {:.1} %{how}; at least {}",
            self.model.name,
            count(f64::from(gpus), "GPU"),
            hours / 24.0,
            plain(hours * f64::from(gpus)),
            100.0 * self.mfu,
            count(self.least_gpus, "GPU")
        )
    }
}

impl Model {
    /// Its shape; `key` is the entry's place in the scenario.
    fn shape(&self, key: &str, platform: &Platform<'_>) -> Result<LanguageModel, Fault> {
        let fault = |field: &str, what: &str, cure: &str| {
            Err(Fault::new(what, cure).at(format!("{key}{field}")))
        };
        let mut shape = match (&self.model, self.parameters) {
            (Some(name), None) => find(
                platform.models,
                &format!("{key}.model"),
                "language model",
                name,
            )?
            .clone(),
            (None, Some(parameters)) => LanguageModel::of(parameters),
            (Some(_), Some(_)) => {
                return fault(
                    ".parameters",
                    "parameters cannot be combined with the model's name",
                    "keep one of the two",
                );
            }
            (None, None) => {
                return fault(
                    "",
                    "a run without a model",
                    "give parameters = 70e9, or model = \"llama-3.1-70b\"",
                );
            }
        };
        if let Some(active) = self.active_parameters {
            if active > shape.parameters {
                return Err(Fault::new(
                    "more parameters are active than there are",
                    format!("give at most {:.3e}", shape.parameters),
                )
                .at(format!("{key}.active_parameters")));
            }
            shape.active = Some(active);
        }
        Ok(shape)
    }

    /// Time, share of the peak and memory of a run; `key` is the entry's place in the scenario.
    pub fn trained(&self, key: &str, platform: &Platform<'_>) -> Result<Trained, Fault> {
        let model = self.shape(key, platform)?;
        let chip = &platform.chip;
        let sequence = self.sequence_tokens.unwrap_or(SEQUENCE);
        let states = TRAINED_BYTES * model.parameters;
        let least_gpus = memory::least_gpus(&model, sequence, chip, states);
        if f64::from(self.gpus) < least_gpus {
            let what = format!(
                "{} of {:.0} GB cannot hold {:.3e} parameters at 16 bytes each and the activations",
                count(f64::from(self.gpus), "GPU"),
                chip.memory_bytes / 1e9,
                model.parameters
            );
            let cure = if least_gpus.is_finite() {
                format!("give at least {}", count(least_gpus, "GPU"))
            } else {
                format!(
                    "no number of them holds the activations of sequences of {sequence} tokens: use a smaller sequence_tokens, or \
                     servers with more memory or wider fast links"
                )
            };
            return Err(Fault::new(what, cure).at(format!("{key}.gpus")));
        }
        let peak_flops = chip.peak_or_error(&format!("{key}.precision"), self.precision)?;
        let flop = 6.0 * model.active() * self.tokens;
        let (mfu, layout) = if let Some(mfu) = self.mfu {
            (mfu, None)
        } else {
            let flops = chip.trained_flops(self.precision).unwrap_or(0.0);
            let run = Run {
                model: &model,
                sequence,
                batch_tokens: self
                    .batch_tokens
                    .or(model.batch_tokens)
                    .unwrap_or(BATCH_TOKENS)
                    .max(sequence),
                gpus: self.gpus,
                flops,
                recompute: self.recompute,
            };
            let Some(layout) = run.lay_out(chip) else {
                let better = 1_u64 << (least_gpus.max(1.0).log2().ceil() as u32).min(30);
                let what = format!(
                    "{} cannot be laid out for {}",
                    count(f64::from(self.gpus), "GPU"),
                    model.name
                );
                let cure = format!(
                    "use a number that divides by 8 or more, such as {better}; or allow full recomputation, or give mfu"
                );
                return Err(Fault::new(what, cure).at(format!("{key}.gpus")));
            };
            (flops * layout.efficiency / peak_flops, Some(layout))
        };
        Ok(Trained {
            work_s: flop / (f64::from(self.gpus) * peak_flops * mfu),
            model,
            mfu,
            least_gpus,
            layout,
        })
    }

    /// The runs as jobs; `key` is the entry's place in the scenario.
    pub fn runs(&self, key: &str, platform: &Platform<'_>) -> Result<Runs, Fault> {
        if self.estimate_factor < 1.0 {
            return Err(Fault::new(
                format!("{} underestimates the run time", self.estimate_factor),
                "give 1 or more",
            )
            .at(format!("{key}.estimate_factor")));
        }
        let work_s = self.trained(key, platform)?.work_s;
        if !(SHORTEST_RUN_S..=1e11).contains(&work_s) {
            return Err(Fault::new(
                format!("this run would last {work_s:.3e} s"),
                "check parameters (405e9, not 405), tokens and gpus; a run lasts at least a minute",
            )
            .at(key));
        }
        Ok(Runs {
            next: Some(Job {
                id: 1,
                class: Class::Pretraining,
                submit_s: self.start_day * DAY_S,
                gpus: self.gpus,
                work_s,
                estimate_s: work_s * self.estimate_factor,
                utilisation: self.utilisation,
                tokens: self.tokens,
                ..Job::default()
            }),
            period_s: self.repeat.then_some(work_s + self.gap_days * DAY_S),
        })
    }
}

/// The runs of one model. A repeated run is submitted when the one before should have ended; where that one
/// started late or was slowed down, the next waits in the queue or starts beside it, as GPUs allow.
#[derive(Debug, Clone, PartialEq)]
pub struct Runs {
    next: Option<Job>,
    period_s: Option<f64>,
}

impl Arrivals for Runs {
    fn next_job(&mut self) -> Option<Job> {
        let job = self.next?;
        self.next = self.period_s.map(|period_s| Job {
            id: job.id + 1,
            submit_s: job.submit_s + period_s,
            ..job
        });
        Some(job)
    }
}

#[cfg(test)]
mod tests;
