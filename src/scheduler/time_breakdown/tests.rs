//! Held time against a clock on the wall.

use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::scheduler::tests::{dispatcher, fifo, job};
use crate::scheduler::{Change, Dispatcher};
use crate::workload::Job;

/// 100 s of work on 4 GPUs, saved every 30 s for 5 s; starting again takes 7 s. Stopped at 83 s (in its third spell),
/// again from 90 s at half speed for 10 s, to its end at 152 s: kept 60 s and 40 s, undone 13 s, three saves, one restart,
/// 5 s from the slow clock. All of it is 83 s + 62 s − 5 s of waiting without GPUs.
#[test]
fn the_time_of_a_job_by_hand() {
    let saving = Job {
        checkpoint_s: 30.0,
        save_s: 5.0,
        restart_s: 7.0,
        ..job(1, 0.0, 4, 100.0)
    };
    let mut d = dispatcher(&[(1, 4)], &[saving], &fifo());
    let mut changes = Vec::new();
    d.begin_step(0.0, &mut changes);
    let running = d.state().running().next().unwrap();
    assert!(d.disturb().interrupt(running, 83.0));
    d.begin_step(90.0, &mut changes);
    d.follow_speeds(10.0, &|_| 0.5);
    d.begin_step(100.0, &mut changes);
    let now = d.queue().spent;
    // 10 s after its second start: half of them count, all within the restart.
    assert_eq!((now.restarting, now.slowed), (5.0 * 4.0, 5.0 * 4.0));
    assert_eq!((now.useful, now.saving, now.again), (240.0, 40.0, 52.0));
    d.begin_step(200.0, &mut changes);
    let mut done = Vec::new();
    d.finished(&mut done);
    let spent = done[0].spent;
    assert_eq!(done[0].end_s, 147.0);
    assert_eq!((spent.useful, spent.again), (100.0, 13.0));
    assert_eq!(
        (spent.saving, spent.restarting, spent.slowed),
        (15.0, 7.0, 5.0)
    );
    assert_eq!(spent.held(), 83.0 + 57.0);
    assert_eq!(d.queue().spent.held(), 4.0 * spent.held());
}

/// Jobs running now, by number.
fn running(d: &Dispatcher) -> BTreeMap<u64, u32> {
    let state = d.state();
    let jobs = state.running().filter_map(|r| state.running_job(r));
    jobs.map(|job| (job.id, job.gpus)).collect()
}

proptest! {
    /// Whatever is stopped, slowed and saved: useful + saves + restarts + work done twice + slow clocks is the time for
    /// which GPUs were held, job by job and in total, and what was useful of a job that ended is its work.
    #[test]
    fn held_time_is_conserved(
        jobs in prop::collection::vec((0.0..300.0f64, 1u32..9, 1.0..400.0f64, 5.0..200.0f64, 0.0..9.0f64, 0.0..20.0f64), 1..12),
        blows in prop::collection::vec((0usize..40, 0usize..12, 0.0..1.0f64), 0..20),
        clocks in prop::collection::vec(0.2..1.3f64, 40),
    ) {
        let mut jobs: Vec<Job> = jobs.into_iter().map(|(at, gpus, work_s, checkpoint_s, save_s, restart_s)| Job {
            checkpoint_s, save_s, restart_s, ..job(0, at, gpus, work_s)
        }).collect();
        jobs.sort_by(|a, b| a.submit_s.total_cmp(&b.submit_s));
        for (id, job) in (1..).zip(&mut jobs) {
            job.id = id;
        }
        let mut d = dispatcher(&[(3, 4)], &jobs, &fifo());
        let (mut changes, mut done) = (Vec::<Change>::new(), Vec::new());
        let mut since: BTreeMap<u64, f64> = BTreeMap::new();
        let mut held_gpu_s = 0.0;
        let mut held_s = vec![0.0; jobs.len() + 1];
        for step in 0..400usize {
            let now_s = step as f64 * 20.0;
            for &(when, which, share) in &blows {
                if when == step && step > 0 {
                    let at_s = now_s - 20.0 * share;
                    let hit = d.state().running().nth(which);
                    if let Some(hit) = hit {
                        let Job { id, gpus, .. } = *d.state().running_job(hit).unwrap();
                        if d.disturb().interrupt(hit, at_s) {
                            let part_s = at_s - since.remove(&id).unwrap();
                            held_s[id as usize] += part_s;
                            held_gpu_s += part_s * f64::from(gpus);
                        }
                    }
                }
            }
            d.begin_step(now_s, &mut changes);
            d.finished(&mut done);
            for left in &done {
                if let Some(start_s) = since.remove(&left.id) {
                    held_s[left.id as usize] += left.end_s - start_s;
                    held_gpu_s += (left.end_s - start_s) * f64::from(left.gpus);
                }
            }
            for id in running(&d).into_keys() {
                since.entry(id).or_insert(now_s);
            }
            let here: f64 = running(&d).iter().map(|(id, gpus)| (now_s - since[id]) * f64::from(*gpus)).sum();
            let spent = d.queue().spent;
            prop_assert!((spent.held() - held_gpu_s - here).abs() < 1e-5, "{} {}", spent.held(), held_gpu_s + here);
            let clock = clocks.get(step).copied().unwrap_or(1.0);
            if clock < 1.0 {
                d.follow_speeds(20.0, &|_| clock);
            }
        }
        prop_assert_eq!(done.len(), jobs.len());
        for left in &done {
            prop_assert!((left.spent.held() - held_s[left.id as usize]).abs() < 1e-6, "{:?}", left);
            prop_assert!((left.spent.useful - left.work_s).abs() < 1e-6, "{:?}", left);
            let parts = [left.spent.saving, left.spent.restarting, left.spent.again, left.spent.slowed];
            prop_assert!(parts.iter().all(|part| *part > -1e-6), "{:?}", left);
        }
    }
}
