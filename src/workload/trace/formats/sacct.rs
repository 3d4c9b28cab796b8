//! Jobs of Slurm's accounting, as `sacct` prints them.
//!
//! ```text
//! sacct --allusers --parsable2 --starttime=… --endtime=… \
//!       --format=JobID,Submit,Start,End,ElapsedRaw,TimelimitRaw,AllocTRES,State,User > jobs.txt
//!
//! run = ElapsedRaw | Elapsed | End − Start          GPUs = gres/gpu of AllocTRES, of ReqTRES where nothing was allocated
//! estimate = TimelimitRaw | Timelimit | the run     UNLIMITED and Partition_Limit: none
//! ```
//!
//! Source: Slurm 24.05, manual page of `sacct` (fields, states, formats of time). Separated by bars, quotes are signs like
//! others (names of jobs may begin with one); columns in any order, others are passed, and so are the headers of files that
//! were joined. Steps of jobs (`123.batch`) are passed and counted, since their job has a row of its own. Jobs
//! without GPUs and jobs that never ran hold no work. A job that had not ended when the log was printed runs as long as it
//! had until then, with a warning. Times are those of the cluster's clock, taken as the site's standard time: where that
//! clock changes in summer, `SLURM_TIME_FORMAT=%s` prints UNIX times, which are exact. Each part of a heterogeneous job is
//! a job of its own. Not used: dependencies, reservations, and why a job waited.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::jobs_csv::{timestamp, user_of};
use crate::describe::FilePath;
use crate::workload::profile::Start;
use crate::workload::trace::replay::Logged;
use crate::workload::trace::table::{Cells, Table, clock_s};
use crate::workload::trace::tally::NO_JOBS;
use crate::workload::trace::{Fault, Format, JobTrace, Opened, Place, Rows};
use crate::workload::{Label, Outcome};

/// What prints all that is read.
const PRINT: &str = "print it with sacct --parsable2 --format=JobID,Submit,Start,End,ElapsedRaw,TimelimitRaw,AllocTRES,State,User";

/// Minutes of a limit.
const MINUTE_S: f64 = 60.0;

/// Jobs of Slurm's accounting.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Sacct(pub JobTrace);

/// Rows that the whole reading counts.
#[derive(Debug, Default)]
struct Passed {
    steps: AtomicU64,
    running: AtomicU64,
    without_gpus: AtomicU64,
}

impl Format for Sacct {
    fn files(&self) -> Vec<&FilePath> {
        vec![&self.0.file]
    }

    fn open(&self, place: &Place<'_>) -> Result<Opened, Fault> {
        let (start, passed) = (place.start, Arc::new(Passed::default()));
        let seen = Arc::clone(&passed);
        let dated = Some(start.local.date());
        let opened = self.0.open(place, 1.0, dated, move |path| {
            rows(path, start, Arc::clone(&seen))
        });
        let without_gpus = passed.without_gpus.load(Ordering::Relaxed);
        let mut opened = opened.map_err(|fault| {
            if without_gpus == 0 || !fault.what.contains(NO_JOBS) {
                return fault;
            }
            let what = format!("{}: {without_gpus} ran, and none with gres/gpu", fault.what);
            let cure = "have Slurm count GPUs (AccountingStorageTRES=gres/gpu), or write [workload.trace.jobs]";
            Fault { what, cure: cure.into(), ..fault }
        })?;
        let steps = passed.steps.load(Ordering::Relaxed);
        if steps > 0 {
            opened.counted.push(format!(
                "{steps} of the rows without work are steps of jobs"
            ));
        }
        let running = passed.running.load(Ordering::Relaxed);
        if running > 0 {
            opened.warnings.push(format!(
                "{}: {running} jobs had not ended when it was printed; they run as long as they had until then",
                place.at(&self.0.file).display()
            ));
        }
        Ok(opened)
    }
}

/// The columns that are read.
struct Columns {
    id: usize,
    submit: usize,
    start: Option<usize>,
    end: Option<usize>,
    elapsed_raw: Option<usize>,
    elapsed: Option<usize>,
    limit_raw: Option<usize>,
    limit: Option<usize>,
    allocated: Option<usize>,
    requested: Option<usize>,
    state: Option<usize>,
    user: Option<usize>,
}

impl Columns {
    fn of(table: &Table) -> Result<Self, Fault> {
        let needed = |name: &str, found: Option<usize>| {
            let names: Vec<&str> = table.names().collect();
            let what = || format!("no column {name} among {}", names.join(", "));
            found.ok_or_else(|| table.fault(what(), PRINT))
        };
        // The raw number serves too, though parts of arrays and of heterogeneous jobs then have names of their own.
        let id = table.find("JobID")?.or(table.find("JobIDRaw")?);
        let columns = Self {
            id: needed("JobID", id)?,
            submit: needed("Submit", table.find("Submit")?)?,
            start: table.find("Start")?,
            end: table.find("End")?,
            elapsed_raw: table.find("ElapsedRaw")?,
            elapsed: table.find("Elapsed")?,
            limit_raw: table.find("TimelimitRaw")?,
            limit: table.find("Timelimit")?,
            allocated: table.find("AllocTRES")?,
            requested: table.find("ReqTRES")?,
            state: table.find("State")?,
            user: table.find("User")?,
        };
        if columns.allocated.is_none() && columns.requested.is_none() {
            let what = "no column says how many GPUs a job had, AllocTRES or ReqTRES";
            return Err(table.fault(what, PRINT));
        }
        let span = columns.start.is_some() && columns.end.is_some();
        if columns.elapsed_raw.is_none() && columns.elapsed.is_none() && !span {
            return Err(table.fault(
                "no column gives the run time of a job",
                "print ElapsedRaw, Elapsed, or Start and End",
            ));
        }
        Ok(columns)
    }

    /// How long the job ran, s; None where it never started.
    fn run_s(
        &self,
        cells: &Cells<'_>,
        started_s: Option<f64>,
        start: Start,
    ) -> Result<Option<f64>, Fault> {
        if let Some(at) = self.elapsed_raw {
            return not_negative("ElapsedRaw", cells.number(at)?).map(Some);
        }
        if let Some(at) = self.elapsed {
            let text = cells.text(at)?;
            let run_s = span_s(text).ok_or_else(|| no_span("Elapsed", text))?;
            return Ok(Some(run_s));
        }
        match (started_s, moment(cells, self.end, start)?) {
            (Some(from_s), Some(to_s)) => not_negative("End − Start", to_s - from_s).map(Some),
            _ => Ok(None),
        }
    }

    /// Requested time, s.
    fn limit_s(&self, cells: &Cells<'_>) -> Result<Option<f64>, Fault> {
        let known = |text: &&str| !["UNLIMITED", "Partition_Limit", "INVALID"].contains(text);
        if let (Some(at), Some(_)) = (self.limit_raw, cells.given(self.limit_raw).filter(known)) {
            return not_negative("TimelimitRaw", cells.number(at)? * MINUTE_S).map(Some);
        }
        let Some(text) = cells.given(self.limit).filter(known) else {
            return Ok(None);
        };
        let limit_s = span_s(text).ok_or_else(|| no_span("Timelimit", text))?;
        Ok(Some(limit_s))
    }

    fn gpus(&self, cells: &Cells<'_>) -> Result<f64, Fault> {
        let resources = cells.given(self.allocated).or(cells.given(self.requested));
        gpus(resources.unwrap_or_default())
    }
}

fn rows(path: &Path, start: Start, passed: Arc<Passed>) -> Result<Rows<Logged>, Fault> {
    let table = Table::open_plain(path)?;
    let columns = Columns::of(&table)?;
    let mut names: HashMap<String, u32> = HashMap::new();
    Ok(table.rows(move |cells| {
        let id = cells.text(columns.id)?;
        if id.contains('.') {
            passed.steps.fetch_add(1, Ordering::Relaxed);
            return Ok(None);
        }
        if id == cells.name(columns.id) {
            return Ok(None);
        }
        let submit_s = timestamp(cells.text(columns.submit)?, start)?;
        let start_s = moment(cells, columns.start, start)?;
        let state = cells.given(columns.state).unwrap_or("COMPLETED");
        let (outcome, ended) = outcome(state)?;
        let ended = ended || moment(cells, columns.end, start)?.is_some();
        let size = columns.gpus(cells)?;
        let Some(run_s) = columns.run_s(cells, start_s, start)? else {
            return Ok(None);
        };
        if size == 0.0 && run_s > 0.0 {
            passed.without_gpus.fetch_add(1, Ordering::Relaxed);
        }
        if !ended && run_s > 0.0 && size > 0.0 {
            passed.running.fetch_add(1, Ordering::Relaxed);
        }
        Ok(Some(Logged {
            submit_s,
            start_s,
            size,
            run_s,
            estimate_s: columns.limit_s(cells)?,
            user: user_of(cells.given(columns.user), &mut names)?,
            label: Label::new(id),
            outcome,
            ..Logged::default()
        }))
    }))
}

fn no_span(name: &str, text: &str) -> Fault {
    Fault::bare(format!("{name} {text:?} is not a span such as 1-02:03:04"))
}

fn not_negative(name: &str, value: f64) -> Result<f64, Fault> {
    match value {
        value if value < 0.0 => Err(Fault::bare(format!("{name} {value} is negative"))),
        value => Ok(value),
    }
}

/// A time that may not be known yet, s since the start of the run.
fn moment(cells: &Cells<'_>, column: Option<usize>, start: Start) -> Result<Option<f64>, Fault> {
    let known = |text: &&str| !["Unknown", "None"].contains(text);
    let text = cells.given(column).filter(known);
    text.map(|text| timestamp(text, start)).transpose()
}

/// `[DD-[HH:]]MM:SS`, s.
fn span_s(text: &str) -> Option<f64> {
    clock_s(text).or_else(|| clock_s(&format!("00:{text}")))
}

/// The GPUs among trackable resources: `cpu=64,gres/gpu=8,gres/gpu:h100=8,node=1`.
fn gpus(resources: &str) -> Result<f64, Fault> {
    let (mut all, mut by_type) = (None, 0.0);
    for (name, count) in resources.split(',').filter_map(|one| one.split_once('=')) {
        let is_type = name.strip_prefix("gres/gpu:").is_some();
        if name != "gres/gpu" && !is_type {
            continue;
        }
        let count = count.parse::<u32>().map(f64::from);
        let count = count
            .map_err(|_| Fault::bare(format!("{name} in {resources:?} is not a number of GPUs")))?;
        if is_type {
            by_type += count;
        } else {
            all = Some(count);
        }
    }
    // The sum over types, where Slurm does not give it.
    Ok(all.unwrap_or(by_type))
}

/// How a job ended, and whether it had: `COMPLETED`, `CANCELLED by 1000`, …
fn outcome(state: &str) -> Result<(Outcome, bool), Fault> {
    let word = state.split([' ', '+']).next().unwrap_or_default();
    Ok(match word {
        "COMPLETED" => (Outcome::Completed, true),
        // A row of what ran before a job went back to the queue (`--duplicates`): its work was lost.
        "CANCELLED" | "PREEMPTED" | "REVOKED" | "REQUEUED" => (Outcome::Cancelled, true),
        "FAILED" | "TIMEOUT" | "NODE_FAIL" | "OUT_OF_MEMORY" | "BOOT_FAIL" | "DEADLINE"
        | "LAUNCH_FAILED" | "RECONFIG_FAIL" => (Outcome::Failed, true),
        "RUNNING" | "SUSPENDED" | "PENDING" | "RESIZING" | "COMPLETING" | "CONFIGURING"
        | "STOPPED" | "SIGNALING" | "STAGE_OUT" | "REQUEUE_HOLD" | "REQUEUE_FED"
        | "RESV_DEL_HOLD" | "SPECIAL_EXIT" => (Outcome::Completed, false),
        _ => {
            return Err(Fault::bare(format!(
                "{state:?} is not a job state of Slurm"
            )));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gpus_among_resources() {
        for (resources, count) in [
            ("billing=64,cpu=64,gres/gpu=8,mem=1T,node=1", Ok(8.0)),
            ("cpu=64,gres/gpu:a100=4,gres/gpu=4", Ok(4.0)),
            ("gres/gpu:a100=4,gres/gpu:h100=2", Ok(6.0)),
            ("cpu=1,gres/gpumem=80G,mem=1G", Ok(0.0)),
            ("", Ok(0.0)),
        ] {
            assert_eq!(gpus(resources), count, "{resources}");
        }
        assert!(gpus("gres/gpu=many").is_err());
        assert!(gpus("gres/gpu=-1").is_err());
    }

    #[test]
    fn spans_with_and_without_hours() {
        assert_eq!(span_s("1-00:00:10"), Some(86_410.0));
        assert_eq!(span_s("02:30"), Some(150.0));
        assert_eq!(span_s("UNLIMITED"), None);
    }
}
