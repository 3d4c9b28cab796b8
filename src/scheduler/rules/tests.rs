//! Orders, placements, preemption, caps and deferral, worked by hand.

use super::super::defer::{By, Forecast};
use super::super::order::{FairShare, Priority, Share, ShortestFirst};
use super::super::tests::{cluster, dispatcher_at, job};
use super::super::*;
use super::*;
use crate::series::{Series, Signal};
use crate::units::HOUR_S;
use crate::workload::{Job, Within};

const POWER: [ServerPower; 2] = [ServerPower {
    idle_w: 100.0,
    full_w: 1100.0,
}; 2];

fn with(rules: impl FnOnce(&mut Fifo)) -> Policy {
    let mut spec = Fifo::default();
    rules(&mut spec);
    Policy::Fifo(spec)
}

fn site(signal: &Signal) -> Site<'_> {
    Site {
        servers: &POWER,
        deferring: signal,
    }
}

/// Start and end of each job by number, in steps of 10 s.
fn schedule(halls: &[(u32, u32)], jobs: &[Job], policy: &Policy) -> Vec<(f64, f64)> {
    let signal = Signal::Constant(f64::NAN);
    let d = dispatcher_at(cluster(halls), jobs, policy, site(&signal));
    run(d).iter().map(|j| (j.start_s, j.end_s)).collect()
}

fn run(mut d: Dispatcher) -> Vec<FinishedJob> {
    let (mut changes, mut done) = (Vec::new(), Vec::new());
    for step in 0..2000 {
        d.begin_step(f64::from(step) * 10.0, &mut changes);
        d.finished(&mut done);
    }
    done.sort_by_key(|j| j.id);
    done
}

/// Job 1 holds all four GPUs until 100 s; 2 is long, 3 short, 4 in between and dear to somebody.
#[test]
fn an_order_decides_who_goes_first() {
    let jobs = [
        job(1, 0.0, 4, 100.0),
        job(2, 1.0, 4, 50.0),
        job(3, 2.0, 4, 30.0),
        Job {
            priority: 2.0,
            ..job(4, 3.0, 4, 40.0)
        },
    ];
    let starts = |order| {
        let policy = with(|spec| spec.order = order);
        let all = schedule(&[(1, 4)], &jobs, &policy);
        [all[1].0, all[2].0, all[3].0]
    };
    assert_eq!(starts(None), [100.0, 150.0, 180.0]);
    let shortest = Order::ShortestFirst(ShortestFirst {});
    assert_eq!(starts(Some(shortest)), [170.0, 100.0, 130.0]);
    let priority = Order::Priority(Priority::default());
    assert_eq!(starts(Some(priority)), [140.0, 190.0, 100.0]);
}

/// A step of priority is worth one hour: what came 90 minutes earlier goes first, what came 30 minutes earlier does not.
#[test]
fn waiting_raises_priority() {
    let order = Order::Priority(Priority { ageing_hours: 1.0 });
    let policy = with(|spec| spec.order = Some(order));
    for (earlier_s, first) in [(5400.0, 2), (1800.0, 3)] {
        let jobs = [
            job(1, 0.0, 4, 7200.0),
            job(2, 7000.0 - earlier_s, 4, 50.0),
            Job {
                priority: 1.0,
                ..job(3, 7000.0, 4, 50.0)
            },
        ];
        let all = schedule(&[(1, 4)], &jobs, &policy);
        assert_eq!(all[first - 1].0, 7200.0, "{earlier_s}");
    }
}

/// Two users keep 40 jobs each waiting; one has three shares. Of the first 40 jobs he gets 30, one more or less.
#[test]
fn fair_share_divides_by_shares() {
    let order = Order::FairShare(FairShare {
        half_life_days: 1.0,
        shares: vec![Share {
            user: 2,
            share: 3.0,
        }],
    });
    let policy = with(|spec| spec.order = Some(order));
    let jobs: Vec<Job> = (1..=80)
        .map(|id| Job {
            user: if id <= 40 { 1 } else { 2 },
            ..job(id, 0.0, 4, 10.0)
        })
        .collect();
    let all = schedule(&[(1, 4)], &jobs, &policy);
    let early = all[40..].iter().filter(|j| j.0 < 400.0).count();
    assert!((29..=31).contains(&early), "{early}");
}

/// A preemptible job on all GPUs; at 20 s comes a more important one. It saves until 25 s, the other runs from the next
/// step on, 30 to 80 s; then 7 s of restart and the 80 s that were left.
#[test]
fn an_important_job_has_others_make_way() {
    let low = Job {
        preemptible: true,
        save_s: 5.0,
        restart_s: 7.0,
        ..job(1, 0.0, 4, 100.0)
    };
    let high = Job {
        priority: 2.0,
        ..job(2, 20.0, 4, 50.0)
    };
    let policy = |margin, after_hours| {
        with(|spec| {
            spec.order = Some(Order::Priority(Priority::default()));
            spec.preemption = Some(Preemption {
                margin,
                after_hours,
            });
        })
    };
    let all = |low, policy| schedule(&[(1, 4)], &[low, high], &policy);
    assert_eq!(all(low, policy(1.0, 0.0)), [(0.0, 167.0), (30.0, 80.0)]);
    // It waits a minute first, 20 to 80 s: by then the other has 20 s left.
    assert_eq!(
        all(low, policy(1.0, 60.0 / HOUR_S)),
        [(0.0, 167.0), (90.0, 140.0)]
    );
    let ended = [(0.0, 100.0), (100.0, 150.0)];
    assert_eq!(all(low, policy(3.0, 0.0)), ended, "not important enough");
    let stays = Job {
        preemptible: false,
        ..low
    };
    assert_eq!(all(stays, policy(1.0, 0.0)), ended);
}

/// Servers of one GPU: two jobs of priority 0 and one of 1, all preemptible. One GPU is wanted: of the least important
/// the one that started last goes.
#[test]
fn no_more_are_stopped_than_it_takes() {
    let low = |id, submit_s, gpus, priority| Job {
        priority,
        preemptible: true,
        ..job(id, submit_s, gpus, 500.0)
    };
    let jobs = [
        low(1, 0.0, 2, 0.0),
        low(2, 10.0, 1, 0.0),
        low(3, 20.0, 1, 1.0),
        low(4, 30.0, 1, 5.0),
        low(5, 40.0, 2, 5.0),
    ];
    let policy = with(|spec| {
        spec.order = Some(Order::Priority(Priority::default()));
        spec.preemption = Some(Preemption::default());
    });
    let signal = Signal::Constant(f64::NAN);
    let done = run(dispatcher_at(
        cluster(&[(4, 1)]),
        &jobs,
        &policy,
        site(&signal),
    ));
    let stopped: Vec<_> = done.iter().map(|j| j.interruptions).collect();
    // Job 4 takes job 2's GPU; job 5 needs two more and takes job 1's, though job 3's and one more would do as well.
    assert_eq!(stopped, [1, 1, 0, 0, 0]);
    assert_eq!([done[3].start_s, done[4].start_s], [30.0, 40.0]);
}

/// Idle servers draw 400 W, a job 600 W: under 1.7 kW two run at a time. Job 4 (two GPUs, 1.2 kW) is first at 100 s; job
/// 5 may not take its power, though there are GPUs.
#[test]
fn a_cap_keeps_jobs_waiting() {
    let jobs = [
        job(1, 0.0, 1, 100.0),
        job(2, 0.0, 1, 150.0),
        job(3, 0.0, 2, 50.0),
        job(4, 0.0, 1, 100.0),
        job(5, 0.0, 1, 400.0),
        job(6, 0.0, 3, 10.0), // can never run
    ];
    let cap = Some(PowerCap { it_mw: 0.0017 });
    let fifo = with(|spec| spec.power_cap = cap);
    let all = schedule(&[(4, 1)], &jobs, &fifo);
    let starts: Vec<f64> = all.iter().map(|j| j.0).collect();
    assert_eq!(starts, [0.0, 0.0, 150.0, 200.0, 200.0, 0.0]);
    let easy = Policy::Backfill(Backfill {
        power_cap: cap,
        ..Backfill::default()
    });
    let all = schedule(&[(4, 1)], &jobs, &easy);
    // Job 3 has its reservation at 150 s: from 100 s on there is power for job 4 only if it ends by then.
    let starts: Vec<f64> = all.iter().map(|j| j.0).collect();
    assert_eq!(starts, [0.0, 0.0, 150.0, 200.0, 200.0, 0.0]);
    let short = Job {
        ..job(4, 0.0, 1, 50.0)
    };
    let all = schedule(&[(4, 1)], &[jobs[0], jobs[1], jobs[2], short], &easy);
    assert_eq!((all[2].0, all[3].0), (150.0, 100.0));
}

/// Hours 2 and 3 are clean; a job that can wait six hours starts in hour 2, one that cannot at once. Until then it waits
/// outside the queue and holds up nobody.
#[test]
fn deferrable_jobs_wait_outside_the_queue() {
    let carbon = [300.0, 300.0, 100.0, 100.0, 300.0, 300.0, 300.0, 300.0];
    let signal = Signal::Series(Series::new(0.0, HOUR_S, carbon.to_vec()));
    let policy = with(|spec| {
        spec.defer = Some(Defer {
            by: By::Carbon,
            quantile: 0.0,
            forecast: Forecast::Known,
        });
    });
    let jobs = [
        Job {
            deferrable_s: 6.0 * HOUR_S,
            ..job(1, 0.0, 4, 3600.0)
        },
        job(2, 0.0, 4, 600.0),
    ];
    let mut d = dispatcher_at(cluster(&[(1, 4)]), &jobs, &policy, site(&signal));
    let (mut changes, mut done) = (Vec::new(), Vec::new());
    d.begin_step(0.0, &mut changes);
    assert_eq!((d.queue().waiting_jobs, d.queue().running_jobs), (1, 1));
    for step in 1..3000 {
        d.begin_step(f64::from(step) * 10.0, &mut changes);
    }
    d.finished(&mut done);
    let starts: Vec<_> = done.iter().map(|j| (j.id, j.start_s)).collect();
    assert_eq!(starts, [(2, 0.0), (1, 7200.0)]);
}

fn racks(servers: u32, servers_per_rack: u32, racks_per_pod: u32) -> Cluster {
    cluster(&[(servers, 4)]).in_racks(&[Racks {
        servers_per_rack,
        racks_per_pod,
    }])
}

/// The servers that each job holds at `now_s`.
fn held(d: &mut Dispatcher, now_s: f64) -> Vec<(u64, Vec<u32>)> {
    let mut changes = Vec::new();
    d.begin_step(now_s, &mut changes);
    let floor = d.floor();
    let servers = |running| {
        let all = 0..floor.cluster().servers() as u32;
        all.filter(|s| floor.held_on(running, *s) > 0).collect()
    };
    let mut held: Vec<(u64, Vec<u32>)> = floor
        .running()
        .map(|r| (floor.running_job(r).unwrap().id, servers(r)))
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
        gang(2, 8, Within::Rack),
        gang(3, 16, Within::Pod),
        gang(4, 3, Within::Server),
        gang(5, 5, Within::Server), // never
        gang(6, 9, Within::Rack),   // never
        gang(7, 17, Within::Pod),   // never
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
            within: Within::Rack,
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
