//! A scheduler of one's own, shortest job first, against first in, first out on four servers of eight GPUs.
//!
//! `cargo run --example own_scheduler`
//!
//! `Dispatcher` takes any `Scheduler`; here it runs alone, without a plant. A scheduler that scenarios name
//! (`[scheduler.…]`) is a line of the registry in src/scheduler/policy.rs: see CONTRIBUTING.md.

use std::error::Error;

use coldaisle::scheduler::{Cluster, ClusterState, Dispatcher, Fifo, HallShape, Policy, Scheduler};
use coldaisle::workload::{Job, Listed};

/// Starts the waiting job with the shortest estimate, again and again, until it does not fit.
struct ShortestFirst;

impl Scheduler for ShortestFirst {
    fn schedule(&mut self, state: &mut ClusterState) {
        let by_estimate = |state: &ClusterState| {
            let waiting = std::iter::successors(state.head(), |&job| state.next(job));
            waiting.min_by(|&a, &b| state.estimate_s(a).total_cmp(&state.estimate_s(b)))
        };
        // `place` only looks for room; `start` takes it.
        while let Some(job) = by_estimate(state)
            && let Some(room) = state.place(job)
        {
            state.start(job, room);
        }
    }
}

/// Mean wait of 300 jobs of one server each, twenty every four hours, s.
fn mean_wait_s(scheduler: Box<dyn Scheduler>) -> Result<f64, Box<dyn Error>> {
    let (servers, gpus_per_server) = (4, 8);
    let cluster = Cluster::new(&[HallShape {
        servers,
        gpus_per_server,
    }])?;
    let jobs = (1..=300).map(|id| {
        let run_s = [600.0, 1200.0, 600.0, 9600.0, 1800.0][id as usize % 5];
        Job {
            id,
            submit_s: 14_400.0 * (id / 20) as f64,
            gpus: 8,
            work_s: run_s,
            estimate_s: run_s,
            ..Job::default()
        }
    });
    let mut dispatcher = Dispatcher::new(cluster, Vec::new(), Box::new(Listed(jobs)), scheduler)?;
    let (mut changes, mut finished) = (Vec::new(), Vec::new());
    for minute in 0..7200 {
        let from_s = 60.0 * f64::from(minute);
        dispatcher.advance(from_s, from_s + 60.0, &mut changes);
        dispatcher.finished(&mut finished);
    }
    assert_eq!(finished.len(), 300, "all jobs have ended");
    let wait_s: f64 = finished.iter().map(|job| job.start_s - job.submit_s).sum();
    Ok(wait_s / 300.0)
}

fn main() -> Result<(), Box<dyn Error>> {
    let fifo = Policy::Fifo(Fifo::default()).start();
    println!("first in, first out: mean wait {:.0} s", mean_wait_s(fifo)?);
    let own = Box::new(ShortestFirst);
    println!("shortest first:      mean wait {:.0} s", mean_wait_s(own)?);
    Ok(())
}
