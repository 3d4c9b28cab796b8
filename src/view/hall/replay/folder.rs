//! The files of a result folder that are shown: tables of numbers, what was done during the run, the figures of all of it.

use std::collections::HashMap;
use std::path::Path;

use crate::engine::Command;
use crate::metrics::Summary;
use crate::scenario::Resolved;
use crate::scenario::session::Session;
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
