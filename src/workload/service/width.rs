//! How many GPUs share a copy of a model, and how.
//!
//! ```text
//! g      1, 2, 3, 4, 6, 8, 12 … GPUs of a domain of fast links, all of it, and with experts several domains; from the fewest that hold
//!        the weights and one request
//! t      GPUs that share a request: all g, and with experts 1, 2, 4 … of a domain
//! q(g)   tokens/s of a copy at the largest batch that memory holds and whose tokens come within the limits, with the best t
//! n(g) = ⌈demand of the busiest hour / q(g)⌉            width: least n·g; of equals, most q/g
//!        where the GPUs held are given: n(g) = ⌊GPUs/g⌋, width: most n·q; of equals, most q/g
//! ```
//!
//! The default latency, 50 ms a token, is a choice: `MLPerf` Inference 5.0 requires 40 ms of Llama 2 70B in its
//! interactive and 200 ms in its server scenario; 20 tokens a second are more than people read. Layers in turn on several servers
//! (pipelines) are not modelled: a dense model that no domain holds is split over the network, which is slow.

use super::Inference;
use super::layouts::{copies_in, held, layouts, no_experts, refused, widths};
use super::pools::Site;
use crate::describe::{Fault, count};
use crate::workload::Rhythm;
use crate::workload::model::Platform;
use crate::workload::model::offload::EdgeOffload;
use crate::workload::model::serving::{Limits, Most, Phase, Replica};

/// Default limit of the time of a token, ms.
const TOKEN_MS: f64 = 50.0;
/// Default tokens of a request.
pub(super) const INPUT_TOKENS: f64 = 500.0;
pub(super) const OUTPUT_TOKENS: f64 = 350.0;
/// Default probability that a drafted token is accepted: an engineering estimate, no source was opened. The second token of a small
/// head is accepted more often, the fourth less.
pub(super) const DRAFT_ACCEPTANCE: f64 = 0.7;

/// Copies of one width.
#[derive(Debug, Clone)]
pub(super) struct Width {
    /// One of them.
    pub(super) replica: Replica,
    /// What it does at most.
    pub(super) most: Most,
    /// How many the busiest hour needs, or the GPUs that are given hold.
    pub(super) copies: f64,
}

impl Width {
    pub(super) fn gpus(&self) -> f64 {
        f64::from(self.replica.layout.gpus)
    }

    /// GPUs that all copies hold.
    fn held(&self) -> f64 {
        let layout = self.replica.layout;
        held(self.copies, layout.gpus, self.replica.chip.domain)
    }

    fn per_gpu(&self) -> f64 {
        self.most.tokens_per_s / self.gpus()
    }

    /// `1 × 8 GPUs`
    pub(super) fn copies(&self) -> String {
        format!("{:.0} × {}", self.copies, self.replica.layout.describe())
    }
}

impl Inference {
    /// Tokens requested here in the busiest hour, 1/s.
    pub(super) fn peak_per_s(
        &self,
        key: &str,
        rhythm: &Rhythm,
        offload: Option<EdgeOffload>,
    ) -> Result<f64, Fault> {
        let requests_per_s = self.requests_per_s.ok_or_else(|| {
            Fault::new(
                "the key 'requests_per_s' is missing",
                "give the requests a second that the model answers, mean over the week",
            )
            .at(key)
        })?;
        let here = 1.0 - offload.map_or(0.0, |o| o.share);
        Ok(requests_per_s * self.output_tokens() * here * rhythm.max())
    }

    /// Tokens of a request.
    pub(super) fn input_tokens(&self) -> f64 {
        self.input_tokens.unwrap_or(INPUT_TOKENS)
    }

    /// Tokens written for a request, on average.
    pub(super) fn output_tokens(&self) -> f64 {
        self.output_tokens.unwrap_or(OUTPUT_TOKENS)
    }

    /// Limit of the time of a token, ms.
    pub(super) fn token_ms(&self) -> f64 {
        self.token_ms.unwrap_or(TOKEN_MS)
    }

    /// The copies of the width that the scenario gives, or of the best one.
    pub(super) fn width(
        &self,
        key: &str,
        site: &Site,
        platform: &Platform<'_>,
        peak_per_s: f64,
    ) -> Result<Width, Fault> {
        let model = self.language_model(key, platform)?;
        let one = self.replica(model, site);
        if let Some(fault) = no_experts(&one, site) {
            return Err(fault);
        }
        let held = widths(&one, site);
        let Some(narrowest) = held.first().and_then(|same| same.first()) else {
            return Err(self.no_room(key, site, &one));
        };
        let narrowest = narrowest.layout.gpus;
        let limits = self.limits(site.phase);
        let all: Vec<Width> = Self::all(&held, site, limits, peak_per_s);
        // Where the GPUs given hold no copy at all, the narrowest gives how many would.
        if site.gpus.is_some_and(|gpus| gpus < narrowest)
            && let Some(width) = all.first()
        {
            return Ok(width.clone());
        }
        let better = |a: &Width, b: &Width| {
            let by_need = match site.gpus {
                None => a.held().total_cmp(&b.held()),
                Some(_) => {
                    (b.copies * b.most.tokens_per_s).total_cmp(&(a.copies * a.most.tokens_per_s))
                }
            };
            by_need.then(b.per_gpu().total_cmp(&a.per_gpu()))
        };
        all.into_iter().min_by(better).ok_or_else(|| {
            let every = held.iter().flatten();
            let alone_s = |replica: &Replica| match site.phase {
                Phase::Prefill => replica.first_token_s(1.0),
                Phase::Both | Phase::Decode => replica.token_s(1.0),
            };
            let fastest = every.min_by(|a, b| alone_s(a).total_cmp(&alone_s(b)));
            self.too_slow(key, site, limits, fastest.unwrap_or(&one))
        })
    }

    /// The best copy of each width that keeps the limits.
    pub(super) fn all(
        held: &[Vec<Replica>],
        site: &Site,
        limits: Limits,
        peak_per_s: f64,
    ) -> Vec<Width> {
        let of = |replica: &Replica| {
            let most = replica.most(limits)?;
            let copies = match site.gpus {
                None => (peak_per_s / most.tokens_per_s).ceil().max(1.0),
                Some(gpus) => f64::from(copies_in(gpus, replica.layout.gpus, site.chip.domain)),
            };
            Some(Width {
                replica: replica.clone(),
                most,
                copies,
            })
        };
        let best = |same: &Vec<Replica>| {
            let all = same.iter().filter_map(of);
            // Of equals the first: fewer ranks.
            all.reduce(|best, next| {
                if next.per_gpu() > best.per_gpu() {
                    next
                } else {
                    best
                }
            })
        };
        held.iter().filter_map(best).collect()
    }

    fn too_slow(&self, key: &str, site: &Site, limits: Limits, replica: &Replica) -> Fault {
        let gpus = count(f64::from(replica.layout.gpus), "GPU");
        let token_ms = 1e3 * replica.token_s(1.0);
        let wider = if site.gpus_per_replica.is_some() && replica.layout.gpus < replica.chip.domain
        {
            ", or share the model among more GPUs (gpus_per_replica)"
        } else {
            ""
        };
        if site.phase != Phase::Prefill && token_ms > 1e3 * limits.token_s {
            let (place, default) = match self.token_ms {
                Some(_) => ("token_ms", String::new()),
                None => (
                    "model",
                    format!(", and {TOKEN_MS} ms are allowed where token_ms is not given"),
                ),
            };
            return Fault::new(
                format!("one request alone takes {token_ms:.2} ms a token on {gpus}{default}"),
                format!("set token_ms to {} or more{wider}", token_ms.ceil()),
            )
            .at(format!("{key}.{place}"));
        }
        let first_ms = 1e3 * replica.first_token_s(1.0);
        Fault::new(
            format!("the first token of one request alone takes {first_ms:.0} ms on {gpus}"),
            format!(
                "set first_token_ms to {} or more{wider}",
                (1.3 * first_ms).ceil()
            ),
        )
        .at(format!("{key}.first_token_ms"))
    }

    /// `bf16`, `4.5 bits`: how the weights are stored.
    pub(super) fn stored(&self, replica: &Replica) -> String {
        match self.weight_bits {
            Some(bits) => count(bits, "bit"),
            None => replica.precision.name().into(),
        }
    }

    /// Why no layout holds a copy.
    fn no_room(&self, key: &str, site: &Site, one: &Replica) -> Fault {
        if let Some(fault) = refused(one, site) {
            return fault;
        }
        let chips = match site.chip.domain {
            1 => "one chip".into(),
            several => format!("{several} chips that fast links join,"),
        };
        let gigabytes = site.chip.memory_bytes / 1e9;
        let stored = self.stored(one);
        let name = &one.model.name;
        if layouts(&one.model, &site.chip, None, None, None).any(|at| one.on(at).holds_weights()) {
            let context = one.requests.kept_context();
            let requests = &one.requests;
            if self.output_sigma.is_some()
                && context > requests.input_tokens + requests.output_tokens
            {
                return Fault::new(
                    format!("answers under way keep contexts of {context:.0} tokens, too many for {chips} of {gigabytes:.0} GB each"),
                    "give a smaller output_sigma: about 0.8 for answers with reasoning",
                )
                .at(format!("{key}.output_sigma"));
            }
            let (most, wide) =
                if self.input_tokens.is_none() || self.output_tokens() > self.input_tokens() {
                    ("output_tokens", self.output_tokens.is_some())
                } else {
                    ("input_tokens", true)
                };
            let place = if wide { most } else { "model" };
            return Fault::new(
                format!(
                    "{name} in {stored} with a context of {context:.0} tokens ({:.0} GB) does not fit into {chips} of {gigabytes:.0} \
                     GB each",
                    one.cache_bytes(context) / 1e9
                ),
                "use fewer input_tokens or output_tokens, fewer weight_bits, a smaller model or servers with more memory",
            )
            .at(format!("{key}.{place}"));
        }
        Fault::new(
            format!("{name} in {stored} does not fit into {chips} of {gigabytes:.0} GB each"),
            "use a smaller model, a lower precision or fewer weight_bits, or servers with more memory",
        )
        .at(format!("{key}.model"))
    }
}
