//! The ways to work the queue, one file each; a line of the registry names it for scenarios.

pub mod backfill;
pub mod conservative;
pub mod fifo;
pub mod first_fit;

use super::{PolicyOptions, Scheduler};
use crate::registry::registry;
pub use backfill::Backfill;
pub use conservative::Conservative;
pub use fifo::Fifo;
pub use first_fit::FirstFit;

/// A scheduler as a scenario describes it.
pub(crate) trait PolicyTable {
    /// The scheduler at rest.
    fn start(&self) -> Box<dyn Scheduler>;
    /// What holds beside it.
    fn options(&self) -> PolicyOptions;
}

registry! {
    /// Which scheduler runs the queue; in TOML the table's own name: `[scheduler.backfill]`.
    pub enum Policy: PolicyTable {
        /// In the order of the queue; a job that does not fit holds up all behind it.
        "fifo" => Fifo(Fifo),
        /// In the order of the queue, every job that fits; large ones may starve.
        "first_fit" => FirstFit(FirstFit),
        /// In the order of the queue, and later jobs fill gaps where they do not delay the first (EASY backfill).
        "backfill" => Backfill(Backfill),
        /// In the order of the queue, and later jobs fill gaps where they delay no job before them (conservative backfill).
        "conservative" => Conservative(Conservative),
    }
}

impl Policy {
    /// The scheduler at rest.
    pub fn start(&self) -> Box<dyn Scheduler> {
        self.kind().start()
    }

    /// What holds beside it.
    pub fn options(&self) -> PolicyOptions {
        self.kind().options()
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::Backfill(Backfill::default())
    }
}
