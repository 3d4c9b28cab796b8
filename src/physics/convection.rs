//! Convection from a finned chip to a liquid: by a pump, by buoyancy, or by both.
//!
//! ```text
//! natural  Nu = 0.59·Ra^¼ ,  Ra = g·β·ΔT·L³/(ν·α)            vertical plate of length L, laminar
//! forced   Nu = 1.86·(Re·Pr·D/L)^⅓ = 1.86·(v·D²/(α·L))^⅓      developing flow between fins, laminar
//! both     h³ = h_natural³ + h_forced³                        aiding
//! ```
//!
//! W/(m²·K). Source: Incropera et al., 7th ed., eqs. 9.24 (with 9.26), 8.57 and 9.64. The fins (L = 50 mm, 2 mm apart) and the
//! velocity between them at a usual flow (30 mm/s) are assumed sizes (L 30 to 80 mm, gaps of 1.5 to 3 mm, 15 to 60 mm/s): only ratios between fluids and flows
//! are used. Valid for Ra of 1e4 … 1e9 and laminar flow.

use super::fluids::Fluid;
use crate::units::GRAVITY_M_S2;

/// Length of the fins, m.
const LENGTH_M: f64 = 0.05;
/// Hydraulic diameter between fins 2 mm apart, m.
const DIAMETER_M: f64 = 0.004;
/// Velocity between the fins at the flow of 10 K rise in the reference fluid, m/s.
const VELOCITY_M_S: f64 = 0.03;
/// Fin above fluid, K.
const FIN_K: f64 = 30.0;
/// Fluid temperature at which fluids are compared, °C.
const COMPARED_C: f64 = 40.0;
/// Expansion where a table of one point tells none, 1/K: as of other hydrocarbons.
const USUAL_EXPANSION_K: f64 = 8e-4;

/// Heat-transfer coefficient by buoyancy alone, W/(m²·K).
pub fn natural_w_m2k(fluid: &Fluid) -> f64 {
    let props = fluid.at(COMPARED_C);
    let (cool, warm) = (fluid.at(COMPARED_C - 10.0), fluid.at(COMPARED_C + 10.0));
    let span_k = 20.0;
    let by_table = (cool.density_kg_m3 - warm.density_kg_m3) / span_k / props.density_kg_m3;
    let expansion_k = if by_table > 0.0 {
        by_table
    } else {
        USUAL_EXPANSION_K
    };
    let diffusivity = props.conductivity_w_mk / props.volumetric_j_m3k();
    let viscosity = props.viscosity_pa_s / props.density_kg_m3;
    let rayleigh =
        GRAVITY_M_S2 * expansion_k * FIN_K * LENGTH_M.powi(3) / (viscosity * diffusivity);
    0.59 * rayleigh.powf(0.25) * props.conductivity_w_mk / LENGTH_M
}

/// Coefficient by a pump alone, W/(m²·K); `flow` is the volume flow over that of 10 K rise in the reference fluid.
pub fn forced_w_m2k(fluid: &Fluid, flow: f64) -> f64 {
    let props = fluid.at(COMPARED_C);
    let diffusivity = props.conductivity_w_mk / props.volumetric_j_m3k();
    let graetz = VELOCITY_M_S * flow * DIAMETER_M * DIAMETER_M / (diffusivity * LENGTH_M);
    1.86 * graetz.cbrt() * props.conductivity_w_mk / DIAMETER_M
}

/// Coefficient by both, W/(m²·K).
pub fn mixed_w_m2k(fluid: &Fluid, flow: f64) -> f64 {
    (natural_w_m2k(fluid).powi(3) + forced_w_m2k(fluid, flow).powi(3)).cbrt()
}

/// Volume flow that carries the same heat at `rise_k`, over that of `reference` at 10 K.
pub fn flow_ratio(fluid: &Fluid, reference: &Fluid, rise_k: f64) -> f64 {
    reference.at(COMPARED_C).volumetric_j_m3k() * 10.0
        / (fluid.at(COMPARED_C).volumetric_j_m3k() * rise_k)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::physics::fluids::Fluids;

    /// Isoparaffin at 40 °C by hand: α = 0.10682/(748.08·2171.5) = 6.576e-8, ν = 1.1415e-6 m²/s, β = 9.7e-4; Ra = 4.75e8,
    /// Nu = 87.1, 186 W/m²K. Forced: v·D²/(α·L) = 146.0, Nu = 9.79, 261.5. Both: 289. Mineral oil is 23 times as
    /// viscous, which only buoyancy feels.
    #[test]
    fn two_oils_by_hand() {
        let fluids: Fluids =
            toml::from_str(include_str!("../../assets/catalogue/fluids.toml")).unwrap();
        let (thin, thick) = (&fluids["isoparaffin"], &fluids["mineral-oil"]);
        assert!(
            (natural_w_m2k(thin) - 186.0).abs() < 1.0,
            "{}",
            natural_w_m2k(thin)
        );
        assert!(
            (forced_w_m2k(thin, 1.0) - 261.5).abs() < 0.5,
            "{}",
            forced_w_m2k(thin, 1.0)
        );
        assert!((mixed_w_m2k(thin, 1.0) - 289.0).abs() < 1.0);
        assert!(natural_w_m2k(thick) < 0.5 * natural_w_m2k(thin));
        assert!((forced_w_m2k(thick, 1.0) / forced_w_m2k(thin, 1.0) - 1.0).abs() < 0.05);
        assert!((flow_ratio(thin, thin, 5.0) - 2.0).abs() < 1e-12);
    }
}
