//! Who watches a run. An observer sees every step once, in order, and may stop the run with an error.
//!
//! The hour with the highest load, by a closure:
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use std::path::Path;
//!
//! use coldaisle::scenario;
//! use coldaisle::snapshot::Snapshot;
//! use coldaisle::study::{Progress, simulate};
//!
//! let loaded = scenario::load(Path::new("examples/hall.toml"), &[])?;
//! let mut peak = (0.0, 0.0); // W, s since the start of the run
//! let mut watch = |step: &Snapshot| {
//!     if step.power.facility_w > peak.0 {
//!         peak = (step.power.facility_w, step.time_s);
//!     }
//! };
//! simulate(scenario::resolve(&loaded)?, &mut watch, &Progress::hidden())?;
//! println!("{:.0} kW in hour {:.0}", peak.0 / 1e3, peak.1 / 3600.0);
//! # Ok(())
//! # }
//! ```

use crate::snapshot::Snapshot;

/// Anything that watches: a result file, a metric, a progress bar, a view.
pub trait Observer {
    /// Sees one finished step.
    fn observe(&mut self, snapshot: &Snapshot) -> std::io::Result<()>;
}

impl Observer for () {
    fn observe(&mut self, _: &Snapshot) -> std::io::Result<()> {
        Ok(())
    }
}

impl<F: FnMut(&Snapshot)> Observer for F {
    fn observe(&mut self, snapshot: &Snapshot) -> std::io::Result<()> {
        self(snapshot);
        Ok(())
    }
}

impl<A: Observer, B: Observer> Observer for (A, B) {
    fn observe(&mut self, snapshot: &Snapshot) -> std::io::Result<()> {
        self.0.observe(snapshot)?;
        self.1.observe(snapshot)
    }
}
