//! `[workload.inference]`: GPUs held for requests, by a mean load or by a model of the catalogue.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::autoscaler::{Delays, SCALE_DOWN_S, cold_start_doubt, scale_down_doubt};
use super::pools::Pool;
use super::width::{DRAFT_ACCEPTANCE, INPUT_TOKENS, OUTPUT_TOKENS};
use super::{Scaling, Served, Service};
use crate::describe::Fault;
use crate::describe::doubt;
use crate::units;
use crate::workload::model::offload::EdgeOffload;
use crate::workload::model::{Platform, Precision};
use crate::workload::{Class, Rhythm, synthetic};

/// GPUs that answer requests, held for the whole run: `gpus` at a `mean_utilisation`, or a `model` of the catalogue and
/// the `requests_per_s` that it answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Inference {
    /// GPUs held; rounded up to whole servers. With a model default: as many as the busiest hour needs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 10000000))]
    pub gpus: Option<u32>,
    /// Mean load of those GPUs over a week, above 0 and at most 1; with swing and weekend the busiest hour must stay
    /// at or below 1. Required without a model. Little measured data exists.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive_fraction"
    )]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub mean_utilisation: Option<f64>,
    /// How far the busiest hour lies above the day's mean.
    #[serde(default = "default_daily_swing", deserialize_with = "units::fraction")]
    #[schemars(range(min = 0.0, max = 1.0))]
    #[schemars(extend("doubt" = doubt(0.1, 0.8, "from users all over the world to those of one time zone")))]
    pub daily_swing: f64,
    /// Hour of the day with the highest demand, local time.
    #[serde(
        default = "default_peak_hour",
        deserialize_with = "units::non_negative"
    )]
    #[schemars(range(min = 0.0, max = 24.0))]
    #[schemars(extend("doubt" = doubt(10.0, 22.0, "from the afternoon of offices to the evening of homes")))]
    pub peak_hour: f64,
    /// Demand at the weekend over demand on a weekday.
    #[serde(
        default = "default_weekend_factor",
        deserialize_with = "units::non_negative"
    )]
    #[schemars(range(min = 0.0, max = 10.0))]
    #[schemars(extend("doubt" = doubt(0.5, 1.1, "from offices to homes")))]
    pub weekend_factor: f64,
    /// Tokens per second of one GPU at full load; tokens are not counted without it. About 1,700 for Llama 3.1
    /// 70B on H100 at large batch (ML.ENERGY: 637 W at 0.373 J per token).
    #[serde(default, deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 1e9))]
    pub tokens_per_gpu_s: f64,
    /// A language model of the catalogue, in place of a mean load: batches, tokens and power follow demand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The hall whose GPUs it holds, by name. Default: from the first on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hall: Option<String>,
    /// Number format of its weights and products: `fp8` halves the memory where the chip has it, `fp4` halves it again. Default bf16.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<Precision>,
    /// Bits of a stored weight with its scales, where weights alone are quantised and products keep `precision`: 4.5 in
    /// llama.cpp's `Q4_0`, 8.5 in its `Q8_0`, about 4.25 in groups of 128. Default: those of `precision`.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 1.0, max = 32.0))]
    #[schemars(extend("unit" = "bit"))]
    pub weight_bits: Option<f64>,
    /// Bits of a stored key or value: 8 halves the memory of a context, and attention runs in fp8 where the chip has it. Default 16.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 2.0, max = 32.0))]
    #[schemars(extend("unit" = "bit"))]
    pub cache_bits: Option<f64>,
    /// Requests a second, mean over the week. Required with a model.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 0.0, max = 1e9))]
    pub requests_per_s: Option<f64>,
    /// Tokens that a request brings. Default 500.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 0.0, max = 1e9))]
    #[schemars(extend("doubt" = doubt(100.0, 8000.0, "from short chats to contexts with documents"), "otherwise" = INPUT_TOKENS))]
    pub input_tokens: Option<f64>,
    /// Tokens written for it. Default 350 (chat with Llama 3.1 in ML.ENERGY's data: 350 to 410).
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 0.0, max = 1e9))]
    #[schemars(extend("doubt" = crate::describe::doubt(150.0, 1500.0, "short answers to ones with reasoning"), "otherwise" = OUTPUT_TOKENS))]
    pub output_tokens: Option<f64>,
    /// How far the lengths of answers lie apart: standard deviation of their logarithm (log-normal). 0 (default): all alike; about 0.8 for
    /// answers with reasoning (ML.ENERGY's GPQA runs). Long answers stay longer, so contexts under way are longer than half an answer.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_non_negative"
    )]
    #[schemars(range(min = 0.0, max = 2.0))]
    #[schemars(extend("doubt" = doubt(0.0, 1.2, "templates to answers with and without reasoning"), "otherwise" = 0.0))]
    pub output_sigma: Option<f64>,
    /// Share of the tokens that a request brings whose keys and values a cache still holds: they are not computed again. Default 0.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_fraction"
    )]
    #[schemars(range(min = 0.0, max = 1.0))]
    #[schemars(extend("doubt" = doubt(0.0, 0.6, "30 to 60 % in chats whose turns come back to the same GPUs, none elsewhere"), "otherwise" = 0.0))]
    pub prefix_hits: Option<f64>,
    /// Tokens that a head of one layer drafts for each request and step, which the model checks at once. Default: none.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 0.0, max = 64.0))]
    pub draft_tokens: Option<f64>,
    /// Probability that a drafted token is accepted, given that those before it were. Default 0.7.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_fraction"
    )]
    #[schemars(range(min = 0.0, max = 1.0))]
    #[schemars(extend("doubt" = doubt(0.5, 0.9, "texts that a small head foresees, or not"), "otherwise" = DRAFT_ACCEPTANCE))]
    pub draft_acceptance: Option<f64>,
    /// The most that the first token may take, on average, at the full load of a copy. Default: no limit; with pools 2,000.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 1e-3, max = 1e7))]
    pub first_token_ms: Option<f64>,
    /// The most that a written token may take on average, drafts included: bounds the batch. Default 50 (`MLPerf` Inference 5.0 requires 40 (interactive) and
    /// 200 (server) of Llama 2 70B).
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 1e-3, max = 1e7))]
    pub token_ms: Option<f64>,
    /// GPUs that share one copy. Default: as many as let the busiest hour do with the fewest GPUs (with `gpus` given: as write most), out of
    /// the powers of two and three times such in a domain of fast links, all of it, and with experts several domains; `validate` shows the neighbours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 100000))]
    pub gpus_per_replica: Option<u32>,
    /// GPUs that share one request; the other GPUs of a copy have requests of their own, and experts lie over all of them. Default: what
    /// writes most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 100000))]
    pub tensor_parallel: Option<u32>,
    /// Experts lie whole on one GPU each (true), or each is split among the GPUs that share a request (false). Default: whole where a copy
    /// has GPUs with requests of their own, else split.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expert_parallel: Option<bool>,
    /// GPUs that only read prompts, and hand keys and values over the network to those of `decode`. Both pools or none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefill: Option<Pool>,
    /// GPUs that only write answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decode: Option<Pool>,
    /// Use of copies that demand does not need. Default "follow".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scaling: Option<Scaling>,
    /// Copies that always work. Default 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 10000000))]
    pub min_replicas: Option<u32>,
    /// With scaling "unload": from the decision to load a copy to its first token, s. Default: its weights at 1 GB/s on each of
    /// its GPUs, and 120 s.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_non_negative"
    )]
    #[schemars(range(min = 0.0, max = 86400.0))]
    #[schemars(extend("doubt" = cold_start_doubt()))]
    pub cold_start_s: Option<f64>,
    /// With scaling "unload": how long a copy stays loaded after demand last needed it, s. Default 300.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_non_negative"
    )]
    #[schemars(range(min = 0.0, max = 604800.0))]
    #[schemars(extend("doubt" = scale_down_doubt(), "otherwise" = SCALE_DOWN_S))]
    pub scale_down_s: Option<f64>,
}

/// How demand swings over day and week.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Demand {
    /// How far the busiest hour lies above the day's mean.
    #[serde(deserialize_with = "units::fraction")]
    #[schemars(range(min = 0.0, max = 1.0))]
    #[schemars(extend("doubt" = doubt(0.1, 0.8, "from users all over the world to those of one time zone")))]
    pub daily_swing: f64,
    /// Hour of the day with the highest demand, local time.
    #[serde(deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 24.0))]
    #[schemars(extend("doubt" = doubt(10.0, 22.0, "from the afternoon of offices to the evening of homes")))]
    pub peak_hour: f64,
    /// Demand at the weekend over demand on a weekday.
    #[serde(deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 10.0))]
    #[schemars(extend("doubt" = doubt(0.5, 1.1, "from offices to homes")))]
    pub weekend_factor: f64,
}

impl Default for Demand {
    fn default() -> Self {
        Self {
            daily_swing: default_daily_swing(),
            peak_hour: default_peak_hour(),
            weekend_factor: default_weekend_factor(),
        }
    }
}

impl Demand {
    /// Checked; `key` is the table that holds it.
    pub fn rhythm(&self, key: &str) -> Result<Rhythm, Fault> {
        let key = format!("{key}.demand");
        synthetic::rhythm(&key, self.daily_swing, self.peak_hour, self.weekend_factor)
    }
}

fn default_daily_swing() -> f64 {
    0.3
}
fn default_peak_hour() -> f64 {
    15.0
}
fn default_weekend_factor() -> f64 {
    0.8
}

impl Inference {
    /// The services this table describes, a pool each; `key` is its place in the scenario.
    pub fn services(
        &self,
        key: &str,
        platform: &Platform<'_>,
        offload: Option<EdgeOffload>,
    ) -> Result<Vec<Service>, Fault> {
        if self.gpus == Some(0) {
            return Err(Fault::new(
                "a service without GPUs does nothing",
                "give at least 1 or leave the table out",
            )
            .at(format!("{key}.gpus")));
        }
        let rhythm = synthetic::rhythm(key, self.daily_swing, self.peak_hour, self.weekend_factor)?;
        match &self.model {
            Some(_) => self.modelled(key, platform, rhythm, offload),
            None => Ok(vec![self.plain(key, platform, rhythm, offload)?]),
        }
    }

    /// GPUs at a mean load.
    fn plain(
        &self,
        key: &str,
        platform: &Platform<'_>,
        rhythm: Rhythm,
        offload: Option<EdgeOffload>,
    ) -> Result<Service, Fault> {
        for (field, given) in [
            ("precision", self.precision.is_some()),
            ("weight_bits", self.weight_bits.is_some()),
            ("requests_per_s", self.requests_per_s.is_some()),
            ("input_tokens", self.input_tokens.is_some()),
            ("output_tokens", self.output_tokens.is_some()),
            ("cache_bits", self.cache_bits.is_some()),
            ("output_sigma", self.output_sigma.is_some()),
            ("prefix_hits", self.prefix_hits.is_some()),
            ("draft_tokens", self.draft_tokens.is_some()),
            ("draft_acceptance", self.draft_acceptance.is_some()),
            ("first_token_ms", self.first_token_ms.is_some()),
            ("token_ms", self.token_ms.is_some()),
            ("gpus_per_replica", self.gpus_per_replica.is_some()),
            ("tensor_parallel", self.tensor_parallel.is_some()),
            ("expert_parallel", self.expert_parallel.is_some()),
            ("prefill", self.prefill.is_some()),
            ("decode", self.decode.is_some()),
            ("scaling", self.scaling.is_some()),
            ("min_replicas", self.min_replicas.is_some()),
            ("cold_start_s", self.cold_start_s.is_some()),
            ("scale_down_s", self.scale_down_s.is_some()),
        ] {
            if given {
                let what = format!("{field} has no effect without a model");
                let cure = "add model = \"llama-3.1-70b\" (see `coldaisle catalogue models`), or remove it";
                return Err(Fault::new(what, cure).at(format!("{key}.{field}")));
            }
        }
        let (Some(gpus), Some(mean_utilisation)) = (self.gpus, self.mean_utilisation) else {
            let missing = if self.gpus.is_none() {
                "gpus"
            } else {
                "mean_utilisation"
            };
            return Err(Fault::new(
                format!("the key '{missing}' is missing"),
                "give gpus and mean_utilisation, or model and requests_per_s",
            )
            .at(key));
        };
        let peak = mean_utilisation * rhythm.max();
        if peak > 1.0 + 1e-9 {
            return Err(Fault::new(
                format!(
                    "the busiest hour would load the GPUs to {:.0} %",
                    peak * 100.0
                ),
                format!(
                    "with this swing and weekend the mean can be at most {:.3}",
                    1.0 / rhythm.max()
                ),
            )
            .at(format!("{key}.mean_utilisation")));
        }
        let (hall, _) = platform.hall(&format!("{key}.hall"), self.hall.as_deref())?;
        Ok(Service {
            class: Class::Inference,
            hall: self.hall.as_ref().map(|_| hall),
            fed_by: None,
            gpus,
            mean_utilisation,
            rhythm,
            tokens_per_gpu_s: self.tokens_per_gpu_s,
            served: offload.map(|offload| Box::new(Served::Shared(offload))),
        })
    }

    /// Of copies that are unloaded.
    pub(super) fn delays(&self) -> Delays {
        Delays {
            cold_start_s: self.cold_start_s,
            scale_down_s: self.scale_down_s,
        }
    }
}

#[cfg(test)]
mod tests;
