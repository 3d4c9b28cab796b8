//! The figures of a run, gathered step by step in constant memory.
//!
//! A metric sees every snapshot and writes figures of the summary. A new one is one file, which declares its groups of
//! figures (`figures!`) and gathers them (`Metric`), one `mod` line of its room and one line of the registry below. `summary.json`, the
//! printed tables, the warnings and docs/results.md follow.
//!
//! All figures of a run that steps under your own control:
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use std::path::Path;
//!
//! use coldaisle::metrics::Metrics;
//! use coldaisle::observer::Observer;
//! use coldaisle::scenario;
//!
//! let loaded = scenario::load(Path::new("examples/hall.toml"), &[])?;
//! let resolved = scenario::resolve(&loaded)?;
//! let mut metrics = Metrics::new(&resolved.context());
//! let mut simulation = resolved.simulation;
//! while let Some(snapshot) = simulation.step()? {
//!     metrics.observe(snapshot)?;
//! }
//! metrics.at_end(&simulation.facility.present(), resolved.total_s);
//! for (figure, value) in metrics.summary().table() {
//!     if let Some(value) = value {
//!         println!(
//!             "{}.{} = {value} {}",
//!             figure.group,
//!             figure.key,
//!             figure.spec.unit.name()
//!         );
//!     }
//! }
//! # Ok(())
//! # }
//! ```

pub mod cost;
pub mod figures;
mod heat;
mod intervals;
mod jobs;
mod power;
pub mod shortfall;
pub(crate) mod sum;

pub use cost::ownership;
pub use heat::*;
use jiff::civil::Date;
pub use jobs::*;
pub use power::*;
use serde::{Deserialize, Serialize};

use crate::observer::Observer;
use crate::ownership::Ownership;
use crate::snapshot::{ActiveJob, Snapshot};
use crate::tariff::Tariff;
use crate::workload::service::Answered;
use figures::Figure;
pub use queue::slowdown;

/// One figure or group of figures.
pub trait Metric: Send {
    /// Sees one finished step.
    fn observe(&mut self, snapshot: &Snapshot);
    /// Sees what still waits or runs after the last step.
    fn at_end(&mut self, present: &[ActiveJob], time_s: f64) {
        let _ = (present, time_s);
    }
    /// Writes what it gathered so far; what it cannot know stays absent.
    fn report(&self, summary: &mut Summary);
    /// Writes what follows from figures of others, when all have reported.
    fn derive(&self, summary: &mut Summary) {
        let _ = summary;
    }
}

/// The scenario as metrics see it.
#[derive(Debug, Clone, PartialEq)]
pub struct Context {
    /// Accelerators in all halls.
    pub gpus: f64,
    /// Water that power plants consume for a kilowatt-hour of the grid, litres.
    pub grid_water_l_kwh: Option<f64>,
    /// Tariff; the price of imported energy is in the snapshots.
    pub tariff: Tariff,
    /// The civil day whose midnight the run starts at: demand is charged by calendar month.
    pub start: Date,
    /// The events of the scenario: which machines are out, and when.
    pub events: Vec<ride_through::Span>,
    /// What hashing yields, where the halls hash.
    pub mining: Option<mining::MiningRates>,
    /// What becomes of the requests of a trace, where a model answers them.
    pub answered: Option<Answered>,
    /// What the site is made of, where its cost of ownership is asked for.
    pub ownership: Option<Ownership>,
}

/// A line: a metric, and the groups of the summary that its file declares, in the order of `summary.json`.
macro_rules! registry {
    ($($module:ident::$metric:ident { $($group:ident: $kind:ident),* },)*) => {
        fn all(context: &Context) -> Vec<Box<dyn Metric>> {
            vec![$(Box::new($module::$metric::new(context)),)*]
        }

        /// Every figure of a run, by groups: `summary.json`. A figure that a run has no source for is absent, never zero; so
        /// is a group without figures.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
        #[serde(default)]
        #[expect(missing_docs, reason = "documented at each group's type")]
        pub struct Summary {
            $($(
                #[serde(skip_serializing_if = "figures::is_absent")]
                pub $group: $module::$kind,
            )*)*
        }

        impl Summary {
            /// Every figure that a run can have, known or not, in the order of the file.
            pub fn table(&self) -> Vec<(Figure, Option<f64>)> {
                let mut all = Vec::with_capacity(192);
                let mut see = |figure, value| all.push((figure, value));
                $($(self.$group.each(stringify!($group), &mut see);)*)*
                all
            }
        }
    };
}
registry! {
    energy::Energy { energy_mwh: EnergyMwh, peak_kw: PeakKw, peak_h: PeakH, ratios: Ratios },
    measured::Measured {},
    water::Water { water_m3: WaterM3 },
    fluid::Fluid { fluid_kg: FluidKg },
    carbon::Carbon { carbon_t: CarbonT },
    cost::Cost { cost_usd: CostUsd },
    reuse::Reuse {},
    supply::SupplyMetric { supply: Supply },
    thermal::ThermalMetric { thermal: Thermal },
    ride_through::RideThroughMetric { ride_through: RideThrough },
    work::Work { work: WorkDone },
    queue::JobsMetric {
        jobs: Jobs, jobs_pretraining: ClassJobs, jobs_fine_tuning: ClassJobs, jobs_batch: ClassJobs
    },
    goodput::GoodputMetric { goodput: Goodput },
    swings::SwingsMetric { swings: Swings },
    ramps::RampsMetric { ramps: Ramps },
    held::HeldMetric { server_mwh: ServerMwh },
    service::Services { service: Service, offload: Offload },
    mining::MiningMetric { mining: Mining },
    ownership::OwnershipMetric {
        capital_usd: CapitalUsd, ownership_usd: OwnershipUsd, ownership: OwnershipFigures, embodied_t: EmbodiedT
    },
}

impl Summary {
    /// (group, key, value) of every figure that is known, in the order of the file. Those of a table within a group are
    /// joined to it: `wait_s_mean`.
    pub fn figures(&self) -> impl Iterator<Item = (&'static str, &'static str, f64)> + use<> {
        let known = self.table().into_iter();
        known.filter_map(|(figure, value)| Some((figure.group, figure.key, value?)))
    }
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
    pub fn at_end(&mut self, present: &[ActiveJob], time_s: f64) {
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
        for metric in &self.all {
            metric.derive(&mut summary);
        }
        summary
    }
}

impl Metrics {
    /// Shortfalls up to the last step seen, one sentence each.
    pub fn warnings(&self) -> Vec<String> {
        shortfall::warnings(&self.summary())
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
    use crate::tariff::TariffConfig;
    use proptest::prelude::*;

    /// A context of 100 GPUs from 30 January 2026.
    pub(crate) fn context() -> Context {
        Context {
            gpus: 100.0,
            grid_water_l_kwh: None,
            tariff: Tariff::default(),
            start: jiff::civil::date(2026, 1, 30),
            events: Vec::new(),
            mining: None,
            answered: None,
            ownership: None,
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

    /// Report of one metric after some steps.
    pub(crate) fn report(mut metric: impl Metric, steps: &[Snapshot]) -> Summary {
        for step in steps {
            metric.observe(step);
        }
        let mut summary = Summary::default();
        metric.report(&mut summary);
        metric.derive(&mut summary);
        summary
    }

    fn summary() -> Summary {
        let mut summary = Summary::default();
        summary.energy_mwh.facility = Some(12.5);
        summary.energy_mwh.it = Some(f64::NAN);
        summary.ratios.tue = Some(1.2);
        summary.jobs.submitted = Some(3);
        summary.jobs.wait_s.p95 = Some(60.0);
        summary
    }

    #[test]
    fn absent_and_nan_figures_are_left_out_and_the_rest_reads_back() {
        let text = serde_json::to_string(&summary()).unwrap();
        assert_eq!(
            text,
            r#"{"energy_mwh":{"facility":12.5},"ratios":{"tue":1.2},"jobs":{"submitted":3,"wait_s":{"p95":60.0}}}"#
        );
        let back: Summary = serde_json::from_str(&text).unwrap();
        let mut expected = summary();
        expected.energy_mwh.it = None;
        assert_eq!(back, expected);
        assert_eq!(serde_json::to_string(&Summary::default()).unwrap(), "{}");
    }

    /// Folders of version 0.1.0 compare with new ones.
    #[test]
    fn keys_that_were_renamed_are_read_by_their_old_names() {
        let old = r#"{"jobs":{"wait_at_least_s_mean":1.0,"wait_at_least_s_p50":2.0,"wait_at_least_s_p95":3.0},
            "goodput":{"again_gpu_hours":4.0},"service":{"asked_tokens":5.0,"pictures":6.0,"refused_pictures":7.0}}"#;
        let read: Summary = serde_json::from_str(old).unwrap();
        let expected = r#"{"jobs":{"wait_lower_bound_s_mean":1.0,"wait_lower_bound_s_p50":2.0,"wait_lower_bound_s_p95":3.0},"goodput":{"rework_gpu_hours":4.0},"service":{"requested_tokens":5.0,"images":6.0,"refused_images":7.0}}"#;
        assert_eq!(serde_json::to_string(&read).unwrap(), expected);
    }

    #[test]
    fn figures_come_flat_and_in_the_order_of_the_file() {
        let figures: Vec<_> = summary().figures().collect();
        assert_eq!(
            figures,
            [
                ("energy_mwh", "facility", 12.5),
                ("ratios", "tue", 1.2),
                ("jobs", "submitted", 3.0),
                ("jobs", "wait_s_p95", 60.0),
            ]
        );
    }

    /// Rows need a name, shortfalls a place to be seen, and keys are those of the file.
    #[test]
    fn every_figure_is_described_once() {
        let mut seen = std::collections::BTreeSet::new();
        for (figure, _) in Summary::default().table() {
            let name = format!("{}.{}", figure.group, figure.key);
            assert!(!figure.meaning().is_empty(), "{name}");
            let spec = figure.spec;
            let shown = spec.heading.is_some() || spec.by_gpus;
            assert_eq!(shown, !spec.label.is_empty(), "{name}");
            assert!(seen.insert(name.clone()), "{name} twice");
        }
        assert!(seen.len() > 140, "{}", seen.len());
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
                site.tariff = Tariff::of(&TariffConfig::default(), Some(10.0));
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
