//! The queue and the jobs as a scheduler, or a later observer, reads them.

use super::{ClusterState, JobHandle, JobRecord};
use crate::scheduler::{Holding, JobEnergy, Queue};
use crate::workload::{Class, Job, Locality};

/// A job that has not left yet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ActiveJob {
    /// Kind of work.
    pub class: Class,
    /// GPUs it requests or holds.
    pub gpus: u32,
    /// When it joined the queue, s since the start of the run.
    pub submit_s: f64,
    /// When it started for the first time; None: it still waits for that.
    pub start_s: Option<f64>,
    /// Work that is left, s, of one that waits.
    pub left_s: f64,
    /// When it should have ended, s since the start of the run.
    pub deadline_s: f64,
    /// What its GPUs drew so far; None where it is not counted.
    pub energy: Option<JobEnergy>,
}

impl ClusterState {
    /// The first job in the queue.
    pub fn head(&self) -> Option<JobHandle> {
        self.queue.head().map(JobHandle)
    }

    /// The job behind.
    pub fn next(&self, handle: JobHandle) -> Option<JobHandle> {
        self.queue.next(handle.0).map(JobHandle)
    }

    /// The first job that arrived since the scheduler was last called.
    pub fn first_new(&self) -> Option<JobHandle> {
        self.queue.first_new().map(JobHandle)
    }

    /// Jobs in the queue before `first_new`, as long as none of the new ones has started.
    pub fn old_jobs(&self) -> u64 {
        self.queue.old_jobs()
    }

    /// GPUs a waiting job requests.
    pub fn gpus(&self, handle: JobHandle) -> u32 {
        self.queue.gpus(handle.0)
    }

    /// Where a waiting job must lie.
    pub fn within(&self, handle: JobHandle) -> Locality {
        self.queue.within(handle.0)
    }

    /// Run time a waiting job was announced with, s; what is left of it after an interruption, with saves and restart.
    pub fn estimate_s(&self, handle: JobHandle) -> f64 {
        self.queue.estimate_s(handle.0)
    }

    /// Number of a waiting job.
    pub fn id(&self, handle: JobHandle) -> u64 {
        self.job(handle).id
    }

    /// All there is to know of a waiting job.
    pub fn job(&self, handle: JobHandle) -> &Job {
        self.jobs[handle.0].job()
    }

    /// All jobs that wait or run, in no order that means anything, but always the same; without their energy.
    pub fn active_jobs(&self) -> impl Iterator<Item = ActiveJob> {
        let records = self.jobs.iter();
        records.map(|record| active(record, None))
    }

    /// The same with their energy, where it is counted: `read` says what some GPUs drew from the start of the run up to a moment.
    pub fn metered_jobs(
        &self,
        mut read: impl FnMut(&Holding) -> JobEnergy,
    ) -> impl Iterator<Item = ActiveJob> {
        self.jobs.iter().map(move |record| {
            let whole = self.cluster.halls()[record.allocation().hall].gpus_per_server;
            active(record, self.energy.so_far(record, whole, &mut read))
        })
    }

    /// The queue and the machines it feeds. What services deliver and how often servers failed others know.
    pub(in crate::scheduler) fn totals(&self) -> Queue {
        let (waiting, running) = (self.queue.totals(), self.running.totals());
        let (now_s, rates) = (self.now_s, self.rates());
        let [busy_gpu_s, backlog_gpu_s2, down_gpu_s] = self.meter.since_start(now_s, rates);
        let [mean_busy_gpus, mean_backlog_gpu_s, _] = self.meter.means(now_s, rates);
        Queue {
            waiting_jobs: waiting.jobs,
            waiting_gpus: waiting.gpus,
            waiting_gpu_s: waiting.gpu_s,
            running_jobs: running.jobs,
            busy_gpus: running.gpus + self.loads.service_gpus(),
            busy_gpu_s,
            backlog_gpu_s2,
            down_gpu_s,
            mean_busy_gpus,
            mean_backlog_gpu_s,
            most_backlog_gpu_s: self.meter.most_backlog_gpu_s(),
            submitted: self.submitted,
            started: self.started,
            interruptions: running.interruptions,
            lost_gpu_s: running.lost_gpu_s,
            spent: self.running.spent(&self.jobs, self.now_s),
            down_gpus: self.down_gpus,
            ..Queue::default()
        }
    }
}

fn active(record: &JobRecord, energy: Option<JobEnergy>) -> ActiveJob {
    let job = record.job();
    ActiveJob {
        class: job.class,
        gpus: job.gpus,
        submit_s: job.submit_s,
        start_s: record.first_start_s(),
        left_s: record.left_s(),
        deadline_s: job.deadline_s,
        energy,
    }
}
