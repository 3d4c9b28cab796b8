//! Deferrable jobs wait for clean or cheap hours.
//!
//! ```text
//! v(t)      mean of carbon or price from t to t + estimate: what the job would meet, at full clock
//! window    submit … submit + deferrable_s, hour by hour
//! released  at the first of them with  v(now) ≤ quantile q of v over what is left of its window;  at the latest at its end
//! ```
//!
//! From then on the job queues like any other. Conservative backfill keeps room for it from its hour on, as soon as it is
//! submitted; the other schedulers keep none, and it may find its hour taken. What the future brings is taken as known (the
//! scenario's own series: the most that a perfect forecast can do), or as what the same hours of the day before
//! brought (persistence, what anyone can do; in the first day the first hour's value stands for what was before it).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::series::Signal;
use crate::units::{self, DAY_S, HOUR_S};
use crate::workload::Job;

/// Deferrable jobs wait for clean or cheap hours.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Defer {
    /// Quantity to keep low; its series must be given.
    pub by: By,
    /// Such a job joins the queue when no more than this share of the hours left to it is better for all of its
    /// estimated run. `conservative` keeps room for it from then on; with the others it is queued then and may find
    /// its hour taken.
    #[serde(default = "fifth", deserialize_with = "units::fraction")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub quantile: f64,
    /// Forecast of the hours ahead.
    #[serde(default)]
    pub forecast: Forecast,
}

fn fifth() -> f64 {
    0.2
}

/// Criterion of deferrable jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// Carbon intensity of the grid.
    Carbon,
    /// Price of energy.
    Price,
}

/// Forecast of the hours ahead.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Forecast {
    /// All: the scenario's own series.
    #[default]
    Known,
    /// Only the past: the same hours of the day before.
    Yesterday,
}

/// Longer windows are looked at no further ahead, h.
const MAX_HOURS: usize = 28 * 24;

/// Deferral at work.
#[derive(Debug)]
pub(in crate::scheduler) struct Deferral {
    rule: Defer,
    signal: Signal,
    values: Vec<f64>,
    sorted: Vec<f64>,
    limits: Vec<f64>,
}

impl Deferral {
    pub(in crate::scheduler) fn new(rule: Defer, signal: Signal) -> Self {
        Self {
            rule,
            signal,
            values: Vec::new(),
            sorted: Vec::new(),
            limits: Vec::new(),
        }
    }

    /// When a job joins the queue, s since the start of the run; its submission where it cannot wait.
    pub(in crate::scheduler) fn release_s(&mut self, job: &Job) -> f64 {
        if job.deferrable_s < HOUR_S || !job.deferrable_s.is_finite() {
            return job.submit_s;
        }
        let steps = ((job.deferrable_s / HOUR_S) as usize).min(MAX_HOURS);
        let at_s = |step: usize| job.submit_s + step as f64 * HOUR_S;
        match self.rule.forecast {
            Forecast::Known => {
                self.expect(job, job.submit_s, steps);
                self.limits();
                let mut steps_on = self.values.iter().zip(&self.limits);
                let first = steps_on.position(|(value, limit)| value <= limit);
                at_s(first.unwrap_or(steps))
            }
            Forecast::Yesterday => (0..steps)
                .find(|&step| {
                    self.expect(job, at_s(step), steps - step);
                    self.limits();
                    let now = self.values.first().zip(self.limits.first());
                    now.is_none_or(|(value, limit)| value <= limit)
                })
                .map_or(at_s(steps), at_s),
        }
    }

    /// Expected mean for the job from each step of its window, seen from `now_s`.
    fn expect(&mut self, job: &Job, now_s: f64, steps: usize) {
        let mut values = std::mem::take(&mut self.values);
        values.clear();
        let run_s = job.estimate_s.clamp(1.0, MAX_HOURS as f64 * HOUR_S);
        values.extend((0..=steps).map(|step| {
            let ahead_s = step as f64 * HOUR_S;
            match self.rule.forecast {
                Forecast::Known => self.signal.mean(now_s + ahead_s, now_s + ahead_s + run_s),
                Forecast::Yesterday => self.repeated(now_s, ahead_s, run_s.min(DAY_S)),
            }
        }));
        self.values = values;
    }

    /// Mean over `run_s` (a day at most) from `ahead_s` after now on, where the last day repeats itself without end.
    fn repeated(&self, now_s: f64, ahead_s: f64, run_s: f64) -> f64 {
        let day_s = now_s - DAY_S;
        let from_s = day_s + ahead_s % DAY_S;
        let first_s = (now_s - from_s).min(run_s);
        let first = self.signal.mean(from_s, from_s + first_s);
        if first_s >= run_s {
            return first;
        }
        let rest_s = run_s - first_s;
        (first * first_s + self.signal.mean(day_s, day_s + rest_s) * rest_s) / run_s
    }

    /// For each step, the quantile of the values from it on.
    fn limits(&mut self) {
        self.sorted.clear();
        self.limits.clear();
        for &value in self.values.iter().rev() {
            let at = self.sorted.partition_point(|other| *other < value);
            self.sorted.insert(at, value);
            let place = (self.rule.quantile * (self.sorted.len() - 1) as f64).floor();
            self.limits.push(self.sorted[place as usize]);
        }
        self.limits.reverse();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::Series;

    /// Two days of hours: 300 g but for 100 g from 12 to 15 o'clock of the first, and from 18 to 21 of the second.
    fn signal() -> Signal {
        let day = |low: usize| {
            (0..24).map(move |h| {
                if (low..low + 3).contains(&h) {
                    100.0
                } else {
                    300.0
                }
            })
        };
        Signal::Series(Series::new(0.0, HOUR_S, day(12).chain(day(18)).collect()))
    }

    fn released_h(forecast: Forecast, submit_h: f64, window_h: f64, run_h: f64) -> f64 {
        let rule = Defer {
            by: By::Carbon,
            quantile: 0.0,
            forecast,
        };
        let job = Job {
            submit_s: submit_h * HOUR_S,
            deferrable_s: window_h * HOUR_S,
            estimate_s: run_h * HOUR_S,
            ..Job::default()
        };
        Deferral::new(rule, signal()).release_s(&job) / HOUR_S
    }

    /// A job of one hour waits for the first clean hour in reach, one of three for the whole of it, one of six for
    /// the first start that catches it all. Out of reach, all hours are equal: at once.
    #[test]
    fn who_knows_waits_for_the_best_hours_in_reach() {
        for (submit_h, window_h, run_h, expected_h) in [
            (2.0, 24.0, 1.0, 12.0),
            (2.0, 24.0, 3.0, 12.0),
            (2.0, 24.0, 6.0, 9.0),
            (2.0, 6.0, 1.0, 2.0),
            (13.0, 12.0, 1.0, 13.0),
            (13.0, 0.5, 1.0, 13.0),
            (16.0, 26.0, 1.0, 42.0),
        ] {
            let got = released_h(Forecast::Known, submit_h, window_h, run_h);
            assert_eq!(got, expected_h, "submitted at {submit_h} h");
        }
    }

    /// On the second day yesterday's noon is expected again, and it is not what comes.
    #[test]
    fn persistence_goes_by_the_day_before() {
        assert_eq!(released_h(Forecast::Yesterday, 26.0, 20.0, 1.0), 36.0);
        assert_eq!(released_h(Forecast::Known, 26.0, 20.0, 1.0), 42.0);
    }
}
