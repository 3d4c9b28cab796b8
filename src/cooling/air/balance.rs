//! The heat balance of a hall's air over a step, by the equations of `air`: what coil and economizer can take, and where
//! the room ends.

use super::cold_aisle::{COLD, Passing};
use super::economizer::Offer;
use super::{Air, COIL, Moved, Room};
use crate::cooling::room::{AIR, Followed, Given, METAL, STRUCTURE, Servers, follow};
use crate::cooling::{Input, Sink};
use crate::physics::heat_exchanger::conductance_w_k;

/// The room at the end of a step, and its heat over the step.
pub(super) struct End {
    pub(super) hot_c: f64,
    pub(super) mass_c: f64,
    pub(super) metal_c: f64,
    pub(super) cold_c: Option<f64>,
    /// Supply and return air, °C.
    pub(super) supply_c: f64,
    pub(super) return_c: f64,
    /// Kept by air and structure, W.
    pub(super) stored_w: f64,
    /// Drawn by coil and economizer, W.
    pub(super) drawn_w: f64,
    /// Of that, by the coil, W.
    pub(super) coil_w: f64,
    /// Gone with air that leaks out, W.
    pub(super) leaked_w: f64,
}

impl Air {
    /// Capacity of the coil, and of coil and economizer together, as lines over the hot air.
    pub(super) fn limits(
        &self,
        input: &Input<'_>,
        moved: &Moved,
        offer: Option<&Offer>,
    ) -> [Sink; 2] {
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

    /// Follows the room over the step.
    pub(super) fn advance(
        &self,
        state: &Room,
        input: &Input<'_>,
        moved: &Moved,
        offer: Option<&Offer>,
        given: Given,
        binding: impl Fn(f64) -> Sink,
    ) -> End {
        let leak = self.moisture.as_ref().map(|m| m.leak(&input.outside));
        let masses = self.masses.leaking(leak.unwrap_or_default());
        let start = [state.hot_c, state.mass_c, state.metal_c];
        let (air_w_k, through) = (moved.m3_s * self.air_w_m3, moved.through);
        let served_w_k = input.air_m3_s * self.air_w_m3;
        let servers = masses.servers(served_w_k);
        let (after, cold) = if let Some((aisle, from_c)) = self.cold.zip(state.cold_c) {
            let needed_m3_s = (1.0 - self.recirculation) * input.air_m3_s;
            let spilled_m3_s = if moved.fresh < 1.0 {
                0.0
            } else {
                ((1.0 - self.bypass) * moved.m3_s - needed_m3_s).max(0.0)
            };
            let passing = Passing {
                served_w_k,
                spilled_w_k: spilled_m3_s * self.air_w_m3,
                through_w_k: through * air_w_k,
                servers,
            };
            let start = [state.hot_c, state.mass_c, state.metal_c, from_c];
            let draw = |temps_c: &[f64; 4]| binding(temps_c[AIR]).into();
            let after = aisle.follow(masses, start, passing, given, draw, input.dt_s);
            let end_c = after.end_c;
            let stored_w = aisle.air_j_k * (end_c[COLD] - from_c) / input.dt_s;
            let after = Followed {
                end_c: [end_c[AIR], end_c[STRUCTURE], end_c[METAL]],
                drawn_w: after.drawn_w,
                leaked_w: after.leaked_w,
            };
            (after, Some((end_c[COLD], stored_w)))
        } else {
            // T_in = T_hot − draw/G, where the servers draw as much as the coils cool.
            let cooled_w_k = through * air_w_k;
            let servers = Servers {
                misses: servers.misses * (served_w_k / cooled_w_k.max(1e-9)).min(1.0),
                ..servers
            };
            let draw = |temps_c: &[f64; 3]| binding(temps_c[AIR]).into();
            let after = follow(masses, servers, start, given, draw, input.dt_s);
            (after, None)
        };
        let [hot_c, mass_c, metal_c] = after.end_c;
        let drawn_at_end_w = binding(hot_c).draw_w(hot_c);
        let supply_c = if air_w_k > 0.0 {
            hot_c - drawn_at_end_w / (through * air_w_k)
        } else {
            hot_c
        };
        let return_c = hot_c - (1.0 - through) * (hot_c - supply_c);
        // What the outdoors did not take, the coil did.
        let coil_w = offer.map_or(after.drawn_w, |offer| {
            let met_c = offer.leaves_c(return_c);
            (air_w_k * (met_c - supply_c)).clamp(0.0, after.drawn_w.max(0.0))
        });
        let room_w = self.masses.stored_w(start, after.end_c, input.dt_s);
        End {
            hot_c,
            mass_c,
            metal_c,
            cold_c: cold.map(|(cold_c, _)| cold_c),
            supply_c,
            return_c,
            stored_w: room_w + cold.map_or(0.0, |(_, stored_w)| stored_w),
            drawn_w: after.drawn_w,
            coil_w,
            leaked_w: after.leaked_w,
        }
    }
}
