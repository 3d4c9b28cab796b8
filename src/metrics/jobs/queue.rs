//! Jobs, their waits and the machines they held.
//!
//! ```text
//! gpu_hours = ∫ allocated GPUs dt                                  gpu_utilisation = gpu_hours/(GPUs · hours)
//! wait      = first start − submit, over the jobs that started and ended within the run
//! slowdown  = max(1, (end − submit)/max(end − start, 600 s))      the same jobs
//! backlog   = Σ GPUs · run time at full clock left, of the jobs in the queue; mean over time
//! bound     = waits of all that were submitted and fit, where those in the queue start at the end of the run
//! ```
//!
//! Integrals are exact: what is allocated and what waits changes only at events, and the dispatcher counts at each.
//!
//! Source of the bounded slowdown: Feitelson, *Metrics for parallel job scheduling and their convergence* (2001), with ten
//! minutes in place of its ten seconds, as jobs on GPUs are started by people. What still waits when a run ends is
//! censored: its true wait is longer than any figure here. Where the queue grows over the run, the waits of those that
//! ended mean little, and `waiting` and the lower bounds mean more.

mod groups;
mod waits;

use crate::histogram::Sample;
use crate::metrics::figures::known;
use crate::metrics::sum::Sum;
use crate::metrics::{Context, Metric, Summary};
use crate::snapshot::{ActiveJob, FinishedJob, Queue, Snapshot};
use crate::units::HOUR_S;
use crate::workload::{Class, Outcome};
pub use groups::{ClassJobs, Jobs, WaitS};
use waits::{Ended, Times};

/// Shorter runs count as this long, s.
const SHORTEST_RUN_S: f64 = 600.0;
/// Classes with jobs.
const CLASSES: [Class; 3] = [Class::Pretraining, Class::FineTuning, Class::Batch];

/// How many times its run a job was in the system.
pub fn slowdown(job: &FinishedJob) -> f64 {
    ((job.end_s - job.submit_s) / (job.end_s - job.start_s).max(SHORTEST_RUN_S)).max(1.0)
}

/// The metric.
#[derive(Debug, Clone)]
pub(crate) struct JobsMetric {
    gpus: f64,
    last: Option<Queue>,
    seconds: Sum,
    completed: u64,
    failed: u64,
    cancelled: u64,
    all: Ended,
    classes: [Ended; 3],
    /// Waits with those of jobs that had not ended.
    lower_bounds: Times,
    /// So far, of those that had not started.
    waiting: Times,
    waiting_gpu_s: Sum,
    waiting_by_class: [u64; 3],
    met: u64,
    missed: u64,
    deferred_s: Option<Sum>,
    tokens: Sum,
}

impl JobsMetric {
    pub(crate) fn new(context: &Context) -> Self {
        Self {
            gpus: context.gpus,
            last: None,
            seconds: Sum::default(),
            completed: 0,
            failed: 0,
            cancelled: 0,
            all: Ended::default(),
            classes: Default::default(),
            lower_bounds: Times::default(),
            waiting: Times::default(),
            waiting_gpu_s: Sum::default(),
            waiting_by_class: [0; 3],
            met: 0,
            missed: 0,
            deferred_s: None,
            tokens: Sum::default(),
        }
    }

    fn left(&mut self, job: &FinishedJob) {
        match job.outcome {
            Outcome::Completed if job.completed => self.completed += 1,
            Outcome::Cancelled => self.cancelled += 1,
            _ => self.failed += 1,
        }
        self.tokens.add(job.tokens);
        if job.refused {
            return;
        }
        let wait_s = job.start_s - job.submit_s;
        let (wait, slowdown) = (Sample::of(wait_s), Sample::of(slowdown(job)));
        self.all.add(job, wait, slowdown);
        if let Some(at) = CLASSES.iter().position(|class| class.name() == job.class)
            && let Some(of_class) = self.classes.get_mut(at)
        {
            of_class.add(job, wait, slowdown);
        }
        self.lower_bounds.count(wait);
        if job.deadline_s.is_finite() {
            if job.end_s <= job.deadline_s {
                self.met += 1;
            } else {
                self.missed += 1;
            }
        }
        if job.deferrable_s > 0.0 {
            self.deferred_s.get_or_insert_default().add(wait_s);
        }
    }

    fn class_jobs(&self, at: usize) -> ClassJobs {
        let (ended, waiting) = (&self.classes[at], self.waiting_by_class[at]);
        if ended.count == 0 && waiting == 0 {
            return ClassJobs::default();
        }
        ClassJobs {
            ended: Some(ended.count),
            waiting: Some(waiting),
            gpu_hours: ended.gpu_hours(),
            wait_s: ended.waits.wait_s(),
            slowdown_mean: ended.slowdowns.mean(),
            slowdown_p50: ended.slowdowns.quantile(0.50),
            slowdown_p95: ended.slowdowns.quantile(0.95),
        }
    }
}

impl Metric for JobsMetric {
    fn observe(&mut self, s: &Snapshot) {
        let Some(queue) = s.queue else { return };
        self.last = Some(queue);
        self.seconds.add(s.dt_s);
        self.tokens.add(queue.service_tokens);
        for job in &s.finished {
            self.left(job);
        }
    }

    fn at_end(&mut self, present: &[ActiveJob], time_s: f64) {
        for job in present {
            self.lower_bounds
                .add(job.start_s.unwrap_or(time_s) - job.submit_s);
            self.missed += u64::from(job.deadline_s < time_s);
            if job.start_s.is_some() {
                continue;
            }
            self.waiting.add(time_s - job.submit_s);
            self.waiting_gpu_s.add(f64::from(job.gpus) * job.left_s);
            if let Some(at) = CLASSES.iter().position(|class| *class == job.class) {
                self.waiting_by_class[at] += 1;
            }
        }
    }

    fn report(&self, summary: &mut Summary) {
        let Some(queue) = self.last else { return };
        let deadlines = self.met + self.missed > 0;
        let jobs = &mut summary.jobs;
        jobs.submitted = Some(queue.submitted);
        jobs.started = Some(queue.started);
        jobs.completed = Some(self.completed);
        jobs.failed = Some(self.failed);
        jobs.cancelled = (self.cancelled > 0).then_some(self.cancelled);
        jobs.wait_s = self.all.waits.wait_s();
        jobs.slowdown_mean = self.all.slowdowns.mean();
        jobs.slowdown_p50 = self.all.slowdowns.quantile(0.50);
        jobs.slowdown_p95 = self.all.slowdowns.quantile(0.95);
        jobs.waiting = Some(queue.waiting_jobs);
        jobs.waiting_gpu_hours = known(self.waiting_gpu_s.value() / HOUR_S);
        jobs.waiting_wait_s_mean = self.waiting.mean();
        jobs.waiting_wait_s_max = self.waiting.max();
        jobs.wait_lower_bound_s_mean = self.lower_bounds.mean();
        jobs.wait_lower_bound_s_p50 = self.lower_bounds.quantile(0.50);
        jobs.wait_lower_bound_s_p95 = self.lower_bounds.quantile(0.95);
        jobs.backlog_gpu_hours_mean = known(queue.backlog_gpu_s2 / self.seconds.value() / HOUR_S);
        jobs.backlog_gpu_hours_max = known(queue.most_backlog_gpu_s / HOUR_S);
        jobs.deadlines_met = deadlines.then_some(self.met);
        jobs.deadlines_missed = deadlines.then_some(self.missed);
        jobs.deferred_hours = self.deferred_s.map(|sum| sum.value() / HOUR_S);
        jobs.gpu_hours = known(queue.busy_gpu_s / HOUR_S);
        jobs.gpu_utilisation = known(queue.busy_gpu_s / (self.gpus * self.seconds.value()));
        jobs.tokens = known(self.tokens.value());
        summary.jobs_pretraining = self.class_jobs(0);
        summary.jobs_fine_tuning = self.class_jobs(1);
        summary.jobs_batch = self.class_jobs(2);
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
            outcome: if completed {
                Outcome::Completed
            } else {
                Outcome::Failed
            },
            ..FinishedJob::default()
        }
    }

    /// By hand: 40 of 100 GPUs for an hour, 120 GPU-hours by the end of the second: 60 %. Waits 0, 60, 600 s: mean 220, median 60.
    #[test]
    fn counts_waits_and_hours() {
        let step = |at, busy_gpu_hours, finished: &[FinishedJob]| {
            let mut s = hour(at, 1e6);
            s.queue = Some(Queue {
                busy_gpu_s: busy_gpu_hours * HOUR_S,
                submitted: 9,
                started: 5,
                service_tokens: 1e6,
                ..Queue::default()
            });
            s.finished = finished.to_vec();
            s
        };
        let steps = [
            step(1.0, 40.0, &[job(0.0, 5e6, true)]),
            step(2.0, 120.0, &[job(60.0, 7e6, true), job(600.0, 1e6, false)]),
        ];
        let jobs = report(JobsMetric::new(&context()), &steps).jobs;
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

    /// By hand. A waits 0 and runs 1,000 s; B waits 600 s and runs 300 s: (600 + 300)/600 = 1.5. C is refused and has no
    /// wait. At 7,200 s D runs since 100 s after its submission, and E has waited 3,600 s with 8 GPUs · 450 s = 1 GPU-hour.
    #[test]
    fn slowdowns_deadlines_and_what_still_waits() {
        let of = |class, submit_s, start_s, end_s| FinishedJob {
            class,
            submit_s,
            start_s,
            end_s,
            gpus: 4,
            completed: true,
            deadline_s: 1000.0,
            ..FinishedJob::default()
        };
        let mut first = hour(1.0, 1e6);
        first.queue = Some(Queue::default());
        first.finished = vec![
            of("batch", 0.0, 0.0, 1000.0),
            FinishedJob {
                outcome: Outcome::Cancelled,
                completed: false,
                deferrable_s: 3600.0,
                ..of("fine_tuning", 200.0, 800.0, 1100.0)
            },
            FinishedJob {
                refused: true,
                outcome: Outcome::Failed,
                completed: false,
                ..of("batch", 50.0, 50.0, 50.0)
            },
        ];
        let mut second = hour(2.0, 1e6);
        second.queue = Some(Queue {
            waiting_jobs: 1,
            backlog_gpu_s2: 7_200.0 * HOUR_S,
            most_backlog_gpu_s: 7_200.0,
            ..Queue::default()
        });
        let mut metric = JobsMetric::new(&context());
        metric.observe(&first);
        metric.observe(&second);
        let present = |submit_s, start_s| ActiveJob {
            class: Class::Batch,
            gpus: 8,
            submit_s,
            start_s,
            left_s: 450.0,
            deadline_s: 5_000.0,
            energy: None,
        };
        metric.at_end(
            &[present(0.0, Some(100.0)), present(3_600.0, None)],
            7_200.0,
        );
        let mut summary = Summary::default();
        metric.report(&mut summary);
        let jobs = summary.jobs;
        assert_eq!(
            (jobs.completed, jobs.failed, jobs.cancelled),
            (Some(1), Some(1), Some(1))
        );
        assert_eq!(
            (jobs.wait_s.mean, jobs.wait_s.p99),
            (Some(300.0), Some(600.0))
        );
        assert_eq!(
            (jobs.slowdown_mean, jobs.slowdown_p95),
            (Some(1.25), Some(1.5))
        );
        assert_eq!((jobs.waiting, jobs.waiting_gpu_hours), (Some(1), Some(1.0)));
        assert_eq!(
            (jobs.waiting_wait_s_mean, jobs.waiting_wait_s_max),
            (Some(3_600.0), Some(3_600.0))
        );
        // (0 + 600 + 100 + 3,600)/4
        assert_eq!(jobs.wait_lower_bound_s_mean, Some(1_075.0));
        assert_eq!(
            (jobs.backlog_gpu_hours_mean, jobs.backlog_gpu_hours_max),
            (Some(1.0), Some(2.0))
        );
        // A met it; B, and D and E at the end, did not.
        assert_eq!(
            (jobs.deadlines_met, jobs.deadlines_missed),
            (Some(1), Some(3))
        );
        assert_eq!(jobs.deferred_hours, Some(600.0 / 3_600.0));
        assert_eq!(
            (summary.jobs_batch.ended, summary.jobs_batch.waiting),
            (Some(1), Some(1))
        );
        assert_eq!(summary.jobs_fine_tuning.wait_s.max, Some(600.0));
        assert_eq!(summary.jobs_pretraining, ClassJobs::default());
    }

    #[test]
    fn a_queue_that_ended_nothing_has_no_waits() {
        let mut s = hour(1.0, 1e6);
        s.queue = Some(Queue::default());
        let jobs = report(JobsMetric::new(&context()), &[s]).jobs;
        assert_eq!((jobs.completed, jobs.wait_s), (Some(0), WaitS::default()));
    }
}
