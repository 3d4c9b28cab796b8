//! The air between the coils and the servers' inlets (plenum, cold aisles) as a mass of its own.
//!
//! ```text
//! C_cold·dT_cold/dt = G·(T_hot − T_cold) − draw(T_hot) + X·(T_s − T_cold)        G = ρ·c·V_servers
//! C_hot·dT_hot/dt   = Q + P_fan − G·(T_hot − T_cold) − hA·(T_hot − T_mass) − X·(T_s − T_cold) − L·(T_hot − T_out)
//! X = ρ·c·((1 − b)·V_crah − (1 − r)·V_servers)₊                   excess supply spills through the volume
//! T_s = T_hot − draw(T_hot)/K                                     K: ρ·c of the supply that goes through the racks
//! C_mass·dT_mass/dt = hA·(T_hot − T_mass)
//! ```
//!
//! W, J/K, °C. Supply air and hot air that recirculates enter the cold volume, the servers draw from it: with the flows of
//! `air`, what enters is what left the hot air less what the coils drew. Where the fans are off only hot air enters.
//! The sum of the three is the balance of `air`, and settled they agree where nothing spills. Volume: the scenario's. Valid for a
//! well-mixed volume; a real plenum delivers its cold air first (piston flow) and then hot air at once.

use nalgebra::{Matrix3, Vector3};

use crate::cooling::Sink;
use crate::cooling::room::{Followed, RoomMasses};
use crate::physics::thermal_network::three_masses;

/// Hot air this far from where the cold volume draws it is in a transient, K.
const FAR_K: f64 = 0.1;

/// Capacity rates of the air that passes the cold volume, W/K.
#[derive(Debug, Clone, Copy)]
pub(super) struct Passing {
    /// Drawn by the servers.
    pub(super) served_w_k: f64,
    /// Supplied beyond what they draw.
    pub(super) spilled_w_k: f64,
    /// Supplied through the racks.
    pub(super) through_w_k: f64,
}

/// The cold volume of a hall.
#[derive(Debug, Clone, Copy)]
pub(super) struct ColdAisle {
    /// Its air, J/K.
    pub(super) air_j_k: f64,
}

impl ColdAisle {
    /// Advances hot air, structure and cold air.
    pub(super) fn follow(
        self,
        masses: RoomMasses,
        start_c: [f64; 3],
        passing: Passing,
        heat_w: f64,
        binding: impl Fn(f64) -> Sink,
        dt_s: f64,
    ) -> Followed<3> {
        let (hot_j_k, mass_j_k, cold_j_k) = (masses.air_j_k, masses.structure_j_k, self.air_j_k);
        let h = masses.surface_w_k;
        let l = masses.leak.conductance_w_k;
        let given_w = heat_w + l * masses.leak.temp_c;
        // T_s = (1 − share)·T_hot + share·T_sink.
        let share = |sink: Sink| {
            if passing.through_w_k > 0.0 {
                sink.conductance_w_k / passing.through_w_k
            } else {
                0.0
            }
        };
        let advance = |sink: Sink, temps_c: [f64; 3], try_s: f64| {
            let (g, share) = (sink.conductance_w_k, share(sink));
            let (served_w_k, spilled_w_k) = (passing.served_w_k, passing.spilled_w_k);
            let from_supply_w_k = spilled_w_k * (1.0 - share);
            let rates = Matrix3::new(
                -(served_w_k + h + l + from_supply_w_k) / hot_j_k,
                h / hot_j_k,
                (served_w_k + spilled_w_k) / hot_j_k,
                h / mass_j_k,
                -h / mass_j_k,
                0.0,
                (served_w_k - g + from_supply_w_k) / cold_j_k,
                0.0,
                -(served_w_k + spilled_w_k) / cold_j_k,
            );
            let spilled_w = spilled_w_k * share * sink.temp_c;
            let drive = Vector3::new(
                (given_w - spilled_w) / hot_j_k,
                0.0,
                (g * sink.temp_c + spilled_w) / cold_j_k,
            );
            let step = three_masses(&rates, drive, Vector3::from(temps_c), try_s);
            (step.end_c.into(), step.mean_c[0])
        };
        let settled = |sink: Sink, [hot_c, mass_c, cold_c]: [f64; 3]| {
            let (share, spilled_w_k) = (share(sink), passing.spilled_w_k);
            let from_cold_w_k = passing.served_w_k + spilled_w_k;
            let by_w_k = from_cold_w_k - spilled_w_k * share + h + l;
            let drive_w = given_w - spilled_w_k * share * sink.temp_c;
            let settled_c = (drive_w + h * mass_c + from_cold_w_k * cold_c) / by_w_k;
            (settled_c, by_w_k, (settled_c - hot_c).abs() > FAR_K)
        };
        masses.follow_with(start_c, binding, advance, settled, dt_s)
    }
}
