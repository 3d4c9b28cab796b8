//! Pods and nodes of Alibaba's GPU cluster trace of 2023.
//!
//! ```text
//! name,…,num_gpu,gpu_milli,…,creation_time,deletion_time,scheduled_time        pods, times in s
//! sn,…,gpu,model                                                               nodes
//! run = deletion − scheduled        utilisation of a shared GPU = its share · utilisation
//! ```
//!
//! Source: alibaba/clusterdata, cluster-trace-gpu-v2023. Pods without GPUs and pods that were never scheduled hold no
//! work. A pod with a share of a GPU (`gpu_milli` below 1,000) takes a whole one here, at that share of the load: the
//! energy is about right, the GPUs held are more than Alibaba's, which shares them between pods. Wait and choice of
//! node are not replayed; `gpu_spec` is not used.

use std::collections::BTreeMap;
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::describe::{Fault, FilePath};
use crate::units;
use crate::workload::trace::replay::{Logged, StartMode, batch, default_utilisation, one};
use crate::workload::trace::table::Table;
use crate::workload::trace::{Bad, BadRows, Format, JobTrace, Opened, Place, Rows};
use crate::workload::{Class, Label};

/// Pods of Alibaba's GPU cluster trace of 2023.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Alibaba {
    /// The list of pods, relative to the scenario (`openb_pod_list_default.csv`; lists without times are refused).
    pub pods: FilePath,
    /// The list of nodes (`openb_node_list_gpu_node.csv`): counted, to compare the halls with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nodes: Option<FilePath>,
    /// Rows that cannot be used: "refuse" (default) or "skip".
    #[serde(default)]
    pub bad_rows: BadRows,
    /// Day of the trace at which the run starts; what was submitted before is left out and counted.
    #[serde(default, deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 1e5))]
    pub from_day: f64,
    /// Start again every so many days of the trace. Default: it is replayed once.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 0.001, max = 1e5))]
    pub repeat_days: Option<f64>,
    /// Time between submissions over that of the trace: 0.5 is twice as many jobs a day.
    #[serde(default = "one", deserialize_with = "units::positive")]
    #[schemars(range(min = 0.001, max = 1000.0))]
    pub time_scale: f64,
    /// Share of the jobs that are kept, above 0 to 1.
    #[serde(
        alias = "keep",
        default = "one",
        deserialize_with = "units::positive_fraction"
    )]
    #[schemars(range(min = 0.0, max = 1.0), extend("formerly" = "keep"))]
    pub sample_fraction: f64,
    /// Kind of work of the pods.
    #[serde(default = "batch")]
    pub class: Class,
    /// Load of a whole GPU held.
    #[serde(default = "default_utilisation", deserialize_with = "units::fraction")]
    #[schemars(range(min = 0.0, max = 1.0))]
    #[schemars(extend("doubt" = crate::workload::busy()))]
    pub utilisation: f64,
}

impl Format for Alibaba {
    fn files(&self) -> Vec<&FilePath> {
        std::iter::once(&self.pods).chain(&self.nodes).collect()
    }

    fn file_key(&self) -> &'static str {
        "pods"
    }

    fn open(&self, place: &Place<'_>) -> Result<Opened, Fault> {
        let table = JobTrace {
            file: self.pods.clone(),
            bad_rows: self.bad_rows,
            from_day: self.from_day,
            class: self.class,
            utilisation: self.utilisation,
            repeat_days: self.repeat_days,
            time_scale: self.time_scale,
            sample_fraction: self.sample_fraction,
            start_mode: StartMode::Free,
            release_delay_s: 0.0,
            gpus_per_unit: None,
        };
        let whole = self.utilisation;
        let mut opened = table.open(place, 1.0, None, move |path| pods(path, whole))?;
        if let Some(nodes) = &self.nodes {
            let counted = count(&place.at(nodes), self.bad_rows, &mut opened.warnings)?;
            opened.counted.push(counted);
        }
        Ok(opened)
    }
}

fn pods(path: &Path, whole: f64) -> Result<Rows<Logged>, Fault> {
    let table = Table::open(path)?;
    let gpus = table.column("num_gpu")?;
    let name = table.find("name")?;
    let milli = table.column("gpu_milli")?;
    let created = table.column("creation_time")?;
    let deleted = table.column("deletion_time")?;
    let scheduled = table.column("scheduled_time")?;
    Ok(table.rows(move |cells| {
        let size = cells.number(gpus)?;
        let share = cells.number(milli)? / 1e3;
        let submit_s = cells.number(created)?;
        if cells.given(Some(scheduled)).is_none() {
            return Ok(None);
        }
        let run_s = cells.number(deleted)? - cells.number(scheduled)?;
        if !(0.0..=1.0).contains(&share) {
            return Err(Fault::bare(format!(
                "gpu_milli {} is not from 0 to 1000",
                share * 1e3
            )));
        }
        Ok(Some(Logged {
            submit_s,
            size,
            run_s,
            utilisation: Some(whole * share),
            label: Label::new(cells.given(name).unwrap_or_default()),
            ..Logged::default()
        }))
    }))
}

/// Nodes and GPUs of a list of nodes, by model.
fn count(path: &Path, rule: BadRows, warnings: &mut Vec<String>) -> Result<String, Fault> {
    let table = Table::open(path)?;
    let gpu = table.column("gpu")?;
    let model = table.column("model")?;
    let rows = table.rows(move |cells| {
        let name = cells.given(Some(model)).unwrap_or("no GPU").to_owned();
        Ok(Some((name, cells.number(gpu)?)))
    });
    let (mut all, mut nodes, mut gpus, mut bad) = (0, 0_u64, 0.0, Bad::default());
    let mut models: BTreeMap<String, f64> = BTreeMap::new();
    for row in rows {
        all += 1;
        match row.content {
            Ok(Some((name, count))) => {
                nodes += 1;
                gpus += count;
                *models.entry(name).or_default() += count;
            }
            Ok(None) => {}
            Err(fault) => bad.note(row.line, &fault),
        }
    }
    bad.judge(path, all, rule, warnings)?;
    let models = models.iter().filter(|(_, count)| **count > 0.0);
    let models: Vec<String> = models
        .map(|(name, count)| format!("{count} {name}"))
        .collect();
    Ok(format!(
        "its cluster: {nodes} nodes, {gpus} GPUs ({})",
        models.join(", ")
    ))
}
