mod answers;
mod formats;
mod fuzz;
mod sacct;
mod units;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::units::DAY_S;
use crate::workload::model::architecture::tests::llama_70b;
use crate::workload::model::tests::platform;
use crate::workload::{Class, Job, Label};

/// A folder with one file, read as a table of a scenario.
fn open(format: &str, keys: &str, content: &str, days: f64) -> Result<Opened, Fault> {
    let folder = tempfile::tempdir().unwrap();
    open_in(folder.path(), format, keys, content, days)
}

fn open_in(
    folder: &Path,
    format: &str,
    keys: &str,
    content: &str,
    days: f64,
) -> Result<Opened, Fault> {
    std::fs::write(folder.join("t"), content).unwrap();
    let file = if keys.contains("pods") {
        ""
    } else {
        "file = 't'"
    };
    let text = format!("[{format}]\n{file}\n{keys}");
    let table: BTreeMap<String, toml::Value> = toml::from_str(&text).unwrap();
    let trace: Trace = toml::Value::try_from(table).unwrap().try_into().unwrap();
    let models = [("70b".to_owned(), llama_70b())].into();
    trace.open(&Place {
        folder,
        start: date(2026, 1, 1).at(0, 0, 0, 0).into(),
        total_s: days * DAY_S,
        platform: Platform {
            models: &models,
            ..platform()
        },
    })
}

fn jobs(opened: Opened) -> Vec<Job> {
    let Replayed::Jobs { mut arrivals, .. } = opened.work else {
        panic!("jobs expected")
    };
    std::iter::from_fn(|| arrivals.next_job()).collect()
}

fn refused(format: &str, keys: &str, content: &str) -> String {
    let opened = open(format, keys, content, 1.0);
    opened.err().expect("a bad trace").to_string()
}

/// Line 2 of the NASA log: 128 processors for 1,451 s at 0 s; then one whose size and time are those requested.
#[test]
fn a_line_of_the_standard_workload_format() {
    let log = "; Version: 2.2\n\
        1 0 -1 1451 128 -1 -1 -1 -1 -1 -1 1 1 -1 -1 -1 -1 -1\n\
        2 1460 5 100 -1 -1 -1 12 3600 -1 1 1 1 -1 -1 -1 -1 -1\n\
        3 1500 -1 0 4 -1 -1 -1 -1 -1 5 1 1 -1 -1 -1 -1 -1\n";
    let opened = open("swf", "gpus_per_unit = 0.5\nutilisation = 0.6", log, 1.0).unwrap();
    assert_eq!(
        opened.counted,
        [
            "3 rows = 2 jobs given + 0 outside the run + 1 without work",
            "26.0 GPU-hours = 26.0 given + 0.0 outside the run; largest job 64 GPUs"
        ]
    );
    let job = |submit_s, gpus, work_s, estimate_s| Job {
        id: 0,
        class: Class::Batch,
        submit_s,
        gpus,
        work_s,
        estimate_s,
        utilisation: 0.6,
        tokens: 0.0,
        user: 1,
        ..Job::default()
    };
    let named = |id, job| Job {
        label: Label::new(id),
        ..job
    };
    assert_eq!(
        jobs(opened),
        [
            named("1", job(0.0, 64, 1451.0, 1451.0)),
            named("2", job(1460.0, 6, 100.0, 3600.0))
        ]
    );
}

#[test]
fn a_plain_csv_of_jobs() {
    let csv = "gpus,submit,run_h,estimate_s,utilisation,class,tokens\n\
        8,2026-01-01T06:00,2,10000,0.5,fine_tuning,1e9\n\
        1,2026-01-01 06:30:00.5,0.5,,,,\n";
    let jobs = jobs(open("jobs", "class = 'pretraining'", csv, 1.0).unwrap());
    let reported: Vec<_> = jobs
        .iter()
        .map(|j| {
            (
                j.submit_s,
                j.gpus,
                j.work_s,
                j.estimate_s,
                j.utilisation,
                j.class,
                j.tokens,
            )
        })
        .collect();
    assert_eq!(
        reported,
        [
            (21_600.0, 8, 7200.0, 10_000.0, 0.5, Class::FineTuning, 1e9),
            (23_400.5, 1, 1800.0, 1800.0, 0.8, Class::Pretraining, 0.0)
        ]
    );
}

#[test]
fn bad_rows_are_refused_with_their_line_or_left_out_and_counted() {
    let csv = "submit_s,gpus,run_s\n0,8,60\n1,eight,60\n2,8\n3,-1,60\n4,2.5,60\n5,8,60\n";
    let error = refused("jobs", "", csv);
    for words in [
        "line 3",
        "gpus \"eight\" is not a valid number",
        "one of 4 bad rows of 6",
        "check that it has the format",
    ] {
        assert!(error.contains(words), "{error}");
    }
    let opened = open("jobs", "bad_rows = 'skip'", csv, 1.0).unwrap();
    let warning = &opened.warnings[0];
    for words in [
        "4 bad rows of 6",
        "line 4: the row ends after 2 of 3",
        "line 5: gpus -1",
        "1 more",
    ] {
        assert!(warning.contains(words), "{warning}");
    }
    assert!(
        opened.counted[0].ends_with("2 jobs given + 0 outside the run + 0 without work + 4 bad")
    );
    assert_eq!(jobs(opened).len(), 2);
}

#[test]
fn files_that_hold_no_jobs_say_so() {
    for (format, content, words) in [
        ("jobs", "", "the file is empty"),
        ("jobs", "time,gpus\n", "no time of submission"),
        ("jobs", "submit_s,gpus\n", "no run time"),
        ("jobs", "submit_s,run_s\n", "no column gpus"),
        (
            "jobs",
            "submit_s,gpus,run_s\n",
            "none of its 0 rows holds a job",
        ),
        (
            "jobs",
            "submit_s,gpus,run_s\n90000,1,1\n",
            "set from_day = 1.041,",
        ),
        ("swf", "1 2 3\n", "3 fields, where the format has 18"),
        ("swf", "; nothing\n", "none of its 0 rows"),
    ] {
        let error = refused(format, "", content);
        assert!(error.contains(words), "{error}");
    }
}

/// A megabyte without a line end is one bad row, and the row after it is read.
#[test]
fn a_line_without_end_is_one_bad_row() {
    let good = "1 0 -1 60 8 -1 -1 -1 -1 -1 -1 1 1 -1 -1 -1 -1 -1";
    let content = format!("{}\n{good}\n", "7 ".repeat(1 << 20));
    let opened = open("swf", "bad_rows = 'skip'", &content, 1.0).unwrap();
    assert!(opened.warnings[0].contains("line 1: it is longer than a megabyte"));
    assert_eq!(jobs(opened).len(), 1);
}

proptest! {
    /// Whatever the order, the window and the faults: rows and GPU-hours in are those out and those left out, and
    /// jobs come in order of submission.
    #[test]
    fn jobs_and_gpu_hours_are_conserved(
        rows in prop::collection::vec((0..400_000_u32, 1..64_u32, 0..5000_u32, 0..10_u8), 1..80),
        from_day in 0..3_u8,
    ) {
        let mut csv = "submit_s,gpus,run_s\n0,1,36\n86400,1,36\n172800,1,36\n".to_owned();
        let window = f64::from(from_day) * DAY_S..(f64::from(from_day) + 1.5) * DAY_S;
        let (mut sound, mut sound_s, mut idle, mut bad) = (1, 36, 0, 0);
        sound += u32::from(from_day < 2);
        sound_s += 36 * u32::from(from_day < 2);
        for (submit_s, gpus, run_s, fault) in rows {
            if fault == 0 {
                writeln!(csv, "{submit_s},{gpus}").unwrap();
                bad += 1;
                continue;
            }
            writeln!(csv, "{submit_s},{gpus},{run_s}").unwrap();
            if run_s == 0 {
                idle += 1;
            } else if window.contains(&f64::from(submit_s)) {
                sound += 1;
                sound_s += gpus * run_s;
            }
        }
        let keys = format!("bad_rows = 'skip'\nfrom_day = {from_day}");
        let opened = open("jobs", &keys, &csv, 1.5).unwrap();
        let all = csv.lines().count() as u32 - 1;
        let counts = format!(
            "{all} rows = {sound} jobs given + {} outside the run + {idle} without work{}",
            all - sound - idle - bad,
            if bad > 0 { format!(" + {bad} bad") } else { String::new() },
        );
        prop_assert_eq!(&opened.counted[0], &counts);
        let given = jobs(opened);
        prop_assert_eq!(given.len() as u32, sound);
        let given_s: f64 = given.iter().map(|job| f64::from(job.gpus) * job.work_s).sum();
        prop_assert_eq!(given_s, f64::from(sound_s));
        prop_assert!(given.windows(2).all(|pair| pair[0].submit_s <= pair[1].submit_s));
    }

    /// A log whose rows lie at most 100 s out of order is put in order with few jobs held, however long it is.
    #[test]
    fn memory_follows_the_disorder_and_not_the_rows(late in prop::collection::vec(0..100_u32, 300..900)) {
        let rows = late.into_iter().enumerate().map(|(index, late_s)| Row {
            line: index as u64,
            content: Ok(Some(Job {
                id: 0,
                class: Class::Batch,
                submit_s: index as f64 * 10.0 + f64::from(late_s),
                gpus: 1,
                work_s: 1.0,
                estimate_s: 1.0,
                utilisation: 1.0,
                tokens: 0.0,
                ..Job::default()
            })),
        }).collect::<Vec<_>>();
        let count = rows.len();
        let window = window::Window { from_s: 0.0, total_s: 1e9, period_s: None, sample_fraction: 1.0, dated: None };
        let again = rows.iter().map(|row| Row { line: row.line, content: row.content.clone() }).collect::<Vec<_>>();
        let tally = tally::Tally::of(Box::new(again.into_iter()), window);
        let mut replay = ordered::Ordered::new(Box::new(rows.into_iter()), window, tally.late_s);
        let (mut given, mut last_s) = (0, 0.0);
        while let Some(job) = replay.next_job() {
            prop_assert!(job.submit_s >= last_s);
            prop_assert!(replay.held() <= 22);
            last_s = job.submit_s;
            given += 1;
        }
        prop_assert_eq!(given, count);
    }
}

/// Jobs at 0 and 12 h of a day that is repeated for two and a half days, a minute apart in place of an hour or not.
#[test]
fn a_trace_starts_again_and_its_time_is_stretched() {
    let csv = "submit_h,gpus,run_h,id,user\n0,1,1,a,4\n12,2,1,openb-pod-0000-with-a-name-that-is-too-long,\n30,4,1,,\n";
    let folder = tempfile::tempdir().unwrap();
    let opened = open_in(folder.path(), "jobs", "repeat_days = 1", csv, 2.5).unwrap();
    assert_eq!(
        opened.counted,
        [
            "3 rows = 2 jobs given + 1 outside the run + 0 without work",
            "7.0 GPU-hours = 3.0 given + 4.0 outside the run; largest job 2 GPUs",
            "again every 1.000 days: 5 jobs, 7.0 GPU-hours in the run"
        ]
    );
    let reported: Vec<_> = jobs(opened)
        .iter()
        .map(|j| (j.submit_s / 3600.0, j.gpus, j.user))
        .collect();
    assert_eq!(
        reported,
        [
            (0.0, 1, 4),
            (12.0, 2, 0),
            (24.0, 1, 4),
            (36.0, 2, 0),
            (48.0, 1, 4)
        ]
    );
    let fast = jobs(open("jobs", "time_scale = 0.5\nfrom_day = 0.25", csv, 2.5).unwrap());
    let reported: Vec<_> = fast
        .iter()
        .map(|j| (j.submit_s / 3600.0, j.work_s))
        .collect();
    assert_eq!(reported, [(3.0, 3600.0), (12.0, 3600.0)]);
    let label = fast[0].label;
    assert!("openb-pod-0000-with-a-name-that-is-too-long".ends_with(label.as_str()));
    assert_eq!(label.as_str().len(), 31);
}

#[test]
fn a_thinned_trace_keeps_a_share_and_says_so() {
    let mut csv = String::from("submit_s,gpus,run_s\n");
    for n in 0..4000 {
        writeln!(csv, "{n},1,3600").unwrap();
    }
    let opened = open("jobs", "sample_fraction = 0.3", &csv, 1.0).unwrap();
    let counted = opened.counted.clone();
    let kept = jobs(opened);
    assert!((kept.len() as f64 - 1200.0).abs() < 100.0, "{}", kept.len());
    assert_eq!(
        counted[0],
        format!(
            "4000 rows = {} jobs given + 0 outside the run + 0 without work + {} thinned out",
            kept.len(),
            4000 - kept.len()
        )
    );
    assert_eq!(
        kept,
        jobs(open("jobs", "sample_fraction = 0.3", &csv, 1.0).unwrap())
    );
    for wrong in ["sample_fraction = 0", "time_scale = -1", "repeat_days = 0"] {
        let text = format!("[jobs]\nfile = 't'\n{wrong}");
        assert!(toml::from_str::<Trace>(&text).is_err(), "{wrong}");
    }
}
