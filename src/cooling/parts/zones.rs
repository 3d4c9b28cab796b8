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

use crate::cooling::mass::{Sink, Stretches};
use crate::physics::root::Bracket;
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

    /// The limits by stretches of the hot zone's temperature.
    pub(crate) fn stretches(&self) -> Stretches {
        Stretches::of(self.control, self.exchanger)
    }

    /// How fast the hot zone warms, K/s.
    pub(crate) fn rate_k_s(&self, [hot_c, cold_c]: [f64; 2], heat_w: f64) -> f64 {
        (heat_w + self.mixing_w_k * (cold_c - hot_c)) / self.hot_j_k
    }

    /// Hot and cold at the end of the step, with `heat_w` into the hot one: from one change of the binding limit to the next.
    /// `ready` are the whole steps under the limits of each stretch, where there are many to follow.
    pub(crate) fn end_c(
        &self,
        start_c: [f64; 2],
        heat_w: f64,
        stretches: &Stretches,
        ready: Option<&[Under; 3]>,
    ) -> [f64; 2] {
        const MOST_PIECES: usize = 32;
        let mut way = Way {
            zones: *self,
            from_c: start_c,
            heat_w,
        };
        let mut at = stretches.at(start_c[0]);
        let whole = ready.map_or_else(|| self.under(stretches.sinks[at]), |ready| ready[at]);
        let mut end_c = whole.end_c(start_c, heat_w);
        for _ in 0..MOST_PIECES {
            let Some((spent_s, there_c, onto)) = way.leaves(stretches, at, end_c) else {
                break;
            };
            way.zones.dt_s -= spent_s;
            way.from_c = there_c;
            at = onto;
            end_c = way.zones.under(stretches.sinks[at]).end_c(there_c, heat_w);
        }
        end_c
    }
}

/// The way of the two zones under one limit.
struct Way {
    zones: Zones,
    from_c: [f64; 2],
    heat_w: f64,
}

impl Way {
    /// Where it is after a time under a limit, °C.
    fn after(&self, sink: Sink, span_s: f64) -> [f64; 2] {
        let cut = Zones {
            dt_s: span_s,
            ..self.zones
        };
        cut.under(sink).end_c(self.from_c, self.heat_w)
    }

    fn rate_k_s(&self, at_c: [f64; 2]) -> f64 {
        self.zones.rate_k_s(at_c, self.heat_w)
    }

    /// When the hot zone first leaves its stretch on the way to `end_c`, where the zones are then and the stretch it enters.
    fn leaves(
        &self,
        stretches: &Stretches,
        at: usize,
        end_c: [f64; 2],
    ) -> Option<(f64, [f64; 2], usize)> {
        let sink = stretches.sinks[at];
        let (low_c, high_c) = stretches.ends_c(at);
        // A value that is not a number leaves nothing: the audit will find it.
        let out = |hot_c: f64| hot_c < low_c || hot_c > high_c;
        let [from, to] = [self.from_c, end_c].map(|at_c| self.rate_k_s(at_c));
        let span_s = self.zones.dt_s;
        let (mut begin, mut end) = ((0.0, self.from_c), (span_s, end_c));
        // The hot zone turns once at most, and then before its tangent ends.
        if from * to < 0.0 && (out(self.from_c[0] + from * span_s) || out(end_c[0])) {
            let turn_s = zero((0.0, from), (span_s, to), |span_s| {
                self.rate_k_s(self.after(sink, span_s))
            });
            let turn = (turn_s, self.after(sink, turn_s));
            if out(turn.1[0]) {
                end = turn;
            } else {
                begin = turn;
            }
        }
        if !out(end.1[0]) {
            return None;
        }
        let (bound_c, onto) = if end.1[0] > high_c {
            (high_c, at + 1)
        } else {
            (low_c, at - 1)
        };
        let beyond = |[hot_c, _]: [f64; 2]| hot_c - bound_c;
        let spent_s = zero(
            (begin.0, beyond(begin.1)),
            (end.0, beyond(end.1)),
            |span_s| beyond(self.after(sink, span_s)),
        );
        let [_, cold_c] = self.after(sink, spent_s);
        Some((spent_s, [bound_c, cold_c], onto))
    }
}

/// The zero of a function between two times, at which it has values of either sign; the first where it is zero there.
fn zero(first: (f64, f64), last: (f64, f64), value: impl Fn(f64) -> f64) -> f64 {
    if first.1 * last.1 >= 0.0 {
        return first.0;
    }
    let sign = last.1.signum();
    let mut bracket = Bracket::new((first.0, sign * first.1), (last.0, sign * last.1));
    let close = 1e-13 * last.0;
    let mut at = bracket.next();
    for _ in 0..60 {
        let found = sign * value(at);
        if found == 0.0 || bracket.width() <= close {
            break;
        }
        bracket.narrow(at, found);
        let next = bracket.next();
        if (next - at).abs() <= close {
            return next;
        }
        at = next;
    }
    at
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
        let end_c = still.alone([48.0, 38.0], 40e3);
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
        let first = failed(1.0).alone([48.0, 38.0], 40e3);
        assert!((first[1] - 38.0 - 0.0665).abs() < 5e-4, "{first:?}");
        assert!((first[0] - 48.0 - 1.1e-4).abs() < 2e-5, "{first:?}");
        let [from, to] = [1800.0, 1801.0].map(|dt_s| failed(dt_s).alone([48.0, 38.0], 40e3));
        assert!((to[0] - from[0] - 40e3 / 1.8e6).abs() < 1e-6);
        assert!((to[1] - from[1] - 40e3 / 1.8e6).abs() < 1e-6);
    }

    impl Zones {
        fn alone(&self, start_c: [f64; 2], heat_w: f64) -> [f64; 2] {
            self.end_c(start_c, heat_w, &self.stretches(), None)
        }
    }

    proptest! {
        /// Steps of a second land where one long step does, also where the binding limit changes on the way.
        #[test]
        fn many_steps_are_one(hot in 15.0..80.0f64, cold in 15.0..80.0f64, heat in 0.0..60e3f64, water in 5.0..60.0f64,
                              share in 0.3..0.95f64, mixing in 1.0..2.0f64, pieces in 2..60u32, long in 0usize..4) {
            let dt_s = [60.0, 300.0, 900.0, 3600.0][long];
            let zones = |dt_s| Zones {
                mixing_w_k: mixing * 4000.0,
                exchanger: Sink { conductance_w_k: share * 4000.0, temp_c: water },
                dt_s,
                ..ZONES
            };
            let whole = zones(dt_s).alone([hot, cold], heat);
            let part = zones(dt_s / f64::from(pieces));
            let parts = (0..pieces).fold([hot, cold], |at_c, _| part.alone(at_c, heat));
            prop_assert!((whole[0] - parts[0]).abs() < 1e-8, "{whole:?} {parts:?}");
            prop_assert!((whole[1] - parts[1]).abs() < 1e-8, "{whole:?} {parts:?}");
        }

        /// The stretches are where the limits bind.
        #[test]
        fn stretches_are_where_limits_bind(hot in 15.0..80.0f64, water in 5.0..60.0f64, share in 0.3..1.2f64) {
            let zones = Zones { exchanger: Sink { conductance_w_k: share * 4000.0, temp_c: water }, ..ZONES };
            let stretches = zones.stretches();
            let [by_stretch, binding] = [stretches.sinks[stretches.at(hot)], zones.binding(hot)].map(|sink| sink.draw_w(hot));
            prop_assert!((by_stretch - binding).abs() < 1e-6, "{by_stretch} {binding}");
        }
    }
}
