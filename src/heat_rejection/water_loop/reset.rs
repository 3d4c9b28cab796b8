//! Supply reset: the setpoint of facility water follows the weather or the load.
//!
//! ```text
//! wet bulb   T = clamp(wet bulb + above_wet_bulb_k, setpoint, warmest)
//! load       T = warmest − (warmest − setpoint)·Q/Q_design
//!            dQ/dt = (Q_halls − Q)/600 s,  dT_aim/dt = (T − T_aim)/600 s
//! ```
//!
//! °C. By load, heat is that of the halls, not of the plant: while the loop warms it takes up heat, so that the plant has less,
//! and a setpoint by that would rise further. Both are smoothed as slowly as the supply air of a hall follows its inlets
//! (`cooling/air.rs`), an estimate, unconfirmed: 300 to 1,800 s by how fast a building's control may move. Weather moves slower by itself.
//! Source: the usual reset laws of chilled-water plants (ASHRAE Guideline 36, plant requests; Taylor, ASHRAE Journal, 2012).
//! Valid where what the water cools stands `warmest_c`: halls are sized for the setpoint and run warmer while it is above.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::describe::Fault;
use crate::units;

/// `[heat_rejection.….water.reset]`: facility water warmer than its setpoint where that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reset {
    /// Warmest supply, °C; above `setpoint_c`, and not above what the halls hold.
    #[serde(deserialize_with = "units::temperature_c")]
    #[schemars(range(min = -40.0, max = 90.0))]
    pub warmest_c: f64,
    /// Supply above the outdoor wet bulb, K; where it is not stated the supply follows the load: warmest without any, at
    /// its setpoint at the design heat.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_non_negative"
    )]
    #[schemars(range(min = 0.0, max = 40.0))]
    pub above_wet_bulb_k: Option<f64>,
}

/// Time constant of load and setpoint, s.
const RESET_S: f64 = 600.0;

/// How far a step of `dt_s` goes towards what is asked for.
pub fn share(dt_s: f64) -> f64 {
    -(-dt_s / RESET_S).exp_m1()
}

impl Reset {
    /// The supply aimed at, °C, at this share of the design heat.
    pub(super) fn supply_c(&self, setpoint_c: f64, load: f64, wet_bulb_c: f64) -> f64 {
        let warmest_c = self.warmest_c.max(setpoint_c);
        match self.above_wet_bulb_k {
            Some(above_k) => (wet_bulb_c + above_k).clamp(setpoint_c, warmest_c),
            None => warmest_c - (warmest_c - setpoint_c) * load.clamp(0.0, 1.0),
        }
    }

    /// # Errors
    /// Where it could never act, or a tank of cold water stands against it; at the key `water`.
    pub(in crate::heat_rejection) fn check(
        &self,
        setpoint_c: f64,
        has_tank: bool,
    ) -> Result<(), Fault> {
        if self.warmest_c <= setpoint_c {
            let what = format!(
                "a supply reset up to {} °C never acts above a setpoint of {setpoint_c} °C",
                self.warmest_c
            );
            let cure = "raise warmest_c above setpoint_c, or leave out reset";
            return Err(Fault::new(what, cure).at("water.reset.warmest_c"));
        }
        if has_tank {
            let what = "a tank of facility water holds one temperature, and reset moves it";
            return Err(Fault::new(what, "leave out storage_m3 or reset").at("water.storage_m3"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// From 21 °C up to 24: 2 K above 18 and 25 °C wet bulb are held at the ends, 2 K above 20.5 °C are 22.5; at half load 22.5.
    #[test]
    fn resets_by_hand() {
        let mut reset = Reset {
            warmest_c: 24.0,
            above_wet_bulb_k: Some(2.0),
        };
        let found = [18.0, 20.5, 25.0].map(|wet_c| reset.supply_c(21.0, 0.3, wet_c));
        assert_eq!(found, [21.0, 22.5, 24.0]);
        reset.above_wet_bulb_k = None;
        let found = [0.0, 0.5, 1.0, 1.3].map(|load| reset.supply_c(21.0, load, 30.0));
        assert_eq!(found, [24.0, 22.5, 21.0, 21.0]);
        assert!(reset.check(21.0, false).is_ok());
        assert!(reset.check(24.0, false).is_err() && reset.check(21.0, true).is_err());
    }

    proptest! {
        #[test]
        fn a_reset_stays_within_its_ends(
            setpoint_c in 5.0..40.0f64, more_k in 0.1..20.0f64, load in 0.0..2.0f64, wet_c in -40.0..35.0f64,
            above_wet_bulb_k in prop::option::of(0.0..20.0f64)
        ) {
            let reset = Reset { warmest_c: setpoint_c + more_k, above_wet_bulb_k };
            let found = reset.supply_c(setpoint_c, load, wet_c);
            prop_assert!(found >= setpoint_c - 1e-12 && found <= setpoint_c + more_k + 1e-12);
        }
    }
}
