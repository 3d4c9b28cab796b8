//! How many requests a copy takes at a time: by memory, by the time of a token, by the time to the first one.
//!
//! ```text
//! Both      first token: W + one step + the products of the prompt, W = ρ·S/(2·(1 − ρ)) behind prompts before it, S their time
//! Prefill   first token: W + pass + handing over its keys and values, W = ρ·T/(2·(1 − ρ)), ρ the share of time the copy is busy
//!           within a limit L: ρ = 2·w/(T + 2·w), w = L − T − handing over; prompts a second: ρ·b/T
//! ```
//!
//! Waits are means of a queue with random arrivals and even service (M/D/1, Pollaczek 1930) at the full load of a copy; at less they
//! are shorter. A request that finds all places of a copy taken waits longer: that is the demand the copies are chosen for.

use super::{CHUNK_TOKENS, FILLED, MAX_BATCH, Phase, Replica};

/// The most that a copy does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Most {
    /// Requests at a time.
    pub batch: f64,
    /// Tokens written a second.
    pub tokens_per_s: f64,
    /// Share of the time that it is busy.
    pub busy: f64,
}

/// Limits of a service.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Time of a token, s.
    pub token_s: f64,
    /// Time to the first token, s; infinite without a limit.
    pub first_token_s: f64,
}

/// A copy that only reads prompts is kept no busier than this: beyond, waits grow without bound.
const BUSIEST: f64 = 0.95;

/// Mean wait behind others for a service of even time, s, that is busy for a share of the time.
fn queued_s(busy: f64, service_s: f64) -> f64 {
    if busy < 1.0 {
        busy * service_s / (2.0 * (1.0 - busy))
    } else {
        f64::INFINITY
    }
}

impl Replica {
    /// Requests at a time that its memory holds.
    pub fn most_by_memory(&self) -> f64 {
        let room = FILLED * self.chip.memory_bytes - self.weights_held();
        let kept = match self.phase {
            Phase::Prefill => self.requests.input_tokens,
            Phase::Both | Phase::Decode => self.requests.kept_context(),
        };
        let state = self.model.state_bytes;
        let each = (self.cache_bytes(kept) - state) / self.cache_split() + state / self.tensor();
        (room / each * self.ranks()).clamp(0.0, MAX_BATCH * self.gpus())
    }

    /// Whether its memory holds the weights, and one request of each rank.
    pub fn fits(&self) -> bool {
        self.most_by_memory() >= self.ranks()
    }

    /// Whether it holds the weights.
    pub fn holds_weights(&self) -> bool {
        FILLED * self.chip.memory_bytes >= self.weights_held()
    }

    /// Mean time to the first token with `batch` requests at a time, s.
    pub fn first_token_s(&self, batch: f64) -> f64 {
        let step = self.step(batch.max(1.0));
        match self.phase {
            Phase::Decode => step.time_s,
            Phase::Prefill => step.time_s + self.handing_s(),
            Phase::Both => {
                let prompt_s = self.prompt_s();
                // Prompts that a rank reads in a second, at this batch.
                let per_s =
                    batch / self.ranks() * self.written(&step) / self.requests.output_tokens;
                let busy = (per_s * prompt_s).min(1.0);
                queued_s(busy, prompt_s) + step.time_s + prompt_s
            }
        }
    }

    /// The same of a pool that reads, with its wait at the most that it does, s.
    pub fn first_token_at_most_s(&self, most: &Most) -> f64 {
        self.first_token_s(most.batch) + queued_s(most.busy, self.step(most.batch).time_s)
    }

    /// Time in which a rank reads one prompt with nothing beside it, s.
    pub fn prompt_s(&self) -> f64 {
        let alone = Self {
            phase: Phase::Prefill,
            ..self.clone()
        };
        alone.step(self.ranks()).products_s
    }

    /// The most that it does within `limits`; None where not even one request comes within them.
    pub fn most(&self, limits: Limits) -> Option<Most> {
        match self.phase {
            Phase::Prefill => self.most_prompts(limits.first_token_s),
            Phase::Both | Phase::Decode => {
                let batch = self.largest_batch(limits)?;
                Some(Most {
                    batch,
                    tokens_per_s: self.tokens_per_s(batch),
                    busy: 1.0,
                })
            }
        }
    }

    /// The most requests at a time within `limits`; None where one is not.
    pub fn largest_batch(&self, limits: Limits) -> Option<f64> {
        let keeps = |batch: f64| {
            self.token_s(batch) <= limits.token_s
                && (self.phase == Phase::Decode
                    || self.first_token_s(batch) <= limits.first_token_s)
        };
        let most = self.most_by_memory().floor();
        if most < 1.0 || !keeps(1.0) {
            return None;
        }
        let (mut low, mut high) = (1.0, most);
        if keeps(high) {
            return Some(high);
        }
        // Whole requests.
        while high - low > 1.0 {
            let middle = (0.5 * (low + high)).floor();
            if keeps(middle) {
                low = middle;
            } else {
                high = middle;
            }
        }
        Some(low)
    }

    /// Passes over prompts: as many at a time as bring most a second.
    fn most_prompts(&self, first_token_s: f64) -> Option<Most> {
        let whole = CHUNK_TOKENS * self.ranks() / self.requests.prompt_tokens().max(1.0);
        let most = whole.max(1.0).min(self.most_by_memory());
        if most < 1.0 {
            return None;
        }
        let of = |batch: f64| {
            let time_s = self.step(batch).time_s;
            let spare_s = first_token_s - time_s - self.handing_s();
            let busy = if spare_s == f64::INFINITY {
                1.0
            } else {
                (2.0 * spare_s / (time_s + 2.0 * spare_s)).min(BUSIEST)
            };
            (spare_s > 0.0).then(|| Most {
                batch,
                tokens_per_s: busy * self.tokens_per_s(batch),
                busy,
            })
        };
        let sizes = (0..20).map(|halved| (most * 0.5_f64.powi(halved)).max(1.0));
        sizes
            .filter_map(of)
            .max_by(|a, b| a.tokens_per_s.total_cmp(&b.tokens_per_s))
    }
}
