//! How jobs end: with success, cancelled by their users, or failed.
//!
//! ```text
//! run time of a job that ends so = f·T        f = share of GPU time/share of jobs        Σ share·f = 1
//! ```
//!
//! In published clusters a few cancelled jobs hold most of the GPU time (Seren: 8 % of jobs, 66 % of the time): people stop
//! long training runs when they have seen enough. `facts/demand.md` §4.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::describe::Fault;
use crate::units;
use crate::workload::Outcome;

/// How many jobs do not end with success, and how much of the GPU time they hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Outcomes {
    /// Share of jobs that their users cancel.
    #[serde(default, deserialize_with = "units::fraction")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub cancelled: f64,
    /// Share of jobs that fail by themselves.
    #[serde(default, deserialize_with = "units::fraction")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub failed: f64,
    /// Share of the GPU time that cancelled jobs hold. Default: as of jobs.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_fraction"
    )]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub cancelled_gpu_time: Option<f64>,
    /// Share of the GPU time that failed jobs hold. Default: as of jobs.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_fraction"
    )]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub failed_gpu_time: Option<f64>,
}

/// One way to end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct End {
    pub(super) outcome: Outcome,
    /// Share of jobs.
    pub(super) share: f64,
    /// Run time over that of the mean job.
    pub(super) longer: f64,
}

impl Outcomes {
    /// The ways to end, success first.
    pub(super) fn ways(&self, key: &str) -> Result<Vec<End>, Fault> {
        let time = [
            self.cancelled_gpu_time.unwrap_or(self.cancelled),
            self.failed_gpu_time.unwrap_or(self.failed),
        ];
        let shares = [self.cancelled, self.failed];
        if shares.iter().sum::<f64>() >= 1.0 || time.iter().sum::<f64>() >= 1.0 {
            return Err(Fault::new(
                "nothing is left for jobs that end with success",
                "give cancelled and failed, and their GPU time, that add up to less than 1",
            )
            .at(key));
        }
        let completed = End {
            outcome: Outcome::Completed,
            share: 1.0 - shares[0] - shares[1],
            longer: (1.0 - time[0] - time[1]) / (1.0 - shares[0] - shares[1]),
        };
        let mut ways = vec![completed];
        for (outcome, field, share, time) in [
            (Outcome::Cancelled, "cancelled", shares[0], time[0]),
            (Outcome::Failed, "failed", shares[1], time[1]),
        ] {
            if (share > 0.0) != (time > 0.0) {
                return Err(Fault::new(
                    format!("{share} of the jobs cannot hold {time} of the GPU time"),
                    "give both above zero, or neither",
                )
                .at(format!("{key}.{field}_gpu_time")));
            }
            if share > 0.0 {
                ways.push(End {
                    outcome,
                    share,
                    longer: time / share,
                });
            }
        }
        Ok(ways)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seren: .50/.08/.43 of jobs (which add up to 1.01, rounded), .21/.66/.12 of the time.
    #[test]
    fn cancelled_jobs_of_seren_are_eight_times_as_long() {
        let ends: Outcomes = toml::from_str(
            "cancelled = 0.08\nfailed = 0.43\ncancelled_gpu_time = 0.66\nfailed_gpu_time = 0.12",
        )
        .unwrap();
        let ways = ends.ways("k").unwrap();
        assert!((ways[1].longer - 8.25).abs() < 1e-12);
        assert!((ways[0].longer - 0.22 / 0.49).abs() < 1e-12);
        let mean: f64 = ways.iter().map(|way| way.share * way.longer).sum();
        assert!((mean - 1.0).abs() < 1e-12);
    }

    #[test]
    fn shares_that_leave_nothing_are_refused() {
        for (text, key) in [
            ("cancelled = 0.6\nfailed = 0.4", "k"),
            ("failed = 0.1\nfailed_gpu_time = 0", "k.failed_gpu_time"),
            ("cancelled_gpu_time = 0.2", "k.cancelled_gpu_time"),
        ] {
            let ends: Outcomes = toml::from_str(text).unwrap();
            let error = ends.ways("k").unwrap_err();
            assert_eq!(error.key(), Some(key), "{error}");
        }
    }
}
