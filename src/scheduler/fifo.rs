//! First in, first out: a job that does not fit holds up all behind it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Floor, Scheduler};

/// Jobs start in order of submission; one that does not fit holds up all behind it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fifo {}

impl Fifo {
    /// The scheduler at rest.
    pub fn start(&self) -> Box<dyn Scheduler> {
        Box::new(*self)
    }
}

impl Scheduler for Fifo {
    fn schedule(&mut self, floor: &mut Floor) {
        while let Some(head) = floor.head()
            && let Some(placement) = floor.cluster().place(floor.gpus(head))
        {
            floor.start(head, placement);
        }
    }
}
