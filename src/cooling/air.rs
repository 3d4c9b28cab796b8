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
//! dT_s,set/dt = (T_hold − T_in,warmest)/600 s           where the supply follows the warmest inlet, within its class
//! ```
//!
//! The control holds the supply temperature with the water valve; where water is too warm, or the fans are
//! too slow, the coil binds and the room floats. Both limits are straight lines in T_hot, and the two masses
//! are advanced exactly.
//!
//! Source: two-parameter room and supply heat index after Sharma, Bash, Patel, AIAA-2002-3091; fan exponent
//! 2.5–2.8 of real variable-speed systems, containment shares and Δp are remembered figures (unconfirmed).
//! An economizer (`economizer`) comes before the coil; `cold_aisle` and `humidity` are followed where the scenario says so.
//! Where fans trip, those that run speed up as far as they reach, and
//! racks that want more than they push draw hot air. Valid with all units running at one speed, and coils that are dry or
//! condense little.

mod class;
mod cold_aisle;
mod config;
mod economizer;
mod humidity;

pub use class::Class;
pub use config::{AirConfig, Containment};
pub use economizer::EconomizerConfig;
pub use humidity::{Dehumidifier, Humidifier, HumidityConfig};

use cold_aisle::{ColdAisle, Passing};
use economizer::Offer;
use humidity::Moisture;

use super::room::{RoomMasses, follow};
use super::{Input, Output, Sink, Technology};
use crate::physics::Coolant;
use crate::physics::heat_exchanger::{Arrangement, conductance_w_k};
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
    /// Inlet above which a rack is out of range, °C.
    max_inlet_c: f64,
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
    /// Racks, floor and walls, °C.
    mass_c: f64,
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
    /// Heat of the coils over what they would draw with air down to their water.
    contact: f64,
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

/// What the CRAH fans do in a step.
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
        let wanted_m3_s = input.air_m3_s * (1.0 - self.recirculation) / (1.0 - self.bypass);
        // Units that run take over what others leave, as far as their fans reach.
        let running = input.available.fans;
        let most_m3_s = self.installed_m3_s * running;
        let speed = (wanted_m3_s / most_m3_s.max(1e-9)).clamp(self.config.min_fan_speed, 1.0);
        let moved_m3_s = most_m3_s * speed;
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
        Moved {
            running,
            m3_s: moved_m3_s,
            fan_w,
            fresh,
            through,
        }
    }
}

/// Temperatures at the end of a step, and the heat that air and structure keep.
struct End {
    hot_c: f64,
    mass_c: f64,
    cold_c: Option<f64>,
    stored_w: f64,
    /// What came in with outdoor air, W.
    vented_w: f64,
}

impl Air {
    /// What the coil can take, and coil and economizer together, as lines over the hot air.
    fn limits(&self, input: &Input<'_>, moved: &Moved, offer: Option<&Offer>) -> [Sink; 2] {
        let air_w_k = moved.m3_s * self.air_w_m3;
        // Coils are sized for the units that full load needs; a spare one's takes the place of one that fails.
        let coils = (moved.running * self.config.installed).min(1.0);
        let (ua_w_k, water_w_k) = (self.ua_w_k * coils, self.water_w_k * coils);
        let coil_w_k = conductance_w_k(COIL, ua_w_k, air_w_k, water_w_k);
        let through = moved.through;
        // draw = limit·(T_ret − T_l) with T_s = T_ret − draw/air: solved for T_hot.
        let over_hot = |limit: Sink| Sink {
            conductance_w_k: if air_w_k > 0.0 {
                limit.conductance_w_k
                    / (1.0 + (1.0 - through) / through * limit.conductance_w_k / air_w_k)
            } else {
                0.0
            },
            ..limit
        };
        let coil = Sink {
            conductance_w_k: coil_w_k,
            temp_c: input.water_supply_c,
        };
        match offer {
            Some(offer) if air_w_k > 0.0 => offer.limits(coil, air_w_k).map(over_hot),
            _ => [over_hot(coil); 2],
        }
    }

    /// Follows the room over the step; also the mean heat drawn, W.
    fn advance(
        &self,
        state: &Room,
        input: &Input<'_>,
        moved: &Moved,
        heat_w: f64,
        leak: Sink,
        binding: impl Fn(f64) -> Sink,
    ) -> (End, f64) {
        let (masses, dt_s) = (self.masses, input.dt_s);
        let start = [state.hot_c, state.mass_c];
        let ([hot_c, mass_c], drawn, cold) =
            if let Some((aisle, from_c)) = self.cold.zip(state.cold_c) {
                let needed_m3_s = (1.0 - self.recirculation) * input.air_m3_s;
                let spilled_m3_s = ((1.0 - self.bypass) * moved.m3_s - needed_m3_s).max(0.0);
                let passing = Passing {
                    served_w_k: input.air_m3_s * self.air_w_m3,
                    spilled_w_k: spilled_m3_s * self.air_w_m3,
                    through_w_k: moved.through * moved.m3_s * self.air_w_m3,
                };
                let start = [state.hot_c, state.mass_c, from_c];
                let ([hot_c, mass_c, cold_c], drawn) =
                    aisle.follow(masses, leak, start, passing, heat_w, binding, dt_s);
                let stored_w = aisle.air_j_k * (cold_c - from_c) / dt_s;
                ([hot_c, mass_c], drawn, Some((cold_c, stored_w)))
            } else {
                let (end, drawn) = follow(masses, leak, start, heat_w, binding, dt_s);
                (end, drawn, None)
            };
        let room_w = self.masses.stored_w(start, [hot_c, mass_c], input.dt_s);
        let end = End {
            hot_c,
            mass_c,
            cold_c: cold.map(|(cold_c, _)| cold_c),
            stored_w: room_w + cold.map_or(0.0, |(_, stored_w)| stored_w),
            vented_w: -leak.draw_w(drawn.hot_c),
        };
        (end, drawn.heat_w)
    }
}

impl Technology for Air {
    type State = Room;

    fn coolant(&self) -> Coolant {
        Coolant::Air
    }

    fn limit_c(&self) -> f64 {
        self.max_inlet_c
    }

    fn initial(&self) -> Room {
        let at_c = self.config.supply_c;
        Room {
            hot_c: at_c,
            mass_c: at_c,
            supply_c: at_c,
            fresh: 1.0,
            setpoint_c: at_c,
            return_c: at_c,
            free: false,
            cold_c: self.cold.map(|_| at_c),
            humidity: None,
            contact: 0.0,
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
        let dried_kg_s = state.contact * moved_kg_s;
        let (wetted, leak) = self.moist(state, input, dried_kg_s, &mut fan_w);
        let heat_w = input.it_heat_w + input.room_heat_w + fan_w - wetted.turned_latent_w();
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
        let (end, draw_w) = self.advance(state, input, &moved, heat_w, leak, binding);
        let hot_c = end.hot_c;
        let drawn_at_end_w = binding(hot_c).draw_w(hot_c);
        let supply_c = if air_w_k > 0.0 {
            hot_c - drawn_at_end_w / (through * air_w_k)
        } else {
            hot_c
        };
        let return_c = hot_c - (1.0 - through) * (hot_c - supply_c);
        *next = Room {
            hot_c,
            mass_c: end.mass_c,
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
            let (low_c, high_c) = self.config.class.supply_range_c();
            next.setpoint_c = (setpoint_c + share * (hold_c - warmest_c)).clamp(low_c, high_c);
        }
        // What the outdoors did not take, the coil did.
        let (coil_w, water) = offer.map_or((draw_w, Water::default()), |offer| {
            let met_c = offer.leaves_c(return_c);
            let coil_w = (air_w_k * (met_c - supply_c)).clamp(0.0, draw_w.max(0.0));
            (coil_w, offer.water(moved_kg_s, return_c, supply_c))
        });
        let mut output = Output {
            heat_to_water_w: coil_w + wetted.condensed_w(),
            heat_to_room_water_w: 0.0,
            heat_to_ambient_w: draw_w - coil_w + secondary_w - end.vented_w - wetted.vented_w(),
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
            let most_w = air_w_k * (return_c - input.water_supply_c);
            next.contact = (coil_w / most_w.max(1.0)).clamp(0.0, 1.0);
            output.water = output.water.plus(wetted.water());
            let (dew_c, outside) = moisture.dew_point(wetted.end, input.outside.pressure_pa);
            (output.dew_point_c, output.dew_point_outside) = (Some(dew_c), outside);
        }
        output
    }
}

#[cfg(test)]
mod tests;
