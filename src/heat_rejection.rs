//! The facility water loop and what carries its heat outdoors.
//!
//! ```text
//! heat_to_ambient = heat + chillers + fans + pumps        W, exact in every plant
//! ```
//!
//! All electricity of a plant ends outdoors: compressor work in the condenser, pump shafts in the condenser water,
//! fans and motor losses in the air around the machines. Facility-water pumps are not part of a plant.

pub mod chiller;
pub mod config;
pub mod dry_cooler;
pub mod pump;
pub mod tower;
pub mod tower_correlation;
pub mod tower_plant;
pub mod water_cooled;
pub mod water_loop;

mod exit_air;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod val_energyplus;

pub use config::HeatRejection;

use crate::physics::psychrometrics::MoistAir;
pub use crate::physics::water::Water;

/// What a rejection plant does with a heat flow during one step.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Rejected {
    /// Electrical power of compressors, W; with an air-cooled condenser, its fans too.
    pub chillers_w: f64,
    /// Electrical power of tower and dry-cooler fans, W.
    pub fans_w: f64,
    /// Electrical power of condenser-water and tower-water pumps, W.
    pub pumps_w: f64,
    /// All that leaves to the outdoors, W: the heat taken plus every watt of electricity above.
    pub heat_to_ambient_w: f64,
    /// Water used.
    pub water: Water,
    /// Water leaving the tower, °C; NaN without a tower.
    pub condenser_c: f64,
    /// Part-load ratio of the running chillers; 0 without.
    pub chiller_load: f64,
    /// Air flow of the running fans relative to design, mean over the step, 0..1.
    pub fan_speed: f64,
}

/// What carries heat from facility water to the outdoors.
///
/// A plant has no memory: thermal mass and control belong to the water loop around it.
pub trait Rejection: Send + Sync {
    /// The most heat, W, that leaves facility water whose temperature leaving the plant is `supply_c`, at capacity
    /// rate `flow_w_k` (`ṁ·c_p`). Never decreasing in `supply_c`; zero where the outdoors is too warm.
    fn capacity_w(&self, supply_c: f64, flow_w_k: f64, outside: &MoistAir) -> f64;

    /// Rejects `heat_w` (0..=capacity) while facility water leaves at `supply_c`.
    fn reject(&self, heat_w: f64, supply_c: f64, flow_w_k: f64, outside: &MoistAir) -> Rejected;
}
