//! Room air: CRAH units push cool air under the racks, servers draw it, warm air returns to the coils.
//!
//! ```text
//! T_in   = T_s + r·(T_hot − T_s)                 r: share of a rack's inlet air that is hot air recirculated
//! T_ret  = T_hot − b·(T_hot − T_s)               b: share of supply air that bypasses the racks
//! (1 − b)·V_crah = min((1 − r)·V_servers, V_aisle)   the fans follow the servers' air flow, as far as the aisles pass it
//! T_in   = T_s + (1 − V_aisle/V_servers)·(T_hot − T_s)      beyond that: what the aisles do not bring is hot air
//! air, structure and servers' metal: `room`, T = T_hot
//! draw   = min(ṁc·(T_ret − T_s,set), ε·C_min·(T_ret − T_water))₊
//! P_fan  = Δp/σ·V_installed/η·(V/V_installed)^2.7   σ: density over sea level's, where Δp is stated (`physics::site_air`)
//! dT_s,set/dt = (T_hold − T_in,warmest)/600 s           where the supply follows the warmest inlet, within its class
//! ```
//!
//! The control holds the supply temperature with the water valve; where water is too warm, or the fans are
//! too slow, the coil binds and the room floats. Both limits are straight lines in T_hot, and the three masses
//! are advanced exactly.
//!
//! Source: two-parameter room and supply heat index after Sharma, Bash, Patel, AIAA-2002-3091. Unconfirmed: fan exponent 2.7
//! (2.5–3: static pressure held, to none), shares of recirculation and bypass with each containment (half to twice, tight
//! to leaking), Δp 350 Pa (200–500, filters new to dirty).
//! An economizer (`economizer`) comes before the coil; `cold_aisle` and `humidity` are modelled where the scenario enables them.
//!
//! Density: an aisle brings so much air to the face of each rack, 3 m³/s. Static pressure in an aisle differs by the velocity
//! head ρ·v²/2 of the air that feeds it. At 25 Pa, an eighth of what servers' fans are rated for (200 Pa), v = 6.5 m/s. From
//! above a rack takes its 0.6 m of half an aisle of 1.2 m: 0.36 m², 2.3 m³/s. From the two ends (1.2 m × 2.4 m each) the 32 racks
//! of 16 a side get 1.2 m³/s each: 3.5 in all where both are free, 2.3 where one is; half of the head or twice of it are 0.7 or 1.4
//! times as much. Grates in a raised floor (60 % open, loss of 6.3 heads) give 0.9 m³/s for each rack's tile at 25 Pa. In practice
//! air ends at 25 to 50 kW a rack, 1.7 to 3.5 m³/s at a rise of 12 K. Unconfirmed: 3 m³/s (1.7–4.2, practice to twice the head).
//! IT beside the servers stands in rows of its own and brings its own face. Left out: the racks of a hall count by their mean, so a
//! busy rack beside idle ones gets of their air; what the head takes of the servers' fans; 1/√σ of the volume that the same head drives in thin air; hot air is the hall's mixed one, not
//! that of the rack itself.
//!
//! Where fans trip, those that run speed up as far as they reach, and
//! racks that want more than they push draw hot air. Valid with all units running at one speed, and coils that are dry or
//! condense little.

mod balance;
mod class;
mod cold_aisle;
mod config;
mod economizer;
mod humidity;

pub use class::Class;
pub(crate) use class::HIGHEST_M;
pub use config::{AirConfig, Containment};
pub use economizer::EconomizerConfig;
pub use humidity::{Dehumidifier, Humidifier, HumidityConfig};

use cold_aisle::ColdAisle;
use humidity::{Moisture, Wetted};

use super::room::{Given, RoomMasses};
use super::{Input, Output, Sink, Technology};
use crate::describe::moved_air;
use crate::physics::Coolant;
use crate::physics::heat_exchanger::Arrangement;
use crate::physics::water::Water;
use crate::vector;

/// Rows of finned tube against the air stream.
const COIL: Arrangement = Arrangement::Counterflow;
/// Fan power follows flow to this power.
const FAN_EXPONENT: f64 = 2.7;
/// How fast a supply temperature that follows the inlets is moved, s.
const RESET_S: f64 = 600.0;

/// The air system of one hall, sized.
#[derive(Debug, Clone)]
pub struct Air {
    config: AirConfig,
    bypass: f64,
    recirculation: f64,
    rack_recirculation: Vec<f64>,
    /// Least and largest of `rack_recirculation`.
    recirculation_range: [f64; 2],
    /// ρ·c of air, J/(m³·K).
    air_w_m3: f64,
    installed_m3_s: f64,
    /// Supply air that the aisles bring to all racks.
    aisles_m3_s: f64,
    /// All fans at full speed, W.
    fan_w: f64,
    /// Capacity rate of water at the full-open valve, W/K.
    water_w_k: f64,
    ua_w_k: f64,
    masses: RoomMasses,
    /// Inlet above which a rack is out of range, °C.
    max_inlet_c: f64,
    /// Limits of the class at the site, °C.
    allowed_c: (f64, f64),
    /// Density of air at the site, kg/m³.
    air_kg_m3: f64,
    /// Air before the inlets, where it is a mass of its own.
    cold: Option<ColdAisle>,
    /// The air's moisture, where it is followed.
    moisture: Option<Moisture>,
}

/// The room's temperatures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Room {
    /// Hot air behind the racks, °C.
    hot_c: f64,
    /// Floor, walls and racks, °C.
    mass_c: f64,
    /// Servers' metal, °C.
    metal_c: f64,
    /// Supply air, °C.
    supply_c: f64,
    /// Share of the cool air that racks want and get, 0..1: below 1 they draw hot air instead.
    fresh: f64,
    /// Supply air wanted, °C.
    setpoint_c: f64,
    /// Air coming back to the coils, °C.
    return_c: f64,
    /// The economizer runs.
    free: bool,
    /// Air at the inlets of a rack that recirculates as much as the mean, where it is a mass of its own, °C.
    cold_c: Option<f64>,
    /// Humidity ratio, kg/kg, where it is followed; none before the first step.
    humidity: Option<f64>,
}

#[cfg(test)]
impl Room {
    pub(super) fn set_hot_c(&mut self, hot_c: f64) {
        self.hot_c = hot_c;
    }
    fn set_free(&mut self, free: bool, return_c: f64) {
        (self.free, self.return_c) = (free, return_c);
    }
}

impl Air {
    fn inlet_c(&self, room: &Room, recirculation: f64) -> f64 {
        let warmer_k = room.hot_c - room.supply_c;
        if let Some(cold_c) = room.cold_c {
            return cold_c + room.fresh * (recirculation - self.recirculation) * warmer_k;
        }
        let hot = recirculation + (1.0 - room.fresh) * (1.0 - recirculation);
        room.supply_c + hot * warmer_k
    }
}

/// CRAH fans in a step.
struct Moved {
    /// Share of the fans that run.
    running: f64,
    m3_s: f64,
    fan_w: f64,
    /// As in `Room`.
    fresh: f64,
    /// Share of the moved air that goes through the racks.
    through: f64,
}

impl Air {
    fn moved(&self, input: &Input<'_>) -> Moved {
        let needed_m3_s = (1.0 - self.recirculation) * input.air_m3_s;
        // More than the aisles pass would only go around the racks.
        let wanted_m3_s = needed_m3_s.min(self.aisles_m3_s) / (1.0 - self.bypass);
        // Units that run take over what others leave, as far as their fans reach.
        let running = input.available.fans;
        let most_m3_s = self.installed_m3_s * running;
        let speed = (wanted_m3_s / most_m3_s.max(1e-9)).clamp(self.config.min_fan_speed, 1.0);
        let moved_m3_s = most_m3_s * speed;
        let fan_w = self.fan_w * running * speed.powf(FAN_EXPONENT);
        // Fans that push more than the racks draw send the rest around them; where they push less, or the aisles pass less, racks
        // draw hot air.
        let brought_m3_s = ((1.0 - self.bypass) * moved_m3_s).min(self.aisles_m3_s);
        let fresh = if needed_m3_s > 0.0 {
            (brought_m3_s / needed_m3_s).min(1.0)
        } else {
            1.0
        };
        // Rounding is not a shortage.
        let fresh = if fresh > 1.0 - 1e-9 { 1.0 } else { fresh };
        let through = (fresh * needed_m3_s / moved_m3_s.max(1e-9)).clamp(1e-3, 1.0);
        Moved {
            running,
            m3_s: moved_m3_s,
            fan_w,
            fresh,
            through,
        }
    }
}

impl Technology for Air {
    type State = Room;

    fn feels_outdoors(&self) -> bool {
        self.config.economizer.is_some() || self.moisture.is_some()
    }

    fn coolant(&self) -> Coolant {
        Coolant::Air
    }

    fn sizes(&self) -> Option<String> {
        let moved = moved_air(self.installed_m3_s, self.fan_w);
        Some(format!("CRAH units: {moved}"))
    }

    fn limit_c(&self) -> f64 {
        self.max_inlet_c
    }

    fn initial(&self) -> Room {
        let at_c = self.config.supply_c;
        Room {
            hot_c: at_c,
            mass_c: at_c,
            metal_c: at_c,
            supply_c: at_c,
            fresh: 1.0,
            setpoint_c: at_c,
            return_c: at_c,
            free: false,
            cold_c: self.cold.map(|_| at_c),
            humidity: None,
        }
    }

    fn rack_coolant_c(&self, state: &Room, racks: &mut [f64]) -> (f64, f64) {
        // As `inlet_c`, as a line over the recirculation.
        let warmer_k = state.hot_c - state.supply_c;
        let offset_c = match state.cold_c {
            Some(_) => self.inlet_c(state, 0.0),
            None => state.supply_c + (1.0 - state.fresh) * warmer_k,
        };
        vector::line(
            state.fresh * warmer_k,
            offset_c,
            &self.rack_recirculation,
            racks,
        );
        let ends = self
            .recirculation_range
            .map(|share| self.inlet_c(state, share));
        (ends[0].min(ends[1]), ends[0].max(ends[1]))
    }

    fn set_supply_c(&mut self, state: &mut Room, supply_c: f64) {
        self.config.supply_c = supply_c;
        state.setpoint_c = supply_c;
    }

    fn step(&self, state: &Room, next: &mut Room, input: &Input<'_>) -> Output {
        let moved = self.moved(input);
        let (mut fan_w, through) = (moved.fan_w, moved.through);
        let air_w_k = moved.m3_s * self.air_w_m3;
        let setpoint_c = state.setpoint_c;
        let offer = self.config.economizer.as_ref().and_then(|economizer| {
            economizer.offer(state.free, &input.outside, state.return_c, setpoint_c)
        });
        let mut secondary_w = 0.0;
        if let Some(offer) = &offer {
            let more_w = offer.pressure_pa / self.config.fan_pa * fan_w * offer.fan_share();
            secondary_w = more_w * offer.secondary_ratio();
            fan_w += more_w - secondary_w;
        }

        // Both limits in terms of T_hot: T_ret − T_s = through·(T_hot − T_s).
        let control = Sink {
            conductance_w_k: through * air_w_k,
            temp_c: setpoint_c,
        };
        let limits = self.limits(input, &moved, offer.as_ref());
        let moved_kg_s = moved.m3_s * self.air_kg_m3;
        let binding = |hot_c| {
            // The coil helps where its water is cooler than what the economizer leaves.
            let [alone, both] = limits;
            let limit = if alone.draw_w(hot_c) > both.draw_w(hot_c) {
                alone
            } else {
                both
            };
            Sink::binding(control, limit, hot_c)
        };
        let given = Given {
            it_w: input.it_heat_w,
            air_w: input.room_heat_w + fan_w,
        };
        let mut end = self.advance(state, input, &moved, offer.as_ref(), given, binding);
        let mut wetted = Wetted::default();
        if let Some(moisture) = &self.moisture {
            // How near the coils bring the air to their surface, from the step with dry air.
            let most_w = air_w_k * (end.return_c - input.water_supply_c);
            let contact = (end.coil_w / most_w.max(1.0)).clamp(0.0, 1.0);
            wetted = Self::moist(moisture, state, input, contact * moved_kg_s);
            let electric_w = moisture.electric_w(&wetted);
            fan_w += electric_w;
            let given = Given {
                air_w: given.air_w + electric_w - wetted.turned_latent_w(),
                ..given
            };
            end = self.advance(state, input, &moved, offer.as_ref(), given, binding);
        }
        let (supply_c, return_c) = (end.supply_c, end.return_c);
        *next = Room {
            hot_c: end.hot_c,
            mass_c: end.mass_c,
            metal_c: end.metal_c,
            supply_c,
            fresh: moved.fresh,
            setpoint_c,
            return_c,
            free: offer.is_some(),
            cold_c: end.cold_c,
            ..*state
        };
        if let Some(hold_c) = self.config.hold_inlet_c {
            let warmest_c = self.inlet_c(next, self.recirculation_range[1]);
            let share = -(-input.dt_s / RESET_S).exp_m1();
            let (low_c, high_c) = self.allowed_c;
            next.setpoint_c = (setpoint_c + share * (hold_c - warmest_c)).clamp(low_c, high_c);
        }
        let water = offer.map_or(Water::default(), |offer| {
            offer.water(moved_kg_s, return_c, supply_c)
        });
        let mut output = Output {
            heat_to_water_w: end.coil_w + wetted.condensed_w(),
            heat_to_room_water_w: 0.0,
            heat_to_ambient_w: end.drawn_w - end.coil_w + secondary_w + end.leaked_w
                - wetted.vented_w(),
            stored_w: end.stored_w + wetted.stored_w,
            hall_fans_w: fan_w + secondary_w,
            cdu_pumps_w: 0.0,
            water,
            vapour_kg_s: 0.0,
            supply_c,
            return_c,
            dew_point_c: None,
            dew_point_outside: false,
        };
        if let Some(moisture) = &self.moisture {
            next.humidity = Some(wetted.end);
            output.water = output.water.plus(wetted.water());
            let (dew_c, outside) = moisture.dew_point(wetted.end, input.outside.pressure_pa);
            (output.dew_point_c, output.dew_point_outside) = (Some(dew_c), outside);
        }
        output
    }
}

#[cfg(test)]
mod tests;
