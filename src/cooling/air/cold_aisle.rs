//! The air between the coils and the servers' inlets (plenum, cold aisles) as a mass of its own.
//!
//! ```text
//! C_cold·dT_cold/dt = G·(T_hot − T_cold) − draw(T_hot)            G = ρ·c·V_servers
//! C_hot·dT_hot/dt   = Q + P_fan − G·(T_hot − T_cold) − hA·(T_hot − T_mass)
//! C_mass·dT_mass/dt = hA·(T_hot − T_mass)
//! ```
//!
//! W, J/K, °C. Supply air and hot air that recirculates enter the cold volume, the servers draw from it: with the flows of
//! `air`, what enters is what left the hot air less what the coils drew. Where the fans stand still only hot air enters.
//! The sum of the three is the balance of `air`, and settled they say the same. Volume: the scenario's. Valid for a
//! well-mixed volume; a real plenum delivers its cold air first (piston flow) and then hot air at once.

use nalgebra::{Matrix3, Vector3};

use crate::cooling::Sink;
use crate::cooling::room::RoomMasses;
use crate::physics::thermal_network::three_masses;

/// The cold volume of a hall.
#[derive(Debug, Clone, Copy)]
pub(super) struct ColdAisle {
    /// Its air, J/K.
    pub(super) air_j_k: f64,
}

impl ColdAisle {
    /// Advances hot air, structure and cold air; returns their end temperatures and the mean heat drawn.
    pub(super) fn follow(
        self,
        masses: RoomMasses,
        start_c: [f64; 3],
        served_w_k: f64,
        heat_w: f64,
        binding: impl Fn(f64) -> Sink,
        dt_s: f64,
    ) -> ([f64; 3], f64) {
        let (hot_j_k, mass_j_k, cold_j_k) = (masses.air_j_k, masses.structure_j_k, self.air_j_k);
        let h = masses.surface_w_k;
        let advance = |sink: Sink, temps_c: [f64; 3], try_s: f64| {
            let g = sink.conductance_w_k;
            let rates = Matrix3::new(
                -(served_w_k + h) / hot_j_k,
                h / hot_j_k,
                served_w_k / hot_j_k,
                h / mass_j_k,
                -h / mass_j_k,
                0.0,
                (served_w_k - g) / cold_j_k,
                0.0,
                -served_w_k / cold_j_k,
            );
            let drive = Vector3::new(heat_w / hot_j_k, 0.0, g * sink.temp_c / cold_j_k);
            let step = three_masses(&rates, drive, Vector3::from(temps_c), try_s);
            (step.end_c.into(), step.mean_c[0])
        };
        masses.follow_with(start_c, heat_w, binding, advance, dt_s)
    }
}
