//! Jobs stopped and started again, worked by hand.

use super::super::tests::{Paced, cluster, dispatcher, fifo, job};
use super::super::*;
use crate::workload::{Job, Listed};

/// 100 s of work, saved every 30 s for 5 s; starting again takes 7 s.
fn saving(id: u64, submit_s: f64, gpus: u32) -> Job {
    Job {
        checkpoint_s: 30.0,
        save_s: 5.0,
        restart_s: 7.0,
        ..job(id, submit_s, gpus, 100.0)
    }
}

struct Bench {
    d: Dispatcher,
    changes: Vec<Change>,
}

impl Bench {
    fn new(halls: &[(u32, u32)], jobs: &[Job]) -> Self {
        Self {
            d: dispatcher(halls, jobs, &fifo()),
            changes: Vec::new(),
        }
    }

    fn to(&mut self, now_s: f64) -> Vec<(u32, u32)> {
        self.changes.clear();
        self.d.to(now_s, &mut self.changes);
        let reported = self.changes.iter();
        reported.map(|c| (c.server, c.busy_gpus)).collect()
    }

    fn on(&self, server: u32) -> Vec<RunningJob> {
        self.d.state().running_on(server).collect()
    }

    fn done(&mut self) -> Vec<FinishedJob> {
        let mut done = Vec::new();
        self.d.finished(&mut done);
        done
    }
}

/// Three saves between four spells of work: 115 s, 15 s of them lost.
#[test]
fn a_job_that_saves_takes_longer() {
    let mut b = Bench::new(&[(1, 4)], &[saving(1, 0.0, 4)]);
    b.to(0.0);
    b.to(200.0);
    let left = b.done()[0];
    assert_eq!(
        (left.end_s, left.lost_s, left.interruptions),
        (115.0, 15.0, 0)
    );
    assert_eq!(b.d.queue().lost_gpu_s, 60.0);
}

/// Stopped at 80 s: two cycles of 35 s are behind it, 60 s of work kept and 20 s lost. It starts again at once: 7 s of restart,
/// 40 s of work and one save are 52 s.
#[test]
fn a_failure_takes_a_job_back_to_its_last_save() {
    let mut b = Bench::new(&[(2, 4)], &[saving(1, 0.0, 8)]);
    assert_eq!(b.to(0.0), [(0, 4), (1, 4)]);
    let running = b.on(1)[0];
    b.to(80.0);
    assert!(b.d.disturb(80.0).interrupt(running));
    assert!(!b.d.disturb(80.0).interrupt(running), "it is stopped");
    assert_eq!((b.d.queue().waiting_jobs, b.d.queue().busy_gpus), (1, 0));
    assert_eq!(b.to(80.0), [(0, 4), (1, 4)]);
    assert_eq!(b.to(132.0), [(0, 0), (1, 0)]);
    let left = b.done()[0];
    assert_eq!((left.start_s, left.end_s), (0.0, 132.0));
    assert_eq!((left.interruptions, left.lost_s), (1, 20.0 + 7.0 + 5.0));
    let queue = b.d.queue();
    assert_eq!((queue.started, queue.interruptions), (1, 1));
    assert_eq!(queue.lost_gpu_s, 32.0 * 8.0);
}

/// The same without saves starts from nothing; one stopped while it starts again loses only that.
#[test]
fn without_saves_all_is_lost() {
    let plain = Job {
        restart_s: 7.0,
        ..job(1, 0.0, 4, 100.0)
    };
    let mut b = Bench::new(&[(1, 4)], &[plain]);
    b.to(0.0);
    let running = b.on(0)[0];
    b.to(99.0);
    b.d.disturb(99.0).interrupt(running);
    b.to(99.0);
    let again = b.on(0)[0];
    assert_ne!(running, again);
    b.to(104.0);
    b.d.disturb(104.0).interrupt(again);
    b.to(500.0);
    let left = b.done()[0];
    assert_eq!((left.end_s, left.lost_s), (211.0, 99.0 + 5.0 + 7.0));
}

/// Suspended at 80 s with 70 s of work done: saves until 85 s, holding its GPUs, and has 30 s left. Again from then on with
/// a restart of 7 s: 122 s. Lost: two saves, the last one and the restart.
#[test]
fn a_suspension_keeps_all_work() {
    let mut b = Bench::new(&[(1, 4)], &[saving(1, 0.0, 4), job(2, 60.0, 4, 20.0)]);
    for now_s in [0.0, 60.0, 80.0] {
        b.to(now_s);
    }
    let running = b.on(0)[0];
    assert!(b.d.disturb(80.0).suspend(running));
    assert!(!b.d.disturb(80.0).suspend(running), "it saves already");
    assert!(b.d.state().is_saving(running));
    assert_eq!((b.d.queue().running_jobs, b.d.queue().busy_gpus), (1, 4));
    b.to(85.0);
    // At its old place: before job 2.
    assert_eq!(b.d.state().running_job(b.on(0)[0]).unwrap().id, 1);
    b.to(200.0);
    let done = b.done();
    assert_eq!(
        (done[0].id, done[0].end_s, done[0].lost_s),
        (1, 122.0, 22.0)
    );
    assert_eq!((done[1].id, done[1].start_s), (2, 122.0));
}

/// A failure during the save loses what it would have kept; a job that ends before it has saved just ends.
#[test]
fn a_save_can_fail_or_come_too_late() {
    let mut b = Bench::new(&[(1, 4)], &[saving(1, 0.0, 4)]);
    b.to(0.0);
    b.to(80.0);
    let running = b.on(0)[0];
    b.d.disturb(80.0).suspend(running);
    b.to(83.0);
    assert!(b.d.disturb(83.0).interrupt(running));
    b.to(83.0);
    let again = b.on(0)[0];
    b.to(131.0);
    assert!(!b.d.disturb(131.0).suspend(again), "4 s are left");
    b.to(135.0);
    let left = b.done()[0];
    assert_eq!((left.end_s, left.lost_s), (135.0, 23.0 + 7.0 + 5.0));
}

/// Half speed from 0 to 60 s: at 80 s it has done 50 s of its stretch, one cycle and 15 s.
#[test]
fn what_is_kept_follows_the_clock() {
    let mut b = Bench::new(&[(1, 4)], &[saving(1, 0.0, 4)]);
    b.d.advance(0.0, 60.0, &mut Paced::at(|_| 0.5));
    b.d.advance(60.0, 80.0, &mut Vec::new());
    b.d.follow_speeds(60.0, &mut Vec::new());
    let running = b.on(0)[0];
    b.d.disturb(80.0).interrupt(running);
    b.to(80.0);
    b.to(500.0);
    let left = b.done()[0];
    // 30 s kept; 7 + 70 + 2·5 = 87 s more.
    assert_eq!((left.end_s, left.lost_s), (167.0, 20.0 + 17.0));
}

#[test]
fn an_abandoned_job_leaves_uncompleted_and_in_order() {
    let mut b = Bench::new(&[(2, 4)], &[saving(1, 0.0, 4), job(2, 0.0, 4, 20.0)]);
    b.to(0.0);
    let running = b.on(0)[0];
    b.to(33.0);
    assert!(b.d.disturb(33.0).abandon(running));
    assert!(!b.d.disturb(33.0).abandon(running));
    b.to(60.0);
    let done = b.done();
    assert_eq!((done[0].id, done[0].completed), (2, true));
    assert_eq!(
        (done[1].id, done[1].completed, done[1].end_s),
        (1, false, 33.0)
    );
    assert_eq!((done[1].lost_s, done[1].tokens), (33.0, 0.0));
    assert_eq!((b.d.queue().busy_gpus, b.d.queue().running_jobs), (0, 0));
}

/// A server names its jobs and what each holds there: three GPUs and one, then part of the third, which ends.
#[test]
fn jobs_are_found_by_server() {
    let jobs = [
        job(1, 0.0, 3, 50.0),
        job(2, 0.0, 1, 100.0),
        job(3, 0.0, 6, 10.0),
    ];
    let mut b = Bench::new(&[(3, 4)], &jobs);
    b.to(0.0);
    let on = |b: &Bench, server| -> Vec<(u64, u32)> {
        let state = b.d.state();
        let held = |running| {
            let job = state.running_job(running).unwrap();
            (job.id, state.held_on(running, server))
        };
        state.running_on(server).map(held).collect()
    };
    assert_eq!(on(&b, 0), [(1, 3), (2, 1)]);
    assert_eq!((on(&b, 1), on(&b, 2)), (vec![(3, 4)], vec![(3, 2)]));
    let third = b.on(1)[0];
    b.to(10.0);
    assert_eq!(on(&b, 2), []);
    assert_eq!(b.d.state().held_on(third, 1), 0, "it has left");
}

/// Server 0 goes down with half a job on it: the job finds no room until it is back. Closed to new jobs only, a server
/// lets its job end, and gets no other.
#[test]
fn servers_leave_and_come_back() {
    let jobs = [job(1, 0.0, 8, 50.0), job(2, 0.0, 4, 50.0)];
    let mut b = Bench::new(&[(2, 4)], &jobs);
    b.to(0.0);
    let state = b.d.disturb(10.0);
    state.set_down(0, true);
    let hit: Vec<_> = state.running_on(0).collect();
    assert!(hit.iter().all(|&running| state.interrupt(running)));
    b.to(10.0);
    // The larger one holds up the queue.
    assert_eq!(
        (b.d.queue().running_jobs, b.d.state().cluster().free_gpus()),
        (0, 4)
    );
    b.d.disturb(20.0).set_down(0, false);
    assert_eq!(b.to(20.0), [(0, 4), (1, 4)]);
    b.d.disturb(30.0).set_down(1, true);
    b.to(30.0);
    assert_eq!(b.d.queue().busy_gpus, 8, "a drain stops nothing");
    assert_eq!(b.to(70.0), [(0, 4), (1, 0)]);
    assert!(b.d.state().cluster().is_down(1));
    assert_eq!(b.d.state().cluster().free_gpus(), 0);
    b.to(200.0);
    let starts: Vec<_> = b
        .done()
        .iter()
        .map(|j| (j.id, j.start_s, j.end_s))
        .collect();
    assert_eq!(starts, [(1, 0.0, 70.0), (2, 70.0, 120.0)]);
}

/// A reservation counts no server out of service: with server 2 of three closed, a job of eight can start when job 1 ends
/// (100 s), not when job 3 gives server 2 back (20 s).
#[test]
fn reservations_leave_out_what_is_down() {
    let jobs = [
        job(1, 0.0, 4, 100.0),
        job(2, 0.0, 4, 10.0),
        job(3, 0.0, 4, 20.0),
        job(4, 5.0, 8, 50.0),
        job(5, 5.0, 4, 70.0), // ends before 100 s
        job(6, 5.0, 4, 200.0),
    ];
    let mut b = Bench {
        d: dispatcher(&[(3, 4)], &jobs, &Policy::default()),
        changes: Vec::new(),
    };
    b.to(0.0);
    b.d.disturb(0.0).set_down(2, true);
    for now_s in [10.0, 20.0, 30.0, 100.0, 150.0, 400.0] {
        b.to(now_s);
    }
    let starts: Vec<_> = b.done().iter().map(|j| (j.id, j.start_s)).collect();
    assert_eq!(
        starts,
        [
            (2, 0.0),
            (3, 0.0),
            (5, 10.0),
            (1, 0.0),
            (4, 100.0),
            (6, 150.0)
        ]
    );
}

/// A campaign of the whole hall comes when two jobs wait: it goes before them under every scheduler, and behind another
/// campaign; interrupted, it goes back to the front.
#[test]
fn what_goes_first_stands_in_front_of_the_queue() {
    let first = |id, submit_s| Job {
        priority: Job::FIRST,
        ..job(id, submit_s, 8, 50.0)
    };
    let jobs = [
        job(1, 0.0, 8, 100.0),
        job(2, 1.0, 4, 10.0),
        job(3, 1.0, 4, 10.0),
        first(4, 2.0),
        first(5, 3.0),
    ];
    let mut b = Bench::new(&[(1, 8)], &jobs);
    for step in 0..=400 {
        b.to(f64::from(step));
        if step == 5 {
            // 56 GPU-seconds of two small jobs and two campaigns of 400.
            assert_eq!(b.d.queue().waiting_gpu_s, 2.0 * 40.0 + 2.0 * 400.0);
            assert_eq!(
                b.d.state()
                    .active_jobs()
                    .filter(|p| p.start_s.is_none())
                    .count(),
                4
            );
        }
    }
    let starts: Vec<_> = b.done().iter().map(|j| (j.id, j.start_s)).collect();
    assert_eq!(
        starts,
        [(1, 0.0), (4, 100.0), (5, 150.0), (2, 200.0), (3, 200.0)]
    );
    assert_eq!(b.d.queue().waiting_gpu_s, 0.0);
    assert_eq!(b.d.state().active_jobs().count(), 0);
}

/// Two jobs that may not start before 30 s on an idle server. Announced, the one starts at 30; the other only when a third
/// is submitted at 50, and one that comes at 40 and ends at 45 would do as well.
#[test]
fn jobs_that_may_not_start_yet() {
    let later = |unannounced| Job {
        not_before_s: 30.0,
        unannounced,
        ..job(1, 0.0, 4, 10.0)
    };
    let start = |unannounced, others: &[Job]| {
        let mut jobs = vec![later(unannounced)];
        jobs.extend(others);
        let mut b = Bench::new(&[(1, 8)], &jobs);
        for step in 0..=100 {
            b.to(f64::from(step));
        }
        let done = b.done();
        done.iter().find(|j| j.id == 1).unwrap().start_s
    };
    assert_eq!(start(false, &[job(2, 50.0, 1, 1.0)]), 30.0);
    assert_eq!(start(true, &[job(2, 50.0, 1, 1.0)]), 50.0);
    assert_eq!(start(true, &[job(2, 20.0, 1, 18.0)]), 38.0);
}

/// Starts the first job twice.
struct Twice;

impl Scheduler for Twice {
    fn schedule(&mut self, state: &mut ClusterState) {
        let first = state.head().unwrap();
        let room = state.place(first).unwrap();
        state.start(first, room);
        state.start(first, room);
    }
}

/// A scheduler's fault is named; it does not lose a job in silence.
#[test]
#[should_panic(expected = "a job is started that does not wait")]
fn a_job_cannot_start_twice() {
    let jobs = Box::new(Listed([job(1, 0.0, 1, 10.0)].into_iter()));
    let d = Dispatcher::new(cluster(&[(1, 4)]), Vec::new(), jobs, Box::new(Twice));
    d.unwrap().to(0.0, &mut Vec::new());
}

/// Naming a server that no hall has is an error of the caller.
#[test]
#[should_panic(expected = "a server that no hall has")]
fn an_unknown_server_cannot_go_down() {
    let mut b = Bench::new(&[(1, 4)], &[]);
    b.d.disturb(0.0).set_down(1, true);
}
