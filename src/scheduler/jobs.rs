//! The jobs that wait or run: a record each. Places are used again, so memory follows the jobs present, not the jobs seen.

pub(super) mod record;

use std::ops::{Index, IndexMut};

use crate::workload::Job;
pub(super) use record::JobRecord;

/// The place of a job's record, from its submission until it leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct JobIndex(u32);

impl JobIndex {
    /// No job.
    pub(super) const NONE: Self = Self(u32::MAX);

    /// Where lists beside the table keep what they know of the job.
    pub(super) fn place(self) -> usize {
        self.0 as usize
    }
}

/// All records. What the table gave an index for is there until `remove`: no look-up may fail.
#[derive(Debug, Default)]
pub(super) struct JobTable {
    records: Vec<JobRecord>,
    unused: Vec<JobIndex>,
}

impl JobTable {
    /// A new job, waiting, in the place freed last or at the end.
    pub(super) fn insert(&mut self, job: &Job) -> JobIndex {
        if let Some(index) = self.unused.pop() {
            self[index].fill(job);
            return index;
        }
        self.records.push(JobRecord::new(*job));
        JobIndex((self.records.len() - 1) as u32)
    }

    /// A job has left: `JobRecord::finish` or `abandon` was its last.
    pub(super) fn remove(&mut self, index: JobIndex) {
        debug_assert!(self[index].is_free(), "a job is removed that has not left");
        self.unused.push(index);
    }

    /// The jobs present, in the order of their places.
    pub(super) fn iter(&self) -> impl Iterator<Item = &JobRecord> {
        self.records.iter().filter(|record| !record.is_free())
    }

    /// Places in use and free ones.
    #[cfg(test)]
    pub(super) fn places(&self) -> usize {
        self.records.len()
    }
}

impl Index<JobIndex> for JobTable {
    type Output = JobRecord;

    fn index(&self, index: JobIndex) -> &JobRecord {
        let record = self.records.get(index.place());
        record.expect("a job of the table has a record")
    }
}

impl IndexMut<JobIndex> for JobTable {
    fn index_mut(&mut self, index: JobIndex) -> &mut JobRecord {
        let record = self.records.get_mut(index.place());
        record.expect("a job of the table has a record")
    }
}
