//! The bill of a site by calendar month: what the cost of a run adds up, and what `bill.csv` lists.
//!
//! ```text
//! energy = Σ (price·P_import − export price·P_export)·dt      demand: see `tariff.rs`      water = rate·make-up m³
//! fuel   = rate·kg burnt
//! ```
//!
//! A step that reaches into the next month is shared out by time.

use jiff::civil::Date;

use super::demand::Demand;
use super::months::Months;
use crate::metrics::figures::known;
use crate::metrics::sum::Sum;
use crate::snapshot::Snapshot;
use crate::tariff::Tariff;
use crate::units::WATER_KG_M3;

/// One month of the bill. What has no price is absent, in all months alike.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct MonthlyBill {
    /// The first of its days that the run can cover.
    pub(crate) day: Date,
    /// How much of it the run covers, s.
    pub(crate) covered_s: f64,
    /// Drawn from the grid, J.
    pub(crate) import_j: f64,
    /// Fed into the grid, J; absent in all months of a run that feeds nothing in.
    pub(crate) export_j: Option<f64>,
    /// The largest mean of a demand interval, W; where demand is charged.
    pub(crate) demand_w: Option<f64>,
    /// Imports at the price of each step, less feed-in at the tariff's, USD.
    pub(crate) energy_usd: Option<f64>,
    /// Demand charges, USD.
    pub(crate) demand_usd: Option<f64>,
    /// Make-up water, USD.
    pub(crate) water_usd: Option<f64>,
    /// Fuel of generators, USD.
    pub(crate) fuel_usd: Option<f64>,
}

impl MonthlyBill {
    /// The parts that are known, added up.
    pub(crate) fn total_usd(&self) -> Option<f64> {
        let parts = [
            self.energy_usd,
            self.demand_usd,
            self.water_usd,
            self.fuel_usd,
        ];
        let any = parts.iter().any(Option::is_some);
        any.then(|| parts.into_iter().flatten().sum())
    }
}

/// Sums of one month so far.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    import_j: Sum,
    export_j: Sum,
    energy_usd: Sum,
    makeup_kg: Sum,
    fuel_kg: Sum,
}

/// The bill so far.
#[derive(Debug, Clone)]
pub(crate) struct Bill {
    months: Months,
    sums: Vec<Sums>,
    until_s: f64,
    energy_missing: bool,
    demand: Demand,
    export_usd_j: f64,
    water_usd_m3: Option<f64>,
    fuel_usd_kg: Option<f64>,
}

impl Bill {
    /// From midnight of `start`.
    pub(crate) fn new(start: Date, tariff: &Tariff) -> Self {
        Self {
            months: Months::new(start),
            sums: Vec::new(),
            until_s: 0.0,
            energy_missing: false,
            demand: Demand::new(start, tariff),
            export_usd_j: tariff.export_usd_j,
            water_usd_m3: tariff.water_usd_m3,
            fuel_usd_kg: tariff.fuel_usd_kg,
        }
    }

    /// Sees one step.
    pub(crate) fn observe(&mut self, s: &Snapshot) {
        self.energy_missing |= !s.price_usd_j.is_finite();
        let mut at_s = s.time_s - s.dt_s;
        self.demand.observe(at_s, s.time_s, s.on_site.import_w());
        self.until_s = s.time_s;
        loop {
            let index = self.months.at(at_s);
            let ends_s = self.months.all[index].ends_s;
            // A rest of less than a millisecond, and what lies behind the end of the calendar, is of this month.
            let over = s.time_s > ends_s + 1e-3 && ends_s > at_s;
            let until_s = if over { ends_s } else { s.time_s };
            self.add(index, s, until_s - at_s);
            if !over {
                break;
            }
            at_s = until_s;
        }
    }

    fn add(&mut self, month: usize, s: &Snapshot, seconds: f64) {
        if self.sums.len() <= month {
            self.sums.resize(month + 1, Sums::default());
        }
        let sums = &mut self.sums[month];
        let grid_w = s.on_site.grid_w;
        let price_usd_j = if grid_w >= 0.0 {
            sums.import_j.add(grid_w * seconds);
            s.price_usd_j
        } else {
            sums.export_j.add(-grid_w * seconds);
            self.export_usd_j
        };
        if !self.energy_missing {
            sums.energy_usd.add(price_usd_j * grid_w * seconds);
        }
        sums.makeup_kg.add(s.water.makeup_kg_s * seconds);
        if self.fuel_usd_kg.is_some() {
            sums.fuel_kg.add(s.on_site.fuel_kg_s * seconds);
        }
    }

    /// The months so far; none before the first step.
    pub(crate) fn months(&self) -> Vec<MonthlyBill> {
        let demand = self.demand.months();
        let exports = self.sums.iter().any(|sums| sums.export_j.value() > 0.0);
        let months = self.months.all.iter().zip(&self.sums).enumerate();
        months
            .map(|(index, (month, sums))| {
                let of_demand = demand.as_ref().map(|months| {
                    let month = months.get(index).copied();
                    month.unwrap_or_default()
                });
                let water = |rate: f64| rate * sums.makeup_kg.value() / WATER_KG_M3;
                MonthlyBill {
                    day: month.day,
                    covered_s: month.covered_s(self.until_s),
                    import_j: sums.import_j.value(),
                    export_j: exports.then(|| sums.export_j.value()),
                    demand_w: of_demand.map(|of| of.peak_w),
                    energy_usd: (!self.energy_missing)
                        .then(|| sums.energy_usd.value())
                        .and_then(known),
                    demand_usd: of_demand.and_then(|of| known(of.usd)),
                    water_usd: self.water_usd_m3.map(water).and_then(known),
                    fuel_usd: self
                        .fuel_usd_kg
                        .and_then(|rate| known(rate * sums.fuel_kg.value())),
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;
