//! How fast the load at the meter changes over a quarter of an hour and over an hour: what a utility requires before it connects
//! a site.
//!
//! ```text
//! r_k = P_k − P_(k−1)      P_k: mean at the meter over the k-th interval by the clock (15 min, 1 h)
//! p99 = the smallest |r| that 99 % of all |r_k| do not exceed (nearest rank, within 0.5 %)
//! ```
//!
//! Ramps of interval means are what operators' studies of load and wind use; within an interval power may move faster
//! (`swings`). Drawing from the grid is positive, so a site that feeds in and then draws ramps by the sum. An interval that
//! the run does not fill counts for nothing. Absent where a step is longer than the interval, as a mean over a step cannot
//! describe what happened within it, and where the run has fewer than two intervals.

use crate::histogram::Histogram;
use crate::metrics::figures::{Heading, figures, known};
use crate::metrics::intervals::Intervals;
use crate::metrics::{Context, Metric, Summary};
use crate::snapshot::Snapshot;
use crate::units::HOUR_S;

figures! {
    /// How fast the load at the meter changes.
    Ramps {
        /// Steepest rise at the meter from the mean of one quarter of an hour, by the clock, to that of the next; absent where
        /// steps are longer than that.
        up_15min_mw: Option<f64> = Mw.row(Heading::Energy, "ramp up in 15 min", 0).rank(4);
        /// Steepest fall.
        down_15min_mw: Option<f64> = Mw.row(Heading::Energy, "ramp down in 15 min", 0).rank(4);
        /// 99 % of these changes, up or down, are no greater; within 0.5 %.
        p99_15min_mw: Option<f64> = Mw;
        /// Steepest rise at the meter from the mean of one hour to that of the next.
        up_1h_mw: Option<f64> = Mw.row(Heading::Energy, "ramp up in 1 h", 0).rank(4);
        /// Steepest fall.
        down_1h_mw: Option<f64> = Mw.row(Heading::Energy, "ramp down in 1 h", 0).rank(4);
        /// 99 % of these changes, up or down, are no greater; within 0.5 %.
        p99_1h_mw: Option<f64> = Mw;
    }
}

/// Ramps over intervals of one length.
#[derive(Debug, Clone)]
struct Of {
    intervals: Intervals,
    last_w: Option<f64>,
    up_w: f64,
    down_w: f64,
    changes_w: Histogram,
    longest_step_s: f64,
    length_s: f64,
}

impl Of {
    fn new(length_s: f64) -> Self {
        Self {
            intervals: Intervals::of(length_s),
            last_w: None,
            up_w: 0.0,
            down_w: 0.0,
            changes_w: Histogram::default(),
            longest_step_s: 0.0,
            length_s,
        }
    }

    fn observe(&mut self, s: &Snapshot) {
        self.longest_step_s = self.longest_step_s.max(s.dt_s);
        if self.is_hidden() {
            return;
        }
        let step = (s.time_s - s.dt_s, s.time_s);
        let mut intervals = self.intervals;
        intervals.observe(step, s.on_site.grid_w, |_, mean_w| self.close(mean_w));
        self.intervals = intervals;
    }

    /// Whether a step was longer than the interval, so that nothing will be said of it.
    fn is_hidden(&self) -> bool {
        self.longest_step_s > self.length_s + 1e-6
    }

    fn close(&mut self, mean_w: f64) {
        if let Some(last_w) = self.last_w.replace(mean_w) {
            let change_w = mean_w - last_w;
            self.up_w = self.up_w.max(change_w);
            self.down_w = self.down_w.max(-change_w);
            self.changes_w.add(change_w.abs());
        }
    }

    /// Up, down and the 99th percentile, MW.
    fn mw(&self) -> [Option<f64>; 3] {
        let p99_w = self.changes_w.quantile(0.99);
        if p99_w.is_nan() || self.is_hidden() {
            return [None; 3];
        }
        [self.up_w, self.down_w, p99_w].map(|ramp_w| known(ramp_w / 1e6))
    }
}

/// The metric.
#[derive(Debug, Clone)]
pub(crate) struct RampsMetric {
    quarters: Of,
    hours: Of,
}

impl RampsMetric {
    pub(crate) fn new(_: &Context) -> Self {
        Self {
            quarters: Of::new(HOUR_S / 4.0),
            hours: Of::new(HOUR_S),
        }
    }
}

impl Metric for RampsMetric {
    fn observe(&mut self, s: &Snapshot) {
        self.quarters.observe(s);
        self.hours.observe(s);
    }

    fn report(&self, summary: &mut Summary) {
        let group = &mut summary.ramps;
        [group.up_15min_mw, group.down_15min_mw, group.p99_15min_mw] = self.quarters.mw();
        [group.up_1h_mw, group.down_1h_mw, group.p99_1h_mw] = self.hours.mw();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::tests::{context, hour, report};

    /// Steps of so many minutes, of which each is at one of these powers at the meter, MW.
    fn steps(minutes: f64, powers_mw: &[f64]) -> Vec<Snapshot> {
        let step = |(index, power_mw): (usize, &f64)| {
            let mut step = hour((index as f64 + 1.0) * minutes / 60.0, power_mw * 1e6);
            step.dt_s = 60.0 * minutes;
            step
        };
        powers_mw.iter().enumerate().map(step).collect()
    }

    /// By hand, steps of 5 min: quarters of (3, 6, 9) = 6, (9, 9, 9) = 9, (3, 3, 3) = 3, (3, 3, 0) = 2, (−2, −2, −2) = −2 MW:
    /// up by 3, down by 6; one hour of 5 MW alone has no ramp.
    #[test]
    fn ramps_are_those_of_quarters_by_the_clock() {
        let powers_mw = [
            3.0, 6.0, 9.0, 9.0, 9.0, 9.0, 3.0, 3.0, 3.0, 3.0, 3.0, 0.0, -2.0, -2.0, -2.0,
        ];
        let group = report(RampsMetric::new(&context()), &steps(5.0, &powers_mw)).ramps;
        assert!((group.up_15min_mw.unwrap() - 3.0).abs() < 1e-9, "{group:?}");
        assert!((group.down_15min_mw.unwrap() - 6.0).abs() < 1e-9);
        // Of four changes (3, 6, 1, 4) 99 % are all of them.
        assert!((group.p99_15min_mw.unwrap() - 6.0).abs() < 1e-9);
        assert_eq!((group.up_1h_mw, group.p99_1h_mw), (None, None));
    }

    /// By hand: 200 hours that alternate between 1 and 2 MW, but for a rise by 4 MW and a fall by 3 MW: of 199 changes that of
    /// rank ⌈0.99·199⌉ = 198 is the fall.
    #[test]
    fn one_greatest_ramp_is_not_the_99th_percentile() {
        let mut powers_mw: Vec<f64> = (0..200).map(|hour| f64::from(1 + hour % 2)).collect();
        powers_mw[101] = 5.0;
        powers_mw[102] = 2.0;
        let group = report(RampsMetric::new(&context()), &steps(60.0, &powers_mw)).ramps;
        assert_eq!(group.up_1h_mw, Some(4.0));
        assert_eq!(group.down_1h_mw, Some(3.0));
        assert!((group.p99_1h_mw.unwrap() / 3.0 - 1.0).abs() < 0.005);
        // A mean over an hour does not show its quarters.
        assert_eq!(group.up_15min_mw, None);
    }
}
