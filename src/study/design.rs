//! Points of a study in the unit cube, and the distributions that turn them into figures.

pub(crate) mod distribution;
pub(crate) mod latin;
