//! Requests of a trace, answered by GPUs that are held for the whole run: at stated rates (`flow`), or by a model (`answers`).

use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::flow::{Flow, IntervalDemand};
use super::ordered::Dated;
use super::{Bad, BadRows, Opened, Place, Replayed, Row, Rows};
use crate::describe::{Fault, FilePath};
use crate::units::{self, DAY_S};
use crate::workload::profile::{Profile, Quantity};
use crate::workload::service::{Inference, Served, Service, WITH_STREAM};
use crate::workload::{Class, Rhythm};

/// More intervals than a year of seconds are a typing error.
const MAX_INTERVALS: f64 = 4e7;

/// A log of requests, from a file, answered by GPUs that are held for the whole run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestTrace {
    /// The file, relative to the scenario.
    pub file: FilePath,
    /// Rows that cannot be used: "refuse" (default) or "skip".
    #[serde(default)]
    pub bad_rows: BadRows,
    /// Day of the trace (from its first request) at which the run starts; requests before it are left out and
    /// counted.
    #[serde(default, deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 1e5))]
    pub from_day: f64,
    /// A model that answers them, its chips and its layout: keys of `[workload.inference]` but those of demand and lengths, which the
    /// trace gives. Requests pass one by one and wait for a place. Default: GPUs at the stated rates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("only" = WITH_STREAM))]
    pub inference: Option<Box<Inference>>,
    /// With a model: a request that has waited this long for a place is refused. Default: it waits.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_non_negative"
    )]
    #[schemars(range(min = 0.0, max = 1e9))]
    pub refuse_after_s: Option<f64>,
    /// GPUs held; rounded up to whole servers. Required without a model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 10000000))]
    pub gpus: Option<u32>,
    /// Context tokens per second that one GPU reads at full load. Required without a model.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 1e-3, max = 1e9))]
    pub prefill_tokens_per_gpu_s: Option<f64>,
    /// Tokens per second that one GPU generates at full load. Required without a model.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 1e-3, max = 1e9))]
    pub decode_tokens_per_gpu_s: Option<f64>,
    /// Users over those of the trace: every request counts this often.
    #[serde(default = "one", deserialize_with = "units::positive")]
    #[schemars(range(min = 1e-9, max = 1e9))]
    pub scale: f64,
    /// Load and tokens are added up over intervals of this length, s.
    #[serde(default = "minute", deserialize_with = "units::positive")]
    #[schemars(range(min = 0.01, max = 86400.0))]
    pub interval_s: f64,
}

fn one() -> f64 {
    1.0
}
fn minute() -> f64 {
    60.0
}

/// A request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request {
    /// In the time of the file.
    pub(super) time_s: f64,
    pub(super) context: u64,
    pub(super) generated: u64,
}

/// Requests and their tokens, whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Amount {
    pub(super) requests: u64,
    pub(super) context: u64,
    pub(super) generated: u64,
}

impl Amount {
    pub(super) fn add(&mut self, request: &Request) {
        self.requests += 1;
        self.context = self.context.saturating_add(request.context);
        self.generated = self.generated.saturating_add(request.generated);
    }
}

/// Rates and GPUs as stated.
#[derive(Debug, Clone, Copy)]
struct Stated {
    gpus: u32,
    prefill_per_s: f64,
    decode_per_s: f64,
}

impl RequestTrace {
    /// Reads and counts all rows, and lets them pass through the service. `format` is the name of the table.
    pub(super) fn open(
        &self,
        format: &str,
        place: &Place<'_>,
        rows: impl Fn(&Path) -> Result<Rows<Request>, Fault>,
    ) -> Result<Opened, Fault> {
        let path = place.at(&self.file);
        let key = format!("workload.trace.{format}");
        if let Some(inference) = &self.inference {
            self.check_modelled(&key)?;
            return self.answered(&key, inference, place, &path, &rows);
        }
        let stated = self.stated(&key, &path)?;
        let mut requested = vec![IntervalDemand::default(); self.intervals(place, &path)?];
        let counted = self.count(rows(&path)?, place.total_s, |time_s, request| {
            let slot = (time_s / self.interval_s) as usize;
            if let Some(requested) = requested.get_mut(slot) {
                let (context, generated) = (request.context as f64, request.generated as f64);
                requested.gpu_s +=
                    self.scale * (context / stated.prefill_per_s + generated / stated.decode_per_s);
                requested.tokens += self.scale * generated;
            }
        });
        let mut warnings = Vec::new();
        counted.judge(self, place, &path, &mut warnings)?;
        let flow = Flow::of(&requested, self.interval_s, f64::from(stated.gpus));
        let mut lines = counted.lines();
        let generated = self.scale * counted.given.generated as f64;
        lines.push(format!(
            "{generated:.0} tokens to generate{} = {:.0} delivered + {:.0} waiting at the end",
            self.scaled(),
            flow.delivered,
            flow.waiting_tokens
        ));
        if flow.waiting_gpu_s > 0.5 * f64::from(stated.gpus) * self.interval_s {
            warnings.push(format!(
                "{}: {} GPUs are too few: {:.1} GPU-hours of requests wait at the end of the run",
                path.display(),
                stated.gpus,
                flow.waiting_gpu_s / units::HOUR_S
            ));
        }
        let series = |values| self.series(&path, values);
        let served = Served::Trace {
            utilisation: series(flow.utilisation),
            tokens_per_s: series(flow.tokens_per_s),
            refused_per_s: None,
        };
        Ok(Opened {
            work: Replayed::Services {
                services: vec![service(stated.gpus, None, served)],
                answered: None,
            },
            counted: lines,
            warnings,
        })
    }

    /// The rates, where there is no model.
    fn stated(&self, key: &str, path: &Path) -> Result<Stated, Fault> {
        let missing = |name: &str| {
            let cure = format!("give it, or a model that answers in [{key}.inference]");
            Fault::new(format!("the key '{name}' is missing"), cure).at(key)
        };
        if self.refuse_after_s.is_some() {
            let what = "refuse_after_s has no effect without a model: no request is seen alone";
            let cure = format!("add [{key}.inference], or remove it");
            return Err(Fault::new(what, cure).at(format!("{key}.refuse_after_s")));
        }
        let stated = Stated {
            gpus: self.gpus.ok_or_else(|| missing("gpus"))?,
            prefill_per_s: self
                .prefill_tokens_per_gpu_s
                .ok_or_else(|| missing("prefill_tokens_per_gpu_s"))?,
            decode_per_s: self
                .decode_tokens_per_gpu_s
                .ok_or_else(|| missing("decode_tokens_per_gpu_s"))?,
        };
        if stated.gpus == 0 {
            let fault = Fault::new("gpus = 0 answers nothing", "give at least 1");
            return Err(fault.in_file(path, None));
        }
        Ok(stated)
    }

    /// Refuses rates beside a model.
    fn check_modelled(&self, key: &str) -> Result<(), Fault> {
        for (name, given) in [
            ("gpus", self.gpus.is_some()),
            (
                "prefill_tokens_per_gpu_s",
                self.prefill_tokens_per_gpu_s.is_some(),
            ),
            (
                "decode_tokens_per_gpu_s",
                self.decode_tokens_per_gpu_s.is_some(),
            ),
        ] {
            if given {
                let what = format!("{name} cannot be combined with a model, from which it follows");
                let cure = if name == "gpus" {
                    format!("remove it, or give it in [{key}.inference]")
                } else {
                    "remove it, or the table inference".into()
                };
                return Err(Fault::new(what, cure).at(format!("{key}.{name}")));
            }
        }
        Ok(())
    }

    /// How many intervals the run has.
    pub(super) fn intervals(&self, place: &Place<'_>, path: &Path) -> Result<usize, Fault> {
        let intervals = (place.total_s / self.interval_s).ceil();
        if intervals > MAX_INTERVALS {
            let what = format!(
                "interval_s = {} makes {intervals} intervals",
                self.interval_s
            );
            let fault = Fault::new(what, "give a longer interval, such as 60");
            return Err(fault.in_file(path, None));
        }
        Ok(intervals as usize)
    }

    /// ` (scale 2)`, where there is one.
    pub(super) fn scaled(&self) -> String {
        if self.scale == 1.0 {
            String::new()
        } else {
            format!(" (scale {})", self.scale)
        }
    }

    /// Values of its intervals.
    pub(super) fn series(&self, path: &Path, values: Vec<f64>) -> Profile {
        let name = path.display().to_string();
        Profile::even(
            name,
            Quantity::Utilisation,
            0.0,
            self.interval_s,
            values,
            false,
        )
    }

    /// Rows by line and time in the run, bad ones left out; a request where it lies in the run.
    pub(super) fn dated(
        &self,
        rows: Rows<Request>,
        total_s: f64,
    ) -> impl Iterator<Item = Dated<Request>> + Send + 'static {
        let from_s = self.from_day * DAY_S;
        let mut origin_s = None;
        rows.filter_map(move |Row { line, content }| {
            let request = content.ok()??;
            let time_s = request.time_s - *origin_s.get_or_insert(request.time_s) - from_s;
            let given = (0.0..total_s).contains(&time_s);
            let request = Request { time_s, ..request };
            (time_s >= -from_s).then(|| (line, time_s, given.then_some(request)))
        })
    }

    /// Counts all rows, and shows those of the run with their times in it.
    pub(super) fn count(
        &self,
        rows: Rows<Request>,
        total_s: f64,
        mut see: impl FnMut(f64, &Request),
    ) -> Counted {
        let mut counted = Counted::default();
        let (mut origin_s, mut newest_s) = (None, f64::NEG_INFINITY);
        for Row { line, content } in rows {
            counted.rows += 1;
            let request = match content {
                Ok(Some(request)) => request,
                Ok(None) => continue,
                Err(fault) => {
                    counted.bad.note(line, &fault);
                    continue;
                }
            };
            let origin_s = *origin_s.get_or_insert(request.time_s);
            if request.time_s < origin_s {
                let fault = Fault::bare("it lies before the first request of the file");
                counted.bad.note(line, &fault);
                continue;
            }
            let time_s = request.time_s - origin_s - self.from_day * DAY_S;
            newest_s = newest_s.max(time_s);
            counted.late_s = counted.late_s.max(newest_s - time_s);
            if (0.0..total_s).contains(&time_s) {
                counted.given.add(&request);
                see(time_s, &request);
            } else {
                counted.outside.add(&request);
            }
        }
        counted
    }
}

/// A service that a trace drives.
pub(super) fn service(gpus: u32, hall: Option<usize>, served: Served) -> Service {
    Service {
        class: Class::Inference,
        hall,
        fed_by: None,
        gpus,
        mean_utilisation: 0.0,
        rhythm: Rhythm {
            swing: 0.0,
            peak_hour: 0.0,
            weekend_factor: 1.0,
        },
        tokens_per_gpu_s: 0.0,
        served: Some(Box::new(served)),
    }
}

/// Counts of a reading.
#[derive(Debug, Default)]
pub(super) struct Counted {
    rows: u64,
    bad: Bad,
    pub(super) given: Amount,
    outside: Amount,
    /// How far rows are out of order, s.
    pub(super) late_s: f64,
}

impl Counted {
    /// Refuses bad rows where they are to be refused, and a trace that asks for nothing.
    pub(super) fn judge(
        &self,
        trace: &RequestTrace,
        place: &Place<'_>,
        path: &Path,
        warnings: &mut Vec<String>,
    ) -> Result<(), Fault> {
        self.bad.judge(path, self.rows, trace.bad_rows, warnings)?;
        if self.given.requests > 0 {
            return Ok(());
        }
        let what = format!(
            "none of its {} rows is a request in the {:.3} days from day {:.3} on",
            self.rows,
            place.total_s / DAY_S,
            trace.from_day
        );
        Err(Fault::new(what, "check the format, or set from_day").in_file(path, None))
    }

    /// The totals, in words.
    pub(super) fn lines(&self) -> Vec<String> {
        let (given, outside) = (self.given, self.outside);
        vec![
            format!(
                "{} rows = {} requests given + {} outside the run + {} bad",
                self.rows, given.requests, outside.requests, self.bad.count
            ),
            format!(
                "tokens given: {} read, {} generated; outside the run: {} read, {} generated",
                given.context, given.generated, outside.context, outside.generated
            ),
        ]
    }
}
