//! A model of the catalogue in service: its pools as services of their own.

use super::layouts::held;
use super::width::Width;
use super::{Deployed, Inference, OutputKind, Scaling, Service};
use crate::describe::Fault;
use crate::workload::model::Platform;
use crate::workload::model::offload::EdgeOffload;
use crate::workload::model::serving::Phase;
use crate::workload::{Class, Rhythm};

impl Inference {
    /// Refuses an acceptance of drafts that nobody makes.
    pub(super) fn check_drafts(&self, key: &str) -> Result<(), Fault> {
        if self.draft_acceptance.is_some() && self.draft_tokens.is_none() {
            let what = "draft_acceptance has no effect without draft_tokens";
            let cure = "give draft_tokens, or remove it";
            return Err(Fault::new(what, cure).at(format!("{key}.draft_acceptance")));
        }
        Ok(())
    }

    /// Copies of a model: the pool that writes first, then the one that reads for it.
    pub(super) fn modelled(
        &self,
        key: &str,
        platform: &Platform<'_>,
        rhythm: Rhythm,
        offload: Option<EdgeOffload>,
    ) -> Result<Vec<Service>, Fault> {
        for (field, given) in [
            ("mean_utilisation", self.mean_utilisation.is_some()),
            ("tokens_per_gpu_s", self.tokens_per_gpu_s > 0.0),
        ] {
            if given {
                return Err(Fault::new(
                    format!("{field} cannot be combined with a model, from which it follows"),
                    "remove it, or the model",
                )
                .at(format!("{key}.{field}")));
            }
        }
        self.check_drafts(key)?;
        if self.scaling == Some(Scaling::Unload) && self.prefill.is_some() {
            let what = "copies of pools stay loaded";
            let cure = "use \"follow\" or \"fixed\", or one pool for both";
            return Err(Fault::new(what, cure).at(format!("{key}.scaling")));
        }
        let peak_per_s = self.peak_per_s(key, &rhythm, offload)?;
        let demand_per_s = self.requests_per_s.unwrap_or(0.0) * self.output_tokens();
        let mut pools = Vec::new();
        for site in self.sites(key, platform)? {
            let Width { replica, most, .. } = self.width(key, &site, platform, peak_per_s)?;
            let most_per_s = most.tokens_per_s;
            let load = (0..=Deployed::LEVELS).map(|level| {
                let share = level as f64 / Deployed::LEVELS as f64;
                replica.load(replica.batch_for(share * most_per_s, most.batch))
            });
            let gpus = replica.layout.gpus;
            let domain = site.chip.domain;
            let needed = peak_per_s / most_per_s;
            let replicas = Deployed::needed(&site.key, site.gpus, (gpus, domain), needed)?;
            let deployed = Deployed {
                output: match site.phase {
                    Phase::Prefill => OutputKind::Prompts,
                    Phase::Both | Phase::Decode => OutputKind::Tokens,
                },
                replica_gpus: gpus,
                held_gpus: held(f64::from(replicas), gpus, domain) as u32,
                replicas,
                least_replicas: self.min_replicas.unwrap_or(1),
                scaling: self.scaling.unwrap_or_default(),
                demand_per_s,
                most_per_s,
                ceiling_per_s: f64::INFINITY,
                autoscaler: None,
                load: load.collect(),
                offload,
            };
            let deployed = deployed.scaled(key, self.delays(), replica.weight_bytes(), &rhythm)?;
            pools.push((site.placed, deployed));
        }
        // What one pool cannot do, the other is not asked for.
        let ceiling_per_s = pools
            .iter()
            .map(|(_, pool)| f64::from(pool.replicas) * pool.most_per_s)
            .fold(f64::INFINITY, f64::min);
        let several = pools.len() > 1;
        let services = pools
            .into_iter()
            .enumerate()
            .map(|(number, (hall, pool))| Service {
                hall,
                fed_by: (several && number == 0).then_some(1),
                ..Deployed {
                    ceiling_per_s,
                    ..pool
                }
                .service(Class::Inference, rhythm)
            });
        Ok(services.collect())
    }
}
