//! Cooling of a room for IT beside the servers: switches, storage, management.
//!
//! ```text
//! units of their own (direct expansion):
//!   T_e = T_supply − Δ_e ,  T_c = max(T_out + Δ_c, T_c,min)                           °C
//!   COP = η·(T_e + 273.15)/(T_c − T_e)                                                 compressor and its motor
//!   P_comp = (Q + P_fan)/COP ,  P_cond = w_c·(Q + P_fan + P_comp)·s_c³               W
//!   s_c = Δ_c/(T_c − T_out)            condenser fans slow down while they hold the condensing temperature
//! units on facility water:  Q + P_fan into the water
//! both:  P_fan = Δp·V/η_f·s³ ,  V = Q_design/(ρ·c·Δ_rise) ,  s = Q/Q_design, at least the lowest speed
//! ```
//!
//! W, K. Source: Carnot's COP times a share that compressor, motor and throttling leave; fan laws (`physics::site_air`). Unconfirmed:
//! η = 0.55 (0.45–0.65, fixed-speed scrolls to inverter scrolls), `Δ_e` = 12 K (9–15), `Δ_c` = 15 K (11–17), `T_c,min` = 35 °C (25–41,
//! electronic to thermostatic valves), condenser fans 0.025 W/W (0.015–0.04). Checked against the least efficiency that 10 CFR 431.97
//! (ASHRAE 90.1-2019) asks of air-cooled computer-room units. Valid for steps of minutes: the room has no mass here, so heat
//! that meets units without power is counted as lost to the surroundings and the room's temperature is not followed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::describe::{moved_air, power};
use crate::physics::site_air::SiteAir;
use crate::units::{self, KELVIN};

/// Condenser fans at full speed, W per W rejected.
const CONDENSER_FANS_W_W: f64 = 0.025;
/// Lowest speed of the room's fans, of full.
const MIN_SPEED: f64 = 0.3;
/// Least difference of condensing and evaporating temperature that expansion valves need, K.
const LEAST_LIFT_K: f64 = 15.0;

/// `room` of an `[[it]]`: cooling of a room of its own.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ItRoomConfig {
    /// Air supplied, °C.
    #[serde(deserialize_with = "units::temperature_c")]
    #[schemars(range(min = 10.0, max = 40.0))]
    pub supply_c: f64,
    /// Rise of the air through the IT at full load, K.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 2.0, max = 30.0))]
    #[schemars(extend("doubt" = crate::describe::doubt(8.0, 16.0, "fast fans of small devices to contained rows")))]
    pub rise_k: f64,
    /// On facility water: air supplied above it, K.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 1.0, max = 20.0))]
    #[schemars(extend("doubt" = crate::describe::doubt(4.0, 8.0, "large coils to small")))]
    pub approach_k: f64,
    /// Direct expansion: air supplied above the evaporating temperature, K.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 3.0, max = 25.0))]
    #[schemars(extend("doubt" = crate::describe::doubt(9.0, 15.0, "large coils to small")))]
    pub evaporator_k: f64,
    /// Direct expansion: condensing temperature above outdoor air, K.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 4.0, max = 30.0))]
    #[schemars(extend("doubt" = crate::describe::doubt(11.0, 17.0, "large condensers to small")))]
    pub condenser_k: f64,
    /// Direct expansion: lowest condensing temperature, °C.
    #[serde(deserialize_with = "units::temperature_c")]
    #[schemars(range(min = 15.0, max = 50.0))]
    #[schemars(extend("doubt" = crate::describe::doubt(25.0, 41.0, "electronic expansion valves to thermostatic ones")))]
    pub condensing_min_c: f64,
    /// Direct expansion: share of Carnot's COP that compressor and motor reach.
    #[serde(deserialize_with = "units::positive_fraction")]
    #[schemars(range(min = 0.1, max = 0.9))]
    #[schemars(extend("doubt" = crate::describe::doubt(0.45, 0.65, "fixed-speed scrolls to inverter scrolls")))]
    pub carnot_share: f64,
    /// Pressure rise of the room's fans at full speed, Pa, at sea level.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 10.0, max = 3000.0))]
    #[schemars(extend("doubt" = crate::describe::doubt(250.0, 500.0, "in the row to under a raised floor")))]
    pub fan_pa: f64,
    /// Wire-to-air efficiency of those fans.
    #[serde(deserialize_with = "units::positive_fraction")]
    #[schemars(range(min = 0.05, max = 1.0))]
    #[schemars(extend("doubt" = crate::describe::doubt(0.5, 0.7, "plug fans small to large")))]
    pub fan_efficiency: f64,
}

impl Default for ItRoomConfig {
    fn default() -> Self {
        Self {
            supply_c: 24.0,
            rise_k: 12.0,
            approach_k: 6.0,
            evaporator_k: 12.0,
            condenser_k: 15.0,
            condensing_min_c: 35.0,
            carnot_share: 0.55,
            fan_pa: 350.0,
            fan_efficiency: 0.6,
        }
    }
}

impl ItRoomConfig {
    /// Units for a room of so much IT at a site; `on_water` where facility water takes the heat.
    pub fn size(&self, design_w: f64, air: SiteAir, on_water: bool) -> ItRoom {
        let air_m3_s = design_w / (air.heat_j_m3k() * self.rise_k);
        ItRoom {
            config: *self,
            design_w,
            air_m3_s,
            fans_w: self.fan_pa * air.pressure_for_mass() * air_m3_s / self.fan_efficiency,
            on_water,
        }
    }

    /// The warmest facility water that cools the room, °C.
    pub fn water_c(&self) -> f64 {
        self.supply_c - self.approach_k
    }
}

/// The units of a room.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ItRoom {
    config: ItRoomConfig,
    design_w: f64,
    air_m3_s: f64,
    fans_w: f64,
    on_water: bool,
}

/// What they draw and where the heat goes, means over a step.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ItRoomOutput {
    /// Compressors, W.
    pub compressors_w: f64,
    /// Condenser fans, W.
    pub condenser_fans_w: f64,
    /// The room's fans, W.
    pub fans_w: f64,
    /// Heat into facility water, W.
    pub to_water_w: f64,
    /// Heat to the surroundings, W.
    pub to_ambient_w: f64,
}

impl ItRoom {
    /// Its units and their sizes, in a line.
    pub fn line(&self) -> String {
        let units = if self.on_water {
            "units on facility water"
        } else {
            "direct-expansion units"
        };
        let moved = moved_air(self.air_m3_s, self.fans_w);
        format!("room for {}: {units}, {moved}", power(self.design_w))
    }

    /// Whether facility water takes the heat.
    pub fn on_water(&self) -> bool {
        self.on_water
    }

    /// Under `heat_w` of IT while it is `outside_c` outdoors. Without power heat leaves through the walls.
    pub fn step(&self, heat_w: f64, outside_c: f64, powered: bool) -> ItRoomOutput {
        if !powered || heat_w <= 0.0 {
            return ItRoomOutput {
                to_ambient_w: heat_w,
                ..ItRoomOutput::default()
            };
        }
        let config = &self.config;
        let speed = (heat_w / self.design_w).max(MIN_SPEED);
        let fans_w = self.fans_w * speed.powi(3);
        let coil_w = heat_w + fans_w;
        if self.on_water {
            return ItRoomOutput {
                fans_w,
                to_water_w: coil_w,
                ..ItRoomOutput::default()
            };
        }
        let evaporating_c = config.supply_c - config.evaporator_k;
        let condensing_c = (outside_c + config.condenser_k)
            .max(config.condensing_min_c)
            .max(evaporating_c + LEAST_LIFT_K);
        let lift_k = condensing_c - evaporating_c;
        let compressors_w = coil_w * lift_k / (config.carnot_share * (evaporating_c + KELVIN));
        let rejected_w = coil_w + compressors_w;
        let condenser_speed = config.condenser_k / (condensing_c - outside_c);
        let condenser_fans_w = CONDENSER_FANS_W_W * rejected_w * condenser_speed.powi(3);
        ItRoomOutput {
            compressors_w,
            condenser_fans_w,
            fans_w,
            to_water_w: 0.0,
            to_ambient_w: rejected_w + condenser_fans_w,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(config: ItRoomConfig) -> ItRoom {
        config.size(100e3, SiteAir::default(), false)
    }

    fn draws_w(output: &ItRoomOutput) -> f64 {
        output.compressors_w + output.condenser_fans_w + output.fans_w
    }

    /// By hand at 40 °C outdoors and full load: air 100e3/(1.184·1006·12) = 7.0 m³/s, fans 350·7.0/0.6 = 4.08 kW; evaporating at
    /// 12 °C, condensing at 55 °C: COP 0.55·285.15/43 = 3.647; compressors 104.08/3.647 = 28.5 kW, condenser fans 3.3 kW.
    #[test]
    fn power_at_full_load() {
        let out = room(ItRoomConfig::default()).step(100e3, 40.0, true);
        assert!((out.fans_w - 4080.0).abs() < 30.0, "{out:?}");
        assert!((out.compressors_w - 28_540.0).abs() < 60.0, "{out:?}");
        assert!((out.condenser_fans_w - 3315.0).abs() < 10.0, "{out:?}");
        // At 5 °C it condenses at 35 °C, 30 K above the air: fans at half speed, an eighth of their power.
        let cold = room(ItRoomConfig::default()).step(100e3, 5.0, true);
        let rejected_w = 100e3 + cold.fans_w + cold.compressors_w;
        assert!(
            (cold.condenser_fans_w / (0.025 * rejected_w) - 0.125).abs() < 1e-9,
            "{cold:?}"
        );
    }

    /// 10 CFR 431.97, table 13 (from May 2024; ASHRAE 90.1-2019): air-cooled floor-mounted downflow units of 80,000 Btu/h to 295,000 and
    /// above reach a net sensible COP of 2.58 and 2.36 or more at 29.4 °C return and 35 °C outdoors (AHRI 1360). Units that are sold lie
    /// at the limit or some 20 % above it.
    #[test]
    fn val_doe_computer_room_units() {
        let config = ItRoomConfig {
            supply_c: 29.4 - 12.0,
            ..ItRoomConfig::default()
        };
        let out = room(config).step(100e3, 35.0, true);
        // Net: without the heat of the unit's own fans.
        let net_sensible_cop = 100e3 / draws_w(&out);
        assert!(
            (2.36..=1.25 * 2.58).contains(&net_sensible_cop),
            "{net_sensible_cop}"
        );
    }

    proptest::proptest! {
        /// What comes in goes out, whatever the load, the weather and the units; warmer air never costs less.
        #[test]
        fn heat_is_kept(heat_w in 0.0..120e3_f64, outside_c in -30.0..50.0_f64, on_water: bool, powered: bool) {
            let room = ItRoomConfig::default().size(100e3, SiteAir::default(), on_water);
            let out = room.step(heat_w, outside_c, powered);
            let gap_w = heat_w + draws_w(&out) - out.to_water_w - out.to_ambient_w;
            proptest::prop_assert!(gap_w.abs() < 1e-6, "{out:?}");
            let warmer = room.step(heat_w, outside_c + 1.0, powered);
            proptest::prop_assert!(draws_w(&warmer) >= draws_w(&out) - 1e-6);
        }
    }
}
