//! Fleets over years: what all the halls of a region add up to, with its doubt.
//!
//! ```text
//! shipments, survival, caps ─▶ stock ─┐
//! tokens, training, conventional ─▶ need ─┴▶ utilisation, waits ─▶ node power ─▶ sites: cooling × weather, by the hour
//!                                                                              ─▶ energy, peaks, water, carbon by year
//! ```

mod kept_files;
mod site_table;
mod waits;

pub use kept_files::{Origin, cache_folder};
pub use site_table::{HOURS, SiteTable, YearOfSite};
pub use waits::{Wait, WaitCurve};
