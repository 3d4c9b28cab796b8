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

use crate::describe::moved_air;
use crate::heat_rejection::convention::{Convention, STANDARD_AIR_KG_M3};
use crate::physics::curves::affinity;
use crate::physics::heat_exchanger::{Arrangement, conductance_w_k};
use crate::physics::psychrometrics::MoistAir;
use crate::units;

/// An entry of `assets/catalogue/dry_coolers.toml`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DryCoolerEntry {
    /// Common name.
    pub name: String,
    /// Where the figures come from.
    pub source: String,
    /// Notes on use.
    #[serde(default)]
    pub note: String,
    /// Unconfirmed figures: the credible range of each, with its reason.
    #[serde(default)]
    pub doubt: crate::describe::Doubts,
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

/// Fans in a step: mean power and air flow relative to design.
pub(super) struct Fans {
    pub(super) power: f64,
    pub(super) air: f64,
}

impl DryCooler {
    /// Its air and fans, in a line.
    pub(in crate::heat_rejection) fn line(&self) -> String {
        moved_air(self.air_m3_s, self.fan_w)
    }

    /// Capacity rate of the design air flow, W/K.
    pub(super) fn air_w_k(&self, outside: &MoistAir) -> f64 {
        self.air_m3_s * outside.density_kg_m3() * outside.cp_j_kgk()
    }

    /// Density of the air over design.
    pub(super) fn density_ratio(&self, air: &MoistAir) -> f64 {
        self.convention.density_ratio(air, self.air_kg_m3)
    }

    /// Conductance at design speed in air of this density relative to design.
    pub(super) fn dense_ua(&self, air: &MoistAir) -> f64 {
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
    pub(super) fn conductance(&self, air: f64, ua: f64, flow_w_k: f64, air_w_k: f64) -> f64 {
        conductance_w_k(
            Arrangement::CrossflowUnmixed,
            ua * self.ua_w_k,
            flow_w_k,
            air * air_w_k,
        )
    }

    /// The fans that give conductance `wanted_w_k`; power in air of design density.
    pub(super) fn fans(&self, wanted_w_k: f64, flow_w_k: f64, outside: &MoistAir) -> Fans {
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
                let Some(air) = air_for(wanted_w_k, min_air_ratio.ln(), g) else {
                    let on = wanted_w_k / g(min_air_ratio.ln());
                    return Fans {
                        power: on * affinity(min_air_ratio, fan_exponent),
                        air: on * min_air_ratio,
                    };
                };
                Fans {
                    power: affinity(air, fan_exponent),
                    air,
                }
            }
        }
    }
}

/// The air ratio up to 1 where g(ln air) = wanted; none where the least air gives more. On logarithms g is nearly a straight line:
/// a secant from full air, then parabolas, inside a bracket.
fn air_for(wanted: f64, ln_least: f64, g: impl Fn(f64) -> f64) -> Option<f64> {
    /// About this power of the air.
    const USUAL: f64 = 0.7;
    const CLOSE: f64 = 1e-11;
    let target = wanted.ln();
    let gap = |at: f64| g(at).ln() - target;
    let full = (0.0, gap(0.0));
    if full.1 <= 0.0 {
        return Some(1.0);
    }
    let (mut low, mut high, mut bounded) = (ln_least, 0.0, false);
    let [mut before, mut last] = [full; 2];
    let mut at = (-full.1 / USUAL).max(ln_least);
    for trial in 0..60 {
        let found = gap(at);
        if found > 0.0 {
            if at <= ln_least {
                return None;
            }
            high = at;
        } else {
            (low, bounded) = (at, true);
        }
        if found.abs() < CLOSE || high - low < 1e-15 {
            break;
        }
        let [(x1, f1), (x2, f2), (x3, f3)] = [(at, found), last, before];
        at = if trial == 0 {
            x1 - f1 * (x2 - x1) / (f2 - f1)
        } else {
            x1 * f2 * f3 / ((f1 - f2) * (f1 - f3))
                + x2 * f1 * f3 / ((f2 - f1) * (f2 - f3))
                + x3 * f1 * f2 / ((f3 - f1) * (f3 - f2))
        };
        (before, last) = (last, (x1, f1));
        if !bounded && at <= ln_least {
            at = ln_least;
        } else if !(at > low && at < high) {
            at = f64::midpoint(low, high);
        }
    }
    Some(at.exp())
}
