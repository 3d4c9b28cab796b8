//! Work done, and the energy that a unit of it took: what makes runs comparable that did not do the same.
//!
//! ```text
//! work = Σ GPUs·(work kept) of jobs + Σ chips·load·speed·dt of services and imposed loads        h at speed 1
//! ```
//!
//! Speed 1 is that at which published programs were measured (`it/accelerator.rs`): a job of one hour is an hour of work of each of its
//! GPUs, whatever time it took. Of jobs it is what was kept (`goodput`), those still running included; saves, restarts and work done
//! again are none. Chips of a job count whole, whatever its load; those of services and imposed loads by theirs.

use crate::metrics::figures::{Heading, figures, known};
use crate::metrics::sum::Sum;
use crate::metrics::{Context, Metric, Summary};
use crate::snapshot::Snapshot;
use crate::units::{HOUR_S, J_PER_MWH};

figures! {
    /// Work that was done, and what a unit of it took.
    WorkDone {
        /// Work done, in hours of a GPU at the speed at which published programs were measured: `goodput.useful_gpu_hours` of jobs,
        /// and of services and imposed loads GPUs × load × speed × hours. Chips cooler than those of air-cooled servers
        /// (72 °C) do more in an hour, hotter ones less.
        gpu_hours: Option<f64> = GpuHours.row(Heading::Work, "work done", 0).headline();
        /// Energy of the facility for each of them: what compares runs that did not do the same work.
        kwh_per_gpu_hour: Option<f64> = KwhPerGpuHour.row(Heading::Work, "energy for work", 3).headline();
        /// Energy of the facility for each of `jobs.tokens`.
        j_per_token: Option<f64> = J.row(Heading::Work, "energy for a token", 3);
    }
}

/// The metric.
#[derive(Debug, Clone, Default)]
pub(crate) struct Work {
    useful_s: f64,
    served_s: Sum,
    seen: bool,
}

impl Work {
    pub(crate) fn new(_: &Context) -> Self {
        Self::default()
    }
}

impl Metric for Work {
    fn observe(&mut self, s: &Snapshot) {
        self.seen |= !s.halls.is_empty();
        if let Some(queue) = s.queue {
            self.useful_s = queue.spent.useful;
        }
        let served: f64 = s.halls.iter().map(|hall| hall.served_gpus).sum();
        self.served_s.add(served * s.dt_s);
    }

    fn report(&self, summary: &mut Summary) {
        if self.seen {
            summary.work.gpu_hours = known((self.useful_s + self.served_s.value()) / HOUR_S);
        }
    }

    fn derive(&self, summary: &mut Summary) {
        let Some(gpu_hours) = summary.work.gpu_hours else {
            return;
        };
        let energy_j = summary.energy_mwh.facility.unwrap_or(f64::NAN) * J_PER_MWH;
        // Less than rounding of the sums is no work.
        let worked = gpu_hours > 1e-9;
        summary.work.kwh_per_gpu_hour = worked
            .then(|| known(energy_j / 3.6e6 / gpu_hours))
            .flatten();
        summary.work.j_per_token = known(energy_j / summary.jobs.tokens.unwrap_or(f64::NAN));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::tests::{context, hour};
    use crate::snapshot::{Queue, TimeBreakdown};

    /// By hand: 2 MWh for 30 useful GPU-hours of jobs and 2 × 10 of services: 40 kWh each; 1e9 tokens: 7.2 J each.
    #[test]
    fn energy_for_a_unit_of_work() {
        let mut metric = Work::new(&context());
        for at in [1.0, 2.0] {
            let mut step = hour(at, 1e6);
            step.halls[0].served_gpus = 10.0;
            let spent = TimeBreakdown {
                useful: 15.0 * at * HOUR_S,
                saving: 7.0,
                ..TimeBreakdown::default()
            };
            step.queue = Some(Queue {
                spent,
                ..Queue::default()
            });
            metric.observe(&step);
        }
        let mut summary = Summary::default();
        summary.energy_mwh.facility = Some(2.0);
        summary.jobs.tokens = Some(1e9);
        metric.report(&mut summary);
        metric.derive(&mut summary);
        let work = summary.work;
        assert_eq!(work.gpu_hours, Some(50.0));
        assert!((work.kwh_per_gpu_hour.unwrap() - 40.0).abs() < 1e-9);
        assert!((work.j_per_token.unwrap() - 7.2).abs() < 1e-9);
    }

    #[test]
    fn a_run_without_work_has_no_energy_for_it() {
        let mut metric = Work::new(&context());
        metric.observe(&hour(1.0, 1e6));
        let mut summary = Summary::default();
        summary.energy_mwh.facility = Some(1.0);
        metric.report(&mut summary);
        metric.derive(&mut summary);
        assert_eq!(summary.work.gpu_hours, Some(0.0));
        assert_eq!(summary.work.kwh_per_gpu_hour, None);
        assert_eq!(summary.work.j_per_token, None);
    }
}
