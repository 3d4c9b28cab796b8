//! The law of arrivals, seen in many draws.

use proptest::prelude::*;

use super::*;
use crate::units::HOUR_S;
use crate::workload::{Arrivals, Job, Outcome};

const TOML: &str = "jobs_per_day = 1000\ngpus = [1, 8]\nweights = [3, 1]\nmedian_hours = 1\nsigma = 1\n\
                    max_hours = 10000\nestimate_factor = 3\nday_swing = 0.5\npeak_hour = 12\nweekend_factor = 0.5";

fn jobs(text: &str, seed: u64) -> Result<Jobs, Fault> {
    let table: JobStream = toml::from_str(text).unwrap();
    table.jobs("workload.batch", Class::Batch, Calendar::new(0, 0.0), seed)
}

/// 20 weeks at 1,000 jobs a day: 140,000 jobs, standard deviation 374, so 1 % is 3.7 σ. Weekdays carry
/// 5·7/6/7 = 5/6 of them. The hour after noon has 1 + 0.5·sin(15°)/(π/12) = 1.494 of the mean hour.
#[test]
fn arrivals_follow_the_rate_and_run_times_the_lognormal() {
    let mut source = jobs(TOML, 7).unwrap();
    let mut all = Vec::new();
    while let Some(job) = source.next_job() {
        if job.submit_s > 140.0 * DAY_S {
            break;
        }
        all.push(job);
    }
    let n = all.len() as f64;
    let share = |what: &dyn Fn(&Job) -> bool| all.iter().filter(|j| what(j)).count() as f64 / n;
    assert!((n / 140_000.0 - 1.0).abs() < 0.01, "{n}");
    let calendar = Calendar::new(0, 0.0);
    assert!((share(&|j| calendar.at(j.submit_s).1 < 5) - 5.0 / 6.0).abs() < 0.004);
    let noon = share(&|j| (12.0..13.0).contains(&calendar.at(j.submit_s).0));
    assert!((noon * 24.0 - 1.494).abs() < 0.05, "{noon}");
    assert!((share(&|j| j.gpus == 8) - 0.25).abs() < 0.005);
    // Half below the median; mean e^(1/2) = 1.6487 h, its standard error 2.16/√n = 0.0058 h.
    assert!((share(&|j| j.work_s < HOUR_S) - 0.5).abs() < 0.006);
    let mean_h = all.iter().map(|j| j.work_s).sum::<f64>() / n / HOUR_S;
    assert!((mean_h - 1.6487).abs() < 0.024, "{mean_h}");
    let factor = all.iter().map(|j| j.estimate_s / j.work_s).sum::<f64>() / n;
    assert!((factor - 3.0).abs() < 0.03, "{factor}");
    assert!(all.iter().all(|j| j.estimate_s >= j.work_s));
    assert!(all.windows(2).all(|w| w[0].submit_s <= w[1].submit_s));
}

#[test]
fn the_same_seed_gives_the_same_jobs_and_purposes_are_independent() {
    let take = |text: &str, seed| {
        let mut source = jobs(text, seed).unwrap();
        (0..100)
            .map_while(|_| source.next_job())
            .collect::<Vec<_>>()
    };
    assert_eq!(take(TOML, 1), take(TOML, 1));
    assert_ne!(take(TOML, 1), take(TOML, 2));
    // Other sizes leave arrivals and run times as they were.
    let other = take(&TOML.replace("[3, 1]", "[1, 3]"), 1);
    for (a, b) in take(TOML, 1).iter().zip(&other) {
        assert_eq!(
            (a.submit_s, a.work_s, a.estimate_s),
            (b.submit_s, b.work_s, b.estimate_s)
        );
    }
}

#[test]
fn wrong_figures_are_refused_with_their_key() {
    for (from, to, key) in [
        ("[3, 1]", "[3]", "weights"),
        ("[3, 1]", "[3, -1]", "weights"),
        ("[3, 1]", "[0, 0]", "weights"),
        ("[1, 8]", "[1, 0]", "gpus"),
        ("jobs_per_day = 1000", "jobs_per_day = 1e9", "jobs_per_day"),
        (
            "estimate_factor = 3",
            "estimate_factor = 0.5",
            "estimate_factor",
        ),
        ("peak_hour = 12", "peak_hour = 25", "peak_hour"),
        ("gpus = [1, 8]\nweights = [3, 1]", "", "gpus"),
        ("median_hours = 1\n", "", "median_hours"),
        ("jobs_per_day = 1000", "", "jobs_per_day"),
        ("sigma = 1", "demand_gpus = 7", "jobs_per_day"),
        ("sigma = 1", "burst = 0.5", "burst"),
        ("sigma = 1", "users = 4000000", "users"),
        ("sigma = 1", "outcomes = { failed = 1 }", "outcomes"),
        (
            "max_hours = 10000",
            "preset = \"philly\"\nmax_hours = 9",
            "max_hours",
        ),
        (
            "sigma = 1",
            "preset = \"seren\"\ntime_by_size = 3",
            "time_by_size",
        ),
    ] {
        let error = jobs(&TOML.replace(from, to), 1).unwrap_err();
        let key = format!("workload.batch.{key}");
        assert_eq!(error.key(), Some(&*key), "{error}");
    }
}

fn take(text: &str, count: usize) -> Vec<Job> {
    let mut source = jobs(text, 3).unwrap();
    (0..count).map_while(|_| source.next_job()).collect()
}

/// Mean 5 at once of one GPU, 1 + 4/8 = 1.5 of eight: 1/5 and 2/3 of the submissions hold one job; all at one moment, of
/// one user and one size. Of 60,000 jobs three quarters have one GPU, as without.
#[test]
fn a_burst_is_one_user_one_size_and_one_moment() {
    let all = take(&format!("{TOML}\nburst = 5\nusers = 40"), 60_000);
    let mut bursts: Vec<&[Job]> = all.chunk_by(|a, b| a.submit_s == b.submit_s).collect();
    bursts.pop(); // the last may go on
    for burst in &bursts {
        let of = |job: &Job| (job.user, job.gpus);
        assert!(burst.iter().all(|job| of(job) == of(&burst[0])));
    }
    for (gpus, expected, alone) in [(1, 5.0, 0.2), (8, 1.5, 2.0 / 3.0)] {
        let of: Vec<_> = bursts.iter().filter(|b| b[0].gpus == gpus).collect();
        let n = of.len() as f64;
        let mean = of.iter().map(|b| b.len()).sum::<usize>() as f64 / n;
        // The standard error of a geometric mean of 5 over 9,000 is 0.05.
        assert!((mean - expected).abs() < 0.2, "{mean}");
        let single = of.iter().filter(|b| b.len() == 1).count() as f64 / n;
        assert!((single - alone).abs() < 0.015, "{single}");
    }
    let small = all.iter().filter(|job| job.gpus == 1).count() as f64 / 6e4;
    assert!((small - 0.75).abs() < 0.015, "{small}");
    // As many jobs a day as without.
    assert!((60.0 - all.last().unwrap().submit_s / DAY_S).abs() < 4.0);
    // Correlation of ln T within a burst: 0.8 by default.
    let z = |job: &Job| (job.work_s / HOUR_S).ln();
    let pairs: Vec<_> = bursts.iter().filter(|b| b.len() > 1).collect();
    let together: f64 = pairs.iter().map(|b| z(&b[0]) * z(&b[1])).sum::<f64>() / pairs.len() as f64;
    assert!((together - 0.8).abs() < 0.06, "{together}");
}

/// Zipf over 4 users: 1, 1/2, 1/3, 1/4 of 25/12.
#[test]
fn few_users_submit_most() {
    let all = take(&format!("{TOML}\nusers = 4"), 40_000);
    for user in 1..=4_u32 {
        let share = all.iter().filter(|job| job.user == user).count() as f64 / 40_000.0;
        let expected = 12.0 / 25.0 / f64::from(user);
        assert!((share - expected).abs() < 0.01, "{user}: {share}");
    }
}

/// By hand: 8 % cancelled at 8.25 of the mean hold 0.66 of the time.
#[test]
fn ends_and_sizes_share_the_gpu_time_as_told() {
    let ends = "outcomes = { cancelled = 0.08, failed = 0.43, cancelled_gpu_time = 0.66, failed_gpu_time = 0.12 }";
    let all = take(&format!("{TOML}\ntime_by_size = 0.5\n{ends}"), 200_000);
    let gpu_s = |job: &&Job| f64::from(job.gpus) * job.work_s;
    let total: f64 = all.iter().map(|job| gpu_s(&job)).sum();
    for (outcome, jobs, time) in [
        (Outcome::Completed, 0.49, 0.22),
        (Outcome::Cancelled, 0.08, 0.66),
        (Outcome::Failed, 0.43, 0.12),
    ] {
        let of: Vec<&Job> = all.iter().filter(|job| job.outcome == outcome).collect();
        assert!((of.len() as f64 / 2e5 - jobs).abs() < 0.005, "{outcome:?}");
        let share = of.iter().map(gpu_s).sum::<f64>() / total;
        assert!((share - time).abs() < 0.02, "{outcome:?}: {share}");
    }
    // Eight GPUs run √8 as long as one.
    let mean = |gpus| {
        let of = all.iter().filter(|job| job.gpus == gpus);
        let (sum, n) = of.fold((0.0, 0.0), |(sum, n), job| (sum + job.work_s, n + 1.0));
        sum / n
    };
    assert!((mean(8) / mean(1) - 8_f64.sqrt()).abs() < 0.2);
}

/// 300 GPUs requested: over 600 days Σ g·T/t comes to that.
#[test]
fn demand_is_what_the_jobs_would_hold() {
    let text = TOML.replace("jobs_per_day = 1000", "demand_gpus = 300");
    let mut source = jobs(&text, 5).unwrap();
    let mut gpu_s = 0.0;
    let days = 600.0;
    while let Some(job) = source.next_job() {
        if job.submit_s > days * DAY_S {
            break;
        }
        gpu_s += f64::from(job.gpus) * job.work_s;
    }
    assert!((gpu_s / (days * DAY_S) / 300.0 - 1.0).abs() < 0.02);
}

#[test]
fn deadlines_and_delays_are_what_the_table_says() {
    let all = take(
        &format!("{TOML}\ndeadline_slack_hours = 2\ndeferrable = 0.25\ndeferrable_hours = 6"),
        20_000,
    );
    let slack = |job: &Job| job.deadline_s - job.submit_s - job.work_s;
    assert!(all.iter().all(|job| (slack(job) - 7_200.0).abs() < 1e-3));
    let later = all
        .iter()
        .filter(|job| job.deferrable_s == 6.0 * HOUR_S)
        .count() as f64;
    assert!((later / 2e4 - 0.25).abs() < 0.01);
    assert!(
        take(TOML, 9)
            .iter()
            .all(|j| j.deadline_s == f64::INFINITY && j.deferrable_s == 0.0)
    );
}

/// The published mean and median of Philly, and what a part of a GPU holds in PAI.
#[test]
fn jobs_like_a_published_cluster_have_its_figures() {
    let all = take("jobs_per_day = 1000\npreset = \"philly\"", 200_000);
    let mut run: Vec<f64> = all.iter().map(|job| job.work_s).collect();
    run.sort_by(f64::total_cmp);
    assert!(
        (run[100_000] / 874.0 - 1.0).abs() < 0.03,
        "{}",
        run[100_000]
    );
    let mean = run.iter().sum::<f64>() / 2e5;
    assert!((mean / 18_006.0 - 1.0).abs() < 0.06, "{mean}");
    let gpus = all.iter().map(|job| f64::from(job.gpus)).sum::<f64>() / 2e5;
    assert!((gpus - 1.93).abs() < 0.03, "{gpus}");
    let pai = take("jobs_per_day = 1000\npreset = \"pai\"", 20_000);
    let requested: f64 = pai
        .iter()
        .map(|j| f64::from(j.gpus) * j.utilisation / 0.8)
        .sum();
    assert!((requested / 2e4 - 0.68).abs() < 0.02, "{}", requested / 2e4);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// For every table: jobs come in order, sound, and within the limits of their table.
    #[test]
    fn jobs_are_sound(
        seed in 0_u64..1000,
        burst in 1.0..50.0_f64,
        users in 0_u32..300,
        max_hours in 24.0..800.0_f64,
        by_size in 0.0..0.5_f64,
        like in prop::sample::select(vec!["philly", "helios", "seren", "kalos", "pai"]),
    ) {
        let text = format!(
            "demand_gpus = 900\npreset = \"{like}\"\nburst = {burst}\nusers = {users}\nmax_hours = {max_hours}\ntime_by_size = {by_size}"
        );
        let mut source = jobs(&text, seed).unwrap();
        let mut before_s = 0.0;
        for _ in 0..300 {
            let job = source.next_job().unwrap();
            prop_assert!(job.submit_s >= before_s && job.submit_s.is_finite());
            before_s = job.submit_s;
            prop_assert!(job.work_s >= 1.0 && job.work_s <= max_hours * HOUR_S);
            prop_assert!(job.estimate_s >= job.work_s);
            prop_assert!((1..=2048).contains(&job.gpus) && (0.0..=1.0).contains(&job.utilisation));
            let known = if users == 0 { 0..=0 } else { 1..=users };
            prop_assert!(known.contains(&job.user));
        }
    }
}
