//! What the servers do: the mean load of each one's busy GPUs, told where it changes.

use super::{Floor, NO_SERVICE};
use crate::scheduler::{Change, Load};

/// Loads are summed as whole multiples of 2⁻⁵³, so that adding and taking away again leaves no rest.
/// 1024 GPUs at full load stay below 2⁶⁴.
const LOAD_UNITS: f64 = 9_007_199_254_740_992.0;

/// A load in these units.
pub(super) fn units(load: f64) -> u64 {
    (load.clamp(0.0, 1.0) * LOAD_UNITS).round() as u64
}

/// Sums of loads, server by server.
#[derive(Debug)]
pub(super) struct Loads {
    /// Per server: sum of load × GPUs, in load units.
    gpus: Vec<u64>,
    /// Per server: the same of the processors; empty until a job comes whose processors have a load of their own.
    hosts: Vec<u64>,
    services: Vec<u32>,
    touched: Vec<u32>,
    is_touched: Vec<bool>,
}

impl Loads {
    pub(super) fn new(servers: usize) -> Self {
        Self {
            gpus: vec![0; servers],
            hosts: Vec::new(),
            services: vec![NO_SERVICE; servers],
            touched: Vec::new(),
            is_touched: vec![false; servers],
        }
    }

    /// The service that a server works for.
    pub(super) fn service_of(&self, server: u32) -> Option<u32> {
        let service = self.services.get(server as usize).copied();
        service.filter(|service| *service != NO_SERVICE)
    }

    pub(super) fn touch(&mut self, server: u32) {
        if let Some(touched) = self.is_touched.get_mut(server as usize)
            && !*touched
        {
            *touched = true;
            self.touched.push(server);
        }
    }
}

impl Floor {
    /// Servers of services: server and number of the service.
    pub(in super::super) fn serving(&self) -> impl Iterator<Item = (u32, u32)> {
        let services = (0..).zip(&self.loads.services);
        services
            .filter_map(|(server, service)| (*service != NO_SERVICE).then_some((server, *service)))
    }

    /// Marks the servers of service number `service`.
    pub(in super::super) fn serve(&mut self, service: u32, gpus: u32, servers: &[u32]) {
        for &server in servers {
            if let Some(entry) = self.loads.services.get_mut(server as usize) {
                *entry = service;
            }
            self.loads.touch(server);
        }
        self.counts.busy_gpus += u64::from(gpus);
    }

    /// Writes what changed since the last call, once per server.
    pub(in super::super) fn tell(&mut self, changes: &mut Vec<Change>) {
        let loads = &mut self.loads;
        for server in loads.touched.drain(..) {
            let index = server as usize;
            let (Some(touched), Some(&sum), Some(&service)) = (
                loads.is_touched.get_mut(index),
                loads.gpus.get(index),
                loads.services.get(index),
            ) else {
                continue;
            };
            *touched = false;
            let mut busy_gpus = self.cluster.busy_gpus(server);
            if service != NO_SERVICE && self.cluster.is_down(server) {
                busy_gpus = 0; // its requests go elsewhere or nowhere
            }
            let load = if service != NO_SERVICE && busy_gpus > 0 {
                Load::Service(service)
            } else if busy_gpus == 0 {
                Load::Idle
            } else {
                let mean = |sum: u64| (sum as f64 / LOAD_UNITS / f64::from(busy_gpus)).min(1.0);
                match loads.hosts.get(index) {
                    Some(&host) if host != sum => Load::Hosted {
                        gpus: mean(sum),
                        host: mean(host),
                    },
                    _ => Load::Fixed(mean(sum)),
                }
            };
            changes.push(Change {
                server,
                busy_gpus,
                load,
            });
        }
    }

    /// Puts the load of a job onto its servers, or takes it off.
    pub(super) fn add_loads(&mut self, index: u32, starts: bool) {
        self.add_weight(index, starts);
        let Some(slot) = self.slots.get(index as usize) else {
            return;
        };
        let units = if starts { self.units_of(slot) } else { [0; 2] };
        self.put_units(index, units);
    }

    /// Changes the load of a job on its servers.
    pub(super) fn set_units(&mut self, index: u32, units: [u64; 2]) {
        let slot = self.slots.get(index as usize);
        if slot.is_some_and(|slot| slot.units != units) {
            self.put_units(index, units);
        }
    }

    fn put_units(&mut self, index: u32, units: [u64; 2]) {
        let Some(slot) = self.slots.get_mut(index as usize) else {
            return;
        };
        let before = std::mem::replace(&mut slot.units, units);
        let loads = &mut self.loads;
        if slot.job.host_utilisation.is_some() && loads.hosts.is_empty() {
            loads.hosts.clone_from(&loads.gpus);
        }
        let allocation = &slot.allocation;
        for server in allocation.servers() {
            let gpus = u64::from(self.cluster.held_on(allocation, server));
            let sums = [&mut loads.gpus, &mut loads.hosts];
            for ((sums, before), units) in sums.into_iter().zip(before).zip(units) {
                if let Some(sum) = sums.get_mut(server as usize) {
                    *sum = *sum - before * gpus + units * gpus;
                }
            }
            loads.touch(server);
        }
    }
}
