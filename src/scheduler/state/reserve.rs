//! A scheduler's estimates: where a job fits now, the power it would add, and when running jobs will end.

use super::{ClusterState, JobHandle, RunningJob};
use crate::scheduler::Placement;
use crate::scheduler::cluster::Allocation;
use crate::scheduler::cluster::hall::Domain;
use crate::scheduler::jobs::JobRecord;
use crate::scheduler::sort_key::SortKey;
use crate::workload::Locality;

/// A running job, as a reservation sees it.
pub(in crate::scheduler) struct ExpectedEnd<'a> {
    pub(in crate::scheduler) id: u64,
    /// By its user's estimate.
    pub(in crate::scheduler) end_s: f64,
    pub(in crate::scheduler) allocation: &'a Allocation,
    pub(in crate::scheduler) power_milliw: u64,
}

impl ClusterState {
    /// Where a waiting job could start now: the first hall with room and power for it.
    pub fn place(&self, handle: JobHandle) -> Option<Placement> {
        (0..self.cluster.halls().len()).find_map(|hall| self.place_in(hall, handle, None))
    }

    /// Where in a hall a waiting job could start now, outside a rack or pod.
    pub(in crate::scheduler) fn place_in(
        &self,
        hall: usize,
        handle: JobHandle,
        avoid: Option<Domain>,
    ) -> Option<Placement> {
        if let Some(cap) = &self.cap
            && !cap.fits(self.adds_milliw(hall, handle))
        {
            return None;
        }
        self.cluster
            .place_in(hall, self.gpus(handle), self.within(handle), avoid)
    }

    /// Whether only the number of its GPUs decides where a job fits.
    pub(in crate::scheduler) fn only_counts(&self, handle: JobHandle) -> bool {
        self.cap.is_none() && self.within(handle) == Locality::Hall
    }

    /// Estimated power that a waiting job would add in a hall.
    pub(in crate::scheduler) fn adds_milliw(&self, hall: usize, handle: JobHandle) -> u64 {
        let cap = self.cap.as_ref();
        cap.map_or(0, |cap| cap.job_milliw(hall, self.job(handle)))
    }

    /// Estimated power now, and the most there may be.
    pub(in crate::scheduler) fn power_milliw(&self) -> (u64, u64) {
        let cap = self.cap.as_ref();
        cap.map_or((0, u64::MAX), |cap| (cap.now_milliw(), cap.most_milliw()))
    }

    /// Running jobs by their estimated ends (start + estimate; the scheduler does not know of delays).
    pub(in crate::scheduler) fn by_estimate(&self) -> impl Iterator<Item = ExpectedEnd<'_>> {
        let running = self.running.iter();
        running.map(|index| self.expected_end(&self.jobs[index]))
    }

    /// A running job, as a reservation sees it.
    pub(in crate::scheduler) fn ending(&self, running: RunningJob) -> Option<ExpectedEnd<'_>> {
        Some(self.expected_end(self.record_of(running)?))
    }

    fn expected_end<'a>(&self, record: &'a JobRecord) -> ExpectedEnd<'a> {
        let cap = self.cap.as_ref();
        let hall = record.allocation().hall;
        ExpectedEnd {
            id: record.job().id,
            end_s: record.estimated_s(),
            allocation: record.allocation(),
            power_milliw: cap.map_or(0, |cap| cap.job_milliw(hall, record.job())),
        }
    }

    /// Whether a running job, back in the queue, would stand behind a waiting one.
    pub(in crate::scheduler) fn ranks_behind(
        &self,
        running: RunningJob,
        waiting: JobHandle,
    ) -> bool {
        let Some(runs) = self.record_of(running) else {
            return false;
        };
        let waits = &self.jobs[waiting.0];
        let place = |record: &JobRecord, estimate_s: f64| {
            let job = record.job();
            let rank = self.queue.order().rank(job, estimate_s, self.now_s);
            (SortKey(rank), job.id)
        };
        let left_s = (runs.estimated_s() - self.now_s).max(0.0);
        place(runs, left_s) > place(waits, waits.estimate_s())
    }

    /// Whether any job was put off and is still.
    pub(in crate::scheduler) fn puts_off(&self) -> bool {
        self.put_off.any()
    }

    /// The jobs that were put off, and when each joins the queue; by number.
    pub(in crate::scheduler) fn deferred(&self) -> Vec<(f64, JobHandle)> {
        let all = self.put_off.announced().into_iter();
        all.map(|(at_s, index)| (at_s, JobHandle(index))).collect()
    }
}
