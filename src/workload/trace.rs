//! Traces replayed: what others logged, as jobs, as requests or as load.
//!
//! ```text
//! rows in = given to the run + without work + outside the run + bad        counted before the run starts
//! GPU-hours read = GPU-hours given + GPU-hours outside the run
//! ```
//!
//! A file is read twice, line by line: once before the run to check it and count it (so `validate` reports what `run`
//! will report), once while the run takes jobs. Neither keeps the rows: memory grows with the disorder of the
//! submission times (jobs) or with the number of intervals (load), not with the rows.

mod answers;
mod flow;
mod formats;
mod lines;
mod load;
mod ordered;
mod queue;
mod repeat;
mod replay;
mod requests;
mod table;
mod tally;
#[cfg(test)]
mod tests;
mod window;

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::Platform;
use super::profile::{Profile, Start};
use super::service::{Answered, Inference};
use super::{Arrivals, Service};
use crate::describe::{Fault, FilePath};
use crate::registry::registry;
pub use replay::{JobTrace, StartMode};
pub use requests::RequestTrace;

/// Bad rows that are quoted; the others are counted.
const QUOTED: usize = 3;

/// Handling of rows that cannot be used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BadRows {
    /// Stop before the run, naming the first.
    #[default]
    Refuse,
    /// Leave them out, with a warning that counts them and names the first three; a file of bad rows alone is refused.
    Skip,
}

/// One format: how its table opens.
pub(crate) trait Format {
    /// The files it reads, the one with its rows first.
    fn files(&self) -> Vec<&FilePath>;
    /// The key of that first one in its table.
    fn file_key(&self) -> &'static str {
        "file"
    }
    /// Whether it sets the load of the whole hall, without room for jobs.
    fn is_whole(&self) -> bool {
        false
    }
    /// The model that answers its requests, if one does.
    fn inference(&self) -> Option<&Inference> {
        None
    }
    /// Reads and counts the whole trace.
    fn open(&self, place: &Place<'_>) -> Result<Opened, Fault>;
}

registry! {
    /// Which format the trace has; in TOML the table's own name: `[workload.trace.swf]`.
    pub enum Trace: Format {
        /// Jobs in the Standard Workload Format of the Parallel Workloads Archive: 18 fields, those behind are passed.
        "swf" => Swf(formats::swf::Swf),
        /// Jobs in a plain CSV with a header, see `docs/scenario.md`.
        "jobs" => Jobs(formats::jobs_csv::Jobs),
        /// Jobs: pods of Alibaba's GPU cluster trace of 2023.
        "alibaba" => Alibaba(formats::alibaba::Alibaba),
        /// Jobs: the list that ExaDigiT/RAPS writes, with the load of GPUs and processors of each job.
        "raps" => Raps(formats::raps::Raps),
        /// Jobs: what Slurm's `sacct --parsable2` prints of its accounting; GPUs from `gres/gpu`.
        "sacct" => Sacct(formats::sacct::Sacct),
        /// Requests of Azure's LLM inference traces (CSV), answered by a service.
        "azure" => Azure(formats::azure::Azure),
        /// Requests of the Mooncake traces (JSONL), answered by a service.
        "mooncake" => Mooncake(formats::mooncake::Mooncake),
        /// Load of the whole hall: busy nodes of Microsoft's Philly cluster, a row a minute (`time,active,total`).
        "philly" => Philly(formats::philly::Philly),
        /// Load of the whole hall: a power log of `MLPerf` (`PTDaemon`, MLLOG, or the CSV made of either).
        "mlperf" => Mlperf(formats::mlperf::Mlperf),
        /// Load of the whole hall: a CSV with a column for each power meter, or a row for each device and time
        /// (`nvidia-smi`).
        "telemetry" => Telemetry(formats::telemetry::Telemetry),
    }
}

impl Trace {
    /// The files of the trace, as the scenario names them.
    pub fn files(&self) -> Vec<&FilePath> {
        self.kind().files()
    }

    /// Reads and counts the whole trace.
    pub fn open(&self, place: &Place<'_>) -> Result<Opened, Fault> {
        self.kind().open(place)
    }

    /// The key of its file in the scenario.
    pub fn key(&self) -> String {
        format!("workload.trace.{}.{}", self.name(), self.kind().file_key())
    }

    /// The model that answers its requests, if one does.
    pub fn inference(&self) -> Option<&Inference> {
        self.kind().inference()
    }

    /// Whether it sets the load of the whole hall, without room for jobs.
    pub fn is_whole(&self) -> bool {
        self.kind().is_whole()
    }
}

/// Where and when a trace is replayed.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// Folder of the scenario.
    pub folder: &'a Path,
    /// Start of the run.
    pub start: Start,
    /// Length of the run, s.
    pub total_s: f64,
    /// Chips and catalogue, for models that answer.
    pub platform: Platform<'a>,
}

impl Place<'_> {
    fn at(&self, file: &FilePath) -> PathBuf {
        self.folder.join(file)
    }
}

/// A trace's contribution to the run.
pub enum Replayed {
    /// Jobs, in order of submission.
    Jobs {
        /// The jobs.
        arrivals: Box<dyn Arrivals>,
        /// GPUs of the largest.
        largest: u32,
    },
    /// Services that answer requests, beside whatever else runs: a pool each, as those of `[workload.inference]`.
    Services {
        /// They.
        services: Vec<Service>,
        /// What becomes of the requests, where a model answers them.
        answered: Option<Answered>,
    },
    /// The load of the whole hall.
    Load(Profile),
}

/// A trace that was read once and can be replayed.
pub struct Opened {
    /// Its contribution.
    pub work: Replayed,
    /// Counts, one line each.
    pub counted: Vec<String>,
    /// Warnings.
    pub warnings: Vec<String>,
}

/// A row, and its place. Without content it is in order but holds nothing to replay.
struct Row<T> {
    line: u64,
    content: Result<Option<T>, Fault>,
}

type Rows<T> = Box<dyn Iterator<Item = Row<T>> + Send>;

/// Rows that cannot be used: how many, and the first.
#[derive(Debug, Default)]
struct Bad {
    count: u64,
    first: Vec<(u64, String)>,
}

impl Bad {
    fn note(&mut self, line: u64, fault: &Fault) {
        self.count += 1;
        if self.first.len() < QUOTED {
            self.first.push((line, fault.words()));
        }
    }

    /// Whether the file keeps its meaning without them: single rows, not a form that is another.
    fn few(&self, rows: u64) -> bool {
        self.count < rows && (self.count == 1 || self.count <= rows / 10)
    }

    /// Refuses them, or turns them into a warning; a file of bad rows alone is refused in any case.
    fn judge(
        &self,
        path: &Path,
        rows: u64,
        rule: BadRows,
        warnings: &mut Vec<String>,
    ) -> Result<(), Fault> {
        let Some((line, what)) = self.first.first() else {
            return Ok(());
        };
        let quoted: Vec<String> = self
            .first
            .iter()
            .map(|(line, what)| format!("line {line}: {what}"))
            .collect();
        let more = match self.count - self.first.len() as u64 {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        match rule {
            _ if rule == BadRows::Refuse || self.count >= rows => {
                let others = match self.count {
                    1 if rows == 1 => "its only row is bad".into(),
                    count if count >= rows => format!("all {rows} rows are bad"),
                    1 => format!("the only bad row of {rows}"),
                    count => format!("one of {count} bad rows of {rows}"),
                };
                let cure = if self.few(rows) {
                    "correct the file, or leave bad rows out with bad_rows = \"skip\""
                } else {
                    "correct the file, or check that it has the format its table names"
                };
                Err(Fault::new(format!("{what} ({others})"), cure).in_file(path, Some(*line)))
            }
            _ => {
                warnings.push(format!(
                    "{}: {} bad rows of {rows} left out ({}{more})",
                    path.display(),
                    self.count,
                    quoted.join("; ")
                ));
                Ok(())
            }
        }
    }
}
