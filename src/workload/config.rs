//! The `[workload]` tables of a scenario.

mod clashes;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::mining::Mining;
use super::model::fine_tuning::{FineTuning, Tuning};
use super::model::offload::{EdgeOffload, Offload};
use super::model::{Model, Platform, Pretraining};
use super::profile::{Profile, ProfileTable};
use super::service::{Diffusion, Inference, Watts};
use super::synthetic::JobStream;
use super::trace::{Replayed, Trace};
use super::{Arrivals, Calendar, Class, Job, Listed, Merge, Service};
use crate::describe::Fault;
use crate::units;

/// The datacenter's work: any mix of job tables, or one figure for everything (`constant`, `profile`).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Workload {
    /// Training models from the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pretraining: Option<Pretraining>,
    /// A single large training run with top priority: from its start day on GPUs that become free are kept for it,
    /// until all it needs are there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<Model>,
    /// Adapting trained models: hours on tens of GPUs, as random jobs or by models of the catalogue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fine_tuning: Option<FineTuning>,
    /// Answering requests, with GPUs held for the whole run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inference: Option<Inference>,
    /// Making images and clips, with GPUs held for the whole run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diffusion: Option<Diffusion>,
    /// A share of the requests of `inference` that users' own devices answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offload: Option<Offload>,
    /// Short jobs of all kinds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub batch: Option<JobStream>,
    /// The same load on every GPU all the time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constant: Option<Constant>,
    /// Every accelerator hashing, all the time or while energy is cheap enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mining: Option<Mining>,
    /// A measured or planned load, from a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<ProfileTable>,
    /// A log, replayed: jobs, requests or load, from a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<Trace>,
    /// Time of one iteration of synchronised training, and so how fast its power swings. Default 1.3: the middle of
    /// the 0.2 to 3 Hz of Choukse et al. 2025.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 1e-3, max = 1e5))]
    pub iteration_s: Option<f64>,
}

/// The same load on every GPU all the time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Constant {
    /// Load of every GPU.
    #[serde(deserialize_with = "units::fraction")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub utilisation: f64,
    /// Load of the processors beside them. Without it they follow the GPUs.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_fraction"
    )]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub host_utilisation: Option<f64>,
}

/// The work of a run, ready to start.
pub enum Plan {
    /// Jobs for a scheduler, and services beside them.
    Jobs {
        /// All jobs, in order of submission; may have no end.
        arrivals: Box<dyn Arrivals>,
        /// Services that hold GPUs for the whole run.
        services: Vec<Service>,
    },
    /// No jobs: every GPU at this load.
    Constant(f64),
    /// No jobs: every accelerator hashing. The caller knows the chips of each hall and the price of energy.
    Mining(Mining),
    /// No jobs: the file gives the load of the hall. The caller opens it, since it knows the folder of the scenario.
    Profile(ProfileTable),
    /// No jobs: a trace gives the load of the hall.
    Load(Profile),
}

impl Workload {
    /// Load of the processors where the tables set one for the whole run.
    pub fn host_utilisation(&self) -> Option<f64> {
        let mining = self.mining.map(|_| 0.0);
        self.constant
            .and_then(|constant| constant.host_utilisation)
            .or(mining)
    }

    /// Checks the tables against each other and against the accelerator, and makes the work of a run from them.
    /// `traced` is what `trace` gives: the caller opens it, since it knows the folder of the scenario.
    pub fn plan(
        &self,
        seed: u64,
        calendar: Calendar,
        platform: &Platform<'_>,
        traced: Option<Replayed>,
    ) -> Result<Plan, Fault> {
        self.check_tables()?;
        if let Some(constant) = self.constant {
            return Ok(Plan::Constant(constant.utilisation));
        }
        if let Some(mining) = self.mining {
            return Ok(Plan::Mining(mining));
        }
        if let Some(profile) = &self.profile {
            return Ok(Plan::Profile(profile.clone()));
        }
        let mut sources: Vec<Box<dyn Arrivals>> = Vec::new();
        if let Some(pretraining) = &self.pretraining {
            if pretraining.models.is_empty() {
                return Err(Fault::new(
                    "the list is empty",
                    "give at least one { parameters, tokens, gpus } or leave the table out",
                )
                .at("workload.pretraining.models"));
            }
            for (index, model) in pretraining.models.iter().enumerate() {
                let key = format!("workload.pretraining.models[{index}]");
                sources.push(Box::new(model.runs(&key, platform)?));
            }
        }
        if let Some(campaign) = &self.campaign {
            let mut runs = campaign.runs("workload.campaign", platform)?;
            let first = std::iter::from_fn(move || {
                Some(Job {
                    priority: Job::FIRST,
                    ..runs.next_job()?
                })
            });
            sources.push(Box::new(Listed(first)));
        }
        let tuned = self.fine_tuning.as_ref();
        for (table, class) in [
            (tuned.and_then(FineTuning::stream), Class::FineTuning),
            (self.batch.as_ref(), Class::Batch),
        ] {
            if let Some(table) = table {
                let key = format!("workload.{}", class.name());
                sources.push(Box::new(table.jobs(&key, class, calendar, seed)?));
            }
        }
        for (index, tuning) in self.tunings().enumerate() {
            let key = format!("workload.fine_tuning.models[{index}]");
            sources.push(Box::new(tuning.jobs(&key, platform, calendar, seed)?));
        }
        let mut services = Vec::new();
        let edge_offload = self.edge_offload(platform)?;
        if let Some(inference) = &self.inference {
            services.extend(inference.services("workload.inference", platform, edge_offload)?);
        }
        if let Some(diffusion) = &self.diffusion {
            services.push(diffusion.service("workload.diffusion", platform)?);
        }
        match traced {
            Some(Replayed::Jobs { arrivals, .. }) => sources.push(arrivals),
            Some(Replayed::Services {
                services: traced, ..
            }) => services.extend(traced),
            Some(Replayed::Load(profile)) => return Ok(Plan::Load(profile)),
            None => {}
        }
        Ok(Plan::Jobs {
            arrivals: Box::new(Merge::new(sources)),
            services,
        })
    }

    /// Performance of each model on these chips, one line each; `watts` gives the power of a hall's chip by its load.
    pub fn describe(
        &self,
        platform: &Platform<'_>,
        watts: Watts<'_>,
    ) -> Result<Vec<String>, Fault> {
        let mut lines = Vec::new();
        let trained = self.pretraining.iter().flat_map(|table| &table.models);
        for (index, model) in trained.enumerate() {
            let key = format!("workload.pretraining.models[{index}]");
            lines.push(model.trained(&key, platform)?.describe(model.gpus));
        }
        if let Some(campaign) = &self.campaign {
            let trained = campaign.trained("workload.campaign", platform)?;
            lines.push(trained.describe(campaign.gpus));
        }
        for (index, tuning) in self.tunings().enumerate() {
            lines
                .push(tuning.describe(&format!("workload.fine_tuning.models[{index}]"), platform)?);
        }
        if let Some(inference) = &self.inference {
            let edge_offload = self.edge_offload(platform)?;
            lines.extend(inference.describe(
                "workload.inference",
                platform,
                edge_offload,
                watts,
            )?);
        }
        if let Some(diffusion) = &self.diffusion {
            lines.push(diffusion.describe("workload.diffusion", platform, &|load| watts(0, load))?);
        }
        if let Some(offload) = &self.offload {
            lines.push(offload.describe("workload.offload", platform)?);
        }
        Ok(lines)
    }

    /// GPUs of the largest job that adapts a model of the catalogue; 0 without.
    pub fn largest_tuning(&self, platform: &Platform<'_>) -> Result<u32, Fault> {
        let mut largest = 0;
        for (index, tuning) in self.tunings().enumerate() {
            let key = format!("workload.fine_tuning.models[{index}]");
            largest = largest.max(tuning.tuned(&key, platform)?.gpus);
        }
        Ok(largest)
    }

    /// The devices that take a share of the requests.
    fn edge_offload(&self, platform: &Platform<'_>) -> Result<Option<EdgeOffload>, Fault> {
        match (&self.offload, &self.inference) {
            (Some(offload), Some(_)) => {
                offload.edge_offload("workload.offload", platform).map(Some)
            }
            (Some(_), None) => Err(Fault::new(
                "there are no requests to take a share of",
                "add [workload.inference], or leave the table out",
            )
            .at("workload.offload")),
            (None, _) => Ok(None),
        }
    }

    fn tunings(&self) -> impl Iterator<Item = &Tuning> {
        self.fine_tuning.iter().flat_map(FineTuning::models)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::model::tests::platform;

    const INFERENCE: &str = "[inference]\ngpus = 64\nmean_utilisation = 0.4\n";

    fn plan(text: &str) -> Result<Plan, Fault> {
        let workload: Workload = toml::from_str(text).unwrap();
        workload.plan(1, Calendar::new(3, 0.0), &platform(), None)
    }

    #[test]
    fn a_mix_gives_jobs_in_order_and_services() {
        let text = format!(
            "{INFERENCE}[pretraining]\nmodels = [{{ parameters = 70e9, tokens = 1e12, gpus = 1024, repeat = true }}]\n\
             [batch]\njobs_per_day = 50\ngpus = [1, 8]\nmedian_hours = 0.5\n\
             [fine_tuning]\njobs_per_day = 20\ngpus = [8]\nmedian_hours = 4\n"
        );
        let Plan::Jobs {
            mut arrivals,
            services,
        } = plan(&text).unwrap()
        else {
            panic!("jobs expected")
        };
        assert_eq!(services.len(), 1);
        let jobs: Vec<_> = (0..500).map_while(|_| arrivals.next_job()).collect();
        assert!(
            jobs.windows(2)
                .all(|w| w[0].submit_s <= w[1].submit_s && w[0].id + 1 == w[1].id)
        );
        for class in [Class::Pretraining, Class::FineTuning, Class::Batch] {
            assert!(jobs.iter().any(|j| j.class == class), "{class:?}");
        }
    }

    #[test]
    fn a_campaign_goes_before_everything_else() {
        let text = "[campaign]\nparameters = 70e9\ntokens = 1e12\ngpus = 1024\nstart_day = 2\n\
                    [batch]\njobs_per_day = 50\ngpus = [1]\nmedian_hours = 1\npriority = 9\n";
        let Plan::Jobs { mut arrivals, .. } = plan(text).unwrap() else {
            panic!("jobs expected")
        };
        let jobs: Vec<_> = (0..300).map_while(|_| arrivals.next_job()).collect();
        let great: Vec<_> = jobs.iter().filter(|j| j.priority == Job::FIRST).collect();
        assert_eq!(great.len(), 1);
        let run = great[0];
        assert_eq!((run.gpus, run.submit_s), (1024, 172_800.0));
        assert!(jobs.iter().all(|j| j.gpus == 1024 || j.priority == 9.0));
        let error = plan(&text.replace("gpus = 1024", "gpus = 2"))
            .err()
            .unwrap();
        assert_eq!(error.key(), Some("workload.campaign.gpus"), "{error}");
    }

    #[test]
    fn clashing_tables_are_named() {
        let constant = "[constant]\nutilisation = 0.6\n";
        let profile = "[profile]\nfile = 'load.csv'\n";
        for (text, a, b) in [
            (format!("{constant}{INFERENCE}"), "constant", "inference"),
            (format!("{profile}{INFERENCE}"), "profile", "inference"),
            (format!("{profile}{constant}"), "constant", "profile"),
        ] {
            let error = plan(&text).err().unwrap();
            assert_eq!(error.key(), Some(&*format!("workload.{a}")), "{error}");
            assert_eq!(error.what, format!("cannot be combined with workload.{b}"));
        }
        assert!(plan("").err().unwrap().to_string().contains("no workload"));
        assert!(matches!(plan(constant), Ok(Plan::Constant(u)) if u == 0.6));
        assert!(matches!(plan(profile), Ok(Plan::Profile(_))));
    }

    #[test]
    fn an_unknown_table_is_refused_with_its_line() {
        let error = toml::from_str::<Workload>("[constant]\nutilisation = 0.5\n[trane]\n")
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("line 3") && error.contains("trane"),
            "{error}"
        );
    }
}
