//! The hottest and the most humid day of a site.
//!
//! ```text
//! hottest      dry bulb + Δ, same water in the air      Δ = design dry bulb − the year's highest
//! most humid   dry and wet bulb + Δ                     Δ = design wet bulb − the year's highest      K, not below zero
//! ```
//!
//! The days are those of the weather, moved up as a whole to the temperatures that plants are designed for. Where a scenario
//! states lower ones they stay as they are: a plant is judged by the weather that it will meet.

use crate::physics::psychrometrics::{MoistAir, humidity_ratio_from_wet_bulb};
use crate::weather::Weather;
use crate::weather::design::DesignAir;

/// A day of the weather, moved up.
pub(super) struct Extreme<'a> {
    pub(super) weather: &'a Weather,
    pub(super) which: &'static str,
    /// Its hour, from 0.
    pub(super) hour: usize,
    /// How far its dry bulb is moved up, K.
    pub(super) warmer_k: f64,
    /// Its wet bulb is moved up as far, and not only its dry bulb.
    pub(super) damper: bool,
}

impl<'a> Extreme<'a> {
    pub(super) fn hottest(weather: &'a Weather, design: &DesignAir) -> Self {
        let hour = highest(weather, |air| air.dry_bulb_c);
        let reached_c = weather.states()[hour].dry_bulb_c;
        Self {
            weather,
            which: "hottest",
            hour,
            warmer_k: (design.dry_bulb.value_c - reached_c).max(0.0),
            damper: false,
        }
    }

    pub(super) fn most_humid(weather: &'a Weather, design: &DesignAir) -> Self {
        let hour = highest(weather, |air| air.wet_bulb_c);
        let reached_c = weather.states()[hour].wet_bulb_c;
        Self {
            weather,
            which: "most humid",
            hour,
            warmer_k: (design.wet_bulb.value_c - reached_c).max(0.0),
            damper: true,
        }
    }

    /// Air of an hour of the year, as on this day.
    pub(super) fn at(&self, hour: f64) -> MoistAir {
        let air = self.weather.at(hour);
        if self.warmer_k <= 0.0 {
            return air;
        }
        let dry_bulb_c = air.dry_bulb_c + self.warmer_k;
        let humidity_ratio = if self.damper {
            let wet_bulb_c = air.wet_bulb_c + self.warmer_k;
            humidity_ratio_from_wet_bulb(dry_bulb_c, wet_bulb_c, air.pressure_pa)
        } else {
            air.humidity_ratio
        };
        MoistAir::from_humidity_ratio(dry_bulb_c, humidity_ratio, air.pressure_pa)
    }

    /// Its most extreme air. A row is the air at the end of its hour.
    pub(super) fn peak(&self) -> MoistAir {
        self.at(self.hour as f64 + 1.0)
    }
}

/// The hour of the year, from 0, in which something of the air is highest.
fn highest(weather: &Weather, of: fn(&MoistAir) -> f64) -> usize {
    let states = weather.states();
    let hours = states.iter().enumerate();
    hours.fold(0, |most, (hour, air)| {
        if of(air) > of(&states[most]) {
            hour
        } else {
            most
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weather::climate;

    /// Phoenix: 44.4 °C in the hottest hour and 48.7 by ASHRAE, with the water that is in the air; 24.9 and 27.7 °C of wet bulb.
    #[test]
    fn phoenix_by_hand() {
        let phoenix = climate::built_in("phoenix").unwrap();
        let design = phoenix.design_air();
        let hottest = Extreme::hottest(&phoenix, &design);
        assert!((hottest.warmer_k - 4.3).abs() < 1e-9);
        let (air, was) = (hottest.peak(), phoenix.states()[hottest.hour]);
        assert!((air.dry_bulb_c - 48.7).abs() < 1e-9, "{air:?}");
        assert!((air.humidity_ratio - was.humidity_ratio).abs() < 1e-12);
        assert!(air.wet_bulb_c > was.wet_bulb_c + 0.8 && air.wet_bulb_c < was.wet_bulb_c + 1.8);
        let humid = Extreme::most_humid(&phoenix, &design);
        assert!(
            (humid.peak().wet_bulb_c - 27.7).abs() < 1e-3,
            "{:?}",
            humid.peak()
        );
        // Stated lower than the year gets: the year as it is.
        let mild = Extreme::hottest(&phoenix, &design.clone().with(Some(40.0), None)).peak();
        assert!((mild.dry_bulb_c - 44.4).abs() < 1e-9);
    }
}
