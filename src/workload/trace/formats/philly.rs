//! Busy nodes of Microsoft's Philly cluster, minute by minute.
//!
//! ```text
//! time,active,total            2017-10-03 00:00:00,312,420
//! u = active/total·utilisation of a busy node
//! ```
//!
//! Source: S-Lab-System-Group/HeliosArtifact, from msr-fiddle/philly-traces (`SOURCES.md`). All servers of the halls
//! share the load that the busy ones had: right for power that rises in a straight line with load, and for the mean of
//! cooling; single racks are evener than they were. Missing minutes hold the last value (10 hours are missing in 2017).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::csv_rows::moment::Clock;
use crate::describe::Fault;
use crate::describe::FilePath;
use crate::units::{self, DAY_S, HOUR_S};
use crate::workload::profile::Quantity;
use crate::workload::trace::load::{Load, Meter};
use crate::workload::trace::replay::default_utilisation;
use crate::workload::trace::table::Table;
use crate::workload::trace::{Bad, BadRows, Format, Opened, Place, Replayed, Row};

/// The rows are a minute apart.
const MINUTE_S: f64 = 60.0;

/// Busy nodes over time, as the share of all nodes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Philly {
    /// The file, relative to the scenario.
    pub file: FilePath,
    /// Rows that cannot be used: "refuse" (default) or "skip" (the row before holds on).
    #[serde(default)]
    pub bad_rows: BadRows,
    /// Day of the trace at which the run starts.
    #[serde(default, deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 1e5))]
    pub from_day: f64,
    /// Load of the GPUs of a busy node.
    #[serde(default = "default_utilisation", deserialize_with = "units::fraction")]
    #[schemars(range(min = 0.0, max = 1.0))]
    #[schemars(extend("doubt" = crate::workload::busy()))]
    pub utilisation: f64,
    /// Start again at the end of the file.
    #[serde(default)]
    pub repeat: bool,
}

impl Format for Philly {
    fn files(&self) -> Vec<&FilePath> {
        vec![&self.file]
    }

    fn is_whole(&self) -> bool {
        true
    }

    fn open(&self, place: &Place<'_>) -> Result<Opened, Fault> {
        let path = place.at(&self.file);
        let table = Table::open(&path)?;
        let time = table.column("time")?;
        let active = table.column("active")?;
        let total = table.column("total")?;
        let mut clock = Clock::default();
        let rows = table.rows(move |cells| {
            let time_s = clock.read(cells.text(time)?, 1.0)?;
            let (active, total) = (cells.number(active)?, cells.number(total)?);
            if total <= 0.0 || !(0.0..=total).contains(&active) {
                return Err(Fault::bare(format!(
                    "{active} of {total} nodes cannot be active"
                )));
            }
            Ok(Some((time_s, active / total)))
        });
        let (mut count, mut bad, mut warnings) = (0, Bad::default(), Vec::new());
        let (mut load, mut meter) = (Load::new(MINUTE_S), Meter::default());
        for Row { line, content } in rows {
            count += 1;
            let read = match content {
                Ok(Some((time_s, share))) => load.read(&mut meter, time_s, share),
                Ok(None) => Ok(()),
                Err(fault) => Err(fault),
            };
            if let Err(fault) = read {
                bad.note(line, &fault);
            }
        }
        load.close(&meter);
        bad.judge(&path, count, self.bad_rows, &mut warnings)?;
        if meter.longest_s > 1.5 * MINUTE_S {
            warnings.push(format!(
                "{}: rows are missing for up to {:.1} h; the last value holds",
                path.display(),
                meter.longest_s / HOUR_S
            ));
        }
        let mean = load.integral();
        let from_s = self.from_day * DAY_S;
        let profile = load.profile(
            &path,
            Quantity::Utilisation,
            self.utilisation,
            from_s,
            self.repeat,
        )?;
        Ok(Opened {
            counted: vec![
                format!(
                    "{count} rows = {} minutes given + {} bad",
                    count - bad.count,
                    bad.count
                ),
                format!("{:.1} days at full load in the whole trace", mean / DAY_S),
            ],
            warnings,
            work: Replayed::Load(profile),
        })
    }
}
