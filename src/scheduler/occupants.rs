//! Which job holds which GPUs, at the moment to which time has come: computed on demand, not stored.

use super::Dispatcher;
use crate::workload::Label;

/// A service or a running job.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Occupant {
    /// The job's number, in order of submission from 1; None: a service.
    pub job: Option<u64>,
    /// Kind of work (`pretraining`, `fine_tuning`, …).
    pub class: &'static str,
    /// Name in its trace; empty without one.
    pub label: Label,
    /// GPUs it holds.
    pub gpus: u32,
    /// When it began, the last time, s since the start of the run; 0 for a service.
    pub since_s: f64,
}

impl Dispatcher {
    /// Services, then running jobs in the order of their numbers. `hold` is called for every server on which one holds GPUs:
    /// the server, who by place in the list, and how many.
    pub fn occupants(&self, mut hold: impl FnMut(u32, u32, u32)) -> Vec<Occupant> {
        let state = self.state();
        let services = self.services().iter().map(|service| Occupant {
            job: None,
            class: service.class.name(),
            label: Label::default(),
            gpus: service.gpus,
            since_s: 0.0,
        });
        let mut all: Vec<Occupant> = services.collect();
        for (server, service) in self.serving() {
            hold(server, service, state.cluster().busy_gpus(server));
        }
        let mut running: Vec<_> = state
            .running()
            .filter_map(|running| Some((state.running_job(running)?, running)))
            .collect();
        running.sort_by_key(|(job, _)| job.id);
        for (job, running) in running {
            let number = all.len() as u32;
            state.held(running, |server, gpus| hold(server, number, gpus));
            all.push(Occupant {
                job: Some(job.id),
                class: job.class.name(),
                label: job.label,
                gpus: job.gpus,
                since_s: state.began_s(running).unwrap_or(0.0),
            });
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{dispatcher, fifo, job};

    /// Two servers of four GPUs. Jobs of 4, 2 and 1 GPUs run, one of 3 waits; later the first has gone and the last has
    /// its server. On every server the reported GPUs add up to the cluster's busy GPUs.
    #[test]
    fn every_busy_gpu_has_its_tenant() {
        let jobs = [
            job(1, 0.0, 4, 50.0),
            job(2, 0.0, 2, 100.0),
            job(3, 0.0, 1, 100.0),
            job(4, 0.0, 3, 100.0),
        ];
        let mut d = dispatcher(&[(2, 4)], &jobs, &fifo());
        let mut changes = Vec::new();
        for (now_s, ids, wanted) in [
            (0.0, [1, 2, 3], [(0, 0, 4), (1, 1, 2), (1, 2, 1)]),
            (60.0, [2, 3, 4], [(1, 0, 2), (1, 1, 1), (0, 2, 3)]),
        ] {
            d.to(now_s, &mut changes);
            let mut holds = Vec::new();
            let all = d.occupants(|server, who, gpus| holds.push((server, who, gpus)));
            let reported: Vec<u64> = all.iter().filter_map(|occupant| occupant.job).collect();
            assert_eq!(
                (reported.as_slice(), holds.as_slice()),
                (&ids[..], &wanted[..])
            );
            for server in 0..2 {
                let on = holds.iter().filter(|(at, ..)| *at == server);
                let busy: u32 = on.map(|(.., gpus)| gpus).sum();
                assert_eq!(busy, d.state().cluster().busy_gpus(server));
            }
            let last = all[2];
            assert_eq!(
                (last.class, last.since_s),
                ("batch", if now_s > 0.0 { 50.0 } else { 0.0 })
            );
        }
    }
}
