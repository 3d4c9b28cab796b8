//! Effect of more GPUs on the waits: the same scenario with more racks in its first hall.

use std::path::Path;

use super::compare::{Column, Entry, to_run};
use super::table::{largest, rows};
use crate::describe::Fault;
use crate::output::{TextTable, grouped};
use crate::scenario::{self, catalogue};

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
    let summaries: Vec<_> = columns.iter().map(|column| &column.summary).collect();
    for row in rows(&summaries) {
        let spec = row.figure.spec;
        if !spec.by_gpus {
            continue;
        }
        let (_, factor) = spec.unit.shown();
        let values: Vec<_> = row
            .values
            .iter()
            .map(|it| it.map(|it| it * factor))
            .collect();
        let fit = spec.unit.fitting(largest(&values), spec.decimals);
        let written = |value: Option<f64>| {
            value.map_or_else(String::new, |value| {
                grouped(value * fit.factor, fit.decimals)
            })
        };
        table.row(
            spec.label,
            fit.unit,
            values.into_iter().map(written).collect::<Vec<_>>(),
        );
    }
    table.render(width, colour).trim_end().to_owned()
}
