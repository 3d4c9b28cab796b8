//! Frontier at five loads against ExaDigiT/RAPS (commit 6c142bf): power model of the node from the catalogue, conversion
//! from the electrical chain, through the engine.

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
