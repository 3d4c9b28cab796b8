//! How far a job got: its work, the saves between, and what starting again takes.
//!
//! ```text
//! stretch   restart │ c work │ save │ c work │ save │ … │ rest        one start of a job, until it ends or is stopped
//! length    L = r + w + n·s,   n = ⌈w/c⌉ − 1                          no save at the end: nothing follows it
//! place     p = L − (end − t)                                         seconds of the stretch done by t, at full clock
//! kept      ⌊(p − r)/(c + s)⌋·c by a failure, all work by a suspension that saves first
//! ```
//!
//! w is the work left when the stretch began, c the work between two saves, s one save, r the restart (nothing for the
//! first stretch), all in seconds at full clock. A slow clock puts off the end, so `end − t` always says what is still
//! to do. Long jobs run close to `w·(1 + s/c)`. Valid for saves that stop the work; those made in the background cost
//! less (give their stop as `save_s`).

use super::super::cluster::Allocation;
use crate::workload::Job;

/// What a slot holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
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
pub(super) struct Slot {
    pub(super) job: Job,
    pub(super) state: State,
    /// Changes whenever the job stops, so that nobody mistakes what comes later for it.
    pub(super) serial: u32,
    /// When it started for the first time.
    pub(super) first_start_s: f64,
    /// When the stretch under way began.
    pub(super) began_s: f64,
    /// Its place in the queue.
    pub(super) rank: f64,
    pub(super) end_s: f64,
    /// When it ends by its user's estimate.
    pub(super) estimated_s: f64,
    /// The stretch under way, and the work left when it began.
    pub(super) length_s: f64,
    pub(super) left_s: f64,
    pub(super) interruptions: u32,
    pub(super) lost_s: f64,
    pub(super) allocation: Allocation,
}

impl Slot {
    pub(super) fn new(job: Job) -> Self {
        let mut slot = Self {
            job,
            state: State::Free,
            serial: 0,
            first_start_s: 0.0,
            began_s: 0.0,
            rank: 0.0,
            end_s: 0.0,
            estimated_s: 0.0,
            length_s: 0.0,
            left_s: 0.0,
            interruptions: 0,
            lost_s: 0.0,
            allocation: Allocation::default(),
        };
        slot.fill(job);
        slot
    }

    /// A new job in an old slot, whose lists are used again.
    pub(super) fn fill(&mut self, job: Job) {
        self.job = job;
        self.state = State::Waiting;
        self.left_s = job.work_s;
        self.interruptions = 0;
        self.lost_s = 0.0;
    }

    fn restart_s(&self) -> f64 {
        if self.interruptions > 0 {
            self.job.restart_s
        } else {
            0.0
        }
    }

    /// Length of the stretch that would begin now, s.
    fn stretch_s(&self) -> f64 {
        let (work_s, every_s) = (self.left_s, self.job.checkpoint_s);
        let saves = if self.job.save_s > 0.0 && every_s.is_finite() {
            ((work_s / every_s).ceil() - 1.0).max(0.0)
        } else {
            0.0
        };
        self.restart_s() + work_s + saves * self.job.save_s
    }

    /// What its user would say the stretch takes that would begin now, s. Saves and restarts are known to all.
    pub(super) fn estimate_s(&self) -> f64 {
        let share = if self.left_s == self.job.work_s {
            1.0
        } else {
            self.left_s / self.job.work_s
        };
        self.job.estimate_s * share + (self.stretch_s() - self.left_s)
    }

    /// Begins a stretch.
    pub(super) fn begin(&mut self, now_s: f64) {
        if self.interruptions == 0 {
            self.first_start_s = now_s;
        }
        self.state = State::Running;
        self.began_s = now_s;
        self.length_s = self.stretch_s();
        self.end_s = now_s + self.length_s;
        self.estimated_s = now_s + self.estimate_s();
    }

    /// Seconds of the stretch done at a moment, at full clock.
    fn place_s(&self, at_s: f64) -> f64 {
        (self.length_s - (self.end_s - at_s)).clamp(0.0, self.length_s)
    }

    /// Work done and work saved by a place in the stretch, s.
    fn work_at(&self, place_s: f64) -> (f64, f64) {
        let since_s = place_s - self.restart_s();
        if since_s <= 0.0 {
            return (0.0, 0.0);
        }
        let every_s = self.job.checkpoint_s;
        if !every_s.is_finite() {
            return (since_s.min(self.left_s), 0.0);
        }
        let cycle_s = every_s + self.job.save_s;
        let saves = (since_s / cycle_s).floor();
        let saved_s = (saves * every_s).min(self.left_s);
        let done_s = saved_s + (since_s - saves * cycle_s).min(every_s);
        (done_s.min(self.left_s), saved_s)
    }

    /// Ends the stretch by a failure at `at_s`: what was not saved is lost.
    pub(super) fn fail(&mut self, at_s: f64) {
        let place_s = self.place_s(at_s);
        self.stop(place_s, self.work_at(place_s).1);
    }

    /// Begins a save after which the job stops.
    pub(super) fn begin_save(&mut self, at_s: f64) {
        self.length_s = self.place_s(at_s) + self.job.save_s;
        self.end_s = at_s + self.job.save_s;
        self.estimated_s = self.end_s;
        self.state = State::Saving;
    }

    /// Ends the stretch after that save.
    pub(super) fn saved(&mut self) {
        let done_s = self.work_at(self.length_s - self.job.save_s).0;
        self.stop(self.length_s, done_s);
    }

    fn stop(&mut self, place_s: f64, kept_s: f64) {
        self.lost_s += place_s - kept_s;
        self.left_s -= kept_s;
        self.interruptions += 1;
        self.state = State::Waiting;
        self.serial = self.serial.wrapping_add(1);
    }

    /// Leaves with all its work done; the slot is free.
    pub(super) fn finish(&mut self) {
        self.lost_s += self.length_s - self.left_s;
        self.free();
    }

    /// Leaves at `at_s` and never comes back: all it did is lost.
    pub(super) fn abandon(&mut self, at_s: f64) {
        self.lost_s += self.place_s(at_s) + (self.job.work_s - self.left_s);
        self.end_s = at_s;
        self.free();
    }

    fn free(&mut self) {
        self.state = State::Free;
        self.serial = self.serial.wrapping_add(1);
    }

    pub(super) fn runs(&self) -> bool {
        matches!(self.state, State::Running | State::Saving)
    }

    /// Puts off the end by what a slow clock lost between now and `now + dt_s`.
    pub(super) fn slow_down(&mut self, now_s: f64, dt_s: f64, clock: f64) {
        let left_s = self.end_s - now_s;
        if left_s <= clock * dt_s {
            self.end_s = now_s + left_s / clock.max(f64::MIN_POSITIVE);
        } else {
            self.end_s += dt_s * (1.0 - clock);
        }
    }
}
