//! The work: jobs that arrive, run and leave, and services that hold their GPUs for the whole run.
//!
//! ```text
//! scenario tables ─ config ─▶ arrivals (jobs in order of submission) + services ─▶ scheduler
//!                             or one figure for the whole hall: constant, profile
//! ```

pub mod checkpoint;
pub mod config;
mod label;
pub mod mining;
pub mod model;
pub mod profile;
pub mod service;
pub mod synthetic;
pub mod trace;

use serde::{Deserialize, Serialize};

pub use config::{Plan, Workload};
pub use label::{Label, Outcome};
pub use service::Service;

use crate::units::{DAY_S, HOUR_S};

/// Kind of work.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Training a model from the start: weeks on thousands of GPUs.
    Pretraining,
    /// Adapting a trained model: hours on tens of GPUs.
    FineTuning,
    /// Answering requests: GPUs held all the time, load that follows the users.
    Inference,
    /// Everything short: evaluation, data preparation, experiments.
    Batch,
}

impl Class {
    /// The name in scenario files and result columns.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pretraining => "pretraining",
            Self::FineTuning => "fine_tuning",
            Self::Inference => "inference",
            Self::Batch => "batch",
        }
    }
}

/// Range of the load of GPUs that jobs hold, where it is not stated.
fn busy() -> serde_json::Value {
    let why = "from jobs that wait for data half of their time to those that never do";
    crate::describe::doubt(0.5, 0.95, why)
}

/// The part of a hall in which all GPUs of a job must lie.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Locality {
    /// One server: GPUs that talk over its own links.
    Server,
    /// One rack, where a rack is one domain of fast links.
    Rack,
    /// One pod: the racks under one set of switches.
    Pod,
    /// One hall.
    #[default]
    Hall,
}

/// One job. All of its GPUs start together and are held until its end (gang scheduling).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Job {
    /// Number in order of submission, from 1.
    pub id: u64,
    /// Kind of work.
    pub class: Class,
    /// When it joins the queue, s since the start of the run.
    pub submit_s: f64,
    /// GPUs it needs at the same time, in one hall.
    pub gpus: u32,
    /// Where they must lie.
    pub within: Locality,
    /// Run time at full clock, s, without checkpoints and failures.
    pub work_s: f64,
    /// Run time that its user requested, s.
    pub estimate_s: f64,
    /// Load of each GPU held while it runs, 0..1 of what the chip can draw above idle (not the MFU).
    pub utilisation: f64,
    /// Load of the processors beside its GPUs, 0..1; None: they follow the GPUs.
    pub host_utilisation: Option<f64>,
    /// Load of each GPU while the job saves its state or starts again, 0..1; never above `utilisation`.
    pub paused_utilisation: f64,
    /// Tokens processed by the whole job.
    pub tokens: f64,
    /// Who submitted it: users are numbered from 1; 0 where unknown.
    pub user: u32,
    /// Higher goes first, with schedulers that know priorities.
    pub priority: f64,
    /// When it should have ended, s since the start of the run; infinite without a deadline.
    pub deadline_s: f64,
    /// Before this it does not start, s since the start of the run.
    pub not_before_s: f64,
    /// When that moment comes, the scheduler does not look: it learns of it when a job is submitted or ends.
    pub unannounced: bool,
    /// How long its start may be put off for a better hour, s since its submission.
    pub deferrable_s: f64,
    /// A scheduler may stop it and start it again later.
    pub preemptible: bool,
    /// Run time between two saves of its state, s; infinite where it never saves.
    pub checkpoint_s: f64,
    /// Time of one save, s.
    pub save_s: f64,
    /// Time of a restart before work continues, s.
    pub restart_s: f64,
    /// How it ends.
    pub outcome: Outcome,
    /// Its name in the trace it came from.
    pub label: Label,
}

impl Job {
    /// Priority of a job that goes to the front of the queue, with every scheduler.
    pub const FIRST: f64 = f64::INFINITY;
}

impl Default for Job {
    fn default() -> Self {
        Self {
            id: 0,
            class: Class::Batch,
            submit_s: 0.0,
            gpus: 1,
            within: Locality::Hall,
            work_s: 0.0,
            estimate_s: 0.0,
            utilisation: 1.0,
            host_utilisation: None,
            paused_utilisation: checkpoint::PAUSED,
            tokens: 0.0,
            user: 0,
            priority: 0.0,
            deadline_s: f64::INFINITY,
            not_before_s: f64::NEG_INFINITY,
            unannounced: false,
            deferrable_s: 0.0,
            preemptible: false,
            checkpoint_s: f64::INFINITY,
            save_s: 0.0,
            restart_s: 0.0,
            outcome: Outcome::Completed,
            label: Label::default(),
        }
    }
}

/// A source of jobs, drawn one at a time so that memory does not grow with the run.
pub trait Arrivals: Send {
    /// The next job; `submit_s` never decreases. None: no more jobs, ever.
    fn next_job(&mut self) -> Option<Job>;
}

/// Jobs from any iterator, already in order of submission.
#[derive(Debug, Clone)]
pub struct Listed<I>(pub I);

impl<I: Iterator<Item = Job> + Send> Arrivals for Listed<I> {
    fn next_job(&mut self) -> Option<Job> {
        self.0.next()
    }
}

/// Several sources as one, in order of submission (ties: in the order of the sources).
pub struct Merge {
    sources: Vec<(Option<Job>, Box<dyn Arrivals>)>,
    given: u64,
}

impl Merge {
    /// Merges `sources`; the jobs are renumbered from 1.
    pub fn new(sources: Vec<Box<dyn Arrivals>>) -> Self {
        let with_head = |mut source: Box<dyn Arrivals>| (source.next_job(), source);
        Self {
            sources: sources.into_iter().map(with_head).collect(),
            given: 0,
        }
    }
}

impl Arrivals for Merge {
    fn next_job(&mut self) -> Option<Job> {
        let mut first: Option<&mut (Option<Job>, Box<dyn Arrivals>)> = None;
        for entry in &mut self.sources {
            let submit_s =
                |e: &(Option<Job>, _)| e.0.as_ref().map_or(f64::INFINITY, |j| j.submit_s);
            if entry.0.is_some()
                && first
                    .as_ref()
                    .is_none_or(|best| submit_s(entry) < submit_s(best))
            {
                first = Some(entry);
            }
        }
        let (head, source) = first?;
        let job = std::mem::replace(head, source.next_job())?;
        self.given += 1;
        Some(Job {
            id: self.given,
            ..job
        })
    }
}

/// Clock on the wall of the site: turns time since the start into hour and day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calendar {
    /// Seconds from Monday 00:00 (local civil time) to the start of the run.
    pub start_s: f64,
}

impl Calendar {
    /// A run that starts on `day_of_week` (Monday 0 … Sunday 6) at `hour`.
    pub fn new(day_of_week: u8, hour: f64) -> Self {
        Self {
            start_s: f64::from(day_of_week) * DAY_S + hour * HOUR_S,
        }
    }

    /// Hour of the day (0..24) and day of the week (Monday 0 … Sunday 6).
    pub fn at(self, time_s: f64) -> (f64, u8) {
        let week_s = of_week_s(self.start_s + time_s);
        let day = ((week_s / DAY_S) as u8).min(6);
        ((week_s - f64::from(day) * DAY_S) / HOUR_S, day)
    }
}

/// `rem_euclid` by a week, without a call where time runs forwards: whole weeks are exact, and so is what they leave.
fn of_week_s(time_s: f64) -> f64 {
    const WEEK_S: f64 = 7.0 * DAY_S;
    if !(0.0..1e15).contains(&time_s) {
        return time_s.rem_euclid(WEEK_S);
    }
    let weeks = (time_s / WEEK_S) as i64 as f64;
    let left_s = time_s - weeks * WEEK_S;
    // The quotient may have been rounded up to the next week.
    if left_s < 0.0 {
        time_s - (weeks - 1.0) * WEEK_S
    } else {
        left_s
    }
}

/// How demand swings over the day and the week; its mean over a week is 1.
///
/// ```text
/// r(h, d) = w(d)·(1 + swing·cos(2π·(h − peak)/24))     w = 7/(5 + 2f) on weekdays, f·7/(5 + 2f) at weekends
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rhythm {
    /// Half the difference of highest and lowest hour over the mean, 0..1.
    pub swing: f64,
    /// Hour of the highest demand, 0..24.
    pub peak_hour: f64,
    /// Demand at the weekend over demand on a weekday, f.
    pub weekend_factor: f64,
}

impl Rhythm {
    /// Demand relative to the mean of the week.
    pub fn at(&self, hour_of_day: f64, day_of_week: u8) -> f64 {
        let (weekday, weekend) = self.levels();
        let level = if day_of_week < 5 { weekday } else { weekend };
        let angle = std::f64::consts::TAU * (hour_of_day - self.peak_hour) / 24.0;
        level * (1.0 + self.swing * angle.cos())
    }

    /// The highest value of the week.
    pub fn max(&self) -> f64 {
        let (weekday, weekend) = self.levels();
        weekday.max(weekend) * (1.0 + self.swing)
    }

    /// The lowest value of the week.
    pub fn min(&self) -> f64 {
        let (weekday, weekend) = self.levels();
        weekday.min(weekend) * (1.0 - self.swing)
    }

    fn levels(&self) -> (f64, f64) {
        let weekday = 7.0 / (5.0 + 2.0 * self.weekend_factor);
        (weekday, weekday * self.weekend_factor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(crate) fn job(submit_s: f64, gpus: u32) -> Job {
        Job {
            id: 0,
            class: Class::Batch,
            submit_s,
            gpus,
            work_s: 1.0,
            estimate_s: 1.0,
            utilisation: 1.0,
            tokens: 0.0,
            ..Job::default()
        }
    }

    #[test]
    fn sources_are_merged_in_time_and_numbered_from_one() {
        let a = [job(1.0, 1), job(3.0, 1), job(3.0, 1)];
        let b = [job(0.5, 2), job(3.0, 2), job(9.0, 2)];
        let mut merge = Merge::new(vec![
            Box::new(Listed(a.into_iter())),
            Box::new(Listed(b.into_iter())),
        ]);
        let all: Vec<_> = std::iter::from_fn(|| merge.next_job())
            .map(|j| (j.id, j.submit_s, j.gpus))
            .collect();
        assert_eq!(
            all,
            [
                (1, 0.5, 2),
                (2, 1.0, 1),
                (3, 3.0, 1),
                (4, 3.0, 1),
                (5, 3.0, 2),
                (6, 9.0, 2)
            ]
        );
    }

    /// 2026-01-01 is a Thursday (3); 2 days and 30.5 hours later it is Sunday 06:30.
    #[test]
    fn the_calendar_counts_days_from_monday() {
        let calendar = Calendar::new(3, 0.0);
        assert_eq!(calendar.at(0.0), (0.0, 3));
        assert_eq!(calendar.at(2.0 * DAY_S + 30.5 * HOUR_S), (6.5, 6));
        assert_eq!(calendar.at(4.0 * DAY_S), (0.0, 0));
    }

    #[test]
    fn weeks_are_taken_off_as_the_library_does() {
        let week_s = 7.0 * DAY_S;
        for weeks in [0.0, 1.0, 3.0, 52.0, 1e6] {
            for off_s in [-1e-9, -0.0, 1e-9, 0.1, 86_400.3, 604_799.999] {
                let at_s: f64 = weeks * week_s + off_s;
                for at_s in [at_s, at_s.next_down(), at_s.next_up()] {
                    assert_eq!(of_week_s(at_s), at_s.rem_euclid(week_s), "{at_s}");
                }
            }
        }
    }

    /// f = 0.5: weekdays 7/6, weekends 7/12; at swing 0.3 the peak is 7/6·1.3 = 1.5167.
    #[test]
    fn a_rhythm_has_the_mean_one_over_the_week() {
        let rhythm = Rhythm {
            swing: 0.3,
            peak_hour: 15.0,
            weekend_factor: 0.5,
        };
        assert!((rhythm.at(15.0, 0) - 1.516667).abs() < 1e-6);
        assert!((rhythm.at(3.0, 6) - 0.7 * 7.0 / 12.0).abs() < 1e-12);
        let hours = 7 * 24 * 4;
        let sum: f64 = (0..hours)
            .map(|q| Calendar::new(0, 0.0).at(f64::from(q) * 900.0))
            .map(|(h, d)| rhythm.at(h, d))
            .sum();
        assert!((sum / f64::from(hours) - 1.0).abs() < 1e-12);
        assert!((rhythm.max() - rhythm.at(15.0, 2)).abs() < 1e-12);
        assert!((rhythm.min() - rhythm.at(3.0, 6)).abs() < 1e-12);
    }
}
