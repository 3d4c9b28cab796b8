//! Model of heat transfer between water and air in a tower: a correlation of the approach, or Merkel's equation.
//!
//! Both answer the same three questions at one wet bulb and one water flow: how cold water leaves, how far it is
//! cooled, and how much air that takes. Air is relative to design.

use super::correlation::{Correlation, Surface};
use super::merkel::{Merkel, Stream, WIDEST_K};
use crate::physics::psychrometrics::MoistAir;

/// The model of a cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Fill {
    /// `YorkCalc`.
    Correlation {
        correlation: Box<Correlation>,
        /// Water ratio over flow in W/K, so that the design point lies on the correlation.
        ratio_per_w_k: f64,
    },
    /// Merkel's equation with the conductance of the design point.
    Merkel(Merkel),
}

/// A model at the wet bulb and the water flow of a step.
pub(super) enum At<'a> {
    Correlation {
        correlation: &'a Correlation,
        surface: Surface,
        water_ratio: f64,
    },
    Merkel {
        merkel: &'a Merkel,
        stream: Stream,
    },
}

impl Fill {
    pub(super) fn at(&self, flow_w_k: f64, outside: &MoistAir) -> At<'_> {
        match self {
            Self::Correlation {
                correlation,
                ratio_per_w_k,
            } => At::Correlation {
                surface: correlation.surface(outside.wet_bulb_c),
                // At most what the correlation knows.
                water_ratio: (flow_w_k * ratio_per_w_k).min(correlation.water_ratio.max),
                correlation,
            },
            Self::Merkel(merkel) => At::Merkel {
                stream: merkel.stream(flow_w_k, outside),
                merkel,
            },
        }
    }
}

impl At<'_> {
    /// Water leaving, °C, when it is cooled by `range_k`.
    pub(super) fn leaving_c(&self, air: f64, range_k: f64) -> f64 {
        match self {
            Self::Correlation {
                correlation,
                surface,
                ..
            } => correlation.leaving_c(surface, range_k, self.liquid_gas(air)),
            Self::Merkel { merkel, stream } => merkel.leaving_c(stream, air, range_k),
        }
    }

    /// The range, K, where leaving water + `slope`·range is at `reach_c`.
    pub(super) fn range_k(&self, air: f64, slope: f64, reach_c: f64) -> f64 {
        match self {
            Self::Correlation {
                correlation,
                surface,
                ..
            } => correlation.range(surface, self.liquid_gas(air), slope, reach_c),
            Self::Merkel { merkel, stream } => merkel.range_k(stream, air, slope, reach_c),
        }
    }

    /// The largest range of the model, K: beyond it the range is held.
    pub(super) fn widest_k(&self) -> f64 {
        match self {
            Self::Correlation { correlation, .. } => correlation.range_k.max,
            Self::Merkel { .. } => WIDEST_K,
        }
    }

    /// The air that cools water by `range_k` down to `leaving_c`, between `least` and design.
    pub(super) fn air(&self, range_k: f64, leaving_c: f64, least: f64) -> f64 {
        match self {
            Self::Correlation {
                correlation,
                surface,
                water_ratio,
            } => correlation
                .liquid_gas(surface, range_k, leaving_c)
                .map_or(1.0, |l| (water_ratio / l).clamp(least, 1.0)),
            Self::Merkel { merkel, stream } => merkel.air(stream, range_k, leaving_c, least),
        }
    }

    /// L of a correlation. At design air it is what it is; with less it ends where the correlation does.
    fn liquid_gas(&self, air: f64) -> f64 {
        let Self::Correlation {
            correlation,
            water_ratio,
            ..
        } = self
        else {
            return f64::NAN;
        };
        if air < 1.0 {
            (water_ratio / air).min(correlation.max_liquid_gas_ratio)
        } else {
            *water_ratio
        }
    }
}
