//! The module `coldaisle._coldaisle`: what the Python package of coldaisle takes from the simulator.
//!
//! ```text
//! settings   Python values ─▶ KEY=VALUE, as --set takes them
//! running    runs without the GIL, in a thread that Ctrl-C ends; no panic gets through
//! fault      faults ─▶ ScenarioError with file, line and cure; failed runs ─▶ RunError
//! table      Arrow tables, handed on through the C data interface
//! run, compare, plan, catalogue, sweep                      the functions
//! ```
//!
//! Nothing here needs unsafe code of its own: capsules own what they hold.

#![deny(unsafe_code)]

mod catalogue;
mod compare;
mod fault;
mod plan;
mod run;
mod running;
mod settings;
mod sweep;
mod table;

use pyo3::prelude::*;

/// The simulator, in Rust. Use the package `coldaisle`, which documents these functions.
#[pymodule]
mod _coldaisle {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::catalogue::{doubts, entries, entry, kinds};
    #[pymodule_export]
    use crate::compare::compare;
    #[pymodule_export]
    use crate::fault::{RunError, ScenarioError};
    #[pymodule_export]
    use crate::plan::validate;
    #[pymodule_export]
    use crate::run::run;
    #[cfg(debug_assertions)]
    #[pymodule_export]
    use crate::running::_panic;
    #[pymodule_export]
    use crate::sweep::{Study, optimise, sensitivity, sweep_all};
    #[pymodule_export]
    use crate::table::Table;

    /// The version of package and simulator.
    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
