//! The second reading of a log of jobs, in order of submission.
//!
//! ```text
//! a row is given once newest ≥ submitted + late          newest: latest submission read so far
//! late = max(newest − submitted)                         known from the first reading
//! ```
//!
//! Logs are written nearly in order, so a small heap puts them in order exactly. A log written in reverse would be held
//! whole.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use super::window::Window;
use super::{Row, Rows};
use crate::workload::{Arrivals, Job};

/// The jobs of a window, in order.
pub(super) struct Ordered {
    rows: Rows<Job>,
    window: Window,
    late_s: f64,
    held: BinaryHeap<Reverse<Held>>,
    newest_s: f64,
    read_all: bool,
}

/// A job that waits for its turn; ties go by line.
struct Held(u64, Job);

impl Ord for Held {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_time = self.1.submit_s.total_cmp(&other.1.submit_s);
        by_time.then(self.0.cmp(&other.0))
    }
}
impl PartialOrd for Held {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Eq for Held {}
impl PartialEq for Held {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Ordered {
    pub(super) fn new(rows: Rows<Job>, window: Window, late_s: f64) -> Self {
        Self {
            rows,
            window,
            late_s,
            held: BinaryHeap::new(),
            newest_s: f64::NEG_INFINITY,
            read_all: false,
        }
    }

    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.held.len()
    }
}

impl Arrivals for Ordered {
    fn next_job(&mut self) -> Option<Job> {
        loop {
            // In the time of the trace, so that the heap judges as the first reading did.
            let due = |Reverse(Held(_, job)): &Reverse<Held>| {
                self.read_all || self.newest_s - job.submit_s >= self.late_s
            };
            if self.held.peek().is_some_and(due) || self.read_all {
                let Reverse(Held(_, job)) = self.held.pop()?;
                return Some(Job {
                    submit_s: job.submit_s - self.window.from_s,
                    not_before_s: job.not_before_s - self.window.from_s,
                    ..job
                });
            }
            let Some(Row { line, content }) = self.rows.next() else {
                self.read_all = true;
                continue;
            };
            // Bad rows were judged in the first reading.
            let Ok(Some(job)) = content else { continue };
            self.newest_s = self.newest_s.max(job.submit_s);
            self.read_all = job.submit_s - self.window.from_s - self.late_s > self.window.total_s;
            if self.window.submit_s(job.submit_s).is_some() && self.window.keeps(line) {
                self.held.push(Reverse(Held(line, job)));
            }
        }
    }
}
