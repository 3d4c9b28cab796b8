//! A year under hourly loads: the sum over the surface.

use super::Surface;
use super::columns::{FACILITY, Uses, between};
use crate::units::HOUR_S;

/// A year of a site under hourly loads.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct YearOfCooling {
    /// All uses, J.
    pub facility_j: f64,
    /// At the IT inlets, J.
    pub it_j: f64,
    /// Transformers, UPS and distribution, J.
    pub electrical_losses_j: f64,
    /// Compressors, J; of air-cooled chillers with their condenser fans.
    pub chillers_j: f64,
    /// Fans of towers and dry coolers, J.
    pub heat_rejection_fans_j: f64,
    /// Facility-water and condenser-water pumps, J.
    pub pumps_j: f64,
    /// Heaters in the basins of towers, J.
    pub basin_heaters_j: f64,
    /// Fans of halls and doors, steam and drying, J.
    pub hall_fans_j: f64,
    /// Pumps of tanks and coolant distribution units, J.
    pub cdu_pumps_j: f64,
    /// Lights, offices and controls, J.
    pub other_j: f64,
    /// Evaporated, kg.
    pub evaporation_kg: f64,
    /// Lost as droplets, kg.
    pub drift_kg: f64,
    /// Drained, kg.
    pub blowdown_kg: f64,
    /// Taken from the supply, kg.
    pub makeup_kg: f64,
    /// The greatest hourly mean of all uses, W.
    pub peak_w: f64,
    /// The hour in which it fell, from 0.
    pub peak_hour: usize,
    /// Hours whose load lay outside the range that the surface was made for: they were extrapolated.
    pub hours_outside: u32,
}

impl YearOfCooling {
    /// All that cools, J.
    pub fn cooling_j(&self) -> f64 {
        self.chillers_j
            + self.heat_rejection_fans_j
            + self.pumps_j
            + self.basin_heaters_j
            + self.hall_fans_j
            + self.cdu_pumps_j
    }
}

impl Surface {
    /// A year under the load that `load` gives for each hour of it, from 0: W, or 0..1 where the axis is utilisation.
    pub fn year(&self, load: impl FnMut(usize) -> f64) -> YearOfCooling {
        self.year_with(load, |_, _| ())
    }

    /// The same; `show` gets each hour and the power of all uses in it, W.
    pub fn year_with(
        &self,
        mut load: impl FnMut(usize) -> f64,
        mut show: impl FnMut(usize, f64),
    ) -> YearOfCooling {
        let table = &*self.0;
        let (lowest, highest) = (table.loads.low, table.loads.high);
        let mut sums: Uses = Uses::default();
        let (mut peak_w, mut peak_hour, mut hours_outside) = (f64::NEG_INFINITY, 0, 0);
        let rows = table.uses.chunks_exact(table.places.nodes().len());
        for (hour, rows) in rows.enumerate() {
            let load = load(hour);
            hours_outside += u32::from(load < lowest || load > highest);
            let place = table.places.of(load);
            let uses = between(&rows[place.low], &rows[place.high], place.share);
            for (sum, value) in sums.iter_mut().zip(&uses) {
                *sum += value;
            }
            let facility_w = uses[FACILITY];
            if facility_w > peak_w {
                (peak_w, peak_hour) = (facility_w, hour);
            }
            show(hour, facility_w);
        }
        let other_j = table.other_w * HOUR_S * table.hours as f64;
        let [
            facility_j,
            electrical_losses_j,
            chillers_j,
            heat_rejection_fans_j,
            pumps_j,
            basin_heaters_j,
            hall_fans_j,
            cdu_pumps_j,
            evaporation_kg,
            drift_kg,
            blowdown_kg,
            makeup_kg,
        ] = sums.map(|sum| sum * HOUR_S);
        let mut year = YearOfCooling {
            facility_j,
            it_j: 0.0,
            electrical_losses_j,
            chillers_j,
            heat_rejection_fans_j,
            pumps_j,
            basin_heaters_j,
            hall_fans_j,
            cdu_pumps_j,
            other_j,
            evaporation_kg,
            drift_kg,
            blowdown_kg,
            makeup_kg,
            peak_w,
            peak_hour,
            hours_outside,
        };
        year.it_j = facility_j - electrical_losses_j - year.cooling_j() - other_j;
        year
    }
}
