//! Jobs, their users and their waits.

use crate::figures::Table;
use crate::lab::{LOAD, Lab, tiny};

/// Jobs for more than the 96 GPUs there are.
const CROWD: &str = "[workload.batch]\ndemand_gpus = 110\ngpus = [8, 16]\nmedian_hours = 0.5\nsigma = 1.0\n\
    users = 20\nburst = 4\nends = { cancelled = 0.1, failed = 0.2 }\n";

fn crowd() -> Lab {
    Lab::with("crowd.toml", tiny(&[(LOAD, CROWD)]))
}

/// More GPUs, shorter waits: as it is, a rack more (32 GPUs), two racks more; and the same as CSV.
#[test]
fn more_gpus_shorten_the_waits() {
    let lab = crowd();
    let said = lab.good(&[
        "compare",
        "crowd.toml",
        "--more-gpus",
        "20,64",
        "-o",
        "waits.csv",
    ]);
    let words: Vec<&str> = said.out.lines().next().unwrap().split("  ").collect();
    let heads: Vec<&str> = words
        .into_iter()
        .map(str::trim)
        .filter(|w| !w.is_empty())
        .collect();
    assert_eq!(heads, ["96 GPUs", "128 GPUs", "160 GPUs"], "{}", said.out);
    for row in [
        "GPUs allocated",
        "mean wait",
        "slowdown, median",
        "backlog, mean",
    ] {
        assert!(said.out.contains(row), "{}", said.out);
    }
    let table = Table::read(&lab, "waits.csv");
    assert_eq!(
        table.columns[2..5],
        ["tiny 96 GPUs", "tiny 128 GPUs", "tiny 160 GPUs"]
    );
    let row = table
        .rows
        .iter()
        .find(|r| r[1] == "wait_lower_bound_s_mean")
        .unwrap();
    let waits: Vec<f64> = row[2..5].iter().map(|cell| cell.parse().unwrap()).collect();
    assert!(waits.is_sorted_by(|a, b| a > b), "{waits:?}");
}

#[test]
fn gpus_that_are_not_there_cannot_be_taken_away() {
    let lab = crowd();
    lab.refused(
        &["compare", "crowd.toml", "--more-gpus", "-96"],
        &["-96 GPUs are more than hall", "3 racks of 32"],
    );
    lab.good(&["run", "crowd.toml", "-q", "-o", "out"]);
    lab.refused(
        &["compare", "out", "--more-gpus", "32"],
        &["folder of results"],
    );
}

/// Every job that leaves has its end, its user and its slowdown; users are those of the table.
#[test]
fn jobs_say_how_they_ended_and_whose_they_were() {
    let lab = crowd();
    lab.good(&["run", "crowd.toml", "-q", "-o", "out"]);
    let jobs = Table::read(&lab, "out/jobs.csv");
    let summary = lab.json("out/summary.json");
    let ended = jobs.text("ended");
    for (name, key) in [
        ("completed", "completed"),
        ("cancelled", "cancelled"),
        ("failed", "failed"),
    ] {
        let count = ended.iter().filter(|e| **e == name).count() as u64;
        assert_eq!(Some(count), summary["jobs"][key].as_u64(), "{name}");
        assert!(count > 0, "{name}");
    }
    for (flag, ended) in jobs.text("completed").iter().zip(&ended) {
        assert_eq!(*flag == "true", *ended == "completed");
    }
    assert!(
        jobs.numbers("user")
            .iter()
            .all(|user| (1.0..=20.0).contains(user))
    );
    assert!(jobs.numbers("slowdown").iter().all(|s| *s >= 1.0));
    assert!(jobs.numbers("work_s").iter().all(|s| *s >= 1.0));
    // What was submitted ended, runs or waits.
    let count = |key: &str| summary["jobs"][key].as_u64().unwrap();
    assert!(count("submitted") - count("started") == count("waiting"));
}

/// A campaign on 64 of 96 GPUs in a full hall starts as soon as enough has ended, before all that waited longer.
#[test]
fn a_campaign_goes_first() {
    let text = format!(
        "{CROWD}[workload.campaign]\nparameters = 1e9\ntokens = 2e10\ngpus = 64\nstart_day = 0.5\n"
    );
    let lab = Lab::with("crowd.toml", tiny(&[(LOAD, &text)]));
    let said = lab.good(&["validate", "crowd.toml"]);
    let flat = said.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        flat.contains("a campaign of 1 billion parameters on 64 GPUs from day 0.5"),
        "{flat}"
    );
    lab.good(&["run", "crowd.toml", "-q", "-o", "out"]);
    let summary = lab.json("out/summary.json");
    let wait_s = summary["jobs_pretraining"]["wait_s"]["max"]
        .as_f64()
        .unwrap();
    assert!(wait_s < 6.0 * 3600.0, "{wait_s}");
    let later = summary["jobs_batch"]["wait_s"]["max"].as_f64().unwrap();
    assert!(later > wait_s, "{later}");
    lab.refused(
        &[
            "validate",
            "crowd.toml",
            "--set",
            "workload.campaign.gpus=4096",
        ],
        &[
            "a run of 4096 GPUs fits in no hall",
            "--set workload.campaign.gpus=4096",
        ],
    );
}

#[test]
fn slips_in_the_table_of_jobs_are_named() {
    for (line, key, cure) in [
        ("like = \"philli\"", "philly", ""),
        (
            "ends = { cancelled = 0.7, failed = 0.3 }",
            "nothing is left",
            "less than 1",
        ),
        ("ends = { canceled = 0.1 }", "cancelled", ""),
        ("burst = 0", "burst", ""),
        ("burst = 0.2", "jobs at once", "one at a time"),
        ("users = -3", "users", ""),
        ("user_skew = nan", "user_skew", ""),
        ("deferrable = 1.5", "deferrable", "between 0 and 1"),
        ("deadline_slack_hours = -1", "deadline_slack_hours", ""),
        (
            "jobs_per_day = 4",
            "redundant with demand_gpus",
            "give one of the two",
        ),
        ("within = \"room\"", "within", ""),
        ("time_by_size = -1", "time_by_size", "zero or above"),
    ] {
        let text =
            format!("[workload.batch]\ndemand_gpus = 50\ngpus = [8]\nmedian_hours = 1\n{line}\n");
        let lab = Lab::with("wrong.toml", tiny(&[(LOAD, &text)]));
        lab.refused(&["validate", "wrong.toml"], &[key, cure]);
    }
}
