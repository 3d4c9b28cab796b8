//! Costs at the meters: the months of the bill, added up.

pub(crate) mod bill;
mod demand;
mod months;
pub mod ownership;

use super::figures::{Heading, figures, known};
use super::{Context, Metric, Summary};
use crate::snapshot::Snapshot;
use bill::{Bill, MonthlyBill};

figures! {
    /// Money.
    CostUsd {
        /// Imports at the price of each step, less feed-in at the tariff's.
        energy: Option<f64> = Usd;
        /// The largest demand interval of each calendar month; a month that lies partly outside the run is charged by its
        /// days in the run.
        demand: Option<f64> = Usd;
        /// Make-up water.
        water: Option<f64> = Usd;
        /// Generator fuel, where its price is given.
        fuel: Option<f64> = Usd;
        /// The parts that are known, added up.
        total: Option<f64> = Usd.row(Heading::Resources, "cost", 0).headline();
    }
}

/// The metric.
#[derive(Debug, Clone)]
pub(crate) struct Cost {
    bill: Bill,
}

impl Cost {
    pub(crate) fn new(context: &Context) -> Self {
        Self {
            bill: Bill::new(context.start, &context.tariff),
        }
    }
}

impl Metric for Cost {
    fn observe(&mut self, s: &Snapshot) {
        self.bill.observe(s);
    }

    fn report(&self, summary: &mut Summary) {
        let months = self.bill.months();
        if months.is_empty() {
            return;
        }
        let all = |part: fn(&MonthlyBill) -> Option<f64>| -> Option<f64> {
            let sum: Option<f64> = months.iter().map(part).sum();
            sum.and_then(known)
        };
        let cost = &mut summary.cost_usd;
        cost.energy = all(|month| month.energy_usd);
        cost.demand = all(|month| month.demand_usd);
        cost.water = all(|month| month.water_usd);
        cost.fuel = all(|month| month.fuel_usd);
        let parts = [cost.energy, cost.demand, cost.water, cost.fuel];
        if parts.iter().any(Option::is_some) {
            cost.total = known(parts.into_iter().flatten().sum());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::tests::{context, hour, report};
    use crate::tariff::{Tariff, TariffConfig};
    use crate::units::WATER_KG_M3;

    /// From 30 January: hours 1 to 48 lie in January, hour 49 in February. By hand: 2 of 31 days of January at 3 MW and 1 of
    /// 672 hours of February at 2 MW, each at 10 USD/kW: 30,000·2/31 + 20,000/672 = 1,965.25 USD; energy 3 `MWh` at 40 and 2 `MWh` at 90 USD/MWh 300 USD.
    #[test]
    fn energy_demand_water_and_fuel() {
        let step = |at, facility_w, usd_mwh: f64| {
            let mut s = hour(at, facility_w);
            s.price_usd_j = usd_mwh / 3.6e9;
            s.water.makeup_kg_s = WATER_KG_M3 / 3600.0;
            s.on_site.fuel_kg_s = 0.1;
            s
        };
        let steps = [step(48.0, 3e6, 40.0), step(49.0, 2e6, 90.0)];
        let tariff = Tariff {
            water_usd_m3: Some(4.0),
            fuel_usd_kg: Some(1.1),
            ..Tariff::of(&TariffConfig::default(), Some(10.0))
        };
        let all = Context {
            tariff,
            ..context()
        };
        let cost = report(Cost::new(&all), &steps).cost_usd;
        assert!((cost.energy.unwrap() - 300.0).abs() < 1e-9);
        let demand = 30_000.0 * 2.0 / 31.0 + 20_000.0 / 672.0;
        assert!((cost.demand.unwrap() - demand).abs() < 1e-9);
        assert!((cost.water.unwrap() - 8.0).abs() < 1e-9);
        // 0.1 kg/s for two hours: 720 kg.
        assert!((cost.fuel.unwrap() - 792.0).abs() < 1e-9);
        assert!((cost.total.unwrap() - 1_100.0 - demand).abs() < 1e-9);

        let energy_only = report(Cost::new(&context()), &steps).cost_usd;
        assert_eq!((energy_only.demand, energy_only.water), (None, None));
        assert_eq!(energy_only.fuel, None);
        assert_eq!(energy_only.total, energy_only.energy);
    }

    /// By hand: 2 `MWh` bought at 50 USD and 1 `MWh` fed in at 20 USD: 80 USD; negative prices pay for use.
    #[test]
    fn what_is_fed_in_is_paid_at_its_own_price() {
        let step = |at, grid_w, usd_mwh: f64| {
            let mut s = hour(at, 1e6);
            s.on_site.grid_w = grid_w;
            s.price_usd_j = usd_mwh / 3.6e9;
            s
        };
        let mut all = context();
        all.tariff.export_usd_j = 20.0 / 3.6e9;
        let steps = [step(1.0, 2e6, 50.0), step(2.0, -1e6, 50.0)];
        let cost = report(Cost::new(&all), &steps).cost_usd;
        assert!((cost.energy.unwrap() - 80.0).abs() < 1e-9);
        let cost = report(Cost::new(&all), &[step(1.0, 2e6, -30.0)]).cost_usd;
        assert!((cost.energy.unwrap() + 60.0).abs() < 1e-9);
    }
}
