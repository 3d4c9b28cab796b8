//! IT other than servers: switches, storage, management.
//!
//! ```text
//! P = P_idle + (P_busy − P_idle)·u        u: share of the hall's accelerators at work, weighted by their load, 0..1
//! ```
//!
//! W at the inlet, fans and power supplies included. Source: the straight line between two measured points that makers state
//! (ports or drives at rest, all at work); switches hardly follow traffic, drives do by a third. It is in the room's air,
//! which takes its heat, and counts as IT (ISO/IEC 30134-2). Valid for means over minutes. It does not slow down, is not capped
//! with the chips, and draws on when racks of servers trip.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::describe::Doubts;
use crate::units;

/// A device, as the catalogue describes it.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OtherItEntry {
    /// Full name.
    pub name: String,
    /// At its inlet while the servers idle, W.
    #[serde(deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 1000000.0))]
    pub idle_w: f64,
    /// At its inlet while all servers work at full load, W.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.1, max = 1000000.0))]
    pub busy_w: f64,
    /// Where the figures come from.
    pub source: String,
    /// Unconfirmed figures: the credible range of each, with its reason.
    #[serde(default)]
    pub doubt: Doubts,
}

/// All such devices of a hall together.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct OtherIt {
    /// While the servers idle, W.
    pub idle_w: f64,
    /// While all of them work at full load, W.
    pub busy_w: f64,
}

impl OtherIt {
    /// With `count` of a device more.
    #[must_use]
    pub fn with(self, entry: &OtherItEntry, count: u32) -> Self {
        let count = f64::from(count);
        Self {
            idle_w: self.idle_w + count * entry.idle_w,
            busy_w: self.busy_w + count * entry.busy_w,
        }
    }

    /// At a load of the hall's servers, W.
    pub fn power_w(&self, utilisation: f64) -> f64 {
        self.idle_w + (self.busy_w - self.idle_w) * utilisation
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: 4 × 250 W and 2 × (400 W at rest, 600 W at work) at 30 %: 1,000 + 2·(400 + 60) = 1,920 W.
    #[test]
    fn devices_add_up_and_follow_the_load() {
        let entry = |idle_w, busy_w| OtherItEntry {
            name: "a device".into(),
            idle_w,
            busy_w,
            source: "a test".into(),
            doubt: Doubts::default(),
        };
        let hall = OtherIt::default();
        let hall = hall
            .with(&entry(250.0, 250.0), 4)
            .with(&entry(400.0, 600.0), 2);
        assert!((hall.power_w(0.3) - 1920.0).abs() < 1e-9, "{hall:?}");
        assert_eq!((hall.power_w(0.0), hall.power_w(1.0)), (1800.0, 2200.0));
    }
}
