//! Demand charges: the maximum demand of each calendar month, in all hours and in each period of a tariff.

use jiff::civil::Date;

use super::months::Months;
use crate::metrics::intervals::Intervals;
use crate::tariff::{DemandCharge, Schedule, Tariff};

/// One charge, and the peak of each month so far.
#[derive(Debug, Clone)]
struct Charge {
    terms: DemandCharge,
    peaks_w: Vec<f64>,
}

/// What a calendar month is charged.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct MonthlyDemand {
    /// The largest mean of an interval, W: of all hours, whatever the hours of the charges.
    pub(super) peak_w: f64,
    /// All charges, USD.
    pub(super) usd: f64,
}

/// All charges of a run.
#[derive(Debug, Clone)]
pub(super) struct Demand {
    start: Date,
    schedule: Schedule,
    charges: Vec<Charge>,
    months: Months,
    /// The largest interval of each month, W.
    peaks_w: Vec<f64>,
    intervals: Intervals,
    until_s: f64,
}

impl Demand {
    /// From midnight of `start`.
    pub(super) fn new(start: Date, tariff: &Tariff) -> Self {
        let charges = tariff.demand.iter().map(|terms| Charge {
            terms: terms.clone(),
            peaks_w: Vec::new(),
        });
        Self {
            start,
            schedule: tariff.schedule.clone(),
            charges: charges.collect(),
            months: Months::new(start),
            peaks_w: Vec::new(),
            intervals: Intervals::of(tariff.demand_interval_s),
            until_s: 0.0,
        }
    }

    /// Sees one step.
    pub(super) fn observe(&mut self, begin_s: f64, end_s: f64, power_w: f64) {
        if self.charges.is_empty() {
            return;
        }
        self.until_s = end_s;
        let mut intervals = self.intervals;
        intervals.observe((begin_s, end_s), power_w, |at_s, mean_w| {
            self.close(at_s, mean_w);
        });
        self.intervals = intervals;
    }

    /// An interval that began at `begin_s` had this mean.
    fn close(&mut self, begin_s: f64, mean_w: f64) {
        let month = self.months.at(begin_s);
        let months = self.months.all.len();
        if self.peaks_w.len() < months {
            self.peaks_w.resize(months, 0.0);
            for charge in &mut self.charges {
                charge.peaks_w.resize(months, 0.0);
            }
        }
        self.peaks_w[month] = self.peaks_w[month].max(mean_w);
        // Most intervals raise no peak: which period they are in does not matter then.
        let raises = |charge: &Charge| mean_w > charge.peaks_w[month];
        if !self.charges.iter().any(raises) {
            return;
        }
        let period = self.schedule.at(self.start, begin_s);
        for charge in &mut self.charges {
            if (charge.terms.period.is_none() || charge.terms.period == period)
                && mean_w > charge.peaks_w[month]
            {
                charge.peaks_w[month] = mean_w;
            }
        }
    }

    /// Demand and its charges so far, by month; `None` without demand charges.
    pub(super) fn months(&self) -> Option<Vec<MonthlyDemand>> {
        if self.charges.is_empty() {
            return None;
        }
        // The interval that the run ends in counts with its mean so far.
        let mut all = self.clone();
        if let Some((begin_s, mean_w)) = self.intervals.begun() {
            all.close(begin_s, mean_w);
        }
        let month = |(index, &peak_w): (usize, &f64)| MonthlyDemand {
            peak_w,
            usd: all
                .charges
                .iter()
                .map(|charge| all.of_charge(charge, index))
                .sum(),
        };
        Some(all.peaks_w.iter().enumerate().map(month).collect())
    }

    /// What a charge bills in a month, USD.
    fn of_charge(&self, charge: &Charge, index: usize) -> f64 {
        let month = &self.months.all[index];
        if !charge.terms.months[month.number] {
            return 0.0;
        }
        let least_w = charge.terms.ratchet.as_ref().map_or(0.0, |ratchet| {
            if !ratchet.applies_to[month.number] {
                return 0.0;
            }
            let before = index.saturating_sub(ratchet.months_back)..index;
            let looked_at = before.filter(|&at| ratchet.looks_at[self.months.all[at].number]);
            ratchet.share * looked_at.map(|at| charge.peaks_w[at]).fold(0.0, f64::max)
        });
        let share = month.covered_s(self.until_s) / month.length_s;
        charge.terms.usd_kw * charge.peaks_w[index].max(least_w) * share / 1e3
    }
}

#[cfg(test)]
mod tests;
