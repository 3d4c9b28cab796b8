//! The facility water loop between halls and plant: its flow, its pump and its thermal mass.
//!
//! ```text
//! ṁc = Q/ΔT within [f_min, 1]·design       flow follows the heat
//! P  = P_design·f·(h + (1 − h)·f²)           h: head held at the farthest user, of full head; the rest is friction
//! C  = V·ρ·c                                 water in pipes, coils and exchangers; with glycol: `medium.rs`
//! ```
//!
//! Source: pumps as in `pump.rs`; the pressure held at the farthest user is the control that ANSI/ASHRAE/IES 90.1, 6.5.4.2,
//! asks of variable flow. It is 30 % of the head (none where speed follows the flow or the most open valve, half where it
//! is held at the pumps; unconfirmed). The volume of water is an engineering estimate, 12 l per kW of design heat, unconfirmed:
//! 6 l/kW where chillers are beside the halls, 20 l/kW with long mains and buffer vessels. Valid for one loop, well mixed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub mod medium;
pub mod pump;
pub mod reset;
pub mod reuse;
pub mod storage;

use crate::units;
use medium::Medium;
use pump::Pump;
use reset::Reset;

/// Sizes of a loop as built; what is not stated is sized from the heat of the halls.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LoopSize {
    /// Heat the plant is sized for, kW; 1.1 × the IT power at full load otherwise.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 0.1, max = 1e8))]
    pub design_kw: Option<f64>,
    /// Flow of the pumps at full load, kg/s; the design heat over `rise_k` otherwise.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 1e-3, max = 1e7))]
    pub flow_kg_s: Option<f64>,
    /// Electrical power of the pumps at full flow, kW; sized for 180 kPa (with water) otherwise.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 1e-3, max = 1e6))]
    pub pump_kw: Option<f64>,
    /// Least flow of the pumps, of full; 0.2 otherwise.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_fraction"
    )]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub min_flow: Option<f64>,
    /// Pressure that the pumps hold at the farthest user whatever flows, of the head at full flow; 0.3 otherwise. With 0 power
    /// follows the cube of the flow.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_fraction"
    )]
    #[schemars(range(min = 0.0, max = 1.0))]
    #[schemars(extend("doubt" = crate::describe::doubt(0.0, 0.5, "speed by the most open valve, to pressure held at the pumps"), "otherwise" = HELD_HEAD))]
    pub held_head: Option<f64>,
    /// Water in pipes and coils, litres per kW of design heat; 12 otherwise.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 0.1, max = 1e4))]
    #[schemars(extend("doubt" = crate::describe::doubt(6.0, 20.0, "chillers beside the halls, to long mains and buffer vessels"), "otherwise" = LITRES_PER_KW))]
    pub litres_per_kw: Option<f64>,
    /// A stratified tank of chilled facility water that is discharged when the plant falls short, m³; none otherwise.
    #[serde(
        skip_serializing_if = "Option::is_none",
        deserialize_with = "units::given_positive"
    )]
    #[schemars(range(min = 1e-2, max = 1e6))]
    pub storage_m3: Option<f64>,
    /// Facility water warmer than its setpoint, by wet bulb or load.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reset: Option<Reset>,
}

/// Water in pipes and coils, litres per kW of design heat (6 to 20; unconfirmed).
const LITRES_PER_KW: f64 = 12.0;
/// Least flow of the facility pumps, of design.
const MIN_FLOW: f64 = 0.2;
/// Pressure held at the farthest user, of the head at full flow.
const HELD_HEAD: f64 = 0.3;

impl LoopSize {
    /// Nothing is stated.
    pub fn is_free(&self) -> bool {
        *self == Self::default()
    }

    /// The loop for `heat_w` at full load.
    pub fn size(&self, setpoint_c: f64, rise_k: f64, heat_w: f64, medium: Medium) -> WaterLoop {
        let kg_s = self
            .flow_kg_s
            .unwrap_or(heat_w / (rise_k * medium.cp_j_kgk));
        let head_pa = Pump::TYPICAL_HEAD_PA * medium.friction;
        let sized = Pump::sized(head_pa, kg_s, medium.density_kg_m3);
        let pump = Pump {
            design_w: self.pump_kw.map_or(sized.design_w, |kw| kw * 1e3),
            minimum_flow: self.min_flow.unwrap_or(MIN_FLOW),
            ..sized
        };
        let held = self.held_head.unwrap_or(HELD_HEAD);
        let pump = Pump {
            coefficients: [0.0, held, 0.0, 1.0 - held],
            ..pump
        };
        let litres_per_kw = self.litres_per_kw.unwrap_or(LITRES_PER_KW);
        WaterLoop {
            setpoint_c,
            rise_k,
            mass_j_k: WaterLoop::mass_j_k(litres_per_kw, heat_w, &medium),
            medium,
            pump,
            reset: self.reset,
            available: 1.0,
        }
    }
}

/// A facility water loop, sized.
#[derive(Debug, Clone)]
pub struct WaterLoop {
    /// Supply temperature the plant holds while it can, °C.
    pub setpoint_c: f64,
    /// Rise through the halls at full load, K.
    pub rise_k: f64,
    /// Heat capacity of the water, J/K.
    pub mass_j_k: f64,
    /// Its fluid.
    pub medium: Medium,
    /// The pump; its design flow is that of full load.
    pub pump: Pump,
    /// How its supply follows weather or load, if it does.
    pub reset: Option<Reset>,
    /// Share of the pumps that can run, 0..1. Without any, what rises by itself still circulates (1 %;
    /// 0 where check valves close to 3 % in tall risers; unconfirmed).
    pub available: f64,
}

/// The loop at one heat flow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Flow {
    /// Capacity rate ṁc, W/K.
    pub w_k: f64,
    /// Mass flow, kg/s.
    pub kg_s: f64,
    /// Electrical power of the pump, W.
    pub pump_w: f64,
    /// The part of it that warms the water, W.
    pub pump_heat_w: f64,
}

impl WaterLoop {
    /// Heat capacity of `litres_per_kw` of the liquid for each kW of design heat, J/K.
    pub fn mass_j_k(litres_per_kw: f64, design_heat_w: f64, medium: &Medium) -> f64 {
        litres_per_kw * 1e-3 * medium.density_kg_m3 * medium.cp_j_kgk * design_heat_w / 1e3
    }

    /// Supply that the plant aims at with this smoothed heat, W, and wet bulb, °C, after a step of `dt_s` from what it aimed at
    /// before, if it did.
    pub fn aimed_c(&self, before_c: Option<f64>, heat_w: f64, wet_bulb_c: f64, dt_s: f64) -> f64 {
        let design_w = self.pump.design_kg_s * self.medium.cp_j_kgk * self.rise_k;
        let Some(reset) = self.reset else {
            return self.setpoint_c;
        };
        let asked_c = reset.supply_c(self.setpoint_c, heat_w / design_w, wet_bulb_c);
        match before_c.filter(|_| reset.above_wet_bulb_k.is_none()) {
            Some(before_c) => before_c + (asked_c - before_c) * reset::share(dt_s),
            None => asked_c,
        }
    }

    /// Warmest supply that it ever aims at, °C.
    pub fn warmest_aim_c(&self) -> f64 {
        self.reset.map_or(self.setpoint_c, |reset| {
            reset.warmest_c.max(self.setpoint_c)
        })
    }

    /// The flow that carries `heat_w` at the design rise, within the pump's limits.
    pub fn flow(&self, heat_w: f64) -> Flow {
        // A loop without heat still circulates: its controls need to feel the temperature.
        let wanted_kg_s = (heat_w / (self.rise_k * self.medium.cp_j_kgk))
            .max(self.pump.design_kg_s * self.pump.minimum_flow.max(1e-3));
        if self.available < 1.0 {
            return self.flow_of_few(wanted_kg_s);
        }
        let running = self.pump.run(wanted_kg_s);
        Flow {
            w_k: running.flow_kg_s * self.medium.cp_j_kgk,
            kg_s: running.flow_kg_s,
            pump_w: running.electric_w,
            pump_heat_w: running.heat_to_water_w,
        }
    }

    /// Parallel pumps with some out of service: the others turn as fast as they must and can.
    fn flow_of_few(&self, wanted_kg_s: f64) -> Flow {
        let natural_kg_s = 0.01 * self.pump.design_kg_s;
        let each_kg_s = if self.available > 0.0 {
            wanted_kg_s / self.available
        } else {
            0.0
        };
        let running = self.pump.run(each_kg_s);
        let kg_s = (running.flow_kg_s * self.available).max(natural_kg_s);
        Flow {
            w_k: kg_s * self.medium.cp_j_kgk,
            kg_s,
            pump_w: running.electric_w * self.available,
            pump_heat_w: running.heat_to_water_w * self.available,
        }
    }
}
