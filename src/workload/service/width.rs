//! How many GPUs share a copy of a model.
//!
//! ```text
//! g      1, 2, 4 … GPUs of a domain of fast links, from the fewest that hold the weights and one request
//! q(g)   tokens/s of a copy at the largest batch that memory holds and whose tokens come within the latency
//! n(g) = ⌈demand of the busiest hour / q(g)⌉            width: least n·g; of equals, most q/g
//!        where the GPUs held are given: n(g) = ⌊GPUs/g⌋, width: most n·q; of equals, most q/g
//! ```
//!
//! The default latency, 50 ms a token, is a choice: `MLPerf` Inference 5.0 requires 40 ms of Llama 2 70B in its
//! interactive and 200 ms in its server scenario; 20 tokens a second are more than people read.

use super::Inference;
use crate::describe::{Fault, count};
use crate::workload::model::offload::EdgeOffload;
use crate::workload::model::serving::Replica;
use crate::workload::model::{Platform, Precision, find};
use crate::workload::{Rhythm, synthetic};

/// Default limit of the time of a token, ms.
const TOKEN_MS: f64 = 50.0;
/// Default tokens of a request.
pub(super) const INPUT_TOKENS: f64 = 500.0;
pub(super) const OUTPUT_TOKENS: f64 = 350.0;

/// Copies of one width.
#[derive(Debug, Clone)]
pub(super) struct Width {
    /// One of them.
    pub(super) replica: Replica,
    /// Requests at a time, at most.
    pub(super) batch: f64,
    /// Tokens that a copy writes a second, at most.
    pub(super) most_per_s: f64,
    /// How many the busiest hour needs, or the GPUs that are given hold.
    pub(super) copies: f64,
}

impl Width {
    fn gpus(&self) -> f64 {
        f64::from(self.replica.gpus)
    }

    fn per_gpu(&self) -> f64 {
        self.most_per_s / self.gpus()
    }

    /// Energy of a token at the GPUs with `batch` requests at a time, J.
    fn joule(&self, batch: f64, watts: &dyn Fn(f64) -> f64) -> f64 {
        let replica = &self.replica;
        self.gpus() * watts(replica.load(batch)) / replica.tokens_per_s(batch)
    }
}

/// `1 × 8 GPUs`
fn copies(width: &Width) -> String {
    let end = if width.replica.gpus > 1 { "s" } else { "" };
    format!("{:.0} × {} GPU{end}", width.copies, width.replica.gpus)
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

    /// Tokens written for a request.
    pub(super) fn output_tokens(&self) -> f64 {
        self.output_tokens.unwrap_or(OUTPUT_TOKENS)
    }

    /// The copies of the width that the scenario gives, or of the best one.
    pub(super) fn width(
        &self,
        key: &str,
        name: &str,
        platform: &Platform<'_>,
        peak_per_s: f64,
    ) -> Result<Width, Fault> {
        let narrowest = self.narrowest(key, name, platform)?;
        if let Some(gpus) = self.gpus_per_replica {
            let (least, most) = (narrowest.gpus, platform.chip.domain.max(narrowest.gpus));
            if !(least..=most).contains(&gpus) {
                let what = if gpus < least {
                    format!("{} will not hold a copy", count(f64::from(gpus), "GPU"))
                } else {
                    format!("{gpus} GPUs are more than fast links join")
                };
                let cure = if least == most {
                    format!("give {least}")
                } else {
                    format!("give {least} to {most}")
                };
                return Err(Fault::new(what, cure).at(format!("{key}.gpus_per_replica")));
            }
            let replica = Replica { gpus, ..narrowest };
            return self
                .of(&replica, peak_per_s)
                .ok_or_else(|| self.too_slow(key, &replica));
        }
        // Where the GPUs given hold no copy at all, the narrowest gives how many would.
        if self.gpus.is_some_and(|gpus| gpus < narrowest.gpus)
            && let Some(width) = self.of(&narrowest, peak_per_s)
        {
            return Ok(width);
        }
        let all = self.widths(&narrowest, peak_per_s).into_iter().flatten();
        let better = |a: &Width, b: &Width| {
            let by_need = match self.gpus {
                None => (a.copies * a.gpus()).total_cmp(&(b.copies * b.gpus())),
                Some(_) => (b.copies * b.most_per_s).total_cmp(&(a.copies * a.most_per_s)),
            };
            by_need.then(b.per_gpu().total_cmp(&a.per_gpu()))
        };
        all.min_by(better).ok_or_else(|| {
            let wide = powers(&narrowest, platform.chip.domain);
            let alone_s = |replica: &Replica| replica.step(1.0).time_s;
            let fastest = wide.min_by(|a, b| alone_s(a).total_cmp(&alone_s(b)));
            self.too_slow(key, &fastest.unwrap_or_else(|| narrowest.clone()))
        })
    }

    /// Each width from the narrowest on; None where not even one request at a time comes within the latency.
    fn widths(&self, narrowest: &Replica, peak_per_s: f64) -> Vec<Option<Width>> {
        powers(narrowest, narrowest.chip.domain)
            .map(|replica| self.of(&replica, peak_per_s))
            .collect()
    }

    fn of(&self, replica: &Replica, peak_per_s: f64) -> Option<Width> {
        let batch = replica.largest_batch(1e-3 * self.token_ms.unwrap_or(TOKEN_MS))?;
        let most_per_s = replica.tokens_per_s(batch);
        let copies = match self.gpus {
            None => (peak_per_s / most_per_s).ceil().max(1.0),
            Some(gpus) => f64::from(gpus / replica.gpus),
        };
        Some(Width {
            replica: replica.clone(),
            batch,
            most_per_s,
            copies,
        })
    }

    fn too_slow(&self, key: &str, replica: &Replica) -> Fault {
        let alone_ms = 1e3 * replica.step(1.0).time_s;
        let (place, default) = match self.token_ms {
            Some(_) => ("token_ms", String::new()),
            None => (
                "model",
                format!(", and {TOKEN_MS} ms are allowed where token_ms is not given"),
            ),
        };
        let wider = if self.gpus_per_replica.is_some() && replica.gpus < replica.chip.domain {
            ", or share the model among more GPUs (gpus_per_replica)"
        } else {
            ""
        };
        Fault::new(
            format!(
                "one request alone takes {alone_ms:.2} ms a token on {}{default}",
                count(f64::from(replica.gpus), "GPU")
            ),
            format!("set token_ms to {} or more{wider}", alone_ms.ceil()),
        )
        .at(format!("{key}.{place}"))
    }

    /// `bf16`, `4.5 bits`: how the weights are stored.
    fn stored(&self, precision: Precision) -> String {
        match self.weight_bits {
            Some(bits) => count(bits, "bit"),
            None => precision.name().into(),
        }
    }

    /// One copy on the fewest GPUs that hold it and one request.
    fn narrowest(&self, key: &str, name: &str, platform: &Platform<'_>) -> Result<Replica, Fault> {
        let model = find(
            platform.models,
            &format!("{key}.model"),
            "language model",
            name,
        )?;
        let precision = self.precision.unwrap_or_default();
        platform
            .chip
            .peak_or_error(&format!("{key}.precision"), precision)?;
        let input_tokens = self.input_tokens.unwrap_or(INPUT_TOKENS);
        let output_tokens = self.output_tokens();
        let bytes_a_weight = self
            .weight_bits
            .map_or(precision.bytes(), |bits| bits / 8.0);
        let least = Replica::least_gpus(
            model,
            &platform.chip,
            bytes_a_weight,
            input_tokens + output_tokens,
        );
        let gpus = least.ok_or_else(|| {
            let chips = match platform.chip.domain {
                1 => "one chip".into(),
                several => format!("{several} chips that fast links join,"),
            };
            let holds_weights =
                Replica::least_gpus(model, &platform.chip, bytes_a_weight, 0.0).is_some();
            let gigabytes = platform.chip.memory_bytes / 1e9;
            let stored = self.stored(precision);
            if holds_weights {
                let context = input_tokens + output_tokens;
                let (most, wide) = if self.input_tokens.is_none() || output_tokens > input_tokens {
                    ("output_tokens", self.output_tokens.is_some())
                } else {
                    ("input_tokens", true)
                };
                let place = if wide { most } else { "model" };
                return Fault::new(
                    format!(
                        "{} in {stored} with a context of {context} tokens ({:.0} GB) does not fit into {chips} of {gigabytes:.0} \
                         GB each",
                        model.name,
                        model.cache_bytes(context) / 1e9
                    ),
                    "use fewer input_tokens or output_tokens, fewer weight_bits, a smaller model or servers with more memory",
                )
                .at(format!("{key}.{place}"));
            }
            Fault::new(
                format!(
                    "{} in {stored} does not fit into {chips} of {gigabytes:.0} GB each",
                    model.name
                ),
                "use a smaller model, a lower precision or fewer weight_bits, or servers with more memory",
            )
            .at(format!("{key}.model"))
        })?;
        Ok(Replica {
            model: model.clone(),
            chip: platform.chip,
            precision,
            bytes_a_weight,
            gpus,
            input_tokens,
            output_tokens,
        })
    }

    /// In a line: copies, batch, tokens, energy, and what the widths beside it would need; `watts` gives a chip's power by
    /// its load.
    pub fn describe(
        &self,
        key: &str,
        platform: &Platform<'_>,
        offload: Option<EdgeOffload>,
        watts: &dyn Fn(f64) -> f64,
    ) -> Result<Option<String>, Fault> {
        let Some(name) = &self.model else {
            return Ok(None);
        };
        let rhythm = synthetic::rhythm(key, self.daily_swing, self.peak_hour, self.weekend_factor)?;
        let peak_per_s = self.peak_per_s(key, &rhythm, offload)?;
        let width = self.width(key, name, platform, peak_per_s)?;
        let (replica, batch) = (&width.replica, width.batch);
        let bound = if batch < replica.most_by_memory().floor() {
            "latency"
        } else {
            "memory"
        };
        let beside: Vec<String> = self
            .beside(&width, platform, peak_per_s)
            .iter()
            .map(|other| {
                let joule = other.joule(other.batch, watts);
                let ms = 1e3 * other.replica.step(other.batch).time_s;
                format!("{} ({joule:.3} J, {ms:.1} ms)", copies(other))
            })
            .collect();
        let beside = if beside.is_empty() {
            String::new()
        } else {
            format!("; beside it {}", beside.join(", "))
        };
        Ok(Some(format!(
            "{} in {}: {} at the busiest hour; batch up to {batch:.0} (by {bound}), {:.1} ms a token, \
             {:.0} tokens/s a copy; {:.3} J a token at the GPUs, {:.3} at batch 8, {:.3} at batch 1{beside}{}",
            replica.model.name,
            self.stored(replica.precision),
            copies(&width),
            1e3 * replica.step(batch).time_s,
            width.most_per_s,
            width.joule(batch, watts),
            width.joule(batch.min(8.0), watts),
            width.joule(1.0, watts),
            self.delays().describe_scaling(
                self.scaling.unwrap_or_default(),
                replica.weight_bytes(),
                replica.gpus
            )
        )))
    }

    /// The next narrower and the next wider copies that keep the latency.
    fn beside(&self, width: &Width, platform: &Platform<'_>, peak_per_s: f64) -> Vec<Width> {
        let replica = &width.replica;
        let context = replica.input_tokens + replica.output_tokens;
        let bytes_a_weight = replica.bytes_a_weight;
        let least = Replica::least_gpus(&replica.model, &platform.chip, bytes_a_weight, context);
        let narrowest = Replica {
            gpus: least.unwrap_or(replica.gpus),
            ..replica.clone()
        };
        let all = self.widths(&narrowest, peak_per_s).into_iter().flatten();
        let all: Vec<Width> = all.filter(|other| other.copies >= 1.0).collect();
        let narrower = all.iter().rfind(|other| other.replica.gpus < replica.gpus);
        let wider = all.iter().find(|other| other.replica.gpus > replica.gpus);
        narrower.into_iter().chain(wider).cloned().collect()
    }
}

/// The widths of a copy: powers of two, from the narrowest to a whole domain of fast links.
fn powers(narrowest: &Replica, domain: u32) -> impl Iterator<Item = Replica> {
    let least = narrowest.gpus;
    (0..10)
        .map(move |power| least << power)
        .take_while(move |gpus| *gpus <= domain.max(least))
        .map(|gpus| Replica {
            gpus,
            ..narrowest.clone()
        })
}
