//! The waiting jobs: a list in the order in which they go, into which what was stopped goes back at its old place.

mod put_off;

use std::collections::BTreeSet;

use super::jobs::{JobIndex, JobRecord, JobTable};
use super::rules::order::Ranks;
use super::sort_key::SortKey;
use crate::workload::{Job, Locality};
pub(super) use put_off::PutOff;

/// Data that a pass over the queue reads, kept apart from the records so that it stays in the cache.
#[derive(Debug, Clone, Copy)]
struct Link {
    previous: JobIndex,
    next: JobIndex,
    gpus: u32,
    within: Locality,
    estimate_s: f64,
}

/// Waiting jobs, with those that were put off.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Totals {
    pub(super) jobs: u64,
    pub(super) gpus: u64,
    pub(super) gpu_s: f64,
}

/// The queue. A job is in the list at most once; both directions of the list, its ends and `by_rank` agree.
#[derive(Debug)]
pub(super) struct WaitingQueue {
    order: Ranks,
    /// By place in the table of jobs.
    links: Vec<Link>,
    head: JobIndex,
    tail: JobIndex,
    /// The first that came since the scheduler looked, how many did, and how many are in the list.
    first_new: JobIndex,
    new_jobs: u64,
    jobs: u64,
    /// Rank, number and place of all, where the order is neither that of submission nor changes.
    by_rank: BTreeSet<Ranked>,
    /// Rank of each job in `by_rank`, by place in the table of jobs.
    ranks: Vec<SortKey>,
    totals: Totals,
    /// Room to sort in.
    sorting: Vec<Ranked>,
}

type Ranked = (SortKey, u64, JobIndex);

impl Default for WaitingQueue {
    fn default() -> Self {
        Self {
            order: Ranks::default(),
            links: Vec::new(),
            head: JobIndex::NONE,
            tail: JobIndex::NONE,
            first_new: JobIndex::NONE,
            new_jobs: 0,
            jobs: 0,
            by_rank: BTreeSet::new(),
            ranks: Vec::new(),
            totals: Totals::default(),
            sorting: Vec::new(),
        }
    }
}

fn some(index: JobIndex) -> Option<JobIndex> {
    (index != JobIndex::NONE).then_some(index)
}

impl WaitingQueue {
    /// Takes another order, while the queue is empty.
    pub(super) fn set_order(&mut self, order: Ranks) {
        debug_assert!(self.jobs == 0, "the order changes while jobs wait");
        self.order = order;
    }

    /// Who goes first.
    pub(super) fn order(&self) -> &Ranks {
        &self.order
    }

    /// A job begins to hold its GPUs, or gives them back.
    pub(super) fn hold(&mut self, job: &Job, now_s: f64, starts: bool) {
        self.order.hold(job, now_s, starts);
    }

    /// The first job.
    pub(super) fn head(&self) -> Option<JobIndex> {
        some(self.head)
    }

    /// The job behind.
    pub(super) fn next(&self, index: JobIndex) -> Option<JobIndex> {
        some(self.link(index).next)
    }

    /// The first job that arrived since the scheduler was last called.
    pub(super) fn first_new(&self) -> Option<JobIndex> {
        some(self.first_new)
    }

    /// Jobs before `first_new`, as long as none of the new ones has started.
    pub(super) fn old_jobs(&self) -> u64 {
        self.jobs.saturating_sub(self.new_jobs)
    }

    pub(super) fn gpus(&self, index: JobIndex) -> u32 {
        self.link(index).gpus
    }

    pub(super) fn within(&self, index: JobIndex) -> Locality {
        self.link(index).within
    }

    pub(super) fn estimate_s(&self, index: JobIndex) -> f64 {
        self.link(index).estimate_s
    }

    /// Those that wait.
    pub(super) fn totals(&self) -> Totals {
        self.totals
    }

    fn link(&self, index: JobIndex) -> &Link {
        let link = self.links.get(index.place());
        link.expect("a job that waits was noted")
    }

    fn link_mut(&mut self, index: JobIndex) -> &mut Link {
        let link = self.links.get_mut(index.place());
        link.expect("a job that waits was noted")
    }

    /// Notes the scheduler's data of a waiting job, wherever it is in the queue.
    pub(super) fn note(&mut self, index: JobIndex, record: &JobRecord) {
        let job = record.job();
        let link = Link {
            previous: JobIndex::NONE,
            next: JobIndex::NONE,
            gpus: job.gpus,
            within: job.within,
            estimate_s: record.estimate_s(),
        };
        if let Some(old) = self.links.get_mut(index.place()) {
            *old = link;
            return;
        }
        debug_assert!(
            index.place() == self.links.len(),
            "places are given in turn"
        );
        self.links.push(link);
        self.ranks.push(SortKey(0.0));
    }

    /// Puts a new job at the end, or where the order has it. Says whether it is not at the end, where schedulers look for
    /// new ones.
    pub(super) fn join(&mut self, index: JobIndex, jobs: &JobTable, now_s: f64) -> bool {
        if jobs[index].job().priority == Job::FIRST || !self.order.is_submission() {
            self.insert(index, jobs, now_s);
            return true;
        }
        self.insert_behind(index, self.tail, jobs);
        if self.first_new == JobIndex::NONE {
            self.first_new = index;
        }
        self.new_jobs += 1;
        false
    }

    /// Puts a job where the order has it. Where that is the order of submission: before all that were submitted later, and
    /// behind those that go first.
    pub(super) fn insert(&mut self, index: JobIndex, jobs: &JobTable, now_s: f64) {
        if self.order.changes() {
            return self.insert_behind(index, self.tail, jobs); // sorted before anybody looks
        }
        let record = &jobs[index];
        if !self.order.is_submission() {
            let rank = self.order.rank(record.job(), record.estimate_s(), now_s);
            let entry = (SortKey(rank), record.job().id, index);
            let before = self.by_rank.range(..entry).next_back();
            let before = before.map_or(JobIndex::NONE, |&(.., before)| before);
            self.by_rank.insert(entry);
            self.insert_behind(index, before, jobs);
            self.ranks[index.place()] = entry.0;
            return;
        }
        let place = |record: &JobRecord| {
            let job = record.job();
            (job.priority < Job::FIRST, job.id)
        };
        let own = place(record);
        let (mut before, mut next) = (JobIndex::NONE, self.head());
        while let Some(at) = next
            && place(&jobs[at]) < own
        {
            before = at;
            next = self.next(at);
        }
        self.insert_behind(index, before, jobs);
    }

    /// Links a waiting job in behind another, at the head where that is none.
    fn insert_behind(&mut self, index: JobIndex, previous: JobIndex, jobs: &JobTable) {
        debug_assert!(jobs[index].waits(), "only jobs that wait are in the queue");
        self.note(index, &jobs[index]);
        let next = match some(previous) {
            Some(previous) => self.link(previous).next,
            None => self.head,
        };
        let link = self.link_mut(index);
        (link.previous, link.next) = (previous, next);
        self.join_ends(previous, index);
        self.join_ends(index, next);
        self.jobs += 1;
    }

    /// Makes two jobs neighbours; none before: the second is the head; none behind: the first is the tail.
    fn join_ends(&mut self, first: JobIndex, second: JobIndex) {
        match some(first) {
            Some(first) => self.link_mut(first).next = second,
            None => self.head = second,
        }
        match some(second) {
            Some(second) => self.link_mut(second).previous = first,
            None => self.tail = first,
        }
    }

    /// Takes a job out of the list.
    pub(super) fn remove(&mut self, index: JobIndex, record: &JobRecord) {
        let Link { previous, next, .. } = *self.link(index);
        debug_assert!(
            some(previous).map_or(self.head, |at| self.link(at).next) == index,
            "only what is in the list leaves it"
        );
        if !self.by_rank.is_empty() {
            let entry = (self.ranks[index.place()], record.job().id, index);
            let was_there = self.by_rank.remove(&entry);
            debug_assert!(was_there, "the list and the ranks hold the same jobs");
        }
        self.join_ends(previous, next);
        if self.first_new == index {
            self.first_new = next;
        }
        self.jobs -= 1;
    }

    /// The scheduler has seen everything.
    pub(super) fn seen(&mut self) {
        self.first_new = JobIndex::NONE;
        self.new_jobs = 0;
    }

    /// Counts a job among those that wait, or no longer.
    pub(super) fn count(&mut self, record: &JobRecord, joins: bool) {
        let (gpus, totals) = (record.job().gpus, &mut self.totals);
        let gpu_s = f64::from(gpus) * record.left_s();
        if joins {
            totals.jobs += 1;
            totals.gpus += u64::from(gpus);
            totals.gpu_s += gpu_s;
        } else {
            totals.jobs -= 1;
            totals.gpus -= u64::from(gpus);
            totals.gpu_s -= gpu_s;
            if totals.jobs == 0 {
                totals.gpu_s = 0.0; // no rest of rounding
            }
        }
    }

    /// Brings the queue in order where ranks change while jobs wait.
    pub(super) fn sort(&mut self, jobs: &JobTable, now_s: f64) {
        if !self.order.changes() {
            return;
        }
        let mut sorting = std::mem::take(&mut self.sorting);
        sorting.clear();
        let mut next = self.head();
        while let Some(at) = next {
            let (job, link) = (jobs[at].job(), self.link(at));
            let rank = self.order.rank(job, link.estimate_s, now_s);
            sorting.push((SortKey(rank), job.id, at));
            next = some(link.next);
        }
        if !sorting.is_sorted() {
            sorting.sort_unstable();
            let mut previous = JobIndex::NONE;
            for &(.., index) in &sorting {
                self.join_ends(previous, index);
                previous = index;
            }
            self.join_ends(previous, JobIndex::NONE);
        }
        self.sorting = sorting;
    }
}
