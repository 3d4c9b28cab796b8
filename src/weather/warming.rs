//! A year of weather in a warmer climate.
//!
//! ```text
//! T′   = T + ΔT
//! p_w′ = p_w·p_ws(T′)/p_ws(T)           relative humidity stays, over water as weather services tell it
//! ```
//!
//! Pressure, radiation and wind stay. This is the shift by which Belcher, Hacker & Powell 2005, "Constructing design weather data
//! for future climates", Building Serv. Eng. Res. Technol. 26(1), give a year another mean (their equation 1). Their stretch,
//! which changes how far days lie from the mean, is left out: hot days become hotter by as much as the others, while climate models
//! mostly warm them by more. Relative humidity is nearly constant over the oceans and falls a little over land as the climate warms
//! (IPCC AR6 WG1, ch. 8): wet bulbs are on the safe side for cooling. Valid for shifts of −10 to 15 K.
//!
//! Air that plants are designed for moves too: the extreme dry bulb by ΔT, the extreme wet bulb by as much as the highest wet bulb of
//! the year does.

use std::sync::Arc;

use super::files::quantity::Quantity;
use super::{Hour, Weather};
use crate::describe::Fault;
use crate::kept::Kept;
use crate::physics::psychrometrics::{dew_point_over_water_c, saturation_pressure_over_water_pa};

/// Years that are kept for further runs, with the year that each was made from.
static WARMED: Kept<(Weather, f64), Weather> = Kept::new(16);

impl Weather {
    /// The same year with every hour warmer by so many kelvin at the same relative humidity; the label says so. The same one each
    /// time, as long as the year shares its rows with the one before.
    ///
    /// # Errors
    /// Where the air would be hotter or colder than anywhere on earth.
    pub fn warmed(&self, by_k: f64) -> Result<Self, Fault> {
        let same = |of: &Self| {
            Arc::ptr_eq(&of.hours, &self.hours)
                && of.label == self.label
                && of.extremes == self.extremes
        };
        WARMED.get_or(
            |(of, by)| *by == by_k && same(of),
            || Ok(((self.clone(), by_k), self.shifted(by_k)?)),
        )
    }

    fn shifted(&self, by_k: f64) -> Result<Self, Fault> {
        let dry_bulb_c = self.statistics.dry_bulb_c;
        let (least, most, _) = Quantity::DryBulb.range();
        if dry_bulb_c.min + by_k < least || dry_bulb_c.max + by_k > most {
            let (low, high) = (least - dry_bulb_c.min, most - dry_bulb_c.max);
            let what = format!(
                "the weather of this site reaches {:.1} to {:.1} °C, and {by_k} K more is no air of this earth",
                dry_bulb_c.min, dry_bulb_c.max
            );
            return Err(Fault::new(what, format!("use {low:.1} to {high:.1}")));
        }
        let hours = self.hours.iter().map(|hour| hour.warmed(by_k)).collect();
        let words = match by_k {
            0.0.. => format!("warmed by {by_k} K"),
            _ => format!("cooled by {} K", -by_k),
        };
        let year = Self::new(
            self.site.clone(),
            format!("{}, {words}", self.label),
            self.synthetic,
            self.repairs.clone(),
            hours,
        );
        let mut extremes = self.extremes.clone();
        let wet_k = year.statistics.wet_bulb_c.max - self.statistics.wet_bulb_c.max;
        extremes.dry_bulb_c = extremes.dry_bulb_c.map(|c| c + by_k);
        extremes.wet_bulb_c = extremes.wet_bulb_c.map(|c| c + wet_k);
        if !extremes.source.is_empty() {
            extremes.source = format!("{}, {words}", extremes.source);
        }
        Ok(year.with_extremes(extremes))
    }
}

impl Hour {
    fn warmed(&self, by_k: f64) -> Self {
        let dry_bulb_c = self.dry_bulb_c + by_k;
        let over_water = saturation_pressure_over_water_pa;
        let dew_point_c = self.dew_point_c.min(self.dry_bulb_c);
        let humidity = over_water(dew_point_c) / over_water(self.dry_bulb_c);
        let dew_point_c = dew_point_over_water_c(humidity * over_water(dry_bulb_c));
        Self {
            dry_bulb_c,
            dew_point_c: dew_point_c.min(dry_bulb_c),
            ..*self
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::physics::psychrometrics::MoistAir;
    use crate::weather::climate;

    fn air(hour: &Hour) -> MoistAir {
        MoistAir::from_dew_point_over_water(hour.dry_bulb_c, hour.dew_point_c, hour.pressure_pa)
    }

    fn hour(dry_bulb_c: f64, dew_point_c: f64) -> Hour {
        Hour {
            dry_bulb_c,
            dew_point_c,
            pressure_pa: 101_325.0,
            ghi_w_m2: 500.0,
            ..Hour::default()
        }
    }

    /// By hand, from the tables of ASHRAE Fundamentals (ch. 1, table 3): saturation at 15, 30 and 32 °C is 1705.5, 4246.0 and
    /// 4758.6 Pa. 30 °C with a dew point of 15 °C has 40.17 %; at 32 °C that is 1911.4 Pa, with a dew point of 16.78 °C
    /// (1818.8 Pa at 16 °C, 1938.1 Pa at 17 °C).
    #[test]
    fn an_hour_by_hand() {
        let warmer = hour(30.0, 15.0).warmed(2.0);
        assert_eq!(warmer.dry_bulb_c, 32.0);
        assert!((warmer.dew_point_c - 16.78).abs() < 0.01, "{warmer:?}");
        assert!((air(&warmer).relative_humidity() - 0.4017).abs() < 1e-4);
        assert_eq!((warmer.pressure_pa, warmer.ghi_w_m2), (101_325.0, 500.0));
    }

    /// Phoenix: every hour and the design dry bulb 3 K warmer, at the humidity it had; the design wet bulb as far above the year's
    /// highest as before; and the year of 0 K is the year.
    #[test]
    fn a_year_moves_as_a_whole() {
        let year = climate::built_in("phoenix").unwrap();
        let warmer = year.warmed(3.0).unwrap();
        assert_eq!(warmer.label, format!("{}, warmed by 3 K", year.label));
        assert!(
            year.warmed(-1.5)
                .unwrap()
                .label
                .ends_with(", cooled by 1.5 K")
        );
        for (before, after) in year.states().iter().zip(warmer.states()) {
            assert!((after.dry_bulb_c - before.dry_bulb_c - 3.0).abs() < 1e-12);
            if before.dry_bulb_c > 0.01 {
                let change = after.relative_humidity() - before.relative_humidity();
                assert!(change.abs() < 1e-9, "{before:?} {after:?}");
            }
        }
        let (was, is) = (year.design_air(), warmer.design_air());
        assert!((is.dry_bulb.value_c - was.dry_bulb.value_c - 3.0).abs() < 1e-12);
        let margin =
            |of: &Weather| of.design_air().wet_bulb.value_c - of.statistics().wet_bulb_c.max;
        assert!((margin(&warmer) - margin(&year)).abs() < 1e-12);
        let rise_k = is.wet_bulb.value_c - was.wet_bulb.value_c;
        assert!((1.5..3.0).contains(&rise_k), "{rise_k}");
        assert!(is.line().contains("warmed by 3 K"), "{}", is.line());
        assert!(Arc::ptr_eq(&warmer.hours, &year.warmed(3.0).unwrap().hours));
        let other = climate::built_in("dublin").unwrap().warmed(3.0).unwrap();
        assert!(!Arc::ptr_eq(&warmer.hours, &other.hours));
    }

    #[test]
    fn no_air_of_this_earth_is_refused() {
        let mut year = climate::built_in("phoenix").unwrap();
        let mut hours = year.hours().to_vec();
        hours[0].dry_bulb_c = 66.0;
        year = Weather::new(year.site, year.label, false, Vec::new(), hours);
        let fault = year.warmed(5.0).unwrap_err();
        assert!(fault.cure.ends_with(" to 4.0"), "{fault}");
        assert!(year.warmed(4.0).is_ok());
    }

    proptest! {
        /// Relative humidity over water stays, and a warmer hour has no colder wet bulb and no less water.
        #[test]
        fn humidity_stays_and_wet_bulbs_rise(
            dry_c in -40.0..50.0_f64, spread_k in 0.0..40.0_f64, by_k in -10.0..15.0_f64, more_k in 0.0..5.0_f64,
        ) {
            let before = hour(dry_c, dry_c - spread_k);
            let humidity = |hour: &Hour| {
                saturation_pressure_over_water_pa(hour.dew_point_c) / saturation_pressure_over_water_pa(hour.dry_bulb_c)
            };
            let after = before.warmed(by_k);
            prop_assert!((humidity(&after) - humidity(&before)).abs() < 1e-9);
            prop_assert!(after.dew_point_c <= after.dry_bulb_c);
            let (cool, warm) = (air(&after), air(&before.warmed(by_k + more_k)));
            prop_assert!(warm.wet_bulb_c >= cool.wet_bulb_c - 1e-6, "{cool:?} {warm:?}");
            prop_assert!(warm.humidity_ratio >= cool.humidity_ratio - 1e-12);
        }
    }
}
