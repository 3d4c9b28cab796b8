//! A cap on power: jobs start only where the halls stay below it, by estimate.
//!
//! ```text
//! P = Σ servers·P_idle + Σ jobs GPUs·(p_0 + utilisation·p)      by hall, over the GPUs of a server:
//! p_0 = (P_held − P_idle)/GPUs     p = (P_full − P_held)/GPUs
//! ```
//!
//! All powers are those of whole servers at the IT inlets, supplies and fans in, over coolant as warm as the design has
//! it: cooler coolant draws less, so the halls stay below the estimate (but not where coolant gets warmer than that, nor
//! where load bends the fans' cube law upwards between idle and full). Services count with their busiest hour. A cap on
//! what starts keeps jobs waiting and clocks full; `site.grid_limit_mw` does the opposite. A job that would exceed the cap
//! alone is rejected.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::units;
use crate::workload::{Job, Service};

/// Jobs start only where the halls stay below a power.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PowerCap {
    /// Estimated power at the IT inlets of all halls: idle servers, and each GPU's share of the difference to full
    /// load times its utilisation, over the warmest coolant of the design. A job that exceeds it alone fails.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 1e-6, max = 1e5))]
    pub it_mw: f64,
}

/// Power of a hall's servers, as configured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ServerPower {
    /// One server without work, W.
    pub idle_w: f64,
    /// The same with all its GPUs held by jobs that wait, W.
    pub held_w: f64,
    /// The same with all its GPUs at full load, W.
    pub full_w: f64,
}

/// A cap at work. Powers are whole milliwatts, so that adding and taking away again leaves no rest.
#[derive(Debug)]
pub(in crate::scheduler) struct Cap {
    most_milliw: u64,
    now_milliw: u64,
    /// Power without any job.
    base_milliw: u64,
    /// Per hall: one GPU held without load, above idle; and at full load, above that; W.
    gpu_w: Vec<[f64; 2]>,
}

impl Cap {
    /// `halls` gives servers, GPUs of each and power; `busy` the GPUs of services and their highest load, by hall.
    pub(in crate::scheduler) fn new(
        cap: PowerCap,
        halls: &[(u32, u32, ServerPower)],
        busy: impl Iterator<Item = (usize, f64, f64)>,
    ) -> Self {
        let gpu_w: Vec<[f64; 2]> = halls
            .iter()
            .map(|(_, gpus, power)| {
                [power.held_w - power.idle_w, power.full_w - power.held_w]
                    .map(|server_w| server_w.max(0.0) / f64::from(*gpus))
            })
            .collect();
        let idle_w: f64 = halls
            .iter()
            .map(|(servers, _, power)| f64::from(*servers) * power.idle_w)
            .sum();
        let services_w: f64 = busy
            .map(|(hall, gpus, load)| gpus * (gpu_w[hall][0] + load * gpu_w[hall][1]))
            .sum();
        let base_milliw = milliwatts(idle_w + services_w);
        Self {
            most_milliw: milliwatts(cap.it_mw * 1e6),
            now_milliw: base_milliw,
            base_milliw,
            gpu_w,
        }
    }

    /// Power that a job adds in a hall.
    pub(in crate::scheduler) fn job_milliw(&self, hall: usize, job: &Job) -> u64 {
        let [held_w, full_w] = self.gpu_w[hall];
        milliwatts(f64::from(job.gpus) * (held_w + job.utilisation.clamp(0.0, 1.0) * full_w))
    }

    pub(in crate::scheduler) fn fits(&self, more_milliw: u64) -> bool {
        self.now_milliw + more_milliw <= self.most_milliw
    }

    /// Whether the job could run in some hall with nothing beside it.
    pub(in crate::scheduler) fn can_ever_hold(&self, job: &Job) -> bool {
        (0..self.gpu_w.len())
            .any(|hall| self.base_milliw + self.job_milliw(hall, job) <= self.most_milliw)
    }

    pub(in crate::scheduler) fn shift(&mut self, job_milliw: u64, starts: bool) {
        if starts {
            self.now_milliw += job_milliw;
        } else {
            self.now_milliw -= job_milliw;
        }
    }

    pub(in crate::scheduler) fn now_milliw(&self) -> u64 {
        self.now_milliw
    }

    pub(in crate::scheduler) fn most_milliw(&self) -> u64 {
        self.most_milliw
    }
}

/// The highest load of a service.
pub(in crate::scheduler) fn highest(service: &Service) -> f64 {
    match service.served {
        Some(_) => 1.0,
        None => (service.mean_utilisation * service.rhythm.max()).min(1.0),
    }
}

fn milliwatts(power_w: f64) -> u64 {
    (power_w * 1e3).round() as u64
}
