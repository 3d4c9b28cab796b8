//! The part of a trace that a run replays: from a day on, again and again, thinned out.
//!
//! ```text
//! given once           0 ≤ t − from < total
//! with a period p      0 ≤ t − from < p, at t − from + k·p < total        ⌈(total − (t − from))/p⌉ times
//! thinned out          line kept where its hash < keep                   the same lines in every run and every round
//! ```

use super::replay::Replay;
use super::{Rows, TraceError};
use crate::workload::{Arrivals, Job};

/// The part of the trace that the run replays.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    pub(super) from_s: f64,
    pub(super) total_s: f64,
    /// After which it starts again.
    pub(super) period_s: Option<f64>,
    /// Share of the lines that are kept.
    pub(super) keep: f64,
}

impl Window {
    /// Submission since the start of the run; None before it and after its end. What waited when the trace began
    /// (RAPS writes it at negative times) waits when the run begins.
    pub(super) fn submit_s(&self, trace_s: f64) -> Option<f64> {
        let submit_s = trace_s - self.from_s;
        let before = self.from_s > 0.0 && submit_s < 0.0;
        (!before && submit_s < self.round().total_s).then_some(submit_s)
    }

    /// How often a job is given.
    pub(super) fn times(&self, trace_s: f64) -> u64 {
        match (self.submit_s(trace_s), self.period_s) {
            (None, _) => 0,
            (Some(_), None) => 1,
            (Some(submit_s), Some(period_s)) => {
                ((self.total_s - submit_s) / period_s).ceil() as u64
            }
        }
    }

    /// Whether thinning out leaves the line.
    pub(super) fn keeps(&self, line: u64) -> bool {
        self.keep >= 1.0 || hash(line) < self.keep
    }

    /// The first round alone.
    pub(super) fn round(&self) -> Self {
        Self {
            total_s: self.total_s.min(self.period_s.unwrap_or(f64::INFINITY)),
            period_s: None,
            ..*self
        }
    }
}

/// A number from 0 to 1 for a line: `SplitMix64` (Steele, Lea & Flood 2014).
fn hash(line: u64) -> f64 {
    let mut z = line.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

/// Opens the file again for the next round.
type Reopen = Box<dyn Fn() -> Result<Rows<Job>, TraceError> + Send>;

/// A trace that starts again after each period.
pub(super) struct Repeated {
    reopen: Reopen,
    window: Window,
    period_s: f64,
    late_s: f64,
    round: Replay,
    rounds: u64,
    last_s: f64,
}

impl Repeated {
    pub(super) fn new(
        reopen: Reopen,
        window: Window,
        period_s: f64,
        late_s: f64,
    ) -> Result<Self, TraceError> {
        Ok(Self {
            round: Replay::new(reopen()?, window.round(), late_s),
            reopen,
            window,
            period_s,
            late_s,
            rounds: 0,
            last_s: f64::NEG_INFINITY,
        })
    }
}

impl Arrivals for Repeated {
    fn next_job(&mut self) -> Option<Job> {
        loop {
            let begun_s = self.rounds as f64 * self.period_s;
            if let Some(job) = self.round.next_job() {
                // What waited when the trace began waits when the next round does.
                let submit_s = (job.submit_s + begun_s).max(self.last_s);
                if submit_s >= self.window.total_s {
                    continue;
                }
                self.last_s = submit_s;
                return Some(Job {
                    submit_s,
                    not_before_s: job.not_before_s + begun_s,
                    ..job
                });
            }
            self.rounds += 1;
            if begun_s + self.period_s >= self.window.total_s {
                return None;
            }
            // It was read a moment ago; where it has gone meanwhile, the trace ends.
            let rows = (self.reopen)().ok()?;
            self.round = Replay::new(rows, self.window.round(), self.late_s);
        }
    }
}
