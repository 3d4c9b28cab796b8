//! Units, times and meters as others write them, and what a log of another year comes to.

use super::super::*;
use super::{jobs, open, refused};
use crate::units::DAY_S;

fn load(keys: &str, csv: &str) -> (Profile, Vec<String>) {
    let opened = open("telemetry", keys, csv, 1.0).unwrap_or_else(|error| panic!("{csv}: {error}"));
    let Replayed::Load(profile) = opened.work else {
        panic!("a load expected")
    };
    (profile, opened.warnings)
}

/// 550 W of two GPUs, in every form of the log.
#[test]
fn logs_of_nvidia_smi() {
    let keys = "columns = ['power.draw [W]']\ntime = 'timestamp'\nby = 'index'\ninterval_s = 30";
    for csv in [
        "timestamp, index, power.draw [W], temperature.gpu\n2025/03/03 09:00:00.120, 0, 300.00 W, 61\n\
         2025/03/03 09:00:00.120, 1, 250.00 W, 58\n2025/03/03 09:00:30.120, 0, 300.00 W, 61\n\
         2025/03/03 09:00:30.120, 1, [N/A], 58\n",
        "timestamp;index;power.draw [W]\n2025-03-03 09:00:00,1;0;300,0\n2025-03-03 09:00:00,1;1;250\n\
         2025-03-03 09:00:30,1;0;300,0\n2025-03-03 09:00:30,1;1;250\n",
        "timestamp,index,power.draw [W]\n10.5,0,300\n10.0,1,250\n40.5,0,300\n40,1,250\n",
        "timestamp,index,power.draw [W]\n10,0,300\n40,0,300\n10,1,250\n40,1,250\n",
    ] {
        let (profile, _) = load(keys, csv);
        assert_eq!(profile.mean(0.0, 30.0), 550.0, "{csv}");
        assert!(profile.mean(30.0, 60.0) > 545.0, "{csv}");
    }
    let csv = "timestamp,note,index,power.draw [W]\n9,a,0,300\n9,b,1,250\n39,c,0,300\n39,d,1,250\n";
    for bad_rows in ["refuse", "skip"] {
        let keys = format!("columns = ['power*']\ntime = 'timestamp'\nbad_rows = '{bad_rows}'");
        let error = refused("telemetry", &keys, csv);
        assert!(
            error.contains("line 3") && error.contains("set by = \"index\""),
            "{error}"
        );
        assert!(!error.contains("skip"), "{error}");
    }
    // nvidia-smi writes each GPU's own time: a few milliseconds apart, 8 GPUs would pass for one.
    let own_times = "timestamp,uuid,power.draw [W]\n9.001,GPU-a,300\n9.004,GPU-b,250\n39.001,GPU-a,300\n39.004,GPU-b,250\n";
    let keys = "columns = ['power*']\ntime = 'timestamp'\ninterval_s = 30\n";
    let error = refused("telemetry", keys, own_times);
    assert!(
        error.contains("holds 2 devices") && error.contains("set by = \"uuid\""),
        "{error}"
    );
    let (profile, _) = load(&format!("{keys}by = 'uuid'"), own_times);
    assert!((profile.mean(0.0, 30.0) - 550.0).abs() < 0.1);
    // The number of a row does not distinguish devices.
    let numbered = "timestamp,index,power [W]\n9,0,300\n39,1,300\n69,2,300\n";
    assert_eq!(load(keys, numbered).0.mean(0.0, 30.0), 300.0);
    let energy = own_times.replace("power.draw [W]", "power_and_energy");
    let error = refused("telemetry", &format!("{keys}by = 'uuid'"), &energy);
    assert!(error.contains("speaks of energy"), "{error}");
    let apart = csv.replace("index", "place");
    let error = refused(
        "telemetry",
        "columns = ['power*']\ntime = 'timestamp'",
        &apart,
    );
    assert!(error.contains("keep one row per time"), "{error}");
}

/// A meter that is silent holds; the others go on. One that begins late has held its first reading since the beginning.
#[test]
fn each_column_is_a_meter_of_its_own() {
    let csv = "time,a [kW],b_mw,c\n0,1,,N/A\n15,1,0.002,7\n30,NaN,0.002,7\n45,4,0.003,\n";
    let (profile, warnings) = load("columns = ['a*', 'b*', 'c']", csv);
    let means = [0.0, 15.0, 30.0, 45.0].map(|t| profile.mean(t, t + 15.0));
    assert_eq!(means, [3007.0, 3007.0, 3007.0, 7007.0]);
    assert_eq!(warnings.len(), 3, "{warnings:?}");
    assert!(
        warnings[2].contains("c: 2 of 4 cells are blank, the first in line 2"),
        "{warnings:?}"
    );
    // A cell that is not a number counts as bad for its meter alone.
    let rows: Vec<String> = (0..20)
        .map(|n| format!("{n},{},1000", if n == 3 { "x" } else { "500" }))
        .collect();
    let csv = format!("time,a,b\n{}\n", rows.join("\n"));
    let error = refused("telemetry", "columns = ['a', 'b']\ninterval_s = 1", &csv);
    assert!(
        error.contains("line 5: a \"x\" is not a valid number") && error.contains("\"skip\""),
        "{error}"
    );
    let (profile, _) = load(
        "columns = ['a', 'b']\ninterval_s = 1\nbad_rows = 'skip'",
        &csv,
    );
    assert_eq!(profile.mean(0.0, 20.0), 1500.0);
}

#[test]
fn telemetry_that_would_be_wrong_by_a_factor() {
    let two = |name: &str, time: &str| format!("{time},{name}\n1740992400,5\n1740992460,5\n");
    for (csv, keys, part) in [
        (
            two("p [kW]", "time"),
            "columns = ['p*']\nunit = 'mw'",
            "remove unit",
        ),
        (two("p_kwh", "time"), "columns = ['p*']", "holds energy"),
        (two("p [°C]", "time"), "columns = ['p*']", "a temperature"),
        (
            two("p,p", "time").replace(",5", ",5,5"),
            "columns = ['p']",
            "there twice",
        ),
        (
            two("p", "time").replace(",5", ",5,5"),
            "columns = ['p']",
            "3 cells under 2 names",
        ),
        (
            two("p", "time")
                .replace("00,", "00000,")
                .replace("60,", "60000,"),
            "columns = ['p']",
            "end in _ms",
        ),
        (
            two("p", "time").replace(",5", ","),
            "columns = ['p']",
            "holds no readings",
        ),
        (
            two("p", "time").replace("60,", "00,"),
            "columns = ['p']",
            "keep one row per time",
        ),
    ] {
        let error = refused("telemetry", keys, &csv);
        assert!(error.contains(part), "{csv}: {error}");
        assert!(!error.contains("skip"), "{error}");
    }
    // The cures.
    let csv = two("p [kW]", "time_ms")
        .replace("00,", "00000,")
        .replace("60,", "60000,");
    let (profile, _) = load("columns = ['p*']\ntime = 'time_ms'", &csv);
    assert_eq!(profile.mean(0.0, 60.0), 5e3);
    assert!(profile.covers(0.0, 75.0).is_ok() && profile.covers(0.0, 91.0).is_err());
}

#[test]
fn fields_behind_the_eighteenth_are_passed() {
    let log = "; more\n0 0 0 3600 8 1 1024 8 7200 1024 1 62 1 1 -1 1 1 1 {12,12} q_1d 1:ppn=8\n\
               1 60 5 1800 4 1 1024 4 3600 1024 1 62 1 1 -1 1 1 1\n";
    let opened = open("swf", "", log, 1.0).unwrap();
    assert!(
        opened.warnings[0].contains("up to 21 fields, the first 18"),
        "{:?}",
        opened.warnings
    );
    assert_eq!(
        jobs(opened).iter().map(|job| job.gpus).collect::<Vec<_>>(),
        [8, 4]
    );
    let error = refused("swf", "", "1 0 5 60\n2 0 5 60\n");
    assert!(
        error.contains("all 2 rows are bad") && !error.contains("skip"),
        "{error}"
    );
}

/// Names of users are numbers in the order in which they come; units of times and shares are those of the names.
#[test]
fn users_have_names_and_times_have_units() {
    let csv = "submit_min,gpus,run (hours),estimate_days,utilisation_pct,user\n0,8,2,0.5,50,ann\n1,8,2,,,7\n2,8,2,,,bob\n3,8,2,,,ann\n";
    let jobs = jobs(open("jobs", "", csv, 1.0).unwrap());
    let users: Vec<u32> = jobs.iter().map(|job| job.user).collect();
    assert_eq!(users, [1 << 31, 7, (1 << 31) + 1, 1 << 31]);
    let first = jobs[0];
    assert_eq!(
        (first.work_s, first.estimate_s, first.utilisation),
        (7200.0, 43_200.0, 0.5)
    );
    assert_eq!(jobs[1].submit_s, 60.0);
    let error = refused("jobs", "", "submit_s,gpus,run_s,run_h\n0,1,1,1\n");
    assert!(error.contains("can both be the column run"), "{error}");
    let error = refused(
        "jobs",
        "",
        "submit_s,gpus,run_s\n1704445200000,1,1\n1704445201000,1,1\n",
    );
    assert!(error.contains("end in _ms"), "{error}");
}

/// Jobs of two years before the run are no queue at its beginning: refused, and each of the cures gives them back.
#[test]
fn a_log_of_another_year_is_refused_with_cures() {
    let csv =
        "submit,gpus,run_h\n2024-01-05T09:00,8,2\n2024-01-05T10:00Z,4,1\n2024-01-06T09:00,8,2\n";
    let error = refused("jobs", "", csv);
    for words in [
        "no job was submitted from 2026-01-01 to 2026-01-02",
        "the trace holds 2024-01-05 to 2024-01-06",
        "set from_day = -727 ",
        "run.start = \"2024-01-05\"",
    ] {
        assert!(error.contains(words), "{error}");
    }
    let opened = open("jobs", "from_day = -727", csv, 1.0).unwrap();
    assert!(
        opened.counted[0].starts_with("3 rows = 2 jobs given + 1 outside"),
        "{:?}",
        opened.counted
    );
    let submitted: Vec<f64> = jobs(opened)
        .iter()
        .map(|job| job.submit_s / 3600.0)
        .collect();
    assert_eq!(submitted, [9.0, 10.0]);
    // What waits at negative times of a log without dates waits still.
    let opened = open("jobs", "", "submit_h,gpus,run_h\n-1,8,2\n", 1.0).unwrap();
    assert_eq!(jobs(opened)[0].submit_s, -3600.0);
}

/// A start that is printed takes in the first job of the trace.
#[test]
fn a_printed_from_day_loses_no_job() {
    for first_s in [90_000.0, 86_400.0 * 3.9999, 1.7e9, DAY_S * 0.5004 + DAY_S] {
        let csv = format!("submit_s,gpus,run_s\n{first_s},1,1\n");
        let error = refused("jobs", "", &csv);
        let (_, cure) = error.split_once("set ").unwrap();
        let (key, _) = cure.split_once(',').unwrap();
        let opened = open("jobs", key, &csv, 1.0).unwrap();
        assert!(
            opened.counted[0].starts_with("1 rows = 1 jobs given"),
            "{error}: {:?}",
            opened.counted
        );
    }
}

/// Spans as Slurm writes them, bars between cells, and shares by either spelling.
#[test]
fn jobs_of_slurm() {
    let plain = "submit_s,gpus,run_s,utilisation_pct\n0,8,93784,85\n60,8,7200,85\n";
    let slurm = "submit_s|gpus|run_s|utilization_pct\n0|8|1-02:03:04|85\n00:01:00|8|02:00:00|85\n";
    let read = |csv| jobs(open("jobs", "", csv, 1.0).unwrap());
    assert_eq!(read(slurm), read(plain));
    assert_eq!(read(slurm).len(), 2);
}

/// Starts missing from the log are not left to the scheduler silently.
#[test]
fn logged_starts_are_there_or_asked_for() {
    let log = |start: &str, cells: [&str; 2]| {
        format!(
            "submit,gpus,run_h,{start}\n2026-01-01 00:00,8,2,{}\n2026-01-01 01:00,8,2,{}\n",
            cells[0], cells[1]
        )
    };
    let keys = "start_mode = 'logged'";
    let stamps = ["2026-01-01 03:00", "2026-01-01 04:00"];
    let opened = open("jobs", keys, &log("start", stamps), 1.0).unwrap();
    let starts: Vec<f64> = jobs(opened)
        .iter()
        .map(|job| job.not_before_s / 3600.0)
        .collect();
    assert_eq!(starts, [3.0, 4.0]);
    let some = open("jobs", keys, &log("start", [stamps[0], ""]), 1.0).unwrap();
    assert!(
        some.warnings[0].contains("1 of 2 jobs have no start time"),
        "{:?}",
        some.warnings
    );
    for csv in [log("begin", stamps), log("start", ["", ""])] {
        let error = refused("jobs", keys, &csv);
        assert!(error.contains("remove starts"), "{error}");
        assert!(open("jobs", "", &csv, 1.0).is_ok());
    }
    let mixed = "submit_h,gpus,run_h,start\n0,8,2,2026-01-01 03:00\n";
    assert!(refused("jobs", keys, mixed).contains("both as"));
    let error = refused("jobs", "", &log("estimate", ["4", "4"]));
    assert!(error.contains("estimate_h"), "{error}");
}
