//! Breakdown of the time for which jobs held their GPUs.
//!
//! ```text
//! goodput = useful/(useful + saving + restarting + rework + slowed)        of jobs; services are not in it
//! ```
//!
//! *slowed* is negative where chips run faster than programs were measured on; goodput may exceed 1 then.
//! Of jobs that ended or stopped, and of those that run up to the end of the run: what these have not saved counts as useful, and
//! their speed is counted ahead to its next reading. The sum of all five is `jobs.gpu_hours` less those of services.

use crate::metrics::figures::{Heading, figures, known};
use crate::metrics::{Context, Metric, Summary};
use crate::snapshot::{Queue, Snapshot};
use crate::units::HOUR_S;

figures! {
    /// Breakdown of the time for which jobs held their GPUs.
    Goodput {
        /// Useful share of it: the first of the five that follow over their sum. `jobs.gpu_utilisation` gives the time held,
        /// this what came of it.
        goodput: Option<f64> = Share.row(Heading::Work, "useful GPU time", 1);
        /// Work that was kept, at full clock, with that of jobs still running (what they have not saved counts as useful).
        useful_gpu_hours: Option<f64> = GpuHours;
        /// Saving state.
        saving_gpu_hours: Option<f64> = GpuHours;
        /// Starting again after interruptions.
        restarting_gpu_hours: Option<f64> = GpuHours;
        /// Work that interruptions undid.
        #[serde(alias = "again_gpu_hours")]
        rework_gpu_hours: Option<f64> = GpuHours;
        /// Time added by reduced clocks (heat, grid limit, power limit); negative where cooler chips ran faster than those that
        /// programs were measured on.
        slowed_gpu_hours: Option<f64> = GpuHours;
        /// How often a running job was stopped.
        interruptions: Option<u64> = Count.row(Heading::Work, "jobs interrupted", 0);
        /// Failures of servers.
        failures: Option<u64> = Count;
        /// GPUs in servers out of service × hours.
        down_gpu_hours: Option<f64> = GpuHours;
    }
}

/// The metric.
#[derive(Debug, Clone, Default)]
pub(crate) struct GoodputMetric {
    last: Option<Queue>,
}

impl GoodputMetric {
    pub(crate) fn new(_: &Context) -> Self {
        Self::default()
    }
}

impl Metric for GoodputMetric {
    fn observe(&mut self, s: &Snapshot) {
        self.last = s.queue.or(self.last);
    }

    fn report(&self, summary: &mut Summary) {
        let Some(queue) = self.last else { return };
        let (spent, group) = (queue.spent, &mut summary.goodput);
        let hours = |gpu_s: f64| known(gpu_s / HOUR_S);
        group.useful_gpu_hours = hours(spent.useful.max(0.0));
        group.saving_gpu_hours = hours(spent.saving);
        group.restarting_gpu_hours = hours(spent.restarting);
        group.rework_gpu_hours = hours(spent.again);
        group.slowed_gpu_hours = hours(spent.slowed);
        group.goodput = known(spent.useful / spent.held());
        group.interruptions = Some(queue.interruptions);
        group.failures = Some(queue.failures);
        group.down_gpu_hours = hours(queue.down_gpu_s);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::tests::{context, hour, report};
    use crate::snapshot::TimeBreakdown;

    /// By hand: 90 of 100 GPU-hours were useful; 8 GPUs were down for one of two hours.
    #[test]
    fn the_last_step_knows_all() {
        let step = |at, useful| {
            let mut step = hour(at, 1e6);
            step.queue = Some(Queue {
                spent: TimeBreakdown {
                    useful: useful * HOUR_S,
                    saving: 4.0 * HOUR_S,
                    restarting: 3.0 * HOUR_S,
                    again: 2.0 * HOUR_S,
                    slowed: HOUR_S,
                },
                down_gpu_s: 8.0 * HOUR_S,
                interruptions: 5,
                failures: 4,
                ..Queue::default()
            });
            step
        };
        let group = report(
            GoodputMetric::new(&context()),
            &[step(1.0, 10.0), step(2.0, 90.0)],
        )
        .goodput;
        assert!((group.goodput.unwrap() - 0.9).abs() < 1e-12);
        assert_eq!(group.useful_gpu_hours, Some(90.0));
        assert_eq!(group.down_gpu_hours, Some(8.0));
        assert_eq!((group.interruptions, group.failures), (Some(5), Some(4)));
    }

    #[test]
    fn a_run_without_jobs_has_none() {
        let group = report(GoodputMetric::new(&context()), &[hour(1.0, 1e6)]).goodput;
        assert_eq!(group, Goodput::default());
    }
}
