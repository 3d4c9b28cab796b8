//! Water that a site takes and loses.
//!
//! ```text
//! makeup + from basin = evaporation + drift + blowdown        kg/s, exact in every machine
//! ```

/// Water flows to and from the site, kg/s.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Water {
    /// Evaporated in towers, pads and humidifiers.
    pub evaporation_kg_s: f64,
    /// Lost as droplets.
    pub drift_kg_s: f64,
    /// Drained to limit the minerals.
    pub blowdown_kg_s: f64,
    /// Taken from the supply.
    pub makeup_kg_s: f64,
    /// Taken from the towers' basins; negative while they fill.
    pub from_basin_kg_s: f64,
    /// Withdrawn from a lake, a river or the sea and given back warmer: it is not used up, and not part of the make-up.
    pub once_through_kg_s: f64,
}

impl Water {
    /// What evaporates and drifts away, with the blowdown that keeps the minerals at `cycles` of the supply's (drift
    /// carries some away already), and the make-up for all of it. One cycle or less says that nothing is drained.
    pub fn evaporated(evaporation_kg_s: f64, drift_kg_s: f64, cycles: f64) -> Self {
        let blowdown_kg_s = if cycles > 1.0 {
            (evaporation_kg_s / (cycles - 1.0) - drift_kg_s).max(0.0)
        } else {
            0.0
        };
        Self {
            evaporation_kg_s,
            drift_kg_s,
            blowdown_kg_s,
            makeup_kg_s: evaporation_kg_s + drift_kg_s + blowdown_kg_s,
            from_basin_kg_s: 0.0,
            once_through_kg_s: 0.0,
        }
    }

    /// The flows of several equal machines.
    #[must_use]
    pub fn times(self, count: f64) -> Self {
        Self {
            evaporation_kg_s: self.evaporation_kg_s * count,
            drift_kg_s: self.drift_kg_s * count,
            blowdown_kg_s: self.blowdown_kg_s * count,
            makeup_kg_s: self.makeup_kg_s * count,
            from_basin_kg_s: self.from_basin_kg_s * count,
            once_through_kg_s: self.once_through_kg_s * count,
        }
    }

    /// The flows of two machines together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            evaporation_kg_s: self.evaporation_kg_s + other.evaporation_kg_s,
            drift_kg_s: self.drift_kg_s + other.drift_kg_s,
            blowdown_kg_s: self.blowdown_kg_s + other.blowdown_kg_s,
            makeup_kg_s: self.makeup_kg_s + other.makeup_kg_s,
            from_basin_kg_s: self.from_basin_kg_s + other.from_basin_kg_s,
            once_through_kg_s: self.once_through_kg_s + other.once_through_kg_s,
        }
    }
}
