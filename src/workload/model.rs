//! Training runs: from the size of a model to GPU-hours.
//!
//! ```text
//! FLOP     = 6·N·D                                          N parameters active per token, D tokens
//! duration = FLOP / (gpus · peak FLOP/s · MFU)              s
//! memory   ≥ 16·N_all                                       bytes, over all GPUs
//! ```
//!
//! Source: Kaplan et al., *Scaling Laws for Neural Language Models* (2020), for 6·N·D: forward and backward
//! pass without the attention term, good to a few percent for contexts short against 12 × model width. 16 bytes
//! per parameter: bf16 weights and gradients, fp32 master weights and two Adam moments (Rajbhandari et al.,
//! *Memory Optimizations Toward Training Trillion Parameter Models*, 2020); activations come on top. MFU is taken over the whole run, restarts included: Llama 3.1 405B
//! gives 34.5 % (30.84 million H100-hours), 38–43 % while running.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Arrivals, Class, Job, WorkloadError};
use crate::units::{self, DAY_S};

/// Memory of weights, gradients and optimiser state, bytes per parameter.
const BYTES_PER_PARAMETER: f64 = 16.0;
/// Shorter runs are a slip in the figures, and repeating them would fill the queue without end.
const SHORTEST_RUN_S: f64 = 60.0;

/// What a training run needs to know of the accelerator.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChipFigures {
    /// Dense peak at bf16, FLOP/s.
    pub bf16_flops: f64,
    /// Dense peak at fp8, FLOP/s; None where the chip has none.
    pub fp8_flops: Option<f64>,
    /// Memory, bytes.
    pub memory_bytes: f64,
    /// Memory bandwidth, bytes/s.
    pub bandwidth_bytes_s: f64,
}

/// Number format of the matrix products.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// 16-bit brain float.
    #[default]
    Bf16,
    /// 8-bit float.
    Fp8,
}

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
    /// Parameters of the model.
    #[serde(deserialize_with = "units::positive")]
    pub parameters: f64,
    /// Parameters used per token, for mixtures of experts. Default: all.
    #[serde(default, deserialize_with = "optional_positive")]
    pub active_parameters: Option<f64>,
    /// Tokens it is trained on.
    #[serde(deserialize_with = "units::positive")]
    pub tokens: f64,
    /// GPUs it runs on, all in one hall.
    #[schemars(range(min = 1))]
    pub gpus: u32,
    /// Number format of the matrix products. Default bf16.
    #[serde(default)]
    pub precision: Precision,
    /// Model FLOP utilisation over the whole run, restarts included: 0.345 for Llama 3.1 405B (its model card), 0.38 to
    /// 0.43 while running (its paper). Default 0.40.
    #[serde(default = "default_mfu", deserialize_with = "units::positive_fraction")]
    pub mfu: f64,
    /// Load of the GPUs in terms of power, not the MFU: stalled units draw power too. Default 0.95 (unconfirmed;
    /// measured 8-GPU nodes draw close to full GPU power in training).
    #[serde(default = "default_utilisation", deserialize_with = "units::fraction")]
    pub utilisation: f64,
    /// Day of the run on which it is submitted. Default 0.
    #[serde(default, deserialize_with = "units::non_negative")]
    pub start_day: f64,
    /// Submit the next run when this one should have ended, for as long as the simulation lasts. Default false.
    #[serde(default)]
    pub repeat: bool,
    /// Days between the expected end of a run and the next submission. Default 0.
    #[serde(default, deserialize_with = "units::non_negative")]
    pub gap_days: f64,
    /// Run time told to the scheduler over run time at full clock, at least 1. Default 1.2 (unconfirmed).
    #[serde(
        default = "default_estimate_factor",
        deserialize_with = "units::positive"
    )]
    pub estimate_factor: f64,
}

fn default_mfu() -> f64 {
    0.40
}
fn default_utilisation() -> f64 {
    0.95
}
fn default_estimate_factor() -> f64 {
    1.2
}

fn optional_positive<'de, D: serde::Deserializer<'de>>(de: D) -> Result<Option<f64>, D::Error> {
    units::positive(de).map(Some)
}

impl Model {
    /// Floating-point operations of one run.
    pub fn flop(&self) -> f64 {
        6.0 * self.active_parameters.unwrap_or(self.parameters) * self.tokens
    }

    /// Run time at full clock, s. None where the chip does not know the precision.
    pub fn duration_s(&self, chip: &ChipFigures) -> Option<f64> {
        let peak_flops = match self.precision {
            Precision::Bf16 => chip.bf16_flops,
            Precision::Fp8 => chip.fp8_flops?,
        };
        Some(self.flop() / (f64::from(self.gpus) * peak_flops * self.mfu))
    }

    /// The fewest GPUs whose memory holds weights, gradients and optimiser.
    pub fn least_gpus(&self, chip: &ChipFigures) -> f64 {
        (self.parameters * BYTES_PER_PARAMETER / chip.memory_bytes).ceil()
    }

    /// The runs as jobs; `key` is where the entry stands in the scenario.
    pub fn runs(&self, key: &str, chip: &ChipFigures) -> Result<Runs, WorkloadError> {
        let least = self.least_gpus(chip);
        if f64::from(self.gpus) < least {
            return Err(WorkloadError::new(
                format!("{key}.gpus"),
                format!(
                    "{} GPUs of {:.0} GB cannot hold {:.3e} parameters at 16 bytes each",
                    self.gpus,
                    chip.memory_bytes / 1e9,
                    self.parameters
                ),
                format!("at least {least} GPUs are needed"),
            ));
        }
        if let Some(active) = self.active_parameters
            && active > self.parameters
        {
            return Err(WorkloadError::new(
                format!("{key}.active_parameters"),
                "more parameters are active than there are",
                format!("give at most {:.3e}", self.parameters),
            ));
        }
        if self.estimate_factor < 1.0 {
            return Err(WorkloadError::new(
                format!("{key}.estimate_factor"),
                format!("{} promises an end before the end", self.estimate_factor),
                "give 1 or more",
            ));
        }
        let work_s = self.duration_s(chip).ok_or_else(|| {
            WorkloadError::new(
                format!("{key}.precision"),
                "this accelerator has no fp8 units",
                "use \"bf16\"",
            )
        })?;
        if !(SHORTEST_RUN_S..=1e11).contains(&work_s) {
            return Err(WorkloadError::new(
                key,
                format!("this run would last {work_s:.3e} s"),
                "check parameters (405e9, not 405), tokens and gpus; a run lasts at least a minute",
            ));
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
mod tests {
    use super::*;

    const H100: ChipFigures = ChipFigures {
        bf16_flops: 989e12,
        fp8_flops: Some(1979e12),
        memory_bytes: 80e9,
        bandwidth_bytes_s: 3.35e12,
    };

    fn model(extra: &str) -> Model {
        toml::from_str(&format!(
            "parameters = 405e9\ntokens = 15.6e12\ngpus = 16384\n{extra}"
        ))
        .unwrap()
    }

    /// 6·405e9·15.6e12 = 3.7908e25 FLOP; 16,384 · 989e12 · 0.40 = 6.4815e18 FLOP/s; 5.8487e6 s = 67.69 days.
    #[test]
    fn llama_405b_takes_the_hand_calculated_time() {
        let model = model("");
        assert!((model.flop() / 3.7908e25 - 1.0).abs() < 1e-12);
        assert!((model.duration_s(&H100).unwrap() / DAY_S - 67.69).abs() < 0.01);
        // At fp8 twice the peak: 989/1979 of the time.
        let fp8 = self::model("precision = 'fp8'").duration_s(&H100).unwrap();
        assert!((fp8 / DAY_S - 67.693 * 989.0 / 1979.0).abs() < 0.01);
    }

    /// The card of Llama 3.1 405B counts 30.84 million H100-hours: at its whole-run MFU of 34.5 % the model
    /// gives 3.7908e25/(989e12·0.345·3600) = 30.86 million.
    #[test]
    fn val_llama31_model_card_gpu_hours() {
        let model = model("mfu = 0.345");
        let gpu_hours = model.duration_s(&H100).unwrap() / 3600.0 * 16384.0;
        assert!((gpu_hours / 30.84e6 - 1.0).abs() < 0.005, "{gpu_hours}");
    }

    /// 405e9 · 16 bytes = 6.48 TB = 81 cards of 80 GB.
    #[test]
    fn too_little_memory_is_refused_with_the_least_number() {
        let mut model = model("");
        model.gpus = 80;
        let error = model.runs("workload.pretraining.models[0]", &H100);
        let error = error.unwrap_err().to_string();
        assert!(
            error.contains("models[0].gpus") && error.contains("at least 81 GPUs"),
            "{error}"
        );
        model.gpus = 81;
        assert!(model.runs("m", &H100).is_ok());
    }

    #[test]
    fn unknown_precision_and_slips_are_refused() {
        let old = ChipFigures {
            fp8_flops: None,
            ..H100
        };
        let error = model("precision = 'fp8'").runs("m", &old).unwrap_err();
        assert!(error.to_string().contains("m.precision"), "{error}");
        let mut slip = model("");
        slip.parameters = 405.0;
        let error = slip.runs("m", &H100).unwrap_err().to_string();
        assert!(error.contains("405e9, not 405"), "{error}");
    }

    #[test]
    fn a_repeated_run_follows_after_the_gap() {
        let once = &mut model("start_day = 2").runs("m", &H100).unwrap();
        assert_eq!(once.next_job().unwrap().submit_s, 2.0 * DAY_S);
        assert_eq!(once.next_job(), None);
        let mut again = model("repeat = true\ngap_days = 3")
            .runs("m", &H100)
            .unwrap();
        let first = again.next_job().unwrap();
        let second = again.next_job().unwrap();
        assert_eq!(second.submit_s, first.work_s + 3.0 * DAY_S);
    }
}
