//! `load_8760.csv`: the mean power of each hour, as tools for grid planning read it: of all uses, and at the meter
//! where generation or storage is behind it.
//!
//! Hour 0 is the first of the run. A run of a year gives 8,760 rows; a shorter one as many as it has hours, the
//! last perhaps cut short; of a longer one (a leap year too) only the first 8,760 hours are written.

use std::path::Path;

use crate::output::OutputError;
use crate::output::table::{Column, Format, Kind, Table};
use crate::output::timeseries::meter;
use crate::snapshot::Snapshot;
use crate::units::HOUR_S;

const HOURS: u64 = 8760;

/// The writer.
pub(in crate::output) struct Load {
    table: Table,
    hour: u64,
    energy_j: f64,
    /// At the meter, where it sees more than the uses.
    grid_j: Option<f64>,
    seconds: f64,
}

impl Load {
    /// The first snapshot shows whether the meter sees more than the uses.
    pub(in crate::output) fn create(folder: &Path, first: &Snapshot) -> Result<Self, OutputError> {
        let mut columns = vec![
            Column::new("hour", Kind::Integer),
            Column::new("facility_mw", Kind::Number(6)),
        ];
        let grid_j = meter(first).is_finite().then_some(0.0);
        if grid_j.is_some() {
            columns.push(Column::new("grid_mw", Kind::Number(6)));
        }
        Ok(Self {
            table: Table::create(folder, "load_8760", Format::Csv, &columns)?,
            hour: 0,
            energy_j: 0.0,
            grid_j,
            seconds: 0.0,
        })
    }

    /// A step that reaches over the end of an hour is shared out by time.
    pub(in crate::output) fn observe(&mut self, s: &Snapshot) -> Result<(), OutputError> {
        let mut left_s = s.dt_s;
        while self.seconds + left_s >= HOUR_S - 1e-6 {
            let in_hour_s = HOUR_S - self.seconds;
            self.add(s, in_hour_s);
            self.seconds = HOUR_S;
            self.end_hour()?;
            left_s = (left_s - in_hour_s).max(0.0);
        }
        self.add(s, left_s);
        self.seconds += left_s;
        Ok(())
    }

    fn add(&mut self, s: &Snapshot, seconds: f64) {
        self.energy_j += s.power.facility_w * seconds;
        if let Some(grid_j) = &mut self.grid_j {
            *grid_j += s.on_site.grid_w * seconds;
        }
    }

    pub(in crate::output) fn finish(mut self) -> Result<(), OutputError> {
        if self.seconds > 1e-3 {
            self.end_hour()?;
        }
        self.table.finish()
    }

    fn end_hour(&mut self) -> Result<(), OutputError> {
        if self.hour < HOURS {
            self.table.integer(self.hour);
            self.table.number(self.energy_j / self.seconds / 1e6);
            if let Some(grid_j) = self.grid_j {
                self.table.number(grid_j / self.seconds / 1e6);
            }
            self.table.end_row()?;
        }
        self.hour += 1;
        self.energy_j = 0.0;
        self.grid_j = self.grid_j.map(|_| 0.0);
        self.seconds = 0.0;
        Ok(())
    }
}
