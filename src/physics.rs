//! Physics that several rooms share: moist air, fluids, heat exchangers, performance curves, thermal masses.

pub mod boiling;
pub mod climate_zone;
pub mod convection;
pub mod curves;
pub mod fluids;
pub mod heat_exchanger;
pub mod plates;
pub mod psychrometrics;
pub mod root;
pub mod site_air;
pub mod sun;
pub mod temperature_counts;
pub mod thermal_network;
pub mod water;

/// What carries the heat of a chip: each technology brings one, each server knows its resistance to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coolant {
    /// Room air moved by the server's own fans.
    Air,
    /// Dielectric fluid around fanless servers (single-phase immersion).
    Dielectric,
    /// Liquid in cold plates; room air around the rest, moved by fewer fans.
    Plates,
    /// Dielectric fluid that boils on the chips (two-phase immersion).
    Boiling,
}
