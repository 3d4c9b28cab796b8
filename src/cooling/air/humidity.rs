//! The moisture of a closed hall: outdoor air leaks in, a humidifier holds the lower limit, cold coils dry the air, and a
//! dehumidifier, where there is one, holds the upper limit.
//!
//! ```text
//! M·dW/dt = n·M·(W_out − W) + u − v − E·ṁ·(W − W_s)₊     W_s: saturated at the water that enters the coils
//! u ≥ 0: what holds W at the lower dew point             E: coil heat over ṁ·c·(T_ret − T_water), of the step
//! v ≥ 0: what holds W at the upper dew point
//! Q_air  = … − r·u + r·v + P − n·M·c·(T_hot − T_out)     evaporation cools the air, outdoor air cools or warms it (`room`)
//! to water = … + r·condensate,  P = r_steam·u + e·v
//! ```
//!
//! W kg/kg, M dry air of the hall kg, n air changes 1/s, u kg/s, r = 2.45 MJ/kg (water at 20 °C; constant, so that latent
//! heat is kept as exactly as mass), `r_steam` = 2.61 MJ/kg (from 15 °C to steam), e = 1.8 MJ/kg (2 litres per kWh, a large
//! refrigerant dehumidifier; unconfirmed), whose condenser is in the hall. Between its limits W relaxes
//! exponentially; a step is followed from one limit to the next, exactly. E comes from the step taken with dry air first.
//!
//! Source: straight-line coil process to its apparatus dew point (ASHRAE *Handbook: HVAC Systems and Equipment*), taken
//! at the entering water, the coldest it can be, so that condensation is an upper bound; recommended dew points −9 to
//! 15 °C, ASHRAE TC 9.9; 0.25 air changes an hour (0.05–1, sealed to leaky) are unconfirmed. Without a dehumidifier nothing dries the air but its coils:
//! the upper limit is then reported, not held. Valid where latent heat is small beside the hall's: the coils' sensible duty is not lowered.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Air, Room};
use crate::cooling::{Input, Sink};
use crate::physics::psychrometrics::AIR_CP_J_KGK;
use crate::physics::psychrometrics::{MoistAir, dew_point_c, saturation_humidity_ratio};
use crate::physics::water::Water;
use crate::units;

/// Heat of evaporation, J/kg.
const LATENT_J_KG: f64 = 2.45e6;
/// Electricity for steam, J/kg.
const STEAM_J_KG: f64 = 2.61e6;
/// Electricity for a kilogram taken out of the air, J/kg.
const DRYING_J_KG: f64 = 1.8e6;
/// More than any air of the model holds, kg/kg.
const WETTEST: f64 = 1e3;
/// Minerals in the humidifier's water over those in the supply.
const CYCLES: f64 = 4.0;

/// Humidification of a hall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Humidifier {
    /// Nothing.
    None,
    /// Pads, sprays or ultrasound: the air's own heat evaporates the water.
    Adiabatic,
    /// Electric steam.
    Steam,
}

/// Dehumidification of a hall beside its coils.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Dehumidifier {
    /// Nothing.
    None,
    /// A compressor with its coils in the hall: what it takes from the vapour it gives to the air, and its power too.
    Refrigerant,
}

/// `[hall.cooling.air.humidity]`: follows the moisture of the hall's air.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct HumidityConfig {
    /// Outdoor air that leaks or is blown in, volumes of the hall's air per hour.
    #[serde(deserialize_with = "units::non_negative")]
    #[schemars(range(min = 0.0, max = 1000.0))]
    #[schemars(extend("doubt" = crate::describe::doubt(0.05, 1.0, "sealed halls to leaky ones")))]
    pub air_changes_per_h: f64,
    /// Humidification.
    pub humidifier: Humidifier,
    /// Dehumidification beside the coils.
    pub dehumidifier: Dehumidifier,
    /// Dew point that the humidifier holds, and below which air counts as too dry, °C.
    #[serde(deserialize_with = "units::temperature_c")]
    #[schemars(range(min = -60.0, max = 60.0))]
    pub min_dew_point_c: f64,
    /// Dew point that the dehumidifier holds, and above which air counts as too damp, °C.
    #[serde(deserialize_with = "units::temperature_c")]
    #[schemars(range(min = -60.0, max = 60.0))]
    pub max_dew_point_c: f64,
}

impl Default for HumidityConfig {
    fn default() -> Self {
        Self {
            air_changes_per_h: 0.25,
            humidifier: Humidifier::Adiabatic,
            dehumidifier: Dehumidifier::None,
            min_dew_point_c: -9.0,
            max_dew_point_c: 15.0,
        }
    }
}

/// The moist air of one hall.
#[derive(Debug, Clone)]
pub(super) struct Moisture {
    pub(super) config: HumidityConfig,
    /// Dry air in the hall, kg.
    pub(super) air_kg: f64,
}

/// Conditions of the hall's air in a step.
#[derive(Debug, Clone, Copy)]
pub(super) struct Met {
    /// Outdoor humidity ratio, kg/kg.
    pub(super) outside: f64,
    /// Pressure of the air, Pa.
    pub(super) pressure_pa: f64,
    /// Water that enters the coils, °C.
    pub(super) water_c: f64,
    /// Air that the coils bring to their surface, kg/s: E·ṁ.
    pub(super) dried_kg_s: f64,
    /// Humidifier and dehumidifier have power.
    pub(super) on: bool,
    pub(super) dt_s: f64,
}

/// Result: means over the step, kg/s.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Wetted {
    /// Humidity ratio at the end.
    pub(super) end: f64,
    /// Net vapour with outdoor air.
    pub(super) vented_kg_s: f64,
    /// From the humidifier.
    pub(super) added_kg_s: f64,
    /// By the dehumidifier.
    pub(super) removed_kg_s: f64,
    /// On the coils.
    pub(super) condensed_kg_s: f64,
    /// Latent heat kept by the air, W.
    pub(super) stored_w: f64,
}

impl Moisture {
    /// The humidity ratio before the first step: the outdoors', within the limits.
    pub(super) fn first(&self, outside: f64, pressure_pa: f64) -> f64 {
        let at = |dew_c| saturation_humidity_ratio(dew_c, pressure_pa);
        outside.clamp(
            at(self.config.min_dew_point_c),
            at(self.config.max_dew_point_c),
        )
    }

    /// Follows the moisture from `start` over the step.
    pub(super) fn step(&self, start: f64, met: &Met) -> Wetted {
        let leak = self.config.air_changes_per_h / units::HOUR_S;
        let dry = met.dried_kg_s / self.air_kg;
        // Water at its boiling point dries nothing: any finite ratio above all air works.
        let cold = saturation_humidity_ratio(met.water_c, met.pressure_pa).min(WETTEST);
        let low = if met.on && self.config.humidifier != Humidifier::None {
            saturation_humidity_ratio(self.config.min_dew_point_c, met.pressure_pa)
        } else {
            0.0
        };
        let high = if met.on && self.config.dehumidifier != Dehumidifier::None {
            saturation_humidity_ratio(self.config.max_dew_point_c, met.pressure_pa)
        } else {
            f64::INFINITY
        };
        let (mut at, mut left_s) = (start.max(low).min(high), met.dt_s);
        // Per kg of dry air, over the step.
        let (mut added, mut removed) = ((at - start).max(0.0), (start - at).max(0.0));
        let (mut vented, mut condensed) = (0.0, 0.0);
        for _ in 0..6 {
            let wet = at > cold || (at >= cold && met.outside > cold);
            let dry = if wet { dry } else { 0.0 };
            let rate = leak + dry;
            if rate <= 0.0 || left_s <= 0.0 {
                break;
            }
            let target = (leak * met.outside + dry * cold) / rate;
            if at <= low && target < low {
                added += rate * (low - target) * left_s;
                vented += leak * (met.outside - low) * left_s;
                condensed += dry * (low - cold).max(0.0) * left_s;
                break;
            }
            if at >= high && target > high {
                removed += rate * (target - high) * left_s;
                vented += leak * (met.outside - high) * left_s;
                condensed += dry * (high - cold).max(0.0) * left_s;
                break;
            }
            let border = [cold, low, high].into_iter().filter(|border| {
                (*border < at && *border > target) || (*border > at && *border < target)
            });
            let next = border.min_by(|a, b| (a - at).abs().total_cmp(&(b - at).abs()));
            let until_s = next.map(|border| ((at - target) / (border - target)).ln() / rate);
            let (end, span_s) = match (next, until_s) {
                (Some(border), Some(until_s)) if until_s < left_s => (border, until_s),
                _ => (target + (at - target) * (-rate * left_s).exp(), left_s),
            };
            // The integral of W − target.
            let above = (at - end) / rate;
            vented += leak * ((met.outside - target) * span_s - above);
            condensed += dry * ((target - cold) * span_s + above);
            (at, left_s) = (end, left_s - span_s);
        }
        let per_s = self.air_kg / met.dt_s;
        Wetted {
            end: at,
            vented_kg_s: vented * per_s,
            added_kg_s: added * per_s,
            removed_kg_s: removed * per_s,
            condensed_kg_s: condensed * per_s,
            stored_w: LATENT_J_KG * (at - start) * per_s,
        }
    }

    /// Sensible heat from the hall's air to outdoor air.
    pub(super) fn leak(&self, outside: &MoistAir) -> Sink {
        Sink {
            conductance_w_k: self.config.air_changes_per_h / units::HOUR_S
                * self.air_kg
                * AIR_CP_J_KGK,
            temp_c: outside.dry_bulb_c,
        }
    }

    /// Electricity of humidifier and dehumidifier, W.
    pub(super) fn electric_w(&self, wetted: &Wetted) -> f64 {
        let steam_w = match self.config.humidifier {
            Humidifier::Steam => STEAM_J_KG * wetted.added_kg_s,
            Humidifier::None | Humidifier::Adiabatic => 0.0,
        };
        steam_w + DRYING_J_KG * wetted.removed_kg_s
    }

    /// Dew point, °C, and whether it lies outside the limits (by more than a hair).
    pub(super) fn dew_point(&self, humidity: f64, pressure_pa: f64) -> (f64, bool) {
        let dew_c = dew_point_c(humidity, pressure_pa);
        let config = &self.config;
        let within = config.min_dew_point_c - 1e-3..=config.max_dew_point_c + 1e-3;
        (dew_c, !within.contains(&dew_c))
    }
}

impl Air {
    /// Follows the moisture over the step, with coils that bring `dried_kg_s` of air to their surface.
    pub(super) fn moist(
        moisture: &Moisture,
        state: &Room,
        input: &Input<'_>,
        dried_kg_s: f64,
    ) -> Wetted {
        let outside = &input.outside;
        let start = state
            .humidity
            .unwrap_or_else(|| moisture.first(outside.humidity_ratio, outside.pressure_pa));
        let met = Met {
            outside: outside.humidity_ratio,
            pressure_pa: outside.pressure_pa,
            water_c: input.water_supply_c,
            dried_kg_s,
            on: input.available.fans > 0.0,
            dt_s: input.dt_s,
        };
        moisture.step(start, &met)
    }
}

impl Wetted {
    /// Heat that turns latent in the humidifier, less what the dehumidifier turns back, W.
    pub(super) fn turned_latent_w(&self) -> f64 {
        LATENT_J_KG * (self.added_kg_s - self.removed_kg_s)
    }
    /// Latent heat that came in with outdoor air, W.
    pub(super) fn vented_w(&self) -> f64 {
        LATENT_J_KG * self.vented_kg_s
    }
    /// Latent heat left on the coils, W.
    pub(super) fn condensed_w(&self) -> f64 {
        LATENT_J_KG * self.condensed_kg_s
    }
    /// Water that the humidifier takes from the supply.
    pub(super) fn water(&self) -> Water {
        let blowdown_kg_s = self.added_kg_s / (CYCLES - 1.0);
        Water {
            evaporation_kg_s: self.added_kg_s,
            drift_kg_s: 0.0,
            blowdown_kg_s,
            from_basin_kg_s: 0.0,
            once_through_kg_s: 0.0,
            makeup_kg_s: self.added_kg_s + blowdown_kg_s,
        }
    }
}

#[cfg(test)]
mod tests;
