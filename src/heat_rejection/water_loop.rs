//! The facility water loop between halls and plant: its flow, its pump and its thermal mass.
//!
//! ```text
//! ṁc = Q/ΔT within [f_min, 1]·design       flow follows the heat
//! P  = P_design·f^n                          pump, affinity law
//! C  = V·ρ·c                                 water in pipes, coils and exchangers
//! ```
//!
//! Source: facts of pumps as in `pump`; the water volume per kW of design heat is a remembered figure of
//! chilled-water plants without a tank (10–20 l/kW; unconfirmed). Valid for one loop, well mixed.

use super::pump::Pump;
use crate::physics::fluids::{WATER_CP_J_KGK, WATER_DENSITY_KG_M3};

/// A facility water loop, sized.
#[derive(Debug, Clone)]
pub struct WaterLoop {
    /// Supply temperature the plant holds while it can, °C.
    pub setpoint_c: f64,
    /// Rise through the halls at full load, K.
    pub rise_k: f64,
    /// Heat capacity of the water, J/K.
    pub mass_j_k: f64,
    /// The pump; its design flow is that of full load.
    pub pump: Pump,
}

/// The loop at one heat flow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Flow {
    /// Capacity rate ṁc, W/K.
    pub w_k: f64,
    /// Mass flow, kg/s.
    pub kg_s: f64,
    /// Electrical power of the pump, W.
    pub pump_w: f64,
    /// The part of it that warms the water, W.
    pub pump_heat_w: f64,
}

impl WaterLoop {
    /// Heat capacity of `litres_per_kw` of water for each kW of design heat, J/K.
    pub fn mass_j_k(litres_per_kw: f64, design_heat_w: f64) -> f64 {
        litres_per_kw * 1e-3 * WATER_DENSITY_KG_M3 * WATER_CP_J_KGK * design_heat_w / 1e3
    }

    /// The flow that carries `heat_w` at the design rise, within the pump's limits.
    pub fn flow(&self, heat_w: f64) -> Flow {
        let running = self.pump.run(heat_w / (self.rise_k * WATER_CP_J_KGK));
        // A loop without heat still circulates: its controls need to feel the temperature.
        let running = if running.flow_kg_s > 0.0 {
            running
        } else {
            self.pump
                .run(self.pump.design_kg_s * self.pump.minimum_flow)
        };
        Flow {
            w_k: running.flow_kg_s * WATER_CP_J_KGK,
            kg_s: running.flow_kg_s,
            pump_w: running.electric_w,
            pump_heat_w: running.heat_to_water_w,
        }
    }
}
