//! Synthetic jobs: random arrivals that follow day and week, heavy-tailed run times.
//!
//! ```text
//! submissions  Poisson with rate λ(t) = jobs_per_day/86,400 · Σ p_g/b_g · r(t)     thinning: candidates at max λ, kept with r/max r
//! burst        n jobs at once by one user, of one size g, P(n) = (1 − 1/b_g)^(n−1)/b_g      mean b_g = 1 + (burst − 1)/g
//! size         of a submission P(g) ∝ p_g/b_g, so that of jobs it is p_g
//! user         P(u) ∝ u^−a, u = 1 … users                                     Zipf
//! run time     ln T ~ N(ln median, σ²), cut at max_hours                      mean/median = e^(σ²/2) before the cut
//! in a burst   z = √ρ·z_burst + √(1 − ρ)·z_job
//! estimate     T·U(1, 2·factor − 1)                                           mean factor, never below T
//! deadline     submission + T + slack
//! ```
//!
//! Sources: Lewis & Shedler, *Simulation of nonhomogeneous Poisson processes by thinning* (1979); the uniform
//! over-estimate is the "f-model" of Mu'alem & Feitelson (2001). Real clusters have mean run
//! times 10 to 32 times the median (`AcmeTrace` summary: PAI 10, Seren 11.6, Philly 21, Helios 32), σ = 2.1 … 2.6.
//! Sizes, ends and run times of published clusters: `preset.rs`, `outcomes.rs`, `law.rs`. That a few users submit most jobs, and
//! submit them in arrays, is reported of every cluster; their defaults carry ranges. Jobs do not react: no user gives up
//! because the queue is long.

mod law;
mod normal;
mod outcomes;
mod preset;
mod stream;
#[cfg(test)]
mod tests;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Calendar, Class, Locality, Rhythm};
use crate::describe::{Fault, doubt};
use crate::units::{self, DAY_S};
use law::Law;
pub use outcomes::Outcomes;
pub use preset::Preset;
pub use stream::Jobs;

/// Above this a slip is likelier than a cluster.
const MAX_JOBS_PER_DAY: f64 = 1e7;
/// Users of the largest companies.
const MAX_USERS: u32 = 1_000_000;
/// A longer array is a slip.
const LONGEST_BURST: f64 = 1e5;

/// A stream of random jobs (fine tuning, batch).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JobStream {
    /// Sizes (powers of two with the published mean and largest), run times (published mean and median), ends and the
    /// tie of time to size as in a published cluster. It fills keys that are not given. Source: `AcmeTrace` summary.
    #[serde(default, alias = "like", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("formerly" = "like"))]
    pub preset: Option<Preset>,
    /// Jobs submitted per day, mean over the week. Either this or `demand_gpus`.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 0.0, max = 1e7))]
    pub jobs_per_day: Option<f64>,
    /// GPUs that the jobs would hold if none had to wait, mean over the week, in place of `jobs_per_day`: above what
    /// there is, the queue grows without end.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 0.0, max = 1e7))]
    pub demand_gpus: Option<f64>,
    /// The sizes a job can have, GPUs. Required without `preset`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(inner(range(min = 0, max = 10000000)))]
    pub gpus: Option<Vec<u32>>,
    /// How often each size occurs, relative to the others. Default: all equal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(inner(range(min = 0.0, max = 1e12)))]
    pub weights: Option<Vec<f64>>,
    /// Power of its size that the run time of a job grows with, at the same mean of all; 0: no relation. Default 0, or as
    /// `preset` gives.
    #[serde(
        default,
        deserialize_with = "units::given_non_negative",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(range(min = -10.0, max = 10.0))]
    pub time_by_size: Option<f64>,
    /// Where the GPUs of a job must lie.
    #[serde(default)]
    pub within: Locality,
    /// Median run time at full clock (of the log-normal, before ends and sizes make jobs longer or shorter at the
    /// same mean). Required without `preset`.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 1e-5, max = 1e6))]
    pub median_hours: Option<f64>,
    /// Spread of the run times, σ of their logarithm. Default 1.0 for fine tuning, 2.2 for batch (`AcmeTrace`
    /// summary: mean over median is 10 to 12 in PAI, Seren and Kalos), or from `preset`.
    #[serde(
        default,
        deserialize_with = "units::given_non_negative",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(range(min = 0.0, max = 10.0))]
    #[schemars(extend("doubt" = doubt(0.5, 2.5, "from nearly equal jobs to a mean of 23 medians")))]
    pub sigma: Option<f64>,
    /// Longest run time: the limit of the queue.
    #[serde(default = "default_max_hours", deserialize_with = "units::positive")]
    #[schemars(range(min = 1e-3, max = 1e6))]
    #[schemars(extend("doubt" = doubt(24.0, 2160.0, "limits of queues, from a day to three months")))]
    pub max_hours: f64,
    /// How many jobs their users cancel, how many fail by themselves, and how much of the GPU time those hold; they
    /// run to their own end, with `completed` false. Default: none, or from `preset`.
    #[serde(default, alias = "ends", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("formerly" = "ends"))]
    pub outcomes: Option<Outcomes>,
    /// Requested run time over run time at full clock, mean over jobs, at least 1.
    #[serde(
        default = "default_estimate_factor",
        deserialize_with = "units::positive"
    )]
    #[schemars(range(min = 0.01, max = 1e6))]
    #[schemars(extend("doubt" = doubt(1.2, 10.0, "from users who know their jobs to those who request the longest time allowed")))]
    pub estimate_factor: f64,
    /// Load of the GPUs held.
    #[serde(default = "default_utilisation", deserialize_with = "units::fraction")]
    #[schemars(range(min = 0.0, max = 1.0))]
    #[schemars(extend("doubt" = crate::workload::busy()))]
    pub utilisation: f64,
    /// How far submissions in the busiest hour lie above the day's mean.
    #[serde(default = "default_day_swing", deserialize_with = "units::fraction")]
    #[schemars(range(min = 0.0, max = 1.0))]
    #[schemars(extend("doubt" = doubt(0.1, 0.9, "from scripts that submit at any hour to people of one office")))]
    pub day_swing: f64,
    /// Hour of the day with most submissions, local time.
    #[serde(
        default = "default_peak_hour",
        deserialize_with = "units::non_negative"
    )]
    #[schemars(range(min = 0.0, max = 24.0))]
    #[schemars(extend("doubt" = doubt(10.0, 18.0, "working hours of those who submit")))]
    pub peak_hour: f64,
    /// Submissions on a day of the weekend over those on a weekday.
    #[serde(
        default = "default_weekend_factor",
        deserialize_with = "units::non_negative"
    )]
    #[schemars(range(min = 0.0, max = 10.0))]
    #[schemars(extend("doubt" = doubt(0.3, 1.0, "from people who rest to scripts that do not")))]
    pub weekend_factor: f64,
    /// Jobs of one GPU that a user submits at once, mean: 1 is one at a time, more an array. Of jobs of g GPUs there
    /// are 1 + (burst − 1)/g: arrays are of small jobs.
    #[serde(default = "one", deserialize_with = "units::positive")]
    #[schemars(range(min = 0.0, max = 1e6))]
    pub burst: f64,
    /// Similarity of the run times in a burst: correlation of their logarithms.
    #[serde(default = "default_burst_alike", deserialize_with = "units::fraction")]
    #[schemars(range(min = 0.0, max = 1.0))]
    #[schemars(extend("doubt" = doubt(0.3, 1.0, "from arrays over unlike inputs to repetitions of one job")))]
    pub burst_alike: f64,
    /// People who submit jobs; they are numbered from 1, the same for all tables. 0: users are not distinguished. Shares of
    /// the machine are set at the scheduler.
    #[serde(default)]
    #[schemars(range(min = 0, max = 1000000))]
    pub users: u32,
    /// How unevenly they submit: user u has a share ∝ u^−this (Zipf); 0: all equal.
    #[serde(default = "one", deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 100.0))]
    #[schemars(extend("doubt" = doubt(0.5, 1.5, "a few users who submit most, to one who submits nearly all")))]
    pub user_skew: f64,
    /// Priority, with schedulers that know one; higher goes first.
    #[serde(default, deserialize_with = "units::finite")]
    #[schemars(range(min = -1e12, max = 1e12))]
    pub priority: f64,
    /// A scheduler may stop these jobs and start them again later.
    #[serde(default)]
    pub preemptible: bool,
    /// After submission plus run time so much later a job should have ended; counted in results. Default: no
    /// deadline.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 0.0, max = 1e6))]
    pub deadline_slack_hours: Option<f64>,
    /// Share of jobs whose start may be put off for a better hour.
    #[serde(default, deserialize_with = "units::fraction")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub deferrable: f64,
    /// For how long it may be put off, hours.
    #[serde(
        default = "default_deferrable_hours",
        deserialize_with = "units::positive"
    )]
    #[schemars(range(min = 0.0, max = 1e6))]
    pub deferrable_hours: f64,
    /// Tokens per second of one GPU; tokens are not counted without it.
    #[serde(default, deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 1e9))]
    pub tokens_per_gpu_s: f64,
}

fn default_max_hours() -> f64 {
    720.0
}
fn default_estimate_factor() -> f64 {
    2.0
}
fn default_utilisation() -> f64 {
    0.8
}
fn default_day_swing() -> f64 {
    0.5
}
fn default_peak_hour() -> f64 {
    15.0
}
fn default_weekend_factor() -> f64 {
    0.6
}
fn default_burst_alike() -> f64 {
    0.8
}
fn default_deferrable_hours() -> f64 {
    24.0
}
fn one() -> f64 {
    1.0
}

/// Where a function that grows is zero; the nearer end where it is not.
fn solve(mut low: f64, mut high: f64, mut above: impl FnMut(f64) -> f64) -> f64 {
    for _ in 0..64 {
        let middle = 0.5 * (low + high);
        if above(middle) > 0.0 {
            high = middle;
        } else {
            low = middle;
        }
    }
    0.5 * (low + high)
}

/// Checks the keys of day and week.
pub(super) fn rhythm(
    key: &str,
    swing: f64,
    peak_hour: f64,
    weekend_factor: f64,
) -> Result<Rhythm, Fault> {
    if peak_hour > 24.0 {
        return Err(Fault::new(
            format!("{peak_hour} is not an hour of the day"),
            "give 0 to 24",
        )
        .at(format!("{key}.peak_hour")));
    }
    Ok(Rhythm {
        swing,
        peak_hour,
        weekend_factor,
    })
}

impl JobStream {
    /// The jobs this table describes; `key` is its place in the scenario and names its random streams.
    pub fn jobs(
        &self,
        key: &str,
        class: Class,
        calendar: Calendar,
        seed: u64,
    ) -> Result<Jobs, Fault> {
        let rhythm = rhythm(key, self.day_swing, self.peak_hour, self.weekend_factor)?;
        let fault = |field: &str, what: &str, cure: &str| {
            Err(Fault::new(what, cure).at(format!("{key}.{field}")))
        };
        let law = self.law(key, class)?;
        let jobs_per_day = match (self.jobs_per_day, self.demand_gpus) {
            (Some(jobs), None) => jobs,
            (None, Some(gpus)) => gpus * DAY_S / law.mean_gpu_s(),
            (Some(_), Some(_)) => {
                let what = "it is redundant with demand_gpus";
                return fault("jobs_per_day", what, "give one of the two");
            }
            (None, None) => {
                let what = "the number of jobs is missing";
                return fault("jobs_per_day", what, "give jobs_per_day, or demand_gpus");
            }
        };
        if jobs_per_day > MAX_JOBS_PER_DAY {
            let field = if self.jobs_per_day.is_some() {
                "jobs_per_day"
            } else {
                "demand_gpus"
            };
            return fault(
                field,
                "that is more than a hundred jobs a second",
                "give at most 1e7 jobs a day",
            );
        }
        if self.estimate_factor < 1.0 {
            return fault(
                "estimate_factor",
                "a promised end before the end",
                "give 1 or more",
            );
        }
        if !(1.0..=LONGEST_BURST).contains(&self.burst) {
            let what = format!("{} jobs at once are none, or too many", self.burst);
            return fault("burst", &what, "give 1 to 100000; 1 is one at a time");
        }
        if self.users > MAX_USERS {
            let what = format!("{} users are more than a company has", self.users);
            return fault("users", &what, "give at most 1000000");
        }
        Ok(Jobs::new(
            self,
            law,
            jobs_per_day / DAY_S,
            (key, class, calendar, rhythm, seed),
        ))
    }

    /// The largest job; 0 where unknown.
    pub fn largest(&self) -> u32 {
        let listed = self.gpus.iter().flatten().copied().max();
        let like = || self.preset.map(|preset| preset.published().largest as u32);
        listed.or_else(like).unwrap_or(0)
    }

    /// Jobs a day, and the GPUs they would hold if none had to wait; None where the table gives neither.
    pub fn requested(&self, class: Class) -> Option<(f64, f64)> {
        let per_job_s = self.law("", class).ok()?.mean_gpu_s();
        let jobs = self
            .jobs_per_day
            .or(self.demand_gpus.map(|gpus| gpus * DAY_S / per_job_s))?;
        Some((jobs, jobs * per_job_s / DAY_S))
    }

    /// The same in words.
    pub fn describe(&self, what: &str, class: Class) -> Option<String> {
        let (jobs, gpus) = self.requested(class)?;
        let like = self
            .preset
            .map_or(String::new(), |like| format!(" like {like:?}'s"));
        let shown = if jobs < 100.0 { jobs } else { jobs.round() };
        Some(format!(
            "{shown} {what} jobs{like} a day, for {gpus:.0} GPUs if none waits"
        ))
    }
}
