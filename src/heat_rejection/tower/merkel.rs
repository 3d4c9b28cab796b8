//! A cooling tower by Merkel's equation: water and saturated air in counterflow, driven by enthalpy.
//!
//! ```text
//! Q      = C·R = m·(h_s(T_e) − h_s(T_wb))             W; C water W/K, m dry air kg/s, T_e wet bulb of the exit air
//! c_e    = (h_s(T_e) − h_s(T_wb))/(T_e − T_wb)        J/(kg·K), saturated air as a fluid
//! Q      = ε·C_min·(T_in − T_wb)                      counterflow between C and m·c_e
//! NTU    = UA/(m·c_p) on the air side, so that c_e cancels
//! UA     = UA_design·f_wb·f_air·f_water
//! f_wb   = 1 + 0.0081·(T_wb,design − T_wb)            difference held in −10 … 25 K
//! f_air  = 1.3·a − 0.3·a²                             a held in 0.2 … 1
//! f_water = 0.1082 + 1.667·w − 0.7713·w²              w held in 0.3 … 1
//! ```
//!
//! a and w: air and water relative to design, `h_s` enthalpy of saturated air, J/kg of dry air. Given the heat, `T_e` follows
//! from the enthalpy, and the rest is a closed form: only `T_e` is searched (Newton), and the inverses are bracketed.
//! UA is that of the design point. Outside the range of a correction it is held; below the least air UA falls in
//! proportion to the air.
//!
//! Source: Merkel 1925 with the effective specific heat of saturated air, as `CoolingTower:VariableSpeed:Merkel` of the
//! `EnergyPlus` Engineering Reference; corrections as its defaults. Valid for Merkel's assumptions (Lewis number 1, saturated
//! exit air, evaporated water left out of the water's balance): within 5 % of the heat of models that follow that water (an
//! estimate, unconfirmed: 2 % in cool damp air to 10 % in hot dry air). Approaches up to 40 K: `c_e` is one figure for the whole way of the air, and
//! from approaches of about 50 K on (a fifth of the air for full water, far below zero) water leaves some tenths of a
//! kelvin warmer as it gets colder. Ranges end at 40 K, exit air at 80 °C.

use super::design::TowerDesign;
use crate::describe::Fault;
use crate::physics::fluids::WATER_CP_J_KGK;
use crate::physics::psychrometrics::{MoistAir, saturated};

/// Largest range considered, K.
pub(super) const WIDEST_K: f64 = 40.0;
/// Warmest exit air, °C.
const WARMEST_C: f64 = 80.0;

/// The exchange of a cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Merkel {
    /// NTU of the air side at the design point.
    ntu: f64,
    design_w_k: f64,
    air_m3_s: f64,
    /// Dry air at the design point, kg/s.
    design_kg_s: f64,
    wet_bulb_c: f64,
}

/// Water and air of a step.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stream {
    flow_w_k: f64,
    wet_bulb_c: f64,
    pressure_pa: f64,
    /// Enthalpy of saturated air at the wet bulb, J/kg, and its slope, J/(kg·K).
    inlet_j_kg: f64,
    inlet_j_kgk: f64,
    /// Dry air at design speed, kg/s.
    full_kg_s: f64,
    /// UA relative to design without the correction for air.
    factor: f64,
}

impl Stream {
    /// Wet bulb of the exit air, °C, and capacity rate of the air relative to that of the water.
    fn exit(&self, air: f64, range_k: f64) -> (f64, f64) {
        let air_kg_s = air * self.full_kg_s;
        let gain_j_kg = self.flow_w_k * range_k / air_kg_s;
        let mut exit_c = (self.wet_bulb_c + gain_j_kg / self.inlet_j_kgk).min(WARMEST_C);
        for _ in 0..30 {
            let exit = saturated(exit_c, self.pressure_pa);
            let step_k = (self.inlet_j_kg + gain_j_kg - exit.enthalpy_j_kg) / exit.slope_j_kgk;
            exit_c = (exit_c + step_k).min(WARMEST_C);
            if step_k.abs() < 1e-11 * (1.0 + exit_c.abs()) || exit_c == WARMEST_C {
                break;
            }
        }
        let rise_k = exit_c - self.wet_bulb_c;
        let ratio = if rise_k > 1e-4 {
            range_k / rise_k
        } else {
            air_kg_s * self.inlet_j_kgk / self.flow_w_k
        };
        (exit_c, ratio)
    }
}

impl Merkel {
    /// The conductance that meets a design point; a fault at `air_m3_s` where no exchanger does with that little air.
    pub(super) fn sized(design: &TowerDesign) -> Result<Self, Fault> {
        let mut merkel = Self {
            ntu: 1.0,
            design_w_k: design.water_kg_s * WATER_CP_J_KGK,
            air_m3_s: design.air_m3_s,
            design_kg_s: 1.0,
            wet_bulb_c: design.wet_bulb_c,
        };
        let stream = merkel.stream(merkel.design_w_k, &design.air());
        merkel.design_kg_s = stream.full_kg_s;
        let (_, ratio) = stream.exit(1.0, design.range_k);
        let wanted = design.range_k / (design.range_k + design.approach_k);
        // The water side's ε is m·(1 − e)/(1 − m·e), e = exp(−NTU·(1 − m)): m must be above it.
        let e = (ratio - wanted) / (ratio * (1.0 - wanted));
        if e <= 1e-9 {
            let what = format!(
                "{:.3} m³/s of air per cell carry too little for this approach and range",
                design.air_m3_s
            );
            let cure = format!("use more than {:.3}", design.air_m3_s * wanted / ratio);
            return Err(Fault::new(what, cure).at("air_m3_s"));
        }
        let gap = 1.0 - ratio;
        merkel.ntu = if gap.abs() < 1e-9 {
            wanted / (1.0 - wanted)
        } else {
            -e.ln() / gap
        };
        Ok(merkel)
    }

    pub(super) fn stream(&self, flow_w_k: f64, outside: &MoistAir) -> Stream {
        let water = |w: f64| 0.1082 + w * (1.667 - 0.7713 * w);
        let w = (flow_w_k / self.design_w_k).clamp(0.3, 1.0);
        let colder_k = (self.wet_bulb_c - outside.wet_bulb_c).clamp(-10.0, 25.0);
        let inlet = saturated(outside.wet_bulb_c, outside.pressure_pa);
        Stream {
            flow_w_k,
            wet_bulb_c: outside.wet_bulb_c,
            pressure_pa: outside.pressure_pa,
            inlet_j_kg: inlet.enthalpy_j_kg,
            inlet_j_kgk: inlet.slope_j_kgk,
            full_kg_s: self.air_m3_s * outside.density_kg_m3() / (1.0 + outside.humidity_ratio),
            // The published correction is 1.0039 at design flow; it is taken relative to that.
            factor: (1.0 + 0.0081 * colder_k) * water(w) / water(1.0),
        }
    }

    /// Water leaving, °C, when it is cooled by `range_k` with `air` of design.
    pub(super) fn leaving_c(&self, stream: &Stream, air: f64, range_k: f64) -> f64 {
        if range_k <= 0.0 {
            return stream.wet_bulb_c;
        }
        let (_, ratio) = stream.exit(air, range_k);
        let per_air = 1.3 - 0.3 * air.clamp(0.2, 1.0);
        let ntu = self.ntu * stream.factor * per_air * self.design_kg_s / stream.full_kg_s;
        // 1/ε − 1 of the water side: (1 − m)/(m·(1 − e)), or 1/NTU where both streams are equal.
        let gap = 1.0 - ratio;
        let approach = if (gap * ntu).abs() < 1e-9 {
            1.0 / ntu
        } else {
            gap / (ratio * -(-ntu * gap).exp_m1())
        };
        stream.wet_bulb_c + range_k * approach
    }

    /// The range, K, where leaving water + `slope`·range is at `reach_c`.
    pub(super) fn range_k(&self, stream: &Stream, air: f64, slope: f64, reach_c: f64) -> f64 {
        if reach_c <= stream.wet_bulb_c {
            return 0.0;
        }
        root(0.0, WIDEST_K, |range_k| {
            self.leaving_c(stream, air, range_k) + slope * range_k - reach_c
        })
    }

    /// The air that cools water by `range_k` down to `leaving_c`, between `least` and design.
    pub(super) fn air(&self, stream: &Stream, range_k: f64, leaving_c: f64, least: f64) -> f64 {
        root(least, 1.0, |air| {
            leaving_c - self.leaving_c(stream, air, range_k)
        })
    }
}

/// The zero of a rising function between two ends, or the nearer end (Illinois).
fn root(low: f64, high: f64, f: impl Fn(f64) -> f64) -> f64 {
    let (mut a, mut b) = (low, high);
    let (mut f_a, mut f_b) = (f(a), f(b));
    if f_a >= 0.0 {
        return a;
    }
    if f_b <= 0.0 {
        return b;
    }
    let mut kept = 0_i32;
    for _ in 0..80 {
        let c = (a * f_b - b * f_a) / (f_b - f_a);
        let f_c = f(c);
        if f_c.abs() < 1e-11 || b - a < 1e-12 {
            return c;
        }
        if f_c < 0.0 {
            (a, f_a) = (c, f_c);
            if kept < 0 {
                f_b *= 0.5;
            }
            kept = -1;
        } else {
            (b, f_b) = (c, f_c);
            if kept > 0 {
                f_a *= 0.5;
            }
            kept = 1;
        }
    }
    f64::midpoint(a, b)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::describe::Place;

    fn merkel() -> Merkel {
        Merkel::sized(&TowerDesign::for_heat(1e6, 25.6)).unwrap()
    }

    fn air(wet_bulb_c: f64) -> MoistAir {
        MoistAir::from_relative_humidity(wet_bulb_c, 1.0, 101_325.0)
    }

    /// 6 K of range over 4 K of approach at 25.6 °C. By hand: 166.7 kW/K of water and 25.88 m³/s of air, 29.62 kg/s of
    /// dry air; 33.76 kJ/kg on 78.83 make 112.59 kJ/kg, saturated at 32.34 °C: m = 6/6.74 = 0.8905. ε = 0.6 wants
    /// e = (0.8905 − 0.6)/(0.8905·0.4) = 0.8156, NTU = −ln(0.8156)/0.1095 = 1.862.
    #[test]
    fn the_design_point_by_hand() {
        let m = merkel();
        let stream = m.stream(m.design_w_k, &air(25.6));
        let (exit_c, ratio) = stream.exit(1.0, 6.0);
        assert!((exit_c - 32.34).abs() < 0.01, "{exit_c}");
        assert!((ratio - 0.8905).abs() < 5e-4, "{ratio}");
        assert!((m.ntu - 1.862).abs() < 2e-3, "{}", m.ntu);
        assert!((m.leaving_c(&stream, 1.0, 6.0) - 29.6).abs() < 1e-9);
        // Half the air: UA 0.575 of design.
        let half = m.leaving_c(&stream, 0.5, 6.0);
        assert!(half > 32.0 && half < 36.0, "{half}");
    }

    /// Sized alike, the two models leave within 0.55 K of each other above 0 °C wet bulb with half the air or more; the
    /// correlation is a fit to other towers and knows nothing of this one.
    #[test]
    fn it_agrees_with_the_correlation() {
        let mut all: std::collections::BTreeMap<
            String,
            crate::heat_rejection::tower::cell::TowerEntry,
        > = toml::from_str(include_str!("../../../assets/catalogue/towers.toml")).unwrap();
        let york = all.remove("york-calc").unwrap().correlation;
        let l = york.design_liquid_gas(25.6, 6.0, 4.0).unwrap();
        let m = merkel();
        for wb in [0.0, 5.0, 10.0, 15.0, 20.0, 25.6] {
            for (air_ratio, range_k) in [(1.0, 6.0), (1.0, 3.0), (0.5, 6.0), (0.5, 3.0)] {
                let theirs = york.leaving_c(&york.surface(wb), range_k, l / air_ratio);
                let stream = m.stream(m.design_w_k, &air(wb));
                let ours = m.leaving_c(&stream, air_ratio, range_k);
                assert!(
                    (ours - theirs).abs() < 0.55,
                    "{wb} {air_ratio} {range_k} {ours} {theirs}"
                );
            }
        }
    }

    #[test]
    fn too_little_air_is_refused() {
        let design = TowerDesign {
            air_m3_s: 5.0,
            ..TowerDesign::for_heat(1e6, 25.6)
        };
        let fault = Merkel::sized(&design).unwrap_err();
        assert_eq!(fault.place, Place::Key("air_m3_s".into()));
        assert!(fault.cure.contains("use more than"), "{fault}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        /// Colder air (up to approaches of 40 K), more air, less heat and more of the way: none ever makes water warmer; never below wet bulb.
        #[test]
        fn it_moves_as_it_should(
            a in -30.0..33.0f64, b in -30.0..33.0f64, range_k in 0.05..15.0f64, more_k in 0.0..5.0f64,
            x in 0.1..1.0f64, y in 0.1..1.0f64, w in 0.3..1.2f64
        ) {
            let m = merkel();
            let flow_w_k = w * m.design_w_k;
            let (cold, warm) = (m.stream(flow_w_k, &air(a.min(b))), m.stream(flow_w_k, &air(a.max(b))));
            let leaving = |s: &Stream, air, r| m.leaving_c(s, air, r);
            prop_assert!(leaving(&cold, x, range_k) >= cold.wet_bulb_c);
            let cold_c = leaving(&cold, x, range_k);
            let known = cold_c <= cold.wet_bulb_c + 40.0;
            prop_assert!(!known || cold_c <= leaving(&warm, x, range_k) + 1e-9);
            prop_assert!(leaving(&cold, x.max(y), range_k) <= leaving(&cold, x.min(y), range_k) + 1e-9);
            prop_assert!(leaving(&cold, x, range_k + more_k) >= leaving(&cold, x, range_k) - 1e-9);
        }

        /// The inverses give back what went in.
        #[test]
        fn the_inverses_agree(
            wb in -20.0..30.0f64, range_k in 0.2..15.0f64, air_ratio in 0.2..1.0f64, slope in 0.0..2.0f64
        ) {
            let m = merkel();
            let stream = m.stream(m.design_w_k, &air(wb));
            let leaving_c = m.leaving_c(&stream, air_ratio, range_k);
            let back = m.range_k(&stream, air_ratio, slope, leaving_c + slope * range_k);
            prop_assert!((back - range_k).abs() < 1e-6, "{back} {range_k}");
            let back = m.air(&stream, range_k, leaving_c, 0.1);
            prop_assert!((back - air_ratio).abs() < 1e-6, "{back} {air_ratio}");
        }
    }
}
