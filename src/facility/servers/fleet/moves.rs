//! Racks that change within a step, and the mean of the step.
//!
//! ```text
//! mean over the step = what the racks do at its end + Σ moves m·(from − to)        m: share of the step before the move
//! ```
//!
//! Power, air and heat are sums over servers, so means over time are exact whatever the length of the step.

/// A rack that goes from one mix to another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Move {
    pub(super) rack: u32,
    pub(super) from: u32,
    pub(super) to: u32,
    /// Share of the step before it.
    pub(super) share: f64,
}

/// The moves of a step, in order.
#[derive(Debug, Default)]
pub(super) struct Moves {
    /// Start of the step, s since the start of the run, and its length, s.
    span_s: (f64, f64),
    pub(super) all: Vec<Move>,
    /// Mixes that a rack left in the step.
    pub(super) left: Vec<u32>,
}

impl Moves {
    /// A step begins.
    pub(super) fn begin(&mut self, from_s: f64, dt_s: f64) {
        self.span_s = (from_s, dt_s);
    }

    /// Share of the step before a moment in it, 0..1.
    pub(super) fn share(&self, at_s: f64) -> f64 {
        let (from_s, dt_s) = self.span_s;
        if dt_s > 0.0 {
            ((at_s - from_s) / dt_s).clamp(0.0, 1.0)
        } else {
            0.0
        }
    }

    /// What to add to the state at the end of the step, for its mean: rack, mix and how much of it.
    pub(super) fn terms(&self) -> impl Iterator<Item = (u32, u32, f64)> {
        let within = self.all.iter().filter(|one| one.share > 0.0);
        within.flat_map(|one| {
            [
                (one.rack, one.from, one.share),
                (one.rack, one.to, -one.share),
            ]
        })
    }
}
