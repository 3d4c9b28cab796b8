//! Points of a study in the unit cube, and the distributions that turn them into figures.
//!
//! ```text
//! index ─ points ─▶ u in the unit cube ─ distribution ─▶ x = Q(u), a figure of a scenario
//! ```
//!
//! Any point follows from its index alone, on any thread and in any order. Three ways to lay n points:
//!
//! ```text
//! Monte Carlo            independent; the error of a mean falls as 1/√n, whatever the number of axes
//! Latin hypercube        one value in each of n strata of every axis: main effects are averaged out
//! Sobol sequence         even in all axes and their pairs at once: the error falls nearly as 1/n for smooth figures
//! ```

mod correlation;
mod distribution;
mod iman_conover;
pub(crate) mod latin;
pub(crate) mod normal;
mod points;
mod sobol;

pub(crate) use correlation::Correlation;
pub use correlation::Pair;
pub use distribution::{
    Discrete, Distribution, Empirical, LogNormal, LogUniform, Normal, Triangular, Uniform,
};
pub(crate) use points::{Kind, UnitDesign};

/// Which of `count` things that are equally likely, for `u` in [0, 1].
pub(crate) fn choice(u: f64, count: usize) -> usize {
    ((u * count as f64) as usize).min(count.saturating_sub(1))
}

/// The finaliser of `SplitMix64` (Steele, Lea & Flood 2014): every bit of the input reaches every bit of the result.
fn mixed(key: u64) -> u64 {
    let key = key.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let key = (key ^ (key >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let key = (key ^ (key >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    key ^ (key >> 31)
}
