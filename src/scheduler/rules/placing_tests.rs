//! Where jobs are put, worked by hand.

use super::super::tests::{cluster, dispatcher_at, job};
use super::super::*;
use super::tests::{site, with};
use super::*;
use crate::series::Signal;
use crate::workload::{Job, Locality};

fn racks(servers: u32, servers_per_rack: u32, racks_per_pod: u32) -> Cluster {
    cluster(&[(servers, 4)]).in_racks(&[Racks {
        servers_per_rack,
        racks_per_pod,
    }])
}

/// The servers that each job holds at `now_s`.
fn held(d: &mut Dispatcher, now_s: f64) -> Vec<(u64, Vec<u32>)> {
    let mut changes = Vec::new();
    d.to(now_s, &mut changes);
    let state = d.state();
    let servers = |running| {
        let all = 0..state.cluster().servers() as u32;
        all.filter(|s| state.held_on(running, *s) > 0).collect()
    };
    let mut held: Vec<(u64, Vec<u32>)> = state
        .running()
        .map(|r| (state.running_job(r).unwrap().id, servers(r)))
        .collect();
    held.sort();
    held
}

/// Racks of two servers, pods of two racks. A GPU is busy on server 0: what must lie in one rack goes to rack 1, in one
/// pod to pod 1, in one server to where it fits best.
#[test]
fn gangs_lie_where_they_must() {
    let gang = |id, gpus, within| Job {
        within,
        ..job(id, 0.0, gpus, 100.0)
    };
    let jobs = [
        job(1, 0.0, 1, 100.0),
        gang(2, 8, Locality::Rack),
        gang(3, 16, Locality::Pod),
        gang(4, 3, Locality::Server),
        gang(5, 5, Locality::Server), // never
        gang(6, 9, Locality::Rack),   // never
        gang(7, 17, Locality::Pod),   // never
    ];
    let signal = Signal::Constant(f64::NAN);
    let mut d = dispatcher_at(racks(8, 2, 2), &jobs, &Policy::default(), site(&signal));
    let expected: [(u64, &[u32]); 4] = [(1, &[0]), (2, &[2, 3]), (3, &[4, 5, 6, 7]), (4, &[0])];
    assert_eq!(held(&mut d, 0.0), expected.map(|(id, s)| (id, s.to_vec())));
    assert_eq!(d.rejected(), 3);
}

/// One server of each of four racks is busy, that of rack 0 until 100 s. A gang of a whole rack gets rack 0 then; jobs
/// that would still run keep out of it, and a short one may use it.
#[test]
fn a_reserved_rack_stays_free() {
    let jobs = [
        job(1, 0.0, 4, 100.0),
        job(2, 0.0, 4, 10.0),
        job(3, 0.0, 4, 900.0),
        job(4, 0.0, 4, 10.0),
        job(5, 0.0, 4, 900.0),
        job(6, 0.0, 4, 10.0),
        job(7, 0.0, 4, 900.0),
        job(8, 0.0, 4, 10.0),
        Job {
            within: Locality::Rack,
            ..job(9, 5.0, 8, 50.0)
        },
        job(10, 5.0, 4, 500.0),
        job(11, 5.0, 4, 50.0),
    ];
    let signal = Signal::Constant(f64::NAN);
    let mut d = dispatcher_at(racks(8, 2, 1), &jobs, &Policy::default(), site(&signal));
    held(&mut d, 0.0);
    let at = |held: Vec<(u64, Vec<u32>)>, id| held.into_iter().find(|h| h.0 == id).map(|h| h.1);
    let now = held(&mut d, 10.0);
    assert_eq!(at(now.clone(), 10), Some(vec![3]), "not server 1");
    assert_eq!(at(now, 11), Some(vec![1]));
    assert_eq!(at(held(&mut d, 100.0), 9), Some(vec![0, 1]));
}

/// Three racks of three servers; one server of racks 0 and 1 is busy. A gang of three goes into rack 2 and not into what
/// comes first; one of four then needs both others.
#[test]
fn packed_gangs_use_few_racks() {
    let jobs = [
        job(1, 0.0, 4, 100.0),
        job(2, 0.0, 8, 5.0),
        job(3, 0.0, 4, 100.0),
        job(4, 10.0, 12, 100.0),
        job(5, 10.0, 16, 100.0),
    ];
    let servers = |placement| {
        let policy = with(|spec| spec.placement = placement);
        let signal = Signal::Constant(f64::NAN);
        let mut d = dispatcher_at(racks(9, 3, 3), &jobs, &policy, site(&signal));
        held(&mut d, 0.0);
        let now = held(&mut d, 10.0);
        [now[2].1.clone(), now[3].1.clone()]
    };
    assert_eq!(servers(Placing::First), [vec![1, 2, 4], vec![5, 6, 7, 8]]);
    // Jobs 1 and 2 are packed into rack 0, job 3 into rack 1.
    assert_eq!(servers(Placing::Packed), [vec![6, 7, 8], vec![1, 2, 4, 5]]);
}

/// Rack 2 is coolest, then 0, then 1: a job of one server goes to rack 2, small ones beside each other in the coolest.
#[test]
fn the_coolest_racks_fill_first() {
    let jobs = [
        job(1, 0.0, 12, 100.0),
        job(2, 0.0, 1, 100.0),
        job(3, 0.0, 9, 100.0),
    ];
    let policy = with(|spec| spec.placement = Placing::Coolest);
    let signal = Signal::Constant(f64::NAN);
    let mut d = dispatcher_at(racks(9, 3, 3), &jobs, &policy, site(&signal));
    assert!(d.wants_temperatures());
    d.set_temperatures(0, &[24.0, 25.0, 20.0]);
    let expected: [(u64, &[u32]); 3] = [(1, &[6, 7, 8]), (2, &[0]), (3, &[0, 1, 2])];
    assert_eq!(held(&mut d, 0.0), expected.map(|(id, s)| (id, s.to_vec())));
}
