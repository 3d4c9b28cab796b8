//! Which of the free servers a job gets.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which of the free servers a job gets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Placing {
    /// Those with the lowest numbers, so that racks fill in order.
    #[default]
    First,
    /// Those that put the job into as few pods and racks as possible.
    Packed,
    /// Those in the racks that were coolest in the step before.
    Coolest,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
pub(in crate::scheduler) fn is_first(placing: &Placing) -> bool {
    *placing == Placing::First
}
