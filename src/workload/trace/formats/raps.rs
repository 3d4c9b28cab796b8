//! The job list of ExaDigiT/RAPS.
//!
//! ```text
//! id,nodes,submit_s,start_s,end_s,time_limit_s,cpu_util_0toC,gpu_util_0toG,…       a CSV with a header
//! run = end − start      utilisation = gpu_util/gpus of a node      host utilisation = cpu_util
//! ```
//!
//! As `oracles/raps` holds it (RAPS at commit 6c142bf, workload `random`). `start_s` is what its generator planned, 100 s
//! after the submission. By default the scheduler of the scenario starts the job when there is room. RAPS itself starts
//! none before its plan, looks only when a job is submitted or ends, and holds nodes a second longer than the job runs:
//! `start_mode = "logged_at_events"` and `release_delay_s = 1`, with `[scheduler.first_fit]`, give all 45 starts of its history to the
//! second, in whatever steps. A list of Frontier counts 4 GPUs a node (`gpus_per_unit`).
//! A job without run time has no utilisation (`nan`) and no work; it holds its nodes for that second, idle.

use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::describe::{Fault, FilePath};
use crate::workload::Label;
use crate::workload::trace::replay::Logged;
use crate::workload::trace::table::Table;
use crate::workload::trace::{Format, JobTrace, Opened, Place, Rows};

/// GPUs of a node of Frontier.
const FRONTIER_GPUS: f64 = 4.0;

/// The job list of RAPS.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Raps(pub JobTrace);

impl Format for Raps {
    fn files(&self) -> Vec<&FilePath> {
        vec![&self.0.file]
    }

    fn open(&self, place: &Place<'_>) -> Result<Opened, Fault> {
        let each = self.0.gpus_per_unit.unwrap_or(FRONTIER_GPUS);
        let held_s = self.0.release_delay_s;
        self.0
            .open(place, each, None, move |path| rows(path, each, held_s))
    }
}

fn rows(path: &Path, gpus_per_node: f64, held_s: f64) -> Result<Rows<Logged>, Fault> {
    let table = Table::open(path)?;
    let nodes = table.column("nodes")?;
    let submit = table.column("submit_s")?;
    let start = table.column("start_s")?;
    let end = table.column("end_s")?;
    let limit = table.column("time_limit_s")?;
    let cpu = table.column("cpu_util_0toC")?;
    let gpu = table.column("gpu_util_0toG")?;
    let id = table.find("id")?;
    Ok(table.rows(move |cells| {
        let size = cells.number(nodes)?;
        let submit_s = cells.number(submit)?;
        let start_s = cells.number(start)?;
        let run_s = cells.number(end)? - start_s;
        if run_s < 0.0 || run_s + held_s <= 0.0 {
            return Ok(None);
        }
        let (cpu, gpu) = if run_s > 0.0 {
            (cells.number(cpu)?, cells.number(gpu)?)
        } else {
            (0.0, 0.0)
        };
        Ok(Some(Logged {
            submit_s,
            size,
            start_s: Some(start_s),
            run_s: run_s.max(f64::MIN_POSITIVE), // no work to speak of, but a job
            estimate_s: Some(cells.number(limit)?),
            utilisation: Some(gpu / gpus_per_node),
            host_utilisation: Some(cpu),
            label: Label::new(cells.given(id).unwrap_or_default()),
            ..Logged::default()
        }))
    }))
}
