//! Jobs of Slurm's accounting, worked by hand.

use super::{jobs, open, refused};
use crate::workload::{Job, Outcome};

/// As `sacct --parsable2` prints them; the run starts on 2026-01-01.
const LOG: &str = "\
JobID|Submit|Start|End|ElapsedRaw|TimelimitRaw|AllocTRES|State|User
101|2026-01-01T01:00:00|2026-01-01T01:30:00|2026-01-01T03:30:00|7200|240|billing=64,cpu=64,gres/gpu=8,mem=1T,node=1|COMPLETED|ann
101.batch|2026-01-01T01:30:00|2026-01-01T01:30:00|2026-01-01T03:30:00|7200||cpu=64,gres/gpu=8,mem=1T,node=1|COMPLETED|
102|2026-01-01T02:00:00|2026-01-01T02:00:00|2026-01-01T02:30:00|1800|UNLIMITED|cpu=8,gres/gpu:a100=2|FAILED|bob
103|2026-01-01T03:00:00|Unknown|Unknown|0|60|cpu=8,gres/gpu=4|CANCELLED by 1000|ann
104|2026-01-01T04:00:00|2026-01-01T04:00:00|2026-01-01T05:00:00|3600|60|cpu=128,mem=10G,node=2|COMPLETED|bob
105_7|2026-01-01T05:00:00|2026-01-01T05:00:01|2026-01-01T06:00:01|3600|60|gres/gpu=1|TIMEOUT|1007
";

#[test]
fn jobs_of_the_accounting() {
    let opened = open("sacct", "starts = 'logged'", LOG, 1.0).unwrap();
    // 8 GPUs · 2 h + 2 GPUs · 0.5 h + 1 GPU · 1 h
    assert_eq!(
        opened.counted,
        [
            "6 rows = 3 jobs given + 0 outside the run + 3 without work",
            "18.0 GPU-hours = 18.0 given + 0.0 outside the run; largest job 8 GPUs",
            "1 of the rows without work are steps of jobs"
        ]
    );
    assert!(opened.warnings.is_empty(), "{:?}", opened.warnings);
    let reported: Vec<_> = jobs(opened)
        .iter()
        .map(|j: &Job| {
            (
                j.submit_s,
                j.not_before_s,
                j.gpus,
                j.work_s,
                j.estimate_s,
                j.outcome,
            )
        })
        .collect();
    assert_eq!(
        reported,
        [
            (3600.0, 5400.0, 8, 7200.0, 14_400.0, Outcome::Completed),
            // No limit: its run.
            (7200.0, 7200.0, 2, 1800.0, 1800.0, Outcome::Failed),
            (18_000.0, 18_001.0, 1, 3600.0, 3600.0, Outcome::Failed),
        ]
    );
}

/// Spans in words, requested resources, the run from its ends, UNIX times, the trailing bar of `--parsable`.
#[test]
fn the_same_jobs_in_other_columns() {
    // 2026-01-01T01:00:00Z; the run's clock is that of UTC.
    let log = "JobIDRaw|JobID|ReqTRES|Submit|Start|End|Timelimit|\n\
               9|9|cpu=1,gres/gpu=3|1767229200|1767229200|1767232800|1-00:00:00|\n";
    let given = jobs(open("sacct", "", log, 1.0).unwrap());
    let reported: Vec<_> = given
        .iter()
        .map(|j| (j.submit_s, j.gpus, j.work_s, j.estimate_s))
        .collect();
    assert_eq!(reported, [(3600.0, 3, 3600.0, 86_400.0)]);
    let log = "JobID|ReqTRES|Submit|Elapsed|Timelimit\n9|gres/gpu=1|2026-01-01T00:00:00|02:30|Partition_Limit\n";
    assert_eq!(jobs(open("sacct", "", log, 1.0).unwrap())[0].work_s, 150.0);
}

#[test]
fn jobs_that_still_ran_are_told() {
    let log = "JobID|Submit|Start|End|ElapsedRaw|AllocTRES|State\n\
               1|2026-01-01T00:00:00|2026-01-01T00:00:00|Unknown|600|gres/gpu=2|RUNNING\n\
               2|2026-01-01T00:00:00|Unknown|Unknown|0|gres/gpu=2|PENDING\n";
    let opened = open("sacct", "", log, 1.0).unwrap();
    assert!(
        opened.warnings[0].contains("1 jobs had not ended"),
        "{:?}",
        opened.warnings
    );
    assert_eq!(jobs(opened)[0].work_s, 600.0);
}

/// `sacct` quotes nothing: a name that begins with a quote holds no row behind it together. Files of two months are joined
/// with both headers; a row of a job that went back to the queue has ended.
#[test]
fn quotes_joined_files_and_requeued_jobs() {
    let head = "JobIDRaw|JobName|Submit|Start|End|ElapsedRaw|AllocTRES|State|";
    let row = |id: u32, name: &str, state: &str| {
        format!(
            "{id}|{name}|2026-01-01T00:00:00|2026-01-01T00:00:00|2026-01-01T01:00:00|3600|gres/gpu=1|{state}|"
        )
    };
    let rows = [
        head.to_owned(),
        row(1, "\"train", "COMPLETED"),
        row(2, "say \"a\" and", "REQUEUED"),
        row(3, "b\"", "SIGNALING"),
        head.to_owned(),
        row(4, "\"c\"", "LAUNCH_FAILED"),
    ];
    let opened = open("sacct", "", &rows.join("\n"), 1.0).unwrap();
    assert!(opened.warnings.is_empty(), "{:?}", opened.warnings);
    let outcomes: Vec<_> = jobs(opened).iter().map(|job| job.outcome).collect();
    assert_eq!(
        outcomes,
        [
            Outcome::Completed,
            Outcome::Cancelled,
            Outcome::Completed,
            Outcome::Failed
        ]
    );
    // A bar in a name moves all that follows.
    let bar = format!("{head}\n{}\n", row(1, "a|b", "COMPLETED")).replace("|\n", "\n");
    let error = refused("sacct", "", &bar);
    assert!(
        error.contains("print only the columns that are read"),
        "{error}"
    );
}

#[test]
fn what_cannot_be_read_is_named_with_its_line() {
    let row = |old: &str, new: &str| LOG.replacen(old, new, 1);
    for (log, words) in [
        (
            row("COMPLETED|ann", "FINISHED|ann"),
            "line 2: \"FINISHED\" is not a job state",
        ),
        (row("gres/gpu=8", "gres/gpu=x"), "is not a number of GPUs"),
        (row("|7200|240", "|-5|240"), "ElapsedRaw -5 is negative"),
        (
            row("|7200|240", "|2h|240"),
            "ElapsedRaw \"2h\" is not a valid number",
        ),
        (
            row("|240|", "|four|"),
            "TimelimitRaw \"four\" is not a valid number",
        ),
        (
            row("101|2026-01-01T01:00:00", "101|yesterday"),
            "\"yesterday\" is not a time",
        ),
        (row("JobID", "Job"), "no column JobID"),
        (row("AllocTRES", "NNodes"), "--format=JobID,Submit"),
        (
            "JobID Submit\n1 2026-01-01T00:00:00\n".to_owned(),
            "sacct --parsable2",
        ),
        (
            "JobID|Submit|AllocTRES\n1|2026-01-01T00:00:00|gres/gpu=1\n".to_owned(),
            "print ElapsedRaw, Elapsed, or Start and End",
        ),
        (
            row("JobID|", "JobID|JobID|"),
            "the column JobID is there twice",
        ),
    ] {
        let error = refused("sacct", "", &log);
        assert!(error.contains(words), "{words}: {error}");
    }
    let wrong = row("COMPLETED|ann", "FINISHED|ann");
    let opened = open("sacct", "bad_rows = 'skip'", &wrong, 1.0).unwrap();
    assert!(
        opened.warnings[0].contains("1 bad rows of 6"),
        "{:?}",
        opened.warnings
    );
    // GPUs that Slurm does not count.
    let error = refused("sacct", "", &LOG.replace("gres/gpu", "gres/tpu"));
    assert!(error.contains("4 ran, and none with gres/gpu"), "{error}");
    assert!(error.contains("AccountingStorageTRES"), "{error}");
    // A log of another year: the cure is a start of the run.
    let error = refused("sacct", "", &LOG.replace("2026", "2025"));
    assert!(error.contains("run.start = \"2025-01-01\""), "{error}");
}
