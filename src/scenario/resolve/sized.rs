//! A hall and what its racks are.

use crate::electrical::psu::Psu;
use crate::it::Server;
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
}
