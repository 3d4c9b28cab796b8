//! Where the copies of a model are: one pool that does everything, or one that reads prompts beside one that writes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Inference;
use crate::describe::Fault;
use crate::workload::model::serving::{Drafts, Layout, Limits, Phase, Replica, Requests};
use crate::workload::model::{ChipFigures, LanguageModel, Platform, Precision, find};

/// One of two pools: its own chips, widths and counts. What is left out is worked out as for a service in one piece.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pool {
    /// The hall whose chips it has, by name. Default: the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hall: Option<String>,
    /// GPUs held; rounded up to whole servers. Default: as many as the busiest hour needs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 10000000))]
    pub gpus: Option<u32>,
    /// GPUs that share one copy. Default: as without pools.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 100000))]
    pub gpus_per_replica: Option<u32>,
    /// GPUs that share one request. Default: as without pools.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 100000))]
    pub tensor_parallel: Option<u32>,
    /// Number format of weights and products, where it is another than that of the service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<Precision>,
}

/// A pool as it is laid out: what the scenario says of it, on the chips that it has.
#[derive(Debug, Clone)]
pub(super) struct Site {
    /// The table that describes it.
    pub(super) key: String,
    /// Number of the hall whose chips it has.
    pub(super) hall: usize,
    /// The hall in which its GPUs must lie; none: from the first on.
    pub(super) placed: Option<usize>,
    /// What it does.
    pub(super) phase: Phase,
    pub(super) chip: ChipFigures,
    pub(super) gpus: Option<u32>,
    pub(super) gpus_per_replica: Option<u32>,
    pub(super) tensor_parallel: Option<u32>,
    pub(super) expert_parallel: Option<bool>,
    pub(super) precision: Precision,
}

/// Default time to the first token where a pool reads prompts, ms. A choice: published deployments of `DeepSeek` answer within 2 to 5 s.
const FIRST_TOKEN_MS: f64 = 2000.0;

impl Inference {
    /// Its pools: what writes comes first.
    pub(super) fn sites(&self, key: &str, platform: &Platform<'_>) -> Result<Vec<Site>, Fault> {
        let whole = Pool {
            hall: self.hall.clone(),
            gpus: self.gpus,
            gpus_per_replica: self.gpus_per_replica,
            tensor_parallel: self.tensor_parallel,
            precision: None,
        };
        let (Some(prefill), Some(decode)) = (&self.prefill, &self.decode) else {
            let (missing, other) = match (&self.prefill, &self.decode) {
                (None, None) => {
                    return Ok(vec![self.site(
                        key.to_owned(),
                        Phase::Both,
                        &whole,
                        platform,
                    )?]);
                }
                (Some(_), _) => ("decode", "prefill"),
                (None, _) => ("prefill", "decode"),
            };
            return Err(Fault::new(
                format!("the pool '{missing}' is missing"),
                format!("add [{key}.{missing}] (it may be empty), or remove {other}"),
            )
            .at(key));
        };
        for (field, given) in [
            ("hall", self.hall.is_some()),
            ("gpus", self.gpus.is_some()),
            ("gpus_per_replica", self.gpus_per_replica.is_some()),
            ("tensor_parallel", self.tensor_parallel.is_some()),
        ] {
            if given {
                return Err(Fault::new(
                    format!("{field} belongs to each pool"),
                    format!("give it in [{key}.prefill] and [{key}.decode]"),
                )
                .at(format!("{key}.{field}")));
            }
        }
        Ok(vec![
            self.site(format!("{key}.decode"), Phase::Decode, decode, platform)?,
            self.site(format!("{key}.prefill"), Phase::Prefill, prefill, platform)?,
        ])
    }

    fn site(
        &self,
        key: String,
        phase: Phase,
        pool: &Pool,
        platform: &Platform<'_>,
    ) -> Result<Site, Fault> {
        let (hall, chip) = platform.hall(&format!("{key}.hall"), pool.hall.as_deref())?;
        let precision = pool.precision.or(self.precision).unwrap_or_default();
        let owner = if pool.precision.is_some() {
            &*key
        } else {
            table_of(&key, phase)
        };
        chip.peak_or_error(&format!("{owner}.precision"), precision)?;
        if pool.gpus == Some(0) {
            return Err(Fault::new(
                "a service without GPUs does nothing",
                "give at least 1, or leave it out",
            )
            .at(format!("{key}.gpus")));
        }
        Ok(Site {
            key,
            hall,
            placed: (phase != Phase::Both || pool.hall.is_some()).then_some(hall),
            phase,
            chip,
            gpus: pool.gpus,
            gpus_per_replica: pool.gpus_per_replica,
            tensor_parallel: pool.tensor_parallel,
            expert_parallel: self.expert_parallel,
            precision,
        })
    }

    /// The model that it names.
    pub(super) fn language_model<'a>(
        &self,
        key: &str,
        platform: &Platform<'a>,
    ) -> Result<&'a LanguageModel, Fault> {
        let name = self.model.as_deref().unwrap_or_default();
        find(
            platform.models,
            &format!("{key}.model"),
            "language model",
            name,
        )
    }

    /// A copy on one GPU of a pool, to be laid out.
    pub(super) fn replica(&self, model: &LanguageModel, site: &Site) -> Replica {
        Replica {
            model: model.clone(),
            chip: site.chip,
            precision: site.precision,
            bytes_a_weight: self
                .weight_bits
                .map_or(site.precision.bytes(), |bits| bits / 8.0),
            bytes_a_value: self.cache_bits.map_or(2.0, |bits| bits / 8.0),
            layout: Layout::tensor(1),
            requests: self.requests(),
            phase: site.phase,
        }
    }

    /// Its requests.
    pub(super) fn requests(&self) -> Requests {
        let drafts = self.draft_tokens.map(|tokens| Drafts {
            tokens,
            acceptance: self
                .draft_acceptance
                .unwrap_or(super::width::DRAFT_ACCEPTANCE),
        });
        Requests {
            input_tokens: self.input_tokens(),
            output_tokens: self.output_tokens(),
            output_sigma: self.output_sigma.unwrap_or(0.0),
            prefix_hits: self.prefix_hits.unwrap_or(0.0),
            drafts,
        }
    }

    /// Its limits in a pool.
    pub(super) fn limits(&self, phase: Phase) -> Limits {
        let first_ms = match phase {
            Phase::Prefill => self.first_token_ms.unwrap_or(FIRST_TOKEN_MS),
            Phase::Both | Phase::Decode => self.first_token_ms.unwrap_or(f64::INFINITY),
        };
        Limits {
            token_s: 1e-3 * self.token_ms(),
            first_token_s: 1e-3 * first_ms,
        }
    }
}

impl Site {
    /// The table of its service.
    pub(super) fn table(&self) -> &str {
        table_of(&self.key, self.phase)
    }
}

/// The table of the service of which `key` is a pool.
fn table_of(key: &str, phase: Phase) -> &str {
    let pool = match phase {
        Phase::Both => "",
        Phase::Prefill => ".prefill",
        Phase::Decode => ".decode",
    };
    key.strip_suffix(pool).unwrap_or(key)
}
