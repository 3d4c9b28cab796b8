//! Scenarios side by side.

mod kept;

use std::path::{Path, PathBuf};

use rayon::prelude::*;

pub use super::column::Column;
use super::table::{Row, rows};
use super::{Progress, simulate};
use crate::bounded;
use crate::describe::Fault;
use crate::engine::RunError;
use crate::metrics::Summary;
use crate::metrics::figures::Figure;
use crate::output::{grouped, write_whole};
use crate::scenario::{self, Resolved};
pub use kept::{Kept, load_kept, run_kept};

/// No file of figures is larger.
const MAX_BYTES: u64 = 16 << 20;

/// Something to compare: a run to make, or one made before.
pub enum Entry {
    /// To be run.
    ToRun(Box<Resolved>),
    /// Read from a result folder.
    Done(Box<Column>),
}

impl Entry {
    fn name(&mut self) -> &mut String {
        match self {
            Self::ToRun(resolved) => &mut resolved.scenario.name,
            Self::Done(column) => &mut column.name,
        }
    }
}

/// Reads scenario files and result folders; nothing runs before all of them are found right.
pub fn load(paths: &[PathBuf], sets: &[String]) -> Result<Vec<Entry>, Fault> {
    let entries = paths.iter().map(|path| {
        if path.is_dir() {
            done(path)
        } else {
            to_run(path, sets)
        }
    });
    let mut entries: Vec<Entry> = entries.collect::<Result<_, _>>()?;
    let names: Vec<String> = entries
        .iter_mut()
        .map(|entry| entry.name().clone())
        .collect();
    let names = told_apart(&names, paths.iter().map(PathBuf::as_path));
    for (entry, name) in entries.iter_mut().zip(names) {
        *entry.name() = name;
    }
    Ok(entries)
}

/// Names of sides: those of one name are distinguished by their files.
pub(crate) fn told_apart<'a>(
    names: &[String],
    paths: impl Iterator<Item = &'a Path>,
) -> Vec<String> {
    let several = |name: &String| names.iter().filter(|other| *other == name).count() > 1;
    let mut apart: Vec<String> = Vec::with_capacity(names.len());
    for (name, path) in names.iter().zip(paths) {
        let name = if several(name) {
            path.display().to_string()
        } else {
            name.clone()
        };
        // The same folder again is counted.
        let again = apart.iter().filter(|one| **one == name).count();
        apart.push(if again > 0 {
            format!("{name} ({})", again + 1)
        } else {
            name
        });
    }
    apart
}

pub(super) fn to_run(path: &Path, sets: &[String]) -> Result<Entry, Fault> {
    let loaded = scenario::load(path, sets)?;
    let resolved = scenario::resolve(&loaded).map_err(|error| error.after(sets))?;
    Ok(Entry::ToRun(Box::new(resolved)))
}

fn done(folder: &Path) -> Result<Entry, Fault> {
    let path = folder.join("summary.json");
    let cure = "give a scenario file, or the folder of a finished run";
    let wrong = |what: String| Fault::new(what, cure).in_file(&path, None);
    let bytes = bounded::read(&path, MAX_BYTES).map_err(|error| wrong(error.to_string()))?;
    let summary: Summary =
        serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))?;
    if summary.figures().next().is_none() {
        return Err(wrong("it holds no figures".into()));
    }
    let named = folder.canonicalize().ok();
    let name = named.as_deref().unwrap_or(folder).file_name().map_or_else(
        || folder.display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    );
    Ok(Entry::Done(Box::new(Column {
        name,
        summary,
        gpus: None,
        days: days_of(folder),
        warnings: Vec::new(),
    })))
}

/// The scenario beside the figures.
fn scenario_of(folder: &Path) -> Option<toml::Table> {
    let bytes = bounded::read(&folder.join("scenario.toml"), MAX_BYTES).ok()?;
    toml::from_slice(&bytes).ok()
}

fn days_of(folder: &Path) -> Option<f64> {
    let scenario = scenario_of(folder)?;
    let days = scenario.get("run")?.get("days")?;
    days.as_float()
        .or(days.as_integer().map(|days| days as f64))
}

/// Reasons why sums of these runs are hard to compare: runs of other lengths than the first.
pub fn doubts(columns: &[&Column]) -> Option<String> {
    let first = columns.first()?;
    let (name, days) = (&first.name, first.days?);
    let others: Vec<String> = columns
        .iter()
        .filter_map(|column| Some((column, column.days?)))
        .filter(|(_, other)| (other - days).abs() > 1e-6 * days)
        .map(|(column, other)| format!("{} covers {other} d", column.name))
        .collect();
    (!others.is_empty()).then(|| {
        format!(
            "the runs differ in length, so their sums do too: {name} covers {days} d, {}",
            others.join(", ")
        )
    })
}

type Of = fn(&Summary) -> Option<f64>;

/// Share of the work by which sides may differ without a warning: what the clock of cooler chips brings is less.
const SAME_WORK: f64 = 0.02;

/// Where the others did not do the first one's work: a sentence for each, as its energy alone means little then.
pub fn other_work(columns: &[Column]) -> Vec<String> {
    let Some((first, others)) = columns.split_first() else {
        return Vec::new();
    };
    let kinds: [(&str, Of); 4] = [
        ("GPU-hours of work", |summary| summary.work.gpu_hours),
        ("jobs completed", |summary| {
            summary.jobs.completed.map(|jobs| jobs as f64)
        }),
        ("tokens", |summary| summary.jobs.tokens),
        ("images", |summary| summary.service.images),
    ];
    let note = others.iter().filter_map(|other| {
        let differs = kinds.iter().filter_map(|(what, of)| {
            let (from, to) = (of(&first.summary)?, of(&other.summary)?);
            let much = (to - from).abs() > SAME_WORK * from.abs().max(to.abs());
            much.then(|| match 100.0 * (to - from) / from {
                percent if percent.abs() < 1000.0 => format!("{percent:+.1} % {what}"),
                _ => format!("{} {what} where it had {}", brief(to), brief(from)),
            })
        });
        let differs: Vec<String> = differs.collect();
        (!differs.is_empty()).then(|| {
            format!(
                "{} did not do the work of {}: {}",
                other.name,
                first.name,
                differs.join(", ")
            )
        })
    });
    note.collect()
}

/// `12,345`, `319 billion`.
fn brief(value: f64) -> String {
    let sizes = [(1e12, " trillion"), (1e9, " billion"), (1e6, " million")];
    match sizes.iter().find(|(size, _)| value.abs() >= *size) {
        Some((size, name)) => {
            let value = value / size;
            let decimals = usize::from(value < 100.0);
            grouped(value, decimals) + name
        }
        None => grouped(value, 0),
    }
}

/// A side without generation or storage has at its meter the facility's power: noted where another side has such.
fn fill_meters(columns: &mut [Column]) {
    if columns.iter().all(|it| it.summary.peak_kw.grid.is_none()) {
        return;
    }
    for Column { summary, .. } in columns {
        fill_meter(summary);
    }
}

/// Without generation or storage the meter sees the facility's power.
pub(super) fn fill_meter(summary: &mut Summary) {
    if summary.peak_kw.grid.is_none() {
        summary.peak_kw.grid = summary.peak_kw.facility;
        summary.energy_mwh.grid_import = summary.energy_mwh.facility;
        summary.energy_mwh.grid_export = Some(0.0);
    }
}

/// Runs what is to be run, side by side, and returns the figures in the order given.
pub fn run(entries: Vec<Entry>, progress: &Progress) -> Result<Vec<Column>, RunError> {
    let mut columns: Vec<Column> = entries
        .into_par_iter()
        .map(|entry| match entry {
            Entry::Done(column) => Ok(*column),
            Entry::ToRun(resolved) => {
                let name = resolved.scenario.name.clone();
                let days = Some(resolved.total_s / 86_400.0);
                let gpus = Some(resolved.gpus);
                let (summary, warnings, _) = simulate(*resolved, &mut (), progress)?;
                Ok(Column {
                    name,
                    summary,
                    gpus,
                    days,
                    warnings,
                })
            }
        })
        .collect::<Result<_, RunError>>()?;
    fill_meters(&mut columns);
    Ok(columns)
}

/// Fails where `write_csv` would, before any run whose figures could not be written.
pub fn check_writable(path: &Path) -> Result<(), Fault> {
    let what = if path.is_dir() {
        "it is a folder"
    } else if !folder_of(path).is_dir() {
        "its folder does not exist"
    } else {
        return Ok(());
    };
    Err(Fault::new(what, "name a CSV file to write, in a folder that exists").in_file(path, None))
}

fn folder_of(path: &Path) -> &Path {
    path.parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// Writes a row per figure: group, key, a column per scenario, then a difference to the first per further scenario.
pub fn write_csv(path: &Path, columns: &[Column]) -> Result<(), Fault> {
    let mut names = vec!["group".to_owned(), "figure".to_owned()];
    // The same scenario with more GPUs has the same name.
    let name = |column: &Column| {
        let twice = columns.iter().filter(|c| c.name == column.name).count() > 1;
        match column.gpus.filter(|_| twice) {
            Some(gpus) => format!("{} {gpus} GPUs", column.name),
            None => column.name.clone(),
        }
    };
    names.extend(columns.iter().map(name));
    let further = columns.iter().skip(1);
    names.extend(further.map(|column| format!("{} minus first", name(column))));
    let summaries: Vec<&Summary> = columns.iter().map(|column| &column.summary).collect();
    let rows = rows(&summaries).into_iter().map(|Row { figure, values }| {
        let first = values.first().copied().flatten();
        let differences = values.iter().skip(1).map(|value| Some((*value)? - first?));
        (figure, values.iter().copied().chain(differences).collect())
    });
    write_rows(path, &names, rows)
}

/// Writes a row per figure: group, key, and its cells, empty where they are not known.
pub(super) fn write_rows(
    path: &Path,
    head: &[String],
    rows: impl Iterator<Item = (Figure, Vec<Option<f64>>)>,
) -> Result<(), Fault> {
    let fail = |error: &dyn std::fmt::Display| Fault::bare(error.to_string()).in_file(path, None);
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(head).map_err(|error| fail(&error))?;
    for (figure, cells) in rows {
        let row = [figure.group.to_owned(), figure.key.to_owned()]
            .into_iter()
            .chain(
                cells
                    .into_iter()
                    .map(|value| value.map_or_else(String::new, |value| value.to_string())),
            );
        writer.write_record(row).map_err(|error| fail(&error))?;
    }
    let bytes = writer.into_inner().map_err(|error| fail(&error))?;
    write_whole(path, &bytes, true).map_err(|error| fail(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, gpu_hours: f64, completed: u64) -> Column {
        let mut summary = Summary::default();
        summary.work.gpu_hours = Some(gpu_hours);
        summary.jobs.completed = Some(completed);
        Column {
            name: name.into(),
            summary,
            gpus: None,
            days: None,
            warnings: Vec::new(),
        }
    }

    /// By hand: 915.6 of 1,000 GPU-hours are 8.4 % less; a job more of 10,000 is within a thousandth.
    #[test]
    fn sides_that_did_other_work_are_told() {
        let columns = [
            column("a", 1000.0, 10_000),
            column("b", 1000.5, 10_001),
            column("c", 915.6, 0),
        ];
        assert_eq!(
            other_work(&columns),
            ["c did not do the work of a: -8.4 % GPU-hours of work, -100.0 % jobs completed"]
        );
        let from_none = [column("a", 0.0, 0), column("b", 12.0, 0)];
        assert_eq!(
            other_work(&from_none),
            ["b did not do the work of a: 12 GPU-hours of work where it had 0"]
        );
        assert_eq!(other_work(&columns[..1]), Vec::<String>::new());
        let figures = [12.0, 312_341.0, 1.994e10, 3.19e11].map(brief);
        assert_eq!(figures, ["12", "312,341", "19.9 billion", "319 billion"]);
    }

    #[test]
    fn a_side_without_a_battery_has_a_peak_at_its_meter_too() {
        let mut columns = [column("plain", 1.0, 1), column("battery", 1.0, 1)];
        fill_meters(&mut columns);
        assert_eq!(columns[0].summary.peak_kw.grid, None);
        columns[0].summary.peak_kw.facility = Some(580.0);
        columns[0].summary.energy_mwh.facility = Some(9.0);
        columns[1].summary.peak_kw.grid = Some(520.0);
        fill_meters(&mut columns);
        assert_eq!(columns[0].summary.peak_kw.grid, Some(580.0));
        assert_eq!(columns[0].summary.energy_mwh.grid_import, Some(9.0));
        assert_eq!(columns[1].summary.peak_kw.grid, Some(520.0));
    }
}
