//! What more GPUs would do to the waits: the same scenario with more racks in its first hall.

use std::path::Path;

use super::compare::{Column, Entry, to_run};
use crate::describe::Fault;
use crate::metrics::summary::Jobs;
use crate::output::{TextTable, grouped};
use crate::scenario::{self, catalogue};
use crate::units::HOUR_S;

/// A scenario as it is, and again with so many more GPUs, rounded up to whole racks; fewer where a number is negative.
pub fn load(path: &Path, sets: &[String], more: &[i64]) -> Result<Vec<Entry>, Fault> {
    let loaded = scenario::load(path, sets)?;
    let base = scenario::resolve(&loaded).map_err(|error| error.after(sets))?;
    let Some(hall) = base.scenario.hall.first() else {
        return Ok(Vec::new());
    };
    let own = base.scenario.catalogue.as_ref();
    let own = own
        .map(|own| own.assemble((&loaded.text, &loaded.path)))
        .transpose()?;
    let catalogue = own
        .as_ref()
        .map_or(catalogue::built_in(), |own| &own.catalogue);
    let server = catalogue.servers.get(&hall.server);
    let in_rack = i64::from(server.map_or(1, |server| server.accelerators))
        * i64::from(hall.servers_per_rack);
    let (racks, name) = (i64::from(hall.racks), hall.name.clone());
    let mut entries = vec![Entry::ToRun(Box::new(base))];
    for &gpus in more {
        let added = gpus.signum() * gpus.abs().div_euclid(in_rack.max(1))
            + gpus.signum() * i64::from(gpus.abs().rem_euclid(in_rack.max(1)) > 0);
        if racks + added < 1 {
            let what =
                format!("{gpus} GPUs are more than hall {name} has: {racks} racks of {in_rack}");
            let cure = "take fewer away, or add some";
            return Err(Fault::new(what, cure).in_file(path, None));
        }
        let racks = format!("hall.0.racks={}", racks + added);
        entries.push(to_run(path, &[sets, &[racks]].concat())?);
    }
    Ok(entries)
}

/// A line of the table.
type Line = (&'static str, &'static str, usize, fn(&Jobs) -> Option<f64>);

fn hours(seconds: Option<f64>) -> Option<f64> {
    seconds.map(|s| s / HOUR_S)
}

const LINES: &[Line] = &[
    ("GPUs held", "%", 1, |j| {
        j.gpu_utilisation.map(|u| 100.0 * u)
    }),
    ("jobs submitted", "", 0, |j| j.submitted.map(|n| n as f64)),
    ("still waiting at the end", "", 0, |j| {
        j.waiting.map(|n| n as f64)
    }),
    ("wait, mean", "h", 3, |j| hours(j.wait_s.mean)),
    ("  median", "h", 3, |j| hours(j.wait_s.p50)),
    ("  95 % wait less than", "h", 2, |j| hours(j.wait_s.p95)),
    ("  99 % wait less than", "h", 2, |j| hours(j.wait_s.p99)),
    ("  longest", "h", 2, |j| hours(j.wait_s.max)),
    ("mean with those in the queue", "h", 3, |j| {
        hours(j.wait_at_least_s_mean)
    }),
    ("slowdown, median", "", 2, |j| j.slowdown_p50),
    ("backlog, mean", "GPU-h", 0, |j| j.backlog_gpu_hours_mean),
    ("  greatest", "GPU-h", 0, |j| j.backlog_gpu_hours_max),
];

/// Waits against GPUs.
pub fn table(columns: &[Column], width: usize, colour: bool) -> String {
    let gpus = |column: &Column| match column.gpus {
        Some(gpus) => format!("{} GPUs", grouped(gpus, 0)),
        None => String::new(),
    };
    let several = columns.iter().any(|c| c.name != columns[0].name);
    let names = columns.iter().map(|column| {
        if several {
            format!("{} {}", column.name, gpus(column))
        } else {
            gpus(column)
        }
    });
    let mut table = TextTable::new(names).repeating_first();
    for (label, unit, decimals, of) in LINES {
        let cells: Vec<String> = columns
            .iter()
            .map(|column| of(&column.summary.jobs))
            .map(|value| value.map_or_else(String::new, |value| grouped(value, *decimals)))
            .collect();
        table.row(*label, *unit, cells);
    }
    table.render(width, colour).trim_end().to_owned()
}
