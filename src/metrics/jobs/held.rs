//! Whose energy it was: of jobs, of services, of nobody.
//!
//! ```text
//! E_servers = E_jobs + E_services + E_unallocated           at the inlets of the servers; see `facility::energy`
//! ```
//!
//! IT beside the servers (network, storage) is in none of them.

use crate::metrics::figures::{figures, known};
use crate::metrics::sum::Sum;
use crate::metrics::{Context, Metric, Summary};
use crate::snapshot::Snapshot;
use crate::units::J_PER_MWH;

figures! {
    /// Energy at the inlets of the servers by who held their GPUs; the three add up to `compute`, `server_fans` and `psu_losses`.
    ServerMwh {
        /// GPUs that jobs held, with their share of their servers: the column `it_kwh` of `jobs`, and the jobs that still run at the
        /// end.
        jobs: Option<f64> = Mwh;
        /// Servers of services, whole, except while they are out of service.
        services: Option<f64> = Mwh;
        /// GPUs that nobody held, with their share of their servers, and servers out of service.
        unallocated: Option<f64> = Mwh;
    }
}

/// The metric.
#[derive(Debug, Clone, Default)]
pub(crate) struct HeldMetric {
    jobs_j: Sum,
    services_j: Sum,
    servers_j: Sum,
}

impl HeldMetric {
    pub(crate) fn new(_: &Context) -> Self {
        Self::default()
    }
}

impl Metric for HeldMetric {
    fn observe(&mut self, s: &Snapshot) {
        if let Some(held) = s.held_power {
            self.jobs_j.add(held.jobs_w * s.dt_s);
            self.services_j.add(held.services_w * s.dt_s);
            self.servers_j.add(s.power.servers_w() * s.dt_s);
        }
    }

    fn report(&self, summary: &mut Summary) {
        let servers_j = self.servers_j.value();
        if servers_j <= 0.0 {
            return;
        }
        let held = [&self.jobs_j, &self.services_j].map(Sum::value);
        let drew = held.map(|held_j| (held_j > 0.0).then(|| held_j / J_PER_MWH));
        let server = &mut summary.server_mwh;
        [server.jobs, server.services] = drew.map(|mwh| mwh.and_then(known));
        // Less than rounding of the sums is nothing.
        let rest_j = servers_j - held.iter().sum::<f64>();
        let rest_j = if rest_j > 1e-9 * servers_j {
            rest_j
        } else {
            0.0
        };
        server.unallocated = known(rest_j / J_PER_MWH);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::tests::{context, hour, report};
    use crate::snapshot::HeldPower;

    /// Two hours: 1 MW of servers, of which jobs have 0.5 and 0.25, services 0.25: 0.75, 0.5, and 0.75 MWh are nobody's.
    #[test]
    fn three_add_up_by_hand() {
        let step = |at, jobs_w| {
            let mut s = hour(at, 2e6);
            (s.power.compute_w, s.power.psu_losses_w) = (0.9e6, 0.1e6);
            s.held_power = Some(HeldPower {
                jobs_w,
                services_w: 0.25e6,
                ..HeldPower::default()
            });
            s
        };
        let steps = [step(1.0, 0.5e6), step(2.0, 0.25e6)];
        let held = report(HeldMetric::new(&context()), &steps).server_mwh;
        assert_eq!(
            (held.jobs, held.services, held.unallocated),
            (Some(0.75), Some(0.5), Some(0.75))
        );
    }
}
