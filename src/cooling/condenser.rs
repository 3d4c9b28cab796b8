//! A condenser of facility water, and the water valve that holds a saturation temperature.
//!
//! ```text
//! draw = min(G·(T − T_set + Δ), ε·C_water·(T − T_water))₊      G = Q_design/Δ ,  Δ = 0.5 K
//! ε = 1 − e^(−NTU) ,  T_set = T_water + rise + approach        at design: water leaves `approach` below the vapour
//! ```
//!
//! W, °C. T: vapour, the same everywhere in the condenser. The valve is wide open at the set temperature and shut Δ below.
//! Source: Incropera et al., 7th ed., Table 11.3 (one side of constant temperature). Valid for saturated vapour without
//! other gases.

use super::{Sink, WaterDesign};
use crate::physics::heat_exchanger::{Arrangement, conductance_w_k, ua_for_inlets};

/// The valve is wide open at the set temperature, and shut this much below, K.
pub(super) const BAND_K: f64 = 0.5;

/// A condenser, sized.
#[derive(Debug, Clone, Copy)]
pub(super) struct Condenser {
    /// Saturation temperature that the valve holds, °C.
    pub(super) held_c: f64,
    control_w_k: f64,
    exchanger_w_k: f64,
}

/// The warmest facility water that condenses at a temperature with an approach, °C.
pub(super) fn warmest_water_c(held_c: f64, approach_k: f64, rise_k: f64) -> f64 {
    held_c - approach_k - rise_k
}

/// Mismatch of facility water; `boils` says what it should condense.
pub(super) fn too_warm(water: WaterDesign, boils: &str, approach_k: f64) -> String {
    format!(
        "facility water of {:.1} °C, warmed by {:.1} K, cannot condense {boils} with an approach of {approach_k:.1} K",
        water.supply_c, water.rise_k
    )
}

impl Condenser {
    /// For so much heat at design.
    pub(super) fn size(heat_w: f64, held_c: f64, approach_k: f64, rise_k: f64) -> Self {
        let kind = Arrangement::PhaseChange;
        let water_c = warmest_water_c(held_c, approach_k, rise_k);
        let water_w_k = heat_w / rise_k;
        let ua_w_k = ua_for_inlets(kind, heat_w, held_c, f64::INFINITY, water_c, water_w_k);
        Self {
            held_c,
            control_w_k: heat_w / BAND_K,
            exchanger_w_k: conductance_w_k(kind, ua_w_k, f64::INFINITY, water_w_k),
        }
    }

    /// Flow through the valve and capacity of the exchanger, over facility water of a temperature.
    pub(super) fn limits(&self, water_c: f64) -> [Sink; 2] {
        [
            Sink {
                conductance_w_k: self.control_w_k,
                temp_c: self.held_c - BAND_K,
            },
            Sink {
                conductance_w_k: self.exchanger_w_k,
                temp_c: water_c,
            },
        ]
    }
}
