//! Power telemetry in many columns, or in a row for each meter.
//!
//! ```text
//! time,power[1],power[2],…        p(t) = Σ meters      a meter is a column, or a column of one device (`by`)
//! time,index,power.draw [W]       m(t) = its last reading; a blank cell is no reading, and the meter holds
//! ```
//!
//! The forms of HPE's day of Frontier (`data/power/frontier`: 25 cooling units in W at 15 s) and of `nvidia-smi`. The
//! power is taken as that at the inlets of the IT equipment; where the meters lie further up, `scale` can take off what
//! lies between. A meter without a reading at the beginning holds its first one from there.

mod meters;

use std::collections::BTreeMap;
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::csv_rows::moment::Clock;
use crate::csv_rows::unit::Kind;
use crate::describe::Fault;
use crate::describe::FilePath;
use crate::units::{self, DAY_S, J_PER_MWH};
use crate::workload::profile::Quantity;
use crate::workload::trace::table::{Cells, Table};
use crate::workload::trace::{BadRows, Format, Opened, Place, Replayed, Row, Rows};
use meters::{Read, Said};

/// Unit of the columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Watts.
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
    pub file: FilePath,
    /// Rows and cells that cannot be used: "refuse" (default) or "skip" (the meter holds its last reading).
    #[serde(default)]
    pub bad_rows: BadRows,
    /// The columns to add up; one that ends in `*` stands for all that begin so (`"power[*"`).
    pub columns: Vec<String>,
    /// The column of time: seconds, or timestamps such as 2026-01-01T00:00.
    #[serde(default = "time")]
    pub time: String,
    /// The column with the device of a row, where a time has several rows: `"index"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Unit of the columns: "w", "kw" or "mw". Default: from their names, else watts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
    /// Day of the trace at which the run starts.
    #[serde(default, deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 1e5))]
    pub from_day: f64,
    /// Power of the halls over that of the columns.
    #[serde(default = "one", deserialize_with = "units::positive")]
    #[schemars(range(min = 1e-6, max = 1e6))]
    pub scale: f64,
    /// Readings are averaged over intervals of this length, s.
    #[serde(default = "quarter", deserialize_with = "units::positive")]
    #[schemars(range(min = 0.01, max = 86400.0))]
    pub interval_s: f64,
    /// Start again at the end of the file.
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
    fn files(&self) -> Vec<&FilePath> {
        vec![&self.file]
    }

    fn is_whole(&self) -> bool {
        true
    }

    fn open(&self, place: &Place<'_>) -> Result<Opened, Fault> {
        let path = place.at(&self.file);
        let (columns, rows) = self.rows(&path)?;
        self.one_device(&path)?;
        let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
        let mut warnings = Vec::new();
        let read = Read::of(rows, names, self.interval_s);
        if read.again * 10 > read.rows {
            return Err(self.several(&path, read.first_again));
        }
        read.bad
            .judge(&path, read.rows, self.bad_rows, &mut warnings)?;
        read.report(&path, &mut warnings)?;
        let energy_mwh = read.load.integral() / J_PER_MWH;
        let meters: usize = read.meters.values().map(Vec::len).sum();
        Ok(Opened {
            counted: vec![
                format!(
                    "{} rows = {} readings given + {} bad",
                    read.rows,
                    read.rows - read.bad.count,
                    read.bad.count
                ),
                format!("{meters} meters, {energy_mwh:.3} MWh in the file"),
            ],
            warnings,
            work: Replayed::Load(read.load.profile(
                &path,
                Quantity::ItPower,
                self.scale,
                self.from_day * DAY_S,
                self.repeat,
            )?),
        })
    }
}

/// A column of power.
struct Column {
    index: usize,
    name: String,
    factor: f64,
}

impl Telemetry {
    fn rows(&self, path: &Path) -> Result<(Vec<Column>, Rows<Said>), Fault> {
        let table = Table::open(path)?;
        let time = table.column(&self.time)?;
        let time_unit_s = table
            .unit(time, Kind::Time)?
            .map_or(1.0, |unit| unit.factor);
        let by = self
            .by
            .as_ref()
            .map(|name| table.column(name))
            .transpose()?;
        let columns = self.choose(&table)?;
        let read: Vec<(usize, f64)> = columns.iter().map(|c| (c.index, c.factor)).collect();
        let mut clock = Clock::default();
        let rows = table.rows(move |cells| {
            let device = match by {
                Some(by) => cells.text(by)?.to_owned(),
                None => String::new(),
            };
            let time_s = clock.read(cells.text(time)?, time_unit_s)?;
            let readings = read.iter().map(|&(at, factor)| reading(cells, at, factor));
            Ok(Some(Said {
                device,
                time_s,
                readings: readings.collect(),
            }))
        });
        Ok((columns, rows))
    }

    fn choose(&self, table: &Table) -> Result<Vec<Column>, Fault> {
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
                let what = format!("no column matches {name}");
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
        let columns = chosen.into_iter().map(|index| {
            let name = table.names().nth(index).unwrap_or_default().to_owned();
            let named = table.unit(index, Kind::Power)?;
            if named.as_ref().is_some_and(|unit| unit.kind == Kind::Energy) {
                let what = format!("column {name:?} holds energy");
                return Err(table.fault(what, "choose columns of power, or give the energy of each interval as it_kwh to [workload.profile]"));
            }
            let lower = name.to_lowercase();
            if named.is_none() && (lower.contains("energy") || lower.contains("joule")) {
                let what = format!("the name {name:?} speaks of energy, not of power");
                return Err(table.fault(what, "choose columns of power, or give the energy of each interval as it_kwh to [workload.profile]"));
            }
            let key = self.unit.map(Unit::watts);
            if let (Some(key), Some(named)) = (key, &named)
                && key != named.factor
            {
                let what = format!("column {name:?} is in {}, which differs from unit", named.text);
                return Err(table.fault(what, "remove unit: the name of the column gives it"));
            }
            let factor = named.map(|unit| unit.factor).or(key).unwrap_or(1.0);
            Ok(Column { index, name, factor })
        });
        columns.collect()
    }

    /// Refuses rows of several devices where no key distinguishes them: a column of devices has few names and many rows.
    fn one_device(&self, path: &Path) -> Result<(), Fault> {
        const DEVICES: [&str; 12] = [
            "uuid",
            "gpu_uuid",
            "gpu",
            "gpu_id",
            "index",
            "device",
            "device_id",
            "pci.bus_id",
            "node",
            "hostname",
            "instance",
            "meter",
        ];
        const MAX_ROWS: usize = 20_000;
        if self.by.is_some() {
            return Ok(());
        }
        let table = Table::open(path)?;
        let chosen: Vec<usize> = self
            .choose(&table)?
            .iter()
            .map(|column| column.index)
            .collect();
        let is_device = |name: &str| DEVICES.iter().any(|known| name.eq_ignore_ascii_case(known));
        let columns: Vec<(usize, String)> = table
            .names()
            .enumerate()
            .filter(|(at, name)| is_device(name) && !chosen.contains(at))
            .map(|(at, name)| (at, name.to_owned()))
            .collect();
        if columns.is_empty() {
            return Ok(());
        }
        let places: Vec<usize> = columns.iter().map(|(at, _)| *at).collect();
        let mut seen: Vec<BTreeMap<String, u64>> = vec![BTreeMap::new(); places.len()];
        let cells = table.rows(move |cells| {
            let text = |at: &usize| cells.given(Some(*at)).unwrap_or_default().to_owned();
            Ok(Some(places.iter().map(text).collect::<Vec<_>>()))
        });
        let mut count = 0;
        for Row { line, content } in cells.take(MAX_ROWS) {
            let Ok(Some(names)) = content else { continue };
            count += 1;
            for (seen, name) in seen.iter_mut().zip(names) {
                if !name.is_empty() {
                    seen.entry(name).or_insert(line);
                }
            }
        }
        for ((_, name), seen) in columns.iter().zip(&seen) {
            if seen.len() > 1 && 2 * seen.len() <= count {
                let line = seen.values().max().copied();
                let what = format!(
                    "column {name:?} holds {} devices, and their rows would be one meter's",
                    seen.len()
                );
                let cure = format!("set by = {name:?}, the column that identifies the device");
                return Err(Fault::new(what, cure).in_file(path, line));
            }
        }
        Ok(())
    }

    /// Several rows have one time, and their devices are not given.
    fn several(&self, path: &Path, line: u64) -> Fault {
        let what =
            "it has the time of the row before, as many rows have: the device of each is not given";
        let cure = match self.device_column(path, line) {
            Some(name) => format!("set by = {name:?}, the column that identifies the device"),
            None => "keep one row per time, or name the column that identifies the device with by"
                .to_owned(),
        };
        Fault::new(what, cure).in_file(path, Some(line))
    }

    /// The column in which the row of a line differs from the one before: by name, else the first that does.
    fn device_column(&self, path: &Path, line: u64) -> Option<String> {
        const KNOWN: [&str; 12] = [
            "index", "uuid", "gpu", "gpu_id", "id", "device", "node", "host", "hostname", "meter",
            "rack", "name",
        ];
        let table = Table::open(path).ok()?;
        let values: Vec<usize> = self.choose(&table).ok()?.iter().map(|c| c.index).collect();
        let names: Vec<String> = table.names().map(str::to_owned).collect();
        let count = names.len();
        let mut rows = table.rows(move |cells| {
            let text = |at| cells.given(Some(at)).unwrap_or_default().to_owned();
            Ok(Some((0..count).map(text).collect::<Vec<_>>()))
        });
        let mut before: Option<Vec<String>> = None;
        loop {
            let Row { line: at, content } = rows.next()?;
            let cells = content.ok().flatten();
            if at < line {
                before = cells.or(before);
                continue;
            }
            let (before, cells) = (before?, cells?);
            let apart = |at: &usize| {
                before[*at] != cells[*at] && !values.contains(at) && !cells[*at].is_empty()
            };
            let known = KNOWN.iter().find_map(|known| {
                let is = |at: &usize| names[*at].eq_ignore_ascii_case(known) && apart(at);
                (0..count).find(is)
            });
            return known.map(|at| names[at].clone());
        }
    }
}

/// The reading of a cell, W; None where it has none.
fn reading(cells: &Cells<'_>, at: usize, factor: f64) -> Result<Option<f64>, Fault> {
    match cells.measure(at, Kind::Power, factor)? {
        Some(value) if value < 0.0 => Err(Fault::bare(format!(
            "{} {value} is negative",
            cells.name(at)
        ))),
        value => Ok(value),
    }
}
