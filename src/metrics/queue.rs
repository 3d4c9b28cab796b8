//! Jobs, their waits and the machines they held.
//!
//! ```text
//! gpu_hours = Σ allocated GPUs at the end of the step · dt        gpu_utilisation = gpu_hours/(GPUs · hours)
//! wait      = start − submit, over the jobs that started and ended within the run
//! ```

use super::histogram::Histogram;
use super::sum::Sum;
use super::summary::{WaitS, known};
use super::{Context, Metric, Summary};
use crate::snapshot::{Queue, Snapshot};
use crate::units::HOUR_S;

/// The metric.
#[derive(Debug, Clone)]
pub(crate) struct Jobs {
    gpus: f64,
    last: Option<Queue>,
    busy_s: Sum,
    seconds: Sum,
    completed: u64,
    failed: u64,
    waits: Histogram,
    waited_s: Sum,
    tokens: Sum,
}

impl Jobs {
    pub(crate) fn new(context: &Context) -> Self {
        Self {
            gpus: context.gpus,
            last: None,
            busy_s: Sum::default(),
            seconds: Sum::default(),
            completed: 0,
            failed: 0,
            waits: Histogram::default(),
            waited_s: Sum::default(),
            tokens: Sum::default(),
        }
    }
}

impl Metric for Jobs {
    fn observe(&mut self, s: &Snapshot) {
        let Some(queue) = s.queue else { return };
        self.last = Some(queue);
        self.busy_s.add(queue.busy_gpus as f64 * s.dt_s);
        self.seconds.add(s.dt_s);
        self.tokens.add(queue.service_tokens);
        for job in &s.finished {
            if job.completed {
                self.completed += 1;
            } else {
                self.failed += 1;
            }
            let wait_s = job.start_s - job.submit_s;
            self.waits.add(wait_s);
            self.waited_s.add(wait_s);
            self.tokens.add(job.tokens);
        }
    }

    fn report(&self, summary: &mut Summary) {
        let Some(queue) = self.last else { return };
        let ended = (self.completed + self.failed) as f64;
        let jobs = &mut summary.jobs;
        jobs.submitted = Some(queue.submitted);
        jobs.started = Some(queue.started);
        jobs.completed = Some(self.completed);
        jobs.failed = Some(self.failed);
        jobs.wait_s = WaitS {
            mean: known(self.waited_s.value() / ended),
            p50: known(self.waits.quantile(0.50)),
            p95: known(self.waits.quantile(0.95)),
            max: known(self.waits.max()),
        };
        jobs.gpu_hours = known(self.busy_s.value() / HOUR_S);
        jobs.gpu_utilisation = known(self.busy_s.value() / (self.gpus * self.seconds.value()));
        jobs.tokens = known(self.tokens.value());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::tests::{context, hour, report};
    use crate::snapshot::FinishedJob;

    fn job(wait_s: f64, tokens: f64, completed: bool) -> FinishedJob {
        FinishedJob {
            id: 1,
            class: "batch",
            gpus: 8,
            submit_s: 100.0,
            start_s: 100.0 + wait_s,
            end_s: 1000.0,
            tokens,
            completed,
            ..FinishedJob::default()
        }
    }

    /// By hand: 40 then 80 of 100 GPUs are 120 GPU-hours, 60 %. Waits 0, 60, 600 s: mean 220, median 60.
    #[test]
    fn counts_waits_and_hours() {
        let step = |at, busy_gpus, finished: &[FinishedJob]| {
            let mut s = hour(at, 1e6);
            s.queue = Some(Queue {
                busy_gpus,
                submitted: 9,
                started: 5,
                service_tokens: 1e6,
                ..Queue::default()
            });
            s.finished = finished.to_vec();
            s
        };
        let steps = [
            step(1.0, 40, &[job(0.0, 5e6, true)]),
            step(2.0, 80, &[job(60.0, 7e6, true), job(600.0, 1e6, false)]),
        ];
        let jobs = report(Jobs::new(&context()), &steps).jobs;
        assert_eq!((jobs.submitted, jobs.started), (Some(9), Some(5)));
        assert_eq!((jobs.completed, jobs.failed), (Some(2), Some(1)));
        assert_eq!(
            (jobs.wait_s.mean, jobs.wait_s.max),
            (Some(220.0), Some(600.0))
        );
        assert!((jobs.wait_s.p50.unwrap() / 60.0 - 1.0).abs() < 0.005);
        assert!((jobs.wait_s.p95.unwrap() / 600.0 - 1.0).abs() < 0.005);
        assert_eq!(
            (jobs.gpu_hours, jobs.gpu_utilisation),
            (Some(120.0), Some(0.6))
        );
        assert_eq!(jobs.tokens, Some(15e6));
    }

    #[test]
    fn a_queue_that_ended_nothing_has_no_waits() {
        let mut s = hour(1.0, 1e6);
        s.queue = Some(Queue::default());
        let jobs = report(Jobs::new(&context()), &[s]).jobs;
        assert_eq!((jobs.completed, jobs.wait_s), (Some(0), WaitS::default()));
    }
}
