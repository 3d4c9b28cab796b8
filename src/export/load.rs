//! What a tool gets of a result: loads of whole calendar years.

use std::borrow::Cow;

use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime};

use super::Band;
use crate::describe::Fault;

/// Days before 29 February.
const BEFORE_LEAP_DAY: usize = 59;

/// Where a load comes from.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Origin {
    /// `run` or `forecast`.
    pub(super) kind: &'static str,
    /// Name of the scenario or of the forecast.
    pub(super) name: String,
    /// Region of a forecast.
    pub(super) region: Option<String>,
    /// Version of the program that made it.
    pub(super) version: String,
    pub(super) seed: u64,
    /// Tells it from other results of the same name: a checksum of what was asked.
    pub(super) results: String,
}

/// The loads of a result.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Load {
    pub(super) origin: Origin,
    /// As the user named it.
    pub(super) zone: Option<String>,
    /// Local standard time ahead of UTC, h.
    pub(super) utc_offset_h: f64,
    /// Intervals in an hour: 1 or 4.
    pub(super) per_hour: usize,
    /// By year, then by band; at least one.
    pub(super) profiles: Vec<Profile>,
    /// Draws of the last year of a forecast, where that is wanted.
    pub(super) draws: Option<Draws>,
    /// What the user should know.
    pub(super) notes: Vec<String>,
}

/// The loads of one year.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Profile {
    pub(super) year: i16,
    /// None for a run.
    pub(super) band: Option<Band>,
    pub(super) per_hour: usize,
    /// Whether there are 366 days; else 29 February is not among them.
    pub(super) leap_day: bool,
    /// By use: `it`, `cooling`, `other`; or `facility` alone.
    pub(super) parts: Vec<Part>,
}

/// A use.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Part {
    pub(super) name: &'static str,
    /// Means of the intervals of the year, MW.
    pub(super) mw: Vec<f64>,
}

/// Draws of one year, each a possible year.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Draws {
    pub(super) year: i16,
    /// 8,760 means of the facility each, MW, 29 February left out.
    pub(super) mw: Vec<Vec<f64>>,
}

impl Draws {
    /// Each with its name, `draw 1`, as a profile.
    pub(super) fn each(&self) -> impl Iterator<Item = (String, Profile)> {
        self.mw.iter().enumerate().map(|(at, mw)| {
            let facility = Part {
                name: "facility",
                mw: mw.clone(),
            };
            let profile = Profile {
                year: self.year,
                band: None,
                per_hour: 1,
                leap_day: false,
                parts: vec![facility],
            };
            (format!("draw {}", at + 1), profile)
        })
    }
}

impl Load {
    /// The zone as named by the user, else the region, else the scenario, with `_` for what a name may not hold.
    pub(super) fn zone(&self) -> String {
        let plain = |c: char| if zone_letter(c) { c } else { '_' };
        let default = self.origin.region.as_ref().unwrap_or(&self.origin.name);
        let zone = self.zone.as_ref().unwrap_or(default);
        let zone: String = zone.chars().take(64).map(plain).collect();
        if zone.chars().any(|letter| letter.is_ascii_alphanumeric()) {
            zone
        } else {
            "datacentre".into()
        }
    }

    /// Minutes of an interval.
    pub(super) fn interval_min(&self) -> usize {
        60 / self.per_hour
    }

    /// The bands by year: one group of profiles for each band, or one without a band.
    pub(super) fn by_band(&self) -> Vec<(Option<Band>, Vec<&Profile>)> {
        let mut groups: Vec<(Option<Band>, Vec<&Profile>)> = Vec::new();
        for profile in &self.profiles {
            match groups.iter_mut().find(|(band, _)| *band == profile.band) {
                Some((_, group)) => group.push(profile),
                None => groups.push((profile.band, vec![profile])),
            }
        }
        groups
    }
}

/// A name that goes unquoted into every tool's files.
fn zone_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "_-.".contains(letter)
}

/// Refuses what would break a file.
pub(super) fn check_zone(zone: &str) -> Result<(), Fault> {
    if !zone.is_empty() && zone.len() <= 64 && zone.chars().all(zone_letter) {
        return Ok(());
    }
    Err(Fault::new(
        format!("--zone {zone:?} cannot name a zone"),
        "use up to 64 letters, digits, '-', '_' and '.'",
    ))
}

impl Profile {
    /// `p50/`, or nothing for a run: folder of files whose names a tool prescribes.
    pub(super) fn folder(&self) -> String {
        self.band
            .map_or_else(String::new, |band| format!("{}/", band.name()))
    }

    /// `2035_p50`, `2026`: part of a file's name.
    pub(super) fn stem(&self) -> String {
        format!("{}{}", self.year, suffix(self.band))
    }

    /// All uses together, MW.
    pub(super) fn facility(&self) -> Vec<f64> {
        let mut sum = vec![0.0; self.parts.first().map_or(0, |part| part.mw.len())];
        for part in &self.parts {
            for (sum, mw) in sum.iter_mut().zip(&part.mw) {
                *sum += mw;
            }
        }
        sum
    }

    /// Of 365 days.
    pub(super) fn without_leap_day(&self) -> Cow<'_, Self> {
        if !self.leap_day {
            return Cow::Borrowed(self);
        }
        let mut profile = self.clone();
        profile.leap_day = false;
        let day = 24 * self.per_hour;
        for part in &mut profile.parts {
            let from = BEFORE_LEAP_DAY * day;
            part.mw.drain(from..from + day);
        }
        Cow::Owned(profile)
    }

    /// With a 29 February in leap years: where the result has none, 28 February once more.
    pub(super) fn with_leap_day(&self) -> Cow<'_, Self> {
        if self.leap_day || !leap(self.year) {
            return Cow::Borrowed(self);
        }
        let mut profile = self.clone();
        profile.leap_day = true;
        let day = 24 * self.per_hour;
        for part in &mut profile.parts {
            let end = BEFORE_LEAP_DAY * day;
            let again = part.mw[end - day..end].to_vec();
            part.mw.splice(end..end, again);
        }
        Cow::Owned(profile)
    }

    /// The days, in order.
    pub(super) fn days(&self) -> Vec<Date> {
        let first = Date::new(self.year, 1, 1).unwrap_or(Date::MAX);
        let all = first
            .series(1.day())
            .take_while(|day| day.year() == self.year);
        all.filter(|day| self.leap_day || (day.month(), day.day()) != (2, 29))
            .collect()
    }

    /// Starts of the intervals.
    pub(super) fn moments(&self) -> impl Iterator<Item = DateTime> {
        let (per_hour, minutes) = (self.per_hour, 60 / self.per_hour);
        self.days().into_iter().flat_map(move |day| {
            (0..24 * per_hour).map(move |at| {
                let minute = (at % per_hour * minutes) as i8;
                day.at((at / per_hour) as i8, minute, 0, 0)
            })
        })
    }
}

/// `_p50`, or nothing.
pub(super) fn suffix(band: Option<Band>) -> String {
    band.map_or_else(String::new, |band| format!("_{}", band.name()))
}

/// Whether the year has a 29 February.
pub(super) fn leap(year: i16) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(year: i16, leap_day: bool, per_hour: usize) -> Profile {
        let steps = (365 + usize::from(leap_day)) * 24 * per_hour;
        let mw = (0..steps).map(|step| step as f64).collect();
        Profile {
            year,
            band: None,
            per_hour,
            leap_day,
            parts: vec![Part { name: "it", mw }],
        }
    }

    #[test]
    fn the_leap_day_goes_and_comes() {
        let full = profile(2028, true, 4);
        let less = full.without_leap_day();
        assert_eq!(less.parts[0].mw.len(), 35_040);
        // 1 March follows 28 February.
        assert_eq!(less.parts[0].mw[59 * 96], f64::from(60 * 96));
        let again = less.with_leap_day();
        assert_eq!(again.parts[0].mw.len(), 366 * 96);
        // 29 February is as 28 February; 1 March as it was.
        assert_eq!(again.parts[0].mw[59 * 96 + 5], f64::from(58 * 96 + 5));
        assert_eq!(again.parts[0].mw[60 * 96..], full.parts[0].mw[60 * 96..]);
        let common = profile(2027, false, 1);
        assert_eq!(*common.with_leap_day(), common);
        assert_eq!(*common.without_leap_day(), common);
    }

    #[test]
    fn moments_are_the_starts_of_the_intervals_in_order() {
        let moments: Vec<_> = profile(2028, false, 1).moments().collect();
        assert_eq!(moments.len(), 8760);
        assert_eq!(moments[59 * 24 - 1].to_string(), "2028-02-28T23:00:00");
        assert_eq!(moments[59 * 24].to_string(), "2028-03-01T00:00:00");
        assert_eq!(moments[8759].to_string(), "2028-12-31T23:00:00");
        let quarter: Vec<_> = profile(2027, false, 4).moments().collect();
        assert_eq!(quarter.len(), 35_040);
        assert_eq!(quarter[7].to_string(), "2027-01-01T01:45:00");
    }

    #[test]
    fn zones_that_would_break_a_file_are_refused() {
        assert!(check_zone("NO1_a-b.c").is_ok());
        for zone in ["", "a,b", "a b", "a\nb", "\"", "é", &"z".repeat(65)] {
            assert!(check_zone(zone).is_err(), "{zone:?}");
        }
    }
}
