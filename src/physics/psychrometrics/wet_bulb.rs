//! The wet bulb: the equations of `psychrometrics.rs` solved for t*.

use super::{
    AIR_CP_KJ_KGK, LATENT_J_KG, LIQUID_CP_J_KGK, MASS_RATIO, MIN_HUMIDITY_RATIO, VAPOUR_CP_KJ_KGK,
    magnus_dew_point_c, saturation,
};
use crate::units::KELVIN;

/// What surrounds the wet bulb: latent heat at 0 °C and how heats change with temperature, kJ/kg and kJ/(kg K).
pub(super) struct Bulb {
    latent: f64,
    latent_slope: f64,
    specific_heat: f64,
}

pub(super) const WATER: Bulb = Bulb {
    latent: LATENT_J_KG / 1e3,
    latent_slope: 2.326,
    specific_heat: LIQUID_CP_J_KGK / 1e3,
};
pub(super) const ICE: Bulb = Bulb {
    latent: 2830.0,
    latent_slope: 0.24,
    specific_heat: 2.1,
};

impl Bulb {
    pub(super) fn humidity_ratio(&self, dry_bulb_c: f64, wet_bulb_c: f64, saturated: f64) -> f64 {
        ((self.latent - self.latent_slope * wet_bulb_c) * saturated
            - AIR_CP_KJ_KGK * (dry_bulb_c - wet_bulb_c))
            / (self.latent + VAPOUR_CP_KJ_KGK * dry_bulb_c - self.specific_heat * wet_bulb_c)
    }
}

/// Wet bulb of air that is not oversaturated, °C.
pub fn wet_bulb_c(dry_bulb_c: f64, humidity_ratio: f64, pressure_pa: f64) -> f64 {
    let bulb = WetBulb::of(dry_bulb_c, humidity_ratio, pressure_pa);
    bulb.search(bulb.first_c(), CLOSE_K)
}

/// A last step shorter than this leaves an error of the third order, less than 1e-9 K.
const CLOSE_K: f64 = 1e-3;

/// The search for a wet bulb.
pub(super) struct WetBulb {
    dry_bulb_c: f64,
    humidity_ratio: f64,
    pressure_pa: f64,
    bulb: &'static Bulb,
    /// It lies between these, °C.
    low_c: f64,
    high_c: f64,
}

impl WetBulb {
    pub(super) fn of(dry_bulb_c: f64, humidity_ratio: f64, pressure_pa: f64) -> Self {
        let (t, w) = (dry_bulb_c, humidity_ratio.max(MIN_HUMIDITY_RATIO));
        let (bulb, low_c, high_c) = if t <= 0.0 {
            (&ICE, -250.0, t)
        } else {
            let at_zero = MASS_RATIO * P_ICE_AT_ZERO_PA / (pressure_pa - P_ICE_AT_ZERO_PA);
            if w < ICE.humidity_ratio(t, 0.0, at_zero) {
                (&ICE, -250.0, 0.0)
            } else {
                (&WATER, 0.0, t)
            }
        };
        Self {
            dry_bulb_c,
            humidity_ratio: w,
            pressure_pa,
            bulb,
            low_c,
            high_c,
        }
    }

    /// A first approximation, °C.
    fn first_c(&self) -> f64 {
        let (t, w) = (self.dry_bulb_c, self.humidity_ratio);
        let dew_c = magnus_dew_point_c(self.pressure_pa * w / (MASS_RATIO + w));
        t - 0.4 * (t - dew_c).min(60.0)
    }

    /// The root of f(x) = numerator − W·denominator, which rises all the way: Halley's method within a bracket, from a first
    /// `x` until a step is shorter than `close_k`.
    pub(super) fn search(&self, x: f64, close_k: f64) -> f64 {
        let (t, w, pressure_pa, bulb) = (
            self.dry_bulb_c,
            self.humidity_ratio,
            self.pressure_pa,
            self.bulb,
        );
        let (mut low, mut high) = (self.low_c, self.high_c);
        let excess = bulb.latent + VAPOUR_CP_KJ_KGK * t;
        let mut x = x.clamp(low.max(t - 40.0), high);
        for _ in 0..60 {
            let (p, slope) = saturation(x);
            let dry_pa = pressure_pa - p;
            let step_k = if dry_pa > 0.0 {
                let saturated = MASS_RATIO * p / dry_pa;
                let latent = bulb.latent - bulb.latent_slope * x;
                let f = latent * saturated
                    - AIR_CP_KJ_KGK * (t - x)
                    - w * (excess - bulb.specific_heat * x);
                // d(ln W_s)/dx and W_s''/W_s; the slope of ln p falls about as 1/T².
                let share = pressure_pa / dry_pa;
                let rate = slope * share;
                let bend = rate * (rate + slope * p / dry_pa - 2.0 / (x + KELVIN));
                let df = saturated * (latent * rate - bulb.latent_slope)
                    + AIR_CP_KJ_KGK
                    + bulb.specific_heat * w;
                let ddf = saturated * (latent * bend - 2.0 * bulb.latent_slope * rate);
                if f < 0.0 {
                    low = x;
                } else {
                    high = x;
                }
                f * df / (df * df - 0.5 * f * ddf)
            } else {
                high = x; // water would boil: far above any wet bulb
                f64::INFINITY
            };
            let next = x - step_k;
            if step_k.abs() < close_k && next <= t {
                return next;
            }
            x = if next > low && next < high {
                next
            } else {
                0.5 * (low + high)
            };
        }
        x.min(t)
    }
}

/// Saturation pressure over ice at 0 °C, Pa.
pub(super) const P_ICE_AT_ZERO_PA: f64 = 611.153_570_890_767;
