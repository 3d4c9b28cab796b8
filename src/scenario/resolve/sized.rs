//! A hall and what its racks are.

use crate::electrical::psu::Psu;
use crate::it::{OtherIt, Server};
use crate::physics::Coolant;
use crate::scenario::Hall;

/// A hall with its server found in the catalogue.
#[derive(Clone)]
pub(super) struct Sized<'a> {
    pub(super) config: &'a Hall,
    pub(super) server: Server,
    pub(super) psu: Psu,
    pub(super) rack_w: f64,
    pub(super) rack_air_m3_s: f64,
    /// What cold plates catch of it, W.
    pub(super) rack_liquid_w: f64,
    /// IT beside the racks.
    pub(super) other: OtherIt,
}

impl Sized<'_> {
    /// All IT of the hall at full load, W.
    pub(super) fn it_w(&self) -> f64 {
        self.rack_w * f64::from(self.config.racks) + self.other.busy_w
    }

    /// What the hall's cooling is sized for, W for each rack: what stands beside the racks too where the hall cools its air;
    /// beside tanks that air is ventilated.
    pub(super) fn cooled_w(&self) -> f64 {
        match self.config.cooling.coolant() {
            Coolant::Air | Coolant::Plates => self.it_w() / f64::from(self.config.racks),
            Coolant::Dielectric | Coolant::Boiling => self.rack_w,
        }
    }
}
