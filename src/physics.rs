//! Physics that several rooms share: moist air, fluids, heat exchangers, performance curves, thermal masses.

pub mod psychrometrics;
