//! `load_8760.csv`: the mean power at the meter in each hour, as tools for grid planning read it.
//!
//! Hour 0 is the first of the run. A run of a year gives 8,760 rows; a shorter one as many as it has hours, the
//! last perhaps cut short; of a longer one (a leap year too) only the first 8,760 hours are written.

use std::path::Path;

use super::OutputError;
use super::table::{Column, Format, Kind, Table};
use crate::snapshot::Snapshot;
use crate::units::HOUR_S;

const HOURS: u64 = 8760;

/// The writer.
pub(super) struct Load {
    table: Table,
    hour: u64,
    energy_j: f64,
    seconds: f64,
}

impl Load {
    pub(super) fn create(folder: &Path) -> Result<Self, OutputError> {
        let columns = [
            Column::new("hour", Kind::Integer),
            Column::new("facility_mw", Kind::Number(6)),
        ];
        Ok(Self {
            table: Table::create(folder, "load_8760", Format::Csv, &columns)?,
            hour: 0,
            energy_j: 0.0,
            seconds: 0.0,
        })
    }

    /// A step that reaches over the end of an hour is shared out by time.
    pub(super) fn observe(&mut self, s: &Snapshot) -> Result<(), OutputError> {
        let mut left_s = s.dt_s;
        while self.seconds + left_s >= HOUR_S - 1e-6 {
            let in_hour_s = HOUR_S - self.seconds;
            self.energy_j += s.power.facility_w * in_hour_s;
            self.seconds = HOUR_S;
            self.end_hour()?;
            left_s = (left_s - in_hour_s).max(0.0);
        }
        self.energy_j += s.power.facility_w * left_s;
        self.seconds += left_s;
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<(), OutputError> {
        if self.seconds > 1e-3 {
            self.end_hour()?;
        }
        self.table.finish()
    }

    fn end_hour(&mut self) -> Result<(), OutputError> {
        if self.hour < HOURS {
            self.table.integer(self.hour);
            self.table.number(self.energy_j / self.seconds / 1e6);
            self.table.end_row()?;
        }
        self.hour += 1;
        self.energy_j = 0.0;
        self.seconds = 0.0;
        Ok(())
    }
}
