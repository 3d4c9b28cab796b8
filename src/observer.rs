//! Who watches a run. An observer sees every step once, in order, and may stop the run with an error.

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
