//! Server loads: the mean load of each one's busy GPUs, reported where it changes.

use super::cluster::Cluster;
use super::jobs::JobRecord;
use super::{Change, Load, Servers};

/// No service.
const NO_SERVICE: u32 = u32::MAX;

/// Loads are summed as whole multiples of 2⁻⁵³, so that adding and taking away again leaves no rest.
/// 1024 GPUs at full load stay below 2⁶⁴.
const LOAD_UNITS: f64 = 9_007_199_254_740_992.0;

/// A load in these units.
pub(super) fn units(load: f64) -> u64 {
    (load.clamp(0.0, 1.0) * LOAD_UNITS).round() as u64
}

/// Sums of loads, server by server: at each the sum over the jobs that hold its GPUs.
#[derive(Debug)]
pub(super) struct ServerLoads {
    /// Per server: sum of load × GPUs, in load units.
    gpus: Vec<u64>,
    /// Per server: the same of the processors; empty until a job comes whose processors have a load of their own.
    hosts: Vec<u64>,
    services: Vec<u32>,
    /// GPUs that services hold.
    service_gpus: u64,
    touched: Vec<u32>,
    is_touched: Vec<bool>,
}

impl ServerLoads {
    pub(super) fn new(servers: usize) -> Self {
        Self {
            gpus: vec![0; servers],
            hosts: Vec::new(),
            services: vec![NO_SERVICE; servers],
            service_gpus: 0,
            touched: Vec::new(),
            is_touched: vec![false; servers],
        }
    }

    /// Whether a server works for a service.
    pub(super) fn serves(&self, server: u32) -> bool {
        self.services[server as usize] != NO_SERVICE
    }

    /// GPUs that services hold.
    pub(super) fn service_gpus(&self) -> u64 {
        self.service_gpus
    }

    /// Marks a server for the next `report`.
    pub(super) fn touch(&mut self, server: u32) {
        if !std::mem::replace(&mut self.is_touched[server as usize], true) {
            self.touched.push(server);
        }
    }

    /// Servers of services: server and number of the service.
    pub(super) fn serving(&self) -> impl Iterator<Item = (u32, u32)> {
        let services = (0..).zip(&self.services);
        services
            .filter_map(|(server, service)| (*service != NO_SERVICE).then_some((server, *service)))
    }

    /// Marks the servers of service number `service`.
    pub(super) fn serve(&mut self, service: u32, gpus: u32, servers: &[u32]) {
        for &server in servers {
            self.services[server as usize] = service;
            self.touch(server);
        }
        self.service_gpus += u64::from(gpus);
    }

    /// Tells `servers` what changed since the last call, once per server.
    pub(super) fn report(&mut self, cluster: &Cluster, now_s: f64, servers: &mut dyn Servers) {
        for server in self.touched.drain(..) {
            let index = server as usize;
            self.is_touched[index] = false;
            let (sum, service) = (self.gpus[index], self.services[index]);
            let mut busy_gpus = cluster.busy_gpus(server);
            if service != NO_SERVICE && cluster.is_down(server) {
                busy_gpus = 0; // its requests go elsewhere or nowhere
            }
            let load = if service != NO_SERVICE && busy_gpus > 0 {
                Load::Service(service)
            } else if busy_gpus == 0 {
                Load::Idle
            } else {
                let mean = |sum: u64| (sum as f64 / LOAD_UNITS / f64::from(busy_gpus)).min(1.0);
                match self.hosts.get(index) {
                    Some(&host) if host != sum => Load::Hosted {
                        gpus: mean(sum),
                        host: mean(host),
                    },
                    _ => Load::Fixed(mean(sum)),
                }
            };
            let change = Change {
                server,
                busy_gpus,
                load,
            };
            servers.change(now_s, change);
        }
    }

    /// Puts another load of a job onto the servers it holds; [0; 2] takes it off. Tells of them even where it stays.
    pub(super) fn put(&mut self, record: &mut JobRecord, units: [u64; 2], cluster: &Cluster) {
        let before = record.set_units(units);
        if record.job().host_utilisation.is_some() && self.hosts.is_empty() {
            self.hosts.clone_from(&self.gpus);
        }
        let allocation = record.allocation();
        let whole = cluster.halls()[allocation.hall].gpus_per_server;
        for server in allocation.whole_servers() {
            self.shift(server, whole, before, units);
        }
        if let Some((server, gpus)) = allocation.partial {
            self.shift(server, gpus, before, units);
        }
    }

    fn shift(&mut self, server: u32, gpus: u32, before: [u64; 2], after: [u64; 2]) {
        let gpus = u64::from(gpus);
        let sum = &mut self.gpus[server as usize];
        *sum = *sum - before[0] * gpus + after[0] * gpus;
        // Empty while no processors have a load of their own.
        if let Some(sum) = self.hosts.get_mut(server as usize) {
            *sum = *sum - before[1] * gpus + after[1] * gpus;
        }
        self.touch(server);
    }
}
