//! Demand charges: the greatest quarter hour of each calendar month, in all hours and in each period of a tariff.

use jiff::civil::Date;

use crate::tariff::Schedule;

/// Meters take the mean over a quarter of an hour by the clock.
const QUARTER_S: f64 = 900.0;
/// Months that a ratchet looks back.
const RATCHET_MONTHS: usize = 11;

/// One charge: the rate and the peak of each month so far.
#[derive(Debug, Clone)]
struct Charge {
    usd_kw: f64,
    /// `None`: all hours.
    period: Option<usize>,
    peaks_w: Vec<f64>,
}

/// All charges of a run.
#[derive(Debug, Clone)]
pub(super) struct Demand {
    start: Date,
    schedule: Option<Schedule>,
    charges: Vec<Charge>,
    ratchet: f64,
    month_ends_s: f64,
    month: Date,
    quarter: f64,
    energy_j: f64,
    seconds: f64,
}

impl Demand {
    /// `rates`: (period or all hours, USD per kW and month).
    pub(super) fn new(
        start: Date,
        schedule: Option<Schedule>,
        rates: &[(Option<usize>, f64)],
        ratchet: f64,
    ) -> Self {
        let charges = rates
            .iter()
            .map(|&(period, usd_kw)| Charge {
                usd_kw,
                period,
                peaks_w: vec![0.0],
            })
            .collect();
        let mut demand = Self {
            start,
            schedule,
            charges,
            ratchet,
            month_ends_s: 0.0,
            month: start,
            quarter: 0.0,
            energy_j: 0.0,
            seconds: 0.0,
        };
        demand.enter(start);
        demand
    }

    /// A step is shared out over the quarter hours it touches.
    pub(super) fn observe(&mut self, begin_s: f64, end_s: f64, power_w: f64) {
        if self.charges.is_empty() {
            return;
        }
        let mut at_s = begin_s;
        loop {
            let quarter_ends_s = (self.quarter + 1.0) * QUARTER_S;
            let until_s = end_s.min(quarter_ends_s);
            if until_s > at_s {
                self.energy_j += power_w * (until_s - at_s);
                self.seconds += until_s - at_s;
                at_s = until_s;
            }
            if end_s < quarter_ends_s - 1e-6 {
                break;
            }
            self.close();
            if end_s <= quarter_ends_s + 1e-6 {
                break;
            }
        }
    }

    fn close(&mut self) {
        let mean_w = self.energy_j / self.seconds.max(1e-9);
        let begin_s = self.quarter * QUARTER_S;
        while begin_s > self.month_ends_s - 1e-3 {
            for charge in &mut self.charges {
                charge.peaks_w.push(0.0);
            }
            match self.month.last_of_month().tomorrow() {
                Ok(next) => self.enter(next),
                Err(_) => self.month_ends_s = f64::INFINITY, // the calendar ends with the year 9999
            }
        }
        let period = self.schedule.as_ref().and_then(|all| all.at(begin_s));
        raise(&mut self.charges, period, mean_w);
        self.quarter += 1.0;
        (self.energy_j, self.seconds) = (0.0, 0.0);
    }

    fn enter(&mut self, day: Date) {
        self.month = day;
        self.month_ends_s = day
            .last_of_month()
            .tomorrow()
            .map_or(f64::INFINITY, |next| {
                self.start.duration_until(next).as_secs_f64()
            });
    }

    /// What is charged so far, USD; `None` where nothing is charged by demand.
    pub(super) fn usd(&self) -> Option<f64> {
        if self.charges.is_empty() {
            return None;
        }
        // The quarter hour that the run ends in counts with its mean so far.
        let mut all = self.clone();
        if all.seconds > 0.0 {
            all.close();
        }
        let of_charge = |charge: &Charge| {
            let mut billed_w = 0.0;
            for (month, &peak_w) in charge.peaks_w.iter().enumerate() {
                let before = &charge.peaks_w[month.saturating_sub(RATCHET_MONTHS)..month];
                let highest_w = before.iter().copied().fold(0.0, f64::max);
                billed_w += peak_w.max(self.ratchet * highest_w);
            }
            charge.usd_kw * billed_w / 1e3
        };
        Some(all.charges.iter().map(of_charge).sum())
    }
}

fn raise(charges: &mut [Charge], period: Option<usize>, mean_w: f64) {
    for charge in charges {
        if (charge.period.is_none() || charge.period == period)
            && let Some(peak_w) = charge.peaks_w.last_mut()
            && mean_w > *peak_w
        {
            *peak_w = mean_w;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tariff::TariffConfig;
    use proptest::prelude::*;

    fn flat(start: Date, ratchet: f64) -> Demand {
        Demand::new(start, None, &[(None, 1.0)], ratchet)
    }

    #[test]
    fn a_year_has_twelve_peaks() {
        let mut demand = flat(jiff::civil::date(2026, 1, 1), 0.0);
        for day in 0..365 {
            let begin_s = f64::from(day) * 86_400.0;
            demand.observe(begin_s, begin_s + 86_400.0, 1e3);
        }
        assert_eq!(demand.usd(), Some(12.0));
        demand.observe(365.0 * 86_400.0, 365.0 * 86_400.0 + 60.0, 1e3);
        assert_eq!(demand.usd(), Some(13.0));
    }

    /// By hand: one minute of 16 MW in a quarter of 1 MW is a mean of (16 + 14·1)/15 = 2 MW.
    #[test]
    fn a_short_peak_counts_with_its_quarter() {
        let mut demand = flat(jiff::civil::date(2026, 1, 1), 0.0);
        for minute in 0..60 {
            let power_w = if minute == 20 { 16e6 } else { 1e6 };
            let begin_s = f64::from(minute) * 60.0;
            demand.observe(begin_s, begin_s + 60.0, power_w);
        }
        assert!((demand.usd().unwrap() - 2000.0).abs() < 1e-9);
    }

    /// By hand: 3 MW in January, 1 MW in the two months after, of which 80 % of January is billed: 3 + 2.4 + 2.4.
    #[test]
    fn a_ratchet_remembers() {
        let mut demand = flat(jiff::civil::date(2026, 1, 31), 0.8);
        demand.observe(0.0, 86_400.0, 3e6);
        demand.observe(86_400.0, 30.0 * 86_400.0, 1e6);
        assert!((demand.usd().unwrap() - 7800.0).abs() < 1e-9);
    }

    /// 2 MW at noon and 1 MW else, at 10 USD in the afternoon beside 1 USD in all hours: 1·2000 + 10·1000.
    #[test]
    fn a_period_has_its_own_peak() {
        let tariff: TariffConfig =
            toml::from_str("[[period]]\nname = 'pm'\nhours = [14, 20]").unwrap();
        let start = jiff::civil::date(2026, 1, 1);
        let schedule = Schedule::new(&tariff.period, start);
        let mut demand = Demand::new(start, Some(schedule), &[(None, 1.0), (Some(0), 10.0)], 0.0);
        for hour in 0..24 {
            let begin_s = f64::from(hour) * 3600.0;
            demand.observe(
                begin_s,
                begin_s + 3600.0,
                if hour == 12 { 2e6 } else { 1e6 },
            );
        }
        assert!((demand.usd().unwrap() - 12_000.0).abs() < 1e-9);
    }

    proptest! {
        /// The step does not matter while the load is constant within a quarter.
        #[test]
        fn steps_of_any_length_meet_the_same_quarters(step_s in 1.0..1800.0f64) {
            let mut demand = flat(jiff::civil::date(2026, 1, 1), 0.0);
            let mut at_s = 0.0;
            while at_s < 86_400.0 {
                let end_s = f64::min(at_s + step_s, 86_400.0);
                demand.observe(at_s, end_s, 5e6);
                at_s = end_s;
            }
            prop_assert!((demand.usd().unwrap() - 5000.0).abs() < 1e-6);
        }
    }
}
