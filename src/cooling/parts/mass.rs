//! One thermal mass between its heat and whichever of two limits carries it away, followed exactly.
//!
//! ```text
//! C·dT/dt = Q − min(control(T), exchanger(T))₊        both straight lines in T
//! ```
//!
//! W, J/K, °C. Between two changes of the binding limit the temperature relaxes exponentially; the step is followed from
//! one change to the next.

/// Heat drawn from a mass by whichever of two limits binds: a control that holds a supply temperature, or
/// the heat exchanger behind it. Each is a straight line `conductance·(T − sink)`; neither ever heats.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Sink {
    pub(crate) conductance_w_k: f64,
    pub(crate) temp_c: f64,
}

impl Sink {
    /// Draws nothing.
    pub(crate) const NONE: Self = Self {
        conductance_w_k: 0.0,
        temp_c: 0.0,
    };

    /// The line that binds at `temp_c`: the one that draws less, or none below either's zero.
    pub(crate) fn binding(control: Self, exchanger: Self, temp_c: f64) -> Self {
        let (by_control, by_exchanger) = (control.draw_w(temp_c), exchanger.draw_w(temp_c));
        if by_control <= 0.0 || by_exchanger <= 0.0 {
            Self::NONE
        } else if by_control <= by_exchanger {
            control
        } else {
            exchanger
        }
    }

    /// Heat drawn at `temp_c`, W.
    pub(crate) fn draw_w(self, temp_c: f64) -> f64 {
        self.conductance_w_k * (temp_c - self.temp_c)
    }
}

/// Which limit binds where.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stretches {
    /// The limits, from cold to warm.
    pub(crate) sinks: [Sink; 3],
    /// Where the second and the third begin to bind, °C.
    pub(crate) from_c: [f64; 2],
}

impl Stretches {
    /// From the coldest stretch to the warmest, under these limits.
    pub(crate) fn of(control: Sink, exchanger: Sink) -> Self {
        if control.conductance_w_k <= 0.0 || exchanger.conductance_w_k <= 0.0 {
            return Self {
                sinks: [Sink::NONE; 3],
                from_c: [f64::INFINITY; 2],
            };
        }
        // Just above its zero a limit draws less than any other.
        let later = control.temp_c > exchanger.temp_c
            || control.temp_c == exchanger.temp_c
                && control.conductance_w_k <= exchanger.conductance_w_k;
        let (first, second) = if later {
            (control, exchanger)
        } else {
            (exchanger, control)
        };
        let crossing_c = (first.conductance_w_k * first.temp_c
            - second.conductance_w_k * second.temp_c)
            / (first.conductance_w_k - second.conductance_w_k);
        let crosses = crossing_c.is_finite() && crossing_c > first.temp_c;
        Self {
            sinks: [Sink::NONE, first, second],
            from_c: [
                first.temp_c,
                if crosses { crossing_c } else { f64::INFINITY },
            ],
        }
    }

    /// The stretch that a temperature lies in.
    pub(crate) fn at(&self, hot_c: f64) -> usize {
        usize::from(hot_c > self.from_c[0]) + usize::from(hot_c > self.from_c[1])
    }

    /// Ends of a stretch, °C.
    pub(crate) fn ends_c(&self, at: usize) -> (f64, f64) {
        let [second_c, third_c] = self.from_c;
        [
            (f64::NEG_INFINITY, second_c),
            (second_c, third_c),
            (third_c, f64::INFINITY),
        ][at]
    }
}

/// The mass, its limits and the length of the step.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mass {
    pub(crate) control: Sink,
    pub(crate) exchanger: Sink,
    pub(crate) mass_j_k: f64,
    pub(crate) dt_s: f64,
}

/// Many masses of one kind under the same limits: how fast they relax is worked out once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Many {
    mass: Mass,
    /// Remaining share of a difference after the step, under either limit.
    control_left: f64,
    exchanger_left: f64,
}

impl Many {
    /// The limit that binds at both ends of a range (then, both being straight, everywhere inside it) and draws.
    pub(crate) fn binding_for(&self, (low_c, high_c): (f64, f64)) -> Option<Sink> {
        let at = |temp_c: f64| Sink::binding(self.mass.control, self.mass.exchanger, temp_c);
        let sink = at(low_c);
        (sink.conductance_w_k > 0.0 && at(high_c) == sink).then_some(sink)
    }

    /// Share of a difference that is left after the step under one of the limits.
    pub(crate) fn left(&self, sink: Sink) -> f64 {
        if sink == self.mass.control {
            self.control_left
        } else {
            self.exchanger_left
        }
    }

    /// The end temperature of one of them.
    pub(crate) fn end_c(&self, start_c: f64, heat_w: f64) -> f64 {
        let Mass {
            control, exchanger, ..
        } = self.mass;
        let sink = Sink::binding(control, exchanger, start_c);
        if sink.conductance_w_k > 0.0 {
            let left = self.left(sink);
            let settled_c = sink.temp_c + heat_w / sink.conductance_w_k;
            let end_c = settled_c + (start_c - settled_c) * left;
            // Each limit binds in one stretch of temperatures, and the way to the end does not turn back.
            if Sink::binding(control, exchanger, end_c) == sink {
                return end_c;
            }
        }
        self.mass.piecewise(start_c, heat_w)
    }
}

impl Mass {
    /// Prepares for many of them.
    pub(crate) fn many(self) -> Many {
        let left = |sink: Sink| (-self.dt_s * sink.conductance_w_k / self.mass_j_k).exp();
        Many {
            control_left: left(self.control),
            exchanger_left: left(self.exchanger),
            mass: self,
        }
    }

    /// The end temperature where the binding limit changes inside the step: from one change to the next.
    pub(crate) fn piecewise(&self, start_c: f64, heat_w: f64) -> f64 {
        let (mut temp_c, mut left_s) = (start_c, self.dt_s);
        let (control, exchanger) = (self.control, self.exchanger);
        let crossing_c = (control.conductance_w_k * control.temp_c
            - exchanger.conductance_w_k * exchanger.temp_c)
            / (control.conductance_w_k - exchanger.conductance_w_k);
        let off_c = control.temp_c.max(exchanger.temp_c);
        for _ in 0..4 {
            // A hair beyond a change, the limit that binds on the far side is the one to follow.
            let rate = heat_w - Sink::binding(control, exchanger, temp_c).draw_w(temp_c);
            let nudge = 1e-9 * rate.signum();
            let sink = Sink::binding(control, exchanger, temp_c + nudge);
            let next_c = [crossing_c, off_c]
                .into_iter()
                .filter(|c| c.is_finite() && (c - temp_c - nudge) * rate > 0.0)
                .min_by(|a, b| (a - temp_c).abs().total_cmp(&(b - temp_c).abs()));
            let (end_c, reach_s) = self.relax(sink, temp_c, heat_w, left_s, next_c);
            match reach_s {
                Some(spent_s) if spent_s < left_s => {
                    temp_c = end_c;
                    left_s -= spent_s;
                }
                _ => return end_c,
            }
        }
        self.relax(
            Sink::binding(control, exchanger, temp_c),
            temp_c,
            heat_w,
            left_s,
            None,
        )
        .0
    }

    /// Follows one limit for `span_s`, or to `until_c` if that is met earlier; then returns the time taken.
    fn relax(
        &self,
        sink: Sink,
        start_c: f64,
        heat_w: f64,
        span_s: f64,
        until_c: Option<f64>,
    ) -> (f64, Option<f64>) {
        let g = sink.conductance_w_k;
        if g <= 0.0 {
            let end_c = start_c + heat_w * span_s / self.mass_j_k;
            return match until_c {
                Some(c) if (c - start_c) * heat_w > 0.0 => {
                    let spent_s = (c - start_c) * self.mass_j_k / heat_w;
                    if spent_s < span_s {
                        (c, Some(spent_s))
                    } else {
                        (end_c, None)
                    }
                }
                _ => (end_c, None),
            };
        }
        let settled_c = sink.temp_c + heat_w / g;
        let end_c = settled_c + (start_c - settled_c) * (-span_s * g / self.mass_j_k).exp();
        if let Some(c) = until_c {
            let ratio = (c - settled_c) / (start_c - settled_c);
            if ratio > 0.0 && ratio < 1.0 {
                let spent_s = -ratio.ln() * self.mass_j_k / g;
                if spent_s < span_s {
                    return (c, Some(spent_s));
                }
            }
        }
        (end_c, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Many at once end where each on its own does, whatever binds.
        #[test]
        fn many_are_as_one(start_c in 20.0..70.0f64, heat_w in 0.0..60e3f64, water_c in 15.0..55.0f64,
                           control_w_k in 100.0..20e3f64, exchanger_w_k in 100.0..20e3f64, dt_s in 1.0..3600.0f64) {
            let mass = Mass {
                control: Sink { conductance_w_k: control_w_k, temp_c: 45.0 },
                exchanger: Sink { conductance_w_k: exchanger_w_k, temp_c: water_c },
                mass_j_k: 2e6,
                dt_s,
            };
            let (one, many) = (mass.piecewise(start_c, heat_w), mass.many().end_c(start_c, heat_w));
            prop_assert!((one - many).abs() < 1e-7, "{one} {many}");
        }
    }
}
