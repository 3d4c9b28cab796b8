//! Saturated air over temperature and enthalpy: what exit air of towers is found from.
//!
//! ```text
//! w_s  = 0.621945·p_s/(p − p_s)          kg water per kg dry air
//! h_s  = 1006·T + w_s·(2.501e6 + 1860·T)  J per kg dry air
//! ```
//!
//! Source: `psychrometrics.rs`. Valid where that is, up to vapour of nine tenths of the pressure.

use super::{
    AIR_CP_J_KGK, MASS_RATIO, VAPOUR_CP_J_KGK, enthalpy_j_kg, saturation, vapour_enthalpy_j_kg,
};
use crate::units::KELVIN;

/// Saturated air over one temperature.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Saturated {
    /// Humidity ratio, kg water per kg dry air.
    pub(crate) humidity_ratio: f64,
    /// Its slope, 1/K.
    pub(crate) slope_per_k: f64,
    /// Enthalpy, J per kg dry air.
    pub(crate) enthalpy_j_kg: f64,
    /// Its slope, J per kg dry air and kelvin.
    pub(crate) slope_j_kgk: f64,
}

/// Saturated air at a temperature; far above what the pressure allows, the vapour is held at nine tenths of it.
pub(crate) fn saturated(temp_c: f64, pressure_pa: f64) -> Saturated {
    let (p, ln_slope) = saturation(temp_c);
    let p = p.min(0.9 * pressure_pa);
    let dry_pa = pressure_pa - p;
    let w = MASS_RATIO * p / dry_pa;
    let slope_per_k = w * ln_slope * pressure_pa / dry_pa;
    Saturated {
        humidity_ratio: w,
        slope_per_k,
        enthalpy_j_kg: enthalpy_j_kg(temp_c, w),
        slope_j_kgk: AIR_CP_J_KGK
            + VAPOUR_CP_J_KGK * w
            + slope_per_k * vapour_enthalpy_j_kg(temp_c),
    }
}

/// How much warmer saturated air must be to have so much more of `enthalpy − liquid·humidity ratio`, K, as if the slope
/// of that grew by the same share in every kelvin, which it nearly does; for Newton's method.
///
/// ```text
/// Δh = slope·(e^(k·ΔT) − 1)/k      k = (w″·r + 2·1860·w′)/slope, r: enthalpy of vapour over that of the liquid
/// w″/w′ = λ·(1 + 2·w/0.621945) + λ′/λ      λ = d(ln p_s)/dT, which falls about as 1/T²
/// ```
pub(crate) fn saturated_way_k(
    temp_c: f64,
    air: &Saturated,
    liquid_j_kg: f64,
    more_j_kg: f64,
) -> f64 {
    let (w, w_slope) = (air.humidity_ratio, air.slope_per_k);
    let slope = air.slope_j_kgk - w_slope * liquid_j_kg;
    let ln_slope = w_slope / w * MASS_RATIO / (MASS_RATIO + w);
    let growth = ln_slope * (1.0 + 2.0 * w / MASS_RATIO) - 2.0 / (temp_c + KELVIN);
    let heat_j_kg = vapour_enthalpy_j_kg(temp_c) - liquid_j_kg;
    let k = w_slope * (growth * heat_j_kg + 2.0 * VAPOUR_CP_J_KGK) / slope;
    let straight_k = more_j_kg / slope;
    let grown = 1.0 + k * straight_k;
    if k > 1e-6 && grown > 0.1 {
        grown.ln() / k
    } else {
        straight_k
    }
}

/// Humidity ratio of air of a temperature with so much of `enthalpy − liquid·humidity ratio`.
pub(crate) fn humidity_ratio_from_enthalpy(
    temp_c: f64,
    enthalpy_j_kg: f64,
    liquid_j_kg: f64,
) -> f64 {
    (enthalpy_j_kg - AIR_CP_J_KGK * temp_c) / (vapour_enthalpy_j_kg(temp_c) - liquid_j_kg)
}
