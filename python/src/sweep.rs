//! Studies: many variations of scenarios, one row each.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::{ArrayRef, Float64Array, StringArray, UInt64Array};
use coldaisle::describe::Fault;
use coldaisle::output::Input;
use coldaisle::study::Progress;
use coldaisle::study::searched;
use coldaisle::study::sensitivity::Method;
use coldaisle::study::sweep::{self, Cell, Checked, Row, Sensitivity, Shard, Study as Read};
use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::fault::Error;
use crate::running;
use crate::settings::assignments;
use crate::table::Table;

/// So many variations are resolved before the first run, as on the command line.
const CHECKED: u64 = 1000;

/// A study file, read and checked: its variations are numbered from 0, and each can be run by itself.
///
/// A study is pickled by its path and settings: a process that receives it reads the file again.
#[pyclass(frozen, module = "coldaisle", name = "Study")]
pub(crate) struct Study {
    study: Arc<Read>,
    sets: Vec<String>,
    sensitivity: Option<String>,
}

#[pymethods]
impl Study {
    #[new]
    #[pyo3(signature = (path, set=None, *, sensitivity=None))]
    fn new(
        py: Python<'_>,
        path: PathBuf,
        set: Option<Bound<'_, PyAny>>,
        sensitivity: Option<String>,
    ) -> PyResult<Self> {
        let sets = assignments(set.as_ref(), None)?;
        Self::load(py, path, sets, sensitivity)
    }

    /// The study file.
    #[getter]
    fn path(&self) -> PathBuf {
        self.study.path.clone()
    }

    /// Its name.
    #[getter]
    fn name(&self) -> &str {
        &self.study.file.name
    }

    /// Columns of the inputs: the axes.
    #[getter]
    fn inputs(&self) -> Vec<String> {
        self.study.axes().map(str::to_owned).collect()
    }

    /// Columns of the outputs: figures of the summary.
    #[getter]
    fn outputs(&self) -> Vec<String> {
        let outputs = self.study.outputs.iter();
        outputs.map(|figure| figure.name()).collect()
    }

    /// What would be run, a label and a line each.
    #[getter]
    fn description(&self) -> Vec<(String, String)> {
        self.study.lines()
    }

    /// Number of variations.
    fn __len__(&self) -> usize {
        usize::try_from(self.study.variations()).unwrap_or(usize::MAX)
    }

    fn __repr__(&self) -> String {
        format!(
            "<coldaisle.Study {} of {} variations: {}>",
            self.name(),
            self.study.variations(),
            self.inputs().join(", ")
        )
    }

    /// The inputs of all variations: a table with a row each.
    fn variations(&self) -> PyResult<Table> {
        let study = &*self.study;
        let all: Vec<Vec<Cell>> = (0..study.variations())
            .map(|index| study.variation(index).cells)
            .collect();
        let numbers = UInt64Array::from_iter_values(0..study.variations());
        let mut columns: Vec<(String, ArrayRef)> = vec![("variation".into(), Arc::new(numbers))];
        for (axis, name) in study.axes().enumerate() {
            let cells = || all.iter().map(|cells| &cells[axis]);
            let values: ArrayRef = if cells().any(|cell| matches!(cell, Cell::Text(_))) {
                Arc::new(StringArray::from_iter_values(cells().map(Cell::to_string)))
            } else {
                Arc::new(cells().map(number).collect::<Float64Array>())
            };
            columns.push((name.into(), values));
        }
        Ok(Table::of(columns, Vec::new())?)
    }

    /// Resolves every variation; runs nothing. Returns what is wrong with some of them, which will have a row with the reason.
    ///
    /// Raises:
    ///     ScenarioError: None of them can be run.
    fn check(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        let study = self.study.clone();
        running::run(py, 0, move |progress| {
            let checked = sweep::check(&study, Shard::WHOLE, u64::MAX, progress)?;
            possible(checked).map(|(warning, _)| warning.into_iter().collect())
        })
    }

    /// Runs one variation, on this thread alone.
    ///
    /// Returns:
    ///     Its row: `variation`, the inputs, the outputs (None where the run has none), and `failed`: the reason, or "".
    fn row<'py>(&self, py: Python<'py>, variation: u64) -> PyResult<Bound<'py, PyDict>> {
        let all = self.study.variations();
        if variation >= all {
            let text = format!(
                "there is no variation {variation}: they are 0 to {}",
                all - 1
            );
            return Err(PyIndexError::new_err(text));
        }
        let study = self.study.clone();
        let row = running::run(py, 1, move |progress| {
            let row = sweep::row(&study, variation, None, progress);
            progress.check()?;
            Ok(row)
        })?;
        let dict = PyDict::new(py);
        dict.set_item("variation", row.index)?;
        for (name, cell) in self.study.axes().zip(self.study.variation(variation).cells) {
            match cell {
                Cell::Number(number) => dict.set_item(name, number)?,
                Cell::Text(text) => dict.set_item(name, text)?,
                Cell::Empty => dict.set_item(name, py.None())?,
            }
        }
        for (figure, output) in self.study.outputs.iter().zip(row.outputs) {
            let known = output.is_finite().then_some(output);
            dict.set_item(figure.name(), known)?;
        }
        dict.set_item("failed", row.failed)?;
        Ok(dict)
    }

    /// Puts the rows of all variations, in any order, together to the table of `coldaisle sweep`.
    ///
    /// Args:
    ///     rows: What `row` returned, of each variation.
    ///     out: Result folder to leave: `sweep.csv` and `sweep.parquet` are those of the command line, byte for byte.
    ///
    /// Raises:
    ///     ScenarioError: Rows are missing, or are not of this study; or the folder holds something else.
    #[pyo3(signature = (rows, out=None))]
    fn gather(
        &self,
        py: Python<'_>,
        rows: Bound<'_, PyAny>,
        out: Option<PathBuf>,
    ) -> PyResult<Table> {
        let mut found = Vec::new();
        for row in rows.try_iter()? {
            found.push(self.read_row(&row?)?);
        }
        self.check_complete(&found)?;
        let study = self.study.clone();
        running::run(py, 0, move |progress| {
            within(out, |folder| {
                if !sweep::is_finished(&study, folder)? {
                    let checked = sweep::check(&study, Shard::WHOLE, CHECKED, progress)?;
                    sweep::gather_rows(&study, folder, &checked.inputs, &found)?;
                }
                swept(folder)
            })
        })
    }

    fn __reduce__<'py>(slf: Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        let read = slf.py().get_type::<Self>().getattr("_read")?;
        let this = slf.get();
        let path = std::path::absolute(&this.study.path)?;
        let parts = (path, this.sets.clone(), this.sensitivity.clone());
        (read, parts).into_pyobject(slf.py())
    }

    /// The reverse of pickling.
    #[staticmethod]
    fn _read(
        py: Python<'_>,
        path: PathBuf,
        sets: Vec<String>,
        sensitivity: Option<String>,
    ) -> PyResult<Self> {
        Self::load(py, path, sets, sensitivity)
    }
}

impl Study {
    fn load(
        py: Python<'_>,
        path: PathBuf,
        sets: Vec<String>,
        sensitivity: Option<String>,
    ) -> PyResult<Self> {
        let asked = sensitivity.as_deref().map(method).transpose()?;
        let (study, sets) =
            running::run(py, 1, move |_| Ok((Read::load(&path, &sets, asked)?, sets)))?;
        Ok(Self {
            study: Arc::new(study),
            sets,
            sensitivity,
        })
    }

    fn read_row(&self, row: &Bound<'_, PyAny>) -> PyResult<Row> {
        let index: u64 = row.get_item("variation")?.extract()?;
        let value = |name: String| -> PyResult<f64> {
            Ok(row
                .get_item(name)?
                .extract::<Option<f64>>()?
                .unwrap_or(f64::NAN))
        };
        let outputs = self.study.outputs.iter();
        let mut read = Row {
            index,
            outputs: outputs
                .map(|figure| value(figure.name()))
                .collect::<PyResult<_>>()?,
            failed: String::new(),
        };
        let failed: String = row.get_item("failed")?.extract()?;
        // A line each, whoever wrote the reason.
        read.failed = failed.split_whitespace().collect::<Vec<_>>().join(" ");
        Ok(read)
    }

    /// Refuses rows that are not those of all variations.
    fn check_complete(&self, rows: &[Row]) -> PyResult<()> {
        let all = self.study.variations();
        let found: BTreeSet<u64> = rows.iter().map(|row| row.index).collect();
        let missing: Vec<u64> = (0..all).filter(|index| !found.contains(index)).collect();
        let fault = if let Some(index) = found.range(all..).next() {
            let what = format!("there is a row of variation {index}, and the study has {all}");
            Fault::new(what, "give the rows of this study")
        } else if missing.is_empty() {
            return Ok(());
        } else {
            let which = sweep::ranges(&missing);
            let what = format!("the rows of variations are missing: {which}");
            Fault::new(what, "make them with Study.row, and give all rows at once")
        };
        Err(Error::from(fault).into())
    }
}

/// Runs all variations that a folder has no row of.
#[pyfunction]
#[pyo3(signature = (study, out, keep, threads))]
pub(crate) fn sweep_all(
    py: Python<'_>,
    study: &Bound<'_, Study>,
    out: Option<PathBuf>,
    keep: bool,
    threads: usize,
) -> PyResult<Table> {
    let study = study.get().study.clone();
    running::run(py, threads, move |progress| {
        within(out, |folder| {
            make(&study, folder, keep, progress)?;
            swept(folder)
        })
    })
}

/// Runs what a study's sensitivity is worked out from, and returns a row for each output and axis.
#[pyfunction]
#[pyo3(signature = (study, out, threads))]
pub(crate) fn sensitivity(
    py: Python<'_>,
    study: &Bound<'_, Study>,
    out: Option<PathBuf>,
    threads: usize,
) -> PyResult<Table> {
    let study = study.get().study.clone();
    running::run(py, threads, move |progress| {
        within(out, |folder| {
            make(&study, folder, false, progress)?;
            let warnings = failures(&Table::read(&folder.join("sweep.parquet"))?);
            Ok(
                Table::read_csv(&folder.join("sensitivity.csv"), &["output", "axis"])?
                    .warning(warnings),
            )
        })
    })
}

/// Seeks the best designs of a study, and returns a row for each design that was tried.
#[pyfunction]
#[pyo3(signature = (study, out, threads))]
pub(crate) fn optimise(
    py: Python<'_>,
    study: &Bound<'_, Study>,
    out: Option<PathBuf>,
    threads: usize,
) -> PyResult<Table> {
    let study = study.get().study.clone();
    running::run(py, threads, move |progress| {
        within(out, |folder| {
            searched::check(&study)?;
            let checked = sweep::check(&study, Shard::WHOLE, u64::MAX, progress)?;
            let (warning, inputs) = possible(checked)?;
            let outcome = searched::search(&study, folder, &inputs, progress)?;
            searched::leave(&study, &outcome, folder, &inputs)?;
            let table = Table::read_csv(&folder.join("optimise.csv"), &["failed"])?;
            Ok(table.warning(warning.into_iter().collect()))
        })
    })
}

/// The method of a name; `study` is that of the study file.
fn method(name: &str) -> Result<Sensitivity, Error> {
    if name == "study" {
        return Ok(Sensitivity::OfFile);
    }
    let wrong = || {
        let what = format!("sensitivity: there is no method '{name}'");
        Fault::new(
            what,
            "use one_at_a_time, morris or sobol, or study for that of the file",
        )
    };
    Ok(Sensitivity::By(Method::named(name).ok_or_else(wrong)?))
}

fn make(study: &Read, folder: &Path, keep: bool, progress: &Progress) -> Result<(), Error> {
    if sweep::is_finished(study, folder)? {
        return Ok(());
    }
    let checked = sweep::check(study, Shard::WHOLE, CHECKED, progress)?;
    let (_, inputs) = possible(checked)?;
    sweep::run(study, Shard::WHOLE, folder, (&inputs, keep), progress)?;
    sweep::gather(study, folder)?;
    Ok(())
}

/// A study of which no variation can be run is wrong; where some cannot, that is a warning.
fn possible(checked: Checked) -> Result<(Option<String>, Vec<Input>), Error> {
    let Checked {
        seen,
        wrong,
        first,
        inputs,
    } = checked;
    match first {
        Some(first) if wrong == seen => Err(first.into()),
        Some(first) => {
            let warning = format!(
                "{wrong} of {seen} variations cannot be run; the first: {}",
                first.words().replace("--set ", "set ")
            );
            Ok((Some(warning), inputs))
        }
        None => Ok((None, inputs)),
    }
}

/// Lets `make` leave a sweep in `out`, or in a temporary folder, and read its table there.
fn within(
    out: Option<PathBuf>,
    make: impl FnOnce(&Path) -> Result<Table, Error>,
) -> Result<Table, Error> {
    let temporary = match out {
        Some(_) => None,
        None => Some(tempfile::tempdir().map_err(Error::run)?),
    };
    let folder = match (&out, &temporary) {
        (Some(out), _) => out.clone(),
        (None, Some(temporary)) => temporary.path().join("sweep"),
        (None, None) => PathBuf::new(),
    };
    make(&folder)
}

/// The table of a finished sweep.
fn swept(folder: &Path) -> Result<Table, Error> {
    let table = Table::read(&folder.join("sweep.parquet"))?;
    let warnings = failures(&table);
    Ok(table.warning(warnings))
}

/// How many rows failed, and the reason of the first.
fn failures(table: &Table) -> Vec<String> {
    let mut failed = 0;
    let mut first = None;
    for (at, reasons) in table.column("failed") {
        for (row, reason) in reasons.as_string::<i32>().iter().enumerate() {
            let Some(reason) = reason.filter(|reason| !reason.is_empty()) else {
                continue;
            };
            failed += 1;
            first.get_or_insert_with(|| (at + row, reason.to_owned()));
        }
    }
    let warning = first.map(|(row, reason)| {
        let runs = if failed == 1 { "run" } else { "runs" };
        format!("{failed} {runs} failed; the first is variation {row}: {reason}")
    });
    warning.into_iter().collect()
}

fn number(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Number(number) => Some(*number),
        Cell::Text(_) | Cell::Empty => None,
    }
}
