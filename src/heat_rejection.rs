//! The facility water loop and what carries its heat outdoors.

/// Water flows to and from the site, kg/s.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Water {
    /// Evaporated in towers and pads.
    pub evaporation_kg_s: f64,
    /// Lost as droplets.
    pub drift_kg_s: f64,
    /// Drained to limit the minerals.
    pub blowdown_kg_s: f64,
    /// Taken from the supply: the sum of the other three.
    pub makeup_kg_s: f64,
}
