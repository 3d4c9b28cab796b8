//! Hourly weather and its interpolation.
//!
//! ```text
//! row h (1, 2, …)     the state of the air at the END of hour h; radiation is the mean over that hour
//! at(t)               linear between the rows around t; t in hours from midnight of 1 January, wrapping
//! ```
//!
//! A year has 365 or 366 days, as its file has. Wet bulb and humidity ratio are worked out once per row and
//! interpolated like the rest. Against wet bulbs worked out at each instant (Chicago, TMY3) the difference is at
//! most 0.24 K, in the hour of a cold front, and below 0.04 K in 99 % of the hours.
//!
//! `EnergyPlus` treats hourly rows the same way (Engineering Reference, "Weather Data Hourly Interpolation"), but
//! for the first hour of the year: it interpolates that from the end of the same day, this from the end of the year.

pub use files::{epw, tmy3};
use files::{header, quantity, repair};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::bounded;
use crate::describe::Fault;
use crate::kept::Kept;
use crate::physics::psychrometrics::MoistAir;
use crate::physics::site_air::SiteAir;
use design::{DesignAir, Extremes};

mod calendar;
pub mod climate;
pub mod design;
mod files;
mod humidity;
mod synthetic;
mod warming;
pub mod zone;

/// Where the weather was taken.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Site {
    /// Name of the place.
    pub name: String,
    /// Latitude, degrees north.
    pub latitude_deg: f64,
    /// Longitude, degrees east.
    pub longitude_deg: f64,
    /// Local standard time minus UTC, hours.
    pub utc_offset_h: f64,
    /// Above sea level, m.
    pub elevation_m: f64,
}

/// One hour of weather: temperatures, pressure and wind at its end, radiation as means over it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Hour {
    /// Dry-bulb temperature, °C.
    pub dry_bulb_c: f64,
    /// Dew point over water, also below 0 °C, as weather services report it, °C; never above the dry bulb.
    pub dew_point_c: f64,
    /// Barometric pressure at the station, Pa.
    pub pressure_pa: f64,
    /// Global horizontal irradiance, W/m².
    pub ghi_w_m2: f64,
    /// Direct normal irradiance, W/m².
    pub dni_w_m2: f64,
    /// Diffuse horizontal irradiance, W/m².
    pub dhi_w_m2: f64,
    /// Wind speed, m/s.
    pub wind_m_s: f64,
}

/// Mean and range of one quantity over the year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// Mean of the rows.
    pub mean: f64,
    /// Lowest row.
    pub min: f64,
    /// Highest row.
    pub max: f64,
}

/// Summary of a year of weather.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Statistics {
    /// Dry bulb, °C.
    pub dry_bulb_c: Summary,
    /// Wet bulb, °C.
    pub wet_bulb_c: Summary,
}

/// A year of hourly weather. A copy shares its rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Weather {
    /// Where it was taken.
    pub site: Site,
    /// Description: `TMY3, Phoenix Sky Harbor Intl Ap, AZ, USA`.
    pub label: String,
    /// True where the year was generated from monthly normals instead of measured.
    pub synthetic: bool,
    /// Faults of the file and their repairs, one sentence each.
    pub repairs: Vec<String>,
    /// What its source says of the extremes of the place.
    pub extremes: Extremes,
    hours: Arc<[Hour]>,
    states: Arc<[MoistAir]>,
    statistics: Statistics,
}

/// Hours in a year of 365 days.
const COMMON_YEAR_H: usize = 8760;
/// Hours in a year of 366 days.
const LEAP_YEAR_H: usize = 8784;

impl Weather {
    /// `hours` must hold a whole year of 365 or 366 days.
    fn new(
        site: Site,
        label: String,
        synthetic: bool,
        repairs: Vec<String>,
        hours: Vec<Hour>,
    ) -> Self {
        Self::with_states(site, label, synthetic, repairs, hours, Vec::new())
    }

    /// The same, where the air of some rows is known already: `states` has NaN for the others, or is empty.
    fn with_states(
        site: Site,
        label: String,
        synthetic: bool,
        repairs: Vec<String>,
        hours: Vec<Hour>,
        mut states: Vec<MoistAir>,
    ) -> Self {
        assert!(
            hours.len() == COMMON_YEAR_H || hours.len() == LEAP_YEAR_H,
            "readers check the number of rows"
        );
        let air = |h: &Hour| {
            MoistAir::from_dew_point_over_water(h.dry_bulb_c, h.dew_point_c, h.pressure_pa)
        };
        for (state, hour) in states.iter_mut().zip(&hours) {
            if state.wet_bulb_c.is_nan() {
                *state = air(hour);
            }
        }
        let known = states.len();
        states.extend(hours[known..].iter().map(air));
        Self {
            site,
            label,
            synthetic,
            repairs,
            extremes: Extremes::default(),
            hours: hours.into(),
            statistics: Statistics::of(&states),
            states: states.into(),
        }
    }

    /// The same weather, with what its source says of extremes.
    fn with_extremes(self, extremes: Extremes) -> Self {
        Self { extremes, ..self }
    }

    /// Outdoor air that plants are designed for: extremes of the place, or else of this year with a margin.
    pub fn design_air(&self) -> DesignAir {
        DesignAir::of(self)
    }

    /// Outdoor air at an hour of the year: 0.0 is midnight at the start of 1 January; wraps at the year's end.
    pub fn at(&self, hour: f64) -> MoistAir {
        let (before, after, share) = self.around(hour);
        let between = |a: f64, b: f64| a + (b - a) * share;
        let (a, b) = (self.states[before], self.states[after]);
        MoistAir {
            dry_bulb_c: between(a.dry_bulb_c, b.dry_bulb_c),
            wet_bulb_c: between(a.wet_bulb_c, b.wet_bulb_c),
            humidity_ratio: between(a.humidity_ratio, b.humidity_ratio),
            pressure_pa: between(a.pressure_pa, b.pressure_pa),
        }
    }

    /// Air inside buildings there: mean pressure of the year, and the height above the sea.
    pub fn site_air(&self) -> SiteAir {
        let sum_pa: f64 = self.hours.iter().map(|hour| hour.pressure_pa).sum();
        SiteAir {
            pressure_pa: sum_pa / self.hours.len() as f64,
            elevation_m: self.site.elevation_m,
        }
    }

    /// The row of the hour that contains this instant: for radiation, which is a mean over its hour.
    pub fn during(&self, hour: f64) -> &Hour {
        &self.hours[self.around(hour).1]
    }

    /// Rows before and after an instant, and how far it lies between them, 0..1. Both are valid for any `hour`.
    fn around(&self, hour: f64) -> (usize, usize, f64) {
        let rows = self.states.len();
        let length = rows as f64;
        let hour = if (0.0..length).contains(&hour) {
            hour
        } else {
            hour.rem_euclid(length)
        };
        // rem_euclid may round up to the length itself; NaN becomes row 0 here and NaN in the share.
        let after = (hour as usize).min(rows - 1);
        let before = if after == 0 { rows - 1 } else { after - 1 };
        (before, after, hour - after as f64)
    }

    /// The rows, hour 1 of 1 January first.
    pub fn hours(&self) -> &[Hour] {
        &self.hours
    }

    /// The air of each row.
    pub fn states(&self) -> &[MoistAir] {
        &self.states
    }

    /// True for a year of 366 days.
    pub fn is_leap(&self) -> bool {
        self.hours.len() == LEAP_YEAR_H
    }

    /// The hour of this weather's year at `hour` (0.0..24.0) of a calendar day, for [`Weather::at`].
    ///
    /// 29 February means the 28th where the year has no 29th; a day that no calendar has means the nearest.
    pub fn hour_index(&self, month: u8, day: u8, hour: f64) -> f64 {
        let month = month.clamp(1, 12);
        let day = day.clamp(1, days_in_month(month, self.is_leap()));
        let days = day_of_year(month, day, self.is_leap());
        days as f64 * 24.0 + hour
    }

    /// Means and ranges of the rows.
    pub fn statistics(&self) -> Statistics {
        self.statistics
    }
}

impl Statistics {
    fn of(states: &[MoistAir]) -> Self {
        let summary = |of: fn(&MoistAir) -> f64| {
            let values = states.iter().map(of);
            Summary {
                mean: values.clone().sum::<f64>() / states.len() as f64,
                min: values.clone().fold(f64::INFINITY, f64::min),
                max: values.fold(f64::NEG_INFINITY, f64::max),
            }
        };
        Self {
            dry_bulb_c: summary(|s| s.dry_bulb_c),
            wet_bulb_c: summary(|s| s.wet_bulb_c),
        }
    }
}

const MONTHS: [u8; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

fn days_in_month(month: u8, leap: bool) -> u8 {
    let days = MONTHS
        .get(usize::from(month).wrapping_sub(1))
        .copied()
        .unwrap_or(0);
    days + u8::from(leap && month == 2)
}

/// Days before this one in the year.
fn day_of_year(month: u8, day: u8, leap: bool) -> usize {
    let before: usize = (1..month)
        .map(|m| usize::from(days_in_month(m, leap)))
        .sum();
    before + usize::from(day) - 1
}

/// A year of hours takes about 2 MB, one of minutes 100 MB; more than this is something else.
const MAX_BYTES: u64 = 128 << 20;

/// Where weather files are had, for messages.
pub const WHERE_FROM: &str =
    "free for most places from climate.onebuilding.org or energyplus.net/weather";

/// Weather that a run needs beside dry bulb, humidity and pressure, which every run uses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Uses {
    /// Radiation and wind, for solar panels.
    pub panels: bool,
}

/// Years from files that are kept for further runs: some 3 MB each, with the file.
static READ: Kept<(PathBuf, Uses, Vec<u8>), Weather> = Kept::new(16);
/// No hourly year is longer; one of minutes is read again each time.
const MOST_KEPT_BYTES: usize = 4 << 20;

/// Reads an EPW or a TMY3 file, recognised by content. What the run does not use cannot make a file unfit. A file that
/// holds what it held when it was read last is not parsed again.
pub fn read(path: &Path, uses: Uses) -> Result<Weather, Fault> {
    let unreadable = |e: std::io::Error| {
        Fault::new(
            format!("cannot be read: {e}"),
            format!("name an EPW or TMY3 file that exists and may be read, {WHERE_FROM}"),
        )
        .in_file(path, None)
    };
    let bytes = bounded::read(path, MAX_BYTES).map_err(unreadable)?;
    if bytes.len() > MOST_KEPT_BYTES {
        return parse(path, &bytes, uses);
    }
    READ.get_or(
        |(of, used, held)| of == path && *used == uses && *held == bytes,
        || {
            let weather = parse(path, &bytes, uses)?;
            Ok(((path.to_owned(), uses, bytes.clone()), weather))
        },
    )
}

/// Lines that are not empty, with their numbers from 1.
fn numbered(text: &str) -> impl Iterator<Item = (u64, &str)> {
    let lines = (1..).zip(text.lines());
    lines.filter(|(_, line)| !line.trim().is_empty())
}

/// Reads what a file holds; `path` serves the messages alone.
fn parse(path: &Path, bytes: &[u8], uses: Uses) -> Result<Weather, Fault> {
    let formats = "an EPW file begins with LOCATION, a TMY3 file has Date (MM/DD/YYYY) in line 2";
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Fault::new("the file is empty", formats).in_file(path, None));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") || bytes.contains(&0) {
        let cause = "this is not plain text (binary, compressed or UTF-16)";
        return Err(
            Fault::new(cause, format!("unpack it, or save it as UTF-8: {formats}"))
                .in_file(path, None),
        );
    }
    // Older headers spell their towns in Latin-1: the accents are lost, the numbers are not.
    let mut text = match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => String::from_utf8_lossy(bytes),
    };
    if !bytes.contains(&b'\n') {
        text = text.replace('\r', "\n").into();
    }
    let mut lines = numbered(&text);
    let (line, first) = lines.next().unwrap_or_default();
    let (_, second) = lines.next().unwrap_or_default();
    if epw::recognises(first) {
        epw::parse(path, &text, uses)
    } else if tmy3::recognises(second) {
        tmy3::parse(path, &text, uses)
    } else {
        let start: String = first.chars().take(40).collect();
        Err(
            Fault::new(format!("unknown format, it begins with {start:?}"), formats)
                .in_file(path, Some(line)),
        )
    }
}

#[cfg(test)]
mod tests;
