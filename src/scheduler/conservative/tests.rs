//! Reservations for everyone, worked by hand, and the law that they are kept.

use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use rustc_hash::FxHashMap;

use super::super::tests::{cluster, dispatcher, job};
use super::super::*;
use crate::workload::{Job, Listed, Within};

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
        d.begin_step(f64::from(step) * 10.0, &mut changes);
        d.finished(&mut done);
    }
    done.sort_by_key(|j| j.id);
    done.iter().map(|j| j.start_s).collect()
}

/// Four GPUs. Job 1 holds two until 100 s; job 2 needs all (100 to 150 s); job 3 needs three, after it (150 to 200 s).
/// Job 4 fits beside job 1 until 100 s. Job 5 wants one GPU for 200 s: EASY starts it at once where it does not delay
/// job 2, which it would; here neither may it delay job 3: beside it, from 150 s on.
#[test]
fn nobody_before_is_delayed() {
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

/// Job 1 says 200 s and ends after 100 s: what waits moves forward, in order.
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
    inner: super::Running,
    first_s: Arc<Mutex<FxHashMap<u64, f64>>>,
}

impl Scheduler for Watched {
    fn schedule(&mut self, floor: &mut Floor) {
        self.inner.schedule(floor);
        let mut first_s = self.first_s.lock().unwrap();
        let mut next = floor.head();
        while let Some(ticket) = next {
            next = floor.next(ticket);
            let id = floor.id(ticket);
            if let Some(at_s) = self.inner.promised_s(id) {
                first_s.entry(id).or_insert(at_s);
            }
        }
    }
}

proptest! {
    /// With estimates that are exact or too long, nobody starts later than first promised, whatever comes after him;
    /// and every job runs.
    #[test]
    fn promises_are_kept(
        list in prop::collection::vec((0..30_u32, 1..13_u32, 1..90_u32, 1..3_u32, any::<bool>()), 1..50),
        k in 1..5_u32, depth in prop_oneof![Just(100_u32), 1..10_u32],
    ) {
        let mut submit_s = 0.0;
        let jobs: Vec<Job> = list.iter().zip(1..).map(|(&(gap, gpus, work, over, rack), id)| {
            submit_s += f64::from(gap / 3);
            Job {
                estimate_s: f64::from(work * over),
                within: if rack && gpus <= 2 * k { Within::Rack } else { Within::Hall },
                ..job(id, submit_s, gpus, f64::from(work))
            }
        }).collect();
        let first_s = Arc::new(Mutex::new(FxHashMap::default()));
        let spec = Conservative { depth, ..Conservative::default() };
        let watched = Watched { inner: super::Running::new(&spec), first_s: Arc::clone(&first_s) };
        let racks = Racks { servers_per_rack: 2, racks_per_pod: 1 };
        let cluster = cluster(&[(13, k)]).in_racks(&[racks]);
        let arrivals = Box::new(Listed(jobs.clone().into_iter()));
        let mut d = Dispatcher::new(cluster, Vec::new(), arrivals, Box::new(watched)).unwrap();
        let (mut changes, mut done) = (Vec::new(), Vec::new());
        let mut step = 0;
        while done.len() < jobs.len() {
            d.begin_step(f64::from(step), &mut changes);
            d.finished(&mut done);
            step += 1;
            prop_assert!(step < 20_000, "some job never ran");
        }
        let first_s = first_s.lock().unwrap();
        for job in &done {
            if let Some(&promised_s) = first_s.get(&job.id) {
                prop_assert!(job.start_s <= promised_s, "job {}: {} after {promised_s}", job.id, job.start_s);
            }
        }
    }
}
