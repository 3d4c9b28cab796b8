//! Waits of published clusters: jobs like theirs, on as many GPUs, as busy.

use crate::plant_run::{run, scenario};
use crate::table::{Evidence, Row};

/// Published statistics of a cluster.
pub(crate) struct Published {
    pub(crate) title: &'static str,
    pub(crate) scenario: &'static str,
    pub(crate) mean_s: f64,
    pub(crate) median_s: f64,
    /// Share of GPUs held, %, where it is known.
    pub(crate) held_percent: Option<f64>,
    /// Months of other seeds that the figures are means of.
    pub(crate) seeds: u64,
}

pub(crate) const PHILLY: Published = Published {
    title: "Philly 2017",
    scenario: "waits_philly",
    mean_s: 3_761.0,
    median_s: 189.0,
    held_percent: Some(73.9),
    seeds: 6,
};
pub(crate) const HELIOS: Published = Published {
    title: "Helios 2020",
    scenario: "waits_helios",
    mean_s: 862.0,
    median_s: 0.0,
    held_percent: Some(77.0),
    seeds: 3,
};
pub(crate) const SEREN: Published = Published {
    title: "Acme Seren 2023",
    scenario: "waits_seren",
    mean_s: 446.0,
    median_s: 1.0,
    held_percent: Some(59.0),
    seeds: 3,
};
pub(crate) const KALOS: Published = Published {
    title: "Acme Kalos 2023",
    scenario: "waits_kalos",
    mean_s: 214.0,
    median_s: 17.0,
    held_percent: None,
    seeds: 3,
};

/// Mean wait within a factor of two, far above the median, and the share of GPUs held.
pub(crate) fn rows(cluster: &Published) -> Vec<Row> {
    let (mut mean_s, mut median_s, mut held_percent) = (0.0, 0.0, 0.0);
    for seed in 1..=cluster.seeds {
        let set = format!("run.seed={seed}");
        let jobs = run(&scenario(cluster.scenario), &[set], |_| ()).jobs;
        let part = 1.0 / cluster.seeds as f64;
        mean_s += part * jobs.wait_s.mean.unwrap();
        median_s += part * jobs.wait_s.p50.unwrap();
        held_percent += part * 100.0 * jobs.gpu_utilisation.unwrap();
    }
    let row = |quantity: &str, unit, ours: f64| {
        Row::new(cluster.title, quantity, unit)
            .digits(3)
            .evidence(Evidence::Fitted)
            .ours(ours)
    };
    let mean = row("mean wait", "s", mean_s).theirs(cluster.mean_s);
    let mean = match cluster.held_percent {
        Some(_) => mean.between(cluster.mean_s / 2.0, cluster.mean_s * 2.0),
        None => mean,
    };
    let median = format!("median wait (logged: {} s)", cluster.median_s);
    let mut rows = vec![
        mean,
        row(&median, "s", median_s),
        row("median over mean wait", "", median_s / mean_s).between(0.0, 0.2),
    ];
    let held = cluster.held_percent.map(|percent| {
        row("GPUs held", "%", held_percent)
            .theirs(percent)
            .units(5.0)
    });
    rows.extend(held);
    rows
}
