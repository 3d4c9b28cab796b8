//! Jobs in a plain CSV.
//!
//! ```text
//! submit_s | submit_h | submit     since the start of the trace, or a local timestamp counted from the run's start
//! gpus, run_s | run_h              needed
//! start_s | start_h, estimate_s | estimate_h, utilisation, host_utilisation, class, tokens, id, user
//!                                  may be left out, or left blank in a row
//! ```

use std::path::{Path, PathBuf};

use jiff::civil::DateTime;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::replay::Logged;
use super::table::{Cells, Table};
use super::{Format, JobTrace, Opened, Place, Rows, TraceError};
use crate::units::HOUR_S;
use crate::workload::{Class, Label};

/// Jobs in a plain CSV.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Jobs(pub JobTrace);

impl Format for Jobs {
    fn files(&self) -> Vec<&Path> {
        vec![&self.0.file]
    }

    fn files_mut(&mut self) -> Vec<&mut PathBuf> {
        vec![&mut self.0.file]
    }

    fn open(&self, place: &Place<'_>) -> Result<Opened, TraceError> {
        let start = place.start;
        self.0.open(place, 1.0, move |path| rows(path, start))
    }
}

/// A time in seconds or hours, whichever the file has.
fn span(table: &Table, name: &str) -> Option<(usize, f64)> {
    let seconds = table.find(&format!("{name}_s")).map(|at| (at, 1.0));
    seconds.or_else(|| table.find(&format!("{name}_h")).map(|at| (at, HOUR_S)))
}

fn rows(path: &Path, start: DateTime) -> Result<Rows<Logged>, TraceError> {
    let table = Table::open(path)?;
    let submit = span(&table, "submit");
    let stamp = table.find("submit");
    if submit.is_none() && stamp.is_none() {
        return Err(table.fault(
            "no time of submission",
            "name a column submit_s (seconds), submit_h (hours) or submit (timestamps such as 2026-01-01T00:00)",
        ));
    }
    let Some((run, run_unit_s)) = span(&table, "run") else {
        return Err(table.fault(
            "no run time",
            "name a column run_s (seconds) or run_h (hours)",
        ));
    };
    let gpus = table.column("gpus")?;
    let estimate = span(&table, "estimate");
    let start_at = span(&table, "start");
    let [utilisation, host, class, tokens] =
        ["utilisation", "host_utilisation", "class", "tokens"].map(|name| table.find(name));
    let [id, user] = ["id", "user"].map(|name| table.find(name));
    Ok(table.rows(move |cells| {
        let submit_s = match (submit, stamp) {
            (Some((at, unit_s)), _) => cells.number(at)? * unit_s,
            (None, at) => timestamp(cells.text(at.unwrap_or_default())?, start)?,
        };
        let positive = |name: &str, value: f64| match value {
            value if value < 0.0 => Err(format!("{name} {value} is negative")),
            value => Ok(value),
        };
        let estimate_s = match estimate {
            Some((at, unit_s)) => cells.given_number(Some(at))?.map(|value| value * unit_s),
            None => None,
        };
        let size = positive("gpus", cells.number(gpus)?)?;
        if size.fract() != 0.0 {
            return Err(format!("gpus {size} is not a whole number"));
        }
        let start_s = match start_at {
            Some((at, unit_s)) => cells.given_number(Some(at))?.map(|value| value * unit_s),
            None => None,
        };
        Ok(Some(Logged {
            submit_s,
            start_s,
            size,
            run_s: positive("run time", cells.number(run)? * run_unit_s)?,
            estimate_s,
            utilisation: cells.given_number(utilisation)?,
            host_utilisation: cells.given_number(host)?,
            class: class_of(cells, class)?,
            tokens: positive("tokens", cells.given_number(tokens)?.unwrap_or(0.0))?,
            user: match (user, cells.given(user)) {
                (Some(at), Some(_)) => u32::try_from(cells.count(at)?)
                    .map_err(|_| "user is not a number of a person".to_owned())?,
                _ => 0,
            },
            label: Label::new(cells.given(id).unwrap_or_default()),
        }))
    }))
}

fn class_of(cells: &Cells<'_>, column: Option<usize>) -> Result<Option<Class>, String> {
    let Some(name) = cells.given(column) else {
        return Ok(None);
    };
    let jobs = [Class::Pretraining, Class::FineTuning, Class::Batch];
    let class = jobs.into_iter().find(|class| class.name() == name);
    match class {
        Some(class) => Ok(Some(class)),
        None => Err(format!(
            "class {name:?} is none of pretraining, fine_tuning, batch"
        )),
    }
}

/// Seconds from the start of the run to a local timestamp.
fn timestamp(text: &str, start: DateTime) -> Result<f64, String> {
    match text.parse::<DateTime>() {
        Ok(moment) if !text.contains(['Z', 'z', '+', '[']) => {
            Ok(start.duration_until(moment).as_secs_f64())
        }
        _ => Err(format!(
            "submit {text:?} is not a local timestamp such as 2026-01-01T00:00"
        )),
    }
}
