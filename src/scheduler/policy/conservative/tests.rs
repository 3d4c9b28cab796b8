//! Reservations for all jobs, worked by hand, and the property that they are kept.

use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use rustc_hash::FxHashMap;

use super::*;
use crate::scheduler::tests::{cluster, dispatcher, job};
use crate::scheduler::*;
use crate::series::Signal;
use crate::units::HOUR_S;
use crate::workload::{Job, Listed, Locality};

fn policy(depth: u32) -> Policy {
    Policy::Conservative(Conservative {
        depth,
        ..Conservative::default()
    })
}

/// Start of each job by number, in steps of 10 s.
fn starts(halls: &[(u32, u32)], jobs: &[Job], policy: &Policy) -> Vec<f64> {
    let mut d = dispatcher(halls, jobs, policy);
    let (mut changes, mut done) = (Vec::new(), Vec::new());
    for step in 0..1000 {
        d.to(f64::from(step) * 10.0, &mut changes);
        d.finished(&mut done);
    }
    done.sort_by_key(|j| j.id);
    done.iter().map(|j| j.start_s).collect()
}

/// Four GPUs. Job 1 holds two until 100 s; job 2 needs all (100 to 150 s); job 3 needs three, after it (150 to 200 s).
/// Job 4 fits beside job 1 until 100 s. Job 5 wants one GPU for 200 s: EASY starts it at once where it does not delay
/// job 2, which it would; here neither may it delay job 3: beside it, from 150 s on.
#[test]
fn no_earlier_job_is_delayed() {
    let jobs = [
        job(1, 0.0, 2, 100.0),
        job(2, 0.0, 4, 50.0),
        job(3, 0.0, 3, 50.0),
        job(4, 0.0, 1, 100.0),
        job(5, 0.0, 1, 200.0),
    ];
    assert_eq!(
        starts(&[(4, 1)], &jobs, &policy(100)),
        [0.0, 100.0, 150.0, 0.0, 150.0]
    );
    // With one reservation only, job 4 is not looked at before job 2 has started.
    assert_eq!(
        starts(&[(4, 1)], &jobs, &policy(1)),
        [0.0, 100.0, 150.0, 150.0, 200.0]
    );
}

/// EASY lets job 4 delay job 3 (not the first): conservative does not. Four GPUs, two held until 100 s, job 2 needs three
/// then, job 3 two: EASY starts job 4 on the GPU that job 2 leaves, and job 3 waits for it.
#[test]
fn the_second_is_kept_too() {
    let jobs = [
        job(1, 0.0, 2, 100.0),
        job(2, 0.0, 3, 50.0),
        job(3, 0.0, 4, 50.0),
        job(4, 0.0, 1, 300.0),
    ];
    assert_eq!(
        starts(&[(4, 1)], &jobs, &Policy::default()),
        [0.0, 100.0, 300.0, 0.0]
    );
    assert_eq!(
        starts(&[(4, 1)], &jobs, &policy(100)),
        [0.0, 100.0, 150.0, 200.0]
    );
}

/// Servers of four: a GPU of each is held. What is left on a server does not count for a gang that needs a whole one.
#[test]
fn plans_see_single_servers() {
    let jobs = [
        job(1, 0.0, 1, 100.0),
        job(2, 0.0, 4, 200.0),
        job(3, 10.0, 8, 50.0),
        job(4, 20.0, 1, 300.0),
        job(5, 30.0, 3, 60.0),
    ];
    assert_eq!(
        starts(&[(2, 4)], &jobs, &policy(100)),
        [0.0, 0.0, 200.0, 250.0, 30.0]
    );
}

/// Job 1 requests 200 s and ends after 100 s: waiting jobs move forward, in order.
#[test]
fn early_ends_are_used() {
    let jobs = [
        Job {
            estimate_s: 200.0,
            ..job(1, 0.0, 4, 100.0)
        },
        job(2, 0.0, 3, 100.0),
        job(3, 0.0, 2, 50.0),
        job(4, 0.0, 1, 100.0),
    ];
    assert_eq!(
        starts(&[(4, 1)], &jobs, &policy(100)),
        [0.0, 100.0, 200.0, 100.0]
    );
}

/// A job that overruns pushes others back, and nothing starts on its GPUs meanwhile.
#[test]
fn overruns_push_back() {
    let jobs = [
        Job {
            estimate_s: 50.0,
            ..job(1, 0.0, 4, 100.0)
        },
        job(2, 0.0, 4, 50.0),
        job(3, 60.0, 1, 10.0),
    ];
    assert_eq!(starts(&[(4, 1)], &jobs, &policy(100)), [0.0, 100.0, 150.0]);
}

/// Writes down the first promise that every job gets.
struct Watched {
    inner: Promises,
    first_s: Arc<Mutex<FxHashMap<u64, f64>>>,
}

impl Scheduler for Watched {
    fn schedule(&mut self, state: &mut ClusterState) {
        self.inner.schedule(state);
        let mut first_s = self.first_s.lock().unwrap();
        let mut next = state.head();
        while let Some(handle) = next {
            next = state.next(handle);
            let id = state.id(handle);
            if let Some(at_s) = self
                .inner
                .promised
                .get(&id)
                .map(|reservation| reservation.start_s)
            {
                first_s.entry(id).or_insert(at_s);
            }
        }
    }
}

/// Hour 2 is clean. Job 1 waits for it and needs all four GPUs for half an hour; job 2 comes after it and wants one GPU for
/// three hours. Conservative backfill keeps room for job 1 from hour 2 on: job 2, which would still run, starts after it.
/// EASY backfill keeps none: job 2 starts at once, and job 1 misses its hour.
#[test]
fn room_is_kept_for_the_hour_of_jobs_put_off() {
    let mut carbon = [300.0; 8];
    carbon[2] = 100.0;
    let signal = Signal::Series(crate::series::Series::new(0.0, HOUR_S, carbon.to_vec()));
    let defer = Some(crate::scheduler::defer::Defer {
        by: crate::scheduler::defer::By::Carbon,
        quantile: 0.0,
        forecast: crate::scheduler::defer::Forecast::Known,
    });
    let jobs = [
        Job {
            deferrable_s: 6.0 * HOUR_S,
            ..job(1, 0.0, 4, 0.5 * HOUR_S)
        },
        job(2, 100.0, 1, 3.0 * HOUR_S),
        job(3, 100.0, 1, HOUR_S),
    ];
    let starts = |policy: &Policy| {
        let site = Site {
            servers: &[],
            deferring: &signal,
        };
        let mut d = crate::scheduler::tests::dispatcher_at(cluster(&[(4, 1)]), &jobs, policy, site);
        let (mut changes, mut done) = (Vec::new(), Vec::new());
        for step in 0..600 {
            d.to(f64::from(step) * 60.0, &mut changes);
            d.finished(&mut done);
        }
        done.sort_by_key(|j| j.id);
        done.iter().map(|j| j.start_s).collect::<Vec<f64>>()
    };
    let conservative = Policy::Conservative(Conservative {
        defer,
        ..Conservative::default()
    });
    assert_eq!(starts(&conservative), [7200.0, 9000.0, 100.0]);
    let easy = Policy::Backfill(Backfill {
        defer,
        ..Backfill::default()
    });
    assert_eq!(starts(&easy), [10900.0, 100.0, 100.0]);
}

/// Jobs with whole seconds and estimates that are exact or too long; some must lie in a rack of two servers.
fn any_jobs() -> impl Strategy<Value = Vec<(u32, u32, u32, u32, bool)>> {
    prop::collection::vec(
        (0..30_u32, 1..13_u32, 1..90_u32, 1..3_u32, any::<bool>()),
        1..50,
    )
}

fn listed(list: &[(u32, u32, u32, u32, bool)], k: u32) -> Vec<Job> {
    let mut submit_s = 0.0;
    let numbered = list.iter().zip(1..);
    let make = |(&(gap, gpus, work, over, rack), id)| {
        let (gap, gpus, work, over): (u32, u32, u32, u32) = (gap, gpus, work, over);
        submit_s += f64::from(gap / 3);
        let within = if rack && gpus <= 2 * k {
            Locality::Rack
        } else {
            Locality::Hall
        };
        Job {
            estimate_s: f64::from(work * over),
            within,
            ..job(id, submit_s, gpus, f64::from(work))
        }
    };
    numbered.map(make).collect()
}

/// Thirteen servers in racks of two.
fn thirteen(k: u32) -> Cluster {
    let racks = Racks {
        servers_per_rack: 2,
        racks_per_pod: 1,
    };
    cluster(&[(13, k)]).in_racks(&[racks])
}

fn ruled(
    scheduler: Box<dyn Scheduler>,
    placement: Placing,
    (k, step): (u32, u32),
    jobs: &[Job],
) -> Dispatcher {
    let owned: Vec<Job> = jobs.into();
    let arrivals = Box::new(Listed(owned.into_iter()));
    let rules = PolicyOptions {
        placement,
        interval_s: (step > 5).then(|| f64::from(step)),
        ..PolicyOptions::default()
    };
    let site = Site {
        servers: &[],
        deferring: &Signal::Constant(f64::NAN),
    };
    let d = Dispatcher::new(thirteen(k), Vec::new(), arrivals, scheduler);
    d.unwrap().under(&rules, site)
}

fn placements() -> impl Strategy<Value = Placing> {
    prop_oneof![
        Just(Placing::First),
        Just(Placing::Packed),
        Just(Placing::Coolest)
    ]
}

proptest! {
    /// With estimates that are exact or too long, no job starts later than first promised, whatever comes after it and
    /// however seldom the scheduler looks; and every job runs.
    #[test]
    fn promises_are_kept(
        list in any_jobs(), k in 1..5_u32, depth in prop_oneof![Just(100_u32), 1..10_u32], step in 1..20_u32,
        placement in placements(),
    ) {
        let jobs = listed(&list, k);
        let first_s = Arc::new(Mutex::new(FxHashMap::default()));
        let spec = Conservative { depth, ..Conservative::default() };
        let watched = Watched { inner: Promises::new(&spec), first_s: Arc::clone(&first_s) };
        let mut d = ruled(Box::new(watched), placement, (k, step), &jobs);
        let (mut changes, mut done) = (Vec::new(), Vec::new());
        let mut steps = 0;
        while done.len() < jobs.len() {
            d.to(f64::from(steps * step), &mut changes);
            d.finished(&mut done);
            steps += 1;
            prop_assert!(steps < 20_000, "some job never ran");
        }
        let first_s = first_s.lock().unwrap();
        for job in &done {
            if let Some(&promised_s) = first_s.get(&job.id) {
                prop_assert!(job.start_s <= promised_s, "job {}: {} after {promised_s}", job.id, job.start_s);
            }
        }
    }

    /// A plan that is followed is the plan that would be rebuilt: same starts, with overruns and with servers that
    /// leave and come back.
    #[test]
    fn following_is_planning_anew(
        list in any_jobs(), k in 1..5_u32, depth in prop_oneof![Just(100_u32), 1..10_u32], step in 1..20_u32,
        placement in placements(), overruns in any::<bool>(), downs in prop::collection::vec((1..60_u32, 0..13_u32), 0..4),
    ) {
        let mut jobs = listed(&list, k);
        if overruns {
            for job in jobs.iter_mut().filter(|job| job.id % 5 == 0) {
                job.estimate_s = job.work_s / 2.0;
            }
        }
        let spec = Conservative { depth, ..Conservative::default() };
        let run = |always_anew: bool| {
            let mut inner = Promises::new(&spec);
            inner.always_anew = always_anew;
            let mut d = ruled(Box::new(inner), placement, (k, step), &jobs);
            let (mut changes, mut done) = (Vec::new(), Vec::new());
            for at in 0..6000_u32 {
                for &(down, server) in &downs {
                    if at == down || at == down + 7 {
                        d.disturb(f64::from(at * step)).set_down(server, at == down);
                    }
                }
                d.to(f64::from(at * step), &mut changes);
                d.finished(&mut done);
            }
            (changes, done)
        };
        prop_assert_eq!(run(false), run(true));
    }
}

/// Racks of two servers; server 1 runs until 100 s and server 3 until 50 s. A gang of a rack gets rack 2, which is free,
/// and the next one the rack that is free first: rack 1 at 50 s.
#[test]
fn gangs_are_planned_in_their_racks() {
    let gang = |id, submit_s| Job {
        within: Locality::Rack,
        ..job(id, submit_s, 8, 30.0)
    };
    let jobs = [
        job(1, 0.0, 4, 1.0),
        job(2, 0.0, 4, 100.0),
        job(3, 0.0, 4, 1.0),
        job(4, 0.0, 4, 50.0),
        gang(5, 2.0),
        Job {
            work_s: 500.0,
            estimate_s: 500.0,
            ..gang(6, 2.0)
        },
        gang(7, 2.0),
    ];
    let racks = Racks {
        servers_per_rack: 2,
        racks_per_pod: 1,
    };
    let site = Site {
        servers: &[],
        deferring: &Signal::Constant(f64::NAN),
    };
    let cluster = cluster(&[(6, 4)]).in_racks(&[racks]);
    let mut d = crate::scheduler::tests::dispatcher_at(cluster, &jobs, &policy(100), site);
    let (mut changes, mut done) = (Vec::new(), Vec::new());
    for step in 0..100 {
        d.to(f64::from(step) * 10.0, &mut changes);
        d.finished(&mut done);
    }
    done.sort_by_key(|j| j.id);
    let starts: Vec<f64> = done.iter().skip(4).map(|j| j.start_s).collect();
    // Rack 2 is held from 2 to 32 s, and is then the first to be free.
    assert_eq!(starts, [2.0, 32.0, 50.0]);
}

/// Rack 2 is coolest, then 0, then 1: conservative backfill puts jobs where the other schedulers do, those that start at
/// once and those that waited for their start.
#[test]
fn plans_honour_the_placement() {
    let jobs = [
        job(1, 0.0, 12, 20.0),
        job(2, 0.0, 12, 100.0),
        job(3, 0.0, 12, 20.0),
        job(4, 5.0, 8, 100.0),
    ];
    let policy = Policy::Conservative(Conservative {
        placement: Placing::Coolest,
        ..Conservative::default()
    });
    let racks = Racks {
        servers_per_rack: 3,
        racks_per_pod: 1,
    };
    let site = Site {
        servers: &[],
        deferring: &Signal::Constant(f64::NAN),
    };
    let cluster = cluster(&[(9, 4)]).in_racks(&[racks]);
    let mut d = crate::scheduler::tests::dispatcher_at(cluster, &jobs, &policy, site);
    assert!(d.wants_temperatures());
    let mut changes = Vec::new();
    let mut held = |now_s: f64, racks_c: [f64; 3]| {
        d.set_temperatures(0, &racks_c);
        d.to(now_s, &mut changes);
        let state = d.state();
        let on = |running| (0..9).filter(|s| state.held_on(running, *s) > 0).collect();
        let mut held: Vec<(u64, Vec<u32>)> = state
            .running()
            .map(|r| (state.running_job(r).unwrap().id, on(r)))
            .collect();
        held.sort();
        held
    };
    let first = held(0.0, [24.0, 25.0, 20.0]);
    assert_eq!(
        first,
        [(1, vec![6, 7, 8]), (2, vec![0, 1, 2]), (3, vec![3, 4, 5])]
    );
    held(10.0, [24.0, 25.0, 20.0]); // job 4 is promised rack 2 at 20 s
    let then = held(20.0, [24.0, 19.0, 26.0]); // by now rack 1 is cooler
    assert_eq!(then, [(2, vec![0, 1, 2]), (4, vec![3, 4])]);
}
