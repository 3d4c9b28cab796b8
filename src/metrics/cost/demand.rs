//! Demand charges: the greatest demand of each calendar month, in all hours and in each period of a tariff.

use jiff::civil::Date;

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
    interval_s: f64,
    charges: Vec<Charge>,
    months: Vec<Month>,
    month: Date,
    interval: f64,
    energy_j: f64,
    seconds: f64,
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
            interval_s: tariff.demand_interval_s,
            charges: charges.collect(),
            months: Vec::new(),
            month: start,
            interval: 0.0,
            energy_j: 0.0,
            seconds: 0.0,
            until_s: 0.0,
        };
        demand.enter(start);
        demand
    }

    /// A step is shared out over the intervals it touches.
    pub(super) fn observe(&mut self, begin_s: f64, end_s: f64, power_w: f64) {
        if self.charges.is_empty() {
            return;
        }
        self.until_s = end_s;
        let mut at_s = begin_s;
        loop {
            let interval_ends_s = (self.interval + 1.0) * self.interval_s;
            let until_s = end_s.min(interval_ends_s);
            if until_s > at_s {
                self.energy_j += power_w * (until_s - at_s);
                self.seconds += until_s - at_s;
                at_s = until_s;
            }
            if end_s < interval_ends_s - 1e-6 {
                break;
            }
            self.close();
            if end_s <= interval_ends_s + 1e-6 {
                break;
            }
        }
    }

    fn close(&mut self) {
        let mean_w = self.energy_j / self.seconds.max(1e-9);
        let begin_s = self.interval * self.interval_s;
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
        let period = self.schedule.at(self.start, begin_s);
        for charge in &mut self.charges {
            if (charge.terms.period.is_none() || charge.terms.period == period)
                && let Some(peak_w) = charge.peaks_w.last_mut()
                && mean_w > *peak_w
            {
                *peak_w = mean_w;
            }
        }
        self.interval += 1.0;
        (self.energy_j, self.seconds) = (0.0, 0.0);
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

    /// What is charged so far, USD; `None` where nothing is charged by demand.
    pub(super) fn usd(&self) -> Option<f64> {
        if self.charges.is_empty() {
            return None;
        }
        // The interval that the run ends in counts with its mean so far.
        let mut all = self.clone();
        if all.seconds > 0.0 {
            all.close();
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
