//! Frontier at five loads against ExaDigiT/RAPS (commit 6c142bf): power model of the node from the catalogue, conversion
//! from the electrical chain, through the engine.

use std::collections::BTreeMap;
use std::path::Path;

use crate::plant_run::{run, scenario};
use crate::table::{Evidence, Row};

/// System power and conversion loss of one point.
pub(crate) fn frontier(data: &Path, point: &str, theirs: &str) -> Vec<Row> {
    let text = std::fs::read_to_string(data.join("oracles/raps/README.md")).unwrap();
    // The table of the note holds more digits than `ref_points.csv`.
    let line = text
        .lines()
        .find(|line| line.starts_with(&format!("| {theirs}")))
        .unwrap();
    let cells: Vec<f64> = line
        .split('|')
        .filter_map(|cell| cell.trim().parse().ok())
        .collect();
    let [system_kw, loss_kw] = cells[..] else {
        panic!("{line}")
    };
    let mut steps = 0;
    let (mut system_w, mut loss_w) = (0.0, 0.0);
    run(&scenario(&format!("raps_frontier_{point}")), &[], |now| {
        let power = &now.power;
        steps += 1;
        system_w += power.it_w + power.electrical_losses_w + power.other_w;
        loss_w += power.psu_losses_w + power.electrical_losses_w;
    });
    let mean_kw = |sum_w: f64| sum_w / f64::from(steps) / 1e3;
    let row = |quantity: &str| {
        Row::new(format!("RAPS Frontier, {theirs}"), quantity, "kW")
            .digits(9)
            .evidence(Evidence::SameParameters)
    };
    vec![
        row("system power")
            .theirs(system_kw)
            .ours(mean_kw(system_w))
            .percent(1e-4),
        // Its loss still counts 0.9 kW of rectifiers in a rack that is not there.
        row("conversion loss")
            .theirs(loss_kw)
            .ours(mean_kw(loss_w))
            .percent(0.2),
    ]
}

/// The random day, job by job: energy, and the power every 15 s. `submitted` lets jobs start when they fit, in place of by
/// the rules of RAPS.
pub(crate) fn random_day(data: &Path, submitted: bool) -> Vec<Row> {
    let oracle = data.join("oracles/raps");
    let mut series =
        csv::Reader::from_path(oracle.join("frontier_random_seed42_24h_power_15s.csv")).unwrap();
    let theirs_kw: Vec<f64> = series
        .records()
        .map(|row| row.unwrap()[1].parse().unwrap())
        .collect();
    let mut sets = Vec::new();
    let mut title = "RAPS Frontier, random day".to_owned();
    if submitted {
        sets.push("workload.trace.raps.start_mode=free".to_owned());
        sets.push("workload.trace.raps.release_delay_s=0".to_owned());
        title += ", jobs queued as submitted";
    }
    let mut ours_kw = Vec::new();
    let mut starts: BTreeMap<String, f64> = BTreeMap::new();
    run(&scenario("raps_frontier_random"), &sets, |now| {
        let power = &now.power;
        let finished = now.finished.iter();
        starts.extend(finished.map(|job| (job.label.as_str().to_owned(), job.start_s)));
        ours_kw.push((power.it_w + power.electrical_losses_w + power.other_w) / 1e3);
    });
    assert_eq!(ours_kw.len(), theirs_kw.len());
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let squares: Vec<f64> = ours_kw
        .iter()
        .zip(&theirs_kw)
        .map(|(ours, theirs)| (ours - theirs).powi(2))
        .collect();
    let rms_percent = 100.0 * mean(&squares).sqrt() / mean(&theirs_kw);
    let row = |quantity: &str, unit| {
        Row::new(title.clone(), quantity, unit)
            .digits(6)
            .evidence(Evidence::SameParameters)
    };
    let energy = row("energy of 24 hours", "MWh")
        .theirs(mean(&theirs_kw) * 0.024)
        .ours(mean(&ours_kw) * 0.024);
    let rms = row("power every 15 s, rms of the difference over the mean", "%").ours(rms_percent);
    if submitted {
        return vec![energy, rms];
    }
    let history = oracle.join("frontier_random_seed42_24h_job_history.csv");
    let mut history = csv::Reader::from_path(history).unwrap();
    let theirs: Vec<(String, f64)> = history
        .records()
        .map(|row| {
            let row = row.unwrap();
            (row[0].to_owned(), row[7].parse().unwrap())
        })
        .collect();
    let same = |(id, start_s): &&(String, f64)| starts.get(id) == Some(start_s);
    let agree = row(
        "jobs that start at the second at which they do there",
        "jobs",
    )
    .theirs(theirs.len() as f64)
    .ours(theirs.iter().filter(same).count() as f64)
    .percent(0.0);
    vec![energy.percent(0.5), rms.between(0.0, 1.0), agree]
}
