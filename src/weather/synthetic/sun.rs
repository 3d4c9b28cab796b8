//! Where the sun stands and what of it reaches the ground.
//!
//! ```text
//! cos z = sin φ·sin δ + cos φ·cos δ·cos ω        δ: Cooper, ω: 15° per hour from solar noon
//! GHI   = k·1098·cos z·e^(−0.059/cos z)          Haurwitz clear sky times the clear-sky index k
//! DHI   = GHI·f(k_t),  DNI = (GHI − DHI)/cos z   f: Erbs, Klein and Duffie
//! ```
//!
//! Sources: Cooper, *Solar Energy* 12 (1969); Haurwitz, *J. Meteorology* 3 (1946), in the constants of Reno et al.,
//! SAND2012-2389, as pvlib prints them; Erbs et al., *Solar Energy* 28 (1982). Good to some 5 % of clear-sky GHI.

use super::{DAYS, Normals};

/// The sun on one day: Cooper's declination and Spencer's equation of time.
pub(super) struct Sun {
    sin_sin: f64,
    cos_cos: f64,
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
        let turn = std::f64::consts::TAU * d as f64 / DAYS as f64;
        let declination =
            23.45_f64.to_radians() * (std::f64::consts::TAU * (284.0 + day) / 365.0).sin();
        let latitude = normals.latitude_deg.to_radians();
        let minutes = 229.18
            * (0.000075 + 0.001868 * turn.cos()
                - 0.032077 * turn.sin()
                - 0.014615 * (2.0 * turn).cos()
                - 0.04089 * (2.0 * turn).sin());
        let sunrise_cos = (-latitude.tan() * declination.tan()).clamp(-1.0, 1.0);
        Self {
            sin_sin: latitude.sin() * declination.sin(),
            cos_cos: latitude.cos() * declination.cos(),
            noon: 12.0 + normals.utc_offset_h - normals.longitude_deg / 15.0 - minutes / 60.0,
            half_day_h: sunrise_cos.acos().to_degrees() / 15.0,
            extraterrestrial_w_m2: 1361.0
                * (1.0 + 0.033 * (std::f64::consts::TAU * day / 365.0).cos()),
        }
    }
}

/// GHI, DNI and DHI at an hour of local standard time.
pub(super) fn radiation(sun: &Sun, clock: f64, clear_sky_index: f64) -> [f64; 3] {
    let angle = (15.0 * (clock - sun.noon)).to_radians();
    let cos_z = sun.sin_sin + sun.cos_cos * angle.cos();
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
