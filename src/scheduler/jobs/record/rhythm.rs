//! The phases of a stretch, each at its own moment: the restart, then work and saves in turn.
//!
//! ```text
//! phase 0       restart           ends at place r
//! phase 2m − 1  work              ends at place r + m·c + (m − 1)·s
//! phase 2m      save              ends at place r + m·(c + s)
//! moment        t(p) = end − (L − p), with a clock v counted ahead until u: u − (L − p − end + u)/v before u
//! load          p_waiting while it saves or starts again, u at work;  u − (u − p_waiting)·n·s/(w + n·s) where c + s < 120 s
//! ```
//!
//! Symbols are those of `progress.rs`. Where a save and the work before it take less than two minutes the job draws the mean over its stretch
//! all along: the energy is the same to what bends the power of a server between both loads, and the swings of power that
//! leaves out are shorter than most steps. Neither depends on the step.

use super::{JobRecord, State};
use crate::scheduler::loads;

/// Shorter rhythms of work and saves are not told apart, s.
const SHORT_RHYTHM_S: f64 = 120.0;

impl JobRecord {
    /// Whether it saves while it works.
    fn saves(&self) -> bool {
        self.job.save_s > 0.0 && self.job.checkpoint_s.is_finite()
    }

    /// Whether work and saves are one phase, at their mean load.
    fn blurs(&self) -> bool {
        self.saves() && self.job.save_s + self.job.checkpoint_s < SHORT_RHYTHM_S
    }

    /// Where the phase under way ends; infinite where that is the end of the stretch.
    fn boundary_s(&self) -> f64 {
        let restart_s = self.restart_s();
        if self.state == State::Saving {
            return f64::INFINITY;
        }
        if self.phase == 0 {
            return restart_s;
        }
        if !self.saves() || self.blurs() {
            return f64::INFINITY;
        }
        let (work_s, save_s) = (self.job.checkpoint_s, self.job.save_s);
        let cycles = f64::from(self.phase / 2);
        let begun_s = restart_s + cycles * (work_s + save_s);
        if self.phase.is_multiple_of(2) {
            return begun_s;
        }
        let end_s = begun_s + work_s;
        // The last spell of work ends with the stretch: no save follows, whatever the rounding of its length.
        if end_s + 0.5 * save_s < self.length_s {
            end_s
        } else {
            f64::INFINITY
        }
    }

    /// When it is at a place of the stretch, s.
    fn moment_s(&self, place_s: f64) -> f64 {
        let left_s = self.length_s - place_s;
        let (until_s, clock) = self.slow;
        let at_s = self.end_s - left_s;
        if at_s >= until_s || clock == 1.0 {
            return at_s;
        }
        until_s - (left_s - (self.end_s - until_s)) / clock.max(f64::MIN_POSITIVE)
    }

    /// When its phase or its stretch ends, as things are, s; finds it again after a change, not before `now_s`.
    pub(in crate::scheduler) fn find_due(&mut self, now_s: f64) -> f64 {
        let boundary_s = self.boundary_s();
        let at_s = if boundary_s.is_finite() {
            self.moment_s(boundary_s).min(self.end_s)
        } else {
            self.end_s
        };
        self.due_s = at_s.max(now_s);
        self.due_s
    }

    /// The same as last found.
    pub(in crate::scheduler) fn due_s(&self) -> f64 {
        self.due_s
    }

    /// Under which moment that is filed, s; infinite where it is not.
    pub(in crate::scheduler) fn filed_s(&self) -> f64 {
        self.filed_s
    }

    pub(in crate::scheduler) fn set_filed(&mut self, at_s: f64) {
        self.filed_s = at_s;
    }

    /// Goes on to the next phase.
    pub(in crate::scheduler) fn next_phase(&mut self) {
        self.phase += 1;
    }

    /// Whether it saves or starts again now.
    fn pauses(&self) -> bool {
        self.state == State::Saving || self.phase.is_multiple_of(2)
    }

    /// Whether what saves and restarts cost it grows as it runs.
    pub(in crate::scheduler) fn pays(&self) -> bool {
        self.pauses() || self.blurs()
    }

    /// Time of the stretch that went into the restart and into saves, of the phases that are over, s.
    pub(in crate::scheduler) fn paid_s(&self) -> [f64; 2] {
        if self.phase == 0 {
            return [0.0; 2];
        }
        let saves = f64::from((self.phase - 1) / 2);
        [self.restart_s(), saves * self.job.save_s]
    }

    /// Load of a GPU and of its processors now, in load units.
    pub(in crate::scheduler) fn load_units(&self) -> [u64; 2] {
        let job = &self.job;
        let at_work = job.utilisation;
        let waiting = job.paused_utilisation.min(at_work);
        let load = if self.pauses() {
            waiting
        } else if self.blurs() {
            let rhythm_s = self.length_s - self.restart_s();
            let share = (rhythm_s - self.left_s) / rhythm_s.max(f64::MIN_POSITIVE);
            at_work - (at_work - waiting) * share
        } else {
            at_work
        };
        let gpus = loads::units(load);
        [gpus, job.host_utilisation.map_or(gpus, loads::units)]
    }
}
