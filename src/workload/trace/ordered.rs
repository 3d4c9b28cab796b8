//! The second reading of a log, in order of time.
//!
//! ```text
//! a row is given once newest ≥ its time + late          newest: latest time read so far
//! late = max(newest − time)                             known from the first reading
//! ```
//!
//! Logs are written nearly in order, so a small heap puts them in order exactly. A log written in reverse would be held
//! whole.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use super::window::Window;
use super::{Row, Rows};
use crate::workload::{Arrivals, Job};

/// A row of a log: its line, its time, and what it holds, if that is to be given.
pub(super) type Dated<T> = (u64, f64, Option<T>);

/// Rows in order of time; of equals, by line.
pub(super) struct InOrder<T> {
    rows: Box<dyn Iterator<Item = Dated<T>> + Send>,
    late_s: f64,
    /// What comes later is not given.
    until_s: f64,
    held: BinaryHeap<Reverse<Held<T>>>,
    newest_s: f64,
    read_all: bool,
}

/// A row that waits for its turn.
struct Held<T> {
    line: u64,
    time_s: f64,
    content: T,
}

impl<T> Ord for Held<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_time = self.time_s.total_cmp(&other.time_s);
        by_time.then(self.line.cmp(&other.line))
    }
}
impl<T> PartialOrd for Held<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Eq for Held<T> {}
impl<T> PartialEq for Held<T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<T> InOrder<T> {
    pub(super) fn new(
        rows: impl Iterator<Item = Dated<T>> + Send + 'static,
        late_s: f64,
        until_s: f64,
    ) -> Self {
        Self {
            rows: Box::new(rows),
            late_s,
            until_s,
            held: BinaryHeap::new(),
            newest_s: f64::NEG_INFINITY,
            read_all: false,
        }
    }
}

impl<T> Iterator for InOrder<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        loop {
            // In the time of the log, so that the heap judges as the first reading did.
            let due = |Reverse(held): &Reverse<Held<T>>| {
                self.read_all || self.newest_s - held.time_s >= self.late_s
            };
            if self.held.peek().is_some_and(due) || self.read_all {
                return self.held.pop().map(|Reverse(held)| held.content);
            }
            let Some((line, time_s, content)) = self.rows.next() else {
                self.read_all = true;
                continue;
            };
            self.newest_s = self.newest_s.max(time_s);
            self.read_all = time_s - self.late_s > self.until_s;
            self.held.extend(content.map(|content| {
                Reverse(Held {
                    line,
                    time_s,
                    content,
                })
            }));
        }
    }
}

/// The jobs of a window, in order.
pub(super) struct Ordered {
    jobs: InOrder<Job>,
    from_s: f64,
}

impl Ordered {
    pub(super) fn new(rows: Rows<Job>, window: Window, late_s: f64) -> Self {
        // Bad rows were judged in the first reading.
        let rows = rows.filter_map(move |Row { line, content }| {
            let job = content.ok()??;
            let given = window.submit_s(job.submit_s).is_some() && window.keeps(line);
            Some((line, job.submit_s, given.then_some(job)))
        });
        Self {
            jobs: InOrder::new(rows, late_s, window.from_s + window.total_s),
            from_s: window.from_s,
        }
    }

    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.jobs.held.len()
    }
}

impl Arrivals for Ordered {
    fn next_job(&mut self) -> Option<Job> {
        let job = self.jobs.next()?;
        Some(Job {
            submit_s: job.submit_s - self.from_s,
            not_before_s: job.not_before_s - self.from_s,
            ..job
        })
    }
}
