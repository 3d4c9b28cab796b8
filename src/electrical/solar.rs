//! Solar panels at a fixed tilt, in the way of `PVWatts`.
//!
//! ```text
//! G     = DNI·max(cos θ, 0) + DHI·(1 + cos β)/2 + GHI·ρ·(1 − cos β)/2              on the panel, W/m²
//! T     = T_air + G·(e^(−3.56 − 0.075·wind) + 3/1000)                               cell, °C
//! P_dc  = P_dc0·G/1000·(1 + γ·(T − 25))·(1 − losses)                                W
//! P_ac  = min(η·P_dc, P_ac0),   P_ac0 = P_dc0/ratio,   η = 0.96/0.9637·(−0.0162·ζ − 0.0059/ζ + 0.9858)
//! ```
//!
//! `ζ = P_dc·0.96/P_ac0`. Source: A. Dobos, *`PVWatts` Version 5 Manual*, NREL/TP-6A20-62641 (2014):
//! γ = −0.47 %/K, losses 14 %, ratio 1.1; Sandia cell temperature, open rack. The sky is isotropic (Liu and Jordan),
//! where `PVWatts` uses Perez: some 2 to 4 % less over a year. No shading, no reflection by the glass, no ageing. The sun
//! of an hour is where it is at its middle.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::describe::doubt;
use crate::physics::sun::Sun;
use crate::units::{fraction, positive};

/// `[site.solar]`.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SolarConfig {
    /// Rated power of the panels (1000 W/m², 25 °C).
    #[serde(deserialize_with = "positive")]
    #[schemars(range(min = 1e-6, max = 1e5))]
    pub dc_mw: f64,
    /// From horizontal.
    #[serde(default = "tilt", deserialize_with = "tilt_deg")]
    #[schemars(range(min = 0.0, max = 90.0))]
    #[schemars(extend("source" = "PVWatts"))]
    pub tilt_deg: f64,
    /// Where they look: 180 is south, 90 east, 270 west.
    #[serde(default = "south", deserialize_with = "azimuth")]
    #[schemars(range(min = 0.0, max = 360.0))]
    #[schemars(extend("source" = "PVWatts"))]
    pub azimuth_deg: f64,
    /// Panels over inverters.
    #[serde(default = "ratio", deserialize_with = "positive")]
    #[schemars(range(min = 0.1, max = 10.0))]
    #[schemars(extend("doubt" = doubt(1.0, 1.5, "PVWatts takes 1.1; from inverters as large as the panels to plants built for long output")))]
    pub dc_ac_ratio: f64,
    /// Soiling, mismatch, wiring and the rest.
    #[serde(default = "losses", deserialize_with = "fraction")]
    #[schemars(range(min = 0.0, max = 1.0))]
    #[schemars(extend("doubt" = doubt(0.08, 0.2, "PVWatts takes 0.14; from clean and well-kept plants to dusty or shaded ones")))]
    pub losses: f64,
    /// Share of light that the ground gives back.
    #[serde(default = "albedo", deserialize_with = "fraction")]
    #[schemars(range(min = 0.0, max = 1.0))]
    #[schemars(extend("source" = "PVWatts"))]
    pub albedo: f64,
}

fn tilt() -> f64 {
    20.0
}

fn south() -> f64 {
    180.0
}

fn ratio() -> f64 {
    1.1
}

fn losses() -> f64 {
    0.14
}

fn albedo() -> f64 {
    0.2
}

fn between<'de, D: serde::Deserializer<'de>>(
    de: D,
    (low, high): (f64, f64),
) -> Result<f64, D::Error> {
    use serde::de::Error as _;
    let value = f64::deserialize(de)?;
    if (low..=high).contains(&value) {
        return Ok(value);
    }
    Err(D::Error::custom(format!(
        "{value} must be between {low} and {high} degrees"
    )))
}

fn tilt_deg<'de, D: serde::Deserializer<'de>>(de: D) -> Result<f64, D::Error> {
    between(de, (0.0, 90.0))
}

fn azimuth<'de, D: serde::Deserializer<'de>>(de: D) -> Result<f64, D::Error> {
    between(de, (0.0, 360.0))
}

/// Weather of an hour as panels meet it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sky {
    /// Global horizontal, W/m².
    pub ghi_w_m2: f64,
    /// Direct normal, W/m².
    pub dni_w_m2: f64,
    /// Diffuse horizontal, W/m².
    pub dhi_w_m2: f64,
    /// Air, °C.
    pub air_c: f64,
    /// Wind, m/s.
    pub wind_m_s: f64,
}

/// Of the maximum power per kelvin above 25 °C.
const PER_K: f64 = -0.0047;

impl SolarConfig {
    /// Power at the AC side, W; `clock_h` is the middle of the hour in local standard time.
    pub fn ac_w(&self, sun: &Sun, clock_h: f64, sky: &Sky) -> f64 {
        let rated_w = self.dc_mw * 1e6;
        let panel_w_m2 = self.on_panel_w_m2(sun, clock_h, sky);
        let cell_c = sky.air_c + panel_w_m2 * ((-3.56 - 0.075 * sky.wind_m_s).exp() + 0.003);
        let dc_w =
            rated_w * panel_w_m2 / 1000.0 * (1.0 + PER_K * (cell_c - 25.0)) * (1.0 - self.losses);
        if dc_w <= 0.0 {
            return 0.0;
        }
        let inverter_w = rated_w / self.dc_ac_ratio;
        let load = dc_w * 0.96 / inverter_w;
        let efficiency = 0.96 / 0.9637 * (-0.0162 * load - 0.0059 / load + 0.9858);
        (efficiency * dc_w).clamp(0.0, inverter_w)
    }

    /// Irradiance on the panel, W/m².
    fn on_panel_w_m2(&self, sun: &Sun, clock_h: f64, sky: &Sky) -> f64 {
        let beam = sun
            .cos_incidence(clock_h, self.tilt_deg, self.azimuth_deg)
            .max(0.0);
        let cos_tilt = self.tilt_deg.to_radians().cos();
        sky.dni_w_m2 * beam
            + sky.dhi_w_m2 * 0.5 * (1.0 + cos_tilt)
            + sky.ghi_w_m2 * self.albedo * 0.5 * (1.0 - cos_tilt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn panels(extra: &str) -> SolarConfig {
        toml::from_str(&format!("dc_mw = 1\n{extra}")).unwrap()
    }

    const NOON: Sky = Sky {
        ghi_w_m2: 1000.0,
        dni_w_m2: 900.0,
        dhi_w_m2: 100.0,
        air_c: 25.0,
        wind_m_s: 2.0,
    };

    /// By hand, flat panels under the sun (equator, equinox, noon): G = 900 + 100 = 1000; the cell is 1000·(e^(−3.71) +
    /// 0.003) = 27.48 K warmer, so `P_dc` = 1e6·(1 − 0.0047·27.48)·0.86 = 748.9 kW; ζ = 748.9·0.96·1.1/1000 = 0.7909,
    /// η = 0.9962·(−0.01281 − 0.00746 + 0.9858) = 0.9618, `P_ac` = 720.3 kW.
    #[test]
    fn flat_panels_at_noon_by_hand() {
        let sun = Sun::on(0.0, 0.0, 0.0, 79);
        let got = panels("tilt_deg = 0").ac_w(&sun, sun.noon_h, &NOON);
        assert!((got - 720.3e3).abs() < 0.5e3, "{got}");
    }

    #[test]
    fn inverters_cut_the_top_and_night_gives_nothing() {
        let sun = Sun::on(0.0, 0.0, 0.0, 79);
        let small = panels("tilt_deg = 0\ndc_ac_ratio = 2");
        assert_eq!(small.ac_w(&sun, sun.noon_h, &NOON), 0.5e6);
        let dark = Sky {
            ghi_w_m2: 0.0,
            dni_w_m2: 0.0,
            dhi_w_m2: 0.0,
            ..NOON
        };
        assert_eq!(small.ac_w(&sun, 0.0, &dark), 0.0);
    }

    #[test]
    fn angles_out_of_range_are_refused() {
        for (text, part) in [
            ("tilt_deg = 91", "0 and 90"),
            ("azimuth_deg = -90", "0 and 360"),
        ] {
            let error = toml::from_str::<SolarConfig>(&format!("dc_mw = 1\n{text}"))
                .unwrap_err()
                .to_string();
            assert!(error.contains(part) && error.contains("line 2"), "{error}");
        }
    }

    proptest! {
        /// Never below zero, never above the inverters, and warmer air never gives more.
        #[test]
        fn power_stays_in_its_bounds(d in 0usize..365, h in 0.0..24.0f64, dni in 0.0..1000.0f64, dhi in 0.0..400.0f64,
                                     air in -20.0..45.0f64, tilt in 0.0..90.0f64) {
            let sun = Sun::on(35.0, 0.0, 0.0, d);
            let sky = |air_c| Sky { ghi_w_m2: dhi + dni * sun.cos_zenith(h).max(0.0), dni_w_m2: dni, dhi_w_m2: dhi, air_c, wind_m_s: 1.0 };
            let panels = SolarConfig { tilt_deg: tilt, ..panels("") };
            let here = panels.ac_w(&sun, h, &sky(air));
            prop_assert!((0.0..=1e6 / 1.1).contains(&here));
            prop_assert!(panels.ac_w(&sun, h, &sky(air + 5.0)) <= here + 1e-9);
        }
    }
}
