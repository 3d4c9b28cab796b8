//! `validate`: what would be built.

use std::path::PathBuf;

use coldaisle::describe::Fault;
use coldaisle::output::marked;
use coldaisle::scenario;
use coldaisle::study::size;
use coldaisle::study::sweep::Study;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::fault::Error;
use crate::running;
use crate::settings::assignments;

/// Checks a scenario and sizes it; runs nothing. Returns the fields of `coldaisle.Plan` as a dict.
#[pyfunction]
#[pyo3(signature = (scenario, set))]
pub(crate) fn validate<'py>(
    py: Python<'py>,
    scenario: PathBuf,
    set: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let sets = assignments(set.as_ref(), None)?;
    let (resolved, text) = running::run(py, 1, move |_| {
        if Study::is_study_file(&scenario) {
            let fault = Fault::new("it is a study", "use coldaisle.Study(path).check()");
            return Err(fault.in_file(&scenario, None).into());
        }
        let loaded = scenario::load(&scenario, &sets)?;
        let resolved = scenario::inspect(&loaded).map_err(|error| error.after(&sets))?;
        let text = toml::to_string_pretty(&resolved.scenario).map_err(Error::run)?;
        Ok((resolved, text))
    })?;
    let plan = PyDict::new(py);
    let mut description: Vec<(String, String)> = Vec::new();
    let tables = ("tables".to_owned(), size::tables(&resolved));
    for (label, line) in resolved.description.iter().chain([&tables]) {
        description.push((label.clone(), marked(line)));
    }
    plan.set_item("name", &resolved.scenario.name)?;
    plan.set_item("description", description)?;
    plan.set_item("gpus", resolved.gpus as u64)?;
    plan.set_item("design_it_kw", resolved.design_it_w / 1e3)?;
    plan.set_item("days", resolved.total_s / 86_400.0)?;
    plan.set_item("will_not_hold", &resolved.will_not_hold)?;
    plan.set_item("warnings", &resolved.warnings)?;
    plan.set_item("scenario", text)?;
    Ok(plan)
}
