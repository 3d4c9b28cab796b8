//! Generators: how long until they carry, what they burn.
//!
//! ```text
//! ready    at t = start + ramp after the grid failed: the load is taken over then
//! ṁ_fuel   = units·P_unit·(f0 + (f1 − f0)·x)/3.6e6            kg/s; x = P/(units·P_unit), all that run share the load
//! ```
//!
//! f1: kg per kWh at full load, f0 per kWh of rating at none (Willans line). Source: diesel 0.21 to 0.24 kg/kWh and a
//! start of 10 to 15 s, commonly quoted; the keys carry their ranges. All units run during a grid outage. Governor, voltage and
//! load steps are not modelled: within a step the sets follow. Heaters that keep them warm belong to `other_kw`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::describe::doubt;
use crate::units::{given_non_negative, non_negative, positive};

/// `[site.generator]`.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GeneratorConfig {
    /// Power that all of them together carry.
    #[serde(deserialize_with = "positive")]
    #[schemars(range(min = 1e-4, max = 1e5))]
    pub power_mw: f64,
    /// From the failure of the grid to speed and voltage.
    #[serde(default = "start", deserialize_with = "non_negative")]
    #[schemars(range(min = 0.0, max = 86400.0))]
    #[schemars(extend("doubt" = doubt(8.0, 15.0, "emergency sets must take load within 10 s; larger ones take longer")))]
    pub start_s: f64,
    /// Until all load has been taken over in blocks.
    #[serde(default = "ramp", deserialize_with = "non_negative")]
    #[schemars(range(min = 0.0, max = 86400.0))]
    #[schemars(extend("doubt" = doubt(10.0, 60.0, "one to six blocks, 10 s apart")))]
    pub ramp_s: f64,
    /// Fuel at full load.
    #[serde(default = "full", deserialize_with = "positive")]
    #[schemars(range(min = 0.01, max = 10.0))]
    #[schemars(extend("doubt" = doubt(0.196, 0.248, "diesel of 42.7 MJ/kg at efficiencies of 43 to 34 %")))]
    pub fuel_kg_kwh: f64,
    /// Fuel at no load, per hour and kW of rating.
    #[serde(default = "idle", deserialize_with = "non_negative")]
    #[schemars(range(min = 0.0, max = 1.0))]
    #[schemars(extend("doubt" = doubt(0.009, 0.026, "4 to 12 % of the fuel at full load")))]
    pub idle_fuel_kg_kwh: f64,
    /// Price of the fuel; without it the cost of an outage has no fuel in it.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given_non_negative"
    )]
    #[schemars(range(min = 0.0, max = 1e3))]
    pub fuel_usd_kg: Option<f64>,
}

fn start() -> f64 {
    12.0
}

fn ramp() -> f64 {
    30.0
}

fn full() -> f64 {
    0.22
}

fn idle() -> f64 {
    0.015
}

/// CO₂ of diesel, kg per kg: 74.1 kg/GJ × 42.7 MJ/kg (IPCC 2006 default factors; 3.1 to 3.2 by density).
pub const DIESEL_KG_KG: f64 = 3.16;

impl GeneratorConfig {
    /// Combined capacity, W.
    pub fn power_w(&self) -> f64 {
        self.power_mw * 1e6
    }

    /// Whether they carry the site this long after the grid failed.
    pub fn carries(&self, since_s: f64) -> bool {
        since_s >= self.ready_s()
    }

    /// How long after the grid failed they carry the site, s.
    pub fn ready_s(&self) -> f64 {
        self.start_s + self.ramp_s
    }

    /// Fuel at a load that a share of the units carries (above 0, up to 1), kg/s.
    pub fn fuel_kg_s(&self, power_w: f64, running: f64) -> f64 {
        let rated_w = self.power_w() * running;
        let load = power_w / rated_w;
        let slope = self.fuel_kg_kwh - self.idle_fuel_kg_kwh;
        rated_w * (self.idle_fuel_kg_kwh + slope * load) / 3.6e6
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: 2 MW at full load burn 440 kg/h; at half load 2000·(0.015 + 0.205·0.5) = 235 kg/h; the same 1 MW on half of
    /// the units 1000·0.22 = 220 kg/h.
    #[test]
    fn fuel_and_start_by_hand() {
        let sets: GeneratorConfig = toml::from_str("power_mw = 2").unwrap();
        assert!((sets.fuel_kg_s(2e6, 1.0) * 3600.0 - 440.0).abs() < 1e-9);
        assert!((sets.fuel_kg_s(1e6, 1.0) * 3600.0 - 235.0).abs() < 1e-9);
        assert!((sets.fuel_kg_s(1e6, 0.5) * 3600.0 - 220.0).abs() < 1e-9);
        assert!(!sets.carries(41.9) && sets.carries(42.0));
    }
}
