//! Imposed loads and rates, for whoever steps without the servers: surfaces.

use super::{Facility, Level, Work};

impl Facility {
    /// Leaves out what no surface asks for: chips by temperature.
    pub(crate) fn count_no_chips(&mut self) {
        self.counts_chips = false;
    }

    /// Imposes another level on the servers, in a facility that was built under one.
    pub(crate) fn set_level(&mut self, level: Level) {
        self.work = Work::level(level);
        self.before_change();
    }

    /// The level that is imposed; none with jobs.
    pub(crate) fn level(&self) -> Option<&Level> {
        match &self.work {
            Work::Level { level, .. } => Some(level),
            Work::Jobs(_) => None,
        }
    }

    /// Price, USD/J, and carbon intensity, kg/J, over a step; NaN where unknown.
    pub(crate) fn rates(&self, from_s: f64, to_s: f64) -> (f64, f64) {
        (
            self.price_usd_j.mean(from_s, to_s),
            self.carbon_kg_j.mean(from_s, to_s),
        )
    }
}
