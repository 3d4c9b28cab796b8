//! Jobs that wait outside the queue: for a better hour, or for the moment before which they may not start.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::scheduler::jobs::JobIndex;
use crate::scheduler::rules::defer::Deferral;
use crate::scheduler::sort_key::SortKey;
use crate::workload::Job;

/// Until when, number, place.
type Entry = Reverse<(SortKey, u64, JobIndex)>;

/// The jobs that were put off.
#[derive(Debug, Default)]
pub(in crate::scheduler) struct PutOff {
    deferral: Option<Deferral>,
    announced: BinaryHeap<Entry>,
    /// Those for which the scheduler does not look when their moment comes.
    unannounced: BinaryHeap<Entry>,
}

impl PutOff {
    /// Deferral rule of deferrable jobs.
    pub(in crate::scheduler) fn set_deferral(&mut self, deferral: Option<Deferral>) {
        self.deferral = deferral;
    }

    /// Keeps a new job for later where it can wait or must.
    pub(in crate::scheduler) fn take(&mut self, index: JobIndex, job: &Job, now_s: f64) -> bool {
        let deferral = self.deferral.as_mut();
        let deferred_s = deferral.map_or(job.not_before_s, |rule| rule.release_s(job));
        let release_s = deferred_s.max(job.not_before_s);
        if release_s <= now_s {
            return false;
        }
        let entry = Reverse((SortKey(release_s), job.id, index));
        if job.unannounced {
            self.unannounced.push(entry);
        } else {
            self.announced.push(entry);
        }
        true
    }

    /// Whether any job is still put off of which the scheduler knows when it comes.
    pub(in crate::scheduler) fn any(&self) -> bool {
        !self.announced.is_empty()
    }

    /// Those of which the scheduler knows when each joins the queue, s, by number.
    pub(in crate::scheduler) fn announced(&self) -> Vec<(f64, JobIndex)> {
        let all = self.announced.iter();
        let mut all: Vec<_> = all
            .map(|Reverse((at_s, id, index))| (*id, at_s.0, *index))
            .collect();
        all.sort_unstable_by_key(|(id, ..)| *id);
        all.into_iter()
            .map(|(_, at_s, index)| (at_s, index))
            .collect()
    }

    /// When the next of them joins the queue, s.
    pub(in crate::scheduler) fn next_s(&self) -> f64 {
        let next = self.announced.peek();
        next.map_or(f64::INFINITY, |Reverse((at_s, ..))| at_s.0)
    }

    /// The next whose moment has come.
    pub(in crate::scheduler) fn due(&mut self, now_s: f64) -> Option<JobIndex> {
        due(&mut self.announced, now_s)
    }

    /// The same of those without a known time.
    pub(in crate::scheduler) fn due_unannounced(&mut self, now_s: f64) -> Option<JobIndex> {
        due(&mut self.unannounced, now_s)
    }
}

fn due(heap: &mut BinaryHeap<Entry>, now_s: f64) -> Option<JobIndex> {
    let Reverse((at_s, _, index)) = *heap.peek()?;
    (at_s.0 <= now_s).then(|| {
        heap.pop();
        index
    })
}
