//! IT beside the servers: switches of published networks, CPU nodes as measured, and its share of a GPU site.
//!
//! `SuperPOD`: NVIDIA DGX `SuperPOD` reference architecture for DGX B200, table of larger component counts. `SPECpower`: `SPECpower_ssj2008`
//! results as collected in cloud-carbon-footprint/cloud-carbon-coefficients @dda7621. Share: `SemiAnalysis` as quoted, about 10 % of
//! the servers.

use std::path::Path;

use coldaisle::it::{NetworkConfig, OtherIt};
use coldaisle::scenario::catalogue::built_in;
use coldaisle::scenario::{Loaded, resolve, text};

use crate::table::{Evidence, Row};

/// Switches of rail-optimised networks, by nodes of eight GPUs.
pub(crate) fn superpods(_: &Path) -> Vec<Row> {
    let sizes = [
        (64, 24.0),
        (128, 48.0),
        (256, 96.0),
        (512, 320.0),
        (1024, 640.0),
        (2048, 1280.0),
    ];
    let row = |(nodes, switches): (u32, f64)| {
        let fabric = NetworkConfig::default().build(u64::from(nodes) * 8, 8, 64);
        Row::new(
            "NVIDIA DGX SuperPOD, B200",
            format!("switches of 64 ports for {nodes} nodes"),
            "",
        )
        .theirs(switches)
        .ours(fabric.unwrap().all() as f64)
        .digits(4)
        .units(0.0)
    };
    sizes.into_iter().map(row).collect()
}

/// Fields of a line with quotes.
fn fields(line: &str) -> Vec<String> {
    let (mut all, mut quoted) = (vec![String::new()], false);
    for sign in line.trim_end().chars() {
        match sign {
            '"' => quoted = !quoted,
            ',' if !quoted => all.push(String::new()),
            _ => all.last_mut().unwrap().push(sign),
        }
    }
    all
}

/// Medians of single nodes of two sockets, submitted in 2021: active idle and 100 %.
pub(crate) fn specpower(data: &Path) -> Vec<Row> {
    let path = data.join("data/measured/specpower/SPECpower-full-results.csv");
    let file = std::fs::read_to_string(path).unwrap();
    let mut lines = file.lines().map(fields);
    let header = lines.next().unwrap();
    let column = |name: &str| header.iter().position(|known| known == name).unwrap();
    let [date, nodes, chips] = ["Date Submitted", "Nodes", "Chips"].map(column);
    let columns = ["avg. watts @ active idle", "avg. watts @ 100%"].map(column);
    let chosen: Vec<Vec<String>> = lines
        .filter(|row| row[date].ends_with("2021") && row[nodes] == "1" && row[chips] == "2")
        .collect();
    let medians = columns.map(|column| {
        let watts = chosen.iter().map(|row| row[column].replace(',', ""));
        let mut watts: Vec<f64> = watts.map(|w| w.parse().unwrap()).collect();
        watts.sort_by(f64::total_cmp);
        watts[watts.len() / 2]
    });
    assert_eq!(chosen.len(), 17);
    let entry = OtherIt::of(&built_in().other_it["cpu-node-2s"], 1.0);
    let row = |quantity: &str, theirs: f64, ours: f64| {
        Row::new("SPECpower_ssj2008, 17 nodes of 2021", quantity, "W")
            .theirs(theirs)
            .ours(ours)
            .digits(3)
            .units(0.5)
            .evidence(Evidence::Replayed)
    };
    vec![
        row(
            "CPU node of two sockets in active idle, median",
            medians[0],
            entry.idle_w,
        ),
        row("the same at 100 %, median", medians[1], entry.busy_w),
    ]
}

/// What stands beside 16,384 H100s by default, over the rated power of their servers.
pub(crate) fn share(data: &Path) -> Vec<Row> {
    let site = "name = 'x'\n[site]\nclimate = 'dulles'\n[[hall]]\nname = 'h'\nserver = 'hgx-h100'\nracks = 512\n\
                servers_per_rack = 4\n[hall.cooling.air]\n[heat_rejection.water_cooled_chiller]\n\
                [workload.constant]\nutilisation = 1.0\n";
    let it_w = |text: String| {
        let scenario = text::read(&text).unwrap();
        let path = data.join("x.toml");
        let loaded = Loaded {
            scenario,
            text,
            path,
        };
        resolve(&loaded).unwrap().design_it_w
    };
    let beside_w = it_w(site.into()) - it_w(format!("it = []\n{site}"));
    let rated_w = built_in().servers["hgx-h100"].rated_w * 2048.0;
    vec![
        Row::new(
            "SemiAnalysis, GPU clusters, as quoted",
            "network, storage and optics over the rated power of the servers, 16,384 H100",
            "%",
        )
        .theirs(10.0)
        .ours(100.0 * beside_w / rated_w)
        .digits(3)
        .factor(1.3),
    ]
}
