//! Power telemetry in many columns: meters side by side, a row for each time.
//!
//! ```text
//! time,power[1],power[2],…        p(t) = Σ columns · unit
//! ```
//!
//! The form of HPE's day of Frontier (`data/power/frontier`: 25 cooling units in W at 15 s). The power is taken as that
//! at the inlets of the IT equipment; where the meters lie further up, `scale` can take off what lies between.

use std::path::{Path, PathBuf};

use jiff::civil::{DateTime, date};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::load::{Load, Meter};
use super::table::{Cells, Table};
use super::{Bad, BadRows, Format, Opened, Place, Replayed, Row, TraceError};
use crate::units::{self, DAY_S, J_PER_MWH};
use crate::workload::profile::Quantity;

/// What the columns count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Watts.
    #[default]
    W,
    /// Kilowatts.
    Kw,
    /// Megawatts.
    Mw,
}

impl Unit {
    fn watts(self) -> f64 {
        match self {
            Self::W => 1.0,
            Self::Kw => 1e3,
            Self::Mw => 1e6,
        }
    }
}

/// Power telemetry in many columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Telemetry {
    /// The file, relative to the scenario: a CSV with a header.
    pub file: PathBuf,
    /// Rows that cannot be used: "refuse" (default) or "skip" (the row before holds on).
    #[serde(default)]
    pub bad_rows: BadRows,
    /// The columns to add up; one that ends in `*` stands for all that begin so (`"power[*"`).
    pub columns: Vec<String>,
    /// The column of time: seconds, or timestamps such as 2026-01-01T00:00. Default "time".
    #[serde(default = "time")]
    pub time: String,
    /// What the columns count: "w" (default), "kw" or "mw".
    #[serde(default)]
    pub unit: Unit,
    /// Day of the trace at which the run starts. Default 0.
    #[serde(default, deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 1e5))]
    pub from_day: f64,
    /// Power of the halls over that of the columns. Default 1.
    #[serde(default = "one", deserialize_with = "units::positive")]
    #[schemars(range(min = 1e-6, max = 1e6))]
    pub scale: f64,
    /// Readings are averaged over intervals of this length, s. Default 15.
    #[serde(default = "quarter", deserialize_with = "units::positive")]
    #[schemars(range(min = 0.01, max = 86400.0))]
    pub interval_s: f64,
    /// Start again at the end of the file. Default false.
    #[serde(default)]
    pub repeat: bool,
}

fn time() -> String {
    "time".to_owned()
}
fn one() -> f64 {
    1.0
}
fn quarter() -> f64 {
    15.0
}

impl Format for Telemetry {
    fn files(&self) -> Vec<&Path> {
        vec![&self.file]
    }

    fn files_mut(&mut self) -> Vec<&mut PathBuf> {
        vec![&mut self.file]
    }

    fn open(&self, place: &Place<'_>) -> Result<Opened, TraceError> {
        let path = place.at(&self.file);
        let table = Table::open(&path)?;
        let time = table.column(&self.time)?;
        let columns = self.choose(&table)?;
        let meters = columns.len();
        let rows = table.rows(move |cells| {
            let mut sum = 0.0;
            for &column in &columns {
                let value = cells.number(column)?;
                if value < 0.0 {
                    return Err(format!("{} {value} is negative", cells.name(column)));
                }
                sum += value;
            }
            Ok(Some((moment(cells, time)?, sum)))
        });
        let (mut count, mut bad, mut warnings) = (0, Bad::default(), Vec::new());
        let (mut load, mut meter) = (Load::new(self.interval_s), Meter::default());
        for Row { line, content } in rows {
            count += 1;
            let read = match content {
                Ok(Some((time_s, power))) => load.read(&mut meter, time_s, power),
                Ok(None) => Ok(()),
                Err(what) => Err(what),
            };
            if let Err(what) = read {
                bad.note(line, what);
            }
        }
        load.close(&meter);
        bad.judge(&path, count, self.bad_rows, &mut warnings)?;
        let scale = self.scale * self.unit.watts();
        let energy_mwh = load.integral() * self.unit.watts() / J_PER_MWH;
        Ok(Opened {
            counted: vec![
                format!(
                    "{count} rows = {} readings given + {} bad",
                    count - bad.count,
                    bad.count
                ),
                format!("{meters} meters, {energy_mwh:.3} MWh in the file"),
            ],
            warnings,
            work: Replayed::Load(load.profile(
                &path,
                Quantity::ItPower,
                scale,
                self.from_day * DAY_S,
                self.repeat,
            )?),
        })
    }
}

impl Telemetry {
    fn choose(&self, table: &Table) -> Result<Vec<usize>, TraceError> {
        let mut chosen = Vec::new();
        for name in &self.columns {
            let before = chosen.len();
            match name.strip_suffix('*') {
                None => chosen.push(table.column(name)?),
                Some(start) => {
                    let all = table.names().enumerate();
                    chosen.extend(all.filter(|(_, n)| n.starts_with(start)).map(|(at, _)| at));
                }
            }
            if chosen.len() == before {
                let what = format!("no column begins as {name} says");
                return Err(table.fault(what, "set columns to names of the header"));
            }
        }
        chosen.sort_unstable();
        if chosen.is_empty() {
            return Err(table.fault("columns names none", "list at least one column"));
        }
        if chosen.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(table.fault("columns names one twice", "name every column once"));
        }
        Ok(chosen)
    }
}

fn moment(cells: &Cells<'_>, column: usize) -> Result<f64, String> {
    let text = cells.text(column)?;
    if let Ok(seconds) = text.parse::<f64>()
        && seconds.is_finite()
    {
        return Ok(seconds);
    }
    let epoch = date(2000, 1, 1).at(0, 0, 0, 0);
    let moment: DateTime = text.parse().map_err(|_| {
        format!(
            "{} {text:?} is neither seconds nor a timestamp",
            cells.name(column)
        )
    })?;
    Ok(epoch.duration_until(moment).as_secs_f64())
}
