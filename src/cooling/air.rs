//! Room air: CRAH units push cool air under the racks, servers draw it, warm air returns to the coils.
//!
//! ```text
//! T_in   = T_s + r·(T_hot − T_s)                 r: share of a rack's inlet air that is hot air recirculated
//! T_ret  = T_hot − b·(T_hot − T_s)               b: share of supply air that bypasses the racks
//! (1 − b)·V_crah = (1 − r)·V_servers             the fans follow the servers' air flow
//! C_air·dT_hot/dt = Q + P_fan − draw − hA·(T_hot − T_mass)
//! C_mass·dT_mass/dt = hA·(T_hot − T_mass)        racks, floor and walls
//! draw   = min(ṁc·(T_ret − T_s,set), ε·C_min·(T_ret − T_water))₊
//! P_fan  = Δp·V_installed/η·(V/V_installed)^2.7
//! ```
//!
//! The control holds the supply temperature with the water valve; where water is too warm, or the fans are
//! too slow, the coil binds and the room floats. Both limits are straight lines in T_hot, and the two masses
//! are advanced exactly.
//!
//! Source: two-parameter room and supply heat index after Sharma, Bash, Patel, AIAA-2002-3091; fan exponent
//! 2.5–2.8 of real variable-speed systems, containment shares and Δp are remembered figures (unconfirmed).
//! Valid with all units running at one speed; no humidity is added or removed (dry coils).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::room::{RoomMasses, follow};
use super::{Config, Design, Input, Output, Sink, Technology};
use crate::physics::Coolant;
use crate::physics::fluids::AIR_CP_J_KGK;
use crate::physics::heat_exchanger::{Arrangement, conductance_w_k, ua_for_inlets};
use crate::physics::water::Water;
use crate::units;
use crate::vector;

/// Rows of finned tube against the air stream.
const COIL: Arrangement = Arrangement::Counterflow;
/// Heat of power distribution in the hall, over the IT heat, that the coils are sized for.
const DISTRIBUTION_SHARE: f64 = 0.02;
/// Fan power follows flow to this power.
const FAN_EXPONENT: f64 = 2.7;
/// A rack at the end of a row recirculates this much more (or less, in the middle) than the mean.
const RECIRCULATION_SPREAD: f64 = 0.5;
/// Racks in a row, for the pattern of recirculation.
const RACKS_PER_ROW: usize = 16;

/// How well hot and cold air are kept apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Containment {
    /// Open aisles: 30 % of inlet air recirculates, 45 % of supply air bypasses.
    None,
    /// Contained cold aisles: 10 % recirculates, 12 % bypasses.
    ColdAisle,
    /// Contained hot aisles: 7 % recirculates, 8 % bypasses.
    HotAisle,
}

impl Containment {
    fn recirculation(self) -> f64 {
        match self {
            Self::None => 0.30,
            Self::ColdAisle => 0.10,
            Self::HotAisle => 0.07,
        }
    }
    fn bypass(self) -> f64 {
        match self {
            Self::None => 0.45,
            Self::ColdAisle => 0.12,
            Self::HotAisle => 0.08,
        }
    }
}

/// `[hall.cooling.air]`: room air through CRAH units.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AirConfig {
    /// Air supplied to the cold aisle, °C.
    #[serde(deserialize_with = "units::temperature_c")]
    pub supply_c: f64,
    /// How well hot and cold air are kept apart.
    pub containment: Containment,
    /// Share of a rack's inlet air that is recirculated; replaces the containment's figure.
    #[serde(deserialize_with = "share", skip_serializing_if = "Option::is_none")]
    pub recirculation: Option<f64>,
    /// Share of supply air that bypasses the racks; replaces the containment's figure.
    #[serde(deserialize_with = "share", skip_serializing_if = "Option::is_none")]
    pub bypass: Option<f64>,
    /// Supply air above facility-water supply at full load with the valve wide open, K.
    #[serde(deserialize_with = "units::positive")]
    pub approach_k: f64,
    /// Pressure rise of the CRAH fans at full speed, Pa.
    #[serde(deserialize_with = "units::positive")]
    pub fan_pa: f64,
    /// Wire-to-air efficiency of the CRAH fans.
    #[serde(deserialize_with = "units::positive_fraction")]
    pub fan_efficiency: f64,
    /// CRAH capacity installed over what full load needs (1.2: one spare in six, all running).
    #[serde(deserialize_with = "units::positive")]
    pub installed: f64,
    /// Lowest CRAH fan speed, of full.
    #[serde(deserialize_with = "units::positive_fraction")]
    pub min_fan_speed: f64,
    /// Rack inlet above which a rack counts as out of range, °C (35: ASHRAE class A2, allowable).
    #[serde(deserialize_with = "units::temperature_c")]
    pub max_inlet_c: f64,
}

impl Default for AirConfig {
    fn default() -> Self {
        Self {
            supply_c: 24.0,
            containment: Containment::HotAisle,
            recirculation: None,
            bypass: None,
            approach_k: 6.0,
            fan_pa: 350.0,
            fan_efficiency: 0.6,
            installed: 1.2,
            min_fan_speed: 0.3,
            max_inlet_c: 35.0,
        }
    }
}

/// A share of air that leaves some for its purpose: 0 … 0.9.
fn share<'de, D: serde::Deserializer<'de>>(de: D) -> Result<Option<f64>, D::Error> {
    let value = units::fraction(de)?;
    if value <= 0.9 {
        Ok(Some(value))
    } else {
        Err(serde::de::Error::custom(format!(
            "{value} must be between 0 and 0.9"
        )))
    }
}

impl Config for AirConfig {
    type Spec = Air;
    const COOLANT: Coolant = Coolant::Air;
    const NAME: &'static str = "air";

    fn design_coolant_c(&self) -> f64 {
        // Recirculation warms the inlet by a few kelvin; 15 K is a common rise through servers.
        let r = self
            .recirculation
            .unwrap_or(self.containment.recirculation());
        self.supply_c + 15.0 * r / (1.0 - r)
    }

    fn size(&self, design: &Design<'_>) -> Result<Air, String> {
        let recirculation = self
            .recirculation
            .unwrap_or(self.containment.recirculation());
        let bypass = self.bypass.unwrap_or(self.containment.bypass());
        if self.installed < 1.0 {
            return Err(format!(
                "installed = {} leaves less CRAH capacity than full load needs; use 1 or more",
                self.installed
            ));
        }
        let water_c = self.supply_c - self.approach_k;
        if design.water.supply_c > water_c + 1e-9 {
            return Err(format!(
                "facility water of {:.1} °C cannot cool supply air to supply_c = {:.1} with an approach of \
                 {:.1} K; raise supply_c to {:.1} or lower the setpoint of the heat rejection",
                design.water.supply_c,
                self.supply_c,
                self.approach_k,
                design.water.supply_c + self.approach_k
            ));
        }
        let racks = design.racks as f64;
        let heat_w = design.rack_heat_w * racks;
        let servers_m3_s = design.rack_air_m3_s * racks;
        let crah_m3_s = servers_m3_s * (1.0 - recirculation) / (1.0 - bypass);
        let air_w_k = crah_m3_s * design.air_kg_m3 * AIR_CP_J_KGK;
        let fan_w = self.fan_pa * crah_m3_s * self.installed / self.fan_efficiency;
        let coil_w = heat_w * (1.0 + DISTRIBUTION_SHARE) + fan_w;
        let water_w_k = coil_w / design.water.rise_k;
        let return_c = self.supply_c + coil_w / air_w_k;
        let ua_w_k = ua_for_inlets(COIL, coil_w, return_c, air_w_k, water_c, water_w_k);
        if !ua_w_k.is_finite() {
            return Err(format!(
                "no coil does this: approach_k = {:.1} with air cooled by {:.1} K and water warmed by {:.1} K; \
                 use a larger approach_k",
                self.approach_k,
                return_c - self.supply_c,
                design.water.rise_k
            ));
        }
        let rows = design.racks.min(RACKS_PER_ROW);
        let rack_recirculation: Vec<f64> = (0..design.racks)
            .map(|rack| recirculation * row_pattern(rack % RACKS_PER_ROW, rows))
            .collect();
        let shares = rack_recirculation.iter().copied();
        Ok(Air {
            bypass,
            recirculation,
            recirculation_range: [
                shares.clone().fold(f64::INFINITY, f64::min),
                shares.fold(0.0, f64::max),
            ],
            rack_recirculation,
            air_w_m3: design.air_kg_m3 * AIR_CP_J_KGK,
            installed_m3_s: crah_m3_s * self.installed,
            fan_w,
            water_w_k,
            ua_w_k,
            masses: RoomMasses::of(design),
            config: self.clone(),
        })
    }
}

/// Recirculation at a place in the row, relative to the mean: rising from the middle to both ends.
fn row_pattern(place: usize, places: usize) -> f64 {
    if places < 3 {
        return 1.0;
    }
    let last = (places - 1) as f64;
    let from_middle = (2.0 * place as f64 / last - 1.0).abs();
    // The mean of |2i/n − 1| over the row, so that the hall's mean is the configured share.
    let mean = (0..places)
        .map(|i| (2.0 * i as f64 / last - 1.0).abs())
        .sum::<f64>()
        / places as f64;
    1.0 + RECIRCULATION_SPREAD * (from_middle - mean) / mean.max(0.5)
}

/// The air system of one hall, sized.
#[derive(Debug, Clone)]
pub struct Air {
    config: AirConfig,
    bypass: f64,
    recirculation: f64,
    rack_recirculation: Vec<f64>,
    /// Least and greatest of `rack_recirculation`.
    recirculation_range: [f64; 2],
    /// ρ·c of air, J/(m³·K).
    air_w_m3: f64,
    installed_m3_s: f64,
    /// All fans at full speed, W.
    fan_w: f64,
    /// Capacity rate of water at the full-open valve, W/K.
    water_w_k: f64,
    ua_w_k: f64,
    masses: RoomMasses,
}

/// The room's temperatures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Room {
    /// Hot air behind the racks, °C.
    hot_c: f64,
    /// Racks, floor and walls, °C.
    mass_c: f64,
    /// Supply air, °C.
    supply_c: f64,
    /// Share of the cool air that racks want and get, 0..1: below 1 they draw hot air instead.
    fresh: f64,
}

#[cfg(test)]
impl Room {
    pub(super) fn set_hot_c(&mut self, hot_c: f64) {
        self.hot_c = hot_c;
    }
}

impl Air {
    fn inlet_c(room: &Room, recirculation: f64) -> f64 {
        let hot = recirculation + (1.0 - room.fresh) * (1.0 - recirculation);
        room.supply_c + hot * (room.hot_c - room.supply_c)
    }
}

impl Technology for Air {
    type State = Room;

    fn coolant(&self) -> Coolant {
        Coolant::Air
    }

    fn limit_c(&self) -> f64 {
        self.config.max_inlet_c
    }

    fn initial(&self) -> Room {
        let at_c = self.config.supply_c;
        Room {
            hot_c: at_c,
            mass_c: at_c,
            supply_c: at_c,
            fresh: 1.0,
        }
    }

    fn rack_coolant_c(&self, state: &Room, racks: &mut [f64]) -> (f64, f64) {
        // As `inlet_c`, as a line over the recirculation.
        let warmer_k = state.hot_c - state.supply_c;
        let offset_c = state.supply_c + (1.0 - state.fresh) * warmer_k;
        vector::line(
            state.fresh * warmer_k,
            offset_c,
            &self.rack_recirculation,
            racks,
        );
        let ends = self
            .recirculation_range
            .map(|share| Self::inlet_c(state, share));
        (ends[0].min(ends[1]), ends[0].max(ends[1]))
    }

    fn step(&self, state: &Room, next: &mut Room, input: &Input<'_>) -> Output {
        let wanted_m3_s = input.air_m3_s * (1.0 - self.recirculation) / (1.0 - self.bypass);
        // Units that run take over what others leave, as far as their fans reach.
        let running = input.available.fans;
        let most_m3_s = self.installed_m3_s * running;
        let speed = (wanted_m3_s / most_m3_s).clamp(self.config.min_fan_speed, 1.0);
        let moved_m3_s = most_m3_s * speed;
        let air_w_k = moved_m3_s * self.air_w_m3;
        let fan_w = self.fan_w * running * speed.powf(FAN_EXPONENT);
        // Fans that push more than the racks draw send the rest around them; where they push less, racks draw hot air.
        let needed_m3_s = (1.0 - self.recirculation) * input.air_m3_s;
        let fresh = if needed_m3_s > 0.0 {
            ((1.0 - self.bypass) * moved_m3_s / needed_m3_s).min(1.0)
        } else {
            1.0
        };
        // A hair of rounding is no shortage.
        let fresh = if fresh > 1.0 - 1e-9 { 1.0 } else { fresh };
        let through = (fresh * needed_m3_s / moved_m3_s.max(1e-9)).clamp(1e-3, 1.0);

        // Both limits in terms of T_hot: T_ret − T_s = through·(T_hot − T_s).
        let control = Sink {
            conductance_w_k: through * air_w_k,
            temp_c: self.config.supply_c,
        };
        let (ua_w_k, water_w_k) = (self.ua_w_k * running, self.water_w_k * running);
        let coil_w_k = conductance_w_k(COIL, ua_w_k, air_w_k, water_w_k);
        // draw = coil·(T_ret − T_w) with T_s = T_ret − draw/air: solved for T_hot.
        let exchanger_w_k = if air_w_k > 0.0 {
            coil_w_k / (1.0 + (1.0 - through) / through * coil_w_k / air_w_k)
        } else {
            0.0
        };
        let exchanger = Sink {
            conductance_w_k: exchanger_w_k,
            temp_c: input.water_supply_c,
        };

        let heat_w = input.it_heat_w + input.room_heat_w + fan_w;
        let start = [state.hot_c, state.mass_c];
        let binding = |hot_c| Sink::binding(control, exchanger, hot_c);
        let (end, draw_w) = follow(self.masses, start, heat_w, binding, input.dt_s);
        let hot_c = end[0];
        let drawn_at_end_w = Sink::binding(control, exchanger, hot_c).draw_w(hot_c);
        let supply_c = if air_w_k > 0.0 {
            hot_c - drawn_at_end_w / (through * air_w_k)
        } else {
            hot_c
        };
        *next = Room {
            hot_c,
            mass_c: end[1],
            supply_c,
            fresh,
        };
        let stored_w = self.masses.stored_w(start, end, input.dt_s);
        Output {
            heat_to_water_w: draw_w,
            heat_to_room_water_w: 0.0,
            heat_to_ambient_w: 0.0,
            stored_w,
            hall_fans_w: fan_w,
            cdu_pumps_w: 0.0,
            water: Water::default(),
            vapour_kg_s: 0.0,
            supply_c,
            return_c: hot_c - (1.0 - through) * (hot_c - supply_c),
        }
    }
}

#[cfg(test)]
mod tests;
