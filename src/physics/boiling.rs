//! Pool boiling on a chip's lid: at which temperature, superheat by nucleate boiling, and the flux at which it ends.
//!
//! ```text
//! h    = 55·p_r^0.12·(−log10 p_r)^−0.55·M^−0.5·q^0.67          Cooper, smooth copper of 1 µm;  W/(m²·K), q in W/m²
//! ΔT   = q/h ~ q^0.33                                          wall above boiling point, K
//! q_chf = 0.131·h_fg·√ρ_v·(σ·g·(ρ_l − ρ_v))^0.25               Zuber, W/m²
//! 1/T_s = 1/T_0 − ln(p/p_0)/B ,  B = h_fg·T_0/(p_0·(1/ρ_v − 1/ρ_l))      Clausius–Clapeyron from the normal boiling point, K
//! ρ_v  ~ p/T_s
//! h_fg = h_0·((T_c − T)/(T_c − T_0))^0.38                      Watson, along the saturation line, where T_c is known
//! ```
//!
//! M is in kg/kmol, `p_r` pressure over critical pressure. Source: M. G. Cooper, *Heat flow rates in saturated nucleate
//! pool boiling*, Advances in Heat Transfer 16 (1984); N. Zuber 1959, in Incropera et al., 7th ed., §10.4. Both hold for
//! saturated liquid and plain surfaces, Cooper within about 30 %; porous coatings multiply `h` at the same flux and `q_chf`
//! (the server's entry says by how much). Clausius–Clapeyron with the vapour's real density at `p_0` and constant latent heat
//! and compressibility: Novec 649 within 0.15 K of `CoolProp` from 61 to 101 kPa, its vapour's density within 3 %. Latent
//! heat, surface tension and density of the liquid are held (4 % at 61 kPa). At another temperature (`saturated_at`) latent
//! heat follows K. M. Watson, *Ind. Eng. Chem.* 35 (1943) 398: within 0.5 % of `CoolProp` from 10 to 60 °C for R-1233zd(E) and
//! R-1234ze(E), whose pressure is met within 3 and 9 %. Valid below `q_chf`: beyond it a film of vapour
//! insulates the chip.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::site_air::SEA_LEVEL_PA;
use crate::units::{self, GRAVITY_M_S2, KELVIN};

/// A fluid at its boiling point: the normal one, as the catalogue has it, or that under another pressure.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Boiling {
    /// Boiling point, °C.
    #[serde(deserialize_with = "units::temperature_c")]
    #[schemars(range(min = -60.0, max = 90.0))]
    pub boiling_c: f64,
    /// Latent heat, J/kg.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 10000.0, max = 3000000.0))]
    pub latent_j_kg: f64,
    /// Density of the liquid, kg/m³.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 100.0, max = 5000.0))]
    pub liquid_kg_m3: f64,
    /// Density of the vapour, kg/m³.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.1, max = 200.0))]
    pub vapour_kg_m3: f64,
    /// Surface tension, N/m.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.0001, max = 0.1))]
    pub surface_tension_n_m: f64,
    /// Molar mass, kg/kmol.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 10.0, max = 2000.0))]
    pub molar_kg_kmol: f64,
    /// Critical pressure, Pa.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 200000.0, max = 30000000.0))]
    pub critical_pa: f64,
    /// Critical temperature, °C; without it latent heat is held along the saturation line.
    #[serde(default, deserialize_with = "units::given_positive")]
    #[schemars(range(min = 25.0, max = 400.0))]
    pub critical_c: Option<f64>,
    /// Pressure over the bath, Pa.
    #[serde(skip, default = "sea_level")]
    pub pressure_pa: f64,
}

/// Latent heat over the distance to the critical temperature.
const WATSON: f64 = 0.38;

fn sea_level() -> f64 {
    SEA_LEVEL_PA
}

impl Boiling {
    /// The same fluid under another pressure, Pa.
    #[must_use]
    pub fn under(self, pressure_pa: f64) -> Self {
        let from_k = self.boiling_c + KELVIN;
        let share = pressure_pa / self.pressure_pa;
        let at_k = 1.0 / (1.0 / from_k - share.ln() / self.slope_k());
        Self {
            boiling_c: at_k - KELVIN,
            vapour_kg_m3: self.vapour_kg_m3 * share * from_k / at_k,
            pressure_pa,
            ..self
        }
    }

    /// The same fluid saturated at another temperature, °C, as in a closed loop.
    #[must_use]
    pub fn saturated_at(self, temp_c: f64) -> Self {
        let (from_k, at_k) = (self.boiling_c + KELVIN, temp_c + KELVIN);
        let share = (self.slope_k() * (1.0 / from_k - 1.0 / at_k)).exp();
        let latent = self.critical_c.map_or(1.0, |critical_c| {
            let left = (critical_c - temp_c) / (critical_c - self.boiling_c);
            left.max(0.0).powf(WATSON)
        });
        Self {
            boiling_c: temp_c,
            latent_j_kg: self.latent_j_kg * latent,
            vapour_kg_m3: self.vapour_kg_m3 * share * from_k / at_k,
            pressure_pa: self.pressure_pa * share,
            ..self
        }
    }

    /// B of Clausius and Clapeyron, K.
    fn slope_k(&self) -> f64 {
        let swelling_m3_kg = 1.0 / self.vapour_kg_m3 - 1.0 / self.liquid_kg_m3;
        self.latent_j_kg * (self.boiling_c + KELVIN) / (self.pressure_pa * swelling_m3_kg)
    }

    /// Heat-transfer coefficient at a flux, W/(m²·K).
    pub fn coefficient_w_m2k(&self, flux_w_m2: f64) -> f64 {
        let reduced = self.pressure_pa / self.critical_pa;
        55.0 * reduced.powf(0.12)
            * (-reduced.log10()).powf(-0.55)
            * self.molar_kg_kmol.powf(-0.5)
            * flux_w_m2.powf(0.67)
    }

    /// The flux at which a plain surface dries out, W/m².
    pub fn critical_flux_w_m2(&self) -> f64 {
        let buoyancy =
            self.surface_tension_n_m * GRAVITY_M_S2 * (self.liquid_kg_m3 - self.vapour_kg_m3);
        0.131 * self.latent_j_kg * self.vapour_kg_m3.sqrt() * buoyancy.powf(0.25)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Novec 649 by hand: `p_r` = 0.101325/1.869 = 0.05421; 0.05421^0.12 = 0.70483, (1.26591)^−0.55 = 0.87842,
    /// 316.04^−0.5 = 0.056251; 55·…·1e5^0.67 (2238.7) = 4,288 W/m²K, so 23.3 K at 10 W/cm². Zuber with
    /// 87.9 kJ/kg, 12.8 and 1,527 kg/m³ and 8.6 mN/m: 0.131·87,900·3.5777·(127.7)^0.25 (3.3616) = 138.5 kW/m².
    #[test]
    fn novec_by_hand() {
        let fluid = novec();
        let h = fluid.coefficient_w_m2k(1e5);
        assert!((h - 4288.0).abs() < 10.0, "{h}");
        let most = fluid.critical_flux_w_m2();
        assert!((most - 138.5e3).abs() < 200.0, "{most}");
    }

    fn novec() -> Boiling {
        Boiling {
            boiling_c: 49.05,
            latent_j_kg: 87.9e3,
            liquid_kg_m3: 1527.0,
            vapour_kg_m3: 12.8,
            surface_tension_n_m: 8.6e-3,
            molar_kg_kmol: 316.04,
            critical_pa: 1.869e6,
            critical_c: Some(168.66),
            pressure_pa: SEA_LEVEL_PA,
        }
    }

    /// `CoolProp` 8, saturated: Novec 649 at 25 °C 94.84 kJ/kg and 40.4 kPa, at 70 °C 81.37 and 198.7.
    #[test]
    fn val_coolprop_along_the_saturation_line() {
        for (temp_c, latent_j_kg, pressure_pa) in
            [(25.0, 94.84e3, 40.4e3), (70.0, 81.37e3, 198.7e3)]
        {
            let fluid = novec().saturated_at(temp_c);
            assert!(
                (fluid.latent_j_kg / latent_j_kg - 1.0).abs() < 0.007,
                "{fluid:?}"
            );
            assert!(
                (fluid.pressure_pa / pressure_pa - 1.0).abs() < 0.03,
                "{fluid:?}"
            );
            // There and back.
            let back = fluid.saturated_at(49.05);
            assert!((back.latent_j_kg / novec().latent_j_kg - 1.0).abs() < 1e-12);
        }
    }

    /// `CoolProp` 7, Novec649, saturated: 49.05 °C at 101.325 kPa, 43.56 at 83.4, 40.23 at 73.8, 35.21 at 61.0; vapour of 10.61,
    /// 9.44 and 7.87 kg/m³. Constant latent heat and compressibility cost up to 0.15 K and 3 %.
    #[test]
    fn val_coolprop_boiling_at_altitude() {
        for (pressure_pa, boiling_c, vapour_kg_m3) in [
            (83.4e3, 43.56, 10.61),
            (73.8e3, 40.23, 9.44),
            (61e3, 35.21, 7.87),
        ] {
            let fluid = novec().under(pressure_pa);
            assert!((fluid.boiling_c - boiling_c).abs() < 0.15, "{fluid:?}");
            assert!(
                (fluid.vapour_kg_m3 / vapour_kg_m3 - 1.0).abs() < 0.03,
                "{fluid:?}"
            );
        }
        let same = novec().under(SEA_LEVEL_PA);
        assert!((same.boiling_c - 49.05).abs() < 1e-9);
        // Thin vapour boils less well, and dries the lid out sooner.
        let (high, low) = (novec().under(61e3), novec());
        assert!(high.coefficient_w_m2k(1e5) < 0.9 * low.coefficient_w_m2k(1e5));
        assert!(high.critical_flux_w_m2() < 0.8 * low.critical_flux_w_m2());
    }
}
