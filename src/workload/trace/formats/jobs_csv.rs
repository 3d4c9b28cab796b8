//! Jobs in a plain CSV.
//!
//! ```text
//! submit_s | submit               since the start of the trace, or a timestamp counted from the run's start
//! gpus, run_s                     needed
//! start_s | start                 when it started, in the form of submit; may be left out
//! estimate_s, utilisation, host_utilisation, class, tokens, id, user
//!                                 may be left out, or left blank in a row
//! ```
//!
//! Times may be in other units, given in the name (`run_h`, `submit_min`, `start_ms`), shares in percent
//! (`utilisation_pct`); spans may be Slurm's, `1-02:03:04` or `02:03:04`. Users are numbers or names; names are counted from 2³¹ on in the order in which they come.

use std::collections::HashMap;
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::csv_rows::moment::CellTime;
use crate::csv_rows::unit::{self, Kind};
use crate::describe::Fault;
use crate::describe::FilePath;
use crate::units::HOUR_S;
use crate::workload::profile::Start;
use crate::workload::trace::replay::Logged;
use crate::workload::trace::table::{Cells, Table};
use crate::workload::trace::{Format, JobTrace, Opened, Place, Rows};
use crate::workload::{Class, Label};

/// Users that have names are numbered from here on.
const NAMED_USERS: u32 = 1 << 31;

/// Jobs in a plain CSV.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Jobs(pub JobTrace);

impl Format for Jobs {
    fn files(&self) -> Vec<&FilePath> {
        vec![&self.0.file]
    }

    fn open(&self, place: &Place<'_>) -> Result<Opened, Fault> {
        let start = place.start;
        let spans = Table::open(&place.at(&self.0.file))?.span("submit")?;
        let dated = spans.is_none().then(|| start.local.date());
        self.0
            .open(place, 1.0, dated, move |path| rows(path, start))
    }
}

fn rows(path: &Path, start: Start) -> Result<Rows<Logged>, Fault> {
    let table = Table::open(path)?;
    let submit = table.span("submit")?;
    let stamp = table.find("submit")?;
    if submit.is_none() && stamp.is_none() {
        return Err(table.fault(
            "no time of submission",
            "name a column submit_s (seconds), submit_h (hours) or submit (timestamps such as 2026-01-01T00:00)",
        ));
    }
    let Some((run, run_unit_s)) = table.span("run")? else {
        return Err(table.fault(
            "no run time",
            "name a column run_s (seconds) or run_h (hours)",
        ));
    };
    let gpus = table.column("gpus")?;
    let estimate = table.span("estimate")?;
    let start_at = table.span("start")?;
    let start_stamp = table.find("start")?.filter(|_| start_at.is_none());
    if start_stamp.is_some() && submit.is_some() {
        return Err(table.fault(
            "start holds timestamps and submit spans",
            "give both as timestamps (submit, start) or both as spans (submit_s, start_s)",
        ));
    }
    if estimate.is_none() && table.find("estimate")?.is_some() {
        return Err(table.fault(
            "the name estimate has no unit",
            "name it estimate_s (seconds) or estimate_h (hours)",
        ));
    }
    let share = |name: &str| -> Result<Option<(usize, f64)>, Fault> {
        let is = |h: &str| unit::base(h, Kind::Share).replace("utiliz", "utilis") == name;
        let Some(name) = table.names().find(|h| is(h)) else {
            return Ok(None);
        };
        let at = table.column(name)?;
        Ok(Some((
            at,
            table.unit(at, Kind::Share)?.map_or(1.0, |unit| unit.factor),
        )))
    };
    let (utilisation, host) = (share("utilisation")?, share("host utilisation")?);
    let [class, tokens, id, user] = ["class", "tokens", "id", "user"].map(|name| table.find(name));
    let (class, tokens, id, user) = (class?, tokens?, id?, user?);
    let mut names: HashMap<String, u32> = HashMap::new();
    Ok(table.rows(move |cells| {
        let submit_s = match (submit, stamp) {
            (Some((at, unit_s)), _) => cells.span_s(at, unit_s)?,
            (None, at) => timestamp(cells.text(at.unwrap_or_default())?, start)?,
        };
        let positive = |name: &str, value: f64| match value {
            value if value < 0.0 => Err(Fault::bare(format!("{name} {value} is negative"))),
            value => Ok(value),
        };
        let given = |column: Option<(usize, f64)>| match column {
            Some((at, factor)) => {
                let given = cells.given(Some(at)).map(|_| cells.span_s(at, factor));
                given.transpose()
            }
            None => Ok(None),
        };
        let size = positive("gpus", cells.number(gpus)?)?;
        if size.fract() != 0.0 {
            return Err(Fault::bare(format!("gpus {size} is not a whole number")));
        }
        Ok(Some(Logged {
            submit_s,
            start_s: match cells.given(start_stamp) {
                Some(text) => Some(timestamp(text, start)?),
                None => given(start_at)?,
            },
            size,
            run_s: positive("run time", cells.span_s(run, run_unit_s)?)?,
            estimate_s: given(estimate)?,
            utilisation: given(utilisation)?,
            host_utilisation: given(host)?,
            class: class_of(cells, class)?,
            tokens: positive("tokens", cells.given_number(tokens)?.unwrap_or(0.0))?,
            user: user_of(cells.given(user), &mut names)?,
            label: Label::new(cells.given(id).unwrap_or_default()),
            ..Logged::default()
        }))
    }))
}

/// The number of a user; names are numbered as they come, so that each has its own.
pub(in crate::workload::trace) fn user_of(
    user: Option<&str>,
    names: &mut HashMap<String, u32>,
) -> Result<u32, Fault> {
    let Some(user) = user else { return Ok(0) };
    match user.parse::<u32>() {
        Ok(number) if number < NAMED_USERS => return Ok(number),
        _ => {}
    }
    if let Some(number) = names.get(user) {
        return Ok(*number);
    }
    let next = u32::try_from(names.len())
        .ok()
        .and_then(|count| NAMED_USERS.checked_add(count));
    let number = next.ok_or_else(|| Fault::bare("there are too many users"))?;
    names.insert(user.to_owned(), number);
    Ok(number)
}

fn class_of(cells: &Cells<'_>, column: Option<usize>) -> Result<Option<Class>, Fault> {
    let Some(name) = cells.given(column) else {
        return Ok(None);
    };
    let jobs = [Class::Pretraining, Class::FineTuning, Class::Batch];
    let class = jobs.into_iter().find(|class| class.name() == name);
    match class {
        Some(class) => Ok(Some(class)),
        None => Err(Fault::bare(format!(
            "class {name:?} is none of pretraining, fine_tuning, batch"
        ))),
    }
}

/// Seconds from the start of the run to a timestamp.
pub(in crate::workload::trace) fn timestamp(text: &str, start: Start) -> Result<f64, Fault> {
    let (moment, utc) = CellTime::read(text, 1.0).and_then(CellTime::dated)?;
    let shift_s = if utc {
        start.utc_offset_h * HOUR_S
    } else {
        0.0
    };
    Ok(start.local.duration_until(moment).as_secs_f64() + shift_s)
}
