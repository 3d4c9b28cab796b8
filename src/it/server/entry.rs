//! A server and its builds in the catalogue.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::spread;
use crate::describe::Doubts;
use crate::physics::plates::{HostParts, Plates};
use crate::units;

/// A server, as the catalogue describes it.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServerEntry {
    /// Full name.
    pub name: String,
    /// Catalogue name of its accelerator.
    pub accelerator: String,
    /// How many of them.
    #[schemars(range(min = 1, max = 1024))]
    pub accelerators: u32,
    /// Nameplate power, W.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 10.0, max = 1000000.0))]
    pub rated_w: f64,
    /// Processors, memory, network and storage at rest, W.
    #[serde(deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 1000000.0))]
    pub host_idle_w: f64,
    /// The same with every accelerator at work, W.
    #[serde(deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 1000000.0))]
    pub host_busy_w: f64,
    /// Catalogue name of the power supplies' efficiency curve.
    pub psu: String,
    /// Power supplies sharing the load.
    #[schemars(range(min = 1, max = 1000))]
    pub psus: u32,
    /// Rating of one, W.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 10.0, max = 1000000.0))]
    pub psu_rated_w: f64,
    /// Heat sinks and fans of the air-cooled build, where there is one.
    #[serde(default)]
    pub air: Option<AirCooled>,
    /// The fanless build for single-phase immersion, where there is one.
    #[serde(default)]
    pub immersion: Option<Immersed>,
    /// The build with cold plates, where there is one.
    #[serde(default)]
    pub cold_plate: Option<ColdPlates>,
    /// The fanless build for two-phase immersion, where there is one.
    #[serde(default)]
    pub two_phase: Option<BoilerPlates>,
    /// How the host's power divides; needed for cold plates.
    #[serde(default)]
    pub host_parts: Option<HostParts>,
    /// Server and its share of the rack as a thermal mass, J/K.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 100.0, max = 100000000.0))]
    pub mass_j_k: f64,
    /// Where the figures come from.
    pub source: String,
    /// Unconfirmed figures: the credible range of each, with its reason.
    #[serde(default)]
    pub doubt: Doubts,
}

/// Additions of an air-cooled build: fans and heat sinks.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AirCooled {
    /// Fans at full speed, W.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.1, max = 100000.0))]
    pub fan_max_w: f64,
    /// Lowest fan speed, of full.
    #[serde(deserialize_with = "units::positive_fraction")]
    #[schemars(range(min = 0.01, max = 1.0))]
    pub fan_min_speed: f64,
    /// Air at full fan speed, m³/s.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.0001, max = 100.0))]
    pub fan_max_m3_s: f64,
    /// Chip temperature at which the fans leave their lowest speed, °C.
    #[serde(deserialize_with = "units::temperature_c")]
    #[schemars(range(min = 0.0, max = 120.0))]
    pub fan_from_c: f64,
    /// How much warmer the hottest chip is at full fan speed, K.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.1, max = 100.0))]
    pub fan_band_k: f64,
    /// Junction-to-air resistance of a chip that flow does not change, K/W.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.0001, max = 10.0))]
    pub fixed_k_w: f64,
    /// The part that falls with air flow, at full fan speed, K/W.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.0001, max = 10.0))]
    pub flow_k_w: f64,
    /// Chip and heat sink as a thermal mass, J/K.
    #[serde(default = "heat_sink_j_k", deserialize_with = "units::positive")]
    #[schemars(range(min = 0.1, max = 100000.0))]
    pub heat_sink_j_k: f64,
    /// How far the rise of its chips over the coolant spreads, standard deviation over mean.
    #[serde(default = "spread::air", deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 0.5))]
    pub spread: f64,
}

/// Additions of an immersed build.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Immersed {
    /// Junction to dielectric fluid at its design flow, K/W.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.0001, max = 10.0))]
    pub resistance_k_w: f64,
    /// Chip and heat sink as a thermal mass, J/K.
    #[serde(default = "heat_sink_j_k", deserialize_with = "units::positive")]
    #[schemars(range(min = 0.1, max = 100000.0))]
    pub heat_sink_j_k: f64,
    /// How far the rise of its chips over the coolant spreads, standard deviation over mean.
    #[serde(default = "spread::immersed", deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 0.5))]
    pub spread: f64,
}

/// Additions of a build with cold plates.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ColdPlates {
    /// Parts under cold plates, unless the scenario differs.
    pub plates: Plates,
    /// Junction of a chip to its case, where the plate sits, K/W.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.0001, max = 10.0))]
    pub junction_case_k_w: f64,
    /// Resistance of the plate over that of OCP's plate for a 1 kW accelerator module at the same flow.
    #[serde(default = "as_measured", deserialize_with = "units::positive")]
    #[schemars(range(min = 0.1, max = 10.0))]
    pub plate_ratio: f64,
    /// Fans at full speed, W.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.1, max = 100000.0))]
    pub fan_max_w: f64,
    /// Lowest fan speed, of full.
    #[serde(deserialize_with = "units::positive_fraction")]
    #[schemars(range(min = 0.01, max = 1.0))]
    pub fan_min_speed: f64,
    /// Air at full fan speed, m³/s.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.0001, max = 100.0))]
    pub fan_max_m3_s: f64,
    /// Chip and plate as a thermal mass, J/K.
    #[serde(default = "plate_j_k", deserialize_with = "units::positive")]
    #[schemars(range(min = 0.1, max = 100000.0))]
    pub plate_j_k: f64,
    /// How far the rise of its chips over the coolant spreads, standard deviation over mean.
    #[serde(default = "spread::plates", deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 0.5))]
    pub spread: f64,
}

fn as_measured() -> f64 {
    1.0
}

/// Additions of a build for two-phase immersion.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BoilerPlates {
    /// Boiling area of one chip's lid, cm².
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.1, max = 10000.0))]
    pub boiler_cm2: f64,
    /// Factor of its coating on a plain surface's heat-transfer coefficient (at the same flux) and critical flux.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.5, max = 20.0))]
    pub enhancement: f64,
    /// Junction to boiling surface, K/W.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 0.0001, max = 10.0))]
    pub fixed_k_w: f64,
    /// Chip and boiling plate as a thermal mass, J/K.
    #[serde(default = "plate_j_k", deserialize_with = "units::positive")]
    #[schemars(range(min = 0.1, max = 100000.0))]
    pub plate_j_k: f64,
    /// How far the rise of its chips over the coolant spreads, standard deviation over mean.
    #[serde(default = "spread::boiling", deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 0.5))]
    pub spread: f64,
}

/// A heat sink of an 8-GPU node, in air or in fluid, J/K: 1.3 kg of aluminium and copper.
fn heat_sink_j_k() -> f64 {
    1000.0
}

/// A cold plate or boiling plate, J/K: a kilogram of copper.
fn plate_j_k() -> f64 {
    400.0
}
