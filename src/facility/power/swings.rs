//! Swings of power within a step: an envelope from what runs, not stepped.
//!
//! ```text
//! chip       bursts of u_b·ΔP for the share w = u/u_b of each iteration        ΔP = P_tdp − P_idle; u_b by `it/dvfs.rs`
//! gang       A = g·u_b·ΔP where all GPUs keep step (pretraining, fine tuning)
//!            A = √(n)·k·u_b·ΔP where only the k GPUs of a server do (n servers: everything else)
//! site       smoothed by `electrical/smoothing.rs`, then √Σ A² over jobs
//! ```
//!
//! Source: iterations of synchronised training alternate between compute near TDP and communication near rest, mostly at
//! 0.2 to 3 Hz (Choukse et al. 2025, arXiv 2508.14318); the iteration of 1.3 s taken by default is the geometric mean of
//! that band. Which GPUs keep step is a choice by class. Phases of different jobs are independent, so that amplitudes add
//! as root of squares: chance can bring two large jobs into step for a while. A limit of the site or of a hall shrinks
//! the swings with the power it leaves, and so does a floor under it (as if bursts shrank alike: within 1 − `u_b`). Losses of supplies and chain (some 5 %) are left out, as are services, whose
//! requests are independent of each other. Valid as an envelope: the time of a swing is not modelled.

use std::cell::Cell;

use crate::electrical::smoothing::{Felt, Smoothing, Swing};
use crate::facility::Facility;
use crate::it::dvfs;
use crate::scheduler::SwingWeight;
use crate::snapshot;
use crate::workload::{Class, Job};

/// Seconds of one iteration by default: 1/√(0.2 Hz · 3 Hz).
pub const ITERATION_S: f64 = 1.3;

/// How much a job swings: full swings of so many GPUs in step, and as many per second.
pub fn weigh(smoothing: Smoothing, iteration_s: f64, gpus_per_server: u32) -> SwingWeight {
    // Most jobs have the load of the job of their class before them: its answer is kept.
    let last_of_class: [_; 4] = std::array::from_fn(|_| Cell::new((f64::NAN, Felt::default())));
    Box::new(move |job: &Job| {
        let utilisation = job.utilisation.clamp(0.0, 1.0);
        let last = &last_of_class[job.class as usize % last_of_class.len()];
        let (of, mut felt) = last.get();
        if of != utilisation {
            let burst = dvfs::burst(utilisation);
            let swing = Swing {
                amplitude_w: burst,
                up: utilisation / burst,
                per_s: 1.0 / iteration_s,
            };
            felt = smoothing.felt(&swing, 1.0);
            last.set((utilisation, felt));
        }
        let gpus = f64::from(job.gpus);
        let in_step = match job.class {
            Class::Pretraining | Class::FineTuning => gpus,
            // n servers of k: √n·k = √(g·k).
            Class::Batch | Class::Inference => (gpus * gpus.min(f64::from(gpus_per_server))).sqrt(),
        };
        [felt.amplitude_w * in_step, felt.w_per_s * in_step]
    })
}

impl Facility {
    /// The swings of the jobs that run.
    pub(in crate::facility) fn swings(&self) -> Option<snapshot::Swings> {
        let mut squares = [0.0; 2];
        for (index, hall) in self.halls.iter().enumerate() {
            let swing_w = hall.fleet.swing_w();
            for (sum, square) in squares.iter_mut().zip(self.work.squares(index)?) {
                *sum += square * swing_w * swing_w;
            }
        }
        let cap = if self.on_site.cap.is_finite() {
            self.on_site.cap
        } else {
            1.0
        };
        Some(snapshot::Swings {
            amplitude_w: squares[0].sqrt() * cap,
            w_per_s: squares[1].sqrt() * cap,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: a gang of 1,000 GPUs at 0.9 has bursts of 0.95 for 94.7 % of each second; a lag of 1 ms leaves them whole:
    /// 950 full swings, 950,000 a second. The same as batch in servers of 8: √(1000·8)·0.95 = 85.
    #[test]
    fn gangs_swing_together_and_servers_alone() {
        let smoothing = Smoothing {
            storage_s: 0.0,
            delay_s: 1e-3,
        };
        let weigh = weigh(smoothing, 1.0, 8);
        let job = |class| Job {
            class,
            gpus: 1000,
            utilisation: 0.9,
            ..Job::default()
        };
        let [gang, steep] = weigh(&job(Class::Pretraining));
        assert!(
            (gang - 950.0).abs() < 1e-6 && (steep - 950e3).abs() < 1e-3,
            "{gang} {steep}"
        );
        let [alone, _] = weigh(&job(Class::Batch));
        assert!((alone - 84.97).abs() < 0.01, "{alone}");
    }
}
