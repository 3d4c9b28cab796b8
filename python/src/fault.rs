//! Errors as Python sees them.

use coldaisle::describe::Fault;
use coldaisle::engine::RunError as Failed;
use coldaisle::output::OutputError;
use coldaisle::study::StudyError;
use pyo3::create_exception;
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;

create_exception!(
    coldaisle,
    ScenarioError,
    PyValueError,
    "What was given is wrong: it says where, what is wrong, and what would be right."
);
create_exception!(
    coldaisle,
    RunError,
    PyRuntimeError,
    "A run failed, or its results could not be written."
);

/// Why a function ends without a result.
#[derive(Debug)]
pub(crate) enum Error {
    /// The input is wrong.
    Input(Box<Fault>),
    /// The run failed.
    Run(String),
}

impl Error {
    /// A run that failed, or could not start.
    pub(crate) fn run(error: impl ToString) -> Self {
        Self::Run(error.to_string())
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self::Input(Box::new(fault))
    }
}

impl From<Failed> for Error {
    fn from(error: Failed) -> Self {
        Self::run(error)
    }
}

impl From<StudyError> for Error {
    fn from(error: StudyError) -> Self {
        match error {
            StudyError::Output(error) => error.into(),
            error => Self::run(error),
        }
    }
}

impl From<OutputError> for Error {
    /// A result folder that may not be replaced is wrong input, as on the command line.
    fn from(error: OutputError) -> Self {
        if error.is_refusal() {
            error.fault.into()
        } else {
            Self::run(error)
        }
    }
}

impl From<Error> for PyErr {
    fn from(error: Error) -> Self {
        match error {
            Error::Input(fault) => scenario_error(*fault),
            Error::Run(message) => RunError::new_err(message),
        }
    }
}

/// The advice of the command line on `--set`, and what it is here.
const USAGE: (&str, &str) = (
    "use --set KEY=VALUE, for example --set hall.0.racks=128 or --set site.climate=dublin",
    "use set={KEY: VALUE}, for example set={\"hall.0.racks\": 128} or set={\"site.climate\": \"dublin\"}",
);

/// The exception of a fault: the report is its text, its parts are attributes.
fn scenario_error(mut fault: Fault) -> PyErr {
    fault.what = fault.what.replace("--set ", "set ");
    fault.cure = fault.cure.replace(USAGE.0, USAGE.1);
    let report = fault.report(false);
    let report = report.strip_prefix("Error: ").unwrap_or(&report).to_owned();
    let place = fault.line_column();
    Python::attach(|py| {
        let error = ScenarioError::new_err(report);
        let value = error.value(py);
        let set = || {
            value.setattr("file", fault.file())?;
            value.setattr("line", fault.line())?;
            match place {
                Some((_, column)) => value.setattr("column", column)?,
                None => value.setattr("column", fault.column())?,
            }
            value.setattr("key", fault.key())?;
            value.setattr("what", &fault.what)?;
            value.setattr("cure", &fault.cure)
        };
        match set() {
            Ok(()) => error,
            Err(other) => other,
        }
    })
}
