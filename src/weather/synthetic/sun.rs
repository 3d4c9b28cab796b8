//! Solar radiation at the ground.
//!
//! ```text
//! GHI   = k·1098·cos z·e^(−0.059/cos z)          Haurwitz clear sky times the clear-sky index k
//! DHI   = GHI·f(k_t),  DNI = (GHI − DHI)/cos z   f: Erbs, Klein and Duffie
//! ```
//!
//! cos z is that of `physics/sun.rs`. Sources: Haurwitz, *J. Meteorology* 3 (1946), in the constants of Reno et al.,
//! SAND2012-2389, as pvlib prints them; Erbs et al., *Solar Energy* 28 (1982). Good to some 5 % of clear-sky GHI.

use super::{DAYS, Normals};
use crate::physics::sun;

/// The sun on one day.
pub(super) struct Sun {
    geometry: sun::Sun,
    /// Solar noon in local standard time, h.
    pub(super) noon: f64,
    /// From sunrise to noon, h.
    pub(super) half_day_h: f64,
    /// Outside the atmosphere, normal to the rays, W/m².
    extraterrestrial_w_m2: f64,
}

impl Sun {
    pub(super) fn on(normals: &Normals, d: usize) -> Self {
        let day = d as f64 + 1.0;
        let geometry = sun::Sun::on(
            normals.latitude_deg,
            normals.longitude_deg,
            normals.utc_offset_h,
            d,
        );
        Self {
            geometry,
            noon: geometry.noon_h,
            half_day_h: geometry.half_day_h,
            extraterrestrial_w_m2: 1361.0
                * (1.0 + 0.033 * (std::f64::consts::TAU * day / DAYS as f64).cos()),
        }
    }
}

/// GHI, DNI and DHI at an hour of local standard time.
pub(super) fn radiation(sun: &Sun, clock: f64, clear_sky_index: f64) -> [f64; 3] {
    let cos_z = sun.geometry.cos_zenith(clock);
    if cos_z <= 0.0 {
        return [0.0; 3];
    }
    let ghi = clear_sky_index * 1098.0 * cos_z * (-0.059 / cos_z).exp();
    let kt = ghi / (sun.extraterrestrial_w_m2 * cos_z);
    let diffuse = if kt <= 0.22 {
        1.0 - 0.09 * kt
    } else if kt <= 0.8 {
        0.9511 + kt * (-0.1604 + kt * (4.388 + kt * (-16.638 + kt * 12.336)))
    } else {
        0.165
    };
    let dhi = ghi * diffuse;
    // Within 3° of the horizon the beam is nothing and its division unsafe.
    if cos_z < 0.05 {
        return [ghi, 0.0, ghi];
    }
    [ghi, (ghi - dhi) / cos_z, dhi]
}
