//! `[workload.diffusion]`: images and clips on demand, by a model of the catalogue.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::autoscaler::{Delays, SCALE_DOWN_S, cold_start_doubt, scale_down_doubt};
use super::{Demand, Deployed, OutputKind, Scaling, Service};
use crate::describe::Fault;
use crate::units::{self, HOUR_S};
use crate::workload::Class;
use crate::workload::model::{DiffusionModel, Platform, Precision, find};

/// Images or clips on demand, from GPUs that are held for the whole run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Diffusion {
    /// A diffusion model of the catalogue (`coldaisle catalogue diffusion`).
    pub model: String,
    /// Images or clips requested in an hour, mean over the week (its old name `pictures_per_hour` is read too).
    #[serde(alias = "pictures_per_hour", deserialize_with = "units::positive")]
    #[schemars(range(min = 1e-6, max = 1e12), extend("formerly" = "pictures_per_hour"))]
    pub images_per_hour: f64,
    /// GPUs held. Default: as many as the busiest hour needs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 10000000))]
    pub gpus: Option<u32>,
    /// Number format of the matrix products.
    #[serde(default)]
    pub precision: Precision,
    /// Use of GPUs that demand does not need.
    #[serde(default)]
    pub scaling: Scaling,
    /// With scaling "unload": from the decision to load a copy to its first image, s. Default: its weights at 1 GB/s, and
    /// 120 s.
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
    /// How demand swings over day and week.
    #[serde(default)]
    pub demand: Demand,
}

impl Diffusion {
    /// The service this table describes; `key` is its place in the scenario.
    pub fn service(&self, key: &str, platform: &Platform<'_>) -> Result<Service, Fault> {
        let model = self.model(key, platform)?;
        platform
            .chip
            .peak_or_error(&format!("{key}.precision"), self.precision)?;
        let per_s = model
            .per_s(&platform.chip, self.precision)
            .unwrap_or(f64::NAN);
        let rhythm = self.demand.rhythm(key)?;
        let demand_per_s = self.images_per_hour / HOUR_S;
        let load = DiffusionModel::load(&platform.chip);
        let needed = demand_per_s * rhythm.max() / per_s;
        let replicas = Deployed::needed(key, self.gpus, (1, 1), needed)?;
        let deployed = Deployed {
            output: OutputKind::Images,
            replica_gpus: 1,
            held_gpus: replicas,
            replicas,
            least_replicas: 0,
            scaling: self.scaling,
            autoscaler: None,
            demand_per_s,
            most_per_s: per_s,
            ceiling_per_s: f64::INFINITY,
            // One after the other: busy for the share of time that the work takes.
            load: (0..=Deployed::LEVELS)
                .map(|level| load * level as f64 / Deployed::LEVELS as f64)
                .collect(),
            offload: None,
        };
        let weight_bytes = model.weight_bytes(self.precision);
        let deployed = deployed.scaled(key, self.delays(), weight_bytes, &rhythm)?;
        Ok(deployed.service(Class::Inference, rhythm))
    }

    fn delays(&self) -> Delays {
        Delays {
            cold_start_s: self.cold_start_s,
            scale_down_s: self.scale_down_s,
        }
    }

    fn model<'a>(
        &self,
        key: &str,
        platform: &'a Platform<'_>,
    ) -> Result<&'a DiffusionModel, Fault> {
        find(
            platform.diffusion,
            &format!("{key}.model"),
            "diffusion model",
            &self.model,
        )
    }

    /// In a line: seconds and energy of one; `watts` gives a chip's power by its load.
    pub fn describe(
        &self,
        key: &str,
        platform: &Platform<'_>,
        watts: &dyn Fn(f64) -> f64,
    ) -> Result<String, Fault> {
        let model = self.model(key, platform)?;
        let service = self.service(key, platform)?;
        let per_s = model
            .per_s(&platform.chip, self.precision)
            .unwrap_or(f64::NAN);
        Ok(format!(
            "{}: {:.3e} FLOP, {:.1} s and {:.3} Wh each at the GPU; {} GPUs for {} an hour{}",
            model.name,
            model.flop(),
            1.0 / per_s,
            watts(DiffusionModel::load(&platform.chip)) / per_s / 3600.0,
            service.gpus,
            self.images_per_hour,
            self.delays()
                .describe_scaling(self.scaling, model.weight_bytes(self.precision), 1)
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::Calendar;
    use crate::workload::model::diffusion::tests::flux;
    use crate::workload::model::tests::platform;
    use std::collections::BTreeMap;

    /// 3,600 an hour at a swing of 0: one a second takes 10.346 GPUs: 11, busy 94 %, at 1.31·0.575 + 0.64·0.425 = 1.025, and so all, of their range.
    #[test]
    fn a_service_holds_the_gpus_of_its_busiest_hour() {
        let models: BTreeMap<_, _> = [("flux".to_owned(), flux())].into();
        let platform = Platform {
            diffusion: &models,
            ..platform()
        };
        let table: Diffusion = toml::from_str(
            "model = 'flux'\nimages_per_hour = 3600\ndemand = { daily_swing = 0, weekend_factor = 1 }",
        )
        .unwrap();
        let service = table.service("k", &platform).unwrap();
        assert_eq!(service.gpus, 11);
        let rate = service.output_rate(Calendar::new(0, 0.0), 0.0, 60.0);
        assert!((rate.images_per_s - 1.0).abs() < 1e-9 && rate.tokens_per_s == 0.0);
        assert!((rate.utilisation - 10.346 / 11.0).abs() < 1e-3);
        let wrong: Diffusion = toml::from_str("model = 'flx'\npictures_per_hour = 1").unwrap();
        let error = wrong.service("k", &platform).unwrap_err();
        assert_eq!(error.key(), Some("k.model"));
        assert!(error.cure.contains("known: flux"), "{error}");
    }
}
