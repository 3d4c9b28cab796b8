//! A study whose best designs are sought: `coldaisle optimise`.
//!
//! ```text
//! axes ─ genes ─▶ optimise ─ generation ─▶ runs on all cores ─ rows ─▶ journal ─▶ optimise.csv, front.csv, scenarios
//!                    ◀────── aims, breaches of limits ──────┘
//! ```
//!
//! Rows are kept one by one, as those of a sweep: the search that was killed makes the same designs again, finds their rows, and
//! goes on. A finished one is led through its rows in an instant.

mod genes;
mod leave;
mod run;
mod table;

use crate::describe::Fault;
use crate::study::sweep::Study;
pub use leave::leave;
pub use run::{Outcome, search};
pub use table::{missed, table};

/// Refuses a study that cannot be searched.
pub fn check(study: &Study) -> Result<(), Fault> {
    run::wanted(study)?;
    genes::genes(study)
        .map(|_| ())
        .map_err(|fault| study.placed(fault))
}

/// How many runs a search makes at most, and how many of them side by side.
pub fn most(study: &Study) -> Result<[u64; 2], Fault> {
    let genes = genes::genes(study)?;
    let settings = run::settings(study, &genes)?;
    Ok([settings.evaluations as u64, settings.population as u64])
}
