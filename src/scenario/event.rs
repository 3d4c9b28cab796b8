//! `[[event]]`: machines that go out for a while, on purpose.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::LONGEST_DAYS;
pub use crate::engine::EventKind;
use crate::units::{self, DAY_S};

/// As long as the longest run: an event of more minutes is a typing error.
pub(super) const LONGEST_MIN: f64 = LONGEST_DAYS * DAY_S / 60.0;

/// `[[event]]`: the fault, its start and its duration. Steps are cut at both, and for a while after them they are short.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EventConfig {
    /// Name in results; what it is where none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// When it starts, local standard time in quotes: "2026-07-15T14:00".
    pub start: String,
    /// How long it lasts, minutes.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 1e-3, max = LONGEST_MIN))]
    pub minutes: f64,
    /// The fault: one table, for example `what.chiller_trip = { units = 1 }`.
    pub what: EventKind,
}
