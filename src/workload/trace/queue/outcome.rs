//! What became of requests: counts, times, and load and output by interval.

use super::pool::Rates;
use crate::histogram::Histogram;
use crate::workload::trace::requests::Amount;

/// Load and output by interval: integrals, in units of the trace.
#[derive(Debug, Clone, Default)]
pub(in crate::workload::trace) struct Intervals {
    pub(super) interval_s: f64,
    /// Of the chips that write, and of those that read for them, s.
    pub(in crate::workload::trace) busy_s: [Vec<f64>; 2],
    pub(in crate::workload::trace) tokens: Vec<f64>,
    /// Empty until one is refused.
    pub(in crate::workload::trace) refused: Vec<f64>,
}

impl Intervals {
    fn slot(&self, time_s: f64) -> usize {
        ((time_s / self.interval_s) as usize).min(self.tokens.len().saturating_sub(1))
    }

    /// From `from_s` to `to_s`; the last interval takes what rounding leaves.
    pub(super) fn add(&mut self, from_s: f64, to_s: f64, rates: &Rates, tokens_per_s: f64) {
        if rates.load == [0.0; 2] && tokens_per_s == 0.0 {
            return;
        }
        let (mut at_s, last) = (from_s, self.slot(to_s));
        for slot in self.slot(from_s)..=last {
            let until_s = if slot == last {
                to_s
            } else {
                ((slot + 1) as f64 * self.interval_s).clamp(at_s, to_s)
            };
            let dt_s = until_s - at_s;
            at_s = until_s;
            for (busy_s, load) in self.busy_s.iter_mut().zip(rates.load) {
                if let Some(busy_s) = busy_s.get_mut(slot) {
                    *busy_s += load * dt_s;
                }
            }
            if let Some(tokens) = self.tokens.get_mut(slot) {
                *tokens += tokens_per_s * dt_s;
            }
        }
    }

    pub(super) fn refuse(&mut self, time_s: f64, tokens: f64) {
        self.refused.resize(self.tokens.len(), 0.0);
        let slot = self.slot(time_s);
        if let Some(refused) = self.refused.get_mut(slot) {
            *refused += tokens;
        }
    }
}

/// What became of the requests.
#[derive(Debug, Default)]
pub(in crate::workload::trace) struct Outcome {
    pub(in crate::workload::trace) served: Amount,
    pub(in crate::workload::trace) refused: Amount,
    pub(in crate::workload::trace) under_way: Amount,
    pub(in crate::workload::trace) waiting: Amount,
    /// Written for those under way at the end, tokens.
    pub(in crate::workload::trace) part_written: f64,
    /// The most that waited at a time.
    pub(in crate::workload::trace) longest_queue: usize,
    /// Time to the first token, ms.
    pub(in crate::workload::trace) first_ms: Histogram,
    /// Time of a token, ms, a value for each request served.
    pub(in crate::workload::trace) token_ms: Histogram,
    pub(in crate::workload::trace) intervals: Intervals,
}

impl Outcome {
    /// Written, tokens.
    pub(in crate::workload::trace) fn delivered(&self) -> f64 {
        self.served.generated as f64 + self.part_written
    }

    /// Not yet written at the end, tokens.
    pub(in crate::workload::trace) fn left(&self) -> f64 {
        self.waiting.generated as f64 + (self.under_way.generated as f64 - self.part_written)
    }
}
