//! Demand charges: the maximum demand of each calendar month, in all hours and in each period of a tariff.

use jiff::civil::Date;

use crate::metrics::intervals::Intervals;
use crate::tariff::{DemandCharge, Schedule, Tariff};
use crate::units::DAY_S;

/// One charge, and the peak of each month so far.
#[derive(Debug, Clone)]
struct Charge {
    terms: DemandCharge,
    peaks_w: Vec<f64>,
}

/// A calendar month that the run touches.
#[derive(Debug, Clone, Copy)]
struct Month {
    /// January is 0.
    number: usize,
    /// The part of it that the run can cover, s since the start of the run.
    from_s: f64,
    ends_s: f64,
    /// All of it, s.
    length_s: f64,
}

/// All charges of a run.
#[derive(Debug, Clone)]
pub(super) struct Demand {
    start: Date,
    schedule: Schedule,
    charges: Vec<Charge>,
    months: Vec<Month>,
    month: Date,
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
        let mut demand = Self {
            start,
            schedule: tariff.schedule.clone(),
            charges: charges.collect(),
            months: Vec::new(),
            month: start,
            intervals: Intervals::of(tariff.demand_interval_s),
            until_s: 0.0,
        };
        demand.enter(start);
        demand
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
        while self
            .months
            .last()
            .is_some_and(|month| begin_s > month.ends_s - 1e-3)
        {
            match self.month.last_of_month().tomorrow() {
                Ok(next) => self.enter(next),
                Err(_) => break, // the calendar ends with the year 9999
            }
        }
        // Most intervals raise no peak: which period they are in does not matter then.
        let raises = |charge: &Charge| charge.peaks_w.last().is_some_and(|peak| mean_w > *peak);
        if !self.charges.iter().any(raises) {
            return;
        }
        let period = self.schedule.at(self.start, begin_s);
        for charge in &mut self.charges {
            if (charge.terms.period.is_none() || charge.terms.period == period)
                && let Some(peak_w) = charge.peaks_w.last_mut()
                && mean_w > *peak_w
            {
                *peak_w = mean_w;
            }
        }
    }

    fn enter(&mut self, day: Date) {
        self.month = day;
        let since = |date: Date| self.start.duration_until(date).as_secs_f64();
        let days = f64::from(day.days_in_month());
        let first_s = since(day.first_of_month());
        self.months.push(Month {
            number: day.month() as usize - 1,
            from_s: first_s.max(0.0),
            ends_s: first_s + days * DAY_S,
            length_s: days * DAY_S,
        });
        for charge in &mut self.charges {
            charge.peaks_w.push(0.0);
        }
    }

    /// Demand charge so far, USD; `None` without demand charges.
    pub(super) fn usd(&self) -> Option<f64> {
        if self.charges.is_empty() {
            return None;
        }
        // The interval that the run ends in counts with its mean so far.
        let mut all = self.clone();
        if let Some((begin_s, mean_w)) = self.intervals.begun() {
            all.close(begin_s, mean_w);
        }
        Some(all.charges.iter().map(|charge| all.of_charge(charge)).sum())
    }

    fn of_charge(&self, charge: &Charge) -> f64 {
        let mut billed_w = 0.0;
        for (index, (month, &peak_w)) in self.months.iter().zip(&charge.peaks_w).enumerate() {
            if !charge.terms.months[month.number] {
                continue;
            }
            let least_w = charge.terms.ratchet.as_ref().map_or(0.0, |ratchet| {
                if !ratchet.applies_to[month.number] {
                    return 0.0;
                }
                let before = index.saturating_sub(ratchet.months_back)..index;
                let looked_at = before.filter(|&at| ratchet.looks_at[self.months[at].number]);
                ratchet.share * looked_at.map(|at| charge.peaks_w[at]).fold(0.0, f64::max)
            });
            let covered_s = (self.until_s.min(month.ends_s) - month.from_s).max(0.0);
            billed_w += peak_w.max(least_w) * covered_s / month.length_s;
        }
        charge.terms.usd_kw * billed_w / 1e3
    }
}

#[cfg(test)]
mod tests;
