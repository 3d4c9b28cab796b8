//! Jobs that save or start again do not work: their GPUs draw what waiting GPUs draw.
//!
//! ```text
//! load over a step = u − (u − min(p, u))·share      u at work, p while it saves or starts again
//! share            of the step that goes into saves and the restart, if no clock is slow
//! ```
//!
//! A job is looked at again in the step in which its phase ends. Where nobody pays for saves or restarts nothing is done.

use super::progress::Slot;
use super::{Floor, loads};

impl Slot {
    /// Share of the time from now on that goes into saves and the restart.
    fn paused_share(&self, now_s: f64, dt_s: f64) -> f64 {
        let (from_s, to_s) = (self.place_s(now_s), self.place_s(now_s + dt_s));
        if to_s <= from_s {
            return 0.0;
        }
        let costs_s = |at_s: f64| {
            let (restarting_s, saving_s) = self.costs_s(at_s);
            restarting_s + saving_s
        };
        ((costs_s(now_s + dt_s) - costs_s(now_s)) / (to_s - from_s)).clamp(0.0, 1.0)
    }
}

impl Floor {
    /// Load of a GPU of a job and of its processors over the step, in load units.
    pub(super) fn units_of(&self, slot: &Slot) -> [u64; 2] {
        let job = &slot.job;
        let share = if self.step_s > 0.0 && slot.has_costs() {
            slot.paused_share(self.now_s, self.step_s)
        } else {
            0.0
        };
        let at_work = job.utilisation;
        let waiting = job.paused_utilisation.min(at_work);
        let gpus = loads::units(at_work - (at_work - waiting) * share);
        [gpus, job.host_utilisation.map_or(gpus, loads::units)]
    }

    /// Gives every job that pays for saves or restarts its load over the step.
    pub(in super::super) fn pace(&mut self) {
        self.phase_s = f64::INFINITY;
        if !self.has_costs || self.step_s <= 0.0 {
            return;
        }
        let running = std::mem::take(&mut self.by_estimate);
        for &(_, index) in &running {
            let Some(slot) = self.slots.get(index as usize) else {
                continue;
            };
            if !slot.has_costs() {
                continue;
            }
            let units = self.units_of(slot);
            let steady_s = slot.steady_s(self.now_s);
            let next_s = if steady_s < self.step_s {
                self.now_s + self.step_s
            } else {
                // The begin of the step in which the phase ends.
                let steps = (self.now_s + steady_s) / self.step_s + 1e-9;
                (steps.floor() * self.step_s).max(self.now_s + self.step_s)
            };
            self.phase_s = self.phase_s.min(next_s);
            self.set_units(index, units);
        }
        self.by_estimate = running;
    }
}
