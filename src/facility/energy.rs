//! Whose energy it is: of jobs, of services, of nobody.
//!
//! ```text
//! P_servers = P_jobs + P_services + P_nobody           in every step, at the inlets
//! E_job     = Σ GPUs held·∫h·dt                        h: power of one held GPU of a server, see `servers::fleet::meter`
//! E_site    = Σ GPUs held·∫h·(P_facility/P_servers)·dt
//! ```
//!
//! A held GPU has what its chip draws, what its load adds to the host, its share by number of the host's idle power and of the fans, and
//! the losses of the power supplies that come with these. Services hold whole servers; what is out of service nobody holds. IT beside the
//! servers (network, storage) is nobody's at the inlets, and everybody's at the meter.

use super::Facility;
use super::power::Source;
use super::servers::locate;
use crate::scheduler::{Holding, JobEnergy};
use crate::snapshot::{ActiveJob, HeldPower};
use crate::workload::service::OutputKind;

impl Facility {
    /// Counts the energy of jobs from now on (`FinishedJob::energy`, `ActiveJob::energy`): before the first step. Costs a little in
    /// every step.
    pub fn meter_jobs(&mut self) {
        if self.work.count_energy() {
            for hall in &mut self.halls {
                hall.fleet.meter();
            }
        }
    }

    /// The step is solved and its power known: gives it to who holds the servers.
    pub(super) fn count_energy(&mut self, dt_s: f64) {
        let on = f64::from(u8::from(self.on_site.source != Source::Nothing));
        self.snapshot.held_power = self.held_power(on);
        if !self.halls.iter().any(|hall| hall.fleet.is_metered()) {
            return;
        }
        let ratio = self.snapshot.power.facility_per_servers();
        let step_s = [on * dt_s, on * dt_s * ratio];
        for hall in &mut self.halls {
            hall.fleet.begin_counting();
        }
        let halls = &mut self.halls;
        self.work.settle_energy(|holding| {
            let (hall, first) = locate(halls, holding.first);
            let fleet = &mut halls[hall].fleet;
            let share = fleet.share(holding.at_s);
            let servers = first..first + holding.servers;
            fleet.count(servers, holding.gpus, (share, step_s))
        });
        for hall in halls {
            hall.fleet.end_counting(step_s);
        }
    }

    /// Power of the step by who holds the servers.
    fn held_power(&mut self, on: f64) -> Option<HeldPower> {
        let services = self.work.services()?;
        let mut held = HeldPower {
            jobs_w: on * self.halls.iter().map(|h| h.totals.jobs_w).sum::<f64>(),
            ..HeldPower::default()
        };
        if services.is_empty() {
            return Some(held);
        }
        let powers = &mut self.service_power;
        powers.clear();
        powers.resize_with(services.len(), Default::default);
        for hall in &self.halls {
            hall.fleet.add_services(powers);
        }
        for (service, power) in services.iter().zip(powers) {
            let power = power.times(on);
            held.services_w += power.it_w;
            let of_kind = match service.output() {
                // Prompts are read for tokens.
                Some(OutputKind::Tokens | OutputKind::Prompts) => &mut held.tokens,
                Some(OutputKind::Images) => &mut held.images,
                None => continue,
            };
            *of_kind = of_kind.plus(power);
        }
        Some(held)
    }

    /// The jobs that wait or run now.
    pub fn present(&self) -> Vec<ActiveJob> {
        self.work.present(|holding| self.drawn_by(holding))
    }

    /// Energy since the start of the run, at the end of the last step.
    fn drawn_by(&self, holding: &Holding) -> JobEnergy {
        let (hall, first) = locate(&self.halls, holding.first);
        let servers = first..first + holding.servers;
        let fleet = &self.halls[hall].fleet;
        fleet.counted(servers, holding.gpus, [0.0; 2])
    }
}
