//! Orders, preemption, caps and deferral, worked by hand.

use super::super::tests::{cluster, dispatcher_at, job};
use super::super::*;
use super::defer::{By, Forecast};
use super::order::{FairShare, Priority, Share, ShortestFirst};
use super::*;
use crate::series::{Series, Signal};
use crate::units::HOUR_S;
use crate::workload::Job;

const POWER: [ServerPower; 2] = [ServerPower {
    idle_w: 100.0,
    held_w: 100.0,
    full_w: 1100.0,
}; 2];

pub(super) fn with(rules: impl FnOnce(&mut Fifo)) -> Policy {
    let mut spec = Fifo::default();
    rules(&mut spec);
    Policy::Fifo(spec)
}

pub(super) fn site(signal: &Signal) -> Site<'_> {
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
        d.to(f64::from(step) * 10.0, &mut changes);
        d.finished(&mut done);
    }
    done.sort_by_key(|j| j.id);
    done
}

/// Job 1 holds all four GPUs until 100 s; 2 is long, 3 short, 4 in between and of high priority.
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

/// A preemptible job on all GPUs; at 20 s comes a more important one. It saves until 25 s, the other runs from then
/// on to 75 s; then 7 s of restart and the 80 s that were left.
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
    assert_eq!(all(low, policy(1.0, 0.0)), [(0.0, 162.0), (25.0, 75.0)]);
    // It waits a minute first, 20 to 80 s: by then the other has 20 s left.
    assert_eq!(
        all(low, policy(1.0, 60.0 / HOUR_S)),
        [(0.0, 162.0), (85.0, 135.0)]
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

/// Four GPUs are wanted: the least important job has one, the next four. The four suffice, so the one stays.
#[test]
fn who_turns_out_not_to_be_needed_stays() {
    let low = |id, gpus, priority| Job {
        priority,
        preemptible: true,
        ..job(id, 0.0, gpus, 500.0)
    };
    let jobs = [low(1, 4, 1.0), low(2, 1, 0.0), low(3, 4, 5.0)];
    let policy = with(|spec| {
        spec.order = Some(Order::Priority(Priority::default()));
        spec.preemption = Some(Preemption::default());
    });
    let late = Job {
        submit_s: 20.0,
        ..jobs[2]
    };
    let signal = Signal::Constant(f64::NAN);
    let jobs = [jobs[0], jobs[1], late];
    let done = run(dispatcher_at(
        cluster(&[(5, 1)]),
        &jobs,
        &policy,
        site(&signal),
    ));
    let stopped: Vec<_> = done.iter().map(|j| j.interruptions).collect();
    assert_eq!(stopped, [1, 0, 0]);
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
/// outside the queue and delays no job.
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
    d.to(0.0, &mut changes);
    assert_eq!((d.queue().waiting_jobs, d.queue().running_jobs), (1, 1));
    for step in 1..3000 {
        d.to(f64::from(step) * 10.0, &mut changes);
    }
    d.finished(&mut done);
    let starts: Vec<_> = done.iter().map(|j| (j.id, j.start_s)).collect();
    assert_eq!(starts, [(2, 0.0), (1, 7200.0)]);
}

/// Sixty days of jobs on a quarter-full hall, under carbon that swings by the day and drifts from day to day: mean carbon
/// of the energy used, by what is known. Who knows saves most; who goes by yesterday saves most of that.
#[test]
fn deferral_lowers_the_carbon_of_the_energy_used() {
    use rand::RngExt as _;
    let mut rng = crate::random::stream(3, "test.defer");
    let mut drift = 0.0;
    let carbon: Vec<f64> = (0..61 * 24)
        .map(|hour| {
            if hour % 24 == 0 {
                drift = 60.0 * (rng.random::<f64>() - 0.5);
            }
            let angle = std::f64::consts::TAU * f64::from(hour % 24 - 13) / 24.0;
            300.0 + drift - 100.0 * angle.cos() + 40.0 * (rng.random::<f64>() - 0.5)
        })
        .collect();
    let signal = Signal::Series(Series::new(0.0, HOUR_S, carbon));
    let jobs: Vec<Job> = (1..=2000)
        .map(|id| Job {
            deferrable_s: 18.0 * HOUR_S,
            ..job(
                id,
                id as f64 * 2500.0,
                1 + rng.random_range(0..4_u32),
                HOUR_S * (0.5 + 3.0 * rng.random::<f64>()),
            )
        })
        .collect();
    let mean = |forecast: Option<Forecast>| {
        let defer = forecast.map(|forecast| Defer {
            by: By::Carbon,
            quantile: 0.2,
            forecast,
        });
        let policy = Policy::Backfill(Backfill {
            defer,
            ..Backfill::default()
        });
        let mut d = dispatcher_at(cluster(&[(16, 4)]), &jobs, &policy, site(&signal));
        let (mut changes, mut done) = (Vec::new(), Vec::new());
        for step in 0..60 * 1440 {
            d.to(f64::from(step) * 60.0, &mut changes);
            changes.clear();
        }
        d.finished(&mut done);
        assert_eq!(done.len(), jobs.len());
        assert!(done.iter().all(|j| j.start_s - j.submit_s < 20.0 * HOUR_S));
        let energy = done.iter().map(|j| f64::from(j.gpus) * j.work_s);
        let carbon = done
            .iter()
            .map(|j| f64::from(j.gpus) * j.work_s * signal.mean(j.start_s, j.end_s));
        carbon.sum::<f64>() / energy.sum::<f64>()
    };
    let at_once = mean(None);
    let known = mean(Some(Forecast::Known));
    let yesterday = mean(Some(Forecast::Yesterday));
    println!("{at_once} g at once, {known} g known, {yesterday} g by yesterday");
    assert!(known < 0.85 * at_once, "{known} of {at_once}");
    assert!(yesterday < 0.9 * at_once, "{yesterday} of {at_once}");
    assert!(known < yesterday, "{known} {yesterday}");
}

/// By hand: a server of 4 GPUs draws 100 W at rest, 140 held, 1,140 at full load. Two of its GPUs at half load add 2·(10 + 125) = 270
/// W: two such jobs fit under 640 W beside the 100, a third does not.
#[test]
fn held_gpus_count_without_load_too() {
    let power = ServerPower {
        idle_w: 100.0,
        held_w: 140.0,
        full_w: 1140.0,
    };
    let rule = power_cap::PowerCap { it_mw: 640e-6 };
    let mut cap = power_cap::Cap::new(rule, &[(1, 4, power)], std::iter::empty());
    let half = Job {
        utilisation: 0.5,
        ..job(1, 0.0, 2, 10.0)
    };
    let one = cap.job_milliw(0, &half);
    assert_eq!(one, 270_000);
    for _ in 0..2 {
        assert!(cap.fits(one));
        cap.shift(one, true);
    }
    assert!(!cap.fits(one));
}
