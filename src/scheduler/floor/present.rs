//! The jobs that wait or run, as somebody sees them who comes in at the end.

use super::Floor;
use super::progress::State;
use crate::workload::Class;

/// A job that has not left yet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Present {
    /// What kind of work it is.
    pub class: Class,
    /// GPUs it asks for or holds.
    pub gpus: u32,
    /// When it joined the queue, s since the start of the run.
    pub submit_s: f64,
    /// When it started for the first time; None: it still waits for that.
    pub start_s: Option<f64>,
    /// Work that is left, s, of one that waits.
    pub left_s: f64,
    /// When it should have ended, s since the start of the run.
    pub deadline_s: f64,
}

impl Floor {
    /// All jobs that wait or run, in no order that means anything, but always the same.
    pub fn present(&self) -> impl Iterator<Item = Present> {
        let slots = self.slots.iter().filter(|slot| slot.state != State::Free);
        slots.map(|slot| Present {
            class: slot.job.class,
            gpus: slot.job.gpus,
            submit_s: slot.job.submit_s,
            start_s: (slot.runs() || slot.interruptions > 0).then_some(slot.first_start_s),
            left_s: slot.left_s,
            deadline_s: slot.job.deadline_s,
        })
    }
}
