//! Waits and slowdowns of any number of jobs.

use super::groups::WaitS;
use crate::histogram::{Histogram, Sample};
use crate::metrics::figures::known;
use crate::metrics::sum::Sum;
use crate::snapshot::FinishedJob;
use crate::units::HOUR_S;

/// Times of some jobs.
#[derive(Debug, Clone, Default)]
pub(super) struct Times {
    count: u64,
    sum: Sum,
    histogram: Histogram,
}

impl Times {
    pub(super) fn add(&mut self, value: f64) {
        self.count(Sample::of(value));
    }

    pub(super) fn count(&mut self, sample: Sample) {
        self.count += 1;
        self.sum.add(sample.value);
        self.histogram.count(sample);
    }

    pub(super) fn mean(&self) -> Option<f64> {
        known(self.sum.value() / self.count as f64)
    }

    pub(super) fn quantile(&self, q: f64) -> Option<f64> {
        known(self.histogram.quantile(q))
    }

    pub(super) fn max(&self) -> Option<f64> {
        known(self.histogram.max())
    }

    pub(super) fn wait_s(&self) -> WaitS {
        WaitS {
            mean: self.mean(),
            p50: self.quantile(0.50),
            p95: self.quantile(0.95),
            p99: self.quantile(0.99),
            max: self.max(),
        }
    }
}

/// Jobs that started and ended.
#[derive(Debug, Clone, Default)]
pub(super) struct Ended {
    pub(super) count: u64,
    pub(super) gpu_s: Sum,
    pub(super) waits: Times,
    pub(super) slowdowns: Times,
}

impl Ended {
    pub(super) fn add(&mut self, job: &FinishedJob, wait: Sample, slowdown: Sample) {
        self.count += 1;
        self.gpu_s
            .add(f64::from(job.gpus) * (job.end_s - job.start_s));
        self.waits.count(wait);
        self.slowdowns.count(slowdown);
    }

    pub(super) fn gpu_hours(&self) -> Option<f64> {
        known(self.gpu_s.value() / HOUR_S)
    }
}
