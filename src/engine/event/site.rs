//! The site as a whole: weather, grid, UPS batteries, generators.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Kind, Target, left, share_line};
use crate::describe::Fault;
use crate::facility::Availability;
use crate::heat_rejection::Machines;
use crate::units;

/// The largest heat wave, K.
const WARMEST_K: f64 = 30.0;

/// Warmer outdoor air. Several heat waves add up.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeatWave {
    /// By how much, K; up to 30.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 1e-3, max = 30.0))]
    pub warmer_k: f64,
}

/// A heat wave as an example shows it; a scenario must give its size.
impl Default for HeatWave {
    fn default() -> Self {
        Self { warmer_k: 5.0 }
    }
}

impl Kind for HeatWave {
    fn target(&self) -> Target<'_> {
        Target::Everywhere
    }

    fn check(&self, _: &[Machines]) -> Result<(), Fault> {
        if self.warmer_k <= WARMEST_K {
            return Ok(());
        }
        let what = format!(
            "a heat wave of {} K is outside the accepted range",
            self.warmer_k
        );
        let cure = format!("use up to {WARMEST_K}; 5 to 10 is a heat wave");
        Err(Fault::new(what, cure).at("warmer_k"))
    }

    fn line(&self) -> String {
        format!("outdoors {} K warmer", self.warmer_k)
    }

    fn apply(&self, _: Option<usize>, available: &mut Availability) {
        available.warmer_k += self.warmer_k;
    }
}

/// The grid fails: `what.utility_outage = {}`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UtilityOutage {}

impl Kind for UtilityOutage {
    fn target(&self) -> Target<'_> {
        Target::Everywhere
    }

    fn line(&self) -> String {
        "no grid".into()
    }

    fn apply(&self, _: Option<usize>, available: &mut Availability) {
        available.utility = false;
    }
}

/// The batteries of the UPS fail: `what.ups_outage = {}`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpsOutage {}

impl Kind for UpsOutage {
    fn target(&self) -> Target<'_> {
        Target::Site {
            has: |site| site.ups_battery,
            missing: "there are no UPS batteries that could be out",
            add: "add [electrical.ups_battery] with minutes = 5, or remove it",
        }
    }

    fn line(&self) -> String {
        "no UPS batteries".into()
    }

    fn apply(&self, _: Option<usize>, available: &mut Availability) {
        available.ups_battery = false;
    }
}

/// On-site generators that do not start, or stop: they carry nothing while it holds, and burn nothing. Felt while the
/// grid is down; those that are left carry what they can. When it ends, sets that were started meanwhile carry at once.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GeneratorFailure {
    /// Share of their power that is missing, 0 … 1: 0.25 where one of four equal sets does not start.
    #[serde(deserialize_with = "units::positive_fraction")]
    #[schemars(range(min = 1e-3, max = 1.0))]
    pub share: f64,
}

impl Default for GeneratorFailure {
    fn default() -> Self {
        Self { share: 1.0 }
    }
}

impl Kind for GeneratorFailure {
    fn target(&self) -> Target<'_> {
        Target::Site {
            has: |site| site.generators,
            missing: "there are no generators that could fail",
            add: "add [site.generator] with power_mw, or remove it",
        }
    }

    fn line(&self) -> String {
        share_line(self.share, "generators", None)
    }

    fn share_mut(&mut self) -> Option<&mut f64> {
        Some(&mut self.share)
    }

    fn apply(&self, _: Option<usize>, available: &mut Availability) {
        available.generators = available.generators.min(left(self.share));
    }
}
