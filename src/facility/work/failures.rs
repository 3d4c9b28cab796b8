//! Servers that fail and come back.
//!
//! ```text
//! failures   Poisson, rate = GPUs/(GPU time per interruption) over all GPUs, each at the same rate; one that hits a server already
//!            under repair is none
//! repair     ln T ~ N(ln mean − σ²/2, σ²)                 so that its mean is the mean
//! ```
//!
//! A failure takes its server out of service and stops every job with a GPU on it, at its own moment; the job is back in
//! the queue at once and starts again from its last save. The server comes back after its repair, and draws meanwhile what
//! an idle one does. GPUs that save or start again draw the power at `paused_utilisation` (`scheduler/jobs/record/rhythm.rs`).
//!
//! Source: one interruption per 50,700 GPU-hours: 419 in 54 days on 16,384 GPUs (Llama 3.1 405B, Meta 2024; seen in
//! datacenterdynamics). Most were chips and their memory, but switches, hosts and software are among them: here all strike a
//! server. Failures come independently of each other, of age, of load and of heat. No repair time is published there: the
//! defaults are engineering estimates with ranges at their keys.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use rand::RngExt;
use rand_distr::{Distribution, Exp1, LogNormal};
use rand_pcg::Pcg64;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::describe::doubt;
use crate::random;
use crate::scheduler::HallShape;
use crate::units::{self, HOUR_S};
use crate::workload::checkpoint::GPU_HOURS;

/// `[failures]`: how often servers fail, and how long they are away.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FailuresConfig {
    /// GPU-hours per interruption, over all GPUs whether busy or not.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 1e-2, max = 1e12))]
    #[schemars(extend("doubt" = crate::describe::doubt(25_000.0, 100_000.0, "419 unplanned interruptions in 54 days on 16,384 GPUs (Llama 3.1 405B); half and twice among fleets by age")))]
    #[schemars(extend("source" = "Llama 3.1 405B: 419 in 54 days on 16,384 GPUs"))]
    pub gpu_hours: f64,
    /// Mean time until a failed server is back; lognormal.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 1e-3, max = 1e5))]
    #[schemars(extend("doubt" = doubt(2.0, 72.0, "from a spare in stock to one that is ordered")))]
    pub repair_hours: f64,
    /// Spread of the repair times, σ of their logarithm.
    #[serde(deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 10.0))]
    #[schemars(extend("doubt" = doubt(0.5, 1.5, "from nearly equal repairs to a mean of three medians")))]
    pub repair_sigma: f64,
}

impl Default for FailuresConfig {
    fn default() -> Self {
        Self {
            gpu_hours: GPU_HOURS,
            repair_hours: 12.0,
            repair_sigma: 1.0,
        }
    }
}

/// Change of a server's state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct ServerEvent {
    /// s since the start of the run.
    pub(super) at_s: f64,
    /// Index over all halls.
    pub(super) server: u32,
    /// It fails; else it comes back.
    pub(super) fails: bool,
}

/// A moment in milliseconds, ordered, and the server that comes back.
type Back = Reverse<(u64, u32)>;

/// Failures to come.
#[derive(Debug, Clone)]
pub struct Failures {
    rng: Pcg64,
    halls: Vec<HallShape>,
    gpus: u64,
    per_s: f64,
    repair_s: LogNormal<f64>,
    next_s: f64,
    back: BinaryHeap<Back>,
    away: BTreeSet<u32>,
}

impl Failures {
    /// Before the first failure; None where the spread is not one that repair times can have.
    pub fn new(config: &FailuresConfig, halls: &[HallShape], seed: u64) -> Option<Self> {
        let gpus = halls
            .iter()
            .map(|hall| u64::from(hall.servers) * u64::from(hall.gpus_per_server))
            .sum::<u64>();
        let sigma = config.repair_sigma;
        let mean_ln = (config.repair_hours * HOUR_S).ln() - 0.5 * sigma * sigma;
        let mut failures = Self {
            rng: random::stream(seed, "failures"),
            halls: halls.to_vec(),
            gpus,
            per_s: gpus as f64 / (config.gpu_hours * HOUR_S),
            repair_s: LogNormal::new(mean_ln, sigma).ok()?,
            next_s: 0.0,
            back: BinaryHeap::new(),
            away: BTreeSet::new(),
        };
        failures.draw();
        Some(failures)
    }

    fn draw(&mut self) {
        let wait: f64 = Exp1.sample(&mut self.rng);
        self.next_s += wait / self.per_s;
    }

    /// Changes before `to_s`, one at a time, in order.
    pub(super) fn next(&mut self, to_s: f64) -> Option<ServerEvent> {
        loop {
            let back = self
                .back
                .peek()
                .map(|Reverse((ms, server))| (*ms as f64 / 1e3, *server));
            if let Some((at_s, server)) = back
                && at_s < to_s
                && at_s <= self.next_s
            {
                self.back.pop();
                self.away.remove(&server);
                return Some(ServerEvent {
                    at_s,
                    server,
                    fails: false,
                });
            }
            if self.next_s >= to_s {
                return None;
            }
            let at_s = self.next_s;
            let gpu = self.rng.random_range(0..self.gpus);
            let server = self.server_of(gpu);
            let repair_s = self.repair_s.sample(&mut self.rng);
            self.draw();
            if self.away.insert(server) {
                let back_ms = ((at_s + repair_s) * 1e3).min(1e15) as u64;
                self.back.push(Reverse((back_ms, server)));
                return Some(ServerEvent {
                    at_s,
                    server,
                    fails: true,
                });
            }
        }
    }

    /// The server of a GPU, counted through all halls.
    fn server_of(&self, gpu: u64) -> u32 {
        let (mut gpu, mut first) = (gpu, 0);
        for hall in &self.halls {
            let gpus = u64::from(hall.servers) * u64::from(hall.gpus_per_server);
            if gpu < gpus {
                return first + (gpu / u64::from(hall.gpus_per_server)) as u32;
            }
            gpu -= gpus;
            first += hall.servers;
        }
        first.saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HALLS: [HallShape; 2] = [
        HallShape {
            servers: 100,
            gpus_per_server: 8,
        },
        HallShape {
            servers: 50,
            gpus_per_server: 4,
        },
    ];

    fn all(config: &FailuresConfig, until_s: f64) -> Vec<ServerEvent> {
        let mut failures = Failures::new(config, &HALLS, 7).unwrap();
        std::iter::from_fn(|| failures.next(until_s)).collect()
    }

    /// 1,000 GPUs at one failure per 100 GPU-hours: ten an hour, 87,600 in a year, ± 4 of their root. Repairs of 0.5 h in
    /// the mean take 10·0.5/150 of the servers away, so that 3.3 % of the failures hit one that is away: 84,700.
    #[test]
    fn rate_and_repair_come_to_their_means() {
        let config = FailuresConfig {
            gpu_hours: 100.0,
            repair_hours: 0.5,
            repair_sigma: 0.8,
        };
        let all = all(&config, 8760.0 * HOUR_S);
        assert!(all.windows(2).all(|w| w[0].at_s <= w[1].at_s));
        let mut away: std::collections::BTreeMap<u32, f64> = std::collections::BTreeMap::new();
        let (mut failed, mut repaired, mut repair_s, mut first_hall) = (0, 0, 0.0, 0);
        for event in &all {
            if event.fails {
                failed += 1;
                first_hall += u32::from(event.server < 100);
                assert!(away.insert(event.server, event.at_s).is_none());
            } else {
                repaired += 1;
                repair_s += event.at_s - away.remove(&event.server).unwrap();
            }
        }
        // Servers of 8 GPUs fail twice as often as those of 4: 80 % of the failures in 67 % of the servers.
        assert!((f64::from(failed) - 84_500.0).abs() < 1200.0, "{failed}");
        let share = f64::from(first_hall) / f64::from(failed);
        assert!((share - 0.8).abs() < 0.01, "{share}");
        let mean_h = repair_s / f64::from(repaired) / HOUR_S;
        assert!((mean_h - 0.5).abs() < 0.01, "{mean_h}");
    }

    #[test]
    fn the_same_seed_fails_the_same_whatever_the_step() {
        let config = FailuresConfig::default();
        let at_once = all(&config, 1e8);
        let mut failures = Failures::new(&config, &HALLS, 7).unwrap();
        let mut by_steps = Vec::new();
        for step in 0..=1000 {
            while let Some(event) = failures.next(f64::from(step) * 1e5) {
                by_steps.push(event);
            }
        }
        assert_eq!(at_once, by_steps);
        assert!(at_once.len() > 100);
    }
}
