//! The groups of the summary about jobs.

use serde::{Deserialize, Serialize};

use crate::metrics::figures::{Heading, Known, figures, is_absent};

/// Waits of jobs that started and ended within the run, s.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct WaitS {
    /// Exact.
    #[serde(skip_serializing_if = "is_absent")]
    pub mean: Option<f64>,
    /// Half of the jobs waited no longer; within 0.5 %.
    #[serde(skip_serializing_if = "is_absent")]
    pub p50: Option<f64>,
    /// 95 % of the jobs waited no longer; within 0.5 %.
    #[serde(skip_serializing_if = "is_absent")]
    pub p95: Option<f64>,
    /// 99 % of the jobs waited no longer; within 0.5 %.
    #[serde(skip_serializing_if = "is_absent")]
    pub p99: Option<f64>,
    /// Exact.
    #[serde(skip_serializing_if = "is_absent")]
    pub max: Option<f64>,
}

impl Known for WaitS {
    fn is_absent(&self) -> bool {
        let all = [self.mean, self.p50, self.p95, self.p99, self.max];
        all.iter().all(is_absent)
    }
}

figures! {
    /// Jobs and the machines they held.
    Jobs {
        /// Jobs submitted.
        submitted: Option<u64> = Count.by_gpus("jobs submitted", 0);
        /// Jobs started.
        started: Option<u64> = Count;
        /// Jobs that ended with success.
        completed: Option<u64> = Count
            .row(Heading::Work, "jobs completed", 0)
            // A site of services alone has a queue without jobs.
            .unless(|summary| summary.jobs.submitted == Some(0));
        /// Ended by a fault of their own (`outcomes`), or too large for every hall.
        failed: Option<u64> = Count;
        /// Stopped by their users; absent where none is.
        cancelled: Option<u64> = Count;
        /// Waits of the jobs that started and ended within the run.
        wait_s: WaitS = {
            /// Waits of the jobs that started and ended within the run, mean.
            mean = Seconds.row(Heading::Work, "mean wait", 2).rank(2).by_gpus("", 2).headline();
            /// Half of them waited no longer; quantiles within 0.5 %.
            p50 = Seconds.by_gpus("  median", 2);
            /// 95 % waited no longer.
            p95 = Seconds.row(Heading::Work, "95 % wait less than", 2).rank(2).by_gpus("", 2);
            /// 99 % waited no longer.
            p99 = Seconds.by_gpus("99 % wait less than", 2);
            /// The longest.
            max = Seconds.by_gpus("longest wait", 2);
        };
        /// Bounded slowdown of the same jobs, mean: (wait + run) / run, where ten minutes stand for a shorter run
        /// (Feitelson's has ten seconds).
        slowdown_mean: Option<f64> = Ratio;
        /// Half of them had no greater one.
        slowdown_p50: Option<f64> = Ratio.by_gpus("slowdown, median", 2);
        /// 95 % had no greater one.
        slowdown_p95: Option<f64> = Ratio;
        /// Still in the queue at the end of the run, never started.
        waiting: Option<u64> = Count.by_gpus("still waiting at the end", 0);
        /// Hours of their work.
        waiting_gpu_hours: Option<f64> = GpuHours;
        /// How long those have waited so far, mean. Censored: their true waits are longer, and in no other figure but the
        /// four that follow; absent where none waits.
        waiting_wait_s_mean: Option<f64> = Seconds;
        /// The longest.
        waiting_wait_s_max: Option<f64> = Seconds;
        /// Over all jobs submitted that fit, those running with their true waits, those waiting as if they started at the
        /// end of the run: lower bounds. Where they lie far above `wait_s`, the queue grows, and `wait_s` means little.
        #[serde(alias = "wait_at_least_s_mean")]
        wait_lower_bound_s_mean: Option<f64> = Seconds.by_gpus("mean wait, queue included", 2);
        /// The same of half of them.
        #[serde(alias = "wait_at_least_s_p50")]
        wait_lower_bound_s_p50: Option<f64> = Seconds;
        /// The same of 95 %.
        #[serde(alias = "wait_at_least_s_p95")]
        wait_lower_bound_s_p95: Option<f64> = Seconds;
        /// Work in the queue, mean over time.
        backlog_gpu_hours_mean: Option<f64> = GpuHours.by_gpus("backlog, mean", 0);
        /// The most at any moment.
        backlog_gpu_hours_max: Option<f64> = GpuHours.by_gpus("  largest", 0);
        /// Jobs that ended by their deadline.
        deadlines_met: Option<u64> = Count;
        /// Jobs that did not, with those whose deadline passed and that had not ended with the run.
        deadlines_missed: Option<u64> = Count
            .zero("deadlines missed", 0)
            .rank(9)
            .warns(|jobs, _| format!("{jobs:.0} jobs missed their deadline"));
        /// Waits of jobs whose start could be put off (`deferrable`), added up, whatever they waited for.
        deferred_hours: Option<f64> = Hours;
        /// GPUs held by jobs and services × hours.
        gpu_hours: Option<f64> = GpuHours.row(Heading::Work, "GPU time", 0);
        /// Share of all GPUs held, mean.
        gpu_utilisation: Option<f64> = Share.row(Heading::Work, "GPUs allocated", 1).by_gpus("", 1);
        /// Of jobs that ended, and of services.
        tokens: Option<f64> = Tokens
            .row(Heading::Work, "tokens", 0)
            .rank(1)
            .unless(|summary| summary.jobs.tokens == Some(0.0));
    }
}

figures! {
    /// Jobs of one class.
    ClassJobs {
        /// Jobs of this class that started and ended within the run. The groups of pretraining, fine tuning and batch are
        /// alike.
        ended: Option<u64> = Count;
        /// Still in the queue at the end of the run.
        waiting: Option<u64> = Count;
        /// GPUs × hours of those that ended.
        gpu_hours: Option<f64> = GpuHours;
        /// As in `jobs`.
        wait_s: WaitS = {
            /// Waits and slowdowns as in `jobs`.
            mean = Seconds;
            /// As in `jobs`.
            p50 = Seconds;
            /// As in `jobs`.
            p95 = Seconds;
            /// As in `jobs`.
            p99 = Seconds;
            /// As in `jobs`.
            max = Seconds;
        };
        /// As in `jobs`.
        slowdown_mean: Option<f64> = Ratio;
        /// As in `jobs`.
        slowdown_p50: Option<f64> = Ratio;
        /// As in `jobs`.
        slowdown_p95: Option<f64> = Ratio;
    }
}
