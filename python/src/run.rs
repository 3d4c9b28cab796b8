//! `run`: a scenario from start to results.

use std::path::{Path, PathBuf};

use coldaisle::describe::Fault;
use coldaisle::metrics::Summary;
use coldaisle::output::{Format, TableName, Wanted};
use coldaisle::scenario::session::Session;
use coldaisle::scenario::{self, Loaded, Resolved};
use coldaisle::study::{Leaving, Progress, run_into, simulate};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::fault::Error;
use crate::running;
use crate::settings::assignments;
use crate::table::Table;

/// The tables of a result, by the names that `run` takes.
const TABLES: [(&str, TableName); 6] = [
    ("timeseries", TableName::Timeseries),
    ("racks", TableName::Racks),
    ("circuits", TableName::Circuits),
    ("jobs", TableName::Jobs),
    ("events", TableName::Events),
    ("bill", TableName::Bill),
];

/// What a run leaves.
struct Ended {
    name: String,
    summary: Summary,
    warnings: Vec<String>,
    scenario: String,
    folder: Option<PathBuf>,
    tables: Vec<(&'static str, Table)>,
}

/// What is asked of a run.
struct Asked {
    tables: Vec<String>,
    jobs_sample: f64,
    out: Option<PathBuf>,
}

/// Runs a scenario. Returns the fields of `coldaisle.Result` as a dict.
#[pyfunction]
#[pyo3(signature = (scenario, set, seed, tables, jobs_sample, out, threads))]
#[expect(
    clippy::too_many_arguments,
    reason = "called with names by the package"
)]
pub(crate) fn run<'py>(
    py: Python<'py>,
    scenario: PathBuf,
    set: Option<Bound<'py, PyAny>>,
    seed: Option<u64>,
    tables: Vec<String>,
    jobs_sample: f64,
    out: Option<PathBuf>,
    threads: usize,
) -> PyResult<Bound<'py, PyDict>> {
    let sets = assignments(set.as_ref(), seed)?;
    let asked = Asked {
        tables,
        jobs_sample,
        out,
    };
    let ended = running::run(py, threads, move |progress| {
        let wanted = asked.wanted()?;
        let loaded = scenario::load(&scenario, &sets)?;
        let resolved = scenario::resolve(&loaded).map_err(|error| error.after(&sets))?;
        match asked.out {
            Some(out) => into(out, wanted, (resolved, &loaded), progress),
            None if wanted.tables.is_empty() => alone(resolved, progress),
            None => {
                let folder = tempfile::tempdir().map_err(Error::run)?;
                let target = folder.path().join("results");
                let mut ended = into(target, wanted, (resolved, &loaded), progress)?;
                ended.folder = None;
                Ok(ended)
            }
        }
    })?;
    let result = PyDict::new(py);
    let json =
        serde_json::to_string(&ended.summary).map_err(|error| PyErr::from(Error::run(error)))?;
    result.set_item("name", ended.name)?;
    result.set_item(
        "summary",
        py.import("json")?.call_method1("loads", (json,))?,
    )?;
    let figures = PyDict::new(py);
    for (group, key, value) in ended.summary.figures() {
        figures.set_item(format!("{group}.{key}"), value)?;
    }
    result.set_item("figures", figures)?;
    result.set_item("warnings", ended.warnings)?;
    result.set_item("scenario", ended.scenario)?;
    result.set_item("folder", ended.folder)?;
    for (name, _) in TABLES {
        result.set_item(name, py.None())?;
    }
    for (name, table) in ended.tables {
        result.set_item(name, Py::new(py, table)?)?;
    }
    Ok(result)
}

impl Asked {
    fn wanted(&self) -> Result<Wanted, Fault> {
        let names = || TABLES.iter().map(|(name, _)| *name);
        for table in &self.tables {
            if names().all(|name| name != table) {
                let what = format!("tables: a run has no table '{table}'");
                let cure = format!("use any of {}", names().collect::<Vec<_>>().join(", "));
                return Err(Fault::new(what, cure));
            }
        }
        if !(0.0..=1.0).contains(&self.jobs_sample) {
            let what = format!("jobs_sample is {}", self.jobs_sample);
            return Err(Fault::new(
                what,
                "give a share from 0 to 1, for example 0.01",
            ));
        }
        let mut wanted = Wanted {
            format: Format::Parquet,
            jobs_share: self.jobs_sample,
            ..Wanted::default()
        };
        let asked = |table: &TableName| {
            let named = TABLES.iter().find(|(_, of)| of == table);
            named.map_or(self.out.is_some(), |(name, _)| {
                self.tables.iter().any(|it| it == name)
            })
        };
        wanted.tables.retain(asked);
        if self.jobs_sample == 0.0 {
            wanted.tables.retain(|table| *table != TableName::Jobs);
        }
        Ok(wanted)
    }
}

/// Without tables: no file is written.
fn alone(resolved: Resolved, progress: &Progress) -> Result<Ended, Error> {
    let name = resolved.scenario.name.clone();
    let scenario = toml::to_string_pretty(&resolved.scenario).map_err(Error::run)?;
    let (summary, warnings, _) = simulate(resolved, &mut (), progress)?;
    Ok(Ended {
        name,
        summary,
        warnings,
        scenario,
        folder: None,
        tables: Vec::new(),
    })
}

/// The same recorder and files as those of the command line, read back.
fn into(
    target: PathBuf,
    wanted: Wanted,
    (resolved, loaded): (Resolved, &Loaded),
    progress: &Progress,
) -> Result<Ended, Error> {
    let name = resolved.scenario.name.clone();
    let leaving = Leaving {
        target,
        numbered: false,
        wanted: wanted.clone(),
    };
    let done = run_into(resolved, loaded, &Session::default(), leaving, progress)?;
    let folder = done.placed.folder;
    let mut tables = Vec::new();
    for (name, table) in TABLES {
        let path = folder.join(table.file(wanted.format));
        // A table for which the run has nothing is not there.
        if wanted.has(table) && path.exists() {
            tables.push((name, Table::read(&path)?));
        }
    }
    Ok(Ended {
        name,
        summary: done.summary,
        warnings: done.warnings,
        scenario: text(&folder.join("scenario.toml"))?,
        folder: Some(folder),
        tables,
    })
}

fn text(path: &Path) -> Result<String, Error> {
    std::fs::read_to_string(path)
        .map_err(|error| Error::run(format!("{}: {error}", path.display())))
}
