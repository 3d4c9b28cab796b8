//! The air between the coils and the servers' inlets (plenum, cold aisles) as a mass of its own.
//!
//! ```text
//! C_cold·dT_cold/dt = G·(T_hot − T_cold) − draw(T_hot) + X·(T_s − T_cold)        G = ρ·c·V_servers
//! C_hot·dT_hot/dt   = Q_metal + P_fan − G·(T_hot − T_cold) − hA·(T_hot − T_str) − X·(T_s − T_cold) − L·(T_hot − T_out)
//! Q_metal = ε·G·(T_metal − T_cold) + n·(T_metal − T_hot) ,  C_metal·dT_metal/dt = Q − Q_metal        (`room`)
//! X = ρ·c·((1 − b)·V_crah − (1 − r)·V_servers)₊                   excess supply spills through the volume
//! T_s = T_hot − draw(T_hot)/K                                     K: ρ·c of the supply that goes through the racks
//! C_str·dT_str/dt = hA·(T_hot − T_str)
//! ```
//!
//! W, J/K, °C. Supply air and hot air that recirculates enter the cold volume, the servers draw from it: with the flows of
//! `air`, what enters is what left the hot air less what the coils drew. Where the fans are off only hot air enters.
//! The sum of the four is the balance of `air`, and settled they agree where nothing spills. Volume: the scenario's. Valid for a
//! well-mixed volume; a real plenum delivers its cold air first (piston flow) and then hot air at once.

use nalgebra::{Matrix4, Vector4};

use crate::cooling::room::{AIR, Draw, Followed, Given, METAL, RoomMasses, STRUCTURE, Servers};
use crate::physics::thermal_network::masses;

/// Place of the cold air behind those of `room`.
pub(super) const COLD: usize = 3;
/// Hot air this far from where the cold volume draws it is in a transient, K.
const FAR_K: f64 = 0.1;

/// The air that passes the cold volume, as capacity rates, W/K.
#[derive(Debug, Clone, Copy)]
pub(super) struct Passing {
    /// Drawn by the servers.
    pub(super) served_w_k: f64,
    /// Supplied beyond what they draw.
    pub(super) spilled_w_k: f64,
    /// Supplied through the racks.
    pub(super) through_w_k: f64,
    /// Servers' metal in the air that they draw.
    pub(super) servers: Servers,
}

/// The cold volume of a hall.
#[derive(Debug, Clone, Copy)]
pub(super) struct ColdAisle {
    /// Its air, J/K.
    pub(super) air_j_k: f64,
}

impl ColdAisle {
    /// Advances hot air, structure, servers' metal and cold air.
    pub(super) fn follow(
        self,
        room: RoomMasses,
        start_c: [f64; 4],
        passing: Passing,
        given: Given,
        binding: impl Fn(&[f64; 4]) -> Draw,
        dt_s: f64,
    ) -> Followed<4> {
        let (hot_j_k, mass_j_k, metal_j_k) = (room.air_j_k, room.structure_j_k, room.metal_j_k);
        let (h, leak) = room.exchange();
        let l = leak.conductance_w_k;
        let given_w = given.air_w + l * leak.temp_c;
        let servers = passing.servers;
        let (n, blown_w_k) = (servers.standing_w_k, servers.drawn_w_k);
        let (served_w_k, spilled_w_k) = (passing.served_w_k, passing.spilled_w_k);
        // T_s = T_hot − draw/K.
        let per_through = if passing.through_w_k > 0.0 {
            1.0 / passing.through_w_k
        } else {
            0.0
        };
        let advance = |draw: Draw, temps_c: [f64; 4], try_s: f64| {
            let g = draw.air_w_k;
            let from_supply_w_k = spilled_w_k * (1.0 - g * per_through);
            let rates = Matrix4::new(
                -(served_w_k + n + h + l + from_supply_w_k) / hot_j_k,
                h / hot_j_k,
                (blown_w_k + n) / hot_j_k,
                (served_w_k - blown_w_k + spilled_w_k) / hot_j_k,
                h / mass_j_k,
                -h / mass_j_k,
                0.0,
                0.0,
                n / metal_j_k,
                0.0,
                -(blown_w_k + n) / metal_j_k,
                blown_w_k / metal_j_k,
                (served_w_k - g + from_supply_w_k) / self.air_j_k,
                0.0,
                0.0,
                -(served_w_k + spilled_w_k) / self.air_j_k,
            );
            let spilled_w = spilled_w_k * per_through * draw.less_w;
            let drive = Vector4::new(
                (given_w - spilled_w) / hot_j_k,
                0.0,
                given.it_w / metal_j_k,
                (draw.less_w + spilled_w) / self.air_j_k,
            );
            let step = masses(&rates, drive, Vector4::from(temps_c), try_s);
            (step.end_c.into(), step.mean_c.into())
        };
        let settled = |draw: Draw, temps_c: [f64; 4]| {
            let from_supply_w_k = spilled_w_k * (1.0 - draw.air_w_k * per_through);
            let by_w_k = served_w_k + n + h + l + from_supply_w_k;
            let drive_w = given_w - spilled_w_k * per_through * draw.less_w
                + h * temps_c[STRUCTURE]
                + (blown_w_k + n) * temps_c[METAL]
                + (served_w_k - blown_w_k + spilled_w_k) * temps_c[COLD];
            let settled_c = drive_w / by_w_k;
            let restless = (settled_c - temps_c[AIR]).abs() > FAR_K;
            (settled_c, by_w_k, restless)
        };
        room.follow_with(start_c, binding, advance, settled, dt_s)
    }
}
