//! The meters of a file of telemetry: each holds its last reading until the next.

use std::collections::BTreeMap;
use std::path::Path;

use crate::describe::Fault;
use crate::units::HOUR_S;
use crate::workload::trace::load::{Load, Meter};
use crate::workload::trace::{Bad, Row, Rows};

/// A row: device, time, and each column's reading, where it has one.
pub(super) struct Said {
    pub(super) device: String,
    pub(super) time_s: f64,
    pub(super) readings: Vec<Result<Option<f64>, Fault>>,
}

/// Blank cells of a column.
#[derive(Debug, Default, Clone)]
struct Blank {
    count: u64,
    first_line: u64,
    readings: u64,
}

/// A whole file, read.
pub(super) struct Read {
    pub(super) rows: u64,
    pub(super) bad: Bad,
    /// Rows whose time is that of the row before of the same device, and the first of them.
    pub(super) again: u64,
    pub(super) first_again: u64,
    pub(super) load: Load,
    pub(super) meters: BTreeMap<String, Vec<Meter>>,
    names: Vec<String>,
    blank: Vec<Blank>,
}

impl Read {
    pub(super) fn of(rows: Rows<Said>, names: Vec<String>, interval_s: f64) -> Self {
        let columns = names.len();
        let mut all = Self {
            rows: 0,
            bad: Bad::default(),
            again: 0,
            first_again: 0,
            load: Load::new(interval_s),
            meters: BTreeMap::new(),
            names,
            blank: vec![Blank::default(); columns],
        };
        let mut last: BTreeMap<String, f64> = BTreeMap::new();
        for Row { line, content } in rows {
            all.rows += 1;
            let row = match content {
                Ok(Some(row)) => row,
                Ok(None) => continue,
                Err(fault) => {
                    all.bad.note(line, &fault);
                    continue;
                }
            };
            if last.insert(row.device.clone(), row.time_s) == Some(row.time_s) {
                all.again += 1;
                if all.again == 1 {
                    all.first_again = line;
                }
            }
            if let Err(fault) = all.row(row, line) {
                all.bad.note(line, &fault);
            }
        }
        for meter in all.meters.values().flatten() {
            all.load.close(meter);
        }
        all
    }

    /// Takes each column's reading; returns the fault of the first that cannot be used.
    fn row(&mut self, row: Said, line: u64) -> Result<(), Fault> {
        let meters = self
            .meters
            .entry(row.device)
            .or_insert_with(|| vec![Meter::default(); row.readings.len()]);
        let first_s = meters.iter().find_map(Meter::first_s);
        let mut fault = Ok(());
        for ((meter, blank), reading) in meters.iter_mut().zip(&mut self.blank).zip(row.readings) {
            let taken = match reading {
                Ok(Some(power_w)) => {
                    // One that is silent when the others begin has held this since then.
                    let early = first_s.filter(|_| meter.first_s().is_none());
                    let begun = match early {
                        Some(first_s) if first_s < row.time_s => {
                            self.load.read(meter, first_s, power_w)
                        }
                        _ => Ok(()),
                    };
                    blank.readings += 1;
                    begun.and_then(|()| self.load.read(meter, row.time_s, power_w))
                }
                Ok(None) => {
                    self.load.silent(meter, row.time_s);
                    blank.count += 1;
                    if blank.count == 1 {
                        blank.first_line = line;
                    }
                    Ok(())
                }
                Err(fault) => {
                    self.load.silent(meter, row.time_s);
                    Err(fault)
                }
            };
            fault = fault.and(taken);
        }
        fault
    }

    /// Says what was held, column by column.
    pub(super) fn report(&self, path: &Path, warnings: &mut Vec<String>) -> Result<(), Fault> {
        let mut others = 0;
        let mut reported = 0;
        for (name, blank) in self.names.iter().zip(&self.blank) {
            if blank.readings == 0 && self.rows > 0 {
                let what = format!("column {name:?} holds no readings");
                return Err(Fault::new(what, "choose columns that hold power").in_file(path, None));
            }
            if blank.count == 0 {
                continue;
            }
            if reported == MAX_REPORTED {
                others += 1;
                continue;
            }
            reported += 1;
            warnings.push(format!(
                "{}: {name}: {} of {} cells are blank, the first in line {}; the meter holds its last reading",
                path.display(),
                blank.count,
                blank.count + blank.readings,
                blank.first_line
            ));
        }
        if others > 0 {
            warnings.push(format!(
                "{}: {others} more columns have blank cells",
                path.display()
            ));
        }
        let longest_s = self
            .meters
            .values()
            .flatten()
            .map(|meter| meter.longest_s)
            .fold(0.0, f64::max);
        if longest_s > LONG_S {
            warnings.push(format!(
                "{}: readings are missing for up to {:.1} h; the last one holds",
                path.display(),
                longest_s / HOUR_S
            ));
        }
        Ok(())
    }
}

/// Columns whose blank cells are reported one by one.
const MAX_REPORTED: usize = 5;
/// A reading that holds longer is reported, s: what is filled in a straight line in other files.
const LONG_S: f64 = 6.0 * HOUR_S;
