//! A circulating coolant as a hot and a cold zone, followed exactly.
//!
//! ```text
//! C_hot·dT_hot/dt   = Q + G·(T_cold − T_hot)
//! C_cold·dT_cold/dt = G·(T_hot − T_cold) − min(control(T_hot), exchanger(T_hot))₊
//! ```
//!
//! W, W/K, J/K, °C. Servers heat the hot zone and draw from the cold one, to which the exchanger returns what it cooled (`mass`
//! has its two limits). The cold zone is what the servers live on when the exchanger's water fails. Valid for two well-mixed
//! zones: a plenum in plug flow gives all its cold first, and then none. G is the coolant's capacity rate while a pump
//! moves it, and that of the buoyancy through the servers otherwise.

use nalgebra::{Matrix2, Vector2};

use crate::cooling::mass::Sink;
use crate::physics::thermal_network::TwoMasses;

/// The two zones, what moves between them, the limits of the exchanger and the length of the step.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Zones {
    pub(crate) hot_j_k: f64,
    pub(crate) cold_j_k: f64,
    /// G.
    pub(crate) mixing_w_k: f64,
    pub(crate) control: Sink,
    pub(crate) exchanger: Sink,
    pub(crate) dt_s: f64,
}

/// A step under one limit: the same for every tank.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Under {
    zones: Zones,
    sink: Sink,
    step: TwoMasses,
}

impl Under {
    /// Hot and cold at the end, with `heat_w` into the hot one.
    pub(crate) fn end_c(&self, start_c: [f64; 2], heat_w: f64) -> [f64; 2] {
        let drive = Vector2::new(
            heat_w / self.zones.hot_j_k,
            self.sink.conductance_w_k * self.sink.temp_c / self.zones.cold_j_k,
        );
        self.step
            .advance(Vector2::from(start_c), drive)
            .end_c
            .into()
    }
}

impl Zones {
    /// Prepares a step under one limit.
    pub(crate) fn under(self, sink: Sink) -> Under {
        let (g, mixing) = (sink.conductance_w_k, self.mixing_w_k);
        let rates = Matrix2::new(
            -mixing / self.hot_j_k,
            mixing / self.hot_j_k,
            (mixing - g) / self.cold_j_k,
            -mixing / self.cold_j_k,
        );
        Under {
            zones: self,
            sink,
            step: TwoMasses::new(&rates, self.dt_s),
        }
    }

    /// The limit that binds at a temperature of the hot zone.
    pub(crate) fn binding(&self, hot_c: f64) -> Sink {
        Sink::binding(self.control, self.exchanger, hot_c)
    }

    /// The limit that binds at both ends of a range (then, both being straight, everywhere inside it).
    pub(crate) fn binding_for(&self, (low_c, high_c): (f64, f64)) -> Option<Sink> {
        let sink = self.binding(low_c);
        (self.binding(high_c) == sink).then_some(sink)
    }

    /// How fast the hot zone warms, K/s.
    pub(crate) fn rate_k_s(&self, [hot_c, cold_c]: [f64; 2], heat_w: f64) -> f64 {
        (heat_w + self.mixing_w_k * (cold_c - hot_c)) / self.hot_j_k
    }

    /// Hot and cold at the end of the step, with `heat_w` into the hot one: where another limit binds at the end than at the
    /// start, or may have on the way, the step is cut until one binds throughout, or it is a hair long. `ready` are steps
    /// under limits that are known to be needed.
    pub(crate) fn end_c(&self, start_c: [f64; 2], heat_w: f64, ready: &[Under]) -> [f64; 2] {
        const SHORTEST_S: f64 = 0.01;
        let (mut temps_c, mut left_s, mut try_s) = (start_c, self.dt_s, self.dt_s);
        while left_s > 0.0 {
            try_s = try_s.min(left_s);
            let sink = self.binding(temps_c[0]);
            let known = ready
                .iter()
                .find(|under| under.sink == sink && under.zones.dt_s == try_s);
            let cut = Self {
                dt_s: try_s,
                ..*self
            };
            let end_c = known
                .copied()
                .unwrap_or_else(|| cut.under(sink))
                .end_c(temps_c, heat_w);
            // A value that is not a number is no reason to cut: the audit will find it.
            let differs = |hot_c: f64| hot_c.is_finite() && self.binding(hot_c) != sink;
            // The hot zone turns once at most, and then before its tangent ends.
            let rates = [temps_c, end_c].map(|at_c| self.rate_k_s(at_c, heat_w));
            let turns = rates[0] * rates[1] < 0.0 && differs(temps_c[0] + rates[0] * try_s);
            if (differs(end_c[0]) || turns) && try_s > SHORTEST_S {
                try_s *= 0.25;
                continue;
            }
            temps_c = end_c;
            left_s -= try_s;
            try_s *= 4.0;
        }
        temps_c
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ZONES: Zones = Zones {
        hot_j_k: 1.2e6,
        cold_j_k: 0.6e6,
        mixing_w_k: 4000.0,
        control: Sink {
            conductance_w_k: 4000.0,
            temp_c: 38.0,
        },
        exchanger: Sink::NONE,
        dt_s: 10.0,
    };

    /// By hand: where nothing is drawn and nothing moves, each zone warms by its own mass, 40 kW·30 s/1.2 MJ/K = 1 K.
    #[test]
    fn zones_apart_warm_by_their_own_mass() {
        let still = Zones {
            mixing_w_k: 0.0,
            dt_s: 30.0,
            ..ZONES
        };
        let end_c = still.end_c([48.0, 38.0], 40e3, &[]);
        assert!(
            (end_c[0] - 49.0).abs() < 1e-9 && end_c[1] == 38.0,
            "{end_c:?}"
        );
    }

    /// By hand: the water fails at 40 kW and a rise of 10 K. At first hot coolant runs into the cold zone at 4 kW/K·10 K
    /// over 0.6 MJ/K, 0.067 K/s, and the hot zone stays as it was; after many minutes both warm by 40 kW/1.8 MJ/K.
    #[test]
    fn the_cold_zone_is_used_up_first() {
        let failed = |dt_s| Zones {
            control: Sink::NONE,
            dt_s,
            ..ZONES
        };
        let first = failed(1.0).end_c([48.0, 38.0], 40e3, &[]);
        assert!((first[1] - 38.0 - 0.0665).abs() < 5e-4, "{first:?}");
        assert!((first[0] - 48.0 - 1.1e-4).abs() < 2e-5, "{first:?}");
        let [from, to] = [1800.0, 1801.0].map(|dt_s| failed(dt_s).end_c([48.0, 38.0], 40e3, &[]));
        assert!((to[0] - from[0] - 40e3 / 1.8e6).abs() < 1e-6);
        assert!((to[1] - from[1] - 40e3 / 1.8e6).abs() < 1e-6);
    }

    proptest! {
        /// Two half steps land where one whole step does, also where the binding limit changes on the way.
        #[test]
        fn two_halves_are_one_whole(hot in 15.0..80.0f64, cold in 15.0..80.0f64, heat in 0.0..60e3f64, water in 5.0..60.0f64,
                                    share in 0.3..0.95f64, dt in 1.0..900.0f64) {
            let zones = |dt_s| Zones {
                exchanger: Sink { conductance_w_k: share * 4000.0, temp_c: water },
                dt_s,
                ..ZONES
            };
            let whole = zones(dt).end_c([hot, cold], heat, &[]);
            let half = zones(dt / 2.0).end_c([hot, cold], heat, &[]);
            let halves = zones(dt / 2.0).end_c(half, heat, &[]);
            prop_assert!((whole[0] - halves[0]).abs() < 5e-3, "{whole:?} {halves:?}");
            prop_assert!((whole[1] - halves[1]).abs() < 5e-3, "{whole:?} {halves:?}");
        }
    }
}
