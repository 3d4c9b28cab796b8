//! Server fans over load against Azure's `GreenSKU` server (CC BY 4.0): fan power read off a curve of the paper.

use std::path::Path;

use crate::mlperf::node_over_load;
use crate::table::Row;

/// Fan power over fan power at the highest load, at the same share of the highest server power. The measured server
/// is a general-purpose one of 911 W, ours a GPU node: shapes can be compared, watts cannot.
pub(crate) fn greensku(data: &Path) -> Vec<Row> {
    let path = data.join("data/power/azure_greensku/server_fan_power.csv");
    let measured: Vec<(f64, f64)> = std::fs::read_to_string(path)
        .unwrap()
        .lines()
        .skip(1)
        .map(|line| {
            let values: Vec<f64> = line.split(',').map(|v| v.parse().unwrap()).collect();
            (values[0], values[1])
        })
        .collect();
    assert_eq!(measured.len(), 8);
    let (top_w, top_fans_w) = measured[7];
    // Compute and fans behind the power supplies, and fans, from idle to full load.
    let node: Vec<(f64, f64)> = node_over_load("hgx-h100", AIR)
        .iter()
        .map(|step| (step.compute_w + step.server_fans_w, step.server_fans_w))
        .collect();
    let (node_top_w, node_top_fans_w) = *node.last().unwrap();
    let at = |share: f64| {
        let wanted = share * node_top_w;
        let above = node.iter().position(|(w, _)| *w >= wanted).unwrap().max(1);
        let ((w0, f0), (w1, f1)) = (node[above - 1], node[above]);
        (f0 + (f1 - f0) * (wanted - w0) / (w1 - w0)) / node_top_fans_w
    };
    let mut rows = Vec::new();
    for &(server_w, fans_w) in &measured[..7] {
        let share = server_w / top_w;
        let row = Row::new(
            "Azure GreenSKU server",
            format!(
                "fan power of its highest, at {:.0} % of the highest server power",
                100.0 * share
            ),
            "",
        )
        .theirs(fans_w / top_fans_w)
        .ours(at(share))
        .digits(3)
        .percent(10.0);
        rows.push(if share < 0.95 {
            row.missed(FAN_LAW)
        } else {
            row
        });
    }
    let share = |fans: f64, all: f64| 100.0 * fans / all;
    rows.push(
        Row::new(
            "Azure GreenSKU server",
            "fans of server power at the highest load",
            "%",
        )
        .theirs(share(top_fans_w, top_w))
        .ours(share(node_top_fans_w, node_top_w))
        .digits(3),
    );
    rows
}

const FAN_LAW: &str = "the measured fans follow the load almost evenly (fan power to the power 1.6 of server power); ours hold \
                       the chips at one temperature, so that they stay at the speed that inlet air asks for up to two \
                       thirds of the load and then rise steeply. A controller that lets the chips warm with the load (a \
                       band of 30 to 40 K, as service processors have) comes within 20 % of every point; the law of \
                       `it/server.rs` has none. Between rest and full load server fans are understated, at full load \
                       they are right by construction";

/// A contained hall at 24 °C.
const AIR: &str = "[hall.cooling.air]\nsupply_c = 24.0\n[heat_rejection.water_cooled_chiller]\n";
