//! Water that air takes up in a tower, when it leaves saturated.
//!
//! ```text
//! h_out = h_in + Q/m            J/kg, exit air saturated: h_s(T_out) = h_out
//! E     = m·(s_out − s_in)      s = w/(1 + w), water per kg of moist air; m: moist air, kg/s
//! w_s   = 0.621945·p_s/(p − p_s)
//! h     = 1006·T + w·(2.501e6 + 1860·T)
//! ```
//!
//! Source: `EnergyPlus` Engineering Reference, "Cooling Towers", mode `SaturatedExit`; saturation pressure by
//! Hyland and Wexler, ASHRAE Fundamentals 2017 ch. 1, over ice below 0 °C. Valid up to 80 °C exit air.
//!
//! The reference takes enthalpy per kg of dry air but multiplies with the flow of moist air, and so do we. Strictly,
//! with dry air throughout and E = `m·(w_out − w_in)`, the year's evaporation in the reference plants is 2.8 %
//! (Chicago) to 4 % (Miami) above this model and 2.7 to 3.5 % above the reference. Both leave out the enthalpy that
//! makeup water brings.

use crate::physics::psychrometrics::{MoistAir, saturation};

/// Warmest exit air considered, °C.
const WARMEST_C: f64 = 80.0;

/// Humidity ratio of saturated air, its enthalpy in J/kg of dry air, and the slope of that in J/(kg·K).
pub(super) fn saturated(temp_c: f64, pressure_pa: f64) -> (f64, f64, f64) {
    let (p, ln_slope) = saturation(temp_c);
    let p = p.min(0.9 * pressure_pa);
    let dry_pa = pressure_pa - p;
    let w = 0.621945 * p / dry_pa;
    let w_slope = w * ln_slope * pressure_pa / dry_pa;
    let vapour_j_kg = 2.501e6 + 1860.0 * temp_c;
    let h = 1006.0 * temp_c + w * vapour_j_kg;
    (w, h, 1006.0 + 1860.0 * w + w_slope * vapour_j_kg)
}

/// Specific heat of moist air, J/(kg·K), per kg of moist air.
pub(super) fn cp_j_kgk(air: &MoistAir) -> f64 {
    let w = air.humidity_ratio;
    (1006.0 + 1860.0 * w) / (1.0 + w)
}

/// Water evaporated into `air_kg_s` of moist outdoor air by `heat_w`, kg/s.
pub(super) fn evaporation_kg_s(heat_w: f64, air_kg_s: f64, air: &MoistAir) -> f64 {
    if heat_w <= 0.0 || air_kg_s <= 0.0 {
        return 0.0;
    }
    let (w_in, t_in) = (air.humidity_ratio, air.dry_bulb_c);
    let inlet_j_kg = 1006.0 * t_in + w_in * (2.501e6 + 1860.0 * t_in);
    let exit_j_kg = inlet_j_kg + heat_w / air_kg_s;
    // Enthalpy of saturated air is convex, so Newton's steps come down on the root after the first.
    let mut exit_c = air.wet_bulb_c;
    let mut w_out = w_in;
    for _ in 0..8 {
        let (w, h, slope) = saturated(exit_c, air.pressure_pa);
        let step = (exit_j_kg - h) / slope;
        w_out = w;
        if step.abs() < 1e-3 {
            w_out = w + step * (slope - 1006.0) / 2.5e6; // the rest of the step, to first order
            break;
        }
        exit_c = (exit_c + step).min(WARMEST_C);
    }
    (air_kg_s * (w_out / (1.0 + w_out) - w_in / (1.0 + w_in))).max(0.0)
}
