//! A job that waits or runs: what it is, what it holds, and its way from one state to the next.
//!
//! ```text
//! waiting ⇄ put off      waiting ─ begin ─▶ running ─ fail ─▶ waiting          finish, abandon: free
//!                                           running ─ begin_save ─▶ saving ─ saved ─▶ waiting
//! ```

mod progress;
mod rhythm;

use crate::scheduler::cluster::Allocation;
use crate::scheduler::energy::Slot;
use crate::scheduler::{FinishedJob, TimeBreakdown};
use crate::workload::{Job, Outcome};

/// State of a job record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Free,
    Waiting,
    /// Waits for a better hour, outside the queue.
    PutOff,
    Running,
    /// Saves, and then goes back to the queue.
    Saving,
}

/// A waiting or running job. Slots are used again, so memory follows the jobs present, not the jobs seen.
#[derive(Debug, Clone)]
pub(in crate::scheduler) struct JobRecord {
    job: Job,
    state: State,
    /// Changes whenever the job stops, so that later work is not mistaken for it.
    serial: u32,
    /// When it started for the first time.
    first_start_s: f64,
    /// When the stretch under way began.
    began_s: f64,
    end_s: f64,
    /// When it ends by its user's estimate.
    estimated_s: f64,
    /// The stretch under way, and the work left when it began.
    length_s: f64,
    left_s: f64,
    interruptions: u32,
    lost_s: f64,
    spent: TimeBreakdown,
    /// Until when the last slow clock was counted, and that clock.
    slow: (f64, f64),
    /// Which phase of the stretch is under way: 0 the restart, then work and saves in turn.
    phase: u32,
    /// When that phase or the stretch ends, and under which moment that is filed, s.
    due_s: f64,
    filed_s: f64,
    /// Load counted on each GPU it holds, of the chip and of its processors, in load units.
    units: [u64; 2],
    /// Squares of its weights in the swings of power, while it holds GPUs.
    swing: [u128; 2],
    /// Where its energy is counted, once it has started.
    energy: Option<Slot>,
    allocation: Allocation,
}

impl JobRecord {
    pub(in crate::scheduler) fn new(job: Job) -> Self {
        let mut record = Self {
            job,
            state: State::Free,
            serial: 0,
            first_start_s: 0.0,
            began_s: 0.0,
            end_s: 0.0,
            estimated_s: 0.0,
            length_s: 0.0,
            left_s: 0.0,
            interruptions: 0,
            lost_s: 0.0,
            spent: TimeBreakdown::default(),
            slow: (f64::NEG_INFINITY, 1.0),
            phase: 0,
            due_s: f64::INFINITY,
            filed_s: f64::INFINITY,
            units: [0; 2],
            swing: [0; 2],
            energy: None,
            allocation: Allocation::default(),
        };
        record.fill(&job);
        record
    }

    /// A new job in an old record, whose lists are used again.
    pub(in crate::scheduler) fn fill(&mut self, job: &Job) {
        debug_assert!(self.state == State::Free, "a record in use is filled again");
        self.job = *job;
        self.state = State::Waiting;
        self.left_s = job.work_s;
        self.interruptions = 0;
        self.lost_s = 0.0;
        self.spent = TimeBreakdown::default();
        self.energy = None;
    }

    /// The job is kept out of the queue.
    pub(in crate::scheduler) fn defer(&mut self) {
        debug_assert!(
            self.state == State::Waiting,
            "only waiting jobs are put off"
        );
        self.state = State::PutOff;
    }

    /// A job that was put off joins the queue.
    pub(in crate::scheduler) fn call(&mut self) {
        debug_assert!(self.state == State::PutOff, "only jobs put off are called");
        self.state = State::Waiting;
    }

    /// Begins a stretch on what `take` takes.
    pub(in crate::scheduler) fn begin(&mut self, now_s: f64, take: impl FnOnce(&mut Allocation)) {
        debug_assert!(self.waits(), "a job that does not wait starts");
        take(&mut self.allocation);
        if self.interruptions == 0 {
            self.first_start_s = now_s;
        }
        self.state = State::Running;
        self.slow = (f64::NEG_INFINITY, 1.0);
        self.began_s = now_s;
        self.length_s = self.stretch_s();
        self.end_s = now_s + self.length_s;
        self.estimated_s = now_s + self.estimate_s();
        self.phase = u32::from(self.restart_s() <= 0.0);
        self.filed_s = f64::INFINITY;
    }

    /// Ends the stretch by a failure at `at_s`: what was not saved is lost.
    pub(in crate::scheduler) fn fail(&mut self, at_s: f64) {
        let place_s = self.place_s(at_s);
        self.stop(place_s, self.work_at(place_s).1);
    }

    /// Begins a save after which the job stops.
    pub(in crate::scheduler) fn begin_save(&mut self, at_s: f64) {
        self.length_s = self.place_s(at_s) + self.job.save_s;
        self.end_s = at_s + self.job.save_s;
        self.estimated_s = self.end_s;
        self.state = State::Saving;
    }

    /// Ends the stretch after that save.
    pub(in crate::scheduler) fn saved(&mut self) {
        let done_s = self.work_at(self.length_s - self.job.save_s).0;
        self.stop(self.length_s, done_s);
    }

    fn stop(&mut self, place_s: f64, kept_s: f64) {
        let spent = self.spent_by(place_s, kept_s);
        self.spent.add(&spent, 1.0);
        self.lost_s += place_s - kept_s;
        self.left_s -= kept_s;
        self.interruptions += 1;
        self.state = State::Waiting;
        self.serial = self.serial.wrapping_add(1);
    }

    /// Leaves with all its work done; the record is free.
    pub(in crate::scheduler) fn finish(&mut self) {
        let spent = self.spent_by(self.length_s, self.left_s);
        self.spent.add(&spent, 1.0);
        self.lost_s += self.length_s - self.left_s;
        self.free();
    }

    /// Leaves at `at_s` and never comes back: all it did is lost.
    pub(in crate::scheduler) fn abandon(&mut self, at_s: f64) {
        let spent = self.spent_by(self.place_s(at_s), 0.0);
        self.spent.add(&spent, 1.0);
        self.spent.again += std::mem::take(&mut self.spent.useful);
        self.lost_s += self.place_s(at_s) + (self.job.work_s - self.left_s);
        self.end_s = at_s;
        self.free();
    }

    fn free(&mut self) {
        self.state = State::Free;
        self.serial = self.serial.wrapping_add(1);
    }

    /// Its kind.
    pub(in crate::scheduler) fn job(&self) -> &Job {
        &self.job
    }

    /// Changes whenever the job stops.
    pub(in crate::scheduler) fn serial(&self) -> u32 {
        self.serial
    }

    /// Whether it is in the queue.
    pub(in crate::scheduler) fn waits(&self) -> bool {
        self.state == State::Waiting
    }

    /// Whether it holds GPUs.
    pub(in crate::scheduler) fn runs(&self) -> bool {
        matches!(self.state, State::Running | State::Saving)
    }

    /// Whether it saves in order to stop.
    pub(in crate::scheduler) fn is_saving(&self) -> bool {
        self.state == State::Saving
    }

    /// Whether the record holds no job.
    pub(in crate::scheduler) fn is_free(&self) -> bool {
        self.state == State::Free
    }

    /// When the stretch under way began, s.
    pub(in crate::scheduler) fn began_s(&self) -> f64 {
        self.began_s
    }

    /// When it started for the first time, s; None where it never did.
    pub(in crate::scheduler) fn first_start_s(&self) -> Option<f64> {
        (self.runs() || self.interruptions > 0).then_some(self.first_start_s)
    }

    /// When the stretch ends as things are, s.
    pub(in crate::scheduler) fn end_s(&self) -> f64 {
        self.end_s
    }

    /// When it ends by its user's estimate, s.
    pub(in crate::scheduler) fn estimated_s(&self) -> f64 {
        self.estimated_s
    }

    /// Work left when the stretch began, s at full clock.
    pub(in crate::scheduler) fn left_s(&self) -> f64 {
        self.left_s
    }

    /// How often it was stopped.
    pub(in crate::scheduler) fn interruptions(&self) -> u32 {
        self.interruptions
    }

    /// Time held without getting on, s at full clock.
    pub(in crate::scheduler) fn lost_s(&self) -> f64 {
        self.lost_s
    }

    /// Where its time went, s.
    pub(in crate::scheduler) fn spent(&self) -> &TimeBreakdown {
        &self.spent
    }

    /// Its allocation, or its last one.
    pub(in crate::scheduler) fn allocation(&self) -> &Allocation {
        &self.allocation
    }

    /// Where its energy is counted; none before it has started.
    pub(in crate::scheduler) fn energy_slot(&self) -> Option<Slot> {
        self.energy
    }

    /// The same, to give it a place.
    pub(in crate::scheduler) fn energy(&mut self) -> &mut Option<Slot> {
        &mut self.energy
    }

    /// Counts another load; returns the one before.
    pub(in crate::scheduler) fn set_units(&mut self, units: [u64; 2]) -> [u64; 2] {
        std::mem::replace(&mut self.units, units)
    }

    /// Squares of its weights in the swings of power.
    pub(in crate::scheduler) fn swing(&self) -> [u128; 2] {
        self.swing
    }

    pub(in crate::scheduler) fn set_swing(&mut self, squares: [u128; 2]) {
        self.swing = squares;
    }

    /// The job as it left; `done`: it ran to its own end, which need not be success.
    pub(in crate::scheduler) fn left(&self, done: bool) -> FinishedJob {
        let job = &self.job;
        let outcome = if done { job.outcome } else { Outcome::Failed };
        let completed = outcome == Outcome::Completed;
        FinishedJob {
            id: job.id,
            class: job.class.name(),
            gpus: job.gpus,
            submit_s: job.submit_s,
            start_s: self.first_start_s,
            end_s: self.end_s,
            tokens: if completed { job.tokens } else { 0.0 },
            completed,
            user: job.user,
            work_s: job.work_s,
            deadline_s: job.deadline_s,
            interruptions: self.interruptions,
            lost_s: self.lost_s,
            outcome,
            deferrable_s: job.deferrable_s,
            label: job.label,
            refused: false,
            spent: self.spent,
            energy: None,
        }
    }

    /// A job that is refused: what never started has no end of its own.
    pub(in crate::scheduler) fn refused(job: Job) -> FinishedJob {
        FinishedJob {
            start_s: job.submit_s,
            end_s: job.submit_s,
            refused: true,
            ..Self::new(job).left(false)
        }
    }

    /// Puts off the end by what a slow clock loses between `from_s` and `from_s + dt_s`; returns by how much.
    pub(in crate::scheduler) fn slow_down(&mut self, from_s: f64, dt_s: f64, clock: f64) -> f64 {
        if clock == 1.0 {
            self.slow = (from_s + dt_s, clock);
            return 0.0;
        }
        let left_s = self.end_s - from_s;
        let lost_s = if left_s <= clock * dt_s {
            left_s / clock.max(f64::MIN_POSITIVE) - left_s
        } else {
            dt_s * (1.0 - clock)
        };
        self.delay(lost_s);
        self.slow = ((from_s + dt_s).min(self.end_s), clock);
        lost_s
    }

    /// A clock counted after the fact may say that the job had ended before `now_s`: it ends now. Returns by how much later.
    pub(in crate::scheduler) fn end_not_before(&mut self, now_s: f64) -> f64 {
        let late_s = (now_s - self.end_s).max(0.0);
        self.delay(late_s);
        late_s
    }

    fn delay(&mut self, lost_s: f64) {
        self.end_s += lost_s;
        self.spent.slowed += lost_s;
    }

    /// What a slow clock costs that was counted ahead: 1 − speed, and the same times the moment until which.
    pub(in crate::scheduler) fn slow_ahead(&self) -> [f64; 2] {
        let (until_s, clock) = self.slow;
        if clock == 1.0 {
            return [0.0; 2];
        }
        [1.0 - clock, (1.0 - clock) * until_s]
    }

    /// Takes back what a slow clock was counted for beyond `at_s`, where the job stops before; returns how much.
    pub(in crate::scheduler) fn catch_up(&mut self, at_s: f64) -> f64 {
        let (until_s, clock) = self.slow;
        let beyond_s = (until_s - at_s).max(0.0) * (1.0 - clock);
        self.delay(-beyond_s);
        self.slow.0 = at_s.min(until_s);
        beyond_s
    }
}
