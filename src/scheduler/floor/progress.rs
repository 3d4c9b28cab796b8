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

use super::super::Spent;
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
    pub(super) spent: Spent,
    /// Until when the last slow clock was counted, and that clock.
    slow: (f64, f64),
    /// What is counted of its load on each GPU it holds, of the chip and of its processors, in load units.
    pub(super) units: [u64; 2],
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
            spent: Spent::default(),
            slow: (f64::NEG_INFINITY, 1.0),
            units: [0; 2],
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
        self.spent = Spent::default();
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
        self.slow = (f64::NEG_INFINITY, 1.0);
        self.began_s = now_s;
        self.length_s = self.stretch_s();
        self.end_s = now_s + self.length_s;
        self.estimated_s = now_s + self.estimate_s();
    }

    /// Seconds of the stretch done at a moment, at full clock.
    pub(super) fn place_s(&self, at_s: f64) -> f64 {
        (self.length_s - (self.end_s - at_s)).clamp(0.0, self.length_s)
    }

    /// Where the time up to a place of the stretch went, of which `kept_s` is work that stays.
    fn spent_by(&self, place_s: f64, kept_s: f64) -> Spent {
        let restarting = self.restart_s().min(place_s);
        // A job that saves in order to stop leaves its rhythm for that.
        let in_rhythm_s = match self.state {
            State::Saving => (self.length_s - self.job.save_s).min(place_s),
            _ => place_s,
        };
        let (every_s, save_s) = (self.job.checkpoint_s, self.job.save_s);
        let mut saving = place_s - in_rhythm_s;
        if save_s > 0.0 && every_s.is_finite() {
            let since_s = (in_rhythm_s - restarting).max(0.0);
            let cycles = (since_s / (every_s + save_s)).floor();
            let begun_s = since_s - cycles * (every_s + save_s);
            saving += cycles * save_s + (begun_s - every_s).max(0.0);
        }
        Spent {
            useful: kept_s,
            saving,
            restarting,
            again: place_s - restarting - saving - kept_s,
            slowed: 0.0,
        }
    }

    /// Time of the stretch under way that went into starting again and into saves by a moment, s.
    pub(super) fn costs_s(&self, at_s: f64) -> (f64, f64) {
        let spent = self.spent_by(self.place_s(at_s), 0.0);
        (spent.restarting, spent.saving)
    }

    /// For how long it goes on with what it does: works, saves, or starts again; s at full clock.
    pub(super) fn steady_s(&self, at_s: f64) -> f64 {
        let (place_s, restart_s) = (self.place_s(at_s), self.restart_s());
        if place_s < restart_s {
            return restart_s - place_s;
        }
        let stops_s = if self.state == State::Saving {
            let rhythm_s = self.length_s - self.job.save_s;
            if place_s >= rhythm_s {
                return f64::INFINITY; // until it stops
            }
            rhythm_s - place_s
        } else {
            f64::INFINITY
        };
        let (every_s, save_s) = (self.job.checkpoint_s, self.job.save_s);
        if save_s <= 0.0 || !every_s.is_finite() {
            return stops_s;
        }
        let begun_s = (place_s - restart_s).rem_euclid(every_s + save_s);
        let end_s = if begun_s < every_s {
            every_s
        } else {
            every_s + save_s
        };
        (end_s - begun_s).min(stops_s)
    }

    /// When it would have begun the stretch to be where it is at full clock, s.
    pub(super) fn as_if_begun_s(&self) -> f64 {
        self.end_s - self.length_s
    }

    /// Whether saves or restarts cost it time.
    pub(super) fn has_costs(&self) -> bool {
        (self.job.save_s > 0.0 && self.job.checkpoint_s.is_finite())
            || self.job.restart_s > 0.0
            || self.state == State::Saving
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
        let spent = self.spent_by(place_s, kept_s);
        self.spent.add(&spent, 1.0);
        self.lost_s += place_s - kept_s;
        self.left_s -= kept_s;
        self.interruptions += 1;
        self.state = State::Waiting;
        self.serial = self.serial.wrapping_add(1);
    }

    /// Leaves with all its work done; the slot is free.
    pub(super) fn finish(&mut self) {
        let spent = self.spent_by(self.length_s, self.left_s);
        self.spent.add(&spent, 1.0);
        self.lost_s += self.length_s - self.left_s;
        self.free();
    }

    /// Leaves at `at_s` and never comes back: all it did is lost.
    pub(super) fn abandon(&mut self, at_s: f64) {
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

    pub(super) fn runs(&self) -> bool {
        matches!(self.state, State::Running | State::Saving)
    }

    /// Puts off the end by what a slow clock lost between now and `now + dt_s`; returns by how much.
    pub(super) fn slow_down(&mut self, now_s: f64, dt_s: f64, clock: f64) -> f64 {
        let left_s = self.end_s - now_s;
        let lost_s = if left_s <= clock * dt_s {
            left_s / clock.max(f64::MIN_POSITIVE) - left_s
        } else {
            dt_s * (1.0 - clock)
        };
        self.end_s += lost_s;
        self.spent.slowed += lost_s;
        self.slow = ((now_s + dt_s).min(self.end_s), clock);
        lost_s
    }

    /// Takes back what a slow clock was counted for beyond `at_s`, where the job stops before; returns how much.
    pub(super) fn catch_up(&mut self, at_s: f64) -> f64 {
        let (until_s, clock) = self.slow;
        let beyond_s = (until_s - at_s).max(0.0) * (1.0 - clock);
        self.end_s -= beyond_s;
        self.spent.slowed -= beyond_s;
        self.slow.0 = at_s.min(until_s);
        beyond_s
    }
}
