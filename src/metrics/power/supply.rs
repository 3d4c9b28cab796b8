//! Where the energy came from, and what the grid limit and outages took.
//!
//! ```text
//! lost GPU-hours = Σ busy GPUs·(1 − c^(1/2.4))·dt         c: share of the dynamic power left by the limit
//! ```
//!
//! Everything but hours of an overloaded chain is absent where the site has no such thing.

use crate::metrics::figures::{Heading, figures, known};
use crate::metrics::shortfall::{gpu_h, h};
use crate::metrics::sum::Sum;
use crate::metrics::{Context, Metric, Summary};
use crate::snapshot::Snapshot;
use crate::units::{HOUR_S, J_PER_MWH};

/// Tolerance of a limit: that of a printed watt.
const OVER_W: f64 = 1.0;

figures! {
    /// Effect of grid limit, batteries, generators and outages.
    Supply {
        /// Hours in which the grid limit slowed chips down.
        capped_hours: Option<f64> = Hours.zero("capped", 1).rank(3).warns(|hours, summary| {
            format!(
                "chips were slowed down for {} to keep the site under what supplies it: {} were lost",
                h(hours),
                gpu_h(summary.supply.capped_gpu_hours.unwrap_or(0.0))
            )
        });
        /// Busy chips × the share of their clock that this took × hours.
        capped_gpu_hours: Option<f64> = GpuHours.zero("  GPU time lost to it", 0).rank(3);
        /// Hours above the limit although every chip was idle.
        over_limit_hours: Option<f64> = Hours.zero("above the grid limit", 1).rank(3).warns(|hours, _| {
            format!(
                "the site drew more than site.grid_limit_mw for {} although every chip was idle: what is left (idle \
                 servers, cooling, losses) is above the limit",
                h(hours)
            )
        });
        /// Hours in which the electrical chain carried more than its firm rating.
        overload_hours: Option<f64> = Hours.zero("electrical chain overloaded", 1).rank(6).warns(|hours, _| {
            format!(
                "the electrical chain carried more than its firm rating for {}; lower electrical.design_load or the load",
                h(hours)
            )
        });
        /// Hours above the site battery's `peak_target_mw`.
        over_target_hours: Option<f64> = Hours.zero("above the battery's target", 1).rank(5).warns(|hours, summary| {
            format!(
                "the site battery missed its peak_target_mw for {}, by up to {:.3} MW: it was empty or too small",
                h(hours),
                summary.supply.over_target_max_mw.unwrap_or(0.0)
            )
        });
        /// The most above it.
        over_target_max_mw: Option<f64> = Mw.zero("  at most", 3).rank(5);
        /// Hours in which idle servers, cooling and losses exceeded the capacity of the generators. They are taken to carry
        /// it; real sets would trip.
        generator_overload_hours: Option<f64> = Hours.zero("generators overloaded", 1).rank(4).warns(|hours, _| {
            format!(
                "load exceeded site.generator.power_mw for {} although every chip was idle: real \
                 sets would trip, and the site would be dark; idle servers, cooling and losses need larger ones",
                h(hours)
            )
        });
        /// Delivered by the site battery.
        battery_out_mwh: Option<f64> = Mwh.row(Heading::Supply, "from the battery", 0);
        /// Fuel burnt by generators.
        fuel_t: Option<f64> = T.row(Heading::Supply, "fuel burnt", 2).rank(1);
        /// Hours without the grid.
        outage_hours: Option<f64> = Hours.row(Heading::Supply, "without the grid", 2);
        /// Of them without any power.
        dark_hours: Option<f64> = Hours
            .zero("without any power", 1)
            .rank(7)
            .warns(|hours, _| format!("nothing carried IT for {}", h(hours)));
    }
}

/// The metric.
#[derive(Debug, Clone, Default)]
pub(crate) struct SupplyMetric {
    seen: bool,
    import_j: Sum,
    export_j: Sum,
    solar_j: Sum,
    generator_j: Sum,
    storage_losses_j: Sum,
    battery_out_j: Sum,
    fuel_kg: Sum,
    capped_s: f64,
    capped_gpu_s: Sum,
    over_s: f64,
    generators_over_s: f64,
    out_s: f64,
    dark_s: f64,
    peak_w: f64,
    overload_s: f64,
    over_target_s: f64,
    over_target_w: f64,
    has_target: bool,
    /// Whether the site has panels, generators, storage, a site battery, a limit.
    has: [bool; 5],
}

impl SupplyMetric {
    pub(crate) fn new(_: &Context) -> Self {
        Self::default()
    }
}

impl Metric for SupplyMetric {
    fn observe(&mut self, s: &Snapshot) {
        let site = &s.on_site;
        if !self.seen {
            self.seen = true;
            self.peak_w = f64::NEG_INFINITY;
            self.has = [
                site.solar_w.is_finite(),
                site.generator_w.is_finite(),
                site.storage_losses_w.is_finite(),
                site.battery_w.is_finite(),
                site.limit_w.is_finite(),
            ];
        }
        let seconds = |is: bool| if is { s.dt_s } else { 0.0 };
        self.overload_s += seconds(site.overload);
        self.has_target |= site.target_w.is_finite();
        let over_w = site.grid_w - site.target_w;
        self.over_target_s += seconds(over_w > OVER_W);
        self.over_target_w = self.over_target_w.max(over_w);
        if self.has == [false; 5] && !site.utility_out {
            return;
        }
        let energy = |sum: &mut Sum, power_w: f64| {
            if power_w.is_finite() {
                sum.add(power_w * s.dt_s);
            }
        };
        energy(&mut self.import_j, site.import_w());
        energy(&mut self.export_j, (-site.grid_w).max(0.0));
        energy(&mut self.solar_j, site.solar_w);
        energy(&mut self.generator_j, site.generator_w);
        energy(&mut self.storage_losses_j, site.storage_losses_w);
        energy(&mut self.battery_out_j, site.battery_w.max(0.0));
        energy(&mut self.fuel_kg, site.fuel_kg_s);
        self.peak_w = if site.grid_w > self.peak_w {
            site.grid_w
        } else {
            self.peak_w
        };
        if site.cap < 1.0 && !site.dark {
            self.capped_s += s.dt_s;
        }
        if site.capped_gpus > 0.0 {
            self.capped_gpu_s.add(site.capped_gpus * s.dt_s);
        }
        self.over_s += seconds(site.grid_w > site.limit_w + OVER_W);
        self.generators_over_s += seconds(site.generator_w > site.generator_rated_w + OVER_W);
        self.out_s += seconds(site.utility_out);
        self.dark_s += seconds(site.dark);
    }

    fn report(&self, summary: &mut Summary) {
        let [solar, generators, storage, battery, limit] = self.has;
        let mwh = |sum: &Sum| known(sum.value() / J_PER_MWH);
        let energy = &mut summary.energy_mwh;
        if solar {
            energy.solar = mwh(&self.solar_j);
        }
        if generators {
            energy.generators = mwh(&self.generator_j);
        }
        if storage {
            energy.storage_losses = mwh(&self.storage_losses_j);
        }
        if solar || generators || storage {
            energy.grid_import = mwh(&self.import_j);
            energy.grid_export = mwh(&self.export_j);
            summary.peak_kw.grid = known(self.peak_w / 1e3);
        }
        let group = &mut summary.supply;
        if self.seen {
            group.overload_hours = known(self.overload_s / HOUR_S);
        }
        if self.has_target {
            group.over_target_hours = known(self.over_target_s / HOUR_S);
            group.over_target_max_mw = known(self.over_target_w / 1e6);
        }
        if battery {
            group.battery_out_mwh = mwh(&self.battery_out_j);
        }
        if generators {
            group.fuel_t = known(self.fuel_kg.value() / 1e3);
        }
        if limit || generators {
            group.capped_hours = known(self.capped_s / HOUR_S);
            group.capped_gpu_hours = known(self.capped_gpu_s.value() / HOUR_S);
        }
        if limit {
            group.over_limit_hours = known(self.over_s / HOUR_S);
        }
        if generators && self.out_s > 0.0 {
            group.generator_overload_hours = known(self.generators_over_s / HOUR_S);
        }
        if self.out_s > 0.0 {
            group.outage_hours = known(self.out_s / HOUR_S);
            group.dark_hours = known(self.dark_s / HOUR_S);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::tests::{context, hour, report};

    #[test]
    fn a_site_with_a_meter_alone_reports_its_chain() {
        let mut overloaded = hour(2.0, 1e6);
        overloaded.on_site.overload = true;
        let steps = [hour(1.0, 1e6), overloaded];
        let mut summary = report(SupplyMetric::new(&context()), &steps);
        assert_eq!(summary.supply.overload_hours.take(), Some(1.0));
        assert_eq!(summary, Summary::default());
    }

    /// By hand: a target of 0.8 MW is held in the first of three hours, missed by 0.1 and 0.2 MW in the others.
    #[test]
    fn a_target_that_a_battery_missed() {
        let step = |at, grid_w| {
            let mut s = hour(at, grid_w);
            s.on_site.target_w = 0.8e6;
            s
        };
        let steps = [step(1.0, 0.8e6), step(2.0, 0.9e6), step(3.0, 1e6)];
        let group = report(SupplyMetric::new(&context()), &steps).supply;
        assert_eq!(group.over_target_hours, Some(2.0));
        assert!((group.over_target_max_mw.unwrap() - 0.2).abs() < 1e-12);
    }

    /// By hand: an hour at the limit with 100 GPUs slowed by 10 %, an hour of export.
    #[test]
    fn limits_and_sources_add_up() {
        let step = |at, grid_w: f64, capped_gpus: f64| {
            let mut s = hour(at, 1e6);
            s.on_site.grid_w = grid_w;
            s.on_site.limit_w = 1e6;
            s.on_site.solar_w = 0.5e6;
            s.on_site.cap = if capped_gpus > 0.0 { 0.8 } else { 1.0 };
            s.on_site.capped_gpus = capped_gpus;
            s
        };
        let summary = report(
            SupplyMetric::new(&context()),
            &[step(1.0, 1e6, 10.0), step(2.0, -0.25e6, 0.0)],
        );
        assert_eq!(summary.supply.capped_hours, Some(1.0));
        assert_eq!(summary.supply.capped_gpu_hours, Some(10.0));
        assert_eq!(summary.supply.over_limit_hours, Some(0.0));
        assert_eq!(summary.energy_mwh.solar, Some(1.0));
        assert_eq!(summary.energy_mwh.grid_import, Some(1.0));
        assert_eq!(summary.energy_mwh.grid_export, Some(0.25));
        assert_eq!(summary.peak_kw.grid, Some(1000.0));
        assert_eq!(summary.energy_mwh.generators, None);
        assert_eq!(summary.supply.outage_hours, None);
    }
}
