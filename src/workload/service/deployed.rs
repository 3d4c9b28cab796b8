//! Copies of a model that follow demand.
//!
//! ```text
//! served  = min(demand, n·q)                        q: what one copy makes at the largest batch within latency and memory
//! fixed   x = served/(n·q)                          all n copies share what comes: small batches at night
//! follow  n' = ⌈served/q⌉ ≥ least, x = served/(n'·q)     the others wait with their weights loaded, at context idle
//! unload  the same of those that serve (`autoscaler`); what is not loaded rests without a context
//! u       = n'/n·u(x)                               mean load of all GPUs held
//! ```
//!
//! u(x) is tabled once, at 256 shares of q: a step looks it up. What finds no copy is refused, not queued.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::autoscaler::Autoscaler;
use super::layouts::{copies_in, held};
use super::{OutputRate, Served, Service};
use crate::describe::Fault;
use crate::workload::model::offload::EdgeOffload;
use crate::workload::{Class, Rhythm};

/// Use of copies that demand does not need.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scaling {
    /// All copies share what comes.
    Fixed,
    /// As few as suffice work at full batch; the others idle.
    #[default]
    Follow,
    /// As few as suffice are loaded, and work at full batch; the others' GPUs rest without a context, and a copy needs a
    /// cold start to come back.
    Unload,
}

/// Kind of output of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputKind {
    /// Tokens.
    Tokens,
    /// Images or clips.
    Images,
    /// Prompts read for another service, which counts the tokens.
    Prompts,
}

/// Copies of a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Deployed {
    /// Kind of output.
    pub output: OutputKind,
    /// GPUs of one copy.
    pub replica_gpus: u32,
    /// GPUs that all copies hold, with what they leave of a domain.
    pub held_gpus: u32,
    /// Copies held.
    pub replicas: u32,
    /// Copies that always work.
    pub least_replicas: u32,
    /// Use of the others.
    pub scaling: Scaling,
    /// Copies loaded and serving over the week, where others are unloaded.
    pub autoscaler: Option<Autoscaler>,
    /// Demand per second, mean over the week, edge devices included.
    pub demand_per_s: f64,
    /// Maximum output of one copy, 1/s.
    pub most_per_s: f64,
    /// What its services together can do, where another one has a part in it, 1/s.
    pub ceiling_per_s: f64,
    /// Load of a copy's chips at 0, 1/256 … 256/256 of that.
    pub load: Vec<f64>,
    /// Share offloaded to edge devices.
    pub offload: Option<EdgeOffload>,
}

/// More GPUs than this are a typing error.
const MAX_GPUS: f64 = 1e7;

impl Deployed {
    /// Steps of the table of loads.
    pub const LEVELS: usize = 256;

    /// Copies that `gpus` make, or that the busiest hour needs; `domain` GPUs are joined by fast links.
    pub fn needed(
        key: &str,
        gpus: Option<u32>,
        (replica_gpus, domain): (u32, u32),
        peak_replicas: f64,
    ) -> Result<u32, Fault> {
        if let Some(gpus) = gpus {
            let replicas = copies_in(gpus, replica_gpus, domain);
            if replicas == 0 {
                return Err(Fault::new(
                    format!("{gpus} GPUs hold no copy of the model, which takes {replica_gpus}"),
                    "give more GPUs, a lower precision, or leave gpus out",
                )
                .at(format!("{key}.gpus")));
            }
            return Ok(replicas);
        }
        let replicas = peak_replicas.ceil().max(1.0);
        if replicas.is_nan() || held(replicas, replica_gpus, domain) > MAX_GPUS {
            return Err(Fault::new(
                format!("the busiest hour needs {replicas:.3e} copies of the model"),
                "check the demand; at most 1e7 GPUs are taken",
            )
            .at(key));
        }
        Ok(replicas as u32)
    }

    /// The service of these copies.
    pub fn service(self, class: Class, rhythm: Rhythm) -> Service {
        Service {
            class,
            hall: None,
            fed_by: None,
            gpus: self.held_gpus,
            mean_utilisation: 0.0,
            rhythm,
            tokens_per_gpu_s: 0.0,
            served: Some(Box::new(Served::Model(self))),
        }
    }

    /// Load of a copy at a share of the most it makes.
    fn load(&self, share: f64) -> f64 {
        let place = share.clamp(0.0, 1.0) * Self::LEVELS as f64;
        let below = (place as usize).min(Self::LEVELS - 1);
        match self.load.get(below..below + 2) {
            Some(&[low, high]) => low + (high - low) * (place - below as f64),
            _ => 0.0,
        }
    }

    /// Copies that a demand needs, all at the largest batch: at least those that always work, at most those held.
    fn wanted(&self, here_per_s: f64) -> f64 {
        (here_per_s / self.most_per_s)
            .ceil()
            .max(f64::from(self.least_replicas))
            .min(f64::from(self.replicas))
    }

    /// The same at a demand relative to the mean.
    pub(super) fn wanted_at(&self, rhythm: f64) -> u32 {
        let requested = self.demand_per_s * rhythm;
        self.wanted(requested - self.offload.map_or(0.0, |o| o.share * requested)) as u32
    }

    /// Output at a demand relative to the mean, at an hour (0..24) of a day (Monday 0 … Sunday 6).
    pub fn output_rate(&self, rhythm: f64, hour_day: (f64, u8)) -> OutputRate {
        let requested = self.demand_per_s * rhythm;
        let offloaded_per_s = self.offload.map_or(0.0, |o| o.share * requested);
        let here = requested - offloaded_per_s;
        let replicas = f64::from(self.replicas);
        let (loaded, serving) = match &self.autoscaler {
            Some(autoscaler) => autoscaler.copies(hour_day, self.wanted(here)),
            None => (replicas, replicas),
        };
        let capacity_per_s = (serving * self.most_per_s).min(self.ceiling_per_s);
        let served = here.min(capacity_per_s);
        let working = match self.scaling {
            Scaling::Fixed => replicas,
            Scaling::Follow | Scaling::Unload => self.wanted(served).min(serving),
        };
        let utilisation = if working > 0.0 {
            working * f64::from(self.replica_gpus) / f64::from(self.held_gpus)
                * self.load(served / (working * self.most_per_s))
        } else {
            0.0
        };
        let unloaded = 1.0 - loaded / replicas;
        let refused = here - served;
        match self.output {
            OutputKind::Prompts => OutputRate {
                utilisation,
                ..OutputRate::default()
            },
            OutputKind::Tokens => OutputRate {
                utilisation,
                unloaded,
                capacity_per_s,
                tokens_per_s: served,
                refused_per_s: refused,
                offloaded_per_s,
                offloaded_w: self
                    .offload
                    .map_or(0.0, |o| offloaded_per_s * o.j_per_token),
                ..OutputRate::default()
            },
            OutputKind::Images => OutputRate {
                utilisation,
                unloaded,
                capacity_per_s,
                images_per_s: served,
                refused_images_per_s: refused,
                ..OutputRate::default()
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn deployed(scaling: Scaling) -> Deployed {
        Deployed {
            output: OutputKind::Tokens,
            replica_gpus: 4,
            held_gpus: 40,
            replicas: 10,
            least_replicas: 1,
            scaling,
            autoscaler: None,
            demand_per_s: 5000.0,
            most_per_s: 1000.0,
            ceiling_per_s: f64::INFINITY,
            // 0.6 as soon as it works, 1 at the most.
            load: (0..=Deployed::LEVELS)
                .map(|level| {
                    if level == 0 {
                        0.0
                    } else {
                        0.6 + 0.4 * level as f64 / 256.0
                    }
                })
                .collect(),
            offload: None,
        }
    }

    /// 5,000 of 10,000 a second: fixed, every copy at half, 0.8; follow, five of ten at full, 0.5.
    #[test]
    fn copies_share_demand_or_follow_it() {
        let fixed = deployed(Scaling::Fixed).output_rate(1.0, (0.0, 0));
        assert!((fixed.utilisation - 0.8).abs() < 1e-12 && fixed.tokens_per_s == 5000.0);
        let follow = deployed(Scaling::Follow).output_rate(1.0, (0.0, 0));
        assert!((follow.utilisation - 0.5).abs() < 1e-12 && follow.refused_per_s == 0.0);
        let flood = deployed(Scaling::Follow).output_rate(3.0, (0.0, 0));
        assert_eq!((flood.utilisation, flood.refused_per_s), (1.0, 5000.0));
    }

    #[test]
    fn too_few_gpus_and_slips_are_refused() {
        let error = Deployed::needed("k", Some(3), (4, 8), 1.0).unwrap_err();
        assert_eq!(error.key(), Some("k.gpus"));
        assert!(error.what.starts_with("3 GPUs hold no copy"), "{error}");
        assert_eq!(Deployed::needed("k", Some(11), (4, 8), 1.0), Ok(2));
        assert_eq!(Deployed::needed("k", None, (4, 8), 2.1), Ok(3));
        assert!(Deployed::needed("k", None, (4, 8), 1e12).is_err());
    }

    proptest! {
        /// Demand is delivered, refused or offloaded; loads are shares.
        #[test]
        fn nothing_is_lost(rhythm in 0.0..5.0f64, share in 0.0..1.0f64, fixed in any::<bool>()) {
            let scaling = if fixed { Scaling::Fixed } else { Scaling::Follow };
            let deployed = Deployed {
                offload: Some(EdgeOffload { share, j_per_token: 0.5 }),
                ..deployed(scaling)
            };
            let rate = deployed.output_rate(rhythm, (0.0, 0));
            let sum = rate.tokens_per_s + rate.refused_per_s + rate.offloaded_per_s;
            prop_assert!((sum - 5000.0 * rhythm).abs() < 1e-9 * 5000.0);
            prop_assert!((0.0..=1.0).contains(&rate.utilisation));
            prop_assert!((rate.offloaded_w - 0.5 * rate.offloaded_per_s).abs() < 1e-9);
        }
    }
}
