//! Moist air.

/// A state of moist air.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct MoistAir {
    /// Dry-bulb temperature, °C.
    pub dry_bulb_c: f64,
    /// Thermodynamic wet-bulb temperature, °C.
    pub wet_bulb_c: f64,
    /// Humidity ratio, kg water per kg dry air.
    pub humidity_ratio: f64,
    /// Barometric pressure, Pa.
    pub pressure_pa: f64,
}
