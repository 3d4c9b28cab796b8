//! IT other than servers: switches, storage, management.
//!
//! ```text
//! P = P_idle + (P_busy − P_idle)·u        u: share of the hall's accelerators at work, weighted by their load, 0..1
//! V = P/(ρ·c·ΔT)                          air that its own fans move, m³/s; ΔT = 12 K
//! ```
//!
//! W at the inlet, fans and power supplies included. Source: the straight line between two measured points that makers state
//! (ports or drives at rest, all at work); switches hardly follow traffic, drives do by a third. It counts as IT (ISO/IEC
//! 30134-2). Unconfirmed: a rise of 12 K (8 to 16, fast fans of small devices to large ones). Valid for means over minutes. It does not slow down and is not capped
//! with the chips. In a hall's air it is off as that hall's racks are: of racks that switch themselves off for heat the share is off
//! here too; in a room of its own it draws on.

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
    /// At its inlet while the servers idle, W; of a switch with `optic_w` without optics.
    #[serde(deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 1000000.0))]
    pub idle_w: f64,
    /// At its inlet while all servers work at full load, W.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.1, max = 1000000.0))]
    pub busy_w: f64,
    /// Ports of a switch, at its full speed; only with these it can make up a network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 4, max = 4096))]
    pub ports: Option<u32>,
    /// Speed of a port, Gbit/s.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 1.0, max = 10000.0))]
    pub port_gbit_s: Option<f64>,
    /// An optic in a port, W; all ports of a switch that is counted by itself have one.
    #[serde(default, deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 200.0))]
    #[schemars(extend("default" = 0.0))]
    pub optic_w: f64,
    /// Drives of a storage server together, TB.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 0.1, max = 1000000.0))]
    pub capacity_tb: Option<f64>,
    /// Where the figures come from.
    pub source: String,
    /// Unconfirmed figures: the credible range of each, with its reason.
    #[serde(default)]
    pub doubt: Doubts,
}

/// Rise of the air through such devices, K.
const AIR_RISE_K: f64 = 12.0;

/// Power of devices together.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct OtherIt {
    /// While the servers idle, W.
    pub idle_w: f64,
    /// While all of them work at full load, W.
    pub busy_w: f64,
}

impl OtherIt {
    /// So many of a device, each of its ports with an optic where it has any.
    #[must_use]
    pub fn of(entry: &OtherItEntry, count: f64) -> Self {
        let optics_w = f64::from(entry.ports.unwrap_or(0)) * entry.optic_w;
        Self {
            idle_w: count * (entry.idle_w + optics_w),
            busy_w: count * (entry.busy_w + optics_w),
        }
    }

    /// So many switches, and optics in them.
    #[must_use]
    pub fn switches(entry: &OtherItEntry, count: f64, optics: f64) -> Self {
        let optics_w = optics * entry.optic_w;
        Self {
            idle_w: count * entry.idle_w + optics_w,
            busy_w: count * entry.busy_w + optics_w,
        }
    }

    /// A share of it.
    #[must_use]
    pub fn share(self, share: f64) -> Self {
        Self {
            idle_w: self.idle_w * share,
            busy_w: self.busy_w * share,
        }
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            idle_w: self.idle_w + other.idle_w,
            busy_w: self.busy_w + other.busy_w,
        }
    }

    /// Air through devices of this power in air of so many J/(m³·K), m³/s.
    pub fn air_m3_s(power_w: f64, heat_j_m3k: f64) -> f64 {
        power_w / (heat_j_m3k * AIR_RISE_K)
    }

    /// At a load of the hall's servers, W.
    pub fn power_w(&self, utilisation: f64) -> f64 {
        self.idle_w + (self.busy_w - self.idle_w) * utilisation
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(idle_w: f64, busy_w: f64) -> OtherItEntry {
        OtherItEntry {
            name: "a device".into(),
            idle_w,
            busy_w,
            ports: None,
            port_gbit_s: None,
            optic_w: 0.0,
            capacity_tb: None,
            source: "a test".into(),
            doubt: Doubts::default(),
        }
    }

    /// By hand: 4 × 250 W and 2 × (400 W at rest, 600 W at work) at 30 %: 1,000 + 2·(400 + 60) = 1,920 W.
    #[test]
    fn devices_add_up_and_follow_the_load() {
        let hall =
            OtherIt::of(&entry(250.0, 250.0), 4.0).plus(OtherIt::of(&entry(400.0, 600.0), 2.0));
        assert!((hall.power_w(0.3) - 1920.0).abs() < 1e-9, "{hall:?}");
        assert_eq!((hall.power_w(0.0), hall.power_w(1.0)), (1800.0, 2200.0));
    }

    /// By hand: a switch of 600 to 740 W with 64 ports and optics of 8 W draws 1,112 to 1,252 W with all of them; two with 10
    /// optics together 1,280 to 1,560 W.
    #[test]
    fn switches_draw_by_their_optics() {
        let switch = OtherItEntry {
            ports: Some(64),
            optic_w: 8.0,
            ..entry(600.0, 740.0)
        };
        let full = OtherIt::of(&switch, 1.0);
        assert_eq!((full.idle_w, full.busy_w), (1112.0, 1252.0));
        let two = OtherIt::switches(&switch, 2.0, 10.0);
        assert_eq!((two.idle_w, two.busy_w), (1280.0, 1560.0));
    }
}
