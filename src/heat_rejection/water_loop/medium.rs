//! The liquid in a circuit of facility water: water, or water with glycol where frost threatens.
//!
//! ```text
//! flow      V = C/(ρ·c)                                     m³/s for the same capacity rate C, W/K
//! friction  Δp ∝ ρ^0.75·μ^0.25·V^1.75                       the same pipes; Blasius, f = 0.316·Re^−0.25
//! tube      h = Nu(Re, Pr)·k/D                              Gnielinski from Re 4000, 4.36 below 2300, in between straight
//! channel   h ∝ k·Re^0.728·Pr^(1/3)                         plates with chevrons, Re 800 and above
//! coil      UA = UA_water/(1 + r·(h_water/h − 1))           r = 0.2 of a finned coil's resistance is on the liquid side
//! plate     UA = UA_water/(1 + s·(h_water/h − 1))           s = 0.48, the film of one side (`heat_exchanger.rs`)
//! ```
//!
//! All relative to water at the same temperature and capacity rate. Re of the tube is that of water at 1.2 m/s in 12 mm,
//! as coils are made (0.8 to 1.8 m/s, 9 to 16 mm): strong mixtures in the cold are near laminar there, and lose more than a
//! turbulent law says. Properties are those of the mean of supply and return at full load and hold all year: circuits
//! keep their setpoint. Exchangers that are sized for an approach are sized with the liquid and come out larger; a coil or
//! a plate whose conductance is stated loses by the film. Source: Incropera et al., *Fundamentals of Heat and Mass
//! Transfer*, 7th ed., ch. 8 (Gnielinski, Blasius); Muley and Manglik, J. Heat Transfer 121 (1999) 110, for the exponents of
//! plates; properties of `assets/catalogue/fluids.toml`; r is an estimate, unconfirmed: 0.1 where fins are sparse to 0.3 where
//! they are dense and the liquid is slow. Left out: the 2 to 4 % that chillers lose with glycol in their evaporators.

use crate::physics::fluids::{Fluid, Properties, WATER_CP_J_KGK, WATER_DENSITY_KG_M3};
use crate::physics::heat_exchanger::ResistanceSplit;

/// Share of a finned coil's resistance to heat on the liquid side.
const LIQUID_SHARE: f64 = 0.2;

/// Fluid of a circuit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Medium {
    /// Density, kg/m³.
    pub density_kg_m3: f64,
    /// Specific heat, J/(kg·K).
    pub cp_j_kgk: f64,
    /// Pressure drop of the circuit over that with water.
    pub friction: f64,
    /// Conductance of a finned coil over that with water.
    pub coil: f64,
    /// Conductance of a plate heat exchanger over that with water.
    pub plate: f64,
}

/// Water in the tubes of a coil at design, m/s, and their bore, m.
const TUBE_M_S: f64 = 1.2;
const BORE_M: f64 = 12e-3;

/// Film coefficient inside a tube at this velocity, W/(m²·K).
fn tube_w_m2k(it: &Properties, m_s: f64) -> f64 {
    const LAMINAR: (f64, f64) = (2300.0, 4.36);
    const TURBULENT_RE: f64 = 4000.0;
    let prandtl = it.viscosity_pa_s * it.cp_j_kgk / it.conductivity_w_mk;
    let gnielinski = |re: f64| {
        let eighth = (0.79 * re.ln() - 1.64).powi(-2) / 8.0;
        eighth * (re - 1000.0) * prandtl
            / (1.0 + 12.7 * eighth.sqrt() * (prandtl.powf(2.0 / 3.0) - 1.0))
    };
    let re = it.density_kg_m3 * m_s * BORE_M / it.viscosity_pa_s;
    let part = ((re - LAMINAR.0) / (TURBULENT_RE - LAMINAR.0)).max(0.0);
    let nusselt = if part >= 1.0 {
        gnielinski(re)
    } else {
        (1.0 - part) * LAMINAR.1 + part * gnielinski(TURBULENT_RE)
    };
    nusselt * it.conductivity_w_mk / BORE_M
}

/// Film coefficient between chevron plates at this velocity, of any unit.
fn channel(it: &Properties, m_s: f64) -> f64 {
    let prandtl = it.viscosity_pa_s * it.cp_j_kgk / it.conductivity_w_mk;
    let re = it.density_kg_m3 * m_s / it.viscosity_pa_s;
    it.conductivity_w_mk * re.powf(0.728) * prandtl.cbrt()
}

/// An exchanger whose share of resistance is in a film that is `ratio` of what it was.
fn with_film(share: f64, ratio: f64) -> f64 {
    1.0 / (1.0 + share * (1.0 / ratio - 1.0))
}

impl Medium {
    /// Plain water.
    pub const WATER: Self = Self {
        density_kg_m3: WATER_DENSITY_KG_M3,
        cp_j_kgk: WATER_CP_J_KGK,
        friction: 1.0,
        coil: 1.0,
        plate: 1.0,
    };

    /// `fluid` at `temp_c`, beside `water`.
    pub fn of(fluid: &Fluid, water: &Fluid, temp_c: f64) -> Self {
        let (it, water) = (fluid.at(temp_c), water.at(temp_c));
        let density = it.density_kg_m3 / water.density_kg_m3;
        let viscosity = it.viscosity_pa_s / water.viscosity_pa_s;
        let flow = water.volumetric_j_m3k() / it.volumetric_j_m3k();
        let tube = tube_w_m2k(&it, TUBE_M_S * flow) / tube_w_m2k(&water, TUBE_M_S);
        let channel = channel(&it, flow) / channel(&water, 1.0);
        Self {
            density_kg_m3: it.density_kg_m3,
            cp_j_kgk: it.cp_j_kgk,
            friction: density.powf(0.75) * viscosity.powf(0.25) * flow.powf(1.75),
            coil: with_film(LIQUID_SHARE, tube),
            plate: with_film(ResistanceSplit::PLATE.hot, channel),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::physics::fluids::Fluids;
    use proptest::prelude::*;

    fn fluids() -> Fluids {
        toml::from_str(include_str!("../../../assets/catalogue/fluids.toml")).unwrap()
    }

    /// PG30 at 35 °C: ρ 1016.23, c 3897.18, μ 1.80847 mPa·s, k 0.456532; water 994.077, 4179, 0.719132, 0.621754. Flow
    /// 4154.2/3960.4 = 1.0489; friction 1.0166·1.2593·1.0872 = 1.3918. Tube: Re 19,906 and 8,488, Pr 4.834 and 15.438, Nu 127.24
    /// and 90.94, h 6,593 and 3,460 W/(m²·K): 0.5248; coil 1/(1 + 0.2·0.9056) = 0.8467. Channel: 0.7343·0.5377·1.4727 =
    /// 0.5814; plate 1/(1 + 0.48·0.7200) = 0.7432.
    #[test]
    fn glycol_by_hand() {
        let all = fluids();
        let pg = Medium::of(&all["pg30"], &all["water"], 35.0);
        assert!((pg.friction - 1.3918).abs() < 1e-3, "{pg:?}");
        assert!((pg.coil - 0.8467).abs() < 1e-4, "{pg:?}");
        assert!((pg.plate - 0.7432).abs() < 1e-4, "{pg:?}");
        let film = tube_w_m2k(&all["water"].at(35.0), TUBE_M_S);
        assert!((film - 6593.0).abs() < 1.0, "{film}");
        assert!((pg.cp_j_kgk - 3897.18).abs() < 1e-9);
        let water = Medium::of(&all["water"], &all["water"], 35.0);
        assert!((water.friction - 1.0).abs() < 1e-12 && (water.coil - 1.0).abs() < 1e-12);
    }

    proptest! {
        /// At the same setting of the pump, which moves no more of a thicker liquid, more glycol never raises a film, nor the
        /// capacity rate that it meets.
        #[test]
        fn more_glycol_never_conducts_better(kind in 0..2_usize, step in 0..4_usize, temp_c in 5.0..60.0f64, m_s in 0.2..2.5f64) {
            let all = fluids();
            let families = [["water", "pg25", "pg30", "pg40", "pg50"], ["water", "eg30", "eg40", "eg50", "eg60"]];
            let (less, more) = (all[families[kind][step]].at(temp_c), all[families[kind][step + 1]].at(temp_c));
            prop_assert!(tube_w_m2k(&more, m_s) <= tube_w_m2k(&less, m_s));
            prop_assert!(channel(&more, m_s) <= channel(&less, m_s));
            prop_assert!(more.volumetric_j_m3k() <= less.volumetric_j_m3k());
        }
    }

    /// More glycol freezes later, takes more pressure and conducts less, in both kinds.
    #[test]
    fn more_glycol_is_harder_to_pump() {
        let all = fluids();
        for family in [
            &["water", "pg25", "pg30", "pg40", "pg50"][..],
            &["water", "eg30", "eg40", "eg50", "eg60"],
        ] {
            for pair in family.windows(2) {
                let freezing = |key: &str| all[key].freezing_c.unwrap();
                assert!(freezing(pair[1]) < freezing(pair[0]), "{pair:?}");
                for temp_c in [10.0, 25.0, 45.0] {
                    let at = |key: &str| Medium::of(&all[key], &all["water"], temp_c);
                    let (less, more) = (at(pair[0]), at(pair[1]));
                    assert!(
                        more.friction > less.friction
                            && more.coil < less.coil
                            && more.plate < less.plate,
                        "{pair:?}"
                    );
                    assert!(
                        more.cp_j_kgk < less.cp_j_kgk && more.density_kg_m3 > less.density_kg_m3
                    );
                }
            }
        }
    }
}
