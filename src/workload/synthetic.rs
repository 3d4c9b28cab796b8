//! Synthetic jobs: random arrivals that follow day and week, heavy-tailed run times.
//!
//! ```text
//! arrivals   Poisson with rate λ(t) = jobs_per_day/86,400 · r(t)      thinning: candidates at max λ, kept with r/max r
//! run time   ln T ~ N(ln median, σ²), cut at max_hours                mean/median = e^(σ²/2) before the cut
//! estimate   T·U(1, 2·factor − 1)                                     mean factor, never below T
//! ```
//!
//! Sources: Lewis & Shedler, *Simulation of nonhomogeneous Poisson processes by thinning* (1979); the uniform
//! over-estimate is the "f-model" of Mu'alem & Feitelson (2001), from memory. Real clusters have mean run
//! times 10 to 32 times the median (`AcmeTrace` summary: PAI 10, Seren 11.6, Philly 21, Helios 32), σ = 2.1 … 2.6.
//! Jobs are independent of each other: bursts of a hundred jobs by one user are not modelled.

use rand::RngExt;
use rand_distr::{Distribution, Exp1, StandardNormal};
use rand_pcg::Pcg64;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Arrivals, Calendar, Class, Job, Rhythm, WorkloadError};
use crate::random;
use crate::units::{self, DAY_S, HOUR_S};

/// Schedulers plan in minutes; no user promises less.
const SHORTEST_ESTIMATE_S: f64 = 60.0;
/// Above this a slip is likelier than a cluster.
const MOST_JOBS_PER_DAY: f64 = 1e7;

/// A stream of random jobs (fine tuning, batch).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JobStream {
    /// Jobs submitted per day, mean over the week.
    #[serde(deserialize_with = "units::positive")]
    pub jobs_per_day: f64,
    /// The sizes a job can have, GPUs.
    pub gpus: Vec<u32>,
    /// How often each size occurs, relative to the others. Default: all alike.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights: Option<Vec<f64>>,
    /// Median run time at full clock, hours.
    #[serde(deserialize_with = "units::positive")]
    pub median_hours: f64,
    /// Spread of the run times, σ of their logarithm. Default 1.0 for fine tuning (unconfirmed), 2.2 for batch
    /// (`AcmeTrace` summary: mean over median is 10 to 12 in PAI, Seren and Kalos).
    #[serde(
        default,
        deserialize_with = "optional_non_negative",
        skip_serializing_if = "Option::is_none"
    )]
    pub sigma: Option<f64>,
    /// Longest run time, hours: the limit of the queue. Default 720 (unconfirmed).
    #[serde(default = "default_max_hours", deserialize_with = "units::positive")]
    pub max_hours: f64,
    /// Run time told to the scheduler over run time at full clock, mean over jobs, at least 1. Default 2 (unconfirmed).
    #[serde(
        default = "default_estimate_factor",
        deserialize_with = "units::positive"
    )]
    pub estimate_factor: f64,
    /// Load of the GPUs held, 0 to 1. Default 0.8 (LBNL's 2025 update takes 0.8 for training, seen second-hand).
    #[serde(default = "default_utilisation", deserialize_with = "units::fraction")]
    pub utilisation: f64,
    /// How far submissions in the busiest hour lie above the day's mean, 0 to 1. Default 0.5 (unconfirmed).
    #[serde(default = "default_day_swing", deserialize_with = "units::fraction")]
    pub day_swing: f64,
    /// Hour of the day with most submissions, local time, 0 to 24. Default 15 (unconfirmed).
    #[serde(
        default = "default_peak_hour",
        deserialize_with = "units::non_negative"
    )]
    pub peak_hour: f64,
    /// Submissions on a day of the weekend over those on a weekday. Default 0.6 (unconfirmed).
    #[serde(
        default = "default_weekend_factor",
        deserialize_with = "units::non_negative"
    )]
    pub weekend_factor: f64,
    /// Tokens per second of one GPU; tokens are not counted without it.
    #[serde(default, deserialize_with = "units::non_negative")]
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

fn optional_non_negative<'de, D: serde::Deserializer<'de>>(de: D) -> Result<Option<f64>, D::Error> {
    units::non_negative(de).map(Some)
}

/// Checks what a table says of day and week.
pub(super) fn rhythm(
    key: &str,
    swing: f64,
    peak_hour: f64,
    weekend_factor: f64,
) -> Result<Rhythm, WorkloadError> {
    if peak_hour > 24.0 {
        return Err(WorkloadError::new(
            format!("{key}.peak_hour"),
            format!("{peak_hour} is not an hour of the day"),
            "give 0 to 24",
        ));
    }
    Ok(Rhythm {
        swing,
        peak_hour,
        weekend_factor,
    })
}

impl JobStream {
    /// The jobs this table describes; `key` is where it stands in the scenario and names its random streams.
    pub fn jobs(
        &self,
        key: &str,
        class: Class,
        calendar: Calendar,
        seed: u64,
    ) -> Result<Jobs, WorkloadError> {
        let rhythm = rhythm(key, self.day_swing, self.peak_hour, self.weekend_factor)?;
        let fault = |field: &str, what: &str, cure: &str| {
            Err(WorkloadError::new(format!("{key}.{field}"), what, cure))
        };
        if self.jobs_per_day > MOST_JOBS_PER_DAY {
            return fault(
                "jobs_per_day",
                "that is more than a hundred a second",
                "give at most 1e7",
            );
        }
        if self.gpus.is_empty() || self.gpus.contains(&0) {
            return fault(
                "gpus",
                "a job needs a size above zero",
                "give a list such as [8, 16, 32]",
            );
        }
        let weights = self.weights.clone().unwrap_or(vec![1.0; self.gpus.len()]);
        if weights.len() != self.gpus.len() {
            let what = format!("{} weights for {} sizes", weights.len(), self.gpus.len());
            return fault("weights", &what, "give one weight for each entry of gpus");
        }
        let total: f64 = weights.iter().sum();
        if weights.iter().any(|w| *w < 0.0) || !(total > 0.0 && total.is_finite()) {
            return fault(
                "weights",
                "weights must be zero or above, and one above zero",
                "give shares such as [0.6, 0.4]",
            );
        }
        if self.estimate_factor < 1.0 {
            return fault(
                "estimate_factor",
                "a promised end before the end",
                "give 1 or more",
            );
        }
        let mut sum = 0.0;
        let sizes = self.gpus.iter().zip(&weights).map(|(&gpus, weight)| {
            sum += weight / total;
            (sum, gpus)
        });
        let stream = |purpose: &str| random::stream(seed, &format!("{key}.{purpose}"));
        Ok(Jobs {
            sizes: sizes.collect(),
            class,
            calendar,
            rhythm,
            highest_rate_s: self.jobs_per_day / DAY_S * rhythm.max(),
            ln_median_s: (self.median_hours * HOUR_S).ln(),
            sigma: self.sigma.unwrap_or(match class {
                Class::Batch => 2.2,
                _ => 1.0,
            }),
            table: self.clone(),
            now_s: 0.0,
            given: 0,
            arrivals: stream("arrivals"),
            size: stream("size"),
            run_time: stream("run_time"),
            estimate: stream("estimate"),
        })
    }
}

/// Endless random jobs.
#[derive(Debug, Clone)]
pub struct Jobs {
    table: JobStream,
    /// Cumulative share and size.
    sizes: Vec<(f64, u32)>,
    class: Class,
    calendar: Calendar,
    rhythm: Rhythm,
    highest_rate_s: f64,
    ln_median_s: f64,
    sigma: f64,
    now_s: f64,
    given: u64,
    arrivals: Pcg64,
    size: Pcg64,
    run_time: Pcg64,
    estimate: Pcg64,
}

impl Arrivals for Jobs {
    fn next_job(&mut self) -> Option<Job> {
        loop {
            let gap: f64 = Exp1.sample(&mut self.arrivals);
            self.now_s += gap / self.highest_rate_s;
            if !self.now_s.is_finite() {
                return None;
            }
            let (hour, day) = self.calendar.at(self.now_s);
            let kept: f64 = self.arrivals.random();
            if kept * self.rhythm.max() < self.rhythm.at(hour, day) {
                break;
            }
        }
        let share: f64 = self.size.random();
        let by_share = self.sizes.iter().find(|(up_to, _)| share < *up_to);
        let &(_, gpus) = by_share.or(self.sizes.last())?;
        let z: f64 = StandardNormal.sample(&mut self.run_time);
        let work_s = (self.ln_median_s + self.sigma * z)
            .exp()
            .clamp(1.0, (self.table.max_hours * HOUR_S).max(1.0));
        let over: f64 = self.estimate.random();
        let factor = 1.0 + over * 2.0 * (self.table.estimate_factor - 1.0);
        self.given += 1;
        Some(Job {
            id: self.given,
            class: self.class,
            submit_s: self.now_s,
            gpus,
            work_s,
            estimate_s: (work_s * factor).max(SHORTEST_ESTIMATE_S),
            utilisation: self.table.utilisation,
            tokens: self.table.tokens_per_gpu_s * f64::from(gpus) * work_s,
            ..Job::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOML: &str = "jobs_per_day = 1000\ngpus = [1, 8]\nweights = [3, 1]\nmedian_hours = 1\nsigma = 1\n\
                        max_hours = 10000\nestimate_factor = 3\nday_swing = 0.5\npeak_hour = 12\nweekend_factor = 0.5";

    fn jobs(text: &str, seed: u64) -> Result<Jobs, WorkloadError> {
        let table: JobStream = toml::from_str(text).unwrap();
        table.jobs("workload.batch", Class::Batch, Calendar::new(0, 0.0), seed)
    }

    /// 20 weeks at 1,000 jobs a day: 140,000 jobs, standard deviation 374, so 1 % is 3.7 σ. Weekdays carry
    /// 5·7/6/7 = 5/6 of them. The hour after noon has 1 + 0.5·sin(15°)/(π/12) = 1.494 of the mean hour.
    #[test]
    fn arrivals_follow_the_rate_and_run_times_the_lognormal() {
        let mut source = jobs(TOML, 7).unwrap();
        let mut all = Vec::new();
        while let Some(job) = source.next_job() {
            if job.submit_s > 140.0 * DAY_S {
                break;
            }
            all.push(job);
        }
        let n = all.len() as f64;
        let share = |what: &dyn Fn(&Job) -> bool| all.iter().filter(|j| what(j)).count() as f64 / n;
        assert!((n / 140_000.0 - 1.0).abs() < 0.01, "{n}");
        let calendar = Calendar::new(0, 0.0);
        assert!((share(&|j| calendar.at(j.submit_s).1 < 5) - 5.0 / 6.0).abs() < 0.004);
        let noon = share(&|j| (12.0..13.0).contains(&calendar.at(j.submit_s).0));
        assert!((noon * 24.0 - 1.494).abs() < 0.05, "{noon}");
        assert!((share(&|j| j.gpus == 8) - 0.25).abs() < 0.005);
        // Half below the median; mean e^(1/2) = 1.6487 h, its standard error 2.16/√n = 0.0058 h.
        assert!((share(&|j| j.work_s < HOUR_S) - 0.5).abs() < 0.006);
        let mean_h = all.iter().map(|j| j.work_s).sum::<f64>() / n / HOUR_S;
        assert!((mean_h - 1.6487).abs() < 0.024, "{mean_h}");
        let factor = all.iter().map(|j| j.estimate_s / j.work_s).sum::<f64>() / n;
        assert!((factor - 3.0).abs() < 0.03, "{factor}");
        assert!(all.iter().all(|j| j.estimate_s >= j.work_s));
        assert!(all.windows(2).all(|w| w[0].submit_s <= w[1].submit_s));
    }

    #[test]
    fn the_same_seed_gives_the_same_jobs_and_purposes_are_independent() {
        let take = |text: &str, seed| {
            let mut source = jobs(text, seed).unwrap();
            (0..100)
                .map_while(|_| source.next_job())
                .collect::<Vec<_>>()
        };
        assert_eq!(take(TOML, 1), take(TOML, 1));
        assert_ne!(take(TOML, 1), take(TOML, 2));
        // Other sizes leave arrivals and run times as they were.
        let other = take(&TOML.replace("[3, 1]", "[1, 3]"), 1);
        for (a, b) in take(TOML, 1).iter().zip(&other) {
            assert_eq!(
                (a.submit_s, a.work_s, a.estimate_s),
                (b.submit_s, b.work_s, b.estimate_s)
            );
        }
    }

    #[test]
    fn wrong_figures_are_refused_with_their_key() {
        for (from, to, key) in [
            ("[3, 1]", "[3]", "weights: 1 weights for 2 sizes"),
            ("[3, 1]", "[3, -1]", "weights"),
            ("[3, 1]", "[0, 0]", "weights"),
            ("[1, 8]", "[1, 0]", "gpus"),
            ("jobs_per_day = 1000", "jobs_per_day = 1e9", "jobs_per_day"),
            (
                "estimate_factor = 3",
                "estimate_factor = 0.5",
                "estimate_factor",
            ),
            ("peak_hour = 12", "peak_hour = 25", "peak_hour"),
        ] {
            let error = jobs(&TOML.replace(from, to), 1).unwrap_err().to_string();
            assert!(error.contains(&format!("workload.batch.{key}")), "{error}");
        }
    }
}
