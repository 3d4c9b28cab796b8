//! The files of a result folder that are shown: tables of numbers, what was done during the run, the figures of all of it.

use std::collections::HashMap;
use std::path::Path;

use crate::engine::Command;
use crate::metrics::Summary;
use crate::scenario::Resolved;
use crate::scenario::session::Session;
use crate::view::hall::frame::Site;
use crate::view::hall::year::Year;

/// Columns of a table of numbers, by name; what is empty is NaN.
pub(super) struct Columns {
    by_name: HashMap<String, Vec<f64>>,
    pub(super) rows: usize,
}

impl Columns {
    pub(super) fn read(path: &Path) -> Result<Self, String> {
        let failed = |error: &dyn std::fmt::Display| {
            format!(
                "cannot read `{}`: {error}; give a folder that `coldaisle run` wrote with --format csv",
                path.display()
            )
        };
        if !path.exists() && path.with_extension("parquet").exists() {
            return Err(failed(&"the folder holds Parquet, which is not replayed"));
        }
        let mut reader = csv::Reader::from_path(path).map_err(|error| failed(&error))?;
        let header = reader.headers().map_err(|error| failed(&error))?.clone();
        let mut columns = vec![Vec::new(); header.len()];
        let mut rows = 0;
        for record in reader.records() {
            let record = record.map_err(|error| failed(&error))?;
            for (column, cell) in columns.iter_mut().zip(&record) {
                column.push(cell.parse().unwrap_or(f64::NAN));
            }
            rows += 1;
        }
        if rows == 0 {
            return Err(failed(&"it has no rows"));
        }
        let names = header.iter().map(str::to_owned);
        Ok(Self {
            by_name: names.zip(columns).collect(),
            rows,
        })
    }

    /// Whether these are the rows of the whole run, with what the view cannot do without.
    pub(super) fn check(&self, folder: &Path, site: &Site) -> Result<(), String> {
        let table = folder.join("timeseries.csv");
        let table = table.display();
        let cure = "run the scenario again: the table was changed or cut since";
        let halls = site.scenario.hall.iter().flat_map(|hall| {
            ["it_kw", "supply_c", "return_c", "max_inlet_c", "max_chip_c"]
                .map(|what| format!("{}_{what}", hall.name))
        });
        let needed = ["it_kw", "facility_kw", "dry_bulb_c"].map(str::to_owned);
        for column in needed.into_iter().chain(halls) {
            if !self.by_name.contains_key(&column) {
                return Err(format!("`{table}` has no column {column}; {cure}"));
            }
        }
        let rows = (site.total_s / site.scenario.run.record_s + 1e-6).floor() as usize;
        if self.rows < rows {
            return Err(format!(
                "`{table}` has {} rows, the run beside it has {rows}; {cure}",
                self.rows
            ));
        }
        Ok(())
    }

    /// The mean of a column, over the cells that hold a number.
    pub(super) fn mean(&self, name: &str) -> f64 {
        let cells = self.by_name.get(name).into_iter().flatten();
        let (sum, count) = cells
            .filter(|cell| cell.is_finite())
            .fold((0.0, 0.0), |(sum, count), cell| (sum + cell, count + 1.0));
        sum / count
    }

    pub(super) fn get(&self, name: &str, row: usize) -> f64 {
        let column = self.by_name.get(name);
        column
            .and_then(|column| column.get(row))
            .copied()
            .unwrap_or(f64::NAN)
    }
}

/// The commands that a folder keeps; a session that cannot be read is a remark, the results stand without it.
pub(super) fn commands(
    folder: &Path,
    resolved: &Resolved,
    warnings: &mut Vec<String>,
) -> Vec<Command> {
    let path = folder.join("session.toml");
    if !path.exists() {
        return Vec::new();
    }
    let read = Session::load(&path).and_then(|session| {
        let commands = session.command.iter();
        commands.map(|config| config.resolve(resolved)).collect()
    });
    read.unwrap_or_else(|fault| {
        warnings.push(format!(
            "what was done during the run is not shown: {}",
            fault.report(false)
        ));
        Vec::new()
    })
}

/// The figures of the whole run that a folder keeps.
pub(super) fn year(folder: &Path, total_s: f64) -> Option<Year> {
    let text = std::fs::read_to_string(folder.join("summary.json")).ok()?;
    let summary: Summary = serde_json::from_str(&text).ok()?;
    Some(Year {
        summary,
        seconds: total_s,
    })
}
