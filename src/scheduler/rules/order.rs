//! Who goes first.
//!
//! ```text
//! rank            lower goes first, ties in order of submission
//! shortest_first  estimate of what is left, s
//! priority        submit/a − priority                 a: the wait that is worth one step of priority
//! fair_share      U/share of the user                 dU/dt = GPUs held − U·ln 2/h       h: half-life
//! ```
//!
//! With ageing two jobs grow old together: their order never changes while both wait. Usage does change it, and the
//! queue is sorted again whenever it is read. Source: the multifactor priority and fair share of Slurm (its usage
//! decays by halves, 7 days by default) without its tree of accounts; where all users keep jobs waiting, usage goes
//! over into the proportions of the shares. Estimates are those users give: shortest first believes them.

use rustc_hash::FxHashMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::units::{self, DAY_S, HOUR_S};
use crate::workload::Job;

/// Who goes first among the waiting jobs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// The job with the shortest estimated run time.
    ShortestFirst(ShortestFirst),
    /// The job with the highest priority; waiting raises it.
    Priority(Priority),
    /// The user with the lowest recent usage, relative to shares.
    FairShare(FairShare),
}

/// The job with the shortest estimated run time goes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShortestFirst {}

/// The job with the highest priority goes first; waiting raises it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Priority {
    /// A wait this long is worth one step of priority.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 1e-4, max = 1e6))]
    pub ageing_hours: f64,
}

impl Default for Priority {
    fn default() -> Self {
        Self { ageing_hours: 24.0 }
    }
}

/// The user with the lowest recent usage, relative to shares, goes first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FairShare {
    /// After this time usage counts half.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 1e-4, max = 1e5))]
    #[schemars(extend("source" = "default of Slurm"))]
    pub half_life_days: f64,
    /// Shares of users; those not named have one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shares: Vec<Share>,
}

impl Default for FairShare {
    fn default() -> Self {
        Self {
            half_life_days: 7.0,
            shares: Vec::new(),
        }
    }
}

/// Share of one user, relative to the others.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// Number of the user.
    #[schemars(range(min = 0, max = u32::MAX))]
    pub user: u32,
    /// Share, relative to the others' (one each).
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.0, max = 1e12))]
    pub share: f64,
}

/// An order at work.
#[derive(Debug, Default)]
pub(in crate::scheduler) enum Ranks {
    #[default]
    Submission,
    Shortest,
    Priority {
        ageing_s: f64,
    },
    FairShare(Accounts),
}

impl Ranks {
    pub(in crate::scheduler) fn new(order: Option<&Order>) -> Self {
        match order {
            None => Self::Submission,
            Some(Order::ShortestFirst(_)) => Self::Shortest,
            Some(Order::Priority(priority)) => Self::Priority {
                ageing_s: priority.ageing_hours * HOUR_S,
            },
            Some(Order::FairShare(fair)) => Self::FairShare(Accounts::new(fair)),
        }
    }

    /// Whether new jobs go to the end of the queue.
    pub(in crate::scheduler) fn is_submission(&self) -> bool {
        matches!(self, Self::Submission)
    }

    /// Whether ranks change while jobs wait.
    pub(in crate::scheduler) fn changes(&self) -> bool {
        matches!(self, Self::FairShare(_))
    }

    /// Lower goes first.
    pub(in crate::scheduler) fn rank(&self, job: &Job, estimate_s: f64, now_s: f64) -> f64 {
        if job.priority == Job::FIRST {
            return f64::NEG_INFINITY;
        }
        match self {
            Self::Submission => 0.0,
            Self::Shortest => estimate_s,
            Self::Priority { ageing_s } => job.submit_s / ageing_s - job.priority,
            Self::FairShare(accounts) => accounts.rank(job.user, now_s),
        }
    }

    /// A job of a user begins to hold GPUs, or gives them back.
    pub(in crate::scheduler) fn hold(&mut self, job: &Job, now_s: f64, starts: bool) {
        if let Self::FairShare(accounts) = self {
            accounts.hold(job.user, job.gpus, now_s, starts);
        }
    }
}

/// Recent usage of users.
#[derive(Debug)]
pub(in crate::scheduler) struct Accounts {
    decay_s: f64,
    shares: FxHashMap<u32, f64>,
    users: FxHashMap<u32, Account>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Account {
    used_gpu_s: f64,
    at_s: f64,
    gpus: u64,
}

impl Account {
    /// `U·e^(−Δ/τ) + g·τ·(1 − e^(−Δ/τ))`, τ = h/ln 2.
    fn used_at(&self, now_s: f64, decay_s: f64) -> f64 {
        let gone = -(-(now_s - self.at_s) / decay_s).exp_m1();
        self.used_gpu_s * (1.0 - gone) + self.gpus as f64 * decay_s * gone
    }
}

impl Accounts {
    fn new(fair: &FairShare) -> Self {
        let shares = fair.shares.iter();
        Self {
            decay_s: fair.half_life_days * DAY_S / std::f64::consts::LN_2,
            shares: shares.map(|s| (s.user, s.share)).collect(),
            users: FxHashMap::default(),
        }
    }

    fn rank(&self, user: u32, now_s: f64) -> f64 {
        let used = self.users.get(&user);
        let used_gpu_s = used.map_or(0.0, |account| account.used_at(now_s, self.decay_s));
        used_gpu_s / self.shares.get(&user).copied().unwrap_or(1.0)
    }

    fn hold(&mut self, user: u32, gpus: u32, now_s: f64, starts: bool) {
        let decay_s = self.decay_s;
        let account = self.users.entry(user).or_default();
        account.used_gpu_s = account.used_at(now_s, decay_s);
        account.at_s = now_s;
        if starts {
            account.gpus += u64::from(gpus);
        } else {
            account.gpus -= u64::from(gpus);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Half-life 1 d. Four GPUs for a day: U = 4·τ·(1 − ½) = 2·86400/ln 2 GPU-seconds; a day later half of it.
    #[test]
    fn usage_grows_and_halves() {
        let mut accounts = Accounts::new(&FairShare {
            half_life_days: 1.0,
            shares: vec![Share {
                user: 7,
                share: 2.0,
            }],
        });
        accounts.hold(7, 4, 0.0, true);
        let after_a_day = 2.0 * DAY_S / std::f64::consts::LN_2;
        assert!((accounts.rank(7, DAY_S) * 2.0 / after_a_day - 1.0).abs() < 1e-12);
        accounts.hold(7, 4, DAY_S, false);
        assert!((accounts.rank(7, 2.0 * DAY_S) * 4.0 / after_a_day - 1.0).abs() < 1e-12);
        assert_eq!(accounts.rank(8, DAY_S), 0.0);
    }
}
