//! Standard Workload Format.
//!
//! ```text
//! ; comment                                        18 fields a line, separated by blanks; -1: not known
//! 1 job  2 submit_s  3 wait_s  4 run_s  5 processors  6 cpu_s  7 memory_kb
//! 8 processors asked  9 time asked  10 memory asked  11 status  12 user … 18 think_s
//! ```
//!
//! Source: Chapin et al., *Benchmarks and Standards for the Evaluation of Parallel Job Schedulers* (1999), version
//! 2.2 as the Parallel Workloads Archive uses it. The logged wait is not replayed: the scheduler of the scenario
//! makes its own. Fields behind the 18th, where sites write
//! their own, are passed. Processors become GPUs by `gpus_per_unit`; a job that never ran holds no work.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::describe::{Fault, FilePath};
use crate::workload::Label;
use crate::workload::trace::lines::{self, number};
use crate::workload::trace::replay::Logged;
use crate::workload::trace::{Format, JobTrace, Opened, Place};

/// The fields of a line.
const FIELDS: usize = 18;

/// Jobs in the Standard Workload Format.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Swf(pub JobTrace);

impl Format for Swf {
    fn files(&self) -> Vec<&FilePath> {
        vec![&self.0.file]
    }

    fn open(&self, place: &Place<'_>) -> Result<Opened, Fault> {
        let most = Arc::new(AtomicUsize::new(0));
        let seen = Arc::clone(&most);
        let mut opened = self.0.open(place, 1.0, None, move |path| {
            let seen = Arc::clone(&seen);
            lines::rows(path, Some(';'), move |line| {
                let (fields, logged) = row(line)?;
                seen.fetch_max(fields, Ordering::Relaxed);
                Ok(logged)
            })
        })?;
        let fields = most.load(Ordering::Relaxed);
        if fields > FIELDS {
            opened.warnings.push(format!(
                "{}: lines have up to {fields} fields, the first {FIELDS} are read",
                place.at(&self.0.file).display()
            ));
        }
        Ok(opened)
    }
}

/// The number of fields, and the job.
fn row(line: &str) -> Result<(usize, Option<Logged>), Fault> {
    let mut fields = [""; FIELDS];
    let mut count = 0;
    for word in line.split_ascii_whitespace() {
        if let Some(field) = fields.get_mut(count) {
            *field = word;
        }
        count += 1;
    }
    if count < FIELDS {
        return Err(Fault::bare(format!(
            "{count} fields, where the format has {FIELDS}"
        )));
    }
    let [
        id,
        submit,
        wait,
        run,
        used,
        _,
        _,
        requested,
        asked_time,
        _,
        _,
        user,
        ..,
    ] = fields;
    let submit_s = number("submit time", submit)?;
    let run_s = number("run time", run)?;
    let used = number("processors", used)?;
    let requested = number("processors asked", requested)?;
    let asked_s = number("time asked", asked_time)?;
    let size = if used > 0.0 { used } else { requested };
    if run_s <= 0.0 {
        return Ok((count, None));
    }
    if size <= 0.0 {
        return Err(Fault::bare("it ran, but on no known number of processors"));
    }
    let wait_s = number("wait", wait)?;
    let logged = Logged {
        submit_s,
        start_s: (wait_s >= 0.0).then_some(submit_s + wait_s),
        size,
        run_s,
        estimate_s: (asked_s > 0.0).then_some(asked_s),
        // -1: not known
        user: user.parse().unwrap_or(0),
        label: Label::new(id),
        ..Logged::default()
    };
    Ok((count, Some(logged)))
}
