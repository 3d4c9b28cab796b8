//! Swings within steps, and how fast the site's power changes from step to step.
//!
//! ```text
//! ramp = (P_k − P_(k−1))/Δt        P: mean of a step at the meter, Δt: length of a step
//! ```
//!
//! A mean over a step hides what happens within it: ramps are those of means, swings the envelope of `facility/power/swings.rs`.

use crate::metrics::figures::{Heading, figures, known};
use crate::metrics::sum::Sum;
use crate::metrics::{Context, Metric, Summary};
use crate::snapshot::Snapshot;

/// W/s per MW/min.
pub(crate) const MW_PER_MIN: f64 = 1e6 / 60.0;

figures! {
    /// How the power at the meter swings within steps, and changes from step to step.
    Swings {
        /// Largest swing of synchronised work within a step, peak to peak, as the column `swing_mw`.
        amplitude_mw: Option<f64> = Mw.row(Heading::Work, "training power swing", 0).rank(3);
        /// Its mean over the run.
        amplitude_mean_mw: Option<f64> = Mw;
        /// Steepest change within it.
        mw_per_s: Option<f64> = MwPerS;
        /// Steepest rise at the meter from one step to the next. Shorter steps show steeper ramps.
        ramp_up_mw_min: Option<f64> = MwPerMin;
        /// Steepest fall.
        ramp_down_mw_min: Option<f64> = MwPerMin;
    }
}

/// The metric.
#[derive(Debug, Clone, Default)]
pub(crate) struct SwingsMetric {
    last_w: Option<f64>,
    up_w_s: f64,
    down_w_s: f64,
    largest_w: Option<f64>,
    mean_w: Sum,
    seconds: Sum,
    steepest_w_s: f64,
}

impl SwingsMetric {
    pub(crate) fn new(_: &Context) -> Self {
        Self::default()
    }
}

impl Metric for SwingsMetric {
    fn observe(&mut self, s: &Snapshot) {
        let now_w = s.on_site.grid_w;
        if let Some(last_w) = self.last_w.replace(now_w) {
            let ramp_w_s = (now_w - last_w) / s.dt_s;
            self.up_w_s = self.up_w_s.max(ramp_w_s);
            self.down_w_s = self.down_w_s.max(-ramp_w_s);
        }
        if let Some(swings) = s.swings {
            self.largest_w = Some(self.largest_w.unwrap_or(0.0).max(swings.amplitude_w));
            self.steepest_w_s = self.steepest_w_s.max(swings.w_per_s);
            self.mean_w.add(swings.amplitude_w * s.dt_s);
            self.seconds.add(s.dt_s);
        }
    }

    fn report(&self, summary: &mut Summary) {
        let group = &mut summary.swings;
        if self.last_w.is_some() {
            group.ramp_up_mw_min = known(self.up_w_s / MW_PER_MIN);
            group.ramp_down_mw_min = known(self.down_w_s / MW_PER_MIN);
        }
        if let Some(largest_w) = self.largest_w {
            group.amplitude_mw = known(largest_w / 1e6);
            group.amplitude_mean_mw = known(self.mean_w.value() / self.seconds.value() / 1e6);
            group.mw_per_s = known(self.steepest_w_s / 1e6);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::tests::{context, hour, report};
    use crate::snapshot;

    /// By hand: 2, 5 and 4 MW in hours one after the other: up by 3 MW/h = 0.05 MW/min, down by 1 MW/h = 0.01667. Swings
    /// of 1, 0 and 2 MW: the largest 2, the mean 1.
    #[test]
    fn ramps_and_swings_by_hand() {
        let steps: Vec<_> = [(2e6, 1e6), (5e6, 0.0), (4e6, 2e6)]
            .into_iter()
            .zip(1..)
            .map(|((power_w, swing_w), at)| {
                let mut step = hour(f64::from(at), power_w);
                step.swings = Some(snapshot::Swings {
                    amplitude_w: swing_w,
                    w_per_s: 50.0 * swing_w,
                });
                step
            })
            .collect();
        let group = report(SwingsMetric::new(&context()), &steps).swings;
        assert!((group.ramp_up_mw_min.unwrap() - 0.05).abs() < 1e-12);
        assert!((group.ramp_down_mw_min.unwrap() - 1.0 / 60.0).abs() < 1e-12);
        assert_eq!(group.amplitude_mw, Some(2.0));
        assert!((group.amplitude_mean_mw.unwrap() - 1.0).abs() < 1e-12);
        assert_eq!(group.mw_per_s, Some(100.0));
    }
}
