//! Copies of a model for requests that come one by one, as a trace gives them.
//!
//! The stream of requests sets what a table of `[workload.inference]` says of demand and of lengths; the pools, widths and limits are
//! worked out as there, for the busiest hour of the stream. There are more copies where prompts of different lengths cost more than as
//! many of the mean one:
//!
//! ```text
//! n = ⌈demand/q·(1 + r·(E[c] − 1))⌉          c: cost of a prompt over that of the mean one, r: share of a full step that prompts take
//! ```

use super::layouts::held;
use super::width::Width;
use super::{Deployed, Inference, Scaling};
use crate::describe::Fault;
use crate::workload::model::Platform;
use crate::workload::model::serving::{Most, Phase, Replica};

/// Keys of a service that answers a stream. Demand and lengths are those of the stream; what else a table may say has no meaning there.
pub const WITH_STREAM: [&str; 18] = [
    "model",
    "hall",
    "precision",
    "weight_bits",
    "cache_bits",
    "gpus",
    "prefix_hits",
    "draft_tokens",
    "draft_acceptance",
    "first_token_ms",
    "token_ms",
    "gpus_per_replica",
    "tensor_parallel",
    "expert_parallel",
    "prefill",
    "decode",
    "scaling",
    "min_replicas",
];

/// A stream of requests.
#[derive(Debug, Clone, PartialEq)]
pub struct Stream {
    /// Tokens that a request brings, on average.
    pub input_tokens: f64,
    /// Tokens written for it, on average.
    pub output_tokens: f64,
    /// Standard deviation of their logarithm, if they were log-normal.
    pub output_sigma: f64,
    /// Requests of mean length a second, in the busiest hour.
    pub peak_per_s: f64,
    /// Tokens that requests bring, and the share of the requests that bring so many.
    pub inputs: Vec<(f64, f64)>,
}

impl Stream {
    /// How much more a full copy has to do than with prompts all of the mean length, as a factor.
    fn dearer(&self, replica: &Replica, batch: f64) -> f64 {
        let cost = self
            .inputs
            .iter()
            .map(|&(tokens, share)| share * replica.prompt_cost(tokens));
        let more = (cost.sum::<f64>() - 1.0).max(0.0);
        let prompts = match replica.phase {
            Phase::Prefill => 1.0,
            Phase::Decode => 0.0,
            Phase::Both => {
                let writes = replica.doing(Phase::Decode);
                1.0 - writes.token_s(batch) / replica.token_s(batch)
            }
        };
        1.0 + prompts * more
    }
}

/// The copies of a pool.
#[derive(Debug, Clone)]
pub struct Copies {
    /// One of them.
    pub replica: Replica,
    /// What it does at most.
    pub most: Most,
    /// How many.
    pub count: u32,
    /// Copies that always work.
    pub least: u32,
    /// Use of those that the requests do not need.
    pub scaling: Scaling,
    /// Their hall, by number; from the first on where none is named.
    pub hall: Option<usize>,
    /// What they are, in words.
    pub words: String,
}

/// What became of the requests of a trace, each counted as often as `scale` says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Answered {
    /// In the run.
    pub requests: f64,
    /// Refused.
    pub refused: f64,
    /// That wait for a place at the end.
    pub waiting: f64,
    /// Time to the first token, ms: median and 95th percentile; NaN without any.
    pub first_token_ms: [f64; 2],
    /// Time of a token, ms, over the requests: the same.
    pub token_ms: [f64; 2],
}

impl Copies {
    /// GPUs that they hold, with what they leave of a domain of fast links.
    pub fn gpus(&self) -> u32 {
        held(
            f64::from(self.count),
            self.replica.layout.gpus,
            self.replica.chip.domain,
        ) as u32
    }

    /// Share of these that belongs to a copy.
    pub fn used(&self) -> f64 {
        f64::from(self.count * self.replica.layout.gpus) / f64::from(self.gpus())
    }
}

impl Inference {
    /// The pools that answer a stream: what writes comes first. `key` is the place of the table.
    ///
    /// # Errors
    /// Keys that say what the stream says, a model or layout that does not fit, GPUs that hold no copy.
    pub fn answering(
        &self,
        key: &str,
        platform: &Platform<'_>,
        stream: &Stream,
    ) -> Result<Vec<Copies>, Fault> {
        self.check_stream(key)?;
        self.check_drafts(key)?;
        let of_stream = Self {
            input_tokens: Some(stream.input_tokens),
            output_tokens: Some(stream.output_tokens),
            output_sigma: Some(stream.output_sigma),
            ..self.clone()
        };
        let peak_per_s = stream.peak_per_s * stream.output_tokens;
        let pool = |site| {
            let mut width = of_stream.width(key, &site, platform, peak_per_s)?;
            let (replica, most) = (&width.replica, width.most);
            let needed = peak_per_s / most.tokens_per_s * stream.dearer(replica, most.batch);
            let layout = (replica.layout.gpus, site.chip.domain);
            let count = Deployed::needed(&site.key, site.gpus, layout, needed)?;
            width.copies = f64::from(count);
            let words = of_stream.words(&width);
            Ok(Copies {
                count,
                replica: width.replica,
                most,
                least: self.min_replicas.unwrap_or(1),
                scaling: self.scaling.unwrap_or_default(),
                hall: site.placed,
                words,
            })
        };
        let pools = self.sites(key, platform)?.into_iter().map(pool);
        pools.collect::<Result<_, Fault>>().map_err(|fault| {
            // The lengths are no keys of this table.
            match fault.key().and_then(|at| at.strip_prefix(key)) {
                Some(".input_tokens" | ".output_tokens") => Fault {
                    cure: "use fewer weight_bits or cache_bits, a smaller model or servers with more memory".into(),
                    ..fault
                }
                .at(format!("{key}.model")),
                _ => fault,
            }
        })
    }

    /// Refuses keys that have no meaning beside a stream.
    fn check_stream(&self, key: &str) -> Result<(), Fault> {
        if self.model.is_none() {
            return Err(Fault::new(
                "the key 'model' is missing",
                "name a language model of the catalogue (see `coldaisle catalogue models`), or remove the table and give gpus, \
                 prefill_tokens_per_gpu_s and decode_tokens_per_gpu_s of the trace",
            )
            .at(key));
        }
        if self.scaling == Some(Scaling::Unload) {
            let what = "copies that answer a trace stay loaded";
            let cure = "use \"follow\" or \"fixed\"";
            return Err(Fault::new(what, cure).at(format!("{key}.scaling")));
        }
        let default = toml::from_str::<Self>("").ok();
        let default = serde_json::to_value(default).unwrap_or_default();
        let given = serde_json::to_value(self).unwrap_or_default();
        let other = given
            .as_object()
            .into_iter()
            .flatten()
            .find(|(name, value)| {
                !WITH_STREAM.contains(&name.as_str()) && default.get(name.as_str()) != Some(*value)
            });
        match other {
            None => Ok(()),
            Some((name, _)) => Err(Fault::new(
                format!(
                    "{name} has no meaning beside a trace, which gives every request and its length"
                ),
                "remove it",
            )
            .at(format!("{key}.{name}"))),
        }
    }

    /// `llama-3.1-70b in bf16: 2 × 8 GPUs, batch up to 45, 31.2 ms a token, the first in 0.50 s`
    fn words(&self, width: &Width) -> String {
        let (replica, phase) = (&width.replica, width.replica.phase);
        let does = match phase {
            Phase::Both => "",
            Phase::Prefill => ", reading",
            Phase::Decode => ", writing",
        };
        format!(
            "{} in {}{does}: {}, batch up to {:.0}, at full batch {}",
            replica.model.name,
            self.stored(replica),
            width.copies(),
            width.most.batch,
            super::describe::times(width),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::model::Precision;
    use crate::workload::model::architecture::tests::llama_70b;
    use crate::workload::model::serving::Requests;
    use crate::workload::model::tests::H100;

    /// Half of the prompts of 0 and half of 2·50,000 tokens: attention of the long ones, 4·64·128·80·50,000 FLOP a token beside
    /// 2·70.6e9, is twice that of the mean one's: (141.2 + 131.1)/(141.2 + 65.5) = 1.317.
    #[test]
    fn long_prompts_are_dearer_than_their_mean() {
        let requests = Requests::plain(50_000.0, 100.0);
        let both = Replica::plain(llama_70b(), H100, Precision::Bf16, 8, requests);
        let stream = Stream {
            input_tokens: 50_000.0,
            output_tokens: 100.0,
            output_sigma: 0.0,
            peak_per_s: 1.0,
            inputs: vec![(0.0, 0.5), (100_000.0, 0.5)],
        };
        let reads = stream.dearer(&both.doing(Phase::Prefill), 1.0);
        assert!((reads - 1.317).abs() < 0.005, "{reads}");
        assert_eq!(stream.dearer(&both.doing(Phase::Decode), 8.0), 1.0);
        let shared = stream.dearer(&both, 8.0);
        assert!(shared > 1.0 && shared < reads, "{shared}");
        let alike = Stream {
            inputs: vec![(50_000.0, 1.0)],
            ..stream
        };
        assert!((alike.dearer(&both, 8.0) - 1.0).abs() < 1e-12);
    }
}
