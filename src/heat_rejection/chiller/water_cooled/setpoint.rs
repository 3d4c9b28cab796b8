//! The condenser water that the towers of chillers are asked for.
//!
//! ```text
//! setpoint = max(least, wet bulb + approach)        °C, or a constant
//! ```
//!
//! Source: reset by wet bulb is usual practice (an approach of 2.8 to 3.9 K, 5 to 7 °F, in design guides); the least is what the
//! machine takes, in `lift.rs`. A constant is what the reference runs of `EnergyPlus` hold.

/// What the towers are asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Setpoint {
    /// Always the same, °C.
    Constant(f64),
    /// By the wet bulb.
    Reset {
        /// Above wet bulb, K.
        approach_k: f64,
        /// The coldest, °C.
        least_c: f64,
    },
}

impl Setpoint {
    /// The temperature wanted at a wet bulb, °C.
    pub fn at(self, wet_bulb_c: f64) -> f64 {
        match self {
            Self::Constant(constant_c) => constant_c,
            Self::Reset {
                approach_k,
                least_c,
            } => (wet_bulb_c + approach_k).max(least_c),
        }
    }

    /// In words, for `validate`.
    pub(super) fn line(self) -> String {
        match self {
            Self::Constant(constant_c) => format!("condenser water of {constant_c:.1} °C"),
            Self::Reset {
                approach_k,
                least_c,
            } => format!("condenser water {approach_k} K above wet bulb, {least_c:.1} °C at least"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_setpoint_follows_the_wet_bulb_down_to_its_least() {
        let reset = Setpoint::Reset {
            approach_k: 4.0,
            least_c: 18.0,
        };
        assert_eq!(
            [25.0, 14.5, 14.0, -5.0].map(|c| reset.at(c)),
            [29.0, 18.5, 18.0, 18.0]
        );
        assert_eq!(Setpoint::Constant(21.0).at(30.0), 21.0);
    }
}
