//! Where the sun stands.
//!
//! ```text
//! δ      = 23.45°·sin(360°·(284 + n)/365)                              declination, n: day of the year from 1
//! E      = 229.18·(0.000075 + 0.001868·cos B − 0.032077·sin B − 0.014615·cos 2B − 0.04089·sin 2B)    min
//! ω      = 15°/h from solar noon;  noon = 12 + UTC offset − longitude/15 − E/60                      h
//! cos z  = sin φ·sin δ + cos φ·cos δ·cos ω
//! cos θ  = sin δ·sin φ·cos β − sin δ·cos φ·sin β·cos γ + cos δ·cos φ·cos β·cos ω
//!          + cos δ·sin φ·sin β·cos γ·cos ω + cos δ·sin β·sin γ·sin ω       on a surface tilted by β, turned by γ
//! ```
//!
//! γ is 0 towards the south, positive towards the west, as ω in the afternoon. Sources: Cooper, *Solar Energy* 12
//! (1969); Spencer, *Search* 2 (1971), in radians of B = 2π·(n − 1)/365; Duffie and Beckman, *Solar Engineering of
//! Thermal Processes*, eq. 1.6.2. Good to some 0.4° of declination and a minute of noon; refraction is left out.

/// The sun on one day at one place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sun {
    sin_lat: f64,
    cos_lat: f64,
    sin_dec: f64,
    cos_dec: f64,
    /// Solar noon in local standard time, h.
    pub noon_h: f64,
    /// From sunrise to noon, h.
    pub half_day_h: f64,
}

/// Days in the year that the formulas count.
const DAYS: f64 = 365.0;

impl Sun {
    /// Day `d` of the year, from 0; degrees north and east; local standard time minus UTC in hours.
    pub fn on(latitude_deg: f64, longitude_deg: f64, utc_offset_h: f64, d: usize) -> Self {
        let day = d as f64 + 1.0;
        let turn = std::f64::consts::TAU * d as f64 / DAYS;
        let declination =
            23.45_f64.to_radians() * (std::f64::consts::TAU * (284.0 + day) / DAYS).sin();
        let latitude = latitude_deg.to_radians();
        let minutes = 229.18
            * (0.000075 + 0.001868 * turn.cos()
                - 0.032077 * turn.sin()
                - 0.014615 * (2.0 * turn).cos()
                - 0.04089 * (2.0 * turn).sin());
        let sunrise_cos = (-latitude.tan() * declination.tan()).clamp(-1.0, 1.0);
        Self {
            sin_lat: latitude.sin(),
            cos_lat: latitude.cos(),
            sin_dec: declination.sin(),
            cos_dec: declination.cos(),
            noon_h: 12.0 + utc_offset_h - longitude_deg / 15.0 - minutes / 60.0,
            half_day_h: sunrise_cos.acos().to_degrees() / 15.0,
        }
    }

    /// Cosine of the zenith angle at an hour of local standard time; below zero at night.
    pub fn cos_zenith(&self, clock_h: f64) -> f64 {
        let angle = (15.0 * (clock_h - self.noon_h)).to_radians();
        self.sin_lat * self.sin_dec + self.cos_lat * self.cos_dec * angle.cos()
    }

    /// Cosine of the angle between the rays and the normal of a tilted surface; `azimuth_deg` from north by east.
    pub fn cos_incidence(&self, clock_h: f64, tilt_deg: f64, azimuth_deg: f64) -> f64 {
        let angle = (15.0 * (clock_h - self.noon_h)).to_radians();
        let (tilt, turn) = (tilt_deg.to_radians(), (azimuth_deg - 180.0).to_radians());
        let (sin_b, cos_b) = tilt.sin_cos();
        let (sin_g, cos_g) = turn.sin_cos();
        let (sin_w, cos_w) = angle.sin_cos();
        self.sin_dec * self.sin_lat * cos_b - self.sin_dec * self.cos_lat * sin_b * cos_g
            + self.cos_dec * self.cos_lat * cos_b * cos_w
            + self.cos_dec * self.sin_lat * sin_b * cos_g * cos_w
            + self.cos_dec * sin_b * sin_g * sin_w
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Duffie and Beckman, example 1.6.1: Madison (43° N), 13 February, 10:30 solar time, tilt 45°, 15° west of south:
    /// δ = −14°, ω = −22.5°, cos θ = 0.817.
    #[test]
    fn duffie_and_beckman_example_1_6_1() {
        let sun = Sun::on(43.0, 0.0, 0.0, 43);
        let cos = sun.cos_incidence(sun.noon_h - 1.5, 45.0, 195.0);
        assert!((cos - 0.817).abs() < 1e-3, "{cos}");
    }

    proptest! {
        /// A flat surface sees the zenith angle, whichever way it is turned; no cosine leaves −1…1.
        #[test]
        fn a_flat_surface_sees_the_zenith(lat in -66.0..66.0f64, d in 0usize..365, h in 0.0..24.0f64, tilt in 0.0..90.0f64, az in 0.0..360.0f64) {
            let sun = Sun::on(lat, 10.0, 1.0, d);
            prop_assert!((sun.cos_incidence(h, 0.0, az) - sun.cos_zenith(h)).abs() < 1e-12);
            prop_assert!(sun.cos_incidence(h, tilt, az).abs() <= 1.0 + 1e-12);
        }
    }
}
