//! The ledger of running jobs: when each ends, in fact and by its estimate, and where the time of their GPUs goes.
//!
//! A job is filed under the moment of its own next event: the end of its phase (restart, work, save; `jobs/record/rhythm.rs`) or its
//! own end. Its load changes at that moment; jobs without costs of saves or restarts have only their end.
//!
//! Speeds are in `running/speeds.rs`.

mod speeds;

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use super::TimeBreakdown;
use super::jobs::{JobIndex, JobRecord, JobTable};
use super::sort_key::SortKey;
use speeds::Readings;

/// Current and past allocations of running jobs.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Totals {
    /// Jobs that run.
    pub(super) jobs: u64,
    /// GPUs they hold.
    pub(super) gpus: u64,
    /// How often one was stopped since the start.
    pub(super) interruptions: u64,
    /// GPU-seconds held without getting on since the start, of what ended or was stopped.
    pub(super) lost_gpu_s: f64,
    /// Where the time of held GPUs went since the start, GPU-seconds, of the same; slow clocks of all.
    spent: TimeBreakdown,
}

/// The jobs that run. Each is in `by_estimate` once, under the estimate of its record.
#[derive(Debug, Default)]
pub(super) struct RunningJobs {
    /// Their next events before speeds are read again: moment, number, place, and serial at the start. Valid is what the record says
    /// it is filed under; what was delayed since is found out when its moment comes.
    events: BinaryHeap<Reverse<(SortKey, u64, JobIndex, u32)>>,
    by_estimate: BTreeSet<(SortKey, JobIndex)>,
    totals: Totals,
    /// The sum of when each would have begun at full clock, GPU-seconds.
    begun_gpu_s: f64,
    /// Restarts and saves that are over, of those that run, GPU-seconds.
    paid_gpu_s: [f64; 2],
    /// What slow clocks are still to cost that were counted ahead: Σ GPUs·(1 − speed), and the same times until when, GPU-seconds.
    ahead: [f64; 2],
    /// Those that save or start again now.
    paying: Vec<JobIndex>,
    readings: Readings,
}

impl RunningJobs {
    /// The running jobs in order of their estimated ends, those that save before they stop among them.
    pub(super) fn iter(&self) -> impl Iterator<Item = JobIndex> {
        self.by_estimate.iter().map(|(_, index)| *index)
    }

    pub(super) fn totals(&self) -> Totals {
        self.totals
    }

    /// A job has begun. It is filed once its speed is read.
    pub(super) fn start(&mut self, index: JobIndex, record: &JobRecord) {
        let gpus = record.job().gpus;
        self.begun_gpu_s += record.as_if_begun_s() * f64::from(gpus);
        self.file_estimate(index, record);
        self.readings.begin(index, record.serial());
        if record.pays() {
            self.paying.push(index);
        }
        self.totals.jobs += 1;
        self.totals.gpus += u64::from(gpus);
    }

    /// A job gives its GPUs back.
    pub(super) fn leave(&mut self, index: JobIndex, record: &JobRecord) {
        let gpus = record.job().gpus;
        self.unfile_estimate(index, record);
        self.totals.jobs -= 1;
        self.totals.gpus -= u64::from(gpus);
        self.begun_gpu_s -= record.as_if_begun_s() * f64::from(gpus);
        self.pay(record, -1.0);
        self.count_ahead(record, -1.0);
        if record.pays() {
            self.stop_paying(index);
        }
        if self.totals.jobs == 0 {
            (self.paid_gpu_s, self.ahead) = ([0.0; 2], [0.0; 2]); // no rest of rounding
            self.begun_gpu_s = 0.0;
        }
    }

    /// Has a job begin a save after which it stops, by what `begin` does to it.
    pub(super) fn save_and_stop(
        &mut self,
        index: JobIndex,
        record: &mut JobRecord,
        begin: impl FnOnce(&mut JobRecord),
    ) {
        self.unfile_estimate(index, record);
        self.change_phase(index, record, begin);
        self.file_estimate(index, record);
    }

    /// A job whose phase is over begins the next one.
    pub(super) fn next_phase(&mut self, index: JobIndex, record: &mut JobRecord, now_s: f64) {
        self.change_phase(index, record, JobRecord::next_phase);
        record.find_due(now_s);
        self.file(index, record);
    }

    fn change_phase(
        &mut self,
        index: JobIndex,
        record: &mut JobRecord,
        change: impl FnOnce(&mut JobRecord),
    ) {
        self.pay(record, -1.0);
        let paid = record.pays();
        change(record);
        self.pay(record, 1.0);
        match (paid, record.pays()) {
            (false, true) => self.paying.push(index),
            (true, false) => self.stop_paying(index),
            _ => {}
        }
    }

    fn pay(&mut self, record: &JobRecord, sign: f64) {
        let gpus = sign * f64::from(record.job().gpus);
        for (sum, paid_s) in self.paid_gpu_s.iter_mut().zip(record.paid_s()) {
            *sum += paid_s * gpus;
        }
    }

    fn count_ahead(&mut self, record: &JobRecord, sign: f64) {
        let gpus = sign * f64::from(record.job().gpus);
        for (sum, ahead) in self.ahead.iter_mut().zip(record.slow_ahead()) {
            *sum += ahead * gpus;
        }
    }

    fn stop_paying(&mut self, index: JobIndex) {
        let at = self.paying.iter().position(|paying| *paying == index);
        self.paying
            .swap_remove(at.expect("a job that saves or starts again is listed"));
    }

    /// Has `due` name a job at the moment found last.
    fn file(&mut self, index: JobIndex, record: &mut JobRecord) {
        let at_s = record.due_s();
        record.set_filed(at_s);
        let entry = (SortKey(at_s), record.job().id, index, record.serial());
        self.events.push(Reverse(entry));
    }

    /// Files a job anew where its next event has moved, and is earlier than filed.
    pub(super) fn refile(&mut self, index: JobIndex, record: &mut JobRecord, now_s: f64) {
        if record.find_due(now_s) < record.filed_s() {
            self.file(index, record);
        }
    }

    fn file_estimate(&mut self, index: JobIndex, record: &JobRecord) {
        let entry = (SortKey(record.estimated_s()), index);
        let is_new = self.by_estimate.insert(entry);
        debug_assert!(is_new, "a job runs twice");
    }

    fn unfile_estimate(&mut self, index: JobIndex, record: &JobRecord) {
        let entry = (SortKey(record.estimated_s()), index);
        let was_there = self.by_estimate.remove(&entry);
        debug_assert!(was_there, "a job that runs is filed under its estimate");
    }

    /// The next job that has ended by now, or whose phase has.
    pub(super) fn due(&mut self, jobs: &mut JobTable, now_s: f64) -> Option<JobIndex> {
        loop {
            let Reverse((due_s, _, index, serial)) = *self.events.peek()?;
            if due_s.0 > now_s {
                return None;
            }
            self.events.pop();
            let record = &mut jobs[index];
            if record.serial() != serial || record.filed_s() != due_s.0 {
                continue; // stopped since it was filed, or filed again
            }
            if record.due_s() <= due_s.0 {
                return Some(index);
            }
            self.file(index, record); // delayed since it was filed
        }
    }

    /// When the next job may end or change its load, of those that do before their speed is read again, s; earlier than it does
    /// where it was delayed.
    pub(super) fn next_s(&self) -> f64 {
        let event = self.events.peek();
        event.map_or(f64::INFINITY, |Reverse((at_s, ..))| at_s.0)
    }

    /// Ends the stretch of a job that has given back its GPUs, and counts where its time went.
    pub(super) fn close(&mut self, record: &mut JobRecord, end: impl FnOnce(&mut JobRecord)) {
        let (lost_s, before) = (record.lost_s(), *record.spent());
        end(record);
        let gpus = record.job().gpus;
        self.totals.lost_gpu_s += (record.lost_s() - lost_s) * f64::from(gpus);
        self.totals.spent.since(&before, record.spent(), gpus);
    }

    /// Counts that a job was stopped.
    pub(super) fn count_interruption(&mut self) {
        self.totals.interruptions += 1;
    }

    /// Where the time of held GPUs went up to now, GPU-seconds, of those that run too.
    pub(super) fn spent(&self, jobs: &JobTable, now_s: f64) -> TimeBreakdown {
        let mut spent = self.totals.spent;
        let [mut restarting, mut saving] = self.paid_gpu_s;
        for &index in &self.paying {
            let record = &jobs[index];
            let gpus = f64::from(record.job().gpus);
            let ([restarted_s, saved_s], costs_s) = (record.paid_s(), record.costs_s(now_s));
            restarting += (costs_s.0 - restarted_s) * gpus;
            saving += (costs_s.1 - saved_s) * gpus;
        }
        let ahead = self.ahead[1] - self.ahead[0] * now_s;
        let held = self.totals.gpus as f64 * now_s - self.begun_gpu_s + ahead;
        spent.slowed -= ahead;
        spent.restarting += restarting;
        spent.saving += saving;
        // Where a speed was read after the fact a job may be behind the phase that it was taken to be in: less is useful until then.
        spent.useful += held - restarting - saving;
        spent
    }
}
