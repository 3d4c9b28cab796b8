//! Points of a sample by index.

use rand::RngExt as _;

use super::{Correlation, iman_conover, latin, mixed, sobol};
use crate::describe::Fault;
use crate::random;

/// How the points are laid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Independent of each other.
    MonteCarlo,
    /// One value in each of as many strata of every axis as there are points.
    LatinHypercube,
    /// A scrambled Sobol sequence.
    Sobol,
}

/// A sample of the unit cube. A point follows from its index alone; no memory grows with their number, but for that of a
/// correlated Latin hypercube (4 bytes for each correlated value).
#[derive(Debug, Clone)]
pub(crate) struct UnitDesign {
    points: u64,
    axes: Axes,
    correlation: Option<Correlation>,
}

#[derive(Debug, Clone)]
enum Axes {
    MonteCarlo(Vec<[u64; 2]>),
    Latin {
        axes: Vec<latin::Axis>,
        /// The strata of the correlated axes.
        strata: Vec<Vec<u32>>,
    },
    Sobol(Vec<sobol::Axis>),
}

impl UnitDesign {
    /// A sample of `points` points of the axes of these names. Independent points and the strata of an axis follow from the seed
    /// and its name: axes beside it change nothing, as long as they are not correlated with it. In a Sobol sequence the place
    /// in the list counts too. The place of a fault is `points`.
    pub(crate) fn new(
        kind: Kind,
        points: u64,
        seed: u64,
        names: &[String],
        correlation: Option<&Correlation>,
    ) -> Result<Self, Fault> {
        if points == 0 {
            return Err(Fault::new("a sample of no points", "take at least 1").at("points"));
        }
        let axes = match kind {
            Kind::MonteCarlo => Axes::MonteCarlo(independent(seed, names)),
            Kind::LatinHypercube => {
                let axis = |name: &String| {
                    latin::Axis::new(seed, &format!("study.latin_hypercube.{name}"), points)
                };
                let axes: Vec<latin::Axis> = names.iter().map(axis).collect();
                let strata = match correlation {
                    Some(correlation) => iman_conover::strata(&axes, points, correlation)?,
                    None => Vec::new(),
                };
                Axes::Latin { axes, strata }
            }
            Kind::Sobol if names.len() > sobol::MOST_AXES => {
                let what = format!(
                    "a Sobol sequence has at most {} axes, not {}",
                    sobol::MOST_AXES,
                    names.len()
                );
                return Err(Fault::new(what, "use latin_hypercube"));
            }
            Kind::Sobol => Axes::Sobol(sobol::Axis::all(seed, names)),
        };
        Ok(Self {
            points,
            axes,
            correlation: correlation.cloned(),
        })
    }

    /// Number of points.
    pub(crate) fn points(&self) -> u64 {
        self.points
    }

    /// Puts a point, `0..points`, into `into`: a value in [0, 1) for each axis.
    pub(crate) fn point(&self, index: u64, into: &mut [f64]) {
        debug_assert!(index < self.points);
        match &self.axes {
            Axes::MonteCarlo(keys) => {
                for (value, keys) in into.iter_mut().zip(keys) {
                    *value = drawn(index, *keys);
                }
            }
            Axes::Latin { axes, strata } => {
                for (value, axis) in into.iter_mut().zip(axes) {
                    *value = axis.at(index);
                }
                let correlated = self.correlation.iter().flat_map(Correlation::axes);
                for (strata, &axis) in strata.iter().zip(correlated) {
                    let stratum = u64::from(strata[index as usize]);
                    into[axis] = axes[axis].at_stratum(index, stratum);
                }
                return;
            }
            Axes::Sobol(axes) => {
                for (value, axis) in into.iter_mut().zip(axes) {
                    *value = axis.at(index);
                }
            }
        }
        if let Some(correlation) = &self.correlation {
            correlation.apply(into);
        }
    }

    /// What the planner should know of this number of points.
    pub(crate) fn note(&self) -> Option<String> {
        let uneven = matches!(self.axes, Axes::Sobol(_)) && !self.points.is_power_of_two();
        uneven.then(|| {
            let next = self.points.next_power_of_two();
            format!(
                "a Sobol sequence is even at powers of two: {next} points say more than {}",
                self.points
            )
        })
    }
}

/// Two keys for each axis.
fn independent(seed: u64, names: &[String]) -> Vec<[u64; 2]> {
    let keys = |name| {
        let mut rng = random::stream(seed, &format!("study.monte_carlo.{name}"));
        [rng.random(), rng.random()]
    };
    names.iter().map(keys).collect()
}

/// A random number in (0, 1) by its number: the middle of one of 2^52 steps.
fn drawn(index: u64, keys: [u64; 2]) -> f64 {
    let bits = mixed(mixed(index ^ keys[0]) ^ keys[1]) >> 12;
    (bits as f64 + 0.5) / (1_u64 << 52) as f64
}

#[cfg(test)]
mod tests;
