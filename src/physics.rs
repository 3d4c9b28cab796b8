//! Physics that several rooms share: moist air, fluids, heat exchangers, performance curves, thermal masses.

pub mod curves;
pub mod fluids;
pub mod heat_exchanger;
pub mod psychrometrics;
pub mod thermal_network;
