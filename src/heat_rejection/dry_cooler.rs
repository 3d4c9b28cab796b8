//! Dry cooler: a finned coil, fans and outdoor air; no water is used.
//!
//! ```text
//! Q    = G·(entering − dry bulb)        G = ε·C_min, crossflow, both fluids unmixed
//! UA   = UA_design·(air·ρ/ρ_design)^n   n = 0.737 gives 60 % at half air flow; two speeds: n of the low one
//! fans = fan_design·air^3·ρ/ρ_design    variable speed; a unit below its least speed cycles
//! two speeds: off ↔ low ↔ high, the time share that meets the load
//! ```
//!
//! Units: W, W/K, m³/s. Source: `EnergyPlus` Engineering Reference, `FluidCooler:TwoSpeed`; n from its default low-speed
//! conductance (60 % at 50 % air flow). Valid for a dry coil and water-side flow near design: the conductance follows
//! the air flow only. Water never leaves below the dry bulb.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::convention::{Convention, STANDARD_AIR_KG_M3};
use super::pads::Pads;
use super::{Asked, Available, Rejected, Rejection, Water};
use crate::describe::Doubts;
use crate::physics::curves::affinity;
use crate::physics::heat_exchanger::{Arrangement, conductance_w_k};
use crate::physics::psychrometrics::MoistAir;
use crate::units;

mod design;

pub use design::{CoolerSize, DryCoolerDesign};

/// An entry of `assets/catalogue/dry_coolers.toml`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DryCoolerEntry {
    /// What people call it.
    pub name: String,
    /// Where the figures come from.
    pub source: String,
    /// What to know before using it.
    #[serde(default)]
    pub note: String,
    /// Figures that nobody could confirm: the range that is credible of each, and why.
    #[serde(default)]
    pub doubt: Doubts,
    /// One size of it.
    pub design: DryCooler,
}

/// A dry cooler, or several equal ones that run together.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DryCooler {
    /// Conductance at design air flow, W/K.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 1.0, max = 1000000000.0))]
    pub ua_w_k: f64,
    /// Design air flow, m³/s.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.001, max = 1000000.0))]
    pub air_m3_s: f64,
    /// Fan power at design air flow, W.
    #[serde(deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 100000000.0))]
    pub fan_w: f64,
    /// How the fans are driven.
    pub drive: Drive,
    /// Density of the air that the figures above are for, kg/m³; standard air where it is not stated.
    #[serde(default = "standard_air", deserialize_with = "units::positive")]
    #[schemars(range(min = 0.3, max = 2.0))]
    pub air_kg_m3: f64,
    /// How air is counted.
    #[serde(default)]
    pub convention: Convention,
}

fn standard_air() -> f64 {
    STANDARD_AIR_KG_M3
}

/// How fans follow the load.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Drive {
    /// Any speed from the least one up.
    Variable {
        /// Least air flow of a running fan, relative to design.
        #[serde(deserialize_with = "units::positive_fraction")]
        #[schemars(range(min = 0.0, max = 1.0))]
        min_air_ratio: f64,
        /// n of UA = `UA_design·air^n`.
        #[serde(deserialize_with = "units::positive")]
        #[schemars(range(min = 0.0, max = 3.0))]
        ua_exponent: f64,
        /// Exponent of fan power.
        #[serde(deserialize_with = "units::positive")]
        #[schemars(range(min = 0.5, max = 5.0))]
        fan_exponent: f64,
    },
    /// Off, low or high.
    TwoSpeed {
        /// Air flow at low speed, relative to design.
        #[serde(deserialize_with = "units::positive_fraction")]
        #[schemars(range(min = 0.01, max = 1.0))]
        low_air_ratio: f64,
        /// Conductance at low speed, relative to design.
        #[serde(deserialize_with = "units::positive_fraction")]
        #[schemars(range(min = 0.01, max = 1.0))]
        low_ua_ratio: f64,
        /// Fan power at low speed, relative to design.
        #[serde(deserialize_with = "units::positive_fraction")]
        #[schemars(range(min = 0.001, max = 1.0))]
        low_fan_ratio: f64,
    },
}

/// What the fans do in a step: mean power and air flow relative to design.
struct Fans {
    power: f64,
    air: f64,
}

impl DryCooler {
    /// Capacity rate of the design air flow, W/K.
    fn air_w_k(&self, outside: &MoistAir) -> f64 {
        self.air_m3_s * outside.density_kg_m3() * outside.cp_j_kgk()
    }

    /// Density of the air over design.
    fn density_ratio(&self, air: &MoistAir) -> f64 {
        self.convention.density_ratio(air, self.air_kg_m3)
    }

    /// Conductance at design speed in air of this density relative to design.
    fn dense_ua(&self, air: &MoistAir) -> f64 {
        let exponent = match self.drive {
            Drive::Variable { ua_exponent, .. } => ua_exponent,
            Drive::TwoSpeed {
                low_air_ratio,
                low_ua_ratio,
                ..
            } if low_air_ratio < 1.0 => low_ua_ratio.ln() / low_air_ratio.ln(),
            Drive::TwoSpeed { .. } => 0.0,
        };
        affinity(self.density_ratio(air), exponent)
    }

    /// G at an air flow and a conductance relative to design, W/K.
    fn conductance(&self, air: f64, ua: f64, flow_w_k: f64, air_w_k: f64) -> f64 {
        conductance_w_k(
            Arrangement::CrossflowUnmixed,
            ua * self.ua_w_k,
            flow_w_k,
            air * air_w_k,
        )
    }

    /// The fans that give conductance `wanted_w_k`; power in air of design density.
    fn fans(&self, wanted_w_k: f64, flow_w_k: f64, outside: &MoistAir) -> Fans {
        let air_w_k = self.air_w_k(outside);
        let dense = self.dense_ua(outside);
        match self.drive {
            Drive::TwoSpeed {
                low_air_ratio,
                low_ua_ratio,
                low_fan_ratio,
            } => {
                let low_ua = low_ua_ratio * dense;
                let low = self.conductance(low_air_ratio, low_ua, flow_w_k, air_w_k);
                if wanted_w_k <= low {
                    let on = wanted_w_k / low;
                    return Fans {
                        power: on * low_fan_ratio,
                        air: on * low_air_ratio,
                    };
                }
                let high = self.conductance(1.0, dense, flow_w_k, air_w_k);
                let on = ((wanted_w_k - low) / (high - low)).min(1.0);
                Fans {
                    power: low_fan_ratio + on * (1.0 - low_fan_ratio),
                    air: low_air_ratio + on * (1.0 - low_air_ratio),
                }
            }
            Drive::Variable {
                min_air_ratio,
                ua_exponent,
                fan_exponent,
            } => {
                let g = |ln_air: f64| {
                    let ua = dense * (ua_exponent * ln_air).exp();
                    self.conductance(ln_air.exp(), ua, flow_w_k, air_w_k)
                };
                let least = g(min_air_ratio.ln());
                if wanted_w_k <= least {
                    let on = wanted_w_k / least;
                    return Fans {
                        power: on * affinity(min_air_ratio, fan_exponent),
                        air: on * min_air_ratio,
                    };
                }
                let air = air_for(wanted_w_k, least, min_air_ratio.ln(), g);
                Fans {
                    power: affinity(air, fan_exponent),
                    air,
                }
            }
        }
    }
}

/// The air ratio where g(ln air) = wanted: false position on logarithms, where g is nearly a straight line.
fn air_for(wanted: f64, least: f64, ln_least: f64, g: impl Fn(f64) -> f64) -> f64 {
    let full = g(0.0);
    if wanted >= full {
        return 1.0;
    }
    let target = wanted.ln();
    let (mut low, mut low_gap) = (ln_least, least.ln() - target);
    let (mut high, mut high_gap) = (0.0, full.ln() - target);
    let mut at = high;
    let mut kept_low = 0_i32;
    for _ in 0..30 {
        at = (low * high_gap - high * low_gap) / (high_gap - low_gap);
        let gap = g(at).ln() - target;
        if gap.abs() < 1e-9 {
            break;
        }
        // Illinois: an end kept twice is weighed down, so that both ends move in.
        if gap < 0.0 {
            (low, low_gap) = (at, gap);
            kept_low = kept_low.min(0) - 1;
            if kept_low < -1 {
                high_gap *= 0.5;
            }
        } else {
            (high, high_gap) = (at, gap);
            kept_low = kept_low.max(0) + 1;
            if kept_low > 1 {
                low_gap *= 0.5;
            }
        }
    }
    at.exp()
}

/// Dry coolers straight in the facility loop.
#[derive(Debug, Clone, PartialEq)]
pub struct DryCoolerPlant {
    /// The coolers that can run, together.
    pub cooler: DryCooler,
    /// All of them.
    installed: DryCooler,
    /// What wets their air.
    pub pads: Option<Pads>,
}

impl DryCoolerPlant {
    /// All of these coolers.
    pub fn of(cooler: DryCooler) -> Self {
        Self {
            installed: cooler.clone(),
            cooler,
            pads: None,
        }
    }

    /// Air entering the coils.
    fn air(&self, outside: &MoistAir) -> MoistAir {
        match &self.pads {
            Some(pads) if pads.are_wet() => pads.air(outside),
            _ => *outside,
        }
    }

    /// Heat per kelvin between entering water and air at full fans, W/K, and the temperature of that air, °C.
    pub(super) fn reach(&self, flow_w_k: f64, outside: &MoistAir) -> (f64, f64) {
        let air = self.air(outside);
        let air_w_k = self.cooler.air_w_k(&air);
        let ua = self.cooler.dense_ua(&air);
        let g_w_k = self.cooler.conductance(1.0, ua, flow_w_k, air_w_k);
        (g_w_k, air.dry_bulb_c)
    }
}

impl Rejection for DryCoolerPlant {
    fn decide(&mut self, asked: &Asked<'_>) {
        if let Some(pads) = &mut self.pads {
            pads.decide(asked.outside);
        }
    }

    /// Coils without fans are shut off; the others get their water.
    fn set_available(&mut self, available: &Available) {
        if let Some(pads) = &mut self.pads {
            pads.supply(available.water);
        }
        let share = available.fans.clamp(0.0, 1.0);
        self.cooler = DryCooler {
            ua_w_k: self.installed.ua_w_k * share,
            air_m3_s: self.installed.air_m3_s * share,
            fan_w: self.installed.fan_w * share,
            ..self.installed.clone()
        };
    }

    fn capacity_w(&self, supply_c: f64, flow_w_k: f64, outside: &MoistAir) -> f64 {
        if flow_w_k <= 0.0 {
            return 0.0;
        }
        // Q = G·(supply + Q/C − air). G < C, or the water would leave as cold as the air.
        let (g_w_k, air_c) = self.reach(flow_w_k, outside);
        let reach_k = (supply_c - air_c).max(0.0);
        g_w_k * reach_k / (1.0 - g_w_k / flow_w_k).max(1e-6)
    }

    fn reject(&self, heat_w: f64, supply_c: f64, flow_w_k: f64, outside: &MoistAir) -> Rejected {
        let none = Rejected {
            condenser_c: f64::NAN,
            ..Rejected::default()
        };
        if heat_w <= 0.0 || flow_w_k <= 0.0 {
            return none;
        }
        let air = self.air(outside);
        let reach_k = supply_c + heat_w / flow_w_k - air.dry_bulb_c;
        let wanted_w_k = if reach_k > 0.0 {
            heat_w / reach_k
        } else {
            f64::INFINITY
        };
        let fans = self.cooler.fans(wanted_w_k, flow_w_k, &air);
        let fans_w = fans.power * self.cooler.density_ratio(&air) * self.cooler.fan_w;
        let water = match &self.pads {
            Some(pads) if pads.are_wet() => {
                // The fans move a volume of the air behind the pads.
                let dry_kg_s = fans.air * self.cooler.air_m3_s / air.specific_volume_m3_kg();
                pads.water(dry_kg_s, outside)
            }
            _ => Water::default(),
        };
        Rejected {
            fans_w,
            heat_to_ambient_w: heat_w + fans_w,
            water,
            fan_speed: fans.air,
            ..none
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use proptest::prelude::*;

    fn catalogue() -> BTreeMap<String, DryCoolerEntry> {
        toml::from_str(include_str!("../../assets/catalogue/dry_coolers.toml")).unwrap()
    }

    /// −8.26 °C, 99.3 kPa: 60 m³/s are 78.3 kg/s or 78.9 kW/K. As `EnergyPlus` counts: NTU 1.521, Cr 0.474, ε 0.672 and G 53.0
    /// kW/K; water enters at 41.07 °C, so low speed carries 2,616 kW and runs 38.6 % of the time: 1,854 W. With 1.3051 over
    /// 1.2 kg/m³: UA 120·1.0876^0.737 = 127.7 kW/K, NTU 1.619, ε 0.689, G 54.4 kW/K, 37.67 % of the time at 4.8 kW·1.0876:
    /// 1,967 W.
    #[test]
    fn low_speed_by_hand() {
        let outside = MoistAir {
            dry_bulb_c: -8.2625,
            wet_bulb_c: -9.285,
            humidity_ratio: 0.0013,
            pressure_pa: 99_312.5,
        };
        let mut cooler = catalogue().remove("two-speed-reference").unwrap().design;
        for (convention, fans_w) in [
            (Convention::EnergyPlus, 1854.0),
            (Convention::Strict, 1966.5),
        ] {
            cooler.convention = convention;
            let plant = DryCoolerPlant::of(cooler.clone());
            let r = plant.reject(1.0104e6, 35.0, 166.33e3, &outside);
            assert!((r.fans_w - fans_w).abs() < 4.0, "{} {fans_w}", r.fans_w);
        }
    }

    #[test]
    fn the_design_point_is_met() {
        let design = DryCoolerDesign::for_heat(2e6);
        let outside = MoistAir {
            dry_bulb_c: 35.0,
            wet_bulb_c: 20.0,
            humidity_ratio: 0.01,
            pressure_pa: 101_325.0,
        };
        let capacity_w = design.size().capacity_w(41.0, 2e6 / 6.0, &outside);
        assert!((capacity_w - 2e6).abs() < 1.0, "{capacity_w}");
    }

    proptest! {
        /// Variable fans find the air flow at which the coil carries exactly the load.
        #[test]
        fn the_air_flow_carries_the_load(db in -30.0..40.0f64, above in 3.0..30.0f64, load in 0.05..1.0f64) {
            let cooler = catalogue().remove("ec-fans").unwrap().design;
            let plant = DryCoolerPlant::of(cooler);
            let outside = MoistAir { dry_bulb_c: db, wet_bulb_c: db, humidity_ratio: 0.001, pressure_pa: 1e5 };
            let (supply_c, flow_w_k) = (db + above, 166e3);
            let heat_w = load * plant.capacity_w(supply_c, flow_w_k, &outside);
            let r = plant.reject(heat_w, supply_c, flow_w_k, &outside);
            if r.fan_speed > 0.2 {
                let air_w_k = plant.cooler.air_w_k(&outside);
                let ua = plant.cooler.dense_ua(&outside) * r.fan_speed.powf(0.737);
                let g = plant.cooler.conductance(r.fan_speed, ua, flow_w_k, air_w_k);
                let carried_w = g * (above + heat_w / flow_w_k);
                prop_assert!((carried_w / heat_w - 1.0).abs() < 1e-7, "{carried_w} {heat_w}");
            }
        }
    }
}
