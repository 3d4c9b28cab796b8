//! A model in service, in words: what `validate` prints.

use super::Inference;
use super::layouts::widths;
use super::pools::Site;
use super::width::Width;
use crate::describe::Fault;
use crate::workload::model::Platform;
use crate::workload::model::offload::EdgeOffload;
use crate::workload::model::serving::{Phase, Replica};
use crate::workload::synthetic;

/// Power of a chip of a hall by its load, W.
pub type Watts<'a> = &'a dyn Fn(usize, f64) -> f64;

/// Energy of a token at the GPUs with `batch` requests at a time, J: of one that is written, or read by a pool that only reads.
fn joule(replica: &Replica, batch: f64, watts: &dyn Fn(f64) -> f64) -> f64 {
    let written_per_s = replica.tokens_per_s(batch);
    let requests = &replica.requests;
    let per_s = match replica.phase {
        Phase::Prefill => written_per_s * requests.input_tokens / requests.output_tokens,
        Phase::Both | Phase::Decode => written_per_s,
    };
    f64::from(replica.layout.gpus) * watts(replica.load(batch)) / per_s
}

/// `0.35 s`, `20 ms`
fn short(time_s: f64) -> String {
    if time_s < 0.1 {
        format!("{:.0} ms", 1e3 * time_s)
    } else {
        format!("{time_s:.2} s")
    }
}

/// Times of a copy at its largest batch: of a token and of the first one.
pub(super) fn times(width: &Width) -> String {
    let (replica, batch) = (&width.replica, width.most.batch);
    let first_s = replica.first_token_s(batch);
    let first = if first_s.is_finite() {
        short(first_s)
    } else {
        "any time".to_owned()
    };
    match replica.phase {
        Phase::Prefill => format!("a pass of {:.0} ms", 1e3 * replica.step(batch).time_s),
        Phase::Decode => format!("{:.1} ms a token", 1e3 * replica.token_s(batch)),
        Phase::Both => format!(
            "{:.1} ms a token, the first in {first}",
            1e3 * replica.token_s(batch)
        ),
    }
}

impl Inference {
    /// A line for each pool: copies, batch, tokens, energy, and what the widths beside it would need.
    pub fn describe(
        &self,
        key: &str,
        platform: &Platform<'_>,
        offload: Option<EdgeOffload>,
        watts: Watts<'_>,
    ) -> Result<Vec<String>, Fault> {
        if self.model.is_none() {
            return Ok(Vec::new());
        }
        let rhythm = synthetic::rhythm(key, self.daily_swing, self.peak_hour, self.weekend_factor)?;
        let peak_per_s = self.peak_per_s(key, &rhythm, offload)?;
        let sites = self.sites(key, platform)?;
        let lines = sites.iter().map(|site| {
            let width = self.width(key, site, platform, peak_per_s)?;
            Ok(self.line(site, &width, peak_per_s, &|load| watts(site.hall, load)))
        });
        lines.collect()
    }

    fn line(
        &self,
        site: &Site,
        width: &Width,
        peak_per_s: f64,
        watts: &dyn Fn(f64) -> f64,
    ) -> String {
        let (replica, batch) = (&width.replica, width.most.batch);
        let limited = if batch < replica.most_by_memory().floor() {
            "latency"
        } else {
            "memory"
        };
        let step = replica.step(batch);
        let links = if replica.layout.gpus > 1 {
            format!(
                "; links take {:.0} % of a step and {:.0} % of the power above rest",
                100.0 * step.links_s / step.time_s,
                100.0 * step.link_load() / step.load().max(f64::MIN_POSITIVE)
            )
        } else {
            String::new()
        };
        let beside: Vec<String> = self
            .beside(site, width, peak_per_s)
            .iter()
            .map(|other| {
                let joule = joule(&other.replica, other.most.batch, watts);
                format!("{} ({joule:.3} J, {})", other.copies(), times(other))
            })
            .collect();
        let beside = if beside.is_empty() {
            String::new()
        } else {
            format!("; beside it {}", beside.join(", "))
        };
        let stored = self.stored(replica);
        let name = &replica.model.name;
        let all = if site.gpus.is_some() {
            let needed = (peak_per_s / width.most.tokens_per_s).ceil().max(1.0);
            format!(
                "{} held, the busiest hour needs {needed:.0} copies",
                width.copies()
            )
        } else {
            format!("{} at the busiest hour", width.copies())
        };
        let most_per_s = width.most.tokens_per_s;
        if site.phase == Phase::Prefill {
            let requests = &replica.requests;
            let read_per_s = most_per_s * requests.input_tokens / requests.output_tokens;
            return format!(
                "{name} in {stored}, reading: {all}; {read_per_s:.0} tokens/s read a copy, {}, the first token in {} at full load; \
                 {:.3} J a token read at the GPUs{links}{beside}",
                times(width),
                short(replica.first_token_at_most_s(&width.most)),
                joule(replica, batch, watts)
            );
        }
        let scaling = self.delays().describe_scaling(
            self.scaling.unwrap_or_default(),
            replica.weight_bytes(),
            replica.layout.gpus,
        );
        let few = [8.0, 1.0].into_iter().filter(|few| *few < batch);
        let small: Vec<String> = few
            .map(|few| format!(", {:.3} at batch {few:.0}", joule(replica, few, watts)))
            .collect();
        let small = small.concat();
        let writing = if site.phase == Phase::Decode {
            ", writing"
        } else {
            ""
        };
        format!(
            "{name} in {stored}{writing}: {all}; batch up to {batch:.0} (by {limited}), {}, \
             {most_per_s:.0} tokens/s a copy; {:.3} J a token at the GPUs{small}{links}{scaling}{beside}",
            times(width),
            joule(replica, batch, watts)
        )
    }

    /// The next narrower and the next wider copies that keep the limits.
    fn beside(&self, site: &Site, width: &Width, peak_per_s: f64) -> Vec<Width> {
        let free = Site {
            gpus_per_replica: None,
            ..site.clone()
        };
        let held = widths(&width.replica, &free);
        let all = Self::all(&held, &free, self.limits(site.phase), peak_per_s);
        let all: Vec<Width> = all
            .into_iter()
            .filter(|other| other.copies >= 1.0)
            .collect();
        let gpus = width.replica.layout.gpus;
        let narrower = all.iter().rfind(|other| other.replica.layout.gpus < gpus);
        let wider = all.iter().find(|other| other.replica.layout.gpus > gpus);
        narrower.into_iter().chain(wider).cloned().collect()
    }
}
