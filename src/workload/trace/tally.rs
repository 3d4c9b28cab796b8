//! The first reading of a log of jobs: what is given, what is not, and how far out of order it is.

use std::path::Path;

use super::window::Window;
use super::{Bad, Row, Rows};
use crate::describe::Fault;
use crate::units::{DAY_S, HOUR_S};
use crate::workload::Job;

/// Message of a trace without jobs.
pub(super) const NO_JOBS: &str = "rows holds a job";

/// Jobs and their GPU-hours.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Amount {
    pub(super) jobs: u64,
    pub(super) gpu_hours: f64,
}

impl Amount {
    fn add(&mut self, job: &Job, times: u64) {
        self.jobs += times;
        self.gpu_hours += times as f64 * f64::from(job.gpus) * job.work_s / HOUR_S;
    }
}

/// Counts of the first pass.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) rows: u64,
    pub(super) bad: Bad,
    pub(super) without_work: u64,
    pub(super) given: Amount,
    pub(super) outside: Amount,
    pub(super) thinned: Amount,
    /// Given, each as often as it is.
    pub(super) repeated: Amount,
    pub(super) largest: u32,
    /// Given, without a time from the log before which they do not start.
    pub(super) without_start: u64,
    pub(super) late_s: f64,
    span_s: Option<(f64, f64)>,
}

impl Tally {
    pub(super) fn of(rows: Rows<Job>, window: Window) -> Self {
        let mut tally = Self::default();
        let mut newest_s = f64::NEG_INFINITY;
        for Row { line, content } in rows {
            tally.rows += 1;
            let job = match content {
                Ok(Some(job)) => job,
                Ok(None) => {
                    tally.without_work += 1;
                    continue;
                }
                Err(fault) => {
                    tally.bad.note(line, &fault);
                    continue;
                }
            };
            newest_s = newest_s.max(job.submit_s);
            tally.late_s = tally.late_s.max(newest_s - job.submit_s);
            let (first_s, last_s) = tally.span_s.unwrap_or((job.submit_s, job.submit_s));
            tally.span_s = Some((first_s.min(job.submit_s), last_s.max(job.submit_s)));
            let times = window.times(job.submit_s);
            if times == 0 {
                tally.outside.add(&job, 1);
            } else if window.keeps(line) {
                tally.given.add(&job, 1);
                tally.without_start += u64::from(job.not_before_s == f64::NEG_INFINITY);
                tally.repeated.add(&job, times);
                tally.largest = tally.largest.max(job.gpus);
            } else {
                tally.thinned.add(&job, 1);
            }
        }
        tally
    }

    /// Refuses a trace that gives the run nothing to do.
    pub(super) fn check(&self, path: &Path, window: Window) -> Result<(), Fault> {
        let Some((first_s, last_s)) = self.span_s else {
            let what = format!("none of its {} {NO_JOBS}", self.rows);
            let cure = "check that the file has the format its table names";
            return Err(Fault::new(what, cure).in_file(path, None));
        };
        if self.given.jobs > 0 {
            return Ok(());
        }
        // Rounded up, it would leave out the very job.
        let mut from_day = (first_s / DAY_S * 1e3).floor() / 1e3;
        if let Some(start) = window.dated {
            // A whole day keeps the time of the day.
            if first_s - (first_s / DAY_S).floor() * DAY_S < window.total_s {
                from_day = (first_s / DAY_S).floor();
            }
            let date =
                |s: f64| start.saturating_add(jiff::Span::new().days((s / DAY_S).floor() as i64));
            let what = format!(
                "no job was submitted from {} to {}, the trace holds {} to {}",
                date(window.from_s),
                date(window.from_s + window.total_s),
                date(first_s),
                date(last_s)
            );
            let cure = format!(
                "set from_day = {from_day} to let it begin with the run, or run.start = \"{}\"",
                date(first_s)
            );
            return Err(Fault::new(what, cure).in_file(path, None));
        }
        let what = format!(
            "no job was submitted from day {:.3} to {:.3} of the trace, which holds day {:.3} to {:.3}",
            window.from_s / DAY_S,
            (window.from_s + window.total_s) / DAY_S,
            first_s / DAY_S,
            last_s / DAY_S
        );
        let cure = format!("set from_day = {from_day}, or lengthen the run");
        Err(Fault::new(what, cure).in_file(path, None))
    }

    /// The totals, in words.
    pub(super) fn lines(&self, window: Window) -> Vec<String> {
        let (thinned, thinned_hours) = match self.thinned.jobs {
            0 => (String::new(), String::new()),
            jobs => (
                format!(" + {jobs} thinned out"),
                format!(" + {:.1} thinned out", self.thinned.gpu_hours),
            ),
        };
        let repeated = window.period_s.map(|period_s| {
            format!(
                "again every {:.3} days: {} jobs, {:.1} GPU-hours in the run",
                period_s / DAY_S,
                self.repeated.jobs,
                self.repeated.gpu_hours
            )
        });
        let bad = match self.bad.count {
            0 => String::new(),
            count => format!(" + {count} bad"),
        };
        let counted = [
            format!(
                "{} rows = {} jobs given + {} outside the run + {} without work{thinned}{bad}",
                self.rows, self.given.jobs, self.outside.jobs, self.without_work
            ),
            format!(
                "{:.1} GPU-hours = {:.1} given + {:.1} outside the run{thinned_hours}; largest job {} GPUs",
                self.given.gpu_hours + self.outside.gpu_hours + self.thinned.gpu_hours,
                self.given.gpu_hours,
                self.outside.gpu_hours,
                self.largest
            ),
        ];
        counted.into_iter().chain(repeated).collect()
    }
}
