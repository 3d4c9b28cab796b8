//! Moist air.
//!
//! ```text
//! ln p_ws = C1/T + C2 + C3·T + C4·T² + C5·T³ (+ C6·T⁴) + C7·ln T       Hyland and Wexler; p in Pa, T in K
//! W       = 0.621945·p_w/(p − p_w)                                     kg water per kg dry air
//! h       = 1.006·t + W·(2501 + 1.86·t)                                kJ per kg dry air, 0 at 0 °C and W = 0
//! v       = 287.042·T·(1 + 1.607858·W)/p                               m³ per kg dry air;  ρ = (1 + W)/v
//! W       = ((2501 − 2.326·t*)·W_s(t*) − 1.006·(t − t*)) / (2501 + 1.86·t − 4.186·t*)     t* ≥ 0 °C, water
//! W       = ((2830 − 0.24·t*)·W_s(t*) − 1.006·(t − t*)) / (2830 + 1.86·t − 2.1·t*)        t* < 0 °C, ice
//! p(z)    = 101325·(1 − 2.25577e-5·z)^5.2559                           z in m
//! ```
//!
//! Source: ASHRAE Handbook, Fundamentals 2017, chapter 1, in the conventions of `PsychroLib` 2.5: saturation is over
//! ice up to the triple point (0.01 °C), the bulb is of ice below 0 °C, and the humidity ratio has a floor of 1e-7.
//! Weather services tell dew points and relative humidities over water also below 0 °C (WMO-No. 8, vol. I, annex 4.B):
//! the equation over water, carried on below 0 °C, lies within 0.8 % of measured water that has not frozen, down to −40 °C.
//! Valid for −100…200 °C at the pressures of inhabited places. Against real-gas air: W within 0.61 %, wet bulb within 0.03 K.
//!
//! Where the air just freezes a wet bulb, both bulb equations have a root, one on each side of 0 °C. The ice root
//! is taken (the stable phase), so the wet bulb is monotone in W and jumps once, by up to about 0.7 K.

use crate::units::KELVIN;

/// Specific heat of dry air at 25 °C, J/(kg·K).
pub const AIR_CP_J_KGK: f64 = 1006.0;
/// Specific heat of water vapour, J/(kg·K).
const VAPOUR_CP_J_KGK: f64 = 1860.0;
/// Enthalpy of water vapour at 0 °C over that of liquid water there, J/kg.
const LATENT_J_KG: f64 = 2.501e6;
/// Specific heat of liquid water, J/(kg·K).
const LIQUID_CP_J_KGK: f64 = 4186.0;
/// The same in the units of the bulb's equations, kJ/(kg·K).
const AIR_CP_KJ_KGK: f64 = AIR_CP_J_KGK / 1e3;
const VAPOUR_CP_KJ_KGK: f64 = VAPOUR_CP_J_KGK / 1e3;

mod saturated;
mod wet_bulb;

pub(crate) use saturated::{Saturated, humidity_ratio_from_enthalpy, saturated, saturated_way_k};
pub use wet_bulb::wet_bulb_c;
use wet_bulb::{ICE, WATER, WetBulb};

/// The triple point of water, °C: saturation is over ice up to here and over water above.
pub(crate) const TRIPLE_POINT_C: f64 = 0.01;
/// Molar mass of water over that of dry air.
pub(crate) const MASS_RATIO: f64 = 0.621945;
/// Gas constant of dry air, J/(kg K).
pub(super) const R_DRY_AIR: f64 = 287.042;
/// The driest air that is told apart, kg/kg: a logarithm needs some water.
const MIN_HUMIDITY_RATIO: f64 = 1e-7;

/// A state of moist air.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct MoistAir {
    /// Dry-bulb temperature, °C.
    pub dry_bulb_c: f64,
    /// Thermodynamic wet-bulb temperature, °C.
    pub wet_bulb_c: f64,
    /// Humidity ratio, kg water per kg dry air.
    pub humidity_ratio: f64,
    /// Barometric pressure, Pa.
    pub pressure_pa: f64,
}

impl MoistAir {
    /// Air of known humidity ratio; more water than saturation holds counts as saturated.
    pub fn from_humidity_ratio(dry_bulb_c: f64, humidity_ratio: f64, pressure_pa: f64) -> Self {
        let most = saturation_humidity_ratio(dry_bulb_c, pressure_pa);
        let humidity_ratio = humidity_ratio.min(most).max(MIN_HUMIDITY_RATIO);
        Self {
            dry_bulb_c,
            wet_bulb_c: wet_bulb_c(dry_bulb_c, humidity_ratio, pressure_pa),
            humidity_ratio,
            pressure_pa,
        }
    }

    /// Air of known dew point; a dew point above the dry bulb counts as saturated.
    pub fn from_dew_point(dry_bulb_c: f64, dew_point_c: f64, pressure_pa: f64) -> Self {
        let dew_point_c = dew_point_c.min(dry_bulb_c);
        let humidity_ratio = saturation_humidity_ratio(dew_point_c, pressure_pa);
        Self::from_humidity_ratio(dry_bulb_c, humidity_ratio, pressure_pa)
    }

    /// Air whose dew point a weather service tells: over water, also below 0 °C.
    pub fn from_dew_point_over_water(dry_bulb_c: f64, dew_point_c: f64, pressure_pa: f64) -> Self {
        let vapour_pa = saturation_pressure_over_water_pa(dew_point_c.min(dry_bulb_c));
        let humidity_ratio = humidity_ratio_from_vapour_pressure(vapour_pa, pressure_pa);
        Self::from_humidity_ratio(dry_bulb_c, humidity_ratio, pressure_pa)
    }

    /// Air of known relative humidity, 0..1.
    pub fn from_relative_humidity(
        dry_bulb_c: f64,
        relative_humidity: f64,
        pressure_pa: f64,
    ) -> Self {
        let w = humidity_ratio_from_relative_humidity(dry_bulb_c, relative_humidity, pressure_pa);
        Self::from_humidity_ratio(dry_bulb_c, w, pressure_pa)
    }

    /// Wet bulb with other vapour of nearly the same pressure, °C; within 0.001 K where it is less than 1 K away.
    pub(crate) fn near_wet_bulb_c(&self, vapour_pa: f64) -> f64 {
        let most = saturation_humidity_ratio(self.dry_bulb_c, self.pressure_pa);
        let humidity_ratio =
            humidity_ratio_from_vapour_pressure(vapour_pa, self.pressure_pa).min(most);
        let bulb = WetBulb::of(self.dry_bulb_c, humidity_ratio, self.pressure_pa);
        bulb.search(self.wet_bulb_c, 1.0)
    }

    /// Partial pressure of the water vapour, Pa.
    pub fn vapour_pressure_pa(&self) -> f64 {
        vapour_pressure_pa(self.humidity_ratio, self.pressure_pa)
    }

    /// Relative humidity, 0..1.
    pub fn relative_humidity(&self) -> f64 {
        relative_humidity(self.dry_bulb_c, self.humidity_ratio, self.pressure_pa)
    }

    /// Dew point (frost point below 0.01 °C), °C.
    pub fn dew_point_c(&self) -> f64 {
        dew_point_c(self.humidity_ratio, self.pressure_pa).min(self.dry_bulb_c)
    }

    /// Enthalpy, J per kg dry air.
    pub fn enthalpy_j_kg(&self) -> f64 {
        enthalpy_j_kg(self.dry_bulb_c, self.humidity_ratio)
    }

    /// Specific volume, m³ per kg dry air.
    pub fn specific_volume_m3_kg(&self) -> f64 {
        specific_volume_m3_kg(self.dry_bulb_c, self.humidity_ratio, self.pressure_pa)
    }

    /// Density of air and vapour together, kg/m³.
    pub fn density_kg_m3(&self) -> f64 {
        (1.0 + self.humidity_ratio) / self.specific_volume_m3_kg()
    }

    /// Specific heat of air and vapour together, J per kg of both and kelvin.
    pub fn cp_j_kgk(&self) -> f64 {
        let w = self.humidity_ratio;
        (AIR_CP_J_KGK + VAPOUR_CP_J_KGK * w) / (1.0 + w)
    }

    /// Air that wet pads bring by a `share` of the way from its dry bulb to its wet bulb, along the wet bulb: each kg
    /// of dry air takes up the difference of the humidity ratios, and the enthalpy of that water with it.
    #[must_use]
    pub fn humidified(&self, share: f64) -> Self {
        let depression_k = (self.dry_bulb_c - self.wet_bulb_c).max(0.0);
        if share <= 0.0 || depression_k <= 0.0 {
            return *self;
        }
        let dry_bulb_c = self.dry_bulb_c - share * depression_k;
        let wetter = humidity_ratio_from_wet_bulb(dry_bulb_c, self.wet_bulb_c, self.pressure_pa);
        Self {
            dry_bulb_c,
            humidity_ratio: wetter.max(self.humidity_ratio),
            ..*self
        }
    }
}

/// Enthalpy of water vapour, J/kg.
pub(crate) fn vapour_enthalpy_j_kg(temp_c: f64) -> f64 {
    LATENT_J_KG + VAPOUR_CP_J_KGK * temp_c
}

/// Enthalpy of liquid water, J/kg.
pub(crate) fn liquid_enthalpy_j_kg(temp_c: f64) -> f64 {
    LIQUID_CP_J_KGK * temp_c
}

/// Saturation pressure, Pa, over ice up to 0.01 °C and over water above.
pub fn saturation_pressure_pa(t_c: f64) -> f64 {
    saturation(t_c).0
}

/// Saturation pressure, Pa, and d(ln p)/dT, 1/K.
pub(crate) fn saturation(t_c: f64) -> (f64, f64) {
    if t_c > TRIPLE_POINT_C {
        return saturation_over_water(t_c);
    }
    let t = t_c + KELVIN;
    let ln_p = -5.6745359e3 / t
        + 6.3925247
        + t * (-9.677843e-3 + t * (6.2215701e-7 + t * (2.0747825e-9 - t * 9.484024e-13)))
        + 4.1635019 * t.ln();
    let slope = 5.6745359e3 / (t * t)
        + (-9.677843e-3
            + t * (2.0 * 6.2215701e-7 + t * (3.0 * 2.0747825e-9 - t * 4.0 * 9.484024e-13)))
        + 4.1635019 / t;
    (ln_p.exp(), slope)
}

/// As [`saturation`], over water that has not frozen where it is below 0 °C.
fn saturation_over_water(t_c: f64) -> (f64, f64) {
    let t = t_c + KELVIN;
    let ln_p = -5.8002206e3 / t
        + 1.3914993
        + t * (-4.8640239e-2 + t * (4.1764768e-5 - t * 1.4452093e-8))
        + 6.5459673 * t.ln();
    let slope = 5.8002206e3 / (t * t)
        + (-4.8640239e-2 + t * (2.0 * 4.1764768e-5 - t * 3.0 * 1.4452093e-8))
        + 6.5459673 / t;
    (ln_p.exp(), slope)
}

/// Saturation pressure over water, Pa, also below 0 °C: what weather services mean by dew point and relative humidity.
pub fn saturation_pressure_over_water_pa(t_c: f64) -> f64 {
    saturation_over_water(t_c).0
}

/// Humidity ratio of air whose vapour has the given partial pressure; infinite where the water would boil.
pub fn humidity_ratio_from_vapour_pressure(vapour_pa: f64, pressure_pa: f64) -> f64 {
    if vapour_pa < pressure_pa {
        MASS_RATIO * vapour_pa / (pressure_pa - vapour_pa)
    } else {
        f64::INFINITY
    }
}

/// Humidity ratio of saturated air: also that of any air whose dew point is `t_c`.
pub fn saturation_humidity_ratio(t_c: f64, pressure_pa: f64) -> f64 {
    humidity_ratio_from_vapour_pressure(saturation_pressure_pa(t_c), pressure_pa)
}

/// Humidity ratio from relative humidity (0..1; outside of it the nearer end counts).
pub fn humidity_ratio_from_relative_humidity(
    dry_bulb_c: f64,
    relative_humidity: f64,
    pressure_pa: f64,
) -> f64 {
    let vapour_pa = relative_humidity.clamp(0.0, 1.0) * saturation_pressure_pa(dry_bulb_c);
    humidity_ratio_from_vapour_pressure(vapour_pa, pressure_pa)
}

/// Humidity ratio from the wet bulb; a wet bulb too low for any water gives the floor of 1e-7.
pub fn humidity_ratio_from_wet_bulb(dry_bulb_c: f64, wet_bulb_c: f64, pressure_pa: f64) -> f64 {
    let bulb = if wet_bulb_c < 0.0 { &ICE } else { &WATER };
    let saturated = saturation_humidity_ratio(wet_bulb_c, pressure_pa);
    bulb.humidity_ratio(dry_bulb_c, wet_bulb_c, saturated)
        .max(MIN_HUMIDITY_RATIO)
}

/// Partial pressure of the vapour, Pa.
pub fn vapour_pressure_pa(humidity_ratio: f64, pressure_pa: f64) -> f64 {
    let w = humidity_ratio.max(MIN_HUMIDITY_RATIO);
    pressure_pa * w / (MASS_RATIO + w)
}

/// Relative humidity, 0..1.
pub fn relative_humidity(dry_bulb_c: f64, humidity_ratio: f64, pressure_pa: f64) -> f64 {
    vapour_pressure_pa(humidity_ratio, pressure_pa) / saturation_pressure_pa(dry_bulb_c)
}

/// Dew point (frost point below 0.01 °C), °C.
pub fn dew_point_c(humidity_ratio: f64, pressure_pa: f64) -> f64 {
    saturation_temperature_c(vapour_pressure_pa(humidity_ratio, pressure_pa), saturation)
}

/// Dew point over water, also below 0 °C, of vapour of the given partial pressure, °C.
pub fn dew_point_over_water_c(vapour_pa: f64) -> f64 {
    saturation_temperature_c(vapour_pa, saturation_over_water)
}

/// Where the saturation pressure is `vapour_pa`, °C.
fn saturation_temperature_c(vapour_pa: f64, saturation: fn(f64) -> (f64, f64)) -> f64 {
    let ln_vapour = vapour_pa.ln();
    let mut t_c = magnus_dew_point_c(vapour_pa);
    // ln p is nearly straight in T: Newton from within a kelvin or two needs three or four rounds.
    for _ in 0..50 {
        let (saturation_pa, slope) = saturation(t_c);
        let step_k = (saturation_pa.ln() - ln_vapour) / slope;
        t_c = (t_c - step_k).clamp(-200.0, 400.0);
        if step_k.abs() < 1e-9 {
            break;
        }
    }
    t_c
}

/// A first approximation of the dew point, °C (Magnus, in the coefficients of Alduchov and Eskridge 1996).
fn magnus_dew_point_c(vapour_pa: f64) -> f64 {
    let a = (vapour_pa / 610.94).ln();
    (243.04 * a / (17.625 - a)).clamp(-150.0, 300.0)
}

/// Enthalpy, J per kg dry air.
pub fn enthalpy_j_kg(dry_bulb_c: f64, humidity_ratio: f64) -> f64 {
    AIR_CP_J_KGK * dry_bulb_c + humidity_ratio * vapour_enthalpy_j_kg(dry_bulb_c)
}

/// Specific volume, m³ per kg dry air.
pub fn specific_volume_m3_kg(dry_bulb_c: f64, humidity_ratio: f64, pressure_pa: f64) -> f64 {
    R_DRY_AIR * (dry_bulb_c + KELVIN) * (1.0 + 1.607858 * humidity_ratio) / pressure_pa
}

/// Barometric pressure of the standard atmosphere, Pa; valid from −5,000 to 11,000 m.
pub fn standard_pressure_pa(altitude_m: f64) -> f64 {
    101_325.0 * (1.0 - 2.25577e-5 * altitude_m).powf(5.2559)
}

#[cfg(test)]
mod tests;
