//! What is optimised: genes of a design, and how designs are judged.
//!
//! Constrained domination (Deb, Pratap, Agarwal & Meyarivan 2002, IEEE Trans. Evol. Comput. 6(2), section VI):
//!
//! ```text
//! a dominates b   where a is feasible and b is not,
//!                 or neither is and a violates less,
//!                 or both are and a is nowhere worse and somewhere better
//! ```

use rand::RngExt as _;
use rand_pcg::Pcg64;

/// Steps over the range of a real gene. Designs nearer than one are the same design: no run is spent on the eighth digit.
const STEPS: f64 = 1e6;

/// One figure of a design that is free.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Gene {
    /// Any number from `low` to `high`.
    Real {
        /// The least.
        low: f64,
        /// The largest.
        high: f64,
    },
    /// Any whole number from `low` to `high`.
    Integer {
        /// The least.
        low: i64,
        /// The largest.
        high: i64,
    },
    /// One of so many, without an order: 0, 1, …
    Choice(usize),
}

impl Gene {
    /// How many values it has; None: without end.
    pub(super) fn count(self) -> Option<u64> {
        match self {
            Self::Real { low, high } => (low == high).then_some(1),
            Self::Integer { low, high } => Some(high.abs_diff(low).saturating_add(1)),
            Self::Choice(of) => Some(of as u64),
        }
    }

    /// The value at a share of its range, 0 ≤ `share` < 1: uniform where the share is.
    pub(super) fn at(self, share: f64) -> f64 {
        match self {
            Self::Real { low, high } => self.fit(low + share * (high - low)),
            Self::Integer { low, .. } => {
                let count = self.count().unwrap_or(1) as f64;
                self.fit(low as f64 + (share * count).floor())
            }
            Self::Choice(of) => (share * of as f64).floor(),
        }
    }

    /// The nearest value that it may have.
    pub(super) fn fit(self, value: f64) -> f64 {
        match self {
            Self::Real { low, high } => {
                let step = ((value - low) / (high - low) * STEPS).round();
                // Written so that the upper end is met exactly, and a range of no width gives its end.
                if step < STEPS {
                    short(
                        low + step.max(0.0) / STEPS * (high - low),
                        (high - low) / STEPS,
                    )
                    .clamp(low, high)
                } else {
                    high
                }
            }
            Self::Integer { low, high } => value.round().clamp(low as f64, high as f64),
            Self::Choice(of) => value.clamp(0.0, of as f64 - 1.0),
        }
    }

    /// The value one step further; after the last, the first.
    pub(super) fn after(self, value: f64) -> f64 {
        let first = self.at(0.0);
        let next = match self {
            Self::Real { low, high } => self.fit(value + (high - low) / STEPS),
            Self::Integer { .. } | Self::Choice(_) => self.fit(value + 1.0),
        };
        if next > value { next } else { first }
    }

    /// One of its values, all equally likely.
    pub(super) fn draw(self, rng: &mut Pcg64) -> f64 {
        self.at(rng.random())
    }
}

/// A value in as few decimals as tell its steps apart: scenarios and tables hold it.
fn short(value: f64, step: f64) -> f64 {
    let decimals = (-step.log10()).ceil().clamp(0.0, 15.0);
    let scale = 10_f64.powi(decimals as i32);
    let rounded = (value * scale).round() / scale;
    // Of large figures with tiny steps.
    if rounded.is_finite() { rounded } else { value }
}

/// How good a design is.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// What is minimised.
    pub aims: Vec<f64>,
    /// By how much its limits are exceeded, summed; 0: feasible. Infinite: it could not be judged.
    pub violation: f64,
}

impl Judged {
    /// Of a design that could not be judged.
    pub fn failed(aims: usize) -> Self {
        Self {
            aims: vec![f64::INFINITY; aims],
            violation: f64::INFINITY,
        }
    }

    /// Whether it holds all limits.
    pub fn feasible(&self) -> bool {
        self.violation == 0.0
    }

    /// Whether this one is better without doubt.
    pub fn dominates(&self, other: &Self) -> bool {
        if !(self.feasible() && other.feasible()) {
            return self.violation < other.violation;
        }
        let mut better = false;
        for (mine, theirs) in self.aims.iter().zip(&other.aims) {
            if mine > theirs {
                return false;
            }
            better |= mine < theirs;
        }
        better
    }

    /// The same, failed where it holds anything but numbers.
    pub(super) fn sound(self) -> Self {
        let numbers = self.aims.iter().all(|aim| aim.is_finite());
        if numbers && self.violation >= 0.0 && self.violation.is_finite() {
            self
        } else {
            Self::failed(self.aims.len())
        }
    }
}

/// A design that has been judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    /// One value per gene.
    pub genes: Vec<f64>,
    /// How good it is.
    pub judged: Judged,
}

/// Something to optimise.
pub trait Problem {
    /// Why designs cannot be judged any more; the search ends with it.
    type Error;

    /// What is free.
    fn genes(&self) -> &[Gene];

    /// How many aims a design is judged by: 1 to 3.
    fn aims(&self) -> usize;

    /// Judges designs, each of them new, in their order; they do not depend on each other.
    fn evaluate(&mut self, batch: &[Vec<f64>]) -> Result<Vec<Judged>, Self::Error>;
}
