//! Waits of published clusters: jobs like theirs, on as many GPUs, as busy.

use std::path::Path;

use crate::plant_run::{run, scenario};
use crate::table::{Evidence, Row};

/// What was published of a cluster: mean and median wait, s, and share of GPUs held, %.
pub(crate) struct Published {
    pub(crate) name: &'static str,
    pub(crate) scenario: &'static str,
    pub(crate) mean_s: f64,
    pub(crate) median_s: f64,
    pub(crate) busy_percent: f64,
    pub(crate) evidence: Evidence,
}

/// Mean wait within a factor of two, far above the median, and the share of GPUs held.
pub(crate) fn published(cluster: &Published) -> Vec<Row> {
    let jobs = run(&scenario(cluster.scenario), &[], |_| ()).jobs;
    let row = |quantity: &str, unit| {
        Row::new(cluster.name, quantity, unit)
            .digits(3)
            .evidence(cluster.evidence)
    };
    let (mean_s, median_s) = (jobs.wait_s.mean.unwrap(), jobs.wait_s.p50.unwrap());
    vec![
        row("mean wait", "s")
            .theirs(cluster.mean_s)
            .ours(mean_s)
            .between(cluster.mean_s / 2.0, cluster.mean_s * 2.0),
        // A job waits for the next step of 20 s, 10 s on average.
        row("median wait", "s").theirs(cluster.median_s).ours(median_s),
        row("mean over median wait", "").ours(mean_s / median_s).between(5.0, 1e4),
        row("GPUs held", "%")
            .theirs(cluster.busy_percent)
            .ours(100.0 * jobs.gpu_utilisation.unwrap())
            .evidence(Evidence::Fitted)
            .units(5.0),
    ]
}

pub(crate) fn all(_: &Path) -> Vec<Row> {
    Vec::new()
}
