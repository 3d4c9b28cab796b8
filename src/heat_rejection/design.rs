//! Design conditions of plants, and catalogue entries they may use.

use std::collections::BTreeMap;

use super::chiller::ChillerCurves;
use super::dry_cooler::cooler::DryCoolerEntry;
use super::tower::cell::TowerEntry;
use super::water_loop::medium::Medium;
use crate::describe::Fault;
use crate::physics::climate_zone::Zone;

/// Design conditions of a plant.
#[derive(Clone, Copy)]
pub struct PlantDesign<'a> {
    /// Heat of all halls at full load, W.
    pub heat_w: f64,
    /// Wet bulb that plants are designed for, °C.
    pub wet_bulb_c: f64,
    /// Dry bulb that plants are designed for, °C.
    pub dry_bulb_c: f64,
    /// Barometric pressure of the site, Pa.
    pub pressure_pa: f64,
    /// Climate zone of the site.
    pub zone: Zone,
    /// Fluid of the circuit.
    pub medium: Medium,
    /// Chiller curves of the catalogue, by name.
    pub chillers: &'a dyn Fn(&str) -> Result<ChillerCurves, Fault>,
    /// Cooling towers of the catalogue.
    pub towers: &'a BTreeMap<String, TowerEntry>,
    /// Dry coolers of the catalogue.
    pub dry_coolers: &'a BTreeMap<String, DryCoolerEntry>,
}

/// The entry of a name; else what is wrong, and the names there are.
pub(super) fn entry<'a, T>(
    entries: &'a BTreeMap<String, T>,
    kind: &str,
    name: &str,
) -> Result<&'a T, Fault> {
    entries.get(name).ok_or_else(|| {
        let known: Vec<_> = entries.keys().map(String::as_str).collect();
        Fault::new(
            format!("there is no {kind} '{name}' in the catalogue"),
            format!("known: {}", known.join(", ")),
        )
    })
}
