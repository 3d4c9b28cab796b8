//! Where the site's power comes from and what bounds it: sources on site, limits, loads measured at the meter, swings.

mod capping;
mod meter;
mod on_site;
mod swings;

pub use on_site::OnSiteParts;
pub(super) use on_site::{OnSite, Powered, Source, Supplied};
pub use swings::{ITERATION_S, weigh};
