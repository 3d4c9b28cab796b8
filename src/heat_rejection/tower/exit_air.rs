//! Water that air takes up in a tower, when it leaves saturated.
//!
//! ```text
//! strict       m·(h_out − h_in) = Q + E·h_l,  E = m·(w_out − w_in)       m dry air, kg/s; exit air saturated
//!              so h_s(T) − h_l·w_s(T) = h_in − h_l·w_in + Q/m            h_l = 4186·T_leaving, J/kg
//! EnergyPlus   h_s(T) = h_in + Q/m′,  E = m′·(s_out − s_in)              m′ moist air, kg/s; s = w/(1 + w)
//! ```
//!
//! h is in J per kg of dry air, w in kg per kg of dry air. The water that evaporates leaves as liquid at the temperature
//! of the water that leaves the tower, where make-up replaces it; colder make-up (mains in winter) takes 0.17 % of
//! the heat per kelvin and evaporates so much less.
//!
//! Source: mass and enthalpy balance, ASHRAE Handbook, HVAC Systems and Equipment, cooling towers; the other is the
//! `EnergyPlus` Engineering Reference, "Cooling Towers", mode `SaturatedExit`, which takes enthalpy per kg of dry air with
//! the flow of moist air and leaves out the water's own enthalpy. It is used where a comparison needs it
//! (`convention.rs`). Valid up to 80 °C exit air.

use crate::heat_rejection::convention::Convention;
use crate::physics::psychrometrics::{
    MoistAir, TRIPLE_POINT_C, humidity_ratio_from_enthalpy, liquid_enthalpy_j_kg, saturated,
    saturated_way_k,
};

/// Warmest exit air considered, °C.
pub(super) const WARMEST_C: f64 = 80.0;

/// Water evaporated into `air_kg_s` of moist outdoor air by `heat_w` out of water that leaves at `leaving_c`, kg/s, and the
/// temperature of the exit air, °C; infinite where there is no air.
pub(super) fn evaporated(
    heat_w: f64,
    air_kg_s: f64,
    air: &MoistAir,
    leaving_c: f64,
    convention: Convention,
) -> (f64, f64) {
    if heat_w <= 0.0 || air_kg_s <= 0.0 {
        return (0.0, f64::INFINITY);
    }
    let w_in = air.humidity_ratio;
    match convention {
        Convention::Strict => {
            let dry_kg_s = air_kg_s / (1.0 + w_in);
            let liquid_j_kg = liquid_enthalpy_j_kg(leaving_c.max(0.0));
            let inlet_j_kg = air.enthalpy_j_kg() - liquid_j_kg * w_in;
            let exit_j_kg = inlet_j_kg + heat_w / dry_kg_s;
            let (w_out, exit_c) = exit_humidity(air, exit_j_kg, liquid_j_kg);
            ((dry_kg_s * (w_out - w_in)).max(0.0), exit_c)
        }
        Convention::EnergyPlus => {
            let exit_j_kg = air.enthalpy_j_kg() + heat_w / air_kg_s;
            let (w_out, exit_c) = exit_humidity(air, exit_j_kg, 0.0);
            let gained = w_out / (1.0 + w_out) - w_in / (1.0 + w_in);
            ((air_kg_s * gained).max(0.0), exit_c)
        }
    }
}

/// Least moist outdoor air that takes `heat_w` out of water from `entering_c` to `leaving_c`, kg/s: it leaves saturated at the
/// temperature of the water that enters.
pub(super) fn least_kg_s(heat_w: f64, entering_c: f64, leaving_c: f64, air: &MoistAir) -> f64 {
    let exit = saturated(entering_c.min(WARMEST_C), air.pressure_pa);
    let liquid_j_kg = liquid_enthalpy_j_kg(leaving_c.max(0.0));
    let w_in = air.humidity_ratio;
    let taken_j_kg =
        exit.enthalpy_j_kg - air.enthalpy_j_kg() - liquid_j_kg * (exit.humidity_ratio - w_in);
    if taken_j_kg <= 0.0 {
        return 0.0; // no air does
    }
    heat_w / taken_j_kg * (1.0 + w_in)
}

/// Humidity ratio and temperature, °C, of saturated air with so much of `enthalpy − liquid·humidity ratio`.
fn exit_humidity(air: &MoistAir, exit_j_kg: f64, liquid_j_kg: f64) -> (f64, f64) {
    let mut exit_c = air.wet_bulb_c;
    for _ in 0..12 {
        let at = saturated(exit_c, air.pressure_pa);
        let has_j_kg = at.enthalpy_j_kg - liquid_j_kg * at.humidity_ratio;
        let step_k = saturated_way_k(exit_c, &at, liquid_j_kg, exit_j_kg - has_j_kg);
        let over_water = exit_c > TRIPLE_POINT_C;
        exit_c += step_k;
        if exit_c >= WARMEST_C {
            let humidity_ratio = saturated(WARMEST_C, air.pressure_pa).humidity_ratio;
            return (humidity_ratio, WARMEST_C);
        }
        // What a step misses grows with its cube: about a microkelvin for this one. At the triple point the slope jumps.
        if step_k.abs() < 0.2 && over_water == (exit_c > TRIPLE_POINT_C) {
            break;
        }
    }
    let humidity_ratio = humidity_ratio_from_enthalpy(exit_c, exit_j_kg, liquid_j_kg);
    (humidity_ratio, exit_c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// 1 MW into 30 kg/s of air at 35 °C with 14.23 g/kg (71.73 kJ/kg), water leaving at 29 °C. By hand: 29.579 kg/s of dry
    /// air leave saturated at 31.42 °C with 29.612 g/kg and 107.40 kJ/kg: 0.4550 kg/s, and 1,055.2 kW in the air are the 1,000
    /// and 0.4550·121.39 kJ/kg of the water itself.
    #[test]
    fn a_tower_by_hand() {
        let air = MoistAir::from_humidity_ratio(35.0, 0.01423, 101_325.0);
        let found = evaporated(1e6, 30.0, &air, 29.0, Convention::Strict).0;
        assert!((found - 0.454_99).abs() < 1e-5, "{found}");
    }

    proptest! {
        /// The water found is that of air which leaves saturated with all of the heat, found by halving.
        #[test]
        fn exit_air_is_saturated_and_has_the_heat(
            dry_c in -25.0..48.0_f64, depression_k in 0.0..20.0_f64, kpa in 70.0..104.0_f64, kj_kg in 0.01..150.0_f64,
            leaving_c in 0.0..45.0_f64
        ) {
            let air = MoistAir::from_dew_point(dry_c, (dry_c - depression_k).max(-40.0), kpa * 1e3);
            let w_in = air.humidity_ratio;
            for convention in [Convention::Strict, Convention::EnergyPlus] {
                let (found, _) = evaporated(kj_kg * 1e3, 1.0, &air, leaving_c, convention);
                let (flow_kg_s, liquid_j_kg) = match convention {
                    Convention::Strict => (1.0 / (1.0 + w_in), 4186.0 * leaving_c),
                    Convention::EnergyPlus => (1.0, 0.0),
                };
                let (mut low, mut high) = (-50.0, WARMEST_C);
                while high - low > 1e-11 {
                    let middle = 0.5 * (low + high);
                    let exit = saturated(middle, air.pressure_pa);
                    let gained = exit.enthalpy_j_kg - air.enthalpy_j_kg();
                    if flow_kg_s * (gained - liquid_j_kg * (exit.humidity_ratio - w_in)) < kj_kg * 1e3 {
                        low = middle;
                    } else {
                        high = middle;
                    }
                }
                let w_out = saturated(low, air.pressure_pa).humidity_ratio;
                let taken = match convention {
                    Convention::Strict => w_out - w_in,
                    Convention::EnergyPlus => w_out / (1.0 + w_out) - w_in / (1.0 + w_in),
                };
                let expected = (flow_kg_s * taken).max(0.0);
                prop_assert!((found - expected).abs() <= 2e-8 + 2e-6 * expected, "{found} {expected}");
            }
        }
    }
}
