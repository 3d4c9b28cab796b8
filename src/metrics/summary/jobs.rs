//! The groups of the summary that tell of jobs.

use serde::{Deserialize, Serialize};

use super::figure::{Figure, Flat};

group! {
    /// Waits of jobs that started and ended within the run, s.
    WaitS {
        /// Exact.
        mean: Option<f64>,
        /// Half of the jobs waited no longer; within 0.5 %.
        p50: Option<f64>,
        /// 95 % of the jobs waited no longer; within 0.5 %.
        p95: Option<f64>,
        /// 99 % of the jobs waited no longer; within 0.5 %.
        p99: Option<f64>,
        /// Exact.
        max: Option<f64>,
    }
}

group! {
    /// Jobs and the machines they held.
    Jobs {
        /// Submitted.
        submitted: Option<u64>,
        /// Started.
        started: Option<u64>,
        /// Ended with success.
        completed: Option<u64>,
        /// Ended in failure, or never started because no hall could hold them.
        failed: Option<u64>,
        /// Stopped by their users.
        cancelled: Option<u64>,
        /// Waits.
        wait_s: WaitS,
        /// Bounded slowdown: (wait + run)/run, where ten minutes stand for a shorter run.
        slowdown_mean: Option<f64>,
        /// Half of the jobs had no greater one.
        slowdown_p50: Option<f64>,
        /// 95 % of the jobs had no greater one.
        slowdown_p95: Option<f64>,
        /// Jobs that still wait for their first start at the end of the run.
        waiting: Option<u64>,
        /// GPU-hours of their work.
        waiting_gpu_hours: Option<f64>,
        /// How long they have waited so far, mean.
        waiting_wait_s_mean: Option<f64>,
        /// How long they have waited so far, the longest.
        waiting_wait_s_max: Option<f64>,
        /// Waits of all submitted jobs that fit, those still waiting as if they started at the end of the run: no
        /// true figure is lower.
        wait_at_least_s_mean: Option<f64>,
        /// The same of half of them.
        wait_at_least_s_p50: Option<f64>,
        /// The same of 95 %.
        wait_at_least_s_p95: Option<f64>,
        /// GPU-hours of work in the queue, mean over time.
        backlog_gpu_hours_mean: Option<f64>,
        /// The most at the end of a step.
        backlog_gpu_hours_max: Option<f64>,
        /// Jobs that ended by their deadline.
        deadlines_met: Option<u64>,
        /// Jobs that did not, with those that had not ended by it when the run did.
        deadlines_missed: Option<u64>,
        /// Hours that jobs whose start may be put off waited, all together.
        deferred_hours: Option<f64>,
        /// Allocated GPUs × hours, for jobs and services.
        gpu_hours: Option<f64>,
        /// Allocated share of all GPUs, mean.
        gpu_utilisation: Option<f64>,
        /// Tokens of jobs that ended and of services.
        tokens: Option<f64>,
    }
}

group! {
    /// Jobs of one class.
    ClassJobs {
        /// Jobs that started and ended within the run.
        ended: Option<u64>,
        /// Jobs that still wait for their first start at the end of the run.
        waiting: Option<u64>,
        /// GPUs × hours of the jobs that ended.
        gpu_hours: Option<f64>,
        /// Waits.
        wait_s: WaitS,
        /// Bounded slowdown.
        slowdown_mean: Option<f64>,
        /// Half of the jobs had no greater one.
        slowdown_p50: Option<f64>,
        /// 95 % of the jobs had no greater one.
        slowdown_p95: Option<f64>,
    }
}

group! {
    /// Work that was done, and what a unit of it took.
    WorkDone {
        /// Useful GPU-hours of jobs, and chips × load × clock × hours of services and imposed loads: at full clock.
        gpu_hours: Option<f64>,
        /// Energy of the facility for each of them, kWh.
        kwh_per_gpu_hour: Option<f64>,
        /// Energy of the facility for each token, J.
        j_per_token: Option<f64>,
    }
}

group! {
    /// What became of the time for which jobs held their GPUs.
    Goodput {
        /// Useful share of it.
        goodput: Option<f64>,
        /// Work that was kept, at full clock.
        useful_gpu_hours: Option<f64>,
        /// Saving state.
        saving_gpu_hours: Option<f64>,
        /// Starting again after interruptions.
        restarting_gpu_hours: Option<f64>,
        /// Work that interruptions undid.
        again_gpu_hours: Option<f64>,
        /// What clocks below full added.
        slowed_gpu_hours: Option<f64>,
        /// How often a running job was stopped.
        interruptions: Option<u64>,
        /// Failures of servers.
        failures: Option<u64>,
        /// GPUs in servers out of service × hours.
        down_gpu_hours: Option<f64>,
    }
}

impl Figure for WaitS {
    fn is_absent(&self) -> bool {
        WaitS::is_absent(self)
    }
    fn flatten(&self, group: &'static str, _: &'static str, out: &mut Flat) {
        let from = out.len();
        WaitS::flatten(self, group, out);
        for (_, key, _) in &mut out[from..] {
            *key = match *key {
                "mean" => "wait_s_mean",
                "p50" => "wait_s_p50",
                "p95" => "wait_s_p95",
                "p99" => "wait_s_p99",
                _ => "wait_s_max",
            };
        }
    }
}
