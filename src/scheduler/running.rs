//! The ledger of running jobs: when each ends, in fact and by its estimate, and where the time of their GPUs goes.
//!
//! Jobs that save or start again do not work: their GPUs draw what waiting GPUs draw.
//!
//! ```text
//! load over a step = u − (u − min(p, u))·share      u at work, p while it saves or starts again
//! share            of the step that goes into saves and the restart, if no clock is slow
//! ```
//!
//! A job is looked at again in the step in which its phase ends. Without costs of saves or restarts nothing is done.
//!
//! A job goes as fast as its slowest server. While temperatures move slowly its speed is read at its start and then once an hour,
//! and counted ahead for that hour: what lies beyond the moment at which the job stops is taken back. Where heat throttles chips or a
//! cap changes, it is read whenever their coolant has moved by a quarter kelvin, or in every step.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, VecDeque};

use super::TimeBreakdown;
use super::jobs::{JobIndex, JobRecord, JobTable};
use super::loads;
use super::sort_key::SortKey;

/// How long a speed is counted ahead, s: coolants warm by some 2 K an hour in a day, 0.3 % of the speed.
const AHEAD_S: f64 = 3600.0;

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
#[derive(Debug)]
pub(super) struct RunningJobs {
    /// When they may end: moment, number, place, and serial at the start. What was stopped or put off since is found out
    /// when its moment comes.
    ends: BinaryHeap<Reverse<(SortKey, u64, JobIndex, u32)>>,
    by_estimate: BTreeSet<(SortKey, JobIndex)>,
    totals: Totals,
    /// The sum of when each would have begun at full clock, GPU-seconds.
    begun_gpu_s: f64,
    /// Some job pays for saves or restarts.
    has_costs: bool,
    /// The start of the step in which such a job next starts or ends a save or a restart.
    phase_s: f64,
    /// Whose speed is to be read when, in order of time: moment, place, serial at the start.
    to_read: VecDeque<(f64, JobIndex, u32)>,
    /// Those that began since, or all: read at once.
    begun: Vec<(JobIndex, u32)>,
    all_to_read: bool,
    /// Some server was held back when speeds were read last.
    slow: bool,
}

impl Default for RunningJobs {
    fn default() -> Self {
        Self {
            ends: BinaryHeap::new(),
            by_estimate: BTreeSet::new(),
            totals: Totals::default(),
            begun_gpu_s: 0.0,
            has_costs: false,
            phase_s: f64::INFINITY,
            to_read: VecDeque::new(),
            begun: Vec::new(),
            all_to_read: false,
            slow: false,
        }
    }
}

impl RunningJobs {
    /// The running jobs in order of their estimated ends, those that save before they stop among them.
    pub(super) fn iter(&self) -> impl Iterator<Item = JobIndex> {
        self.by_estimate.iter().map(|(_, index)| *index)
    }

    pub(super) fn totals(&self) -> Totals {
        self.totals
    }

    /// Looks at phases from now on where a job like this may come to run.
    pub(super) fn expect_costs(&mut self, record: &JobRecord) {
        self.has_costs |= record.has_costs();
    }

    /// A job has begun.
    pub(super) fn start(&mut self, index: JobIndex, record: &JobRecord) {
        let gpus = record.job().gpus;
        self.begun_gpu_s += record.as_if_begun_s() * f64::from(gpus);
        self.file_end(index, record);
        self.file_estimate(index, record);
        self.begun.push((index, record.serial()));
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
    }

    /// Changes when a job ends by what `change` does to it.
    pub(super) fn refile(
        &mut self,
        index: JobIndex,
        record: &mut JobRecord,
        change: impl FnOnce(&mut JobRecord),
    ) {
        self.unfile_estimate(index, record);
        change(record);
        self.file_estimate(index, record);
    }

    /// Has `due` name a job at the end that it has now.
    pub(super) fn file_end(&mut self, index: JobIndex, record: &JobRecord) {
        let end_s = SortKey(record.end_s());
        self.ends
            .push(Reverse((end_s, record.job().id, index, record.serial())));
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

    /// The next job that has ended by now.
    pub(super) fn due(&mut self, jobs: &JobTable, now_s: f64) -> Option<JobIndex> {
        loop {
            let Reverse((due_s, _, index, serial)) = *self.ends.peek()?;
            if due_s.0 > now_s {
                return None;
            }
            self.ends.pop();
            let record = &jobs[index];
            if record.serial() != serial || record.end_s() < due_s.0 {
                continue; // stopped since it was filed, or filed again for an earlier end
            }
            if record.end_s() == due_s.0 {
                return Some(index);
            }
            self.file_end(index, record); // delayed since it was filed
        }
    }

    /// When the next job may end or change its load, s; earlier than it does where it was delayed.
    pub(super) fn next_s(&self) -> f64 {
        let end = self.ends.peek();
        let end_s = end.map_or(f64::INFINITY, |Reverse((end_s, ..))| end_s.0);
        end_s.min(self.phase_s)
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

    /// Moves the end of every job by what the speed of its slowest server makes of the time between now and `now + dt_s`.
    pub(super) fn follow(
        &mut self,
        jobs: &mut JobTable,
        now_s: f64,
        dt_s: f64,
        speed: &dyn Fn(u32) -> f64,
    ) {
        self.to_read.clear();
        self.begun.clear();
        self.all_to_read = true;
        let mut moved = Moved::default();
        for &(_, index) in &self.by_estimate {
            moved.by_speed(
                &mut self.ends,
                (index, &mut jobs[index]),
                (now_s, dt_s),
                speed,
            );
        }
        self.count(&moved);
    }

    /// Has `look_ahead` read the speed of every job: where coolant that slows servers has moved, and where they begin or cease
    /// to be slow.
    pub(super) fn read_all_where(&mut self, slow: bool, moved: bool) {
        self.all_to_read |= moved || slow != self.slow;
        self.slow = slow;
    }

    /// The same while speeds change slowly: each is read when it is due, for an hour ahead. Returns whether any was.
    pub(super) fn look_ahead(
        &mut self,
        jobs: &mut JobTable,
        now_s: f64,
        speed: &dyn Fn(u32) -> f64,
    ) -> bool {
        if std::mem::take(&mut self.all_to_read) {
            let all = self.by_estimate.iter().map(|(_, index)| *index);
            self.begun.clear();
            self.to_read.clear();
            self.begun
                .extend(all.map(|index| (index, jobs[index].serial())));
        }
        let is_due = |(at_s, ..): &(f64, JobIndex, u32)| *at_s <= now_s;
        if self.begun.is_empty() && !self.to_read.front().is_some_and(is_due) {
            return false;
        }
        let mut moved = Moved::default();
        while let Some((_, index, serial)) = self.to_read.pop_front_if(|entry| is_due(entry)) {
            self.begun.push((index, serial));
        }
        for (index, serial) in self.begun.drain(..) {
            let record = &mut jobs[index];
            if record.serial() == serial && record.runs() {
                let span_s = (now_s, AHEAD_S);
                moved.by_speed(&mut self.ends, (index, record), span_s, speed);
                self.to_read.push_back((now_s + AHEAD_S, index, serial));
            }
        }
        self.count(&moved);
        true
    }

    fn count(&mut self, moved: &Moved) {
        self.begun_gpu_s += moved.lost_gpu_s;
        self.totals.spent.slowed += moved.lost_gpu_s;
    }

    /// A slow clock was counted for the whole step: takes back what lies beyond the moment at which the job stops.
    pub(super) fn catch_up(&mut self, record: &mut JobRecord, at_s: f64) {
        let gpu_s = record.catch_up(at_s) * f64::from(record.job().gpus);
        self.begun_gpu_s -= gpu_s;
        self.totals.spent.slowed -= gpu_s;
    }

    /// Where the time of held GPUs went up to now, GPU-seconds, of those that run too.
    pub(super) fn spent(&self, jobs: &JobTable, now_s: f64) -> TimeBreakdown {
        let mut spent = self.totals.spent;
        let mut useful = self.totals.gpus as f64 * now_s - self.begun_gpu_s;
        if self.has_costs {
            for index in self.iter() {
                let record = &jobs[index];
                let gpus = f64::from(record.job().gpus);
                let (restarting, saving) = record.costs_s(now_s);
                spent.restarting += restarting * gpus;
                spent.saving += saving * gpus;
                useful -= (restarting + saving) * gpus;
            }
        }
        spent.useful += useful.max(0.0);
        spent
    }

    /// The load over the step of every job that pays for saves or restarts, in load units: calls `each` with it.
    pub(super) fn pace(
        &mut self,
        jobs: &mut JobTable,
        now_s: f64,
        step_s: f64,
        mut each: impl FnMut(&mut JobRecord, [u64; 2]),
    ) {
        self.phase_s = f64::INFINITY;
        if !self.has_costs || step_s <= 0.0 {
            return;
        }
        for &(_, index) in &self.by_estimate {
            let record = &mut jobs[index];
            if !record.has_costs() {
                continue;
            }
            let units = units_of(record, now_s, step_s);
            let steady_s = record.steady_s(now_s);
            let next_s = if steady_s < step_s {
                now_s + step_s
            } else {
                // The start of the step in which the phase ends.
                let steps = (now_s + steady_s) / step_s + 1e-9;
                (steps.floor() * step_s).max(now_s + step_s)
            };
            self.phase_s = self.phase_s.min(next_s);
            each(record, units);
        }
    }
}

/// What speeds below or above 1 made of the time of held GPUs.
#[derive(Debug, Default)]
struct Moved {
    /// GPU-seconds; negative where jobs gained.
    lost_gpu_s: f64,
}

impl Moved {
    /// Moves the end of a job that runs at the speed of its slowest server for a while from now on.
    fn by_speed(
        &mut self,
        ends: &mut BinaryHeap<Reverse<(SortKey, u64, JobIndex, u32)>>,
        (index, record): (JobIndex, &mut JobRecord),
        (now_s, for_s): (f64, f64),
        speed: &dyn Fn(u32) -> f64,
    ) {
        let speeds = record.allocation().servers().map(speed);
        let slowest = speeds.fold(f64::INFINITY, f64::min).max(0.0);
        let end_s = record.end_s();
        let taken_back_s = record.catch_up(now_s);
        let lost_s = record.slow_down(now_s, for_s, slowest) - taken_back_s;
        self.lost_gpu_s += lost_s * f64::from(record.job().gpus);
        if record.end_s() < end_s {
            let id = record.job().id;
            ends.push(Reverse((
                SortKey(record.end_s()),
                id,
                index,
                record.serial(),
            )));
        }
    }
}

/// Load of a GPU of a job and of its processors over the step, in load units.
pub(super) fn units_of(record: &JobRecord, now_s: f64, step_s: f64) -> [u64; 2] {
    let job = record.job();
    let share = if step_s > 0.0 && record.has_costs() {
        record.paused_share(now_s, step_s)
    } else {
        0.0
    };
    let at_work = job.utilisation;
    let waiting = job.paused_utilisation.min(at_work);
    let gpus = loads::units(at_work - (at_work - waiting) * share);
    [gpus, job.host_utilisation.map_or(gpus, loads::units)]
}
