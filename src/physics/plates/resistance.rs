//! Resistance of a cold plate over the flow of its coolant.
//!
//! ```text
//! R(V)   = R_s + φ·R_f·V^(−1/3)                       case to the mean of the coolant, K/W;  V: L/min through the plate
//! R_case = R(V) + ½/(ρ·c·V)                           case to the inlet
//! φ      = (k_0/k)^(2/3)·((ρc)_0/(ρc))^(1/3)          the film of another fluid, 0: PG25 at 40 °C
//! R_s = 0.01412 ,  R_f = 0.00305 K/W
//! ```
//!
//! Laminar flow that still develops in the channels: Nu ~ (V/(α·L))^(1/3) (Incropera et al., 7th ed., eq. 8.57), and the mean of
//! the coolant half its rise above the inlet. `R_s` is what flow does not change: the base, the fins, and the film of developed flow.
//!
//! Source: `R_s` and `R_f` are fitted by least relative squares to the plate of OCP's 1 kW accelerator module with PG25, 14 flows of
//! 0.4 to 2.4 L/min, as recorded in Modelica Buildings (`DataCenters.LiquidCooled`). The law meets 0.5 to 2.4 L/min within 1.3 %,
//! and 0.4 L/min, where the plate is worse than any such law, 4.9 % low. Most of what flow does is the rise of the coolant: from
//! 1.0 to 0.5 L/min the plate loses 0.0080 K/W, of which 0.0075 are rise. The effect of another fluid follows from the law and
//! was not measured.
//! Valid for 0.4 to 2.4 L/min and liquids near water; below, the film of 5 % of the full flow is held.

use crate::physics::fluids::Fluid;

/// Flow-independent resistance from case to coolant, K/W.
const SOLID_K_W: f64 = 0.014_12;
/// Resistance of the film at 1 L/min of PG25, K/W.
const FILM_K_W: f64 = 0.003_05;
/// Temperature at which fluids are compared, °C.
const COMPARED_C: f64 = 40.0;
/// Flow below which the film does not get any worse, of full.
const LEAST_FLOW: f64 = 0.05;

/// The fluid of the measured plate.
pub const REFERENCE_FLUID: &str = "pg25";

/// What flows through the plates at full flow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlateFlow {
    /// Litres per minute for each kW of the chip.
    pub l_min_kw: f64,
    /// Resistance of the coolant's film over that of PG25 at the same flow.
    pub film_ratio: f64,
}

impl Default for PlateFlow {
    /// OCP's guideline, with PG25.
    fn default() -> Self {
        Self {
            l_min_kw: 1.5,
            film_ratio: 1.0,
        }
    }
}

impl PlateFlow {
    /// Of a fluid at so many litres per minute and kW; `reference` is the fluid of [`REFERENCE_FLUID`].
    pub fn of(fluid: &Fluid, reference: &Fluid, l_min_kw: f64) -> Self {
        let (here, there) = (fluid.at(COMPARED_C), reference.at(COMPARED_C));
        let conductivity = there.conductivity_w_mk / here.conductivity_w_mk;
        let capacity = there.volumetric_j_m3k() / here.volumetric_j_m3k();
        Self {
            l_min_kw,
            film_ratio: conductivity.powf(2.0 / 3.0) * capacity.cbrt(),
        }
    }

    /// From a chip's case to the mean of its coolant at full flow, K/W.
    pub fn resistance_k_w(self, chip_w: f64) -> f64 {
        SOLID_K_W + self.film_k_w(chip_w)
    }

    /// The coolant's film in it, K/W.
    pub fn film_k_w(self, chip_w: f64) -> f64 {
        self.film_ratio * FILM_K_W / (self.l_min_kw * chip_w / 1e3).cbrt()
    }
}

/// Resistance of the film at a share of the full flow, over that at full flow.
pub fn film_over_flow(flow: f64) -> f64 {
    1.0 / flow.max(LEAST_FLOW).cbrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::physics::fluids::Fluids;
    use proptest::prelude::*;

    /// L/min of PG25 and K/W from case to inlet: OCP's 1 kW module.
    const OCP: [(f64, f64); 14] = [
        (0.4, 0.0389),
        (0.5, 0.0325),
        (0.6, 0.0300),
        (0.7, 0.0280),
        (0.8, 0.0265),
        (0.9, 0.0255),
        (1.0, 0.0245),
        (1.2, 0.0230),
        (1.4, 0.0220),
        (1.6, 0.0214),
        (1.8, 0.0209),
        (2.0, 0.0204),
        (2.2, 0.0200),
        (2.4, 0.0197),
    ];

    fn fluids() -> Fluids {
        toml::from_str(include_str!("../../../assets/catalogue/fluids.toml")).unwrap()
    }

    /// Case to inlet at a flow through one plate, K/W.
    fn case_to_inlet_k_w(flow_l_min: f64) -> f64 {
        let flow = PlateFlow {
            l_min_kw: flow_l_min,
            film_ratio: 1.0,
        };
        let capacity_w_k = flow_l_min / 60e3 * fluids()["pg25"].at(40.0).volumetric_j_m3k();
        flow.resistance_k_w(1000.0) + 0.5 / capacity_w_k
    }

    /// The points that the law was fitted to: its form is what is checked.
    #[test]
    fn the_plate_that_it_was_fitted_to() {
        for (flow_l_min, k_w) in OCP {
            let error = case_to_inlet_k_w(flow_l_min) / k_w - 1.0;
            let most = if flow_l_min < 0.45 { 0.05 } else { 0.0135 };
            assert!(error.abs() < most, "{flow_l_min} L/min: {error}");
        }
    }

    /// By hand for 700 W at 1.5 L/min per kW: 1.05 L/min, 0.01412 + 0.00305/1.05^(1/3) = 0.01412 + 0.003001 = 0.017121 K/W. At
    /// half that flow the film has 2^(1/3) = 1.26 times its resistance. Water (0.6285 W/(m·K), 4.1468 MJ/(m³·K)) for PG25
    /// (0.48584, 4.0080): (0.48584/0.6285)^(2/3)·(4.0080/4.1468)^(1/3) = 0.8424·0.9887 = 0.8329.
    #[test]
    fn flow_and_fluid_by_hand() {
        let usual = PlateFlow::default();
        assert!((usual.resistance_k_w(700.0) - 0.017_121).abs() < 1e-6);
        assert!((film_over_flow(0.5) - 1.259_92).abs() < 1e-5);
        let fluids = fluids();
        let water = PlateFlow::of(&fluids["water"], &fluids["pg25"], 1.5);
        assert!((water.film_ratio - 0.8329).abs() < 2e-4, "{water:?}");
        assert_eq!(PlateFlow::of(&fluids["pg25"], &fluids["pg25"], 1.5), usual);
    }

    proptest! {
        /// More coolant never makes a plate worse, and none makes it worse without bound.
        #[test]
        fn more_flow_never_hurts(l_min_kw in 0.1..20.0f64, chip_w in 50.0..3000.0f64, flow in 0.0..1.0f64) {
            let at = |l_min_kw| PlateFlow { l_min_kw, film_ratio: 1.0 }.resistance_k_w(chip_w);
            prop_assert!(at(l_min_kw * 1.1) < at(l_min_kw));
            prop_assert!(film_over_flow(flow) >= 1.0 && film_over_flow(flow) < 2.72);
            prop_assert!(film_over_flow(flow) >= film_over_flow((flow + 0.01).min(1.0)));
        }
    }
}
