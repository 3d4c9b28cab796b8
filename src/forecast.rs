//! Fleets over years: what all the halls of a region add up to, with its doubt.
//!
//! ```text
//! shipments, survival, caps ─▶ stock ─┐
//! tokens, training, conventional ─▶ need ─┴▶ utilisation, waits ─▶ node power ─▶ sites: cooling × weather, by the hour
//!                                                                              ─▶ energy, peaks, water, carbon by year
//! ```

mod by_year;
mod checks;
mod described;
mod equivalents;
pub mod figures;
pub mod file;
mod fleet;
mod hours;
mod kept_files;
mod layers;
mod loaded;
mod metered;
mod model;
mod output;
mod print;
mod run;
mod site_table;
mod sites;
mod sketch;
mod uncertain;
mod waits;

pub use by_year::ByYear;
pub use kept_files::{Origin, cache_folder};
pub use loaded::{Forecast, schema};
pub use run::{BAND, Outcome, Sensitivity};
pub use site_table::{HOURS, SiteTable, YearOfSite};
pub use waits::{Wait, WaitCurve};

/// One region's metered energy, year by year, and its growth as a distribution.
pub mod trend;

/// A forecast from before each cut-off year against what was metered after it.
pub mod score;
