//! Schedules worked by hand, and a queue whose wait is known.

use rand_distr::{Distribution, Exp1};

use super::*;
use crate::random::stream;
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
    }
}

pub(super) fn cluster(halls: &[(u32, u32)]) -> Cluster {
    let shape = |&(servers, gpus_per_server)| HallShape {
        servers,
        gpus_per_server,
    };
    Cluster::new(&halls.iter().map(shape).collect::<Vec<_>>()).unwrap()
}

pub(super) fn dispatcher(halls: &[(u32, u32)], jobs: &[Job], policy: &Policy) -> Dispatcher {
    let owned: Vec<Job> = jobs.into();
    let arrivals = Box::new(Listed(owned.into_iter()));
    Dispatcher::new(cluster(halls), Vec::new(), arrivals, policy.start()).unwrap()
}

fn fifo() -> Policy {
    Policy::Fifo(Fifo {})
}

/// Start and end of each job by number, in steps of 10 s.
fn schedule(halls: &[(u32, u32)], jobs: &[Job], policy: &Policy) -> Vec<(f64, f64)> {
    let mut d = dispatcher(halls, jobs, policy);
    let (mut changes, mut done) = (Vec::new(), Vec::new());
    for step in 0..1000 {
        d.begin_step(f64::from(step) * 10.0, &mut changes);
        d.finished(&mut done);
    }
    done.sort_by_key(|j| j.id);
    done.iter().map(|j| (j.start_s, j.end_s)).collect()
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

#[test]
fn depth_limits_how_far_the_queue_is_searched() {
    let jobs = [
        job(1, 0.0, 3, 100.0),
        job(2, 0.0, 4, 50.0),
        job(3, 0.0, 4, 50.0),
        job(4, 5.0, 1, 50.0),
    ];
    let starts = |depth| schedule(&[(1, 4)], &jobs, &Policy::Backfill(Backfill { depth }))[3].0;
    assert_eq!((starts(1), starts(2)), (200.0, 10.0));
}

#[test]
fn ends_are_exact_and_gpus_are_released_at_the_next_step() {
    let jobs = [job(1, 3.0, 4, 25.0), job(2, 4.0, 4, 5.0)];
    assert_eq!(
        schedule(&[(1, 4)], &jobs, &fifo()),
        [(10.0, 35.0), (40.0, 45.0)]
    );
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
        d.begin_step(f64::from(step) * 10.0, &mut changes);
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
            (4, true, 20.0, 10.0)
        ]
    );
    assert_eq!(
        (d.rejected(), d.queue().submitted, d.queue().started),
        (3, 4, 1)
    );
}

/// 1000 s of work. Half speed for two steps of 60 s adds 60 s; then 30 s are left at the start of a step in which
/// the slowest server runs at 0.75: they take 40 s.
#[test]
fn slow_servers_lengthen_jobs_exactly() {
    let mut d = dispatcher(&[(2, 4)], &[job(1, 0.0, 8, 990.0)], &fifo());
    let (mut changes, mut done) = (Vec::new(), Vec::new());
    for step in 0..30 {
        d.begin_step(f64::from(step) * 60.0, &mut changes);
        match step {
            2 | 3 => d.slow_down(60.0, &|server| if server == 1 { 0.5 } else { 1.0 }),
            17 => d.slow_down(60.0, &|server| if server == 0 { 0.75 } else { 0.9 }),
            _ => {}
        }
    }
    d.finished(&mut done);
    // 990 + 60 = 1050 s; step 17 begins at 1020 s.
    assert_eq!(done[0].end_s, 1060.0);
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
        d.begin_step(now_s, &mut changes);
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
        class: Class::Inference,
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
    d.begin_step(0.0, &mut changes);
    let told: Vec<_> = changes
        .iter()
        .map(|c| (c.server, c.busy_gpus, c.load))
        .collect();
    assert_eq!(
        told,
        [
            (0, 4, Load::Service(0)),
            (1, 2, Load::Service(1)),
            (2, 4, Load::Fixed(0.6))
        ]
    );
    assert_eq!(d.queue().busy_gpus, 10);
    let error = start(9).err().unwrap().to_string();
    assert!(
        error.contains("inference asks for 9 GPUs") && error.contains("only 8"),
        "{error}"
    );
}

/// Jobs of one GPU, Poisson arrivals, exponential times.
struct Mmc {
    id: u64,
    now_s: f64,
    gap_s: f64,
    mean_s: f64,
    rng: rand_pcg::Pcg64,
}

impl Arrivals for Mmc {
    fn next_job(&mut self) -> Option<Job> {
        let gap: f64 = Exp1.sample(&mut self.rng);
        let work: f64 = Exp1.sample(&mut self.rng);
        self.id += 1;
        self.now_s += gap * self.gap_s;
        Some(job(self.id, self.now_s, 1, work * self.mean_s))
    }
}

/// M/M/c with c = 10 at 80 % load and a mean of 100 s: Erlang C gives 0.4092 of the jobs a wait, and a mean wait
/// of 0.4092·100/(10·0.2) = 20.46 s.
#[test]
fn val_erlang_c_mean_wait() {
    let (c, load) = (10.0_f64, 8.0_f64);
    // Erlang B by its recursion, C from B.
    let b = (1..=10).fold(1.0, |b, n| load * b / (f64::from(n) + load * b));
    let expected_s = b / (1.0 - load / c * (1.0 - b)) * 100.0 / (c - load);
    assert!((expected_s - 20.46).abs() < 0.01, "{expected_s}");
    for policy in [fifo(), Policy::default()] {
        let source = Mmc {
            id: 0,
            now_s: 0.0,
            gap_s: 100.0 / load,
            mean_s: 100.0,
            rng: stream(1, "test.mmc"),
        };
        let mut d = Dispatcher::new(
            cluster(&[(5, 2)]),
            Vec::new(),
            Box::new(source),
            policy.start(),
        )
        .unwrap();
        let (mut changes, mut done) = (Vec::new(), Vec::new());
        let (mut waited_s, mut jobs, mut now_s) = (0.0, 0_u32, 0.0);
        while jobs < 300_000 {
            d.begin_step(now_s, &mut changes);
            changes.clear();
            d.finished(&mut done);
            for left in done.drain(..) {
                waited_s += left.start_s - left.submit_s;
                jobs += 1;
            }
            now_s = d.next_event_s(); // steps from event to event, so that nothing is rounded
        }
        let mean_s = waited_s / f64::from(jobs);
        assert!(
            (mean_s / expected_s - 1.0).abs() < 0.05,
            "{mean_s} {expected_s}"
        );
        assert!(
            d.floor().slots() < 300,
            "memory follows the jobs present: {}",
            d.floor().slots()
        );
    }
}

#[test]
fn a_scheduler_is_named_by_its_table() {
    #[derive(Debug, Deserialize)]
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
