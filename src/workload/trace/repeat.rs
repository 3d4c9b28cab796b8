//! A trace that starts again after each period.

use super::Rows;
use super::ordered::Ordered;
use super::window::Window;
use crate::describe::Fault;
use crate::workload::{Arrivals, Job};

/// Opens the file again for the next round.
type Reopen = Box<dyn Fn() -> Result<Rows<Job>, Fault> + Send>;

/// A trace that starts again after each period.
pub(super) struct Repeated {
    reopen: Reopen,
    window: Window,
    period_s: f64,
    late_s: f64,
    round: Ordered,
    rounds: u64,
    last_s: f64,
}

impl Repeated {
    pub(super) fn new(
        reopen: Reopen,
        window: Window,
        period_s: f64,
        late_s: f64,
    ) -> Result<Self, Fault> {
        Ok(Self {
            round: Ordered::new(reopen()?, window.round(), late_s),
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
            self.round = Ordered::new(rows, self.window.round(), self.late_s);
        }
    }
}
