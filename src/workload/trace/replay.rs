//! A log of jobs: the keys that all formats know, and the way from a row to a job; read twice, to count and to replay.

use std::path::Path;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ordered::Ordered;
use super::repeat::Repeated;
use super::tally::Tally;
use super::window::Window;
use super::{BadRows, Opened, Place, Replayed, Row, Rows};
use crate::csv_rows::moment;
use crate::describe::Fault;
use crate::describe::FilePath;
use crate::units::{self, DAY_S};
use crate::workload::{Arrivals, Class, Job, Label, Outcome};

/// A log of jobs, from a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JobTrace {
    /// The file.
    pub file: FilePath,
    /// Rows that cannot be used.
    #[serde(default)]
    pub bad_rows: BadRows,
    /// Day of the trace at which the run starts; what was submitted before is left out and counted. Days of a log
    /// with dates count from the first of the run: a log of an earlier year has negative ones.
    #[serde(default, deserialize_with = "units::finite")]
    #[schemars(range(min = -1e5, max = 1e5))]
    pub from_day: f64,
    /// Kind of work of the jobs, where the file does not give it.
    #[serde(default = "batch")]
    pub class: Class,
    /// Load of the GPUs held, where the file does not give it.
    #[serde(default = "default_utilisation", deserialize_with = "units::fraction")]
    #[schemars(range(min = 0.0, max = 1.0))]
    #[schemars(extend("doubt" = crate::workload::busy()))]
    pub utilisation: f64,
    /// Start again every so many days of the trace. Default: it is replayed once.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 0.001, max = 1e5))]
    pub repeat_days: Option<f64>,
    /// Time between submissions over that of the trace: 0.5 is twice as many jobs a day. Run times stay.
    #[serde(default = "one", deserialize_with = "units::positive")]
    #[schemars(range(min = 0.001, max = 1000.0))]
    pub time_scale: f64,
    /// When jobs start.
    #[serde(alias = "starts", default)]
    #[schemars(extend("formerly" = "starts"))]
    pub start_mode: StartMode,
    /// For how long a job holds its GPUs after its run: what cleaning up takes.
    #[serde(alias = "hold_s", default, deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 1e9), extend("formerly" = "hold_s"))]
    pub release_delay_s: f64,
    /// Share of the jobs that are kept, above 0 to 1; which ones, follows from their lines.
    #[serde(
        alias = "keep",
        default = "one",
        deserialize_with = "units::positive_fraction"
    )]
    #[schemars(range(min = 0.0, max = 1.0), extend("formerly" = "keep"))]
    pub sample_fraction: f64,
    /// GPUs of a job for each processor, node or GPU that the file counts; a part of a GPU is a whole one. Default 1
    /// (4 for the nodes of RAPS).
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 0.0, max = 1e6))]
    #[schemars(extend("formerly" = "gpus_each", "unit" = "GPUs"))]
    pub gpus_per_unit: Option<f64>,
}

/// Logged start times, and how they are used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StartMode {
    /// The scheduler decides.
    #[default]
    Free,
    /// Not before the logged time; later where there is no room.
    Logged,
    /// The same, and the scheduler looks only when a job is submitted or ends: what RAPS does.
    LoggedAtEvents,
}

/// Rounds of a repeated trace.
const MAX_ROUNDS: f64 = 1e6;

pub(super) fn batch() -> Class {
    Class::Batch
}
pub(super) fn default_utilisation() -> f64 {
    0.8
}
pub(super) fn one() -> f64 {
    1.0
}

/// A job as its row gives it, before the keys of the table fill the gaps.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Logged {
    pub(super) submit_s: f64,
    /// Processors, nodes or GPUs.
    pub(super) size: f64,
    /// When it started, in the time of the trace.
    pub(super) start_s: Option<f64>,
    pub(super) run_s: f64,
    pub(super) estimate_s: Option<f64>,
    pub(super) utilisation: Option<f64>,
    pub(super) host_utilisation: Option<f64>,
    pub(super) class: Option<Class>,
    pub(super) tokens: f64,
    pub(super) user: u32,
    pub(super) label: Label,
    pub(super) outcome: Outcome,
}

impl JobTrace {
    /// The job of a row; None where it did no work.
    fn job(&self, logged: Logged, each: f64) -> Result<Option<Job>, Fault> {
        let Logged { size, run_s, .. } = logged;
        if run_s <= 0.0 || size == 0.0 {
            return Ok(None);
        }
        let gpus = (size * each).ceil();
        if !(1.0..=f64::from(u32::MAX)).contains(&gpus) {
            return Err(Fault::bare(format!(
                "{size} × {each} is not a number of GPUs"
            )));
        }
        let utilisation = logged.utilisation.unwrap_or(self.utilisation);
        if !(0.0..=1.0).contains(&utilisation) {
            return Err(Fault::bare(format!(
                "a utilisation of {utilisation} is not from 0 to 1"
            )));
        }
        let host_utilisation = logged.host_utilisation;
        if host_utilisation.is_some_and(|host| !(0.0..=1.0).contains(&host)) {
            return Err(Fault::bare("the load of the processors is not from 0 to 1"));
        }
        let submit_s = logged.submit_s * self.time_scale;
        let times_s = [
            submit_s,
            run_s + self.release_delay_s,
            logged.estimate_s.unwrap_or(0.0),
        ];
        if times_s.iter().any(|time_s| !time_s.is_finite()) {
            return Err(Fault::bare("a time is too large to count in seconds"));
        }
        moment::seconds(logged.submit_s, 1.0)?;
        let start_s = logged
            .start_s
            .filter(|_| self.start_mode != StartMode::Free);
        let not_before_s = start_s.map(|start_s| submit_s + (start_s - logged.submit_s));
        Ok(Some(Job {
            id: 0,
            class: logged.class.unwrap_or(self.class),
            submit_s,
            not_before_s: not_before_s.unwrap_or(f64::NEG_INFINITY),
            unannounced: self.start_mode == StartMode::LoggedAtEvents,
            gpus: gpus as u32,
            work_s: run_s + self.release_delay_s,
            estimate_s: logged.estimate_s.filter(|s| *s > 0.0).unwrap_or(run_s)
                + self.release_delay_s,
            utilisation,
            host_utilisation,
            tokens: logged.tokens,
            user: logged.user,
            label: logged.label,
            outcome: logged.outcome,
            ..Job::default()
        }))
    }

    /// Refuses logged starts where the log has none, and reports where some are missing.
    fn check_starts(
        &self,
        path: &Path,
        tally: &Tally,
        warnings: &mut Vec<String>,
    ) -> Result<(), Fault> {
        let (missing, jobs) = (tally.without_start, tally.given.jobs);
        if self.start_mode == StartMode::Free || missing == 0 {
            return Ok(());
        }
        if missing < jobs {
            warnings.push(format!(
                "{}: {missing} of {jobs} jobs have no start time: the scheduler decides",
                path.display()
            ));
            return Ok(());
        }
        let what = "starts requires logged times, and no row has a start time";
        let cure = "remove starts, or give the log its times (of a plain CSV in a column start_s, or start with timestamps)";
        Err(Fault::new(what, cure).in_file(path, None))
    }

    /// Reads and counts all rows, which `rows` opens again for each reading. `dated`: the first day of the run, where the
    /// log has dates.
    pub(super) fn open(
        &self,
        place: &Place<'_>,
        gpus_per_unit: f64,
        dated: Option<Date>,
        rows: impl Fn(&Path) -> Result<Rows<Logged>, Fault> + Send + 'static,
    ) -> Result<Opened, Fault> {
        let path = place.at(&self.file);
        let (table, each) = (self.clone(), self.gpus_per_unit.unwrap_or(gpus_per_unit));
        let file = path.clone();
        let jobs = move || -> Result<Rows<Job>, Fault> {
            let (table, rows) = (table.clone(), rows(&file)?);
            Ok(Box::new(rows.map(move |Row { line, content }| Row {
                line,
                content: content.and_then(|logged| match logged {
                    Some(logged) => table.job(logged, each),
                    None => Ok(None),
                }),
            })))
        };
        let window = Window {
            from_s: self.from_day * DAY_S * self.time_scale,
            total_s: place.total_s,
            period_s: self.repeat_days.map(|days| days * DAY_S * self.time_scale),
            sample_fraction: self.sample_fraction,
            dated,
        };
        if let Some(period_s) = window.period_s
            && window.total_s / period_s > MAX_ROUNDS
        {
            let what = format!("the run repeats it {:.0e} times", window.total_s / period_s);
            let cure = format!("raise repeat_days; at most {MAX_ROUNDS:e} rounds are replayed");
            return Err(Fault::new(what, cure).in_file(&path, None));
        }
        let tally = Tally::of(jobs()?, window);
        let mut warnings = Vec::new();
        tally
            .bad
            .judge(&path, tally.rows, self.bad_rows, &mut warnings)?;
        tally.check(&path, window)?;
        self.check_starts(&path, &tally, &mut warnings)?;
        let (largest, late_s) = (tally.largest, tally.late_s);
        let arrivals: Box<dyn Arrivals> = match window.period_s {
            Some(period_s) => Box::new(Repeated::new(Box::new(jobs), window, period_s, late_s)?),
            None => Box::new(Ordered::new(jobs()?, window, late_s)),
        };
        Ok(Opened {
            counted: tally.lines(window),
            warnings,
            work: Replayed::Jobs { arrivals, largest },
        })
    }
}
