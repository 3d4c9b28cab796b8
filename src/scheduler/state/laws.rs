//! Laws of jobs that are stopped and started again.

use proptest::prelude::*;

use super::super::tests::{dispatcher, job};
use super::super::*;
use crate::workload::{Job, Listed};

/// A hundred thousand jobs pass through; places are made for those that were there together.
#[test]
fn memory_follows_the_jobs_present() {
    let jobs = (1..=100_000).map(|id| job(id, id as f64, 1 + (id % 3) as u32, 10.0));
    let arrivals = Box::new(Listed(jobs));
    let cluster = super::super::tests::cluster(&[(6, 4)]);
    let policy = Policy::default().start();
    let mut d = Dispatcher::new(cluster, Vec::new(), arrivals, policy).unwrap();
    let (mut changes, mut done) = (Vec::new(), Vec::new());
    for step in 0..100_100 {
        d.to(f64::from(step), &mut changes);
        changes.clear();
        d.finished(&mut done);
    }
    assert_eq!(done.len(), 100_000);
    assert!(d.state().jobs.places() < 50, "{}", d.state().jobs.places());
}

proptest! {
    /// Whatever stops whatever: every job ends, each having held its GPUs for its work and what it lost; no GPU is
    /// held twice; and the queue stays in order of submission.
    #[test]
    fn nothing_is_lost_but_time(
        list in prop::collection::vec((0..20_u32, 1..13_u32, 1..90_u32, 1..50_u32, 0..6_u32, 0..9_u32), 1..30),
        acts in prop::collection::vec((0..4_u32, 0..5_u32, 0..4_u32), 0..80),
        fills in any::<bool>(),
    ) {
        let mut submit_s = 0.0;
        let make = |(&(gap, gpus, work, every, save, restart), id): (&(u32, u32, u32, u32, u32, u32), u64)| {
            submit_s += f64::from(gap);
            Job {
                checkpoint_s: if every > 40 { f64::INFINITY } else { f64::from(every) },
                save_s: f64::from(save),
                restart_s: f64::from(restart),
                ..job(id, submit_s, gpus, f64::from(work))
            }
        };
        let jobs: Vec<Job> = list.iter().zip(1..).map(make).collect();
        let policy = if fills { Policy::default() } else { Policy::FirstFit(FirstFit::default()) };
        let mut d = dispatcher(&[(5, 4)], &jobs, &policy);
        let mut held_s = vec![0.0; jobs.len() + 1];
        let (mut changes, mut done) = (Vec::new(), Vec::new());
        let mut step = 0_u32;
        while done.len() < jobs.len() {
            // Steps of a second; every moment is a whole one, so that GPUs are held exactly as long as jobs run.
            let now_s = f64::from(step);
            if let Some(&(act, server, gpu)) = acts.get(step as usize) {
                let state = d.disturb(now_s);
                let mut before = 0;
                let on = state.running_on(server).find(|running| {
                    before += state.held_on(*running, server); // GPUs are counted through the jobs there
                    gpu < before
                });
                match (act, on) {
                    (0, Some(running)) => { state.interrupt(running); }
                    (1, Some(running)) => { state.suspend(running); }
                    (2, _) => state.set_down(server, true),
                    (3, _) => state.set_down(server, false),
                    _ => {}
                }
            }
            if step as usize == acts.len() {
                (0..5).for_each(|server| d.disturb(now_s).set_down(server, false));
            }
            changes.clear();
            d.to(now_s, &mut changes);
            d.finished(&mut done);
            let state = d.state();
            let mut busy = [0; 5];
            for running in state.running() {
                held_s[state.running_job(running).unwrap().id as usize] += 1.0;
                for server in 0..5 {
                    busy[server as usize] += state.held_on(running, server);
                }
            }
            for (server, &busy) in busy.iter().enumerate() {
                prop_assert_eq!(busy, state.cluster().busy_gpus(server as u32));
                prop_assert!(busy <= 4);
            }
            let mut handle = state.head();
            while let Some(here) = handle {
                handle = state.next(here);
                prop_assert!(handle.is_none_or(|next| state.id(next) > state.id(here)));
            }
            let q = d.queue();
            prop_assert_eq!(q.submitted, done.len() as u64 + q.waiting_jobs + q.running_jobs);
            prop_assert_eq!(q.busy_gpus, busy.iter().map(|b| u64::from(*b)).sum::<u64>());
            step += 1;
            prop_assert!(step < 20_000, "some job never ended");
        }
        for left in &done {
            prop_assert!((held_s[left.id as usize] - left.work_s - left.lost_s).abs() < 1e-9,
                "job {}: held {} for {} + {}", left.id, held_s[left.id as usize], left.work_s, left.lost_s);
        }
        let lost: f64 = done.iter().map(|j| j.lost_s * f64::from(j.gpus)).sum();
        prop_assert!((d.queue().lost_gpu_s - lost).abs() < 1e-6);
    }
}
