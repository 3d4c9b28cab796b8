//! Electricity: energy by use, supply, carbon, and how the load moves.

pub mod carbon;
pub mod energy;
pub(in crate::metrics) mod measured;
pub mod ramps;
pub mod supply;
pub mod swings;
