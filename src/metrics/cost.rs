//! What the meters cost.
//!
//! ```text
//! energy = Σ price·P_facility·dt      demand = Σ over calendar months of rate·peak kW      water = rate·make-up m³
//! ```
//!
//! The peak is the greatest mean of one step. Bills mostly take the greatest quarter hour: with steps below
//! 15 min this demand is on the high side. A month that the run only touches is charged in full.

use jiff::civil::Date;

use super::sum::Sum;
use super::summary::known;
use super::{Context, Metric, Summary};
use crate::snapshot::Snapshot;
use crate::units::WATER_KG_M3;

/// The metric.
#[derive(Debug, Clone)]
pub(crate) struct Cost {
    energy_usd: Sum,
    energy_missing: bool,
    seen: bool,
    months: Months,
    demand_usd_kw: Option<f64>,
    water_usd_m3: Option<f64>,
    makeup_kg: Sum,
}

impl Cost {
    pub(crate) fn new(context: &Context) -> Self {
        Self {
            energy_usd: Sum::default(),
            energy_missing: false,
            seen: false,
            months: Months::new(context.start),
            demand_usd_kw: context.tariff.demand_usd_kw_month,
            water_usd_m3: context.tariff.water_usd_m3,
            makeup_kg: Sum::default(),
        }
    }
}

impl Metric for Cost {
    fn observe(&mut self, s: &Snapshot) {
        self.seen = true;
        if s.price_usd_j.is_finite() {
            self.energy_usd
                .add(s.price_usd_j * s.power.facility_w * s.dt_s);
        } else {
            self.energy_missing = true;
        }
        self.months.observe(s.time_s - s.dt_s, s.power.facility_w);
        self.makeup_kg.add(s.water.makeup_kg_s * s.dt_s);
    }

    fn report(&self, summary: &mut Summary) {
        if !self.seen {
            return;
        }
        let cost = &mut summary.cost_usd;
        if !self.energy_missing {
            cost.energy = known(self.energy_usd.value());
        }
        cost.demand = self
            .demand_usd_kw
            .map(|rate| rate * self.months.peaks_w() / 1e3);
        cost.water = self
            .water_usd_m3
            .map(|rate| rate * self.makeup_kg.value() / WATER_KG_M3);
        let parts = [cost.energy, cost.demand, cost.water];
        if parts.iter().any(Option::is_some) {
            cost.total = known(parts.into_iter().flatten().sum());
        }
    }
}

/// The sum of each calendar month's peak.
#[derive(Debug, Clone)]
struct Months {
    start: Date,
    month: Date,
    ends_s: f64,
    peak_w: f64,
    closed_w: f64,
}

impl Months {
    fn new(start: Date) -> Self {
        let mut months = Self {
            start,
            month: start,
            ends_s: 0.0,
            peak_w: 0.0,
            closed_w: 0.0,
        };
        months.enter(start);
        months
    }

    /// A step belongs to the month it begins in.
    fn observe(&mut self, begin_s: f64, power_w: f64) {
        while begin_s > self.ends_s - 1e-3 {
            self.closed_w += self.peak_w;
            self.peak_w = 0.0;
            match self.month.last_of_month().tomorrow() {
                Ok(next) => self.enter(next),
                Err(_) => self.ends_s = f64::INFINITY, // the calendar ends with the year 9999
            }
        }
        self.peak_w = if power_w > self.peak_w {
            power_w
        } else {
            self.peak_w
        };
    }

    fn enter(&mut self, day: Date) {
        self.month = day;
        self.ends_s = day
            .last_of_month()
            .tomorrow()
            .map_or(f64::INFINITY, |next| {
                self.start.duration_until(next).as_secs_f64()
            });
    }

    fn peaks_w(&self) -> f64 {
        self.closed_w + self.peak_w
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Tariff;
    use crate::metrics::tests::{context, hour, report};

    /// From 30 January: hours 1 to 48 lie in January, hour 49 in February. By hand: January's peak 3 MW and
    /// February's 2 MW at 10 USD/kW are 50,000 USD; energy 3 `MWh` at 40 and 2 `MWh` at 90 USD/MWh 300 USD.
    #[test]
    fn energy_demand_and_water() {
        let step = |at, facility_w, usd_mwh: f64| {
            let mut s = hour(at, facility_w);
            s.price_usd_j = usd_mwh / 3.6e9;
            s.water.makeup_kg_s = WATER_KG_M3 / 3600.0;
            s
        };
        let steps = [step(48.0, 3e6, 40.0), step(49.0, 2e6, 90.0)];
        let tariff = Tariff {
            demand_usd_kw_month: Some(10.0),
            water_usd_m3: Some(4.0),
        };
        let all = Context {
            tariff,
            ..context()
        };
        let cost = report(Cost::new(&all), &steps).cost_usd;
        assert!((cost.energy.unwrap() - 300.0).abs() < 1e-9);
        assert!((cost.demand.unwrap() - 50_000.0).abs() < 1e-9);
        assert!((cost.water.unwrap() - 8.0).abs() < 1e-9);
        assert!((cost.total.unwrap() - 50_308.0).abs() < 1e-9);

        let energy_only = report(Cost::new(&context()), &steps).cost_usd;
        assert_eq!((energy_only.demand, energy_only.water), (None, None));
        assert_eq!(energy_only.total, energy_only.energy);
    }

    #[test]
    fn a_year_has_twelve_peaks() {
        let mut months = Months::new(jiff::civil::date(2026, 1, 1));
        for day in 0..365 {
            months.observe(f64::from(day) * 86_400.0, 1.0);
        }
        assert_eq!(months.peaks_w(), 12.0);
        months.observe(365.0 * 86_400.0, 1.0);
        assert_eq!(months.peaks_w(), 13.0);
    }
}
