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
//! first stretch), all in seconds at full clock. A clock v counted ahead until u has put off the end already: up to then
//! p = L − (end − t) + (u − t)·(1 − v). Long jobs run close to `w·(1 + s/c)`. Valid for saves that stop the work; those made in the background cost
//! less (give their stop as `save_s`).

use super::{JobRecord, State};
use crate::scheduler::TimeBreakdown;

impl JobRecord {
    pub(super) fn restart_s(&self) -> f64 {
        if self.interruptions > 0 {
            self.job.restart_s
        } else {
            0.0
        }
    }

    /// Length of the stretch that would begin now, s.
    pub(super) fn stretch_s(&self) -> f64 {
        let (work_s, every_s) = (self.left_s, self.job.checkpoint_s);
        let saves = if self.job.save_s > 0.0 && every_s.is_finite() {
            ((work_s / every_s).ceil() - 1.0).max(0.0)
        } else {
            0.0
        };
        self.restart_s() + work_s + saves * self.job.save_s
    }

    /// User's estimate of a stretch that would start now, s. Saves and restarts are known.
    pub(in crate::scheduler) fn estimate_s(&self) -> f64 {
        let share = if self.left_s == self.job.work_s {
            1.0
        } else {
            self.left_s / self.job.work_s
        };
        self.job.estimate_s * share + (self.stretch_s() - self.left_s)
    }

    /// Seconds of the stretch done at a moment, at full clock.
    pub(in crate::scheduler) fn place_s(&self, at_s: f64) -> f64 {
        let (until_s, clock) = self.slow;
        let ahead_s = (until_s - at_s).max(0.0) * (1.0 - clock);
        (self.length_s - (self.end_s - at_s) + ahead_s).clamp(0.0, self.length_s)
    }

    /// Where the time up to a place of the stretch went, of which `kept_s` is work that stays.
    pub(super) fn spent_by(&self, place_s: f64, kept_s: f64) -> TimeBreakdown {
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
        TimeBreakdown {
            useful: kept_s,
            saving,
            restarting,
            again: place_s - restarting - saving - kept_s,
            slowed: 0.0,
        }
    }

    /// Time of the stretch under way that went into starting again and into saves by a moment, s.
    pub(in crate::scheduler) fn costs_s(&self, at_s: f64) -> (f64, f64) {
        let spent = self.spent_by(self.place_s(at_s), 0.0);
        (spent.restarting, spent.saving)
    }

    /// When it would have begun the stretch to be where it is at full clock, s.
    pub(in crate::scheduler) fn as_if_begun_s(&self) -> f64 {
        self.end_s - self.length_s
    }

    /// Work done and work saved by a place in the stretch, s.
    pub(super) fn work_at(&self, place_s: f64) -> (f64, f64) {
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
}
