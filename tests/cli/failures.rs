//! Servers that fail, jobs that save, power that swings: what a user writes, and what comes out.

use crate::broken_scenarios::check;
use crate::lab::{JOBS, LOAD, Lab, tiny};

#[test]
fn tables_that_cannot_be_are_refused_at_their_key() {
    let failures = |keys: &str| format!("{JOBS}[failures]\n{keys}\n");
    let checkpoint = |keys: &str| format!("{JOBS}[checkpoint.batch]\n{keys}\n");
    let inference = format!("{JOBS}[checkpoint.inference]\nsave_s = 1\n");
    let saved = "save_s = 5\nrestart_s = 1\n";
    let lab = Lab::new();
    for (text, key) in [
        (failures("gpu_hours = 0"), "failures.gpu_hours"),
        (failures("gpu_hours = 0.015"), "failures.gpu_hours"),
        (failures("repair_sigma = 9.75"), "failures.repair_sigma"),
        (failures("mtbf = 4"), "failures.mtbf"),
        (checkpoint("save_s = 5"), "checkpoint.batch"),
        (
            checkpoint(&format!("{saved}paused_utilisation = 1.5")),
            "checkpoint.batch.paused_utilisation",
        ),
        (
            checkpoint("save_s = -5\nrestart_s = 1"),
            "checkpoint.batch.save_s",
        ),
        (
            checkpoint(&format!("interval_min = 0.0\n{saved}")),
            "checkpoint.batch.interval_min",
        ),
        (inference, "checkpoint.inference"),
    ] {
        lab.refused_at(&[], &[(LOAD, &text, key)]);
    }
    let smoothing = "[electrical]\nsmoothing = { delay_s = 0 }";
    lab.refused_at(
        &[],
        &[("[electrical]", smoothing, "electrical.smoothing.delay_s")],
    );
    // One of them as it is printed.
    let text = failures("gpu_hours = 0.015");
    let words = [
        "would stop every job before it makes progress",
        "use 1 or more",
    ];
    check(&[], &[(LOAD, text.leak(), "0.015", &words)]);
}

/// Batch jobs that save for half of their time: the same jobs end, and chips that wait draw less than chips at work.
#[test]
fn saves_draw_what_waiting_chips_draw() {
    let lab = Lab::new();
    let run = |paused: &str| {
        let table = "[checkpoint.batch]\ninterval_min = 5\nsave_s = 300\nrestart_s = 0\n";
        let text = format!(
            "{}{table}paused_utilisation = {paused}\n",
            tiny(&[(LOAD, JOBS)])
        );
        lab.write("a.toml", &text);
        let folder = format!("r{paused}");
        lab.good(&["run", "a.toml", "-q", "-o", &folder]);
        let summary = lab.json(&format!("{folder}/summary.json"));
        let it_mwh = summary["energy_mwh"]["it"].as_f64().unwrap();
        (it_mwh, summary["jobs"]["completed"].as_u64().unwrap())
    };
    let (at_work, at_rest) = (run("1"), run("0"));
    assert_eq!(at_work.1, at_rest.1);
    assert!(at_rest.0 < 0.99 * at_work.0, "{at_rest:?} {at_work:?}");
}

/// A failure every few hours: jobs are stopped, saved ones keep what they saved, and the time adds up.
#[test]
fn failures_cost_time_that_is_told_apart() {
    let lab = Lab::new();
    let text = format!(
        "{}[failures]\ngpu_hours = 60\nrepair_hours = 2\n[checkpoint.batch]\nsave_s = 10\nrestart_s = 60\n",
        tiny(&[("days = 1", "days = 4"), (LOAD, JOBS)])
    );
    lab.write("a.toml", &text);
    lab.good(&["run", "a.toml", "-q", "-o", "r"]);
    let summary = lab.json("r/summary.json");
    let goodput = &summary["goodput"];
    let figure = |key: &str| goodput[key].as_f64().unwrap();
    let parts = ["useful", "saving", "restarting", "rework", "slowed"];
    let held: f64 = parts
        .iter()
        .map(|part| figure(&format!("{part}_gpu_hours")))
        .sum();
    assert!((figure("useful_gpu_hours") / held - figure("goodput")).abs() < 1e-3);
    assert!(
        figure("goodput") < 0.99 && figure("goodput") > 0.3,
        "{goodput}"
    );
    // 96 GPUs, 4 days, one in 60 GPU-hours: 154 failures less those that hit servers under repair (a quarter).
    let failures = figure("failures");
    assert!((80.0..150.0).contains(&failures), "{failures}");
    assert!(figure("interruptions") > 20.0 && figure("rework_gpu_hours") > 0.0);
    assert!(figure("down_gpu_hours") > 500.0);
    // Held by jobs and services, services hold 16 all the time; a job keeps its GPUs to the end of its last step.
    let all = summary["jobs"]["gpu_hours"].as_f64().unwrap();
    assert!(
        held < all - 15.0 * 96.0 && held > 0.6 * (all - 16.0 * 96.0),
        "{held} {all}"
    );
    let jobs = lab.read("r/jobs.csv");
    let header = jobs.lines().next().unwrap();
    assert!(header.contains("interruptions,saving_s"), "{header}");
    assert!(
        lab.read("r/timeseries.csv")
            .lines()
            .next()
            .unwrap()
            .contains("down_gpus,swing_mw")
    );
    // The same seed, the same failures.
    lab.good(&["run", "a.toml", "-q", "-o", "again"]);
    assert_eq!(lab.read("r/jobs.csv"), lab.read("again/jobs.csv"));
    assert_eq!(lab.read("r/summary.json"), lab.read("again/summary.json"));
}

/// An outage without batteries: everything stops and starts again; nothing that was not saved survives.
#[test]
fn the_dark_stops_all_jobs() {
    let lab = Lab::new();
    let outage =
        "[[event]]\nstart = \"2026-07-01T12:00\"\nminutes = 30\nwhat.utility_outage = {}\n";
    let text = format!("{}{outage}", tiny(&[(LOAD, JOBS)]));
    lab.write("a.toml", &text);
    lab.good(&["run", "a.toml", "-q", "-o", "r"]);
    let summary = lab.json("r/summary.json");
    let goodput = &summary["goodput"];
    assert!(
        goodput["interruptions"].as_f64().unwrap() >= 1.0,
        "{goodput}"
    );
    assert!(
        goodput["rework_gpu_hours"].as_f64().unwrap() > 1.0,
        "{goodput}"
    );
    // Half an hour of 96 GPUs, and no clock at zero beside it.
    assert!(
        (goodput["down_gpu_hours"].as_f64().unwrap() - 48.0).abs() < 1e-9,
        "{goodput}"
    );
    // Chips a little warmer than those of published programs, but none at a clock of zero.
    assert!(
        goodput["slowed_gpu_hours"].as_f64().unwrap_or(0.0) < 3.0,
        "{goodput}"
    );
}

/// A power limit draws less, takes longer, and needs less energy for the same work.
#[test]
fn a_power_limit_stretches_jobs_less_than_it_saves() {
    let lab = Lab::new();
    let result = |limit: &str| {
        let load = "[workload.pretraining]\nmodels = [{ parameters = 2e9, tokens = 5e9, gpus = 96, mfu = 0.4 }]\n";
        lab.write("a.toml", tiny(&[("racks = 3", limit), (LOAD, load)]));
        lab.good(&["run", "a.toml", "-q", "-o", "r"]);
        let summary = lab.json("r/summary.json");
        let jobs = lab.read("r/jobs.csv");
        let run_s: f64 = jobs
            .lines()
            .nth(1)
            .unwrap()
            .split(',')
            .nth(7)
            .unwrap()
            .parse()
            .unwrap();
        let peak = summary["peak_kw"]["it"].as_f64().unwrap();
        (
            run_s,
            peak,
            summary["thermal"]["throttled_gpu_hours"].as_f64().unwrap(),
        )
    };
    let (free_s, free_kw, _) = result("racks = 3");
    let (run_s, kw, throttled) = result("racks = 3\npower_limit = 0.7");
    assert!(
        run_s > 1.03 * free_s && run_s < 1.2 * free_s,
        "{run_s} {free_s}"
    );
    assert!(kw < 0.85 * free_kw, "{kw} {free_kw}");
    assert!(kw * run_s < 0.97 * free_kw * free_s);
    assert_eq!(throttled, 0.0, "a limit is not heat");
}

/// 96 GPUs in step swing by most of what they draw; a store in the racks halves that and changes no energy.
#[test]
fn synchronised_training_swings_and_storage_smooths() {
    let lab = Lab::new();
    let summary = |more: &str| {
        let load = format!(
            "[workload.pretraining]\nmodels = [{{ parameters = 2e9, tokens = 50e9, gpus = 96, mfu = 0.4, utilisation = 0.5 }}]\n{more}"
        );
        lab.write("a.toml", tiny(&[(LOAD, &load)]));
        lab.good(&["run", "a.toml", "-q", "-o", "r"]);
        lab.json("r/summary.json")
    };
    let plain = summary("");
    let swings = &plain["swings"];
    // 96 × 0.75 × 578 W = 41.6 kW, up for two thirds of 1.3 s; 20 ms take nothing from that.
    assert!(
        (swings["amplitude_mw"].as_f64().unwrap() - 0.041616).abs() < 1e-5,
        "{swings}"
    );
    assert!(
        (swings["mw_per_s"].as_f64().unwrap() - 0.041616 / 0.02).abs() < 1e-3,
        "{swings}"
    );
    assert!(swings["ramp_up_mw_min"].as_f64().unwrap() >= 0.0);
    // Flat at 0.75·2/3·1/3·1.3 s = 0.2167 s: half of that leaves half.
    let smoothed = summary("[electrical.smoothing]\nstorage_s = 0.10833\n");
    assert!((smoothed["swings"]["amplitude_mw"].as_f64().unwrap() - 0.020808).abs() < 1e-5);
    assert_eq!(plain["energy_mwh"], smoothed["energy_mwh"]);
}

/// A floor at half of TDP fills the waits: 280 W less of swing on each of 96 GPUs, and energy for nothing.
#[test]
fn a_floor_smooths_and_costs() {
    let lab = Lab::new();
    let result = |floor: &str| {
        let load = "[workload.pretraining]\nmodels = [{ parameters = 2e9, tokens = 50e9, gpus = 96, mfu = 0.4, utilisation = 0.8 }]\n";
        lab.write("a.toml", tiny(&[("racks = 3", floor), (LOAD, load)]));
        lab.good(&["run", "a.toml", "-q", "-o", "r"]);
        let summary = lab.json("r/summary.json");
        let figure = |group: &str, key: &str| summary[group][key].as_f64().unwrap();
        (
            figure("swings", "amplitude_mw"),
            figure("energy_mwh", "compute"),
            figure("goodput", "useful_gpu_hours"),
        )
    };
    let (swing, mwh, useful) = result("racks = 3");
    let (less, more_mwh, same) = result("racks = 3\npower_floor = 0.5");
    assert!(
        (less / swing - 350.0 / 578.0).abs() < 1e-3,
        "{less} {swing}"
    );
    assert!(
        more_mwh > 1.01 * mwh && more_mwh < 1.2 * mwh,
        "{more_mwh} {mwh}"
    );
    assert!((same - useful).abs() < 1e-6 * useful);
}

/// Fans of a dense hall are off for half an hour: its racks switch themselves off, their job is stopped, and starts
/// again from its last save when they are back.
#[test]
fn hot_racks_send_their_jobs_back_to_the_queue() {
    let lab = Lab::new();
    let load = "[workload.pretraining]\nmodels = [{ parameters = 2e9, tokens = 10e9, gpus = 96, mfu = 0.4 }]\n";
    let text = format!(
        "{}[checkpoint.pretraining]\ninterval_min = 7\nsave_s = 10\nrestart_s = 60\n\
         [[event]]\nstart = \"2026-07-01T00:20\"\nminutes = 30\nwhat.crah_trip = {{}}\n",
        tiny(&[
            ("days = 1", "days = 0.5"),
            ("step_s = 300", "step_s = 20"),
            ("record_s = 900", "record_s = 300"),
            (LOAD, load),
        ])
    );
    lab.write("a.toml", &text);
    lab.good(&["run", "a.toml", "-q", "-o", "r"]);
    let summary = lab.json("r/summary.json");
    let goodput = &summary["goodput"];
    let figure = |key: &str| goodput[key].as_f64().unwrap();
    assert!(
        summary["ride_through"]["off_gpu_hours"]
            .as_f64()
            .is_some_and(|hours| hours > 0.0),
        "{summary}"
    );
    assert_eq!(figure("interruptions"), 1.0, "{goodput}");
    // At most 7 minutes and the step of the trip are undone, and it is away for half an hour and more.
    let undone = figure("rework_gpu_hours") / 96.0;
    assert!(undone > 0.0 && undone <= 7.1 / 60.0, "{undone}");
    assert!(
        (figure("restarting_gpu_hours") - 96.0 / 60.0).abs() < 1e-6,
        "{goodput}"
    );
    assert!(figure("down_gpu_hours") > 48.0, "{goodput}");
    assert_eq!(summary["jobs"]["completed"], 1, "{summary}");
}

/// A server of eight GPUs at one failure in 60 GPU-hours is up for 7.5 h and under repair for 2: services lose 21 % of their
/// tokens, and servers without work draw less.
#[test]
fn services_lose_what_servers_under_repair_would_make() {
    let lab = Lab::new();
    let result = |failures: &str| {
        let load =
            "[workload.inference]\ngpus = 96\nmean_utilisation = 0.5\ntokens_per_gpu_s = 1000\n";
        let text = tiny(&[("days = 1", "days = 20"), (LOAD, load)]);
        lab.write("a.toml", format!("{text}{failures}"));
        lab.good(&["run", "a.toml", "-q", "-o", "r"]);
        let summary = lab.json("r/summary.json");
        let figure = |group: &str, key: &str| summary[group][key].as_f64().unwrap();
        (figure("jobs", "tokens"), figure("energy_mwh", "it"))
    };
    let (all, all_mwh) = result("");
    let (left, left_mwh) = result("[failures]\ngpu_hours = 60\nrepair_hours = 2\n");
    assert!((left / all - 0.79).abs() < 0.04, "{}", left / all);
    assert!(left_mwh < 0.95 * all_mwh, "{left_mwh} {all_mwh}");
}
