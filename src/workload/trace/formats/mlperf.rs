//! Power logs of `MLPerf`, inference and training.
//!
//! ```text
//! Time,07-17-2024 08:04:57.774,Watts,2372.0,Volts,…                                 PTDaemon (inference)
//! time_utc,watts,…                                                                  the same as a CSV
//! :::MLLOG {"time_ms": 1715341080337, "key": "power_reading", "value": 2090, …}     MLLOG (training), one node a file
//! run_idx,node,time_ms,power_w                                                      the same as a CSV, runs and nodes
//! ```
//!
//! Source: mlcommons, the repositories of results (`training_results_v4.0` and others); the two CSV forms are those of `data/power/mlperf`. The
//! power is that at the inlets of the servers (AC or DC by the log). Nodes add up; of several runs one is replayed.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::{Date, Time, date};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::describe::{Fault, FilePath};
use crate::units::{self, DAY_S, J_PER_KWH};
use crate::workload::profile::Quantity;
use crate::workload::trace::load::{Load, Meter};
use crate::workload::trace::table::Table;
use crate::workload::trace::{Bad, BadRows, Format, Opened, Place, Replayed, Row, Rows, lines};

/// A power log of `MLPerf`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Mlperf {
    /// The file, relative to the scenario.
    pub file: FilePath,
    /// Rows that cannot be used: "refuse" (default) or "skip" (the row before holds on).
    #[serde(default)]
    pub bad_rows: BadRows,
    /// Which run of the file, where it holds several.
    #[serde(default)]
    #[schemars(range(min = 0, max = 1000000))]
    pub run: u64,
    /// Day of the trace at which the run starts.
    #[serde(default, deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 1e5))]
    pub from_day: f64,
    /// Power of the halls over that of the log.
    #[serde(default = "one", deserialize_with = "units::positive")]
    #[schemars(range(min = 1e-6, max = 1e6))]
    pub scale: f64,
    /// Readings are averaged over intervals of this length, s.
    #[serde(default = "one", deserialize_with = "units::positive")]
    #[schemars(range(min = 0.01, max = 86400.0))]
    pub interval_s: f64,
    /// Start again at the end of the file.
    #[serde(default)]
    pub repeat: bool,
}

fn one() -> f64 {
    1.0
}

/// A reading: meter, time, W.
type Reading = (String, f64, f64);

#[derive(Deserialize)]
struct Logged {
    time_ms: f64,
    key: String,
    value: serde_json::Value,
}

impl Format for Mlperf {
    fn files(&self) -> Vec<&FilePath> {
        vec![&self.file]
    }

    fn is_whole(&self) -> bool {
        true
    }

    fn open(&self, place: &Place<'_>) -> Result<Opened, Fault> {
        let path = place.at(&self.file);
        let (mut count, mut others, mut bad, mut warnings) =
            (0_u64, 0_u64, Bad::default(), Vec::new());
        let mut load = Load::new(self.interval_s);
        let mut meters: BTreeMap<String, Meter> = BTreeMap::new();
        for Row { line, content } in self.rows(&path)? {
            count += 1;
            let read = match content {
                Ok(Some((_, _, power_w))) if power_w < 0.0 => {
                    Err(Fault::bare(format!("a power of {power_w} W is negative")))
                }
                Ok(Some((meter, time_s, power_w))) => {
                    load.read(meters.entry(meter).or_default(), time_s, power_w)
                }
                Ok(None) => {
                    others += 1;
                    Ok(())
                }
                Err(fault) => Err(fault),
            };
            if let Err(fault) = read {
                bad.note(line, &fault);
            }
        }
        for meter in meters.values() {
            load.close(meter);
        }
        bad.judge(&path, count, self.bad_rows, &mut warnings)?;
        let energy_kwh = load.integral() / J_PER_KWH;
        Ok(Opened {
            counted: vec![
                format!(
                    "{count} rows = {} readings given + {others} of other kinds or runs + {} bad",
                    count - others - bad.count,
                    bad.count
                ),
                format!("{} nodes, {energy_kwh:.3} kWh in the log", meters.len()),
            ],
            warnings,
            work: Replayed::Load(load.profile(
                &path,
                Quantity::ItPower,
                self.scale,
                self.from_day * DAY_S,
                self.repeat,
            )?),
        })
    }
}

impl Mlperf {
    fn rows(&self, path: &Path) -> Result<Rows<Reading>, Fault> {
        // The first row shows which of the four forms it is.
        let mut first = lines::rows(path, None, |text| Ok(Some(text.to_owned())))?;
        let first = first.next().and_then(|row| row.content.ok().flatten());
        let first = first.unwrap_or_default();
        if first.starts_with(":::MLLOG") {
            return lines::rows(path, None, mllog);
        }
        if first.starts_with("Time,") {
            return lines::rows(path, None, ptdaemon);
        }
        let table = Table::open(path)?;
        if let (Some(time), Some(watts)) = (table.find("time_utc")?, table.find("watts")?) {
            return Ok(table.rows(move |cells| {
                let time_s = clock(cells.text(time)?)?;
                Ok(Some((String::new(), time_s, cells.number(watts)?)))
            }));
        }
        let run = table.column("run_idx")?;
        let node = table.column("node")?;
        let time = table.column("time_ms")?;
        let power = table.column("power_w")?;
        let wanted = self.run;
        Ok(table.rows(move |cells| {
            if cells.count(run)? != wanted {
                return Ok(None);
            }
            let node = cells.text(node)?.to_owned();
            Ok(Some((
                node,
                cells.number(time)? / 1e3,
                cells.number(power)?,
            )))
        }))
    }
}

fn mllog(text: &str) -> Result<Option<Reading>, Fault> {
    let json = text
        .strip_prefix(":::MLLOG")
        .ok_or_else(|| Fault::bare("it is not an :::MLLOG line"))?;
    let logged: Logged = serde_json::from_str(json)
        .map_err(|error| Fault::bare(format!("it is not a record: {error}")))?;
    if logged.key != "power_reading" {
        return Ok(None);
    }
    let power_w = logged
        .value
        .as_f64()
        .ok_or_else(|| Fault::bare("its value is not a number"))?;
    Ok(Some((String::new(), logged.time_ms / 1e3, power_w)))
}

fn ptdaemon(text: &str) -> Result<Option<Reading>, Fault> {
    let mut cells = text.split(',');
    let mut next = || cells.next().map(str::trim);
    let (Some("Time"), Some(time), Some("Watts"), Some(watts)) = (next(), next(), next(), next())
    else {
        return Err(Fault::bare("it does not begin with Time,…,Watts,…"));
    };
    let power_w = lines::number("Watts", watts)?;
    Ok(Some((String::new(), clock(time)?, power_w)))
}

/// Month-day-year and the time of the day, as `PTDaemon` writes them.
fn clock(text: &str) -> Result<f64, Fault> {
    let parse = || {
        let (day, time) = text.split_once(' ')?;
        let mut parts = day.split('-').map(str::parse::<i16>);
        let (month, day, year) = (
            parts.next()?.ok()?,
            parts.next()?.ok()?,
            parts.next()?.ok()?,
        );
        let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
        let moment = Date::new(year, month, day)
            .ok()?
            .to_datetime(time.parse::<Time>().ok()?);
        let epoch = date(2000, 1, 1).at(0, 0, 0, 0);
        Some(epoch.duration_until(moment).as_secs_f64())
    };
    parse().ok_or_else(|| {
        Fault::bare(format!(
            "{text:?} is not a time such as 07-17-2024 08:04:57.774"
        ))
    })
}
