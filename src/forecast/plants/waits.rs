//! How long jobs wait, by how busy their machines are: made by the simulator's own scheduler.
//!
//! ```text
//! busy = GPU time that jobs held / GPU time there was, beside services          W(busy): mean, median and 95th percentile of start − submission
//! ln(1 s + W) is a straight line between two points; W = 0 at busy = 0; W = ∞ above the last
//! ```
//!
//! No formula: jobs are gangs of very unequal sizes and lengths, and M/M/c misses their waits by orders of magnitude. The scenario's halls
//! and its scheduler are given jobs at several rates, with three seeds, up to 8 weeks of each after 4 that do not count; fewer,
//! down to 2 after 1, where more than 300,000 jobs would come. All servers run at the speed at which programs were measured: heat
//! and limits of power have no part.
//!
//! | | |
//! |---|---|
//! | jobs | `[workload.fine_tuning]` and `[workload.batch]` of the scenario as random streams, in the proportion of the GPUs that they ask for; where it has neither, those of the built-in halls (`scenarios/phoenix-air.toml`), an assumption |
//! | beside them | services hold their GPUs. Training runs, campaigns, traces and jobs by models of the catalogue are left out |
//! | no queue | hashing, or services alone: the curve is empty and its waits are NaN |
//! | rates | 0.3 to 1 of the GPUs, asked for. A rate at which the backlog grows by more than 1 % of the GPU time is no steady state, and makes no point |
//! | monotone | by construction: neighbours out of order are pooled (isotonic regression), each point with the weight of its jobs |
//! | above the last point | the queue grows as long as the load stays: there is no wait to give. That is a wait for capacity |
//! | scatter | `seeds_s`: the lowest and highest mean of the seeds at each point |
//! | scale | counts: the usual jobs wait for 348 s at 80 % of 12,288 GPUs (1,740 at 90 %, 3,987 at 95 %), for 729 s at 82 % of 4,096, for 2,318 s at 83 % of 1,024 |
//! | others' logs | Helios 2020 logged 862 s at 77 % of 6,416 GPUs; jobs like its own wait for 165 s at 72 % here, the last load at which their backlog does not grow (gangs of 2,048 need a third of the hall at once), and in `docs/validation.md` for 521 s in a month that asks for 81 %. Nothing was tuned to it |
//! | cost | 6.4 s of one core for those 12,288 GPUs, 12.5 s for jobs like those of Helios; all loads and seeds run side by side |

mod curve;
mod measure;
#[cfg(test)]
mod tests;

use std::path::Path;

use rayon::prelude::*;

pub use curve::{Wait, WaitCurve};

use crate::describe::Fault;
use crate::forecast::plants::kept_files::{KeptFile, Origin};
use crate::scenario::catalogue::Own;
use crate::scenario::{self, Loaded, Run, Scenario};
use crate::units::DAY_S;
use crate::workload::model::fine_tuning::FineTuning;
use crate::workload::synthetic::JobStream;
use crate::workload::{Class, Workload};
use measure::{Measured, measure};

/// What is run.
#[derive(Debug, Clone, PartialEq)]
struct Plan {
    /// GPUs that jobs ask for, over those there are beside services.
    loads: Vec<f64>,
    /// Seeds of the jobs.
    seeds: Vec<u64>,
    /// Weeks of a run at the most; the first third does not count.
    most_weeks: f64,
    /// Jobs of a run at the most, where that leaves three weeks.
    most_jobs: f64,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            loads: vec![0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1.0],
            seeds: vec![1, 2, 3],
            most_weeks: 12.0,
            most_jobs: 3e5,
        }
    }
}

impl Plan {
    /// Days of a run: whole weeks.
    fn days(&self, jobs_per_day: f64) -> f64 {
        let weeks = (self.most_jobs / (7.0 * jobs_per_day)).floor();
        let weeks = weeks.clamp(3.0, self.most_weeks.max(3.0));
        7.0 * weeks
    }
}

impl WaitCurve {
    /// Runs the scenario's queue at several loads, or takes the curve from `cache` (`forecast::cache_folder`), where it is the same to
    /// the last bit. Empty where the scenario has no queue.
    ///
    /// # Errors
    /// Where the scenario is not sound: whatever is wrong with the folder or a file in it, is no fault.
    pub fn kept(loaded: &Loaded, cache: Option<&Path>) -> Result<(Self, Origin), Fault> {
        Self::kept_of(loaded, cache, &Plan::default())
    }

    fn kept_of(
        loaded: &Loaded,
        cache: Option<&Path>,
        plan: &Plan,
    ) -> Result<(Self, Origin), Fault> {
        let none = (Self::default(), Origin::Made);
        let Some(streams) = Streams::of(&loaded.scenario.workload) else {
            return Ok(none);
        };
        let with = |scenario| Loaded {
            scenario,
            ..loaded.clone()
        };
        // As it stands, so that its own mistakes are reported.
        let own = queue_alone(
            &loaded.scenario,
            streams.as_given(),
            loaded.scenario.run.clone(),
        );
        let Some((dispatcher, gpus)) = scenario::queue(&with(own))? else {
            return Ok(none);
        };
        let at = |seed, gpus| {
            let run = Run {
                start: loaded.scenario.run.start.clone(),
                days: plan.days(streams.jobs_per_day(gpus)),
                seed,
                ..Run::default()
            };
            queue_alone(&loaded.scenario, streams.at(gpus), run)
        };
        // Those of services are held from the beginning.
        let free = gpus as f64 - dispatcher.queue().busy_gpus as f64;
        if free < 1.0 {
            return Ok(none);
        }
        let first = at(0, 1.0);
        let text = serde_json::to_string(&first).unwrap_or_default();
        let cache = cache.filter(|_| is_decided_by_text(&first));
        let file = KeptFile::new(cache, "waits", &format!("{plan:?}\n{text}"));
        let make = || Self::made(&|seed, load| with(at(seed, load * free)), free, plan);
        file.get_or(Self::of_bytes, make, Self::to_bytes)
    }

    fn made(
        with: &(dyn Fn(u64, f64) -> Loaded + Sync),
        free: f64,
        plan: &Plan,
    ) -> Result<Self, Fault> {
        let loads = plan.loads.iter();
        let runs: Vec<(u64, f64)> = loads
            .flat_map(|load| plan.seeds.iter().map(move |seed| (*seed, *load)))
            .collect();
        let measured = runs.par_iter().map(|(seed, load)| {
            let loaded = with(*seed, *load);
            let to_s = loaded.scenario.run.days * DAY_S;
            let from_s = (to_s / WEEK_S / 3.0).floor() * WEEK_S;
            let queue = scenario::queue(&loaded)?;
            Ok(queue.map_or_else(Measured::default, |(mut dispatcher, _)| {
                measure(&mut dispatcher, free, from_s, to_s)
            }))
        });
        let measured: Vec<Result<Measured, Fault>> = measured.collect();
        let measured: Vec<Measured> = measured.into_iter().collect::<Result<_, _>>()?;
        Ok(Self::through(measured.chunks(plan.seeds.len())))
    }
}

/// Jobs of a hall that says nothing of its own: those of this program's built-in halls.
const USUAL: &str = "
[fine_tuning]
jobs_per_day = 220
gpus = [8, 16, 32, 64, 128]
median_hours = 4.0
[batch]
jobs_per_day = 900
gpus = [1, 2, 4, 8, 16]
median_hours = 0.2
";

const WEEK_S: f64 = 7.0 * DAY_S;

/// The random jobs of a scenario.
struct Streams {
    fine_tuning: Option<JobStream>,
    batch: Option<JobStream>,
}

/// Tables of a workload.
type Tables = (Option<FineTuning>, Option<JobStream>);

impl Streams {
    /// None where there is no queue.
    fn of(workload: &Workload) -> Option<Self> {
        let tuned = workload.fine_tuning.as_ref();
        let own = Self {
            fine_tuning: tuned.and_then(FineTuning::stream).cloned(),
            batch: workload.batch.clone(),
        };
        if own.fine_tuning.is_some() || own.batch.is_some() {
            return Some(own);
        }
        let services = workload.inference.is_some() || workload.diffusion.is_some();
        let trained = workload.pretraining.is_some() || workload.campaign.is_some();
        let other = tuned.is_some() || trained || workload.trace.is_some();
        if workload.mining.is_some() || (services && !other) {
            return None;
        }
        let usual: Workload = toml::from_str(USUAL).ok()?;
        Self::of(&usual)
    }

    /// Jobs a day that ask for so many GPUs.
    fn jobs_per_day(&self, gpus: f64) -> f64 {
        let requested = [
            (&self.fine_tuning, Class::FineTuning),
            (&self.batch, Class::Batch),
        ]
        .map(|(stream, class)| stream.as_ref()?.requested(class));
        let sums = requested.into_iter().flatten();
        let (jobs, asked) = sums.fold((0.0, 0.0), |sum, of| (sum.0 + of.0, sum.1 + of.1));
        jobs * gpus / asked
    }

    fn as_given(&self) -> Tables {
        let tuned = self.fine_tuning.clone();
        let tuned = tuned.map(|stream| FineTuning::Stream(Box::new(stream)));
        (tuned, self.batch.clone())
    }

    /// At so many GPUs in all.
    fn at(&self, gpus: f64) -> Tables {
        let asked = |of: &Option<JobStream>, class| {
            let requested = of.as_ref().and_then(|stream| stream.requested(class));
            requested.map_or(0.0, |(_, gpus)| gpus)
        };
        let (tuned, batch) = (
            asked(&self.fine_tuning, Class::FineTuning),
            asked(&self.batch, Class::Batch),
        );
        let scaled = |of: &Option<JobStream>, asked: f64| {
            Some(JobStream {
                jobs_per_day: None,
                demand_gpus: Some(gpus * asked / (tuned + batch)),
                ..of.clone()?
            })
        };
        let of_both = Self {
            fine_tuning: scaled(&self.fine_tuning, tuned),
            batch: scaled(&self.batch, batch),
        };
        of_both.as_given()
    }
}

/// The scenario with nothing but its halls, its scheduler, its services, and these jobs.
fn queue_alone(of: &Scenario, (fine_tuning, batch): Tables, run: Run) -> Scenario {
    let mut scenario = of.clone();
    scenario.name = "waits".into();
    scenario.run = run;
    scenario.cost = None;
    scenario.event = Vec::new();
    scenario.failures = None;
    if scenario.scheduler.options().defer.is_none() {
        // A series need not cover these days.
        let site = &mut scenario.site;
        (site.price_usd_mwh, site.carbon_g_kwh, site.tariff) = (None, None, None);
    }
    scenario.workload = Workload {
        fine_tuning,
        batch,
        inference: of.workload.inference.clone(),
        diffusion: of.workload.diffusion.clone(),
        offload: of.workload.offload.clone(),
        ..Workload::default()
    };
    scenario
}

/// Whether all that its queue follows from stands in the scenario itself, none of it in a file.
fn is_decided_by_text(scenario: &Scenario) -> bool {
    let rules = scenario.scheduler.options();
    let by_weather = rules.power_cap.is_some() && scenario.site.weather.is_some();
    let own_file = matches!(scenario.catalogue, Some(Own::File(_)));
    rules.defer.is_none() && !by_weather && !own_file
}
