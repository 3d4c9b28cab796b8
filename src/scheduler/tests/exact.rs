//! Moments of starts and ends, and schedulers that look at intervals.

use super::{dispatcher, fifo, job, schedule};
use crate::scheduler::*;

/// On idle GPUs a job starts when it is submitted, behind another when that ends: whatever the step.
#[test]
fn starts_and_ends_are_exact() {
    assert_eq!(
        schedule(&[(1, 4)], &[job(1, 7.0, 4, 100.0)], &fifo()),
        [(7.0, 107.0)]
    );
    let jobs = [job(1, 3.0, 4, 25.25), job(2, 4.0, 4, 5.0)];
    for policy in [
        fifo(),
        Policy::default(),
        Policy::FirstFit(FirstFit::default()),
    ] {
        assert_eq!(
            schedule(&[(1, 4)], &jobs, &policy),
            [(3.0, 28.25), (28.25, 33.25)]
        );
    }
}

/// A scheduler that looks every 30 s: the job of 7 s starts at 30 s and releases its GPUs at 130 s, where the next one, which
/// waits since 31 s, starts at 150 s. GPUs are held for 100 + 10 s. Job 3 is due to be looked at when job 2 has ended: at 180 s.
#[test]
fn a_scheduler_may_look_at_intervals() {
    let policy = Policy::Fifo(Fifo {
        interval_s: Some(30.0),
        ..Fifo::default()
    });
    let jobs = [
        job(1, 7.0, 4, 100.0),
        job(2, 31.0, 4, 10.0),
        job(3, 150.0, 4, 10.0),
    ];
    assert_eq!(
        schedule(&[(1, 4)], &jobs, &policy),
        [(30.0, 130.0), (150.0, 160.0), (180.0, 190.0)]
    );
    let mut d = dispatcher(&[(1, 4)], &jobs[..2], &policy);
    d.advance(0.0, 145.0, &mut Vec::new());
    let queue = d.queue();
    assert_eq!((queue.busy_gpus, queue.busy_gpu_s), (0, 400.0));
    assert_eq!(queue.mean_busy_gpus, 400.0 / 145.0);
    // Job 1 waits 23 s with 400 GPU-seconds, job 2 for 114 s with 40.
    assert_eq!(queue.backlog_gpu_s2, 23.0 * 400.0 + 114.0 * 40.0);
    assert_eq!(queue.most_backlog_gpu_s, 400.0);
}

/// Four GPUs, a look every 60 s. Job 1 ends at 100 s by its estimate, so job 2 (all four) starts at 120 s: a job of one GPU for
/// 60 s that starts at 60 s delays nobody, one of 61 s would.
#[test]
fn reservations_count_on_the_looks_of_the_scheduler() {
    let fills = |work_s| {
        let jobs = [
            job(1, 0.0, 3, 100.0),
            job(2, 10.0, 4, 50.0),
            job(3, 20.0, 1, work_s),
        ];
        let easy = Policy::Backfill(Backfill {
            interval_s: Some(60.0),
            ..Backfill::default()
        });
        let conservative = Policy::Conservative(Conservative {
            interval_s: Some(60.0),
            ..Conservative::default()
        });
        [easy, conservative].map(|policy| {
            let all = schedule(&[(1, 4)], &jobs, &policy);
            (all[1].0, all[2].0)
        })
    };
    assert_eq!(fills(60.0), [(120.0, 60.0); 2]);
    assert_eq!(fills(61.0), [(120.0, 180.0); 2]);
}
