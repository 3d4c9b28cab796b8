//! Services: inference that holds its GPUs for the whole run and follows its users.
//!
//! ```text
//! u(t) = mean·r(hour, day)                 r: rhythm with mean 1 over the week
//! tokens/s = gpus·(tokens/s per GPU at full load)·u
//! demand = delivered + refused + offloaded                      tokens, in every step
//! ```
//!
//! Utilisation is a ratio. In the plain form tokens are proportional to load: true where load means requests served at
//! the batch size that `tokens_per_gpu_s` was measured at; small batches deliver up to ten times fewer tokens per
//! joule (ML.ENERGY leaderboard, 2026). With a `model` of the catalogue batches follow demand, see `deployed` and `autoscaler`.

mod autoscaler;
mod deployed;
mod describe;
mod diffusion;
mod layouts;
mod modelled;
mod pools;
mod requested;
mod table;
mod width;

pub use autoscaler::Autoscaler;
pub use deployed::{Deployed, OutputKind, Scaling};
pub use describe::Watts;
pub use diffusion::Diffusion;
pub use pools::Pool;
pub use requested::{Answered, Copies, Stream, WITH_STREAM};
pub use table::{Demand, Inference};

use super::model::offload::EdgeOffload;
use super::profile::Profile;
use super::{Calendar, Class, Rhythm};

/// A service in operation.
#[derive(Debug, Clone, PartialEq)]
pub struct Service {
    /// Kind of work.
    pub class: Class,
    /// The hall that has them, by number; from the first on where none is named.
    pub hall: Option<usize>,
    /// The service that reads its prompts, counted from its own number on: what that one leaves undone, this one cannot write.
    pub fed_by: Option<u32>,
    /// GPUs used; the servers that hold them are taken whole and kept for the whole run.
    pub gpus: u32,
    /// Mean load of those GPUs over a week, 0..1.
    pub mean_utilisation: f64,
    /// Demand over day and week.
    pub rhythm: Rhythm,
    /// Tokens per second of one GPU at full load.
    pub tokens_per_gpu_s: f64,
    /// Load and tokens by other means than the four above.
    pub served: Option<Box<Served>>,
}

/// Other means than a mean load.
#[derive(Debug, Clone, PartialEq)]
pub enum Served {
    /// Load and output from a trace of requests.
    Trace {
        /// Load of its GPUs, 0..1.
        utilisation: Profile,
        /// Tokens it delivers, 1/s.
        tokens_per_s: Profile,
        /// Tokens that it refuses, 1/s; none without.
        refused_per_s: Option<Box<Profile>>,
    },
    /// A model whose copies follow demand.
    Model(Deployed),
    /// A mean load of which edge devices take a share.
    Shared(EdgeOffload),
}

/// Output of a service in a step, per second.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct OutputRate {
    /// Load of its GPUs, 0..1.
    pub utilisation: f64,
    /// Share of its GPUs whose copies are unloaded, 0..1: they rest without a context. Never more than 1 − `utilisation`.
    pub unloaded: f64,
    /// What its copies could deliver, where they are known; 0 elsewhere.
    pub capacity_per_s: f64,
    /// Tokens delivered.
    pub tokens_per_s: f64,
    /// Tokens requested that find no GPU.
    pub refused_per_s: f64,
    /// Tokens written on edge devices.
    pub offloaded_per_s: f64,
    /// Power of those devices, W.
    pub offloaded_w: f64,
    /// Images or clips delivered.
    pub images_per_s: f64,
    /// Images or clips requested that find no GPU.
    pub refused_images_per_s: f64,
}

impl Service {
    /// Copies of a model that it has; none where it has a load and nothing else.
    pub fn copies(&self) -> Option<u32> {
        match self.served.as_deref() {
            Some(Served::Model(deployed)) => Some(deployed.replicas),
            _ => None,
        }
    }

    /// What it counts; none where it has a load and nothing else.
    pub fn output(&self) -> Option<OutputKind> {
        match self.served.as_deref() {
            Some(Served::Model(deployed)) => Some(deployed.output),
            Some(Served::Trace { .. }) => Some(OutputKind::Tokens),
            None | Some(Served::Shared(_)) => {
                (self.tokens_per_gpu_s > 0.0).then_some(OutputKind::Tokens)
            }
        }
    }

    /// Its output in a step.
    pub fn output_rate(&self, calendar: Calendar, time_s: f64, dt_s: f64) -> OutputRate {
        let (hour, day) = calendar.at(time_s + 0.5 * dt_s);
        match self.served.as_deref() {
            None => {
                let utilisation = self.utilisation(hour, day);
                OutputRate {
                    utilisation,
                    tokens_per_s: self.tokens_per_s(utilisation),
                    ..OutputRate::default()
                }
            }
            Some(Served::Trace {
                utilisation,
                tokens_per_s,
                refused_per_s,
            }) => {
                let mean = |profile: &Profile| profile.mean(time_s, time_s + dt_s);
                OutputRate {
                    // Sums of shares may pass 1 by rounding.
                    utilisation: mean(utilisation).clamp(0.0, 1.0),
                    tokens_per_s: mean(tokens_per_s),
                    refused_per_s: refused_per_s.as_deref().map_or(0.0, mean),
                    ..OutputRate::default()
                }
            }
            Some(Served::Model(deployed)) => {
                deployed.output_rate(self.rhythm.at(hour, day), (hour, day))
            }
            Some(Served::Shared(edge_offload)) => {
                let requested = self.utilisation(hour, day);
                let here = requested * (1.0 - edge_offload.share);
                let offloaded_per_s = self.tokens_per_s(requested - here);
                OutputRate {
                    utilisation: here,
                    tokens_per_s: self.tokens_per_s(here),
                    offloaded_per_s,
                    offloaded_w: offloaded_per_s * edge_offload.j_per_token,
                    ..OutputRate::default()
                }
            }
        }
    }

    /// Load of its GPUs at an hour (0..24) of a day (Monday 0 … Sunday 6), 0..1.
    pub fn utilisation(&self, hour_of_day: f64, day_of_week: u8) -> f64 {
        (self.mean_utilisation * self.rhythm.at(hour_of_day, day_of_week)).clamp(0.0, 1.0)
    }

    /// Tokens per second of the whole service at a load.
    pub fn tokens_per_s(&self, utilisation: f64) -> f64 {
        f64::from(self.gpus) * self.tokens_per_gpu_s * utilisation
    }
}
