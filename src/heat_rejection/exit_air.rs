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

use crate::physics::psychrometrics::{
    MASS_RATIO, MoistAir, TRIPLE_POINT_C, enthalpy_j_kg, saturation,
};
use crate::units::KELVIN;

/// Warmest exit air considered, °C.
const WARMEST_C: f64 = 80.0;

/// Humidity ratio of saturated air, its enthalpy in J/kg of dry air, and the slope of that in J/(kg·K).
pub(super) fn saturated(temp_c: f64, pressure_pa: f64) -> (f64, f64, f64) {
    let (p, ln_slope) = saturation(temp_c);
    let p = p.min(0.9 * pressure_pa);
    let dry_pa = pressure_pa - p;
    let w = MASS_RATIO * p / dry_pa;
    let w_slope = w * ln_slope * pressure_pa / dry_pa;
    let vapour_j_kg = vapour_j_kg(temp_c);
    (
        w,
        enthalpy_j_kg(temp_c, w),
        1006.0 + 1860.0 * w + w_slope * vapour_j_kg,
    )
}

/// How much warmer saturated air is with so much more enthalpy, K: as if the slope of its enthalpy grew by the same
/// share in every kelvin, which it nearly does.
///
/// ```text
/// Δh = slope·(e^(k·ΔT) − 1)/k      k = (w″·r + 2·1860·w′)/slope, r: enthalpy of vapour
/// w″/w′ = λ·(1 + 2·w/0.621945) + λ′/λ      λ = d(ln p_s)/dT, which falls about as 1/T²
/// ```
fn way(temp_c: f64, w: f64, slope: f64, more_j_kg: f64) -> f64 {
    let vapour_j_kg = vapour_j_kg(temp_c);
    let w_slope = (slope - 1006.0 - 1860.0 * w) / vapour_j_kg;
    let ln_slope = w_slope / w * MASS_RATIO / (MASS_RATIO + w);
    let growth = ln_slope * (1.0 + 2.0 * w / MASS_RATIO) - 2.0 / (temp_c + KELVIN);
    let k = w_slope * (growth * vapour_j_kg + 2.0 * 1860.0) / slope;
    let straight_k = more_j_kg / slope;
    let grown = 1.0 + k * straight_k;
    if k > 1e-6 && grown > 0.1 {
        grown.ln() / k
    } else {
        straight_k
    }
}

/// Enthalpy of water vapour, J/kg.
fn vapour_j_kg(temp_c: f64) -> f64 {
    2.501e6 + 1860.0 * temp_c
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
    let w_in = air.humidity_ratio;
    let exit_j_kg = air.enthalpy_j_kg() + heat_w / air_kg_s;
    let mut exit_c = air.wet_bulb_c;
    for _ in 0..12 {
        let (w, h, slope) = saturated(exit_c, air.pressure_pa);
        let step_k = way(exit_c, w, slope, exit_j_kg - h);
        let over_water = exit_c > TRIPLE_POINT_C;
        exit_c += step_k;
        if exit_c >= WARMEST_C {
            exit_c = WARMEST_C;
            break;
        }
        // What a step misses grows with its cube: about a microkelvin for this one. At the triple point the slope jumps.
        if step_k.abs() < 0.2 && over_water == (exit_c > TRIPLE_POINT_C) {
            break;
        }
    }
    let w_out = if exit_c < WARMEST_C {
        (exit_j_kg - 1006.0 * exit_c) / vapour_j_kg(exit_c)
    } else {
        saturated(WARMEST_C, air.pressure_pa).0
    };
    (air_kg_s * (w_out / (1.0 + w_out) - w_in / (1.0 + w_in))).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// The water found is that of air which leaves saturated with all of the heat, found by halving.
        #[test]
        fn exit_air_is_saturated_and_has_the_heat(
            dry_c in -25.0..48.0_f64, depression_k in 0.0..20.0_f64, kpa in 70.0..104.0_f64, kj_kg in 0.01..150.0_f64
        ) {
            let air = MoistAir::from_dew_point(dry_c, (dry_c - depression_k).max(-40.0), kpa * 1e3);
            let found = evaporation_kg_s(kj_kg * 1e3, 1.0, &air);
            let inlet = air.enthalpy_j_kg();
            let (mut low, mut high) = (-50.0, WARMEST_C);
            while high - low > 1e-11 {
                let middle = 0.5 * (low + high);
                if saturated(middle, air.pressure_pa).1 < inlet + kj_kg * 1e3 {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            let (w_out, w_in) = (saturated(low, air.pressure_pa).0, air.humidity_ratio);
            let expected = (w_out / (1.0 + w_out) - w_in / (1.0 + w_in)).max(0.0);
            prop_assert!((found - expected).abs() <= 2e-8 + 2e-6 * expected, "{found} {expected}");
        }
    }
}
