//! Held time against a clock on the wall.

use proptest::prelude::*;

use crate::scheduler::tests::{Paced, dispatcher, fifo, job};
use crate::workload::Job;

/// 100 s of work on 4 GPUs, saved every 30 s for 5 s; starting again takes 7 s. Stopped at 83 s (in its third spell),
/// again at once, at half speed for 10 s, to its end at 140 s: kept 60 s and 40 s, undone 13 s, three saves, one restart,
/// 5 s from the slow clock. All of it is 140 s.
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
    d.to(83.0, &mut changes);
    let running = d.state().running().next().unwrap();
    assert!(d.disturb(83.0).interrupt(running));
    let mut slow = Paced::at(|_| 0.5);
    d.advance(83.0, 93.0, &mut slow);
    let now = d.queue().spent;
    // 10 s after its second start: half of them count, all within the restart.
    assert_eq!((now.restarting, now.slowed), (5.0 * 4.0, 5.0 * 4.0));
    assert_eq!((now.useful, now.saving, now.again), (240.0, 40.0, 52.0));
    d.advance(93.0, 100.0, &mut Vec::new());
    d.follow_speeds(93.0, &mut Vec::new());
    d.to(200.0, &mut changes);
    let mut done = Vec::new();
    d.finished(&mut done);
    let spent = done[0].spent;
    assert_eq!(done[0].end_s, 140.0);
    assert_eq!((spent.useful, spent.again), (100.0, 13.0));
    assert_eq!(
        (spent.saving, spent.restarting, spent.slowed),
        (15.0, 7.0, 5.0)
    );
    assert_eq!(spent.held(), 83.0 + 57.0);
    assert_eq!(d.queue().spent.held(), 4.0 * spent.held());
}

proptest! {
    /// Whatever is stopped, slowed and saved: useful + saves + restarts + work done twice + slow clocks is the time for
    /// which GPUs were held, job by job and, as the dispatcher counts it, in total at every moment; and what was useful of a job that ended is its work.
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
        let mut done = Vec::new();
        for step in 0..400usize {
            let from_s = step as f64 * 20.0;
            let mut servers = Paced::at(|_| clocks.get(step).copied().unwrap_or(1.0));
            let mut moments: Vec<(f64, usize)> = blows
                .iter()
                .filter(|(when, ..)| *when == step)
                .map(|(_, which, share)| (from_s + 20.0 * share, *which))
                .collect();
            moments.sort_by(|a, b| a.0.total_cmp(&b.0));
            let mut now_s = from_s;
            for (at_s, which) in moments {
                d.advance(now_s, at_s, &mut servers);
                now_s = at_s;
                let hit = d.state().running().nth(which);
                if let Some(hit) = hit {
                    d.disturb(at_s).interrupt(hit);
                }
            }
            d.advance(now_s, from_s + 20.0, &mut servers);
            if step % 3 > 0 {
                d.follow_speeds(from_s, &mut servers);
            }
            d.finished(&mut done);
            let queue = d.queue();
            prop_assert!((queue.spent.held() - queue.busy_gpu_s).abs() < 1e-5, "{queue:?}");
            let parts = [queue.spent.saving, queue.spent.restarting, queue.spent.again];
            prop_assert!(parts.iter().all(|part| *part > -1e-6), "{queue:?}");
        }
        prop_assert_eq!(done.len(), jobs.len());
        let held_gpu_s: f64 = done.iter().map(|left| left.spent.held() * f64::from(left.gpus)).sum();
        prop_assert!((held_gpu_s - d.queue().busy_gpu_s).abs() < 1e-5);
        for left in &done {
            if left.interruptions == 0 {
                prop_assert!((left.spent.held() - (left.end_s - left.start_s)).abs() < 1e-6, "{:?}", left);
            }
            prop_assert!((left.spent.useful - left.work_s).abs() < 1e-6, "{:?}", left);
            let parts = [left.spent.saving, left.spent.restarting, left.spent.again];
            prop_assert!(parts.iter().all(|part| *part > -1e-6), "{:?}", left);
        }
    }
}
