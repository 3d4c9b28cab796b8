//! How fast running jobs get on.
//!
//! ```text
//! speed      of a job: that of its slowest server
//! read       when it begins, and every hour from then on, each time for an hour ahead
//! anew       of all jobs at the end of a step in which heat or a cap holds servers back and their coolant has moved by a quarter
//!            kelvin, or the cap has: for the step itself, and for an hour ahead
//! ```
//!
//! What was counted ahead beyond the moment at which a job stops, or is read anew, is taken back. Between two readings speeds
//! are explicit: coolants warm by some 2 K an hour in a day, 0.3 % of the speed. While speeds are read in every step, only jobs
//! that end within it do so at the speed of the step before; the others get the speed of the step itself. Only what ends or changes
//! its load before the next reading is filed among events: a job of ten hours is there once, however often its end has moved.

use std::collections::VecDeque;

use super::RunningJobs;
use crate::scheduler::Servers;
use crate::scheduler::cluster::Allocation;
use crate::scheduler::jobs::{JobIndex, JobRecord, JobTable};

/// How long a speed is counted ahead, s.
const AHEAD_S: f64 = 3600.0;

/// Whose speed is to be read when.
#[derive(Debug, Default)]
pub(super) struct Readings {
    /// In order of time: moment, place, serial at the start.
    due: VecDeque<(f64, JobIndex, u32)>,
    /// Those that began since.
    begun: Vec<(JobIndex, u32)>,
    /// Some server was held back when speeds were read last.
    slow: bool,
    /// They were read for the step itself.
    followed: bool,
}

impl Readings {
    /// A job has begun.
    pub(super) fn begin(&mut self, index: JobIndex, serial: u32) {
        self.begun.push((index, serial));
    }
}

impl RunningJobs {
    /// Reads the speed of those that have begun by now, and files them.
    pub(in crate::scheduler) fn read_begun(
        &mut self,
        jobs: &mut JobTable,
        now_s: f64,
        servers: &mut dyn Servers,
    ) {
        let mut begun = std::mem::take(&mut self.readings.begun);
        for (index, serial) in begun.drain(..) {
            let record = &mut jobs[index];
            if record.serial() == serial && record.runs() {
                self.read(index, record, (now_s, now_s + AHEAD_S), now_s, servers);
            }
        }
        self.readings.begun = begun;
    }

    /// When a speed is to be read next, s.
    pub(in crate::scheduler) fn next_reading_s(&self) -> f64 {
        let next = self.readings.due.front();
        next.map_or(f64::INFINITY, |(at_s, ..)| *at_s)
    }

    /// Reads the next one.
    pub(in crate::scheduler) fn read_next(
        &mut self,
        jobs: &mut JobTable,
        servers: &mut dyn Servers,
    ) {
        let Some((at_s, index, serial)) = self.readings.due.pop_front() else {
            return;
        };
        let record = &mut jobs[index];
        if record.serial() == serial && record.runs() {
            self.read(index, record, (at_s, at_s + AHEAD_S), at_s, servers);
        }
    }

    /// Reads the speed of every job in the step from `from_s` to `to_s`, for the part of it for which it has run.
    pub(in crate::scheduler) fn follow(
        &mut self,
        jobs: &mut JobTable,
        (from_s, to_s): (f64, f64),
        servers: &mut dyn Servers,
    ) {
        self.readings.due.clear();
        self.readings.followed = true;
        let all = std::mem::take(&mut self.by_estimate);
        for &(_, index) in &all {
            let record = &mut jobs[index];
            let span_s = (from_s.max(record.began_s()), to_s + AHEAD_S);
            self.read(index, record, span_s, to_s, servers);
        }
        self.by_estimate = all;
    }

    /// The same where coolant that slows servers has moved, and where they begin or cease to be slow. Returns whether speeds were read.
    pub(in crate::scheduler) fn look_ahead(
        &mut self,
        jobs: &mut JobTable,
        step: (f64, f64),
        (slow, moved): (bool, bool),
        servers: &mut dyn Servers,
    ) -> bool {
        let anew = moved || slow != self.readings.slow || self.readings.followed;
        self.readings.slow = slow;
        if anew {
            self.follow(jobs, step, servers);
            self.readings.followed = false;
        }
        anew
    }

    /// Counts the speed of a job's slowest server from one moment to another.
    fn read(
        &mut self,
        index: JobIndex,
        record: &mut JobRecord,
        (from_s, until_s): (f64, f64),
        now_s: f64,
        servers: &mut dyn Servers,
    ) {
        let speed = slowest(record.allocation(), servers);
        self.count_ahead(record, -1.0);
        let taken_back_s = record.catch_up(from_s);
        let mut lost_s = record.slow_down(from_s, until_s - from_s, speed) - taken_back_s;
        lost_s += record.end_not_before(now_s);
        self.count_ahead(record, 1.0);
        self.count(record, lost_s);
        let read_again = record.end_s() > until_s;
        if read_again {
            let entry = (until_s, index, record.serial());
            self.readings.due.push_back(entry);
        }
        // What comes after the next reading is filed there: it moves with the speed read.
        let due_s = record.find_due(now_s);
        if due_s < record.filed_s() && !(read_again && due_s > until_s) {
            self.file(index, record);
        }
    }

    /// A slow clock was counted ahead: takes back what lies beyond the moment at which the job stops.
    pub(in crate::scheduler) fn catch_up(&mut self, record: &mut JobRecord, at_s: f64) {
        self.count_ahead(record, -1.0);
        let taken_back_s = record.catch_up(at_s);
        self.count_ahead(record, 1.0);
        self.count(record, -taken_back_s);
    }

    fn count(&mut self, record: &JobRecord, lost_s: f64) {
        let gpu_s = lost_s * f64::from(record.job().gpus);
        self.begun_gpu_s += gpu_s;
        self.totals.spent.slowed += gpu_s;
    }
}

fn slowest(allocation: &Allocation, servers: &mut dyn Servers) -> f64 {
    let mut slowest = f64::INFINITY;
    for &(first, count) in &allocation.runs {
        slowest = slowest.min(servers.slowest(first..first + count));
    }
    if let Some((server, _)) = allocation.partial {
        slowest = slowest.min(servers.speed(server));
    }
    slowest.max(0.0)
}
