//! Where the time of held GPUs goes.
//!
//! ```text
//! held = useful + saving + restarting + again + slowed          of a job in s, of all jobs in GPU-seconds
//! goodput = useful/held
//! ```
//!
//! *useful* is work at speed 1 (published programs) that was kept, *again* work that an interruption undid, *slowed* what lower
//! speeds added, less what higher ones saved. Work not saved yet counts as useful until it is undone.

#[cfg(test)]
mod tests;

/// Where the time of held GPUs went: s of one job, GPU-seconds of many.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct TimeBreakdown {
    /// Work that was kept, at full clock.
    pub useful: f64,
    /// Saving state.
    pub saving: f64,
    /// Starting again after an interruption.
    pub restarting: f64,
    /// Work that an interruption undid.
    pub again: f64,
    /// Time added by speeds below 1, less what those above saved.
    pub slowed: f64,
}

impl TimeBreakdown {
    /// All of it.
    pub fn held(&self) -> f64 {
        self.useful + self.saving + self.restarting + self.again + self.slowed
    }

    /// Adds what `gpus` GPUs spent.
    pub(super) fn add(&mut self, other: &Self, gpus: f64) {
        self.useful += other.useful * gpus;
        self.saving += other.saving * gpus;
        self.restarting += other.restarting * gpus;
        self.again += other.again * gpus;
        self.slowed += other.slowed * gpus;
    }

    /// Adds what a job of `gpus` GPUs spent between two readings, less slow clocks: those are counted as they run.
    pub(super) fn since(&mut self, before: &Self, now: &Self, gpus: u32) {
        let part = Self {
            useful: now.useful - before.useful,
            saving: now.saving - before.saving,
            restarting: now.restarting - before.restarting,
            again: now.again - before.again,
            slowed: 0.0,
        };
        self.add(&part, f64::from(gpus));
    }
}
