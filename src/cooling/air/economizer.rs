//! Cooling by outdoor air before the coil: directly, or through a heat exchanger; with or without evaporation.
//!
//! ```text
//! T_x = T_out − e·(T_out − T_wb)                 offered air; e: saturation effectiveness in use, no more than needed
//! T_m = T_ret − ε·(T_ret − T_x)                  after the economizer; direct: ε = 1 at full outdoor air
//! T_s ≥ T_m − K/(ρcV)·(T_m − T_water)            after the coil behind it, where that helps (integrated)
//! draw_most = G·ρcV·(T_ret − T*),   G = 1 − (1 − ε)(1 − κ),   G·T* = ε(1 − κ)·T_x + κ·T_water,   κ = K/(ρcV)
//! water = ṁ·(W(T_x) − W_out)·c/(c − 1)           along the wet bulb; c cycles of concentration
//! ```
//!
//! °C, kg/kg, kg/s. Direct: outdoor air replaces return air in the share that the supply needs; where it is drier than
//! `min_dew_point_c` it is humidified up to it (adiabatically: the heat leaves with the exhaust all the same). It runs where
//! the offered air is cooler than return air and no limit locks it out, each with a dead band: a mode that is kept from
//! step to step. Source: modes and limits after ASHRAE 90.1 economizer controls (fixed dry bulb, dew point, enthalpy);
//! pad effectiveness 0.7–0.9 of the `EnergyPlus` direct cooler; unconfirmed: effectiveness of the
//! exchanger (0.5–0.8, plates to large wheels) and pressures (half to twice, filters new to dirty). Valid for steady air within a step; no filter ageing, no contamination.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cooling::Sink;
use crate::physics::psychrometrics::{MoistAir, saturation_humidity_ratio};
use crate::physics::water::Water;
use crate::units;

/// Minerals in the pads' water over those in the supply.
const CYCLES: f64 = 4.0;
/// Least air of an indirect economizer's outdoor side, of full.
const MIN_SECONDARY: f64 = 0.3;

/// `[hall.cooling.air.economizer.direct]` or `[hall.cooling.air.economizer.indirect]`.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EconomizerConfig {
    /// Outdoor air into the hall.
    Direct(Direct),
    /// Outdoor air on the other side of a heat exchanger.
    Indirect(Indirect),
}

/// Outdoor air into the hall.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Direct {
    /// Saturation effectiveness of evaporative pads in the outdoor air; 0: none.
    #[serde(deserialize_with = "units::fraction")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub evaporative: f64,
    /// Outdoor dry bulb above which it is locked out, °C; without it only warmer-than-return air is.
    #[serde(
        deserialize_with = "units::given_finite",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(range(min = -60.0, max = 60.0))]
    pub max_dry_bulb_c: Option<f64>,
    /// Dew point above which outdoor air is locked out, and up to which pads may wet it, °C.
    #[serde(deserialize_with = "units::temperature_c")]
    #[schemars(range(min = -60.0, max = 40.0))]
    pub max_dew_point_c: f64,
    /// Dew point up to which drier outdoor air is humidified, °C.
    #[serde(deserialize_with = "units::temperature_c")]
    #[schemars(range(min = -60.0, max = 40.0))]
    pub min_dew_point_c: f64,
    /// Outdoor enthalpy above which it is locked out, kJ per kg of dry air.
    #[serde(
        deserialize_with = "units::given_finite",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(range(min = -50.0, max = 300.0))]
    pub max_enthalpy_kj_kg: Option<f64>,
    /// How far beyond each limit the outdoors must be before it runs again, K (and kJ/kg).
    #[serde(deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 20.0))]
    pub dead_band_k: f64,
    /// Pressure of filters, pads and relief while it runs, beside `fan_pa`, Pa.
    #[serde(deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 5000.0))]
    #[schemars(extend("doubt" = crate::describe::doubt(60.0, 240.0, "filters new to dirty")))]
    pub pressure_pa: f64,
}

impl Default for Direct {
    fn default() -> Self {
        Self {
            evaporative: 0.0,
            max_dry_bulb_c: None,
            max_dew_point_c: 15.0,
            min_dew_point_c: -9.0,
            max_enthalpy_kj_kg: None,
            dead_band_k: 1.0,
            pressure_pa: 120.0,
        }
    }
}

/// Outdoor air on the other side of a heat exchanger.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Indirect {
    /// Effectiveness of the air-to-air exchanger.
    #[serde(deserialize_with = "units::positive_fraction")]
    #[schemars(range(min = 0.01, max = 1.0))]
    #[schemars(extend("doubt" = crate::describe::doubt(0.5, 0.8, "plates to large wheels")))]
    pub effectiveness: f64,
    /// Saturation effectiveness of its wetted outdoor side; 0: dry.
    #[serde(deserialize_with = "units::fraction")]
    #[schemars(range(min = 0.0, max = 1.0))]
    #[schemars(extend("doubt" = crate::describe::doubt(0.6, 0.9, "thin pads to deep ones")))]
    pub evaporative: f64,
    /// How much cooler than return air the outdoor side must be before it runs again, K.
    #[serde(deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 20.0))]
    pub dead_band_k: f64,
    /// Pressure of both sides while it runs, beside `fan_pa`, Pa; half of it outdoors.
    #[serde(deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 5000.0))]
    #[schemars(extend("doubt" = crate::describe::doubt(150.0, 600.0, "filters new to dirty, plates wide to narrow")))]
    pub pressure_pa: f64,
}

impl Default for Indirect {
    fn default() -> Self {
        Self {
            effectiveness: 0.65,
            evaporative: 0.8,
            dead_band_k: 1.0,
            pressure_pa: 300.0,
        }
    }
}

/// Outdoor cooling available in a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Offer {
    /// ε: how near return air comes to the offered air.
    effectiveness: f64,
    /// Offered air, °C.
    temp_c: f64,
    /// Water that each kg of offered air takes up, kg.
    wetted: f64,
    /// Outdoor side of an indirect one, of full; none for a direct one.
    secondary: Option<f64>,
    /// Pressure of the fans besides the usual, Pa.
    pub(super) pressure_pa: f64,
}

impl EconomizerConfig {
    /// Outdoor cooling available; none where the economizer is locked out. `was_on`: it ran in the step before.
    pub(super) fn offer(
        &self,
        was_on: bool,
        outside: &MoistAir,
        return_c: f64,
        supply_c: f64,
    ) -> Option<Offer> {
        match self {
            Self::Direct(direct) => direct.offer(was_on, outside, return_c, supply_c),
            Self::Indirect(indirect) => indirect.offer(was_on, outside, return_c, supply_c),
        }
    }
}

/// The share of saturation, up to `most`, that brings outdoor air to `wanted_c`.
fn saturation_needed(outside: &MoistAir, wanted_c: f64, most: f64) -> f64 {
    let depression_k = outside.dry_bulb_c - outside.wet_bulb_c;
    if depression_k > 1e-6 {
        ((outside.dry_bulb_c - wanted_c) / depression_k).clamp(0.0, most)
    } else {
        0.0
    }
}

/// Outdoor air brought towards its wet bulb: temperature, °C, and the water that it took up, kg/kg.
fn wetted(outside: &MoistAir, saturation: f64) -> (f64, f64) {
    let air = outside.humidified(saturation);
    (air.dry_bulb_c, air.humidity_ratio - outside.humidity_ratio)
}

impl Direct {
    fn offer(
        &self,
        was_on: bool,
        outside: &MoistAir,
        return_c: f64,
        supply_c: f64,
    ) -> Option<Offer> {
        let margin_k = if was_on { 0.0 } else { self.dead_band_k };
        let within =
            |value: f64, limit: Option<f64>| limit.is_none_or(|limit| value <= limit - margin_k);
        if !within(outside.dry_bulb_c, self.max_dry_bulb_c)
            || !within(outside.enthalpy_j_kg() / 1e3, self.max_enthalpy_kj_kg)
            || !within(outside.dew_point_c(), Some(self.max_dew_point_c))
        {
            return None;
        }
        let needed = saturation_needed(outside, supply_c, self.evaporative);
        let (mut temp_c, mut taken) = wetted(outside, needed);
        // Water taken up rises nearly in proportion to saturation: stop where the hall would become too damp.
        let most = saturation_humidity_ratio(self.max_dew_point_c, outside.pressure_pa);
        let room = most - outside.humidity_ratio;
        if taken > room {
            (temp_c, taken) = wetted(outside, needed * (room / taken).max(0.0));
        }
        if temp_c >= return_c - margin_k {
            return None;
        }
        let least = saturation_humidity_ratio(self.min_dew_point_c, outside.pressure_pa);
        let dry = (least - outside.humidity_ratio).max(0.0);
        Some(Offer {
            effectiveness: 1.0,
            temp_c,
            wetted: taken.max(dry),
            secondary: None,
            pressure_pa: self.pressure_pa,
        })
    }
}

impl Indirect {
    fn offer(
        &self,
        was_on: bool,
        outside: &MoistAir,
        return_c: f64,
        supply_c: f64,
    ) -> Option<Offer> {
        let margin_k = if was_on { 0.0 } else { self.dead_band_k };
        let wanted_c = return_c - (return_c - supply_c) / self.effectiveness;
        let needed = saturation_needed(outside, wanted_c, self.evaporative);
        let (temp_c, wetted) = wetted(outside, needed);
        if temp_c >= return_c - margin_k {
            return None;
        }
        // Colder air than needed: the outdoor fans slow down, their flow about in proportion to the request.
        let requested = (return_c - supply_c) / (return_c - temp_c);
        let secondary = (requested / self.effectiveness).clamp(MIN_SECONDARY, 1.0);
        Some(Offer {
            effectiveness: self.effectiveness,
            temp_c,
            wetted,
            secondary: Some(secondary),
            pressure_pa: self.pressure_pa,
        })
    }
}

impl Offer {
    /// The share of the additional fan power that is spent outdoors.
    pub(super) fn secondary_ratio(&self) -> f64 {
        self.secondary.map_or(0.0, |flow| {
            let outdoors = flow.powf(super::FAN_EXPONENT);
            outdoors / (1.0 + outdoors)
        })
    }

    /// Additional fan power over that of `pressure_pa` at the hall's own flow.
    pub(super) fn fan_share(&self) -> f64 {
        self.secondary
            .map_or(1.0, |flow| 0.5 * (1.0 + flow.powf(super::FAN_EXPONENT)))
    }

    /// Air after the economizer at full effort, °C.
    pub(super) fn leaves_c(&self, return_c: f64) -> f64 {
        return_c - self.effectiveness * (return_c - self.temp_c)
    }

    /// The most that is taken from return air, as lines: by the economizer alone, and with the coil behind it.
    pub(super) fn limits(&self, coil: Sink, air_w_k: f64) -> [Sink; 2] {
        let share = coil.conductance_w_k / air_w_k;
        let both = 1.0 - (1.0 - self.effectiveness) * (1.0 - share);
        let by_offer = self.effectiveness * (1.0 - share) * self.temp_c;
        [
            Sink {
                conductance_w_k: self.effectiveness * air_w_k,
                temp_c: self.temp_c,
            },
            Sink {
                conductance_w_k: both * air_w_k,
                temp_c: (by_offer + share * coil.temp_c) / both,
            },
        ]
    }

    /// Water used while `air_kg_s` of the hall's air go from return to supply temperature.
    pub(super) fn water(&self, air_kg_s: f64, return_c: f64, supply_c: f64) -> Water {
        if self.wetted <= 0.0 {
            return Water::default();
        }
        let outdoor = self.secondary.unwrap_or_else(|| {
            ((return_c - supply_c) / (return_c - self.temp_c).max(1e-6)).clamp(0.0, 1.0)
        });
        let evaporation_kg_s = air_kg_s * outdoor * self.wetted;
        Water::evaporated(evaporation_kg_s, 0.0, CYCLES)
    }
}

#[cfg(test)]
mod tests;
