//! Requests of a trace as the load of a service.
//!
//! ```text
//! w_i = scale·(context/prefill + generated/decode)      GPU-seconds requested in interval i
//! s_i = min(b_i + w_i, gpus·Δt)                          served; b_{i+1} = b_i + w_i − s_i waits
//! u_i = s_i/(gpus·Δt)       tokens_i = s_i/(b_i + w_i) of the generated tokens waiting
//! ```
//!
//! `prefill` and `decode` are tokens/s of one GPU at full load, context read and tokens generated. Work that finds no
//! GPU waits and is served later, mixed with what comes (a fluid, no single request), so requests and tokens in are
//! those served and those waiting at the end, exactly. Batching is inside the two rates: at small load a real service
//! makes fewer tokens per joule than this one.

use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Bad, BadRows, Opened, Place, Replayed, Row, Rows};
use crate::describe::{Fault, FilePath};
use crate::units::{self, DAY_S};
use crate::workload::profile::{Profile, Quantity};
use crate::workload::service::{Served, Service};
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
    /// GPUs held; rounded up to whole servers.
    #[schemars(range(min = 1, max = 10000000))]
    pub gpus: u32,
    /// Context tokens per second that one GPU reads at full load.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 1e-3, max = 1e9))]
    pub prefill_tokens_per_gpu_s: f64,
    /// Tokens per second that one GPU generates at full load.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 1e-3, max = 1e9))]
    pub decode_tokens_per_gpu_s: f64,
    /// Users over those of the trace: every request counts this often.
    #[serde(default = "one", deserialize_with = "units::positive")]
    #[schemars(range(min = 1e-9, max = 1e9))]
    pub scale: f64,
    /// Requests are added up over intervals of this length, s.
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
    fn add(&mut self, request: &Request) {
        self.requests += 1;
        self.context = self.context.saturating_add(request.context);
        self.generated = self.generated.saturating_add(request.generated);
    }
}

impl RequestTrace {
    /// Reads and counts all rows, and lets them pass through the service.
    pub(super) fn open(
        &self,
        place: &Place<'_>,
        rows: impl Fn(&Path) -> Result<Rows<Request>, Fault>,
    ) -> Result<Opened, Fault> {
        let path = place.at(&self.file);
        let fault = |what: String, cure: &str| Fault::new(what, cure).in_file(&path, None);
        if self.gpus == 0 {
            return Err(fault(
                "gpus = 0 answers nothing".to_owned(),
                "give at least 1",
            ));
        }
        let intervals = (place.total_s / self.interval_s).ceil();
        if intervals > MAX_INTERVALS {
            let what = format!(
                "interval_s = {} makes {intervals} intervals",
                self.interval_s
            );
            return Err(fault(what, "give a longer interval, such as 60"));
        }
        let counted = self.count(rows(&path)?, intervals as usize, place.total_s);
        let mut warnings = Vec::new();
        counted
            .bad
            .judge(&path, counted.rows, self.bad_rows, &mut warnings)?;
        if counted.given.requests == 0 {
            let what = format!(
                "none of its {} rows is a request in the {:.3} days from day {:.3} on",
                counted.rows,
                place.total_s / DAY_S,
                self.from_day
            );
            return Err(fault(what, "check the format, or set from_day"));
        }
        let flow = Flow::of(&counted.intervals, self.interval_s, f64::from(self.gpus));
        let given = counted.given;
        let mut lines = vec![
            format!(
                "{} rows = {} requests given + {} outside the run + {} bad",
                counted.rows, given.requests, counted.outside.requests, counted.bad.count
            ),
            format!(
                "tokens given: {} read, {} generated; outside the run: {} read, {} generated",
                given.context, given.generated, counted.outside.context, counted.outside.generated
            ),
        ];
        let generated = self.scale * given.generated as f64;
        lines.push(format!(
            "{generated:.0} tokens to generate{} = {:.0} delivered + {:.0} waiting at the end",
            if self.scale == 1.0 {
                String::new()
            } else {
                format!(" (scale {})", self.scale)
            },
            flow.delivered,
            flow.waiting_tokens
        ));
        if flow.waiting_gpu_s > 0.5 * f64::from(self.gpus) * self.interval_s {
            warnings.push(format!(
                "{}: {} GPUs are too few: {:.1} GPU-hours of requests wait at the end of the run",
                path.display(),
                self.gpus,
                flow.waiting_gpu_s / units::HOUR_S
            ));
        }
        let series = |quantity, values| {
            let name = path.display().to_string();
            Profile::even(name, quantity, 0.0, self.interval_s, values, false)
        };
        Ok(Opened {
            work: Replayed::Service(Service {
                class: Class::Inference,
                hall: None,
                fed_by: None,
                gpus: self.gpus,
                mean_utilisation: 0.0,
                rhythm: Rhythm {
                    swing: 0.0,
                    peak_hour: 0.0,
                    weekend_factor: 1.0,
                },
                tokens_per_gpu_s: 0.0,
                served: Some(Box::new(Served::Trace {
                    utilisation: series(Quantity::Utilisation, flow.utilisation),
                    tokens_per_s: series(Quantity::Utilisation, flow.tokens_per_s),
                })),
            }),
            counted: lines,
            warnings,
        })
    }

    fn count(&self, rows: Rows<Request>, intervals: usize, total_s: f64) -> Counted {
        let mut counted = Counted {
            rows: 0,
            bad: Bad::default(),
            given: Amount::default(),
            outside: Amount::default(),
            intervals: vec![IntervalDemand::default(); intervals],
        };
        let mut origin_s = None;
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
            let slot = counted
                .intervals
                .get_mut((time_s / self.interval_s) as usize);
            match slot {
                Some(requested) if (0.0..total_s).contains(&time_s) => {
                    counted.given.add(&request);
                    let (context, generated) = (request.context as f64, request.generated as f64);
                    requested.gpu_s += self.scale
                        * (context / self.prefill_tokens_per_gpu_s
                            + generated / self.decode_tokens_per_gpu_s);
                    requested.tokens += self.scale * generated;
                }
                _ => counted.outside.add(&request),
            }
        }
        counted
    }
}

struct Counted {
    rows: u64,
    bad: Bad,
    given: Amount,
    outside: Amount,
    intervals: Vec<IntervalDemand>,
}

/// Demand in an interval.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct IntervalDemand {
    pub(super) gpu_s: f64,
    pub(super) tokens: f64,
}

/// Load and output of the service.
#[derive(Debug, Default)]
pub(super) struct Flow {
    pub(super) utilisation: Vec<f64>,
    pub(super) tokens_per_s: Vec<f64>,
    pub(super) delivered: f64,
    pub(super) waiting_tokens: f64,
    pub(super) waiting_gpu_s: f64,
}

impl Flow {
    pub(super) fn of(requested: &[IntervalDemand], interval_s: f64, gpus: f64) -> Self {
        let capacity = gpus * interval_s;
        let mut flow = Self::default();
        for requested in requested {
            let work = flow.waiting_gpu_s + requested.gpu_s;
            let tokens = flow.waiting_tokens + requested.tokens;
            let (served, delivered) = if work <= capacity {
                (work, tokens)
            } else {
                (capacity, tokens * (capacity / work))
            };
            flow.utilisation.push(served / capacity);
            flow.tokens_per_s.push(delivered / interval_s);
            flow.delivered += delivered;
            flow.waiting_gpu_s = work - served;
            flow.waiting_tokens = tokens - delivered;
        }
        flow
    }
}
