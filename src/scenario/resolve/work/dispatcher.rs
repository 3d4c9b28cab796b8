//! What the scheduler has to know of the site, and whether its rules can hold there.

use super::Preparation;
use crate::describe::Fault;
use crate::it::Work;
use crate::scenario::resolve::sized::Sized;
use crate::scheduler::defer::By;
use crate::scheduler::order::Order;
use crate::scheduler::{Cluster, Dispatcher, HallShape, Racks, SchedulerError, ServerPower, Site};
use crate::series::Signal;
use crate::workload::{Arrivals, Service};

/// One server over the design's coolant.
fn power(hall: &Sized<'_>) -> ServerPower {
    let all = hall.server.entry.accelerators;
    let without_load_w = |busy| {
        let point = hall
            .server
            .at_work(busy, (Work::Job, 0.0), None, hall.coolant_c);
        let dc_w = point.compute_w + point.fans_w;
        dc_w + hall.psu.loss_w(dc_w)
    };
    ServerPower {
        idle_w: without_load_w(0),
        held_w: without_load_w(all),
        full_w: hall.rack_w / f64::from(hall.config.servers_per_rack),
    }
}

impl Preparation<'_> {
    /// The halls, the queue and its scheduler.
    pub(super) fn dispatcher(
        &self,
        shapes: &[HallShape],
        services: Vec<Service>,
        arrivals: Box<dyn Arrivals>,
    ) -> Result<Dispatcher, Fault> {
        let policy = &self.context.scenario.scheduler;
        let key = |name: &str| format!("scheduler.{}.{name}", policy.name());
        let racks: Vec<Racks> = self
            .halls
            .all
            .iter()
            .map(|hall| Racks {
                servers_per_rack: hall.config.servers_per_rack,
                racks_per_pod: hall
                    .config
                    .racks_per_pod
                    .map_or(hall.config.racks, std::num::NonZeroU32::get),
            })
            .collect();
        let power: Vec<ServerPower> = self.halls.all.iter().map(power).collect();
        let rules = policy.options();
        if let Some(cap) = rules.power_cap {
            let servers = shapes.iter().map(|shape| f64::from(shape.servers));
            let idle_w: f64 = servers.zip(&power).map(|(n, p)| n * p.idle_w).sum();
            if cap.it_mw * 1e6 <= idle_w {
                let what = format!(
                    "under {} MW no job could ever start: idle servers draw {:.4} MW",
                    cap.it_mw,
                    idle_w / 1e6
                );
                let cure = "raise it_mw above what idle servers draw";
                return Err(self.context.error(&key("power_cap.it_mw"), what, cure));
            }
        }
        let deferring = match rules.defer.map(|defer| defer.by) {
            None => &Signal::Constant(f64::NAN),
            Some(by) => {
                let (signal, wanted) = match by {
                    By::Carbon => (&self.rates.carbon_kg_j, "site.carbon_g_kwh"),
                    By::Price => (&self.rates.price_usd_j, "site.price_usd_mwh or site.tariff"),
                };
                if let Signal::Constant(_) = signal {
                    let what = "defer.by needs a time series, but every hour has the same value";
                    let cure = format!("give a series: {wanted} from a CSV file");
                    return Err(self.context.error(&key("defer.by"), what, cure));
                }
                signal
            }
        };
        if let Some(Order::FairShare(fair)) = &rules.order {
            for (index, share) in fair.shares.iter().enumerate() {
                if fair.shares.iter().take(index).any(|s| s.user == share.user) {
                    let what = format!("user {} has two shares", share.user);
                    let key = key(&format!("order.fair_share.shares[{index}].user"));
                    return Err(self.context.error(&key, what, "name each user once"));
                }
            }
        }
        let site = Site {
            servers: &power,
            deferring,
        };
        let started = Cluster::new(shapes).and_then(|cluster| {
            let cluster = cluster.in_racks(&racks);
            Dispatcher::new(cluster, services, arrivals, policy.start())
        });
        started
            .map(|dispatcher| dispatcher.under(&rules, site))
            .map_err(|error| self.no_room(&error))
    }

    /// Services that find no room.
    fn no_room(&self, error: &SchedulerError) -> Fault {
        let workload = &self.context.scenario.workload;
        let key = match &workload.trace {
            Some(trace) if workload.inference.is_none() => {
                let table = trace.inference().map_or("", |_| ".inference");
                format!("workload.trace.{}{table}.gpus", trace.name())
            }
            None if workload.inference.is_none() => "workload.diffusion".to_owned(),
            _ => "workload.inference.gpus".to_owned(),
        };
        self.context.fault(&key, error.fault())
    }
}
