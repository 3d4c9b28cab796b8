use proptest::prelude::*;

use super::*;
use crate::scheduler::{Backfill, Cluster, HallShape, Policy};
use crate::workload::{Job, Listed};

/// 512 GPUs with short jobs, in which a few weeks are enough.
const HALL: &str = "name = \"x\"
it = []
[site]
climate = \"dulles\"
[[hall]]
name = \"h\"
server = \"hgx-h100\"
racks = 16
servers_per_rack = 4
[hall.cooling.air]
[heat_rejection.air_cooled_chiller]
setpoint_c = 18.0
[workload.batch]
demand_gpus = 100
gpus = [1, 8, 64]
weights = [6, 3, 1]
median_hours = 0.5
sigma = 1.5
max_hours = 24
[workload.fine_tuning]
demand_gpus = 300
gpus = [8, 32]
median_hours = 2
max_hours = 24
[scheduler.backfill]
";

fn short() -> Plan {
    Plan {
        loads: vec![0.3, 0.7, 0.9, 1.0],
        seeds: vec![1, 2],
        most_weeks: 5.0,
        most_jobs: 1e5,
    }
}

fn loaded(text: &str) -> Loaded {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.toml");
    std::fs::write(&path, text).unwrap();
    scenario::load(&path, &[]).unwrap()
}

fn curve(text: &str) -> WaitCurve {
    WaitCurve::kept_of(&loaded(text), None, &short()).unwrap().0
}

fn rises(waits_s: &[f64]) -> bool {
    waits_s.is_sorted() && waits_s.iter().all(|wait_s| *wait_s >= 0.0)
}

/// The busier the machines, the longer the wait; what is asked for below their capacity is what they do.
#[test]
fn jobs_wait_longer_where_machines_are_busier() {
    let curve = curve(HALL);
    assert!(curve.utilisation.len() >= 3, "{curve:?}");
    assert!(curve.utilisation.is_sorted());
    for (busy, asked) in curve.utilisation.iter().zip([0.3, 0.7, 0.9]) {
        assert!((busy - asked).abs() < 0.1 * asked, "{busy} of {asked}");
    }
    assert!(rises(&curve.mean_s) && rises(&curve.p50_s) && rises(&curve.p95_s));
    // Nearly nobody waits in a hall that is a third full; near its capacity for a large part of an hour or more.
    assert!(
        curve.mean_s[0] < 60.0 && curve.mean_s[2] > 600.0,
        "{curve:?}"
    );
    assert!(curve.mean_s[2] > 3.0 * curve.mean_s[1]);
    // Few jobs wait for long: gangs do.
    assert!(curve.p50_s[2] < 0.5 * curve.mean_s[2]);
    for (mean_s, (low_s, high_s)) in curve.mean_s.iter().zip(&curve.seeds_s).take(2) {
        assert!(low_s <= mean_s && mean_s <= high_s);
    }
}

/// The order of the queue is that of the scenario's scheduler: first come, first served keeps GPUs free for large jobs.
#[test]
fn waits_are_those_of_the_scheduler() {
    let backfill = curve(HALL);
    let fifo = curve(&HALL.replace("[scheduler.backfill]", "[scheduler.fifo]"));
    assert!(
        fifo.mean_s(0.6) > 1.5 * backfill.mean_s(0.6),
        "{fifo:?} {backfill:?}"
    );
    assert!(fifo.highest() < backfill.highest(), "{fifo:?} {backfill:?}");
}

/// One GPU, a job of an hour every two hours: half of it is held, and nobody waits. With two at once, half as often, the second waits for an hour.
#[test]
fn a_queue_by_hand() {
    let measured = |at_once: u32, gap_s: f64| {
        let jobs = (0..400).map(move |n| Job {
            id: u64::from(n) + 1,
            submit_s: f64::from(n / at_once) * gap_s,
            work_s: 3600.0,
            estimate_s: 3600.0,
            ..Job::default()
        });
        let shape = HallShape {
            servers: 1,
            gpus_per_server: 1,
        };
        let policy = Policy::Backfill(Backfill::default());
        let cluster = Cluster::new(&[shape]).unwrap();
        let queue = crate::scheduler::Dispatcher::new(
            cluster,
            Vec::new(),
            Box::new(Listed(jobs)),
            policy.start(),
        );
        measure(&mut queue.unwrap(), 1.0, 28_800.0, 288_000.0)
    };
    let one = measured(1, 7200.0);
    assert!((one.busy - 0.5).abs() < 1e-12, "{}", one.busy);
    assert_eq!((one.growth, one.waits_s), (0.0, vec![0.0; 36]));
    let two = measured(2, 14_400.0);
    assert!((two.busy - 0.5).abs() < 1e-12);
    assert_eq!(two.waits_s.len(), 36);
    assert_eq!(two.waits_s.iter().sum::<f64>(), 18.0 * 3600.0);
    // Two hours of work come in an hour: the GPU is always held, and the backlog grows by as much as is done.
    let twice = measured(1, 1800.0);
    assert!((twice.busy - 1.0).abs() < 1e-12 && (twice.growth - 1.0).abs() < 1e-3);
    // Of 144 that came from the eighth hour to the eightieth; the n-th waits for n half hours, or has until the end.
    assert_eq!(twice.waits_s.len(), 144);
    let half_hours: i32 = (16..160).map(|n| n.min(160 - n)).sum();
    let waited_s: f64 = twice.waits_s.iter().sum();
    assert_eq!(waited_s, 1800.0 * f64::from(half_hours));
}

/// Jobs that come faster than they can be done are no steady state: three GPU-hours come in two hours of one GPU.
#[test]
fn an_overloaded_queue_makes_no_point() {
    let all = |growth| {
        vec![Measured {
            busy: 0.9,
            growth,
            waits_s: vec![10.0],
        }]
    };
    let (steady, growing) = (all(0.0), all(0.5));
    let curve = WaitCurve::through([&steady[..], &growing[..]].into_iter());
    assert_eq!((curve.utilisation.len(), curve.highest()), (1, 0.9));
    assert_eq!(curve.mean_s(0.91), f64::INFINITY);
    assert_eq!(curve.mean_s(0.9), 10.0);
    // Half way to nothing: (1 + 10)^½ − 1.
    assert!((curve.mean_s(0.45) - (11.0_f64.sqrt() - 1.0)).abs() < 1e-12);
    assert_eq!(curve.mean_s(0.0), 0.0);
}

#[test]
fn halls_without_a_queue_have_no_curve() {
    let jobs = &HALL[HALL.find("[workload.batch]").unwrap()..];
    for alone in [
        "[workload.inference]\ngpus = 128\nmean_utilisation = 0.4\n",
        "[workload.mining]\n",
    ] {
        let text = HALL.replace(jobs, alone);
        let Ok(loaded) = std::panic::catch_unwind(|| loaded(&text)) else {
            panic!("{alone}")
        };
        let curve = WaitCurve::kept_of(&loaded, None, &short()).unwrap().0;
        assert!(curve.is_empty(), "{alone}");
        assert!(curve.mean_s(0.5).is_nan() && curve.at(0.5).p95_s.is_nan());
    }
    // A load in place of jobs is a plant that says nothing of its queue: it has that of the built-in halls.
    let text = HALL.replace(jobs, "[workload.constant]\nutilisation = 0.7\n");
    let plan = Plan {
        loads: vec![0.5],
        seeds: vec![1],
        most_weeks: 3.0,
        most_jobs: 1e3,
    };
    let of = WaitCurve::kept_of(&loaded(&text), None, &plan).unwrap().0;
    assert!(of.jobs[0] > 100, "{of:?}");
}

/// The jobs of halls that name none are those of the built-in ones.
#[test]
fn usual_jobs_are_those_of_the_built_in_halls() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/phoenix-air.toml");
    let built_in = scenario::load(&path, &[]).unwrap().scenario.workload;
    let usual: Workload = toml::from_str(USUAL).unwrap();
    assert_eq!(usual.fine_tuning, built_in.fine_tuning);
    assert_eq!(usual.batch, built_in.batch);
}

/// 12 weeks of 100 jobs a day are 8,400; of 10,000 a day 300,000 come in 4.3 weeks, of 1e6 in less than three.
#[test]
fn runs_are_shorter_where_many_jobs_come() {
    let plan = Plan::default();
    assert_eq!(
        [1e2, 1e4, 1e6].map(|jobs| plan.days(jobs)),
        [84.0, 28.0, 21.0]
    );
}

/// What is wrong with the jobs of a scenario is reported where it stands, although their number is another here.
#[test]
fn wrong_jobs_are_told() {
    for (from, to, told) in [
        (
            "demand_gpus = 100",
            "demand_gpus = 100\njobs_per_day = 9",
            "redundant",
        ),
        ("demand_gpus = 100\n", "", "the number of jobs is missing"),
        (
            "sigma = 1.5",
            "sigma = 1.5\nburst = 0.5",
            "0.5 jobs at once",
        ),
    ] {
        let wrong = WaitCurve::kept_of(&loaded(&HALL.replace(from, to)), None, &short());
        let fault = wrong.unwrap_err().to_string();
        assert!(fault.contains("x.toml:") && fault.contains(told), "{fault}");
    }
}

/// GPUs of services are not there for jobs: the shares are of the rest.
#[test]
fn services_hold_their_gpus() {
    let text = format!("{HALL}[workload.inference]\ngpus = 256\nmean_utilisation = 0.4\n");
    let half = curve(&text);
    let smaller = curve(&HALL.replace("racks = 16", "racks = 8"));
    // The same jobs on the same GPUs: what services hold is taken off in the last digits.
    assert_eq!(half.mean_s, smaller.mean_s);
    for (ours, theirs) in half.utilisation.iter().zip(&smaller.utilisation) {
        assert!((ours - theirs).abs() < 1e-9);
    }
}

#[test]
fn curves_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let plan = Plan {
        loads: vec![0.5, 0.8],
        seeds: vec![1],
        most_weeks: 3.0,
        most_jobs: 1e3,
    };
    let get = |text: &str| WaitCurve::kept_of(&loaded(text), Some(folder.path()), &plan).unwrap();
    let (made, origin) = get(HALL);
    assert_eq!(origin, Origin::Made);
    let same = HALL.replace("name = \"x\"", "# A comment\nname = \"y\"");
    assert_eq!(get(&same), (made.clone(), Origin::Found));
    let path = std::fs::read_dir(folder.path())
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    std::fs::write(&path, "damaged").unwrap();
    assert_eq!(get(HALL), (made.clone(), Origin::MadeAgain));
    for (from, to) in [
        ("racks = 16", "racks = 17"),
        ("median_hours = 2", "median_hours = 3"),
        ("[scheduler.backfill]", "[scheduler.conservative]"),
        ("weights = [6, 3, 1]", "weights = [6, 3, 2]"),
    ] {
        assert_eq!(get(&HALL.replace(from, to)).1, Origin::Made, "{to}");
    }
    let bytes = made.to_bytes();
    for cut in 0..bytes.len() {
        assert_eq!(WaitCurve::of_bytes(&bytes[..cut]), None, "{cut}");
    }
}

proptest! {
    /// A curve never falls, whatever was measured, and goes through its points.
    #[test]
    fn a_curve_never_falls(
        points in prop::collection::vec((0.01..1.0f64, prop::collection::vec(0.0..1e6f64, 1..9)), 1..12),
        a in 0.0..1.1f64, b in 0.0..1.1f64,
    ) {
        let all: Vec<[Measured; 1]> = points.iter().map(|(busy, waits_s)| {
            [Measured { busy: *busy, growth: 0.0, waits_s: waits_s.clone() }]
        }).collect();
        let curve = WaitCurve::through(all.iter().map(|seeds| &seeds[..]));
        prop_assert!(rises(&curve.mean_s) && rises(&curve.p50_s) && rises(&curve.p95_s));
        let (low, high) = (curve.at(a.min(b)), curve.at(a.max(b)));
        let near = 1.0 + 1e-12;
        prop_assert!(low.mean_s <= near * high.mean_s && low.p50_s <= near * high.p50_s);
        prop_assert!(low.p95_s <= near * high.p95_s);
        for (busy, wait_s) in curve.utilisation.iter().zip(&curve.mean_s) {
            prop_assert_eq!(curve.mean_s(*busy), *wait_s);
        }
        // Pooling keeps the mean over all jobs.
        let jobs: f64 = points.iter().map(|(_, waits_s)| waits_s.len() as f64).sum();
        let sum: f64 = points.iter().flat_map(|(_, waits_s)| waits_s).sum();
        let kept: f64 = curve.mean_s.iter().zip(&curve.jobs).map(|(s, n)| s * *n as f64).sum();
        if curve.utilisation.len() == points.len() {
            prop_assert!((kept - sum).abs() <= 1e-9 * sum.max(1.0), "{} {} {}", kept, sum, jobs);
        }
        prop_assert_eq!(WaitCurve::of_bytes(&curve.to_bytes()), Some(curve));
    }
}
