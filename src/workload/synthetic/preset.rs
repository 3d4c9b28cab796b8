//! Clusters whose jobs were published: what is known of them, and what follows.
//!
//! ```text
//! sizes      s = least·2^k up to the largest, P(s) ∝ q^k       q from the mean size
//! run time   ln-normal; median and mean as published (mean of all jobs, cut, ends and sizes included)
//! ends       f = share of GPU time / share of jobs             completed, cancelled, failed
//! by size    h ∝ s^β       β from E[s·T]/(E[s]·E[T]) where the busy share is known, else 0
//! ```
//!
//! Source: `AcmeTrace` (`InternLM`, CC-BY-4.0), `cluster_summary.csv`, as quoted in `facts/demand.md` §4: number of jobs, mean
//! and median run time and wait, mean and largest size, shares of jobs and of GPU time by end. The one-figure family of sizes
//! is a choice: the summary holds no more than mean and maximum. β is our own arithmetic from published busy shares
//! with GPU counts and lengths of the logs known to about a tenth: Helios 77 % of 6,416 GPUs over 183 days is twice
//! jobs × mean size × mean time, Seren 59 % of 2,288 GPUs over 184 days four times. PAI shares GPUs between jobs: a part
//! of one holds a whole one here, at that part of the load.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::outcomes::Outcomes;

/// A cluster whose jobs were published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// Microsoft, 2017: training of all kinds, gangs of up to 128.
    Philly,
    /// `SenseTime`, 2020: four clusters, gangs of up to 2,048.
    Helios,
    /// Acme, 2023: the cluster of evaluation and small training beside language models.
    Seren,
    /// Acme, 2023: the cluster of large language models.
    Kalos,
    /// Alibaba, 2020: many jobs on a part of a GPU.
    Pai,
}

/// Published statistics of a cluster.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Published {
    pub(super) mean_run_s: f64,
    pub(super) median_run_s: f64,
    pub(super) mean_gpus: f64,
    /// The smallest size, GPUs.
    pub(super) least: f64,
    pub(super) largest: f64,
    /// E[s·T]/(E[s]·E[T]); 1 where it is not known.
    pub(super) together: f64,
    pub(super) ends: Option<Outcomes>,
}

impl Preset {
    pub(super) fn published(self) -> Published {
        let ends = |cancelled, failed, cancelled_gpu_time, failed_gpu_time| {
            Some(Outcomes {
                cancelled,
                failed,
                cancelled_gpu_time: Some(cancelled_gpu_time),
                failed_gpu_time: Some(failed_gpu_time),
            })
        };
        let all = |mean_run_s, median_run_s, mean_gpus, largest| Published {
            mean_run_s,
            median_run_s,
            mean_gpus,
            least: 1.0,
            largest,
            together: 1.0,
            ends: None,
        };
        match self {
            Self::Philly => Published {
                ends: ends(0.09, 0.31, 0.29, 0.39),
                ..all(18_006.0, 874.0, 1.93, 128.0)
            },
            Self::Helios => Published {
                ends: ends(0.22, 0.16, 0.39, 0.09),
                together: 2.0,
                ..all(6_652.0, 206.0, 3.72, 2_048.0)
            },
            Self::Seren => Published {
                ends: ends(0.08, 0.43, 0.66, 0.12),
                together: 4.0,
                ..all(1_414.0, 122.0, 5.68, 1_024.0)
            },
            Self::Kalos => Published {
                ends: ends(0.06, 0.40, 0.61, 0.08),
                ..all(1_260.0, 124.0, 26.8, 1_024.0)
            },
            Self::Pai => Published {
                least: 0.25,
                ..all(4_787.0, 481.0, 0.68, 8.0)
            },
        }
    }
}

impl Published {
    /// Sizes in GPUs and their shares: powers of two above the smallest, ever rarer.
    pub(super) fn sizes(&self) -> Vec<(f64, f64)> {
        let steps = (self.largest / self.least).log2().round() as i32;
        let at = |q: f64| -> Vec<(f64, f64)> {
            let rare: f64 = (0..=steps).map(|k| q.powi(k)).sum();
            (0..=steps)
                .map(|k| (self.least * 2_f64.powi(k), q.powi(k) / rare))
                .collect()
        };
        let mean = |q: f64| at(q).iter().map(|(size, share)| size * share).sum::<f64>();
        at(super::solve(0.0, 1.0, |q| mean(q) - self.mean_gpus))
    }

    /// The power of the size that run times grow with.
    pub(super) fn by_size(&self, sizes: &[(f64, f64)]) -> f64 {
        let mean = |power: f64| -> f64 { sizes.iter().map(|(s, p)| p * s.powf(power)).sum() };
        if self.together <= 1.0 {
            return 0.0;
        }
        super::solve(0.0, 3.0, |beta| {
            mean(1.0 + beta) / (mean(1.0) * mean(beta)) - self.together
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Preset; 5] = [
        Preset::Philly,
        Preset::Helios,
        Preset::Seren,
        Preset::Kalos,
        Preset::Pai,
    ];

    #[test]
    fn sizes_have_the_published_mean_and_largest() {
        for like in ALL {
            let published = like.published();
            let sizes = published.sizes();
            let mean: f64 = sizes.iter().map(|(size, share)| size * share).sum();
            let all: f64 = sizes.iter().map(|(_, share)| share).sum();
            assert!((mean / published.mean_gpus - 1.0).abs() < 1e-9, "{like:?}");
            assert!((all - 1.0).abs() < 1e-12);
            assert_eq!(sizes.last().unwrap().0, published.largest);
            assert!(sizes.windows(2).all(|w| w[0].1 > w[1].1), "{sizes:?}");
        }
    }

    /// Two sizes, 1 and 4, equally likely: at β = 1 E[s²]/E[s]² = 8.5/6.25 = 1.36.
    #[test]
    fn run_times_grow_with_the_size_as_far_as_the_gpu_time_asks() {
        let sizes = [(1.0, 0.5), (4.0, 0.5)];
        let published = Published {
            together: 1.36,
            ..Preset::Philly.published()
        };
        assert!((published.by_size(&sizes) - 1.0).abs() < 1e-6);
        assert_eq!(Preset::Philly.published().by_size(&sizes), 0.0);
        let seren = Preset::Seren.published();
        let beta = seren.by_size(&seren.sizes());
        assert!((0.2..1.5).contains(&beta), "{beta}");
    }
}
