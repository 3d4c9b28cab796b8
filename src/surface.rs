//! What a whole site draws and drinks, over its load and the hours of its climate: the fast path of studies and forecasts.
//!
//! ```text
//! P_use(h, x) = P_use(h, x_i) + (P_use(h, x_i+1) − P_use(h, x_i))·(x − x_i)/(x_i+1 − x_i)        x_i ≤ x < x_i+1
//! ```
//!
//! `P_use(h, x_i)`: what the engine itself found in hour `h` of the weather year, as the mean over the hour, in a year of the same
//! load `x_i` lived through hour by hour, after two days to settle. So dry bulb, wet bulb, pressure, season and what the weather has
//! done before are those of the hour, and nothing is interpolated but the load: where modes change with the weather (economizer,
//! frost, pads, supply not reached) the surface is as sharp as the engine. A grid over the bulbs would be smaller, and wrong
//! where modes change: a year's cooling by 0.1 to 1.5 %.
//!
//! Loads are placed where the engine bends: the interval whose middle is missed by most is halved, until the rest is expected below
//! 0.1 % of the mean cooling power and water, or there are 9 loads; idle is one of them, where it lies in the range.
//!
//! Measured over a year of working days, nights and weekends (`tests/surface.rs`, table in `docs/how-to.md`): a year's cooling energy within
//! 0.2 %, with an air economizer 0.5 % too little; hourly cooling power with an rms error of 0.2 to 3 %; the peak within 0.2 %. What is left
//! is the history of the load, which no surface holds: whether an economizer was on in the hour before, what rooms and tanks
//! still store; more loads do not help. Electrical losses, which bend upwards, are up to 0.1 % too large.
//!
//! | | |
//! |---|---|
//! | not held | racks one by one, jobs, tanks of cold water, limits, faults: such runs are for the engine |
//! | valid | loads from the lowest to the highest it was made for; outside it goes on in a straight line, and says so |
//!
//! Every surface is judged when it is made, by a year of varying load that the engine lives through in sequence. Made for one climate, a
//! surface is shared by all loads: it is cheap to clone and may be read from many threads.
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use std::path::Path;
//!
//! use coldaisle::scenario;
//!
//! let loaded = scenario::load(Path::new("scenarios/phoenix-air.toml"), &[])?;
//! let surface = scenario::surface(&loaded, 0.3..=1.0)?; // of the IT power with every chip at work
//! println!("{}", surface.accuracy());
//! let design_w = surface.highest();
//! let year = surface.year(|hour| design_w * if hour % 24 < 8 { 0.5 } else { 0.9 });
//! println!("{:.0} MWh, peak {:.2} MW", year.facility_j / 3.6e9, year.peak_w / 1e6);
//! # Ok(())
//! # }
//! ```

mod accuracy;
mod columns;
mod loads;
mod making;
mod year;

pub(crate) use accuracy::Told;
pub use accuracy::{Accuracy, Deviation};
pub use columns::Point;
pub use loads::{Axis, Loads};
pub use year::YearOfCooling;

use std::sync::Arc;

use columns::{Details, Uses, between};
use loads::Places;

/// A plant as a surface over load and the hours of one climate.
#[derive(Debug, Clone)]
pub struct Surface(Arc<Table>);

#[derive(Debug)]
struct Table {
    loads: Loads,
    places: Places,
    /// By hour, then by load.
    uses: Vec<Uses>,
    details: Vec<Details>,
    /// Lights, offices and controls, W.
    other_w: f64,
    hours: usize,
    accuracy: Accuracy,
}

impl Surface {
    /// How far it is from the engine.
    pub fn accuracy(&self) -> &Accuracy {
        &self.0.accuracy
    }

    /// What its loads are.
    pub fn axis(&self) -> Axis {
        self.0.loads.axis
    }

    /// The lowest load that it was made for: W, or a share where the axis is utilisation.
    pub fn lowest(&self) -> f64 {
        self.0.loads.low
    }

    /// The highest.
    pub fn highest(&self) -> f64 {
        self.0.loads.high
    }

    /// The loads at which the engine was asked.
    pub fn nodes(&self) -> &[f64] {
        self.0.places.nodes()
    }

    /// Hours of its weather year: 8760 or 8784.
    pub fn hours(&self) -> usize {
        self.0.hours
    }

    /// The site at an hour of the weather year (0.0 is the start of 1 January; wraps) under a load. Values belong to the middle of
    /// their hour, as the air of a step does; between two of them they are interpolated.
    pub fn at(&self, hour_of_year: f64, load: f64) -> Point {
        let table = &self.0;
        let middle = (hour_of_year - 0.5).rem_euclid(table.hours as f64);
        let before = (middle as usize).min(table.hours - 1);
        let share = middle - before as f64;
        let (uses, details) = table.at(before, load);
        if share == 0.0 {
            return Point::new(&uses, &details, table.other_w);
        }
        let (next_uses, next_details) = table.at((before + 1) % table.hours, load);
        Point::new(
            &between(&uses, &next_uses, share),
            &between(&details, &next_details, share),
            table.other_w,
        )
    }
}

impl Table {
    fn at(&self, hour: usize, load: f64) -> (Uses, Details) {
        let place = self.places.of(load);
        let base = hour * self.places.nodes().len();
        let (low, high) = (base + place.low, base + place.high);
        (
            between(&self.uses[low], &self.uses[high], place.share),
            between(&self.details[low], &self.details[high], place.share),
        )
    }
}
