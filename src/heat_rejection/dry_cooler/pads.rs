//! Wet pads before a dry cooler: air is cooled towards its wet bulb before it meets the coil.
//!
//! ```text
//! T'       = T − ε·(T − T_wb)                       entering the coil, °C
//! w'       = w(T', T_wb)                             along the wet bulb: with the enthalpy of the water taken up
//! E        = m·(w' − w)                              kg/s for m dry air
//! makeup   = E + B,  B = E/(cycles − 1)
//! ```
//!
//! Source: `EnergyPlus` Engineering Reference, direct evaporative coolers (ε 0.7); ε 0.8 is an estimate between 0.7 and the
//! 0.9 of deep pads. Water only above a switch-over temperature. Valid for thick pads at design air speed; ε is held at lower speed, where a real pad does better. The
//! pressure drop of the pads is part of the fan power. The bleed's cycles are a choice.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::heat_rejection::dead_band::DeadBand;
use crate::physics::psychrometrics::MoistAir;
use crate::physics::water::Water;
use crate::units;

/// `[heat_rejection.dry_cooler.adiabatic]`.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Adiabatic {
    /// How far the pads cool the air from its dry bulb towards its wet bulb, 0..1.
    #[serde(deserialize_with = "units::positive_fraction")]
    #[schemars(range(min = 0.01, max = 1.0))]
    #[schemars(extend("doubt" = crate::describe::doubt(0.7, 0.9, "thin pads to deep ones")))]
    pub effectiveness: f64,
    /// Outdoor dry bulb from which the pads are wet, °C; where dry coils no longer hold the setpoint otherwise.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_temperature_c"
    )]
    #[schemars(range(min = -30.0, max = 60.0))]
    pub above_c: Option<f64>,
    /// How far below it they dry up again, K.
    #[serde(deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 20.0))]
    pub dead_band_k: f64,
    /// Minerals in the sump over those in the supply; sets the bleed.
    #[serde(deserialize_with = "units::cycles")]
    #[schemars(range(min = 1.01, max = 50.0))]
    pub cycles_of_concentration: f64,
}

impl Default for Adiabatic {
    fn default() -> Self {
        Self {
            effectiveness: 0.8,
            above_c: None,
            dead_band_k: 1.0,
            cycles_of_concentration: 4.0,
        }
    }
}

/// Pads on a cooler.
#[derive(Debug, Clone, PartialEq)]
pub struct Pads {
    config: Adiabatic,
    above_c: f64,
    mode: DeadBand,
    supplied: bool,
}

impl Pads {
    /// Pads that are wet from `usual_c` of dry bulb by default.
    pub fn new(config: &Adiabatic, usual_c: f64) -> Self {
        Self {
            above_c: config.above_c.unwrap_or(usual_c),
            mode: DeadBand::new(config.dead_band_k),
            config: config.clone(),
            supplied: true,
        }
    }

    pub(super) fn decide(&mut self, outside: &MoistAir) {
        let off_c = self.above_c - self.config.dead_band_k;
        self.mode.decide(outside.dry_bulb_c - off_c);
    }

    pub(super) fn supply(&mut self, water: bool) {
        self.supplied = water;
    }

    pub(super) fn are_wet(&self) -> bool {
        self.mode.on && self.supplied
    }

    /// Air behind the pads.
    pub(super) fn air(&self, outside: &MoistAir) -> MoistAir {
        outside.humidified(self.config.effectiveness)
    }

    /// Water for `dry_kg_s` of dry air.
    pub(super) fn water(&self, dry_kg_s: f64, outside: &MoistAir) -> Water {
        let (before, after) = (outside.humidity_ratio, self.air(outside).humidity_ratio);
        let evaporation_kg_s = dry_kg_s * (after - before);
        Water::evaporated(evaporation_kg_s, 0.0, self.config.cycles_of_concentration)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 40 °C, 22.03 °C wet bulb, w 9.198 g/kg: at ε 0.8 the air comes at 25.626 °C. Saturated at the wet bulb it holds 16.70
    /// g/kg, so w' = (2449.8·0.01670 − 1.006·3.594)/2456.4 = 15.185 g/kg; 100 kg/s of dry air take 0.5987 kg/s, and a third
    /// of it is bled at 4 cycles.
    #[test]
    fn pads_by_hand() {
        let outside = MoistAir {
            dry_bulb_c: 40.0,
            wet_bulb_c: 22.0322,
            humidity_ratio: 0.009198,
            pressure_pa: 101_325.0,
        };
        let mut pads = Pads::new(&Adiabatic::default(), 30.0);
        pads.decide(&outside);
        assert!(pads.are_wet());
        let air = pads.air(&outside);
        assert!((air.dry_bulb_c - 25.626).abs() < 1e-3, "{air:?}");
        assert!((air.humidity_ratio - 0.015_185).abs() < 1e-5, "{air:?}");
        let water = pads.water(100.0, &outside);
        assert!((water.evaporation_kg_s - 0.5987).abs() < 5e-4, "{water:?}");
        assert!((water.blowdown_kg_s - water.evaporation_kg_s / 3.0).abs() < 1e-12);
        pads.supply(false);
        assert!(!pads.are_wet());
    }
}
