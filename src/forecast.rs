//! Fleets over years: what all the halls of a region add up to, with its doubt.
//!
//! ```text
//! shipments, survival, caps ─▶ stock ─┐
//! tokens, training, conventional ─▶ need ─┴▶ utilisation, waits ─▶ node power ─▶ sites: cooling × weather, by the hour
//!                                                                              ─▶ energy, peaks, water, carbon by year
//! ```

mod draws;
pub mod figures;
pub mod file;
mod fleet;
mod hours;
mod leaving;
mod loaded;
mod model;
mod plants;

pub(crate) use leaving::equivalents;

pub use draws::run::{BAND, Outcome, Sensitivity};
pub use file::by_year::ByYear;
pub use loaded::{Forecast, schema};
pub use plants::kept_files::{Origin, cache_folder};
pub use plants::site_table::{HOURS, SiteTable, YearOfSite};
pub use plants::waits::{Wait, WaitCurve};

/// One region's metered energy, year by year, and its growth as a distribution.
pub mod trend;

/// A forecast from before each cut-off year against what was metered after it.
pub mod score;
