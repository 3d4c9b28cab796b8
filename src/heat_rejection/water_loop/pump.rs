//! Variable-speed pump.
//!
//! ```text
//! P_design = Δp·V / (η_pump·η_motor)
//! P        = P_design·(c1 + c2·x + c3·x² + c4·x³)        x = flow/design flow; affinity: c4 = 1, the others 0
//! heat     = η_motor·P                                   into the water: shaft work ends there as friction
//! ```
//!
//! Units: W, Pa, m³/s, kg/s. Source: `EnergyPlus` Engineering Reference, `Pump:VariableSpeed`. Valid for a loop without
//! static head; below the minimum flow the pump holds that flow and a bypass takes the rest; at zero it is off.

use serde::Deserialize;

use crate::physics::fluids::WATER_DENSITY_KG_M3;
use crate::units;

/// A pump, or several equal ones in parallel that run together.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pump {
    /// Electrical power at design flow, W.
    #[serde(deserialize_with = "units::non_negative")]
    pub design_w: f64,
    /// Design flow, kg/s.
    #[serde(deserialize_with = "units::positive")]
    pub design_kg_s: f64,
    /// Power over flow, both relative to design; must be 1 in sum.
    #[serde(default = "cube")]
    pub coefficients: [f64; 4],
    /// Shaft power over electrical power.
    #[serde(deserialize_with = "units::positive_fraction")]
    pub motor_efficiency: f64,
    /// Least flow relative to design while running.
    #[serde(default, deserialize_with = "units::fraction")]
    pub minimum_flow: f64,
}

fn cube() -> [f64; 4] {
    [0.0, 0.0, 0.0, 1.0]
}

/// A pump at a flow.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Pumped {
    /// Electrical power, W.
    pub electric_w: f64,
    /// Shaft power, which heats the water, W.
    pub heat_to_water_w: f64,
    /// Flow through the pump, kg/s.
    pub flow_kg_s: f64,
}

impl Pump {
    /// Head of a typical chilled- or condenser-water circuit, Pa: that of the reference plants of `EnergyPlus`
    /// (an estimate, 120 to 300 kPa by length of mains and kind of exchangers).
    pub const TYPICAL_HEAD_PA: f64 = 180e3;
    /// Hydraulic efficiency of a good centrifugal pump.
    pub const TYPICAL_EFFICIENCY: f64 = 0.70;
    /// Efficiency of motor and drive.
    pub const TYPICAL_MOTOR_EFFICIENCY: f64 = 0.92;

    /// A pump with typical efficiencies and the cube law.
    pub fn sized(head_pa: f64, design_kg_s: f64, density_kg_m3: f64) -> Self {
        let hydraulic_w = head_pa * design_kg_s / density_kg_m3;
        Self {
            design_w: hydraulic_w / (Self::TYPICAL_EFFICIENCY * Self::TYPICAL_MOTOR_EFFICIENCY),
            design_kg_s,
            coefficients: cube(),
            motor_efficiency: Self::TYPICAL_MOTOR_EFFICIENCY,
            minimum_flow: 0.0,
        }
    }

    /// A pump of tower water at this flow, of the stated power, W, or for a head, Pa.
    pub fn of_tower(head_pa: f64, design_kg_s: f64, stated_w: Option<f64>) -> Self {
        let sized = Self::sized(head_pa, design_kg_s, WATER_DENSITY_KG_M3);
        Self {
            design_w: stated_w.unwrap_or(sized.design_w),
            ..sized
        }
    }

    /// Power and heat at the loop's flow.
    pub fn run(&self, flow_kg_s: f64) -> Pumped {
        if flow_kg_s <= 0.0 {
            return Pumped::default();
        }
        let x = (flow_kg_s / self.design_kg_s).clamp(self.minimum_flow, 1.0);
        let [c1, c2, c3, c4] = self.coefficients;
        let electric_w = self.design_w * (c1 + x * (c2 + x * (c3 + x * c4))).max(0.0);
        Pumped {
            electric_w,
            heat_to_water_w: self.motor_efficiency * electric_w,
            flow_kg_s: x * self.design_kg_s,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// 180 kPa · 0.0399350624 m³/s / (0.70·0.92) = 11,162 W, the pump of the `EnergyPlus` reference plants.
    #[test]
    fn the_reference_pump_by_hand() {
        let pump = Pump::sized(180e3, 39.9350624, 1000.0);
        assert!(
            (pump.design_w - 11_161.974).abs() < 0.01,
            "{}",
            pump.design_w
        );
        let half = pump.run(39.9350624 / 2.0);
        assert!((half.electric_w - 1_395.247).abs() < 0.01);
        assert!((half.heat_to_water_w - 0.92 * 1_395.247).abs() < 0.01);
        assert_eq!(pump.run(0.0), Pumped::default());
    }

    proptest! {
        #[test]
        fn power_stays_within_design_and_rises_with_flow(a in 0.0..80.0f64, b in 0.0..80.0f64, least in 0.0..1.0f64) {
            let pump = Pump { minimum_flow: least, ..Pump::sized(180e3, 40.0, 997.0) };
            let (low, high) = (pump.run(a.min(b)), pump.run(a.max(b)));
            prop_assert!(low.electric_w <= high.electric_w && high.electric_w <= pump.design_w * (1.0 + 1e-12));
            prop_assert!(a == 0.0 || pump.run(a).flow_kg_s >= least * 40.0 - 1e-9);
        }
    }
}
