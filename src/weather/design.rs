//! Temperatures that plants are designed for: reached in one year of twenty, not in the hottest hour of a typical one.
//!
//! ```text
//! T_n  = M + F·s        F = −(√6/π)·(0.5772 + ln ln(n/(n − 1)))       °C; n = 20: F = 1.866
//! year T   = highest hour of the year + margin                        where no extremes are known
//! normals  dry bulb = record − 2.0 K, wet bulb as of a year           of climates made from monthly normals
//! ```
//!
//! M and s: mean and standard deviation of the years' highest dry bulbs. Extremes below the year's own hottest hour give
//! way to it. Source: ASHRAE Handbook, Fundamentals, chapter 14, "Climatic design information" (extremes
//! by Gumbel's distribution). Of wet bulbs it gives the highest of its record, about 25 years, which takes the place of n = 20.
//! The margins are those of the nine built-in stations (TMY3 against ASHRAE 2009): dry bulb 3.0 K in the mean, 0 to 6.0;
//! wet bulb 2.5 K, 1.6 to 4.0. They hold for typical years; a year as measured may hold a record. Years made from normals
//! were set to reach what is usual in wet bulb: 1.5 K, with 0.5 and 1.5 K where ASHRAE's values are known (Singapore,
//! Frankfurt). Once in a century lies 1.27·s above once in 20 years: 1.0 to 2.9 K, as s is 0.8 to 2.3 K at these places; the records of
//! Singapore and Frankfurt lie 1.2 and 2.9 K above ASHRAE's values.

use super::Weather;

/// Over the year's highest dry bulb, K: mean of the stations, least and most.
const DRY_MARGIN_K: [f64; 3] = [3.0, 0.0, 6.0];
/// Over the year's highest wet bulb, K.
const WET_MARGIN_K: [f64; 3] = [2.5, 1.6, 4.0];
/// The same of a year made from monthly normals, K.
const WET_MARGIN_OF_NORMALS_K: [f64; 3] = [1.5, 0.3, 3.0];
/// Once in 20 years below the record of a place, K: what is taken, least and most.
const BELOW_RECORD_K: [f64; 3] = [2.0, 0.0, 3.0];
/// Euler's constant.
const EULER: f64 = 0.577_215_664_9;

/// Value reached once in `years`, of a quantity whose yearly extremes have this mean and standard deviation.
pub(super) fn once_in(years: f64, mean: f64, deviation: f64) -> f64 {
    let reduced = -(EULER + (years / (years - 1.0)).ln().ln());
    mean + 6.0_f64.sqrt() / std::f64::consts::PI * reduced * deviation
}

/// What a weather file or a climate says of the extremes of its place.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Extremes {
    /// Dry bulb reached once in 20 years, °C.
    pub dry_bulb_c: Option<f64>,
    /// Highest wet bulb of a long record, °C.
    pub wet_bulb_c: Option<f64>,
    /// Who says so.
    pub source: String,
}

impl Extremes {
    /// Of a place of which only the highest dry bulb on record is known, °C.
    pub(super) fn of_record(record_max_c: f64) -> Self {
        let [below, least, most] = BELOW_RECORD_K;
        Self {
            dry_bulb_c: Some(record_max_c - below),
            wet_bulb_c: None,
            source: format!(
                "{below:.1} K ({least:.0} to {most:.0}) below the record, as no extremes are known"
            ),
        }
    }
}

/// Where a design temperature comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Origin {
    /// The scenario states it.
    Stated,
    /// Extremes of the place, by this source.
    Extremes(String),
    /// The year itself: it is hotter than what its source gives as extreme.
    Year,
    /// The year's highest hour and a margin, K: mean, least, most.
    Margin([f64; 3]),
}

/// A temperature that plants are designed for.
#[derive(Debug, Clone, PartialEq)]
pub struct DesignTemperature {
    /// The temperature, °C.
    pub value_c: f64,
    /// Where it comes from.
    pub origin: Origin,
}

/// Outdoor air that plants are designed for.
#[derive(Debug, Clone, PartialEq)]
pub struct DesignAir {
    /// Dry bulb.
    pub dry_bulb: DesignTemperature,
    /// Wet bulb, not of the same hour.
    pub wet_bulb: DesignTemperature,
}

impl DesignTemperature {
    fn of(given: Option<f64>, source: &str, year_c: f64, margin_k: [f64; 3]) -> Self {
        let (value_c, origin) = match given {
            Some(value_c) if value_c < year_c => (year_c, Origin::Year),
            Some(value_c) => (value_c, Origin::Extremes(source.to_owned())),
            None => (year_c + margin_k[0], Origin::Margin(margin_k)),
        };
        Self { value_c, origin }
    }

    fn stated(value_c: f64) -> Self {
        Self {
            value_c,
            origin: Origin::Stated,
        }
    }

    /// Where it comes from, in words.
    fn words(&self) -> String {
        match &self.origin {
            Origin::Stated => "as stated".into(),
            Origin::Extremes(source) => source.clone(),
            Origin::Year => "the year's highest, above the extreme of its source".into(),
            Origin::Margin([mean, least, most]) => format!(
                "the year's highest and {mean:.1} K ({least:.1} to {most:.1}), as no extremes are known"
            ),
        }
    }
}

impl DesignAir {
    /// For the extremes of a place, or else those of its year.
    pub(super) fn of(weather: &Weather) -> Self {
        let (given, year) = (&weather.extremes, weather.statistics());
        let of = DesignTemperature::of;
        let (dry_c, wet_c) = (year.dry_bulb_c.max, year.wet_bulb_c.max);
        let wet_margin_k = if weather.synthetic {
            WET_MARGIN_OF_NORMALS_K
        } else {
            WET_MARGIN_K
        };
        Self {
            dry_bulb: of(given.dry_bulb_c, &given.source, dry_c, DRY_MARGIN_K),
            wet_bulb: of(given.wet_bulb_c, &given.source, wet_c, wet_margin_k),
        }
    }

    /// With what a scenario states in its place, °C.
    #[must_use]
    pub fn with(self, dry_bulb_c: Option<f64>, wet_bulb_c: Option<f64>) -> Self {
        Self {
            dry_bulb: dry_bulb_c.map_or(self.dry_bulb, DesignTemperature::stated),
            wet_bulb: wet_bulb_c.map_or(self.wet_bulb, DesignTemperature::stated),
        }
    }

    /// Both, and where they come from, in a line.
    pub fn line(&self) -> String {
        let (dry, wet) = (&self.dry_bulb, &self.wet_bulb);
        if dry.origin == wet.origin {
            return format!(
                "dry bulb {:.1} °C, wet bulb {:.1} °C: {}",
                dry.value_c,
                wet.value_c,
                dry.words()
            );
        }
        format!(
            "dry bulb {:.1} °C ({}); wet bulb {:.1} °C ({})",
            dry.value_c,
            dry.words(),
            wet.value_c,
            wet.words()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weather::climate;

    /// By the stations: their extremes over the highest hours of their typical years.
    #[test]
    fn margins_are_those_of_the_stations() {
        let mut over: [Vec<f64>; 2] = Default::default();
        for name in climate::names() {
            let year = climate::built_in(name).unwrap();
            let all = year.statistics();
            if !year.synthetic {
                over[0].push(year.extremes.dry_bulb_c.unwrap() - all.dry_bulb_c.max);
                over[1].push(year.extremes.wet_bulb_c.unwrap() - all.wet_bulb_c.max);
            }
        }
        for (over, [mean, least, most]) in over.iter().zip([DRY_MARGIN_K, WET_MARGIN_K]) {
            assert_eq!(over.len(), 9);
            let sum: f64 = over.iter().sum();
            assert!((sum / 9.0 - mean).abs() < 0.05, "{over:?}");
            let ends = over
                .iter()
                .fold((f64::MAX, f64::MIN), |(a, b), k| (a.min(*k), b.max(*k)));
            assert!(
                (ends.0 - least).abs() < 0.06 && (ends.1 - most).abs() < 0.06,
                "{over:?}"
            );
        }
    }

    /// What a source gives is taken, but not below the year's own; what a scenario states is taken as it is.
    #[test]
    fn the_better_known_goes_first() {
        let with = |dry: Option<f64>, wet: Option<f64>| {
            let extremes = Extremes {
                dry_bulb_c: dry,
                wet_bulb_c: wet,
                source: "x".into(),
            };
            climate::built_in("phoenix")
                .unwrap()
                .with_extremes(extremes)
                .design_air()
        };
        let none = with(None, None);
        assert!((none.dry_bulb.value_c - 47.4).abs() < 1e-9);
        assert!(
            none.line().contains("no extremes are known"),
            "{}",
            none.line()
        );
        let low = with(Some(40.0), Some(26.0));
        assert_eq!(
            (low.dry_bulb.value_c, &low.dry_bulb.origin),
            (44.4, &Origin::Year)
        );
        assert_eq!(low.wet_bulb.origin, Origin::Extremes("x".into()));
        let stated = low.with(Some(30.0), None);
        assert_eq!(
            (stated.dry_bulb.value_c, &stated.dry_bulb.origin),
            (30.0, &Origin::Stated)
        );
        assert_eq!(stated.wet_bulb.value_c, 26.0);
    }

    /// By hand: n = 20, ln(20/19) = 0.05129, its logarithm −2.9702, less 0.5772 of the other sign: 2.3930 times 0.7797 is
    /// 1.8658. Phoenix in ASHRAE 2009: 45.8 and 1.5 K are 48.6, printed 48.7. Mean and
    /// deviation are rounded to 0.1 K.
    #[test]
    fn one_year_of_twenty_by_hand() {
        assert!((once_in(20.0, 0.0, 1.0) - 1.8658).abs() < 1e-4);
        for (years, printed) in [(5.0, 46.9), (10.0, 47.8), (20.0, 48.7), (50.0, 49.8)] {
            let c = once_in(years, 45.8, 1.5);
            assert!(
                (c - printed).abs() < 0.05 + 0.05 + 2.6 * 0.05,
                "{years} {c}"
            );
        }
    }
}
