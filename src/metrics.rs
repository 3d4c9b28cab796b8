//! The figures of a run, gathered step by step in constant memory.
//!
//! A metric sees every snapshot and writes its group of the summary. A new one is one file, one `mod` line and
//! one line of the registry below.

mod carbon;
mod cost;
pub mod energy;
mod fluid;
mod goodput;
mod histogram;
mod measured;
mod queue;
mod reuse;
pub mod ride_through;
mod service;
pub mod shortfall;
pub(crate) mod sum;
pub mod summary;
mod supply;
pub mod swings;
mod thermal;
mod water;
mod work;

use jiff::civil::Date;

use crate::observer::Observer;
use crate::snapshot::{Present, Snapshot};
use crate::tariff::TariffConfig;
pub use queue::slowdown;
pub use summary::Summary;

/// One figure or group of figures.
pub trait Metric: Send {
    /// Sees one finished step.
    fn observe(&mut self, snapshot: &Snapshot);
    /// Sees what still waits or runs after the last step.
    fn at_end(&mut self, present: &[Present], time_s: f64) {
        let _ = (present, time_s);
    }
    /// Writes what it gathered so far, after those that stand before it in the registry; what it cannot know stays absent.
    fn report(&self, summary: &mut Summary);
}

/// What metrics know of the scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Context {
    /// Accelerators in all halls.
    pub gpus: f64,
    /// Water that power plants consume for a kilowatt-hour of the grid, litres.
    pub grid_water_l_kwh: Option<f64>,
    /// What is paid beside energy.
    pub tariff: Tariff,
    /// The civil day whose midnight the run starts at: demand is charged by calendar month.
    pub start: Date,
    /// When something goes wrong on purpose.
    pub events: Vec<ride_through::Span>,
}

/// What is paid beside energy; the price of energy is in the snapshot.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tariff {
    /// Times of use, ratchet and what is paid for feeding in.
    pub times: TariffConfig,
    /// USD per kW of each calendar month's greatest quarter hour.
    pub demand_usd_kw_month: Option<f64>,
    /// USD per m³ of make-up water.
    pub water_usd_m3: Option<f64>,
    /// USD per kg of fuel that generators burn.
    pub fuel_usd_kg: Option<f64>,
}

macro_rules! registry {
    ($($metric:ty,)*) => {
        fn all(context: &Context) -> Vec<Box<dyn Metric>> {
            vec![$(Box::new(<$metric>::new(context)),)*]
        }
    };
}
registry! {
    energy::Energy,
    measured::Measured,
    supply::Supply,
    water::Water,
    fluid::Fluid,
    carbon::Carbon,
    cost::Cost,
    reuse::Reuse,
    thermal::Thermal,
    ride_through::RideThrough,
    queue::Jobs,
    goodput::Goodput,
    swings::Swings,
    service::Services,
    work::Work,
}

/// All metrics.
pub struct Metrics {
    all: Vec<Box<dyn Metric>>,
}

impl Metrics {
    /// Before the first step.
    pub fn new(context: &Context) -> Self {
        Self { all: all(context) }
    }

    /// Sees what still waits or runs after the last step, `time_s` after the start.
    pub fn at_end(&mut self, present: &[Present], time_s: f64) {
        for metric in &mut self.all {
            metric.at_end(present, time_s);
        }
    }

    /// The figures up to the last step seen.
    pub fn summary(&self) -> Summary {
        let mut summary = Summary::default();
        for metric in &self.all {
            metric.report(&mut summary);
        }
        summary
    }
}

impl Observer for Metrics {
    fn observe(&mut self, snapshot: &Snapshot) -> std::io::Result<()> {
        for metric in &mut self.all {
            metric.observe(snapshot);
        }
        Ok(())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::snapshot::{Hall, OnSite, Plant, Power};
    use proptest::prelude::*;

    /// A context of 100 GPUs from 30 January 2026.
    pub(crate) fn context() -> Context {
        Context {
            gpus: 100.0,
            grid_water_l_kwh: None,
            tariff: Tariff::default(),
            start: jiff::civil::date(2026, 1, 30),
            events: Vec::new(),
        }
    }

    /// One step of an hour that ends at `hour`, with `facility_w` at the meter.
    pub(crate) fn hour(hour: f64, facility_w: f64) -> Snapshot {
        Snapshot {
            time_s: hour * 3600.0,
            dt_s: 3600.0,
            power: Power {
                facility_w,
                it_w: 0.8 * facility_w,
                ..Power::default()
            },
            on_site: OnSite {
                grid_w: facility_w,
                ..OnSite::default()
            },
            plant: Plant::default(),
            halls: vec![Hall::default()],
            price_usd_j: f64::NAN,
            carbon_kg_j: f64::NAN,
            ..Snapshot::default()
        }
    }

    /// What one metric reports after some steps.
    pub(crate) fn report(mut metric: impl Metric, steps: &[Snapshot]) -> Summary {
        for step in steps {
            metric.observe(step);
        }
        let mut summary = Summary::default();
        metric.report(&mut summary);
        summary
    }

    #[test]
    fn groups_without_a_source_are_absent_and_no_figure_is_nan() {
        let mut metrics = Metrics::new(&context());
        assert_eq!(metrics.summary().figures().count(), 0);
        metrics.observe(&hour(1.0, 2e6)).unwrap();
        let summary = metrics.summary();
        let groups: Vec<_> = summary.figures().map(|(group, ..)| group).collect();
        for absent in ["carbon_t", "cost_usd", "jobs"] {
            assert!(!groups.contains(&absent), "{absent}");
        }
        for present in ["energy_mwh", "peak_kw", "ratios", "water_m3", "thermal"] {
            assert!(groups.contains(&present), "{present}");
        }
        assert!(summary.figures().all(|(.., value)| value.is_finite()));
    }

    /// Figures of the grid that follow from what is imported, in tonnes, litres and USD.
    fn of_the_grid(summary: &Summary) -> [f64; 4] {
        let it_kwh = 1e3 * summary.energy_mwh.it.unwrap();
        let ratios = &summary.ratios;
        let site_l = ratios.wue_l_per_kwh.unwrap();
        [
            summary.carbon_t.operational.unwrap(),
            ratios.cue_kg_per_kwh.unwrap() * it_kwh / 1e3 - summary.carbon_t.generators.unwrap(),
            (ratios.wue_source_l_per_kwh.unwrap() - site_l) * it_kwh,
            summary.cost_usd.energy.unwrap() + summary.cost_usd.demand.unwrap(),
        ]
    }

    proptest! {
        /// Carbon, water at the source and cost of the grid are those of the energy that is imported, whatever else the site
        /// makes, stores, feeds in and burns: where sun covers half of every step they halve, and where nothing is imported
        /// they are zero.
        #[test]
        fn figures_of_the_grid_follow_the_import(
            steps in prop::collection::vec((1e5..1e7f64, 0.0..2.0f64, 0.0..1e-7f64, 0.0..1.0f64), 1..30),
            scale in 0.0..1.0f64,
        ) {
            let run = |share: f64| {
                let mut site = Context { grid_water_l_kwh: Some(3.0), ..context() };
                site.tariff.demand_usd_kw_month = Some(10.0);
                let mut metrics = Metrics::new(&site);
                for (index, &(facility_w, from_grid, price_usd_j, fuel_kg_s)) in steps.iter().enumerate() {
                    let mut s = hour(index as f64 + 1.0, facility_w);
                    let import_w = facility_w * from_grid * share;
                    // The sun covers the rest; with nothing to import it feeds in.
                    s.on_site.grid_w = if import_w > 0.0 { import_w } else { -facility_w };
                    s.on_site.solar_w = facility_w - s.on_site.grid_w;
                    s.on_site.fuel_kg_s = fuel_kg_s;
                    (s.price_usd_j, s.carbon_kg_j) = (price_usd_j, 1e-7);
                    s.water.makeup_kg_s = 0.1;
                    metrics.observe(&s).unwrap();
                }
                metrics.summary()
            };
            let all = of_the_grid(&run(1.0));
            let part = of_the_grid(&run(scale));
            for (all, part) in all.into_iter().zip(part) {
                prop_assert!((part - scale * all).abs() <= 1e-9 * all.abs() + 1e-9, "{part} {all}");
            }
            for none in of_the_grid(&run(0.0)) {
                prop_assert!(none.abs() < 1e-9, "{none}");
            }
        }
    }

    #[test]
    fn an_empty_run_has_no_figures() {
        assert_eq!(Metrics::new(&context()).summary(), Summary::default());
    }
}
