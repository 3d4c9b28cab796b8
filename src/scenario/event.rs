//! `[[event]]`: things that go wrong on purpose.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::units;

/// `[[event]]`: what is out, from when, for how long. Watch it with a `run.step_s` of a few seconds.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EventConfig {
    /// Name in results; what it is where none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// When it begins, local standard time in quotes: "2026-07-15T14:00".
    pub start: String,
    /// How long it lasts, minutes.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 1e-3, max = 5328000.0))]
    pub minutes: f64,
    /// What is out: one table, for example `what.chiller_trip = { units = 1 }`.
    pub what: What,
}

/// What is out.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Chillers, each with its condenser pump and tower cell.
    ChillerTrip(ChillerTrip),
    /// Facility-water pumps.
    PumpTrip(PlantTrip),
    /// Condenser- and tower-water pumps.
    CondenserPumpTrip(PlantTrip),
    /// Fans of towers and dry coolers.
    TowerFanTrip(PlantTrip),
    /// CRAH and rear-door fans.
    CrahTrip(HallTrip),
    /// Pumps of coolant distribution units and tanks.
    CduTrip(HallTrip),
    /// No make-up water for the whole site.
    WaterCutOff(Nothing),
    /// Outdoor air is warmer at the same humidity ratio.
    HeatWave(HeatWave),
    /// The grid is gone for the whole site.
    UtilityOutage(Nothing),
    /// The batteries of the UPS are gone; the load goes past them.
    UpsOutage(Nothing),
}

impl What {
    /// As TOML spells it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::ChillerTrip(_) => "chiller_trip",
            Self::PumpTrip(_) => "pump_trip",
            Self::CondenserPumpTrip(_) => "condenser_pump_trip",
            Self::TowerFanTrip(_) => "tower_fan_trip",
            Self::CrahTrip(_) => "crah_trip",
            Self::CduTrip(_) => "cdu_trip",
            Self::WaterCutOff(_) => "water_cut_off",
            Self::HeatWave(_) => "heat_wave",
            Self::UtilityOutage(_) => "utility_outage",
            Self::UpsOutage(_) => "ups_outage",
        }
    }
}

/// Chillers that trip.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ChillerTrip {
    /// The circuit's name as results show it; all circuits where none is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub circuit: Option<String>,
    /// How many.
    #[schemars(range(min = 1, max = 2000))]
    pub units: std::num::NonZeroU32,
}

impl Default for ChillerTrip {
    fn default() -> Self {
        Self {
            circuit: None,
            units: std::num::NonZeroU32::MIN,
        }
    }
}

/// Pumps or fans of a plant that trip.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PlantTrip {
    /// The circuit's name as results show it; all circuits where none is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub circuit: Option<String>,
    /// Share of them that is out, 0 … 1.
    #[serde(deserialize_with = "units::positive_fraction")]
    #[schemars(range(min = 1e-3, max = 1.0))]
    pub share: f64,
}

impl Default for PlantTrip {
    fn default() -> Self {
        Self {
            circuit: None,
            share: 1.0,
        }
    }
}

/// Fans or pumps of a hall that trip.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct HallTrip {
    /// The hall; all halls where none is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hall: Option<String>,
    /// Share of them that is out, 0 … 1.
    #[serde(deserialize_with = "units::positive_fraction")]
    #[schemars(range(min = 1e-3, max = 1.0))]
    pub share: f64,
}

impl Default for HallTrip {
    fn default() -> Self {
        Self {
            hall: None,
            share: 1.0,
        }
    }
}

/// Warmer outdoor air.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeatWave {
    /// By how much, K; up to 30.
    #[serde(deserialize_with = "units::positive")]
    #[schemars(range(min = 1e-3, max = 30.0))]
    pub warmer_k: f64,
}

/// No keys: `what.utility_outage = {}`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}
