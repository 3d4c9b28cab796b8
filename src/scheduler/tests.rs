//! Schedules worked by hand.

mod exact;
mod laws;
mod speeds;

use super::*;
use crate::series::Signal;
use crate::workload::{Arrivals, Class, Job, Listed, Rhythm, Service};

pub(super) fn job(id: u64, submit_s: f64, gpus: u32, work_s: f64) -> Job {
    Job {
        id,
        class: Class::Batch,
        submit_s,
        gpus,
        work_s,
        estimate_s: work_s,
        utilisation: 0.6,
        tokens: 10.0,
        ..Job::default()
    }
}

pub(super) fn cluster(halls: &[(u32, u32)]) -> Cluster {
    let shape = |&(servers, gpus_per_server)| HallShape {
        servers,
        gpus_per_server,
    };
    Cluster::new(&halls.iter().map(shape).collect::<Vec<_>>()).unwrap()
}

/// Servers at the speeds of a function, and what changes on them.
pub(super) struct Paced<F> {
    pub(super) changes: Vec<(f64, Change)>,
    pub(super) speed: F,
}

impl<F: Fn(u32) -> f64> Paced<F> {
    pub(super) fn at(speed: F) -> Self {
        Self {
            changes: Vec::new(),
            speed,
        }
    }
}

impl<F: Fn(u32) -> f64> Servers for Paced<F> {
    fn change(&mut self, at_s: f64, change: Change) {
        self.changes.push((at_s, change));
    }

    fn speed(&mut self, server: u32) -> f64 {
        (self.speed)(server)
    }
}

pub(super) fn dispatcher(halls: &[(u32, u32)], jobs: &[Job], policy: &Policy) -> Dispatcher {
    let site = Site {
        servers: &[],
        deferring: &Signal::Constant(f64::NAN),
    };
    dispatcher_at(cluster(halls), jobs, policy, site)
}

pub(super) fn dispatcher_at(
    cluster: Cluster,
    jobs: &[Job],
    policy: &Policy,
    site: Site<'_>,
) -> Dispatcher {
    let owned: Vec<Job> = jobs.into();
    let arrivals = Box::new(Listed(owned.into_iter()));
    let dispatcher = Dispatcher::new(cluster, Vec::new(), arrivals, policy.start());
    dispatcher.unwrap().under(&policy.options(), site)
}

pub(super) fn fifo() -> Policy {
    Policy::Fifo(Fifo::default())
}

/// Start and end of each job by number; the same in steps of 7 s, of 10 s and in one step.
fn schedule(halls: &[(u32, u32)], jobs: &[Job], policy: &Policy) -> Vec<(f64, f64)> {
    let [fine, coarse, one] = [7.0, 10.0, 10_000.0].map(|step_s| {
        let mut d = dispatcher(halls, jobs, policy);
        let (mut changes, mut done, mut now_s) = (Vec::new(), Vec::new(), 0.0);
        while now_s < 10_000.0 {
            d.advance(now_s, now_s + step_s, &mut changes);
            d.finished(&mut done);
            now_s += step_s;
        }
        done.sort_by_key(|j| j.id);
        let times = done.iter().map(|j| (j.start_s, j.end_s));
        times.collect::<Vec<_>>()
    });
    assert_eq!(fine, coarse);
    assert_eq!(fine, one);
    one
}

/// Four GPUs. Job 1 holds three for 100 s, job 2 needs all four, jobs 3 and 4 need one.
#[test]
fn fifo_blocks_and_easy_fills_without_delaying_the_first() {
    let jobs = [
        job(1, 0.0, 3, 100.0),
        job(2, 0.0, 4, 50.0),
        job(3, 0.0, 1, 110.0),
        job(4, 0.0, 1, 100.0),
    ];
    assert_eq!(
        schedule(&[(1, 4)], &jobs, &fifo()),
        [(0.0, 100.0), (100.0, 150.0), (150.0, 260.0), (150.0, 250.0)]
    );
    // Job 4 ends with job 1; job 3 would still hold a GPU when job 2 can start.
    assert_eq!(
        schedule(&[(1, 4)], &jobs, &Policy::default()),
        [(0.0, 100.0), (100.0, 150.0), (150.0, 260.0), (0.0, 100.0)]
    );
}

/// Four GPUs. Job 2 needs all and waits behind 3 and 4, which only fit because nothing is kept for it; job 5 asks for
/// as much as job 3 holds and starts at its end, before job 2 gets the whole machine.
#[test]
fn first_fit_starves_the_large() {
    let jobs = [
        job(1, 0.0, 1, 100.0),
        job(2, 0.0, 4, 50.0),
        job(3, 0.0, 2, 110.0),
        job(4, 10.0, 1, 200.0),
        job(5, 20.0, 2, 100.0),
    ];
    assert_eq!(
        schedule(&[(1, 4)], &jobs, &Policy::FirstFit(FirstFit::default())),
        [
            (0.0, 100.0),
            (210.0, 260.0),
            (0.0, 110.0),
            (10.0, 210.0),
            (110.0, 210.0)
        ]
    );
}

/// Eight GPUs: five are held for 100 s, the first waiting needs six, so two are spare at its shadow time.
#[test]
fn easy_uses_what_is_spare_at_the_shadow_time() {
    let jobs = [
        job(1, 0.0, 5, 100.0),
        job(2, 0.0, 6, 50.0),
        job(3, 0.0, 2, 900.0), // uses the two spare ones
        job(4, 0.0, 1, 900.0), // fits now, but nothing is left to spare
        job(5, 20.0, 1, 80.0), // ends at the shadow time
        job(6, 20.0, 1, 10.0), // no GPU left
    ];
    assert_eq!(
        schedule(&[(8, 1)], &jobs, &Policy::default()),
        [
            (0.0, 100.0),
            (100.0, 150.0),
            (0.0, 900.0),
            (150.0, 1050.0),
            (20.0, 100.0),
            (150.0, 160.0)
        ]
    );
}

/// Two servers of four. A job of one GPU on each: eight GPUs less two are free, yet no gang of four fits in the
/// first, and one of eight waits for both. Job 4 would keep the second server from being empty at 200 s.
#[test]
fn reservations_see_single_servers() {
    let jobs = [
        job(1, 0.0, 1, 100.0),
        job(2, 0.0, 4, 200.0),
        job(3, 10.0, 8, 50.0),
        job(4, 20.0, 1, 300.0),
        job(5, 30.0, 3, 60.0),
    ];
    assert_eq!(
        schedule(&[(2, 4)], &jobs, &Policy::default()),
        [
            (0.0, 100.0),
            (0.0, 200.0),
            (200.0, 250.0),
            (250.0, 550.0),
            (30.0, 90.0)
        ]
    );
}

/// Three servers of four. Job 1 holds two until 100 s and the first waiting needs two. Job 3 stays on the third,
/// job 4 beside it: at the shadow time the other two are empty all the same.
#[test]
fn long_jobs_share_a_server_that_the_first_does_not_need() {
    let jobs = [
        job(1, 0.0, 8, 100.0),
        job(2, 0.0, 8, 50.0),
        job(3, 0.0, 1, 900.0),
        job(4, 0.0, 1, 900.0),
    ];
    assert_eq!(
        schedule(&[(3, 4)], &jobs, &Policy::default()),
        [(0.0, 100.0), (100.0, 150.0), (0.0, 900.0), (0.0, 900.0)]
    );
}

/// Two servers of four: three GPUs of the first are held until 100 s, two of the second until 900 s; the first
/// waiting needs a whole server. Job 4 would take the last GPU of the first server beyond 100 s. Short job 5
/// takes it, and now a job like job 4 goes to the second server, where it does no harm.
#[test]
fn a_size_refused_is_looked_at_again_after_a_start() {
    let jobs = [
        job(1, 0.0, 3, 100.0),
        job(2, 0.0, 2, 900.0),
        job(3, 0.0, 4, 50.0),
        job(4, 0.0, 1, 800.0),
        job(5, 0.0, 1, 80.0),
        job(6, 0.0, 1, 800.0),
    ];
    let starts: Vec<_> = schedule(&[(2, 4)], &jobs, &Policy::default())
        .iter()
        .map(|j| j.0)
        .collect();
    // At 80 s each server has one free GPU, and the lower index is tried: job 4 waits until 100 s.
    assert_eq!(starts, [0.0, 0.0, 100.0, 100.0, 0.0, 0.0]);
}

#[test]
fn depth_limits_how_far_the_queue_is_searched() {
    let jobs = [
        job(1, 0.0, 3, 100.0),
        job(2, 0.0, 4, 50.0),
        job(3, 0.0, 4, 50.0),
        job(4, 5.0, 1, 50.0),
    ];
    let starts = |depth| {
        schedule(
            &[(1, 4)],
            &jobs,
            &Policy::Backfill(Backfill {
                depth,
                ..Backfill::default()
            }),
        )[3]
        .0
    };
    assert_eq!((starts(1), starts(2)), (200.0, 5.0));
}

#[test]
fn a_job_that_no_hall_can_hold_is_rejected() {
    let jobs = [
        job(1, 0.0, 9, 50.0),
        job(2, 5.0, 0, 50.0),
        job(3, 5.0, 8, f64::NAN),
        job(4, 5.0, 8, 10.0),
    ];
    let mut d = dispatcher(&[(2, 4), (1, 4)], &jobs, &Policy::default());
    let (mut changes, mut done) = (Vec::new(), Vec::new());
    for step in 0..10 {
        d.to(f64::from(step) * 10.0, &mut changes);
    }
    d.finished(&mut done);
    let outcome: Vec<_> = done
        .iter()
        .map(|j| (j.id, j.completed, j.end_s, j.tokens))
        .collect();
    assert_eq!(
        outcome,
        [
            (1, false, 0.0, 0.0),
            (2, false, 5.0, 0.0),
            (3, false, 5.0, 0.0),
            (4, true, 15.0, 10.0)
        ]
    );
    assert_eq!(
        (d.rejected(), d.queue().submitted, d.queue().started),
        (3, 4, 1)
    );
}

/// 990 s of work. Half speed for two steps of 60 s adds 60 s; from 960 s on, where 90 s are left, the slowest server runs at 0.75:
/// they take 120 s.
#[test]
fn slow_servers_lengthen_jobs_exactly() {
    let mut d = dispatcher(&[(2, 4)], &[job(1, 0.0, 8, 990.0)], &fifo());
    let mut done = Vec::new();
    for step in 0..30 {
        let from_s = f64::from(step) * 60.0;
        let mut servers = Paced::at(|server| match (step, server) {
            (2 | 3, 1) => 0.5,
            (16.., 0) => 0.75,
            (16.., _) => 0.9,
            _ => 1.0,
        });
        d.advance(from_s, from_s + 60.0, &mut servers);
        d.follow_speeds(from_s, &mut servers);
        if step == 2 {
            assert_eq!(d.queue().spent.slowed, 8.0 * 30.0);
            assert_eq!(d.queue().spent.useful, 8.0 * 150.0);
        }
    }
    d.finished(&mut done);
    assert_eq!(done[0].end_s, 1080.0);
    assert_eq!(d.queue().busy_gpus, 0);
}

/// Two jobs share a server: 3 GPUs at 0.5 and 1 at 0.25 give a mean of 0.4375; the last to leave makes it idle.
#[test]
fn changes_name_each_server_once_with_its_mean_load() {
    let quiet = Job {
        utilisation: 0.25,
        ..job(2, 0.0, 1, 20.0)
    };
    let loud = Job {
        utilisation: 0.5,
        ..job(1, 0.0, 7, 10.0)
    };
    let mut d = dispatcher(&[(2, 4)], &[loud, quiet], &fifo());
    let mut changes = Vec::new();
    let mut step = |now_s| {
        changes.clear();
        d.to(now_s, &mut changes);
        changes.clone()
    };
    let change = |server, busy_gpus, load| Change {
        server,
        busy_gpus,
        load,
    };
    assert_eq!(
        step(0.0),
        [
            change(0, 4, Load::Fixed(0.5)),
            change(1, 4, Load::Fixed(0.4375))
        ]
    );
    assert_eq!(step(5.0), []);
    assert_eq!(
        step(10.0),
        [change(0, 0, Load::Idle), change(1, 1, Load::Fixed(0.25))]
    );
    assert_eq!(step(20.0), [change(1, 0, Load::Idle)]);
}

#[test]
fn services_hold_their_servers_from_the_first_step() {
    let service = |gpus| Service {
        served: None,
        class: Class::Inference,
        hall: None,
        fed_by: None,
        gpus,
        mean_utilisation: 0.5,
        rhythm: Rhythm {
            swing: 0.0,
            peak_hour: 12.0,
            weekend_factor: 1.0,
        },
        tokens_per_gpu_s: 1.0,
    };
    let start = |gpus| {
        let arrivals: Box<dyn Arrivals> = Box::new(Listed(vec![job(1, 0.0, 4, 10.0)].into_iter()));
        Dispatcher::new(
            cluster(&[(3, 4)]),
            vec![service(4), service(gpus)],
            arrivals,
            fifo().start(),
        )
    };
    let mut d = start(2).unwrap();
    let mut changes = Vec::new();
    d.to(0.0, &mut changes);
    let reported: Vec<_> = changes
        .iter()
        .map(|c| (c.server, c.busy_gpus, c.load))
        .collect();
    assert_eq!(
        reported,
        [
            (0, 4, Load::Service(0)),
            (1, 2, Load::Service(1)),
            (2, 4, Load::Fixed(0.6))
        ]
    );
    assert_eq!(d.queue().busy_gpus, 10);
    let error = start(9).err().unwrap().to_string();
    assert!(
        error.contains("inference requests 9 GPUs") && error.contains("only 8"),
        "{error}"
    );
}

#[test]
fn a_scheduler_is_named_by_its_table() {
    #[derive(Debug, serde::Deserialize)]
    struct Probe {
        scheduler: Policy,
    }
    let parse = |text: &str| toml::from_str::<Probe>(text);
    assert_eq!(parse("[scheduler.fifo]").unwrap().scheduler, fifo());
    assert_eq!(
        parse("[scheduler.backfill]").unwrap().scheduler,
        Policy::default()
    );
    let error = parse("[scheduler.fair]").unwrap_err().to_string();
    assert!(
        error.contains("line 1") && error.contains("backfill"),
        "{error}"
    );
    let error = parse("[scheduler.backfill]\ndeep = 3")
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("line 2") && error.contains("depth"),
        "{error}"
    );
}
