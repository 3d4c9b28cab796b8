//! Air inside a hall at its site: how dense it is, and what that asks of fans.
//!
//! ```text
//! ρ = p/(R·T)                                  dry, T = 25 °C, R = 287.042 J/(kg·K)
//! σ = ρ/ρ_0                                    ρ_0 at 101,325 Pa: 1.184 kg/m³
//! same mass:   V = V_0/σ ,  Δp ~ ρ·V² = Δp_0/σ ,  P = Δp·V/η = P_0/σ²
//! same speed:  V = V_0 ,    Δp = σ·Δp_0 ,         P = σ·P_0
//! ```
//!
//! kg/m³, m³/s, Pa, W. Source: ideal gas; affinity laws of fans in passages of a given geometry (Incropera et al., 7th ed., §8.1;
//! C. L. Belady, IEEE Transactions on Components, Packaging and Manufacturing Technology A 19(4), 1996, on electronics at
//! altitude). The pressure is the mean of the site's year of weather: its swings (±2 %), the temperature of the air and its
//! moisture (1 % each) are left out inside halls. Everything stated for fans, filters, coils and sinks is stated for sea level,
//! as catalogues do. Valid to some 5,000 m.

use super::psychrometrics::{AIR_CP_J_KGK, R_DRY_AIR, standard_pressure_pa};
use crate::units::KELVIN;

/// Pressure at sea level, Pa.
pub const SEA_LEVEL_PA: f64 = 101_325.0;
/// Temperature at which density is taken, °C.
const TEMP_C: f64 = 25.0;

/// Air of a site, as its halls are designed for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SiteAir {
    /// Mean pressure, Pa.
    pub pressure_pa: f64,
    /// Above sea level, m.
    pub elevation_m: f64,
}

impl Default for SiteAir {
    /// At sea level.
    fn default() -> Self {
        Self {
            pressure_pa: SEA_LEVEL_PA,
            elevation_m: 0.0,
        }
    }
}

impl SiteAir {
    /// In the standard atmosphere at a height above the sea, m.
    pub fn standard(elevation_m: f64) -> Self {
        Self {
            pressure_pa: standard_pressure_pa(elevation_m),
            elevation_m,
        }
    }

    /// ρ, kg/m³.
    pub fn density_kg_m3(self) -> f64 {
        self.pressure_pa / (R_DRY_AIR * (TEMP_C + KELVIN))
    }

    /// σ: density over that at sea level.
    pub fn ratio(self) -> f64 {
        self.pressure_pa / SEA_LEVEL_PA
    }

    /// ρ·c, J/(m³·K).
    pub fn heat_j_m3k(self) -> f64 {
        self.density_kg_m3() * AIR_CP_J_KGK
    }

    /// Pressure for the same mass through the same passages, over that at sea level: 1/σ.
    pub fn pressure_for_mass(self) -> f64 {
        1.0 / self.ratio()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: 101,325/(287.042·298.15) = 1.18396 kg/m³. At 2,600 m 101,325·(1 − 2.25577e-5·2600)^5.2559 = 73,749 Pa,
    /// 0.7278 of it, 0.8617 kg/m³: 1.374 times the pressure for the same mass.
    #[test]
    fn sea_and_mountain_by_hand() {
        let (sea, high) = (SiteAir::default(), SiteAir::standard(2600.0));
        assert!((sea.density_kg_m3() - 1.18396).abs() < 1e-5);
        assert_eq!((sea.ratio(), sea.pressure_for_mass()), (1.0, 1.0));
        assert!((high.ratio() - 0.72785).abs() < 1e-4, "{high:?}");
        assert!((high.density_kg_m3() - 0.86174).abs() < 1e-4);
        assert!((high.pressure_for_mass() - 1.374).abs() < 1e-3);
        assert!((sea.heat_j_m3k() - 1191.1).abs() < 0.1);
    }
}
