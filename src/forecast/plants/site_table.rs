//! A site's plant as flat arrays: what a year of many draws adds up over.
//!
//! ```text
//! y(h, x) = y_i(h) + (y_i+1(h) − y_i(h))·(x − x_i)/(x_i+1 − x_i)      ≥ 0      y: cooling, other, water     P_facility = P_IT·(1 + …)
//! x = P_IT/P_IT,design      P_cooling = y_c·P_IT,design      P_other = y_o·P_IT,design      P_facility = P_IT + P_cooling + P_other
//! ```
//!
//! Made by the engine, as a `surface` (which see for what it holds and how far it is off; `accuracy` says it of this one), over
//! the hours of the site's weather year and 5 to 9 loads from 0.15 to 1 of the design. Idle, with all chips on and without work, is among
//! the loads where it lies in that range.
//!
//! | | |
//! |---|---|
//! | IT | what all IT draws at its inlets: chips, hosts, server fans and the losses of server power supplies, network, storage, other IT. It is the load x itself: the engine finds the utilisation at which the halls draw it |
//! | above idle | chips work |
//! | below idle | what idle IT draws, scaled: halls of which a part is off or not built yet, under a plant that is |
//! | cooling | all that removes heat: chillers, fans of towers and dry coolers, pumps, basin heaters, hall fans, pumps of tanks and CDUs |
//! | other | transformers, UPS and distribution, lights, offices, controls |
//! | hour | 0 to 8759 from 1 January 00:00, local standard time of the site, the mean over the hour; 29 February of a leap weather year is left out |
//! | outside 0.15 … 1 | the straight line goes on, never below 0 |
//! | f32 | 1e-7 of each figure; the surface is off by 1e-3 and more |

mod add;
mod bytes;
#[cfg(test)]
mod tests;

use std::path::Path;

use rayon::prelude::*;

pub use add::YearOfSite;

use crate::describe::Fault;
use crate::forecast::plants::kept_files::{KeptFile, Origin, hex};
use crate::scenario::{self, Loaded, SurfaceSite};
use crate::surface::Surface;
use crate::units::{HOUR_S, WATER_KG_M3};

/// Hours of a year without 29 February.
pub const HOURS: usize = HOURS_I32 as usize;
const HOURS_I32: i32 = 8760;

/// 29 February of a leap year.
const LEAP_DAY: std::ops::Range<usize> = 59 * 24..60 * 24;

/// The loads that a table is made for, as shares of the design.
const LOADS: std::ops::RangeInclusive<f64> = 0.15..=1.0;

/// Litres an hour in a kilogram a second.
const L_H: f64 = HOUR_S * 1e3 / WATER_KG_M3;

/// A site's plant over load and the hours of its climate, per watt of design IT power.
#[derive(Debug, Clone, PartialEq)]
pub struct SiteTable {
    /// Local standard time of the site minus UTC, hours.
    pub utc_offset_h: f64,
    /// All IT of the scenario with every chip at work, W: what shares and scales are of.
    pub design_it_w: f64,
    /// The weather, in words.
    pub climate: String,
    /// How far the surface that this was made from is from the engine, in words.
    pub accuracy: String,
    /// SHA-256 of what decides it and of its figures, hexadecimal.
    pub checksum: String,
    /// Loads, ascending; two or more.
    nodes: Vec<f32>,
    /// One over the width of the interval above each node but the last, rounded so that its upper end is not below 1.
    per_width: Vec<f32>,
    /// By node, then by hour: W/W, W/W and l/h per W.
    rows: [Vec<f32>; 3],
}

impl SiteTable {
    /// Asks the engine: years of the site, one for each load.
    ///
    /// # Errors
    /// Where the scenario is not sound, or has a tank of cold water.
    pub fn made(loaded: &Loaded) -> Result<Self, Fault> {
        Ok(Self::kept(loaded, None)?.0)
    }

    /// The same where `cache` does not hold it yet (`forecast::cache_folder`): the result is the same to the last bit, found or made.
    ///
    /// # Errors
    /// As [`SiteTable::made`]: whatever is wrong with the folder or a file in it, is not one.
    pub fn kept(loaded: &Loaded, cache: Option<&Path>) -> Result<(Self, Origin), Fault> {
        let site = scenario::surface_site(loaded)?;
        let file = KeptFile::new(cache, "site", &format!("{LOADS:?}\n{}", site.decides));
        file.get_or(
            |content| Self::of_bytes(content, file.key()),
            || {
                let surface = scenario::surface(loaded, LOADS)?;
                Ok(Self::of_surface(&surface, &site, file.key()))
            },
            Self::to_bytes,
        )
    }

    /// Several sites side by side; the first fault in their order is returned.
    ///
    /// # Errors
    /// As [`SiteTable::kept`].
    pub fn all(sites: &[Loaded], cache: Option<&Path>) -> Result<Vec<(Self, Origin)>, Fault> {
        let tables: Vec<_> = sites
            .par_iter()
            .map(|loaded| Self::kept(loaded, cache))
            .collect();
        tables.into_iter().collect()
    }

    fn of_surface(surface: &Surface, site: &SurfaceSite, key: &[u8; 32]) -> Self {
        let design_w = site.design_it_w;
        let nodes = surface.nodes();
        let mut rows = [(); 3].map(|()| Vec::with_capacity(nodes.len() * HOURS));
        for load_w in nodes {
            for hour in (0..surface.hours()).filter(|hour| !leaves_out(surface.hours(), *hour)) {
                let point = surface.at(hour as f64 + 0.5, *load_w);
                let cooling_w = point.power.cooling_w();
                let of_hour = [
                    cooling_w / design_w,
                    (point.power.facility_w - cooling_w - load_w) / design_w,
                    point.water.makeup_kg_s * L_H / design_w,
                ];
                for (row, value) in rows.iter_mut().zip(of_hour) {
                    row.push(value as f32);
                }
            }
        }
        let nodes = nodes.iter().map(|load_w| (load_w / design_w) as f32);
        Self {
            utc_offset_h: site.utc_offset_h,
            design_it_w: design_w,
            climate: site.climate.clone(),
            accuracy: surface.accuracy().to_string(),
            checksum: String::new(),
            per_width: Vec::new(),
            nodes: nodes.collect(),
            rows,
        }
        .finished(key)
    }

    /// With what follows from the rest.
    fn finished(mut self, key: &[u8; 32]) -> Self {
        let per_width = self.nodes.windows(2).map(|ends| {
            let width = ends[1] - ends[0];
            let mut per = 1.0 / width;
            while per * width < 1.0 {
                per = per.next_up();
            }
            per
        });
        self.per_width = per_width.collect();
        self.checksum = hex(&self.sum(key));
        self
    }

    /// Loads at which the engine was asked, ascending, as shares of [`SiteTable::design_it_w`].
    pub fn nodes(&self) -> &[f32] {
        &self.nodes
    }

    /// Cooling power of each hour at a node, W per W of design IT power.
    pub fn cooling_at(&self, node: usize) -> &[f32] {
        &self.rows[0][node * HOURS..][..HOURS]
    }

    /// Other power of each hour at a node, W per W of design IT power.
    pub fn other_at(&self, node: usize) -> &[f32] {
        &self.rows[1][node * HOURS..][..HOURS]
    }

    /// Make-up water of each hour at a node, l/h per W of design IT power.
    pub fn water_at(&self, node: usize) -> &[f32] {
        &self.rows[2][node * HOURS..][..HOURS]
    }

    /// Hours by which the clock of a region is ahead of the site's, whole.
    pub fn shift_h(&self, region_utc_offset_h: f64) -> i32 {
        (region_utc_offset_h - self.utc_offset_h).round() as i32
    }
}

/// Whether an hour of a weather year of `hours` has no place in a year of 365 days.
fn leaves_out(hours: usize, hour: usize) -> bool {
    hours > HOURS && LEAP_DAY.contains(&hour)
}
