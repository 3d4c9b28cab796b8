//! Laws that hold for all jobs and machines.

use proptest::prelude::*;

use super::{Paced, cluster, dispatcher, dispatcher_at, job};
use crate::scheduler::defer::{By, Defer, Forecast};
use crate::scheduler::order::{FairShare, Order, Priority, Share, ShortestFirst};
use crate::scheduler::power_cap::PowerCap;
use crate::scheduler::preemption::Preemption;
use crate::scheduler::shadow::Shadow;
use crate::scheduler::*;
use crate::series::{Series, Signal};
use crate::units::HOUR_S;
use crate::workload::{Job, Listed, Locality};

/// Jobs with whole seconds; estimates are exact or over.
fn jobs() -> impl Strategy<Value = Vec<Job>> {
    let marks = (0..4_usize, 0..5_u32, any::<bool>());
    let one = (0..40_u32, 1..40_u32, 1..120_u32, 0..3_u32, marks);
    prop::collection::vec(one, 1..80).prop_map(|list| {
        let mut now_s = 0;
        let numbered = list.into_iter().zip(1..);
        let make = |((gap, gpus, work, over, marks), id)| {
            let (within, user, preemptible): (usize, u32, bool) = marks;
            let (gap, gpus, work, over): (u32, u32, u32, u32) = (gap, gpus, work, over);
            now_s += gap / 4;
            let base = job(id, f64::from(now_s), gpus, f64::from(work));
            Job {
                estimate_s: f64::from(work * (1 + over)),
                utilisation: f64::from(work) / 120.0,
                within: [
                    Locality::Hall,
                    Locality::Server,
                    Locality::Rack,
                    Locality::Pod,
                ][within],
                user,
                priority: f64::from(user % 3),
                preemptible,
                save_s: if preemptible { 3.0 } else { 0.0 },
                restart_s: f64::from(user),
                ..base
            }
        };
        numbered.map(make).collect()
    })
}

macro_rules! ruled {
    ($table:ident, $rules:expr) => {{
        let rules = $rules;
        $table {
            order: rules.order,
            placement: rules.placement,
            preemption: rules.preemption,
            power_cap: rules.power_cap,
            ..$table::default()
        }
    }};
}

/// Any mixture of rules. The cap lets the largest job run.
fn rules() -> impl Strategy<Value = PolicyOptions> {
    let orders = prop_oneof![
        Just(None),
        Just(Some(Order::ShortestFirst(ShortestFirst {}))),
        Just(Some(Order::Priority(Priority { ageing_hours: 0.05 }))),
        Just(Some(Order::FairShare(FairShare {
            half_life_days: 0.001,
            shares: Vec::new(),
        }))),
    ];
    let places = prop_oneof![
        Just(Placing::First),
        Just(Placing::Packed),
        Just(Placing::Coolest)
    ];
    let all = (orders, places, any::<bool>(), any::<bool>());
    all.prop_map(|(order, placement, preempts, caps)| PolicyOptions {
        order,
        placement,
        preemption: preempts.then(Preemption::default),
        power_cap: caps.then_some(PowerCap { it_mw: CAP_W / 1e6 }),
        defer: None,
        interval_s: None,
    })
}

const CAP_W: f64 = 48_000.0;
/// Per hall: its servers draw nothing when idle and 1 kW for each GPU.
fn power(halls: &[(u32, u32)]) -> Vec<ServerPower> {
    let one = |&(_, gpus): &(u32, u32)| ServerPower {
        idle_w: 0.0,
        held_w: 0.0,
        full_w: 1000.0 * f64::from(gpus),
    };
    halls.iter().map(one).collect()
}

fn policies() -> impl Strategy<Value = Policy> {
    prop_oneof![
        Just(Policy::Fifo(Fifo::default())),
        (1..20_u32).prop_map(|depth| Policy::Backfill(Backfill {
            depth,
            ..Backfill::default()
        })),
        Just(Policy::default()),
        rules().prop_map(|rules| Policy::Fifo(ruled!(Fifo, rules))),
        rules().prop_map(|rules| Policy::Backfill(ruled!(Backfill, rules))),
        rules().prop_map(|rules| Policy::Conservative(ruled!(Conservative, rules))),
    ]
}

proptest! {
    /// Submitted = rejected + waiting + running + left; busy GPUs = sum over servers = sum over running jobs;
    /// no server ever holds more than it has; and in the end everything has left and is idle.
    #[test]
    fn jobs_and_gpus_are_conserved(jobs in jobs(), policy in policies(), a in 1..6_u32, b in 1..6_u32,
                                   k in 1..9_u32, dt in 1..30_u32, slow in 0.3..1.0f64) {
        let halls = [(a, k), (b, 4)];
        let racks = Racks { servers_per_rack: 2, racks_per_pod: 2 };
        let cluster = cluster(&halls).in_racks(&[racks; 2]);
        let (power, signal) = (power(&halls), Signal::Constant(f64::NAN));
        let site = Site { servers: &power, deferring: &signal};
        let mut d = dispatcher_at(cluster, &jobs, &policy, site);
        let capped = policy.options().power_cap.is_some();
        let mut servers = vec![(0_u32, Load::Idle); (a + b) as usize];
        let mut done = Vec::new();
        let mut step = 0_u32;
        loop {
            let (from_s, to_s) = (f64::from(step * dt), f64::from((step + 1) * dt));
            let mut paced = Paced::at(|server| if step.is_multiple_of(3) && server % 2 == 0 { slow } else { 1.0 });
            d.advance(from_s, to_s, &mut paced);
            d.follow_speeds(from_s, &mut paced);
            d.finished(&mut done);
            let mut last_s = from_s;
            for (at_s, c) in &paced.changes {
                prop_assert!(last_s <= *at_s && *at_s < to_s);
                last_s = *at_s;
                servers[c.server as usize] = (c.busy_gpus, c.load);
            }
            for (index, (busy, load)) in servers.iter().enumerate() {
                let most = if index < a as usize { k } else { 4 };
                prop_assert!(*busy <= most);
                if let Load::Fixed(u) = load {
                    prop_assert!(*busy > 0 && *u > 0.0 && *u <= 1.0);
                } else {
                    prop_assert_eq!(*busy, 0);
                }
            }
            let q = d.queue();
            prop_assert_eq!(q.submitted, done.len() as u64 + q.waiting_jobs + q.running_jobs);
            let completed = done.iter().filter(|j| j.completed).count() as u64;
            prop_assert!(q.started >= q.running_jobs + completed);
            prop_assert!(q.started <= q.running_jobs + completed + q.interruptions);
            let state = d.state();
            let mut power_w = 0.0;
            for running in state.running() {
                let job = state.running_job(running).unwrap();
                power_w += f64::from(job.gpus) * job.utilisation * 1000.0;
                let size = match job.within { Locality::Server => 1, Locality::Rack => 2, Locality::Pod => 4, Locality::Hall => continue };
                let on: Vec<u32> = (0..a + b).filter(|s| state.held_on(running, *s) > 0).collect();
                let part = |s: u32| if s < a { s / size } else { 1000 + (s - a) / size };
                prop_assert!(on.iter().all(|s| part(*s) == part(on[0])), "{job:?} on {on:?}");
            }
            prop_assert!(!capped || power_w <= CAP_W + 0.1, "{power_w} W");
            prop_assert_eq!(servers.iter().map(|s| u64::from(s.0)).sum::<u64>(), q.busy_gpus);
            let submitted = jobs.iter().take(q.submitted as usize).map(|j| u64::from(j.gpus)).sum::<u64>();
            let left = done.iter().map(|j| u64::from(j.gpus)).sum::<u64>();
            prop_assert_eq!(submitted, left + q.waiting_gpus + q.busy_gpus);
            if q.submitted == jobs.len() as u64 && q.waiting_jobs + q.running_jobs == 0 {
                break;
            }
            step += 1;
            prop_assert!(step < 100_000, "some job never ran");
        }
        prop_assert!(done.iter().all(|j| j.completed || !d.state().cluster().can_ever_hold(j.gpus, jobs[j.id as usize - 1].within)));
        for left in done.iter().filter(|j| j.completed) {
            let requested = jobs[left.id as usize - 1];
            prop_assert!(left.start_s >= left.submit_s);
            prop_assert!(left.end_s - left.start_s >= requested.work_s - 1e-9);
        }
    }

    /// One GPU per server, so that only numbers count: from the starts alone, the shadow time of each job at the
    /// moment it became first is worked out again, and it never starts later.
    #[test]
    fn the_first_job_is_never_delayed_beyond_its_shadow_time(jobs in jobs(), servers in 40..60_u32) {
        let jobs: Vec<Job> = jobs.iter().map(|job| Job { within: Locality::Hall, ..*job }).collect();
        let mut d = dispatcher(&[(servers, 1)], &jobs, &Policy::default());
        let (mut changes, mut done) = (Vec::new(), Vec::new());
        for now_s in 0..20_000 {
            d.to(f64::from(now_s), &mut changes);
        }
        d.finished(&mut done);
        done.sort_by_key(|j| j.id);
        prop_assert_eq!(done.len(), jobs.len());
        let mut first_at_s = 0.0_f64;
        for (index, mine) in done.iter().enumerate() {
            first_at_s = first_at_s.max(mine.submit_s);
            let running = done.iter().filter(|j| {
                j.id != mine.id && j.end_s > first_at_s
                    && (j.start_s < first_at_s || (j.start_s == first_at_s && j.id < mine.id))
            });
            let mut ends: Vec<_> = running.map(|j| (j.start_s + jobs[j.id as usize - 1].estimate_s, j.gpus)).collect();
            ends.sort_by(|x, y| x.0.total_cmp(&y.0));
            let mut free = servers - ends.iter().map(|e| e.1).sum::<u32>();
            let mut shadow_s = first_at_s;
            for (end_s, gpus) in ends {
                if free >= mine.gpus { break }
                free += gpus;
                shadow_s = end_s;
            }
            prop_assert!(mine.start_s <= shadow_s, "job {} at {} after {}", index + 1, mine.start_s, shadow_s);
            first_at_s = first_at_s.max(mine.start_s);
        }
    }

    /// Whole servers, racks, a cap and several halls: while a job is first, its shadow time, found afresh, only comes closer.
    #[test]
    fn the_shadow_time_of_the_first_never_moves_away(jobs in jobs(), a in 2..6_u32, b in 1..6_u32, k in 2..9_u32, dt in 1..9_u32, caps in any::<bool>()) {
        let halls = [(a, k), (b, 4)];
        let cluster = cluster(&halls).in_racks(&[Racks { servers_per_rack: 2, racks_per_pod: 2 }; 2]);
        let (power, signal) = (power(&halls), Signal::Constant(f64::NAN));
        let rules = PolicyOptions { power_cap: caps.then_some(PowerCap { it_mw: CAP_W / 1e6 }), ..PolicyOptions::default() };
        let policy = Policy::Backfill(ruled!(Backfill, rules));
        let mut d = dispatcher_at(cluster, &jobs, &policy, Site { servers: &power, deferring: &signal});
        let mut shadow = Shadow::default();
        let mut known: Option<(u64, f64)> = None;
        let mut changes = Vec::new();
        for step in 0..3000_u32 {
            d.to(f64::from(step * dt), &mut changes);
            let state = d.state();
            known = state.head().map(|head| {
                shadow.reserve(state, head);
                (state.id(head), shadow.time_s)
            }).map(|(id, time_s)| match known {
                Some((before, known_s)) if before == id => { assert!(time_s <= known_s.max(state.now_s()), "{id}: {time_s} {known_s}"); (id, time_s) }
                _ => (id, time_s),
            });
        }
    }

    /// Time is exact: in whatever steps a run is made, the same jobs start, wait, are stopped and end at the same moments, and what is
    /// held is the same to the bit.
    #[test]
    fn steps_change_nothing(
        jobs in jobs(), policy in policies(), interval in prop::option::of(1..90_u32), defers in any::<bool>(),
        blows in prop::collection::vec((0..4000_u32, 0..6_u32), 0..6),
    ) {
        let carbon: Vec<f64> = (0..48).map(|hour| f64::from((hour * 7) % 11)).collect();
        let signal = Signal::Series(Series::new(0.0, HOUR_S, carbon));
        let rule = Defer { by: By::Carbon, quantile: 0.3, forecast: Forecast::Known };
        let options = PolicyOptions {
            interval_s: interval.map(f64::from),
            defer: defers.then_some(rule),
            ..policy.options()
        };
        let jobs: Vec<Job> = jobs.iter().map(|job| Job {
            checkpoint_s: if job.id % 4 == 0 { 150.0 } else { f64::INFINITY },
            work_s: if job.id % 4 == 0 { job.work_s * 20.0 } else { job.work_s },
            deferrable_s: if job.id % 3 == 0 { 5.0 * HOUR_S } else { 0.0 },
            ..*job
        }).collect();
        let mut blows = blows.clone();
        blows.sort_unstable();
        let halls = [(6, 8)];
        let power = power(&halls);
        let run = |step_s: f64| {
            let arrivals = Box::new(Listed(jobs.clone().into_iter()));
            let cluster = cluster(&halls).in_racks(&[Racks { servers_per_rack: 2, racks_per_pod: 2 }]);
            let d = Dispatcher::new(cluster, Vec::new(), arrivals, policy.start()).unwrap();
            let mut d = d.under(&options, Site { servers: &power, deferring: &signal });
            let (mut changes, mut done, mut from_s) = (Vec::new(), Vec::new(), 0.0);
            let mut moments = blows.iter().flat_map(|&(at, server)| [(f64::from(at), server, true), (f64::from(at + 37), server, false)]).collect::<Vec<_>>();
            moments.sort_by(|a, b| a.0.total_cmp(&b.0));
            let mut moments = moments.into_iter().peekable();
            while from_s < 90_000.0 {
                let (mut now_s, to_s) = (from_s, from_s + step_s);
                while let Some((at_s, server, fails)) = moments.next_if(|moment| moment.0 < to_s) {
                    d.advance(now_s, at_s, &mut changes);
                    now_s = at_s;
                    let state = d.disturb(at_s);
                    if fails {
                        let hit: Vec<_> = state.running_on(server).collect();
                        for running in hit { state.interrupt(running); }
                    }
                    state.set_down(server, fails);
                }
                d.advance(now_s, to_s, &mut changes);
                d.look_ahead(from_s, false, false, &mut changes);
                d.finished(&mut done);
                from_s = to_s;
            }
            let queue = d.queue();
            let spent = queue.spent;
            let sums = [queue.busy_gpu_s, queue.backlog_gpu_s2, queue.down_gpu_s, queue.lost_gpu_s, spent.useful, spent.saving, spent.restarting, spent.again];
            (changes, done, sums)
        };
        let fine = run(5.0);
        prop_assert!(fine.1.len() == jobs.len(), "{} of {} ended", fine.1.len(), jobs.len());
        for step_s in [60.0, 900.0, 90_000.0] {
            let coarse = run(step_s);
            prop_assert_eq!(&fine.1, &coarse.1);
            prop_assert_eq!(&fine.0, &coarse.0);
            prop_assert_eq!(fine.2, coarse.2);
        }
    }
}

proptest! {
    // Every start sorts a long queue.
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// Users who all keep jobs waiting get GPU time in proportion to their shares, to within a few jobs.
    #[test]
    fn fair_share_goes_over_into_the_shares(shares in prop::array::uniform3(1..6_u32), sizes in prop::array::uniform3(1..5_u32)) {
        let order = Order::FairShare(FairShare {
            half_life_days: 30.0,
            shares: shares.iter().zip(0..).map(|(share, user)| Share { user, share: f64::from(*share) }).collect(),
        });
        let policy = Policy::Fifo(Fifo { order: Some(order), ..Fifo::default() });
        let jobs: Vec<Job> = (1..=1500_u32).map(|id| {
            let user = id % 3;
            Job { user, ..job(u64::from(id), 0.0, sizes[user as usize], 10.0) }
        }).collect();
        let mut d = dispatcher(&[(8, 1)], &jobs, &policy);
        let (mut changes, mut done) = (Vec::new(), Vec::new());
        for step in 0..50 {
            d.to(f64::from(step) * 10.0, &mut changes);
        }
        d.finished(&mut done);
        let mut used = [0.0; 3];
        for j in &done {
            used[j.user as usize] += f64::from(j.gpus) * 10.0;
        }
        let all = used.iter().sum::<f64>() / f64::from(shares.iter().sum::<u32>());
        for (used, share) in used.iter().zip(shares) {
            let due = all * f64::from(share);
            prop_assert!((used - due).abs() < 80.0 + 0.06 * due, "{used} of {due}");
        }
    }
}
