//! The part of a trace that a run replays: from a day on, again and again, thinned out.
//!
//! ```text
//! given once           0 ≤ t − from < total
//! with a period p      0 ≤ t − from < p, at t − from + k·p < total        ⌈(total − (t − from))/p⌉ times
//! thinned out          line kept where its hash < keep                   the same lines in every run and every round
//! ```

use jiff::civil::Date;

/// The part of the trace that the run replays.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    pub(super) from_s: f64,
    pub(super) total_s: f64,
    /// After which it starts again.
    pub(super) period_s: Option<f64>,
    /// Share of the lines that are kept.
    pub(super) sample_fraction: f64,
    /// The first day of the run, where the times of the trace are dates.
    pub(super) dated: Option<Date>,
}

impl Window {
    /// Submission since the start of the run; None before it and after its end. What waited when the trace began
    /// (RAPS writes it at negative times) waits when the run begins; jobs dated before the run are not part of it.
    pub(super) fn submit_s(&self, trace_s: f64) -> Option<f64> {
        let submit_s = trace_s - self.from_s;
        let before = (self.from_s != 0.0 || self.dated.is_some()) && submit_s < 0.0;
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
        self.sample_fraction >= 1.0 || hash(line) < self.sample_fraction
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
