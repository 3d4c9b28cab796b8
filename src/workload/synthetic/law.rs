//! Sizes and run times of a stream of jobs, prepared for sampling.
//!
//! ```text
//! T = min(c, e^(μ + σz)·f·h)         f by the end (Σ share·f = 1), h = s^β/E[s^β] by the size
//! μ, σ for a published cluster       P(T ≤ median) = ½ and E[T] = mean, both solved for
//! GPUs requested = rate·E[g·T]       what the jobs would hold if none waited
//! ```

use super::normal::{cut_mean, log_normal_below};
use super::outcomes::End;
use super::preset::Preset;
use super::{JobStream, solve};
use crate::describe::Fault;
use crate::units::HOUR_S;
use crate::workload::Class;

/// A size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Size {
    /// Share of jobs.
    pub(super) share: f64,
    /// GPUs held.
    pub(super) gpus: u32,
    /// Part of them that is used; below 1 where a job requests a part of a GPU.
    pub(super) part: f64,
    /// Run time over that of the mean job.
    pub(super) longer: f64,
}

/// Sizes from GPUs (or parts of one) and shares that add up to 1.
pub(super) fn sizes(gpus: &[(f64, f64)], by_size: f64) -> Vec<Size> {
    let mean: f64 = gpus.iter().map(|(g, share)| share * g.powf(by_size)).sum();
    gpus.iter()
        .map(|&(size, share)| Size {
            share,
            gpus: size.ceil() as u32,
            part: size / size.ceil(),
            longer: if by_size > 0.0 {
                size.powf(by_size) / mean
            } else {
                1.0
            },
        })
        .collect()
}

/// Sizes, ends and run times.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Law {
    pub(super) sizes: Vec<Size>,
    pub(super) ends: Vec<End>,
    pub(super) ln_median_s: f64,
    pub(super) sigma: f64,
    pub(super) cut_s: f64,
}

impl Law {
    /// Sums over sizes and ends: share, GPUs, logarithm of how much longer.
    fn sum(&self, of: impl Fn(f64, f64) -> f64, weight: impl Fn(&Size) -> f64) -> f64 {
        let pairs = self
            .sizes
            .iter()
            .flat_map(|size| self.ends.iter().map(move |end| (size, end)));
        pairs
            .map(|(size, end)| {
                let ln = self.ln_median_s + (size.longer * end.longer).ln();
                size.share * end.share * weight(size) * of(ln, self.sigma)
            })
            .sum()
    }

    /// Mean run time, s.
    pub(super) fn mean_s(&self) -> f64 {
        self.sum(|ln, sigma| cut_mean(ln, sigma, self.cut_s), |_| 1.0)
    }

    /// Mean of GPUs × run time, s.
    pub(super) fn mean_gpu_s(&self) -> f64 {
        self.sum(
            |ln, sigma| cut_mean(ln, sigma, self.cut_s),
            |size| f64::from(size.gpus),
        )
    }

    fn below(&self, run_s: f64) -> f64 {
        self.sum(|ln, sigma| log_normal_below(run_s, ln, sigma), |_| 1.0)
    }

    /// The same with the spread and the middle that give a mean and a median.
    pub(super) fn fitted(mut self, mean_s: f64, median_s: f64) -> Self {
        let around = median_s.ln();
        self.sigma = solve(0.05, 6.0, |sigma| {
            self.sigma = sigma;
            self.ln_median_s = solve(around - 30.0, around + 30.0, |ln_median_s| {
                self.ln_median_s = ln_median_s;
                0.5 - self.below(median_s)
            });
            self.mean_s() - mean_s
        });
        self
    }
}

impl JobStream {
    /// Checks the table and solves for what a published cluster leaves open.
    pub(super) fn law(&self, key: &str, class: Class) -> Result<Law, Fault> {
        let fault = |field: &str, what: &str, cure: &str| {
            Err(Fault::new(what, cure).at(format!("{key}.{field}")))
        };
        let published = self.preset.map(Preset::published);
        let given = match (&self.gpus, published) {
            (Some(_), _) => self.listed_sizes(key)?,
            (None, Some(published)) if self.weights.is_none() => published.sizes(),
            (None, _) => {
                return fault(
                    "gpus",
                    "the sizes of the jobs are missing",
                    "give a list such as [8, 16, 32], or preset = \"philly\"",
                );
            }
        };
        let by_size = self.time_by_size.unwrap_or_else(|| match published {
            Some(published) => published.by_size(&given),
            None => 0.0,
        });
        let ends = self.outcomes.or(published.and_then(|p| p.ends));
        let mut law = Law {
            sizes: sizes(&given, by_size),
            ends: ends.unwrap_or_default().ways(&format!("{key}.outcomes"))?,
            ln_median_s: 0.0,
            sigma: match class {
                Class::Batch => 2.2,
                _ => 1.0,
            },
            cut_s: (self.max_hours * HOUR_S).max(1.0),
        };
        match (self.median_hours, published) {
            (_, Some(published)) => {
                law = law.fitted(published.mean_run_s, published.median_run_s);
                let reached = law.mean_s() / published.mean_run_s;
                let mean_h = published.mean_run_s / HOUR_S;
                if reached < 0.99 {
                    let what = format!(
                        "jobs of that cluster run {mean_h:.1} h on average, which {} h allow no more",
                        self.max_hours
                    );
                    return fault("max_hours", &what, "give more hours, or leave preset out");
                }
                if reached > 1.01 {
                    let what = format!(
                        "large jobs would be so long that the mean is above the {mean_h:.1} h of that cluster"
                    );
                    return fault("time_by_size", &what, "give less; 0 to 0.5 is usual");
                }
            }
            (Some(_), None) => {}
            (None, None) => {
                return fault(
                    "median_hours",
                    "the run times of the jobs are missing",
                    "give the median run time in hours, or preset = \"philly\"",
                );
            }
        }
        if let Some(hours) = self.median_hours {
            law.ln_median_s = (hours * HOUR_S).ln();
        }
        law.sigma = self.sigma.unwrap_or(law.sigma);
        Ok(law)
    }

    fn listed_sizes(&self, key: &str) -> Result<Vec<(f64, f64)>, Fault> {
        let fault = |field: &str, what: &str, cure: &str| {
            Err(Fault::new(what, cure).at(format!("{key}.{field}")))
        };
        let gpus = self.gpus.as_deref().unwrap_or_default();
        if gpus.is_empty() || gpus.contains(&0) {
            return fault(
                "gpus",
                "a job needs a size above zero",
                "give a list such as [8, 16, 32]",
            );
        }
        let weights = self.weights.clone().unwrap_or(vec![1.0; gpus.len()]);
        if weights.len() != gpus.len() {
            let what = format!("{} weights for {} sizes", weights.len(), gpus.len());
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
        let sizes = gpus.iter().zip(&weights);
        Ok(sizes.map(|(g, w)| (f64::from(*g), w / total)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::Outcome;

    fn plain() -> Law {
        Law {
            sizes: sizes(&[(1.0, 1.0)], 0.0),
            ends: vec![End {
                outcome: Outcome::Completed,
                share: 1.0,
                longer: 1.0,
            }],
            ln_median_s: 0.0,
            sigma: 1.0,
            cut_s: 1e12,
        }
    }

    /// Without ends, sizes or a cut, mean/median = e^(σ²/2): 11.59 for Seren gives σ = √(2·ln 11.59) = 2.2138.
    #[test]
    fn the_spread_follows_from_mean_over_median() {
        let law = plain().fitted(1_414.0, 122.0);
        assert!((law.sigma - (2.0 * (1_414.0_f64 / 122.0).ln()).sqrt()).abs() < 1e-4);
        assert!((law.ln_median_s - 122_f64.ln()).abs() < 1e-5);
    }

    /// Two sizes, 1 and 4, equally likely, β = 1: h = 0.4 and 1.6; E[g·T] = (0.5·1·0.4 + 0.5·4·1.6)·E[T] = 3.4·e^½.
    #[test]
    fn gpu_time_counts_large_jobs_as_long_as_they_are() {
        let law = Law {
            sizes: sizes(&[(1.0, 0.5), (4.0, 0.5)], 1.0),
            ..plain()
        };
        assert!((law.mean_gpu_s() - 3.4 * 0.5_f64.exp()).abs() < 1e-5);
        assert!((law.mean_s() - 0.5_f64.exp()).abs() < 1e-5);
    }

    #[test]
    fn published_clusters_come_out_with_their_mean_and_median() -> Result<(), Fault> {
        for like in [
            Preset::Philly,
            Preset::Helios,
            Preset::Seren,
            Preset::Kalos,
            Preset::Pai,
        ] {
            let published = like.published();
            let given = published.sizes();
            let ends = published.ends.unwrap_or_default().ways("k")?;
            let law = Law {
                sizes: sizes(&given, published.by_size(&given)),
                ends,
                cut_s: 720.0 * 3600.0,
                ..plain()
            }
            .fitted(published.mean_run_s, published.median_run_s);
            assert!(
                (law.mean_s() / published.mean_run_s - 1.0).abs() < 1e-5,
                "{like:?}"
            );
            assert!(
                (law.below(published.median_run_s) - 0.5).abs() < 1e-5,
                "{like:?}"
            );
            assert!((1.0..4.0).contains(&law.sigma), "{like:?}: {}", law.sigma);
        }
        Ok(())
    }
}
